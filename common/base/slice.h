/* SPDX-License-Identifier: MIT
 *
 * A slice is borrowed text: a pointer and a length into memory that somebody
 * else owns (usually a message's arena). It is not terminated by a zero byte.
 * Passed by value. Nothing here allocates or writes to the text.
 */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

struct slice {
    const char *p;
    size_t n;
};

/* A string literal as a slice: S("sip"). */
#define S(literal) ((struct slice){"" literal, sizeof(literal) - 1})

/* The two arguments of "%.*s". */
#define SLICE_ARG(s) (int)(s).n, (s).p

static inline struct slice slice_of(const char *cstr)
{
    return (struct slice){cstr, cstr ? strlen(cstr) : 0};
}

static inline struct slice slice_at(const void *p, size_t n)
{
    return (struct slice){p, n};
}

/* The text between two pointers into the same memory. */
static inline struct slice slice_between(const char *from, const char *to)
{
    return (struct slice){from, (size_t)(to - from)};
}

/* The first n bytes (or all, if there are fewer). */
static inline struct slice slice_first(struct slice s, size_t n)
{
    return (struct slice){s.p, n < s.n ? n : s.n};
}

/* What follows the first n bytes (empty, if there are fewer). */
static inline struct slice slice_from(struct slice s, size_t n)
{
    return n < s.n ? (struct slice){s.p + n, s.n - n}
                   : (struct slice){s.n ? s.p + s.n : s.p, 0};
}

bool slice_eq(struct slice a, struct slice b);
bool slice_eq_folded(struct slice a, struct slice b); /* of one length */
/* ASCII case folding. Most texts that are compared differ in length. */
static inline bool slice_eq_nocase(struct slice a, struct slice b)
{
    return a.n == b.n && slice_eq_folded(a, b);
}
int slice_cmp(struct slice a, struct slice b); /* <0, 0, >0; bytewise */
bool slice_starts(struct slice s, struct slice prefix);
bool slice_starts_nocase(struct slice s, struct slice prefix);
bool slice_ends(struct slice s, struct slice suffix);
bool slice_ends_nocase(struct slice s, struct slice suffix);

/* Index of the first c (of the first place of needle), or -1. */
static inline ssize_t slice_index(struct slice s, char c)
{
    const char *at = s.n ? (const char *)memchr(s.p, c, s.n) : NULL;

    return at ? at - s.p : -1;
}
ssize_t slice_rindex(struct slice s, char c);
ssize_t slice_find(struct slice s, struct slice needle);

static inline bool slice_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Without leading and trailing SP, HTAB, CR and LF. */
static inline struct slice slice_trim(struct slice s)
{
    while (s.n && slice_is_blank(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n && slice_is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* Takes the text before the first sep off *rest and puts it in *head; the
 * separator is swallowed. Without a separator everything is the head. False
 * once *rest is used up (rest->p becomes NULL behind the last piece). */
bool slice_cut(struct slice *rest, char sep, struct slice *head);

/* The whole of s as a decimal (hexadecimal) number not above max. *out stays
 * untouched and the answer is false for anything else (sign, blank, empty,
 * overflow). */
bool slice_u64(struct slice s, uint64_t max, uint64_t *out);
bool slice_hex_u64(struct slice s, uint64_t *out);

/* 2n hexadecimal digits as n bytes; false for any other text. */
bool slice_unhex(struct slice s, uint8_t *out, size_t n);

/* SipHash-1-3 keyed by seed, for tables that hostile input fills: same seed,
 * same value. The nocase
 * form gives equal values for texts equal under slice_eq_nocase. */
uint64_t slice_hash(struct slice s, uint64_t seed);
uint64_t slice_hash_nocase(struct slice s, uint64_t seed);

#endif
