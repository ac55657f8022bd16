// SPDX-License-Identifier: MIT
//
// Faults on purpose: what is on, and a form for one more.

import {useState} from 'preact/hooks';
import {faults, mayBreak, useFaults} from '../faults/live.js';
import {bodyOf} from '../faults/model.js';
import {html} from '../html.js';
import {links, network} from '../live.js';
import {pairs} from '../network/links.js';
import {clockOf, useNow} from '../parts/clock.js';
import {Field, Refusal} from '../parts/dialog.js';
import {T} from '../texts.js';

const F = T.faults;
const METHODS = ['REGISTER', 'INVITE', 'ACK', 'BYE', 'CANCEL', 'MESSAGE', 'OPTIONS', 'SUBSCRIBE', 'NOTIFY', 'UAR', 'UAA', 'MAR', 'MAA', 'SAR', 'SAA', 'LIR', 'LIA', 'RTR', 'PPR'];
const ANSWERS = ['403', '404', '408', '480', '486', '500', '503', '504', '600', '3002', '3004', '5012', '10415:5001', '10415:5002', '10415:5003', '10415:5004', '10415:5006'];
const TTLS = ['', '10s', '1min', '5min', '30min'];
const EMPTY = {action: 'loss', where: '', direction: '', protocol: '', messages: '', method: '', result: '', text: '', percent: '', every: '', count: '',
    peer: '', delay: '', jitter: '', copies: '', answer: '', reason: '', ttl: '', name: ''};

function placesOf(net) {
    const between = pairs(links.value, net).map(({ends}) => [`link:${ends.join(',')}`, F.linkOf(...ends)]);
    const nodes = net.networks.flatMap((n) => n.nodes).map((n) => [`node:${n.name}`, F.atNode(n.name)]);
    return [...between, ...nodes];
}

function On({fault, clear}) {
    const now = useNow();
    const left = fault.until_us ? fault.until_us / 1e6 - now / 1000 : null;
    return html`<tr><td><strong>⚡ ${fault.name}</strong></td><td>${fault.parts.map((p) => html`<div key=${p.node}>${p.node}: ${p.says}</div>`)}</td>
        <td class="number">${fault.struck.toLocaleString('en')}${fault.held > 0 && html`<div class="quiet">${F.held(fault.held)}</div>`}</td>
        <td>${left === null ? F.untilCleared : clockOf(left)}</td><td>${fault.by}</td>
        <td>${mayBreak.value && html`<button aria-label=${`${F.mend}: ${fault.name}`} onClick=${() => clear(fault.name)}>${F.mend}</button>`}</td></tr>`;
}

function List({clear}) {
    const on = faults.value;
    if (on.length === 0) return html`<div class="card empty struck"><p>${F.none}</p></div>`;
    return html`<div class="card scroll struck"><table><thead><tr>${F.columns.map((c) => html`<th>${c}</th>`)}<td></td></tr></thead>
        <tbody>${on.map((f) => html`<${On} key=${f.name} fault=${f} clear=${clear} />`)}</tbody></table></div>`;
}

function OfAction({form, input, choice}) {
    switch (form.action) {
    case 'delay': return html`${input('delay', {hint: F.timeHint, placeholder: '200ms', required: true})}${input('jitter', {hint: F.timeHint})}`;
    case 'reorder': return input('delay', {label: F.reorderDelay, hint: F.timeHint});
    case 'duplicate': return input('copies', {type: 'number', min: 1, max: 10});
    case 'answer': return html`${choice('answer', [['', '…'], ...ANSWERS.map((a) => [a, F.answers[a] ?? a])])}${input('reason')}`;
    default: return null;
    }
}

function Which({form, input, choice}) {
    if (form.action === 'dead') return null;
    return html`<details><summary>${F.which}</summary><div class="grid">
        ${choice('direction', Object.entries(F.directions))}
        ${form.where.startsWith('node:') && input('peer', {hint: F.peerHint})}
        ${form.action !== 'answer' && choice('messages', Object.entries(F.messageKinds))}
        ${input('method', {list: 'fault-methods', hint: F.methodHint})}
        ${form.action !== 'answer' && input('result', {hint: F.resultHint})}
        ${input('text', {hint: F.textHint})}
        ${input('percent', {type: 'number', min: 1, max: 100})}
        ${input('every', {type: 'number', min: 1, hint: F.everyHint})}
        ${input('count', {type: 'number', min: 1, hint: F.countHint})}
        ${input('name', {hint: F.nameHint})}</div>
        <datalist id="fault-methods">${METHODS.map((m) => html`<option value=${m} />`)}</datalist></details>`;
}

function Form({places, link, add}) {
    const first = places.find(([v]) => link && v.toLowerCase() === `link:${link}`.toLowerCase())?.[0] ?? places.find(([v]) => v.startsWith('link:'))?.[0] ?? places[0]?.[0];
    const [form, setForm] = useState({...EMPTY, where: first});
    const set = (key) => (e) => setForm((f) => ({...f, [key]: e.target.value}));
    const input = (key, more = {}) => html`<${Field} key=${key} label=${F.fields[key]} value=${form[key]} onInput=${set(key)} ...${more} />`;
    const choice = (key, options, more = {}) => html`<${Field} key=${key} label=${F.fields[key]} value=${form[key]} onChange=${set(key)} options=${options} ...${more} />`;
    const submit = async (e) => {
        e.preventDefault();
        if (await add(bodyOf(form))) setForm((f) => ({...f, name: ''}));
    };
    const fits = form.action === 'dead' ? places.filter(([v]) => v.startsWith('node:')) : places;
    const act = (e) => setForm((f) => ({...f, action: e.target.value,
        where: e.target.value === 'dead' && f.where.startsWith('link:') ? places.find(([v]) => v.startsWith('node:'))?.[0] : f.where}));
    return html`<form class="card" onSubmit=${submit} aria-label=${F.add}><h2>${F.add}</h2>
        <div class="grid">${choice('action', Object.entries(F.actions), {onChange: act, hint: F.actionSays[form.action]})}
            ${choice('where', fits)}${choice('ttl', TTLS.map((t) => [t, F.ttls[t]]))}
            <${OfAction} form=${form} input=${input} choice=${choice} /></div>
        <${Which} form=${form} input=${input} choice=${choice} />
        <p><button class="danger">${F.breakIt}</button></p></form>`;
}

export function FaultsView({params}) {
    const net = network.value;
    const {problem, add, clear} = useFaults();
    if (!net) return html`<p>${T.loading}</p>`;
    return html`<div class="head"><h1>${F.title}</h1></div>
        <p class="lead">${F.lead}</p>
        <${Refusal} problem=${problem} />
        <${List} clear=${clear} />
        ${mayBreak.value && html`<${Form} places=${placesOf(net)} link=${params.get('link')} add=${add} />`}`;
}
