// SPDX-License-Identifier: MIT
//
// One finding: what went wrong, where, what to do; what shows it; and what can be done here and now.

import {useState} from 'preact/hooks';
import {call, get, seg} from '../api.js';
import {faults, mayBreak, useFaults} from '../faults/live.js';
import {html} from '../html.js';
import {homeOf, me, nodes} from '../live.js';
import {Refusal} from '../parts/dialog.js';
import {Prose} from '../parts/parted.js';
import {href} from '../route.js';
import {T} from '../texts.js';

const D = T.doctor;

const clock = (time) => new Date(time).toLocaleTimeString('en-GB');

export function timeOf(f) {
    return clock(f.wall_us / 1000);
}

// "5 times since 12:03:11"; nothing for what happened once.
export function timesOf(f) {
    return f.times > 1 ? D.times(f.times, clock(f.first)) : '';
}

// ---- what can be mended here: {label, says, act()} by cause ----

// What was stored as OPc is an OP: the OPc is computed from it.
async function deriveOpc(f) {
    const at = `subscribers/${seg(f.subject)}/private/${seg(f.private)}`;
    const {value, etag} = await call('GET', at);
    const secrets = await get(`${at}/secrets`);
    const {value: derived} = await call('POST', 'tools/opc', {k: secrets.k, op: secrets.opc});
    const aka = {algorithm: value.aka.algorithm, amf: value.aka.amf, k: secrets.k, opc: derived.opc};
    await call('PUT', at, {aka, ...(value.digest && {digest: value.digest})}, {headers: {'If-Match': etag}});
}

async function unbar(f) {
    const at = `subscribers/${seg(f.subject)}/public/${seg(f.subject)}`;
    const {value, etag} = await call('GET', at);
    const {impu, set, ...rest} = value;
    await call('PUT', at, {...rest, barred: false}, {headers: {'If-Match': etag}});
}

const CURES = {'opc-is-op': [D.deriveOpc, deriveOpc], barred: [D.unbar, unbar]};

// ---- and where to go ----

function nameOf(impu) {
    return impu.replace(/^sips?:/, '').split('@')[0];
}

const TO_ADD = new Set(['unknown-public', 'callee-unknown']);
const TO_EDIT = new Set(['challenge-unanswered', 'wrong-password', 'empty-password', 'name-as-password', 'wrong-key', 'opc-is-op', 'op-is-opc', 'key-as-password', 'autn-rejected', 'sqn-out-of-range',
    'wrong-realm', 'algorithm-mismatch', 'scheme-not-provisioned', 'roaming-not-allowed', 'no-capable-scscf', 'barred', 'callee-barred', 'identities-dont-match']);
const TO_NETWORK = new Set(['hss-unreachable', 'hss-silent', 'link-lost', 'scscf-unreachable', 'node-unreachable', 'stopping', 'overload']);
const TO_REGISTRATIONS = new Set(['not-registered', 'gone-at-scscf', 'callee-not-registered', 'callee-gone-at-pcscf', 'callee-unreachable', 'registration-expired', 'wrong-listener']);

function Ways({f}) {
    const isUser = /^(sips?|tel):/.test(f.about);
    const isName = /^sips?:/.test(f.about);
    const canChange = me.value?.role !== 'viewer';
    const step = f.steps.at(-1);
    return html`
        <a class="button" href=${href('ladder', {call: f.call ?? '', step: step ? String(step) : ''})}>${D.toLadder}</a>
        ${canChange && TO_ADD.has(f.cause) && isName && html`<a class="button" href=${href('subscribers', {add: nameOf(f.about), network: homeOf(f.about)})}>${D.toAdd(nameOf(f.about))}</a>`}
        ${canChange && TO_EDIT.has(f.cause) && isUser && html`<a class="button" href=${href('subscribers', {edit: 1}, f.about)}>${D.toEdit}</a>`}
        ${isUser && TO_REGISTRATIONS.has(f.cause) && html`<a class="button" href=${href('registrations', {}, f.about)}>${D.toRegistration}</a>`}
        ${f.fault && html`<a class="button" href=${href('faults')}>${D.toFaults}</a>`}
        ${TO_NETWORK.has(f.cause) && html`<a class="button" href=${href('network')}>${D.toNetwork}</a>`}`;
}

function Cure({f}) {
    const [state, setState] = useState(null); // 'done', or a Problem
    const [label, act] = CURES[f.cause] ?? [];
    if (!act || me.value?.role === 'viewer') return null;
    if (state === 'done') return html`<p role="status" class="banner">✓ ${D.cured}</p>`;
    return html`<${Refusal} problem=${state} /><button class="primary" onClick=${() => act(f).then(() => setState('done'), setState)}>${label}</button>`;
}

// "icscf1-hss1": who asks stands first.
function LinkName({link}) {
    const isAsked = (name) => nodes.value.some((n) => n.name === name && n.role === 'hss');
    const onMap = link.map((end) => (end === 'ue' ? 'UE' : end)).sort();
    return html`<a href=${href('network', {link: onMap.join(',')})}>${[...link].sort((a, b) => isAsked(a) - isAsked(b)).join('-')}</a>`;
}

// The fault that did it: where it is, and its end.
function Blamed({name}) {
    const {problem, clear} = useFaults();
    const fault = faults.value.find((f) => f.name === name);
    const link = fault?.parts.find((p) => p.link)?.link;
    return html`<${Refusal} problem=${problem} /><p class="row"><span>⚡ <strong>${name}</strong>${link && html` (<${LinkName} link=${link} />)`}</span>
        ${!fault && html`<span class="pill good">✓ ${T.faults.over}</span>`}
        ${fault && mayBreak.value && html`<button class="primary" aria-label=${`${T.faults.mend}: ${name}`} onClick=${() => clear(name)}>${T.faults.mend}</button>`}</p>`;
}

// "recomputed: the stored secret: no" as a question and its answer.
function asked(f, e) {
    const [, what, verdict] = (e.name === 'recomputed' && /^(.*): (fits|no)$/.exec(e.value)) || [];
    if (!what) return [e.name, e.value];
    const isPassword = /password/.test(f.cause) && what === D.stored;
    return D.wouldFit(isPassword ? D.storedPassword : what, verdict === 'fits');
}

function Evidence({f}) {
    if (f.evidence.length === 0) return null;
    return html`<details><summary>${D.evidence}</summary><table><tbody>
        ${f.evidence.map((e) => asked(f, e)).map(([name, value]) => html`<tr><th>${name}</th><td class="mono">${value}</td></tr>`)}</tbody></table></details>`;
}

export function FindingBody({f, explanation}) {
    return html`<p class="sentence"><${Prose} text=${f.what} /></p>
        <dl class="advice"><dt>${D.where}</dt><dd><${Prose} text=${f.where} /></dd><dt>${D.do}</dt><dd><${Prose} text=${f.do} /></dd></dl>
        ${explanation && html`<p class="quiet">${explanation}</p>`}
        <${Evidence} f=${f} />
        <p class="quiet">${f.node}${f.clause && ` · ${f.clause}`}${f.method && ` · ${f.method}`}${f.result ? ` ${f.result}` : ''}</p>
        ${f.fault && html`<${Blamed} name=${f.fault} />`}
        <div class="row"><${Cure} f=${f} /><${Ways} f=${f} /></div>`;
}
