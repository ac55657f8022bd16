/* SPDX-License-Identifier: MIT */
#include "base/says.h"
#include <assert.h>
#include <ctype.h>
#include <stdio.h>

/* One conversion: "%-08.3llx". */
struct conversion {
    struct slice shape; /* "%-08.3"; of a text without the precision */
    bool star;          /* ".*" */
    int precision;      /* of a text, or -1 */
    char size;          /* 0, 'l', 'L' (ll), 'z' */
    char letter;
};

static bool is_one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

static const char *digits(const char *p)
{
    while (isdigit((unsigned char)*p))
        p++;
    return p;
}

/* Reads the conversion at p ('%'); answers what follows it. */
static const char *parse(const char *p, struct conversion *c)
{
    const char *start = p++;
    const char *dot, *after;

    *c = (struct conversion){.precision = -1};
    while (is_one_of(*p, "-+ #0"))
        p++;
    dot = p = digits(p);
    if (*p == '.' && p[1] == '*') {
        c->star = true;
        p += 2;
    } else if (*p == '.') {
        struct slice s = slice_between(p + 1, digits(p + 1));
        uint64_t v = 0;

        slice_u64(s, SAYS_TEXT_MAX, &v);
        c->precision = (int)v;
        p += 1 + s.n;
    }
    c->shape = slice_between(start, dot);
    after = p;
    if (*p == 'l' && p[1] == 'l') {
        c->size = 'L';
        p += 2;
    } else if (*p == 'l' || *p == 'z') {
        c->size = *p++;
    }
    c->letter = *p;
    if (c->letter != 's')
        c->shape = slice_between(start, after);
    assert(is_one_of(*p, "sduxc%") && c->shape.n < 16);
    return p + 1;
}

static void capture_text(struct slice text, struct buf *out)
{
    uint16_t n;

    text = slice_first(text, SAYS_TEXT_MAX);
    if (text.n > out->max - out->n - sizeof(n))
        text = S("..."); /* the arguments together are too long */
    n = (uint16_t)text.n;
    buf_add(out, slice_at(&n, sizeof(n)));
    buf_add(out, text);
}

static struct slice text_argument(const char *p, int precision)
{
    if (!p)
        return S("(null)");
    return slice_at(
        p, strnlen(p, precision < 0 ? SAYS_TEXT_MAX : (size_t)precision));
}

struct arguments {
    va_list ap;
};

static int64_t signed_argument(const struct conversion *c, struct arguments *a)
{
    switch (c->size) {
    case 'l': return va_arg(a->ap, long);
    case 'L': return va_arg(a->ap, long long);
    case 'z': return va_arg(a->ap, ssize_t);
    default: return va_arg(a->ap, int);
    }
}

static int64_t unsigned_argument(const struct conversion *c,
                                 struct arguments *a)
{
    switch (c->size) {
    case 'l': return (int64_t)va_arg(a->ap, unsigned long);
    case 'L': return (int64_t)va_arg(a->ap, unsigned long long);
    case 'z': return (int64_t)va_arg(a->ap, size_t);
    default: return va_arg(a->ap, unsigned);
    }
}

static void capture(const struct conversion *c, struct arguments *a,
                    struct buf *out)
{
    int64_t number;

    if (c->letter == '%')
        return;
    if (c->letter == 's') {
        int precision = c->star ? va_arg(a->ap, int) : c->precision;

        capture_text(text_argument(va_arg(a->ap, const char *), precision),
                     out);
        return;
    }
    number = is_one_of(c->letter, "dc") ? signed_argument(c, a)
                                        : unsigned_argument(c, a);
    buf_add(out, slice_at(&number, sizeof(number)));
}

void says_capture(const char *fmt, va_list ap, struct buf *out)
{
    struct arguments a;

    va_copy(a.ap, ap);
    while ((fmt = strchr(fmt, '%'))) {
        struct conversion c;

        fmt = parse(fmt, &c);
        capture(&c, &a, out);
    }
    va_end(a.ap);
}

/* A captured argument taken off *from; zeros when there is no more. */
static void take(struct slice *from, void *out, size_t n)
{
    memset(out, 0, n);
    if (from->n >= n)
        memcpy(out, from->p, n);
    *from = slice_from(*from, n);
}

static void print(const struct conversion *c, struct slice *from,
                  struct buf *out)
{
    char fmt[32];
    int shape_n = (int)c->shape.n;

    if (c->letter == '%') {
        buf_char(out, '%');
    } else if (c->letter == 's') {
        uint16_t n;
        struct slice text;

        take(from, &n, sizeof(n));
        text = slice_first(*from, n);
        *from = slice_from(*from, n);
        snprintf(fmt, sizeof(fmt), "%.*s.*s", shape_n, c->shape.p);
        buf_printf(out, fmt, SLICE_ARG(text));
    } else if (c->letter == 'c') {
        int64_t number;

        take(from, &number, sizeof(number));
        snprintf(fmt, sizeof(fmt), "%.*sc", shape_n, c->shape.p);
        buf_printf(out, fmt, (int)number);
    } else {
        int64_t number;

        take(from, &number, sizeof(number));
        snprintf(fmt, sizeof(fmt), "%.*sll%c", shape_n, c->shape.p, c->letter);
        buf_printf(out, fmt, (long long)number);
    }
}

void says_print(const char *fmt, struct slice captured, struct buf *out)
{
    size_t start = out->n;
    const char *percent;

    while ((percent = strchr(fmt, '%'))) {
        struct conversion c;

        buf_add(out, slice_between(fmt, percent));
        fmt = parse(percent, &c);
        print(&c, &captured, out);
    }
    buf_str(out, fmt);
    for (size_t i = start; i < out->n; i++)
        if ((unsigned char)out->p[i] < ' ' || out->p[i] == 0x7f)
            out->p[i] = '?';
}
