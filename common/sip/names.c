/* SPDX-License-Identifier: MIT
 *
 * The vocabulary of the .def files: headers, methods, reason phrases.
 */
#include "sip/chars.h"
#include "sip/message.h"
#include <endian.h>

struct header_row {
    struct slice name;
    char compact;
    uint8_t flags;
};

static const struct header_row rows[SIP_HDR_COUNT] = {
    [SIP_HDR_OTHER] = {{"", 0}, 0, SIP_LINES},
#define HEADER(id, text, compact, flags) \
    [SIP_HDR_##id] = {{text, sizeof(text) - 1}, compact, flags},
#include "sip/headers.def"
#undef HEADER
};

/* first_of(name) of each row. */
static const uint64_t firsts[SIP_HDR_COUNT] = {
#define AT(text, i) (uint64_t)((text "        ")[i] | 0x20) << (56 - 8 * (i))
#define FIRST(text)                                                        \
    (AT(text, 0) | AT(text, 1) | AT(text, 2) | AT(text, 3) | AT(text, 4) | \
     AT(text, 5) | AT(text, 6) | AT(text, 7))
#define HEADER(id, text, compact, flags) [SIP_HDR_##id] = FIRST(text),
#include "sip/headers.def"
#undef HEADER
#undef FIRST
#undef AT
};

static const struct slice methods[] = {
    [SIP_METHOD_NONE] = {"", 0},
    [SIP_METHOD_OTHER] = {"", 0},
#define METHOD(text) [SIP_##text] = {#text, sizeof(#text) - 1},
#include "sip/methods.def"
#undef METHOD
};

enum { METHODS = sizeof(methods) / sizeof(*methods) };

static uint64_t load_four(const char *p)
{
    uint32_t four;

    memcpy(&four, p, sizeof four);
    return be32toh(four);
}

/* Its first eight characters, blanks behind them, as a number in the order of
 * the rows: these have letters, digits and '-' alone, for which setting a bit
 * is folding. Of five to seven the last four are laid over the first four. */
static uint64_t first_of(struct slice name)
{
    uint64_t first = 0;

    if (name.n >= 8)
        first = load_four(name.p) << 32 | load_four(name.p + 4);
    else if (name.n >= 4)
        first = load_four(name.p) << 32 | load_four(name.p + name.n - 4)
                                              << (64 - 8 * name.n);
    else
        for (size_t i = 0; i < name.n; i++)
            first |= (uint64_t)(unsigned char)name.p[i] << (56 - 8 * i);
    return first | 0x2020202020202020;
}

/* 0 is no letter: so say those that have none. */
static enum sip_header_id by_compact(char c)
{
    for (unsigned id = 1; id < SIP_HDR_COUNT; id++)
        if (c && rows[id].compact == c)
            return id;
    return SIP_HDR_OTHER;
}

enum sip_header_id sip_header_id_of(struct slice name)
{
    unsigned id = 1, among = SIP_HDR_COUNT - 1;
    uint64_t first = first_of(name);

    if (name.n == 1)
        return by_compact(sip_lower(*name.p));
    while (among > 1) { /* no branch to be guessed */
        unsigned half = among / 2;

        id = firsts[id + half - 1] < first ? id + half : id;
        among -= half;
    }
    id += firsts[id] < first;
    for (; id < SIP_HDR_COUNT && firsts[id] == first; id++)
        if (slice_eq_nocase(name, rows[id].name))
            return id;
    return SIP_HDR_OTHER;
}

struct slice sip_header_name(enum sip_header_id id)
{
    return rows[id].name;
}

enum sip_header_flags sip_header_flags(enum sip_header_id id)
{
    return rows[id].flags;
}

enum sip_method sip_method_of(struct slice name)
{
    if (!name.n)
        return SIP_METHOD_NONE;
    for (unsigned m = SIP_METHOD_OTHER + 1; m < METHODS; m++)
        if (slice_eq(methods[m], name))
            return m;
    return SIP_METHOD_OTHER;
}

struct slice sip_method_name(enum sip_method m)
{
    return methods[m];
}

const char *sip_reason(unsigned status)
{
    switch (status) {
#define STATUS(code, phrase) \
    case code:               \
        return phrase;
#include "sip/statuses.def"
#undef STATUS
    default: return "Unknown";
    }
}
