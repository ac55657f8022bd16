// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {test} from 'node:test';

let onHash;
globalThis.location = {hash: '#/subscribers/sip%3Aa%40h?q=1%25'};
globalThis.addEventListener = (name, fn) => { onHash = fn; };
const {href, route} = await import('../src/route.js');

test('an address is a view, what follows it, and parameters', () => {
    const {view, rest, params} = route.value;
    assert.deepEqual([view, rest, params.get('q')], ['subscribers', ['sip:a@h'], '1%']);
    assert.equal(href(view, {q: '1%'}, ...rest), '#/subscribers/sip%3Aa%40h?q=1%25');
});

test('a percent sign that encodes nothing stands for itself', () => {
    location.hash = '#/ladder/100%/sip%3Aa';
    onHash();
    assert.deepEqual([route.value.view, route.value.rest], ['ladder', ['100%', 'sip:a']]);
    location.hash = '#/%';
    onHash();
    assert.equal(route.value.view, '%');
});
