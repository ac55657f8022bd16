/* SPDX-License-Identifier: MIT
 *
 * Who is registered over which flow, until when.
 *
 * P-REG-4, P-REG-6.
 */
#include "pcscf/flows.h"
#include "pcscf/identities.h"
#include <assert.h>

enum { PASSING_S = 40 };

struct flows {
    const struct env *env;
    uint64_t key[2]; /* of the tokens */
    size_t most;     /* contacts; 0: no bound */
    struct map by_token, by_source;
    struct map by_impu; /* of those registered */
    struct list unregistered;
    void (*on_expired)(void *ctx, struct contact *c);
    void (*on_gone)(void *ctx, struct contact *c);
    void *ctx;
    struct flows_figures figures;
};

static void drop(struct contact *c);

struct flows *flows_new(const struct env *env, size_t most,
                        void (*on_expired)(void *ctx, struct contact *c),
                        void (*on_gone)(void *ctx, struct contact *c),
                        void *ctx)
{
    struct flows *f = mem_zalloc(sizeof *f);

    f->env = env;
    f->most = most;
    f->on_expired = on_expired;
    f->on_gone = on_gone;
    f->ctx = ctx;
    f->key[0] = dice_u64(env->dice);
    f->key[1] = dice_u64(env->dice);
    list_init(&f->unregistered);
    map_init(&f->by_token, dice_u64(env->dice), 0);
    map_init(&f->by_source, dice_u64(env->dice), 0);
    map_init(&f->by_impu, dice_u64(env->dice), 0);
    return f;
}

void flows_limit(struct flows *f, size_t most)
{
    f->most = most;
}

void flows_free(struct flows *f)
{
    if (!f)
        return;
    MAP_EACH (it, &f->by_token)
        drop(container_of(it, struct contact, by_token));
    map_fini(&f->by_token);
    map_fini(&f->by_source);
    map_fini(&f->by_impu);
    free(f);
}

const struct flows_figures *flows_figures(const struct flows *f)
{
    return &f->figures;
}

/* ---- tokens -------------------------------------------------------------- */

void flows_token(const struct flows *f, const struct sip_flow *flow,
                 struct slice impu, struct slice uri, char token[FLOW_TOKEN])
{
    static const char digits[] = "0123456789abcdef";

    for (unsigned half = 0; half < 2; half++) {
        uint64_t h = slice_hash(addr_key(&flow->remote), f->key[half]);

        h = slice_hash(impu, h ^ f->key[!half]);
        h = slice_hash(uri, h);
        for (unsigned i = 0; i < FLOW_TOKEN / 2; i++, h >>= 4)
            token[half * FLOW_TOKEN / 2 + i] = digits[h & 15];
    }
}

struct contact *flows_by_token(const struct flows *f, struct slice token)
{
    struct map_node *node = map_find(&f->by_token, token);

    return node ? container_of(node, struct contact, by_token) : NULL;
}

/* ---- contacts ------------------------------------------------------------ */

static void drop(struct contact *c)
{
    struct flows *f = c->flows;

    f->on_gone(f->ctx, c);
    timer_stop(f->env->timers, &c->timer);
    map_remove(&f->by_token, &c->by_token);
    map_remove(&f->by_source, &c->by_source);
    f->figures.contacts--;
    f->figures.registered -= c->registered;
    if (c->registered)
        map_remove(&f->by_impu, &c->by_impu);
    else
        list_remove(&c->link);
    list_remove(&c->watched);
    str_fini(&c->uri);
    str_fini(&c->impu);
    str_fini(&c->call_id);
    str_fini(&c->nonce);
    str_fini(&c->service_route);
    str_fini(&c->identities);
    free(c);
}

void contact_free(struct contact *c)
{
    if (c->registered)
        sip_transport_let_go(&c->flow);
    drop(c);
}

static void on_timer(void *ctx)
{
    struct contact *c = ctx;

    if (c->registered)
        c->flows->on_expired(c->flows->ctx, c);
    else
        contact_free(c);
}

static bool make_room(struct flows *f)
{
    if (!f->most)
        return true;
    while (f->by_token.count >= f->most && !list_is_empty(&f->unregistered))
        contact_free(container_of(f->unregistered.next, struct contact, link));
    return f->by_token.count < f->most;
}

bool flows_check_room(struct flows *f, struct slice token)
{
    bool has =
        !f->most || f->figures.registered < f->most || flows_by_token(f, token);

    f->figures.refused += !has;
    return has;
}

static struct contact *contact_new(struct flows *f, const char *token,
                                   const struct sip_flow *flow)
{
    struct contact *c;

    if (!make_room(f)) {
        f->figures.refused++;
        return NULL;
    }
    c = mem_zalloc(sizeof *c);
    c->flows = f;
    c->flow = *flow;
    list_init(&c->watched);
    list_init(&c->dialogs);
    memcpy(c->token, token, FLOW_TOKEN);
    map_add(&f->by_token, &c->by_token, slice_at(c->token, FLOW_TOKEN));
    map_add(&f->by_source, &c->by_source, addr_key(&c->flow.remote));
    list_append(&f->unregistered, &c->link);
    if (++f->figures.contacts > f->figures.most)
        f->figures.most = f->figures.contacts;
    return c;
}

/* The same address, perhaps by another stream. */
static void follow_stream(struct contact *c, const struct sip_flow *flow)
{
    if (c->registered) {
        sip_transport_keep(flow);
        sip_transport_let_go(&c->flow);
    }
    c->flow = *flow;
}

struct contact *flows_meet(struct flows *f, const struct sip_flow *flow,
                           struct slice impu, struct slice uri, int64_t us)
{
    char token[FLOW_TOKEN];
    struct contact *c;

    flows_token(f, flow, impu, uri, token);
    c = flows_by_token(f, slice_at(token, FLOW_TOKEN));
    if (!c) {
        c = contact_new(f, token, flow);
        if (!c)
            return NULL;
        str_set(&c->uri, uri);
        str_set(&c->impu, impu);
    }
    follow_stream(c, flow);
    if (!c->registered)
        timer_start(f->env->timers, &c->timer, us, on_timer, c);
    return c;
}

void contact_register(struct contact *c, uint32_t seconds)
{
    struct flows *f = c->flows;
    int64_t us = (int64_t)seconds * SECOND;

    if (!c->registered) {
        list_remove(&c->link);
        map_add(&f->by_impu, &c->by_impu, str_slice(&c->impu));
        sip_transport_keep(&c->flow);
    }
    f->figures.registered += !c->registered;
    c->registered = true;
    c->expires_at = f->env->clock->mono_us + us;
    timer_start(f->env->timers, &c->timer, us, on_timer, c);
}

void contact_unregister(struct contact *c)
{
    struct flows *f = c->flows;

    assert(c->registered);
    map_remove(&f->by_impu, &c->by_impu);
    list_append(&f->unregistered, &c->link);
    sip_transport_let_go(&c->flow);
    f->figures.registered--;
    c->registered = false;
    timer_start(f->env->timers, &c->timer, PASSING_S * (int64_t)SECOND,
                on_timer, c);
}

struct contact *flows_at(const struct flows *f, const struct addr *source,
                         const struct contact *after)
{
    struct map_node *node = after ? map_again(&f->by_source, &after->by_source)
                                  : map_find(&f->by_source, addr_key(source));

    for (; node; node = map_again(&f->by_source, node)) {
        struct contact *c = container_of(node, struct contact, by_source);

        if (c->registered)
            return c;
    }
    return NULL;
}

struct contact *flows_challenged(const struct flows *f,
                                 const struct addr *source, struct slice impu,
                                 struct slice nonce)
{
    struct map_node *node = map_find(&f->by_source, addr_key(source));

    for (; node; node = map_again(&f->by_source, node)) {
        struct contact *c = container_of(node, struct contact, by_source);

        if (slice_eq(str_slice(&c->nonce), nonce) &&
            slice_eq(str_slice(&c->impu), impu))
            return c;
    }
    return NULL;
}

bool flows_is_translated(const struct flows *f, const struct addr *source)
{
    struct map_node *node = map_find(&f->by_source, addr_key(source));

    for (; node; node = map_again(&f->by_source, node))
        if (container_of(node, struct contact, by_source)->translated)
            return true;
    return false;
}

struct contact *flows_of(const struct flows *f, struct slice impu,
                         const struct contact *after)
{
    struct map_node *node = after ? map_again(&f->by_impu, &after->by_impu)
                                  : map_find(&f->by_impu, impu);

    return node ? container_of(node, struct contact, by_impu) : NULL;
}

/* The address that a URI names, if it is an IP address. */
static bool named_address(struct slice text, struct addr *out)
{
    struct sip_uri uri;

    *out = (struct addr){0};
    if (sip_uri_parse(text, &uri, NULL) != IMS_OK ||
        !addr_parse_ip(uri.host, out))
        return false;
    out->port = sip_uri_port(&uri);
    return true;
}

struct sip_flow contact_way(const struct contact *c,
                            const struct sip_flow *flow)
{
    struct sip_flow way = {.listener = flow->listener};

    if (sip_transport_is_alive(flow) ||
        !named_address(str_slice(&c->uri), &way.remote) ||
        !addr_eq_ip(&way.remote, &flow->remote))
        return *flow;
    way.remote.transport = flow->remote.transport;
    return way;
}

bool contact_is_direct(const struct contact *c, const struct addr *source)
{
    struct addr named;

    return !c->translated && addr_eq_ip(&c->flow.remote, source) &&
           named_address(str_slice(&c->uri), &named) &&
           addr_eq_ip(&named, source);
}

struct contact *flows_direct_at(const struct flows *f, const struct addr *at,
                                const struct addr *source,
                                const struct contact *after)
{
    struct addr over_udp = *at;
    struct contact *c;

    over_udp.transport = TRANSPORT_UDP;
    c = flows_at(f, &over_udp, after);
    while (c && !contact_is_direct(c, source))
        c = flows_at(f, &over_udp, c);
    return c;
}

struct contact *flows_direct(const struct flows *f, const struct addr *source,
                             struct slice uri)
{
    struct addr named;

    if (!named_address(uri, &named))
        return NULL;
    for (struct contact *c = NULL; (c = flows_direct_at(f, &named, source, c));)
        if (sip_uri_eq_text(uri, str_slice(&c->uri)))
            return c;
    return NULL;
}

bool contact_is_told(const struct contact *c)
{
    return c->told && c->told_cseq >= c->cseq;
}

bool contact_has_identity(const struct contact *c, struct slice impu)
{
    struct told_identity it;

    return identities_find(str_slice(&c->identities), impu, &it);
}

uint64_t contact_user(const struct contact *c)
{
    return slice_hash(str_slice(&c->impu), c->flows->key[0]);
}

struct slice contact_default_identity(const struct contact *c)
{
    struct slice rest = str_slice(&c->identities);
    struct told_identity it;

    return identities_next(&rest, &it) ? it.impu : str_slice(&c->impu);
}

struct contact *flows_next(const struct flows *f, const struct contact *c)
{
    struct map_node *node =
        c ? map_after(&f->by_token, &c->by_token) : map_first(&f->by_token);

    return node ? container_of(node, struct contact, by_token) : NULL;
}
