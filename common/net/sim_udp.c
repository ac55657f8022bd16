/* SPDX-License-Identifier: MIT
 *
 * Datagrams of the simulated world.
 */
#include "net/sim_priv.h"

enum { DATAGRAM_MAX = 65507 };

struct sim_udp {
    struct udp base;
    struct sim_bound bound;
    struct sim_host *host;
    struct list link;
    int64_t instant; /* of the last send, and the bytes sent in it */
    size_t sent;
};

struct datagram {
    struct timer due;
    struct sim *sim;
    struct list link; /* in sim->flying */
    struct addr from, to;
    size_t n;
    char bytes[];
};

static struct sim_udp *of(struct udp *u)
{
    return container_of(u, struct sim_udp, base);
}

enum ims_err sim_udp_open(struct net *net, const struct addr *local,
                          const struct udp_handler *h, void *ctx,
                          struct udp **out, struct why *why)
{
    struct sim_host *host = sim_host_of(net);
    struct sim_udp *u = mem_zalloc(sizeof(*u));
    enum ims_err err = sim_bind(host, local, TRANSPORT_UDP, &u->bound, why);

    if (err) {
        free(u);
        return err;
    }
    u->base = (struct udp){net, u->bound.addr, h, ctx};
    u->host = host;
    list_append(&host->udps, &u->link);
    *out = &u->base;
    return IMS_OK;
}

void sim_udp_close(struct udp *base)
{
    struct sim_udp *u = of(base);

    if (!u->host->dead)
        sim_unbind(u->host->sim, &u->bound);
    list_remove(&u->link);
    free(u);
}

void sim_udp_kill(struct sim_host *h)
{
    LIST_EACH (it, &h->udps)
        sim_unbind(h->sim, &container_of(it, struct sim_udp, link)->bound);
}

static struct sim_udp *bound_at(struct sim *s, const struct addr *a)
{
    struct sim_bound *b = sim_bound_at(s, a);

    return b ? container_of(b, struct sim_udp, bound) : NULL;
}

static void forget(struct datagram *d)
{
    list_remove(&d->link);
    timer_stop(&d->sim->events, &d->due);
    free(d);
}

/* ---- the way there, and back when nobody is there ------------------------ */

static void bounces(void *ctx)
{
    struct datagram *d = ctx;
    struct sim_udp *sender = bound_at(d->sim, &d->from);

    if (sender && sender->base.h->on_undeliverable) {
        sim_turn(d->sim, sender->host);
        sender->base.h->on_undeliverable(sender->base.ctx, &sender->base,
                                         &d->to);
        sim_turn(d->sim, NULL);
    }
    forget(d);
}

static void arrives(void *ctx)
{
    struct datagram *d = ctx;
    struct sim_udp *u = bound_at(d->sim, &d->to);

    if (!u && !sim_is_cut(d->sim, &d->to, &d->from)) {
        timer_start(&d->sim->events, &d->due,
                    sim_way_us(d->sim, &d->to, &d->from), bounces, d);
        return;
    }
    if (u) {
        sim_turn(d->sim, u->host);
        u->base.h->on_datagram(u->base.ctx, &u->base, &d->from,
                               slice_at(d->bytes, d->n));
        sim_turn(d->sim, NULL);
    }
    forget(d);
}

static void launch(struct sim_udp *u, const struct addr *to, struct slice bytes,
                   int64_t us)
{
    struct sim *s = u->host->sim;
    struct datagram *d = mem_alloc(sizeof(*d) + bytes.n);

    *d = (struct datagram){
        .sim = s, .from = u->base.local, .to = *to, .n = bytes.n};
    memcpy(d->bytes, bytes.n ? bytes.p : "", bytes.n);
    list_append(&s->flying, &d->link);
    timer_start(&s->events, &d->due, us, arrives, d);
}

static void meet_weather(struct sim_udp *u, const struct addr *to,
                         struct slice bytes)
{
    struct sim *s = u->host->sim;
    const struct sim_rule *r = sim_rule_for(s, &u->base.local, to);
    int64_t us = sim_way_us(s, &u->base.local, to);

    if (r->cut || sim_happens(s, r->lose))
        return;
    if (sim_happens(s, r->reorder))
        us += MSEC + 2 * (r->delay_us + r->jitter_us);
    launch(u, to, bytes, us);
    if (sim_happens(s, r->duplicate))
        launch(u, to, bytes, sim_way_us(s, &u->base.local, to));
}

/* The real socket's queue leaves once a turn; here a turn is an instant. */
static bool has_room(struct sim_udp *u, size_t n)
{
    if (u->instant != u->host->sim->clock.mono_us) {
        u->instant = u->host->sim->clock.mono_us;
        u->sent = 0;
    }
    if (u->sent + n > SIM_UDP_QUEUE)
        return false;
    u->sent += n;
    return true;
}

enum ims_err sim_udp_send(struct udp *base, const struct addr *to,
                          struct slice bytes)
{
    struct sim_udp *u = of(base);
    struct addr dest = *to;

    if (u->host->dead)
        return IMS_CLOSED;
    if (to->family != base->local.family)
        return IMS_UNREACHABLE;
    if (bytes.n > DATAGRAM_MAX)
        return IMS_TOO_LARGE;
    if (!has_room(u, bytes.n))
        return IMS_FULL;
    dest.transport = TRANSPORT_UDP;
    sim_tapped(u->host->sim, &base->local, &dest, bytes);
    meet_weather(u, &dest, bytes);
    return IMS_OK;
}

void sim_udp_fini(struct sim *s)
{
    LIST_EACH (it, &s->flying)
        forget(container_of(it, struct datagram, link));
}
