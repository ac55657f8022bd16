// SPDX-License-Identifier: MIT
//
// The faults that are on, from the nodes' own state, and what changes them.

import {computed, signal} from '@preact/signals';
import {call, seg} from '../api.js';
import {me, nodes} from '../live.js';
import {grouped} from './model.js';

export const faults = computed(() => grouped(nodes.value));
export const problem = signal(null); // of the last attempt
export const mayBreak = computed(() => me.value?.role === 'admin');

// A node that could not be asked is told of, though others did it.
async function done(request) {
    try {
        const {value} = await request;
        const failed = value?.failed ?? [];
        problem.value = failed.length ? {message: failed.map((f) => `${f.node}: ${f.reason}`).join(' ')} : null;
        return true;
    } catch (e) {
        problem.value = e;
        return false;
    }
}

export const add = (body) => done(call('POST', 'faults', body));
export const clear = (name) => done(call('DELETE', `faults/${seg(name)}`));
export const clearAll = () => done(call('DELETE', 'faults'));
