/* SPDX-License-Identifier: MIT
 *
 * SIP, SIPS and TEL URIs: reading and printing (RFC 3261 19.1, RFC 3966 3).
 *
 * SIP-3.
 */
#include "sip/chars.h"
#include "sip/uri_private.h"

/* Lookups go through the parameters one by one, and comparison does so for
 * each of them: more than this many is no honest URI. */
enum { MANY = 64 };

/* ---- parsing ------------------------------------------------------------- */

/* %HH or any visible byte; what is not allowed raw by the grammar but seen
 * from phones ("sip:#31#...") is let through. */
static bool is_uri_text(struct slice s)
{
    const char *p = s.p, *end = s.p + s.n;

    if (sip_span(s, CHAR_URI) < s.n)
        return false;
    for (; p < end && (p = memchr(p, '%', (size_t)(end - p))); p += 3)
        if (end - p < 3 || sip_hex(p[1]) < 0 || sip_hex(p[2]) < 0)
            return false;
    return true;
}

/* name[=value] pieces between separators: every name there, not too many. */
static bool are_pairs(struct slice s, char sep)
{
    struct slice piece;
    unsigned n = 0;

    if (!s.n)
        return false;
    while (slice_cut(&s, sep, &piece))
        if (!piece.n || *piece.p == '=' || ++n > MANY)
            return false;
    return piece.n > 0;
}

static const char *parse_userinfo(struct slice info, struct sip_uri *u)
{
    ssize_t colon = slice_index(info, ':');

    u->user = slice_first(info, colon < 0 ? info.n : (size_t)colon);
    if (colon >= 0)
        u->password = slice_from(info, (size_t)colon + 1);
    if (!u->user.n)
        return "has an empty user part";
    if (!is_uri_text(info))
        return "has a byte in its user part that must be escaped";
    return NULL;
}

static const char *parse_tail(struct slice rest, struct sip_uri *u)
{
    ssize_t question = slice_index(rest, '?');

    if (question >= 0) {
        u->headers = slice_from(rest, (size_t)question + 1);
        rest = slice_first(rest, (size_t)question);
        if (!is_uri_text(u->headers) || !are_pairs(u->headers, '&'))
            return "has malformed headers behind '?'";
    }
    if (!rest.n)
        return NULL;
    if (*rest.p != ';')
        return "has a malformed host or port";
    u->params = slice_from(rest, 1);
    if (!is_uri_text(u->params) || !are_pairs(u->params, ';'))
        return "has malformed parameters";
    return NULL;
}

static bool has_blank(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (sip_is(s.p[i], CHAR_LWS))
            return true;
    return false;
}

static const char *parse_sip(struct slice rest, struct sip_uri *u)
{
    ssize_t at = slice_index(rest, '@');
    struct slice from;
    const char *fault;

    if (at >= 0) {
        fault = parse_userinfo(slice_first(rest, (size_t)at), u);
        if (fault)
            return fault;
        rest = slice_from(rest, (size_t)at + 1);
    }
    from = rest;
    if (!sip_take_hostport(&rest, &u->host, &u->port))
        return "has a malformed host or port";
    if (has_blank(slice_first(from, from.n - rest.n)))
        return "has a blank in it";
    return parse_tail(rest, u);
}

bool sip_uri_is_separator(char c)
{
    return c == '-' || c == '.' || c == '(' || c == ')';
}

bool sip_uri_is_number(struct slice n)
{
    bool global = n.n && *n.p == '+';
    size_t digits = 0;

    for (size_t i = global; i < n.n; i++) {
        if (global ? sip_is_digit(n.p[i]) : sip_is(n.p[i], CHAR_PHONE))
            digits++;
        else if (!sip_uri_is_separator(n.p[i]))
            return false;
    }
    return digits > 0;
}

static const char *parse_tel(struct slice rest, struct sip_uri *u)
{
    ssize_t semi = slice_index(rest, ';');

    u->user = slice_first(rest, semi < 0 ? rest.n : (size_t)semi);
    if (!sip_uri_is_number(u->user))
        return "is no telephone number";
    if (semi < 0)
        return NULL;
    u->params = slice_from(rest, (size_t)semi + 1);
    if (!is_uri_text(u->params) || !are_pairs(u->params, ';'))
        return "has malformed parameters";
    return NULL;
}

static const char *parse_other(struct slice rest, struct sip_uri *u)
{
    u->user = rest;
    if (!rest.n)
        return "has nothing behind its scheme";
    for (size_t i = 0; i < rest.n; i++)
        if (!sip_is(rest.p[i], CHAR_URI) && rest.p[i] != '@')
            return "has a byte that must be escaped";
    return NULL;
}

/* scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ) */
static bool is_scheme(struct slice s)
{
    if (!s.n || sip_lower(*s.p) < 'a' || sip_lower(*s.p) > 'z')
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!(sip_is(s.p[i], CHAR_HOST) && s.p[i] != '_') && s.p[i] != '+')
            return false;
    return true;
}

static enum sip_scheme scheme_of(struct slice name)
{
    if (slice_eq_nocase(name, S("sip")))
        return SIP_SCHEME_SIP;
    if (slice_eq_nocase(name, S("sips")))
        return SIP_SCHEME_SIPS;
    if (slice_eq_nocase(name, S("tel")))
        return SIP_SCHEME_TEL;
    return SIP_SCHEME_OTHER;
}

static const char *parse(struct slice text, struct sip_uri *u)
{
    ssize_t colon = slice_index(text, ':');

    if (colon < 0 || !is_scheme(slice_first(text, (size_t)colon)))
        return "has no scheme";
    u->text = text;
    u->scheme_name = slice_first(text, (size_t)colon);
    u->scheme = scheme_of(u->scheme_name);
    text = slice_from(text, (size_t)colon + 1);
    switch (u->scheme) {
    case SIP_SCHEME_SIP:
    case SIP_SCHEME_SIPS: return parse_sip(text, u);
    case SIP_SCHEME_TEL: return parse_tel(text, u);
    case SIP_SCHEME_OTHER: break;
    }
    return parse_other(text, u);
}

enum ims_err sip_uri_parse(struct slice text, struct sip_uri *out,
                           struct why *why)
{
    struct sip_uri u = {0};
    const char *fault = parse(text, &u);

    if (fault)
        return why_set(why, IMS_MALFORMED, "the URI \"%.*s\" %s",
                       SLICE_ARG(slice_first(text, 80)),
                       has_blank(text) ? "has a blank in it" : fault);
    *out = u;
    return IMS_OK;
}

/* ---- parameters ---------------------------------------------------------- */

bool sip_uri_next_pair(struct slice *rest, char sep, struct slice *name,
                       struct slice *value)
{
    struct slice piece;

    if (!rest->n || !slice_cut(rest, sep, &piece))
        return false;
    ssize_t eq = slice_index(piece, '=');
    *name = slice_first(piece, eq < 0 ? piece.n : (size_t)eq);
    *value = eq < 0 ? (struct slice){0} : slice_from(piece, (size_t)eq + 1);
    return true;
}

bool sip_uri_param_next(struct slice *rest, struct slice *name,
                        struct slice *value)
{
    return sip_uri_next_pair(rest, ';', name, value);
}

static bool find_pair(struct slice pairs, char sep, struct slice wanted,
                      struct slice *value)
{
    struct slice name, v;

    while (sip_uri_next_pair(&pairs, sep, &name, &v)) {
        if (!slice_eq_nocase(name, wanted))
            continue;
        if (value)
            *value = v;
        return true;
    }
    return false;
}

bool sip_uri_param(const struct sip_uri *u, struct slice name,
                   struct slice *value)
{
    return find_pair(u->params, ';', name, value);
}

bool sip_uri_header(const struct sip_uri *u, struct slice name,
                    struct slice *value)
{
    return find_pair(u->headers, '&', name, value);
}

enum transport sip_uri_transport(const struct sip_uri *u)
{
    enum transport t;
    struct slice name;

    if (sip_uri_param(u, S("transport"), &name) && transport_parse(name, &t))
        return t;
    return TRANSPORT_NONE;
}

bool sip_uri_has_lr(const struct sip_uri *u)
{
    return sip_uri_param(u, S("lr"), NULL);
}

bool sip_uri_is_phone(const struct sip_uri *u)
{
    struct slice user;

    return u->scheme == SIP_SCHEME_TEL || (u->scheme != SIP_SCHEME_OTHER &&
                                           sip_uri_param(u, S("user"), &user) &&
                                           slice_eq_nocase(user, S("phone")));
}

bool sip_uri_is_global(const struct sip_uri *u)
{
    ssize_t semi = slice_index(u->user, ';');

    return u->scheme != SIP_SCHEME_OTHER && u->user.n && *u->user.p == '+' &&
           sip_uri_is_number(
               slice_first(u->user, semi < 0 ? u->user.n : (size_t)semi));
}

uint16_t sip_uri_port(const struct sip_uri *u)
{
    if (u->port)
        return u->port;
    return u->scheme == SIP_SCHEME_SIPS ? 5061 : 5060;
}

/* ---- output -------------------------------------------------------------- */

void sip_uri_print(const struct sip_uri *u, struct buf *out)
{
    buf_add(out, u->scheme_name);
    buf_char(out, ':');
    buf_add(out, u->user);
    if (u->password.p) {
        buf_char(out, ':');
        buf_add(out, u->password);
    }
    if (u->host.n && u->user.n)
        buf_char(out, '@');
    buf_add(out, u->host);
    if (u->port) {
        buf_char(out, ':');
        buf_u64(out, u->port);
    }
    if (u->params.n) {
        buf_char(out, ';');
        buf_add(out, u->params);
    }
    if (u->headers.p) {
        buf_char(out, '?');
        buf_add(out, u->headers);
    }
}

static void add_lower(struct buf *out, struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        buf_char(out, sip_lower(s.p[i]));
}

static void add_escaped(struct buf *out, char c)
{
    static const char digits[] = "0123456789ABCDEF";

    buf_char(out, '%');
    buf_char(out, digits[(unsigned char)c >> 4]);
    buf_char(out, digits[(unsigned char)c & 15]);
}

void sip_escape_user(struct slice text, struct buf *out)
{
    for (size_t i = 0; i < text.n; i++) {
        if (sip_is(text.p[i], CHAR_USER))
            buf_char(out, text.p[i]);
        else
            add_escaped(out, text.p[i]);
    }
}

bool sip_unescape(struct slice text, struct buf *out)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '%') {
            buf_char(out, text.p[i]);
            continue;
        }
        if (text.n - i < 3 || sip_hex(text.p[i + 1]) < 0 ||
            sip_hex(text.p[i + 2]) < 0)
            return false;
        buf_char(out,
                 (char)(sip_hex(text.p[i + 1]) << 4 | sip_hex(text.p[i + 2])));
        i += 2;
    }
    return true;
}

static void add_number(struct buf *out, struct slice number)
{
    for (size_t i = 0; i < number.n; i++)
        if (!sip_uri_is_separator(number.p[i]))
            buf_char(out, sip_lower(number.p[i]));
}

/* The number at the start of a user part that is a telephone-subscriber's,
 * without its parameters; empty for any other. */
static struct slice number_of(struct slice user, bool is_phone)
{
    ssize_t semi = slice_index(user, ';');
    struct slice number = slice_first(user, semi < 0 ? user.n : (size_t)semi);

    if ((is_phone || slice_starts(user, S("+"))) && sip_uri_is_number(number))
        return number;
    return slice_first(user, 0);
}

/* '#' is a digit of a number, and escaped in a user part. */
static void add_user(struct buf *out, const struct sip_uri *u)
{
    struct buf plain, digits;
    struct slice user, number;

    buf_init(&plain, u->user.n + 1);
    buf_init(&digits, u->user.n + 1);
    sip_unescape(u->user, &plain);
    user = buf_slice(&plain);
    number = number_of(user, sip_uri_is_phone(u));
    add_number(&digits, number);
    sip_escape_user(buf_slice(&digits), out);
    sip_escape_user(slice_from(user, number.n), out);
    buf_fini(&digits);
    buf_fini(&plain);
}

static void canonical_tel(const struct sip_uri *u, struct buf *out)
{
    struct slice context;

    buf_str(out, "tel:");
    add_number(out, u->user);
    if (sip_uri_is_global(u) || !sip_uri_param(u, S("phone-context"), &context))
        return;
    buf_str(out, ";phone-context=");
    if (context.n && *context.p == '+')
        add_number(out, context);
    else
        add_lower(out, context);
}

void sip_uri_canonical(const struct sip_uri *u, struct buf *out)
{
    if (u->scheme == SIP_SCHEME_TEL) {
        canonical_tel(u, out);
        return;
    }
    add_lower(out, u->scheme_name);
    buf_char(out, ':');
    if (u->scheme == SIP_SCHEME_OTHER) {
        buf_add(out, u->user);
        return;
    }
    if (u->user.n) {
        add_user(out, u);
        buf_char(out, '@');
    }
    add_lower(out, u->host);
    if (u->port) {
        buf_char(out, ':');
        buf_u64(out, u->port);
    }
}
