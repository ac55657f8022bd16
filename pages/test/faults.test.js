// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {answerOf, atNode, bodyOf, breaks, grouped, onLink} from '../src/faults/model.js';
import {foldRetransmissions} from '../src/ladder/layout.js';

const part = (node, more) => ({name: 'cut', node, action: 'loss', direction: 'out', says: '', by: 'x', struck: 1, held: 0, ...more});
const node = (name, ...faults) => ({name, status: {faults: faults.map((f) => part(name, f))}});

test('the two ends of a link are one fault', () => {
    const link = ['icscf1', 'hss1'];
    const [one, ...rest] = grouped([node('icscf1', {link, struck: 2}), node('hss1', {link}), {name: 'pcscf1', status: {}}]);
    assert.deepEqual([one.name, one.struck, one.parts.length, rest.length], ['cut', 3, 2, 0]);
    assert.equal(breaks(one), true);
    assert.equal(onLink([one], ['hss1', 'icscf1']).length, 1);
    assert.equal(onLink([one], ['icscf1', 'scscf1']).length, 0);
    assert.equal(atNode([one], 'hss1').length, 0);
});

test('phones are one end of a link, whatever the case', () => {
    const on = grouped([node('pcscf1', {link: ['ue', 'pcscf1']})]);
    assert.equal(onLink(on, ['UE', 'pcscf1']).length, 1);
});

test('a fault with a choice of messages breaks no link', () => {
    for (const some of [{percent: 10}, {method: 'UAR'}, {text: 'bob'}, {count: 2}, {action: 'delay'}])
        assert.equal(breaks(grouped([node('hss1', {...some})])[0]), false, JSON.stringify(some));
});

test('a form becomes what the API wants, and nothing that was left empty', () => {
    const form = {action: 'loss', where: 'link:UE,pcscf1', percent: '30', method: '', ttl: '1min', delay: '2s', name: ''};
    assert.deepEqual(bodyOf(form), {action: 'loss', link: ['ue', 'pcscf1'], percent: 30, ttl: '1min'});
    assert.deepEqual(bodyOf({...form, action: 'dead', where: 'node:hss1', peer: 'x'}), {action: 'dead', node: 'hss1', ttl: '1min'});
    assert.deepEqual(bodyOf({...form, action: 'delay', where: 'node:hss1', peer: 'icscf1'}),
        {action: 'delay', node: 'hss1', percent: 30, peer: 'icscf1', delay: '2s', ttl: '1min'});
    assert.deepEqual(bodyOf({action: 'answer', where: 'node:hss1', answer: '10415:5001', ttl: ''}), {action: 'answer', node: 'hss1', answer: 5001, vendor: 10415});
    assert.deepEqual(answerOf('503'), {answer: 503});
});

test('what the form shows no more, since another action was chosen, is not sent', () => {
    const form = {action: 'answer', where: 'node:hss1', answer: '503', method: 'INVITE', messages: 'answers', result: '486', name: 'busy', copies: '2'};
    assert.deepEqual(bodyOf(form), {action: 'answer', node: 'hss1', method: 'INVITE', answer: 503, name: 'busy'});
    assert.deepEqual(bodyOf({...form, action: 'dead'}), {action: 'dead', node: 'hss1'});
});

test('a message that arrived is not folded into the one that was lost', () => {
    const step = (t, lost) => ({kind: 'arrow', t, from: 'a', to: 'b', lost, raw: {pair: 'p', bytes: 9}});
    const rows = foldRetransmissions([step(1, true), step(2, true), step(3, false), step(4, false)]);
    assert.deepEqual(rows.map((r) => [r.lost, r.repeats]), [[true, 1], [false, 1]]);
});
