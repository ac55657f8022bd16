// SPDX-License-Identifier: MIT
//
// Who is registered, as each kind of node sees it. One node gives the page of the list (it searches, and counts); then all
// are asked about those users.

import {timeOf} from '../doctor/finding.js';
import {useFindings} from '../doctor/live.js';
import {html} from '../html.js';
import {nodes} from '../live.js';
import {Refusal} from '../parts/dialog.js';
import {useLoad} from '../parts/load.js';
import {Parted} from '../parts/parted.js';
import {leadsOn} from '../parts/row.js';
import {agrees, namesOf, rowsFor, silentFor} from '../registrations/rows.js';
import {href, setParams} from '../route.js';
import {T} from '../texts.js';
import {seg} from '../api.js';
import {RegistrationView} from './registration.js';

const R = T.registrations;
const LIMIT = 50;
const FAILED_MAX = 3;
const EVERY_MS = 3000;
const LISTERS = ['hss', 'scscf', 'pcscf']; // the first that is alive, if nobody chose

function Together({agreed}) {
    if (agreed === null) return html`<span class="quiet">${R.unknown}</span>`;
    return agreed ? html`<span class="pill good">✓ ${R.agree}</span>` : html`<span class="pill warn">≠ ${R.differ}</span>`;
}

// What was answered is shown; a node that is silent leaves open only what nobody said.
function Row({row, silent}) {
    const first = row.hss?.publics.find((p) => !p.barred)?.impu ?? row.identities[0];
    const nothing = (role) => (silent[role] ? html`<span class="quiet">${R.unknown}</span>` : R.nothing);
    return html`<tr ...${leadsOn()}>
        <td><a class="mono" href=${href('registrations', {}, first)}><${Parted} text=${first} /></a>
            ${row.identities.filter((i) => i !== first).map((i) => html`<div class="mono quiet"><${Parted} text=${i} /></div>`)}</td>
        <td>${row.pcscf.length ? row.pcscf.map((p) => html`<div><span class="mono">${p.source}</span> <span class="quiet">${R.at(p.node)}</span></div>`) : nothing('pcscf')}</td>
        <td>${row.scscf.length ? row.scscf.map((s) => html`<div>${R.contacts(s.bindings.length)} <span class="quiet">${R.at(s.node)}</span></div>`) : nothing('scscf')}</td>
        <td>${row.hss ? html`${T.subscribers.states[row.hss.state] ?? row.hss.state} <div class="mono quiet"><${Parted} text=${row.hss.scscf} /></div>` : nothing('hss')}</td>
        <td><${Together} agreed=${agrees(row, silent)} /></td></tr>`;
}

function Table({value, names}) {
    return html`
        ${value.nodes.filter((n) => n.status !== 200).map((n) => html`<div class="banner bad" role="status">${R.silent(n.node, n.reason)}</div>`)}
        <table><thead><tr><th>${R.identity}</th><th>${R.atPcscf}</th><th>${R.atScscf}</th><th>${R.atHss}</th><th>${R.together}</th></tr></thead>
            <tbody>${rowsFor(value, names).map((row) => html`<${Row} key=${row.identities[0]} row=${row} silent=${silentFor(row, value.nodes)} />`)}</tbody></table>`;
}

// Who failed to register lately, and why: each user's newest finding.
function Failed() {
    const newest = new Map();
    for (const f of useFindings()) if (f.method === 'REGISTER' && f.kind !== 'note' && !f.solved && !newest.has(f.subject)) newest.set(f.subject, f);
    if (newest.size === 0) return null;
    return html`<section class="card differences" aria-label=${R.failedLately}><h2>⚕ ${R.failedLately}</h2>
        <ul>${[...newest.values()].slice(0, FAILED_MAX).map((f) => html`<li><span class="quiet number">${timeOf(f)}</span> <span class="mono">${f.subject}</span>: <a href=${href('doctor', {id: f.id})}>${f.title}</a></li>`)}</ul>
        ${newest.size > FAILED_MAX && html`<a href=${href('doctor')}>${R.failedMore(newest.size - FAILED_MAX)}</a>`}</section>`;
}

function listerOf(name) {
    const able = nodes.value.filter((n) => LISTERS.includes(n.role));
    const byRank = [...able].sort((a, b) => LISTERS.indexOf(a.role) - LISTERS.indexOf(b.role));
    return able.find((n) => n.name === name) ?? byRank.find((n) => n.state === 'alive') ?? null;
}

function List({params}) {
    const q = params.get('q') ?? '';
    const after = params.get('after') ?? '';
    const lister = listerOf(params.get('by')); // `after` is of his list, so the address has both
    const query = new URLSearchParams({limit: LIMIT, ...(q && {q}), ...(after && {after})});
    const page = useLoad(lister && `nodes/${seg(lister.name)}/registrations?${query}`, EVERY_MS);
    const names = page.value ? namesOf(page.value) : [];
    const all = useLoad(page.value && `registrations?limit=1000&of=${seg(names.join(' '))}`, EVERY_MS);
    return html`
        <div class="head"><h1>${R.title}</h1><div class="end">
            <input type="search" aria-label=${R.search} placeholder=${R.search} value=${q} onInput=${(e) => setParams({q: e.target.value, after: ''})} />
            <select aria-label=${R.listedBy} value=${lister?.name} onChange=${(e) => setParams({by: e.target.value, after: ''})}>
                ${nodes.value.filter((n) => LISTERS.includes(n.role)).map((n) => html`<option value=${n.name}>${R.listed(n.name)}</option>`)}</select></div></div>
        <p class="lead">${R.lead}</p>
        <${Refusal} problem=${page.problem ?? all.problem} /><${Failed} />
        ${!lister && html`<div class="card empty" role="status"><p>${nodes.value.length ? R.noLister : T.loading}</p></div>`}
        ${page.value && all.value && html`<div class="card scroll"><${Table} value=${all.value} names=${names} />
            ${names.length === 0 && html`<div class="empty"><p>${q ? R.noneFound : R.none}</p></div>`}
            <div class="row"><span class="quiet">${R.total(page.value.total)}${page.value.matching === undefined ? '' : `, ${R.matching(page.value.matching)}`}</span>
                ${after && html`<button onClick=${() => setParams({after: ''})}>${T.subscribers.firstPage}</button>`}
                ${page.value.next_after && html`<button onClick=${() => setParams({after: page.value.next_after, by: lister?.name ?? ''})}>${T.subscribers.nextPage}</button>`}</div></div>`}`;
}

export function RegistrationsView({rest, params}) {
    return rest[0] ? html`<${RegistrationView} key=${rest[0]} impu=${rest[0]} />` : html`<${List} params=${params} />`;
}
