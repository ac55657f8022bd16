// SPDX-License-Identifier: MIT
//
// Initial filter criteria as sentences, and as the XML of TS 29.228 annexes B and C: pure.

import {T} from '../texts.js';

const F = T.ifc;
const CASES = {originating: 0, terminating: 1, 'terminating-unregistered': 2, 'originating-unregistered': 3, 'originating-cdiv': 4};
const REGISTRATION = {initial: 0, again: 1, gone: 2};

function conditionOf(t) {
    const what = t.method !== undefined ? F.conditions.method(t.method, t.registration)
        : t.request_uri !== undefined ? F.conditions.requestUri(t.request_uri)
        : t.header !== undefined ? F.conditions.header(t.header, t.content)
        : t.sdp !== undefined ? F.conditions.sdp(t.sdp, t.content)
        : F.conditions.sessionCase(t.session_case);
    return t.not ? F.not(what) : what;
}

// By group: [[trigger, ...], ...]; a trigger may be of several.
function groupsOf(when) {
    const groups = new Map();
    when.forEach((t) => {
        for (const g of [t.group ?? 0].flat()) groups.set(g, [...(groups.get(g) ?? []), t]);
    });
    return [...groups.entries()].sort(([a], [b]) => a - b).map(([, list]) => list);
}

export function sentenceOf(c) {
    const [inner, outer] = c.match === 'all' ? [F.or, F.and] : [F.and, F.or]; // annex F: conjunctive or disjunctive normal form
    const groups = groupsOf(c.when ?? []);
    const parts = groups.map((g) => (g.length > 1 && groups.length > 1 ? `(${g.map(conditionOf).join(inner)})` : g.map(conditionOf).join(inner)));
    return `${F.sentence(parts.join(outer), c.server)} ${F.defaults[c.default ?? 'continued']}${c.part && c.part !== 'both' ? ` ${F.parts[c.part]}` : ''}`;
}

const escaped = (text) => String(text).replace(/[&<>]/g, (x) => ({'&': '&amp;', '<': '&lt;', '>': '&gt;'})[x]);
const tag = (name, value) => `<${name}>${escaped(value)}</${name}>`;

function triggerXml(t) {
    const named = (outer, name, value) => `<${outer}>${tag(name, value)}${t.content !== undefined ? tag('Content', t.content) : ''}</${outer}>`;
    const what = t.method ? tag('Method', t.method)
        : t.request_uri !== undefined ? tag('RequestURI', t.request_uri)
        : t.header !== undefined ? named('SIPHeader', 'Header', t.header)
        : t.sdp !== undefined ? named('SessionDescription', 'Line', t.sdp)
        : tag('SessionCase', CASES[t.session_case]);
    const kinds = (t.registration ?? []).map((r) => tag('RegistrationType', REGISTRATION[r])).join('');
    const groups = [t.group ?? 0].flat().map((g) => tag('Group', g)).join('');
    return `<SPT>${tag('ConditionNegated', t.not ? 1 : 0)}${groups}${what}${kinds ? `<Extension>${kinds}</Extension>` : ''}</SPT>`;
}

function criterionXml(c) {
    const point = c.when?.length ? `  <TriggerPoint>\n    ${tag('ConditionTypeCNF', c.match === 'all' ? 1 : 0)}\n    ${c.when.map(triggerXml).join('\n    ')}\n  </TriggerPoint>\n` : '';
    const part = {registered: 0, unregistered: 1}[c.part];
    return `<InitialFilterCriteria>\n  ${tag('Priority', c.priority ?? 0)}\n${point}  <ApplicationServer>\n    ${tag('ServerName', c.server)}\n    ${tag('DefaultHandling', c.default === 'terminated' ? 1 : 0)}\n` +
        `${c.service_info ? `    ${tag('ServiceInfo', c.service_info)}\n` : ''}  </ApplicationServer>\n${part === undefined ? '' : `  ${tag('ProfilePartIndicator', part)}\n`}</InitialFilterCriteria>\n`;
}

export function xmlOf(list) {
    return [...list].sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0)).map(criterionXml).join('');
}
