/* SPDX-License-Identifier: MIT
 *
 * The S-CSCF as notifier of registration state, TS 24.229 5.4.2.1:
 *
 *   SUBSCRIBE  no contact is bound             -> 480
 *              another format is asked for     -> 406
 *              not user, P-CSCF or AS of his   -> 403
 *              no room                         -> 503
 *              too brief                       -> 423
 *              otherwise                       -> 200, NOTIFY (all)
 *   another    for another event               -> 489
 *              by who may watch no more        -> 403, NOTIFY, terminated
 *   the time is up                             -> NOTIFY, terminated
 *
 * reg_event_notify.c has what follows.
 *
 * S-EVT-1 in part: no GRUU, wildcards, rate control, conditional NOTIFY.
 */
#include "ims/reginfo.h"
#include "scscf/reg_event_private.h"
#include "scscf/reg_event_watcher.h"
#include "scscf/session.h"
#include <assert.h>

/* RFC 3680 4.4; subscriptions to one identity. */
enum { DEFAULT_S = 3761, WATCHERS_MAX = 32 };

static void on_expiry(void *ctx);

/* ---- the table ------------------------------------------------------------
 */

struct reg_events *reg_events_new(struct scscf *me, size_t most)
{
    struct reg_events *r = mem_zalloc(sizeof *r);

    r->me = me;
    map_init(&r->by_impu, dice_u64(me->env->dice), most);
    map_init(&r->by_tag, dice_u64(me->env->dice), 0);
    str_printf(&r->contact, "<sip:reg@%s>", str_c(&me->uri) + strlen("sip:"));
    return r;
}

void reg_events_limit(struct reg_events *r, size_t most)
{
    r->by_impu.limit = most;
}

size_t reg_events_count(const struct reg_events *r)
{
    return r->by_impu.count;
}

struct usage reg_events_usage(const struct reg_events *r)
{
    return (struct usage){.now = r->by_impu.count,
                          .most = r->by_impu.most,
                          .refused = r->refused};
}

/* It stands in no table. */
static void let_go(struct subscription *s)
{
    sip_ua_dialog_fini(&s->dialog);
    str_fini(&s->impu);
    str_fini(&s->watcher);
    str_fini(&s->event);
    str_fini(&s->icid);
    free(s);
}

void subscription_free(struct subscription *s)
{
    struct reg_events *r = s->table;

    assert(!s->notify || r->closed); /* its NOTIFY was answered */
    timer_stop(r->me->env->timers, &s->expiry);
    subscription_forget_news(s);
    map_remove(&r->by_impu, &s->by_impu);
    map_remove(&r->by_tag, &s->by_tag);
    let_go(s);
}

void reg_events_free(struct reg_events *r)
{
    if (!r)
        return;
    r->closed = true;
    MAP_EACH (it, &r->by_impu)
        subscription_free(container_of(it, struct subscription, by_impu));
    map_fini(&r->by_impu);
    map_fini(&r->by_tag);
    str_fini(&r->contact);
    free(r);
}

static unsigned count_watchers(const struct reg_events *r, struct slice impu)
{
    unsigned n = 0;

    for (const struct map_node *node = map_find(&r->by_impu, impu); node;
         node = map_again(&r->by_impu, node))
        n++;
    return n;
}

uint32_t subscription_left(const struct subscription *s)
{
    int64_t left = s->expires_at - s->table->me->env->clock->mono_us;

    return left > 0 ? (uint32_t)((left + SECOND - 1) / SECOND) : 0;
}

void reg_events_each(const struct reg_events *r,
                     void (*fn)(void *ctx, const struct subscription_info *i),
                     void *ctx)
{
    MAP_EACH (it, &r->by_impu) {
        const struct subscription *s =
            container_of(it, struct subscription, by_impu);

        fn(ctx, &(struct subscription_info){
                    .impu = str_slice(&s->impu),
                    .watcher = str_slice(&s->watcher),
                    .call_id = str_slice(&s->dialog.call_id),
                    .expires = subscription_left(s),
                    .version = s->version,
                    .waits = s->notify,
                });
    }
}

/* ---- SUBSCRIBE ------------------------------------------------------------
 */

bool reg_event_is_asked_for(const struct sip_message *m)
{
    struct sip_event e;

    return m->method == SIP_SUBSCRIBE &&
           sip_event_parse(sip_header_value(m, SIP_HDR_EVENT), &e, NULL) ==
               IMS_OK &&
           slice_eq(e.package, S("reg"));
}

/* RFC 3261 20.1: without Accept the package's own type is fine. */
static bool takes_reginfo(const struct sip_message *m)
{
    struct sip_values it;
    struct slice value;
    struct sip_item item;

    if (!sip_header_first(m, SIP_HDR_ACCEPT))
        return true;
    sip_values_begin(&it, m, SIP_HDR_ACCEPT);
    while (sip_values_next(&it, &value))
        if (sip_item_parse(value, &item, NULL) == IMS_OK &&
            (slice_eq_nocase(item.value, S(REGINFO_TYPE)) ||
             slice_eq(item.value, S("*/*")) ||
             slice_eq_nocase(item.value, S("application/*"))))
            return true;
    return false;
}

/* How long: the same as asked for or less. False: answered 423. */
static bool grant(struct scscf *me, struct sip_request *req,
                  struct sip_message *copy, uint32_t *seconds)
{
    uint64_t least = me->self->registration.min_expires;
    uint64_t most = me->self->registration.max_expires;
    struct sip_message *resp;

    if (!sip_header_u32(copy, SIP_HDR_EXPIRES, seconds))
        *seconds = least > DEFAULT_S ? (uint32_t)least : DEFAULT_S;
    if (*seconds > most)
        *seconds = (uint32_t)most;
    if (!*seconds || *seconds >= least)
        return true;
    record_say(me->env->record, cscf_about(copy), "S-EVT-1", "RFC 6665 4.2.1.1",
               "SUBSCRIBE answered 423: %u s are asked for, at least %llu s "
               "are granted",
               *seconds, (unsigned long long)least);
    resp =
        sip_response_to(req->msg, 423, (struct slice){0}, sip_request_tag(req));
    sip_set_u64(resp, SIP_HDR_MIN_EXPIRES, least);
    sip_respond(req, resp);
    sip_message_drop(copy);
    sip_request_drop(req);
    return false;
}

/* 5.4.2.1.1 item 3. */
static void confirm(struct subscription *s, struct sip_request *req,
                    uint32_t seconds)
{
    struct scscf *me = s->table->me;
    struct sip_message *resp =
        sip_response_to(req->msg, 200, (struct slice){0}, sip_request_tag(req));
    struct sip_values it;
    struct slice value;

    sip_values_begin(&it, req->msg, SIP_HDR_RECORD_ROUTE);
    while (sip_values_next(&it, &value))
        sip_add_last(resp, SIP_HDR_RECORD_ROUTE, value);
    sip_set(resp, SIP_HDR_CONTACT, str_slice(&s->table->contact));
    sip_set_u64(resp, SIP_HDR_EXPIRES, seconds);
    session_answer_charging(me, req->msg, resp, s->ioi);
    sip_respond(req, resp);
    s->expires_at = me->env->clock->mono_us + (int64_t)seconds * SECOND;
    if (seconds)
        timer_start(me->env->timers, &s->expiry, (int64_t)seconds * SECOND,
                    on_expiry, s);
}

/* Answers, and tells all that is known. Expires: 0 asks but once. */
static void serve(struct subscription *s, struct sip_request *req,
                  const struct irs *irs, uint32_t seconds)
{
    const char *reason = NULL;

    if (!irs || !reg_event_stays(irs))
        reason = "noresource";
    else if (!seconds)
        reason = "timeout";
    confirm(s, req, seconds);
    record_say(s->table->me->env->record, cscf_about(req->msg), "S-EVT-1",
               "TS 24.229 5.4.2.1.1",
               "%s watches the registration of %s %s%u%s", str_c(&s->watcher),
               str_c(&s->impu), seconds ? "for " : "once (Expires ", seconds,
               seconds ? " s" : ")");
    if (irs)
        subscription_tell(s, irs, true, reason);
    else
        subscription_end(s, reason);
}

static bool enter(struct reg_events *r, struct subscription *s)
{
    if (!map_add(&r->by_impu, &s->by_impu, str_slice(&s->impu)))
        return false;
    if (map_add(&r->by_tag, &s->by_tag, str_slice(&s->dialog.local_tag)))
        return true;
    map_remove(&r->by_impu, &s->by_impu);
    return false;
}

/* MALFORMED, MISSING: Contact; FULL. */
static enum ims_err subscription_new(struct reg_events *r,
                                     struct sip_request *req, struct slice impu,
                                     const struct reg_watcher *w,
                                     struct subscription **out, struct why *why)
{
    struct subscription *s = mem_zalloc(sizeof *s);
    struct charging_vector v;
    enum ims_err err = sip_ua_dialog_by_request(&s->dialog, req->msg,
                                                sip_request_tag(req), why);

    s->table = r;
    s->ioi = w->ioi;
    list_init(&s->waiting);
    str_set(&s->impu, impu);
    str_set(&s->watcher, w->uri);
    str_set(&s->event, sip_header_value(req->msg, SIP_HDR_EVENT));
    if (charging_vector_parse(
            sip_header_value(req->msg, SIP_HDR_P_CHARGING_VECTOR), &v, NULL) ==
        IMS_OK)
        str_set(&s->icid, v.icid);
    if (err == IMS_OK && !enter(r, s))
        err = why_set(why, IMS_FULL, "there are too many watchers");
    if (err == IMS_OK)
        *out = s;
    else
        let_go(s);
    return err;
}

static bool has_room(const struct reg_events *r, struct slice impu)
{
    return (!r->by_impu.limit || r->by_impu.count < r->by_impu.limit) &&
           count_watchers(r, impu) < WATCHERS_MAX;
}

static void refuse(struct scscf *me, struct sip_request *req,
                   struct sip_message *copy, unsigned status,
                   const char *clause, const char *sentence)
{
    cscf_refuse(&me->core, req, copy, status, "S-EVT-1", clause,
                "Event: reg of %.*s: %s", SLICE_ARG(copy->uri), sentence);
}

/* 5.4.2.1.1 items 0 and 1. NULL: may watch, and who it is stands in *w. */
static const char *why_not(struct scscf *me, const struct sip_message *copy,
                           const struct irs_identity *user,
                           struct reg_watcher *w, unsigned *status)
{
    *status = 480;
    if (!user || !irs_is_registered(user->irs))
        return "no contact is bound";
    *status = 403;
    if (!reg_event_may_watch(me, copy, user->irs, w))
        return "who asks is neither the user, nor a P-CSCF on the way to him, "
               "nor an application server of his profile";
    *status = 406;
    if (!takes_reginfo(copy))
        return "there is " REGINFO_TYPE " alone";
    *status = 503;
    return has_room(me->reg_events, user->node.key)
               ? NULL
               : "there are too many watchers";
}

void reg_event_subscribe(struct scscf *me, struct sip_request *req,
                         struct sip_message *copy,
                         const struct irs_identity *user)
{
    struct subscription *s;
    struct reg_watcher w;
    unsigned status;
    uint32_t seconds;
    const char *sentence;
    struct why why;

    if (!cscf_check_uas(&me->core, req, S("path"))) {
        sip_message_drop(copy);
        sip_request_drop(req);
        return;
    }
    sentence = why_not(me, copy, user, &w, &status);
    if (sentence) {
        me->reg_events->refused += status == 503;
        refuse(me, req, copy, status, "TS 24.229 5.4.2.1.1", sentence);
        return;
    }
    if (!grant(me, req, copy, &seconds))
        return;
    if (subscription_new(me->reg_events, req, user->node.key, &w, &s, &why)) {
        refuse(me, req, copy, ims_err_sip(why.err), "RFC 6665 8.2.1", why.text);
        return;
    }
    serve(s, req, user->irs, seconds);
    sip_message_drop(copy);
    sip_request_drop(req);
}

/* RFC 6665 4.2.2: its time is up. */
static void on_expiry(void *ctx)
{
    struct subscription *s = ctx;

    if (s->over)
        return;
    record_say(s->table->me->env->record,
               (struct record_about){.call = str_slice(&s->dialog.call_id)},
               "S-EVT-1", "RFC 6665 4.2.2",
               "the subscription of %s to %s has expired", str_c(&s->watcher),
               str_c(&s->impu));
    subscription_end(s, "timeout");
}

/* ---- within a subscription ------------------------------------------------
 */

static struct subscription *find(const struct reg_events *r,
                                 const struct sip_message *m)
{
    struct map_node *node = map_find(&r->by_tag, sip_tag(m, SIP_HDR_TO));
    struct subscription *s =
        node ? container_of(node, struct subscription, by_tag) : NULL;

    return s && sip_ua_dialog_has(&s->dialog, m) ? s : NULL;
}

static bool has_same_id(const struct subscription *s,
                        const struct sip_message *m)
{
    struct sip_event a, b;

    return sip_event_parse(str_slice(&s->event), &a, NULL) == IMS_OK &&
           sip_event_parse(sip_header_value(m, SIP_HDR_EVENT), &b, NULL) ==
               IMS_OK &&
           slice_eq(a.id, b.id);
}

/* Is it of the subscription's event? False: answered. */
static bool is_of_event(struct subscription *s, struct sip_request *req,
                        struct sip_message *copy)
{
    struct scscf *me = s->table->me;

    if (!reg_event_is_asked_for(copy)) {
        cscf_refuse_event(&me->core, req, copy, "S-EVT-1");
        return false;
    }
    if (!has_same_id(s, copy)) {
        refuse(me, req, copy, 481, "RFC 6665 4.5.2",
               "no subscription of this dialog has that Event id");
        return false;
    }
    return true;
}

static void refresh(struct subscription *s, struct sip_request *req,
                    struct sip_message *copy)
{
    struct scscf *me = s->table->me;
    struct irs_identity *user =
        registrar_find(me->registrar, str_slice(&s->impu));
    uint32_t seconds;
    struct why why;

    if (s->over) {
        refuse(me, req, copy, 481, "RFC 6665 4.2.1.2",
               "the subscription has ended");
        return;
    }
    if (!cscf_check_uas(&me->core, req, S("path"))) {
        sip_message_drop(copy);
        sip_request_drop(req);
        return;
    }
    if (!is_of_event(s, req, copy))
        return;
    if (sip_ua_dialog_receive(&s->dialog, copy, &why) != IMS_OK) {
        refuse(me, req, copy, why.err == IMS_CONFLICT ? 500 : 400,
               "RFC 3261 12.2.2", why.text);
        return;
    }
    if (user && !reg_event_may_watch_still(user->irs, str_slice(&s->watcher))) {
        refuse(me, req, copy, 403, "TS 24.229 5.4.2.1.1",
               "who asks may watch no more");
        subscription_end(s, "rejected");
        return;
    }
    if (!grant(me, req, copy, &seconds))
        return;
    serve(s, req, user ? user->irs : NULL, seconds);
    sip_message_drop(copy);
    sip_request_drop(req);
}

bool reg_event_subsequent(struct scscf *me, struct sip_request *req,
                          struct sip_message *copy)
{
    struct subscription *s = find(me->reg_events, copy);
    struct sip_uri uri;

    if (s && copy->method == SIP_SUBSCRIBE) {
        refresh(s, req, copy);
        return true;
    }
    /* to our Contact, but of no subscription that is left */
    if (!sip_request_uri(copy, &uri) || !slice_eq(uri.user, S("reg")) ||
        !cscf_is_own(&me->core, &uri))
        return false;
    if (s)
        refuse(me, req, copy, 405, "RFC 6665 4.2.1",
               "nothing but SUBSCRIBE belongs into a subscription");
    else
        refuse(me, req, copy, 481, "RFC 6665 4.2.1.2",
               "no such subscription is known");
    return true;
}
