/* SPDX-License-Identifier: MIT
 *
 * From a trouble to a finding: rules, one a cause or a shade of it, in files
 * by family. The first one that fits explains; where none does, the refusing
 * node's own sentence is the finding.
 *
 * A rule looks at results, procedures, reasons and recomputed verdicts, never
 * at sentences. A new cause is a row of causes.def, a rule here, a test that
 * provokes it, and its line in docs/doctor.md.
 */
#ifndef DOCTOR_RULES_H
#define DOCTOR_RULES_H

#include "imsbox/dashboard/doctor/finding.h"
#include "imsbox/dashboard/doctor/trouble.h"

struct rule {
    enum cause_id cause;
    bool (*fits)(const struct trouble *t);
    /* Fills what, where and advice as far as they are other than what
     * rules_judge put there, and evidence. */
    void (*explain)(const struct trouble *t, struct finding *f);
};

struct rules {
    const struct rule *list;
    unsigned count;
};

/* The families, in the order in which they are asked. */
extern const struct rules rules_faults;      /* what was broken on purpose */
extern const struct rules rules_entry;       /* how it came in */
extern const struct rules rules_core;        /* nodes and what they need */
extern const struct rules rules_identity;    /* who it is */
extern const struct rules rules_credentials; /* does he know the secret */
extern const struct rules rules_rights;      /* may he */
extern const struct rules rules_calls;       /* the other party */
extern const struct rules rules_rest;        /* by what was answered alone */

/* What it is; NULL: nothing is wrong. */
struct finding *rules_judge(const struct trouble *t);
/* Is it worth asking the HSS, before it is judged? */
bool rules_need_hss(const struct trouble *t);

#endif
