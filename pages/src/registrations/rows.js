// SPDX-License-Identifier: MIT
//
// The answers of all nodes to GET /registrations as one list: pure.

function answersOf(value, role) {
    return value.nodes.filter((n) => n.role === role && n.status === 200);
}

// One row for each implicit registration set that any node knows, found by any of its identities.
export function rowsOf(value) {
    const rows = new Map(); // by identity
    const rowOf = (identities) => {
        const known = identities.find((i) => rows.has(i));
        const row = known ? rows.get(known) : {identities: [], pcscf: [], scscf: [], hss: null};
        for (const i of identities) {
            if (!row.identities.includes(i)) row.identities.push(i);
            rows.set(i, row);
        }
        return row;
    };
    for (const n of answersOf(value, 'hss'))
        for (const r of n.answer.registrations ?? [])
            for (const set of r.sets) Object.assign(rowOf(set.publics.map((p) => p.impu)), {hss: {node: n.node, ...set}});
    for (const n of answersOf(value, 'scscf'))
        for (const r of n.answer.registrations ?? [])
            rowOf([r.public_identity, ...r.identities.map((i) => i.public_identity)]).scscf.push({node: n.node, ...r});
    for (const n of answersOf(value, 'pcscf'))
        for (const r of n.answer.registrations ?? [])
            if (r.registered) rowOf([r.public_identity, ...r.identities]).pcscf.push({node: n.node, ...r});
    return [...new Set(rows.values())];
}

function namesIn(sets) {
    return sets.filter((s) => s.state !== 'not registered').map((s) => (s.publics.find((p) => !p.barred) ?? s.publics[0]).impu);
}

// One name for each set on a node's page of its list, in the order of that list. An entry with sets is an HSS's.
export function namesOf(page) {
    return [...new Set(page.registrations.flatMap((r) => (r.sets ? namesIn(r.sets) : r.registered ? [r.public_identity] : [])))];
}

// The rows of those, in that order.
export function rowsFor(value, names) {
    const rows = rowsOf(value);
    return [...new Set(names.map((name) => rows.find((r) => r.identities.includes(name))))].filter(Boolean);
}

// Do the three say the same? A node that is dead says nothing, and is not asked.
export function agrees(row, dead) {
    const contacts = row.scscf.flatMap((s) => s.bindings).length;
    if (!dead.hss && !dead.scscf && (row.hss?.state === 'registered') !== contacts > 0) return false;
    return dead.pcscf || dead.scscf || row.pcscf.length === contacts;
}
