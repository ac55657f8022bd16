// SPDX-License-Identifier: MIT
//
// The ladder itself: lanes that stay on top, rows of which only those in sight are drawn, arrow keys that move
// the selection.

import {useEffect, useLayoutEffect, useMemo, useRef, useState} from 'preact/hooks';
import {html} from '../html.js';
import {T} from '../texts.js';
import {inSight, lanesOf, layout} from './layout.js';
import {sentenceOf} from './step.js';

const LEFT = 78; // room for the time
const LANE_MIN = 132;
const HEAD = 48;
const SPARE = 400; // pixels drawn beyond what is in sight

function geometry(lanes, width) {
    const gap = Math.max(LANE_MIN, (width - LEFT - 40) / Math.max(1, lanes.length));
    const x = new Map(lanes.map((lane, i) => [lane.name, LEFT + gap * (i + 0.5)]));
    return {x, gap, width: Math.max(width, LEFT + gap * lanes.length + 20)};
}

function Arrow({step, g}) {
    const a = g.x.get(step.from);
    const b = g.x.get(step.to);
    const right = b >= a;
    const y = 25;
    const tip = b + (right ? -1 : 1);
    const span = Math.max(Math.abs(b - a) - 10, 110);
    const loop = a === b;
    return html`
        <span class="label" style=${{left: `${(a + b) / 2 + (loop ? 60 : 0)}px`, width: `${span}px`}}>
            ${step.fault ? '⚡ ' : ''}${step.label}${step.repeats ? ` ×${step.repeats + 1}` : ''}${step.lost ? ` ✗ ${T.ladder.lost}` : ''}
        </span>
        <svg width=${g.width} height="34" aria-hidden="true">
            ${loop
                ? html`<path d=${`M${a} 8h26v14h-20`} />`
                : html`<line x1=${a} y1=${y} x2=${step.lost ? (a + b) / 2 : tip} y2=${y} stroke-dasharray=${step.request ? null : '6 3'} />`}
            ${!step.lost && !loop && html`<polygon points=${right ? `${b},${y} ${b - 9},${y - 4.5} ${b - 9},${y + 4.5}` : `${b},${y} ${b + 9},${y - 4.5} ${b + 9},${y + 4.5}`} />`}
        </svg>`;
}

function Row({row, g, begin, selected, onSelect, index, total}) {
    if (row.kind === 'gap')
        return html`<div class="gap" style=${{top: `${row.y}px`, height: `${row.h}px`}}>${T.ladder.gap(row.seconds)}</div>`;
    const step = row.step;
    const place = {top: `${row.y}px`, height: `${row.h}px`};
    const common = {
        role: 'option', id: `step-${index}`, 'aria-selected': selected, 'aria-setsize': total, 'aria-posinset': index + 1,
        'aria-label': `${((step.t - begin) / 1e6).toFixed(3)} s, ${sentenceOf(step)}`, onClick: () => onSelect(index), style: place,
    };
    if (step.kind === 'says')
        return html`<div class="step" ...${common}>
            <span class="note" style=${{left: `${Math.min(g.x.get(step.from) ?? LEFT, g.width - 420)}px`}} title=${step.text}>
                ${step.text} ${step.clause && html`<span class="clause">${step.clause}</span>`}
            </span></div>`;
    return html`<div class=${`step c-${step.look}`} ...${common}>
        <span class="at">${((step.t - begin) / 1e6).toFixed(3)}</span>
        <${Arrow} step=${step} g=${g} /></div>`;
}

export function Ladder({steps, nodes, selected, onSelect, gaps, follow}) {
    const box = useRef();
    const [view, setView] = useState({top: 0, height: 800, width: 900});
    const lanes = useMemo(() => lanesOf(steps, nodes), [steps, nodes]);
    const {rows, height} = useMemo(() => layout(steps, {gaps}), [steps, gaps]);
    const g = useMemo(() => geometry(lanes, view.width), [lanes, view.width]);
    const picked = rows.findIndex((r) => r.step && r.step.id === selected);

    const measure = () => {
        const el = box.current;
        if (el) setView({top: el.scrollTop, height: el.clientHeight, width: el.clientWidth});
    };
    useLayoutEffect(() => {
        measure();
        const watch = new ResizeObserver(measure);
        watch.observe(box.current);
        return () => watch.disconnect();
    }, []);
    useEffect(() => {
        if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
    }, [rows, follow]);

    const choose = (index) => {
        const row = rows[index];
        if (!row?.step) return;
        onSelect(row.step.id);
        const el = box.current;
        if (row.y < el.scrollTop) el.scrollTop = row.y;
        else if (row.y + row.h + HEAD > el.scrollTop + el.clientHeight) el.scrollTop = row.y + row.h + HEAD - el.clientHeight;
    };
    const move = (from, by) => {
        let i = from + by;
        while (rows[i] && !rows[i].step) i += Math.sign(by) || 1;
        choose(Math.max(0, Math.min(rows.length - 1, i)));
    };
    const onKey = (e) => {
        const keys = {ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15};
        if (e.key in keys) move(picked, keys[e.key]);
        else if (e.key === 'Home') choose(0);
        else if (e.key === 'End') choose(rows.length - 1);
        else return;
        e.preventDefault();
    };

    const [from, to] = inSight(rows, view.top - SPARE, view.top + view.height + SPARE);
    const begin = steps[0]?.t ?? 0;
    return html`
        <div class="ladder" ref=${box} onScroll=${measure} tabindex="0" role="listbox" aria-label=${T.ladder.name} onKeyDown=${onKey}
             aria-activedescendant=${picked >= from && picked < to ? `step-${picked}` : null}>
            <div class="lanes" style=${{width: `${g.width}px`}} aria-hidden="true">
                ${lanes.map((lane) => html`<span class="lane" key=${lane.name} style=${{left: `${g.x.get(lane.name)}px`}}>${lane.name}<small>${T.roles[lane.role] ?? lane.role}</small></span>`)}
            </div>
            <div class="rows" style=${{height: `${height}px`, width: `${g.width}px`}}>
                <svg class="rails" width=${g.width} height=${height} aria-hidden="true">
                    ${lanes.map((lane) => html`<line class="rail" key=${lane.name} x1=${g.x.get(lane.name)} x2=${g.x.get(lane.name)} y1="0" y2=${height} />`)}
                </svg>
                ${rows.slice(from, to).map((row, i) => html`
                    <${Row} key=${row.step?.id ?? `gap-${row.y}`} row=${row} g=${g} begin=${begin} index=${from + i} total=${rows.length}
                            selected=${from + i === picked} onSelect=${choose} />`)}
            </div>
        </div>`;
}
