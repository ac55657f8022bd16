/* SPDX-License-Identifier: MIT
 *
 * Dialogs as a proxy sees them (RFC 3261 12), their session timers (RFC 4028
 * section 8) and subscriptions (RFC 6665 4.4.1).
 *
 * SIP-9.
 */
#include "sip/dialog.h"
#include "sip/views.h"

/* Early dialogs live as long as Timer C may run, confirmed ones until nothing
 * passed for half a day: longer than any session timer (RFC 4028). */
enum {
    EARLY_S = 360,
    CONFIRMED_S = 12 * 3600,
    GRACE_S = 32, /* behind an agreed session interval, RFC 4028 section 10 */
    /* 64*T1 with the T1 of 2 s towards phones (TS 24.229 table 7.7.1): how
     * long a 2xx is repeated (RFC 3261 13.3.1.4), or a NOTIFY */
    OVER_S = 128,
    /* of a subscription whose 2xx names no time, against RFC 6665 4.2.1.1: as
     * long as most packages' own */
    SUBSCRIBED_S = 3600,
    /* of the one that REFER makes, until NOTIFY says (RFC 3515 2.4.7): as long
     * as the INVITE that it may lead to */
    REFERRED_S = EARLY_S,
    ROUTES_MAX = 64
};

struct sip_dialogs {
    const struct env *env;
    struct map map;
    size_t over; /* of them have ended */
    void (*on_end)(void *ctx, struct sip_dialog *d, bool timed_out);
    void *ctx;
    uint64_t *refused;
};

struct sip_dialogs *sip_dialogs_new(const struct env *env, size_t most)
{
    struct sip_dialogs *ds = mem_zalloc(sizeof *ds);

    ds->env = env;
    map_init(&ds->map, dice_u64(env->dice), most);
    ds->refused =
        metrics_counter(env->metrics, "imsbox_sip_dialogs_refused_total", "",
                        "Dialogs not followed: the table was full");
    return ds;
}

void sip_dialogs_limit(struct sip_dialogs *ds, size_t most)
{
    ds->map.limit = most;
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

struct usage sip_dialogs_usage(const struct sip_dialogs *ds)
{
    return (struct usage){.now = sip_dialogs_count(ds),
                          .most = ds->map.most,
                          .refused = *ds->refused};
}

const struct sip_dialog *sip_dialogs_next(const struct sip_dialogs *ds,
                                          const struct sip_dialog *d)
{
    const struct map_node *n =
        d ? map_after(&ds->map, &d->node) : map_first(&ds->map);

    while (n && container_of(n, struct sip_dialog, node)->over)
        n = map_after(&ds->map, n);
    return n ? container_of(n, struct sip_dialog, node) : NULL;
}

size_t sip_dialogs_count(const struct sip_dialogs *ds)
{
    return ds->map.count - ds->over;
}

void sip_dialogs_on_end(struct sip_dialogs *ds,
                        void (*on_end)(void *ctx, struct sip_dialog *d,
                                       bool timed_out),
                        void *ctx)
{
    ds->on_end = on_end;
    ds->ctx = ctx;
}

static void tell_end(struct sip_dialog *d, bool timed_out)
{
    if (d->table->on_end)
        d->table->on_end(d->table->ctx, d, timed_out);
}

static void end(struct sip_dialog *d, bool timed_out)
{
    if (d->over)
        d->table->over--;
    else
        tell_end(d, timed_out);
    timer_stop(d->table->env->timers, &d->timer);
    map_remove(&d->table->map, &d->node);
    str_fini(&d->route);
    str_fini(&d->near_target);
    str_fini(&d->far_target);
    str_fini(&d->near_address);
    str_fini(&d->far_address);
    free(d);
}

void sip_dialog_free(struct sip_dialog *d)
{
    end(d, false);
}

static void on_timer(void *ctx)
{
    end(ctx, true);
}

void sip_dialog_end(struct sip_dialog *d)
{
    if (d->over)
        return;
    tell_end(d, false);
    d->over = true;
    d->table->over++;
    timer_start(d->table->env->timers, &d->timer, OVER_S * SECOND, on_timer, d);
}

static int64_t now_of(const struct sip_dialog *d)
{
    return d->table->env->clock->mono_us;
}

void sip_dialog_end_session(struct sip_dialog *d)
{
    if (d->session == SIP_DIALOG_SESSION)
        d->session = SIP_DIALOG_SESSION_OVER;
    if (d->subscribed_until > now_of(d))
        sip_dialog_refresh(d);
    else
        sip_dialog_end(d);
}

static int64_t session_left(const struct sip_dialog *d)
{
    int64_t seconds = !d->confirmed  ? EARLY_S
                      : d->session_s ? (int64_t)d->session_s + GRACE_S
                                     : CONFIRMED_S;

    return d->session == SIP_DIALOG_SESSION ? seconds * SECOND : 0;
}

static int64_t subscription_left(const struct sip_dialog *d)
{
    int64_t left = d->subscribed_until - now_of(d) + OVER_S * (int64_t)SECOND;

    return d->subscribed_until && left > 0 ? left : 0;
}

void sip_dialog_refresh(struct sip_dialog *d)
{
    int64_t session = session_left(d), subscription = subscription_left(d);

    timer_start(d->table->env->timers, &d->timer,
                session > subscription ? session : subscription, on_timer, d);
}

/* ---- finding ------------------------------------------------------------- */

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

/* Ended ones too. */
static struct sip_dialog *find_any(const struct sip_dialogs *ds,
                                   const struct sip_message *m,
                                   bool near_is_from)
{
    struct map_node *node;
    struct buf key;

    buf_init(&key, 64 * 1024);
    make_key(m, near_is_from, &key);
    node = map_find(&ds->map, buf_slice(&key));
    buf_fini(&key);
    return node ? container_of(node, struct sip_dialog, node) : NULL;
}

static struct sip_dialog *find(const struct sip_dialogs *ds,
                               const struct sip_message *m, bool near_is_from)
{
    struct sip_dialog *d = find_any(ds, m, near_is_from);

    return d && !d->over ? d : NULL;
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

static struct slice key_part(const struct sip_dialog *d, unsigned n)
{
    struct slice rest = slice_at(d->key, d->key_n), part = {0};

    do
        slice_cut(&rest, '\n', &part);
    while (n--);
    return part;
}

struct slice sip_dialog_call_id(const struct sip_dialog *d)
{
    return key_part(d, 0);
}

struct slice sip_dialog_near_tag(const struct sip_dialog *d)
{
    return key_part(d, 1);
}

struct slice sip_dialog_far_tag(const struct sip_dialog *d)
{
    return key_part(d, 2);
}

/* ---- subscriptions, RFC 6665 ----------------------------------------------
 */

/* 4.1.3: how long NOTIFY says that it lasts; 0: it has ended. False: it does
 * not say. */
static bool read_notice(const struct sip_message *notify, uint32_t *seconds)
{
    struct sip_subscription_state s;

    if (sip_subscription_state_parse(
            sip_header_value(notify, SIP_HDR_SUBSCRIPTION_STATE), &s, NULL) !=
        IMS_OK)
        return false;
    if (slice_eq_nocase(s.state, S("terminated")))
        *seconds = 0;
    else if (s.has_expires)
        *seconds = s.expires;
    else
        return false;
    return true;
}

/* 4.2.1.1, likewise. */
static bool read_grant(const struct sip_message *resp, uint32_t *seconds)
{
    if (resp->method == SIP_SUBSCRIBE)
        *seconds = SUBSCRIBED_S;
    else if (resp->method == SIP_REFER)
        *seconds = REFERRED_S;
    else
        return false;
    sip_header_u32(resp, SIP_HDR_EXPIRES, seconds);
    return true;
}

static bool ends_subscription(const struct sip_message *resp)
{
    return (resp->method == SIP_SUBSCRIBE || resp->method == SIP_NOTIFY) &&
           sip_subscription_ends(resp->status);
}

static void follow_subscription(struct sip_dialog *d,
                                const struct sip_message *m)
{
    uint32_t seconds = 0;
    bool says;

    if (m->is_request)
        says = m->method == SIP_NOTIFY && read_notice(m, &seconds);
    else if (m->status / 100 == 2)
        says = read_grant(m, &seconds);
    else
        says = ends_subscription(m);
    if (says)
        d->subscribed_until = now_of(d) + (int64_t)seconds * SECOND;
}

bool sip_dialog_is_end(const struct sip_message *req)
{
    uint32_t seconds = 1;

    if (req->method == SIP_SUBSCRIBE)
        sip_header_u32(req, SIP_HDR_EXPIRES, &seconds);
    else if (req->method == SIP_NOTIFY)
        read_notice(req, &seconds);
    return req->method == SIP_BYE || seconds == 0;
}

/* ---- making -------------------------------------------------------------- */

bool sip_dialog_is_made(const struct sip_message *resp)
{
    if (!sip_tag(resp, SIP_HDR_TO).n || resp->status == 100)
        return false;
    if (resp->method == SIP_INVITE)
        return resp->status < 300;
    return (resp->method == SIP_SUBSCRIBE || resp->method == SIP_REFER) &&
           resp->status / 100 == 2;
}

static bool is_made_by_notify(const struct sip_message *resp)
{
    return resp->method == SIP_NOTIFY && resp->status / 100 == 2 &&
           sip_tag(resp, SIP_HDR_TO).n;
}

static struct sip_dialog *dialog_new(struct sip_dialogs *ds,
                                     const struct sip_message *m,
                                     bool near_is_from)
{
    struct sip_dialog *d;
    struct buf key;

    buf_init(&key, 64 * 1024);
    make_key(m, near_is_from, &key);
    d = mem_zalloc(sizeof *d + key.n);
    d->table = ds;
    d->key_n = key.n;
    memcpy(d->key, key.p, key.n);
    if (key.full || !map_add(&ds->map, &d->node, slice_at(d->key, d->key_n))) {
        ++*ds->refused;
        free(d);
        d = NULL;
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

    if (!sip_dialog_is_made(resp) && !is_made_by_notify(resp))
        return NULL;
    d = find_any(ds, resp, near_is_caller);
    if (!d)
        d = dialog_new(ds, resp, near_is_caller);
    if (!d || d->over)
        return NULL;
    d->flow = *flow;
    d->confirmed |= resp->status / 100 == 2;
    if (resp->method == SIP_INVITE && d->session == SIP_DIALOG_NO_SESSION)
        d->session = SIP_DIALOG_SESSION;
    str_set(&d->route, route);
    follow_subscription(d, resp);
    if (resp->method == SIP_NOTIFY && !d->subscribed_until)
        d->subscribed_until = now_of(d) + SUBSCRIBED_S * (int64_t)SECOND;
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

/* ---- following ----------------------------------------------------------- */

/* RFC 3261 12.2: the requests, and the answers to them, that carry a Contact
 * for their sender's target. */
static bool refreshes_target(const struct sip_message *m)
{
    switch (m->method) {
    case SIP_INVITE:
    case SIP_UPDATE:
    case SIP_SUBSCRIBE:
    case SIP_NOTIFY:
    case SIP_REFER: return m->is_request || m->status < 300;
    default: return false;
    }
}

static void follow_target(struct str *target, const struct sip_message *m)
{
    struct sip_values it;
    struct sip_name_addr na;
    struct slice value;

    sip_values_begin(&it, m, SIP_HDR_CONTACT);
    if (refreshes_target(m) && sip_values_next(&it, &value) &&
        !sip_name_addr_parse(value, &na, NULL) && !na.wildcard)
        str_set(target, na.uri);
}

static void follow_addresses(struct sip_dialog *d, const struct sip_message *m,
                             bool near_sent)
{
    struct slice from = sip_header_value(m, SIP_HDR_FROM);
    struct slice to = sip_header_value(m, SIP_HDR_TO);

    str_set(&d->near_address, near_sent ? from : to);
    str_set(&d->far_address, near_sent ? to : from);
}

static void follow_cseq(uint32_t *highest, const struct sip_message *m)
{
    struct sip_cseq cseq;

    if (!sip_cseq_parse(sip_header_value(m, SIP_HDR_CSEQ), &cseq, NULL) &&
        cseq.number > *highest)
        *highest = cseq.number;
}

/* RFC 4028 section 8.2: the 2xx to INVITE or UPDATE says what was agreed on;
 * one without Session-Expires, that there is no timer. */
static void follow_session(struct sip_dialog *d, const struct sip_message *m)
{
    struct sip_session_expires se = {0};
    struct slice value = sip_header_value(m, SIP_HDR_SESSION_EXPIRES);

    if (m->is_request || m->status / 100 != 2 ||
        (m->method != SIP_INVITE && m->method != SIP_UPDATE))
        return;
    if (sip_session_expires_parse(value, &se, NULL))
        se.seconds = 0;
    d->session_s = se.seconds;
}

void sip_dialog_passed(struct sip_dialog *d, const struct sip_message *m,
                       bool near_sent)
{
    bool of_near = near_sent == m->is_request;

    follow_target(of_near ? &d->near_target : &d->far_target, m);
    if (sip_tag(m, SIP_HDR_TO).n)
        follow_addresses(d, m, near_sent);
    follow_cseq(near_sent ? &d->near_cseq : &d->far_cseq, m);
    follow_session(d, m);
    follow_subscription(d, m);
    sip_dialog_refresh(d);
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
