/* SPDX-License-Identifier: MIT
 *
 * The ends of a connection of the simulated world.
 *
 *   connecting host                      listening host
 *   stream_connect ----- one way -----> on_syn: on_accept, or nobody listens
 *   on_opened, on_refused <-- one way --
 */
#include "net/sim_stream.h"

/* A SYN that got lost is sent again after 1, 3 and 7 s (RFC 6298). */
enum { ATTEMPTS = 4 };

struct sim_listener {
    struct listener base;
    struct sim_bound bound;
    struct sim_host *host;
    struct list link;
};

static void on_syn(void *ctx);
static void on_opened(void *ctx);
static void on_refused(void *ctx);
static void on_unanswered(void *ctx);

static struct sim_stream *of(struct stream *s)
{
    return container_of(s, struct sim_stream, base);
}

/* ---- listening ---------------------------------------------------------- */

enum ims_err
sim_stream_listen(struct net *net, const struct addr *local,
                  void (*on_accept)(void *, struct listener *, struct stream *),
                  void *ctx, struct listener **out, struct why *why)
{
    struct sim_host *h = sim_host_of(net);
    struct sim_listener *l = mem_zalloc(sizeof(*l));
    enum ims_err err = sim_bind(h, local, TRANSPORT_TCP, &l->bound, why);

    if (err) {
        free(l);
        return err;
    }
    l->base = (struct listener){net, l->bound.addr, on_accept, ctx};
    l->host = h;
    list_append(&h->listeners, &l->link);
    *out = &l->base;
    return IMS_OK;
}

void sim_listener_close(struct listener *base)
{
    struct sim_listener *l = container_of(base, struct sim_listener, base);

    if (!l->host->dead)
        sim_unbind(l->host->sim, &l->bound);
    list_remove(&l->link);
    free(l);
}

/* ---- an end's life ------------------------------------------------------ */

static struct sim_stream *end_new(struct sim_host *h, const struct addr *local,
                                  const struct addr *remote)
{
    struct sim_stream *st = mem_zalloc(sizeof(*st));

    st->base.net = &h->net;
    st->base.local = *local;
    st->base.remote = *remote;
    st->host = h;
    list_append(&h->streams, &st->link);
    return st;
}

static void end_free(struct sim_stream *st)
{
    list_remove(&st->link);
    free(st);
}

/* Takes the end off its pipes. */
static void detach(struct sim_stream *st)
{
    struct sim_pipe *out = st->out, *in = st->in;

    timer_stop(&st->host->sim->events, &st->due);
    st->out = st->in = NULL;
    if (out) {
        out->writer = NULL;
        sim_pipe_settle(out);
    }
    if (in) {
        in->reader = NULL;
        sim_pipe_settle(in);
    }
}

void sim_stream_ends(struct sim_stream *st, enum ims_err err)
{
    struct sim *s = st->host->sim;
    bool orphan = st->orphan;

    st->state = SIM_ENDED;
    detach(st);
    if (!orphan) {
        sim_turn(s, st->host);
        st->base.h->on_end(st->base.ctx, &st->base, err);
        sim_turn(s, NULL);
    }
    end_free(st);
}

/* Closes the way out behind what is queued and lets go of both. */
static void hang_up(struct sim_stream *st)
{
    if (st->state == SIM_OPENING)
        sim_pipe_release(st->out);
    if (st->state == SIM_OPENING || st->state == SIM_OPEN)
        sim_pipe_end(st->out);
    detach(st);
}

void sim_stream_close(struct stream *base)
{
    struct sim_stream *st = of(base);

    if (st->state == SIM_ENDED)
        return;
    if (st->state == SIM_OPENING ||
        (st->state == SIM_CONNECTING && base->unsent > 0)) {
        st->orphan = true;
        return;
    }
    hang_up(st);
    end_free(st);
}

void sim_stream_abort(struct stream *base)
{
    if (of(base)->out)
        sim_pipe_drop(of(base)->out);
    base->unsent = 0;
    sim_stream_close(base);
}

void sim_stream_drop_orphans(struct sim_host *h)
{
    LIST_EACH (it, &h->streams) {
        struct sim_stream *st = container_of(it, struct sim_stream, link);

        if (!st->orphan)
            continue;
        hang_up(st);
        end_free(st);
    }
}

void sim_stream_kill(struct sim_host *h)
{
    LIST_EACH (it, &h->listeners)
        sim_unbind(h->sim, &container_of(it, struct sim_listener, link)->bound);
    sim_stream_drop_orphans(h);
    LIST_EACH (it, &h->streams) {
        struct sim_stream *st = container_of(it, struct sim_stream, link);

        if (st->state == SIM_ENDED)
            continue;
        hang_up(st);
        st->state = SIM_KILLED;
    }
}

/* ---- breaking ------------------------------------------------------------
 */

static bool is_of(const struct sim_stream *st, const struct addr *who)
{
    return who->family == 0 || addr_eq_ip(&st->base.local, who) ||
           addr_eq_ip(&st->base.remote, who);
}

static struct sim_stream *find_open(struct sim *s, const struct addr *who)
{
    LIST_EACH (it, &s->hosts) {
        struct sim_host *h = container_of(it, struct sim_host, link);

        LIST_EACH (at, &h->streams) {
            struct sim_stream *st = container_of(at, struct sim_stream, link);

            if (st->state == SIM_OPEN && is_of(st, who))
                return st;
        }
    }
    return NULL;
}

/* The other end's turn comes as one goes: on_end may do anything. */
void sim_break_streams(struct sim *s, const struct addr *who)
{
    struct sim_stream *st;

    while ((st = find_open(s, who))) {
        sim_pipe_drop(st->out);
        sim_pipe_drop(st->in);
        sim_pipe_end(st->out);
        sim_stream_ends(st, IMS_CLOSED);
    }
}

/* ---- sending -------------------------------------------------------------
 */

enum ims_err sim_stream_send(struct stream *base, struct slice bytes)
{
    struct sim_stream *st = of(base);

    if (st->state == SIM_ENDED || st->state == SIM_KILLED)
        return IMS_CLOSED;
    if (base->unsent + bytes.n > SIM_STREAM_QUEUE)
        return IMS_FULL;
    if (bytes.n == 0)
        return IMS_OK;
    base->unsent += bytes.n;
    sim_pipe_add(st->out, bytes);
    return IMS_OK;
}

/* ---- connecting --------------------------------------------------------- */

static void step(struct sim_stream *st, int64_t us, timer_fn *fn)
{
    timer_start(&st->host->sim->events, &st->due, us, fn, st);
}

enum ims_err sim_stream_connect(struct net *net, const struct stream_ends *ends,
                                const struct stream_handler *h, void *ctx,
                                struct stream **out, struct why *why)
{
    struct sim_host *host = sim_host_of(net);
    struct sim *s = host->sim;
    struct addr local, remote = *ends->to;
    enum ims_err err = sim_home(host, ends, &local, why);

    if (err)
        return err;
    remote.transport = TRANSPORT_TCP;
    struct sim_stream *st = end_new(host, &local, &remote);
    stream_take(&st->base, h, ctx);
    st->out = sim_pipe_new(s, &local, &remote);
    st->in = sim_pipe_new(s, &remote, &local);
    st->out->writer = st;
    st->in->reader = st;
    step(st, sim_way_us(s, &local, &remote), on_syn);
    *out = &st->base;
    return IMS_OK;
}

/* Neither direction may be cut: a lost answer looks like a lost SYN. */
static bool is_lost(struct sim_stream *st)
{
    struct sim *s = st->host->sim;

    return sim_is_cut(s, &st->base.local, &st->base.remote) ||
           sim_is_cut(s, &st->base.remote, &st->base.local);
}

static void try_again(struct sim_stream *st)
{
    if (++st->attempts < ATTEMPTS)
        step(st, SECOND * (int64_t)(1 << (st->attempts - 1)), on_syn);
    else
        step(st, NET_CONNECT_US - 7 * SECOND, on_unanswered);
}

/* The listener's node takes its end, or does not want it. */
static void offer(struct sim_listener *l, struct sim_stream *st,
                  struct sim_pipe *there)
{
    there->busy = true;
    sim_turn(there->sim, l->host);
    l->base.on_accept(l->base.ctx, &l->base, &st->base);
    sim_turn(there->sim, NULL);
    there->busy = false;
    if (there->reader && !there->reader->base.h)
        sim_stream_close(&there->reader->base);
    else
        sim_pipe_settle(there);
}

static void on_syn(void *ctx)
{
    struct sim_stream *st = ctx;
    struct sim *s = st->host->sim;
    int64_t back = sim_way_us(s, &st->base.remote, &st->base.local);
    struct sim_bound *b = sim_bound_at(s, &st->base.remote);

    if (is_lost(st)) {
        try_again(st);
        return;
    }
    if (!b) {
        step(st, back, on_refused);
        return;
    }
    struct sim_listener *l = container_of(b, struct sim_listener, bound);
    struct sim_stream *other =
        end_new(l->host, &st->base.remote, &st->base.local);
    other->state = SIM_OPEN;
    other->out = st->in;
    other->in = st->out;
    st->in->writer = st->out->reader = other;
    st->state = SIM_OPENING;
    step(st, back, on_opened);
    st->in->last_us = s->clock.mono_us + back;
    sim_pipe_release(st->in);
    offer(l, other, st->out);
}

static void on_opened(void *ctx)
{
    struct sim_stream *st = ctx;

    struct sim *s = st->host->sim;

    st->state = SIM_OPEN;
    sim_pipe_release(st->out);
    if (!st->orphan) {
        sim_turn(s, st->host);
        if (st->base.h->on_open)
            st->base.h->on_open(st->base.ctx, &st->base);
        sim_turn(s, NULL);
        return;
    }
    hang_up(st);
    end_free(st);
}

static void on_refused(void *ctx)
{
    sim_stream_ends(ctx, IMS_REFUSED);
}

static void on_unanswered(void *ctx)
{
    sim_stream_ends(ctx, IMS_TIMEOUT);
}
