// SPDX-License-Identifier: MIT
//
// A ladder for other programs: Mermaid and Markdown here, SVG from the one on the screen, pcapng from the hub.

import {lostReach} from './layout.js';

const seconds = (us) => (us / 1e6).toFixed(3);

// Mermaid has no escape for these.
function plain(text) {
    return text.replace(/[;#]/g, ' ').replace(/\s+/g, ' ').trim();
}

export function toMermaid(lanes, steps) {
    const id = new Map(lanes.map((lane, i) => [lane.name, `p${i}`]));
    const out = ['sequenceDiagram'];
    for (const lane of lanes) out.push(`    participant ${id.get(lane.name)} as ${plain(lane.name)}`);
    for (const s of steps) {
        if (s.kind === 'arrow') {
            const arrow = s.request ? '->>' : '-->>';
            out.push(`    ${id.get(s.from)}${s.lost ? (s.request ? '-x' : '--x') : arrow}${id.get(s.to)}: ${plain(s.label)}`);
        } else {
            out.push(`    Note over ${id.get(s.from)}: ${plain(s.text)}${s.clause ? ` (${plain(s.clause)})` : ''}`);
        }
    }
    return out.join('\n') + '\n';
}

export function toMarkdown(title, steps) {
    const begin = steps[0]?.t ?? 0;
    const cell = (text) => text.replace(/\|/g, '\\|').replace(/\s+/g, ' ');
    const out = [`# ${title}`, '', '| s | from | to | what |', '| ---: | --- | --- | --- |'];
    for (const s of steps) {
        const at = seconds(s.t - begin);
        if (s.kind === 'arrow') out.push(`| ${at} | ${cell(s.from)} | ${cell(s.to)} | ${cell(s.label)} |`);
        else out.push(`| ${at} | ${cell(s.from)} | | *${cell(s.text)}*${s.clause ? ` (${cell(s.clause)})` : ''} |`);
    }
    return out.join('\n') + '\n';
}

const SVG = {lane: 170, left: 70, row: 30, head: 40};
const INK = {request: '#0b5c7a', progress: '#57606b', success: '#17693c', failure: '#a8201a', diameter: '#6a3da0', says: '#7a4b00'};

function escaped(text) {
    return text.replace(/[&<>"]/g, (c) => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'})[c]);
}

function svgArrow(s, x, y) {
    const [a, b] = [x(s.from), x(s.to)];
    const {end, middle} = s.lost ? lostReach(a, b, SVG.lane) : {end: b, middle: (a + b) / 2};
    const tip = b >= a ? -8 : 8;
    const line = `<line x1="${a}" y1="${y}" x2="${end}" y2="${y}" stroke="${INK[s.look]}" stroke-width="1.6"${s.request ? '' : ' stroke-dasharray="6 3"'}/>`;
    const head = s.lost ? '' : `<path d="M${b} ${y}l${tip} -4v8z" fill="${INK[s.look]}"/>`;
    const text = `${s.label}${s.repeats ? ` ×${s.repeats + 1}` : ''}${s.lost ? ' ✗' : ''}`;
    return `${line}${head}<text x="${middle}" y="${y - 5}" text-anchor="middle" fill="${INK[s.look]}">${escaped(text)}</text>`;
}

// A picture that stands by itself, for documents: always light, all steps.
export function toSvg(lanes, steps) {
    const at = new Map(lanes.map((lane, i) => [lane.name, SVG.left + SVG.lane * (i + 0.5)]));
    const x = (name) => at.get(name);
    const width = SVG.left + SVG.lane * lanes.length + 220;
    const height = SVG.head + SVG.row * (steps.length + 1);
    const begin = steps[0]?.t ?? 0;
    const out = [`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
        `<rect width="${width}" height="${height}" fill="#ffffff"/>`];
    for (const lane of lanes)
        out.push(`<text x="${x(lane.name)}" y="22" text-anchor="middle" font-weight="bold">${escaped(lane.name)}</text>` +
            `<line x1="${x(lane.name)}" y1="${SVG.head - 8}" x2="${x(lane.name)}" y2="${height - 8}" stroke="#9aa7b4"/>`);
    steps.forEach((s, i) => {
        const y = SVG.head + SVG.row * (i + 0.8);
        out.push(`<text x="6" y="${y}" fill="#4d5b69">${seconds(s.t - begin)}</text>`);
        out.push(s.kind === 'arrow' ? svgArrow(s, x, y)
            : `<text x="${x(s.from) + 6}" y="${y}" fill="${INK.says}">${escaped(s.text)}${s.clause ? ` (${escaped(s.clause)})` : ''}</text>`);
    });
    return `${out.join('\n')}\n</svg>\n`;
}
