/* SPDX-License-Identifier: MIT
 *
 * The floor's phones: tests/load with units that are the floor's scripts. The
 * arrivals, the rounds and the reports are the same.
 */
#include "base/list.h"
#include "base/mem.h"
#include "bench/floor.h"

enum { BYTES = 2048 };

struct unit {
    struct load *load;
    struct list link; /* of the free ones */
    enum load_kind kind;
    uint32_t number, life;
    int64_t due_us;
    struct timer timer;
};

struct load {
    struct load_options o;
    struct udp *udp;
    struct unit *units;
    struct list free;
    unsigned running;
    struct load_figures figures;
};

static void ends(struct unit *u)
{
    timer_stop(u->load->o.net->timers, &u->timer);
    u->life++;
    u->load->running--;
    list_append(&u->load->free, &u->link);
}

static void on_time(void *ctx)
{
    struct unit *u = ctx;

    u->load->figures.kinds[u->kind].timed_out++;
    ends(u);
}

static void done(struct unit *u)
{
    struct load *l = u->load;
    int64_t age = l->o.net->clock->mono_us - u->due_us;

    l->figures.kinds[u->kind].done++;
    histogram_add(&l->figures.kinds[u->kind].latency, age);
    histogram_add(&l->figures.latency, age);
    ends(u);
}

static void send_hop(void *ctx, const struct floor_mark *m,
                     const struct hop *hop)
{
    struct load *l = ctx;
    char bytes[BYTES] = {0};

    memcpy(bytes, m, sizeof *m);
    if (udp_send(l->udp, &l->o.proxies[0], slice_at(bytes, hop->bytes)) !=
        IMS_OK)
        l->figures.unsent++;
}

static void on_datagram(void *ctx, struct udp *udp, const struct addr *from,
                        struct slice bytes)
{
    struct load *l = ctx;
    struct floor_mark m;
    struct unit *u;

    (void)udp;
    (void)from;
    if (bytes.n < sizeof m)
        return;
    memcpy(&m, bytes.p, sizeof m);
    u = m.unit < l->o.units ? &l->units[m.unit] : NULL;
    if (!u || u->life != m.life || !floor_hop(&m))
        return;
    if (m.row + 1U == FLOOR_SCRIPTS[m.kind].count)
        done(u);
    else
        floor_next(&m, send_hop, l);
}

void load_begin(struct load *l, enum load_kind kind, int64_t due_us)
{
    struct floor_mark m = {.kind = (uint16_t)kind};
    struct unit *u;

    if (list_is_empty(&l->free)) {
        l->figures.kinds[kind].skipped++;
        return;
    }
    u = container_of(l->free.next, struct unit, link);
    list_remove(&u->link);
    l->running++;
    l->figures.kinds[kind].begun++;
    u->kind = kind;
    u->due_us = due_us;
    timer_start(l->o.net->timers, &u->timer, l->o.timeout_us, on_time, u);
    m.unit = u->number;
    m.life = u->life;
    floor_begin(&m, send_hop, l);
}

void load_set_scope(struct load *l, const struct load_scope *scope)
{
    (void)l;
    (void)scope;
}

unsigned load_running(const struct load *l)
{
    return l->running;
}

unsigned load_registered(const struct load *l)
{
    (void)l;
    return 0;
}

const struct load_figures *load_figures(const struct load *l)
{
    return &l->figures;
}

void load_forget_figures(struct load *l)
{
    l->figures = (struct load_figures){0};
}

enum ims_err load_new(const struct load_options *o, struct load **out,
                      struct why *why)
{
    static const struct udp_handler handler = {.on_datagram = on_datagram};
    struct load *l = mem_zalloc(sizeof *l);
    enum ims_err err;

    l->o = *o;
    list_init(&l->free);
    l->units = mem_zalloc(o->units * sizeof *l->units);
    for (unsigned i = 0; i < o->units; i++) {
        l->units[i].load = l;
        l->units[i].number = i;
        list_append(&l->free, &l->units[i].link);
    }
    err = udp_open(o->net, &o->first, &handler, l, &l->udp, why);
    if (err == IMS_OK)
        *out = l;
    else
        load_free(l);
    return err;
}

void load_free(struct load *l)
{
    for (unsigned i = 0; i < l->o.units; i++)
        timer_stop(l->o.net->timers, &l->units[i].timer);
    if (l->udp)
        udp_close(l->udp);
    free(l->units);
    free(l);
}
