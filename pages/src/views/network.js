// SPDX-License-Identifier: MIT
//
// The topology as it lives: nodes in the order of a call, links with what passes them, a card for each node.

import {html} from '../html.js';
import {links, network} from '../live.js';
import {go, href} from '../route.js';
import {T} from '../texts.js';

const N = T.network;
const W = 148;  // of a node
const H = 62;
const STEP_X = 196;
const STEP_Y = 92;
const COLUMN = {pcscf: 1, icscf: 2, scscf: 3, hss: 4, slf: 4, as: 5};

// Where each node stands: a band a home network, a column a role.
function place(net) {
    const at = new Map();
    const bands = [];
    let top = 16;
    for (const n of net.networks) {
        const used = {};
        let deepest = 1;
        for (const node of n.nodes) {
            const column = COLUMN[node.role] ?? 5;
            used[column] = (used[column] ?? 0) + 1;
            deepest = Math.max(deepest, used[column]);
            at.set(node.name, {x: 40 + column * STEP_X, y: top + 34 + (used[column] - 1) * STEP_Y, node});
        }
        bands.push({domain: n.domain, y: top, h: 34 + deepest * STEP_Y - 6});
        top += 34 + deepest * STEP_Y + 16;
    }
    return {at, bands, height: top};
}

function stateOf(node) {
    if (node.state !== 'alive') return ['bad', node.state === 'dead' ? N.dead : N.starting];
    return node.ready ? ['good', N.ready] : ['warn', N.notReady];
}

function middle(p) {
    return [p.x + W / 2, p.y + H / 2];
}

function Link({a, b, rate, down, title}) {
    const [x1, y1] = middle(a);
    const [x2, y2] = middle(b);
    return html`<g role="link" aria-label=${title}>
        <line class=${`link ${down ? 'down' : ''}`} x1=${x1} y1=${y1} x2=${x2} y2=${y2} />
        <text class="rate" x=${(x1 + x2) / 2} y=${(y1 + y2) / 2 - 6}>${rate > 0 ? N.perSecond(rate) : ''}</text></g>`;
}

// Both directions of two nodes are one line.
function pairs(list) {
    const out = new Map();
    for (const l of list) {
        const ends = [l.from ?? 'UE', l.to ?? 'UE'].sort();
        const key = ends.join(' ');
        const pair = out.get(key) ?? {ends, rate: 0};
        pair.rate += l.per_second;
        out.set(key, pair);
    }
    return [...out.values()];
}

function Map_({net}) {
    const {at, bands, height} = place(net);
    const width = 40 + STEP_X * (Math.max(...[...at.values()].map((p) => COLUMN[p.node.role] ?? 5)) + 1);
    const phones = {x: 16, y: bands[0].y + 34};
    const spot = (name) => (name === 'UE' ? phones : at.get(name));
    return html`<svg class="map" viewBox=${`0 0 ${width} ${height}`} role="group" aria-label=${N.map}>
        ${bands.map((b) => html`<rect class="home" x=${STEP_X + 16} y=${b.y} width=${width - STEP_X - 32} height=${b.h} rx="10" /><text class="domain" x=${STEP_X + 30} y=${b.y + 20}>${b.domain}</text>`)}
        ${pairs(links.value).map(({ends, rate}) => {
            const [a, b] = ends.map(spot);
            return a && b && html`<${Link} a=${a} b=${b} rate=${rate} title=${N.link(ends[0], ends[1], rate)}
                down=${[a, b].some((p) => p.node && p.node.state !== 'alive')} />`;
        })}
        <g class="node"><rect x=${phones.x} y=${phones.y} width=${W} height=${H} rx="30" /><text x=${phones.x + W / 2} y=${phones.y + H / 2 + 5}>${N.phones}</text></g>
        ${[...at.values()].map(({x, y, node}) => {
            const [, says] = stateOf(node);
            const open = () => go('ladder', {node: node.name});
            return html`<g class=${`node ${node.state === 'dead' ? 'dead' : ''}`} tabindex="0" role="button" aria-label=${`${node.name}, ${T.roles[node.role]}, ${says}`}
                onClick=${open} onKeyDown=${(e) => (e.key === 'Enter' || e.key === ' ') && (e.preventDefault(), open())}>
                <rect x=${x} y=${y} width=${W} height=${H} rx="9" />
                <text x=${x + W / 2} y=${y + 26}>${node.name}</text><text class="role" x=${x + W / 2} y=${y + 45}>${T.roles[node.role] ?? node.role} · ${says}</text></g>`;
        })}</svg>`;
}

function Figures({status}) {
    const shown = Object.entries(status ?? {}).filter(([, v]) => typeof v === 'number');
    return html`<table><tbody>${shown.map(([k, v]) => html`<tr><th>${N.figures[k] ?? k}</th><td class="number">${v.toLocaleString('en')}</td></tr>`)}</tbody></table>`;
}

function Card({node}) {
    const [look, says] = stateOf(node);
    return html`<section class="card" aria-label=${node.name}>
        <div class="head"><h2>${node.name}</h2><span class=${`pill ${look}`}>${says}</span></div>
        <p class="quiet">${T.roleSays[node.role]}</p>
        ${(node.why || node.reason) && html`<p>${node.why || node.reason}</p>`}
        <table><tbody>${(node.listeners ?? []).filter((l) => l.trust !== 'admin').map((l) => html`<tr><th>${l.trust}</th><td class="mono">${l.transport} ${l.at}</td></tr>`)}</tbody></table>
        <${Figures} status=${node.status} />
        <a href=${href('ladder', {node: node.name})}>${N.showLadder}</a></section>`;
}

export function NetworkView() {
    const net = network.value;
    if (!net) return html`<p>${T.loading}</p>`;
    return html`<div class="head"><h1>${N.title}</h1></div><p class="lead">${N.lead}</p>
        <${Map_} net=${net} />
        <div class="cards">${net.networks.flatMap((n) => n.nodes).map((node) => html`<${Card} key=${node.name} node=${node} />`)}</div>`;
}
