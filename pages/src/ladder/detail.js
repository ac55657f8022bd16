// SPDX-License-Identifier: MIT
//
// One step in full: the message with its headers explained, what this hop changed, the bytes.

import {useEffect, useState} from 'preact/hooks';
import {FindingBody} from '../doctor/finding.js';
import {html} from '../html.js';
import {me} from '../live.js';
import {Awaited, usePart} from '../parts/lazy.js';
import {Parted} from '../parts/parted.js';
import {Tabs} from '../parts/tabs.js';
import {href, setParams} from '../route.js';
import {explain} from '../sip/headers.js';
import {fullName, headerValue, parse} from '../sip/message.js';
import {T} from '../texts.js';
import {hopDiff} from './diff.js';
import {timeOfDay} from './layout.js';
import {incomingOf, reasonOf} from './reason.js';
import {wholeOf} from './step.js';

function Why({of}) {
    return of && html`<div class="why">${of[0]} <span class="quiet whole">${of[1]}</span></div>`;
}

function SipMessage({text}) {
    const m = parse(text);
    return html`
        <p><code>${m.start}</code></p>
        <dl class="headers">
            ${m.headers.map((h) => html`<dt>${h.name}</dt><dd><code><${Parted} text=${h.value} /></code><${Why} of=${explain(fullName(h.name))} /></dd>`)}
        </dl>
        ${m.body && html`<h3>${T.ladder.body}</h3><pre>${m.body}</pre>`}`;
}

// What everything of a Diameter message is for is loaded when somebody opens one.
function useExplanations() {
    return usePart(() => import('../diameter/explain.js')).part;
}

function Avps({list, known}) {
    return html`<ul class="avps">${list.map((a) => html`<li>
        <strong>${a.name}</strong>${a.mandatory ? '' : ` ${T.ladder.optional}`} ${!a.avps && html`<code><${Parted} text=${a.value} /></code>`}
        <${Why} of=${known?.explainResult(a) ?? known?.explainAvp(a.name)} />${a.avps && html`<${Avps} list=${a.avps} known=${known} />`}</li>`)}</ul>`;
}

function DiameterMessage({m}) {
    const known = useExplanations();
    if (!m) return html`<p>${T.ladder.unreadable}</p>`;
    return html`
        <p><strong>${m.command}</strong> <span class="quiet">${m.flags} · ${T.ladder.hopByHop} ${m.hopByHop.toString(16)} · ${T.ladder.endToEnd} ${m.endToEnd.toString(16)}</span></p>
        <${Why} of=${known?.explainCommand(m.name)} />
        <${Avps} list=${m.avps} known=${known} />`;
}

function Diff({before, after, node}) {
    const [all, setAll] = useState(false);
    const rows = hopDiff(before, after);
    const shown = all ? rows : rows.filter((r) => r.change !== 'same');
    return html`
        <p>${T.ladder.diffLead(node)}</p>
        <table class="diff"><thead><tr><th>${T.ladder.header}</th><th>${T.ladder.value}</th></tr></thead>
            <tbody>${shown.map((r) => html`<tr class=${r.change}>
                <td><strong>${r.name || T.ladder.startLine}</strong><div>${T.ladder.change[r.change]}</div></td>
                <td>${r.before !== undefined && r.change !== 'same' && html`<div><del><${Parted} text=${r.before} /></del></div>`}<${Parted} text=${r.after} /></td></tr>`)}</tbody></table>
        <label class="check"><input type="checkbox" checked=${all} onChange=${() => setAll(!all)} /> ${T.ladder.showSame}</label>`;
}

function Place({whole}) {
    const {sender, receiver} = whole;
    return html`<span class="mono">(${sender?.local ?? receiver?.remote} → ${receiver?.local ?? sender?.remote})</span>`;
}

// Who a step is about: identities that the HSS may know.
export function identitiesOf(step, whole) {
    if (step.kind === 'says') return [...new Set(step.text.match(/sips?:[\w.+-]+@[\w.-]*[a-z]|tel:\+?\d+/g) ?? [])];
    if (step.proto === 'diameter')
        return [...new Set((whole?.decoded?.avps ?? []).filter((a) => a.name === 'Public-Identity').map((a) => a.value))];
    const m = parse(whole?.text ?? '');
    const of = (name) => /sips?:[^@>;\s]+@[^>;:\s]+|tel:[+\d]+/.exec(headerValue(m, name) ?? '')?.[0];
    return [...new Set([of('From'), of('To')].filter(Boolean))];
}

// By the clock, and since the ladder begins.
function When({step, steps}) {
    return html`<time datetime=${new Date(step.t / 1000).toISOString()}>${timeOfDay(step.t)}</time> (${T.ladder.secondsIn(((step.t - steps[0].t) / 1e6).toFixed(3))})`;
}

function Title({children}) {
    const close = () => {
        setParams({step: ''});
        document.querySelector('.ladder')?.focus({preventScroll: true});
    };
    return html`<div class="head"><h2>${children}</h2><div class="end"><button class="plain" onClick=${close}>${T.close}</button></div></div>`;
}

function Ways({step, whole, call}) {
    const people = identitiesOf(step, whole);
    return html`<div class="row ways">
        ${step.call && step.call !== call && html`<button onClick=${() => setParams({call: step.call, user: '', method: '', result: '', node: '', peer: '', q: ''})}>${T.ladder.only}</button>`}
        ${people.map((i) => html`<a href=${href('subscribers', {}, i)}>${i}</a>`)}</div>`;
}

// Loaded when somebody asks to see it.
function Xray({text, step, steps}) {
    const {part: Panel, failed} = usePart(() => import('../xray/panel.js').then((m) => m.XrayPanel));
    return Panel ? html`<${Panel} text=${text} step=${step} steps=${steps} />` : html`<${Awaited} failed=${failed} />`;
}

function isAuthentication(step, text) {
    const m = parse(text);
    const found = headerValue(m, 'Authorization') ?? headerValue(m, 'WWW-Authenticate');
    return step.proto === 'sip' && me.value?.role !== 'viewer' && /nonce="?[^"]/.test(found ?? '');
}

export function Detail({step, steps, call}) {
    const [tab, setTab] = useState('message');
    const [whole, setWhole] = useState(null);
    const [before, setBefore] = useState(null);
    const [failed, setFailed] = useState('');
    const incoming = incomingOf(step, steps);
    const reason = reasonOf(step, steps);

    useEffect(() => {
        if (step.kind !== 'arrow') return;
        wholeOf(step).then(setWhole, (e) => setFailed(e.message));
        if (incoming) wholeOf(incoming).then(setBefore, () => {});
    }, [step.id]);

    if (step.finding)
        return html`<section class="card detail" aria-label=${T.doctor.title}>
            <${Title}>⚕ ${step.finding.title}</${Title}><${FindingBody} f=${step.finding} /></section>`;
    if (step.kind === 'says')
        return html`<section class="card detail" aria-label=${T.ladder.decision}>
            <${Title}>${T.ladder.decision}</${Title}><p class="sentence">${step.text}</p>
            <p class="quiet">${step.from} · ${step.proc} · ${step.clause}</p><p class="quiet"><${When} step=${step} steps=${steps} /></p><${Ways} step=${step} call=${call} /></section>`;

    const xray = whole && isAuthentication(step, whole.text);
    const tabs = [['message', T.ladder.message], before && ['diff', T.ladder.diff], xray && ['xray', T.ladder.xray], ['raw', T.ladder.raw]].filter(Boolean);
    const shown = tabs.some(([id]) => id === tab) ? tab : 'message';
    return html`<section class="card detail" aria-label=${T.ladder.message}>
        <${Title}>${step.label}</${Title}>
        <p class="quiet"><${When} step=${step} steps=${steps} /></p>
        <p class="quiet">${step.from} → ${step.to}${whole && html` <${Place} whole=${whole} />`}</p>
        ${reason && html`<p class="because"><strong>${T.ladder.because}</strong> <button class="link" onClick=${() => setParams({step: reason.id})}>${reason.text}</button> <span class="quiet whole">${reason.clause}</span></p>`}
        ${failed && html`<p role="alert">${failed}</p>`}
        ${whole && html`
            <${Ways} step=${step} whole=${whole} call=${call} />
            <${Tabs} list=${tabs} shown=${shown} panel="tab-panel" onChoose=${setTab} />
            <div id="tab-panel" role="tabpanel" aria-labelledby=${`tab-panel-${shown}`}>
                ${shown === 'message' && (step.proto === 'sip' ? html`<${SipMessage} text=${whole.text} />` : html`<${DiameterMessage} m=${whole.decoded} />`)}
                ${shown === 'diff' && html`<${Diff} before=${before.text} after=${whole.text} node=${step.from} />`}
                ${shown === 'xray' && html`<${Xray} text=${whole.text} step=${step} steps=${steps} />`}
                ${shown === 'raw' && html`<pre>${whole.text || whole.base64}</pre>`}
            </div>`}</section>`;
}
