/* SPDX-License-Identifier: MIT
 *
 * The messages of a phone: a request that begins something, one within a
 * dialog, ACK, CANCEL, a response. Then the line's own headers have the last
 * word.
 */
#include "ladder/phone.h"
#include "sip/views.h"

/* ---- headers that every request has ----------------------------------------
 */

static bool is_udp(const struct phone *p)
{
    return p->local.transport == TRANSPORT_UDP;
}

static void add_contact(struct phone *p, struct sip_message *m)
{
    struct slice rest = str_slice(&p->user), user;
    char text[ADDR_TEXT_MAX];

    if (m->method == SIP_REGISTER && p->contact.n) {
        sip_set(m, SIP_HDR_CONTACT, str_slice(&p->contact));
        return;
    }
    slice_cut(&rest, ':', &user);
    slice_cut(&rest, '@', &user);
    sip_set_printf(m, SIP_HDR_CONTACT, "<sip:%.*s@%s%s>%s%s", SLICE_ARG(user),
                   addr_text(&p->local, text),
                   is_udp(p) ? "" : ";transport=tcp",
                   m->method == SIP_REGISTER && p->q.n ? ";q=" : "",
                   m->method == SIP_REGISTER ? str_c(&p->q) : "");
}

static void add_via(struct phone *p, struct sip_message *m, struct str *branch)
{
    char text[ADDR_TEXT_MAX], made[96];
    struct buf b;

    buf_over(&b, made, sizeof made);
    buf_printf(&b, "z9hG4bK-%.*s-%u", SLICE_ARG(p->name), ++p->counter);
    sip_set_printf(m, SIP_HDR_VIA, "SIP/2.0/%s %s;branch=%.*s;rport",
                   is_udp(p) ? "UDP" : "TCP", addr_text(&p->local, text),
                   SLICE_ARG(buf_slice(&b)));
    if (branch)
        str_set(branch, buf_slice(&b));
}

static void add_identity(struct sip_message *m, enum sip_header_id id,
                         const struct str *uri, const struct str *tag)
{
    if (tag->n)
        sip_set_printf(m, id, "<%s>;tag=%s", str_c(uri), str_c(tag));
    else
        sip_set_printf(m, id, "<%s>", str_c(uri));
}

/* RFC 3261 table 2, RFC 3428 4. */
static bool has_contact(enum sip_method method)
{
    return method != SIP_ACK && method != SIP_CANCEL && method != SIP_BYE &&
           method != SIP_MESSAGE;
}

static void add_basics(struct phone *p, struct phone_call *c,
                       struct sip_message *m, uint32_t cseq)
{
    sip_set(m, SIP_HDR_MAX_FORWARDS, S("70"));
    add_identity(m, SIP_HDR_FROM, &c->local_uri, &c->local_tag);
    add_identity(m, SIP_HDR_TO, &c->remote_uri, &c->remote_tag);
    sip_set(m, SIP_HDR_CALL_ID, str_slice(&c->call_id));
    sip_set_printf(m, SIP_HDR_CSEQ, "%u %.*s", cseq, SLICE_ARG(m->method_name));
    if (has_contact(m->method))
        add_contact(p, m);
}

/* The P-CSCF, then the Service-Route (5.1.2A.1). */
static void add_first_routes(struct phone *p, struct sip_message *m)
{
    char text[ADDR_TEXT_MAX];

    if (p->is_peer)
        return;
    sip_set_printf(m, SIP_HDR_ROUTE, "<sip:%s;lr>", addr_text(&p->proxy, text));
    if (p->service_route.n)
        sip_add_last(m, SIP_HDR_ROUTE, str_slice(&p->service_route));
}

struct slice phone_sdp(struct phone *p, struct arena *a)
{
    struct buf ip;
    char text[ADDR_TEXT_MAX];

    buf_over(&ip, text, sizeof text);
    addr_print_ip(&p->local, false, &ip);
    return arena_printf(a,
                        "v=0\r\n"
                        "o=%.*s 1 1 IN IP%u %.*s\r\n"
                        "s=-\r\n"
                        "c=IN IP%u %.*s\r\n"
                        "t=0 0\r\n"
                        "m=audio 49170 RTP/AVP 8\r\n"
                        "a=rtpmap:8 PCMA/8000\r\n",
                        SLICE_ARG(p->name), p->local.family,
                        SLICE_ARG(buf_slice(&ip)), p->local.family,
                        SLICE_ARG(buf_slice(&ip)));
}

static void add_sdp(struct phone *p, struct sip_message *m)
{
    sip_set_body(m, S("application/sdp"), phone_sdp(p, &m->arena));
}

/* ---- requests
 * ----------------------------------------------------------------
 */

static struct sip_message *make_register(struct phone *p, struct slice uri)
{
    struct phone_call *c = &p->registration;
    struct sip_message *m;

    if (!c->call_id.n) {
        str_printf(&c->call_id, "reg-%.*s", SLICE_ARG(p->name));
        str_printf(&c->local_tag, "%.*s-reg", SLICE_ARG(p->name));
        str_set(&c->local_uri, str_slice(&p->user));
        str_set(&c->remote_uri, str_slice(&p->user));
    }
    p->register_status = 0;
    m = sip_request_new(SIP_REGISTER, uri);
    add_via(p, m, NULL);
    add_basics(p, c, m, ++c->cseq);
    sip_set(m, SIP_HDR_EXPIRES,
            p->expires.n ? str_slice(&p->expires) : S("3600"));
    sip_set(m, SIP_HDR_SUPPORTED, S("path"));
    if (!phone_authorize(p, m, S("REGISTER")))
        sip_set_printf(m, SIP_HDR_AUTHORIZATION,
                       "Digest username=\"%s\", realm=\"%s\", uri=\"%.*s\", "
                       "nonce=\"\", response=\"\"",
                       str_c(&p->impi),
                       p->realm.n ? str_c(&p->realm) : str_c(&p->domain),
                       SLICE_ARG(uri));
    return m;
}

static struct sip_message *make_first(struct phone *p, enum sip_method method,
                                      struct slice name, struct slice uri)
{
    char id[96];
    struct buf b;
    struct phone_call *c;
    struct sip_message *m;

    buf_over(&b, id, sizeof id);
    buf_printf(&b, "%.*s-call-%u", SLICE_ARG(p->name), ++p->counter);
    c = phone_call_new(p, buf_slice(&b), method);
    str_set(&c->local_uri, str_slice(&p->user));
    str_set(&c->remote_uri, uri);
    str_set(&c->target, uri);
    m = sip_request_new(method, uri);
    if (method == SIP_METHOD_OTHER)
        m->method_name = slice_keep(&m->arena, name);
    add_via(p, m, &c->branch);
    add_first_routes(p, m);
    c->cseq = 1;
    add_basics(p, c, m, c->cseq);
    if (method == SIP_INVITE) {
        c->invite_cseq = c->cseq;
        add_sdp(p, m);
        if (c->invite)
            sip_message_drop(c->invite);
        c->invite = sip_message_hold(m);
    } else if (method == SIP_MESSAGE)
        sip_set_body(m, S("text/plain"), S("hello"));
    return m;
}

static struct phone_call *last_call(struct phone *p)
{
    return list_is_empty(&p->calls)
               ? NULL
               : container_of(p->calls.prev, struct phone_call, link);
}

static void add_dialog_routes(struct phone *p, struct phone_call *c,
                              struct sip_message *m)
{
    if (c->routes.n)
        sip_set(m, SIP_HDR_ROUTE, str_slice(&c->routes));
    else
        add_first_routes(p, m);
}

static struct sip_message *make_within(struct phone *p, struct phone_call *c,
                                       enum sip_method method,
                                       struct slice name)
{
    struct sip_message *m = sip_request_new(method, str_slice(&c->target));

    if (method == SIP_METHOD_OTHER)
        m->method_name = slice_keep(&m->arena, name);
    add_via(p, m, method == SIP_INVITE ? &c->branch : NULL);
    add_dialog_routes(p, c, m);
    if (method != SIP_ACK)
        c->cseq++;
    add_basics(p, c, m, method == SIP_ACK ? c->invite_cseq : c->cseq);
    if (method == SIP_PRACK)
        sip_set_printf(m, SIP_HDR_RACK, "%u %u INVITE", c->remote_rseq,
                       c->invite_cseq);
    if (method == SIP_INVITE) {
        c->invite_cseq = c->cseq;
        if (c->invite)
            sip_message_drop(c->invite);
        c->invite = sip_message_hold(m);
    }
    if (method == SIP_INVITE || method == SIP_UPDATE)
        add_sdp(p, m);
    return m;
}

/* RFC 3261 9.1 and 17.1.1.3: CANCEL and the ACK of a refusal are of the
 * INVITE's transaction. */
static struct sip_message *make_of_invite(struct phone *p, struct phone_call *c,
                                          enum sip_method method)
{
    struct sip_message *m = sip_request_new(method, c->invite->uri);
    struct sip_values it;
    struct slice value;

    (void)p;
    sip_set(m, SIP_HDR_VIA, sip_header_value(c->invite, SIP_HDR_VIA));
    sip_values_begin(&it, c->invite, SIP_HDR_ROUTE);
    while (sip_values_next(&it, &value))
        sip_add_last(m, SIP_HDR_ROUTE, value);
    sip_set(m, SIP_HDR_MAX_FORWARDS, S("70"));
    sip_set(m, SIP_HDR_FROM, sip_header_value(c->invite, SIP_HDR_FROM));
    if (method == SIP_ACK)
        add_identity(m, SIP_HDR_TO, &c->remote_uri, &c->remote_tag);
    else
        sip_set(m, SIP_HDR_TO, sip_header_value(c->invite, SIP_HDR_TO));
    sip_set(m, SIP_HDR_CALL_ID, str_slice(&c->call_id));
    sip_set_printf(m, SIP_HDR_CSEQ, "%u %.*s", c->invite_cseq,
                   SLICE_ARG(m->method_name));
    return m;
}

/* A request with a Request-URI begins something, but for one of a dialog's
 * methods; without one it belongs to the last call. */
static struct sip_message *
make_request(struct phone *p, const struct ladder_line *line, struct why *why)
{
    bool again = slice_eq(line->what, S("re-INVITE"));
    struct slice name = again ? S("INVITE") : line->what;
    enum sip_method method = sip_method_of(name);
    struct phone_call *c = last_call(p);

    if (method == SIP_REGISTER) {
        char uri[300];
        struct buf b;

        buf_over(&b, uri, sizeof uri);
        buf_printf(&b, "sip:%s", str_c(&p->domain));
        return make_register(p, line->more.n ? line->more : buf_slice(&b));
    }
    if (line->more.n)
        return make_first(p, method, name, line->more);
    if (!c) {
        why_set(why, IMS_MALFORMED, "%.*s is in no call", SLICE_ARG(p->name));
        return NULL;
    }
    if (c->invite &&
        (method == SIP_CANCEL || (method == SIP_ACK && c->status >= 300)))
        return make_of_invite(p, c, method);
    return make_within(p, c, method, name);
}

/* ---- responses
 * ---------------------------------------------------------------
 */

/* The last request that is unanswered, of the method if one is named. */
static struct sip_message *answered(struct phone *p, enum sip_method method,
                                    struct phone_call **call)
{
    for (struct list *it = p->calls.prev; it != &p->calls; it = it->prev) {
        struct phone_call *c = container_of(it, struct phone_call, link);
        struct sip_message *m = method == SIP_INVITE ? c->received : c->pending;

        *call = c;
        if (m && (method == SIP_METHOD_NONE || m->method == method))
            return m;
    }
    return NULL;
}

/* "tag:" makes the phone answer as another branch of a fork would. */
static struct slice tag_of(const struct phone_call *c,
                           const struct ladder_line *line)
{
    for (unsigned i = 0; i < line->check_count; i++)
        if (slice_eq(line->checks[i].name, S("tag")))
            return line->checks[i].value;
    return str_slice(&c->local_tag);
}

static struct sip_message *make_response(struct phone *p, unsigned status,
                                         const struct ladder_line *line,
                                         struct why *why)
{
    enum sip_method method =
        line->more.n ? sip_method_of(line->more) : SIP_METHOD_NONE;
    struct phone_call *c = NULL;
    struct sip_message *req = answered(p, method, &c), *m;
    struct sip_values it;
    struct slice value;

    if (!req) {
        why_set(why, IMS_MALFORMED, "%.*s has nothing to answer",
                SLICE_ARG(p->name));
        return NULL;
    }
    m = sip_response_to(req, status, slice_of(sip_reason(status)),
                        tag_of(c, line));
    sip_values_begin(&it, req, SIP_HDR_RECORD_ROUTE);
    while (status > 100 && status < 300 && sip_values_next(&it, &value))
        sip_add_last(m, SIP_HDR_RECORD_ROUTE, value);
    if (status > 100 && status < 300)
        add_contact(p, m);
    if (status / 100 == 2 &&
        (req->method == SIP_INVITE || req->method == SIP_UPDATE))
        add_sdp(p, m);
    return m;
}

/* ---- the line's own words
 * ---------------------------------------------------- */

static void set_header(struct sip_message *m, const struct ladder_check *c)
{
    enum sip_header_id id = sip_header_id_of(c->name);

    if (id != SIP_HDR_OTHER && c->op == LADDER_SET)
        sip_set(m, id, c->value);
    else if (id != SIP_HDR_OTHER)
        sip_remove(m, id);
    else {
        sip_remove_named(m, c->name);
        if (c->op == LADDER_SET)
            sip_add_named(m, c->name, c->value);
    }
}

/* A header of so many letters, to make the message large. */
static void pad(struct sip_message *m, struct slice count)
{
    uint64_t n = 0;
    char *x;

    if (!slice_u64(count, 60000, &n) || !(x = arena_alloc(&m->arena, n)))
        return;
    memset(x, 'x', n);
    sip_add_named(m, S("X-Padding"), slice_at(x, n));
}

/* Of the type that the message's body had, else text; a Content-Type: behind
 * it says otherwise. */
static void set_body(struct sip_message *m, struct slice body)
{
    struct slice type = sip_header_value(m, SIP_HDR_CONTENT_TYPE);

    sip_set_body(m, type.n ? type : S("text/plain"), body);
}

static void apply(struct sip_message *m, const struct ladder_line *line)
{
    for (unsigned i = 0; i < line->check_count; i++) {
        const struct ladder_check *c = &line->checks[i];

        if (slice_eq(c->name, S("body")))
            set_body(m, c->op == LADDER_SET ? c->value : (struct slice){0});
        else if (slice_eq(c->name, S("padding")))
            pad(m, c->value);
        else if (!slice_eq(c->name, S("tag")) && !slice_eq(c->name, S("nc")) &&
                 (c->op == LADDER_SET || c->op == LADDER_REMOVE))
            set_header(m, c);
    }
}

/* A call goes on as its first request was sent, whatever the line made of it.
 */
static void learn_first(struct phone_call *c, const struct sip_message *m)
{
    struct sip_name_addr from, to;

    if (sip_name_addr_parse(sip_header_value(m, SIP_HDR_FROM), &from, NULL) ==
        IMS_OK)
        str_set(&c->local_uri, from.uri);
    if (sip_name_addr_parse(sip_header_value(m, SIP_HDR_TO), &to, NULL) ==
        IMS_OK)
        str_set(&c->remote_uri, to.uri);
    str_set(&c->local_tag, sip_tag(m, SIP_HDR_FROM));
    str_set(&c->call_id, sip_header_value(m, SIP_HDR_CALL_ID));
}

static enum ims_err send_again(struct phone *p, struct why *why)
{
    struct str copy = {0};
    enum ims_err err;

    str_set(&copy, str_slice(&p->last));
    err = phone_send_bytes(p, str_slice(&copy), why);
    str_fini(&copy);
    return err;
}

/* "nc: 0" makes the phone count its nonce from the beginning again. */
static void set_count(struct phone *p, const struct ladder_line *line)
{
    uint64_t n;

    for (unsigned i = 0; i < line->check_count; i++)
        if (slice_eq(line->checks[i].name, S("nc")) &&
            slice_u64(line->checks[i].value, UINT32_MAX, &n))
            p->nc = (uint32_t)n;
}

/* Credentials of the ladder's own: what they would prove is not known. */
static bool says_otherwise(const struct ladder_line *line)
{
    for (unsigned i = 0; i < line->check_count; i++)
        if (slice_eq_nocase(line->checks[i].name, S("Authorization")))
            return slice_eq(line->what, S("REGISTER"));
    return false;
}

enum ims_err phone_send(struct phone *p, const struct ladder_line *line,
                        struct why *why)
{
    struct sip_message *m;
    uint64_t status = 0;
    enum ims_err err;

    *why = (struct why){0};
    if (slice_eq(line->what, S("bytes")))
        return phone_send_bytes(p, line->more, why);
    if (slice_eq(line->what, S("again")))
        return send_again(p, why);
    set_count(p, line);
    if (slice_u64(line->what, 699, &status))
        m = make_response(p, (unsigned)status, line, why);
    else
        m = make_request(p, line, why);
    if (!m)
        return why->err;
    apply(m, line);
    if (says_otherwise(line))
        p->rspauth = (struct rspauth){0};
    if (m->is_request && line->more.n && m->method != SIP_REGISTER)
        learn_first(last_call(p), m);
    err = phone_post(p, m, why);
    sip_message_drop(m);
    return err;
}
