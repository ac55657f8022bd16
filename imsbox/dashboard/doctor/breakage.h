/* SPDX-License-Identifier: MIT
 *
 * What is broken on purpose (node/faults.h), and was a short time ago: a link
 * that was cut stays down long after the last message that the fault struck.
 */
#ifndef DOCTOR_BREAKAGE_H
#define DOCTOR_BREAKAGE_H

#include "base/list.h"
#include "base/record.h"
#include "base/str.h"
#include "imsbox/site.h"
#include <jansson.h>

enum {
    BREAKAGE_MAX = 256,            /* faults known, those that are over too */
    BREAKAGE_LATELY = 60 * SECOND, /* what is over still does harm so long */
};

/* A fault of a node that can make its messages late or lost. */
struct broken {
    struct list in_breakage;
    unsigned node;
    struct str name, peer, method, says; /* says: "loses all to hss1" */
    enum record_proto proto;             /* RECORD_NONE: any */
    int64_t since_us, over_us;           /* wall clock; over 0: it is on */
};

struct breakage {
    struct list list; /* struct broken */
    unsigned count;
};

/* Two parties, and what one sends the other. */
struct link {
    unsigned party[2];    /* as in steps: nodes of the site, or behind them */
    const char *names[2]; /* NULL: nobody knows it */
    const struct addr *remote; /* of who is none of our nodes; or NULL */
    enum record_proto proto;
    const char *method; /* "" : what keeps the connection up */
};

void breakage_init(struct breakage *b);
void breakage_fini(struct breakage *b);

/* All that is on at that node now, as faults_put puts it; NULL: nothing. */
void breakage_set(struct breakage *b, unsigned node, const json_t *faults,
                  int64_t now_us);
/* A fault that is about such messages and was on at that time, or until a
 * short time before; one that is on first. NULL: there is none. */
const struct broken *breakage_find(const struct breakage *b,
                                   const struct site *s,
                                   const struct link *link, int64_t at_us);

#endif
