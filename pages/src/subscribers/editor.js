// SPDX-License-Identifier: MIT
//
// A model in a drawer: as a form, as JSON, or as XML where there is one. The HSS itself checks it before it is saved, and
// nobody's change is overwritten unseen (If-Match).

import {useEffect, useState} from 'preact/hooks';
import {Problem, call, seg} from '../api.js';
import {html} from '../html.js';
import {Dialog, Refusal} from '../parts/dialog.js';
import {Awaited, usePart} from '../parts/lazy.js';
import {Tabs} from '../parts/tabs.js';
import {T} from '../texts.js';
import {xmlOf} from './ifc.js';
import {misfitOf} from './model.js';

const E = T.editor;
const READ_ONLY = new Set(['id', 'version']);
const FORMS = {
    subscriber: () => import('./form.js').then((m) => m.SubscriberForm),
    profile: () => import('./criteria.js').then((m) => m.ProfileForm),
    criteria: () => import('./criteria.js').then((m) => m.CriteriaForm),
    charging: () => import('./criteria.js').then((m) => m.ChargingForm),
};

function textOf(value) {
    return JSON.stringify(value, null, 2);
}

function Complaints({problem}) {
    if (!problem) return null;
    const listed = problem.errors?.filter((e) => e.pointer) ?? [];
    if (listed.length === 0) return html`<${Refusal} problem=${problem} />`;
    return html`<div class="banner bad" role="alert"><ul>${listed.map((e) => html`<li><code>${e.pointer}</code> ${e.detail}</li>`)}</ul></div>`;
}

// kind: which form; path: what is replaced (an id is that of a subscriber); value, etag: as it was read.
function Editor({kind, title, says, path, id, value, etag, onClose, onSaved}) {
    const [model, setModel] = useState(() => Object.fromEntries(Object.entries(value).filter(([k]) => !READ_ONLY.has(k))));
    const [text, setText] = useState(null); // of the JSON while it is shown
    const [tab, setTab] = useState('form');
    const [problem, setProblem] = useState(null);
    const [isGood, setGood] = useState(false);
    const {part: Form, failed} = usePart(FORMS[kind], kind);
    const change = (next) => { setGood(false); setModel(next); };
    const read = () => (text === null ? model : JSON.parse(text));
    const wrong = (p) => setProblem(p instanceof SyntaxError ? {message: `${E.noJson} ${p.message}`} : p);
    const choose = (next) => {
        try {
            const now = read();
            const misfit = misfitOf(now);
            if (misfit) {
                setProblem({message: E.expected(misfit.path, misfit.kind)});
                return;
            }
            setProblem((p) => (p instanceof Problem ? p : null)); // what the HSS said stands at the fields
            setModel(now);
            setText(next === 'json' ? textOf(now) : null);
            setTab(next);
        } catch (p) { wrong(p); }
    };
    const send = async (dryRun) => {
        setGood(false);
        try {
            const answer = await call('PUT', `${path}${dryRun ? '?dry_run=true' : ''}`, read(), {headers: etag ? {'If-Match': etag} : {}});
            setProblem(null);
            if (dryRun) setGood(true);
            else onSaved(answer.value);
        } catch (p) { wrong(p); }
    };
    return html`<${Dialog} title=${title} look="drawer" onClose=${onClose}>
        <p class="quiet">${says}</p>
        <${Tabs} list=${['form', 'json', ...(kind === 'profile' || kind === 'criteria' ? ['xml'] : [])].map((t) => [t, E.tabs[t]])} shown=${tab} panel="edit-panel" onChoose=${choose} />
        <div class="sheet" id="edit-panel" role="tabpanel" aria-labelledby=${`edit-panel-${tab}`} tabindex="0">
            ${tab === 'form' && (Form ? html`<${Form} form=${{model, change, problem}} id=${id} />` : html`<${Awaited} failed=${failed} />`)}
            ${tab === 'json' && html`<textarea class="model" aria-label=${E.model} rows="26" spellcheck=${false} value=${text} onInput=${(e) => { setGood(false); setText(e.target.value); }}></textarea>`}
            ${tab === 'xml' && html`<pre>${xmlOf(model.ifc ?? [])}</pre>`}</div>
        <${Complaints} problem=${problem} />
        ${isGood && html`<div class="banner good" role="status">✓ ${E.good}</div>`}
        <div class="row"><button class="primary" onClick=${() => send(false)}>${T.save}</button><button onClick=${() => send(true)}>${E.check}</button><button onClick=${onClose}>${T.cancel}</button></div></${Dialog}>`;
}

// What is edited is read first: it may have changed since it was shown.
export function Edit({path, title, onClose, ...more}) {
    const [read, setRead] = useState(null);
    const [problem, setProblem] = useState(null);
    useEffect(() => { call('GET', path).then(setRead, setProblem); }, [path]);
    if (problem) return html`<${Dialog} title=${title} onClose=${onClose}><${Refusal} problem=${problem} /></${Dialog}>`;
    return read && html`<${Editor} path=${path} title=${title} value=${read.value} etag=${read.etag} onClose=${onClose} ...${more} />`;
}

export function EditSubscriber({id, onClose, onSaved}) {
    return html`<${Edit} kind="subscriber" title=${E.title} says=${E.says} path=${`subscribers/${seg(id)}`} id=${id} onClose=${onClose} onSaved=${onSaved} />`;
}
