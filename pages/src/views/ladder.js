// SPDX-License-Identifier: MIT
//
// The ladder with its filters; all of them stand in the address, and the hub filters.

import {useEffect, useMemo, useState} from 'preact/hooks';
import {html} from '../html.js';
import {Detail} from '../ladder/detail.js';
import {toMarkdown, toMermaid} from '../ladder/export.js';
import {Ladder} from '../ladder/ladder.js';
import {foldRetransmissions, lanesOf} from '../ladder/layout.js';
import {nodes, steps as liveSteps, watch} from '../live.js';
import {saveAs} from '../parts/save.js';
import {setParams} from '../route.js';
import {T} from '../texts.js';

const L = T.ladder;
const METHODS = ['REGISTER', 'INVITE', 'MESSAGE', 'OPTIONS', 'SUBSCRIBE', 'BYE', 'UAR', 'MAR', 'SAR', 'LIR', 'RTR', 'PPR'];
const RESULTS = [['', L.anyResult], ['failed', L.failures], ['2xx', '2xx'], ['401', '401'], ['403', '403'], ['404', '404'], ['480', '480'], ['486', '486'], ['5xx', '5xx']];
const FILTERS = ['user', 'call', 'method', 'result', 'node', 'q'];

function queryOf(params) {
    const q = new URLSearchParams();
    for (const name of FILTERS) if (params.get(name)) q.set(name, params.get(name));
    return q.toString();
}

function Export({steps, query}) {
    const lanes = () => lanesOf(steps, nodes.value);
    const act = {
        mermaid: () => saveAs('ladder.mmd', 'text/plain', toMermaid(lanes(), steps)),
        markdown: () => saveAs('ladder.md', 'text/markdown', toMarkdown(L.title, steps)),
        pcapng: () => { location.assign(`api/v1/trace.pcapng${query ? `?${query}` : ''}`); },
    };
    return html`<select aria-label=${L.exportAs} value="" onChange=${(e) => { act[e.target.value]?.(); e.target.value = ''; }}>
        <option value="">${L.exportAs}…</option>${Object.keys(act).map((k) => html`<option value=${k}>${L.exports[k]}</option>`)}</select>`;
}

export function LadderView({params}) {
    const [paused, setPaused] = useState(null);
    const query = queryOf(params);
    const fold = params.get('fold') !== 'no';
    const all = paused ?? liveSteps.value;
    const shown = useMemo(() => (fold ? foldRetransmissions(all) : all), [all, fold]);
    const selected = shown.find((s) => s.id === params.get('step'));
    const set = (name) => (e) => setParams({[name]: e.target.value, step: ''});
    const value = (name) => params.get(name) ?? '';

    useEffect(() => {
        const wait = setTimeout(() => watch(query), 200); // not for each letter typed
        return () => clearTimeout(wait);
    }, [query]);
    useEffect(() => () => watch(''), []);
    return html`
        <div class="head"><h1>${L.title}</h1>
            <div class="end">
                <input aria-label=${L.user} placeholder=${L.user} value=${value('user')} onInput=${set('user')} size="12" />
                <input aria-label=${L.call} placeholder=${L.call} value=${value('call')} onInput=${set('call')} size="10" />
                <select aria-label=${L.method} value=${value('method')} onChange=${set('method')}>
                    <option value="">${L.anyMethod}</option>${METHODS.map((m) => html`<option value=${m}>${m}</option>`)}</select>
                <select aria-label=${L.result} value=${value('result')} onChange=${set('result')}>
                    ${RESULTS.map(([v, name]) => html`<option value=${v}>${name}</option>`)}</select>
                <select aria-label=${L.node} value=${value('node')} onChange=${set('node')}>
                    <option value="">${L.anyNode}</option>${nodes.value.map((n) => html`<option value=${n.name}>${n.name}</option>`)}</select>
                <input type="search" aria-label=${L.search} placeholder=${L.search} value=${value('q')} onInput=${set('q')} size="10" />
                <button aria-pressed=${!fold ? 'false' : 'true'} onClick=${() => setParams({fold: fold ? 'no' : ''})}>${L.fold}</button>
                <button aria-pressed=${paused !== null} onClick=${() => setPaused(paused ? null : liveSteps.value)}>${paused ? L.resume : L.pause}</button>
                <${Export} steps=${shown} query=${query} />
            </div></div>
        ${shown.length === 0
            ? html`<div class="card empty"><p>${L.empty}</p></div>`
            : html`<div class=${selected ? 'split' : ''}>
                <${Ladder} steps=${shown} nodes=${nodes.value} selected=${selected?.id} gaps=${true}
                           follow=${paused === null && !selected} onSelect=${(id) => setParams({step: id})} />
                ${selected && html`<${Detail} key=${selected.id} step=${selected} steps=${shown} />`}
            </div>`}`;
}
