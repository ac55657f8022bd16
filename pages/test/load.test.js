// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {newest} from '../src/parts/newest.js';

test('an answer that takes longer than until the next asking counts', () => {
    const ask = newest();
    const answers = [ask('a'), ask('a'), ask('a')];
    assert.deepEqual(answers.map((counts) => counts()), [true, true, true]);
});

test('an answer that was overtaken does not', () => {
    const ask = newest();
    const [first, second, third] = [ask('a'), ask('a'), ask('a')];
    assert.deepEqual([second(), first(), third()], [true, false, true]);
});

test('nor does one to what is asked no more', () => {
    const ask = newest();
    const before = ask('a');
    const other = ask('b');
    const again = ask('a');
    assert.deepEqual([before(), other(), again()], [false, false, true]);
});
