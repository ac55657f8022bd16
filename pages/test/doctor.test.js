// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {isAbout, noted, onlyFindings, withFindings} from '../src/doctor/findings.js';

const finding = (id, more) => ({id, change: id, kind: 'failure', subject: 'sip:alice@h', method: 'REGISTER', title: 'Wrong key', what: 'It does not fit.', clause: 'c', node: 'scscf1', wall_us: 100, call: 'x', steps: [1, 3], ...more});
const step = (id, from = 'scscf1') => ({id: String(id), kind: 'arrow', from, to: 'pcscf1', t: id, call: 'x'});

test('a user is meant by his name, his address, or his URI', () => {
    for (const user of ['', 'alice', 'ALICE', 'alice@h', 'sip:alice@h', ' alice ']) assert.equal(isAbout(finding(1), user), true, user);
    for (const user of ['ali', 'bob', 'sip:alice@other']) assert.equal(isAbout(finding(1), user), false, user);
});

test('a call that failed because of the callee is found by him too', () => {
    const call = finding(1, {subject: 'sip:zoe@h', about: 'sip:alice@h', method: 'INVITE'});
    for (const user of ['zoe', 'alice', 'sip:alice@h']) assert.equal(isAbout(call, user), true, user);
    assert.equal(isAbout(call, 'bob'), false);
});

test('findings are kept once, the newest first, and not for ever', () => {
    const list = withFindings([finding(2), finding(1)], [finding(3), finding(2, {solved: 'x'})], 2);
    assert.deepEqual(list.map((f) => f.id), [3, 2]);
    assert.equal(list[1].solved, 'x');
});

test('what happens again goes to the top, and a late answer takes nothing back', () => {
    const again = finding(1, {change: 3, times: 2});
    const list = withFindings([finding(2), finding(1)], [again], 9);
    assert.deepEqual(list.map((f) => f.id), [1, 2]);
    assert.equal(withFindings(list, [finding(1), finding(2)], 9)[0].times, 2);
});

test('what the doctor has forgotten goes, what came after it answered stays', () => {
    assert.deepEqual(onlyFindings([finding(9), finding(3), finding(1)], [finding(3)], 8, 9).map((f) => f.id), [9, 3]);
    assert.deepEqual(onlyFindings([finding(3), finding(1)], [], 3, 9), []);
    const again = finding(1, {change: 9, times: 2});
    assert.equal(onlyFindings([again], [finding(1)], 8, 9)[0].times, 2);
});

test('in the ladder a finding stands behind the last step that it is about, at its node', () => {
    const steps = noted([step(1), step(2), step(3), step(4)], [finding(9)]);
    assert.deepEqual(steps.map((s) => s.id), ['1', '2', '3', 'doctor-9', '4']);
    assert.equal(steps[3].from, 'scscf1');
    assert.match(steps[3].text, /^Wrong key\. It does not fit/);
    assert.equal(noted([step(3, 'icscf1')], [finding(9)])[1].from, 'icscf1');
    assert.deepEqual(noted([step(5)], [finding(9)]).length, 1);
});
