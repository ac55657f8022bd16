// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {added, at, conditionOf, dropped, groupsOf, kindOf, listOf, misfitOf, put, raised, whenOf} from '../src/subscribers/model.js';

const MODEL = Object.freeze({sets: Object.freeze([{publics: [{impu: 'sip:a@h'}, {impu: 'tel:+1'}]}]), visited: ['h']});

test('a change makes a new model and leaves the old one', () => {
    const next = put(MODEL, ['sets', 0, 'publics', 1, 'barred'], true);
    assert.equal(at(next, ['sets', 0, 'publics', 1, 'barred']), true);
    assert.equal(at(MODEL, ['sets', 0, 'publics', 1, 'barred']), undefined);
    assert.equal(next.visited, MODEL.visited);
});

test('nothing to say takes the member away, and what is missing on the way is made', () => {
    assert.deepEqual(put({a: {b: 1, c: 2}}, ['a', 'b'], ''), {a: {c: 2}});
    assert.deepEqual(put({}, ['privates', 0, 'aka', 'k'], '00'), {privates: [{aka: {k: '00'}}]});
});

test('items of a list are added, taken away, and moved up', () => {
    const path = ['sets', 0, 'publics'];
    const names = (m) => at(m, path).map((p) => p.impu);
    assert.deepEqual(names(raised(MODEL, path, 1)), ['tel:+1', 'sip:a@h']);
    assert.deepEqual(names(dropped(MODEL, path, 0)), ['tel:+1']);
    assert.deepEqual(names(added(MODEL, path, {impu: 'sip:b@h'})), ['sip:a@h', 'tel:+1', 'sip:b@h']);
    assert.deepEqual(added({}, ['ifc'], 1), {ifc: [1]});
});

test('numbers are read where numbers are meant; what is none is kept for the HSS to refuse', () => {
    assert.deepEqual(listOf('1, 2,x', true), [1, 2, 'x']);
    assert.deepEqual(listOf(' red.example  blue.example,', false), ['red.example', 'blue.example']);
});

test('a model that no form could show is told by where it is another', () => {
    const all = {...MODEL, privates: [{impi: 'a', aka: {k: 1}, digest: null}], visited: null, ifc: [{when: [{method: 'INVITE'}]}], capabilities: {mandatory: [1, 'x']}};
    assert.equal(misfitOf(all), undefined);
    assert.equal(misfitOf({}), undefined);
    for (const model of [null, [], 'x', 7]) assert.deepEqual(misfitOf(model), {path: '', kind: 'object'});
    for (const [change, path, kind] of [
        [{visited: 'red.example'}, '/visited', 'list'], [{visited: [1]}, '/visited/0', 'text'], [{privates: {}}, '/privates', 'list'], [{privates: [null]}, '/privates/0', 'object'],
        [{sets: [{publics: [{impu: 5}]}]}, '/sets/0/publics/0/impu', 'text'], [{capabilities: []}, '/capabilities', 'object'], [{ifc: [{when: {}}]}, '/ifc/0/when', 'list'],
        [{ifc: [{when: [{registration: 'initial'}]}]}, '/ifc/0/when/0/registration', 'list'],
    ]) assert.deepEqual(misfitOf({...all, ...change}), {path, kind});
});

test('trigger points are groups and back; a condition of two groups is in each', () => {
    const when = [{method: 'INVITE'}, {group: 7, session_case: 'originating'}, {group: [0, 7], header: 'Subject', not: true}];
    const groups = groupsOf(when);
    assert.deepEqual(groups, [[{method: 'INVITE'}, {header: 'Subject', not: true}], [{session_case: 'originating'}, {header: 'Subject', not: true}]]);
    assert.deepEqual(groupsOf(whenOf(groups)), groups);
    assert.deepEqual(whenOf([[], [{method: 'BYE'}]]), [{method: 'BYE'}]);
});

test('each kind of condition begins as itself', () => {
    for (const kind of ['method', 'request_uri', 'header', 'sdp', 'session_case']) {
        assert.equal(kindOf(conditionOf(kind)), kind);
        assert.equal(conditionOf(kind, true).not, true);
    }
});
