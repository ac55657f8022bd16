// SPDX-License-Identifier: MIT
//
// What the pages know of the network while it lives: its nodes and links, and the steps that the ladder's filter lets
// through. One stream of events for all of it; the hub filters, and tells what changed at most ten times a second.

import {computed, signal} from '@preact/signals';
import {events, get} from './api.js';
import {stepOf} from './ladder/step.js';

export const STEPS_MAX = 10_000;

export const network = signal(null); // GET /network
export const links = signal([]);     // [{from, to, proto, per_second}]
export const me = signal(null);      // {role, name}
export const live = signal(true);    // are we connected?
export const steps = signal([]);
export const missed = signal(0);

export const nodes = computed(() => (network.value?.networks ?? []).flatMap((n) => n.nodes));

let boot = null;
let close = () => {};
let asked = null;

function onHello(e) {
    if (boot !== e.boot) steps.value = [];
    boot = e.boot;
}

function onSteps(e) {
    const last = Number(steps.value.at(-1)?.id ?? 0);
    const fresh = e.steps.filter((s) => s.id > last).map(stepOf);
    if (fresh.length === 0) return;
    const all = steps.value.concat(fresh);
    steps.value = all.length > STEPS_MAX ? all.slice(all.length - STEPS_MAX) : all;
}

function onNode(node) {
    const replace = (n) => ({...n, nodes: n.nodes.map((x) => (x.name === node.name ? node : x))});
    if (network.value) network.value = {...network.value, networks: network.value.networks.map(replace)};
}

function onLinks(e) {
    const key = (l) => `${l.from}>${l.to}>${l.proto}`;
    const now = new Map(links.value.map((l) => [key(l), l]));
    for (const l of e.links) now.set(key(l), l);
    links.value = [...now.values()];
}

// Steps that fit from now on; query as GET /trace has it ("user=bob&failed").
export function watch(query) {
    if (query === asked) return;
    asked = query;
    close();
    steps.value = [];
    missed.value = 0;
    close = events(`events?limit=2000${query ? `&${query}` : ''}`, {
        hello: onHello,
        network: (e) => { network.value = e; },
        node: onNode,
        links: onLinks,
        steps: onSteps,
        missed: (e) => { missed.value += e.missed; },
    }, (up) => { live.value = up; });
}

export async function start() {
    watch('');
    me.value = await get('me').catch(() => null);
}
