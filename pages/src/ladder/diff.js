// SPDX-License-Identifier: MIT
//
// What a node did to a message: the message as it came in beside the one that went out, header by header. Values
// of list headers are compared one by one, so that a Via on top shows as one line added.

import {fullName, parse, values} from '../sip/message.js';

const LISTS = new Set(['via', 'route', 'record-route', 'path', 'service-route', 'p-asserted-identity',
    'p-associated-uri', 'supported', 'require', 'proxy-require', 'allow', 'contact', 'history-info']);

function lines(message) {
    return message.headers.flatMap((h) => {
        const name = fullName(h.name);
        return LISTS.has(name.toLowerCase()) ? values(h.value).map((value) => ({name, value})) : [{name, value: h.value}];
    });
}

// Longest common subsequence of two short lists.
function common(a, b) {
    const table = Array.from({length: a.length + 1}, () => new Array(b.length + 1).fill(0));
    for (let i = a.length - 1; i >= 0; i--)
        for (let j = b.length - 1; j >= 0; j--)
            table[i][j] = a[i] === b[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    return table;
}

// The same but for parameters: a Via to which `received` or `rport` was added.
function alike(a, b) {
    return a.split(';')[0] === b.split(';')[0];
}

function diffValues(name, before, after) {
    const table = common(before, after);
    const out = [];
    let removed = [];
    let added = [];
    const flush = () => {
        const twins = added.map((after) => {
            const at = removed.findIndex((before) => alike(before, after));
            return at < 0 ? undefined : removed.splice(at, 1)[0];
        });
        added.forEach((after, k) => {
            const before = twins[k] ?? removed.shift();
            out.push(before === undefined ? {change: 'added', name, after} : {change: 'changed', name, before, after});
        });
        for (const value of removed) out.push({change: 'removed', name, before: value});
        removed = [];
        added = [];
    };
    let i = 0;
    let j = 0;
    while (i < before.length || j < after.length) {
        if (i < before.length && j < after.length && before[i] === after[j]) {
            flush();
            out.push({change: 'same', name, before: before[i], after: after[j]});
            i++;
            j++;
        } else if (j >= after.length || (i < before.length && table[i + 1][j] >= table[i][j + 1])) {
            removed.push(before[i++]);
        } else {
            added.push(after[j++]);
        }
    }
    flush();
    return out;
}

// Rows {change: 'same'|'added'|'removed'|'changed', name, before?, after?}, the start line first, the
// headers in the order of the message that went out, those that are gone behind them.
export function hopDiff(textIn, textOut) {
    const a = parse(textIn);
    const b = parse(textOut);
    const linesIn = lines(a);
    const linesOut = lines(b);
    const names = [...new Set([...linesOut, ...linesIn].map((l) => l.name.toLowerCase()))];
    const rows = [];
    const whole = (name, before, after) => {
        if (before === after) rows.push({change: 'same', name, before, after});
        else if (before === '') rows.push({change: 'added', name, after});
        else if (after === '') rows.push({change: 'removed', name, before});
        else rows.push({change: 'changed', name, before, after});
    };

    whole('', a.start, b.start);
    for (const key of names) {
        const of = (list) => list.filter((l) => l.name.toLowerCase() === key);
        const name = (of(linesOut)[0] ?? of(linesIn)[0]).name;
        rows.push(...diffValues(name, of(linesIn).map((l) => l.value), of(linesOut).map((l) => l.value)));
    }
    if (a.body || b.body) whole('(body)', a.body, b.body);
    return rows;
}
