// SPDX-License-Identifier: MIT
//
// The doctor's findings as they come, the newest first; and which of them this viewer has seen.

import {computed, signal} from '@preact/signals';
import {useEffect} from 'preact/hooks';
import {get} from '../api.js';
import {onlyFindings, withFindings} from './findings.js';

const MOST = 500;
const AGAIN = 100;
const AGAIN_MS = 3000;
const KEY = 'doctorSeen';

export const findings = signal([]);

let boot = '';
let turn = 0; // an answer to what was asked before the last beginning does not count

function kept() {
    try {
        const [of, change] = (localStorage.getItem(KEY) ?? '').split(' ');
        return of === boot ? Number(change) : 0;
    } catch {
        return 0;
    }
}

const seen = signal(0);
export const fresh = computed(() => findings.value.filter((f) => f.kind !== 'note' && f.change > seen.value).length);

export function markSeen() {
    const newest = findings.value[0]?.change ?? 0;
    if (newest <= seen.value) return;
    seen.value = newest;
    try {
        localStorage.setItem(KEY, `${boot} ${newest}`);
    } catch { /* a browser that keeps nothing */ }
}

export function onFinding(f) {
    findings.value = withFindings(findings.value, [f], MOST);
}

function ask(limit, take) {
    const mine = turn;
    get(`doctor?limit=${limit}`).then((d) => { if (mine === turn) findings.value = take(d); }, () => {});
}

const askNewest = () => ask(AGAIN, (d) => withFindings(findings.value, d.findings, MOST));

// At each beginning of a stream, and when all was set back: what came or went while nobody listened is asked for.
export function loadFindings(life) {
    turn++;
    if (life !== boot) {
        boot = life;
        findings.value = [];
        seen.value = kept();
    }
    ask(MOST, (d) => onlyFindings(findings.value, d.findings, d.next_after, MOST));
}

// That one is solved is no event: who shows findings asks again.
export function useFindings() {
    useEffect(() => {
        const timer = setInterval(() => document.hidden || askNewest(), AGAIN_MS);
        askNewest();
        return () => clearInterval(timer);
    }, []);
    return findings.value;
}

export function forgetFindings() {
    findings.value = [];
}
