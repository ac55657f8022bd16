// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {comesBack, connectionState, connections, pairs} from '../src/network/links.js';
import {bandsOf, place} from '../src/network/place.js';

const peer = (host, more) => ({host, open: true, state: 'I-Open', watchdog: 'OKAY', ...more});
const node = (name, role, ...peers) => ({name, role, fqdn: `${name}.ims.example`, state: 'alive', status: {peers}});
const AS = {name: 'as1', role: 'as', trust: 'isc', identity: 'as.ims.example', domains: []};
const OTHER = {name: 'other', role: 'icscf', trust: 'mw', identity: 'icscf.other.example', domains: ['other.example']};
const DEAF = {name: 'deaf', role: 'hss', trust: 'mw', identity: 'Deaf.ims.example', domains: []};
const net = (external, ...nodes) => ({networks: [{domain: 'ims.example', nodes}], external});
const BOX = [node('pcscf1', 'pcscf'), node('icscf1', 'icscf'), node('scscf1', 'scscf', peer('deaf.ims.example')), node('hss1', 'hss')];
const linksOf = (n, list = []) => pairs(list, n).map((p) => p.ends.join(' '));

test('a node that is not ours has its place: beside the S-CSCFs, under the HSS, in a network of its own', () => {
    const {at, bands, phones} = place(net([AS, OTHER, DEAF], ...BOX));
    assert.equal(at.get('as1').y, at.get('scscf1').y);
    assert.ok(at.get('as1').x > at.get('hss1').x);
    assert.equal(at.get('deaf').x, at.get('hss1').x);
    assert.ok(at.get('deaf').y > at.get('hss1').y);
    assert.deepEqual(bands.map((b) => [b.domain, b.external]), [['ims.example', undefined], ['other.example', true]]);
    assert.ok(at.get('other').y > bands[1].y && at.get('other').x === at.get('icscf1').x);
    assert.equal(at.get('as1').node.external, true);
    assert.equal(at.get('pcscf1').node.external, undefined);
    assert.equal(phones.y, at.get('pcscf1').y);
});

test('an external HSS stands in the network that asks it', () => {
    const two = {networks: [{domain: 'red', nodes: [node('a', 'scscf')]}, {domain: 'blue', nodes: [node('b', 'scscf', peer('deaf.ims.example'))]}], external: [DEAF, AS]};
    assert.deepEqual(bandsOf(two).map((b) => b.nodes.map((n) => n.name)), [['a', 'as1'], ['b', 'deaf']]);
});

test('who is not ours is linked with whom it speaks, and comes first', () => {
    const found = linksOf(net([AS, OTHER, DEAF], ...BOX));
    for (const link of ['as1 scscf1', 'other icscf1', 'deaf scscf1']) assert.ok(found.includes(link), link);
    for (const link of ['as1 icscf1', 'as1 pcscf1', 'other scscf1', 'deaf icscf1']) assert.ok(!found.includes(link), link);
    const [pair] = pairs([{from: 'scscf1', to: 'as1', per_second: 2}, {from: 'as1', to: 'scscf1', per_second: 1}], net([AS], ...BOX)).filter((p) => p.ends[0] === 'as1');
    assert.deepEqual(pair, {ends: ['as1', 'scscf1'], rate: 3});
});

test('whose connection is down though both ends live opens it again; nobody, where an end is dead', () => {
    const back = (more, hss) => comesBack(['hss1', 'icscf1'], net([], node('icscf1', 'icscf', peer('hss1.ims.example', more)), {...node('hss1', 'hss', peer('icscf1.ims.example', hss?.peer)), ...hss}));
    const closed = {open: false, watchdog: 'DOWN'};
    assert.deepEqual(back(closed), {by: 'icscf1'});
    assert.deepEqual(back({watchdog: 'SUSPECT'}), {by: ''});
    assert.deepEqual(back({open: false, watchdog: 'SUSPECT'}), {by: ''});
    assert.deepEqual(back({}, {peer: closed}), {by: ''});
    assert.equal(back({}), null);
    assert.equal(back(closed, {state: 'dead'}), null);
    assert.equal(comesBack(['deaf', 'scscf1'], net([DEAF], node('scscf1', 'scscf', peer('deaf.ims.example', closed)))), null);
});

test('a connection is what its living ends see, at worst', () => {
    const state = (a, b) => connectionState(connections(['hss1', 'icscf1'], net([], node('icscf1', 'icscf', ...a), node('hss1', 'hss', ...b))));
    const [here, there] = [(more) => peer('HSS1.ims.example', more), (more) => peer('icscf1.ims.example', more)];
    assert.equal(state([], []), null);
    assert.equal(state([here()], [there()]), 'open');
    assert.equal(state([here({open: false, state: 'Closed', watchdog: 'DOWN'})], [there()]), 'closed');
    assert.equal(state([here({watchdog: 'SUSPECT'})], []), 'suspect');
    assert.equal(state([here({watchdog: 'REOPEN'})], []), 'open');
    assert.equal(state([peer('elsewhere', {open: false})], []), null);
    const gone = {...node('icscf1', 'icscf', here({open: false})), state: 'dead'};
    assert.deepEqual(connections(['hss1', 'icscf1'], net([], gone, node('hss1', 'hss'))), []);
    assert.deepEqual(connections(['UE', 'icscf1'], net([], gone)), []);
});
