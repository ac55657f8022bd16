// SPDX-License-Identifier: MIT
//
// What the doctor found, beside steps and users: pure.

// Of one user, who failed or with whom the matter lies: "alice" or "sip:alice@ims.example".
export function isAbout(finding, user) {
    const wanted = user.trim().toLowerCase();
    const isMeant = (subject) => {
        const name = subject.replace(/^sips?:|^tel:/, '');
        return [subject, name, name.split('@')[0]].includes(wanted);
    };
    return wanted === '' || isMeant(finding.subject.toLowerCase()) || isMeant((finding.about ?? '').toLowerCase());
}

// What came, or came again, last is in front; each once, as it was told last, at most `most`.
export function withFindings(list, more, most) {
    const known = new Map(list.map((f) => [f.id, f]));
    for (const f of more) if (!(known.get(f.id)?.change > f.change)) known.set(f.id, f); // an answer may be late
    return [...known.values()].sort((a, b) => b.change - a.change).slice(0, most);
}

// The same where `all` is all that the doctor has, up to the change `last`: what it forgot meanwhile is forgotten here.
export function onlyFindings(list, all, last, most) {
    const ids = new Set(all.map((f) => f.id));
    return withFindings(list.filter((f) => ids.has(f.id) || f.change > last), all, most);
}

// Steps with what the doctor says as one more note of the node, behind the last step that a finding is about.
export function noted(steps, findings) {
    if (findings.length === 0) return steps;
    const behind = new Map();
    for (const f of findings) {
        const last = String(Math.max(...f.steps));
        behind.set(last, [...(behind.get(last) ?? []), f]);
    }
    return steps.flatMap((s) => [s, ...(behind.get(s.id) ?? []).map((f) => noteOf(f, s))]);
}

function noteOf(f, step) {
    const from = f.node && (f.node === step.from || f.node === step.to) ? f.node : step.from;
    return {kind: 'says', id: `doctor-${f.id}`, t: step.t, from, call: step.call, text: `${f.title}. ${f.what}`, clause: f.clause, proc: '', finding: f, raw: {}};
}
