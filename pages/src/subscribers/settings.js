// SPDX-License-Identifier: MIT
//
// Which kinds of phone a subscriber can use, and what each of them is told: pure.

import {T} from '../texts.js';

const P = T.subscribers.phone;

// A card needs a SIM key, a softphone a password, which is not asked for where there is a key too; baresip knows MD5 alone.
function kindsFor(p) {
    const md5 = (p.digest?.algorithm ?? 'MD5') === 'MD5';
    if (p.aka) return ['sim'];
    return [p.digest && 'linphone', p.digest && md5 && 'baresip'].filter(Boolean);
}

// [{id, kind, impi, name}], the first private identity's first. name: with the identity where a kind stands twice.
export function waysOf(s) {
    const all = s.privates.flatMap((p) => kindsFor(p).map((kind) => ({id: `${kind} ${p.impi}`, kind, impi: p.impi})));
    const twice = (kind) => all.filter((w) => w.kind === kind).length > 1;
    return all.map((w) => ({...w, name: twice(w.kind) ? `${P.kinds[w.kind]}, ${w.impi}` : P.kinds[w.kind]}));
}

// {user, domain, impi, impu, proxy} of a subscriber who proves itself as impi.
export function settingsOf(s, impi, known) {
    const home = known.find((n) => n.role === 'hss' && n.domain === impi.split('@')[1])?.domain;
    const pcscf = known.find((n) => n.role === 'pcscf' && (!home || n.domain === home));
    const gm = pcscf?.listeners.find((l) => l.trust === 'gm');
    const his = s.sets.filter((set) => !set.privates || set.privates.includes(impi));
    const impu = his.flatMap((set) => set.publics).find((p) => p.impu.startsWith('sip:') && !p.barred)?.impu ?? '';
    const [user, domain] = impu.replace(/^sip:/, '').split('@');
    return {user, domain, impi, impu, proxy: gm?.advertised ?? gm?.at ?? ''};
}

// What is typed, or copied, into each kind of phone. secrets: {k, opc} or undefined; given: the password, if it is known here.
export function cardOf(kind, c, secrets, given) {
    const secret = given || P.yours;
    const rows = {
        linphone: [[P.user, c.user], [P.auth, c.impi], [P.domain, c.domain], [P.secret, secret], [P.proxy, `<sip:${c.proxy};transport=udp>`], [P.transport, 'UDP']],
        baresip: [['~/.baresip/accounts', `<sip:${c.user}@${c.domain};transport=udp>;auth_user=${c.impi};auth_pass=${secret};outbound="sip:${c.proxy};lr";regint=600`]],
        sim: [['K', secrets?.k ?? P.revealFirst], ['OPc', secrets?.opc ?? P.revealFirst], ['IMPI', c.impi], ['IMPU', c.impu], [P.domain, c.domain], ['P-CSCF', c.proxy]],
    };
    return rows[kind];
}

// What starts a phone in a terminal; '' where it would use another name than its own.
export function commandOf(kind, c, given) {
    if (kind !== 'baresip' || c.impi !== `${c.user}@${c.domain}`) return '';
    const words = [c.user, given || P.yours, c.proxy, ...(c.domain === 'ims.example' ? [] : [c.domain])];
    return ['tools/phone', ...words.map((w) => (/^[\w.:@+-]+$/.test(w) ? w : `'${w.replaceAll("'", "'\\''")}'`))].join(' ');
}

export function textOf(rows) {
    return rows.length === 1 ? rows[0][1] : rows.map(([name, value]) => `${name}: ${value}`).join('\n');
}
