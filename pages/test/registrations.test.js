// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {agrees, namesOf, rowsFor, rowsOf, silentFor} from '../src/registrations/rows.js';

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

test('the page of one node names the sets, and orders the rows', () => {
    const sets = [{publics: [{impu: 'sip:no@h'}], state: 'not registered'}, {publics: [{impu: 'sip:b@h', barred: true}, {impu: 'sip:a@h'}], state: 'registered'}];
    assert.deepEqual(namesOf({registrations: [{sets}]}), ['sip:a@h']);
    const contact = (public_identity, registered) => ({public_identity, registered});
    assert.deepEqual(namesOf({registrations: [contact('sip:b@h', true), contact('sip:b@h', true), contact('sip:c@h', false)]}), ['sip:b@h']);
    const value = {nodes: [pcscf(true), {node: 'p2', role: 'pcscf', status: 200, answer: {registrations: [{public_identity: 'sip:z@h', identities: [], registered: true}]}}]};
    assert.deepEqual(rowsFor(value, ['sip:z@h', 'tel:+1', 'sip:a@h']).map((r) => r.identities[0]), ['sip:z@h', 'sip:a@h']);
});

test('a contact that was only challenged is no registration', () => {
    assert.deepEqual(rowsOf({nodes: [pcscf(false)]}), []);
});

test('one dead S-CSCF hides nothing that a living node knows', () => {
    const dead = (node, role, domain = 'h') => ({node, role, domain, status: 0});
    const [row] = rowsOf({nodes: [pcscf(true), scscf('sip:x'), hss('registered')]});
    const silent = silentFor(row, [dead('scscf2', 'scscf'), dead('hss2', 'hss', 'other'), dead('pcscf2', 'pcscf', 'other')]);
    assert.deepEqual(silent, {pcscf: true, scscf: true, hss: false});
    assert.equal(agrees(row, silent), true);
    const [differs] = rowsOf({nodes: [pcscf(true), pcscf(true), scscf('sip:x'), hss('registered')]});
    assert.equal(agrees(differs, silent), false);
    const [unlike] = rowsOf({nodes: [scscf('sip:x'), hss('not registered')]});
    assert.equal(agrees(unlike, silent), false);
});

test('where only one kind of node answered, nobody knows whether they agree', () => {
    const [row] = rowsOf({nodes: [hss('registered')]});
    const silent = {pcscf: true, scscf: true, hss: false};
    assert.equal(agrees(row, silent), null);
    assert.equal(agrees(row, {...silent, scscf: false}), false);
});

test('an identity without a domain may be at home anywhere', () => {
    const nodes = [{role: 'hss', domain: 'h', status: 200}, {role: 'hss', domain: 'other', status: 0}];
    assert.equal(silentFor({identities: ['tel:+1']}, nodes).hss, true);
    assert.equal(silentFor({identities: ['tel:+1', 'sip:a@H']}, nodes).hss, false);
});
