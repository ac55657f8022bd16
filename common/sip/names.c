/* SPDX-License-Identifier: MIT
 *
 * The vocabulary of the .def files: headers, methods, reason phrases.
 */
#include "sip/chars.h"
#include "sip/message.h"

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

static const struct slice methods[] = {
    [SIP_METHOD_NONE] = {"", 0},
    [SIP_METHOD_OTHER] = {"", 0},
#define METHOD(text) [SIP_##text] = {#text, sizeof(#text) - 1},
#include "sip/methods.def"
#undef METHOD
};

enum { METHODS = sizeof(methods) / sizeof(*methods) };

static int compare(struct slice a, struct slice b)
{
    for (size_t i = 0; i < a.n && i < b.n; i++) {
        int d = sip_lower(a.p[i]) - sip_lower(b.p[i]);

        if (d)
            return d;
    }
    return a.n < b.n ? -1 : a.n > b.n;
}

static enum sip_header_id by_compact(char c)
{
    for (unsigned id = 1; id < SIP_HDR_COUNT; id++)
        if (rows[id].compact == c)
            return id;
    return SIP_HDR_OTHER;
}

enum sip_header_id sip_header_id_of(struct slice name)
{
    unsigned low = 1, high = SIP_HDR_COUNT;

    if (name.n == 1)
        return by_compact(sip_lower(*name.p));
    while (low < high) {
        unsigned mid = (low + high) / 2;
        int d = compare(name, rows[mid].name);

        if (!d)
            return mid;
        if (d < 0)
            high = mid;
        else
            low = mid + 1;
    }
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
