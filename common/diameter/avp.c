/* SPDX-License-Identifier: MIT
 *
 * AVPs and their table (RFC 6733 4).
 *
 * H-DIA-1.
 */
#include "diameter/avp.h"
#include "base/utf8.h"
#include "diameter/bytes.h"
#include <stdio.h>

enum { SHORT_HEADER = 8, LONG_HEADER = 12 };

#define MUST AVP_M_MUST
#define MAY AVP_M_MAY
#define NOT AVP_M_NOT
#define OPEN false
#define SECRET true

static const struct avp_row rows[AVP_COUNT] = {
#define BASE(id, code, type, m, secret, name) \
    {AVP_##id, code, VENDOR_NONE, AVP_##type, m, secret, name},
#define TGPP(id, code, type, m, secret, name) \
    {AVP_##id, code, VENDOR_TGPP, AVP_##type, m, secret, name},
#define ETSI(id, code, type, m, secret, name) \
    {AVP_##id, code, VENDOR_ETSI, AVP_##type, m, secret, name},
#include "diameter/avps.def"
#undef BASE
#undef TGPP
#undef ETSI
};

#undef MUST
#undef MAY
#undef NOT
#undef OPEN
#undef SECRET

/* Row number + 1 by code, one table a vendor. */
static const uint8_t base_by_code[] = {
#define BASE(id, code, type, m, secret, name) [code] = AVP_##id + 1,
#define TGPP(id, code, type, m, secret, name)
#define ETSI(id, code, type, m, secret, name)
#include "diameter/avps.def"
#undef BASE
#undef TGPP
#undef ETSI
};

static const uint8_t tgpp_by_code[] = {
#define BASE(id, code, type, m, secret, name)
#define TGPP(id, code, type, m, secret, name) [code] = AVP_##id + 1,
#define ETSI(id, code, type, m, secret, name)
#include "diameter/avps.def"
#undef BASE
#undef TGPP
#undef ETSI
};

static const uint8_t etsi_by_code[] = {
#define BASE(id, code, type, m, secret, name)
#define TGPP(id, code, type, m, secret, name)
#define ETSI(id, code, type, m, secret, name) [code] = AVP_##id + 1,
#include "diameter/avps.def"
#undef BASE
#undef TGPP
#undef ETSI
};

_Static_assert(AVP_COUNT < 255, "a row number fits into a byte");

const struct avp_row *avp_row(enum avp_id id)
{
    return &rows[id];
}

static const struct avp_row *row_in(const uint8_t *table, size_t n,
                                    uint32_t code)
{
    return code < n && table[code] ? &rows[table[code] - 1] : NULL;
}

const struct avp_row *avp_row_find(uint32_t code, uint32_t vendor)
{
    switch (vendor) {
    case VENDOR_NONE: return row_in(base_by_code, sizeof(base_by_code), code);
    case VENDOR_TGPP: return row_in(tgpp_by_code, sizeof(tgpp_by_code), code);
    case VENDOR_ETSI: return row_in(etsi_by_code, sizeof(etsi_by_code), code);
    default: return NULL;
    }
}

/* ---- faults ---------------------------------------------------------------
 */

bool fault_set(struct diameter_fault *f, unsigned result, const char *fmt, ...)
{
    va_list ap;

    *f = (struct diameter_fault){.result = result};
    va_start(ap, fmt);
    vsnprintf(f->text, sizeof(f->text), fmt, ap);
    va_end(ap);
    return false;
}

static size_t fixed_length(enum avp_type type)
{
    switch (type) {
    case AVP_U32:
    case AVP_ENUM:
    case AVP_TIME: return 4;
    case AVP_U64: return 8;
    case AVP_OCTETS:
    case AVP_UTF8:
    case AVP_IDENTITY:
    case AVP_URI:
    case AVP_GROUPED:
    case AVP_ADDRESS: return 0;
    }
    return 0;
}

void fault_made(struct diameter_fault *f, const struct avp_row *row)
{
    size_t header = row->vendor ? LONG_HEADER : SHORT_HEADER;
    size_t n = header + fixed_length(row->type);

    memset(f->made, 0, sizeof(f->made));
    set32(f->made, row->code);
    f->made[4] = (row->vendor ? AVP_FLAG_V : 0) |
                 (row->m == AVP_M_MUST ? AVP_FLAG_M : 0);
    set24(f->made + 5, (uint32_t)n);
    if (row->vendor)
        set32(f->made + 8, row->vendor);
    f->made_n = n;
}

struct diameter_fault fault_bare(const struct diameter_fault *f)
{
    struct diameter_fault bare = *f;

    bare.failed = (struct slice){0};
    bare.made_n = 0;
    return bare;
}

/* ---- reading --------------------------------------------------------------
 */

struct avp_reader avp_reader(struct slice avps)
{
    return (struct avp_reader){avps};
}

static enum avp_next bad(struct diameter_fault *f, struct slice whole)
{
    f->failed = whole;
    return AVP_BAD;
}

/* RFC 6733 7.1.5: the header, padded with zeroes when it is cut itself, and
 * an empty payload of the least length. */
static enum avp_next bad_length(struct slice rest, uint32_t length,
                                struct diameter_fault *f)
{
    uint8_t header[LONG_HEADER] = {0};
    const struct avp_row *row;
    bool vendor;

    memcpy(header, rest.p, rest.n < LONG_HEADER ? rest.n : LONG_HEADER);
    vendor = rest.n > 4 && header[4] & AVP_FLAG_V;
    row = avp_row_find(get32(header), vendor ? get32(header + 8) : 0);
    fault_set(f, DIAMETER_INVALID_AVP_LENGTH,
              "AVP %s (code %u) has length %u and %zu bytes are left",
              row ? row->name : "not known", get32(header), length, rest.n);
    if (row) {
        fault_made(f, row);
    } else {
        memcpy(f->made, header, LONG_HEADER);
        f->made_n = vendor ? LONG_HEADER : SHORT_HEADER;
        set24(f->made + 5, (uint32_t)f->made_n);
    }
    return AVP_BAD;
}

/* What nearly all of a text is, without the zero byte. */
static size_t ascii_length(struct slice s)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    size_t n = 0;
    uint64_t w;

    for (; n + 8 <= s.n; n += 8) {
        memcpy(&w, s.p + n, 8);
        if ((w | (w - ones)) & ones * 0x80)
            break;
    }
    while (n < s.n && (uint8_t)(s.p[n] - 1) < 0x7f)
        n++;
    return n;
}

/* RFC 3629, without the zero byte: texts end up in logs and keys. */
static bool is_utf8(struct slice s)
{
    for (size_t i = ascii_length(s); i < s.n;
         i += ascii_length(slice_from(s, i))) {
        uint32_t code;
        size_t n = utf8_char(slice_from(s, i), &code);

        if (n == 0 || code == 0)
            return false;
        i += n;
    }
    return true;
}

/* Octets of a DiameterIdentity or DiameterURI: visible ASCII. */
static bool is_visible(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((uint8_t)s.p[i] <= ' ' || (uint8_t)s.p[i] > '~')
            return false;
    return s.n > 0;
}

static bool has_good_value(const struct avp *a)
{
    switch (a->row->type) {
    case AVP_UTF8: return is_utf8(a->value);
    case AVP_IDENTITY:
    case AVP_URI: return is_visible(a->value);
    case AVP_ADDRESS: return a->value.n >= 2;
    case AVP_OCTETS:
    case AVP_GROUPED:
    case AVP_U32:
    case AVP_U64:
    case AVP_ENUM:
    case AVP_TIME: return true;
    }
    return true;
}

static enum avp_next check_value(const struct avp *a, struct diameter_fault *f)
{
    size_t fixed = fixed_length(a->row->type);

    if (fixed && a->value.n != fixed) {
        fault_set(f, DIAMETER_INVALID_AVP_LENGTH, "%s has %zu bytes, not %zu",
                  a->row->name, a->value.n, fixed);
        return bad(f, a->whole);
    }
    if (!has_good_value(a)) {
        fault_set(f, DIAMETER_INVALID_AVP_VALUE,
                  "the value of %s is not of its type", a->row->name);
        return bad(f, a->whole);
    }
    return AVP_IS;
}

enum avp_next avp_next_header(struct avp_reader *r, struct avp *out,
                              struct diameter_fault *f)
{
    struct slice rest = r->rest;
    size_t header = SHORT_HEADER;
    uint32_t length;

    if (rest.n == 0)
        return AVP_END;
    length = rest.n < SHORT_HEADER ? 0 : get24(rest.p + 5);
    if (length > 0 && rest.p[4] & AVP_FLAG_V)
        header = LONG_HEADER;
    if (length < header || length > rest.n)
        return bad_length(rest, length, f);

    *out = (struct avp){
        .code = get32(rest.p),
        .flags = (uint8_t)rest.p[4],
        .vendor = header == LONG_HEADER ? get32(rest.p + 8) : 0,
        .value = slice_at(rest.p + header, length - header),
        .whole = slice_first(rest, length),
    };
    r->rest = slice_from(rest, (length + 3) & ~(size_t)3);
    if (header == LONG_HEADER && out->vendor == 0) {
        fault_set(f, DIAMETER_INVALID_AVP_BITS, "AVP %u spells out vendor 0",
                  out->code);
        return bad(f, out->whole);
    }
    out->row = avp_row_find(out->code, out->vendor);
    return AVP_IS;
}

enum avp_next avp_next(struct avp_reader *r, struct avp *out,
                       struct diameter_fault *f)
{
    enum avp_next next = avp_next_header(r, out, f);

    return next == AVP_IS && out->row ? check_value(out, f) : next;
}

/* The AVPs from the first one of that code on, or from what is malformed. */
static struct slice from_code(struct slice avps, uint32_t code)
{
    while (avps.n >= LONG_HEADER && get32(avps.p) != code) {
        uint32_t length = get24(avps.p + 5);

        if (length < LONG_HEADER || length > avps.n)
            break;
        avps = slice_from(avps, (length + 3) & ~(size_t)3);
    }
    return avps;
}

bool avp_next_of(struct avp_reader *r, enum avp_id id, struct avp *out)
{
    const struct avp_row *row = &rows[id];
    struct diameter_fault f;
    enum avp_next next;
    struct avp a;

    do {
        r->rest = from_code(r->rest, row->code);
        next = avp_next_header(r, &a, &f);
    } while (next == AVP_IS && a.row != row);
    if (next != AVP_IS || check_value(&a, &f) != AVP_IS)
        return false;
    *out = a;
    return true;
}

bool avp_find(struct slice avps, enum avp_id id, struct avp *out)
{
    struct avp_reader r = avp_reader(avps);

    return avp_next_of(&r, id, out);
}

struct slice avp_text(struct slice avps, enum avp_id id)
{
    struct avp a;

    return avp_find(avps, id, &a) ? a.value : (struct slice){0};
}

uint32_t avp_u32(const struct avp *a)
{
    return get32(a->value.p);
}

/* Address families of RFC 6733 4.3.1: 1 IPv4, 2 IPv6. */
bool avp_addr(const struct avp *a, struct addr *out)
{
    const uint8_t *b = (const uint8_t *)a->value.p;
    uint8_t family = a->value.n == 6 && b[1] == 1    ? 4
                     : a->value.n == 18 && b[1] == 2 ? 6
                                                     : 0;

    if (family == 0 || b[0] != 0)
        return false;
    *out = (struct addr){.family = family};
    memcpy(out->ip, b + 2, a->value.n - 2);
    return true;
}
