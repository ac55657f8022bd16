// SPDX-License-Identifier: MIT
import {useEffect, useState} from 'preact/hooks';
import {html} from '../html.js';
import {T} from '../texts.js';

// A view whose code is fetched when somebody looks at it: load() promises the component.
export function lazy(load) {
    let loaded = null;
    return function Lazy(props) {
        const [View, setView] = useState(() => loaded);
        useEffect(() => { if (!View) load().then((v) => { loaded = v; setView(() => v); }); }, []);
        return View ? html`<${View} ...${props} />` : html`<p role="status">${T.loading}</p>`;
    };
}
