/* SPDX-License-Identifier: MIT
 *
 * The character classes of RFC 3261 section 25.1, for the parsers of this
 * room. A byte's classes are bits of one table.
 */
#ifndef SIP_CHARS_H
#define SIP_CHARS_H

#include "base/slice.h"

enum {
    CHAR_TOKEN = 1 << 0,    /* alphanum - . ! % * _ + ` ' ~ */
    CHAR_WORD = 1 << 1,     /* token and ( ) < > : \ " / [ ] ? { } */
    CHAR_HOST = 1 << 2,     /* alphanum - . and the '_' that people use */
    CHAR_USER = 1 << 3,     /* needs no escape in a user part */
    CHAR_URI = 1 << 4,      /* visible, without < > " @ */
    CHAR_PHONE = 1 << 5,    /* digits of a local number: HEXDIG * # */
    CHAR_LWS = 1 << 6,      /* SP HTAB CR LF */
    CHAR_RESERVED = 1 << 7, /* ; / ? : @ & = + $ , */
};

extern const uint8_t sip_chars[256];

static inline bool sip_is(char c, unsigned classes)
{
    return sip_chars[(unsigned char)c] & classes;
}

static inline bool sip_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline char sip_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* The value of a hexadecimal digit, or -1. */
static inline int sip_hex(char c)
{
    if (sip_is_digit(c))
        return c - '0';
    c = sip_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* How many bytes at the start of s are of the classes. */
static inline size_t sip_span(struct slice s, unsigned classes)
{
    size_t n = 0;

    while (n < s.n && sip_is(s.p[n], classes))
        n++;
    return n;
}
/* Are all bytes of s (at least one) of the classes? */
bool sip_all(struct slice s, unsigned classes);
/* s without the white space it begins with. */
static inline struct slice sip_skip_lws(struct slice s)
{
    return s.n && sip_is(*s.p, CHAR_LWS) ? slice_from(s, sip_span(s, CHAR_LWS))
                                         : s;
}
/* Takes a token off the front of *s; empty when there is none. */
static inline struct slice sip_take_token(struct slice *s)
{
    struct slice token = slice_first(*s, sip_span(*s, CHAR_TOKEN));

    *s = slice_from(*s, token.n);
    return token;
}
/* Takes the byte c off the front of *s, and white space around it. */
static inline bool sip_take_char(struct slice *s, char c)
{
    struct slice rest = sip_skip_lws(*s);

    if (!rest.n || *rest.p != c)
        return false;
    *s = sip_skip_lws(slice_from(rest, 1));
    return true;
}
/* Takes a quoted string off the front of *s and answers what is between the
 * quotes. False, with *s untouched, when s is none or it does not end. */
bool sip_take_quoted(struct slice *s, struct slice *inside);
/* Takes a decimal number below 2^32 off the front of *s. */
bool sip_take_u32(struct slice *s, uint32_t *out);
/* Takes host[:port] off the front of *s, white space around the colon allowed.
 * port 0: none given. False, with *s wherever it was, for no such thing. */
bool sip_take_hostport(struct slice *s, struct slice *host, uint16_t *port);
/* How many bytes of s stand before the first `stop` that is in neither quotes
 * nor angle brackets (without any: s.n); -1 when a quote or bracket stays
 * open. */
ssize_t sip_until(struct slice s, char stop);

#endif
