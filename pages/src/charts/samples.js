// SPDX-License-Identifier: MIT
//
// Figures of nodes over time, as the dashboard keeps them (GET /history), as series that can be drawn: pure.

// The answer to /history -> samples {number, t: seconds, setup, of: {node: {figure: value} or null}}.
export function samplesOf({nodes, figures, samples}) {
    const named = (values) => values && Object.fromEntries(figures.map((f, i) => [f, values[i]]));
    return samples.map((s) => ({number: s.number, t: s.wall_ms / 1000, setup: s.setup_ms, of: Object.fromEntries(nodes.map((n, i) => [n, named(s.nodes[i])]))}));
}

// Newer samples behind those that are known, each once, `keep` at most; another life of the dashboard begins anew.
export function joined(known, more, keep) {
    if (more.length === 0) return known;
    const last = known.at(-1)?.number ?? 0;
    return (more.at(-1).number < last ? more : [...known, ...more.filter((s) => s.number > last)]).slice(-keep);
}

// What a counter grew a second between samples; a node that began anew (or was dead) leaves a hole.
export function rateOf(samples, node, figure) {
    return samples.map((s, i) => {
        const [now, before] = [s.of[node], samples[i - 1]?.of[node]];
        if (!now || !before) return null;
        const grown = now[figure] - before[figure];
        return grown < 0 ? null : grown / (s.t - samples[i - 1].t);
    });
}

export function levelOf(samples, node, figure, unit = 1) {
    return samples.map((s) => (s.of[node] ? s.of[node][figure] / unit : null));
}

export function total(series) {
    return series[0]?.map((_, i) => (series.every((s) => s[i] === null) ? null : series.reduce((n, s) => n + (s[i] ?? 0), 0))) ?? [];
}
