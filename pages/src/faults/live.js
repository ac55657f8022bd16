// SPDX-License-Identifier: MIT
//
// The faults that are on, from the nodes' own state, and what changes them.

import {computed} from '@preact/signals';
import {useEffect, useState} from 'preact/hooks';
import {call, seg} from '../api.js';
import {me, nodes} from '../live.js';
import {route} from '../route.js';
import {grouped} from './model.js';

export const faults = computed(() => grouped(nodes.value));
export const mayBreak = computed(() => me.value?.role === 'admin');

// A node that could not be asked is told of, though others did it.
async function refusalOf(request) {
    try {
        const {value} = await request;
        const failed = value?.failed ?? [];
        return failed.length ? {message: failed.map((f) => `${f.node}: ${f.reason}`).join(' ')} : null;
    } catch (e) {
        return e;
    }
}

// What changes them, and how the last attempt was refused: here, and while this page is shown.
export function useFaults() {
    const [problem, setProblem] = useState(null);
    useEffect(() => setProblem(null), [route.value.view]);
    const tried = async (request) => {
        const refusal = await refusalOf(request);
        setProblem(refusal);
        return !refusal;
    };
    return {
        problem,
        add: (body) => tried(call('POST', 'faults', body)),
        clear: (name) => tried(call('DELETE', `faults/${seg(name)}`)),
        clearAll: () => tried(call('DELETE', 'faults')),
    };
}
