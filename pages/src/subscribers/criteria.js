// SPDX-License-Identifier: MIT
//
// A service profile, or a shared set of filter criteria, as a form: whom a request is shown to, and when, as conditions that
// can be read aloud. Loaded when somebody edits one.

import {html} from '../html.js';
import {Field} from '../parts/dialog.js';
import {T} from '../texts.js';
import {Choice, ItemButtons, List, Text, saidOf} from './fields.js';
import {sentenceOf} from './ifc.js';
import {KINDS, added, at, conditionOf, groupsOf, kindOf, put, whenOf} from './model.js';

const F = T.ifc;
const CASES = ['originating', 'terminating', 'terminating-unregistered', 'originating-unregistered', 'originating-cdiv'];
const REGISTERS = ['initial', 'again', 'gone'];

function Registers({value, onChange}) {
    const chosen = value ?? [];
    return html`<div class="row" role="group" aria-label=${F.registerKind}>${REGISTERS.map((r) => html`<label class="check">
        <input type="checkbox" checked=${chosen.includes(r)} onChange=${(e) => onChange(REGISTERS.filter((x) => (x === r ? e.target.checked : chosen.includes(x))))} /> ${F.registers[r]}</label>`)}</div>`;
}

function Condition({c, change, drop}) {
    const kind = kindOf(c);
    const set = (member) => (e) => change(member === kind ? {...c, [kind]: e.target.value} : put(c, [member], e.target.value));
    const field = (member, label, hint) => html`<${Field} label=${label} hint=${hint} value=${c[member] ?? ''} onInput=${set(member)} />`;
    return html`<div class="condition row">
        <${Field} label=${F.is} value=${c.not ? 'not' : ''} onChange=${(e) => change(put(c, ['not'], e.target.value === 'not' || undefined))} options=${[['', F.yes], ['not', F.no]]} />
        <${Field} label=${F.what} value=${kind} onChange=${(e) => change(conditionOf(e.target.value, c.not))} options=${KINDS.map((k) => [k, F.kinds[k]])} />
        ${kind === 'session_case'
            ? html`<${Field} label=${F.sessionCaseIs} value=${c.session_case} onChange=${set('session_case')} options=${CASES.map((k) => [k, F.allCases[k]])} />`
            : field(kind, F.values[kind], F.hints[kind])}
        ${(kind === 'header' || kind === 'sdp') && field('content', F.content, F.contentHint)}
        ${kind === 'method' && c.method === 'REGISTER' && html`<${Registers} value=${c.registration} onChange=${(list) => change(put(c, ['registration'], list.length ? list : undefined))} />`}
        <button type="button" class="danger" aria-label=${F.dropCondition} title=${F.dropCondition} onClick=${drop}>✕</button></div>`;
}

// Groups in boxes, with the word that joins them in between.
function Triggers({form, path}) {
    const c = at(form.model, path);
    const groups = groupsOf(c.when);
    const isAny = c.match !== 'all'; // as the HSS reads it
    const save = (next) => form.change(put(form.model, [...path, 'when'], next.some((g) => g.length) ? whenOf(next) : undefined));
    const withGroup = (g, list) => save(groups.map((old, i) => (i === g ? list : old)));
    return html`
        ${groups.length > 0 && html`<${Choice} form=${form} path=${[...path, 'match']} label=${F.match} options=${[['any', F.matchAny], ['all', F.matchAll]]} />`}
        ${groups.length === 0 && html`<p class="quiet">${F.always}</p>`}
        ${groups.map((list, g) => html`${g > 0 && html`<p class="joint">${isAny ? F.orWord : F.andWord}</p>`}<div class="group" role="group" aria-label=${F.groupNo(g + 1)}>
            ${list.map((condition, i) => html`${i > 0 && html`<p class="joint small">${isAny ? F.andWord : F.orWord}</p>`}
                <${Condition} c=${condition} change=${(next) => withGroup(g, list.map((old, k) => (k === i ? next : old)))} drop=${() => withGroup(g, list.filter((_, k) => k !== i))} />`)}
            <button type="button" onClick=${() => withGroup(g, [...list, conditionOf('method')])}>${isAny ? F.addAnd : F.addOr}</button></div>`)}
        <p><button type="button" onClick=${() => save([...groups, [conditionOf(groups.length ? 'session_case' : 'method')]])}>${groups.length ? (isAny ? F.addOrGroup : F.addAndGroup) : F.addCondition}</button></p>`;
}

function Criterion({form, index}) {
    const path = ['ifc', index];
    const c = at(form.model, path);
    return html`<fieldset><legend>${F.criterionNo(index + 1)}</legend>
        <div class="grid">
            <${Text} form=${form} path=${[...path, 'server']} label=${F.server} hint=${F.serverHint} />
            <${Text} form=${form} path=${[...path, 'priority']} label=${F.priority} hint=${F.priorityHint} type="number" min="0" placeholder="0" />
            <${Choice} form=${form} path=${[...path, 'default']} label=${F.noAnswer} options=${Object.entries(F.handling)} />
            <${Choice} form=${form} path=${[...path, 'part']} label=${F.part} options=${['both', 'registered', 'unregistered'].map((p) => [p, F.partNames[p]])} />
            <${Text} form=${form} path=${[...path, 'service_info']} label=${F.serviceInfo} hint=${F.serviceInfoHint} /></div>
        ${saidOf(form, path) && html`<p class="bad" role="alert">${saidOf(form, path)}</p>`}
        <${Triggers} form=${form} path=${path} />
        <div class="row"><p class="sentence">${sentenceOf(c)}</p><${ItemButtons} form=${form} path=${['ifc']} index=${index} name=${F.criterionNo(index + 1)} /></div></fieldset>`;
}

export function CriteriaForm({form}) {
    const free = Math.max(-1, ...(form.model.ifc ?? []).map((c) => c.priority ?? 0)) + 1;
    return html`
        ${(form.model.ifc ?? []).map((_, i) => html`<${Criterion} form=${form} index=${i} />`)}
        <p><button type="button" onClick=${() => form.change(added(form.model, ['ifc'], {server: 'sip:as.example', priority: free, match: 'all', when: [{method: 'INVITE'}, {group: 1, session_case: 'originating'}]}))}>${F.addCriterion}</button></p>`;
}

export function ProfileForm({form}) {
    return html`<${List} form=${form} path=${['services']} label=${F.services} hint=${F.servicesHint} />
        <div class="grid"><${List} form=${form} path=${['shared_ifc']} numbers=${true} label=${F.sharedSets} hint=${F.sharedSetsHint} />
        <${Text} form=${form} path=${['media_profile']} label=${F.mediaProfile} hint=${F.mediaProfileHint} type="number" min="0" /></div>
        <h3>${F.criteria}</h3><${CriteriaForm} form=${form} />`;
}

export function ChargingForm({form}) {
    const field = (member) => html`<${Text} form=${form} path=${[member]} label=${F.chargingNames[member]} hint=${F.chargingHint} />`;
    return html`<div class="grid">${['ccf', 'ccf_2', 'ecf', 'ecf_2'].map(field)}</div>`;
}
