// SPDX-License-Identifier: MIT
//
// On every page while any fault is on: who wonders why nothing works shall not have to ask.

import {html} from '../html.js';
import {Refusal} from '../parts/dialog.js';
import {href} from '../route.js';
import {T} from '../texts.js';
import {faults, mayBreak, useFaults} from './live.js';

const F = T.faults;

export function FaultBanner() {
    const {problem, clearAll} = useFaults();
    const on = faults.value;
    if (on.length === 0) return html`<${Refusal} problem=${problem} />`; // of a node whose faults nobody knows now
    return html`<${Refusal} problem=${problem} /><div class="banner fault"><span aria-hidden="true">⚡</span>
        <span>${F.banner(on.length)} <a href=${href('faults')}>${on.slice(0, 4).map((f) => f.name).join(', ')}${on.length > 4 ? ', …' : ''}</a></span>
        ${mayBreak.value && html`<button onClick=${clearAll}>${F.clearAll}</button>`}</div>`;
}
