// SPDX-License-Identifier: MIT
//
// Many subscribers alike, for a class: what was generated for them is shown once, and can be kept as a file.

import {useState} from 'preact/hooks';
import {call} from '../api.js';
import {html} from '../html.js';
import {Dialog, Field, Refusal, complaintOf} from '../parts/dialog.js';
import {saveAs} from '../parts/save.js';
import {T} from '../texts.js';

const A = T.many;
const COLUMNS = ['number', 'impi', 'password', 'k', 'opc'];

function csvOf(list) {
    const cell = (v) => (/[",\n]/.test(v ?? '') ? `"${v.replace(/"/g, '""')}"` : v ?? '');
    return [COLUMNS.join(','), ...list.map((s) => COLUMNS.map((c) => cell(s[c])).join(','))].join('\n') + '\n';
}

function Result({result, onClose}) {
    const used = COLUMNS.filter((c) => result.subscribers.some((s) => s[c]));
    return html`<p role="status">${A.created(result.created)}</p>
        <div class="scroll tall"><table><thead><tr>${used.map((c) => html`<th>${A.columns[c]}</th>`)}</tr></thead>
            <tbody>${result.subscribers.map((s) => html`<tr>${used.map((c) => html`<td class="mono">${s[c]}</td>`)}</tr>`)}</tbody></table></div>
        <div class="row"><button class="primary" onClick=${() => saveAs('subscribers.csv', 'text/csv', csvOf(result.subscribers))}>${A.keep}</button>
            <button onClick=${onClose}>${T.close}</button></div>`;
}

export function AddMany({onClose, onDone}) {
    const [form, setForm] = useState({first: '1101', count: '30', name: '', generate: 'password'});
    const [problem, setProblem] = useState(null);
    const [result, setResult] = useState(null);
    const field = (member, label, hint) => html`<${Field} label=${label} hint=${hint} value=${form[member]} bad=${complaintOf(problem, member)}
        onInput=${(e) => setForm({...form, [member]: e.target.value})} />`;
    const submit = (e) => {
        e.preventDefault();
        const body = {first: form.first.trim(), count: Number(form.count), generate: form.generate, ...(form.name && {name: form.name})};
        call('POST', 'subscribers/ranges', body).then(({value}) => { setResult(value); onDone(); }, setProblem);
    };
    return html`<${Dialog} title=${A.title} onClose=${onClose}>${result ? html`<${Result} result=${result} onClose=${onClose} />` : html`<form onSubmit=${submit}>
        <p>${A.says}</p><${Refusal} problem=${problem} />
        ${field('first', A.first, A.firstHint)}${field('count', A.count, A.countHint)}${field('name', A.name, A.nameHint)}
        <${Field} label=${A.generate} value=${form.generate} onChange=${(e) => setForm({...form, generate: e.target.value})} options=${[['password', A.passwords], ['key', A.keys]]} />
        <div class="row"><button class="primary">${A.add}</button><button type="button" onClick=${onClose}>${T.cancel}</button></div></form>`}</${Dialog}>`;
}
