// SPDX-License-Identifier: MIT
//
// The doctor's findings: what failed, why, and what to do about it, the newest first.

import {useEffect, useRef} from 'preact/hooks';
import {FindingBody, timeOf, timesOf} from '../doctor/finding.js';
import {isAbout} from '../doctor/findings.js';
import {markSeen, useFindings} from '../doctor/live.js';
import {html} from '../html.js';
import {useLoad} from '../parts/load.js';
import {href, setParams} from '../route.js';
import {T} from '../texts.js';

const D = T.doctor;
const SHOWN = 100;
const NONE = 'none'; // the address of who has closed all

function Finding({f, isOpen, explanation}) {
    const isUser = /^(sips?|tel):/.test(f.subject);
    const toggle = () => setParams({id: isOpen ? NONE : String(f.id)});
    return html`<section class=${`card finding ${f.kind}`} aria-label=${`${f.title}: ${f.subject}`}>
        <div class="head">
            <h2><button class="plain" aria-expanded=${isOpen} onClick=${toggle}><span aria-hidden="true">${isOpen ? '▾' : '▸'}</span> ${f.title}</button></h2>
            ${isUser ? html`<a class="mono" href=${href('subscribers', {}, f.subject)}>${f.subject}</a>` : html`<span class="mono">${f.subject}</span>`}
            ${f.method && html`<span class="pill">${f.method}</span>`}
            ${f.times > 1 && html`<span class="pill">${timesOf(f)}</span>`}
            ${f.solved && html`<span class="pill good">✓ ${D.curedAt(new Date(f.solved).toLocaleTimeString('en-GB'))}</span>`}
            <span class="end quiet number">${timeOf(f)}</span></div>
        ${isOpen ? html`<${FindingBody} f=${f} explanation=${explanation} />` : html`<p>${f.what}</p>`}</section>`;
}

export function DoctorView({params}) {
    const user = params.get('user') ?? '';
    const id = params.get('id') ?? '';
    const chosen = Number(id) || 0;
    const findings = useFindings();
    const all = findings.filter((f) => isAbout(f, user) && (params.get('notes') === 'yes' || f.kind !== 'note' || f.id === chosen));
    const shown = all.slice(0, SHOWN);
    const {value: catalogue} = useLoad('doctor/causes');
    const explanations = new Map((catalogue?.causes ?? []).map((c) => [c.cause, c.explanation]));
    const first = useRef(0); // what stood open stays so: who reads it is not disturbed by what comes
    if (!shown.some((f) => f.id === first.current)) first.current = shown[0]?.id;
    const open = id === NONE ? 0 : chosen || first.current;
    const notes = params.get('notes') === 'yes';
    useEffect(markSeen, [findings]);
    return html`
        <div class="head"><h1>${D.title}</h1><div class="end">
            <input type="search" aria-label=${D.user} placeholder=${D.user} value=${user} spellcheck=${false} onInput=${(e) => setParams({user: e.target.value, id: ''})} />
            <button aria-pressed=${notes} title=${D.notesSay} onClick=${() => setParams({notes: notes ? '' : 'yes'})}>${D.notes}</button></div></div>
        <p class="lead">${D.lead}</p>
        <div class="findings" aria-live="polite">${shown.map((f) => html`<${Finding} key=${f.id} f=${f} isOpen=${f.id === open} explanation=${explanations.get(f.cause)} />`)}</div>
        ${shown.length === 0 && html`<div class="card empty"><p>${user ? D.noneOf(user) : D.none}</p></div>`}
        ${all.length > shown.length && html`<p class="quiet">${D.firstOf(shown.length, all.length)}</p>`}`;
}
