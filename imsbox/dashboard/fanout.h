/* SPDX-License-Identifier: MIT
 *
 * The same question to several nodes, their answers side by side. A dead node
 * has its answer at once: that it is dead.
 */
#ifndef DASHBOARD_FANOUT_H
#define DASHBOARD_FANOUT_H

#include "imsbox/dashboard/hub.h"

struct fanout_answer {
    const struct watch *from;
    long status;       /* 0: none, and */
    const char *why;   /* says so */
    struct slice body; /* JSON, or a problem */
};

/* Lives in its call's arena; the call is to be answered by `done`. */
struct fanout {
    struct hub *hub;
    struct api_call *call;
    struct fanout_answer *answers;
    unsigned count, waiting;
    void (*done)(struct fanout *f);
    void *ctx; /* the caller's */
    bool begun;
};

struct fanout *fanout_new(struct hub *h, struct api_call *c,
                          void (*done)(struct fanout *f), void *ctx);
/* target: "/api/v1/..."; only before fanout_wait. */
void fanout_ask(struct fanout *f, const struct watch *w, const char *method,
                const char *target);
/* done is called when all have answered, perhaps before this returns. */
void fanout_wait(struct fanout *f);

/* {"node", "role", "domain", "status", "answer" or "reason"} of one answer. */
void fanout_put(struct json *j, const struct fanout_answer *a);

#endif
