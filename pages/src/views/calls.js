// SPDX-License-Identifier: MIT
//
// Calls and registrations, the newest first: the way into the ladder for who looks for one of them.

import {html} from '../html.js';
import {Refusal} from '../parts/dialog.js';
import {useLoad} from '../parts/load.js';
import {Parted} from '../parts/parted.js';
import {leadsOn} from '../parts/row.js';
import {href, setParams} from '../route.js';
import {T} from '../texts.js';

const L = T.ladder;
const LIMIT = 100;
const EVERY_MS = 2000;
const NUMBERS = new Set([0, 4, 5]); // columns

function Result({result}) {
    if (!result) return html`<span class="pill">${L.goesOn}</span>`;
    return html`<span class=${`pill ${result < 300 ? 'good' : 'bad'}`}>${result < 300 ? '✓' : '✗'} ${result}</span>`;
}

function when(us) {
    return new Date(us / 1000).toLocaleTimeString('en-GB', {hour12: false});
}

function Row({c}) {
    const seconds = (c.last_us - c.began_us) / 1e6;
    return html`<tr ...${leadsOn()}>
        <td class="number">${when(c.began_us)}</td>
        <td class="whole"><a href=${href('ladder', {call: c.call})}>${c.method}</a></td>
        <td class="mono">${c.users.map((u) => html`<div><${Parted} text=${u} /></div>`)}</td>
        <td><${Result} result=${c.result} /></td>
        <td class="number">${seconds < 10 ? seconds.toFixed(3) : Math.round(seconds)} s</td>
        <td class="number">${c.messages}</td>
        <td class="mono quiet"><${Parted} text=${c.call} /></td></tr>`;
}

export function Calls({params}) {
    const user = params.get('user') ?? '';
    const failed = params.get('result') === 'failed';
    const query = new URLSearchParams({limit: LIMIT, ...(user && {user}), ...(failed && {result: 'failed'})});
    const {value, problem} = useLoad(`calls?${query}`, EVERY_MS);
    return html`
        <div class="row filters" role="search">
            <input aria-label=${L.user} placeholder=${L.user} value=${user} spellcheck=${false} onInput=${(e) => setParams({user: e.target.value})} />
            <button aria-pressed=${failed} onClick=${() => setParams({result: failed ? '' : 'failed'})}>${L.failures}</button>
        </div>
        <${Refusal} problem=${problem} />
        ${value && html`<div class="card scroll"><table>
            <thead><tr>${L.callColumns.map((c, i) => html`<th class=${NUMBERS.has(i) ? 'number' : ''}>${c}</th>`)}</tr></thead>
            <tbody>${value.calls.map((c) => html`<${Row} key=${c.call} c=${c} />`)}</tbody></table>
            ${value.calls.length === 0 ? html`<div class="empty"><p>${L.empty}</p></div>`
                : html`<p class="quiet">${L.callsOf(value.calls.length, value.total)}</p>`}</div>`}`;
}
