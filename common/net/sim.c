/* SPDX-License-Identifier: MIT
 *
 * The world: hosts, addresses, and the order in which things happen. What the
 * network does runs on the world's own timers; of everything due at one
 * instant the network comes first, then the hosts in the order of making.
 */
#include "net/sim_priv.h"
#include <assert.h>

enum {
    PORT_FIRST = 49152, /* RFC 6335 6 */
    PORT_LAST = 65535,
    AT_INSTANT_MAX = 1000000,
};

static const int64_t START_MONO_US = 1000 * (int64_t)SECOND;
static const int64_t START_WALL_US = 1767225600 * (int64_t)SECOND; /* 2026 */
static const int64_t QUIET_MAX_US = 3600 * (int64_t)SECOND;

struct name {
    struct list link;
    struct str text;
    unsigned used;
};

static const struct net_ops OPS = {
    .udp_open = sim_udp_open,
    .stream_listen = sim_stream_listen,
    .stream_connect = sim_stream_connect,
    .dns_ask = sim_dns_ask,
    .lane_open = sim_lane_open,
    .udp_send = sim_udp_send,
    .udp_close = sim_udp_close,
    .listener_close = sim_listener_close,
    .stream_send = sim_stream_send,
    .stream_close = sim_stream_close,
    .stream_abort = sim_stream_abort,
    .dns_cancel = sim_dns_cancel,
    .lane_do = sim_lane_do,
    .lane_close = sim_lane_close,
};

struct sim *sim_new(uint64_t seed)
{
    struct sim *s = mem_zalloc(sizeof(*s));

    *s = (struct sim){.clock = {START_MONO_US, START_WALL_US},
                      .seed = seed,
                      .dns_latency_us = MSEC,
                      .work_latency_us = MSEC,
                      .next_port = PORT_FIRST};
    dice_init_seed(&s->dice, seed);
    dice_init_seed(&s->weather, slice_hash(S("weather"), seed));
    timers_init(&s->events, &s->clock);
    map_init(&s->bound, seed, 0);
    list_init(&s->hosts);
    list_init(&s->names);
    list_init(&s->flying);
    list_init(&s->pipes);
    list_init(&s->rules);
    list_init(&s->zone);
    return s;
}

static void free_names(struct sim *s)
{
    LIST_EACH (it, &s->names) {
        struct name *n = container_of(it, struct name, link);

        str_fini(&n->text);
        free(n);
    }
}

void sim_free(struct sim *s)
{
    assert(list_is_empty(&s->hosts));
    sim_udp_fini(s);
    sim_pipes_fini(s);
    sim_rules_clear(s);
    sim_dns_remove(s, S(""));
    free_names(s);
    map_fini(&s->bound);
    timers_fini(&s->events);
    free(s);
}

struct clock *sim_clock(struct sim *s)
{
    return &s->clock;
}

struct dice *sim_dice(struct sim *s)
{
    return &s->dice;
}

/* ---- hosts -------------------------------------------------------------- */

static unsigned use_name(struct sim *s, struct slice text)
{
    LIST_EACH (it, &s->names) {
        struct name *n = container_of(it, struct name, link);

        if (slice_eq(str_slice(&n->text), text))
            return ++n->used;
    }
    struct name *n = mem_zalloc(sizeof(*n));
    str_set(&n->text, text);
    list_append(&s->names, &n->link);
    return n->used = 1;
}

static void choose_homes(struct sim_host *h)
{
    uint8_t high = (uint8_t)(++h->sim->hosts_made >> 8);
    uint8_t low = (uint8_t)h->sim->hosts_made;

    h->home4 = (struct addr){.ip = {10, 255, high, low}, .family = 4};
    h->home6 =
        (struct addr){.ip = {[0] = 0xfd, [14] = high, [15] = low}, .family = 6};
}

struct sim_host *sim_host_new(struct sim *s, const char *name)
{
    struct sim_host *h = mem_zalloc(sizeof(*h));
    unsigned life = use_name(s, slice_of(name));

    h->sim = s;
    dice_init_seed(&h->dice, slice_hash(slice_of(name), s->seed + life));
    timers_init(&h->timers, &s->clock);
    h->net = (struct net){&OPS, &s->clock, &h->timers, &h->dice};
    choose_homes(h);
    list_init(&h->udps);
    list_init(&h->listeners);
    list_init(&h->streams);
    list_init(&h->queries);
    list_init(&h->lanes);
    list_append(&s->hosts, &h->link);
    return h;
}

struct net *sim_host_net(struct sim_host *h)
{
    return &h->net;
}

static size_t length(const struct list *l)
{
    size_t n = 0;

    for (const struct list *it = l->next; it != l; it = it->next)
        n++;
    return n;
}

struct sim_figures sim_host_figures(const struct sim_host *h)
{
    return (struct sim_figures){
        .timers = h->timers.count,
        .sockets = length(&h->udps) + length(&h->listeners),
        .streams = length(&h->streams),
        .queries = length(&h->queries),
    };
}

void sim_host_kill(struct sim_host *h)
{
    if (h->dead)
        return;
    sim_udp_kill(h);
    sim_stream_kill(h);
    sim_dns_kill(h);
    sim_lane_kill(h);
    timers_stop_all(&h->timers);
    h->dead = true;
}

void sim_host_free(struct sim_host *h)
{
    sim_stream_drop_orphans(h);
    assert(list_is_empty(&h->udps) && list_is_empty(&h->listeners));
    assert(list_is_empty(&h->streams) && list_is_empty(&h->queries));
    assert(list_is_empty(&h->lanes));
    timers_fini(&h->timers);
    list_remove(&h->link);
    free(h);
}

/* ---- addresses ---------------------------------------------------------- */

static bool is_wildcard(const struct addr *a)
{
    return addr_eq_ip(a, &(struct addr){.family = a->family});
}

static uint16_t take_port(struct sim *s)
{
    uint16_t port = s->next_port;

    s->next_port = port == PORT_LAST ? PORT_FIRST : (uint16_t)(port + 1);
    return port;
}

static enum ims_err choose_port(struct sim *s, struct addr *a, struct why *why)
{
    for (int tries = PORT_FIRST; tries <= PORT_LAST; tries++) {
        a->port = take_port(s);
        if (!sim_bound_at(s, a))
            return IMS_OK;
    }
    return why_set(why, IMS_EXISTS, "no port is left");
}

/* The first address that a host binds is where it connects from. */
static void settle_down(struct sim_host *h, const struct addr *a)
{
    struct addr *home = a->family == 4 ? &h->home4 : &h->home6;

    if (home->transport == TRANSPORT_NONE)
        *home = *a;
}

enum ims_err sim_bind(struct sim_host *h, const struct addr *local,
                      enum transport t, struct sim_bound *b, struct why *why)
{
    struct sim *s = h->sim;
    struct addr a = *local;
    char text[ADDR_TEXT_MAX];

    a.transport = (uint8_t)t;
    if (h->dead || a.family == 0 || is_wildcard(&a))
        return why_set(why, IMS_CONFIG, "%s is no address of this host",
                       addr_text(&a, text));
    if (a.port == 0 && choose_port(s, &a, why) != IMS_OK)
        return IMS_EXISTS;
    if (sim_bound_at(s, &a))
        return why_set(why, IMS_EXISTS, "%s is in use", addr_text(&a, text));
    b->addr = a;
    map_add(&s->bound, &b->node, addr_key(&b->addr));
    settle_down(h, &a);
    return IMS_OK;
}

void sim_unbind(struct sim *s, struct sim_bound *b)
{
    map_remove(&s->bound, &b->node);
}

struct sim_bound *sim_bound_at(struct sim *s, const struct addr *a)
{
    struct map_node *n = map_find(&s->bound, addr_key(a));

    return n ? container_of(n, struct sim_bound, node) : NULL;
}

enum ims_err sim_home(struct sim_host *h, const struct stream_ends *ends,
                      struct addr *out, struct why *why)
{
    struct addr a = ends->to->family == 6 ? h->home6 : h->home4;

    a.port = 0;
    if (ends->from && ends->from->family != 0)
        a = *ends->from;
    a.transport = TRANSPORT_TCP;
    if (h->dead || is_wildcard(&a) || a.family != ends->to->family)
        return why_set(why, IMS_CONFIG, "no local address to connect from");
    if (a.port == 0 && choose_port(h->sim, &a, why) != IMS_OK)
        return IMS_EXISTS;
    *out = a;
    return IMS_OK;
}

/* ---- time --------------------------------------------------------------- */

void sim_turn(struct sim *s, struct sim_host *h)
{
    if (s->on_turn)
        s->on_turn(s->turn_ctx, h);
}

/* Whose timer is the earliest, the world's (*owner NULL) or a host's; NULL
 * when none runs. *us is in how long. */
static struct timers *next_timers(struct sim *s, int64_t *us,
                                  struct sim_host **owner)
{
    struct timers *first = NULL;
    int64_t best = timers_next_us(&s->events);

    *owner = NULL;
    if (best >= 0)
        first = &s->events;
    LIST_EACH (it, &s->hosts) {
        struct sim_host *h = container_of(it, struct sim_host, link);
        int64_t t = h->dead ? -1 : timers_next_us(&h->timers);

        if (t >= 0 && (!first || t < best)) {
            first = &h->timers;
            *owner = h;
            best = t;
        }
    }
    *us = best;
    return first;
}

static void advance(struct sim *s, int64_t us)
{
    if (us == 0)
        return;
    s->clock.mono_us += us;
    s->clock.wall_us += us;
    s->at_instant = 0;
}

/* Runs the next event if it comes within us. */
static bool step_within(struct sim *s, int64_t us)
{
    int64_t in;
    struct sim_host *owner;
    struct timers *ts = next_timers(s, &in, &owner);

    if (!ts || in > us)
        return false;
    advance(s, in);
    s->at_instant++;
    assert(s->at_instant < AT_INSTANT_MAX && "time stands still");
    sim_turn(s, owner);
    timers_fire_first(ts);
    sim_turn(s, NULL);
    return true;
}

bool sim_step(struct sim *s)
{
    return step_within(s, INT64_MAX);
}

size_t sim_run_for(struct sim *s, int64_t us)
{
    int64_t end = s->clock.mono_us + us;
    size_t ran = 0;

    while (step_within(s, end - s->clock.mono_us))
        ran++;
    advance(s, end - s->clock.mono_us);
    return ran;
}

size_t sim_run_quiet(struct sim *s, int64_t us)
{
    int64_t end = s->clock.mono_us + QUIET_MAX_US;
    size_t ran = 0;

    while (s->clock.mono_us < end && step_within(s, us))
        ran++;
    return ran;
}

/* ---- settings ----------------------------------------------------------- */

void sim_chop(struct sim *s, bool chop)
{
    s->chop = chop;
}

void sim_work_latency(struct sim *s, int64_t us)
{
    s->work_latency_us = us;
}

void sim_dns_latency(struct sim *s, int64_t us)
{
    s->dns_latency_us = us;
}

void sim_dns_silent(struct sim *s, bool silent)
{
    s->dns_silent = silent;
}

void sim_dns_fail(struct sim *s, enum ims_err err)
{
    s->dns_error = err;
}

void sim_watch_turns(struct sim *s,
                     void (*on_turn)(void *ctx, struct sim_host *h), void *ctx)
{
    s->on_turn = on_turn;
    s->turn_ctx = ctx;
}

void sim_tap(struct sim *s,
             void (*on_bytes)(void *ctx, const struct addr *from,
                              const struct addr *to, struct slice bytes),
             void *ctx)
{
    s->on_tap = on_bytes;
    s->tap_ctx = ctx;
}
