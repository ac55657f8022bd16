// SPDX-License-Identifier: MIT
//
// Why a message was sent: what its sender decided just before, since it last sent something. Pure.

export function reasonOf(step, steps) {
    if (step.kind !== 'arrow') return null;
    for (let i = steps.indexOf(step) - 1; i >= 0; i--) {
        const s = steps[i];
        if (s.from !== step.from || s.finding || (s.call && step.call && s.call !== step.call)) continue;
        return s.kind === 'says' ? s : null;
    }
    return null;
}
