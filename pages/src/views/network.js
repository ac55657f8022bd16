// SPDX-License-Identifier: MIT
//
// The topology as it lives: nodes in the order of a call, links with what passes them, a card for each node.

import {LinkPanel} from '../faults/link.js';
import {NodePanel} from '../faults/node.js';
import {faults} from '../faults/live.js';
import {atNode, breaks, onLink} from '../faults/model.js';
import {html} from '../html.js';
import {links, network} from '../live.js';
import {Figures} from '../network/figures.js';
import {stateOf, wordsOf} from '../network/health.js';
import {connectionState, connections, pairs} from '../network/links.js';
import {BOX, STEP_X, place} from '../network/place.js';
import {href, setParams} from '../route.js';
import {T} from '../texts.js';

const N = T.network;
const {w: W, h: H} = BOX;

// Pressed by Enter and the space bar as a button is.
function pressed(act) {
    return (e) => {
        if (e.key !== 'Enter' && e.key !== ' ') return;
        e.preventDefault();
        act();
    };
}

function Link({a, b, ends, rate, dead, state}) {
    const [x1, y1, x2, y2] = [a.x + W / 2, a.y + H / 2, b.x + W / 2, b.y + H / 2];
    const on = onLink(faults.value, ends);
    const broken = on.some(breaks);
    const [look, mark, says] = (!dead && wordsOf(state)) || [];
    const down = dead || look === 'bad';
    const marked = on.length > 0 || down || says;
    const open = () => setParams({link: ends.join(',')});
    return html`<g class=${`wire ${down || broken ? 'down' : ''} ${rate > 0 ? 'busy' : ''}`} role="button" tabindex="0" aria-label=${`${N.link(ends[0], ends[1], rate)}${says ? `, ${mark} ${N.shortly[state]}: Diameter ${says}` : ''}${on.length ? `, ⚡ ${on.map((f) => T.faults.deed(f)).join(', ')}` : ''}`}
            onClick=${open} onKeyDown=${pressed(open)}>
        <line class="reach" x1=${x1} y1=${y1} x2=${x2} y2=${y2} /><line class="link" x1=${x1} y1=${y1} x2=${x2} y2=${y2} />
        ${rate > 0 && html`<text class="rate" x=${(x1 + x2) / 2} y=${(y1 + y2) / 2 - (marked ? 14 : 7)}>${N.perSecond(rate)}</text>${' '}`}
        ${on.length > 0 && html`<text class="cut" aria-hidden="true" x=${(x1 + x2) / 2} y=${(y1 + y2) / 2 + 5}>⚡${broken ? '✗' : ''}</text>`}
        ${(down || says) && on.length === 0 && html`<text class="cut" aria-hidden="true" x=${(x1 + x2) / 2} y=${(y1 + y2) / 2 + 5}>${mark ?? '✗'}</text>`}
        ${!says && on.length > 0 && html`<text class=${`says ${broken ? 'bad' : ''}`} aria-hidden="true" x=${(x1 + x2) / 2} y=${(y1 + y2) / 2 + 22}>${T.faults.deed(on.find(breaks) ?? on[0])}</text>`}
        ${says && html`<text class=${`says ${look}`} aria-hidden="true" x=${(x1 + x2) / 2} y=${(y1 + y2) / 2 + 22}>${N.shortly[state]}</text>`}</g>`;
}

function NodeBox({x, y, node}) {
    const [look, mark, says] = stateOf(node);
    const on = atNode(faults.value, node.name);
    const role = `${node.role === 'as' ? N.asOnMap : T.roles[node.role] ?? node.role} · ${on.length ? `⚡ ${T.faults.deed(on[0])}` : says}`;
    const open = () => setParams({node: node.name});
    return html`<g class=${`node ${look}`} tabindex="0" role="button" aria-label=${`${mark} ${node.name} ${role}`} onClick=${open} onKeyDown=${pressed(open)}>
        <rect x=${x} y=${y} width=${W} height=${H} rx="9" />
        <text class="mark" x=${x + 15} y=${y + 26}>${mark}</text>${' '}<text x=${x + W / 2} y=${y + 26}>${node.name}</text>${' '}
        <text class="role" x=${x + W / 2} y=${y + 46}>${role}</text></g>`;
}

function Map_({net}) {
    const {at, bands, width, height, phones} = place(net);
    const spot = (name) => (name === 'UE' ? phones : at.get(name));
    return html`<svg class="map" viewBox=${`0 0 ${width} ${height}`} role="group" aria-label=${N.map}>
        ${bands.map((b) => html`<rect class=${`home ${b.external ? 'external' : ''}`} x=${STEP_X + 12} y=${b.y} width=${width - STEP_X - 24} height=${b.h} rx="10" /><text class="domain" x=${STEP_X + 28} y=${b.y + 22}>${b.external ? N.othersNetwork(b.domain) : b.domain}</text>`)}
        ${pairs(links.value, net).map(({ends, rate}) => {
            const [a, b] = ends.map(spot);
            return a && b && html`<${Link} key=${ends.join()} a=${a} b=${b} ends=${ends} rate=${rate} dead=${[a, b].some((p) => p.node?.state === 'dead')}
                state=${connectionState(connections(ends, net))} />`;
        })}
        <g class="node"><rect x=${phones.x} y=${phones.y} width=${W} height=${H} rx="30" /><text x=${phones.x + W / 2} y=${phones.y + H / 2 + 5}>${N.phones}</text></g>
        ${[...at.values()].map((p) => html`<${NodeBox} key=${p.node.name} ...${p} />`)}</svg>`;
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
    const chosen = place(net).at.get(params.get('node'))?.node;
    return html`<div class="head"><h1>${N.title}</h1></div><p class="lead">${N.lead}</p>
        <div class="card mapcard"><${Map_} net=${net} /></div>
        ${ends?.length === 2 && html`<${LinkPanel} key=${ends.join()} ends=${ends} rate=${pairs(links.value, net).find((p) => p.ends.join() === ends.join())?.rate ?? 0}
            onClose=${() => setParams({link: ''})} />`}
        ${chosen && html`<${NodePanel} key=${chosen.name} node=${chosen} onClose=${() => setParams({node: ''})} />`}
        <div class="cards four">${net.networks.flatMap((n) => n.nodes).map((node) => html`<${Card} key=${node.name} node=${node} />`)}</div>`;
}
