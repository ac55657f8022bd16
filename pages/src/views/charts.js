// SPDX-License-Identifier: MIT
import {useEffect, useState} from 'preact/hooks';
import {html} from '../html.js';
import {T} from '../texts.js';

export function ChartsView() {
    const [Page, setPage] = useState(null);
    useEffect(() => { import('../charts/page.js').then((m) => setPage(() => m.ChartsPage)); }, []);
    return html`<div class="head"><h1>${T.charts.title}</h1></div><p class="lead">${T.charts.lead}</p>
        ${Page ? html`<${Page} />` : html`<p>${T.loading}</p>`}`;
}
