// SPDX-License-Identifier: MIT
//
// Charts of the whole network and of each node. Loaded when somebody looks at them; figures are collected while they do.

import {signal} from '@preact/signals';
import {useEffect, useRef} from 'preact/hooks';
import uPlot from 'uplot';
import {get, seg} from '../api.js';
import {html} from '../html.js';
import {nodes, steps, watch} from '../live.js';
import {look} from '../prefs.js';
import {T} from '../texts.js';
import {added, levelOf, metricsOf, percentile, rateOf, setupTimes, total} from './samples.js';

const C = T.charts;
const EVERY_MS = 2000;
const WINDOW_S = 30; // over which setup times are ranked
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [1, 2]];
const INKS = ['--request', '--failure', '--success', '--diameter', '--says', '--progress'];

const samples = signal([]);

async function sample() {
    const asked = nodes.value.map(async (n) => {
        const metrics = n.state === 'alive' ? await get(`nodes/${seg(n.name)}/metrics`).then(metricsOf, () => null) : null;
        return [n.name, metrics && {...metrics, dialogs: n.status?.dialogs ?? 0}];
    });
    samples.value = added(samples.value, {t: Date.now() / 1000, of: Object.fromEntries(await Promise.all(asked))});
}

// Letters and lines of the page's own colours, and each series a dash of its own.
function optionsOf(series, width, unit) {
    const style = getComputedStyle(document.documentElement);
    const ink = (name) => style.getPropertyValue(name).trim();
    const axis = {stroke: ink('--soft'), grid: {stroke: ink('--line'), width: 1}, ticks: {show: false}, font: '12px sans-serif'};
    return {
        width, height: 170, legend: {show: false}, cursor: {drag: {x: false, y: false}}, padding: [8, 34, 0, 0],
        scales: {y: {range: (u, low, high) => [0, Math.max(high * 1.1, unit === '%' ? 5 : 1)]}},
        axes: [{...axis, values: (u, list) => list.map((t) => new Date(t * 1000).toLocaleTimeString('en-GB')), space: 90, size: 26}, {...axis, size: 52}],
        series: [{}, ...series.map((s, i) => ({label: s.name, stroke: ink(INKS[i % INKS.length]), width: 2, dash: DASHES[i % DASHES.length], points: {show: false}}))],
    };
}

function last(values) {
    return values.findLast((v) => v !== null) ?? null;
}

function shown(v, unit) {
    return v === null ? C.nothing : `${v >= 100 ? Math.round(v) : Number(v.toFixed(2))} ${unit}`.trim();
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
    }, [names, look.value]);
    useEffect(() => { plot.current?.setData(data); });
    return html`<section class="card chart" aria-label=${title}><h2>${title}</h2><p class="quiet">${says}</p>
        <div ref=${box} aria-hidden="true"></div>
        <ul class="legend">${series.map((s, i) => html`<li><svg width="34" height="8" aria-hidden="true"><line class=${`ink${i % INKS.length}`} x1="0" x2="34" y1="4" y2="4" stroke-dasharray=${DASHES[i % DASHES.length].join(' ')} /></svg>
            ${s.name} <strong>${shown(last(s.values), unit)}</strong></li>`)}</ul></section>`;
}

function setupSeries(all, names) {
    const times = setupTimes(steps.value, names);
    return [50, 95, 99].map((p) => ({name: C.percentile(p), values: all.map(({t}) => {
        const near = times.filter((s) => s.t / 1e6 <= t && s.t / 1e6 > t - WINDOW_S).map((s) => s.ms).sort((a, b) => a - b);
        return percentile(near, p / 100);
    })}));
}

function charts(all, known) {
    const of = (role) => known.filter((n) => !role || n.role === role).map((n) => n.name);
    const level = (role, pattern, unit) => total(of(role).map((n) => levelOf(all, n, pattern, unit)));
    const rate = (role, pattern) => total(of(role).map((n) => rateOf(all, n, pattern)));
    const each = (f) => of().map((n) => ({name: n, values: f(n)}));
    const series = (list) => list.map(([name, values]) => ({name, values}));
    const names = new Set(of());
    return [
        [C.registered, '', series([[C.users, level('scscf', /^imsbox_registered_sets/)], [C.contacts, level('scscf', /^imsbox_bindings/)]])],
        [C.calls, '', series([[C.dialogs, level('pcscf', /^dialogs$/)]])],
        [C.registers, '/s', series([[C.accepted, rate('scscf', /^imsbox_registrations_total.*accepted/)], [C.challenged, rate('scscf', /^imsbox_registrations_total.*challenged/)], [C.refused, rate('scscf', /^imsbox_registrations_total.*refused/)]])],
        [C.setup, 'ms', setupSeries(all, names)],
        [C.errors, '/s', series([[C.sipErrors, rate('', /^imsbox_sip_(refused|requests_rejected|timeouts|send_failures|forgotten_answers)_total/)], [C.diameterErrors, rate('', /^imsbox_diameter_(refused|timeouts|full|forgotten_answers)_total/)]])],
        [C.again, '/s', each((n) => rateOf(all, n, /^imsbox_sip_retransmissions_total/))],
        [C.messages, '/s', each((n) => rateOf(all, n, /^imsbox_(sip|diameter)_received_total/))],
        [C.cpu, '%', each((n) => rateOf(all, n, /^imsbox_process_cpu_seconds/).map((v) => (v === null ? null : v * 100)))],
        [C.memory, 'MiB', each((n) => levelOf(all, n, /^imsbox_process_resident_bytes/, 1 << 20))],
    ];
}

export function ChartsPage() {
    useEffect(() => {
        watch('method=INVITE'); // for setup times
        sample();
        const timer = setInterval(() => document.hidden || sample(), EVERY_MS);
        return () => { clearInterval(timer); watch(''); };
    }, []);
    const all = samples.value;
    const times = all.map((s) => s.t);
    if (all.length < 2) return html`<p role="status">${C.collecting}</p>`;
    return html`<div class="cards charts">${charts(all, nodes.value).map(([[title, says], unit, series]) => html`
        <${Chart} key=${title} title=${title} says=${says} unit=${unit} times=${times} series=${series} />`)}</div>`;
}
