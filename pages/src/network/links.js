// SPDX-License-Identifier: MIT
//
// Which links a network has.

// Who speaks with whom in every IMS, even when nothing has been said yet.
const SPEAK = [['pcscf', 'icscf'], ['pcscf', 'scscf'], ['icscf', 'scscf'], ['icscf', 'hss'], ['scscf', 'hss'], ['slf', 'hss'], ['scscf', 'as']];

// Both directions of two nodes are one line; and those that will speak are there before they do. 'UE' is whoever is not ours.
export function pairs(list, net) {
    const out = new Map();
    const put = (a, b, rate) => {
        const ends = [a ?? 'UE', b ?? 'UE'].sort((p, q) => (p === 'UE' ? -1 : q === 'UE' ? 1 : p < q ? -1 : 1));
        const pair = out.get(ends.join(' ')) ?? {ends, rate: 0};
        pair.rate += rate;
        out.set(ends.join(' '), pair);
    };
    for (const n of net.networks)
        for (const a of n.nodes) {
            if (a.role === 'pcscf') put(null, a.name, 0);
            for (const b of n.nodes) if (SPEAK.some(([p, q]) => a.role === p && b.role === q)) put(a.name, b.name, 0);
        }
    for (const l of list) put(l.from, l.to, l.per_second);
    return [...out.values()];
}
