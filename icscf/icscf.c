/* SPDX-License-Identifier: MIT
 *
 * The I-CSCF as a node: what comes in goes to the procedure that it is for.
 *
 *   REGISTER               registration.c
 *   a Route leads on       forwarded as it is (5.3.2.1)
 *   for the domain itself  answered (RFC 3261 11)
 *   otherwise              location.c, but for an ACK, which is dropped
 *
 * I-SES-3 (no Record-Route is ever added; cscf_check_trust), I-SES-5.
 */
#include "icscf/icscf.h"
#include "icscf/role.h"
#include "node/readings.h"
#include "sip/views.h"

bool icscf_answered_504(struct icscf *me, struct sip_forward *f,
                        enum sip_client_cause cause, const char *proc,
                        const char *clause)
{
    if (cause != SIP_CLIENT_UNREACHABLE && cause != SIP_CLIENT_NO_ROUTE)
        return false;
    record_say(me->env->record, cscf_about(sip_forward_request(f)->msg), proc,
               clause, "the S-CSCF cannot be reached: 504");
    sip_forward_stop(f, 504, NULL);
    return true;
}

/* ---- requests ------------------------------------------------------------ */

static void follow_route(struct icscf *me, struct sip_request *req,
                         struct sip_message *copy)
{
    struct sip_branch b = {.msg = copy, .to = {.trust = SIP_MW}};

    record_say(me->env->record, cscf_about(copy), "I-SES-5",
               "TS 24.229 5.3.2.1", "the request's own Route leads on");
    sip_proxy_forward(me->core.proxy, req, &b, NULL, NULL);
}

/* The server that a Request-URI without a user names (RFC 3261 11): of a domain
 * that is its entry point. */
static bool is_for_domain(const struct icscf *me, const struct sip_message *m)
{
    struct sip_uri uri;

    return sip_request_uri(m, &uri) && !uri.user.n &&
           sip_host_eq(uri.host, slice_of(me->env->domain));
}

static void on_request(void *ctx, struct sip_request *req)
{
    struct icscf *me = ctx;
    struct sip_proxy_route route;
    struct sip_message *copy;

    if (!sip_proxy_check(me->core.proxy, req)) {
        sip_request_drop(req);
        return;
    }
    copy = sip_proxy_copy(me->core.proxy, req, &route);
    if (copy->method != SIP_REGISTER)
        cscf_check_trust(&me->core, req, copy);
    if (copy->method == SIP_REGISTER)
        icscf_register(me, req, copy);
    else if (route.more)
        follow_route(me, req, copy);
    else if (is_for_domain(me, copy))
        cscf_answer_itself(&me->core, req, copy);
    else if (!cscf_answered_itself(&me->core, req, copy, &route))
        icscf_locate(me, req, copy);
}

/* ---- ACK -----------------------------------------------------------------
 */

/* We are in no dialog's route (I-SES-3): an ACK without Route is of none. */
static bool edit_ack(void *ctx, struct sip_message *copy,
                     const struct sip_proxy_route *route,
                     struct sip_destination *to)
{
    const struct icscf *me = ctx;

    to->trust = SIP_MW;
    if (!route->more)
        record_say(me->env->record, cscf_about(copy), "I-SES-3",
                   "TS 24.229 5.3.2.1",
                   "the ACK is dropped: no Route leads on");
    return route->more;
}

static void on_ack(void *ctx, struct sip_message *ack,
                   const struct sip_flow *flow)
{
    struct icscf *me = ctx;

    sip_proxy_ack(me->core.proxy, ack, flow, edit_ack, me);
}

/* ---- the role ------------------------------------------------------------ */

static uint64_t *counter(struct node *n, const char *labels)
{
    return metrics_counter(n->env.metrics, "imsbox_hss_queries_total", labels,
                           "Questions to the HSS by their end");
}

static void count(struct icscf *me, struct node *n)
{
    me->count.authorized = counter(n, "result=\"authorized\"");
    me->count.located = counter(n, "result=\"located\"");
    me->count.refused = counter(n, "result=\"refused\"");
}

static void icscf_free(struct node *n)
{
    struct icscf *me = n->state;

    cscf_close(&me->core);
    free(me);
    n->state = NULL;
}

static enum ims_err icscf_start(struct node *n, struct why *why)
{
    static const struct sip_stack_handler handler = {
        .on_request = on_request,
        .on_cancel = cscf_on_cancel,
        .on_ack = on_ack,
    };
    struct icscf *me = mem_zalloc(sizeof *me);
    enum ims_err err;

    me->env = &n->env;
    err = cscf_open(&me->core, n, &handler, why);
    if (err == IMS_OK)
        err = cscf_open_cx(&me->core, NULL, why);
    if (err != IMS_OK) {
        icscf_free(n);
        return err;
    }
    count(me, n);
    return IMS_OK;
}

static void icscf_dump(const struct node *n, struct json *j)
{
    cscf_dump(n->state, j);
}

static const struct api_route routes[] = {
    {"GET", "/api/v1/transactions", cscf_get_transactions, API_BY_METHOD},
    {"GET", "/api/v1/limits", cscf_get_limits, API_BY_METHOD},
    {"GET", "/api/v1/timers", readings_get_timers, API_BY_METHOD},
    {"GET", "/api/v1/peers", cscf_get_peers, API_BY_METHOD},
};

const struct node_role icscf_role = {
    .role = TOPOLOGY_ICSCF,
    .summary = "I-CSCF: entry point of the network (TS 24.229 5.3)",
    .start = icscf_start,
    .free = icscf_free,
    .is_ready = cscf_is_ready,
    .reload = cscf_reload,
    .stop_accepting = cscf_stop_accepting,
    .is_idle = cscf_is_idle,
    .leave = cscf_leave,
    .try_neighbours = cscf_try_neighbours,
    .dump = icscf_dump,
    .routes = routes,
    .route_count = sizeof routes / sizeof *routes,
};
