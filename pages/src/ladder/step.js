// SPDX-License-Identifier: MIT
//
// What the hub says of a step becomes what the ladder draws; and the whole of a message, asked for when somebody opens it.

import {get} from '../api.js';
import {decode} from '../diameter/decode.js';
import {T} from '../texts.js';

const CHALLENGES = new Set([401, 407]); // part of every registration, no failure

function lookOf(raw) {
    if (raw.request || !raw.result) return raw.proto === 'diameter' ? 'diameter' : 'request';
    if (raw.proto === 'diameter') return raw.result >= 3000 ? 'failure' : 'diameter';
    if (raw.result < 200 || CHALLENGES.has(raw.result)) return 'progress';
    return raw.result < 300 ? 'success' : 'failure';
}

// raw: a step of GET /trace or of the events.
export function stepOf(raw) {
    const base = {id: String(raw.id), t: raw.wall_us, from: raw.from, call: raw.call ?? '', raw};
    if (raw.kind === 'says')
        return {...base, kind: 'says', text: `${raw.fault ? '⚡ ' : ''}${raw.says}`, fault: raw.fault, proc: raw.proc, clause: raw.clause};
    return {
        ...base, kind: 'arrow', to: raw.to, proto: raw.proto, label: raw.text, text: raw.text, request: raw.request === true,
        method: raw.method ?? '', result: raw.result ?? 0, look: lookOf(raw), lost: raw.lost === true, fault: raw.fault,
    };
}

// {text} of SIP, {decoded} of Diameter, and where it was sent from and received.
export async function wholeOf(step) {
    const w = await get(`trace/${step.id}`);
    return {text: w.message ?? '', decoded: w.proto === 'diameter' ? decode(w.base64) : null, base64: w.base64, sender: w.sender, receiver: w.receiver};
}

// What is written at an arrow.
export function markOf(step) {
    return `${step.fault ? '⚡ ' : ''}${step.label}${step.repeats ? ` ×${step.repeats + 1}` : ''}${step.lost ? ` ✗ ${T.ladder.lost}` : ''}`;
}

// For people who hear the page: what is to be seen, and between whom.
export function sentenceOf(step) {
    const clause = step.clause ? ` ${step.clause}` : '';
    if (step.finding) return `${T.doctor.says} ${step.text}${clause}, ${T.ladder.says(step.from)}`;
    if (step.kind === 'says') return `${step.from}: ${step.text}${clause}`;
    return `${markOf(step)}, ${T.ladder.fromTo(step.from, step.to)}`;
}
