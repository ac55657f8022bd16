// SPDX-License-Identifier: MIT
//
// The HTTP API as promises. A failure is a Problem, with the sentence that the network said.

import {homeNetwork} from './route.js';
import {T} from './texts.js';

const BASE = 'api/v1/';
const OF_HSS = /^(subscribers|profiles|shared-ifc|charging|audit|imports?|export|tools|ifc)\b/;

export class Problem extends Error {
    constructor(status, body) {
        super(body.detail || body.title || `HTTP ${status}`);
        this.status = status;
        this.errors = body.errors ?? [];
        this.existing = /\/subscribers\/(\d+)$/.exec(body.existing ?? '')?.[1] ?? ''; // whoever has what was wanted
    }
}

async function problemOf(response) {
    const body = await response.json().catch(() => ({}));
    return new Problem(response.status, body);
}

// What an HSS answers comes from the one of the home network that is shown, or that is named.
export function placed(path, domain = homeNetwork.value) {
    return domain && OF_HSS.test(path) ? `${path}${path.includes('?') ? '&' : '?'}network=${encodeURIComponent(domain)}` : path;
}

export async function call(method, path, body, {headers = {}, type = 'application/json', network} = {}) {
    const init = {method, headers: {...headers}};
    if (body !== undefined) {
        init.headers['Content-Type'] = type;
        init.body = type === 'application/json' ? JSON.stringify(body) : body;
    }
    let response;
    try {
        response = await fetch(BASE + placed(path, network), init);
    } catch {
        throw new Problem(0, {detail: T.noAnswer});
    }
    if (!response.ok) throw await problemOf(response);
    const text = await response.text();
    const value = text && response.headers.get('Content-Type')?.includes('json') ? JSON.parse(text) : text;
    return {value, etag: response.headers.get('ETag')};
}

export const get = async (path) => (await call('GET', path)).value;
export const seg = encodeURIComponent;

// Live events. `on` has one function an event name, called with what the event says and its id. The browser reconnects by
// itself, with Last-Event-ID; onState: 'open', 'lost' (it tries again), 'ended' (it was refused, and tries no more).
export function events(path, on, onState) {
    const source = new EventSource(BASE + path);
    for (const [name, fn] of Object.entries(on)) source.addEventListener(name, (e) => fn(JSON.parse(e.data), e.lastEventId));
    source.onopen = () => onState('open');
    source.onerror = () => onState(source.readyState === EventSource.CLOSED ? 'ended' : 'lost');
    return () => source.close();
}
