/* SPDX-License-Identifier: MIT */
#include "node/mask.h"

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

/* Masks the value when a secret parameter's name stands at i; answers where
 * to go on. */
static size_t mask_at(char *p, size_t i, size_t n)
{
    struct slice name = slice_first(slice_at(p + i, n - i), 2);
    bool begins = i > 0 && (is_space(p[i - 1]) || strchr(",;", p[i - 1]));
    size_t at, end;

    if (!begins ||
        (!slice_eq_nocase(name, S("ck")) && !slice_eq_nocase(name, S("ik"))))
        return i + 1;
    at = skip_space(p, i + 2, n);
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

/* Few places are worth a closer look. */
static bool may_begin(const char *p, size_t n)
{
    return n > 2 && (p[1] | 0x20) == 'k' &&
           ((p[0] | 0x20) == 'c' || (p[0] | 0x20) == 'i');
}

/* Is none of eight bytes a k? Both names end with one. */
static bool has_no_k(const char *p)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t w;

    memcpy(&w, p, sizeof(w));
    w = (w | ones * 0x20) ^ ones * 'k';
    return ((w - ones) & ~w & ones * 0x80) == 0;
}

void mask_sip(char *bytes, size_t n)
{
    ssize_t body = slice_find(slice_at(bytes, n), S("\r\n\r\n"));
    size_t end = body < 0 ? n : (size_t)body;

    for (size_t i = 0; i < end;) {
        while (i + 9 <= end && has_no_k(bytes + i + 1))
            i += 8;
        i = may_begin(bytes + i, end - i) ? mask_at(bytes, i, end) : i + 1;
    }
}
