/* SPDX-License-Identifier: MIT
 *
 * An output buffer with a mandatory maximum. Appending past the maximum sets
 * `full` and appends nothing more; the caller looks once, at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/slice.h"
#include <stdarg.h>

struct buf {
    char *p;
    size_t n, cap, max;
    bool full;  /* something did not fit; what is here is cut */
    bool fixed; /* memory belongs to the caller */
};

void buf_init(struct buf *b, size_t max);                /* heap, grows */
void buf_over(struct buf *b, void *memory, size_t size); /* caller's memory */
void buf_fini(struct buf *b);
void buf_reset(struct buf *b); /* empty again; keeps the memory */

/* What is to come will be about n bytes: they are allocated at once. */
void buf_reserve(struct buf *b, size_t n);

/* Room for n bytes to be written in place; NULL when they do not fit. */
void *buf_take(struct buf *b, size_t n);

void buf_add_more(struct buf *b, struct slice s); /* it may have to grow */

static inline void buf_add(struct buf *b, struct slice s)
{
    if (!s.n)
        return;
    if (b->full || s.n > b->cap - b->n) {
        buf_add_more(b, s);
        return;
    }
    memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
}

static inline void buf_str(struct buf *b, const char *cstr)
{
    buf_add(b, slice_of(cstr));
}

static inline void buf_char(struct buf *b, char c)
{
    if (b->n < b->cap && !b->full)
        b->p[b->n++] = c;
    else
        buf_add(b, (struct slice){&c, 1});
}

void buf_u64(struct buf *b, uint64_t v);
void buf_hex(struct buf *b, const void *bytes, size_t n); /* lower case */
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap);

static inline struct slice buf_slice(const struct buf *b)
{
    return (struct slice){b->p, b->n};
}

#endif
