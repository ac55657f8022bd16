/* SPDX-License-Identifier: MIT */
#include "hss/draft.h"
#include <stdio.h>
#include <stdlib.h>

void complaints_init(struct complaints *c, struct arena *a)
{
    *c = (struct complaints){.arena = a};
    c->last = &c->first;
}

static void keep(struct complaints *c, struct mark at, const char *member,
                 struct slice text)
{
    struct complaint *item;

    if (c->count++ >= COMPLAINTS_MAX)
        return;
    item = arena_zalloc(c->arena, sizeof(*item));
    if (!item)
        return;
    item->at = at;
    item->member = member;
    item->text = slice_keep(c->arena, text);
    *c->last = item;
    c->last = &item->next;
}

struct slice complaints_keep(struct complaints *c, struct slice text)
{
    struct slice kept = slice_keep(c->arena, text);

    if (!kept.p)
        complain(c, (struct mark){0}, COMPLAINT_FULL);
    return kept;
}

void complain(struct complaints *c, struct mark at, const char *fmt, ...)
{
    char text[400];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    keep(c, at, NULL, slice_of(text));
}

void complain_of(struct complaints *c, struct mark at, const char *member,
                 const char *fmt, ...)
{
    char text[400];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    keep(c, at, member, slice_of(text));
}

void complaints_take(struct complaints *c, const struct complaints *part)
{
    size_t more = part->count;

    for (const struct complaint *i = part->first; i; i = i->next, more--)
        keep(c, i->at, i->member, i->text);
    c->count += more; /* what the part did not keep */
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

size_t complaints_sorted(const struct complaints *c,
                         const struct complaint *out[COMPLAINTS_MAX])
{
    size_t n = 0;

    for (const struct complaint *i = c->first; i; i = i->next)
        out[n++] = i;
    if (n)
        qsort(out, n, sizeof(*out), by_place);
    return n;
}

void complaints_print(const struct complaints *c, const char *path,
                      struct buf *out)
{
    const struct complaint *sorted[COMPLAINTS_MAX];
    size_t n = complaints_sorted(c, sorted);

    for (size_t i = 0; i < n; i++)
        print_one(sorted[i], path, out);
    if (c->count > n)
        buf_printf(out, "%s: and %zu more\n", path, c->count - n);
}
