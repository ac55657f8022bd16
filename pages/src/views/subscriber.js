// SPDX-License-Identifier: MIT
//
// One subscriber: identities, how he proves himself, what a phone needs to be told, and what can be done to him.

import {useState} from 'preact/hooks';
import {call, get, seg} from '../api.js';
import {html} from '../html.js';
import {me, network} from '../live.js';
import {Dialog, Refusal} from '../parts/dialog.js';
import {useLoad} from '../parts/load.js';
import {go, href} from '../route.js';
import {T} from '../texts.js';

const S = T.subscribers;

function Identities({s}) {
    return html`<section class="card"><h2>${S.identities}</h2>
        ${s.sets.map((set, i) => html`
            <h3>${s.sets.length > 1 ? S.setNumber(i + 1) : S.oneSet}</h3>
            <table><tbody>${set.publics.map((p) => html`<tr>
                <td class="mono">${p.impu}</td><td>${p.display_name}</td>
                <td>${p.barred && html`<span class="pill warn">${S.barred}</span>`}</td></tr>`)}</tbody></table>`)}
        <p class="quiet">${S.setSays}</p></section>`;
}

function Reveal({id, impi}) {
    const [secrets, setSecrets] = useState(null);
    const [problem, setProblem] = useState(null);
    const show = () => get(`subscribers/${id}/private/${seg(impi)}/secrets`).then(setSecrets, setProblem);
    if (!secrets)
        return html`<${Refusal} problem=${problem} /><button onClick=${show}>${S.reveal}</button> <span class="quiet">${S.revealSays}</span>`;
    return html`<table><tbody>${Object.entries(secrets).filter(([, v]) => typeof v === 'string').map(([name, value]) => html`<tr><th>${S.secretNames[name] ?? name}</th><td class="mono">${value}</td></tr>`)}
        ${(secrets.ha1 ?? []).map((h) => html`<tr><th>HA1 ${h.algorithm}</th><td class="mono">${h.value}</td></tr>`)}</tbody></table>`;
}

function Privates({s}) {
    return html`<section class="card"><h2>${S.proof}</h2>
        ${s.privates.map((p) => html`
            <h3 class="mono">${p.impi}</h3>
            <p>${p.aka && S.akaSays(p.aka.algorithm)} ${p.digest && S.digestSays(p.digest.algorithm ?? 'MD5')}</p>
            ${me.value?.role !== 'viewer' && html`<${Reveal} id=${s.id} impi=${p.impi} />`}`)}
    </section>`;
}

function PhoneCard({s}) {
    const node = network.value?.nodes?.find((n) => n.role === 'pcscf');
    const impi = s.privates[0]?.impi ?? '';
    const domain = s.domain ?? impi.split('@')[1];
    const impu = s.sets.flatMap((set) => set.publics).find((p) => p.impu.startsWith('sip:') && !p.barred)?.impu ?? '';
    const rows = [[S.phone.user, impu.replace(/^sip:/, '').split('@')[0]], [S.phone.domain, domain], [S.phone.auth, impi],
        [S.phone.proxy, node?.gm?.[0] ?? node?.host ?? ''], [S.phone.transport, 'UDP, TCP'], [S.phone.secret, S.phone.yours]];
    return html`<section class="card"><h2>${S.phone.title}</h2>
        <table><tbody>${rows.filter(([, v]) => v).map(([k, v]) => html`<tr><th>${k}</th><td class="mono">${v}</td></tr>`)}</tbody></table></section>`;
}

export function SubscriberView({id, isNew}) {
    const {value: s, problem} = useLoad(`subscribers/${seg(id)}`);
    const [deleting, setDeleting] = useState(false);
    const [refused, setRefused] = useState(null);
    const remove = () => call('DELETE', `subscribers/${s.id}`).then(() => go('subscribers'), (p) => { setDeleting(false); setRefused(p); });

    if (problem) return html`<${Refusal} problem=${problem} /><a href=${href('subscribers')}>${S.back}</a>`;
    if (!s) return html`<p>${T.loading}</p>`;
    const name = s.sets[0]?.publics[0]?.display_name || s.sets[0]?.publics[0]?.impu || s.privates[0]?.impi;
    const impu = s.sets[0]?.publics[0]?.impu;
    return html`
        <div class="head"><a href=${href('subscribers')}>${S.title}</a> <span aria-hidden="true">/</span> <h1>${name}</h1>
            <div class="end">
                ${impu && html`<a class="button" href=${href('registrations', {}, impu)}>${S.whereRegistered}</a><a class="button" href=${href('ladder', {user: impu})}>${S.messages}</a>`}
                ${me.value?.role !== 'viewer' && html`<button class="danger" onClick=${() => setDeleting(true)}>${S.remove}</button>`}
            </div></div>
        ${isNew && html`<div class="banner" role="status">${S.added}</div>`}
        <${Refusal} problem=${refused} />
        <div class="cards"><${Identities} s=${s} /><${Privates} s=${s} /><${PhoneCard} s=${s} /></div>
        ${deleting && html`<${Dialog} title=${S.removeAsk(name)} onClose=${() => setDeleting(false)}>
            <p>${S.removeSays}</p><div class="row"><button class="danger" onClick=${remove}>${S.remove}</button><button onClick=${() => setDeleting(false)}>${T.cancel}</button></div></${Dialog}>`}`;
}
