/* SPDX-License-Identifier: MIT
 *
 * Which steps belong together: those with a Call-ID, and those with the
 * Session-Id of a Cx request that was made on behalf of it. What the messages
 * say (method, result, whom they name) is read here, once.
 */
#ifndef DASHBOARD_THREAD_H
#define DASHBOARD_THREAD_H

#include "imsbox/dashboard/story.h"

struct threads {
    struct map calls;    /* struct thread, by Call-ID */
    struct map sessions; /* by Session-Id */
    struct list order;   /* the one with the newest step last */
};

void threads_init(struct threads *t, uint64_t seed);
void threads_fini(struct threads *t); /* when all steps have left */

/* Reads what the step is, and puts it with its like. */
void threads_join(struct threads *t, struct told *step);
/* A thread without steps is gone. */
void threads_leave(struct threads *t, struct told *step);

struct thread *threads_find(const struct threads *t, struct slice call);
struct thread *threads_older(const struct threads *t, const struct thread *at);

/* Does a call name this user: "sip:alice@ims.example", with or without its
 * scheme, or its user part alone? */
bool thread_names(const struct thread *t, struct slice user);
/* The same of a list as struct thread has it. */
bool users_name(struct slice users, struct slice user);

#endif
