// SPDX-License-Identifier: MIT
//
// What the hub says of a step becomes what the ladder draws.

import {decode} from '../diameter/decode.js';

const CLASSES = ['', 'progress', 'success', 'progress', 'failure', 'failure', 'failure'];

function sipLabel(text) {
    const start = text.slice(0, text.indexOf('\r\n'));
    if (!start.startsWith('SIP/2.0 ')) return {label: start.replace(/ SIP\/2\.0$/, ''), request: true, look: 'request'};
    const status = Number(start.slice(8, 11));
    const method = /^CSeq\s*:\s*\d+\s+(\S+)/im.exec(text)?.[1];
    return {
        label: start.slice(8) + (method ? ` (${method})` : ''),
        request: false,
        look: CLASSES[Math.floor(status / 100)] || 'failure',
        status,
        method,
    };
}

function find(avps, name) {
    for (const a of avps ?? []) {
        if (a.name === name) return a.value;
        const inner = find(a.avps, name);
        if (inner) return inner;
    }
    return undefined;
}

function diameterLabel(base64) {
    const m = decode(base64);
    if (!m) return {label: 'Diameter', request: true, look: 'diameter'};
    const result = m.request ? '' : find(m.avps, 'Experimental-Result-Code') ?? find(m.avps, 'Result-Code') ?? '';
    const code = Number(result.split(' ')[0]);
    return {label: `${m.name} ${result}`.trim(), request: m.request, look: code >= 3000 ? 'failure' : 'diameter', decoded: m};
}

// raw: {seq, wall_us, kind, from, to, proto, text | base64, call, session, proc, clause, says, lost, node, pair}
export function stepOf(raw) {
    const base = {id: raw.id, t: raw.wall_us, from: raw.from, call: raw.call ?? '', session: raw.session ?? '', raw};
    if (raw.kind === 'says')
        return {...base, kind: 'says', text: raw.says, proc: raw.proc, clause: raw.clause};
    const told = raw.proto === 'diameter' ? diameterLabel(raw.base64 ?? '') : sipLabel(raw.text ?? '');
    return {...base, ...told, kind: 'arrow', to: raw.to, proto: raw.proto, text: raw.text ?? raw.base64 ?? '', lost: raw.lost === true, fault: raw.fault};
}

// For people who hear the page.
export function sentenceOf(step) {
    if (step.kind === 'says') return `${step.from}: ${step.text}${step.clause ? ` (${step.clause})` : ''}`;
    const more = [step.repeats ? `sent ${step.repeats + 1} times` : '', step.lost ? 'lost on the way' : ''].filter(Boolean).join(', ');
    return `${step.from} to ${step.to}: ${step.label}${more ? `, ${more}` : ''}`;
}
