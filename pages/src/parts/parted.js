// SPDX-License-Identifier: MIT
//
// Texts that are shown as they are, but read well: an address is parted where it has a sign for it and not within a word;
// what the doctor puts between backticks is a command.

import {html} from '../html.js';

export function Parted({text}) {
    return String(text ?? '').split(/(?<=[@,/])|(?=;)/).map((part, i) => (i > 0 ? html`<wbr />${part}` : part));
}

export function Prose({text}) {
    return text.replaceAll(' -> ', ' → ').split('`').map((part, i) => (i % 2 ? html`<code>${part}</code>` : part));
}
