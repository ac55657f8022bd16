// SPDX-License-Identifier: MIT
//
// Tabs as WAI-ARIA has them: one is reached by Tab, the others by arrow keys.

import {html} from '../html.js';

const KEYS = {ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity};

// list: [[id, name]]; panel: the id of what they show.
export function Tabs({list, shown, panel, onChoose}) {
    const onKey = (e) => {
        if (!(e.key in KEYS)) return;
        e.preventDefault();
        const now = list.findIndex(([id]) => id === shown);
        const next = Math.max(0, Math.min(list.length - 1, now + KEYS[e.key]));
        onChoose(list[next][0]);
        e.currentTarget.children[next].focus();
    };
    return html`<div class="tabs" role="tablist" onKeyDown=${onKey}>
        ${list.map(([id, name]) => html`<button type="button" role="tab" id=${`${panel}-${id}`} aria-selected=${shown === id} aria-controls=${panel} tabindex=${shown === id ? 0 : -1} onClick=${() => onChoose(id)}>${name}</button>`)}</div>`;
}
