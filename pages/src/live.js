// SPDX-License-Identifier: MIT
//
// What the pages know of the network while it lives: its nodes and links, and the steps that the ladder's filter lets
// through. One stream of events for all of it; the hub filters, and tells what changed at most ten times a second.

import {computed, signal} from '@preact/signals';
import {events, get} from './api.js';
import {forgetFindings, loadFindings, onFinding} from './doctor/live.js';
import {renewed} from './ladder/layout.js';
import {stepOf} from './ladder/step.js';

const HIDDEN_MS = 10_000;
const AGAIN_MS = 2_000;
export const STEPS_MAX = 10_000;

export const network = signal(null); // GET /network
export const links = signal([]);     // [{from, to, proto, per_second}]
export const me = signal(null);      // {role, name}
export const live = signal(true);    // are we connected?
export const steps = signal([]);
export const missed = signal(0);
export const resets = signal(0);     // how often all was, or may have been, set back: what was read before is stale
export const life = signal(null);    // of the dashboard: in another one its numbers mean something else

export const nodes = computed(() => (network.value?.networks ?? []).flatMap((n) => n.nodes));

// The home network of ours that an identity belongs to.
export function homeOf(identity) {
    const domain = identity?.split('@')[1]?.toLowerCase();
    return network.value?.networks.find((n) => n.domain === domain)?.domain;
}

let close = () => {}; // null: given back
let resting = 0;
let again = 0;
let asked = null;
let lastId = ''; // of the steps that we have, as the hub numbers them

function forgetSteps() {
    steps.value = [];
    missed.value = 0;
}

function onHello(e) {
    if (life.value !== e.boot) forgetSteps();
    else if (steps.value[0]?.id < e.first || e.first === 0) steps.value = steps.value.filter((s) => s.id >= e.first && e.first > 0); // forgotten there
    if (life.value !== null) resets.value++; // it may have been while nobody listened
    life.value = e.boot;
    loadFindings(e.boot);
}

function onSteps(e, id) {
    lastId = id;
    const last = Number(steps.value.at(-1)?.id ?? 0);
    const fresh = e.steps.filter((s) => s.id > last).map(stepOf);
    if (fresh.length === 0) return;
    const all = steps.value.concat(fresh);
    steps.value = all.length > STEPS_MAX ? all.slice(all.length - STEPS_MAX) : all;
}

function onMissed(e, id) {
    lastId = id; // or they would be told again
    missed.value += e.missed;
}

function onNetwork(e) {
    network.value = e;
    links.value = e.links;
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

function onReset() {
    forgetSteps();
    resets.value++;
    forgetFindings();
    loadFindings(life.value);
}

function onState(state) {
    live.value = state === 'open';
    clearTimeout(again);
    if (state === 'ended') again = setTimeout(() => { if (close) { close(); open(); } }, AGAIN_MS);
}

// A stream that goes on where the last one ended; a browser's own reconnecting says the same in a header.
function open() {
    const query = [asked, `limit=${STEPS_MAX}`, lastId && `last_event_id=${lastId}`].filter(Boolean).join('&');
    close = events(`events?${query}`, {
        hello: onHello,
        network: onNetwork,
        node: onNode,
        links: onLinks,
        steps: onSteps,
        mended: (e) => { steps.value = renewed(steps.value, e.steps.map(stepOf)); },
        missed: onMissed,
        reset: onReset,
        finding: onFinding,
    }, onState);
}

// Steps that fit from now on; query as GET /trace has it ("user=bob&failed").
export function watch(query) {
    if (query === asked) return;
    asked = query;
    close?.();
    forgetSteps();
    lastId = '';
    open();
}

// A browser has six connections to one host, for all its tabs: a page that nobody looks at gives its own back.
function onHidden() {
    clearTimeout(resting);
    if (document.hidden) {
        resting = setTimeout(() => { close(); close = null; }, HIDDEN_MS);
    } else if (!close) {
        open();
    }
}

export async function start() {
    watch('');
    document.addEventListener('visibilitychange', onHidden);
    addEventListener('pagehide', () => { close?.(); close = null; });
    addEventListener('pageshow', () => { if (!close) open(); });
    me.value = await get('me').catch(() => null);
}
