/* SPDX-License-Identifier: MIT
 *
 * Messages that faults hold, until their time has come.
 */
#ifndef NODE_FAULTS_HELD_H
#define NODE_FAULTS_HELD_H

#include "base/list.h"
#include "net/env.h"
#include "net/fault.h"

struct faults_held {
    struct timers *timers;
    struct list list; /* struct held */
    unsigned count;
    size_t bytes;
    /* One of them went on. */
    void (*on_gone)(void *ctx);
    void *ctx;
};

/* One of them. Good until it is let go. */
struct held;

void faults_held_init(struct faults_held *h, struct timers *timers,
                      void (*on_gone)(void *ctx), void *ctx);
void faults_held_fini(struct faults_held *h);

/* For us microseconds (0: until the loop's next turn), on behalf of `by`.
 * NULL: so much is held already. */
struct held *faults_hold(struct faults_held *h, const struct fault_message *m,
                         const struct fault_exit *exit, int64_t us,
                         const void *by);
/* It goes at the loop's next turn; nobody's from now on. */
void faults_release(struct faults_held *h, struct held *it);
/* So do all that `by` holds. */
void faults_release_all(struct faults_held *h, const void *by);
/* Those that go back to this owner are thrown away. */
void faults_held_forget(struct faults_held *h, const void *owner);
unsigned faults_held_by(const struct faults_held *h, const void *by);
/* The oldest of those; NULL without. */
struct held *faults_first_held(const struct faults_held *h, const void *by);

#endif
