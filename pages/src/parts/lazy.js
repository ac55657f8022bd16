// SPDX-License-Identifier: MIT
//
// Code that is fetched when somebody looks at what it draws.

import {useEffect, useState} from 'preact/hooks';
import {html} from '../html.js';
import {T} from '../texts.js';

// {part} of what load() promises, {failed}, or neither yet; asked anew when `of` is another.
export function usePart(load, of) {
    const [got, setGot] = useState({});
    useEffect(() => {
        let wanted = true;
        load().then((part) => wanted && setGot({part}), () => wanted && setGot({failed: true}));
        return () => { wanted = false; };
    }, [of]);
    return got;
}

// What stands where a part is to come.
export function Awaited({failed}) {
    return failed ? html`<p role="alert">${T.noAnswer} <button type="button" onClick=${() => location.reload()}>${T.reload}</button></p>` : html`<p role="status">${T.loading}</p>`;
}

// A view whose code is fetched when somebody looks at it: load() promises the component.
export function lazy(load) {
    let loaded;
    return function Lazy(props) {
        const {part: View = loaded, failed} = usePart(async () => { loaded ??= await load(); return loaded; });
        return View ? html`<${View} ...${props} />` : html`<${Awaited} failed=${failed} />`;
    };
}
