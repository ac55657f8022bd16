/* SPDX-License-Identifier: MIT
 *
 * What can be wrong: the catalogue of causes that the doctor knows, one row of
 * causes.def each.
 */
#ifndef DOCTOR_CAUSES_H
#define DOCTOR_CAUSES_H

#include "base/json.h"

enum cause_id {
#define CAUSE(id, name, kind, clause, title, explanation) CAUSE_##id,
#include "imsbox/dashboard/doctor/causes.def"
#undef CAUSE
    CAUSE_COUNT
};

/* A note is no fault of phone or network: a callee who is busy. */
enum cause_kind { CAUSE_FAILURE, CAUSE_NOTE };

struct cause {
    const char *name; /* "wrong-password": stable, for programs and addresses */
    enum cause_kind kind;
    const char *clause;      /* where a decision's own is not known */
    const char *title;       /* a line, without full stop */
    const char *explanation; /* what it means, for who never heard of it */
};

const struct cause *cause_of(enum cause_id id);
const char *cause_kind_name(enum cause_kind kind); /* "failure", "note" */

/* The catalogue, as an array. */
void causes_put(struct json *j);

#endif
