// SPDX-License-Identifier: MIT
//
// What the pages know of the network while it lives: its nodes and links, and the steps of late.

import {signal} from '@preact/signals';
import {events, get} from './api.js';
import {stepOf} from './ladder/step.js';

const STEPS_MAX = 10_000;

export const network = signal(null); // GET /network
export const me = signal(null);      // {role, name}
export const live = signal(true);    // are we connected?
export const steps = signal([]);

function add(list) {
    if (list.length === 0) return;
    const all = steps.value.concat(list.map(stepOf));
    steps.value = all.length > STEPS_MAX ? all.slice(all.length - STEPS_MAX) : all;
}

export async function start() {
    const refresh = async () => {
        try {
            network.value = await get('network');
            live.value = true;
        } catch {
            live.value = false;
        }
    };
    await refresh();
    setInterval(refresh, 2000);
    me.value = await get('me').catch(() => null);
    events('events', {
        snapshot: (e) => { steps.value = []; add(e.steps ?? []); },
        steps: (e) => add(e.steps ?? []),
    }, (up) => { live.value = up; });
}
