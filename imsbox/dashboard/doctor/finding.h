/* SPDX-License-Identifier: MIT
 *
 * What the doctor found: a cause, with the words and the evidence of one case.
 */
#ifndef DOCTOR_FINDING_H
#define DOCTOR_FINDING_H

#include "base/list.h"
#include "base/str.h"
#include "imsbox/dashboard/doctor/causes.h"
#include "imsbox/dashboard/story.h"

enum { FINDING_EVIDENCE = 16, FINDING_STEPS = 12, FINDING_CALLS = 8 };

struct evidence {
    const char *name; /* "realm of the phone" */
    struct str value;
};

/* All texts are its own; never any secret. */
struct finding {
    struct list in_findings;
    uint64_t id;       /* consecutive, from 1 */
    uint64_t change;   /* consecutive: of each time that one came, or came again
                        */
    int64_t at_us;     /* wall clock: of the step that gave it away */
    int64_t first_us;  /* that of the first time */
    int64_t solved_us; /* the same went well then; 0: not yet */
    const struct cause *cause;
    struct str subject; /* the user whom it concerns, or a node */
    struct str about;   /* with whom the matter lies; empty: the subject */
    struct str impi;    /* who registers proves itself as; or empty */
    bool says_impi;     /* its request did; else impi is what follows from it */
    struct str peer;    /* to which a connection was lost; or empty */
    struct str users;   /* all whom the call names, "sip:a@b\n..." */
    struct str calls[FINDING_CALLS]; /* Call-IDs, the newest first */
    unsigned call_count;             /* 0: it is of no call */
    char method[24];                 /* that failed; or "" */
    unsigned result;                 /* its final response; or 0 */
    struct str node; /* who decided, or where it is to be mended */
    struct str what, where, advice, clause;
    struct str fault; /* on purpose, to be cleared; empty: none is known */
    struct evidence evidence[FINDING_EVIDENCE];
    unsigned evidence_count;
    uint64_t steps[FINDING_STEPS]; /* of the story */
    unsigned step_count;
    unsigned times; /* it happened */
};

struct finding *finding_new(enum cause_id cause);
void finding_free(struct finding *f);

void finding_what(struct finding *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void finding_where(struct finding *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* What to do. */
void finding_advise(struct finding *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* One more sentence of that. */
void finding_advise_more(struct finding *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* What to do before all that. */
void finding_advise_first(struct finding *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* name: a literal. What is more than there is room for is left out. */
void finding_note(struct finding *f, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The decision's own, in place of the cause's; empty: none is known. */
void finding_clause(struct finding *f, struct slice clause);
/* The call that failed, newer than those it has; the oldest makes room. */
void finding_call(struct finding *f, struct slice call);
bool finding_is_of_call(const struct finding *f, struct slice call);
/* They stand in the story's order; t may be NULL. */
void finding_step(struct finding *f, const struct told *t);

/* Do both say the same, no matter of which time? */
bool finding_is_same(const struct finding *a, const struct finding *b);
/* f is the same as `before`, once more: it takes over id, calls and count. */
void finding_follow(struct finding *f, const struct finding *before);

/* One object. */
void finding_put(struct json *j, const struct finding *f);

#endif
