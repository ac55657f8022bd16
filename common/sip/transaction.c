/* SPDX-License-Identifier: MIT
 *
 * The stack of one node: it owns transport, location and all transactions, and
 * shows what arrives to the side that it is for.
 */
#include "sip/transaction_private.h"

static void on_message(void *ctx, struct sip_message *m,
                       const struct sip_flow *flow)
{
    struct sip_stack *s = ctx;

    if (m->is_request)
        server_receive(s, m, flow);
    else
        client_receive(s, m, flow);
}

static void on_unreachable(void *ctx, const struct addr *to)
{
    client_unreachable(ctx, to);
}

/* RFC 3261 18.1.1: what is sent but once (an ACK for a 2xx) and was moved to
 * TCP for its size goes over UDP when it comes again. Phones are not located.
 */
static void on_not_opened(void *ctx, const struct sip_flow *flow)
{
    struct sip_stack *s = ctx;

    if (flow->listener->trust != SIP_GM)
        sip_locate_failed(s->locate, &flow->remote);
}

static void on_flow_end(void *ctx, const struct sip_flow *flow)
{
    struct sip_stack *s = ctx;

    if (s->h.on_flow_end)
        s->h.on_flow_end(s->ctx, flow);
}

/* ---- the stack ----------------------------------------------------------- */

static uint64_t *rejected(struct metrics *m, const char *label)
{
    return metrics_counter(m, "imsbox_sip_requests_rejected_total", label,
                           "Requests answered 503 without a transaction");
}

static void count_from(struct sip_stack *s)
{
    struct metrics *m = s->env->metrics;
    struct sip_stack_counters *c = &s->count;

    c->retransmissions =
        metrics_counter(m, "imsbox_sip_retransmissions_total", "",
                        "SIP messages sent again by a transaction");
    c->forgotten = metrics_counter(m, "imsbox_sip_forgotten_answers_total", "",
                                   "Requests dropped without an answer");
    c->full = rejected(m, "reason=\"limit\"");
    c->draining = rejected(m, "reason=\"draining\"");
    c->timeouts = metrics_counter(m, "imsbox_sip_timeouts_total", "",
                                  "Transactions ended by Timer B, F or H");
    c->failovers = metrics_counter(m, "imsbox_sip_failovers_total", "",
                                   "Requests sent on to a further address");
    c->unsent = metrics_counter(m, "imsbox_sip_responses_unsent_total", "",
                                "Responses that could not be sent");
}

static double transactions_now(void *ctx)
{
    return (double)sip_stack_transactions(ctx);
}

static void init_tables(struct sip_stack *s)
{
    struct dice *dice = s->env->dice;

    map_init(&s->servers, dice_u64(dice), 0);
    map_init(&s->clients, dice_u64(dice), 0);
    map_init(&s->merges, dice_u64(dice), 0);
    map_init(&s->remotes, dice_u64(dice), 0);
    list_init(&s->requests);
    list_init(&s->owners);
    s->secret = dice_u64(dice);
    buf_init(&s->out, sip_printed_bytes(&s->config.transport.limits));
}

static void limit_transactions(struct sip_stack *s, size_t most)
{
    s->config.transactions = most ? most : 1000000;
}

struct sip_stack *sip_stack_new(const struct sip_stack_config *c,
                                const struct sip_stack_handler *h, void *ctx)
{
    static const struct sip_transport_handler from_transport = {
        on_message, on_unreachable, on_not_opened, on_flow_end};
    struct sip_stack *s = mem_zalloc(sizeof *s);

    s->config = *c;
    limit_transactions(s, c->transactions);
    s->env = c->env;
    s->h = *h;
    s->ctx = ctx;
    init_tables(s);
    count_from(s);
    s->transport = sip_transport_new(&c->transport, &from_transport, s);
    s->locate = sip_locate_new(&c->locate);
    metrics_gauge(s->env->metrics, "imsbox_sip_transactions", "",
                  "SIP transactions alive", transactions_now, s);
    return s;
}

static void free_transactions(struct map *m)
{
    MAP_EACH (n, m) {
        transaction_free(container_of(n, struct transaction, by_key));
    }
    map_fini(m);
}

void sip_stack_free(struct sip_stack *s)
{
    LIST_EACH (it, &s->requests) {
        request_orphan(container_of(it, struct request, node));
    }
    while (!list_is_empty(&s->owners))
        client_free((struct sip_client *)s->owners.next);
    free_transactions(&s->servers);
    free_transactions(&s->clients);
    map_fini(&s->merges);
    map_fini(&s->remotes);
    sip_locate_free(s->locate);
    sip_transport_free(s->transport);
    buf_fini(&s->out);
    free(s);
}

struct sip_transport *sip_stack_transport(struct sip_stack *s)
{
    return s->transport;
}

struct sip_locate *sip_stack_locate(struct sip_stack *s)
{
    return s->locate;
}

const struct env *sip_stack_env(struct sip_stack *s)
{
    return s->env;
}

size_t sip_stack_transactions(const struct sip_stack *s)
{
    return s->servers.count + s->clients.count;
}

struct usage sip_stack_usage(const struct sip_stack *s)
{
    return (struct usage){.now = sip_stack_transactions(s),
                          .most = s->most,
                          .refused = *s->count.full};
}

static struct sip_transaction_info info_of(const struct transaction *t)
{
    static const char *const machines[2][2] = {
        {"non-INVITE client", "non-INVITE server"},
        {"INVITE client", "INVITE server"},
    };

    return (struct sip_transaction_info){
        .is_server = t->is_server,
        .machine = machines[t->method == SIP_INVITE][t->is_server],
        .state = txn_state_name(t->m.state),
        .method = sip_method_name(t->method).p,
        .call = str_slice(&t->call),
        .remote = t->flow.remote,
    };
}

static void each_of(const struct map *m,
                    void (*fn)(void *ctx, const struct sip_transaction_info *i),
                    void *ctx)
{
    MAP_EACH (n, m) {
        struct sip_transaction_info i =
            info_of(container_of(n, struct transaction, by_key));

        fn(ctx, &i);
    }
}

void sip_stack_each(const struct sip_stack *s,
                    void (*fn)(void *ctx, const struct sip_transaction_info *i),
                    void *ctx)
{
    each_of(&s->servers, fn, ctx);
    each_of(&s->clients, fn, ctx);
}

static size_t count_open(const struct map *m)
{
    size_t n = 0;

    MAP_EACH (it, m) {
        enum txn_state state =
            container_of(it, struct transaction, by_key)->m.state;

        n += state == TXN_CALLING || state == TXN_TRYING ||
             state == TXN_PROCEEDING;
    }
    return n;
}

size_t sip_stack_open(const struct sip_stack *s)
{
    return count_open(&s->servers) + count_open(&s->clients);
}

/* What is under way may be as large as the limit was before. */
void sip_stack_limit(struct sip_stack *s, size_t transactions,
                     const struct sip_limits *l, size_t connections)
{
    size_t printed = sip_printed_bytes(l);

    limit_transactions(s, transactions);
    sip_transport_limit(s->transport, l, connections);
    if (printed > s->out.max)
        s->out.max = printed;
}

void sip_stack_drain(struct sip_stack *s)
{
    s->is_draining = true;
}

/* ---- a transaction ------------------------------------------------------- */

struct slice sip_call_of(const struct sip_message *m)
{
    return sip_header_value(m, SIP_HDR_CALL_ID);
}

struct transaction *transaction_new(struct sip_stack *s,
                                    const struct sip_flow *flow,
                                    const struct txn_ops *ops)
{
    struct transaction *t = mem_zalloc(sizeof *t);

    t->stack = s;
    t->flow = *flow;
    t->m.ops = ops;
    t->m.timers = s->env->timers;
    t->m.clocks = &flow->listener->timers;
    t->m.reliable = transport_is_stream(flow->remote.transport);
    return t;
}

static struct remote *remote_of(struct sip_stack *s, const struct addr *addr)
{
    struct map_node *n = map_find(&s->remotes, addr_key(addr));
    struct remote *r;

    if (n)
        return container_of(n, struct remote, by_addr);
    r = mem_alloc(sizeof *r);
    r->addr = *addr;
    list_init(&r->waiting);
    map_add(&s->remotes, &r->by_addr, addr_key(&r->addr));
    return r;
}

void transaction_wait(struct transaction *t)
{
    t->remote = remote_of(t->stack, &t->flow.remote);
    list_append(&t->remote->waiting, &t->at_remote);
}

void transaction_wait_over(struct transaction *t)
{
    struct remote *r = t->remote;

    if (!r)
        return;
    t->remote = NULL;
    list_remove(&t->at_remote);
    if (!list_is_empty(&r->waiting))
        return;
    map_remove(&t->stack->remotes, &r->by_addr);
    free(r);
}

void transaction_enter(struct transaction *t)
{
    struct sip_stack *s = t->stack;
    struct map *table = t->is_server ? &s->servers : &s->clients;

    map_add(table, &t->by_key, str_slice(&t->key));
    if (sip_stack_transactions(s) > s->most)
        s->most = sip_stack_transactions(s);
}

void transaction_free(struct transaction *t)
{
    timer_stop(t->m.timers, &t->m.again);
    timer_stop(t->m.timers, &t->m.end);
    map_remove(t->is_server ? &t->stack->servers : &t->stack->clients,
               &t->by_key);
    if (t->in_merges)
        map_remove(&t->stack->merges, &t->by_merge);
    transaction_wait_over(t);
    str_fini(&t->key);
    str_fini(&t->wire);
    str_fini(&t->call);
    free(t);
}

bool transaction_print(struct transaction *t, const struct sip_message *m)
{
    struct buf *out = &t->stack->out;
    struct why why;

    buf_reset(out);
    if (sip_message_print(m, out, &why)) {
        log_at(t->stack->env->log, LOG_ERROR,
               "A SIP message was not printed: %s", why.text);
        str_fini(&t->wire);
        return false;
    }
    str_set(&t->wire, buf_slice(out));
    return true;
}

enum ims_err transaction_send_wire(struct transaction *t)
{
    struct why why;
    enum ims_err err =
        sip_transport_send_bytes(t->stack->transport, str_slice(&t->wire),
                                 str_slice(&t->call), &t->flow, &why);

    if (err)
        log_at(t->stack->env->log, LOG_INFO, "Not sent: %s", why.text);
    return err;
}
