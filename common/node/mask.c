/* SPDX-License-Identifier: MIT */
#include "node/mask.h"
#include <endian.h>

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t skip_space(const char *p, size_t i, size_t n)
{
    while (i < n && is_space(p[i]))
        i++;
    return i;
}

/* The end of a value that starts at i: behind a closing quote, or before what
 * ends a token. */
static size_t value_end(const char *p, size_t i, size_t n)
{
    if (i < n && p[i] == '"') {
        for (i++; i < n && p[i] != '"'; i++)
            if (p[i] == '\\')
                i++;
        return i < n ? i : n;
    }
    while (i < n && p[i] != ',' && p[i] != ';' && !is_space(p[i]))
        i++;
    return i;
}

/* Masks the value of the parameter whose name stands at i; answers where to go
 * on. */
static size_t mask_at(char *p, size_t i, size_t n)
{
    size_t at = skip_space(p, i + 2, n), end;

    if (at >= n || p[at] != '=')
        return i + 1;
    at = skip_space(p, at + 1, n);
    end = value_end(p, at, n);
    if (at < n && p[at] == '"')
        at++;
    if (at < end)
        memset(p + at, '*', end - at);
    return end > i ? end : i + 1;
}

/* Before a k at i + 1: is it the name of a secret parameter? */
static bool is_name_at(const char *p, size_t i, size_t n)
{
    return i > 0 && n - i > 2 &&
           ((p[i] | 0x20) == 'c' || (p[i] | 0x20) == 'i') &&
           (is_space(p[i - 1]) || p[i - 1] == ',' || p[i - 1] == ';');
}

/* The next k from i on, eight bytes at a time; n: there is none. Both names end
 * with one. */
static size_t next_k(const char *p, size_t i, size_t n)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t w;

    for (; i + sizeof(w) <= n; i += sizeof(w)) {
        memcpy(&w, p + i, sizeof(w));
        w = (le64toh(w) | ones * 0x20) ^ ones * 'k';
        w = (w - ones) & ~w & ones * 0x80; /* of the bytes that are 0 now */
        if (w)
            return i + (size_t)__builtin_ctzll(w) / 8;
    }
    while (i < n && (p[i] | 0x20) != 'k')
        i++;
    return i;
}

/* Where the next name stands; n: nowhere. */
static size_t next_name(const char *p, size_t i, size_t n)
{
    for (i = next_k(p, i + 1, n); i < n; i = next_k(p, i + 1, n))
        if (is_name_at(p, i - 1, n))
            return i - 1;
    return n;
}

/* Empty lines may come before the start line (RFC 3261 7.5). */
static size_t body_at(const char *bytes, size_t n)
{
    size_t start = skip_space(bytes, 0, n);
    ssize_t found =
        slice_find(slice_at(bytes + start, n - start), S("\r\n\r\n"));

    return found < 0 ? n : start + (size_t)found;
}

/* Nearly all messages have none, so that where the body begins is asked for
 * last. */
void mask_sip(char *bytes, size_t n)
{
    size_t i = next_name(bytes, 0, n);
    size_t end = i < n ? body_at(bytes, n) : n;

    while (i < end)
        i = next_name(bytes, mask_at(bytes, i, end), end);
}
