// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {sentenceOf, xmlOf} from '../src/subscribers/ifc.js';

const CRITERION = {priority: 3, server: 'sip:as.h', default: 'terminated', match: 'all', part: 'registered',
    when: [{method: 'INVITE'}, {method: 'MESSAGE'}, {group: 1, session_case: 'originating', not: true}, {group: 2, header: 'Subject', content: 'a&b'}]};

test('a criterion reads as a sentence: within a group or, between groups and; the other way round for any', () => {
    assert.equal(sentenceOf(CRITERION), 'If (the method is INVITE or the method is MESSAGE) and not the request is originating and there is a header Subject that matches a&b: ' +
        'to sip:as.h. Without an answer the call is refused. Only while the user is registered.');
    assert.match(sentenceOf({...CRITERION, match: 'any'}), /^If \(the method is INVITE and the method is MESSAGE\) or not /);
    assert.equal(sentenceOf({server: 'sip:as.h'}), 'Always to sip:as.h. Without an answer the call goes on.');
});

test('without match any group will do, as the HSS reads it', () => {
    const when = [{method: 'INVITE'}, {group: 1, method: 'BYE'}];
    assert.match(sentenceOf({server: 'sip:as.h', when}), /INVITE or the method is BYE/);
    assert.match(xmlOf([{server: 'sip:as.h', when}]), /<ConditionTypeCNF>0/);
});

test('the XML has elements in the order of TS 29.228 annex C', () => {
    const xml = xmlOf([CRITERION, {priority: 1, server: 'sip:first.h'}]);
    assert.ok(xml.indexOf('sip:first.h') < xml.indexOf('sip:as.h'));
    assert.match(xml, /<ConditionTypeCNF>1<\/ConditionTypeCNF>/);
    assert.match(xml, /<SPT><ConditionNegated>1<\/ConditionNegated><Group>1<\/Group><SessionCase>0<\/SessionCase><\/SPT>/);
    assert.match(xml, /<SIPHeader><Header>Subject<\/Header><Content>a&amp;b<\/Content><\/SIPHeader>/);
    assert.match(xml, /<DefaultHandling>1<\/DefaultHandling>\n {2}<\/ApplicationServer>\n {2}<ProfilePartIndicator>0</);
});
