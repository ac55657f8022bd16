/* SPDX-License-Identifier: MIT */
#include "support/guard.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void need(bool ok, const char *what)
{
    if (!ok) {
        perror(what);
        abort();
    }
}

struct slice guard_text(struct guard *g, struct slice text)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t room = (text.n + page - 1) / page * page;
    char *p;

    g->size = room + page;
    g->map = mmap(NULL, g->size, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    need(g->map != MAP_FAILED, "mmap");
    p = (char *)g->map + room - text.n;
    if (text.n) {
        memcpy(p, text.p, text.n);
        need(mprotect(g->map, room, PROT_READ) == 0, "mprotect");
    }
    need(mprotect((char *)g->map + room, page, PROT_NONE) == 0, "mprotect");
    g->text = slice_at(p, text.n);
    return g->text;
}

void guard_free(struct guard *g)
{
    munmap(g->map, g->size);
    *g = (struct guard){0};
}

void each_prefix(struct slice text, void (*fn)(void *ctx, struct slice prefix),
                 void *ctx)
{
    for (size_t n = 0; n <= text.n; n++) {
        struct guard g;

        fn(ctx, guard_text(&g, slice_first(text, n)));
        guard_free(&g);
    }
}

void each_split(struct slice text,
                void (*fn)(void *ctx, struct slice first, struct slice rest),
                void *ctx)
{
    for (size_t n = 0; n <= text.n; n++) {
        struct guard first, rest;

        guard_text(&first, slice_first(text, n));
        guard_text(&rest, slice_from(text, n));
        fn(ctx, first.text, rest.text);
        guard_free(&first);
        guard_free(&rest);
    }
}
