// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {joined, levelOf, rateOf, samplesOf, total} from '../src/charts/samples.js';

test('samples are read by the names that come with them', () => {
    const answer = {nodes: ['p', 's'], figures: ['a', 'b'], samples: [{number: 4, wall_ms: 1500, setup_ms: [1, 2, 3], nodes: [[7, 8], null]}]};
    assert.deepEqual(samplesOf(answer), [{number: 4, t: 1.5, setup: [1, 2, 3], of: {p: {a: 7, b: 8}, s: null}}]);
});

test('newer samples come behind, the oldest go, and another life begins anew', () => {
    const of = (...numbers) => numbers.map((number) => ({number}));
    assert.deepEqual(joined(of(1, 2), of(3, 4), 3), of(2, 3, 4));
    assert.deepEqual(joined(of(8, 9), of(1), 3), of(1));
    assert.deepEqual(joined(of(1, 2, 3), of(2, 3, 4), 9), of(1, 2, 3, 4)); // asked twice
    assert.deepEqual(joined(of(1, 2), of(1, 2), 9), of(1, 2));
    const known = of(1);
    assert.equal(joined(known, [], 3), known);
});

test('a rate is what a counter grew a second; a node that began anew leaves a hole', () => {
    const samples = [10, 14, 1, 3].map((n, i) => ({t: i * 2, of: {a: {n}}}));
    assert.deepEqual(rateOf(samples, 'a', 'n'), [null, 2, null, 1]);
    samples[3].of.a = null;
    assert.deepEqual(rateOf(samples, 'a', 'n'), [null, 2, null, null]);
    assert.deepEqual(levelOf(samples, 'a', 'n', 2), [5, 7, 0.5, null]);
    assert.deepEqual(total([[1, null, null], [2, 3, null]]), [3, 3, null]);
});
