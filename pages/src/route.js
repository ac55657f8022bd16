// SPDX-License-Identifier: MIT
//
// Where we are: #/ladder?call=abc. Every view and every filter has its address.

import {computed, signal} from '@preact/signals';

const hash = signal(location.hash);
addEventListener('hashchange', () => { hash.value = location.hash; });

// What somebody typed may be no encoding: then it stands for itself.
function decoded(part) {
    try {
        return decodeURIComponent(part);
    } catch {
        return part;
    }
}

export const route = computed(() => {
    const [path, query = ''] = hash.value.replace(/^#\/?/, '').split('?');
    const [view = '', ...rest] = path.split('/').map(decoded);
    return {view: view || 'network', rest, params: new URLSearchParams(query)};
});

// Whose subscribers are shown where there are several home networks; it goes along within those pages.
export const homeNetwork = computed(() => (route.value.view === 'subscribers' ? route.value.params.get('network') ?? '' : ''));

export function href(view, given = {}, ...rest) {
    const params = view === 'subscribers' && homeNetwork.peek() && rest.every((part) => !part.includes('@')) ? {network: homeNetwork.peek(), ...given} : given;
    const query = new URLSearchParams(Object.entries(params).filter(([, v]) => v !== '' && v !== null && v !== undefined));
    const path = [view, ...rest].map(encodeURIComponent).join('/');
    return `#/${path}${query.size ? `?${query}` : ''}`;
}

export function go(view, params, ...rest) {
    location.hash = href(view, params, ...rest);
}

// Changes parameters of the view that is shown; without a step back in the history for each letter typed.
export function setParams(changes) {
    const {view, rest, params} = route.value;
    const next = href(view, {...Object.fromEntries(params), ...changes}, ...rest);
    history.replaceState(null, '', next);
    hash.value = location.hash;
}
