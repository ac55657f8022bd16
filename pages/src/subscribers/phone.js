// SPDX-License-Identifier: MIT
//
// What a phone needs to be told, as text and as a QR code (which is loaded when it is looked at).

import {signal} from '@preact/signals';
import {useEffect, useState} from 'preact/hooks';
import {html} from '../html.js';
import {nodes} from '../live.js';
import {T} from '../texts.js';

const P = T.subscribers.phone;

// {id, password} of who was just added here: the HSS keeps no password that could be shown later.
export const justAdded = signal(null);

// {user, domain, impi, impu, proxy, hasKey} of a subscriber.
export function settingsOf(s, known) {
    const pcscf = known.find((n) => n.role === 'pcscf');
    const gm = pcscf?.listeners.find((l) => l.trust === 'gm');
    const impi = s.privates[0]?.impi ?? '';
    const impu = s.sets.flatMap((set) => set.publics).find((p) => p.impu.startsWith('sip:') && !p.barred)?.impu ?? '';
    const [user, domain] = impu.replace(/^sip:/, '').split('@');
    return {user, domain, impi, impu, proxy: gm?.advertised ?? gm?.at ?? '', hasKey: Boolean(s.privates[0]?.aka)};
}

// What is typed, or copied, into each kind of phone. secrets: {k, opc} or null; given: the password, if it is known here.
export function cardOf(kind, c, secrets, given) {
    const secret = given || P.yours;
    const rows = {
        linphone: [[P.user, c.user], [P.auth, c.impi], [P.domain, c.domain], [P.secret, secret], [P.proxy, `<sip:${c.proxy};transport=udp>`], [P.transport, 'UDP']],
        baresip: [['~/.baresip/accounts', `<sip:${c.user}@${c.domain};transport=udp>;auth_user=${c.impi};auth_pass=${secret};outbound="sip:${c.proxy};lr";regint=600`]],
        sim: [['K', secrets?.k ?? P.revealFirst], ['OPc', secrets?.opc ?? P.revealFirst], ['IMPI', c.impi], ['IMPU', c.impu], [P.domain, c.domain], ['P-CSCF', c.proxy]],
    };
    return rows[kind];
}

function Qr({text}) {
    const [svg, setSvg] = useState(null);
    useEffect(() => {
        let alive = true;
        import('qrcode-generator').then(({default: make}) => {
            const code = make(0, 'M');
            code.addData(text);
            code.make();
            const n = code.getModuleCount();
            let path = '';
            for (let y = 0; y < n; y++) for (let x = 0; x < n; x++) if (code.isDark(y, x)) path += `M${x} ${y}h1v1h-1z`;
            if (alive) setSvg({n, path});
        });
        return () => { alive = false; };
    }, [text]);
    if (!svg) return html`<p>${T.loading}</p>`;
    return html`<svg class="qr" role="img" aria-label=${P.qr} viewBox=${`-2 -2 ${svg.n + 4} ${svg.n + 4}`} shape-rendering="crispEdges">
        <rect x="-2" y="-2" width=${svg.n + 4} height=${svg.n + 4} fill="#fff" /><path d=${svg.path} fill="#000" /></svg>`;
}

export function PhoneCard({s, secrets, given}) {
    const settings = settingsOf(s, nodes.value);
    const kinds = settings.hasKey ? ['sim', 'linphone', 'baresip'] : ['linphone', 'baresip'];
    const [kind, setKind] = useState(kinds[0]);
    const [qr, setQr] = useState(false);
    const rows = cardOf(kind, settings, secrets, given);
    const text = rows.length === 1 ? rows[0][1] : rows.map(([k, v]) => `${k}: ${v}`).join('\n');
    return html`<section class="card tallest" aria-label=${P.title}><h2>${P.title}</h2>
        <div class="row kinds" role="group" aria-label=${P.kind}>${kinds.map((k) => html`<button aria-pressed=${k === kind} onClick=${() => setKind(k)}>${P.kinds[k]}</button>`)}</div>
        <p class="quiet">${P.says[kind]}</p>
        <table><tbody>${rows.map(([k, v]) => html`<tr><th>${k}</th><td class="mono">${v}</td></tr>`)}</tbody></table>
        <p class="row"><button onClick=${() => navigator.clipboard?.writeText(text)}>${P.copy}</button><button aria-pressed=${qr} onClick=${() => setQr(!qr)}>${P.qr}</button></p>
        ${qr && html`<${Qr} text=${text} />`}</section>`;
}
