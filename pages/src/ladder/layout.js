// SPDX-License-Identifier: MIT
//
// Steps become rows with heights: pure, so that ten thousand of them can be laid out once and only what
// is in sight is drawn.
//
// A step is an arrow or what a node says (a decision):
//   {kind: 'arrow'|'says', t: µs, from, to, label, class, call, retransmission, lost, ...}

export const ROW = {arrow: 34, says: 24, says2: 41, gap: 26}; // says2: a decision of two lines

const GAP_US = 1_000_000; // a silence that is worth a row

// Lanes in order of appearance: phones of callers to the left, those of callees to the right of the nodes. Who
// is no node of ours and speaks Diameter alone is no phone.
export function lanesOf(steps, nodes) {
    const order = {pcscf: 1, icscf: 2, scscf: 3, hss: 4, slf: 4, diameter: 4, as: 5};
    const known = new Map(nodes.map((n) => [n.name, n]));
    const seen = new Map();
    const note = (name, sends, proto) => {
        const lane = seen.get(name) ?? {name, sends, first: seen.size, role: known.get(name)?.role ?? 'diameter'};
        if (lane.role === 'diameter' && proto !== 'diameter') lane.role = 'ue';
        seen.set(name, lane);
    };
    for (const s of steps) {
        note(s.from, true, s.proto);
        if (s.kind === 'arrow') note(s.to, false, s.proto);
    }
    const place = (lane) => (lane.role === 'ue' ? (lane.sends ? 0 : 6) : order[lane.role] ?? 5);
    return [...seen.values()]
        .map((lane) => ({...lane, rank: place(lane)}))
        .sort((a, b) => a.rank - b.rank || a.first - b.first)
        .map(({name, role}) => ({name, role}));
}

// The same bytes between the same two a second time (pairing key and length are the same) are folded into the first, with a count;
// but for the one that is `named`, which stays in sight.
export function foldRetransmissions(steps, named = null) {
    const out = [];
    const first = new Map();
    for (const s of steps) {
        const key = s.kind === 'arrow' && s.raw?.pair ? `${s.from}>${s.to}:${s.raw.pair}:${s.raw.bytes}:${s.lost}` : null;
        const earlier = key && first.get(key);
        if (earlier && s.id !== named) {
            earlier.repeats = (earlier.repeats ?? 0) + 1;
            earlier.repeatedAt = s.t;
            continue;
        }
        const copy = {...s};
        if (key) first.set(key, copy);
        out.push(copy);
    }
    return out;
}

// What keeps a Diameter connection up tells nothing of a subscriber: capabilities, watchdogs, and the states of a peer.
export function isUpkeep(step) {
    return step.kind === 'says' ? step.clause === 'RFC 6733 5.6' : step.proto === 'diameter' && /^(CE|DW|DP)[RA]$/.test(step.method);
}

// `chars` is how many letters of a decision fit in a line; what needs more gets two. `scale` is that of the letters.
export function layout(steps, {gaps = true, chars = 80, scale = 1} = {}) {
    const rows = [];
    let y = 0;
    let before = null;
    const put = (row, height) => {
        const h = Math.round(height * scale);
        rows.push({...row, y, h});
        y += h;
    };
    for (const step of steps) {
        if (gaps && before !== null && step.t - before >= GAP_US)
            put({kind: 'gap', seconds: (step.t - before) / 1e6}, ROW.gap);
        const isLong = step.kind === 'says' && lettersOf(step) > chars;
        put({kind: step.kind, step, isLong}, isLong ? ROW.says2 : ROW[step.kind]);
        before = step.t;
    }
    return {rows, height: y};
}

export function lettersOf(says) {
    return says.text.length + (says.finding ? 16 : says.from.length + 3) + (says.clause?.length ?? 0); // with who says it
}

// What a row shows is `width` wide and belongs over `middle`: where it begins so that all of it is within [left, right].
export function placed(middle, width, left, right) {
    return Math.max(left, Math.min(middle - width / 2, right - width));
}

// Steps of which more is known by now: those of them that are here take the place of what they were.
export function renewed(steps, news) {
    const known = new Map(news.map((s) => [s.id, s]));
    return steps.some((s) => known.has(s.id)) ? steps.map((s) => known.get(s.id) ?? s) : steps;
}

// How far the line of a lost message reaches: not to the next lane, lest it seem to have come there. Its text is above it.
export function lostReach(from, to, gap) {
    const toward = Math.sign(to - from) * gap;
    return {end: from + 0.6 * toward, middle: from + 0.5 * toward};
}

// The rows that touch [top, bottom): by bisection, since rows stand in order.
export function inSight(rows, top, bottom) {
    let low = 0;
    let high = rows.length;
    while (low < high) {
        const mid = (low + high) >> 1;
        if (rows[mid].y + rows[mid].h <= top) low = mid + 1;
        else high = mid;
    }
    const begin = low;
    while (low < rows.length && rows[low].y < bottom) low++;
    return [begin, low];
}

// "12:03:11.204", of this computer's clock.
export function timeOfDay(us) {
    return `${new Date(us / 1000).toLocaleTimeString('en-GB')}.${String(Math.floor(us / 1000) % 1000).padStart(3, '0')}`;
}
