// SPDX-License-Identifier: MIT
//
// Who has a number here: a list to search, one subscriber in full, and a new one out of three fields.

import {useEffect, useState} from 'preact/hooks';
import {call, placed, seg} from '../api.js';
import {html} from '../html.js';
import {homeOf, me, network} from '../live.js';
import {Dialog, Field, Refusal, complaintOf} from '../parts/dialog.js';
import {useLoad} from '../parts/load.js';
import {Parted} from '../parts/parted.js';
import {leadsOn} from '../parts/row.js';
import {go, homeNetwork, href, setParams} from '../route.js';
import {Catalogue} from '../subscribers/catalogue.js';
import {Changes} from '../subscribers/changes.js';
import {justAdded} from '../subscribers/phone.js';
import {Import} from '../subscribers/import.js';
import {AddMany} from '../subscribers/range.js';
import {T} from '../texts.js';
import {SubscriberView} from './subscriber.js';

const S = T.subscribers;

function secretOf(kind, {password, k, op, opc}) {
    if (kind === 'password') return {password};
    return kind === 'op' ? {k, op} : {k, opc};
}

function Add({name, onClose, onAdded}) {
    const [form, setForm] = useState({name, number: '', kind: 'password', password: '', k: '', op: '', opc: ''});
    const [problem, setProblem] = useState(null);
    const set = (member) => (e) => setForm({...form, [member]: e.target.value});
    const field = (member, label, hint) => html`<${Field} label=${label} hint=${hint} value=${form[member]} onInput=${set(member)} bad=${complaintOf(problem, member)} />`;
    const submit = async (e) => {
        e.preventDefault();
        const body = {name: form.name, number: form.number, ...secretOf(form.kind, form)};
        if (!body.number.trim()) delete body.number;
        try {
            onAdded((await call('POST', 'subscribers', body)).value, body);
        } catch (p) {
            setProblem(p);
        }
    };
    return html`<${Dialog} title=${S.add} onClose=${onClose}><form onSubmit=${submit}>
        <${Refusal} problem=${problem} />
        ${field('name', S.name, S.nameHint)}
        ${field('number', S.number, S.numberHint)}
        <${Field} label=${S.secret} value=${form.kind} onChange=${set('kind')} options=${[['password', S.password], ['opc', S.kOpc], ['op', S.kOp]]} />
        ${form.kind === 'password' ? field('password', S.password, S.passwordHint) : html`
            ${field('k', 'K', S.keyHint)}
            ${form.kind === 'op' ? field('op', 'OP', S.opHint) : field('opc', 'OPc', S.opcHint)}`}
        <div class="row"><button class="primary">${S.add}</button><button type="button" onClick=${onClose}>${T.cancel}</button></div>
    </form></${Dialog}>`;
}

function State({state}) {
    const look = state === 'registered' ? 'good' : '';
    return html`<span class=${`pill ${look}`}>${S.states[state] ?? state}</span>`;
}

function identities(s) {
    return s.sets.flatMap((set) => set.publics);
}

function Row({s}) {
    const all = identities(s);
    const first = all.find((p) => !p.barred) ?? all[0];
    return html`<tr ...${leadsOn()}>
        <td><a href=${href('subscribers', {}, String(s.id))}><${Parted} text=${first?.display_name || first?.impu || s.privates[0]?.impi} /></a></td>
        <td class="mono">${all.map((p) => html`<div><${Parted} text=${p.impu} />${p.barred ? ` (${S.barred})` : ''}</div>`)}</td>
        <td>${s.privates.map((p) => html`<div>${[p.aka && p.aka.algorithm, p.digest && `digest ${p.digest.algorithm ?? ''}`].filter(Boolean).join(', ')}</div>`)}</td>
        <td>${[...new Set(s.sets.map((set) => set.state).filter(Boolean))].map((state) => html`<${State} state=${state} />`)}</td></tr>`;
}

// Which home network's, where there are several.
function Networks() {
    const domains = (network.value?.networks ?? []).map((n) => n.domain);
    if (domains.length < 2) return null;
    return html`<select aria-label=${S.network} value=${homeNetwork.value || domains[0]} onChange=${(e) => setParams({network: e.target.value, after: ''})}>
        ${domains.map((d) => html`<option value=${d}>${d}</option>`)}</select>`;
}

// An identity tells its network: what is done from here on to this subscriber goes to the same HSS.
function useHome(identity) {
    const own = homeOf(identity);
    const missing = network.value?.networks.length > 1 && own && homeNetwork.value !== own ? own : '';
    useEffect(() => { if (missing) setParams({network: missing}); }, [missing]);
    return !missing && network.value;
}

function List({params}) {
    const q = params.get('q') ?? '';
    const after = params.get('after') ?? '';
    const adding = params.get('add'); // the address may name whom
    const [open, setOpen] = useState(adding === null ? '' : 'one');
    const shut = () => { setOpen(''); if (adding !== null) setParams({add: ''}); };
    const {value, problem, reload} = useLoad(`subscribers?limit=50${q ? `&q=${seg(q)}` : ''}${after ? `&after=${seg(after)}` : ''}`);
    const canChange = me.value?.role !== 'viewer';
    return html`
        <div class="head"><h1>${S.title}</h1>
            <nav class="row" aria-label=${S.title}>
                <a class="button" href=${href('subscribers', {}, 'catalogue')}>${T.catalogue.title}</a>
                <a class="button" href=${href('subscribers', {}, 'changes')}>${S.changes}</a></nav>
            <div class="end">
                <select aria-label=${S.exportAs} value="" onChange=${(e) => { if (e.target.value) location.assign(`api/v1/${placed(`export?format=${e.target.value}`)}`); e.target.value = ''; }}>
                    <option value="">${S.exportAs}…</option><option value="csv">CSV</option><option value="yaml">YAML</option></select>
                ${canChange && html`<button onClick=${() => setOpen('import')}>${S.importFile}</button><button onClick=${() => setOpen('many')}>${S.many}</button>
                    <button class="primary" onClick=${() => setOpen('one')}>${S.add}</button>`}
            </div></div>
        <p class="lead">${S.lead}</p>
        <div class="row filters" role="search">
            <input type="search" class="wide-search" aria-label=${S.search} placeholder=${S.search} value=${q} onInput=${(e) => setParams({q: e.target.value, after: ''})} />
            <${Networks} /></div>
        <${Refusal} problem=${problem} />
        ${value && html`<div class="card"><table>
            <thead><tr><th>${S.name}</th><th>${S.identities}</th><th>${S.proof}</th><th>${S.state}</th></tr></thead>
            <tbody>${value.subscribers.map((s) => html`<${Row} key=${s.id} s=${s} />`)}</tbody></table>
            ${value.subscribers.length === 0 && html`<div class="empty"><p>${q ? S.noneFound : S.none}</p></div>`}
            <div class="row"><span class="quiet">${S.total(value.total)}</span>
                ${after && html`<button onClick=${() => setParams({after: ''})}>${S.firstPage}</button>`}
                ${value.next_after && html`<button onClick=${() => setParams({after: value.next_after})}>${S.nextPage}</button>`}
            </div></div>`}
        ${open === 'import' && html`<${Import} onClose=${shut} onDone=${reload} />`}
        ${open === 'many' && html`<${AddMany} onClose=${shut} onDone=${reload} />`}
        ${open === 'one' && html`<${Add} name=${adding ?? ''} onClose=${shut} onAdded=${(s, given) => { justAdded.value = {network: homeNetwork.value, id: s.id, impi: s.privates[0].impi, password: given.password}; go('subscribers', {new: 1}, String(s.id)); }} />`}`;
}

export function SubscribersView({rest, params}) {
    if (!useHome(rest[0])) return html`<p>${T.loading}</p>`;
    if (rest[0] === 'catalogue') return html`<${Catalogue} />`;
    if (rest[0] === 'changes') return html`<${Changes} params=${params} />`;
    return rest[0] ? html`<${SubscriberView} key=${rest[0]} id=${rest[0]} isNew=${params.get('new') === '1'} editing=${params.get('edit') === '1'} />` : html`<${List} key=${homeNetwork.value} params=${params} />`;
}
