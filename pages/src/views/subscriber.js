// SPDX-License-Identifier: MIT
//
// One subscriber: identities, how he proves himself, what a phone needs to be told, and what can be done to him.

import {useState} from 'preact/hooks';
import {call, get, seg} from '../api.js';
import {timeOf} from '../doctor/finding.js';
import {useFindings} from '../doctor/live.js';
import {html} from '../html.js';
import {me} from '../live.js';
import {Dialog, Refusal} from '../parts/dialog.js';
import {useLoad} from '../parts/load.js';
import {Parted} from '../parts/parted.js';
import {go, href, setParams} from '../route.js';
import {EditSubscriber} from '../subscribers/editor.js';
import {PhoneCard, justAdded} from '../subscribers/phone.js';
import {Services} from '../subscribers/services.js';
import {T} from '../texts.js';

const S = T.subscribers;
const EVERY_MS = 3000;

// TS 29.228 6.5: the first that is neither barred nor a wildcard.
function defaultOf(set) {
    return set.publics.find((p) => !p.barred && !p.type?.startsWith('wildcarded'))?.impu;
}

function Identities({s}) {
    return html`<section class="card"><h2>${S.identities}</h2>
        ${s.sets.map((set, i) => html`
            <h3>${s.sets.length > 1 ? S.setNumber(i + 1) : S.oneSet}</h3>
            <table><tbody>${set.publics.map((p) => html`<tr>
                <td><span class="mono"><${Parted} text=${p.impu} /></span> <span class="quiet">${p.display_name}</span></td>
                <td class="rightmost">${p.impu === defaultOf(set) ? html`<span class="pill good">${S.isDefault}</span>` : p.barred && html`<span class="pill warn">${S.barred}</span>`}</td></tr>`)}</tbody></table>`)}
        <p class="quiet">${S.setSays}</p></section>`;
}

function Reveal({id, impi, secrets, setSecrets}) {
    const [problem, setProblem] = useState(null);
    const show = () => get(`subscribers/${id}/private/${seg(impi)}/secrets`).then(setSecrets, setProblem);
    if (!secrets)
        return html`<${Refusal} problem=${problem} /><button onClick=${show}>${S.reveal}</button> <span class="quiet">${S.revealSays}</span>`;
    return html`<table><tbody>${Object.entries(secrets).filter(([, v]) => typeof v === 'string').map(([name, value]) => html`<tr><th>${S.secretNames[name] ?? name}</th><td class="mono">${value}</td></tr>`)}
        ${(secrets.ha1 ?? []).map((h) => html`<tr><th>HA1 ${h.algorithm}</th><td class="mono">${h.value}</td></tr>`)}</tbody></table>`;
}

function Privates({s, secrets, setSecrets}) {
    return html`<section class="card"><h2>${S.proof}</h2>
        ${s.privates.map((p) => html`
            <h3 class="mono">${p.impi}</h3>
            <p>${p.aka && S.akaSays(p.aka.algorithm)} ${p.digest && S.digestSays(p.digest.algorithm ?? 'MD5')}</p>
            ${me.value?.role !== 'viewer' && html`<${Reveal} id=${s.id} impi=${p.impi} secrets=${secrets[p.impi]} setSecrets=${(v) => setSecrets({...secrets, [p.impi]: v})} />`}`)}
    </section>`;
}

// Is he there, and what went wrong last?
function Standing({s}) {
    const {value, problem} = useLoad(`subscribers/${s.id}/registration`, EVERY_MS);
    const names = new Set([...s.sets.flatMap((set) => set.publics).map((p) => p.impu), ...s.privates.map((p) => p.impi)]);
    const failure = useFindings().find((f) => f.method === 'REGISTER' && f.kind !== 'note' && !f.solved && names.has(f.subject));
    const states = [...new Set((value?.sets ?? []).map((set) => set.state))];
    return html`<div class="row" role="status">${problem ? html`<${Refusal} problem=${problem} />` : states.map((state) => html`<span class=${`pill ${state === 'registered' ? 'good' : ''}`}>${S.states[state] ?? state}</span>`)}
        ${failure && html`<span>${S.lastFailure} <span class="quiet">${timeOf(failure)}</span> <a href=${href('doctor', {id: failure.id})}>${failure.title}</a></span>`}</div>`;
}

export function SubscriberView({id, isNew, editing}) {
    const setEditing = (on) => setParams({edit: on ? 1 : ''});
    const [secrets, setSecrets] = useState({}); // by private identity, once they are revealed
    const canChange = me.value?.role !== 'viewer';
    const [deleting, setDeleting] = useState(false);
    const {value: s, problem, reload} = useLoad(`subscribers/${seg(id)}`);
    const [refused, setRefused] = useState(null);
    const onSaved = () => {
        setEditing(false);
        setSecrets({});
        justAdded.value = null; // it may be another password now
        reload();
    };
    const remove = () => call('DELETE', `subscribers/${s.id}`, undefined, {headers: {'If-Match': `"${s.version}"`}}).then(() => go('subscribers'), (p) => { setDeleting(false); setRefused(p); reload(); });

    const isGone = problem?.status === 404 && !editing; // what is typed is not taken away
    if (problem && (!s || isGone)) return html`<${Refusal} problem=${problem} /><a href=${href('subscribers')}>${S.back}</a>`;
    if (!s) return html`<p>${T.loading}</p>`;
    const impu = s.sets.map(defaultOf).find(Boolean) ?? s.sets[0]?.publics[0]?.impu;
    const name = s.sets.flatMap((set) => set.publics).find((p) => p.impu === impu)?.display_name || impu || s.privates[0]?.impi;
    return html`
        <div class="head"><a href=${href('subscribers')}>${S.title}</a> <span aria-hidden="true">/</span> <h1>${name}</h1>
            <div class="end">
                ${impu && html`<a class="button" href=${href('registrations', {}, impu)}>${S.whereRegistered}</a><a class="button" href=${href('ladder', {user: impu})}>${S.messages}</a>`}
                ${canChange && html`<button onClick=${() => setEditing(true)}>${S.edit}</button><button class="danger" onClick=${() => setDeleting(true)}>${S.remove}</button>`}
            </div></div>
        ${!deleting && html`<${Standing} s=${s} />`}
        ${isNew && html`<div class="banner good" role="status">${S.added}</div>`}
        <${Refusal} problem=${problem} /><${Refusal} problem=${refused} />
        <div class="cards person"><div class="stack"><${Identities} s=${s} /><${Privates} s=${s} secrets=${secrets} setSecrets=${setSecrets} /></div><${PhoneCard} s=${s} secrets=${secrets} /><${Services} s=${s} canChange=${canChange} /></div>
        ${editing && html`<${EditSubscriber} id=${s.id} onClose=${() => setEditing(false)} onSaved=${onSaved} />`}
        ${deleting && html`<${Dialog} title=${S.removeAsk(name)} onClose=${() => setDeleting(false)}>
            <p>${S.removeSays}</p><div class="row"><button class="danger" onClick=${remove}>${S.remove}</button><button onClick=${() => setDeleting(false)}>${T.cancel}</button></div></${Dialog}>`}`;
}
