// SPDX-License-Identifier: MIT
//
// Changes to a model that is edited, each a new model (what is drawn is never changed under way); and the trigger points of
// filter criteria as groups of conditions. Pure.

export function at(model, path) {
    return path.reduce((value, key) => value?.[key], model);
}

// With `value` at a path; nothing to say ('' or undefined) takes the member away.
export function put(model, [key, ...rest], value) {
    const copy = Array.isArray(model) ? [...model] : {...model};
    const next = rest.length ? put(model?.[key] ?? (typeof rest[0] === 'number' ? [] : {}), rest, value) : value;
    if (next === undefined || next === '') delete copy[key];
    else copy[key] = next;
    return copy;
}

export function added(model, path, item) {
    return put(model, path, [...(at(model, path) ?? []), item]);
}

export function dropped(model, path, index) {
    return put(model, path, at(model, path).filter((_, i) => i !== index));
}

// The item one place nearer to the beginning.
export function raised(model, path, index) {
    const list = [...at(model, path)];
    list.splice(index - 1, 0, ...list.splice(index, 1));
    return put(model, path, list);
}

// What a form reads as an object, a list or a text, of all kinds of models; the rest shows whatever stands there.
const SHAPE = {
    privates: [{impi: '', aka: {}, digest: {}}],
    sets: [{publics: [{impu: '', type: ''}], privates: ['']}],
    visited: [''], capabilities: {mandatory: [], optional: []},
    services: [''], shared_ifc: [], ifc: [{when: [{registration: ['']}]}],
};

function misfitAt(value, shape, path) {
    const kind = Array.isArray(shape) ? 'list' : typeof shape === 'string' ? 'text' : 'object';
    const is = Array.isArray(value) ? 'list' : typeof value === 'string' ? 'text' : value !== null && typeof value === 'object' ? 'object' : '';
    if (is !== kind) return {path, kind};
    if (kind === 'list') return shape.length ? value.map((item, i) => misfitAt(item, shape[0], `${path}/${i}`)).find(Boolean) : undefined;
    return kind === 'object' ? Object.keys(shape).filter((k) => (value[k] ?? null) !== null).map((k) => misfitAt(value[k], shape[k], `${path}/${k}`)).find(Boolean) : undefined;
}

// Where a model is none that a form can show: {path: JSON pointer, kind: what is expected there}, or undefined.
export function misfitOf(model) {
    return misfitAt(model, SHAPE, '');
}

// "1, 2 three" -> [1, 2, 'three']: what is no number is left for the HSS to refuse by name.
export function listOf(text, numbers) {
    const words = text.split(/[\s,]+/).filter(Boolean);
    return numbers ? words.map((w) => (/^\d+$/.test(w) ? Number(w) : w)) : words;
}

// ---- trigger points (TS 29.228 annex B.2.2 and F): conditions of one group belong together; one of several groups is in each --------------

export const KINDS = ['method', 'request_uri', 'header', 'sdp', 'session_case'];

export function kindOf(condition) {
    return KINDS.find((k) => condition[k] !== undefined) ?? 'method';
}

// As it begins when somebody chooses its kind.
export function conditionOf(kind, not) {
    const first = {method: 'INVITE', request_uri: 'sip:.*', header: 'Accept-Contact', sdp: 'm', session_case: 'originating'};
    return {[kind]: first[kind], ...(not && {not})};
}

export function groupsOf(when) {
    const groups = new Map();
    for (const {group, ...condition} of when ?? [])
        for (const g of [group ?? 0].flat()) groups.set(g, [...(groups.get(g) ?? []), condition]);
    return [...groups.entries()].sort(([a], [b]) => a - b).map(([, list]) => list);
}

export function whenOf(groups) {
    return groups.filter((g) => g.length).flatMap((list, i) => list.map((c) => ({...(i > 0 && {group: i}), ...c})));
}
