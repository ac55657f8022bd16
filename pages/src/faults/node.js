// SPDX-License-Identifier: MIT
//
// One node of the network: how it is, what passes it, its Diameter connections; to break and mend it, and to capture it.

import {html} from '../html.js';
import {Figures} from '../network/figures.js';
import {stateOf} from '../network/health.js';
import {Dialog, Refusal} from '../parts/dialog.js';
import {href} from '../route.js';
import {T} from '../texts.js';
import {Connections, Mending} from './link.js';
import {faults, mayBreak, useFaults} from './live.js';
import {atNode} from './model.js';

const F = T.faults;
const N = T.network;

function Health({node}) {
    const [look, mark, says] = stateOf(node);
    return html`<p><span class=${`pill ${look}`}>${mark} ${says}</span> ${look !== 'good' && node.reason}</p>
        <${Figures} status=${node.status} />
        <${Connections} seen=${(node.status?.peers ?? []).map((p) => ({...p, by: node.name, of: p.host}))} />`;
}

export function NodePanel({node, onClose}) {
    const {problem, add, clear} = useFaults();
    const on = atNode(faults.value, node.name);
    const breakable = mayBreak.value && !node.external && !on.some((f) => f.action === 'dead');
    return html`<${Dialog} title=${`${node.name} · ${T.roles[node.role] ?? node.role}`} onClose=${onClose}>
        ${node.external ? html`<p>${N.externalSays(node.host)}</p>` : html`<${Health} node=${node} />`}
        ${on.length > 0 && html`<p>${F.worseHere}</p>`}
        <${Mending} on=${on} clear=${clear} />
        <${Refusal} problem=${problem} />
        <div class="row ways">
            <a class="button" href=${href('ladder', {node: node.name})}>${N.showLadder}</a>
            <a class="button" href=${`api/v1/trace.pcapng?${new URLSearchParams({node: node.name})}`}>${F.capture}</a>
            ${breakable && html`<button class="danger" onClick=${() => add({action: 'dead', node: node.name})}>${F.breakIt}</button>`}</div>
        <p class="quiet">${F.captureSays} ${breakable && F.deadSays} <a href=${href('faults')}>${F.more}</a></p></${Dialog}>`;
}
