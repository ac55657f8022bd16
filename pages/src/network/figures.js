// SPDX-License-Identifier: MIT
//
// The figures that a node tells of itself.

import {html} from '../html.js';
import {T} from '../texts.js';

const RARE = new Set(['ends_to_tell']); // a word of it when there are some

export function Figures({status}) {
    const shown = Object.entries(status ?? {}).filter(([k, v]) => typeof v === 'number' && T.network.figures[k] && (v > 0 || !RARE.has(k)));
    if (shown.length === 0) return null;
    return html`<dl class="figures">${shown.map(([k, v]) => html`<div><dt>${T.network.figures[k]}</dt><dd>${v.toLocaleString('en')}</dd></div>`)}</dl>`;
}
