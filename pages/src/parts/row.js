// SPDX-License-Identifier: MIT
//
// A row of a table that leads where its link leads: whoever points may click anywhere in it; the link stays the one
// thing that is reached by keyboard and read out.

const OWN = 'a, button, summary, details, input, select, label'; // what has a use of its own

// The properties of the <tr>.
export function leadsOn() {
    const onClick = (e) => {
        const link = e.currentTarget.querySelector('a');
        if (!link || e.target.closest(OWN) || String(getSelection())) return;
        if (e.ctrlKey || e.metaKey) open(link.href);
        else link.click();
    };
    return {class: 'leads', onClick};
}
