// SPDX-License-Identifier: MIT
//
// Fields of a form over a model: each shows and changes what stands at its path, and what the HSS said of that path.
// form: {model, change(newModel), problem}.

import {useId, useState} from 'preact/hooks';
import {html} from '../html.js';
import {Field} from '../parts/dialog.js';
import {T} from '../texts.js';
import {at, dropped, listOf, put, raised} from './model.js';

const E = T.editor;

export function saidOf(form, path) {
    return form.problem?.errors?.find((e) => e.pointer === `/${path.join('/')}`)?.detail;
}

export function Text({form, path, ...field}) {
    return html`<${Field} ...${field} value=${at(form.model, path) ?? ''} bad=${saidOf(form, path)}
        onInput=${(e) => form.change(put(form.model, path, field.type === 'number' && e.target.value !== '' ? Number(e.target.value) : e.target.value))} />`;
}

export function Choice({form, path, options, ...field}) {
    return html`<${Field} ...${field} value=${at(form.model, path) ?? options[0][0]} options=${options} bad=${saidOf(form, path)}
        onChange=${(e) => form.change(put(form.model, path, e.target.value))} />`;
}

export function Check({form, path, label, says}) {
    const id = useId();
    return html`<div class="field check"><input type="checkbox" id=${id} checked=${at(form.model, path) === true}
        onChange=${(e) => form.change(put(form.model, path, e.target.checked || undefined))} /><label for=${id}>${label} ${says && html`<span class="hint">${says}</span>`}</label></div>`;
}

// Words or numbers, parted by commas. What is being typed stays as it is typed.
export function List({form, path, numbers, ...field}) {
    const [text, setText] = useState((at(form.model, path) ?? []).join(', '));
    const onInput = (e) => {
        const list = listOf(e.target.value, numbers);
        setText(e.target.value);
        form.change(put(form.model, path, list.length ? list : undefined));
    };
    const bad = form.problem?.errors?.find((e) => e.pointer?.startsWith(`/${path.join('/')}`))?.detail;
    return html`<${Field} ...${field} value=${text} bad=${bad} onInput=${onInput} />`;
}

// Buttons of one item of a list: nearer to the beginning, and away.
export function ItemButtons({form, path, index, name, canDrop = true}) {
    return html`<div class="row items">
        ${index > 0 && html`<button type="button" aria-label=${E.raise(name)} title=${E.raise(name)} onClick=${() => form.change(raised(form.model, path, index))}>↑</button>`}
        ${canDrop && html`<button type="button" class="danger" aria-label=${E.drop(name)} title=${E.drop(name)} onClick=${() => form.change(dropped(form.model, path, index))}>✕</button>`}</div>`;
}
