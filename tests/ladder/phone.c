/* SPDX-License-Identifier: MIT */
#include "ladder/phone.h"
#include "sip/views.h"

enum { PHONE_MESSAGE = 65535 };

/* ---- what came -------------------------------------------------------------
 */

static void take_message(struct phone *p, struct slice bytes)
{
    struct sip_message *m = NULL;
    struct why why;

    if (sip_message_parse(bytes, &(struct sip_limits){0}, &m, &why) == IMS_OK)
        phone_received(phone_owner(p, m), m);
    if (m)
        sip_message_drop(m);
}

static void on_datagram(void *ctx, struct udp *u, const struct addr *from,
                        struct slice bytes)
{
    (void)u;
    (void)from;
    take_message(ctx, bytes);
}

static void on_undeliverable(void *ctx, struct udp *u, const struct addr *to)
{
    (void)ctx;
    (void)u;
    (void)to;
}

static void on_open(void *ctx, struct stream *s)
{
    (void)ctx;
    (void)s;
}

static void on_bytes(void *ctx, struct stream *s, struct slice bytes)
{
    struct phone *p = ctx;
    struct slice message;
    enum framed f;

    (void)s;
    while ((f = framer_take(&p->framer, &bytes, &message, NULL)) !=
               FRAMED_MORE &&
           f != FRAMED_BROKEN)
        if (f == FRAMED_MESSAGE)
            take_message(p, message);
}

static void on_end(void *ctx, struct stream *s, enum ims_err err)
{
    struct phone *p = ctx;

    (void)s;
    (void)err;
    p->stream = NULL;
    framer_fini(&p->framer);
    framer_init(&p->framer, PHONE_MESSAGE);
}

/* ---- several accounts of one program ---------------------------------------
 */

static bool made_branch(const struct phone *p, const struct sip_message *m)
{
    struct sip_via via;
    char mine[96];
    struct buf b;

    buf_over(&b, mine, sizeof mine);
    buf_printf(&b, "z9hG4bK-%.*s-", SLICE_ARG(p->name));
    return sip_via_top(m, &via, NULL) == IMS_OK &&
           slice_starts(via.branch, buf_slice(&b));
}

static bool is_called(const struct phone *p, const struct sip_message *m)
{
    struct slice rest = slice_from(str_slice(&p->user), strlen("sip:")), user;
    struct sip_uri uri;

    slice_cut(&rest, '@', &user);
    return sip_uri_parse(m->uri, &uri, NULL) == IMS_OK &&
           slice_eq(uri.user, user);
}

struct phone *phone_owner(struct phone *p, const struct sip_message *m)
{
    LIST_EACH (it, p->all) {
        struct phone *other = container_of(it, struct phone, link);

        if (other != p && other->host != p)
            continue;
        if (m->is_request ? is_called(other, m) : made_branch(other, m))
            return other;
    }
    return p;
}

/* ---- the phone --------------------------------------------------------------
 */

enum ims_err phone_new(const struct phone_options *o, struct phone **out,
                       struct why *why)
{
    static const struct udp_handler datagrams = {on_datagram, on_undeliverable};
    struct phone *p = mem_zalloc(sizeof *p);
    struct slice rest = o->user, user;
    enum ims_err err = IMS_OK;

    p->net = o->net;
    p->name = o->name;
    p->local = o->local;
    p->proxy = o->proxy;
    p->all = o->all;
    p->host = o->host;
    p->is_peer = o->is_peer;
    list_init(&p->calls);
    list_init(&p->registration.link);
    framer_init(&p->framer, PHONE_MESSAGE);
    str_set(&p->user, o->user);
    str_set(&p->impi, o->impi);
    slice_cut(&rest, '@', &user);
    str_set(&p->domain, rest);
    if (o->local.transport == TRANSPORT_UDP && !o->host)
        err = udp_open(o->net, &o->local, &datagrams, p, &p->udp, why);
    if (err != IMS_OK) {
        phone_free(p);
        return err;
    }
    *out = p;
    return IMS_OK;
}

static void call_fini(struct phone_call *c)
{
    str_fini(&c->call_id);
    str_fini(&c->local_tag);
    str_fini(&c->remote_tag);
    str_fini(&c->local_uri);
    str_fini(&c->remote_uri);
    str_fini(&c->target);
    str_fini(&c->routes);
    str_fini(&c->branch);
    if (c->invite)
        sip_message_drop(c->invite);
    if (c->pending)
        sip_message_drop(c->pending);
    if (c->received)
        sip_message_drop(c->received);
}

void phone_free(struct phone *p)
{
    LIST_EACH (it, &p->calls) {
        struct phone_call *c = container_of(it, struct phone_call, link);

        call_fini(c);
        free(c);
    }
    call_fini(&p->registration);
    if (p->udp)
        udp_close(p->udp);
    if (p->stream)
        stream_close(p->stream);
    framer_fini(&p->framer);
    str_fini(&p->user);
    str_fini(&p->domain);
    str_fini(&p->impi);
    str_fini(&p->realm);
    str_fini(&p->contact);
    str_fini(&p->q);
    str_fini(&p->expires);
    str_fini(&p->last);
    str_fini(&p->service_route);
    str_fini(&p->challenge);
    str_fini(&p->secret.password);
    free(p);
}

/* A stream is opened when something is to be sent. */
enum ims_err phone_send_bytes(struct phone *p, struct slice bytes,
                              struct why *why)
{
    static const struct stream_handler streams = {on_open, on_bytes, on_end};
    enum ims_err err = IMS_OK;

    str_set(&p->last, bytes);
    if (p->host)
        p = p->host;
    if (p->udp)
        return udp_send(p->udp, &p->proxy, bytes);
    if (!p->stream) {
        struct addr from = p->local;

        from.port = 0;
        err = stream_connect(
            p->net, &(struct stream_ends){.from = &from, .to = &p->proxy},
            &streams, p, &p->stream, why);
    }
    return err == IMS_OK ? stream_send(p->stream, bytes) : err;
}

enum ims_err phone_post(struct phone *p, const struct sip_message *m,
                        struct why *why)
{
    struct buf b;
    enum ims_err err;

    buf_init(&b, PHONE_MESSAGE);
    err = sip_message_print(m, &b, why);
    if (err == IMS_OK)
        err = phone_send_bytes(p, buf_slice(&b), why);
    buf_fini(&b);
    return err;
}

/* ---- calls ------------------------------------------------------------------
 */

struct phone_call *phone_call_of(struct phone *p, struct slice call_id)
{
    if (slice_eq(str_slice(&p->registration.call_id), call_id))
        return &p->registration;
    LIST_EACH (it, &p->calls) {
        struct phone_call *c = container_of(it, struct phone_call, link);

        if (slice_eq(str_slice(&c->call_id), call_id))
            return c;
    }
    return NULL;
}

struct phone_call *phone_call_new(struct phone *p, struct slice call_id,
                                  enum sip_method m)
{
    struct phone_call *c = mem_zalloc(sizeof *c);

    c->method = m;
    str_set(&c->call_id, call_id);
    str_printf(&c->local_tag, "%.*s-%u", SLICE_ARG(p->name), ++p->counter);
    list_append(&p->calls, &c->link);
    return c;
}

/* Record-Route of a message as the Route values of what follows: as they
 * stand for who answers, backwards for who asked (RFC 3261 12.1). */
static void learn_routes(struct phone_call *c, const struct sip_message *m,
                         bool backwards)
{
    struct slice values[32];
    struct sip_values it;
    unsigned n = 0;
    struct buf b;

    buf_init(&b, 16384);
    sip_values_begin(&it, m, SIP_HDR_RECORD_ROUTE);
    while (n < 32 && sip_values_next(&it, &values[n]))
        n++;
    for (unsigned i = 0; i < n; i++) {
        if (i)
            buf_str(&b, ", ");
        buf_add(&b, values[backwards ? n - 1 - i : i]);
    }
    if (n)
        str_set(&c->routes, buf_slice(&b));
    buf_fini(&b);
}

static void learn_target(struct phone_call *c, const struct sip_message *m)
{
    struct sip_name_addr na;

    if (sip_name_addr_parse(sip_header_value(m, SIP_HDR_CONTACT), &na, NULL) ==
        IMS_OK)
        str_set(&c->target, na.uri);
}

static void keep(struct sip_message **slot, struct sip_message *m)
{
    if (*slot)
        sip_message_drop(*slot);
    *slot = m ? sip_message_hold(m) : NULL;
}

static void received_request(struct phone *p, struct sip_message *m)
{
    struct slice id = sip_header_value(m, SIP_HDR_CALL_ID);
    struct phone_call *c = phone_call_of(p, id);
    struct sip_name_addr from;

    if (!c) {
        c = phone_call_new(p, id, m->method);
        str_set(&c->local_uri, str_slice(&p->user));
        learn_routes(c, m, false);
        str_set(&c->remote_tag, sip_tag(m, SIP_HDR_FROM));
    }
    if (sip_name_addr_parse(sip_header_value(m, SIP_HDR_FROM), &from, NULL) ==
        IMS_OK)
        str_set(&c->remote_uri, from.uri);
    learn_target(c, m);
    if (m->method == SIP_ACK)
        return;
    keep(&c->pending, m);
    if (m->method == SIP_INVITE)
        keep(&c->received, m);
}

static void received_register_answer(struct phone *p, struct sip_message *m)
{
    struct sip_values it;
    struct slice value;
    struct buf b;

    if (m->status >= 200)
        p->register_status = m->status;
    if (m->status == 401) {
        str_set(&p->challenge, sip_header_value(m, SIP_HDR_WWW_AUTHENTICATE));
        p->nc = 0;
    }
    if (m->status / 100 != 2)
        return;
    if (p->wrong.err == IMS_OK)
        (void)!rspauth_check(&p->rspauth, m, &p->wrong);
    buf_init(&b, 16384);
    sip_values_begin(&it, m, SIP_HDR_SERVICE_ROUTE);
    while (sip_values_next(&it, &value)) {
        if (b.n)
            buf_str(&b, ", ");
        buf_add(&b, value);
    }
    str_set(&p->service_route, buf_slice(&b));
    buf_fini(&b);
}

static void received_response(struct phone *p, struct sip_message *m)
{
    struct phone_call *c =
        phone_call_of(p, sip_header_value(m, SIP_HDR_CALL_ID));

    if (!c)
        return;
    if (m->method == SIP_REGISTER) {
        received_register_answer(p, m);
        return;
    }
    if (m->method == SIP_INVITE && m->status >= 200)
        c->status = m->status;
    if (m->status == 100)
        return;
    if (sip_tag(m, SIP_HDR_TO).n)
        str_set(&c->remote_tag, sip_tag(m, SIP_HDR_TO));
    sip_header_u32(m, SIP_HDR_RSEQ, &c->remote_rseq);
    if (m->status < 300) {
        learn_target(c, m);
        if (m->method == c->method)
            learn_routes(c, m, true);
    }
}

void phone_received(struct phone *p, struct sip_message *m)
{
    if (m->is_request)
        received_request(p, m);
    else
        received_response(p, m);
    if (p->on_received)
        p->on_received(p->ctx, p, m);
}
