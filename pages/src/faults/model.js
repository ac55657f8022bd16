// SPDX-License-Identifier: MIT
//
// Faults on purpose as the pages show them, and a new one as the API wants it: pure.

const PARTS = ['direction', 'protocol', 'method', 'text'];
const OF_ANSWERS = ['messages', 'result']; // but requests are answered
const NUMBERS = ['percent', 'every', 'count'];
// What belongs to an action alone.
const OF_ACTION = {delay: ['delay', 'jitter'], duplicate: ['copies'], reorder: ['delay'], answer: ['answer', 'vendor', 'reason'], loss: [], dead: []};

// Each node has its own; the parts of one name (both ends of a link) are one.
export function grouped(nodes) {
    const byName = new Map();
    for (const node of nodes)
        for (const part of node.status?.faults ?? []) {
            const one = byName.get(part.name) ?? {name: part.name, action: part.action, link: part.link, by: part.by, until_us: part.until_us, parts: [], struck: 0, held: 0};
            one.parts.push(part);
            one.struck += part.struck;
            one.held += part.held;
            byName.set(part.name, one);
        }
    return [...byName.values()];
}

const same = (a, b) => a.toLowerCase() === b.toLowerCase();

// Those between two parties ('UE' is all phones), as a link or as a node and its peer.
export function onLink(faults, [a, b]) {
    return faults.filter((f) => f.parts.some((p) => {
        const [x, y] = p.link ?? [p.node, p.peer ?? ''];
        return (same(x, a) && same(y, b)) || (same(x, b) && same(y, a));
    }));
}

// Nothing gets through at all.
export function breaks(fault) {
    return fault.action === 'loss' && fault.parts.every((p) => !p.method && !p.result && !p.text && !p.protocol && !p.messages && !p.percent && !p.every && !p.count);
}

// Those of a node that concern all that it does.
export function atNode(faults, name) {
    return faults.filter((f) => f.parts.some((p) => p.node === name && !p.link));
}

// The form's texts -> the body of POST /faults. form.where: "link:a,b" or "node:a".
export function bodyOf(form) {
    const [kind, rest] = [form.where.slice(0, 4), form.where.slice(5)];
    const body = {action: form.action, ...(kind === 'link' ? {link: rest.split(',').map((e) => (e === 'UE' ? 'ue' : e))} : {node: rest})};
    const put = (key, value) => { if (value !== '' && value !== undefined && value !== null) body[key] = value; };
    if (form.action !== 'dead') {
        for (const key of PARTS) put(key, form[key]);
        if (form.action !== 'answer') for (const key of OF_ANSWERS) put(key, form[key]);
        for (const key of NUMBERS) put(key, form[key] ? Number(form[key]) : '');
        if (kind === 'node') put('peer', form.peer);
        put('name', form.name);
    }
    for (const key of OF_ACTION[form.action] ?? [])
        put(key, ['copies', 'vendor'].includes(key) && form[key] ? Number(form[key]) : form[key]);
    if (form.action === 'answer' && form.answer) Object.assign(body, answerOf(form.answer));
    put('ttl', form.ttl);
    return body;
}

// "503"; "10415:5001" is an Experimental-Result of 3GPP.
export function answerOf(text) {
    const [vendor, code] = text.includes(':') ? text.split(':') : [null, text];
    return {answer: Number(code), ...(vendor ? {vendor: Number(vendor)} : {})};
}
