// SPDX-License-Identifier: MIT
//
// Why a message was sent: what its sender decided before, since it last sent something; for a refusal that
// was only passed on, what the node decided that it comes from. Pure.

// The message that came to `step.from` and left it as this step: the last one before of the same kind and call.
export function incomingOf(step, steps) {
    if (step.kind !== 'arrow' || step.proto !== 'sip') return null;
    const same = (s) => s.kind === 'arrow' && s.proto === 'sip' && s.to === step.from && s.call === step.call &&
        s.request === step.request && s.method === step.method && s.result === step.result;
    for (let i = steps.indexOf(step) - 1; i >= 0; i--) if (same(steps[i])) return steps[i];
    return null;
}

// A node may tell the HSS of what it decided before it refuses: that is part of one decision.
function isAside(s, step) {
    return step.look === 'failure' && step.proto === 'sip' && s.kind === 'arrow' && s.proto === 'diameter';
}

function ownReasonOf(step, steps) {
    for (let i = steps.indexOf(step) - 1; i >= 0; i--) {
        const s = steps[i];
        if (s.from !== step.from || s.finding || (s.call && step.call && s.call !== step.call) || isAside(s, step)) continue;
        return s.kind === 'says' ? s : null;
    }
    return null;
}

export function reasonOf(step, steps) {
    if (step.kind !== 'arrow') return null;
    const own = ownReasonOf(step, steps);
    const before = !own && step.look === 'failure' && incomingOf(step, steps);
    return before ? reasonOf(before, steps) : own;
}
