// SPDX-License-Identifier: MIT
//
// The ladder itself: lanes that stay on top, rows of which only those in sight are drawn, arrow keys that move
// the selection.

import {useLayoutEffect, useMemo, useRef, useState} from 'preact/hooks';
import {html} from '../html.js';
import {size} from '../prefs.js';
import {T} from '../texts.js';
import {inSight, lanesOf, layout, lettersOf, lostReach, placed, timeOfDay} from './layout.js';
import {markOf, sentenceOf} from './step.js';

const LEFT = 72; // room for the time
const LEFT_DAY = 112; // for that of the day
const LANE_MIN = 82;
const HEAD = 48;
const SPARE = 400; // pixels drawn beyond what is in sight
const LETTER = 7.4; // pixels of one in a label, on the average and a little more
const NOTE_LETTER = 6.4; // and in a decision
const NOTE_MAX = 620;
const EDGE = 6; // kept free at the right

// Everything in pixels grows with the letters of the page.
function geometry(lanes, width, scale, day) {
    const left = (day ? LEFT_DAY : LEFT) * scale;
    const gap = Math.max(LANE_MIN * scale, (width - left - 30) / Math.max(1, lanes.length));
    const x = new Map(lanes.map((lane, i) => [lane.name, left + gap * (i + 0.5)]));
    const whole = Math.max(width, left + gap * lanes.length + 20);
    return {x, gap, left, scale, width: whole, note: Math.min(NOTE_MAX * scale, Math.min(width, whole) - left - 16)};
}

function tipOf(b, y, right, k) {
    const back = b + (right ? -9 : 9) * k;
    return `${b},${y} ${back},${y - 4.5 * k} ${back},${y + 4.5 * k}`;
}

function Arrow({step, g}) {
    const k = g.scale;
    const a = g.x.get(step.from);
    const b = g.x.get(step.to);
    const right = b >= a;
    const y = 25 * k;
    const loop = a === b;
    const {end, middle} = step.lost ? lostReach(a, b, g.gap) : {end: b + (right ? -2 : 2), middle: (a + b) / 2};
    const text = markOf(step);
    const wide = text.length * LETTER * k + 20;
    const at = placed(middle + (loop ? 30 * k + wide / 2 : 0), wide, g.left, g.width - EDGE);
    return html`
        <svg width=${g.width} height=${34 * k} aria-hidden="true">
            ${loop
                ? html`<path d=${`M${a} ${8 * k}h${26 * k}v${14 * k}h${-20 * k}`} />`
                : html`<line x1=${a} y1=${y} x2=${end} y2=${y} stroke-dasharray=${step.request ? null : '6 3'} />`}
            ${!step.lost && !loop && html`<polygon points=${tipOf(b, y, right, k)} />`}
        </svg>
        <span class="label" style=${{left: `${at}px`, width: `${wide}px`, maxWidth: `${g.width - g.left}px`}}><span>${text}</span></span>`;
}

function Note({step, g, isLong}) {
    const wide = Math.min(g.note, lettersOf(step) * NOTE_LETTER * g.scale + 22);
    const middle = g.x.get(step.from) ?? g.left;
    const x = placed(middle, wide, g.left, g.width - EDGE);
    const where = x > g.left && x === g.width - EDGE - wide ? {right: `${EDGE}px`} : {left: `${x}px`}; // its letters may be wider than the average
    const aside = !step.finding && x !== middle - wide / 2; // no longer over its lane
    return html`<span class=${`note ${isLong ? '' : 'short'}`} style=${{...where, maxWidth: `${wide}px`}}>
        ${aside && html`<b>${step.from}:</b> `}${step.finding && html`<b>⚕ ${T.doctor.says}</b> `}${step.text} ${step.clause && html`<span class="clause">${step.clause}</span>`}</span>`;
}

function Row({row, g, begin, day, selected, onSelect, index, total}) {
    if (row.kind === 'gap')
        return html`<div class="gap" style=${{top: `${row.y}px`, height: `${row.h}px`}} aria-hidden="true"><span>${T.ladder.gap(row.seconds)}</span></div>`;
    const step = row.step;
    const at = day ? timeOfDay(step.t) : ((step.t - begin) / 1e6).toFixed(3);
    return html`<div class=${`step ${step.finding ? 'c-finding' : step.kind === 'says' ? `c-says ${step.fault ? 'c-fault' : ''}` : `c-${step.look}`}`} role="option" id=${`step-${index}`} aria-selected=${selected}
            aria-setsize=${total} aria-posinset=${index + 1} aria-label=${step.kind === 'says' ? sentenceOf(step) : `${at} ${sentenceOf(step)}`} onClick=${() => onSelect(index)}
            style=${{top: `${row.y}px`, height: `${row.h}px`}}>
        ${step.kind === 'says' ? html`<${Note} step=${step} g=${g} isLong=${row.isLong} />` : html`<span class="at">${at}</span>${' '}<${Arrow} step=${step} g=${g} />`}</div>`;
}

// `newest`: opens at its end, not at its beginning. `day`: times of the day, not since the first step.
export function Ladder({steps, nodes, selected, onSelect, gaps, follow, newest, day}) {
    const box = useRef();
    const atEnd = useRef(null); // who has scrolled up wants to read
    const [view, setView] = useState({top: 0, height: 800, width: 900});
    const lanes = useMemo(() => lanesOf(steps, nodes), [steps, nodes]);
    const scale = size.value === 'projector' ? 4 / 3 : 1;
    const g = useMemo(() => geometry(lanes, view.width, scale, day), [lanes, view.width, scale, day]);
    const chars = Math.floor((g.note - 22) / (NOTE_LETTER * scale));
    const {rows, height} = useMemo(() => layout(steps, {gaps, chars, scale}), [steps, gaps, chars, scale]);
    const picked = rows.findIndex((r) => r.step && r.step.id === selected);

    const measure = () => {
        const el = box.current;
        if (!el) return;
        const end = el.scrollTop + el.clientHeight >= el.scrollHeight - 40;
        atEnd.current = atEnd.current === null ? newest || end : end;
        setView((old) => (old.top === el.scrollTop && old.height === el.clientHeight && old.width === el.clientWidth ? old
            : {top: el.scrollTop, height: el.clientHeight, width: el.clientWidth}));
    };
    const scrollTo = (row) => {
        const el = box.current;
        const head = HEAD * scale;
        if (row.y < el.scrollTop) el.scrollTop = row.y;
        else if (row.y + row.h + head > el.scrollTop + el.clientHeight) el.scrollTop = row.y + row.h + head - el.clientHeight;
    };
    useLayoutEffect(() => {
        measure();
        const watch = new ResizeObserver(measure);
        watch.observe(box.current);
        return () => watch.disconnect();
    }, []);
    useLayoutEffect(() => {
        if (follow && atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
    }, [rows, follow]);
    useLayoutEffect(() => {
        if (picked >= 0) scrollTo(rows[picked]); // the address named it; what opens beside it takes room
    }, [picked >= 0, view.width, view.height]);

    const choose = (index) => {
        const row = rows[index];
        if (!row?.step) return;
        onSelect(row.step.id);
        scrollTo(row);
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
        else if (e.key === 'Escape' && selected) onSelect('');
        else return;
        e.preventDefault();
    };

    const [from, to] = inSight(rows, view.top - SPARE, view.top + view.height + SPARE);
    const begin = steps[0]?.t ?? 0;
    return html`
        <div class="ladder" ref=${box} onScroll=${measure} tabindex="0" role="listbox" aria-label=${T.ladder.name} onKeyDown=${onKey}
             aria-activedescendant=${picked >= from && picked < to ? `step-${picked}` : null}>
            <div class="lanes" style=${{width: `${g.width}px`}} aria-hidden="true">
                ${lanes.map((lane) => html`<span class="lane" key=${lane.name} title=${T.roleSays[lane.role]} style=${{left: `${g.x.get(lane.name)}px`}}>${lane.name}<small>${T.roles[lane.role] ?? lane.role}</small></span>`)}
            </div>
            <div class="rows" style=${{height: `${height}px`, width: `${g.width}px`}}>
                <svg class="rails" width=${g.width} height=${height} aria-hidden="true">
                    ${lanes.map((lane) => html`<line class="rail" key=${lane.name} x1=${g.x.get(lane.name)} x2=${g.x.get(lane.name)} y1="0" y2=${height} />`)}
                </svg>
                ${rows.slice(from, to).map((row, i) => html`
                    <${Row} key=${row.step?.id ?? `gap-${row.y}`} row=${row} g=${g} begin=${begin} day=${day} index=${from + i} total=${rows.length}
                            selected=${from + i === picked} onSelect=${choose} />`)}
            </div>
        </div>`;
}
