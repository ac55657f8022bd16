// SPDX-License-Identifier: MIT
//
// Which application servers see a user's requests: the initial filter criteria of its profile as sentences and as XML
// (TS 29.228 annex B), an editor for them, and a tester that asks the HSS what a request would meet.

import {useState} from 'preact/hooks';
import {call, seg} from '../api.js';
import {html} from '../html.js';
import {nodes} from '../live.js';
import {Field, Refusal} from '../parts/dialog.js';
import {useLoad} from '../parts/load.js';
import {useOffers} from '../parts/offers.js';
import {homeNetwork, href} from '../route.js';
import {T} from '../texts.js';
import {Edit} from './editor.js';
import {sentenceOf, xmlOf} from './ifc.js';

const F = T.ifc;

export function Criteria({list, asXml}) {
    if (asXml) return html`<pre>${xmlOf(list)}</pre>`;
    return html`<ol class="plain">${[...list].sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0)).map((c) => html`<li class="criterion">
        <span class="pill">${c.priority ?? 0}</span> ${sentenceOf(c)}</li>`)}</ol>`;
}

// One thing of the HSS's catalogue: shown by `children(value)`, edited in a drawer.
export function Entry({kind, path, title, says, canChange, extra, children}) {
    const {value, problem, reload} = useLoad(path);
    const [editing, setEditing] = useState(false);
    const [asXml, setXml] = useState(false);
    const shut = () => { setEditing(false); reload(); };
    if (!value) return html`<${Refusal} problem=${problem} />`;
    const hasXml = value.ifc?.length > 0;
    return html`<h3>${title}</h3><${Refusal} problem=${problem} />${children(value, asXml)}
        <div class="row">${hasXml && html`<button aria-pressed=${asXml} onClick=${() => setXml(!asXml)}>XML</button>`}
            ${canChange && html`<button aria-label=${`${F.edit}: ${title}`} onClick=${() => setEditing(true)}>${F.edit}</button>`}${extra}</div>
        ${editing && html`<${Edit} kind=${kind} title=${title} says=${says} path=${path} onClose=${shut} onSaved=${shut} />`}`;
}

export function Profile({name, canChange, extra}) {
    return html`<${Entry} kind="profile" path=${`profiles/${seg(name)}`} title=${F.profile(name)} says=${F.editSays} canChange=${canChange} extra=${extra}>${(p, asXml) => html`
        ${p.ifc?.length ? html`<${Criteria} list=${p.ifc} asXml=${asXml} />` : html`<p>${F.none}</p>`}
        ${p.services?.length > 0 && html`<p class="quiet">${F.servicesAre(p.services.join(', '))}</p>`}
        ${p.shared_ifc?.length > 0 && html`<p>${F.shared(p.shared_ifc.join(', '))}</p>`}`}</${Entry}>`;
}

function Answer({a}) {
    return html`<div role="status">
        <p><strong>${a.next ? F.goesTo(a.next) : F.goesOn}</strong> <span class="quiet">${a.method}, ${a.session_case}</span></p>
        ${a.criteria.map((c) => html`<p><span class=${`pill ${c.matched ? 'good' : ''}`}>${c.matched ? `✓ ${F.matches}` : `✗ ${F.matchesNot}`}</span> ${c.priority}, ${c.server}: ${c.sentence}</p>`)}</div>`;
}

// Somebody else of the same network.
function calleeOf(identity) {
    const [user, domain] = identity.replace(/^\w+:/, '').split('@');
    return `sip:${user === 'bob' ? 'alice' : 'bob'}@${domain ?? homeNetwork.value ?? nodes.value[0]?.domain}`;
}

function Tester({identity}) {
    const [form, setForm] = useState({request: `INVITE ${calleeOf(identity)}`, session_case: 'originating', registered: ''});
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
        <div class="grid"><${Field} label=${F.sessionCase} value=${form.session_case} onChange=${set('session_case')} options=${Object.entries(F.cases)} />
        <${Field} label=${F.registered} value=${form.registered} onChange=${set('registered')} options=${Object.entries(F.registeredAs)} /></div>
        <button class="primary">${F.run}</button></form>
        ${answer && html`<${Answer} a=${answer} />`}`;
}

export function Services({s, canChange}) {
    const offers = useOffers();
    const publics = s.sets.flatMap((set) => set.publics);
    const names = [...new Set(publics.map((p) => p.profile).filter(Boolean))];
    const identity = publics.find((p) => !p.barred)?.impu;
    return html`<section class="card wide" aria-label=${F.title}><h2>${F.title}</h2><p class="quiet">${F.says} <a href=${href('subscribers', {}, 'catalogue')}>${T.catalogue.title}</a></p>
        ${names.length ? names.map((name) => html`<${Profile} key=${name} name=${name} canChange=${canChange} />`) : html`<p>${F.noProfile}</p>`}
        ${canChange && identity && offers('post', '/ifc/test') && html`<${Tester} identity=${identity} />`}</section>`;
}
