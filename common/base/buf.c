/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/mem.h"
#include <stdio.h>

enum { FIRST = 256 };

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max};
}

void buf_over(struct buf *b, void *memory, size_t size)
{
    *b = (struct buf){.p = memory, .cap = size, .max = size, .fixed = true};
}

void buf_fini(struct buf *b)
{
    if (!b->fixed)
        free(b->p);
    *b = (struct buf){0};
}

void buf_reset(struct buf *b)
{
    b->n = 0;
    b->full = false;
}

static void grow(struct buf *b, size_t n)
{
    size_t cap = b->cap ? b->cap : FIRST;

    while (cap - b->n < n)
        cap *= 2;
    b->cap = cap < b->max ? cap : b->max;
    b->p = mem_realloc(b->p, b->cap);
}

void buf_reserve(struct buf *b, size_t n)
{
    if (!b->fixed && n > b->cap && n <= b->max) {
        b->cap = n;
        b->p = mem_realloc(b->p, n);
    }
}

void *buf_take(struct buf *b, size_t n)
{
    if (b->full || n > b->max - b->n) {
        b->full = true;
        return NULL;
    }
    if (n > b->cap - b->n)
        grow(b, n);
    b->n += n;
    return b->p + b->n - n;
}

void buf_add_more(struct buf *b, struct slice s)
{
    void *p = buf_take(b, s.n);

    if (p)
        memcpy(p, s.p, s.n);
}

void buf_u64(struct buf *b, uint64_t v)
{
    char digits[20];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    buf_add(b, slice_at(digits + at, sizeof(digits) - at));
}

void buf_hex(struct buf *b, const void *bytes, size_t n)
{
    const uint8_t *in = bytes;
    char *p = n <= SIZE_MAX / 2 ? buf_take(b, 2 * n) : NULL;

    if (!p)
        return;
    for (size_t i = 0; i < n; i++) {
        *p++ = "0123456789abcdef"[in[i] >> 4];
        *p++ = "0123456789abcdef"[in[i] & 15];
    }
}

struct arguments {
    va_list ap;
};

/* One of %s %.*s %u %zu %c, at p behind the '%', as libc would print it.
 * Answers what follows it; NULL for any other. */
static const char *print_one(struct buf *b, const char *p, struct arguments *a)
{
    if (*p == 's') {
        const char *text = va_arg(a->ap, const char *);

        buf_str(b, text ? text : "(null)");
        return p + 1;
    }
    if (p[0] == '.' && p[1] == '*' && p[2] == 's') {
        int most = va_arg(a->ap, int);
        const char *text = va_arg(a->ap, const char *);

        if (most < 0)
            return NULL;
        if (most > 0)
            buf_add(b, slice_at(text, strnlen(text, (size_t)most)));
        return p + 3;
    }
    if (*p == 'u') {
        buf_u64(b, va_arg(a->ap, unsigned));
        return p + 1;
    }
    if (p[0] == 'z' && p[1] == 'u') {
        buf_u64(b, va_arg(a->ap, size_t));
        return p + 2;
    }
    if (*p != 'c')
        return NULL;
    buf_char(b, (char)va_arg(a->ap, int));
    return p + 1;
}

/* Nearly all that is printed is texts and numbers as they are. False, with
 * nothing printed: there is more to it, or no room. */
static bool print_plainly(struct buf *b, const char *fmt, va_list ap)
{
    struct arguments a;
    bool was_full = b->full;
    size_t n = b->n;

    va_copy(a.ap, ap);
    while (fmt && *fmt) {
        const char *percent = strchrnul(fmt, '%');

        buf_add(b, slice_between(fmt, percent));
        fmt = *percent ? print_one(b, percent + 1, &a) : percent;
    }
    va_end(a.ap);
    if (fmt && !b->full)
        return true;
    b->n = n;
    b->full = was_full;
    return false;
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
    char text[512];
    char *p = text;
    va_list again;
    int n;

    if (print_plainly(b, fmt, ap))
        return;
    va_copy(again, ap);
    n = vsnprintf(text, sizeof(text), fmt, ap);
    /* A terminating zero has no place in a buffer that just fits, so longer
     * text takes a way round too. */
    if (n >= (int)sizeof(text) && (size_t)n <= b->max - b->n && !b->full) {
        p = mem_alloc((size_t)n + 1);
        vsnprintf(p, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    if (n < 0 || (n >= (int)sizeof(text) && p == text))
        b->full = true;
    else
        buf_add(b, slice_at(p, (size_t)n));
    if (p != text)
        free(p);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    buf_vprintf(b, fmt, ap);
    va_end(ap);
}
