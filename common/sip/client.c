/* SPDX-License-Identifier: MIT
 *
 * The client side: a request on its way.
 *
 *   sip_client_send   a flow, an address, or a URI to be located
 *   try_next          one attempt an address, each its own transaction
 *   client_response   provisional -> owner; 503 -> next address; final -> owner
 *   client_failed     silence, transport -> next address (RFC 3263 4.3)
 *   conclude          no address is left: an answer made here
 *
 * SIP-4, SIP-7.
 */
#include "sip/client_private.h"

static void try_next(struct sip_client *c);
static void on_located(void *ctx, const struct sip_located *found);
static void conclude(struct sip_client *c, unsigned status,
                     enum sip_client_cause cause);
static void finish(struct sip_client *c, struct sip_message *m,
                   enum sip_client_cause cause);

/* ---- life ---------------------------------------------------------------- */

static struct sip_client *client_new(struct sip_stack *s,
                                     struct sip_message *msg,
                                     const struct sip_destination *to)
{
    struct sip_client *c = mem_zalloc(sizeof *c);

    c->stack = s;
    c->msg = sip_message_hold(msg);
    c->trust = to->trust;
    list_append(&s->owners, &c->node);
    return c;
}

static void forget_messages(struct sip_client *c)
{
    sip_message_drop(c->msg);
    c->msg = NULL;
    free(c->targets);
    c->targets = NULL;
    c->count = c->next = 0;
}

void client_free(struct sip_client *c)
{
    list_remove(&c->node);
    timer_stop(c->stack->env->timers, &c->later);
    if (c->query)
        sip_locate_cancel(c->query);
    if (c->t)
        c->t->client = NULL;
    forget_messages(c);
    sip_message_drop(c->verdict);
    str_fini(&c->cookie);
    str_fini(&c->reason);
    free(c);
}

static void client_end(struct sip_client *c)
{
    if (!c->is_forgotten && c->h.on_end) {
        c->is_calling = true;
        c->h.on_end(c->ctx, c);
    }
    client_free(c);
}

/* The transaction goes on alone. */
static void leave_transaction(struct sip_client *c)
{
    if (c->t)
        c->t->client = NULL;
    c->t = NULL;
}

void client_gone(struct sip_client *c)
{
    c->t = NULL;
    client_end(c);
}

/* ---- where to ------------------------------------------------------------ */

/* RFC 3261 8.1.2: the first Route, else the Request-URI. */
static struct slice next_hop(const struct sip_message *m)
{
    struct sip_values routes;
    struct sip_name_addr route;
    struct slice value;

    sip_values_begin(&routes, m, SIP_HDR_ROUTE);
    if (sip_values_next(&routes, &value) &&
        sip_name_addr_parse(value, &route, NULL) == IMS_OK)
        return route.uri;
    return m->uri;
}

static void set_target(struct sip_client *c, const struct addr *to)
{
    c->targets = mem_alloc(sizeof *to);
    c->targets[0] = *to;
    if (to->transport == TRANSPORT_NONE)
        c->targets[0].transport = TRANSPORT_UDP;
    c->count = 1;
}

static void locate(struct sip_client *c, struct slice text)
{
    struct sip_uri uri;

    if (sip_uri_parse(text, &uri, &c->why)) {
        conclude(c, 400, SIP_CLIENT_NO_ROUTE);
        return;
    }
    c->query = sip_locate(c->stack->locate, &uri, TRANSPORT_UDP, on_located, c);
}

static void on_located(void *ctx, const struct sip_located *found)
{
    struct sip_client *c = ctx;

    c->query = NULL;
    if (found->count == 0) {
        c->why = found->why;
        conclude(c, found->err == IMS_NOT_FOUND ? 404 : 503,
                 SIP_CLIENT_NO_ROUTE);
        return;
    }
    c->targets = mem_alloc(found->count * sizeof *c->targets);
    memcpy(c->targets, found->to, found->count * sizeof *c->targets);
    c->count = found->count;
    try_next(c);
}

/* Clients may go beyond the bound for new requests: what was taken on shall be
 * brought to its end. An ACK for a 2xx is no transaction, and ends one. */
static bool is_full(const struct sip_stack *s)
{
    return sip_stack_transactions(s) >= 2 * s->config.transactions;
}

static void start(struct sip_client *c, const struct sip_destination *to)
{
    if (is_full(c->stack) && !c->is_stateless) {
        why_set(&c->why, IMS_FULL, "Too many transactions");
        conclude(c, 503, SIP_CLIENT_UNREACHABLE);
    } else if (to->flow) {
        c->flow = *to->flow;
        set_target(c, &c->flow.remote);
        try_next(c);
    } else if (to->addr.family) {
        set_target(c, &to->addr);
        try_next(c);
    } else {
        locate(c, to->uri.n > 0 ? to->uri : next_hop(c->msg));
    }
}

struct sip_client *sip_client_send(struct sip_stack *s, struct sip_message *msg,
                                   const struct sip_destination *to,
                                   struct slice branch_cookie,
                                   const struct sip_client_handler *h,
                                   void *ctx)
{
    struct sip_client *c = client_new(s, msg, to);

    c->h = *h;
    c->ctx = ctx;
    str_set(&c->cookie, branch_cookie);
    start(c, to);
    return c;
}

void sip_stack_send_stateless(struct sip_stack *s, struct sip_message *msg,
                              const struct sip_destination *to,
                              struct slice branch_cookie)
{
    struct sip_client *c = client_new(s, msg, to);

    c->is_stateless = true;
    str_set(&c->cookie, branch_cookie);
    start(c, to);
}

/* ---- attempts ------------------------------------------------------------ */

/* What was moved to TCP for its size alone, and cannot even be tried there,
 * goes over UDP at once. */
static bool attempt(struct sip_client *c, const struct addr *to)
{
    return client_attempt(c, to, true) ||
           (c->over_size && client_attempt(c, to, false));
}

static void try_next(struct sip_client *c)
{
    while (c->next < c->count) {
        struct addr to = c->targets[c->next++];

        if (!attempt(c, &to))
            continue;
        if (c->is_stateless)
            conclude(c, 0, SIP_CLIENT_RESPONSE);
        return;
    }
    conclude(c, 503, SIP_CLIENT_UNREACHABLE);
}

static void fail_over(struct sip_client *c, const char *what)
{
    struct sip_stack *s = c->stack;
    char failed[ADDR_TEXT_MAX], next[ADDR_TEXT_MAX];

    ++*s->count.failovers;
    record_say(s->env->record,
               (struct record_about){.call = sip_call_of(c->msg)}, "SIP-7",
               "RFC 3263 4.3", "%s %s; %s is next",
               addr_text(&c->remote, failed), what,
               addr_text(&c->targets[c->next], next));
    try_next(c);
}

static bool may_fail_over(const struct sip_client *c)
{
    return c->next < c->count && !c->is_cancelled && !c->is_forgotten;
}

/* RFC 3261 18.1.1: what was moved to TCP for its size alone, and found none,
 * goes over UDP after all. */
static bool back_to_udp(struct sip_client *c, enum txn_news news)
{
    struct addr udp = c->remote;

    if (!c->over_size || news != TXN_TRANSPORT_ERR || c->is_cancelled)
        return false;
    udp.transport = TRANSPORT_UDP;
    if (!client_attempt(c, &udp, false))
        conclude(c, 503, SIP_CLIENT_UNREACHABLE);
    return true;
}

/* RFC 3263 4.3: who has said 100 is there, and waits for somebody else; another
 * address would wait for the same. */
static void give_up(struct sip_client *c)
{
    char text[ADDR_TEXT_MAX];

    why_set(&c->why, IMS_TIMEOUT, "%s said 100, and no more in time",
            addr_text(&c->remote, text));
    conclude(c, 408, SIP_CLIENT_GAVE_UP);
}

void client_failed(struct sip_client *c, enum txn_news news)
{
    bool silent = news == TXN_TIMEOUT;
    char text[ADDR_TEXT_MAX];

    leave_transaction(c);
    if (c->is_forgotten) {
        client_free(c);
        return;
    }
    if (silent && c->heard) {
        give_up(c);
        return;
    }
    why_set(&c->why, silent ? IMS_TIMEOUT : IMS_UNREACHABLE, "%s %s",
            addr_text(&c->remote, text),
            silent ? "does not answer" : "cannot be reached");
    if (!c->flow.listener)
        sip_locate_failed(c->stack->locate, &c->remote);
    if (back_to_udp(c, news))
        return;
    if (may_fail_over(c))
        fail_over(c, silent ? "does not answer" : "cannot be reached");
    else
        conclude(c, silent ? 408 : 503,
                 silent ? SIP_CLIENT_TIMEOUT : SIP_CLIENT_UNREACHABLE);
}

static struct remote *remote_at(const struct sip_stack *s,
                                const struct addr *to)
{
    struct map_node *n = map_find(&s->remotes, addr_key(to));

    return n ? container_of(n, struct remote, by_addr) : NULL;
}

static unsigned count_waiting(const struct sip_stack *s, const struct addr *to)
{
    const struct remote *r = remote_at(s, to);
    unsigned n = 0;

    if (!r)
        return 0;
    LIST_EACH (it, &r->waiting)
        n++;
    return n;
}

static struct transaction *first_waiting(const struct sip_stack *s,
                                         const struct addr *to)
{
    const struct remote *r = remote_at(s, to);

    return r ? container_of(r->waiting.next, struct transaction, at_remote)
             : NULL;
}

/* Nobody can be reached through this address; nothing of flow.listener, so the
 * events come one by one: each may end others, and new ones may begin. */
void client_unreachable(struct sip_stack *s, const struct addr *to)
{
    unsigned waiting = count_waiting(s, to);

    for (; waiting > 0; waiting--) {
        struct transaction *t = first_waiting(s, to);

        if (!t)
            return;
        if (t->method == SIP_INVITE)
            ict_event(&t->m, ICT_TRANSPORT_ERR, NULL);
        else
            nict_event(&t->m, NICT_TRANSPORT_ERR, NULL);
    }
}

/* ---- responses ----------------------------------------------------------- */

/* Vias tell whom a request passed the branches of our other transactions: a
 * response counts only if it came the way its request went, through a listener
 * of the same trust. */
static struct transaction *find(struct sip_stack *s,
                                const struct sip_message *m,
                                const struct sip_flow *flow)
{
    struct sip_via via;
    struct map_node *n;

    if (sip_via_top(m, &via, NULL))
        return NULL;
    n = map_find(&s->clients, via.branch);
    for (; n; n = map_again(&s->clients, n)) {
        struct transaction *t = container_of(n, struct transaction, by_key);

        if (t->method == m->method &&
            t->flow.listener->trust == flow->listener->trust)
            return t;
    }
    return NULL;
}

static enum ict_event ict_event_of(unsigned status)
{
    return status < 200 ? ICT_RX_1XX
                        : (status < 300 ? ICT_RX_2XX : ICT_RX_300_699);
}

void client_receive(struct sip_stack *s, struct sip_message *m,
                    const struct sip_flow *flow)
{
    struct transaction *t = find(s, m, flow);

    if (!t) { /* RFC 6026 7.2, RFC 4320 4.2 */
        sip_transport_drop(s->transport, m, flow, "stray",
                           "a response that no transaction waits for");
        if (s->h.on_stray)
            s->h.on_stray(s->ctx, m);
        return;
    }
    if (t->method == SIP_INVITE)
        ict_event(&t->m, ict_event_of(m->status), m);
    else
        nict_event(&t->m, m->status < 200 ? NICT_RX_1XX : NICT_RX_200_699, m);
}

static void deliver(struct sip_client *c, struct sip_message *m,
                    enum sip_client_cause cause)
{
    if (c->is_forgotten)
        return;
    c->is_calling = true;
    c->h.on_response(c->ctx, c, m, cause);
    c->is_calling = false;
}

/* RFC 3261 9.1: no final response to a cancelled INVITE came for 64*T1. */
static void on_cancel_timeout(void *ctx)
{
    struct sip_client *c = ctx;
    struct transaction *t = c->t;

    leave_transaction(c);
    if (t)
        txn_kill(&t->m);
    if (c->is_forgotten)
        client_free(c);
    else
        conclude(c, 487, SIP_CLIENT_CANCELLED);
}

static void cancel_now(struct sip_client *c)
{
    c->cancel_is_sent = true;
    timer_start(c->stack->env->timers, &c->later, 64 * c->t->m.clocks->t1,
                on_cancel_timeout, c);
    client_send_cancel(c);
}

static void provisional(struct sip_client *c, struct sip_message *m)
{
    c->heard = true;
    if (c->t->method == SIP_INVITE)
        str_fini(&c->t->wire); /* Timer A has ended: never sent again */
    if (c->is_cancelled && !c->cancel_is_sent && c->t->method == SIP_INVITE)
        cancel_now(c);
    if (m->status > 100)
        deliver(c, m, SIP_CLIENT_RESPONSE);
}

/* Another transport of who said that he serves nobody leads to him again. */
static void skip_same_server(struct sip_client *c)
{
    unsigned kept = c->next;

    for (unsigned i = c->next; i < c->count; i++)
        if (!addr_eq_ip(&c->targets[i], &c->remote) ||
            c->targets[i].port != c->remote.port)
            c->targets[kept++] = c->targets[i];
    c->count = kept;
}

static void on_503(struct sip_client *c, struct sip_message *m)
{
    leave_transaction(c);
    sip_message_drop(c->verdict);
    c->verdict = sip_message_hold(m);
    c->cause = SIP_CLIENT_RESPONSE;
    fail_over(c, "answered 503");
}

void client_response(struct sip_client *c, struct sip_message *m)
{
    struct sip_locate *l = c->stack->locate;

    if (c->is_answered) { /* a further 2xx */
        deliver(c, m, SIP_CLIENT_RESPONSE);
        return;
    }
    if (m->status == 503 && !c->flow.listener)
        sip_locate_failed(l, &c->remote);
    else
        sip_locate_answered(l, &c->remote);
    if (m->status == 503)
        skip_same_server(c);
    if (m->status < 200)
        provisional(c, m);
    else if (m->status == 503 && may_fail_over(c))
        on_503(c, m);
    else
        finish(c, m, SIP_CLIENT_RESPONSE);
}

/* ---- the end ------------------------------------------------------------- */

/* What a transaction keeps once it is answered: ict the printed ACK. */
static void slim(struct transaction *t)
{
    if (t->method != SIP_INVITE || t->m.state == TXN_ACCEPTED)
        str_fini(&t->wire);
}

static void finish(struct sip_client *c, struct sip_message *m,
                   enum sip_client_cause cause)
{
    bool more = c->t && c->t->m.state == TXN_ACCEPTED;

    c->is_answered = true;
    timer_stop(c->stack->env->timers, &c->later);
    if (c->t)
        slim(c->t);
    deliver(c, m, cause);
    forget_messages(c);
    if (more)
        return;
    leave_transaction(c);
    client_end(c);
}

static void on_verdict(void *ctx)
{
    struct sip_client *c = ctx;
    struct sip_message *m = c->verdict;

    if (c->is_stateless) {
        client_free(c);
        return;
    }
    c->verdict = NULL;
    finish(c, m, c->cause);
    sip_message_drop(m);
}

static const char *reason_of(enum sip_client_cause cause)
{
    switch (cause) {
    case SIP_CLIENT_TIMEOUT: return "timeout";
    case SIP_CLIENT_UNREACHABLE: return "unreachable";
    case SIP_CLIENT_NO_ROUTE: return "no-route";
    case SIP_CLIENT_RESPONSE:
    case SIP_CLIENT_CANCELLED:
    case SIP_CLIENT_GAVE_UP: break;
    }
    return NULL;
}

static void say_why(struct sip_client *c, unsigned status,
                    enum sip_client_cause cause)
{
    struct record_about about = {.call = sip_call_of(c->msg),
                                 .reason = reason_of(cause)};

    record_say(c->stack->env->record, about, "SIP-7", "RFC 3263 4.3",
               "%u without an answer: %s", status, c->why.text);
}

/* Told in the next turn of the timers, so that nobody is called back before
 * his own call returns. The last 503 that came is as good as one made here. */
static void conclude(struct sip_client *c, unsigned status,
                     enum sip_client_cause cause)
{
    if (c->is_cancelled && !c->is_stateless) {
        status = 487;
        cause = SIP_CLIENT_CANCELLED;
    }
    if (status && cause != SIP_CLIENT_CANCELLED)
        say_why(c, status, cause);
    if (!c->is_stateless && (!c->verdict || cause == SIP_CLIENT_CANCELLED)) {
        sip_message_drop(c->verdict);
        c->verdict = client_own_response(c, status);
        c->cause = cause;
    }
    timer_start(c->stack->env->timers, &c->later, 0, on_verdict, c);
}

/* ---- the owner ----------------------------------------------------------- */

void sip_client_cancel(struct sip_client *c, struct slice reason)
{
    bool pending = c->verdict && !c->t && !c->query;

    if (c->is_answered || c->is_cancelled || pending || !c->msg ||
        c->msg->method != SIP_INVITE)
        return;
    c->is_cancelled = true;
    str_set(&c->reason, reason);
    if (c->query) {
        sip_locate_cancel(c->query);
        c->query = NULL;
        conclude(c, 487, SIP_CLIENT_CANCELLED);
    } else if (c->t && c->t->m.state == TXN_PROCEEDING) {
        cancel_now(c);
    }
}

void sip_client_forget(struct sip_client *c)
{
    c->is_forgotten = true;
    if (!c->t && !c->is_calling)
        client_free(c);
}
