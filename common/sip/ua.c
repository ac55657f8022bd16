/* SPDX-License-Identifier: MIT */
#include "sip/ua.h"
#include "base/mem.h"

enum { TOKEN = 16 };

/* ---- a request, RFC 3261 8.1.1 ------------------------------------------- */

/* A bare URI goes into brackets, so that the tag is the header's parameter. */
static void set_party(struct sip_message *m, enum sip_header_id id,
                      struct slice party, struct slice tag)
{
    bool bare = slice_index(party, '<') < 0;
    const char *open = bare ? "<" : "", *close = bare ? ">" : "";

    if (tag.n > 0)
        sip_set_printf(m, id, "%s%.*s%s;tag=%.*s", open, SLICE_ARG(party),
                       close, SLICE_ARG(tag));
    else
        sip_set_printf(m, id, "%s%.*s%s", open, SLICE_ARG(party), close);
}

static void set_call_id(struct sip_message *m, const struct env *env,
                        struct slice call_id)
{
    char token[TOKEN];

    if (call_id.n > 0) {
        sip_set(m, SIP_HDR_CALL_ID, call_id);
        return;
    }
    dice_token(env->dice, token, sizeof token);
    sip_set_printf(m, SIP_HDR_CALL_ID, "%.*s@%s", TOKEN, token, env->host);
}

struct sip_message *sip_ua_request_new(const struct env *env,
                                       const struct sip_ua_request *r)
{
    struct sip_message *m = sip_request_new(r->method, r->uri);
    struct slice tag = r->from_tag, name = sip_method_name(r->method);
    char token[TOKEN];

    if (tag.n == 0) {
        dice_token(env->dice, token, sizeof token);
        tag = slice_at(token, sizeof token);
    }
    if (r->route.n > 0)
        sip_set(m, SIP_HDR_ROUTE, r->route);
    sip_set(m, SIP_HDR_MAX_FORWARDS, S("70"));
    set_party(m, SIP_HDR_FROM, r->from, tag);
    set_party(m, SIP_HDR_TO, r->to, r->to_tag);
    set_call_id(m, env, r->call_id);
    sip_set_printf(m, SIP_HDR_CSEQ, "%u %.*s", r->cseq ? r->cseq : 1,
                   SLICE_ARG(name));
    if (r->contact.n > 0)
        sip_set(m, SIP_HDR_CONTACT, r->contact);
    return m;
}

/* ---- a dialog, RFC 3261 12.1 --------------------------------------------- */

/* The value without its tag: up to the end of the URI. */
static void set_name(struct str *out, const struct sip_message *m,
                     enum sip_header_id id)
{
    struct sip_name_addr a;

    if (sip_name_addr_parse(sip_header_value(m, id), &a, NULL))
        return;
    if (a.display.n > 0)
        str_printf(out, "%.*s <%.*s>", SLICE_ARG(a.display), SLICE_ARG(a.uri));
    else
        str_printf(out, "<%.*s>", SLICE_ARG(a.uri));
}

static enum ims_err set_target(struct sip_ua_dialog *d,
                               const struct sip_message *m, struct why *why)
{
    struct sip_values contacts;
    struct sip_name_addr a;
    struct slice value;

    sip_values_begin(&contacts, m, SIP_HDR_CONTACT);
    if (!sip_values_next(&contacts, &value))
        return why_set(why, IMS_MISSING, "Contact is missing");
    if (sip_name_addr_parse(value, &a, why))
        return IMS_MALFORMED;
    str_set(&d->target, a.uri);
    return IMS_OK;
}

static void prepend(struct buf *b, struct slice value)
{
    struct slice so_far = buf_slice(b);
    struct str old = {0};

    str_set(&old, so_far);
    buf_reset(b);
    buf_add(b, value);
    if (old.n > 0)
        buf_str(b, ", ");
    buf_add(b, str_slice(&old));
    str_fini(&old);
}

/* Record-Route in the order in which our requests pass them. */
static void set_routes(struct sip_ua_dialog *d, const struct sip_message *m,
                       bool backwards)
{
    struct sip_values routes;
    struct slice value;
    struct buf b;

    buf_init(&b, 16384);
    sip_values_begin(&routes, m, SIP_HDR_RECORD_ROUTE);
    while (sip_values_next(&routes, &value)) {
        if (backwards) {
            prepend(&b, value);
            continue;
        }
        if (b.n > 0)
            buf_str(&b, ", ");
        buf_add(&b, value);
    }
    str_set(&d->routes, buf_slice(&b));
    buf_fini(&b);
}

static uint32_t cseq_number(const struct sip_message *m)
{
    struct sip_cseq cseq;

    return sip_cseq_parse(sip_header_value(m, SIP_HDR_CSEQ), &cseq, NULL)
               ? 0
               : cseq.number;
}

enum ims_err sip_ua_dialog_by_response(struct sip_ua_dialog *d,
                                       const struct sip_message *req,
                                       const struct sip_message *resp,
                                       struct why *why)
{
    struct slice tag = sip_tag(resp, SIP_HDR_TO);
    bool first = d->call_id.n == 0;
    enum ims_err err;

    if (tag.n == 0)
        return why_set(why, IMS_MISSING, "To has no tag");
    err = set_target(d, resp, why);
    if (err)
        return err;
    if (!d->is_confirmed)
        set_routes(d, resp, true);
    d->is_confirmed = d->is_confirmed || resp->status >= 200;
    str_set(&d->remote_tag, tag);
    if (!first)
        return IMS_OK;
    str_set(&d->call_id, sip_header_value(req, SIP_HDR_CALL_ID));
    str_set(&d->local_tag, sip_tag(req, SIP_HDR_FROM));
    set_name(&d->local, req, SIP_HDR_FROM);
    set_name(&d->remote, req, SIP_HDR_TO);
    d->local_cseq = cseq_number(req);
    return IMS_OK;
}

enum ims_err sip_ua_dialog_by_request(struct sip_ua_dialog *d,
                                      const struct sip_message *req,
                                      struct slice local_tag, struct why *why)
{
    enum ims_err err = set_target(d, req, why);

    if (err)
        return err;
    set_routes(d, req, false);
    str_set(&d->call_id, sip_header_value(req, SIP_HDR_CALL_ID));
    str_set(&d->local_tag, local_tag);
    str_set(&d->remote_tag, sip_tag(req, SIP_HDR_FROM));
    set_name(&d->local, req, SIP_HDR_TO);
    set_name(&d->remote, req, SIP_HDR_FROM);
    d->remote_cseq = cseq_number(req);
    d->has_remote_cseq = true;
    return IMS_OK;
}

void sip_ua_dialog_fini(struct sip_ua_dialog *d)
{
    struct str *const texts[] = {&d->call_id, &d->local_tag, &d->remote_tag,
                                 &d->local,   &d->remote,    &d->target,
                                 &d->routes};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        str_fini(texts[i]);
    *d = (struct sip_ua_dialog){0};
}

bool sip_ua_dialog_has(const struct sip_ua_dialog *d,
                       const struct sip_message *m)
{
    enum sip_header_id local = m->is_request ? SIP_HDR_TO : SIP_HDR_FROM;
    enum sip_header_id remote = m->is_request ? SIP_HDR_FROM : SIP_HDR_TO;

    return d->call_id.n > 0 &&
           slice_eq(str_slice(&d->call_id),
                    sip_header_value(m, SIP_HDR_CALL_ID)) &&
           slice_eq(str_slice(&d->local_tag), sip_tag(m, local)) &&
           slice_eq(str_slice(&d->remote_tag), sip_tag(m, remote));
}

static bool refreshes_target(enum sip_method m)
{
    return m == SIP_INVITE || m == SIP_UPDATE || m == SIP_SUBSCRIBE ||
           m == SIP_NOTIFY;
}

enum ims_err sip_ua_dialog_receive(struct sip_ua_dialog *d,
                                   const struct sip_message *req,
                                   struct why *why)
{
    uint32_t cseq = cseq_number(req);

    if (req->method == SIP_ACK || req->method == SIP_CANCEL)
        return IMS_OK;
    if (d->has_remote_cseq && cseq < d->remote_cseq)
        return why_set(why, IMS_CONFLICT, "CSeq %u comes after %u", cseq,
                       d->remote_cseq);
    d->remote_cseq = cseq;
    d->has_remote_cseq = true;
    if (refreshes_target(req->method) && sip_header_first(req, SIP_HDR_CONTACT))
        return set_target(d, req, why);
    return IMS_OK;
}

/* ---- within a dialog, RFC 3261 12.2.1.1 ---------------------------------- */

static bool first_route(const struct sip_message *m, struct sip_uri *uri)
{
    struct sip_values routes;
    struct sip_name_addr a;
    struct slice value;

    sip_values_begin(&routes, m, SIP_HDR_ROUTE);
    return sip_values_next(&routes, &value) &&
           sip_name_addr_uri(value, &a, uri, NULL) == IMS_OK;
}

/* A strict router wants itself in the Request-URI, and the target last. */
static void set_strict(struct sip_message *m, const struct sip_uri *router,
                       struct slice target)
{
    char text[1024];
    struct buf b;

    buf_over(&b, text, sizeof text);
    buf_char(&b, '<');
    buf_add(&b, target);
    buf_char(&b, '>');
    sip_set_uri(m, router->text);
    sip_pop(m, SIP_HDR_ROUTE);
    sip_add_last(m, SIP_HDR_ROUTE, buf_slice(&b));
}

static struct sip_message *within(struct sip_ua_dialog *d,
                                  enum sip_method method, uint32_t cseq)
{
    struct slice target = str_slice(&d->target);
    struct sip_message *m = sip_request_new(method, target);
    struct slice name = sip_method_name(method);
    struct sip_uri router;

    if (d->routes.n > 0)
        sip_set(m, SIP_HDR_ROUTE, str_slice(&d->routes));
    if (first_route(m, &router) && !sip_uri_has_lr(&router))
        set_strict(m, &router, target);
    sip_set(m, SIP_HDR_MAX_FORWARDS, S("70"));
    set_party(m, SIP_HDR_FROM, str_slice(&d->local), str_slice(&d->local_tag));
    set_party(m, SIP_HDR_TO, str_slice(&d->remote), str_slice(&d->remote_tag));
    sip_set(m, SIP_HDR_CALL_ID, str_slice(&d->call_id));
    sip_set_printf(m, SIP_HDR_CSEQ, "%u %.*s", cseq, SLICE_ARG(name));
    return m;
}

struct sip_message *sip_ua_dialog_request(struct sip_ua_dialog *d,
                                          enum sip_method method,
                                          struct slice contact)
{
    struct sip_message *m = within(d, method, ++d->local_cseq);

    if (contact.n > 0)
        sip_set(m, SIP_HDR_CONTACT, contact);
    return m;
}

struct sip_message *sip_ua_dialog_ack(struct sip_ua_dialog *d, uint32_t cseq)
{
    return within(d, SIP_ACK, cseq);
}

/* ---- a 2xx to INVITE, RFC 3261 13.3.1.4 ---------------------------------- */

struct sip_ua_accept {
    struct sip_request *req;  /* held */
    struct sip_message *resp; /* held */
    struct timers *timers;
    const struct sip_timers *clocks;
    struct timer again, end;
    int64_t interval;
    void (*on_no_ack)(void *ctx);
    void *ctx;
};

static void send_again(void *ctx)
{
    struct sip_ua_accept *a = ctx;

    sip_respond(a->req, sip_message_hold(a->resp));
    timer_start(a->timers, &a->again, a->interval, send_again, a);
    a->interval =
        2 * a->interval < a->clocks->t2 ? 2 * a->interval : a->clocks->t2;
}

static void give_up(void *ctx)
{
    struct sip_ua_accept *a = ctx;

    timer_stop(a->timers, &a->again);
    a->on_no_ack(a->ctx);
}

struct sip_ua_accept *sip_ua_accept(struct sip_request *req,
                                    struct sip_message *resp,
                                    void (*on_no_ack)(void *ctx), void *ctx)
{
    struct sip_ua_accept *a = mem_zalloc(sizeof *a);

    a->req = sip_request_hold(req);
    a->resp = resp;
    a->timers = sip_stack_env(req->stack)->timers;
    a->clocks = &req->flow.listener->timers;
    a->interval = a->clocks->t1;
    a->on_no_ack = on_no_ack;
    a->ctx = ctx;
    timer_start(a->timers, &a->end, 64 * a->clocks->t1, give_up, a);
    send_again(a);
    return a;
}

void sip_ua_accept_end(struct sip_ua_accept *a)
{
    timer_stop(a->timers, &a->again);
    timer_stop(a->timers, &a->end);
    sip_request_drop(a->req);
    sip_message_drop(a->resp);
    free(a);
}
