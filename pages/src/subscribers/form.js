// SPDX-License-Identifier: MIT
//
// The full model of a subscriber as a form. Loaded when somebody edits one.

import {useEffect, useState} from 'preact/hooks';
import {get, seg} from '../api.js';
import {html} from '../html.js';
import {network} from '../live.js';
import {Field} from '../parts/dialog.js';
import {T} from '../texts.js';
import {Check, Choice, ItemButtons, List, Text, saidOf} from './fields.js';
import {added, at, put} from './model.js';

const E = T.editor;
const AKA = ['AKAv1-MD5', 'AKAv2-MD5', 'AKAv2-SHA-256'];
const DIGEST = ['MD5', 'SHA-256', 'SHA-512-256'];
const same = (list) => list.map((v) => [v, v]);

function domainOf(model) {
    const impu = model.sets?.[0]?.publics?.[0]?.impu ?? '';
    return impu.split('@')[1] ?? network.value?.networks[0]?.domain ?? '';
}

// ---- how the user proves himself ----

// What the HSS keeps, shown on purpose: this is written to the audit list.
function Kept({id, impi}) {
    const [secrets, setSecrets] = useState(null);
    const [failed, setFailed] = useState('');
    if (!id || !impi) return null;
    if (!secrets)
        return html`<p class="row"><button type="button" onClick=${() => get(`subscribers/${id}/private/${seg(impi)}/secrets`).then(setSecrets, (p) => setFailed(p.message))}>${E.showKept}</button>
            <span class="quiet">${failed || T.subscribers.revealSays}</span></p>`;
    return html`<table><tbody>${['k', 'opc', 'amf'].filter((n) => secrets[n]).map((n) => html`<tr><th>${T.subscribers.secretNames[n]}</th><td class="mono">${secrets[n]}</td></tr>`)}
        ${secrets.ha1.map((h) => html`<tr><th>HA1 ${h.algorithm}</th><td class="mono">${h.value}</td></tr>`)}</tbody></table>`;
}

function Switch({form, path, label, first}) {
    const on = at(form.model, path) !== undefined;
    return html`<label class="check"><input type="checkbox" checked=${on} onChange=${() => form.change(put(form.model, path, on ? undefined : first))} /> ${label}</label>`;
}

function SimKey({form, path}) {
    const aka = at(form.model, path);
    const [kind, setKind] = useState(aka.op ? 'op' : 'opc');
    const choose = (e) => {
        form.change(put(form.model, [...path, kind], undefined));
        setKind(e.target.value);
    };
    const kept = aka.has_key ? E.unchanged : '';
    return html`<div class="grid">
        <${Choice} form=${form} path=${[...path, 'algorithm']} label=${E.algorithm} options=${same(AKA)} />
        <${Text} form=${form} path=${[...path, 'k']} label="K" hint=${T.subscribers.keyHint} placeholder=${kept} />
        <${Field} label=${E.operator} value=${kind} onChange=${choose} options=${[['opc', E.opc], ['op', E.op]]} />
        <${Text} key=${kind} form=${form} path=${[...path, kind]} label=${kind === 'op' ? 'OP' : 'OPc'} hint=${T.subscribers.keyHint} placeholder=${kept} />
        <${Text} form=${form} path=${[...path, 'amf']} label="AMF" hint=${E.amfHint} placeholder="8000" />
        <${Text} form=${form} path=${[...path, 'sqn']} label="SQN" hint=${E.sqnHint} type="number" min="0" placeholder=${kept} /></div>`;
}

function Password({form, path}) {
    const digest = at(form.model, path);
    return html`<div class="grid">
        <${Choice} form=${form} path=${[...path, 'algorithm']} label=${E.algorithm} options=${same(DIGEST)} />
        <${Text} form=${form} path=${[...path, 'password']} label=${T.subscribers.password} hint=${E.passwordHint} placeholder=${digest.has_password ? E.unchanged : ''} />
        <${Text} form=${form} path=${[...path, 'realm']} label=${E.realm} hint=${E.realmHint} placeholder=${domainOf(form.model)} /></div>`;
}

// What belongs to one identity alone has its key: in a list that is put in another order, the next one stands here.
function Private({form, index, id, known}) {
    const path = ['privates', index];
    const p = at(form.model, path);
    return html`<fieldset><legend>${E.privateNo(index + 1)}</legend>
        <div class="row top-row"><${Text} form=${form} path=${[...path, 'impi']} label=${E.impi} hint=${E.impiHint} />
            <${ItemButtons} form=${form} path=${['privates']} index=${index} name=${p.impi ?? ''} /></div>
        ${saidOf(form, path) && html`<p class="bad">${saidOf(form, path)}</p>`}
        <${Switch} form=${form} path=${[...path, 'aka']} label=${E.hasKey} first=${{algorithm: AKA[0]}} />
        ${p.aka && html`<${SimKey} key=${p.impi} form=${form} path=${[...path, 'aka']} />`}
        ${p.aka && p.digest && html`<p class="quiet">${T.subscribers.bothSay}</p>`}
        <${Switch} form=${form} path=${[...path, 'digest']} label=${E.hasPassword} first=${{algorithm: DIGEST[0]}} />
        ${p.digest && html`<${Password} form=${form} path=${[...path, 'digest']} />`}
        ${known.includes(p.impi) && html`<${Kept} key=${p.impi} id=${id} impi=${p.impi} />`}</fieldset>`;
}

// ---- as whom he is known ----

function Public({form, path, index, isDefault, profiles, alone}) {
    const here = [...path, index];
    const p = at(form.model, here);
    const isService = p.type?.includes('psi');
    return html`<li class=${`public ${saidOf(form, here) ? 'bad' : ''}`}>
        <div class="grid">
            <${Text} form=${form} path=${[...here, 'impu']} label=${E.impu} hint=${E.impuHint} />
            <${Choice} form=${form} path=${[...here, 'type']} label=${E.kind} options=${Object.entries(E.kinds)} />
            <${Text} form=${form} path=${[...here, 'display_name']} label=${E.displayName} hint=${E.displayHint} />
            <${Choice} form=${form} path=${[...here, 'profile']} label=${E.profile} options=${[['', E.noProfile], ...same(profiles)]} />
            <${Text} form=${form} path=${[...here, 'alias_group']} label=${E.alias} hint=${E.aliasHint} />
            ${isService && html`<${Text} form=${form} path=${[...here, 'server']} label=${E.psiServer} hint=${E.psiServerHint} />`}
        </div>
        ${saidOf(form, here) && html`<p class="bad" role="alert">${saidOf(form, here)}</p>`}
        <div class="row"><${Check} form=${form} path=${[...here, 'barred']} label=${E.barred} says=${E.barredSays} />
            ${isService && html`<${Check} form=${form} path=${[...here, 'inactive']} label=${E.inactive} />`}
            ${isDefault && html`<span class="pill good">${E.isDefault}</span>`}
            <${ItemButtons} form=${form} path=${path} index=${index} name=${p.impu ?? ''} canDrop=${!alone} /></div></li>`;
}

// Which private identities a set registers with: all, or those that are ticked.
function With({form, path, privates}) {
    const chosen = at(form.model, path);
    if (privates.length < 2) return null;
    const toggle = (impi) => {
        const now = chosen ?? privates;
        const next = now.includes(impi) ? now.filter((i) => i !== impi) : privates.filter((i) => i === impi || now.includes(i));
        form.change(put(form.model, path, next.length === privates.length ? undefined : next));
    };
    return html`<div class="row" role="group" aria-label=${E.registersWith}><strong>${E.registersWith}</strong>
        ${privates.map((i) => html`<label class="check"><input type="checkbox" checked=${!chosen || chosen.includes(i)} onChange=${() => toggle(i)} /> <span class="mono">${i}</span></label>`)}
        ${saidOf(form, path) && html`<p class="bad">${saidOf(form, path)}</p>`}</div>`;
}

function RegistrationSet({form, index, profiles}) {
    const path = ['sets', index, 'publics'];
    const publics = at(form.model, path) ?? [];
    const first = publics.findIndex((p) => !p.barred && !p.type?.startsWith('wildcarded'));
    const privates = (form.model.privates ?? []).map((p) => p.impi).filter(Boolean);
    return html`<fieldset><legend>${T.subscribers.setNumber(index + 1)}</legend>
        <ol class="plain">${publics.map((p, i) => html`<${Public} form=${form} path=${path} index=${i} isDefault=${i === first} profiles=${profiles} alone=${publics.length === 1} />`)}</ol>
        <${With} form=${form} path=${['sets', index, 'privates']} privates=${privates} />
        <div class="row"><button type="button" onClick=${() => form.change(added(form.model, path, {impu: ''}))}>${E.addPublic}</button>
            ${form.model.sets.length > 1 && html`<${ItemButtons} form=${form} path=${['sets']} index=${index} name=${T.subscribers.setNumber(index + 1)} />`}</div></fieldset>`;
}

// ---- all of it ----

function namesIn(catalogue, list, member) {
    return (catalogue?.[list] ?? []).map((x) => x[member]);
}

export function SubscriberForm({form, id}) {
    const [catalogue, setCatalogue] = useState({});
    const [known] = useState((form.model.privates ?? []).map((p) => p.impi));
    useEffect(() => {
        const into = (part) => (value) => setCatalogue((c) => ({...c, ...part(value)}));
        get('profiles').then(into(({profiles}) => ({profiles})), () => {});
        get('charging').then(into(({charging}) => ({charging})), () => {});
    }, []);
    const m = form.model;
    return html`
        <h3>${E.privates}</h3><p class="quiet">${E.privatesSay}</p>
        ${(m.privates ?? []).map((_, i) => html`<${Private} form=${form} index=${i} id=${id} known=${known} />`)}
        <p><button type="button" onClick=${() => form.change(added(m, ['privates'], {impi: '', digest: {algorithm: DIGEST[0]}}))}>${E.addPrivate}</button></p>
        <h3>${E.sets}</h3><p class="quiet">${E.setsSay}</p>
        ${(m.sets ?? []).map((_, i) => html`<${RegistrationSet} form=${form} index=${i} profiles=${namesIn(catalogue, 'profiles', 'name')} />`)}
        <p><button type="button" onClick=${() => form.change(added(m, ['sets'], {publics: [{impu: ''}]}))}>${E.addSet}</button></p>
        <h3>${E.more}</h3><div class="grid">
            <${List} form=${form} path=${['visited']} label=${E.visited} hint=${E.visitedHint} placeholder=${domainOf(m)} />
            <${Choice} form=${form} path=${['charging']} label=${E.charging} hint=${E.chargingHint} options=${[['', E.noCharging], ...same(namesIn(catalogue, 'charging', 'name'))]} />
            <${List} form=${form} path=${['capabilities', 'mandatory']} numbers=${true} label=${E.mandatory} hint=${E.mandatoryHint} />
            <${List} form=${form} path=${['capabilities', 'optional']} numbers=${true} label=${E.optional} hint=${E.optionalHint} /></div>`;
}
