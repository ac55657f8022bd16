// SPDX-License-Identifier: MIT
//
// Charts of the whole network and of each node, over the time that the dashboard remembers. Loaded when somebody looks.

import {signal} from '@preact/signals';
import {useEffect, useRef} from 'preact/hooks';
import uPlot from 'uplot';
import {get} from '../api.js';
import {html} from '../html.js';
import {nodes} from '../live.js';
import {look, size} from '../prefs.js';
import {T} from '../texts.js';
import {joined, levelOf, rateOf, samplesOf, total} from './samples.js';

const C = T.charts;
const KEEP = 450; // samples: a quarter of an hour, as the dashboard keeps it
const SPAN_MIN_S = 60; // what is drawn at least
const STEPS_S = [5, 10, 15, 30, 60, 120, 300]; // between times on the axis
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000]; // users are whole ones
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [1, 2]];
const INKS = ['--request', '--failure', '--success', '--diameter', '--says', '--progress'];

const samples = signal([]);
const every = signal(2000);
let asking = false;

async function load() {
    if (asking) return; // a slow answer would come twice
    asking = true;
    const answer = await get(`history?after=${samples.value.at(-1)?.number ?? 0}`).catch(() => null); // it does not answer: the banner says so
    asking = false;
    if (!answer) return;
    every.value = answer.every_ms;
    samples.value = joined(samples.value, samplesOf(answer), KEEP);
}

// Letters and lines of the page's own colours, and each series a dash of its own.
function optionsOf(series, width, unit) {
    const style = getComputedStyle(document.documentElement);
    const scale = size.value === 'projector' ? 4 / 3 : 1;
    const ink = (name) => style.getPropertyValue(name).trim();
    const axis = {stroke: ink('--soft'), grid: {stroke: ink('--line'), width: 1}, ticks: {show: false}, font: `${12 * scale}px sans-serif`};
    return {
        width, height: 170, legend: {show: false}, cursor: {drag: {x: false, y: false}}, padding: [8, 30, 0, 0],
        scales: {x: {range: (u, low, high) => [Math.min(low, high - SPAN_MIN_S), high]}, y: {range: (u, low, high) => [0, Math.max(high * 1.1, unit === ' %' ? 5 : 1)]}},
        axes: [{...axis, incrs: STEPS_S, values: (u, list) => list.map((t) => new Date(t * 1000).toLocaleTimeString('en-GB')), space: 90 * scale, size: 26 * scale}, {...axis, incrs: unit === '' ? WHOLE : undefined, size: 52 * scale}],
        series: [{}, ...series.map((s, i) => ({label: s.name, stroke: ink(INKS[i % INKS.length]), width: 2, dash: DASHES[i % DASHES.length], points: {show: false}}))],
    };
}

function last(values) {
    return values.findLast((v) => v !== null) ?? null;
}

function shown(v, unit) {
    return v === null ? C.nothing : `${v >= 100 ? Math.round(v) : Number(v.toFixed(2))}${unit}`;
}

// series: [{name, values}] over the times of all samples.
function Chart({title, says, unit, times, series}) {
    const box = useRef();
    const plot = useRef(null);
    const names = series.map((s) => s.name).join();
    const data = [times, ...series.map((s) => s.values)];
    useEffect(() => {
        const make = () => {
            plot.current?.destroy();
            plot.current = new uPlot(optionsOf(series, box.current.clientWidth, unit), data, box.current);
        };
        make();
        const onSize = new ResizeObserver(() => plot.current?.setSize({width: box.current.clientWidth, height: 170}));
        onSize.observe(box.current);
        return () => { onSize.disconnect(); plot.current?.destroy(); plot.current = null; };
    }, [names, look.value, size.value]);
    useEffect(() => { plot.current?.setData(data); });
    return html`<section class="card chart" aria-label=${title}><h2>${title}</h2><p class="quiet">${says}</p>
        <div ref=${box} aria-hidden="true"></div>
        <ul class="legend">${series.map((s, i) => html`<li><svg width="34" height="8" aria-hidden="true"><line class=${`ink${i % INKS.length}`} x1="0" x2="34" y1="4" y2="4" stroke-dasharray=${DASHES[i % DASHES.length].join(' ')} /></svg>
            ${s.name} <strong>${shown(last(s.values), unit)}</strong></li>`)}</ul></section>`;
}

function setupSeries(all) {
    return [50, 95, 99].map((p, i) => ({name: C.percentile(p), values: all.map((s) => s.setup?.[i] ?? null)}));
}

function charts(all, known) {
    const of = (role) => known.filter((n) => !role || n.role === role).map((n) => n.name);
    const level = (role, figure) => total(of(role).map((n) => levelOf(all, n, figure)));
    const rate = (role, figure) => total(of(role).map((n) => rateOf(all, n, figure)));
    const each = (f) => of().map((n) => ({name: n, values: f(n)}));
    const series = (list) => list.map(([name, values]) => ({name, values}));
    return [
        [C.registered, '', series([[C.users, level('scscf', 'registered_sets')], [C.contacts, level('scscf', 'bindings')]])],
        [C.calls, '', series([[C.dialogs, level('pcscf', 'dialogs')]])],
        [C.registers, '/s', series([[C.accepted, rate('scscf', 'accepted')], [C.challenged, rate('scscf', 'challenged')], [C.refused, rate('scscf', 'refused')]])],
        [C.setup, ' ms', setupSeries(all)],
        [C.errors, '/s', series([[C.sipErrors, rate('', 'sip_errors')], [C.diameterErrors, rate('', 'diameter_errors')]])],
        [C.again, '/s', each((n) => rateOf(all, n, 'retransmissions'))],
        [C.messages, '/s', each((n) => rateOf(all, n, 'received'))],
        [C.cpu, ' %', each((n) => rateOf(all, n, 'cpu_seconds').map((v) => (v === null ? null : v * 100)))],
        [C.memory, ' MiB', each((n) => levelOf(all, n, 'resident_bytes', 1 << 20))],
    ];
}

export function ChartsPage() {
    useEffect(() => { load(); }, []);
    useEffect(() => {
        const timer = setInterval(() => document.hidden || load(), every.value);
        return () => clearInterval(timer);
    }, [every.value]);
    const all = samples.value;
    const times = all.map((s) => s.t);
    if (all.length < 2) return html`<p role="status">${C.collecting}</p>`;
    return html`<div class="cards charts">${charts(all, nodes.value).map(([[title, says], unit, series]) => html`
        <${Chart} key=${title} title=${title} says=${says} unit=${unit} times=${times} series=${series} />`)}</div>`;
}
