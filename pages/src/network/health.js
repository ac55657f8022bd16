// SPDX-License-Identifier: MIT
//
// How a node and a connection are: [look, mark, words].

import {T} from '../texts.js';

const N = T.network;

export function stateOf(node) {
    if (node.external) return ['external', '↗', N.external];
    if (node.state === 'dead') return ['bad', '✗', N.dead];
    if (node.state !== 'alive') return ['warn', '…', N.starting];
    return node.ready ? ['good', '✓', N.ready] : ['warn', '!', N.notReady];
}

// state: of network/links.js; null for what needs no word.
export function wordsOf(state) {
    if (state === 'closed') return ['bad', '✗', N.closed];
    return state === 'suspect' ? ['warn', '!', N.suspect] : null;
}
