/* SPDX-License-Identifier: MIT */
#include "sip/chars.h"

/* Generated from the classes' definitions in chars.h; test_sip_chars proves
 * it byte by byte. */
const uint8_t sip_chars[256] = {
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x40, 0x40, 0x00,
    0x00, 0x40, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x40, 0x1b, 0x02, 0x30,
    0x98, 0x13, 0x98, 0x1b, 0x1a, 0x1a, 0x3b, 0x9b, 0x98, 0x1f, 0x1f, 0x9a,
    0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x92, 0x98,
    0x02, 0x98, 0x02, 0x9a, 0x80, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x1f,
    0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f,
    0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x12, 0x12, 0x12, 0x10, 0x1f,
    0x13, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f,
    0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f,
    0x1f, 0x1f, 0x1f, 0x12, 0x10, 0x12, 0x1b, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00,
};

bool sip_all(struct slice s, unsigned classes)
{
    return s.n && sip_span(s, classes) == s.n;
}

/* The number of bytes of the quoted string at the start of s, both quotes
 * included; 0 when it does not end. */
static size_t quoted_length(struct slice s)
{
    ssize_t close = slice_index(slice_from(s, 1), '"');

    if (close < 0)
        return 0;
    if (slice_index(slice_first(s, (size_t)close + 1), '\\') < 0)
        return (size_t)close + 2;
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] == '"')
            return i + 1;
        if (s.p[i] == '\\')
            i++;
    }
    return 0;
}

bool sip_take_quoted(struct slice *s, struct slice *inside)
{
    size_t n = s->n && *s->p == '"' ? quoted_length(*s) : 0;

    if (!n)
        return false;
    *inside = (struct slice){s->p + 1, n - 2};
    *s = slice_from(*s, n);
    return true;
}

static struct slice digits_of(struct slice s)
{
    size_t n = 0;

    while (n < s.n && sip_is_digit(s.p[n]))
        n++;
    return slice_first(s, n);
}

bool sip_take_u32(struct slice *s, uint32_t *out)
{
    struct slice digits = digits_of(*s);
    uint64_t v;

    if (!slice_u64(digits, UINT32_MAX, &v))
        return false;
    *out = (uint32_t)v;
    *s = slice_from(*s, digits.n);
    return true;
}

/* "[" up to "]": the address itself is judged by who needs it, so that the
 * third colon of RFC 5118 section 4.10 is tolerated. */
static struct slice take_host(struct slice *s)
{
    size_t n;

    if (s->n && *s->p == '[') {
        for (n = 1; n < s->n && (sip_hex(s->p[n]) >= 0 || s->p[n] == ':' ||
                                 s->p[n] == '.');)
            n++;
        n = n > 2 && n < s->n && s->p[n] == ']' ? n + 1 : 0;
    } else {
        n = sip_span(*s, CHAR_HOST);
        if (n && (*s->p == '.' || *s->p == '-'))
            n = 0;
    }
    struct slice host = slice_first(*s, n);
    *s = slice_from(*s, n);
    return host;
}

/* From 1 to 65535. */
static bool take_port(struct slice *s, uint16_t *port)
{
    unsigned number = 0;
    size_t n = 0;

    for (; n < s->n && sip_is_digit(s->p[n]); n++) {
        number = 10 * number + (unsigned)(s->p[n] - '0');
        if (number > UINT16_MAX)
            return false;
    }
    *s = slice_from(*s, n);
    *port = (uint16_t)number;
    return number > 0;
}

bool sip_take_hostport(struct slice *s, struct slice *host, uint16_t *port)
{
    struct slice h = take_host(s);
    uint16_t number = 0;

    if (!h.n || (sip_take_char(s, ':') && !take_port(s, &number)))
        return false;
    *host = h;
    *port = number;
    return true;
}

/* Likewise from '<' to '>', which may stand between quotes on the way. */
static size_t bracketed_length(struct slice s)
{
    for (size_t at = 1; at < s.n;) {
        struct slice rest = slice_from(s, at);
        ssize_t close = slice_index(rest, '>');
        ssize_t quote;
        size_t n;

        if (close < 0)
            return 0;
        quote = slice_index(slice_first(rest, (size_t)close), '"');
        if (quote < 0)
            return at + (size_t)close + 1;
        n = quoted_length(slice_from(rest, (size_t)quote));
        if (!n)
            return 0;
        at += (size_t)quote + n;
    }
    return 0;
}

/* Of what stands before the first stop, most has neither. */
static bool is_plain(struct slice s)
{
    return slice_index(s, '"') < 0 && slice_index(s, '<') < 0;
}

ssize_t sip_until(struct slice s, char stop)
{
    ssize_t first = slice_index(s, stop);
    size_t i = first < 0 ? s.n : (size_t)first;

    if (is_plain(slice_first(s, i)))
        return (ssize_t)i;
    for (i = 0; i < s.n && s.p[i] != stop;) {
        struct slice rest = slice_from(s, i);
        size_t n = s.p[i] == '"'   ? quoted_length(rest)
                   : s.p[i] == '<' ? bracketed_length(rest)
                                   : 1;

        if (!n)
            return -1;
        i += n;
    }
    return (ssize_t)i;
}
