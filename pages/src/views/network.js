// SPDX-License-Identifier: MIT
import {html} from '../html.js';
import {network} from '../live.js';
import {T} from '../texts.js';

export function NetworkView() {
    const n = network.value;
    if (!n) return html`<p>${T.loading}</p>`;
    return html`<div class="head"><h1>${T.network.title}</h1></div><p class="lead">${T.network.lead}</p>`;
}
