/* SPDX-License-Identifier: MIT */
#include "imsbox/calls.h"
#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"
#include "imsbox/output.h"
#include "imsbox/summary.h"
#include <assert.h>
#include <time.h>

struct call {
    struct map_node node; /* by Call-ID */
    const struct entry *first, *last;
    unsigned messages;
};

static struct call *call_of(struct map *calls, struct arena *a,
                            const struct entry *e)
{
    struct map_node *at = map_find(calls, e->call);
    struct call *c;

    if (at)
        return container_of(at, struct call, node);
    c = arena_zalloc(a, sizeof *c);
    assert(c);
    c->first = e;
    map_add(calls, &c->node, e->call);
    return c;
}

static void print(const struct call *c, FILE *to)
{
    time_t seconds = (time_t)(c->first->wall_us / SECOND);
    char clock[16], text[2][120];
    struct str call = {0};
    struct tm tm;
    struct buf b;

    str_set(&call, c->node.key);
    output_harmless(call.p);
    for (unsigned i = 0; i < 2; i++) {
        buf_over(&b, text[i], sizeof text[i] - 1);
        summary_print(i == 0 ? c->first : c->last, &b);
        text[i][b.n] = '\0';
        output_harmless(text[i]);
    }
    localtime_r(&seconds, &tm);
    strftime(clock, sizeof clock, "%H:%M:%S", &tm);
    fprintf(to, "%s  %4u  %-34.34s  %-28.28s  %s\n", clock, c->messages,
            text[0], text[1], call.p);
    str_fini(&call);
}

unsigned calls_print(struct entries *e, FILE *to)
{
    const struct entry *it;
    struct arena arena;
    struct map calls;
    unsigned count;

    arena_init(&arena, 0, SIZE_MAX);
    map_init(&calls, 0, 0);
    while ((it = entries_next(e, INT64_MAX))) {
        struct call *c;

        if (!entry_is_message(it) || it->proto != RECORD_SIP || !it->call.n)
            continue;
        c = call_of(&calls, &arena, it);
        c->last = it;
        c->messages += it->kind == RECORD_TX || !it->joined;
    }
    if (calls.count > 0)
        fprintf(to, "%-8s  %4s  %-34s  %-28s  %s\n", "time", "msgs", "first",
                "last", "call");
    MAP_EACH (at, &calls)
        print(container_of(at, struct call, node), to);
    count = (unsigned)calls.count;
    map_fini(&calls);
    arena_fini(&arena);
    return count;
}
