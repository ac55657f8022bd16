/* SPDX-License-Identifier: MIT */
#include "worlds/phone.h"
#include "crypto/encode.h"
#include "sip/views.h"

enum { RECORD_BYTES = 1 << 16 };

/* A request that is no INVITE, until its end. */
struct ask {
    struct list link;
    struct phone *phone;
    struct sip_client *client;
    void (*done)(struct phone *p, struct sip_message *resp);
    unsigned finals;
    char what[16];
};

static void on_line(void *ctx, enum log_level level, struct slice line)
{
    (void)ctx, (void)level, (void)line;
}

/* ---- its life -------------------------------------------------------------
 */

static void put_place(struct addr *a, const struct phone *p, unsigned x,
                      unsigned y)
{
    char text[64];
    struct buf b;

    buf_over(&b, text, sizeof text);
    buf_printf(&b, "127.0.%u.%u", x, y);
    (void)addr_parse_ip(buf_slice(&b), a);
    a->port = 5060;
    a->transport = p->plan->tcp ? TRANSPORT_TCP : TRANSPORT_UDP;
}

/* Where it stands: who has another's address has a port of its own. */
static void stand(struct phone *p)
{
    char text[ADDR_TEXT_MAX];

    put_place(&p->local, p, 9 + p->moves, p->plan->address + 1);
    if (p->plan->address != p->index)
        p->local.port = (uint16_t)(5060 + p->index);
    put_place(&p->proxy, p, p->at, 11 + p->pcscf);
    str_printf(&p->contact, "<sip:user%u@%s%s>", p->plan->subscriber,
               addr_text(&p->local, text),
               p->plan->tcp ? ";transport=tcp" : "");
}

void phone_init(struct phone *p, struct core *core, struct tally *t,
                unsigned index)
{
    const struct plan_phone *plan = &core->plan->phones[index];

    *p = (struct phone){.core = core,
                        .tally = t,
                        .index = index,
                        .plan = plan,
                        .at = plan->at,
                        .pcscf = plan->pcscf};
    list_init(&p->asks);
    list_init(&p->calls);
    str_printf(&p->name, "phone%u", index);
    str_printf(&p->impi, "user%u@%s", plan->subscriber,
               plan_domain(plan->network));
    str_printf(&p->impu, "sip:%s", str_c(&p->impi));
    stand(p);
    phone_on(p);
}

static struct sip_stack *stack_of(struct phone *p)
{
    static const struct sip_stack_handler handler = {
        .on_request = phone_on_request,
        .on_cancel = phone_on_cancel,
        .on_ack = phone_on_ack,
    };
    struct sip_stack_config c = {
        .env = &p->env,
        .transport = {.env = &p->env},
        .locate = {.env = &p->env, .ipv4 = true, .udp = true},
    };

    return sip_stack_new(&c, &handler, p);
}

void phone_on(struct phone *p)
{
    static const struct sip_timers timers = {500 * MSEC, 4 * SECOND, 5 * SECOND,
                                             180 * SECOND};
    struct net *net;
    struct why why;

    p->host = sim_host_new(p->core->sim, str_c(&p->name));
    net = sim_host_net(p->host);
    log_init(&p->log, net->clock, LOG_ERROR, on_line, NULL);
    p->env = (struct env){
        .net = net,
        .clock = net->clock,
        .timers = net->timers,
        .dice = net->dice,
        .log = &p->log,
        .record = record_new(net->clock, RECORD_BYTES),
        .metrics = metrics_new(),
        .name = str_c(&p->name),
        .host = str_c(&p->name),
        .domain = plan_domain(p->plan->network),
    };
    p->stack = stack_of(p);
    if (sip_transport_listen(sip_stack_transport(p->stack), &p->local, SIP_GM,
                             (struct slice){0}, 0, &timers, NULL,
                             &why) != IMS_OK)
        core_break(p->core, CHECK_STARTS, "phone%u: %s", p->index, why.text);
}

void phone_off(struct phone *p)
{
    if (!p->host)
        return;
    timer_stop(p->env.timers, &p->refresh);
    sim_host_kill(p->host);
    LIST_EACH (it, &p->calls)
        call_free(container_of(it, struct call, link));
    if (p->junk)
        udp_close(p->junk);
    p->junk = NULL;
    sip_stack_free(p->stack);
    LIST_EACH (it, &p->asks) {
        list_remove(it);
        free(container_of(it, struct ask, link));
    }
    record_free(p->env.record);
    metrics_free(p->env.metrics);
    sim_host_free(p->host);
    p->host = NULL;
    p->stack = NULL;
    str_set(&p->call_id, (struct slice){0});
    str_set(&p->challenge, (struct slice){0});
    str_set(&p->service_route, (struct slice){0});
    p->status = 0;
    p->cseq = 0;
}

void phone_roam(struct phone *p, unsigned to)
{
    const struct plan *plan = p->core->plan;

    phone_off(p);
    p->at = to % plan->network_count;
    p->pcscf = to / plan->network_count % plan->networks[p->at].pcscfs;
    p->moves++;
    p->tally->moves++;
    stand(p);
    phone_on(p);
    phone_register(p, p->plan->expires);
}

void phone_fini(struct phone *p)
{
    phone_off(p);
    str_fini(&p->impu);
    str_fini(&p->impi);
    str_fini(&p->contact);
    str_fini(&p->name);
    str_fini(&p->call_id);
    str_fini(&p->tag);
    str_fini(&p->challenge);
    str_fini(&p->service_route);
}

/* ---- requests -------------------------------------------------------------
 */

struct sip_destination phone_way(const struct phone *p)
{
    return (struct sip_destination){.addr = p->proxy, .trust = SIP_GM};
}

/* The P-CSCF, then the Service-Route (TS 24.229 5.1.2A.1). */
struct slice phone_routes(struct phone *p, struct arena *a)
{
    char text[ADDR_TEXT_MAX];

    return arena_printf(a, "<sip:%s;lr>%s%s", addr_text(&p->proxy, text),
                        p->service_route.n ? ", " : "",
                        str_c(&p->service_route));
}

bool phone_may_wait(const struct phone *p, struct slice whom)
{
    ssize_t at = slice_find(whom, S("sip:user"));
    uint64_t user = PLAN_PHONES;
    struct slice rest, digits = {0};

    if (p->lossy || at < 0)
        return p->lossy;
    rest = slice_from(whom, (size_t)at + 8);
    slice_cut(&rest, '@', &digits);
    return slice_u64(digits, PLAN_PHONES - 1, &user) &&
           p->env.clock->mono_us < p->core->gone_until_us[user];
}

/* Without faults nothing times out, nothing is unreachable, and no node says
 * that it is at its wits' end. */
void phone_count(struct phone *p, const char *what,
                 const struct sip_message *resp, enum sip_client_cause cause)
{
    unsigned status = resp->status;

    p->tally->finals++;
    p->tally->by_class[status / 100]++;
    if (strcmp(what, "REGISTER") == 0
            ? p->lossy
            : phone_may_wait(p, sip_header_value(resp, SIP_HDR_TO)))
        return;
    if (cause != SIP_CLIENT_RESPONSE && cause != SIP_CLIENT_CANCELLED)
        core_break(p->core, CHECK_NO_WONDER,
                   "phone%u: %s was not answered (%u)", p->index, what, status);
    else if (status >= 500 && status < 600)
        core_break(p->core, CHECK_NO_WONDER, "phone%u: %s was answered %u",
                   p->index, what, status);
}

static void on_response(void *ctx, struct sip_client *c,
                        struct sip_message *msg, enum sip_client_cause cause)
{
    struct ask *a = ctx;

    (void)c;
    if (msg->status < 200)
        return;
    /* a 2xx to INVITE comes again until the ACK (RFC 3261 13.3.1.4) */
    if (a->finals++ && strcmp(a->what, "INVITE") != 0)
        core_break(a->phone->core, CHECK_ANSWERED_ONCE,
                   "phone%u: %s was answered twice", a->phone->index, a->what);
    if (a->finals == 1)
        phone_count(a->phone, a->what, msg, cause);
    if (a->done)
        a->done(a->phone, msg);
}

static void on_end(void *ctx, struct sip_client *c)
{
    struct ask *a = ctx;

    (void)c;
    if (!a->finals)
        core_break(a->phone->core, CHECK_ANSWERED,
                   "phone%u: %s ended without an answer", a->phone->index,
                   a->what);
    list_remove(&a->link);
    free(a);
}

void phone_ask(struct phone *p, struct sip_message *m,
               void (*done)(struct phone *p, struct sip_message *resp))
{
    static const struct sip_client_handler handler = {on_response, on_end};
    struct ask *a = mem_zalloc(sizeof *a);
    struct sip_destination to = phone_way(p);
    struct buf what;

    a->phone = p;
    a->done = done;
    buf_over(&what, a->what, sizeof a->what - 1);
    buf_add(&what, m->method_name);
    list_append(&p->asks, &a->link);
    p->tally->requests++;
    a->client =
        sip_client_send(p->stack, m, &to, (struct slice){0}, &handler, a);
    sip_message_drop(m);
}

/* ---- registration ---------------------------------------------------------
 */

static void send_register(struct phone *p);

static void on_refresh(void *ctx)
{
    struct phone *p = ctx;

    if (p->status && p->refreshes)
        phone_register(p, p->plan->expires);
}

static void take_service_route(struct phone *p, const struct sip_message *m)
{
    struct sip_values it;
    struct slice value;
    char text[1024];
    struct buf b;

    buf_over(&b, text, sizeof text);
    sip_values_begin(&it, m, SIP_HDR_SERVICE_ROUTE);
    while (sip_values_next(&it, &value))
        buf_printf(&b, "%s%.*s", b.n ? ", " : "", SLICE_ARG(value));
    str_set(&p->service_route, buf_slice(&b));
}

static void note_bound(struct phone *p)
{
    int64_t now = p->env.clock->mono_us;

    if (now >= p->bound_until_us)
        p->bound_since_us = now;
    p->bound_until_us = now + (int64_t)p->wanted * SECOND;
}

static void registered(struct phone *p, const struct sip_message *m)
{
    struct why why;

    p->tally->registered++;
    note_bound(p);
    if (p->plan->wrong || p->plan->barred)
        core_break(p->core, CHECK_IMPOSTOR,
                   "phone%u registered, though it may not", p->index);
    if (rspauth_check(&p->rspauth, m, &why) != IMS_OK)
        core_break(p->core, CHECK_GENUINE, "phone%u: %s", p->index, why.text);
    take_service_route(p, m);
    if (p->wanted == 0)
        str_set(&p->service_route, (struct slice){0});
    else if (p->refreshes)
        timer_start(p->env.timers, &p->refresh, (int64_t)p->wanted * SECOND / 2,
                    on_refresh, p);
}

static void on_registered(struct phone *p, struct sip_message *m)
{
    if (m->status == 401 && p->tries < 4) {
        p->tries++;
        p->nc = 0;
        str_set(&p->challenge, sip_header_value(m, SIP_HDR_WWW_AUTHENTICATE));
        send_register(p);
        return;
    }
    p->status = m->status;
    if (m->status == 200)
        registered(p, m);
    else {
        str_set(&p->challenge, (struct slice){0});
        if (p->refreshes && p->wanted)
            timer_start(p->env.timers, &p->refresh, 20 * SECOND, on_refresh, p);
    }
}

static void send_register(struct phone *p)
{
    char uri[64];
    struct buf b;
    struct sip_message *m;

    buf_over(&b, uri, sizeof uri);
    buf_printf(&b, "sip:%s", plan_domain(p->plan->network));
    m = sip_ua_request_new(
        &p->env, &(struct sip_ua_request){.method = SIP_REGISTER,
                                          .uri = buf_slice(&b),
                                          .from = str_slice(&p->impu),
                                          .to = str_slice(&p->impu),
                                          .call_id = str_slice(&p->call_id),
                                          .cseq = ++p->cseq,
                                          .contact = str_slice(&p->contact)});
    if (!p->call_id.n)
        str_set(&p->call_id, sip_header_value(m, SIP_HDR_CALL_ID));
    sip_set_printf(m, SIP_HDR_EXPIRES, "%u", p->wanted);
    sip_set(m, SIP_HDR_SUPPORTED, S("path"));
    if (!phone_authorize(p, m))
        sip_set_printf(m, SIP_HDR_AUTHORIZATION,
                       "Digest username=\"%s\", realm=\"%s\", uri=\"%.*s\", "
                       "nonce=\"\", response=\"\"",
                       str_c(&p->impi), plan_domain(p->plan->network),
                       SLICE_ARG(m->uri));
    phone_ask(p, m, on_registered);
}

void phone_register(struct phone *p, unsigned expires)
{
    timer_stop(p->env.timers, &p->refresh);
    p->tries = 0;
    p->status = 0;
    p->wanted = expires;
    if (!expires)
        p->bound_until_us = 0; /* the answer may be lost */
    str_set(&p->challenge, (struct slice){0});
    send_register(p);
}

/* ---- messages -------------------------------------------------------------
 */

static void on_message_answered(struct phone *p, struct sip_message *m)
{
    p->last_status = m->status;
    p->tally->messages += m->status == 200;
}

void phone_message(struct phone *p, const struct phone *other)
{
    struct arena a;
    struct sip_message *m;

    arena_init(&a, 512, 4096);
    p->last_status = 0;
    m = sip_ua_request_new(
        &p->env, &(struct sip_ua_request){.method = SIP_MESSAGE,
                                          .uri = str_slice(&other->impu),
                                          .from = str_slice(&p->impu),
                                          .to = str_slice(&other->impu),
                                          .route = phone_routes(p, &a)});
    sip_set_body(m, S("text/plain"), S("hello"));
    phone_ask(p, m, on_message_answered);
    arena_fini(&a);
}

/* An INVITE that got a provisional answer waits for ever (RFC 3261 17.1.1.2)
 * when all copies of its 200 were lost. */
void phone_give_up_asks(struct phone *p)
{
    LIST_EACH (it, &p->asks) {
        struct ask *a = container_of(it, struct ask, link);

        if (strcmp(a->what, "INVITE") == 0 && !a->finals)
            sip_client_cancel(a->client, (struct slice){0});
    }
}

unsigned phone_asks(const struct phone *p)
{
    unsigned n = 0;

    for (struct list *it = p->asks.next; it != &p->asks; it = it->next)
        n++;
    return n;
}
