/* SPDX-License-Identifier: MIT
 *
 * Which S-CSCF? TS 29.228 6.7: one that the HSS names, else one of the
 * network that has all mandatory capabilities and most of the optional ones.
 */
#ifndef ICSCF_SELECTION_H
#define ICSCF_SELECTION_H

#include "base/arena.h"
#include "icscf/icscf.h"

enum { SELECTION_MAX = 16 };

/* The S-CSCFs that were tried for one request, and what the HSS asked for. */
struct selection {
    const char *proc, *clause; /* that it is for, in the record */
    struct arena memory;       /* bounded by what one answer can hold */
    struct slice name; /* the S-CSCF that the HSS has stored; may be empty */
    struct cx_capabilities wanted;
    bool is_cut; /* the answer had more than is kept: nobody is chosen */
    struct slice tried[SELECTION_MAX];
    unsigned tried_count;
};

/* proc, clause: string literals. */
void selection_init(struct selection *s, const char *proc, const char *clause);
void selection_fini(struct selection *s);

/* Keeps what an answer of the HSS says; what was tried stays. */
void selection_take(struct selection *s, struct slice server_name,
                    const struct cx_capabilities *wanted);

/* The next S-CSCF to try, as a SIP URI, noted as tried; the reason is in the
 * record. False: there is none (any more). */
bool selection_next(struct selection *s, struct icscf *me,
                    struct record_about about, struct slice *uri);

#endif
