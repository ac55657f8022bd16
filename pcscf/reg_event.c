/* SPDX-License-Identifier: MIT
 *
 * The P-CSCF watches the registrations of its users, TS 24.229 5.2.3:
 *
 *   200 to REGISTER   no subscription to the identity  -> SUBSCRIBE
 *   200 to SUBSCRIBE  and a NOTIFY                     -> refreshed in time
 *                     and none (Timer N)               -> SUBSCRIBE anew
 *   423               with a Min-Expires               -> once more, as long
 *   other answers     to the first one, and no NOTIFY  -> given up: the phone
 *   or none                                               stays registered
 *                     481 and its like to a refresh    -> SUBSCRIBE anew
 *                     else                             -> it lasts as it did,
 *                                                         refreshed later
 *   its time is up    contacts are left                -> SUBSCRIBE anew
 *   NOTIFY            reg_event_notify.c
 *
 * Anew is at once, but after a pause if the subscription was of no use.
 * A subscription goes to the user's home network as any request to him does
 * and outlasts the registration, whose end it tells.
 *
 * P-REG-5, SIP-13.
 */
#include "pcscf/reg_event.h"
#include "pcscf/identities.h"
#include "pcscf/reg_event_private.h"
#include "sip/views.h"

/* How much longer than the registration; 5.2.3: when it is refreshed. */
enum { LONGER_S = 600, LONG_S = 1200, EARLY_S = 600 };

/* How soon a NOTIFY is to come with a 200 to REGISTER, and how long it may
 * take. */
enum { SOON_S = 2, DOUBT_S = 4 };

/* How long nothing is tried again. */
enum { PAUSE_S = 180 };

static void on_answer(void *ctx, struct sip_client *c, struct sip_message *resp,
                      enum sip_client_cause cause);
static void on_silence(void *ctx);
static void on_refresh(void *ctx);
static void on_expiry(void *ctx);

/* ---- the table ------------------------------------------------------------
 */

struct reg_watches *reg_watches_new(struct pcscf *me, size_t most)
{
    struct reg_watches *ws = mem_zalloc(sizeof *ws);

    ws->me = me;
    map_init(&ws->by_impu, dice_u64(me->env->dice), most);
    map_init(&ws->by_tag, dice_u64(me->env->dice), 0);
    str_printf(&ws->contact, "<sip:reg@%s>", str_c(&me->mw_hostport));
    return ws;
}

void reg_watches_limit(struct reg_watches *ws, size_t most)
{
    ws->by_impu.limit = most;
}

size_t reg_watches_count(const struct reg_watches *ws)
{
    return ws->by_impu.count;
}

/* It stands in no table. */
static void let_go(struct watch *w)
{
    sip_ua_dialog_fini(&w->dialog);
    str_fini(&w->impu);
    str_fini(&w->call_id);
    str_fini(&w->watcher);
    str_fini(&w->service_route);
    free(w);
}

void watch_free(struct watch *w)
{
    struct reg_watches *ws = w->table;

    if (w->subscribe && !ws->closed)
        sip_client_forget(w->subscribe);
    timer_stop(ws->me->env->timers, &w->refresh);
    timer_stop(ws->me->env->timers, &w->expiry);
    LIST_EACH (it, &w->contacts)
        list_remove(it);
    map_remove(&ws->by_impu, &w->by_impu);
    map_remove(&ws->by_tag, &w->by_tag);
    let_go(w);
}

void reg_watches_free(struct reg_watches *ws)
{
    if (!ws)
        return;
    ws->closed = true;
    MAP_EACH (it, &ws->by_impu)
        watch_free(container_of(it, struct watch, by_impu));
    map_fini(&ws->by_impu);
    map_fini(&ws->by_tag);
    str_fini(&ws->contact);
    free(ws);
}

static uint32_t seconds_until(const struct watch *w, int64_t at)
{
    int64_t left = at - w->table->me->env->clock->mono_us;

    return left > 0 ? (uint32_t)((left + SECOND - 1) / SECOND) : 0;
}

static uint32_t seconds_left(const struct watch *w)
{
    return seconds_until(w, w->granted_at + w->granted * (int64_t)SECOND);
}

void reg_watches_each(const struct reg_watches *ws,
                      void (*fn)(void *ctx, const struct subscription_info *i),
                      void *ctx)
{
    MAP_EACH (it, &ws->by_impu) {
        const struct watch *w = container_of(it, struct watch, by_impu);

        fn(ctx, &(struct subscription_info){
                    .impu = str_slice(&w->impu),
                    .watcher = str_slice(&w->watcher),
                    .call_id = str_slice(&w->call_id),
                    .expires = seconds_left(w),
                    .version = w->version,
                    .waits = w->subscribe,
                });
    }
}

static bool enter(struct reg_watches *ws, struct watch *w)
{
    if (!map_add(&ws->by_impu, &w->by_impu, str_slice(&w->impu)))
        return false;
    if (map_add(&ws->by_tag, &w->by_tag, slice_at(w->tag, WATCH_TAG)))
        return true;
    map_remove(&ws->by_impu, &w->by_impu);
    return false;
}

/* NULL at the limit. */
static struct watch *watch_new(struct reg_watches *ws, struct slice impu,
                               struct slice service_route)
{
    struct pcscf *me = ws->me;
    struct watch *w = mem_zalloc(sizeof *w);
    char token[WATCH_TAG];

    w->table = ws;
    list_init(&w->contacts);
    dice_token(me->env->dice, w->tag, WATCH_TAG);
    dice_token(me->env->dice, token, WATCH_TAG);
    str_set(&w->impu, impu);
    str_set(&w->service_route, service_route);
    str_printf(&w->call_id, "%.*s@%s", WATCH_TAG, token, me->env->host);
    if (enter(ws, w))
        return w;
    let_go(w);
    return NULL;
}

/* ---- SUBSCRIBE ------------------------------------------------------------
 */

struct record_about watch_about(const struct watch *w)
{
    return (struct record_about){.call = str_slice(&w->call_id)};
}

/* 5.2.3 item 1 a: a SIP URI. */
static struct slice watched_identity(const struct contact *c)
{
    struct slice rest = str_slice(&c->identities);
    struct told_identity id;

    while (identities_next(&rest, &id))
        if (!identity_is_tel(id.impu))
            return id.impu;
    return str_slice(&c->impu);
}

static struct contact *longest(const struct watch *w)
{
    struct contact *best = NULL;

    LIST_EACH (it, &w->contacts) {
        struct contact *c = container_of(it, struct contact, watched);

        if (c->registered && (!best || c->expires_at > best->expires_at))
            best = c;
    }
    return best;
}

/* 5.2.3 items 1 b to g; P-Asserted-Identity as it stands in Path. */
static void fill(struct watch *w, const struct contact *c,
                 struct sip_message *m)
{
    struct pcscf *me = w->table->me;

    sip_set(m, SIP_HDR_EVENT, S("reg"));
    sip_set(m, SIP_HDR_ACCEPT, S(REGINFO_TYPE));
    w->asked = seconds_until(w, c->expires_at);
    w->asked += w->asked < UINT32_MAX - LONGER_S ? LONGER_S : 0;
    if (w->asked < w->least)
        w->asked = w->least;
    sip_set_u64(m, SIP_HDR_EXPIRES, w->asked);
    str_printf(&w->watcher, "sip:%.*s@%s;lr", FLOW_TOKEN, c->token,
               str_c(&me->mw_hostport));
    sip_set_printf(m, SIP_HDR_P_ASSERTED_IDENTITY, "<%s>", str_c(&w->watcher));
    pcscf_charging(me, m);
}

uint32_t watch_first_cseq(const struct watch *w)
{
    return w->least ? 2 : 1;
}

static struct sip_message *first_request(const struct watch *w,
                                         const struct contact *c)
{
    struct pcscf *me = w->table->me;
    struct slice uri =
        identities_uri(str_slice(&c->identities), str_slice(&w->impu));
    char from[300];
    struct buf b;

    buf_over(&b, from, sizeof from);
    buf_printf(&b, "sip:%s", str_c(&me->mw_hostport));
    return sip_ua_request_new(me->env,
                              &(struct sip_ua_request){
                                  .method = SIP_SUBSCRIBE,
                                  .uri = uri,
                                  .from = buf_slice(&b),
                                  .to = uri,
                                  .from_tag = slice_at(w->tag, WATCH_TAG),
                                  .call_id = str_slice(&w->call_id),
                                  .cseq = watch_first_cseq(w),
                                  .contact = str_slice(&w->table->contact),
                              });
}

/* The first one, or within the dialog that it made. */
void watch_subscribe(struct watch *w)
{
    static const struct sip_client_handler handler = {.on_response = on_answer};
    struct pcscf *me = w->table->me;
    struct contact *c = longest(w);
    struct sip_message *m;

    if (w->subscribe || !c)
        return;
    if (w->dialog.call_id.n)
        m = sip_ua_dialog_request(&w->dialog, SIP_SUBSCRIBE,
                                  str_slice(&w->table->contact));
    else {
        m = first_request(w, c);
        w->started_at = me->env->clock->mono_us;
    }
    fill(w, c, m);
    w->awaits = true;
    w->gap = false;
    record_say(me->env->record, watch_about(w), "P-REG-5", "TS 24.229 5.2.3",
               "%s is %s registration state: its network is to say when it "
               "ends",
               str_c(&w->impu),
               w->dialog.call_id.n ? "still watched for its"
                                   : "watched for its");
    w->subscribe = sip_client_send(me->core.stack, m,
                                   &(struct sip_destination){.trust = SIP_MW},
                                   (struct slice){0}, &handler, w);
    sip_message_drop(m);
}

void watch_fill_gap(struct watch *w)
{
    if (!w->gap || w->subscribe)
        return;
    record_say(
        w->table->me->env->record, watch_about(w), "P-REG-5", "RFC 3680 5.1",
        "a document about %s is missing: all is asked for", str_c(&w->impu));
    watch_subscribe(w);
}

/* ---- who is watched -------------------------------------------------------
 */

static struct watch *watch_of(const struct reg_watches *ws,
                              const struct contact *c)
{
    struct map_node *node = map_find(&ws->by_impu, watched_identity(c));

    return node ? container_of(node, struct watch, by_impu) : NULL;
}

/* In so many seconds. */
static void begin(struct reg_watches *ws, struct contact *c, uint32_t pause)
{
    struct slice impu = watched_identity(c);
    struct watch *w;

    if (identity_is_tel(impu))
        return;
    w = watch_new(ws, impu, str_slice(&c->service_route));
    if (!w) {
        record_say(ws->me->env->record,
                   (struct record_about){.call = str_slice(&c->call_id)},
                   "P-REG-5", "TS 24.229 5.2.3",
                   "%.*s is not watched: there is no room for another "
                   "subscription",
                   SLICE_ARG(impu));
        return;
    }
    list_append(&w->contacts, &c->watched);
    if (pause)
        timer_start(ws->me->env->timers, &w->refresh, pause * (int64_t)SECOND,
                    on_refresh, w);
    else
        watch_subscribe(w);
}

/* The dialog has ended, or is with who does not serve the user any more; the
 * contacts are left: once more from the start, for the first before the others.
 * What is to be watched may have become another identity. */
static void start_anew(struct watch *w, const struct contact *first,
                       uint32_t pause)
{
    struct reg_watches *ws = w->table;
    struct list contacts;

    list_init(&contacts);
    LIST_EACH (it, &w->contacts) {
        list_remove(it);
        if (first && it == &first->watched)
            list_prepend(&contacts, it);
        else
            list_append(&contacts, it);
    }
    watch_free(w);
    LIST_EACH (it, &contacts) {
        struct contact *c = container_of(it, struct contact, watched);
        struct watch *known = watch_of(ws, c);

        list_remove(it);
        if (c->registered && known)
            list_append(&known->contacts, it);
        else if (c->registered)
            begin(ws, c, pause);
    }
}

void watch_again(struct watch *w)
{
    int64_t age = w->table->me->env->clock->mono_us - w->started_at;
    bool was_of_use = w->heard_at && age >= WATCH_LEAST_S * SECOND;

    start_anew(w, longest(w), was_of_use ? 0 : PAUSE_S);
}

/* A registration changed, of which an S-CSCF that knows of the subscription
 * tells at once. One that was replaced, or that forgot it as it died, does
 * not. */
static void doubt(struct watch *w, const struct contact *c)
{
    const struct env *env = w->table->me->env;

    w->joined = true;
    if (!w->granted && w->subscribe)
        return; /* it has just begun */
    if (!w->granted ||
        !slice_eq(str_slice(&w->service_route), str_slice(&c->service_route)))
        start_anew(w, c, 0);
    else if (!w->awaits && env->clock->mono_us - w->heard_at > SOON_S * SECOND)
        timer_start(env->timers, &w->refresh, DOUBT_S * SECOND, on_refresh, w);
}

void reg_watch(struct pcscf *me, struct contact *c)
{
    struct watch *w;

    if (!me->core.node->self->reg_event)
        return;
    list_remove(&c->watched);
    w = watch_of(me->watches, c);
    if (!w) {
        begin(me->watches, c, 0);
        return;
    }
    list_append(&w->contacts, &c->watched);
    doubt(w, c);
}

/* ---- the answer -----------------------------------------------------------
 */

/* RFC 6665 4.1.2.4: without a NOTIFY there is no subscription. */
static void set_timer_n(struct watch *w)
{
    const struct pcscf *me = w->table->me;
    const struct topology_listener *mw =
        topology_listener_of(me->core.node->self, TOPOLOGY_MW, TRANSPORT_NONE);

    timer_start(me->env->timers, &w->refresh, 64 * mw->timers.t1, on_silence,
                w);
}

/* 5.2.3: ten minutes before its end, or at its half. */
static void set_refresh(struct watch *w)
{
    const struct env *env = w->table->me->env;
    uint32_t s = w->granted;
    int64_t at =
        w->granted_at + (s > LONG_S ? s - EARLY_S : s / 2) * (int64_t)SECOND;

    timer_start(env->timers, &w->refresh, at - env->clock->mono_us, on_refresh,
                w);
}

void watch_lasts(struct watch *w, uint32_t seconds)
{
    const struct env *env = w->table->me->env;

    w->granted = seconds < w->asked ? seconds : w->asked;
    w->granted_at = env->clock->mono_us;
    if (w->awaits)
        set_timer_n(w);
    else
        set_refresh(w);
    timer_start(env->timers, &w->expiry, w->granted * (int64_t)SECOND,
                on_expiry, w);
}

void watch_heard(struct watch *w)
{
    w->heard_at = w->table->me->env->clock->mono_us;
    w->awaits = false;
    if (w->granted)
        set_refresh(w);
}

static void give_up(struct watch *w, const char *sentence)
{
    record_say(w->table->me->env->record, watch_about(w), "P-REG-5",
               "RFC 6665 4.1.2", "%s: nobody will say when %s is ended",
               sentence, str_c(&w->impu));
    watch_free(w);
}

/* As they wish, or ever sooner as its end comes nearer. */
static void refresh_later(struct watch *w, const struct sip_message *resp)
{
    uint32_t half = seconds_left(w) / 2, s = half < PAUSE_S ? half : PAUSE_S;

    sip_header_u32(resp, SIP_HDR_RETRY_AFTER, &s);
    if (s < WATCH_LEAST_S)
        s = WATCH_LEAST_S;
    w->awaits = false;
    timer_start(w->table->me->env->timers, &w->refresh, s * (int64_t)SECOND,
                on_refresh, w);
}

/* RFC 6665 4.2.1.1, RFC 3261 10.2.8: once more, as long as they wish. */
static bool is_too_brief(struct watch *w, const struct sip_message *resp)
{
    uint32_t least = 0;

    sip_header_u32(resp, SIP_HDR_MIN_EXPIRES, &least);
    if (resp->status != 423 || w->least || least <= w->asked)
        return false;
    w->least = least;
    record_say(w->table->me->env->record, watch_about(w), "P-REG-5",
               "RFC 6665 4.2.1.1",
               "SUBSCRIBE for %s answered 423: %u s are asked for now",
               str_c(&w->impu), least);
    return true;
}

/* A NOTIFY may have made the subscription before. */
static void on_refused(struct watch *w, const struct sip_message *resp)
{
    bool lives = w->granted, ends = sip_subscription_ends(resp->status);

    if (is_too_brief(w, resp)) {
        on_refresh(w);
        return;
    }
    record_say(w->table->me->env->record, watch_about(w), "P-REG-5",
               "TS 24.229 5.2.3", "SUBSCRIBE for %s answered %u: %s",
               str_c(&w->impu), resp->status,
               !lives ? "nobody will say when it ends"
               : ends ? "it is subscribed to anew"
                      : "the subscription lasts as it did");
    if (!lives)
        watch_free(w);
    else if (ends)
        watch_again(w);
    else
        refresh_later(w, resp);
}

static void on_answer(void *ctx, struct sip_client *c, struct sip_message *resp,
                      enum sip_client_cause cause)
{
    struct watch *w = ctx;
    uint32_t seconds;
    struct why why;

    (void)c;
    (void)cause;
    if (resp->status < 200)
        return;
    w->subscribe = NULL;
    if (resp->status >= 300) {
        on_refused(w, resp);
        return;
    }
    seconds = w->asked;
    sip_header_u32(resp, SIP_HDR_EXPIRES, &seconds);
    if (sip_ua_dialog_by_response(&w->dialog, resp, resp, &why) != IMS_OK)
        give_up(w, "the answer to SUBSCRIBE makes no dialog");
    else if (seconds < WATCH_LEAST_S)
        give_up(w, "the subscription is too brief to be of use");
    else {
        watch_lasts(w, seconds);
        watch_fill_gap(w);
    }
}

static void on_silence(void *ctx)
{
    struct watch *w = ctx;

    record_say(w->table->me->env->record, watch_about(w), "P-REG-5",
               "RFC 6665 4.1.2.4",
               "no NOTIFY came behind the answer to SUBSCRIBE: %s is not "
               "subscribed to",
               str_c(&w->impu));
    watch_again(w);
}

/* Of who has gone nothing more is to be heard. */
static void on_refresh(void *ctx)
{
    struct watch *w = ctx;

    if (longest(w))
        watch_subscribe(w);
    else
        watch_free(w);
}

static void on_expiry(void *ctx)
{
    struct watch *w = ctx;

    record_say(w->table->me->env->record, watch_about(w), "P-REG-5",
               "TS 24.229 5.2.3", "the subscription to %s has expired",
               str_c(&w->impu));
    watch_again(w);
}
