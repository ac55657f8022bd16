/* SPDX-License-Identifier: MIT */
#include "base/slice.h"

/* Not tolower(): the locale has no say in a protocol. */
static unsigned char fold(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

bool slice_eq(struct slice a, struct slice b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Those that are equal are mostly written alike. */
bool slice_eq_folded(struct slice a, struct slice b)
{
    if (a.n == 0 || memcmp(a.p, b.p, a.n) == 0)
        return true;
    for (size_t i = 0; i < a.n; i++)
        if (fold(a.p[i]) != fold(b.p[i]))
            return false;
    return true;
}

int slice_cmp(struct slice a, struct slice b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

    return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool slice_starts(struct slice s, struct slice prefix)
{
    return prefix.n <= s.n && slice_eq(slice_first(s, prefix.n), prefix);
}

bool slice_starts_nocase(struct slice s, struct slice prefix)
{
    return prefix.n <= s.n && slice_eq_nocase(slice_first(s, prefix.n), prefix);
}

bool slice_ends(struct slice s, struct slice suffix)
{
    return suffix.n <= s.n && slice_eq(slice_from(s, s.n - suffix.n), suffix);
}

bool slice_ends_nocase(struct slice s, struct slice suffix)
{
    return suffix.n <= s.n &&
           slice_eq_nocase(slice_from(s, s.n - suffix.n), suffix);
}

ssize_t slice_rindex(struct slice s, char c)
{
    const char *at = s.n ? memrchr(s.p, c, s.n) : NULL;

    return at ? at - s.p : -1;
}

ssize_t slice_find(struct slice s, struct slice needle)
{
    const char *at;

    if (needle.n == 0)
        return 0;
    if (s.n == 0)
        return -1;
    at = memmem(s.p, s.n, needle.p, needle.n);
    return at ? at - s.p : -1;
}

bool slice_cut(struct slice *rest, char sep, struct slice *head)
{
    ssize_t at;

    if (!rest->p)
        return false;
    at = slice_index(*rest, sep);
    if (at < 0) {
        *head = *rest;
        *rest = (struct slice){NULL, 0};
    } else {
        *head = slice_first(*rest, (size_t)at);
        *rest = slice_from(*rest, (size_t)at + 1);
    }
    return true;
}

bool slice_u64(struct slice s, uint64_t max, uint64_t *out)
{
    uint64_t v = 0;

    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned digit = (unsigned char)s.p[i] - (unsigned)'0';

        if (digit > 9 || __builtin_mul_overflow(v, 10, &v) ||
            __builtin_add_overflow(v, digit, &v) || v > max)
            return false;
    }
    *out = v;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)fold(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool slice_hex_u64(struct slice s, uint64_t *out)
{
    uint64_t v = 0;

    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        int digit = hex_digit(s.p[i]);

        if (digit < 0 || v >> 60)
            return false;
        v = v << 4 | (unsigned)digit;
    }
    *out = v;
    return true;
}

bool slice_unhex(struct slice s, uint8_t *out, size_t n)
{
    if (s.n != 2 * n)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (hex_digit(s.p[i]) < 0)
            return false;
    for (size_t i = 0; i < n; i++)
        out[i] =
            (uint8_t)(hex_digit(s.p[2 * i]) << 4 | hex_digit(s.p[2 * i + 1]));
    return true;
}
