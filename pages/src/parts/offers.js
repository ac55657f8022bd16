// SPDX-License-Identifier: MIT
//
// What this network's API can do, by its own description: a button for what it cannot do is not shown.

import {signal} from '@preact/signals';
import {useEffect} from 'preact/hooks';
import {get} from '../api.js';

const paths = signal(null);
let asked = false;

// offers('post', '/subscribers/{id}/push'); false until the description has come.
export function useOffers() {
    useEffect(() => {
        if (asked) return;
        asked = true;
        get('openapi.json').then((d) => { paths.value = d.paths; }, () => { asked = false; });
    }, []);
    return (method, path) => {
        const operation = paths.value?.[`/api/v1${path}`]?.[method];
        return Boolean(operation) && !operation['x-planned'];
    };
}
