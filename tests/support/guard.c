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

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* Room for n bytes. */
static void map_room(struct guard *g, size_t n)
{
    size_t page = page_size(), room = (n + page - 1) / page * page;

    g->size = room + page;
    g->map = mmap(NULL, g->size, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    need(g->map != MAP_FAILED, "mmap");
    need(mprotect((char *)g->map + room, page, PROT_NONE) == 0, "mprotect");
}

/* Another text in the same room. */
static struct slice put(struct guard *g, struct slice text)
{
    size_t room = g->size - page_size();
    char *p = (char *)g->map + room - text.n;

    if (text.n) {
        need(mprotect(g->map, room, PROT_READ | PROT_WRITE) == 0, "mprotect");
        memcpy(p, text.p, text.n);
        need(mprotect(g->map, room, PROT_READ) == 0, "mprotect");
    }
    g->text = slice_at(p, text.n);
    return g->text;
}

struct slice guard_text(struct guard *g, struct slice text)
{
    map_room(g, text.n);
    return put(g, text);
}

void guard_free(struct guard *g)
{
    munmap(g->map, g->size);
    *g = (struct guard){0};
}

void each_prefix(struct slice text, void (*fn)(void *ctx, struct slice prefix),
                 void *ctx)
{
    struct guard g;

    map_room(&g, text.n);
    for (size_t n = 0; n <= text.n; n++)
        fn(ctx, put(&g, slice_first(text, n)));
    guard_free(&g);
}

void each_split(struct slice text,
                void (*fn)(void *ctx, struct slice first, struct slice rest),
                void *ctx)
{
    struct guard first, rest;

    map_room(&first, text.n);
    map_room(&rest, text.n);
    for (size_t n = 0; n <= text.n; n++)
        fn(ctx, put(&first, slice_first(text, n)),
           put(&rest, slice_from(text, n)));
    guard_free(&first);
    guard_free(&rest);
}
