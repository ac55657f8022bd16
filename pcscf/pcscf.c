/* SPDX-License-Identifier: MIT
 *
 * The P-CSCF as a node: what comes in goes to the procedure that it is for.
 *
 *   from a phone   REGISTER                   registration.c
 *                  within a dialog            subsequent.c
 *                  otherwise                  originating.c
 *   from the core  NOTIFY of registrations    reg_event.c
 *                  within a dialog            subsequent.c
 *                  otherwise                  terminating.c
 */
#include "pcscf/pcscf.h"
#include "pcscf/api.h"
#include "pcscf/dialogs.h"
#include "pcscf/reg_event.h"
#include "pcscf/role.h"
#include "sip/views.h"
#include <stdarg.h>
#include <stdio.h>

/* ---- what the procedures share --------------------------------------------
 */

void pcscf_refuse(struct pcscf *me, struct sip_request *req,
                  struct sip_message *copy, unsigned status, const char *proc,
                  const char *clause, const char *fmt, ...)
{
    char sentence[sizeof((struct why *)0)->text];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(sentence, sizeof sentence, fmt, ap);
    va_end(ap);
    ++*me->count.refused;
    cscf_refuse(&me->core, req, copy, status, proc, clause, "%s", sentence);
}

struct contact *pcscf_contact_of(struct pcscf *me,
                                 const struct sip_proxy_route *route)
{
    return route->own.text.n ? flows_by_token(me->flows, route->own.user)
                             : NULL;
}

static void print_token(struct buf *out, const struct contact *c)
{
    buf_str(out, "<sip:");
    buf_add(out, slice_at(c->token, FLOW_TOKEN));
    buf_char(out, '@');
}

void pcscf_record_route(struct pcscf *me, struct sip_message *m,
                        const struct contact *c, bool towards_phone)
{
    const struct sip_listener *gm = c->flow.listener;
    char inner[512], outer[512];
    struct buf in, out;
    struct slice first, second;

    buf_over(&in, inner, sizeof inner);
    print_token(&in, c);
    buf_add(&in, str_slice(&me->mw_hostport));
    buf_str(&in, ";lr>");
    buf_over(&out, outer, sizeof outer);
    print_token(&out, c);
    buf_add(&out, str_slice(&gm->host));
    buf_char(&out, ':');
    buf_u64(&out, gm->port);
    if (gm->local.transport == TRANSPORT_TCP)
        buf_str(&out, ";transport=tcp");
    buf_str(&out, ";lr>");
    first = towards_phone ? buf_slice(&in) : buf_slice(&out);
    second = towards_phone ? buf_slice(&out) : buf_slice(&in);
    sip_add_first(m, SIP_HDR_RECORD_ROUTE, first);
    sip_add_first(m, SIP_HDR_RECORD_ROUTE, second);
}

void pcscf_charging(struct pcscf *me, struct sip_message *m)
{
    char icid[256], ioi[300], text[1024];
    struct buf i, o, out;

    buf_over(&i, icid, sizeof icid);
    icid_next(&me->icid, &i);
    buf_over(&o, ioi, sizeof ioi);
    ioi_print(IOI_TYPE_1, slice_of(me->env->domain), &o);
    buf_over(&out, text, sizeof text);
    charging_vector_print(
        &(struct charging_vector){.icid = buf_slice(&i),
                                  .generated_at = slice_of(me->env->host),
                                  .orig_ioi = buf_slice(&o)},
        &out);
    sip_set(m, SIP_HDR_P_CHARGING_VECTOR, buf_slice(&out));
}

void pcscf_charging_response(struct pcscf *me, struct sip_message *resp)
{
    char ioi[300], text[2048];
    struct charging_vector v;
    struct buf t, out;

    if (charging_vector_parse(sip_header_value(resp, SIP_HDR_P_CHARGING_VECTOR),
                              &v, NULL) != IMS_OK)
        return;
    buf_over(&t, ioi, sizeof ioi);
    ioi_print(IOI_TYPE_1, slice_of(me->env->domain), &t);
    v.term_ioi = buf_slice(&t);
    buf_over(&out, text, sizeof text);
    charging_vector_print(&v, &out);
    if (!out.full)
        sip_set(resp, SIP_HDR_P_CHARGING_VECTOR, buf_slice(&out));
}

/* ---- requests ------------------------------------------------------------ */

static void from_phone(struct pcscf *me, struct sip_request *req,
                       struct sip_message *copy,
                       const struct sip_proxy_route *route)
{
    if (copy->method == SIP_REGISTER)
        pcscf_register(me, req, copy);
    else if (sip_tag(copy, SIP_HDR_TO).n)
        pcscf_subsequent_from_phone(me, req, copy);
    else if (!cscf_answered_itself(&me->core, req, copy, route))
        pcscf_originate(me, req, copy);
}

static void from_core(struct pcscf *me, struct sip_request *req,
                      struct sip_message *copy,
                      const struct sip_proxy_route *route)
{
    if (copy->method == SIP_NOTIFY && reg_watch_notified(me, req, copy))
        return;
    if (sip_tag(copy, SIP_HDR_TO).n)
        pcscf_subsequent_to_phone(me, req, copy, route);
    else if (!cscf_answered_itself(&me->core, req, copy, route))
        pcscf_terminate(me, req, copy, route);
}

static void on_request(void *ctx, struct sip_request *req)
{
    struct pcscf *me = ctx;
    struct sip_proxy_route route;
    struct sip_message *copy;

    if (!sip_proxy_check(me->core.proxy, req)) {
        sip_request_drop(req);
        return;
    }
    copy = sip_proxy_copy(me->core.proxy, req, &route);
    if (req->flow.listener->trust == SIP_GM)
        from_phone(me, req, copy, &route);
    else {
        cscf_check_trust(&me->core, req, copy);
        from_core(me, req, copy, &route);
    }
}

/* ---- the role ------------------------------------------------------------ */

static uint64_t *counter(struct node *n, const char *labels)
{
    return metrics_counter(n->env.metrics, "imsbox_phones_total", labels,
                           "What became of phones' contacts and requests");
}

static double count_registered(void *ctx)
{
    struct pcscf *me = ctx;

    return (double)flows_figures(me->flows)->registered;
}

static void count(struct pcscf *me, struct node *n)
{
    me->count.registered = counter(n, "result=\"registered\"");
    me->count.deregistered = counter(n, "result=\"deregistered\"");
    me->count.expired = counter(n, "result=\"expired\"");
    me->count.refused = counter(n, "result=\"refused\"");
    metrics_gauge(n->env.metrics, "imsbox_bindings", "",
                  "Phones' contacts that are registered", count_registered, me);
}

static void pcscf_free(struct node *n)
{
    struct pcscf *me = n->state;

    cscf_close(&me->core);
    reg_watches_free(me->watches);
    sip_dialogs_free(me->dialogs);
    flows_free(me->flows);
    str_fini(&me->mw_hostport);
    free(me);
    n->state = NULL;
}

static void name(struct pcscf *me, const struct topology_node *self)
{
    const struct topology_listener *mw =
        topology_listener_of(self, TOPOLOGY_MW, TRANSPORT_NONE);

    str_printf(&me->mw_hostport, "%s:%u", me->env->host,
               mw ? mw->advertise_port : 5060);
}

static enum ims_err pcscf_start(struct node *n, struct why *why)
{
    static const struct sip_stack_handler handler = {
        .on_request = on_request,
        .on_cancel = cscf_on_cancel,
        .on_ack = pcscf_ack,
    };
    const struct topology_limits *limits = &n->self->limits;
    struct pcscf *me = mem_zalloc(sizeof *me);
    enum ims_err err;

    me->env = &n->env;
    name(me, n->self);
    icid_init(&me->icid, slice_of(n->env.host), n->env.dice);
    me->flows = flows_new(me->env, limits->registrations, pcscf_contact_expired,
                          pcscf_contact_gone, me);
    me->dialogs = sip_dialogs_new(me->env, pcscf_dialogs_limit(limits));
    sip_dialogs_on_end(me->dialogs, pcscf_dialog_gone, NULL);
    me->watches = reg_watches_new(me, limits->registrations);
    err = cscf_open(&me->core, n, &handler, why);
    if (err != IMS_OK) {
        pcscf_free(n);
        return err;
    }
    count(me, n);
    return IMS_OK;
}

static enum ims_err pcscf_reload(struct node *n, struct why *why)
{
    struct pcscf *me = n->state;

    flows_limit(me->flows, n->self->limits.registrations);
    reg_watches_limit(me->watches, n->self->limits.registrations);
    sip_dialogs_limit(me->dialogs, pcscf_dialogs_limit(&n->self->limits));
    return cscf_reload(n, why);
}

static void pcscf_dump(const struct node *n, struct json *j)
{
    const struct pcscf *me = n->state;
    const struct flows_figures *f = flows_figures(me->flows);

    json_put_u64(j, "contacts", f->contacts);
    json_put_u64(j, "registered", f->registered);
    json_put_u64(j, "dialogs", sip_dialogs_count(me->dialogs));
    json_put_u64(j, "subscriptions", reg_watches_count(me->watches));
    cscf_dump(&me->core, j);
}

const struct node_role pcscf_role = {
    .role = TOPOLOGY_PCSCF,
    .summary = "P-CSCF: where phones meet the core (TS 24.229 5.2)",
    .start = pcscf_start,
    .free = pcscf_free,
    .reload = pcscf_reload,
    .stop_accepting = cscf_stop_accepting,
    .is_idle = cscf_is_idle,
    .dump = pcscf_dump,
    .routes = pcscf_routes,
    .route_count = PCSCF_ROUTES,
};
