// SPDX-License-Identifier: MIT
//
// What subscribers share: service profiles, shared sets of filter criteria, charging sets.

import {useState} from 'preact/hooks';
import {call, seg} from '../api.js';
import {html} from '../html.js';
import {me} from '../live.js';
import {Field, Refusal} from '../parts/dialog.js';
import {useLoad} from '../parts/load.js';
import {href} from '../route.js';
import {T} from '../texts.js';
import {Criteria, Entry, Profile} from './services.js';

const C = T.catalogue;
const F = T.ifc;

function Shared({name, canChange, extra}) {
    return html`<${Entry} kind="criteria" path=${`shared-ifc/${seg(name)}`} title=${C.sharedNo(name)} says=${F.editSays} canChange=${canChange} extra=${extra}>
        ${(s, asXml) => (s.ifc?.length ? html`<${Criteria} list=${s.ifc} asXml=${asXml} />` : html`<p>${F.none}</p>`)}</${Entry}>`;
}

function Charging({name, canChange, extra}) {
    return html`<${Entry} kind="charging" path=${`charging/${seg(name)}`} title=${name} says=${C.chargingSays} canChange=${canChange} extra=${extra}>
        ${(c) => html`<table><tbody>${Object.entries(F.chargingNames).filter(([k]) => c[k]).map(([k, label]) => html`<tr><th>${label}</th><td class="mono">${c[k]}</td></tr>`)}</tbody></table>`}</${Entry}>`;
}

const PARTS = [
    {path: 'profiles', list: 'profiles', key: 'name', title: C.profiles, says: C.profilesSay, hint: C.nameHint, View: Profile, fresh: {}},
    {path: 'shared-ifc', list: 'shared_ifc', key: 'id', title: C.shared, says: C.sharedSays, hint: C.numberHint, View: Shared, fresh: {ifc: []}},
    {path: 'charging', list: 'charging', key: 'name', title: C.charging, says: C.chargingSays, hint: C.nameHint, View: Charging, fresh: {ccf: 'aaa://ccf.example'}},
];

function Part({part, canChange}) {
    const {value, problem, reload} = useLoad(part.path);
    const [name, setName] = useState('');
    const [refused, setRefused] = useState(null);
    const then = (doing) => doing.then(() => { setRefused(null); setName(''); reload(); }, setRefused);
    const add = (e) => {
        e.preventDefault();
        then(call('PUT', `${part.path}/${seg(name.trim())}`, part.fresh, {headers: {'If-None-Match': '*'}}));
    };
    const names = (value?.[part.list] ?? []).map((x) => x[part.key]);
    return html`<section class="card" aria-label=${part.title}><h2>${part.title}</h2><p class="quiet">${part.says}</p><${Refusal} problem=${refused ?? problem} />
        ${names.map((n) => html`<div class="entry" key=${n}><${part.View} name=${n} canChange=${canChange}
            extra=${canChange && html`<button class="danger" aria-label=${C.drop(n)} onClick=${() => then(call('DELETE', `${part.path}/${seg(n)}`))}>${T.subscribers.remove}</button>`} /></div>`)}
        ${value && names.length === 0 && html`<p>${C.none}</p>`}
        ${canChange && html`<form class="row adding" onSubmit=${add}><${Field} label=${C.newOne} hint=${part.hint} value=${name} onInput=${(e) => setName(e.target.value)} required />
            <button class="primary">${C.add}</button></form>`}</section>`;
}

export function Catalogue() {
    const canChange = me.value?.role !== 'viewer';
    return html`<div class="head"><a href=${href('subscribers')}>${T.subscribers.title}</a> <span aria-hidden="true">/</span> <h1>${C.title}</h1></div>
        <p class="lead">${C.lead}</p>
        <div class="cards">${PARTS.map((part) => html`<${Part} key=${part.path} part=${part} canChange=${canChange} />`)}</div>`;
}
