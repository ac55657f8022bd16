// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {cardOf, commandOf, settingsOf, textOf, waysOf} from '../src/subscribers/settings.js';

const SETS = [{publics: [{impu: 'sip:hidden@b.example', barred: true}, {impu: 'tel:+1'}, {impu: 'sip:erin@b.example'}]}];
const kinds = (...privates) => waysOf({privates}).map((w) => w.kind);

test('only what fits the subscriber is offered, what fits first comes first', () => {
    assert.deepEqual(kinds({impi: 'a', aka: {}}), ['sim']);
    assert.deepEqual(kinds({impi: 'a', digest: {}}), ['linphone', 'baresip']);
    assert.deepEqual(kinds({impi: 'a', digest: {algorithm: 'SHA-256'}}), ['linphone']);
    assert.deepEqual(kinds({impi: 'a', aka: {}, digest: {algorithm: 'MD5'}}), ['sim']); // the key is used
    assert.deepEqual(kinds({impi: 'card', aka: {}}, {impi: 'a', digest: {}}), ['sim', 'linphone', 'baresip']);
    assert.deepEqual(kinds({impi: 'a'}), []);
});

test('two cards are told apart by their identities', () => {
    assert.deepEqual(waysOf({privates: [{impi: 'a@h', aka: {}}, {impi: 'b@h', aka: {}}, {impi: 'c@h', digest: {}}]}).map((w) => w.name),
        ['SIM card, a@h', 'SIM card, b@h', 'Linphone', 'baresip']);
});

test('a phone is told the proxy of its own home network and an identity that is used', () => {
    const pcscf = (domain, at) => ({role: 'pcscf', domain, listeners: [{trust: 'mw', at: 'x'}, {trust: 'gm', at, advertised: at}]});
    const nodes = [pcscf('a.example', '1.1.1.1:5060'), pcscf('b.example', '2.2.2.2:5060'), {role: 'hss', domain: 'a.example'}, {role: 'hss', domain: 'b.example'}];
    const c = settingsOf({privates: [], sets: SETS}, 'erin@b.example', nodes);
    assert.deepEqual(c, {user: 'erin', domain: 'b.example', impi: 'erin@b.example', impu: 'sip:erin@b.example', proxy: '2.2.2.2:5060'});
    assert.equal(textOf(cardOf('baresip', c, undefined, 'geheim')),
        '<sip:erin@b.example;transport=udp>;auth_user=erin@b.example;auth_pass=geheim;outbound="sip:2.2.2.2:5060;lr";regint=600');
    assert.match(textOf(cardOf('sim', c, {k: '0a', opc: '0b'})), /^K: 0a\nOPc: 0b\nIMPI: erin@b.example\n/);
    assert.match(textOf(cardOf('linphone', c)), /^Password: PASSWORD$/m);
});

test('a phone is told an identity that its own private identity may use', () => {
    const sets = [{privates: ['card2@h'], publics: [{impu: 'sip:work@h'}]}, {publics: [{impu: 'sip:home@h'}]}];
    assert.equal(settingsOf({privates: [], sets}, 'card1@h', []).impu, 'sip:home@h');
    assert.equal(settingsOf({privates: [], sets}, 'card2@h', []).impu, 'sip:work@h');
    assert.equal(settingsOf({privates: [], sets: sets.slice(0, 1)}, 'card1@h', []).impu, '');
});

test('a phone in the terminal is started by one line, with the domain where it is not the default', () => {
    const c = {user: 'erin', domain: 'ims.example', impi: 'erin@ims.example', proxy: '127.0.0.21:5060'};
    assert.equal(commandOf('baresip', c, ''), 'tools/phone erin PASSWORD 127.0.0.21:5060');
    assert.equal(commandOf('baresip', {...c, domain: 'red.example', impi: 'erin@red.example'}, "it's $1"), "tools/phone erin 'it'\\''s $1' 127.0.0.21:5060 red.example");
    assert.equal(commandOf('baresip', {...c, impi: 'card@ims.example'}, ''), '');
    assert.equal(commandOf('linphone', c, ''), '');
});
