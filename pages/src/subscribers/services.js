// SPDX-License-Identifier: MIT
//
// Which application servers see a user's requests: the initial filter criteria of its profile as sentences and as XML
// (TS 29.228 annex B), an editor for them, and a tester that asks the HSS what a request would meet.

import {useState} from 'preact/hooks';
import {call, seg} from '../api.js';
import {html} from '../html.js';
import {Field, Refusal} from '../parts/dialog.js';
import {useOffers} from '../parts/offers.js';
import {T} from '../texts.js';
import {JsonEditor} from './editor.js';
import {sentenceOf, xmlOf} from './ifc.js';

const F = T.ifc;

function Criteria({list, asXml}) {
    if (asXml) return html`<pre>${xmlOf(list)}</pre>`;
    return html`<ol class="plain">${[...list].sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0)).map((c) => html`<li class="criterion">
        <span class="pill">${c.priority ?? 0}</span> ${sentenceOf(c)}</li>`)}</ol>`;
}

function Profile({name, canChange}) {
    const [read, setRead] = useState(null);
    const [problem, setProblem] = useState(null);
    const [editing, setEditing] = useState(false);
    const [asXml, setXml] = useState(false);
    const path = `profiles/${seg(name)}`;
    const load = () => call('GET', path).then(setRead, setProblem);
    if (!read && !problem) load();
    if (!read) return html`<${Refusal} problem=${problem} />`;
    const list = read.value.ifc ?? [];
    return html`<h3>${F.profile(name)}</h3>
        ${list.length ? html`<${Criteria} list=${list} asXml=${asXml} />` : html`<p>${F.none}</p>`}
        ${read.value.shared_ifc?.length > 0 && html`<p>${F.shared(read.value.shared_ifc.join(', '))}</p>`}
        <div class="row">${list.length > 0 && html`<button aria-pressed=${asXml} onClick=${() => setXml(!asXml)}>XML</button>`}
            ${canChange && html`<button onClick=${() => setEditing(true)}>${F.edit}</button>`}</div>
        ${editing && html`<${JsonEditor} title=${F.profile(name)} says=${F.editSays} path=${path} value=${{...read.value, ifc: list.length ? list : F.example}} etag=${read.etag}
            onClose=${() => setEditing(false)} onSaved=${() => { setEditing(false); load(); }} />`}`;
}

function Answer({a}) {
    return html`<div role="status">
        <p><strong>${a.next ? F.goesTo(a.next) : F.goesOn}</strong> <span class="quiet">${a.method}, ${a.session_case}</span></p>
        ${a.criteria.map((c) => html`<p><span class=${`pill ${c.matched ? 'good' : ''}`}>${c.matched ? `✓ ${F.matches}` : `✗ ${F.matchesNot}`}</span> ${c.priority}, ${c.server}: ${c.sentence}</p>`)}</div>`;
}

function Tester({identity}) {
    const [form, setForm] = useState({request: 'INVITE sip:bob@ims.example', session_case: 'originating', registered: ''});
    const [answer, setAnswer] = useState(null);
    const [problem, setProblem] = useState(null);
    const set = (member) => (e) => setForm({...form, [member]: e.target.value});
    const submit = (e) => {
        e.preventDefault();
        const body = {identity, request: form.request, session_case: form.session_case, ...(form.registered && {registered: form.registered === 'yes'})};
        call('POST', 'ifc/test', body).then(({value}) => { setProblem(null); setAnswer(value); }, setProblem);
    };
    return html`<h3>${F.test}</h3><form onSubmit=${submit}><${Refusal} problem=${problem} />
        <div class="field"><label>${F.request} <textarea rows="3" spellcheck=${false} value=${form.request} onInput=${set('request')}></textarea></label></div>
        <${Field} label=${F.sessionCase} value=${form.session_case} onChange=${set('session_case')} options=${Object.entries(F.cases)} />
        <${Field} label=${F.registered} value=${form.registered} onChange=${set('registered')} options=${Object.entries(F.registeredAs)} />
        <button class="primary">${F.run}</button></form>
        ${answer && html`<${Answer} a=${answer} />`}`;
}

export function Services({s, canChange}) {
    const offers = useOffers();
    const publics = s.sets.flatMap((set) => set.publics);
    const names = [...new Set(publics.map((p) => p.profile).filter(Boolean))];
    const identity = publics.find((p) => !p.barred)?.impu;
    return html`<section class="card wide" aria-label=${F.title}><h2>${F.title}</h2><p class="quiet">${F.says}</p>
        ${names.length ? names.map((name) => html`<${Profile} key=${name} name=${name} canChange=${canChange} />`) : html`<p>${F.noProfile}</p>`}
        ${canChange && identity && offers('post', '/ifc/test') && html`<${Tester} identity=${identity} />`}</section>`;
}

export const profilesOf = () => get('profiles');
