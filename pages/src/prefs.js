// SPDX-License-Identifier: MIT
//
// What this viewer likes: light or dark, and the size for a projector. Kept in the browser.

import {computed, effect, signal} from '@preact/signals';

function kept(key, fallback) {
    let value = fallback;
    try {
        value = localStorage.getItem(key) ?? fallback;
    } catch { /* a browser that keeps nothing */ }
    const s = signal(value);
    effect(() => {
        document.documentElement.dataset[key] = s.value;
        try {
            localStorage.setItem(key, s.value);
        } catch { /* likewise */ }
    });
    return s;
}

export const theme = kept('theme', 'auto'); // auto, light, dark
export const size = kept('size', 'normal'); // normal, projector

const system = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(system.matches);
system.addEventListener('change', (e) => { systemIsDark.value = e.matches; });

// light or dark, whoever decided it
export const look = computed(() => (theme.value === 'auto' ? (systemIsDark.value ? 'dark' : 'light') : theme.value));
effect(() => { document.documentElement.dataset.look = look.value; });
