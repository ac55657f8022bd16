/* SPDX-License-Identifier: MIT
 *
 * Work off the loop, modelled: a job runs when it is given, its done comes
 * when a thread that serves the lane's jobs in turn would be through with it.
 */
#include "net/sim_priv.h"

struct sim_lane {
    struct net_lane base;
    struct sim_host *host;
    struct list link;
    struct list jobs; /* in order; the first one's end is due */
    struct timer due;
    int64_t free_us; /* when the thread is through with all of them */
};

struct job {
    struct list link;
    int64_t at_us;
    void (*done)(void *);
    void *ctx;
};

static void on_done(void *ctx);

static struct sim_lane *of(struct net_lane *l)
{
    return container_of(l, struct sim_lane, base);
}

struct net_lane *sim_lane_open(struct net *net, const char *name)
{
    struct sim_lane *l = mem_zalloc(sizeof(*l));

    (void)name;
    l->base.net = net;
    l->host = sim_host_of(net);
    list_init(&l->jobs);
    list_append(&l->host->lanes, &l->link);
    return &l->base;
}

static void arm(struct sim_lane *l)
{
    if (list_is_empty(&l->jobs))
        return;
    struct job *j = container_of(l->jobs.next, struct job, link);
    timer_start(&l->host->sim->events, &l->due,
                j->at_us - l->host->sim->clock.mono_us, on_done, l);
}

static void on_done(void *ctx)
{
    struct sim_lane *l = ctx;
    struct job *first = container_of(l->jobs.next, struct job, link);
    struct sim *s = l->host->sim;
    struct job j = *first;

    list_remove(&first->link);
    free(first);
    arm(l);
    sim_turn(s, l->host);
    j.done(j.ctx);
    sim_turn(s, NULL);
}

void sim_lane_do(struct net_lane *base, void (*job)(void *),
                 void (*done)(void *), void *ctx)
{
    struct sim_lane *l = of(base);
    struct sim *s = l->host->sim;

    if (l->host->dead)
        return;
    job(ctx);
    if (l->free_us < s->clock.mono_us)
        l->free_us = s->clock.mono_us;
    l->free_us += s->work_latency_us;
    struct job *j = mem_alloc(sizeof(*j));
    *j = (struct job){.at_us = l->free_us, .done = done, .ctx = ctx};
    list_append(&l->jobs, &j->link);
    if (!timer_runs(&l->due))
        arm(l);
}

static void stop(struct sim_lane *l)
{
    timer_stop(&l->host->sim->events, &l->due);
    LIST_EACH (it, &l->jobs) {
        list_remove(it);
        free(container_of(it, struct job, link));
    }
}

void sim_lane_close(struct net_lane *base)
{
    struct sim_lane *l = of(base);

    stop(l);
    list_remove(&l->link);
    free(l);
}

void sim_lane_kill(struct sim_host *h)
{
    LIST_EACH (it, &h->lanes)
        stop(container_of(it, struct sim_lane, link));
}
