// SPDX-License-Identifier: MIT
//
// Which links a network has, and whether their Diameter connections are open.

// Who speaks with whom in every IMS, even when nothing has been said yet.
const SPEAK = [['pcscf', 'icscf'], ['pcscf', 'scscf'], ['icscf', 'scscf'], ['icscf', 'hss'], ['scscf', 'hss'], ['slf', 'hss'], ['scscf', 'as']];

const same = (a, b) => Boolean(a && b) && a.toLowerCase() === b.toLowerCase();
const isPeer = (peer, node) => same(peer.host, node.fqdn) || same(peer.host, node.identity);
const ours = (net) => net.networks.flatMap((n) => n.nodes);
const peersOf = (node) => node.status?.peers ?? [];

// Who of ours speaks with a node that is not: who has it as a Diameter peer; S-CSCFs with application servers, I-CSCFs with other networks.
function speaksWith(node, external) {
    if (peersOf(node).some((p) => isPeer(p, external))) return true;
    if (external.role === 'hss' || external.role === 'slf') return false;
    return node.role === (external.trust === 'isc' ? 'scscf' : 'icscf');
}

// Both directions of two nodes are one line; and those that will speak are there before they do. 'UE' is phones and whoever
// else is not in the topology. Who is not ours comes first.
export function pairs(list, net) {
    const out = new Map();
    const external = net.external ?? [];
    const order = (end) => (end === 'UE' ? 0 : external.some((e) => e.name === end) ? 1 : 2);
    const put = (a, b, rate) => {
        const ends = [a ?? 'UE', b ?? 'UE'].sort((p, q) => order(p) - order(q) || (p < q ? -1 : 1));
        const pair = out.get(ends.join(' ')) ?? {ends, rate: 0};
        pair.rate += rate;
        out.set(ends.join(' '), pair);
    };
    for (const n of net.networks)
        for (const a of n.nodes) {
            if (a.role === 'pcscf') put(null, a.name, 0);
            for (const b of n.nodes) if (SPEAK.some(([p, q]) => a.role === p && b.role === q)) put(a.name, b.name, 0);
            for (const e of external) if (speaksWith(a, e)) put(e.name, a.name, 0);
        }
    for (const l of list) put(l.from, l.to, l.per_second);
    return [...out.values()];
}

// How the living ends of a link see its Diameter connection: [{by, of, open, state, watchdog, ...}], none where there is none.
export function connections(ends, net) {
    const all = [...ours(net), ...(net.external ?? [])];
    const [a, b] = ends.map((name) => all.find((n) => n.name === name));
    if (!a || !b) return [];
    const seen = (by, of) => (by.state === 'alive' ? peersOf(by).filter((p) => isPeer(p, of)).map((p) => ({...p, by: by.name, of: of.name})) : []);
    return [...seen(a, b), ...seen(b, a)];
}

// How what is down or silent comes back though both ends live: {by: who opens it again; '' where it stands, and the next
// watchdog tells}. null: nothing to wait for.
export function comesBack(ends, net) {
    const both = ends.map((name) => ours(net).find((n) => n.name === name && n.state === 'alive'));
    const seen = connections(ends, net);
    const state = connectionState(seen);
    if (!both.every(Boolean) || state === null || state === 'open') return null;
    const asker = both.find((n) => n.role !== 'hss') ?? both[0];
    return {by: seen.some((p) => p.by === asker.name && !p.open && p.watchdog !== 'SUSPECT') ? asker.name : ''};
}

// The worst of what is seen: 'closed', 'suspect' (open, but its watchdog is not answered), 'open', or null: no Diameter here.
export function connectionState(seen) {
    if (seen.length === 0) return null;
    if (seen.some((p) => !p.open)) return 'closed';
    return seen.some((p) => p.watchdog === 'SUSPECT' || p.watchdog === 'DOWN') ? 'suspect' : 'open';
}
