// SPDX-License-Identifier: MIT
//
// The authentication of a message laid open, for an admin who asks for it: the secrets are revealed by the HSS, which
// writes that down, and everything is computed here.

import {useState} from 'preact/hooks';
import {get, seg} from '../api.js';
import {html} from '../html.js';
import {Refusal} from '../parts/dialog.js';
import {credentials, headerValue, parse} from '../sip/message.js';
import {T} from '../texts.js';
import {xray} from './steps.js';

const X = T.xray;

function questionOf(text) {
    const m = parse(text);
    const answer = headerValue(m, 'Authorization');
    const {params} = credentials(answer ?? headerValue(m, 'WWW-Authenticate'));
    const impu = /sips?:[^@>;\s]+@[^>;:\s]+|tel:[+\d]+/.exec(headerValue(m, 'To') ?? '')?.[0];
    return {params, impu, method: m.start.split(' ')[0], body: m.body, isAnswer: Boolean(answer)};
}

async function secretsFor(question) {
    const s = await get(`subscribers/${seg(question.params.username || question.impu)}`);
    const own = s.privates.find((p) => p.impi === question.params.username) ?? s.privates[0];
    return get(`subscribers/${seg(question.params.username || question.impu)}/private/${seg(own.impi)}/secrets`);
}

function Steps({list}) {
    return html`<table class="xray"><tbody>${list.map((s) => html`<tr class=${s.good === false ? 'removed' : s.good ? 'added' : ''}>
        <th>${s.name}</th><td><code>${s.value}</code>
            <div class="why">${s.good === undefined ? '' : s.good ? '✓ ' : '✗ '}${s.says}</div></td></tr>`)}</tbody></table>`;
}

export function XrayPanel({text}) {
    const [list, setList] = useState(null);
    const [problem, setProblem] = useState(null);
    const show = () => {
        const question = questionOf(text);
        secretsFor(question).then((secrets) => setList(xray(question, secrets))).catch(setProblem);
    };
    if (list) return html`<${Steps} list=${list} />`;
    return html`<p>${X.lead}</p><${Refusal} problem=${problem} /><button class="primary" onClick=${show}>${X.show}</button> <span class="quiet">${T.subscribers.revealSays}</span>`;
}
