// SPDX-License-Identifier: MIT
//
// Who is registered, as each kind of node sees it.

import {useState} from 'preact/hooks';
import {html} from '../html.js';
import {Refusal} from '../parts/dialog.js';
import {useLoad} from '../parts/load.js';
import {agrees, rowsOf} from '../registrations/rows.js';
import {href} from '../route.js';
import {T} from '../texts.js';
import {RegistrationView} from './registration.js';

const R = T.registrations;
const LIMIT = 200;
const EVERY_MS = 3000;

function Row({row, dead}) {
    const first = row.hss?.publics.find((p) => !p.barred)?.impu ?? row.identities[0];
    const unasked = html`<span class="quiet">${R.unknown}</span>`;
    return html`<tr>
        <td><a class="mono" href=${href('registrations', {}, first)}>${first}</a>
            ${row.identities.filter((i) => i !== first).map((i) => html`<div class="mono quiet">${i}</div>`)}</td>
        <td>${dead.pcscf ? unasked : row.pcscf.length ? row.pcscf.map((p) => html`<div class="mono">${p.source} <span class="quiet">${R.at(p.node)}</span></div>`) : R.nothing}</td>
        <td>${dead.scscf ? unasked : row.scscf.length ? row.scscf.map((s) => html`<div>${R.contacts(s.bindings.length)} <span class="quiet">${R.at(s.node)}</span></div>`) : R.nothing}</td>
        <td>${dead.hss ? unasked : row.hss ? html`${T.subscribers.states[row.hss.state] ?? row.hss.state} <div class="mono quiet">${row.hss.scscf}</div>` : R.nothing}</td>
        <td>${agrees(row, dead) ? html`<span class="pill good">${R.agree}</span>` : html`<span class="pill warn">≠ ${R.differ}</span>`}</td></tr>`;
}

function List() {
    const {value, problem} = useLoad(`registrations?limit=${LIMIT}`, EVERY_MS);
    const [q, setQ] = useState('');
    const isDead = (role) => value.nodes.some((n) => n.role === role && n.status !== 200);
    const dead = value && {pcscf: isDead('pcscf'), scscf: isDead('scscf'), hss: isDead('hss')};
    const rows = value ? rowsOf(value).filter((r) => r.identities.some((i) => i.includes(q))) : [];
    const silent = value?.nodes.filter((n) => n.status !== 200) ?? [];
    const total = value ? Math.max(...value.nodes.map((n) => n.answer?.total ?? 0)) : 0;
    return html`
        <div class="head"><h1>${R.title}</h1><div class="end">
            <input type="search" aria-label=${R.search} placeholder=${R.search} value=${q} onInput=${(e) => setQ(e.target.value)} /></div></div>
        <p class="lead">${R.lead}</p>
        <${Refusal} problem=${problem} />
        ${silent.map((n) => html`<div class="banner bad" role="status">${R.silent(n.node, n.reason)}</div>`)}
        ${value && html`<div class="card scroll"><table>
            <thead><tr><th>${R.identity}</th><th>${R.atPcscf}</th><th>${R.atScscf}</th><th>${R.atHss}</th><th>${R.together}</th></tr></thead>
            <tbody>${rows.map((row) => html`<${Row} key=${row.identities[0]} row=${row} dead=${dead} />`)}</tbody></table>
            ${rows.length === 0 && html`<div class="empty"><p>${q ? R.noneFound : R.none}</p></div>`}
            ${total > LIMIT && html`<p class="quiet">${R.firstOf(LIMIT, total)}</p>`}</div>`}`;
}

export function RegistrationsView({rest}) {
    return rest[0] ? html`<${RegistrationView} key=${rest[0]} impu=${rest[0]} />` : html`<${List} />`;
}
