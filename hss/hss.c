/* SPDX-License-Identifier: MIT
 *
 * The HSS as a node: a store, and what comes in over Cx goes to the procedure
 * that it is for.
 *
 *   UAR uar.c   SAR sar.c   LIR lir.c   MAR mar.c
 *
 * What it begins by itself: RTR rtr.c, PPR ppr.c.
 */
#include "hss/hss.h"
#include "hss/api.h"
#include "hss/api_import.h"
#include "hss/exporting.h"
#include "hss/former.h"
#include "hss/leavers.h"
#include "hss/loading.h"
#include "hss/role.h"
#include "hss/spread.h"
#include "hss/telling.h"
#include "hss/work.h"
#include "node/links.h"

enum {
    COUNTERS_MAX = 1 << 20, /* users whose numbers are in memory */
    FLAGS_MAX = 1 << 20,
};

static const struct cx_handler handler = {
    .on_uar = hss_uar,
    .on_sar = hss_sar,
    .on_lir = hss_lir,
    .on_mar = hss_mar,
};

/* ---- figures ------------------------------------------------------------ */

static struct store_figures figures(void *ctx)
{
    struct store_figures f;

    store_figures(((struct hss *)ctx)->store, &f);
    return f;
}

static double count_commits(void *ctx)
{
    return (double)figures(ctx).commits;
}

static double count_writes(void *ctx)
{
    return (double)figures(ctx).writes;
}

static double count_waiting(void *ctx)
{
    return (double)figures(ctx).waiting;
}

static double count_works(void *ctx)
{
    return (double)((struct hss *)ctx)->nworks;
}

static void count(struct hss *me)
{
    struct metrics *m = me->env->metrics;

    metrics_gauge(m, "imsbox_store_commits", "", "Transactions of the store",
                  count_commits, me);
    metrics_gauge(m, "imsbox_store_writes", "", "Writes committed in them",
                  count_writes, me);
    metrics_gauge(m, "imsbox_store_writes_waiting", "",
                  "Writes queued or on their way", count_waiting, me);
    metrics_gauge(m, "imsbox_cx_requests_in_progress", "",
                  "Cx requests without answer yet", count_works, me);
}

/* ---- the role ----------------------------------------------------------- */

static void hss_free(struct node *n)
{
    struct hss *me = n->state;

    work_free_all(me);
    telling_free_all(me);
    spread_free_all(me);
    if (me->leavers)
        leavers_free(me->leavers);
    if (me->cx)
        cx_free(me->cx);
    if (me->diameter)
        diameter_free(me->diameter);
    if (me->counters)
        counters_free(me->counters);
    if (me->import_lane)
        lane_close(me->import_lane);
    if (me->store)
        store_close(me->store);
    loading_free_all(me);
    api_import_free_all(me);
    exporting_free_all(me);
    flags_fini(&me->flags);
    former_free_all(me);
    free(me);
    n->state = NULL;
}

static enum ims_err hss_check(const struct topology_node *self,
                              struct buf *errors)
{
    return loading_check(self->network, self->store, errors);
}

static void on_leavers(void *ctx)
{
    leavers_look(((struct hss *)ctx)->leavers);
}

static enum ims_err open_all(struct hss *me, struct node *n, struct why *why)
{
    enum ims_err err = store_open(n->env.net, me->self->store, &me->store, why);

    if (err)
        return err;
    me->leavers = leavers_new(me);
    store_on_leavers(me->store, on_leavers, me);
    err = node_diameter_open(n, &me->diameter, why);
    if (!err)
        err = loading_network(me, me->self->network, why);
    return err;
}

static enum ims_err hss_start(struct node *n, struct why *why)
{
    struct hss *me = mem_zalloc(sizeof(*me));
    enum ims_err err;

    n->state = me;
    me->node = n;
    me->env = &n->env;
    me->self = n->self;
    list_init(&me->works);
    list_init(&me->tellings);
    list_init(&me->spreads);
    map_init(&me->formers, dice_u64(n->env.dice), 0);
    list_init(&me->loading);
    list_init(&me->exporting);
    list_init(&me->importing);
    flags_init(&me->flags, n->env.dice, FLAGS_MAX);
    err = open_all(me, n, why);
    if (err) {
        hss_free(n);
        return err;
    }
    me->counters = counters_new(me->store, n->env.dice, COUNTERS_MAX);
    me->cx = cx_new(me->diameter, &handler, me);
    count(me);
    diameter_start(me->diameter);
    leavers_look(me->leavers); /* whom a stop left */
    return IMS_OK;
}

/* CSCFs connect to us: that they are there is their business. */
static bool hss_is_ready(const struct node *n, struct why *why)
{
    const struct hss *me = n->state;

    if (me->import_failed.err) {
        why_set(why, IMS_CONFIG, "%s", me->import_failed.text);
        return false;
    }
    if (me->imports) {
        why_set(why, IMS_BUSY, "subscribers are being imported");
        return false;
    }
    return true;
}

static enum ims_err hss_reload(struct node *n, struct why *why)
{
    struct hss *me = n->state;
    enum ims_err err = loading_network(me, n->self->network, why);

    if (err)
        return err;
    me->self = n->self;
    node_diameter_reload(n, me->diameter);
    me->import_failed = (struct why){0};
    return IMS_OK;
}

static bool hss_is_idle(const struct node *n)
{
    const struct hss *me = n->state;

    return me->nworks == 0 && me->imports == 0 && !me->leaving &&
           list_is_empty(&me->tellings);
}

static void on_left(void *ctx)
{
    ((struct hss *)ctx)->leaving = false;
}

static void hss_leave(struct node *n)
{
    struct hss *me = n->state;

    me->leaving = true;
    diameter_stop(me->diameter, on_left, me);
}

static void hss_try_neighbours(struct node *n)
{
    struct hss *me = n->state;

    diameter_try_peers(me->diameter);
}

static void hss_dump(const struct node *n, struct json *j)
{
    const struct hss *me = n->state;
    struct store_figures f;
    uint64_t subscriptions = 0, registered = 0;

    store_figures(me->store, &f);
    if (!store_count(me->store, &subscriptions, &registered, NULL)) {
        json_put_u64(j, "subscribers", subscriptions);
        json_put_u64(j, "registered_sets", registered);
    }
    json_put_u64(j, "requests_in_progress", me->nworks);
    json_put_u64(j, "imports_in_progress", me->imports);
    json_put_u64(j, "store_commits", f.commits);
    json_put_u64(j, "store_writes", f.writes);
    json_put_u64(j, "store_writes_waiting", f.waiting);
    json_put_u64(j, "flags_pending", me->flags.map.count);
    json_key(j, "peers");
    node_dump_peers(me->env, me->diameter, j);
}

const struct node_role hss_role = {
    .role = TOPOLOGY_HSS,
    .summary = "HSS: subscribers and their registration (TS 29.228)",
    .check = hss_check,
    .start = hss_start,
    .free = hss_free,
    .is_ready = hss_is_ready,
    .reload = hss_reload,
    .is_idle = hss_is_idle,
    .leave = hss_leave,
    .try_neighbours = hss_try_neighbours,
    .dump = hss_dump,
    .routes = hss_routes,
    .route_count = HSS_ROUTES,
};
