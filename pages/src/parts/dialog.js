// SPDX-License-Identifier: MIT
//
// A modal dialog (the browser's own: focus stays within, Escape closes), a field with its hint and complaint, and the
// sentence of a refusal.

import {useEffect, useId, useRef} from 'preact/hooks';
import {html} from '../html.js';
import {href} from '../route.js';
import {T} from '../texts.js';

// look: "drawer" is a tall one at the side, for what is long.
export function Dialog({title, look, onClose, children}) {
    const ref = useRef();
    const id = useId();
    useEffect(() => {
        const before = document.activeElement;
        ref.current.showModal();
        ref.current.querySelector('form :is(input, select, textarea)')?.focus(); // what one came for
        return () => { if (before?.isConnected) before.focus({preventScroll: true}); };
    }, []);
    return html`<dialog ref=${ref} class=${look} aria-labelledby=${id} onClose=${onClose}>
        <div class="head"><h2 id=${id}>${title}</h2><div class="end"><button class="plain" onClick=${onClose}>${T.close}</button></div></div>
        ${children}</dialog>`;
}

export function Field({label, hint, bad, ...input}) {
    const id = useId();
    const notes = [hint && `${id}-hint`, bad && `${id}-bad`].filter(Boolean).join(' ') || null;
    const Tag = input.options ? 'select' : 'input';
    const {options, ...rest} = input;
    return html`<div class="field"><label for=${id}>${label} ${hint && html`<span class="hint" id=${`${id}-hint`}>${hint}</span>`}</label>
        <${Tag} id=${id} aria-describedby=${notes} aria-invalid=${bad ? 'true' : null} autocomplete="off" spellcheck=${false} ...${rest}>
            ${options?.map(([value, name]) => html`<option value=${value}>${name}</option>`)}</${Tag}>
        ${bad && html`<div class="bad" id=${`${id}-bad`}>${bad}</div>`}</div>`;
}

export function Refusal({problem}) {
    if (!problem) return null;
    return html`<div class="banner bad" role="alert">${problem.message}${problem.existing && html` <a href=${href('subscribers', {}, problem.existing)}>${T.subscribers.toExisting}</a>`}</div>`;
}

// What a problem says of one member of the body: its JSON pointer begins with it.
export function complaintOf(problem, member) {
    return problem?.errors?.find((e) => e.pointer === `/${member}` || e.pointer?.startsWith(`/${member}/`))?.detail;
}
