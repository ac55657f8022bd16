/* SPDX-License-Identifier: MIT
 *
 * RFC 3261 section 16, in its order, up to the point where the response
 * context of fork.c takes over:
 *
 *   16.3 check     is the request well, may it go on?
 *   16.4 routes    what led here comes off
 *   16.6 prepare   what every proxy does to a request that leaves
 *
 * SIP-5, SIP-12.
 */
#include "base/mem.h"
#include "sip/proxy_parts.h"
#include "sip/views.h"

enum { MAX_BREADTH = 60, MAX_FORWARDS = 70 };

struct sip_proxy *sip_proxy_new(const struct sip_proxy_config *c)
{
    struct sip_proxy *p = mem_zalloc(sizeof(*p));

    p->config = *c;
    p->env = sip_stack_env(c->stack);
    if (!p->config.max_breadth)
        p->config.max_breadth = MAX_BREADTH;
    list_init(&p->forwards);
    buf_init(&p->cookie, 256 * 1024);
    return p;
}

void sip_proxy_free(struct sip_proxy *p)
{
    while (!list_is_empty(&p->forwards))
        fork_abandon(container_of(p->forwards.next, struct sip_forward, link));
    buf_fini(&p->cookie);
    free(p);
}

/* ---- 16.3 request validation --------------------------------------------- */

static struct record_about about(const struct sip_message *m)
{
    return (struct record_about){.call = sip_header_value(m, SIP_HDR_CALL_ID)};
}

static bool has_known_scheme(const struct sip_message *m)
{
    struct sip_uri uri;

    return sip_request_uri(m, &uri) &&
           (uri.scheme != SIP_SCHEME_OTHER ||
            slice_eq_nocase(uri.scheme_name, S("urn")));
}

static bool is_zero(const struct sip_message *m, enum sip_header_id id)
{
    uint32_t n;

    return sip_header_u32(m, id, &n) && n == 0;
}

struct slice proxy_cookie(struct sip_proxy *p, const struct sip_message *req)
{
    static const enum sip_header_id ids[] = {
        SIP_HDR_ROUTE, SIP_HDR_P_SERVED_USER, SIP_HDR_P_ASSERTED_IDENTITY,
        SIP_HDR_PROXY_REQUIRE};
    struct buf *out = &p->cookie;
    struct sip_values it;
    struct slice value;

    buf_reset(out);
    buf_add(out, req->uri);
    for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
        buf_char(out, '\n');
        sip_values_begin(&it, req, ids[i]);
        while (sip_values_next(&it, &value)) {
            buf_add(out, value);
            buf_char(out, ',');
        }
    }
    return buf_slice(out);
}

static bool has_looped(struct sip_proxy *p, const struct sip_message *req)
{
    return sip_stack_has_looped(p->config.stack, req, proxy_cookie(p, req));
}

static void refuse(struct sip_proxy *p, struct sip_request *req,
                   unsigned status, const char *sentence)
{
    record_say(p->env->record, about(req->msg), "SIP-5", "RFC 3261 16.3",
               "%u %s: %s", status, sip_reason(status), sentence);
    sip_reply(req, status, NULL);
}

static bool is_seen_to(const struct sip_proxy *p, const struct sip_request *req,
                       struct slice extension)
{
    return p->config.is_seen_to &&
           p->config.is_seen_to(p->config.ctx, req, extension);
}

/* We support no extension that a proxy could be required to support. */
static bool requires_more(const struct sip_proxy *p,
                          const struct sip_request *req)
{
    struct sip_values it;
    struct slice value;

    sip_values_begin(&it, req->msg, SIP_HDR_PROXY_REQUIRE);
    while (sip_values_next(&it, &value))
        if (!is_seen_to(p, req, value))
            return true;
    return false;
}

static void refuse_extensions(struct sip_proxy *p, struct sip_request *req)
{
    struct sip_message *resp =
        sip_response_to(req->msg, 420, (struct slice){0}, sip_request_tag(req));
    struct sip_values it;
    struct slice value;

    sip_values_begin(&it, req->msg, SIP_HDR_PROXY_REQUIRE);
    while (sip_values_next(&it, &value))
        if (!is_seen_to(p, req, value))
            sip_add_last(resp, SIP_HDR_UNSUPPORTED, value);
    value = sip_header_value(req->msg, SIP_HDR_PROXY_REQUIRE);
    record_say(p->env->record, about(req->msg), "SIP-5", "RFC 3261 16.3",
               "420 Bad Extension: Proxy-Require %.*s", SLICE_ARG(value));
    sip_respond(req, resp);
}

static bool is_own(const struct sip_proxy *p, const struct sip_uri *uri)
{
    return p->config.is_own(p->config.ctx, uri);
}

/* Does it end here, however few hops are left (16.3 item 3, 11.2)? */
static bool is_for_us(const struct sip_proxy *p, const struct sip_message *m)
{
    struct sip_uri uri;

    return m->method == SIP_OPTIONS && !sip_tag(m, SIP_HDR_TO).n &&
           !sip_header_first(m, SIP_HDR_ROUTE) && sip_request_uri(m, &uri) &&
           !uri.user.n && is_own(p, &uri);
}

bool sip_proxy_check(struct sip_proxy *p, struct sip_request *req)
{
    const struct sip_message *m = req->msg;

    if (!has_known_scheme(m))
        refuse(p, req, 416, "the Request-URI has a scheme of no use here");
    else if (is_zero(m, SIP_HDR_MAX_FORWARDS) && !is_for_us(p, m))
        refuse(p, req, 483, "Max-Forwards is 0");
    else if (has_looped(p, m))
        refuse(p, req, 482, "it was here before, just as it is now");
    else if (is_zero(m, SIP_HDR_MAX_BREADTH))
        refuse(p, req, 440, "Max-Breadth is 0");
    else if (requires_more(p, req))
        refuse_extensions(p, req);
    else
        return true;
    return false;
}

/* ---- 16.4 route information preprocessing
 * ------------------------------------ */

static bool last_value(const struct sip_message *m, enum sip_header_id id,
                       struct slice *last)
{
    struct sip_values it;
    bool any = false;

    sip_values_begin(&it, m, id);
    while (sip_values_next(&it, last))
        any = true;
    return any;
}

/* The Request-URI is what we once put into Record-Route: a strict router sent
 * this, and the true Request-URI is the last Route entry. */
static void undo_strict_router(struct sip_proxy *p, struct sip_message *m)
{
    struct sip_name_addr na;
    struct sip_uri uri;
    struct slice last;

    if (!sip_request_uri(m, &uri) || !sip_uri_has_lr(&uri) ||
        !is_own(p, &uri) || !last_value(m, SIP_HDR_ROUTE, &last) ||
        sip_name_addr_uri(last, &na, &uri, NULL))
        return;
    sip_set_uri(m, na.uri);
    sip_pop_last(m, SIP_HDR_ROUTE);
}

static void print_without_maddr(const struct sip_uri *uri, struct buf *out)
{
    struct slice rest = uri->params, name, value;
    struct sip_uri bare = *uri;

    bare.port = 0;
    bare.params = (struct slice){0};
    sip_uri_print(&bare, out);
    while (sip_uri_param_next(&rest, &name, &value)) {
        if (slice_eq_nocase(name, S("maddr")) ||
            slice_eq_nocase(name, S("transport")))
            continue;
        buf_char(out, ';');
        buf_add(out, name);
        if (value.p) {
            buf_char(out, '=');
            buf_add(out, value);
        }
    }
}

/* A maddr that is ours, with the port and transport that were used. */
static void strip_maddr(struct sip_proxy *p, struct sip_message *m,
                        const struct sip_flow *flow)
{
    struct sip_uri uri, at;
    enum transport proto;
    struct buf out;

    if (!sip_request_uri(m, &uri) || !sip_uri_param(&uri, S("maddr"), NULL))
        return;
    at = uri;
    sip_uri_param(&uri, S("maddr"), &at.host);
    proto = sip_uri_transport(&uri);
    if (!is_own(p, &at) || sip_uri_port(&uri) != flow->listener->port ||
        (proto ? proto : TRANSPORT_UDP) != flow->remote.transport)
        return;
    buf_init(&out, 65536);
    print_without_maddr(&uri, &out);
    sip_set_uri(m, buf_slice(&out));
    buf_fini(&out);
}

/* Our own entries off the head of Route. */
static void take_own(struct sip_proxy *p, struct sip_message *m,
                     struct sip_proxy_route *route)
{
    struct sip_values it;
    struct sip_name_addr na;
    struct sip_uri uri;
    struct slice value;

    *route = (struct sip_proxy_route){0};
    for (;;) {
        sip_values_begin(&it, m, SIP_HDR_ROUTE);
        route->more = sip_values_next(&it, &value);
        if (!route->more || sip_name_addr_uri(value, &na, &uri, NULL) ||
            !is_own(p, &uri) ||
            (route->own.text.n && !slice_eq(route->own.user, uri.user)))
            return;
        if (!route->own.text.n)
            route->own = uri;
        sip_pop(m, SIP_HDR_ROUTE);
    }
}

static struct sip_message *preprocess(struct sip_proxy *p,
                                      struct sip_message *m,
                                      const struct sip_flow *flow,
                                      struct sip_proxy_route *route)
{
    struct sip_message *copy = sip_message_copy(m);

    undo_strict_router(p, copy);
    strip_maddr(p, copy, flow);
    take_own(p, copy, route);
    return copy;
}

struct extensions {
    const struct sip_proxy *p;
    const struct sip_request *req;
    unsigned dropped;
};

static bool drops_extension(void *ctx, struct slice value)
{
    struct extensions *e = ctx;
    bool drops = is_seen_to(e->p, e->req, value);

    e->dropped += drops;
    return drops;
}

static void drop_extensions(struct sip_proxy *p, const struct sip_request *req,
                            struct sip_message *copy)
{
    struct extensions e = {p, req, 0};

    sip_filter(copy, SIP_HDR_PROXY_REQUIRE, drops_extension, &e);
    sip_filter(copy, SIP_HDR_REQUIRE, drops_extension, &e);
    if (e.dropped)
        record_say(p->env->record, about(copy), "SIP-12", "RFC 3329 2.3.1",
                   "an extension that the first hop has seen to is taken out "
                   "of Proxy-Require and Require");
}

struct sip_message *sip_proxy_copy(struct sip_proxy *p, struct sip_request *req,
                                   struct sip_proxy_route *route)
{
    struct sip_message *copy = preprocess(p, req->msg, &req->flow, route);

    drop_extensions(p, req, copy);
    return copy;
}

/* ---- 16.6 request forwarding
 * -------------------------------------------------- */

/* Step 3. */
static void lower_max_forwards(struct sip_message *m)
{
    uint32_t hops;

    if (!sip_header_u32(m, SIP_HDR_MAX_FORWARDS, &hops))
        hops = MAX_FORWARDS + 1;
    sip_set_u64(m, SIP_HDR_MAX_FORWARDS, hops ? hops - 1 : 0);
}

/* Step 4. */
static void add_record_route(struct sip_message *m, struct slice text)
{
    struct sip_uri uri;
    struct buf out;
    bool loose = !sip_uri_parse(text, &uri, NULL) && sip_uri_has_lr(&uri);

    if (!text.n)
        return;
    buf_init(&out, 65536);
    buf_char(&out, '<');
    buf_add(&out, text);
    buf_str(&out, loose ? ">" : ";lr>");
    sip_add_first(m, SIP_HDR_RECORD_ROUTE, buf_slice(&out));
    buf_fini(&out);
}

/* Step 6: a first Route entry without lr is a strict router's. */
static void obey_strict_router(struct sip_message *m,
                               struct sip_destination *to)
{
    struct sip_values it;
    struct sip_name_addr na;
    struct sip_uri uri;
    struct slice value;
    struct buf out;

    sip_values_begin(&it, m, SIP_HDR_ROUTE);
    if (!sip_values_next(&it, &value) ||
        sip_name_addr_uri(value, &na, &uri, NULL) || sip_uri_has_lr(&uri))
        return;
    buf_init(&out, 65536);
    buf_printf(&out, "<%.*s>", SLICE_ARG(m->uri));
    sip_add_last(m, SIP_HDR_ROUTE, buf_slice(&out));
    buf_fini(&out);
    sip_set_uri(m, na.uri);
    sip_pop(m, SIP_HDR_ROUTE);
    if (!to->flow && !to->addr.family && !to->uri.n)
        to->uri = m->uri;
}

void proxy_prepare(struct sip_message *m, struct slice record_route,
                   struct sip_destination *to)
{
    lower_max_forwards(m);
    add_record_route(m, record_route);
    obey_strict_router(m, to);
}

/* ---- CANCEL and ACK
 * ----------------------------------------------------------- */

void sip_proxy_cancel(struct sip_proxy *p, struct sip_request *req,
                      struct sip_message *cancel)
{
    struct slice reason = sip_header_value(cancel, SIP_HDR_REASON);

    record_say(p->env->record, about(cancel), "SIP-5", "RFC 3261 16.10",
               "cancelled by the caller");
    if (req->user)
        fork_cancel(req->user, reason);
    else
        sip_reply(req, 487, NULL);
}

/* What a request is refused for; nobody answers an ACK. */
static bool drops_ack(struct sip_proxy *p, const struct sip_message *ack,
                      struct slice cookie)
{
    const char *why = is_zero(ack, SIP_HDR_MAX_FORWARDS) ? "Max-Forwards is 0"
                      : sip_stack_has_looped(p->config.stack, ack, cookie)
                          ? "it was here before, just as it is now"
                          : NULL;

    if (why)
        record_say(p->env->record, about(ack), "SIP-5", "RFC 3261 16.3",
                   "the ACK is dropped: %s", why);
    return why;
}

void sip_proxy_ack(struct sip_proxy *p, struct sip_message *ack,
                   const struct sip_flow *flow,
                   bool (*edit)(void *ctx, struct sip_message *copy,
                                const struct sip_proxy_route *route,
                                struct sip_destination *to),
                   void *ctx)
{
    struct sip_destination to = {.trust = SIP_MW};
    struct sip_proxy_route route;
    struct slice cookie = proxy_cookie(p, ack);
    struct sip_message *copy;

    if (drops_ack(p, ack, cookie))
        return;
    copy = preprocess(p, ack, flow, &route);
    if (!edit || edit(ctx, copy, &route, &to)) {
        proxy_prepare(copy, (struct slice){0}, &to);
        sip_stack_send_stateless(p->config.stack, copy, &to, cookie);
    }
    sip_message_drop(copy);
}
