// SPDX-License-Identifier: MIT
//
// The doctor's findings as they come, the newest first; and which of them this viewer has seen.

import {computed, signal} from '@preact/signals';
import {get} from '../api.js';
import {withFindings} from './findings.js';

const MOST = 500;
const KEY = 'doctorSeen';

export const findings = signal([]);

let boot = '';

function kept() {
    try {
        const [of, id] = (localStorage.getItem(KEY) ?? '').split(' ');
        return of === boot ? Number(id) : 0;
    } catch {
        return 0;
    }
}

const seen = signal(0);
export const fresh = computed(() => findings.value.filter((f) => f.kind !== 'note' && f.id > seen.value).length);

export function markSeen() {
    const newest = findings.value[0]?.id ?? 0;
    if (newest <= seen.value) return;
    seen.value = newest;
    try {
        localStorage.setItem(KEY, `${boot} ${newest}`);
    } catch { /* a browser that keeps nothing */ }
}

export function onFinding(f) {
    findings.value = withFindings(findings.value, [f], MOST);
}

// At each beginning of a stream, and when all was set back: what came while nobody listened is asked for.
export function loadFindings(life) {
    if (life !== boot) {
        boot = life;
        findings.value = [];
        seen.value = kept();
    }
    get(`doctor?limit=${MOST}`).then((d) => { findings.value = withFindings(findings.value, d.findings, MOST); }, () => {});
}

export function forgetFindings() {
    findings.value = [];
}
