/* SPDX-License-Identifier: MIT
 *
 * Server-sent events as they arrive in portions (HTML Living Standard 9.2.6),
 * taken apart; and written.
 */
#ifndef DASHBOARD_SSE_H
#define DASHBOARD_SSE_H

#include "base/buf.h"

enum { SSE_EVENT_MAX = 16 << 20 };

struct sse {
    struct buf line; /* a beginning without its end */
    struct buf data;
    char name[32];
    char id[64];
    void (*on_event)(void *ctx, struct slice name, struct slice id,
                     struct slice data);
    void *ctx;
};

void sse_init(struct sse *s,
              void (*on_event)(void *ctx, struct slice name, struct slice id,
                               struct slice data),
              void *ctx);
void sse_fini(struct sse *s);
/* Begins anew: another connection. */
void sse_reset(struct sse *s);
/* False: an event is too long. */
bool sse_take(struct sse *s, struct slice bytes);

#endif
