/* SPDX-License-Identifier: MIT */
#include "base/arena.h"
#include "base/mem.h"
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>

enum { CHUNK_MIN = 512, CHUNK_MAX = 16384 };

struct arena_chunk {
    struct arena_chunk *older;
    size_t cap, used;
    alignas(max_align_t) char data[];
};

static void grow(struct arena *a, size_t size)
{
    struct arena_chunk *c = mem_alloc(sizeof(*c) + size);

    c->older = a->chunk;
    c->cap = size;
    c->used = 0;
    a->chunk = c;
}

void arena_init(struct arena *a, size_t first, size_t limit)
{
    *a = (struct arena){.limit = limit};
    if (first > 0)
        grow(a, first < limit ? first : limit);
}

void arena_fini(struct arena *a)
{
    while (a->chunk) {
        struct arena_chunk *older = a->chunk->older;

        free(a->chunk);
        a->chunk = older;
    }
    a->used = 0;
}

/* What an arena took so far says best what it will take. */
static size_t next_chunk(const struct arena *a, size_t size)
{
    size_t want = a->used < CHUNK_MIN ? CHUNK_MIN : a->used;

    if (want > CHUNK_MAX)
        want = CHUNK_MAX;
    if (want > a->limit - a->used)
        want = a->limit - a->used;
    return want < size ? size : want;
}

static bool has_room(const struct arena_chunk *c, size_t pad, size_t size)
{
    size_t room = c->cap - c->used;

    return size <= room && pad <= room - size;
}

static void *take(struct arena *a, size_t size, size_t align)
{
    size_t pad = a->chunk ? -a->chunk->used & (align - 1) : 0;
    bool fits = a->chunk && has_room(a->chunk, pad, size);
    void *p;

    if (!fits)
        pad = 0;
    if (size > a->limit - a->used || pad > a->limit - a->used - size)
        return NULL;
    if (!fits)
        grow(a, next_chunk(a, size));
    p = a->chunk->data + a->chunk->used + pad;
    a->chunk->used += pad + size;
    a->used += pad + size;
    return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
    return take(a, size ? size : 1, alignof(max_align_t));
}

void *arena_zalloc(struct arena *a, size_t size)
{
    void *p = arena_alloc(a, size);

    return p ? memset(p, 0, size) : NULL;
}

struct slice slice_keep(struct arena *a, struct slice text)
{
    char *p;

    if (text.n == 0)
        return S("");
    p = take(a, text.n, 1);
    if (!p)
        return (struct slice){NULL, 0};
    return (struct slice){memcpy(p, text.p, text.n), text.n};
}

struct slice arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    char *p;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    p = n < 0 ? NULL : take(a, (size_t)n + 1, 1);
    if (!p)
        return (struct slice){NULL, 0};
    va_start(ap, fmt);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return (struct slice){p, (size_t)n};
}
