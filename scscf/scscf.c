/* SPDX-License-Identifier: MIT
 *
 * The S-CSCF as a node: what comes in goes to the procedure that it is for.
 *
 *   REGISTER                                   registration.c
 *   within a dialog                            session.c
 *   led here by our Service-Route ("orig")     originating.c
 *   otherwise                                  terminating.c
 */
#include "scscf/scscf.h"
#include "node/links.h"
#include "scscf/api.h"
#include "scscf/role.h"
#include "sip/views.h"

/* ---- requests ------------------------------------------------------------ */

static bool is_own(void *ctx, const struct sip_uri *uri)
{
    struct scscf *me = ctx;

    return node_is_own_uri(me->node, me->stack, uri);
}

static bool is_within_dialog(const struct sip_message *m)
{
    return sip_tag(m, SIP_HDR_TO).n > 0;
}

/* "sip:orig@scscf1.ims.example:5060;lr": our own Service-Route. */
static bool is_originating(const struct sip_proxy_route *route)
{
    struct sip_uri uri;

    return route->own.n && sip_uri_parse(route->own, &uri, NULL) == IMS_OK &&
           slice_eq(uri.user, S("orig"));
}

/* A request for this node itself: somebody wants to know if it is there. */
static bool is_for_us(struct scscf *me, const struct sip_message *copy,
                      const struct sip_proxy_route *route)
{
    struct sip_uri uri;

    return !route->more && sip_uri_parse(copy->uri, &uri, NULL) == IMS_OK &&
           !uri.user.n && is_own(me, &uri);
}

static void answer_ourselves(struct scscf *me, struct sip_request *req,
                             struct sip_message *copy)
{
    record_say(me->env->record, scscf_about(copy), "SIP-5", "RFC 3261 16.3",
               "the request is for this node itself");
    sip_reply(req, copy->method == SIP_OPTIONS ? 200 : 404, NULL);
    sip_message_drop(copy);
    sip_request_drop(req);
}

static void on_request(void *ctx, struct sip_request *req)
{
    struct scscf *me = ctx;
    struct sip_proxy_route route;
    struct sip_message *copy;

    if (req->msg->method == SIP_REGISTER) {
        scscf_register(me, req);
        return;
    }
    if (!sip_proxy_check(me->proxy, req)) {
        sip_request_drop(req);
        return;
    }
    copy = sip_proxy_copy(me->proxy, req, &route);
    if (is_within_dialog(copy))
        scscf_subsequent(me, req, copy);
    else if (is_for_us(me, copy, &route))
        answer_ourselves(me, req, copy);
    else if (is_originating(&route))
        scscf_originate(me, req, copy, &route);
    else
        scscf_terminate(me, req, copy);
}

static void on_cancel(void *ctx, struct sip_request *req,
                      struct sip_message *cancel)
{
    struct scscf *me = ctx;

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
    struct scscf *me = ctx;

    sip_proxy_ack(me->proxy, ack, flow, let_ack_pass, me);
}

/* ---- the role ------------------------------------------------------------ */

static uint64_t *counter(struct node *n, const char *result)
{
    char labels[64];
    struct buf b;

    buf_over(&b, labels, sizeof labels);
    buf_printf(&b, "result=\"%s\"", result);
    buf_char(&b, '\0');
    return metrics_counter(n->env.metrics, "imsbox_registrations_total", labels,
                           "REGISTER requests by their end");
}

static double count_registered(void *ctx)
{
    struct scscf *me = ctx;

    return (double)registrar_figures(me->registrar)->registered;
}

static double count_bindings(void *ctx)
{
    struct scscf *me = ctx;

    return (double)registrar_figures(me->registrar)->bindings;
}

static double count_transactions(void *ctx)
{
    struct scscf *me = ctx;

    return (double)sip_stack_transactions(me->stack);
}

static void count(struct scscf *me, struct node *n)
{
    me->count.challenged = counter(n, "challenged");
    me->count.accepted = counter(n, "accepted");
    me->count.refused = counter(n, "refused");
    me->count.deregistered = counter(n, "deregistered");
    me->count.expired = counter(n, "expired");
    metrics_gauge(n->env.metrics, "imsbox_registered_sets", "",
                  "Implicit registration sets that are registered",
                  count_registered, me);
    metrics_gauge(n->env.metrics, "imsbox_bindings", "", "Contacts bound",
                  count_bindings, me);
    metrics_gauge(n->env.metrics, "imsbox_sip_transactions", "",
                  "SIP transactions in progress", count_transactions, me);
}

/* The SIP URI by which the HSS and the I-CSCF know this S-CSCF. */
static void name(struct scscf *me)
{
    const struct topology_listener *mw =
        topology_listener_of(me->self, TOPOLOGY_MW, TRANSPORT_NONE);
    unsigned port = mw ? mw->advertise_port : 5060;

    str_printf(&me->uri, "sip:%s:%u", me->env->host, port);
    str_printf(&me->record_route, "sip:%s:%u;lr", me->env->host, port);
    str_printf(&me->entry_point, "sip:%s", me->env->domain);
}

static void scscf_free(struct node *n)
{
    struct scscf *me = n->state;

    if (me->cx)
        cx_free(me->cx);
    if (me->diameter)
        diameter_free(me->diameter);
    if (me->proxy)
        sip_proxy_free(me->proxy);
    if (me->stack)
        sip_stack_free(me->stack);
    challenges_free(me->challenges);
    registrar_free(me->registrar);
    str_fini(&me->uri);
    str_fini(&me->record_route);
    str_fini(&me->entry_point);
    free(me);
    n->state = NULL;
}

static void keep_users(struct scscf *me)
{
    static const struct registrar_handler users = {
        .on_expired = scscf_binding_expired,
        .on_unregistered_end = scscf_unregistered_end,
    };
    const struct topology_limits *limits = &me->self->limits;

    me->registrar = registrar_new(me->env, limits->registrations, &users, me);
    me->challenges = challenges_new(me->env, limits->registrations,
                                    me->self->timers.reg_await_auth,
                                    scscf_challenge_expired, me);
}

static enum ims_err scscf_start(struct node *n, struct why *why)
{
    static const struct sip_stack_handler handler = {
        .on_request = on_request,
        .on_cancel = on_cancel,
        .on_ack = on_ack,
    };
    struct scscf *me = mem_zalloc(sizeof *me);
    enum ims_err err;

    n->state = me;
    me->node = n;
    me->env = &n->env;
    me->self = n->self;
    name(me);
    icid_init(&me->icid, slice_of(n->env.host), n->env.dice);
    keep_users(me);
    err = node_sip_open(n, &handler, me, &me->stack, why);
    if (err == IMS_OK)
        err = node_diameter_open(n, &me->diameter, why);
    if (err != IMS_OK) {
        scscf_free(n);
        return err;
    }
    me->proxy = sip_proxy_new(&(struct sip_proxy_config){
        .stack = me->stack,
        .is_own = is_own,
        .ctx = me,
        .max_breadth = (unsigned)me->self->limits.branches,
    });
    me->cx = cx_new(me->diameter, NULL, me);
    count(me, n);
    diameter_start(me->diameter);
    return IMS_OK;
}

static bool scscf_is_ready(const struct node *n, struct why *why)
{
    const struct scscf *me = n->state;

    return node_peers_ready(me->diameter, why);
}

static void scscf_stop_accepting(struct node *n)
{
    struct scscf *me = n->state;

    sip_stack_drain(me->stack);
}

static bool scscf_is_idle(const struct node *n)
{
    const struct scscf *me = n->state;

    return sip_stack_transactions(me->stack) == 0 && !me->leaving;
}

static void on_left(void *ctx)
{
    struct scscf *me = ctx;

    me->leaving = false;
}

static void scscf_leave(struct node *n)
{
    struct scscf *me = n->state;

    me->leaving = true;
    diameter_stop(me->diameter, on_left, me);
}

static void scscf_dump(const struct node *n, struct json *j)
{
    const struct scscf *me = n->state;
    const struct registrar_figures *f = registrar_figures(me->registrar);

    json_put_u64(j, "registered_sets", f->registered);
    json_put_u64(j, "identities", f->identities);
    json_put_u64(j, "bindings", f->bindings);
    json_put_u64(j, "challenges", challenges_count(me->challenges));
    json_put_u64(j, "transactions", sip_stack_transactions(me->stack));
    json_key(j, "peers");
    node_dump_peers(me->env, me->diameter, j);
}

const struct node_role scscf_role = {
    .role = TOPOLOGY_SCSCF,
    .summary = "S-CSCF: registrar and session control (TS 24.229 5.4)",
    .start = scscf_start,
    .free = scscf_free,
    .is_ready = scscf_is_ready,
    .stop_accepting = scscf_stop_accepting,
    .is_idle = scscf_is_idle,
    .leave = scscf_leave,
    .dump = scscf_dump,
    .routes = scscf_routes,
    .route_count = SCSCF_ROUTES,
};
