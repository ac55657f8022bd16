/* SPDX-License-Identifier: MIT
 *
 * The views of header values: Via, addresses, numbers, lists.
 *
 * SIP-1.
 */
#include "sip/views.h"
#include "sip/chars.h"
#include "sip/message_parts.h"

static bool is_same_text(struct slice a, struct slice b)
{
    return a.p == b.p && a.n == b.n;
}

/* A refusal that quotes what it refuses. */
static enum ims_err refuse(struct why *why, const char *what,
                           struct slice value)
{
    return why_set(why, IMS_MALFORMED, "%s in \"%.*s\"", what,
                   SLICE_ARG(slice_first(value, 80)));
}

/* ---- parameters ---------------------------------------------------------- */

/* Tokens, hosts, IPv6 references and whatever else extensions put there. */
static bool is_value_char(char c)
{
    return sip_is(c, CHAR_TOKEN | CHAR_HOST) ||
           ((unsigned char)c > 32 && c != 127 && c != ';' && c != ',' &&
            c != '"' && c != '<' && c != '>');
}

static struct slice take_value(struct slice *s)
{
    size_t n = 0;

    while (n < s->n && is_value_char(s->p[n]))
        n++;
    struct slice value = slice_first(*s, n);
    *s = slice_from(*s, n);
    return value;
}

/* name [ = value ] off the front of *s; false for anything else. */
static bool take_param(struct slice *s, struct sip_param *out)
{
    *out = (struct sip_param){.name = sip_take_token(s)};
    if (!out->name.n)
        return false;
    if (!sip_take_char(s, '='))
        return true;
    if (s->n && *s->p == '"')
        return out->quoted = sip_take_quoted(s, &out->value);
    out->value = take_value(s);
    return true;
}

/* Empty parameters are skipped: an example of RFC 3428 has one. */
bool sip_param_next_by(struct slice *rest, char sep, struct sip_param *out)
{
    struct slice s;

    while (sip_take_char(rest, sep))
        ;
    s = sip_skip_lws(*rest);
    if (!s.n) {
        *rest = (struct slice){0};
        return false;
    }
    if (!take_param(&s, out))
        return false;
    s = sip_skip_lws(s);
    if (s.n && *s.p != sep)
        return false;
    *rest = s;
    return true;
}

bool sip_param_next(struct slice *rest, struct sip_param *out)
{
    return sip_param_next_by(rest, ';', out);
}

void sip_param_print(const struct sip_param *p, struct buf *out)
{
    buf_add(out, p->name);
    if (!p->value.p)
        return;
    buf_str(out, p->quoted ? "=\"" : "=");
    buf_add(out, p->value);
    if (p->quoted)
        buf_char(out, '"');
}

bool sip_param(struct slice params, struct slice name, struct slice *value)
{
    struct sip_param p;

    while (sip_param_next(&params, &p)) {
        if (!slice_eq_nocase(p.name, name))
            continue;
        if (value)
            *value = p.value;
        return true;
    }
    return false;
}

bool sip_param_u64(struct slice params, struct slice name, uint64_t max,
                   uint64_t *value)
{
    struct slice text;

    return sip_param(params, name, &text) && slice_u64(text, max, value);
}

bool sip_params_valid(struct slice params)
{
    struct sip_param p;

    while (sip_param_next(&params, &p))
        ;
    return !params.p;
}

void sip_unquote(struct slice inside, struct buf *out)
{
    for (size_t i = 0; i < inside.n; i++) {
        if (inside.p[i] == '\\' && i + 1 < inside.n)
            i++;
        buf_char(out, inside.p[i]);
    }
}

static bool is_control(unsigned char c)
{
    return c < ' ' || c == 0x7f;
}

void sip_quote(struct slice text, struct buf *out)
{
    buf_char(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        if (is_control((unsigned char)text.p[i]))
            continue;
        if (text.p[i] == '"' || text.p[i] == '\\')
            buf_char(out, '\\');
        buf_char(out, text.p[i]);
    }
    buf_char(out, '"');
}

/* What follows a value: nothing, or ';' and parameters. */
static bool take_params(struct slice rest, struct slice *params)
{
    rest = sip_skip_lws(rest);
    if (!rest.n) {
        *params = (struct slice){0};
        return true;
    }
    if (*rest.p != ';')
        return false;
    rest = slice_from(rest, 1);
    if (!sip_params_valid(rest))
        return false;
    *params = rest;
    return true;
}

/* ---- any "value;params" -------------------------------------------------- */

enum ims_err sip_item_parse(struct slice value, struct sip_item *out,
                            struct why *why)
{
    struct sip_item item = {0};
    ssize_t n;

    value = slice_trim(value);
    n = sip_until(value, ';');
    if (n < 0)
        return refuse(why, "a quote or bracket that does not end", value);
    item.value = slice_trim(slice_first(value, (size_t)n));
    if (!item.value.n)
        return refuse(why, "nothing in front of the parameters", value);
    if (!take_params(slice_from(value, (size_t)n), &item.params))
        return refuse(why, "malformed parameters", value);
    *out = item;
    return IMS_OK;
}

/* ---- addresses ----------------------------------------------------------- */

/* Unquoted display names should be tokens; what people write between them is
 * let through but for what would change the meaning of the line. */
static bool is_display(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == ',' || s.p[i] == ';' || s.p[i] == '"' || s.p[i] == '>')
            return false;
    return true;
}

static bool has_blank_or_bracket(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!sip_is(s.p[i], CHAR_URI) &&
            ((unsigned char)s.p[i] <= 32 || s.p[i] == '<' || s.p[i] == '"'))
            return true;
    return false;
}

/* scheme ":" something. */
static bool looks_like_uri(struct slice s)
{
    size_t scheme = sip_span(s, CHAR_TOKEN);

    return scheme && scheme + 1 < s.n && s.p[scheme] == ':' &&
           !has_blank_or_bracket(s);
}

static const char *parse_bracketed(struct slice s, struct sip_name_addr *out)
{
    ssize_t close;

    s = slice_from(s, 1);
    close = slice_index(s, '>');
    if (close < 0)
        return "a '<' without '>'";
    out->bracketed = true;
    out->uri = slice_first(s, (size_t)close);
    if (!out->uri.n || has_blank_or_bracket(out->uri))
        return "no URI between '<' and '>'";
    if (!take_params(slice_from(s, (size_t)close + 1), &out->params))
        return "malformed parameters";
    return NULL;
}

/* addr-spec: a comma or question mark needs brackets (RFC 3261 20.10). */
static const char *parse_bare(struct slice s, struct sip_name_addr *out)
{
    ssize_t semi = slice_index(s, ';');

    out->uri = slice_trim(slice_first(s, semi < 0 ? s.n : (size_t)semi));
    if (!looks_like_uri(out->uri))
        return "no URI";
    if (slice_index(out->uri, '?') >= 0 || slice_index(out->uri, ',') >= 0)
        return "a '?' or ',' in a URI that is not between '<' and '>'";
    if (semi >= 0 && !take_params(slice_from(s, (size_t)semi), &out->params))
        return "malformed parameters";
    return NULL;
}

/* The '<' of a URI, behind a display name that is not quoted; one behind a ';'
 * is in the quotes of a parameter: +sip.instance="<urn:...>" (RFC 5626 4.1). */
static ssize_t bracket_in(struct slice s)
{
    ssize_t semi = slice_index(s, ';');

    return slice_index(semi < 0 ? s : slice_first(s, (size_t)semi), '<');
}

static const char *parse_name_addr(struct slice s, struct sip_name_addr *out)
{
    struct slice inside;
    ssize_t open;

    if (slice_eq(s, S("*"))) {
        out->wildcard = true;
        out->uri = s;
        return NULL;
    }
    if (s.n && *s.p == '"') {
        out->display.p = s.p;
        if (!sip_take_quoted(&s, &inside))
            return "a quote that does not end";
        out->display.n = inside.n + 2;
        s = sip_skip_lws(s);
        return s.n && *s.p == '<' ? parse_bracketed(s, out)
                                  : "no '<' behind the display name";
    }
    open = bracket_in(s);
    if (open < 0)
        return parse_bare(s, out);
    out->display = slice_trim(slice_first(s, (size_t)open));
    if (!is_display(out->display))
        return "a display name that needs quotes";
    return parse_bracketed(slice_from(s, (size_t)open), out);
}

enum ims_err sip_name_addr_parse(struct slice value, struct sip_name_addr *out,
                                 struct why *why)
{
    struct sip_name_addr na = {0};
    const char *fault = parse_name_addr(slice_trim(value), &na);

    if (fault)
        return refuse(why, fault, value);
    *out = na;
    return IMS_OK;
}

enum ims_err sip_name_addr_uri(struct slice value, struct sip_name_addr *out,
                               struct sip_uri *uri, struct why *why)
{
    struct sip_name_addr na;
    enum ims_err err = sip_name_addr_parse(value, &na, why);

    if (!err)
        err = sip_uri_parse(na.uri, uri, why);
    if (!err)
        *out = na;
    return err;
}

struct slice sip_tag(const struct sip_message *m, enum sip_header_id id)
{
    const struct sip_read_tag *read = id == SIP_HDR_FROM ? &m->from : &m->to;
    struct slice value = sip_header_value(m, id), tag = {0};
    struct sip_name_addr na;

    if (value.n && is_same_text(value, read->text))
        return read->tag;
    if (!sip_name_addr_parse(value, &na, NULL))
        sip_param(na.params, S("tag"), &tag);
    return tag;
}

/* qvalue = 0[.000-999] / 1[.000], in thousandths. */
static bool parse_q(struct slice s, unsigned *out)
{
    unsigned q, scale = 100;

    if (!s.n || (*s.p != '0' && *s.p != '1') || (s.n > 1 && s.p[1] != '.') ||
        s.n > 5)
        return false;
    q = *s.p == '1' ? 1000 : 0;
    for (size_t i = 2; i < s.n; i++, scale /= 10) {
        if (!sip_is_digit(s.p[i]))
            return false;
        q += (unsigned)(s.p[i] - '0') * scale;
    }
    if (q > 1000)
        return false;
    *out = q;
    return true;
}

static uint32_t parse_expires(struct slice s)
{
    uint64_t v;

    if (slice_u64(s, UINT32_MAX, &v))
        return (uint32_t)v;
    for (size_t i = 0; i < s.n; i++)
        if (!sip_is_digit(s.p[i]))
            return 3600;
    return s.n ? UINT32_MAX : 3600;
}

static const char *contact_param(struct sip_contact *c,
                                 const struct sip_param *p)
{
    uint64_t v;

    if (slice_eq_nocase(p->name, S("q"))) {
        if (!parse_q(p->value, &c->q))
            return "a q that is no number from 0 to 1";
    } else if (slice_eq_nocase(p->name, S("expires"))) {
        c->has_expires = true;
        c->expires = parse_expires(p->value);
    } else if (slice_eq_nocase(p->name, S("+sip.instance"))) {
        c->instance = p->value;
    } else if (slice_eq_nocase(p->name, S("reg-id"))) {
        if (!slice_u64(p->value, INT32_MAX, &v) || !v)
            return "a reg-id that is no number above 0";
        c->has_reg_id = true;
        c->reg_id = (uint32_t)v;
    }
    return NULL;
}

enum ims_err sip_contact_parse(struct slice value, struct sip_contact *out,
                               struct why *why)
{
    struct sip_contact c = {.q = 1000};
    enum ims_err err = sip_name_addr_parse(value, &c.addr, why);
    struct slice rest = c.addr.params;
    struct sip_param p;

    if (err)
        return err;
    while (sip_param_next(&rest, &p)) {
        const char *fault = contact_param(&c, &p);

        if (fault)
            return refuse(why, fault, value);
    }
    *out = c;
    return IMS_OK;
}

/* ---- Request-URI --------------------------------------------------------- */

bool sip_request_uri(const struct sip_message *m, struct sip_uri *out)
{
    if (!m->target || !is_same_text(m->uri, m->target->text))
        return sip_uri_parse(m->uri, out, NULL) == IMS_OK;
    *out = *m->target;
    return true;
}

/* ---- Via ----------------------------------------------------------------- */

static bool via_param(struct sip_via *v, const struct sip_param *p)
{
    uint64_t port = 0;

    if (slice_eq_nocase(p->name, S("branch"))) {
        v->branch = p->value;
    } else if (slice_eq_nocase(p->name, S("received"))) {
        v->received = p->value;
        v->has_received = true;
    } else if (slice_eq_nocase(p->name, S("maddr"))) {
        v->maddr = p->value;
    } else if (slice_eq_nocase(p->name, S("alias"))) {
        v->alias = true;
    } else if (slice_eq_nocase(p->name, S("keep"))) {
        v->keep = true;
    } else if (slice_eq_nocase(p->name, S("rport"))) {
        if (p->value.n && !slice_u64(p->value, UINT16_MAX, &port))
            return false;
        v->has_rport = true;
        v->rport = (uint16_t)port;
    }
    return true;
}

/* sent-protocol = name SLASH version SLASH transport */
static bool take_sent_protocol(struct slice *s, struct sip_via *v)
{
    v->protocol = sip_take_token(s);
    if (!v->protocol.n || !sip_take_char(s, '/'))
        return false;
    v->version = sip_take_token(s);
    if (!v->version.n || !sip_take_char(s, '/'))
        return false;
    v->transport = sip_take_token(s);
    if (!v->transport.n || !sip_span(*s, CHAR_LWS))
        return false;
    if (!transport_parse(v->transport, &v->proto))
        v->proto = TRANSPORT_NONE;
    *s = sip_skip_lws(*s);
    return true;
}

static const char *parse_via(struct slice s, struct sip_via *v)
{
    struct slice rest;
    struct sip_param p;

    if (!take_sent_protocol(&s, v))
        return "no SIP/2.0/transport";
    if (!sip_take_hostport(&s, &v->host, &v->port))
        return "a malformed sent-by";
    s = sip_skip_lws(s);
    if (s.n && *s.p != ';')
        return "something behind the sent-by";
    v->params = s.n ? slice_from(s, 1) : (struct slice){0};
    rest = v->params;
    while (sip_param_next(&rest, &p))
        if (!via_param(v, &p))
            return "an rport that is no port";
    return rest.p ? "malformed parameters" : NULL;
}

enum ims_err sip_via_parse(struct slice value, struct sip_via *out,
                           struct why *why)
{
    struct sip_via v = {0};
    const char *fault = parse_via(slice_trim(value), &v);

    if (fault)
        return refuse(why, fault, value);
    *out = v;
    return IMS_OK;
}

enum ims_err sip_via_top(const struct sip_message *m, struct sip_via *out,
                         struct why *why)
{
    struct slice line = sip_header_value(m, SIP_HDR_VIA), value;
    struct sip_values it;

    if (m->via && is_same_text(line, m->via_text)) {
        *out = *m->via;
        return IMS_OK;
    }
    sip_values_begin(&it, m, SIP_HDR_VIA);
    if (!sip_values_next(&it, &value))
        return why_set(why, IMS_MISSING, "no Via");
    return sip_via_parse(value, out, why);
}

void sip_via_read(struct sip_message *m)
{
    const struct sip_header *h = sip_header_first(m, SIP_HDR_VIA);
    struct sip_via *via = h ? arena_alloc(&m->arena, sizeof *via) : NULL;
    struct slice rest, value;

    m->via = NULL;
    m->starved |= h && !via;
    if (!via)
        return;
    rest = m->via_text = h->value;
    if (sip_take_value(&rest, sip_header_flags(h->id), &value) &&
        sip_via_parse(value, via, NULL) == IMS_OK)
        m->via = via;
}

void sip_via_add_received(struct sip_message *m, const struct addr *from)
{
    struct sip_via *via = arena_alloc(&m->arena, sizeof *via);
    struct slice rest = m->via_text, old = {0}, text;
    struct buf out;
    size_t behind;

    buf_init(&out, m->arena.limit);
    sip_take_value(&rest, SIP_LIST, &old);
    buf_add(&out, old);
    buf_str(&out, ";received=");
    behind = out.n;
    addr_print_ip(from, false, &out);
    m->starved |= !via || out.full;
    sip_replace_first(m, SIP_HDR_VIA, buf_slice(&out));
    buf_fini(&out);
    if (m->starved)
        return;
    *via = *m->via;
    text = sip_header_value(m, SIP_HDR_VIA);
    via->params = slice_from(
        text, via->params.n ? (size_t)(via->params.p - old.p) : old.n + 1);
    via->received = slice_from(text, behind);
    via->has_received = true;
    m->via = via;
    m->via_text = text;
}

bool sip_branch_is_3261(struct slice branch)
{
    return branch.n > 7 && slice_starts_nocase(branch, S("z9hG4bK"));
}

/* ---- CSeq, RAck ---------------------------------------------------------- */

enum ims_err sip_cseq_parse(struct slice value, struct sip_cseq *out,
                            struct why *why)
{
    struct slice s = slice_trim(value);
    struct sip_cseq c = {0};

    if (!sip_take_u32(&s, &c.number))
        return refuse(why, "no number below 2^32", value);
    if (!sip_span(s, CHAR_LWS))
        return refuse(why, "no blank behind the number", value);
    c.method_name = sip_skip_lws(s);
    if (!sip_all(c.method_name, CHAR_TOKEN))
        return refuse(why, "no method", value);
    c.method = sip_method_of(c.method_name);
    *out = c;
    return IMS_OK;
}

enum ims_err sip_rack_parse(struct slice value, struct sip_rack *out,
                            struct why *why)
{
    struct slice s = slice_trim(value);
    struct sip_rack r;

    if (!sip_take_u32(&s, &r.rseq) || !sip_span(s, CHAR_LWS))
        return refuse(why, "no RSeq number", value);
    if (sip_cseq_parse(s, &r.cseq, why))
        return IMS_MALFORMED;
    *out = r;
    return IMS_OK;
}
