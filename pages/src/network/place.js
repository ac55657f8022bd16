// SPDX-License-Identifier: MIT
//
// Where each node stands on the map: a band a home network, a column a role. Pure.

export const BOX = {w: 150, h: 62}; // of a node
export const STEP_X = 206;
const STEP_Y = 96;
export const LIFT = 44; // the I-CSCF stands higher, the S-CSCF lower: no link runs behind a node
const HEAD = 34;
const COLUMN = {pcscf: 1, icscf: 2, scscf: 3, hss: 4, slf: 4, as: 5};
const LIFTED = {icscf: -LIFT, scscf: LIFT, as: LIFT};
const OF_A_HOME = ['as', 'hss', 'slf']; // they work for a home network, whoever runs them

const columnOf = (role) => COLUMN[role] ?? 5;

// The home network of ours that an external node works for; null: it is another network's.
function homeOf(external, net) {
    const named = net.networks.find((n) => external.domains?.includes(n.domain));
    if (named || !OF_A_HOME.includes(external.role)) return named ?? null;
    const asks = (node) => (node.status?.peers ?? []).some((p) => p.host?.toLowerCase() === external.identity?.toLowerCase());
    return net.networks.find((n) => n.nodes.some(asks)) ?? net.networks[0] ?? null;
}

// [{domain, nodes}]: ours with who works for them, then others' networks. A node that is not ours has `external`.
export function bandsOf(net) {
    const outside = (net.external ?? []).map((e) => ({...e, external: true}));
    const ours = net.networks.map((n) => ({domain: n.domain, nodes: [...n.nodes, ...outside.filter((e) => homeOf(e, net) === n)]}));
    const others = new Map();
    for (const e of outside.filter((x) => homeOf(x, net) === null)) {
        const domain = e.domains?.[0] ?? '';
        others.set(domain, [...(others.get(domain) ?? []), e]);
    }
    return [...ours, ...[...others].map(([domain, nodes]) => ({domain, nodes, external: true}))];
}

export function place(net) {
    const at = new Map();
    const bands = [];
    let top = 12;
    let columns = 1;
    for (const {domain, nodes, external} of bandsOf(net)) {
        const used = {};
        let deepest = 1;
        for (const node of nodes) {
            const column = columnOf(node.role);
            const row = used[column] ?? 0;
            used[column] = row + 1;
            deepest = Math.max(deepest, row + 1);
            columns = Math.max(columns, column);
            at.set(node.name, {x: 40 + column * STEP_X, y: top + HEAD + LIFT + row * STEP_Y + (LIFTED[node.role] ?? 0), node});
        }
        const h = HEAD + 2 * LIFT + deepest * STEP_Y;
        bands.push({domain, external, y: top, h: h - 20});
        top += h;
    }
    return {at, bands, width: 40 + STEP_X * (columns + 1), height: top, phones: {x: 16, y: 12 + HEAD + LIFT}};
}
