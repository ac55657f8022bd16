// SPDX-License-Identifier: MIT
//
// A file of subscribers, YAML or CSV, in parts; how far it is; and each bad line by its number.

import {useState} from 'preact/hooks';
import {call} from '../api.js';
import {html} from '../html.js';
import {Dialog, Refusal} from '../parts/dialog.js';
import {homeNetwork} from '../route.js';
import {T} from '../texts.js';

const I = T.imports;
const PART = 1 << 19;
const ASK_MS = 250;
const OVER = new Set(['done', 'failed', 'cancelled']);

// Sends the file and begins; what did not begin stays nowhere. All goes to the HSS of the network that was shown at first.
async function send(file, dryRun, ask, tell) {
    const format = /\.csv$/i.test(file.name) ? 'csv' : 'yaml';
    const begun = await ask('POST', 'imports', {format, name: file.name});
    try {
        for (let at = 0; at < file.size; at += PART) {
            const part = await file.slice(at, at + PART).arrayBuffer();
            await ask('PUT', `imports/${begun.id}/part?offset=${at}`, part, {type: 'application/octet-stream'});
            tell({...begun, sent: Math.min(file.size, at + PART) / file.size});
        }
        await ask('POST', `imports/${begun.id}/run${dryRun ? '?dry_run=true' : ''}`);
    } catch (problem) {
        ask('DELETE', `imports/${begun.id}`).catch(() => {});
        throw problem;
    }
    return begun.id;
}

// Asks how far it is until it is over; tell(state) each time.
async function bringIn(file, dryRun, tell) {
    const network = homeNetwork.value;
    const ask = async (method, path, body, more) => (await call(method, path, body, {...more, network})).value;
    const id = await send(file, dryRun, ask, tell);
    for (;;) {
        const state = await ask('GET', `imports/${id}`);
        tell(state);
        if (OVER.has(state.state)) return;
        await new Promise((wake) => { setTimeout(wake, ASK_MS); });
    }
}

function State({s}) {
    const parts = s.subscribers ? (s.stored ?? 0) / s.subscribers : null;
    return html`<div role="status">
        <p>${I.states[s.state]}${s.sent < 1 && s.state === 'open' ? ` ${Math.round(s.sent * 100)} %` : ''}</p>
        ${!OVER.has(s.state) && html`<progress aria-label=${I.progress} value=${s.state === 'open' ? s.sent : parts} max="1"></progress>`}
        ${s.state === 'done' && html`<p>${s.dry_run ? I.would(s.inserted, s.unchanged) : I.did(s.inserted, s.unchanged)}</p>`}
        ${s.detail && html`<p class="banner bad">${s.detail}</p>`}
        ${s.errors?.length > 0 && html`<div class="scroll tall"><table><thead><tr><th>${I.line}</th><th>${I.wrong}</th></tr></thead>
            <tbody>${s.errors.map((e) => html`<tr><td class="number">${e.line}${e.column ? `:${e.column}` : ''}</td><td>${e.detail}</td></tr>`)}</tbody></table></div>`}</div>`;
}

export function Import({onClose, onDone}) {
    const [file, setFile] = useState(null);
    const [state, setState] = useState(null);
    const [problem, setProblem] = useState(null);
    const busy = state && !OVER.has(state.state) && !problem;
    const run = (dryRun) => {
        setProblem(null);
        bringIn(file, dryRun, setState).then(onDone, setProblem);
    };
    return html`<${Dialog} title=${I.title} onClose=${onClose}>
        <p>${I.says}</p><${Refusal} problem=${problem} />
        <p><label>${I.file} <input type="file" accept=".yaml,.yml,.csv" onChange=${(e) => { setFile(e.target.files[0] ?? null); setState(null); }} /></label></p>
        ${state && html`<${State} s=${state} />`}
        <div class="row"><button class="primary" disabled=${!file || busy} onClick=${() => run(false)}>${I.run}</button>
            <button disabled=${!file || busy} onClick=${() => run(true)}>${I.check}</button><button onClick=${onClose}>${T.close}</button></div></${Dialog}>`;
}
