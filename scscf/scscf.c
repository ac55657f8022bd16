/* SPDX-License-Identifier: MIT
 *
 * The S-CSCF as a node: what comes in goes to the procedure that it is for.
 *
 *   REGISTER                                   registration.c
 *   SUBSCRIBE to registration state            reg_event.c
 *   within a dialog                            session.c
 *   led here by our Service-Route ("orig")     originating.c
 *   otherwise                                  terminating.c
 *   RTR of the HSS                             termination.c
 *   PPR of the HSS                             profile_update.c
 */
#include "scscf/scscf.h"
#include "scscf/api.h"
#include "scscf/reg_event.h"
#include "scscf/registration.h"
#include "scscf/role.h"
#include "sip/views.h"

/* ---- requests ------------------------------------------------------------ */

static bool is_within_dialog(const struct sip_message *m)
{
    return sip_tag(m, SIP_HDR_TO).n > 0;
}

/* "sip:orig@scscf1.ims.example:5060;lr": our own Service-Route. */
static bool is_originating(const struct sip_proxy_route *route)
{
    return slice_eq(route->own.user, S("orig"));
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
    if (!sip_proxy_check(me->core.proxy, req)) {
        sip_request_drop(req);
        return;
    }
    copy = sip_proxy_copy(me->core.proxy, req, &route);
    cscf_check_trust(&me->core, req, copy);
    if (is_within_dialog(copy)) {
        if (!reg_event_subsequent(me, req, copy))
            scscf_subsequent(me, req, copy);
    } else if (cscf_answered_itself(&me->core, req, copy, &route))
        return;
    else if (is_originating(&route))
        scscf_originate(me, req, copy, &route);
    else
        scscf_terminate(me, req, copy);
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

static void count(struct scscf *me, struct node *n)
{
    me->count.challenged = counter(n, "challenged");
    me->count.accepted = counter(n, "accepted");
    me->count.refused = counter(n, "refused");
    me->count.deregistered = counter(n, "deregistered");
    me->count.expired = counter(n, "expired");
    me->count.terminated = counter(n, "terminated");
    metrics_gauge(n->env.metrics, "imsbox_registered_sets", "",
                  "Implicit registration sets that are registered",
                  count_registered, me);
    metrics_gauge(n->env.metrics, "imsbox_bindings", "", "Contacts bound",
                  count_bindings, me);
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

    cscf_close(&me->core);
    reg_events_free(me->reg_events);
    ends_free(me->ends);
    map_fini(&me->assigning);
    map_fini(&me->asking);
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
        .on_identity_left = reg_event_identity_left,
    };
    static const struct ends_handler ends = {
        .send = registration_assign,
        .is_assigning = scscf_is_assigning,
        .is_asking = scscf_is_asking,
        .is_back = scscf_is_back,
        .is_challenged = scscf_is_challenged,
    };
    const struct topology_limits *limits = &me->self->limits;

    me->registrar = registrar_new(me->env, limits->registrations, &users, me);
    me->challenges = challenges_new(me->env, limits->registrations,
                                    me->self->timers.reg_await_auth,
                                    scscf_challenge_lost, me);
    map_init(&me->assigning, dice_u64(me->env->dice), 0);
    map_init(&me->asking, dice_u64(me->env->dice), 0);
    me->ends = ends_new(me->env, limits->registrations, &ends, me);
    me->reg_events = reg_events_new(me, limits->dialogs);
}

static enum ims_err scscf_start(struct node *n, struct why *why)
{
    static const struct sip_stack_handler handler = {
        .on_request = on_request,
        .on_cancel = cscf_on_cancel,
        .on_ack = cscf_on_ack,
    };
    static const struct cx_handler from_hss = {.on_rtr = scscf_rtr,
                                               .on_ppr = scscf_ppr};
    struct scscf *me = mem_zalloc(sizeof *me);
    enum ims_err err;

    me->env = &n->env;
    me->self = n->self;
    name(me);
    icid_init(&me->icid, slice_of(n->env.host), n->env.dice);
    keep_users(me);
    err = cscf_open(&me->core, n, &handler, why);
    if (err == IMS_OK)
        err = cscf_open_cx(&me->core, &from_hss, why);
    if (err != IMS_OK) {
        scscf_free(n);
        return err;
    }
    count(me, n);
    return IMS_OK;
}

static enum ims_err scscf_reload(struct node *n, struct why *why)
{
    struct scscf *me = n->state;

    me->self = n->self;
    registrar_limit(me->registrar, n->self->limits.registrations);
    ends_limit(me->ends, n->self->limits.registrations);
    reg_events_limit(me->reg_events, n->self->limits.dialogs);
    challenges_limit(me->challenges, n->self->limits.registrations,
                     n->self->timers.reg_await_auth);
    return cscf_reload(n, why);
}

static void scscf_dump(const struct node *n, struct json *j)
{
    const struct scscf *me = n->state;
    const struct registrar_figures *f = registrar_figures(me->registrar);

    json_put_u64(j, "registered_sets", f->registered);
    json_put_u64(j, "identities", f->identities);
    json_put_u64(j, "bindings", f->bindings);
    json_put_u64(j, "challenges", challenges_count(me->challenges));
    json_put_u64(j, "ends_to_tell", ends_count(me->ends));
    json_put_u64(j, "subscriptions", reg_events_count(me->reg_events));
    cscf_dump(&me->core, j);
}

const struct node_role scscf_role = {
    .role = TOPOLOGY_SCSCF,
    .summary = "S-CSCF: registrar and session control (TS 24.229 5.4)",
    .start = scscf_start,
    .free = scscf_free,
    .is_ready = cscf_is_ready,
    .reload = scscf_reload,
    .stop_accepting = cscf_stop_accepting,
    .is_idle = cscf_is_idle,
    .leave = cscf_leave,
    .try_neighbours = cscf_try_neighbours,
    .dump = scscf_dump,
    .routes = scscf_routes,
    .route_count = SCSCF_ROUTES,
};
