// SPDX-License-Identifier: MIT
import {ChartsPage} from '../charts/page.js';
import {html} from '../html.js';
import {T} from '../texts.js';

export function ChartsView() {
    return html`<div class="head"><h1>${T.charts.title}</h1></div><p class="lead">${T.charts.lead}</p><${ChartsPage} />`;
}
