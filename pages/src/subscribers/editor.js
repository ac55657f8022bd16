// SPDX-License-Identifier: MIT
//
// The full model as JSON, checked by the HSS itself before it is saved; nobody's change is overwritten unseen (If-Match).

import {useState} from 'preact/hooks';
import {call, seg} from '../api.js';
import {html} from '../html.js';
import {Dialog, Refusal} from '../parts/dialog.js';
import {T} from '../texts.js';

const E = T.editor;
const READ_ONLY = new Set(['id', 'version']);

function textOf(value) {
    return JSON.stringify(value, (key, v) => (READ_ONLY.has(key) ? undefined : v), 2);
}

function Complaints({problem}) {
    if (!problem) return null;
    const listed = problem.errors?.filter((e) => e.pointer) ?? [];
    return html`<${Refusal} problem=${problem} />
        ${listed.length > 0 && html`<ul>${listed.map((e) => html`<li><code>${e.pointer}</code> ${e.detail}</li>`)}</ul>`}`;
}

// path: what is replaced; value, etag: as it was read.
export function JsonEditor({title, says, path, value, etag, onClose, onSaved}) {
    const [text, setText] = useState(textOf(value));
    const [problem, setProblem] = useState(null);
    const [isGood, setGood] = useState(false);
    const send = async (dryRun) => {
        setGood(false);
        try {
            const body = JSON.parse(text);
            const headers = etag ? {'If-Match': etag} : {};
            const answer = await call('PUT', `${path}${dryRun ? '?dry_run=true' : ''}`, body, {headers});
            setProblem(null);
            if (dryRun) setGood(true);
            else onSaved(answer.value);
        } catch (p) {
            setProblem(p instanceof SyntaxError ? {message: `${E.noJson} ${p.message}`} : p);
        }
    };
    return html`<${Dialog} title=${title} onClose=${onClose}>
        <p>${says}</p><${Complaints} problem=${problem} />
        ${isGood && html`<div class="banner" role="status">✓ ${E.good}</div>`}
        <textarea class="model" aria-label=${E.model} rows="22" spellcheck=${false} value=${text} onInput=${(e) => setText(e.target.value)}></textarea>
        <div class="row"><button class="primary" onClick=${() => send(false)}>${T.save}</button><button onClick=${() => send(true)}>${E.check}</button><button onClick=${onClose}>${T.cancel}</button></div></${Dialog}>`;
}

export function EditSubscriber({id, onClose, onSaved}) {
    const [read, setRead] = useState(null);
    if (!read) {
        call('GET', `subscribers/${seg(id)}`).then(setRead, onClose);
        return null;
    }
    return html`<${JsonEditor} title=${E.title} says=${E.says} path=${`subscribers/${seg(id)}`} value=${read.value} etag=${read.etag} onClose=${onClose} onSaved=${onSaved} />`;
}
