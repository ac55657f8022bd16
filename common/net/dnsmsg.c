/* SPDX-License-Identifier: MIT */
#include "net/dnsmsg.h"
#include <assert.h>

enum {
    CLASS_IN = 1,
    TYPE_CNAME = 5,
    TYPE_SOA = 6,
    FLAG_QR = 0x8000,
    RCODE = 0x000f,
    RCODE_NXDOMAIN = 3,
    LABEL_MAX = 63,
};

/* A position in the message; `bad` sticks once something did not fit. */
struct reader {
    struct slice msg;
    size_t at, end;
    bool bad;
};

struct name {
    char text[DNSMSG_NAME_MAX + 1];
    size_t n;
};

/* A resource record, its reader limited to the data. */
struct rr {
    struct name owner;
    uint16_t type, class;
    uint32_t ttl;
    struct reader data;
};

struct counts {
    uint16_t answers, authorities;
};

static size_t left(const struct reader *r)
{
    return r->bad ? 0 : r->end - r->at;
}

static struct slice take(struct reader *r, size_t n)
{
    if (left(r) < n) {
        r->bad = true;
        return S("");
    }
    r->at += n;
    return slice_at(r->msg.p + r->at - n, n);
}

static uint8_t take_u8(struct reader *r)
{
    struct slice s = take(r, 1);

    return s.n ? (uint8_t)s.p[0] : 0;
}

static uint16_t take_u16(struct reader *r)
{
    uint16_t high = take_u8(r);

    return (uint16_t)(high << 8 | take_u8(r));
}

static uint32_t take_u32(struct reader *r)
{
    uint32_t high = take_u16(r);

    return high << 16 | take_u16(r);
}

/* ---- names (RFC 1035 4.1.4) --------------------------------------------- */

/* What has no place in a host name is refused rather than escaped. */
static bool is_name_char(char c)
{
    return c > ' ' && c < 0x7f && c != '.';
}

static bool add_label(struct name *name, struct slice label)
{
    size_t dot = name->n > 0;

    if (label.n > LABEL_MAX || name->n + dot + label.n > DNSMSG_NAME_MAX)
        return false;
    for (size_t i = 0; i < label.n; i++) {
        if (!is_name_char(label.p[i]))
            return false;
    }
    if (dot)
        name->text[name->n++] = '.';
    memcpy(name->text + name->n, label.p, label.n);
    name->n += label.n;
    return true;
}

/* Each jump must lead to before the place where this part of the name began,
 * so that there is an end to them. */
static bool jump(struct reader *r, uint8_t high, size_t *began)
{
    size_t to = (size_t)(high & 0x3f) << 8 | take_u8(r);

    if (r->bad || to >= *began)
        return false;
    *began = r->at = to;
    r->end = r->msg.n;
    return true;
}

static void take_name(struct reader *r, struct name *name)
{
    struct reader in = *r;
    size_t began = r->at;
    bool jumped = false;

    name->n = 0;
    for (;;) {
        uint8_t n = take_u8(&in);

        if (n == 0 || in.bad)
            break;
        if ((n & 0xc0) == 0xc0) {
            if (!jumped)
                take(r, in.at + 1 - r->at);
            jumped = true;
            in.bad = !jump(&in, n, &began);
        } else if (!add_label(name, take(&in, n)) || in.bad) {
            in.bad = true;
        }
    }
    r->bad = r->bad || in.bad;
    if (!jumped && !r->bad)
        r->at = in.at;
}

static bool name_is(const struct name *name, struct slice text)
{
    return slice_eq_nocase(slice_at(name->text, name->n), text);
}

static struct slice keep(struct reader *r, struct arena *texts, struct slice s)
{
    struct slice kept = slice_keep(texts, s);

    r->bad = r->bad || kept.n != s.n;
    return kept;
}

static struct slice keep_name(struct reader *r, struct arena *texts)
{
    struct name name;

    take_name(r, &name);
    return keep(r, texts, slice_at(name.text, name.n));
}

static struct slice keep_string(struct reader *r, struct arena *texts)
{
    return keep(r, texts, take(r, take_u8(r)));
}

/* ---- records ------------------------------------------------------------ */

static bool take_rr(struct reader *r, struct rr *rr)
{
    take_name(r, &rr->owner);
    rr->type = take_u16(r);
    rr->class = take_u16(r);
    rr->ttl = take_u32(r);
    if (rr->ttl > INT32_MAX)
        rr->ttl = 0; /* RFC 2181 8 */
    size_t n = take_u16(r);
    rr->data = *r;
    take(r, n);
    rr->data.end = r->at;
    return !r->bad;
}

/* RFC 1035 3.4.1, RFC 3596 2.2 */
static void read_address(struct reader *r, uint8_t family,
                         struct dns_record *out)
{
    struct slice ip = take(r, family == 4 ? 4 : 16);

    out->addr.family = family;
    memcpy(out->addr.ip, ip.p, ip.n);
}

/* RFC 2782 */
static void read_srv(struct reader *r, struct arena *texts,
                     struct dns_record *out)
{
    out->srv.priority = take_u16(r);
    out->srv.weight = take_u16(r);
    out->srv.port = take_u16(r);
    out->srv.target = keep_name(r, texts);
}

/* RFC 3403 4.1 */
static void read_naptr(struct reader *r, struct arena *texts,
                       struct dns_record *out)
{
    out->naptr.order = take_u16(r);
    out->naptr.preference = take_u16(r);
    out->naptr.flags = keep_string(r, texts);
    out->naptr.service = keep_string(r, texts);
    out->naptr.regexp = keep_string(r, texts);
    out->naptr.replacement = keep_name(r, texts);
}

static bool read_data(struct rr *rr, struct arena *texts,
                      struct dns_record *out)
{
    memset(out, 0, sizeof(*out));
    out->type = rr->type;
    out->ttl = rr->ttl;
    switch (out->type) {
    case DNS_A: read_address(&rr->data, 4, out); break;
    case DNS_AAAA: read_address(&rr->data, 6, out); break;
    case DNS_SRV: read_srv(&rr->data, texts, out); break;
    case DNS_NAPTR: read_naptr(&rr->data, texts, out); break;
    }
    return !rr->data.bad && left(&rr->data) == 0;
}

/* ---- the message -------------------------------------------------------- */

static bool read_head(struct reader *r, uint16_t *flags, struct counts *c)
{
    take_u16(r); /* the resolver matched the identifier */
    *flags = take_u16(r);
    uint16_t questions = take_u16(r);
    c->answers = take_u16(r);
    c->authorities = take_u16(r);
    take_u16(r);
    return !r->bad && (*flags & FLAG_QR) && questions == 1;
}

static bool read_question(struct reader *r, struct slice name,
                          enum dns_type type)
{
    struct name asked;

    take_name(r, &asked);
    uint16_t t = take_u16(r);
    uint16_t class = take_u16(r);
    return !r->bad && name_is(&asked, name) && t == type && class == CLASS_IN;
}

struct walk {
    struct reader answers; /* at the first one */
    uint16_t count;
    struct name owner; /* of the records that we want */
    uint32_t ttl;      /* the least on the way */
};

static void lower(uint32_t *ttl, uint32_t other)
{
    if (other < *ttl)
        *ttl = other;
}

/* One CNAME further; false when there is none. */
static bool follow(struct walk *w, bool *bad)
{
    struct reader r = w->answers;
    struct rr rr;

    for (uint16_t i = 0; i < w->count; i++) {
        if (!take_rr(&r, &rr)) {
            *bad = true;
            return false;
        }
        if (rr.type != TYPE_CNAME || rr.class != CLASS_IN ||
            !name_is(&rr.owner, slice_at(w->owner.text, w->owner.n)))
            continue;
        take_name(&rr.data, &w->owner);
        *bad = rr.data.bad;
        lower(&w->ttl, rr.ttl);
        return !*bad;
    }
    return false;
}

static bool find_owner(struct walk *w)
{
    bool bad = false;

    for (int i = 0; i < DNSMSG_CHAIN_MAX; i++) {
        if (!follow(w, &bad))
            return !bad;
    }
    return false;
}

static bool collect(struct walk *w, struct reader *r, enum dns_type type,
                    struct arena *texts, struct dnsmsg *out)
{
    struct rr rr;

    out->count = 0;
    for (uint16_t i = 0; i < w->count; i++) {
        if (!take_rr(r, &rr))
            return false;
        if (rr.type != type || rr.class != CLASS_IN ||
            out->count == DNS_RECORDS_MAX ||
            !name_is(&rr.owner, slice_at(w->owner.text, w->owner.n)))
            continue;
        lower(&rr.ttl, w->ttl);
        if (!read_data(&rr, texts, &out->records[out->count]))
            return false;
        out->count++;
    }
    out->ttl = w->ttl;
    for (size_t i = 0; i < out->count; i++)
        lower(&out->ttl, out->records[i].ttl);
    return true;
}

/* A negative answer is kept for the SOA's TTL or its minimum, whichever is
 * less; without an SOA not at all (RFC 2308 5). */
static bool read_authority(struct reader *r, uint16_t count, uint32_t *ttl)
{
    struct name skipped;
    struct rr rr;

    *ttl = 0;
    for (uint16_t i = 0; i < count; i++) {
        if (!take_rr(r, &rr))
            return false;
        if (rr.type != TYPE_SOA || rr.class != CLASS_IN)
            continue;
        take_name(&rr.data, &skipped);
        take_name(&rr.data, &skipped);
        for (int k = 0; k < 4; k++)
            take_u32(&rr.data); /* serial, refresh, retry, expire */
        uint32_t minimum = take_u32(&rr.data);
        if (rr.data.bad)
            return false;
        lower(&rr.ttl, minimum);
        *ttl = rr.ttl;
    }
    return true;
}

static bool read_sections(struct reader *r, struct counts *c,
                          enum dns_type type, struct arena *texts,
                          struct dnsmsg *out, struct slice name)
{
    struct walk w = {.answers = *r, .count = c->answers, .ttl = INT32_MAX};

    assert(name.n <= DNSMSG_NAME_MAX); /* it is that of the question */
    memcpy(w.owner.text, name.p, name.n);
    w.owner.n = name.n;
    if (!find_owner(&w) || !collect(&w, r, type, texts, out))
        return false;
    return out->count > 0 || read_authority(r, c->authorities, &out->ttl);
}

enum ims_err dnsmsg_read(struct slice bytes, struct slice name,
                         enum dns_type type, struct arena *texts,
                         struct dnsmsg *out, struct why *why)
{
    struct reader r = {.msg = bytes, .end = bytes.n};
    uint16_t flags = 0;
    struct counts c;

    if (!read_head(&r, &flags, &c))
        return why_set(why, IMS_MALFORMED, "not a DNS answer");
    unsigned rcode = flags & RCODE;
    if (rcode != 0 && rcode != RCODE_NXDOMAIN)
        return why_set(why, IMS_UNREACHABLE, "the DNS server says RCODE %u",
                       rcode);
    if (!read_question(&r, name, type))
        return why_set(why, IMS_MALFORMED, "a DNS answer to another question");
    if (!read_sections(&r, &c, type, texts, out, name))
        return why_set(why, IMS_MALFORMED,
                       "a record in the DNS answer for "
                       "%.*s is not well-formed",
                       SLICE_ARG(name));
    if (rcode == RCODE_NXDOMAIN)
        return why_set(why, IMS_NOT_FOUND, "DNS knows no name %.*s",
                       SLICE_ARG(name));
    return IMS_OK;
}
