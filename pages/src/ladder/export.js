// SPDX-License-Identifier: MIT
//
// A ladder for other programs: Mermaid and Markdown here, SVG from the one on the screen, pcapng from the hub.

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
