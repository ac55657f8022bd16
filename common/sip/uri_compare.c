/* SPDX-License-Identifier: MIT
 *
 * Are two URIs the same? RFC 3261 section 19.1.4, RFC 3966 section 5.
 *
 * SIP-3.
 */
#include "sip/chars.h"
#include "sip/uri_private.h"

/* Takes one character off *s, an escape counting as the one it stands for; an
 * escaped reserved character is different from the plain one (RFC 3261
 * 19.1.4), which the 256 tells. */
static int take_char(struct slice *s, bool fold)
{
    char c = *s->p;
    int plain = 0;

    if (c == '%' && s->n >= 3 && sip_hex(s->p[1]) >= 0 &&
        sip_hex(s->p[2]) >= 0) {
        c = (char)(sip_hex(s->p[1]) << 4 | sip_hex(s->p[2]));
        plain = sip_is(c, CHAR_RESERVED) ? 256 : 0;
        *s = slice_from(*s, 2);
    }
    *s = slice_from(*s, 1);
    return (unsigned char)(fold ? sip_lower(c) : c) | plain;
}

static bool eq_escaped(struct slice a, struct slice b, bool fold)
{
    while (a.n && b.n)
        if (take_char(&a, fold) != take_char(&b, fold))
            return false;
    return !a.n && !b.n;
}

/* Parameters that must stand on both sides or on none. */
static bool is_telling(struct slice name)
{
    return slice_eq_nocase(name, S("user")) ||
           slice_eq_nocase(name, S("ttl")) ||
           slice_eq_nocase(name, S("method")) ||
           slice_eq_nocase(name, S("maddr")) ||
           slice_eq_nocase(name, S("transport"));
}

enum fit { ABSENT, DIFFERENT, EQUAL };

/* Is the pair among those? A name that stands twice (it must not) may fit in
 * either place. */
static enum fit fit_of(struct slice pairs, char sep, struct slice name,
                       struct slice value,
                       bool (*eq)(struct slice a, struct slice b))
{
    enum fit fit = ABSENT;
    struct slice n, v;

    while (fit != EQUAL && sip_uri_next_pair(&pairs, sep, &n, &v))
        if (slice_eq_nocase(n, name))
            fit = eq(value, v) ? EQUAL : DIFFERENT;
    return fit;
}

static bool eq_folded(struct slice a, struct slice b)
{
    return eq_escaped(a, b, true);
}

static bool params_fit(const struct sip_uri *a, const struct sip_uri *b)
{
    struct slice rest = a->params, name, value;

    while (sip_uri_param_next(&rest, &name, &value)) {
        enum fit fit = fit_of(b->params, ';', name, value, eq_folded);

        if (fit == DIFFERENT || (fit == ABSENT && is_telling(name)))
            return false;
    }
    return true;
}

static bool headers_fit(const struct sip_uri *a, const struct sip_uri *b)
{
    struct slice rest = a->headers, name, value;

    while (sip_uri_next_pair(&rest, '&', &name, &value))
        if (fit_of(b->headers, '&', name, value, eq_folded) != EQUAL)
            return false;
    return true;
}

static bool is_ipv6(struct slice host, struct addr *out)
{
    return slice_starts(host, S("[")) && addr_parse_ip(host, out);
}

bool sip_host_eq(struct slice a, struct slice b)
{
    struct addr x, y;

    return slice_eq_nocase(a, b) ||
           (is_ipv6(a, &x) && is_ipv6(b, &y) && addr_eq_ip(&x, &y));
}

static bool eq_sip(const struct sip_uri *a, const struct sip_uri *b)
{
    return a->scheme == b->scheme && a->port == b->port &&
           !a->user.n == !b->user.n && !a->password.p == !b->password.p &&
           sip_host_eq(a->host, b->host) &&
           eq_escaped(a->user, b->user, false) &&
           eq_escaped(a->password, b->password, false) && params_fit(a, b) &&
           params_fit(b, a) && headers_fit(a, b) && headers_fit(b, a);
}

static struct slice skip_separators(struct slice s)
{
    while (s.n && sip_uri_is_separator(*s.p))
        s = slice_from(s, 1);
    return s;
}

static bool eq_number(struct slice a, struct slice b)
{
    for (;;) {
        a = skip_separators(a);
        b = skip_separators(b);
        if (!a.n || !b.n)
            return !a.n && !b.n;
        if (sip_lower(*a.p) != sip_lower(*b.p))
            return false;
        a = slice_from(a, 1);
        b = slice_from(b, 1);
    }
}

/* RFC 3966 section 4: a phone-context or extension that is a number compares
 * as one. */
static bool eq_tel_value(struct slice a, struct slice b)
{
    return sip_uri_is_number(a) && sip_uri_is_number(b) ? eq_number(a, b)
                                                        : eq_folded(a, b);
}

/* Each parameter stands on both sides. */
static bool tel_params_fit(const struct sip_uri *a, const struct sip_uri *b)
{
    struct slice rest = a->params, name, value;

    while (sip_uri_param_next(&rest, &name, &value))
        if (fit_of(b->params, ';', name, value, eq_tel_value) != EQUAL)
            return false;
    return true;
}

bool sip_uri_eq(const struct sip_uri *a, const struct sip_uri *b)
{
    if (a->scheme != b->scheme)
        return false;
    switch (a->scheme) {
    case SIP_SCHEME_SIP:
    case SIP_SCHEME_SIPS: return eq_sip(a, b);
    case SIP_SCHEME_TEL:
        return eq_number(a->user, b->user) && tel_params_fit(a, b) &&
               tel_params_fit(b, a);
    case SIP_SCHEME_OTHER: break;
    }
    return slice_eq_nocase(a->scheme_name, b->scheme_name) &&
           slice_eq(a->user, b->user);
}

bool sip_uri_eq_text(struct slice a, struct slice b)
{
    struct sip_uri left, right;

    return !sip_uri_parse(a, &left, NULL) && !sip_uri_parse(b, &right, NULL) &&
           sip_uri_eq(&left, &right);
}

bool sip_uri_eq_hostport(const struct sip_uri *a, const struct sip_uri *b)
{
    return sip_host_eq(a->host, b->host) && sip_uri_port(a) == sip_uri_port(b);
}
