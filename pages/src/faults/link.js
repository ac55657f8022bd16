// SPDX-License-Identifier: MIT
//
// One link of the network: what passes it, to break and mend it, to make it slow or lossy, to capture it.

import {html} from '../html.js';
import {network} from '../live.js';
import {wordsOf} from '../network/health.js';
import {comesBack, connectionState, connections} from '../network/links.js';
import {Dialog, Refusal} from '../parts/dialog.js';
import {href} from '../route.js';
import {T} from '../texts.js';
import {faults, mayBreak, useFaults} from './live.js';
import {atNode, breaks, onLink} from './model.js';

const F = T.faults;
const N = T.network;
// Ready-made, for a link that is to be worse, not broken.
const WORSE = [
    ['late', {action: 'delay', delay: '200ms', jitter: '100ms'}], ['veryLate', {action: 'delay', delay: '2s'}],
    ['lossy', {action: 'loss', percent: 10}], ['veryLossy', {action: 'loss', percent: 40}],
    ['twice', {action: 'duplicate'}], ['swapped', {action: 'reorder', percent: 30}],
];

const apiEnd = (end) => (end === 'UE' ? 'ue' : end);

export function Mending({on, clear}) {
    return html`<ul class="plain on">${on.map((f) => html`<li class="row" key=${f.name}><span><span aria-hidden="true">⚡ </span>${F.deed(f)} <span class="quiet">${F.struck(f.struck)}</span></span>
        ${mayBreak.value && html`<button aria-label=${`${F.mend}: ${f.name}`} onClick=${() => clear(f.name)}>${F.mend}</button>`}</li>`)}</ul>`;
}

// Diameter connections as their ends see them.
export function Connections({seen}) {
    if (seen.length === 0) return null;
    return html`<ul class="plain on">${seen.map((p) => {
        const [look, mark, says] = wordsOf(connectionState([p])) ?? ['good', '✓', N.open];
        return html`<li class="row" key=${`${p.by} ${p.of}`}><span>${N.seesPeer(p.by, p.of)} <span class=${`pill ${look}`}>${mark} ${says}</span></span>
            <span class="quiet">${N.peerState(p, new Date(p.since_us / 1000).toLocaleTimeString('en-GB'))}${p.open || !p.last_error ? '' : `: ${p.last_error}`}</span></li>`;
    })}</ul>`;
}

// A connection outlives a cut for a while, and its mending too.
function Aftermath({ends, on, isOpen}) {
    if (on.some(breaks)) return html`<p role="status">${isOpen && F.unnoticed}</p>`;
    const whole = on.length === 0 && ends.every((end) => atNode(faults.value, end).length === 0);
    const back = whole && comesBack(ends, network.value);
    return html`<p role="status">${back && (back.by ? N.broughtBack(back.by) : N.noticed)}</p>`;
}

export function LinkPanel({ends, rate, onClose}) {
    const {problem, add, clear} = useFaults();
    const on = onLink(faults.value, ends);
    const broken = on.filter(breaks);
    const seen = connections(ends, network.value);
    const link = ends.map(apiEnd);
    const outside = ends[0] === 'UE' || network.value.external.some((e) => e.name === ends[0]);
    const [node, peer] = outside ? [ends[1], ends[0]] : ends;
    const capture = new URLSearchParams({node, peer: apiEnd(peer)});
    return html`<${Dialog} title=${F.linkOf(...ends)} onClose=${onClose}>
        <${Connections} seen=${seen} />
        <p>${on.length === 0 ? F.whole(rate) : F.worseNow}</p>
        <${Mending} on=${on} clear=${clear} />
        <${Aftermath} ends=${ends} on=${on} isOpen=${connectionState(seen) === 'open'} />
        <${Refusal} problem=${problem} />
        <div class="row ways">
            <a class="button" href=${href('ladder', {node, peer})}>${N.showLadder}</a>
            <a class="button" href=${`api/v1/trace.pcapng?${capture}`}>${F.capture}</a>
            ${mayBreak.value && broken.length === 0 && html`<button class="danger" onClick=${() => add({action: 'loss', link})}>${F.breakIt}</button>`}</div>
        ${mayBreak.value && broken.length === 0 && html`<h3>${F.worse}</h3>
            <div class="row ways">${WORSE.map(([key, deed]) => html`<button key=${key} onClick=${() => add({...deed, link, name: `${key}-${link.join('-')}`.replace(/[^A-Za-z0-9-]/g, '-').slice(0, 60)})}>${F.ready[key]}</button>`)}</div>`}
        <p class="quiet">${F.captureSays} <a href=${href('faults', {link: link.join(',')})}>${F.more}</a></p></${Dialog}>`;
}
