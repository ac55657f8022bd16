// SPDX-License-Identifier: MIT
//
// Who changed what and when, the newest first; what nothing newer stands on can be undone.

import {useState} from 'preact/hooks';
import {call} from '../api.js';
import {html} from '../html.js';
import {me} from '../live.js';
import {Refusal} from '../parts/dialog.js';
import {useLoad} from '../parts/load.js';
import {href, setParams} from '../route.js';
import {T} from '../texts.js';

const C = T.changes;

function whenOf(time) {
    return new Date(time).toLocaleString('sv-SE'); // 2026-11-21 15:42:37
}

function Row({e, undo}) {
    const canUndo = e.can_undo && !e.undone_by && me.value?.role !== 'viewer';
    return html`<tr>
        <td class="number">${e.number}</td><td>${whenOf(e.time)}</td><td>${e.who}</td><td>${C.actions[e.action] ?? e.action}</td>
        <td class="mono">${e.what}${(e.before || e.after) && html`<details><summary>${C.details}</summary>
            ${e.before && html`<h3>${C.before}</h3><pre>${JSON.stringify(e.before, null, 1)}</pre>`}${e.after && html`<h3>${C.after}</h3><pre>${JSON.stringify(e.after, null, 1)}</pre>`}</details>`}</td>
        <td>${e.undone_by ? html`<span class="pill">${C.undone(e.undone_by)}</span>`
            : canUndo ? html`<button onClick=${() => undo(e.number)} aria-label=${`${C.undo} ${e.number}`}>${C.undo}</button>`
            : html`<span class="quiet">${e.why_not}</span>`}</td></tr>`;
}

export function Changes({params}) {
    const before = params.get('before') ?? '';
    const {value, problem, reload} = useLoad(`audit?limit=50${before ? `&before=${before}` : ''}`);
    const [refused, setRefused] = useState(null);
    const undo = (number) => call('POST', `audit/${number}/undo`).then(() => { setRefused(null); reload(); }, setRefused);
    return html`
        <div class="head"><a href=${href('subscribers')}>${T.subscribers.title}</a> <span aria-hidden="true">/</span> <h1>${C.title}</h1></div>
        <p class="lead">${C.lead}</p><${Refusal} problem=${refused ?? problem} />
        ${value && html`<div class="card scroll"><table class="tight"><thead><tr>${C.columns.map((c, i) => html`<th class=${i === 0 ? 'number' : ''}>${c}</th>`)}<th><span class="sr">${C.undo}</span></th></tr></thead>
            <tbody>${value.entries.map((e) => html`<${Row} key=${e.number} e=${e} undo=${undo} />`)}</tbody></table>
            <div class="row">${before && html`<button onClick=${() => setParams({before: ''})}>${T.subscribers.firstPage}</button>`}
                ${value.next_before && html`<button onClick=${() => setParams({before: value.next_before})}>${T.subscribers.nextPage}</button>`}</div></div>`}`;
}
