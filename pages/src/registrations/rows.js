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

// Which nodes' silence leaves something open about a row: of HSS and S-CSCF those of its home, of P-CSCFs any, for a phone
// may be anywhere. An identity without a domain may be at home anywhere too.
export function silentFor(row, nodes) {
    const domains = row.identities.map((i) => i.split('@')[1]?.toLowerCase());
    const home = nodes.find((n) => domains.includes(n.domain.toLowerCase()))?.domain;
    const isSilent = (role, domain) => nodes.some((n) => n.role === role && n.status !== 200 && (!domain || n.domain === domain));
    return {pcscf: isSilent('pcscf'), scscf: isSilent('scscf', home), hss: isSilent('hss', home)};
}

// Do those that answered say the same? One HSS and one S-CSCF serve a user, but his contacts may be at many P-CSCFs. null:
// there are no two of a kind that could be compared.
export function agrees(row, silent) {
    const contacts = row.scscf.flatMap((s) => s.bindings).length;
    const atPcscf = row.pcscf.length;
    const known = {hss: row.hss !== null || !silent.hss, scscf: row.scscf.length > 0 || !silent.scscf, pcscf: atPcscf > 0 || !silent.pcscf};
    if (Object.values(known).filter(Boolean).length < 2) return null;
    if (known.hss && known.scscf && (row.hss?.state === 'registered') !== contacts > 0) return false;
    return !known.scscf || (silent.pcscf ? atPcscf <= contacts : atPcscf === contacts);
}
