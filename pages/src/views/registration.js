// SPDX-License-Identifier: MIT
//
// One user as P-CSCF, S-CSCF and HSS see it, side by side; what does not agree is marked where it stands.

import {useState} from 'preact/hooks';
import {call, seg} from '../api.js';
import {useFindings} from '../doctor/live.js';
import {timeOf} from '../doctor/finding.js';
import {html} from '../html.js';
import {me, network, nodes} from '../live.js';
import {clockOf, useNow} from '../parts/clock.js';
import {Dialog, Field, Refusal} from '../parts/dialog.js';
import {useLoad} from '../parts/load.js';
import {useOffers} from '../parts/offers.js';
import {Parted} from '../parts/parted.js';
import {href} from '../route.js';
import {T} from '../texts.js';

const R = T.registrations;
const EVERY_MS = 3000;
const REASONS = ['PERMANENT_TERMINATION', 'SERVER_CHANGE', 'NEW_SERVER_ASSIGNED', 'REMOVE_S-CSCF'];

const head = (uri) => (uri ?? '').split(';')[0].toLowerCase();

// The difference that concerns a value at a node, if any.
function differenceOf(differences, node, what, value) {
    return differences.find((d) => d.what === what && d.nodes.includes(node) && (value === undefined || head(d.value) === head(value)));
}

function Mark({by}) {
    return by ? html` <span class="pill warn" title=${by.says}>≠ ${R.differs}</span>` : null;
}

function Fact({name, says, mark, children}) {
    return html`<div class=${`fact ${mark ? 'differs' : ''}`}><dt title=${says}>${name}</dt><dd>${children}<${Mark} by=${mark} /></dd></div>`;
}

function Countdown({seconds, at}) {
    const now = useNow();
    if (seconds === undefined) return R.noEnd;
    const left = seconds - (now - at) / 1000;
    return left > 0 ? html`<span class="number">${clockOf(left)}</span>` : R.ended;
}

function Identities({list, mark}) {
    return html`<ul class="plain">${list.map((i) => html`<li class="mono"><${Parted} text=${i.name} />${i.barred ? html` <span class="pill warn">${T.subscribers.barred}</span>` : ''}<${Mark} by=${mark(i.name)} /></li>`)}</ul>`;
}

function AtPcscf({n, at, marks}) {
    const liveFirst = [...n.answer].sort((a, b) => b.registered - a.registered);
    return liveFirst.map((b) => html`<dl class="facts">
        <${Fact} name=${R.contact} says=${R.contactSays} mark=${marks('contact', b.contact)}><code><${Parted} text=${b.contact} /></code></${Fact}>
        <${Fact} name=${R.source} says=${R.sourceSays}><code>${b.transport} ${b.source}</code></${Fact}>
        ${b.registered ? html`<${Fact} name=${R.expires} mark=${marks('expires', b.contact)}><${Countdown} seconds=${b.expires_seconds} at=${at} /></${Fact}>`
            : html`<${Fact} name=${R.state}>${R.notYet}</${Fact}>`}
        ${b.service_route && html`<${Fact} name="Service-Route" says=${R.serviceRouteSays}><code><${Parted} text=${b.service_route} /></code></${Fact}>`}
        ${b.identities.length > 0 && html`<${Fact} name=${R.identities}><${Identities} list=${b.identities.map((name) => ({name}))} mark=${(i) => marks('identities', i)} /></${Fact}>`}
    </dl>`);
}

// Ends one contact as if its time were up.
function Expire({node, impu, contact, act}) {
    const path = `nodes/${seg(node)}/registrations/${seg(impu)}/expire?contact=${seg(contact)}`;
    return html`<button onClick=${() => act(() => call('POST', path, {}).then(() => []), R.expired(contact))}>${R.expire}</button>`;
}

function AtScscf({n, at, marks, act, canExpire}) {
    const a = n.answer;
    return html`<dl class="facts">
        <${Fact} name=${R.state} mark=${marks('state') ?? marks('server')}>${a.registered ? T.subscribers.states.registered : T.subscribers.states['not registered']}</${Fact}>
        <${Fact} name=${R.identities}><${Identities} list=${a.identities.map((i) => ({name: i.public_identity, barred: i.barred}))} mark=${(i) => marks('identities', i)} /></${Fact}></dl>
        ${a.bindings.map((b) => html`<dl class="facts">
            <${Fact} name=${R.contact} says=${R.contactSays} mark=${marks('contact', b.contact)}><code><${Parted} text=${b.contact} /></code></${Fact}>
            <${Fact} name=${R.expires} mark=${marks('expires', b.contact)}><${Countdown} seconds=${b.expires_seconds} at=${at} />
                ${canExpire && html` <${Expire} node=${n.node} impu=${a.public_identity} contact=${b.contact} act=${act} />`}</${Fact}>
            <${Fact} name="Path" says=${R.pathSays}><code><${Parted} text=${b.path} /></code></${Fact}>
            <${Fact} name=${R.privateIdentity}><code><${Parted} text=${b.private_identity} /></code></${Fact}>
            <${Fact} name=${R.priority}>${(b.q_permille / 1000).toFixed(1)}</${Fact}></dl>`)}`;
}

// "any will do" of how many.
function ofHowMany(icscf) {
    const home = network.value.networks.find((n) => n.nodes.some((x) => x.name === icscf));
    return R.whyOf(home.nodes.filter((n) => n.role === 'scscf').length);
}

// Why that S-CSCF: what I-CSCFs decided, the first time that is remembered and the last.
function Why({impu}) {
    const {value} = useLoad(`trace?user=${seg(impu)}&method=REGISTER&q=chosen`, EVERY_MS);
    const decisions = (value?.steps ?? []).filter((s) => s.kind === 'says' && nodes.value.some((n) => n.name === s.from && n.role === 'icscf'));
    const told = new Map([decisions[0], decisions.at(-1)].filter(Boolean).map((s) => [s.says, s]));
    if (told.size === 0) return null;
    return html`<${Fact} name=${R.why} says=${R.whySays}>${[...told.values()].map((s, i) => html`<div>${told.size > 1 && html`<b>${i ? R.whyLast : R.whyFirst}</b> `}${s.says}${s.says.endsWith('any will do') ? ` (${ofHowMany(s.from)})` : ''} <span class="quiet whole">${s.clause}</span>${' '}<a href=${href('ladder', {call: s.call, step: String(s.id)})}>${R.whyShow(s.from)}</a></div>`)}</${Fact}>`;
}

function AtHss({n, marks, impu}) {
    const a = n.answer;
    return html`<dl class="facts">
        <${Fact} name=${R.state} mark=${marks('state')}>${T.subscribers.states[a.state] ?? a.state}</${Fact}>
        <${Fact} name=${R.server} says=${R.serverSays} mark=${marks('server') ?? marks('state')}>${a.scscf ? html`<code><${Parted} text=${a.scscf} /></code>` : R.noServer}</${Fact}>
        ${a.scscf && html`<${Why} impu=${impu} />`}
        <${Fact} name=${R.identities}><${Identities} list=${a.publics.map((p) => ({name: p.impu, barred: p.barred}))} mark=${(i) => marks('identities', i)} /></${Fact}>
        <${Fact} name=${R.registeredAs}>${a.registered?.length ? a.registered.map((i) => html`<div class="mono">${i}</div>`) : R.nobody}</${Fact}></dl>`;
}

const SIGHTS = {pcscf: AtPcscf, scscf: AtScscf, hss: AtHss};

function Sight({n, at, impu, differences, act, canExpire}) {
    const View = SIGHTS[n.role];
    const marks = (what, value) => differenceOf(differences, n.node, what, value);
    const knows = n.status === 200 && !(Array.isArray(n.answer) && n.answer.length === 0);
    return html`<section class="card" aria-label=${n.node}>
        <div class="head"><h2>${n.node}</h2><span class="quiet">${T.roles[n.role]}, ${T.roleShort[n.role]}</span></div>
        ${knows ? html`<${View} n=${n} at=${at} impu=${impu} marks=${marks} act=${act} canExpire=${canExpire} />`
            : n.state === 'dead' ? html`<p class="pill bad">${T.network.dead}</p><p>${n.reason}</p>`
            : html`<p>${R.knowsNothing}<${Mark} by=${marks('state')} /></p>`}</section>`;
}

function Told({list}) {
    return html`<ul class="plain">${list.map((t) => html`<li><span class=${`pill ${t.success ? 'good' : 'bad'}`}>${t.success ? R.done : R.failed}</span> ${R.toldTo(t.command, t.scscf)}: ${t.sentence}</li>`)}</ul>`;
}

const toldOf = ({value}) => value.told;

function Deregister({impu, hss, onClose, onDone}) {
    const [reason, setReason] = useState(REASONS[0]);
    const [scope, setScope] = useState('set');
    const [text, setText] = useState('');
    const [problem, setProblem] = useState(null);
    const privates = hss?.answer?.registered ?? [];
    const submit = (e) => {
        e.preventDefault();
        const body = {reason, ...(text && {text}), ...(scope !== 'all' && {identities: [scope === 'set' ? impu : scope]})};
        call('POST', `subscribers/${seg(impu)}/deregister`, body).then((answer) => onDone(toldOf(answer)), setProblem);
    };
    return html`<${Dialog} title=${R.deregisterTitle} onClose=${onClose}><form onSubmit=${submit}>
        <p>${R.deregisterSays}</p><${Refusal} problem=${problem} />
        <${Field} label=${R.reason} hint=${R.reasons[reason]} value=${reason} onChange=${(e) => setReason(e.target.value)} options=${REASONS.map((r) => [r, r])} />
        <${Field} label=${R.scope} value=${scope} onChange=${(e) => setScope(e.target.value)}
            options=${[['set', R.scopeSet], ['all', R.scopeAll], ...privates.map((p) => [p, R.scopePrivate(p)])]} />
        <${Field} label=${R.reasonText} hint=${R.reasonTextHint} value=${text} maxlength="256" onInput=${(e) => setText(e.target.value)} />
        <div class="row"><button class="danger">${R.deregister}</button><button type="button" onClick=${onClose}>${T.cancel}</button></div>
    </form></${Dialog}>`;
}

// What the doctor found of this user, by any of his identities.
function Findings({names}) {
    const his = useFindings().filter((f) => names.has(f.subject) && f.kind !== 'note' && !f.solved).slice(0, 3);
    if (his.length === 0) return null;
    return html`<section class="card differences" aria-label=${T.doctor.title}><h2>⚕ ${T.doctor.title}</h2>
        <ul>${his.map((f) => html`<li><span class="quiet">${timeOf(f)}</span> <a href=${href('doctor', {id: f.id})}><strong>${f.title}</strong></a>: ${f.what}</li>`)}</ul></section>`;
}

function namesIn(value, impu) {
    const of = (n) => (n.role === 'hss' ? n.answer.publics.map((p) => p.impu) : n.role === 'scscf' ? n.answer.identities.map((i) => i.public_identity) : []);
    return new Set([impu, ...(value?.nodes ?? []).filter((n) => n.status === 200).flatMap(of)]);
}

export function RegistrationView({impu}) {
    const {value, problem, at, reload} = useLoad(`registrations/${seg(impu)}`, EVERY_MS);
    const offers = useOffers();
    const [asking, setAsking] = useState(false);
    const [outcome, setOutcome] = useState({});
    const hss = value?.nodes.find((n) => n.role === 'hss' && n.status === 200);
    const isAdmin = me.value?.role !== 'viewer';
    const canPush = isAdmin && hss && offers('post', '/subscribers/{id}/push');
    const canDeregister = isAdmin && hss && offers('post', '/subscribers/{id}/deregister');
    // Does something; says what became of it, or why not.
    const act = (doing, says) => doing().then((told) => setOutcome({told, says}), (refused) => setOutcome({refused})).then(reload);
    const push = () => act(() => call('POST', `subscribers/${seg(impu)}/push`, {}).then(toldOf));
    return html`
        <div class="head"><a href=${href('registrations')}>${R.title}</a> <span aria-hidden="true">/</span> <h1 class="mono">${impu}</h1>
            <div class="end">
                ${hss && html`<a class="button" href=${href('subscribers', {}, impu)}>${R.subscriber}</a>`}
                <a class="button" href=${href('ladder', {user: impu})}>${T.subscribers.messages}</a>
                ${canPush && html`<button onClick=${push}>${R.push}</button>`}
                ${canDeregister && html`<button class="danger" onClick=${() => setAsking(true)}>${R.deregister}…</button>`}
            </div></div>
        <p class="lead">${R.oneLead}</p>
        <${Refusal} problem=${problem ?? outcome.refused} />
        ${outcome.told && html`<div class="card told" role="status">${outcome.says ?? (outcome.told.length ? html`<${Told} list=${outcome.told} />` : R.toldNobody)}</div>`}
        <${Findings} names=${namesIn(value, impu)} />
        ${value?.differences.length > 0 && html`<section class="card differences" aria-label=${R.differences}><h2>≠ ${R.differences}</h2>
            <ul>${value.differences.map((d) => html`<li>${d.says}</li>`)}</ul></section>`}
        ${value && html`<div class="cards sights">${value.nodes.filter((n) => SIGHTS[n.role]).map((n) => html`
            <${Sight} key=${n.node} n=${n} at=${at} impu=${impu} differences=${value.differences} act=${act} canExpire=${isAdmin && offers('post', '/registrations/{impu}/expire')} />`)}</div>`}
        ${asking && html`<${Deregister} impu=${impu} hss=${hss} onClose=${() => setAsking(false)}
            onDone=${(told) => { setAsking(false); setOutcome({told}); reload(); }} />`}`;
}
