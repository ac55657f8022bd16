// SPDX-License-Identifier: MIT
//
// On every page while any fault is on: who wonders why nothing works shall not have to ask.

import {html} from '../html.js';
import {href} from '../route.js';
import {T} from '../texts.js';
import {clearAll, faults, mayBreak} from './live.js';

const F = T.faults;

export function FaultBanner() {
    const on = faults.value;
    if (on.length === 0) return null;
    return html`<div class="banner fault"><span aria-hidden="true">⚡</span>
        <span>${F.banner(on.length)} <a href=${href('faults')}>${on.slice(0, 4).map((f) => f.name).join(', ')}${on.length > 4 ? ', …' : ''}</a></span>
        ${mayBreak.value && html`<button onClick=${clearAll}>${F.clearAll}</button>`}</div>`;
}
