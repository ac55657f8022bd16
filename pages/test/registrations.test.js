// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {agrees, rowsOf} from '../src/registrations/rows.js';

const ALIVE = {pcscf: false, scscf: false, hss: false};
const publics = ['sip:a@h', 'tel:+1'].map((impu) => ({impu}));
const hss = (state) => ({node: 'hss1', role: 'hss', status: 200, answer: {registrations: [{sets: [{publics, state}]}]}});
const scscf = (...contacts) => ({node: 'scscf1', role: 'scscf', status: 200, answer: {registrations: contacts.length
    ? [{public_identity: 'tel:+1', identities: [{public_identity: 'sip:a@h'}], bindings: contacts.map((contact) => ({contact}))}] : []}});
const pcscf = (registered) => ({node: 'pcscf1', role: 'pcscf', status: 200, answer: {registrations: [{public_identity: 'sip:a@h', identities: [], registered}]}});

test('what three nodes say of one set is one row, by whichever identity they name it', () => {
    const rows = rowsOf({nodes: [pcscf(true), scscf('sip:x'), hss('registered')]});
    assert.equal(rows.length, 1);
    assert.deepEqual(rows[0].identities, ['sip:a@h', 'tel:+1']);
    assert.equal(agrees(rows[0], ALIVE), true);
});

test('a row whose nodes do not agree says so, but not for a node that is dead', () => {
    const [noBinding] = rowsOf({nodes: [scscf(), hss('registered')]});
    assert.equal(agrees(noBinding, ALIVE), false);
    const [unknownAtPcscf] = rowsOf({nodes: [scscf('sip:x'), hss('registered')]});
    assert.equal(agrees(unknownAtPcscf, ALIVE), false);
    assert.equal(agrees(unknownAtPcscf, {...ALIVE, pcscf: true}), true);
    const [hssIsDead] = rowsOf({nodes: [pcscf(true), scscf('sip:x'), {node: 'hss1', role: 'hss', status: 0}]});
    assert.equal(agrees(hssIsDead, {...ALIVE, hss: true}), true);
});

test('a contact that was only challenged is no registration', () => {
    assert.deepEqual(rowsOf({nodes: [pcscf(false)]}), []);
});
