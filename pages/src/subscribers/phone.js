// SPDX-License-Identifier: MIT
//
// What a phone needs to be told, as text and as a QR code (which is loaded when it is looked at).

import {signal} from '@preact/signals';
import {useState} from 'preact/hooks';
import {html} from '../html.js';
import {nodes} from '../live.js';
import {Awaited, usePart} from '../parts/lazy.js';
import {Parted} from '../parts/parted.js';
import {homeNetwork} from '../route.js';
import {T} from '../texts.js';
import {cardOf, commandOf, settingsOf, textOf, waysOf} from './settings.js';

const P = T.subscribers.phone;

// {network, id, impi, password} of who was just added here: the HSS keeps no password that could be shown later.
export const justAdded = signal(null);

function passwordOf(s, impi) {
    const added = justAdded.value;
    return added?.network === homeNetwork.value && added.id === s.id && added.impi === impi ? added.password : '';
}

// The modules of a code as one path.
function pathOf(make, text) {
    const code = make(0, 'M');
    code.addData(text);
    code.make();
    const n = code.getModuleCount();
    let path = '';
    for (let y = 0; y < n; y++) for (let x = 0; x < n; x++) if (code.isDark(y, x)) path += `M${x} ${y}h1v1h-1z`;
    return {n, path};
}

function Qr({text}) {
    const {part: svg, failed} = usePart(() => import('qrcode-generator').then(({default: make}) => pathOf(make, text)), text);
    if (!svg) return html`<${Awaited} failed=${failed} />`;
    return html`<svg class="qr" role="img" aria-label=${P.qr} viewBox=${`-2 -2 ${svg.n + 4} ${svg.n + 4}`} shape-rendering="crispEdges">
        <rect x="-2" y="-2" width=${svg.n + 4} height=${svg.n + 4} fill="#fff" /><path d=${svg.path} fill="#000" /></svg>`;
}

function Copy({text}) {
    const [done, setDone] = useState('');
    if (!navigator.clipboard) return null; // browsers lend it to pages of this machine and of https alone
    const copy = () => navigator.clipboard.writeText(text).then(() => setDone(text), () => setDone(''));
    return html`<button onClick=${copy}>${P.copy}</button><span role="status">${done === text && html`<span class="pill good">✓ ${P.copied}</span>`}</span>`;
}

// secrets: by private identity, those that were revealed.
export function PhoneCard({s, secrets}) {
    const ways = waysOf(s);
    const [chosen, setChosen] = useState('');
    const [qr, setQr] = useState(false);
    const way = ways.find((w) => w.id === chosen) ?? ways[0];
    if (!way) return html`<section class="card tallest" aria-label=${P.title}><h2>${P.title}</h2><p>${P.none}</p></section>`;
    const settings = settingsOf(s, way.impi, nodes.value);
    const given = passwordOf(s, way.impi);
    const rows = cardOf(way.kind, settings, secrets[way.impi], given);
    const command = commandOf(way.kind, settings, given);
    const text = textOf(rows);
    return html`<section class="card tallest" aria-label=${P.title}><h2>${P.title}</h2>
        ${ways.length > 1 && html`<div class="row kinds" role="group" aria-label=${P.kind}>${ways.map((w) => html`<button key=${w.id} aria-pressed=${w === way} onClick=${() => setChosen(w.id)}>${w.name}</button>`)}</div>`}
        <p class="quiet">${P.says[way.kind]} ${way.kind === 'sim' ? '' : given ? P.given : P.forgotten(P.yours)}</p>
        <table><tbody>${rows.map(([k, v]) => html`<tr><th>${k}</th><td class="mono"><${Parted} text=${v} /></td></tr>`)}</tbody></table>
        <p class="row"><${Copy} text=${text} /><button aria-expanded=${qr} aria-controls="phone-qr" onClick=${() => setQr(!qr)}>${qr ? P.hideQr : P.qr}</button></p>
        ${command && html`<p class="quiet">${P.command}</p><p class="row"><code>${command}</code><${Copy} text=${command} /></p>`}
        <div id="phone-qr">${qr && html`<${Qr} text=${text} /><p class="quiet">${P.qrSays[way.kind]}</p>`}</div></section>`;
}
