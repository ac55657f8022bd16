/* SPDX-License-Identifier: MIT */
#include "hss/draft.h"
#include <stdio.h>
#include <stdlib.h>

void complaints_init(struct complaints *c, struct arena *a)
{
    *c = (struct complaints){.arena = a};
    c->last = &c->first;
}

void complain(struct complaints *c, struct mark at, const char *fmt, ...)
{
    struct complaint *item;
    char text[400];
    va_list ap;

    if (c->count++ >= COMPLAINTS_MAX)
        return;
    item = arena_zalloc(c->arena, sizeof(*item));
    if (!item)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    item->at = at;
    item->text = slice_keep(c->arena, slice_of(text));
    *c->last = item;
    c->last = &item->next;
}

static int by_place(const void *a, const void *b)
{
    const struct complaint *x = *(const struct complaint *const *)a;
    const struct complaint *y = *(const struct complaint *const *)b;

    if (x->at.line != y->at.line)
        return x->at.line < y->at.line ? -1 : 1;
    return (x->at.column > y->at.column) - (x->at.column < y->at.column);
}

static void print_one(const struct complaint *i, const char *path,
                      struct buf *out)
{
    buf_printf(out, "%s:", path);
    if (i->at.line)
        buf_printf(out, "%u:", i->at.line);
    if (i->at.column)
        buf_printf(out, "%u:", i->at.column);
    buf_printf(out, " %.*s\n", SLICE_ARG(i->text));
}

void complaints_print(struct complaints *c, const char *path, struct buf *out)
{
    const struct complaint *sorted[COMPLAINTS_MAX];
    size_t n = 0;

    for (struct complaint *i = c->first; i; i = i->next)
        sorted[n++] = i;
    if (n)
        qsort(sorted, n, sizeof(*sorted), by_place);
    for (size_t i = 0; i < n; i++)
        print_one(sorted[i], path, out);
    if (c->count > n)
        buf_printf(out, "%s: and %zu more\n", path, c->count - n);
}
