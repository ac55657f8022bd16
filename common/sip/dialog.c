/* SPDX-License-Identifier: MIT */
#include "sip/dialog.h"
#include "sip/views.h"

/* Early dialogs live as long as Timer C may run, confirmed ones until nothing
 * passed for half a day: longer than any session timer (RFC 4028). */
enum { EARLY_S = 360, CONFIRMED_S = 12 * 3600, ROUTES_MAX = 64 };

struct sip_dialogs {
    const struct env *env;
    struct map map;
};

struct sip_dialogs *sip_dialogs_new(const struct env *env, size_t most)
{
    struct sip_dialogs *ds = mem_zalloc(sizeof *ds);

    ds->env = env;
    map_init(&ds->map, dice_u64(env->dice), most);
    return ds;
}

void sip_dialogs_free(struct sip_dialogs *ds)
{
    if (!ds)
        return;
    MAP_EACH (it, &ds->map)
        sip_dialog_free(container_of(it, struct sip_dialog, node));
    map_fini(&ds->map);
    free(ds);
}

size_t sip_dialogs_count(const struct sip_dialogs *ds)
{
    return ds->map.count;
}

void sip_dialog_free(struct sip_dialog *d)
{
    timer_stop(d->table->env->timers, &d->timer);
    map_remove(&d->table->map, &d->node);
    str_fini(&d->route);
    free(d);
}

static void on_timer(void *ctx)
{
    sip_dialog_free(ctx);
}

void sip_dialog_refresh(struct sip_dialog *d)
{
    int64_t seconds = d->confirmed ? CONFIRMED_S : EARLY_S;

    timer_start(d->table->env->timers, &d->timer, seconds * SECOND, on_timer,
                d);
}

/* ---- finding --------------------------------------------------------------
 */

/* near_is_from: the near party's tag is the From tag. */
static void make_key(const struct sip_message *m, bool near_is_from,
                     struct buf *key)
{
    struct slice from = sip_tag(m, SIP_HDR_FROM);
    struct slice to = sip_tag(m, SIP_HDR_TO);

    buf_add(key, sip_header_value(m, SIP_HDR_CALL_ID));
    buf_char(key, '\n');
    buf_add(key, near_is_from ? from : to);
    buf_char(key, '\n');
    buf_add(key, near_is_from ? to : from);
    buf_char(key, '\n');
}

static struct sip_dialog *find(const struct sip_dialogs *ds,
                               const struct sip_message *m, bool near_is_from)
{
    struct map_node *node;
    struct buf key;

    buf_init(&key, 64 * 1024);
    make_key(m, near_is_from, &key);
    node = map_find(&ds->map, buf_slice(&key));
    buf_fini(&key);
    return node ? container_of(node, struct sip_dialog, node) : NULL;
}

struct sip_dialog *sip_dialog_from_near(const struct sip_dialogs *ds,
                                        const struct sip_message *m)
{
    return find(ds, m, true);
}

struct sip_dialog *sip_dialog_to_near(const struct sip_dialogs *ds,
                                      const struct sip_message *m)
{
    return find(ds, m, false);
}

/* ---- making ----------------------------------------------------------------
 */

/* RFC 3261 12.1, RFC 6665 4.4.1: which responses make a dialog. */
static bool makes_dialog(const struct sip_message *resp)
{
    if (!sip_tag(resp, SIP_HDR_TO).n || resp->status == 100)
        return false;
    if (resp->method == SIP_INVITE)
        return resp->status < 300;
    return (resp->method == SIP_SUBSCRIBE || resp->method == SIP_REFER) &&
           resp->status / 100 == 2;
}

static struct sip_dialog *dialog_new(struct sip_dialogs *ds,
                                     const struct sip_message *m,
                                     bool near_is_from)
{
    struct sip_dialog *d = NULL;
    struct buf key;

    buf_init(&key, 64 * 1024);
    make_key(m, near_is_from, &key);
    if (!key.full && !(ds->map.limit && ds->map.count >= ds->map.limit)) {
        d = mem_zalloc(sizeof *d + key.n);
        d->table = ds;
        d->key_n = key.n;
        memcpy(d->key, key.p, key.n);
        map_add(&ds->map, &d->node, slice_at(d->key, d->key_n));
    }
    buf_fini(&key);
    return d;
}

struct sip_dialog *sip_dialog_seen(struct sip_dialogs *ds,
                                   const struct sip_message *resp,
                                   bool near_is_caller,
                                   const struct sip_flow *flow,
                                   struct slice route)
{
    struct sip_dialog *d;

    if (!makes_dialog(resp))
        return NULL;
    d = find(ds, resp, near_is_caller);
    if (!d)
        d = dialog_new(ds, resp, near_is_caller);
    if (!d)
        return NULL;
    d->flow = *flow;
    d->confirmed |= resp->status / 100 == 2;
    str_set(&d->route, route);
    sip_dialog_refresh(d);
    return d;
}

void sip_dialog_failed(struct sip_dialogs *ds, const struct sip_message *resp,
                       bool near_is_caller)
{
    struct sip_dialog *d = find(ds, resp, near_is_caller);

    if (d && !d->confirmed)
        sip_dialog_free(d);
}

void sip_dialog_route_set(const struct sip_message *m, bool backwards,
                          bool (*is_own)(void *ctx, struct slice value),
                          void *ctx, struct buf *out)
{
    struct slice values[ROUTES_MAX];
    struct sip_values it;
    unsigned n = 0;
    bool ours = true;

    sip_values_begin(&it, m, SIP_HDR_RECORD_ROUTE);
    while (n < ROUTES_MAX && sip_values_next(&it, &values[n]))
        n++;
    for (unsigned i = 0; i < n; i++) {
        struct slice value = values[backwards ? n - 1 - i : i];

        ours = ours && is_own(ctx, value);
        if (ours)
            continue;
        if (out->n)
            buf_str(out, ", ");
        buf_add(out, value);
    }
}
