/* SPDX-License-Identifier: MIT
 *
 * What every CSCF is: a SIP stack, a proxy, and who answers for the node itself
 * (RFC 3261 8.2.2).
 *
 * SIP-12, P-TRU-1.
 */
#include "node/cscf.h"
#include "ims/trust.h"
#include "sip/views.h"
#include <stdarg.h>
#include <stdio.h>

/* ---- life ------------------------------------------------------------------
 */

static bool is_own(void *ctx, const struct sip_uri *uri)
{
    return cscf_is_own(ctx, uri);
}

static double count_transactions(void *ctx)
{
    const struct cscf *c = ctx;

    return (double)sip_stack_transactions(c->stack);
}

/* sec-agree is between a phone and its P-CSCF, which is to take it out (RFC
 * 3329 2.3.1); P-CSCFs of others leave it in. */
static bool is_seen_to(void *ctx, const struct sip_request *req,
                       struct slice extension)
{
    return slice_eq_nocase(extension, S("sec-agree")) &&
           cscf_is_trusted(ctx, &req->flow);
}

enum ims_err cscf_open(struct cscf *c, struct node *n,
                       const struct sip_stack_handler *h, struct why *why)
{
    enum ims_err err;

    n->state = c;
    c->node = n;
    c->env = &n->env;
    err = node_sip_open(n, h, c, &c->stack, why);
    if (err != IMS_OK)
        return err;
    c->proxy = sip_proxy_new(&(struct sip_proxy_config){
        .stack = c->stack,
        .is_own = is_own,
        .is_seen_to = is_seen_to,
        .ctx = c,
        .max_breadth = (unsigned)n->self->limits.branches,
    });
    metrics_gauge(n->env.metrics, "imsbox_sip_transactions", "",
                  "SIP transactions in progress", count_transactions, c);
    return IMS_OK;
}

enum ims_err cscf_open_cx(struct cscf *c, const struct cx_handler *h,
                          struct why *why)
{
    enum ims_err err = node_diameter_open(c->node, &c->diameter, why);

    if (err != IMS_OK)
        return err;
    c->cx = cx_new(c->diameter, h, c);
    diameter_start(c->diameter);
    return IMS_OK;
}

void cscf_close(struct cscf *c)
{
    if (c->cx)
        cx_free(c->cx);
    if (c->diameter)
        diameter_free(c->diameter);
    if (c->proxy)
        sip_proxy_free(c->proxy);
    if (c->stack)
        sip_stack_free(c->stack);
}

enum ims_err cscf_reload(struct node *n, struct why *why)
{
    struct cscf *c = n->state;

    (void)why;
    node_sip_reload(n, c->stack);
    if (c->diameter)
        node_diameter_reload(n, c->diameter);
    return IMS_OK;
}

bool cscf_is_ready(const struct node *n, struct why *why)
{
    const struct cscf *c = n->state;

    return !c->diameter || node_peers_ready(c->diameter, why);
}

void cscf_stop_accepting(struct node *n)
{
    struct cscf *c = n->state;

    sip_stack_drain(c->stack);
}

bool cscf_is_idle(const struct node *n)
{
    const struct cscf *c = n->state;

    return sip_stack_open(c->stack) == 0 && !c->leaving;
}

static void on_left(void *ctx)
{
    struct cscf *c = ctx;

    c->leaving = false;
}

void cscf_leave(struct node *n)
{
    struct cscf *c = n->state;

    if (!c->diameter)
        return;
    c->leaving = true;
    diameter_stop(c->diameter, on_left, c);
}

void cscf_try_neighbours(struct node *n)
{
    struct cscf *c = n->state;

    if (c->diameter)
        diameter_try_peers(c->diameter);
}

void cscf_dump(const struct cscf *c, struct json *j)
{
    json_put_u64(j, "transactions", sip_stack_transactions(c->stack));
    if (!c->diameter)
        return;
    json_key(j, "peers");
    node_dump_peers(c->env, c->diameter, j);
}

void cscf_get_peers(struct node *n, struct api_call *call)
{
    const struct cscf *c = n->state;

    node_dump_peers(c->env, c->diameter, &call->json);
    api_reply(call, 200);
}

/* ---- requests ---------------------------------------------------------------
 */

void cscf_on_cancel(void *ctx, struct sip_request *req,
                    struct sip_message *cancel)
{
    struct cscf *c = ctx;

    sip_proxy_cancel(c->proxy, req, cancel);
}

static bool let_ack_pass(void *ctx, struct sip_message *copy,
                         const struct sip_proxy_route *route,
                         struct sip_destination *to)
{
    (void)ctx;
    (void)copy;
    (void)route;
    to->trust = SIP_MW;
    return true;
}

void cscf_on_ack(void *ctx, struct sip_message *ack,
                 const struct sip_flow *flow)
{
    struct cscf *c = ctx;

    sip_proxy_ack(c->proxy, ack, flow, let_ack_pass, c);
}

void cscf_refuse(struct cscf *c, struct sip_request *req,
                 struct sip_message *copy, unsigned status, const char *proc,
                 const char *clause, const char *fmt, ...)
{
    char sentence[sizeof((struct why *)0)->text];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(sentence, sizeof sentence, fmt, ap);
    va_end(ap);
    record_say(c->env->record, cscf_about(req->msg), proc, clause,
               "%.*s answered %u: %s", SLICE_ARG(req->msg->method_name), status,
               sentence);
    sip_message_drop(copy);
    sip_reply(req, status, status == 400 ? sentence : NULL);
    sip_request_drop(req);
}

void cscf_refuse_event(struct cscf *c, struct sip_request *req,
                       struct sip_message *copy, const char *proc)
{
    struct sip_message *resp =
        sip_response_to(req->msg, 489, (struct slice){0}, sip_request_tag(req));

    record_say(c->env->record, cscf_about(req->msg), proc, "RFC 6665 4.2.1",
               "%.*s answered 489: Event is not the subscription's",
               SLICE_ARG(req->msg->method_name));
    sip_set(resp, SIP_HDR_ALLOW_EVENTS, S("reg"));
    sip_respond(req, resp);
    sip_message_drop(copy);
    sip_request_drop(req);
}

static bool is_merged(struct cscf *c, struct sip_request *req)
{
    struct record_about about = cscf_about(req->msg);

    if (!sip_request_is_merged(req))
        return false;
    about.reason = "merged";
    record_say(c->env->record, about, "SIP-5", "RFC 3261 8.2.2.2",
               "%.*s answered 482: it came another way before",
               SLICE_ARG(req->msg->method_name));
    sip_reply(req, 482, NULL);
    return true;
}

static bool requires_more(struct cscf *c, struct sip_request *req,
                          struct slice known)
{
    struct sip_message *resp = NULL;
    struct sip_values it;
    struct slice tag;

    sip_values_begin(&it, req->msg, SIP_HDR_REQUIRE);
    while (sip_values_next(&it, &tag)) {
        if (slice_eq_nocase(tag, known) || is_seen_to(c, req, tag))
            continue;
        if (!resp)
            resp = sip_response_to(req->msg, 420, (struct slice){0},
                                   sip_request_tag(req));
        sip_add_last(resp, SIP_HDR_UNSUPPORTED, tag);
    }
    if (!resp)
        return false;
    record_say(c->env->record, cscf_about(req->msg), "SIP-12",
               "RFC 3261 8.2.2.3", "%.*s answered 420: Require %.*s",
               SLICE_ARG(req->msg->method_name),
               SLICE_ARG(sip_header_value(req->msg, SIP_HDR_REQUIRE)));
    sip_respond(req, resp);
    return true;
}

bool cscf_check_uas(struct cscf *c, struct sip_request *req, struct slice known)
{
    return !is_merged(c, req) && !requires_more(c, req, known);
}

static bool is_at(const struct topology_external *e, const struct addr *a)
{
    for (unsigned i = 0; i < e->sip_count; i++)
        if (addr_eq_ip(&e->sip[i].addr, a))
            return true;
    return false;
}

bool cscf_is_trusted(const struct cscf *c, const struct sip_flow *from)
{
    const struct topology *t = c->node->topology;

    if (from->listener->trust == SIP_GM)
        return false;
    for (unsigned i = 0; i < t->external_count; i++)
        if (t->externals[i].trust == TOPOLOGY_GM &&
            is_at(&t->externals[i], &from->remote))
            return false;
    return true;
}

void cscf_check_trust(struct cscf *c, const struct sip_request *req,
                      struct sip_message *copy)
{
    char text[ADDR_TEXT_MAX];

    if (cscf_is_trusted(c, &req->flow))
        return;
    record_say(c->env->record, cscf_about(copy), "P-TRU-1", "TS 24.229 4.4",
               "%s is trusted with nothing: what it asserts is taken out",
               addr_text(&req->flow.remote, text));
    trust_believe_nothing(copy);
}

struct slice cscf_visited_network(const struct sip_message *m)
{
    struct slice value = {0};
    struct sip_values it;
    struct sip_item item;

    sip_values_begin(&it, m, SIP_HDR_P_VISITED_NETWORK_ID);
    if (!sip_values_next(&it, &value) ||
        sip_item_parse(value, &item, NULL) != IMS_OK)
        return (struct slice){0};
    if (item.value.n >= 2 && item.value.p[0] == '"')
        return slice_first(slice_from(item.value, 1), item.value.n - 2);
    return item.value;
}

bool cscf_is_own(const struct cscf *c, const struct sip_uri *uri)
{
    return node_is_own_uri(c->node, c->stack, uri);
}

void cscf_answer_itself(struct cscf *c, struct sip_request *req,
                        struct sip_message *copy)
{
    record_say(c->env->record, cscf_about(copy), "SIP-5", "RFC 3261 16.3",
               "the request is for this node itself");
    if (cscf_check_uas(c, req, S("")))
        sip_reply(req, copy->method == SIP_OPTIONS ? 200 : 404, NULL);
    sip_message_drop(copy);
    sip_request_drop(req);
}

bool cscf_answered_itself(struct cscf *c, struct sip_request *req,
                          struct sip_message *copy,
                          const struct sip_proxy_route *route)
{
    struct sip_uri uri;

    if (route->more || !sip_request_uri(copy, &uri) || uri.user.n ||
        !cscf_is_own(c, &uri))
        return false;
    cscf_answer_itself(c, req, copy);
    return true;
}
