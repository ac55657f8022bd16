// SPDX-License-Identifier: MIT
//
// The topology as it lives: nodes in the order of a call, links with what passes them, a card for each node.

import {LinkPanel} from '../faults/link.js';
import {faults} from '../faults/live.js';
import {atNode, breaks, onLink} from '../faults/model.js';
import {html} from '../html.js';
import {links, network} from '../live.js';
import {pairs} from '../network/links.js';
import {go, href, setParams} from '../route.js';
import {T} from '../texts.js';

const N = T.network;
const W = 150;  // of a node
const H = 62;
const STEP_X = 206;
const STEP_Y = 96;
const LIFT = 44; // the I-CSCF stands higher, the S-CSCF lower: no link runs behind a node
const COLUMN = {pcscf: 1, icscf: 2, scscf: 3, hss: 4, slf: 4, as: 5};
const LIFTED = {icscf: -LIFT, scscf: LIFT};

// Where each node stands: a band a home network, a column a role.
function place(net) {
    const at = new Map();
    const bands = [];
    let top = 12;
    for (const n of net.networks) {
        const used = {};
        let deepest = 1;
        for (const node of n.nodes) {
            const column = COLUMN[node.role] ?? 5;
            const row = used[column] ?? 0;
            used[column] = row + 1;
            deepest = Math.max(deepest, row + 1);
            at.set(node.name, {x: 40 + column * STEP_X, y: top + 34 + LIFT + row * STEP_Y + (LIFTED[node.role] ?? 0), node});
        }
        bands.push({domain: n.domain, y: top, h: 34 + 2 * LIFT + deepest * STEP_Y - 20});
        top += 34 + 2 * LIFT + deepest * STEP_Y;
    }
    return {at, bands, height: top};
}

function stateOf(node) {
    if (node.state === 'dead') return ['bad', '✗', N.dead];
    if (node.state !== 'alive') return ['warn', '…', N.starting];
    return node.ready ? ['good', '✓', N.ready] : ['warn', '!', N.notReady];
}

// Pressed by Enter and the space bar as a button is.
function pressed(act) {
    return (e) => {
        if (e.key !== 'Enter' && e.key !== ' ') return;
        e.preventDefault();
        act();
    };
}

function Link({a, b, ends, rate, down}) {
    const [x1, y1, x2, y2] = [a.x + W / 2, a.y + H / 2, b.x + W / 2, b.y + H / 2];
    const on = onLink(faults.value, ends);
    const broken = on.some(breaks);
    const open = () => setParams({link: ends.join(',')});
    return html`<g class=${`wire ${down || broken ? 'down' : ''} ${rate > 0 ? 'busy' : ''}`} role="button" tabindex="0" aria-label=${`${N.link(ends[0], ends[1], rate)}${on.length ? `, ⚡ ${on.map((f) => T.faults.deed(f)).join(', ')}` : ''}`}
            onClick=${open} onKeyDown=${pressed(open)}>
        <line class="reach" x1=${x1} y1=${y1} x2=${x2} y2=${y2} /><line class="link" x1=${x1} y1=${y1} x2=${x2} y2=${y2} />
        ${rate > 0 && html`<text class="rate" x=${(x1 + x2) / 2} y=${(y1 + y2) / 2 - 7}>${N.perSecond(rate)}</text>${' '}`}
        ${on.length > 0 && html`<text class="cut" aria-hidden="true" x=${(x1 + x2) / 2} y=${(y1 + y2) / 2 + 5}>⚡${broken ? '✗' : ''}</text>`}
        ${down && on.length === 0 && html`<text class="cut" aria-hidden="true" x=${(x1 + x2) / 2} y=${(y1 + y2) / 2 + 5}>✗</text>`}</g>`;
}

function NodeBox({x, y, node}) {
    const [look, mark, says] = stateOf(node);
    const on = atNode(faults.value, node.name);
    const role = `${T.roles[node.role] ?? node.role} · ${on.length ? `⚡ ${T.faults.deed(on[0])}` : says}`;
    const open = () => go('ladder', {node: node.name});
    return html`<g class=${`node ${look}`} tabindex="0" role="button" aria-label=${`${mark} ${node.name} ${role}`} onClick=${open} onKeyDown=${pressed(open)}>
        <rect x=${x} y=${y} width=${W} height=${H} rx="9" />
        <text class="mark" x=${x + 15} y=${y + 26}>${mark}</text>${' '}<text x=${x + W / 2} y=${y + 26}>${node.name}</text>${' '}
        <text class="role" x=${x + W / 2} y=${y + 46}>${role}</text></g>`;
}

function Map_({net}) {
    const {at, bands, height} = place(net);
    const width = 40 + STEP_X * (Math.max(...[...at.values()].map((p) => COLUMN[p.node.role] ?? 5)) + 1);
    const phones = {x: 16, y: bands[0].y + 34 + LIFT};
    const spot = (name) => (name === 'UE' ? phones : at.get(name));
    return html`<svg class="map" viewBox=${`0 0 ${width} ${height}`} role="group" aria-label=${N.map}>
        ${bands.map((b) => html`<rect class="home" x=${STEP_X + 12} y=${b.y} width=${width - STEP_X - 24} height=${b.h} rx="10" /><text class="domain" x=${STEP_X + 28} y=${b.y + 22}>${b.domain}</text>`)}
        ${pairs(links.value, net).map(({ends, rate}) => {
            const [a, b] = ends.map(spot);
            return a && b && html`<${Link} key=${ends.join()} a=${a} b=${b} ends=${ends} rate=${rate} down=${[a, b].some((p) => p.node?.state === 'dead')} />`;
        })}
        <g class="node"><rect x=${phones.x} y=${phones.y} width=${W} height=${H} rx="30" /><text x=${phones.x + W / 2} y=${phones.y + H / 2 + 5}>${N.phones}</text></g>
        ${[...at.values()].map((p) => html`<${NodeBox} key=${p.node.name} ...${p} />`)}</svg>`;
}

function Figures({status}) {
    const shown = Object.entries(status ?? {}).filter(([k, v]) => typeof v === 'number' && N.figures[k]);
    if (shown.length === 0) return null;
    return html`<dl class="figures">${shown.map(([k, v]) => html`<div><dt>${N.figures[k]}</dt><dd>${v.toLocaleString('en')}</dd></div>`)}</dl>`;
}

function Card({node}) {
    const [look, mark, says] = stateOf(node);
    const since = new Date(node.since_us / 1000).toLocaleTimeString('en-GB');
    return html`<section class=${`card ${look === 'bad' ? 'dead' : ''}`} aria-label=${node.name}>
        <div class="head"><h2>${node.name}</h2><span class="quiet">${T.roles[node.role]}</span><span class=${`pill ${look}`}>${mark} ${says}</span></div>
        ${look !== 'good' && html`<p><strong>${N.deadSince(since)}</strong>${node.reason ? `: ${node.reason}` : ''}</p>`}
        <p class="quiet">${T.roleSays[node.role]}</p>
        <${Figures} status=${node.status} />
        <details><summary>${N.addresses}</summary>
            <table><tbody>${(node.listeners ?? []).map((l) => html`<tr><th>${N.trusts[l.trust] ?? l.trust}</th><td class="mono">${l.transport} ${l.at}</td></tr>`)}</tbody></table></details>
        <p><a href=${href('ladder', {node: node.name})}>${N.showLadder}</a></p></section>`;
}

export function NetworkView({params}) {
    const net = network.value;
    const ends = params.get('link')?.split(',');
    if (!net) return html`<p>${T.loading}</p>`;
    return html`<div class="head"><h1>${N.title}</h1></div><p class="lead">${N.lead}</p>
        <div class="card mapcard"><${Map_} net=${net} /></div>
        ${ends?.length === 2 && html`<${LinkPanel} key=${ends.join()} ends=${ends} rate=${pairs(links.value, net).find((p) => p.ends.join() === ends.join())?.rate ?? 0}
            onClose=${() => setParams({link: ''})} />`}
        <div class="cards">${net.networks.flatMap((n) => n.nodes).map((node) => html`<${Card} key=${node.name} node=${node} />`)}</div>`;
}
