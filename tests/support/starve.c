/* SPDX-License-Identifier: MIT */
#include "support/starve.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "support/check.h"
#include <stdio.h>
#include <stdlib.h>

static struct {
    bool counts;
    unsigned count, refused;
} state;

void starve(unsigned n)
{
    state.counts = true;
    state.count = 0;
    state.refused = n;
}

unsigned starve_end(void)
{
    state.counts = false;
    return state.count;
}

void starve_again(unsigned so_far)
{
    state.counts = true;
    state.count = so_far;
}

void starve_or_skip(unsigned count)
{
    if (count > 0)
        return;
    fprintf(stderr, "SKIPPED: nothing can be refused to a shared library\n");
    skip();
}

static unsigned number(const char *name, unsigned fallback)
{
    const char *text = getenv(name);

    return text ? (unsigned)atoi(text) : fallback;
}

struct starve_steps starve_steps(unsigned stride)
{
    return (struct starve_steps){number("IMSBOX_STARVED_FROM", 1),
                                 number("IMSBOX_STARVED", stride)};
}

static bool is_refused(void)
{
    return state.counts && ++state.count == state.refused;
}

/* What the linker puts in the place of each X: __wrap_X; X is __real_X. */

void *__real_arena_alloc(struct arena *a, size_t size);
void *__real_arena_zalloc(struct arena *a, size_t size);
struct slice __real_slice_keep(struct arena *a, struct slice text);
bool __real_map_add(struct map *m, struct map_node *node, struct slice key);

void *__wrap_arena_alloc(struct arena *a, size_t size);
void *__wrap_arena_zalloc(struct arena *a, size_t size);
struct slice __wrap_slice_keep(struct arena *a, struct slice text);
struct slice __wrap_arena_printf(struct arena *a, const char *fmt, ...);
bool __wrap_map_add(struct map *m, struct map_node *node, struct slice key);

static bool is_full(const struct arena *a)
{
    return a->limit != SIZE_MAX && is_refused();
}

void *__wrap_arena_alloc(struct arena *a, size_t size)
{
    return is_full(a) ? NULL : __real_arena_alloc(a, size);
}

void *__wrap_arena_zalloc(struct arena *a, size_t size)
{
    return is_full(a) ? NULL : __real_arena_zalloc(a, size);
}

struct slice __wrap_slice_keep(struct arena *a, struct slice text)
{
    if (text.n > 0 && is_full(a))
        return (struct slice){NULL, 0};
    return __real_slice_keep(a, text);
}

struct slice __wrap_arena_printf(struct arena *a, const char *fmt, ...)
{
    struct slice text = {NULL, 0};
    va_list ap, again;
    char *p;
    int n;

    if (is_full(a))
        return text;
    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    p = n < 0 ? NULL : __real_arena_alloc(a, (size_t)n + 1);
    if (p) {
        vsnprintf(p, (size_t)n + 1, fmt, again);
        text = slice_at(p, (size_t)n);
    }
    va_end(again);
    va_end(ap);
    return text;
}

bool __wrap_map_add(struct map *m, struct map_node *node, struct slice key)
{
    if (m->limit != 0 && is_refused())
        return false;
    return __real_map_add(m, node, key);
}
