// SPDX-License-Identifier: MIT
//
// The ladder with its filters; all of them stand in the address.

import {useMemo, useState} from 'preact/hooks';
import {html} from '../html.js';
import {Detail} from '../ladder/detail.js';
import {Ladder} from '../ladder/ladder.js';
import {foldRetransmissions} from '../ladder/layout.js';
import {network, steps as liveSteps} from '../live.js';
import {setParams} from '../route.js';
import {T} from '../texts.js';

const METHODS = ['REGISTER', 'INVITE', 'MESSAGE', 'OPTIONS', 'SUBSCRIBE', 'UAR', 'MAR', 'SAR', 'LIR', 'RTR', 'PPR'];

function fits(step, {user, call, method, result, q}) {
    if (call && step.call !== call) return false;
    if (user && !(step.text.includes(user) || step.call.includes(user))) return false;
    if (method && step.kind === 'arrow' && !`${step.label} ${step.method ?? ''}`.includes(method)) return false;
    if (result === 'failure' && step.look !== 'failure') return false;
    return !q || `${step.label ?? ''} ${step.text}`.toLowerCase().includes(q.toLowerCase());
}

export function LadderView({params}) {
    const [paused, setPaused] = useState(null);
    const filter = Object.fromEntries(params);
    const all = paused ?? liveSteps.value;
    const fold = filter.fold !== 'no';
    const shown = useMemo(() => {
        const some = all.filter((s) => fits(s, filter));
        return fold ? foldRetransmissions(some) : some;
    }, [all, params.toString()]);
    const selected = shown.find((s) => s.id === filter.step);
    const set = (name) => (e) => setParams({[name]: e.target.value});

    return html`
        <div class="head"><h1>${T.ladder.title}</h1>
            <div class="end">
                <input aria-label=${T.ladder.user} placeholder=${T.ladder.user} value=${filter.user ?? ''} onInput=${set('user')} size="14" />
                <input aria-label=${T.ladder.call} placeholder=${T.ladder.call} value=${filter.call ?? ''} onInput=${set('call')} size="12" />
                <select aria-label=${T.ladder.method} value=${filter.method ?? ''} onChange=${set('method')}>
                    <option value="">${T.ladder.anyMethod}</option>${METHODS.map((m) => html`<option>${m}</option>`)}</select>
                <select aria-label=${T.ladder.result} value=${filter.result ?? ''} onChange=${set('result')}>
                    <option value="">${T.ladder.anyResult}</option><option value="failure">${T.ladder.failures}</option></select>
                <input type="search" aria-label=${T.ladder.search} placeholder=${T.ladder.search} value=${filter.q ?? ''} onInput=${set('q')} size="12" />
                <button aria-pressed=${paused !== null} onClick=${() => setPaused(paused ? null : liveSteps.value)}>${paused ? T.ladder.resume : T.ladder.pause}</button>
            </div></div>
        ${shown.length === 0
            ? html`<div class="card empty"><p>${T.ladder.empty}</p></div>`
            : html`<div class="split">
                <${Ladder} steps=${shown} nodes=${network.value?.nodes ?? []} selected=${selected?.id} gaps=${filter.gaps !== 'no'}
                           follow=${paused === null && !selected} onSelect=${(id) => setParams({step: id})} />
                ${selected ? html`<${Detail} key=${selected.id} step=${selected} steps=${shown} />` : html`<p class="quiet">${T.ladder.choose}</p>`}
            </div>`}`;
}
