/* SPDX-License-Identifier: MIT
 *
 * The I-CSCF as a node: what comes in goes to the procedure that it is for.
 *
 *   REGISTER               registration.c
 *   a Route leads on       forwarded as it is (5.3.2.1)
 *   otherwise              location.c
 */
#include "icscf/icscf.h"
#include "icscf/role.h"
#include "node/links.h"
#include "sip/views.h"
#include <stdarg.h>
#include <stdio.h>

void icscf_refuse(struct icscf *me, struct sip_request *req,
                  struct sip_message *copy, unsigned status, const char *proc,
                  const char *clause, const char *fmt, ...)
{
    char sentence[sizeof((struct why *)0)->text];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(sentence, sizeof sentence, fmt, ap);
    va_end(ap);
    record_say(me->env->record, icscf_about(req->msg), proc, clause,
               "answered %u: %s", status, sentence);
    sip_message_drop(copy);
    sip_reply(req, status, NULL);
    sip_request_drop(req);
}

/* ---- requests ------------------------------------------------------------ */

static bool is_own(void *ctx, const struct sip_uri *uri)
{
    struct icscf *me = ctx;

    return node_is_own_uri(me->node, me->stack, uri);
}

static bool is_for_us(struct icscf *me, const struct sip_message *copy)
{
    struct sip_uri uri;

    return sip_uri_parse(copy->uri, &uri, NULL) == IMS_OK && !uri.user.n &&
           is_own(me, &uri);
}

static void answer_ourselves(struct icscf *me, struct sip_request *req,
                             struct sip_message *copy)
{
    record_say(me->env->record, icscf_about(copy), "SIP-5", "RFC 3261 16.3",
               "the request is for this node itself");
    sip_reply(req, copy->method == SIP_OPTIONS ? 200 : 404, NULL);
    sip_message_drop(copy);
    sip_request_drop(req);
}

static void follow_route(struct icscf *me, struct sip_request *req,
                         struct sip_message *copy)
{
    struct sip_branch b = {.msg = copy, .to = {.trust = SIP_MW}};

    record_say(me->env->record, icscf_about(copy), "I-SES-5",
               "TS 24.229 5.3.2.1", "the request's own Route leads on");
    sip_proxy_forward(me->proxy, req, &b, NULL, NULL);
}

static void on_request(void *ctx, struct sip_request *req)
{
    struct icscf *me = ctx;
    struct sip_proxy_route route;
    struct sip_message *copy;

    if (!sip_proxy_check(me->proxy, req)) {
        sip_request_drop(req);
        return;
    }
    copy = sip_proxy_copy(me->proxy, req, &route);
    if (copy->method == SIP_REGISTER)
        icscf_register(me, req, copy);
    else if (route.more)
        follow_route(me, req, copy);
    else if (is_for_us(me, copy))
        answer_ourselves(me, req, copy);
    else
        icscf_locate(me, req, copy);
}

static void on_cancel(void *ctx, struct sip_request *req,
                      struct sip_message *cancel)
{
    struct icscf *me = ctx;

    sip_proxy_cancel(me->proxy, req, cancel);
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

static void on_ack(void *ctx, struct sip_message *ack,
                   const struct sip_flow *flow)
{
    struct icscf *me = ctx;

    sip_proxy_ack(me->proxy, ack, flow, let_ack_pass, me);
}

/* ---- the role ------------------------------------------------------------ */

static uint64_t *counter(struct node *n, const char *labels)
{
    return metrics_counter(n->env.metrics, "imsbox_hss_queries_total", labels,
                           "Questions to the HSS by their end");
}

static double count_transactions(void *ctx)
{
    struct icscf *me = ctx;

    return (double)sip_stack_transactions(me->stack);
}

static void count(struct icscf *me, struct node *n)
{
    me->count.authorized = counter(n, "result=\"authorized\"");
    me->count.located = counter(n, "result=\"located\"");
    me->count.refused = counter(n, "result=\"refused\"");
    metrics_gauge(n->env.metrics, "imsbox_sip_transactions", "",
                  "SIP transactions in progress", count_transactions, me);
}

static void icscf_free(struct node *n)
{
    struct icscf *me = n->state;

    if (me->cx)
        cx_free(me->cx);
    if (me->diameter)
        diameter_free(me->diameter);
    if (me->proxy)
        sip_proxy_free(me->proxy);
    if (me->stack)
        sip_stack_free(me->stack);
    free(me);
    n->state = NULL;
}

static enum ims_err icscf_start(struct node *n, struct why *why)
{
    static const struct sip_stack_handler handler = {
        .on_request = on_request,
        .on_cancel = on_cancel,
        .on_ack = on_ack,
    };
    struct icscf *me = mem_zalloc(sizeof *me);
    enum ims_err err;

    n->state = me;
    me->node = n;
    me->env = &n->env;
    err = node_sip_open(n, &handler, me, &me->stack, why);
    if (err == IMS_OK)
        err = node_diameter_open(n, &me->diameter, why);
    if (err != IMS_OK) {
        icscf_free(n);
        return err;
    }
    me->proxy = sip_proxy_new(&(struct sip_proxy_config){
        .stack = me->stack,
        .is_own = is_own,
        .ctx = me,
        .max_breadth = (unsigned)n->self->limits.branches,
    });
    me->cx = cx_new(me->diameter, NULL, me);
    count(me, n);
    diameter_start(me->diameter);
    return IMS_OK;
}

static bool icscf_is_ready(const struct node *n, struct why *why)
{
    const struct icscf *me = n->state;

    return node_peers_ready(me->diameter, why);
}

static void icscf_stop_accepting(struct node *n)
{
    struct icscf *me = n->state;

    sip_stack_drain(me->stack);
}

static bool icscf_is_idle(const struct node *n)
{
    const struct icscf *me = n->state;

    return sip_stack_transactions(me->stack) == 0 && !me->leaving;
}

static void on_left(void *ctx)
{
    struct icscf *me = ctx;

    me->leaving = false;
}

static void icscf_leave(struct node *n)
{
    struct icscf *me = n->state;

    me->leaving = true;
    diameter_stop(me->diameter, on_left, me);
}

static void icscf_dump(const struct node *n, struct json *j)
{
    const struct icscf *me = n->state;

    json_put_u64(j, "transactions", sip_stack_transactions(me->stack));
    json_key(j, "peers");
    node_dump_peers(me->env, me->diameter, j);
}

static void get_peers(struct node *n, struct api_call *c)
{
    struct icscf *me = n->state;

    node_dump_peers(&n->env, me->diameter, &c->json);
    api_reply(c, 200);
}

static const struct api_route routes[] = {
    {"GET", "/api/v1/peers", get_peers},
};

const struct node_role icscf_role = {
    .role = TOPOLOGY_ICSCF,
    .summary = "I-CSCF: entry point of the network (TS 24.229 5.3)",
    .start = icscf_start,
    .free = icscf_free,
    .is_ready = icscf_is_ready,
    .stop_accepting = icscf_stop_accepting,
    .is_idle = icscf_is_idle,
    .leave = icscf_leave,
    .dump = icscf_dump,
    .routes = routes,
    .route_count = sizeof routes / sizeof *routes,
};
