// SPDX-License-Identifier: MIT
//
// Figures of nodes (Prometheus text) over time, as series that can be drawn: pure.

export const KEEP = 600; // samples: twenty minutes of one each two seconds

// {"name{labels}": value}
export function metricsOf(text) {
    const out = {};
    for (const line of text.split('\n')) {
        const space = line.lastIndexOf(' ');
        if (line[0] !== '#' && space > 0) out[line.slice(0, space)] = Number(line.slice(space + 1));
    }
    return out;
}

export function sum(metrics, pattern) {
    return Object.entries(metrics).reduce((n, [name, v]) => (pattern.test(name) ? n + v : n), 0);
}

// One more sample {t: seconds, of: {node: metrics}} at the end of a list, the oldest forgotten.
export function added(samples, sample) {
    return [...samples, sample].slice(-KEEP);
}

// What a counter grew a second between samples; a node that began anew (or was dead) leaves a hole.
export function rateOf(samples, node, pattern) {
    return samples.map((s, i) => {
        const [now, before] = [s.of[node], samples[i - 1]?.of[node]];
        if (!now || !before) return null;
        const grown = sum(now, pattern) - sum(before, pattern);
        return grown < 0 ? null : grown / (s.t - samples[i - 1].t);
    });
}

export function levelOf(samples, node, pattern, unit = 1) {
    return samples.map((s) => (s.of[node] ? sum(s.of[node], pattern) / unit : null));
}

export function total(series) {
    return series[0]?.map((_, i) => (series.every((s) => s[i] === null) ? null : series.reduce((n, s) => n + (s[i] ?? 0), 0))) ?? [];
}

// The p-th part of sorted numbers, nearest rank.
export function percentile(sorted, p) {
    return sorted.length ? sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)] : null;
}

// Setup times in milliseconds out of the steps that came live: from each INVITE of a phone to the first 180 or 200 that a phone gets.
export function setupTimes(steps, names) {
    const began = new Map();
    const out = [];
    for (const s of steps) {
        if (s.kind !== 'arrow' || s.method !== 'INVITE' || !s.call) continue;
        if (s.request && !names.has(s.from) && !began.has(s.call)) began.set(s.call, s.t);
        else if (!s.request && s.result >= 180 && s.result < 300 && !names.has(s.to) && began.get(s.call) >= 0) {
            out.push({t: s.t, ms: (s.t - began.get(s.call)) / 1000});
            began.set(s.call, -1); // told
        }
    }
    return out;
}
