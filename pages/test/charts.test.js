// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {KEEP, added, levelOf, metricsOf, percentile, rateOf, setupTimes, sum, total} from '../src/charts/samples.js';

test('figures of Prometheus are read, whatever their labels', () => {
    const m = metricsOf('# HELP a b\na_total{x="1 2"} 3\na_total{x="3"} 4\nb 5e2\n');
    assert.equal(sum(m, /^a_total/), 7);
    assert.equal(m.b, 500);
});

test('a rate is what a counter grew a second; a node that began anew leaves a hole', () => {
    const samples = [10, 14, 1, 3].map((n, i) => ({t: i * 2, of: {a: {n}}}));
    assert.deepEqual(rateOf(samples, 'a', /n/), [null, 2, null, 1]);
    samples[3].of.a = null;
    assert.deepEqual(rateOf(samples, 'a', /n/), [null, 2, null, null]);
    assert.deepEqual(levelOf(samples, 'a', /n/, 2), [5, 7, 0.5, null]);
    assert.deepEqual(total([[1, null, null], [2, 3, null]]), [3, 3, null]);
    assert.equal(added(Array(KEEP).fill(0), 1).length, KEEP);
});

test('setup goes from the INVITE of a phone to what it is told first', () => {
    const step = (t, from, to, more) => ({kind: 'arrow', t, from, to, method: 'INVITE', call: 'c', ...more});
    const steps = [step(0, 'alice', 'p', {request: true}), step(5, 'p', 's', {request: true}), step(9, 'p', 'alice', {result: 100}),
        step(1000, 's', 'p', {result: 180}), step(3000, 'p', 'alice', {result: 180}), step(9000, 'p', 'alice', {result: 200})];
    assert.deepEqual(setupTimes(steps, new Set(['p', 's'])), [{t: 3000, ms: 3}]);
    const many = Array.from({length: 100}, (_, i) => i + 1);
    assert.deepEqual([0.5, 0.95, 0.99].map((p) => percentile(many, p)), [50, 95, 99]);
    assert.equal(percentile([], 0.5), null);
});
