// SPDX-License-Identifier: MIT
//
// The ladder with its filters; all of them stand in the address, and the hub filters.

import {useEffect, useMemo, useRef, useState} from 'preact/hooks';
import {noted} from '../doctor/findings.js';
import {findings} from '../doctor/live.js';
import {html} from '../html.js';
import {Detail} from '../ladder/detail.js';
import {toMarkdown, toMermaid, toSvg} from '../ladder/export.js';
import {Ladder} from '../ladder/ladder.js';
import {foldRetransmissions, isUpkeep, lanesOf} from '../ladder/layout.js';
import {life, missed, nodes, steps as liveSteps, watch} from '../live.js';
import {saveAs} from '../parts/save.js';
import {href, setParams} from '../route.js';
import {T} from '../texts.js';
import {Calls} from './calls.js';

const L = T.ladder;
const METHODS = ['REGISTER', 'INVITE', 'MESSAGE', 'OPTIONS', 'SUBSCRIBE', 'NOTIFY', 'ACK', 'BYE', 'CANCEL', 'UAR', 'MAR', 'SAR', 'LIR', 'RTR', 'PPR'];
const RESULTS = [['', L.anyResult], ['failed', L.failures], ['2xx', '2xx'], ['401', '401'], ['403', '403'], ['404', '404'], ['480', '480'], ['486', '486'], ['5xx', '5xx']];
const FILTERS = ['user', 'call', 'method', 'result', 'node', 'peer', 'q'];

function queryOf(params) {
    const q = new URLSearchParams();
    for (const name of FILTERS) if (params.get(name)) q.set(name, params.get(name));
    return q.toString();
}

function Export({steps, query}) {
    const lanes = () => lanesOf(steps, nodes.value);
    const act = {
        pcapng: () => { location.assign(`api/v1/trace.pcapng${query ? `?${query}` : ''}`); },
        svg: () => saveAs('ladder.svg', 'image/svg+xml', toSvg(lanes(), steps)),
        mermaid: () => saveAs('ladder.mmd', 'text/plain', toMermaid(lanes(), steps)),
        markdown: () => saveAs('ladder.md', 'text/markdown', toMarkdown(L.title, steps)),
    };
    return html`<select aria-label=${L.exportAs} value="" onChange=${(e) => { act[e.target.value]?.(); e.target.value = ''; }}>
        <option value="">${L.exportAs}…</option>${Object.keys(act).map((k) => html`<option value=${k}>${L.exports[k]}</option>`)}</select>`;
}

function Filters({params}) {
    const set = (name) => (e) => setParams({[name]: e.target.value, step: ''});
    const value = (name) => params.get(name) ?? '';
    const clear = () => setParams({...Object.fromEntries(FILTERS.map((n) => [n, ''])), step: ''});
    const choice = (name, label, options) => html`<select aria-label=${label} value=${value(name)} onChange=${set(name)}>
        ${options.map(([v, text]) => html`<option value=${v}>${text}</option>`)}</select>`;
    return html`<div class="row filters" role="search">
        <input aria-label=${L.user} placeholder=${L.user} value=${value('user')} onInput=${set('user')} size="13" spellcheck=${false} />
        ${choice('method', L.method, [['', L.anyMethod], ...METHODS.map((m) => [m, m])])}
        ${choice('result', L.result, RESULTS)}
        ${choice('node', L.node, [['', L.anyNode], ...nodes.value.map((n) => [n.name, n.name])])}
        <input aria-label=${L.call} placeholder=${L.call} value=${value('call')} onInput=${set('call')} size="14" spellcheck=${false} />
        <input type="search" aria-label=${L.search} placeholder=${L.search} value=${value('q')} onInput=${set('q')} size="14" />
        ${value('peer') && html`<span class="pill">${L.between(value('node'), value('peer'))}</span>`}
        ${FILTERS.some(value) && html`<button class="plain" onClick=${clear}>${L.clear}</button>`}
    </div>`;
}

function Steps({params}) {
    const [paused, setPaused] = useState(null);
    const isNew = useRef(true);
    const began = useRef(life.value);
    const query = queryOf(params);
    const fold = params.get('fold') !== 'no';
    const gaps = params.get('gaps') !== 'no';
    const upkeep = params.get('upkeep') === 'yes';
    const day = params.get('time') === 'day';
    const came = paused ?? liveSteps.value;
    const named = params.get('step');
    const all = useMemo(() => (upkeep ? came : came.filter((s) => !isUpkeep(s) || s.id === named)), [came, upkeep, named]);
    const known = nodes.value;
    const found = findings.value;
    const shown = useMemo(() => {
        const told = noted(all, found); // first: what the doctor says of repetitions stands behind one
        return fold ? foldRetransmissions(told, named) : told;
    }, [all, fold, found, named]);
    const selected = shown.find((s) => s.id === named);

    useEffect(() => {
        setPaused(null); // what stands still is of another filter
        const wait = setTimeout(() => watch(query), isNew.current ? 0 : 200); // not for each letter typed
        isNew.current = false;
        return () => clearTimeout(wait);
    }, [query]);
    useEffect(() => { // the dashboard began anew: another step has that number now
        if (began.current !== null && began.current !== life.value) {
            setPaused(null);
            setParams({step: ''});
        }
        began.current = life.value;
    }, [life.value]);
    useEffect(() => () => watch(''), []);
    return html`<div class="row filters">
            <${Filters} params=${params} />
            <div class="end row">
                <button aria-pressed=${fold} title=${L.foldSays} onClick=${() => setParams({fold: fold ? 'no' : ''})}>${L.fold}</button>
                <button aria-pressed=${gaps} title=${L.gapsSays} onClick=${() => setParams({gaps: gaps ? 'no' : ''})}>${L.gaps}</button>
                <button aria-pressed=${day} title=${L.timeOfDaySays} onClick=${() => setParams({time: day ? '' : 'day'})}>${L.timeOfDay}</button>
                <button aria-pressed=${upkeep} title=${L.upkeepSays} onClick=${() => setParams({upkeep: upkeep ? '' : 'yes'})}>${L.upkeep}</button>
                <button aria-pressed=${paused !== null} onClick=${() => setPaused(paused ? null : liveSteps.value)}>${paused ? L.resume : L.pause}</button>
                <${Export} steps=${shown} query=${query} />
            </div></div>
        ${missed.value > 0 && html`<div class="banner" role="status">${L.missed(missed.value)}</div>`}
        ${shown.length === 0
            ? html`<div class="card empty"><p>${L.empty}</p></div>`
            : html`<div class=${`stage ${selected ? 'split' : ''}`}>
                <${Ladder} steps=${shown} nodes=${known} selected=${selected?.id} gaps=${gaps} newest=${!query} day=${day}
                           follow=${paused === null && !selected} onSelect=${(id) => setParams({step: id})} />
                ${selected && html`<${Detail} key=${selected.id} step=${selected} steps=${shown} call=${params.get('call')} />`}
            </div>`}`;
}

// For who never saw a ladder: what lines, colours and columns mean.
function Legend() {
    const line = (look, dashed) => html`<svg width="44" height="12" aria-hidden="true" class=${`c-${look}`}><line x1="0" y1="6" x2="36" y2="6" stroke-dasharray=${dashed ? '6 3' : null} /><polygon points="44,6 35,1.5 35,10.5" /></svg>`;
    return html`<section class="card legend-box" id="legend" aria-label=${L.howTo}>
        <p>${L.lead}</p>
        <ul class="legend">${[['request', false, L.legend.request], ['diameter', false, L.legend.diameter], ['diameter', true, L.legend.diameterAnswer], ['success', true, L.legend.success], ['progress', true, L.legend.progress], ['failure', true, L.legend.failure]].map(([look, dashed, says]) => html`<li class="step-sample">${line(look, dashed)} ${says}</li>`)}
            <li><span class="note-sample">${L.legend.says}</span></li></ul>
        <p>${L.legend.cx}</p>
        <dl class="advice">${['pcscf', 'icscf', 'scscf', 'hss'].map((r) => html`<dt>${T.roles[r]}</dt><dd>${T.roleSays[r]}</dd>`)}</dl></section>`;
}

export function LadderView({rest, params}) {
    const list = rest[0] === 'calls';
    const [explained, setExplained] = useState(false);
    return html`
        <div class="head"><h1>${L.title}</h1>
            <nav class="row" aria-label=${L.title}>
                <a class="button" href=${href('ladder')} aria-current=${list ? null : 'page'}>${L.live}</a>
                <a class="button" href=${href('ladder', {}, 'calls')} aria-current=${list ? 'page' : null}>${L.calls}</a>
            </nav>
            ${!list && html`<div class="end"><button class="plain" aria-expanded=${explained} aria-controls="legend" onClick=${() => setExplained(!explained)}>${L.howTo} <span aria-hidden="true">${explained ? '▾' : '▸'}</span></button></div>`}</div>
        ${!list && explained && html`<${Legend} />`}
        ${list ? html`<${Calls} params=${params} />` : html`<${Steps} params=${params} />`}`;
}
