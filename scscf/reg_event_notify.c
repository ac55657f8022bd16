/* SPDX-License-Identifier: MIT
 *
 * What those who watch a registration are told, TS 24.229 5.4.2.1.2:
 *
 *   bindings change                            -> NOTIFY (what changed)
 *   another profile    he may watch still      -> NOTIFY (all)
 *                      he may not              -> NOTIFY, terminated
 *                      lacks what he watches   -> NOTIFY (all), terminated
 *   the last contact goes, the time is up      -> NOTIFY, terminated
 *   NOTIFY     2xx, 5xx of the watcher         -> the next one, if any
 *              any other end                   -> the subscription ends
 *
 * One NOTIFY of a subscription is under way at a time, so that none overtakes
 * another; what happens meanwhile waits, a few documents at most.
 *
 * S-EVT-1, S-REG-5.
 */
#include "ims/reginfo.h"
#include "scscf/reg_event_private.h"
#include "scscf/reg_event_watcher.h"
#include "scscf/session.h"
#include <stdio.h>

/* Documents of one subscription that wait. */
enum { WAITING_MAX = 8 };

/* One NOTIFY that waits. */
struct news {
    struct list link;
    const char *reason; /* why it is the last; NULL: it is not */
    size_t n;
    char body[]; /* none: empty */
};

static void send_next(struct subscription *s);

static void drop_news(struct subscription *s, struct news *n)
{
    list_remove(&n->link);
    s->waiting_count--;
    free(n);
}

void subscription_forget_news(struct subscription *s)
{
    LIST_EACH (it, &s->waiting)
        drop_news(s, container_of(it, struct news, link));
}

static struct subscription *watcher_of(struct map_node *node)
{
    return node ? container_of(node, struct subscription, by_impu) : NULL;
}

/* ---- documents, 5.4.2.1.2 -------------------------------------------------
 */

static void put_contact(struct buf *out, const struct binding *b,
                        enum reginfo_event event)
{
    struct reginfo_contact c = {
        .event = event,
        .uri = b->uri,
        .params = b->params,
        .call_id = b->call_id,
        .cseq = b->cseq,
        .has_cseq = true,
        .expires = binding_expires(b),
        .has_expires = !reginfo_event_ends(event),
        .q = b->q,
    };
    char id[16];

    snprintf(id, sizeof id, "c%u", b->id);
    c.id = slice_of(id);
    reginfo_contact(out, &c);
}

static void put_registration(struct buf *out, const struct irs *irs,
                             struct slice impu, bool active, bool full)
{
    reginfo_registration_begin(out, impu, active);
    LIST_EACH (it, &irs->bindings) {
        const struct binding *b = container_of(it, struct binding, link);

        if (full || b->news)
            put_contact(out, b, binding_event_for(b, impu));
    }
    reginfo_registration_end(out);
}

/* The phones are not to register it again. */
static void put_left(struct buf *out, const struct irs *irs, struct slice impu)
{
    reginfo_registration_begin(out, impu, false);
    LIST_EACH (it, &irs->bindings)
        put_contact(out, container_of(it, struct binding, link),
                    REGINFO_REJECTED);
    reginfo_registration_end(out);
}

bool reg_event_stays(const struct irs *irs)
{
    LIST_EACH (it, &irs->bindings)
        if (!binding_is_leaving(container_of(it, struct binding, link)))
            return true;
    return false;
}

/* All that are not barred, the default one first; that one in any case. */
static bool is_told(const struct irs *irs, const struct irs_identity *id)
{
    return id->irs == irs && (profile_identity_is_public(id->profile) ||
                              slice_eq(id->node.key, irs_default(irs)));
}

static bool has_identity(const struct irs *irs, struct slice impu)
{
    const struct irs_identity *id = registrar_find(irs->registrar, impu);

    return id && id->irs == irs;
}

/* The set, and what the watcher watches if that has left it. */
static void write_document(struct subscription *s, const struct irs *irs,
                           bool full, struct buf *out)
{
    bool active = reg_event_stays(irs);

    reginfo_begin(out, s->version++, full);
    for (unsigned i = 0; i < irs->identity_count; i++) {
        const struct irs_identity *id = &irs->identities[i];

        if (is_told(irs, id))
            put_registration(out, irs, id->node.key, active, full);
    }
    if (!has_identity(irs, str_slice(&s->impu)))
        put_left(out, irs, str_slice(&s->impu));
    reginfo_end(out);
}

/* ---- what is to be told ---------------------------------------------------
 */

static void enqueue(struct subscription *s, struct slice body,
                    const char *reason)
{
    struct news *n = mem_alloc(sizeof *n + body.n);

    n->reason = reason;
    n->n = body.n;
    if (body.n)
        memcpy(n->body, body.p, body.n);
    list_append(&s->waiting, &n->link);
    s->waiting_count++;
    s->over = s->over || reason;
    send_next(s);
}

void subscription_end(struct subscription *s, const char *reason)
{
    if (!s->over)
        enqueue(s, (struct slice){0}, reason);
}

/* The watcher cannot follow: it may subscribe anew and be told all. */
static void give_up(struct subscription *s)
{
    record_say(s->table->me->env->record,
               (struct record_about){.call = str_slice(&s->dialog.call_id)},
               "S-EVT-1", "RFC 6665 4.2.2",
               "%s does not answer as fast as %s changes: it is to subscribe "
               "anew",
               str_c(&s->watcher), str_c(&s->impu));
    subscription_end(s, "deactivated");
}

/* reason NULL: the subscription goes on. */
void subscription_tell(struct subscription *s, const struct irs *irs, bool full,
                       const char *reason)
{
    struct buf out;

    if (s->over)
        return;
    if (!reason && s->waiting_count >= WAITING_MAX) {
        give_up(s);
        return;
    }
    buf_init(&out, REGINFO_MAX_BYTES);
    write_document(s, irs, full, &out);
    enqueue(s, out.full ? (struct slice){0} : buf_slice(&out),
            out.full && !reason ? "giveup" : reason);
    buf_fini(&out);
}

static bool has_news(const struct irs *irs)
{
    if (irs->news)
        return true;
    LIST_EACH (it, &irs->bindings)
        if (container_of(it, struct binding, link)->news)
            return true;
    return false;
}

/* RFC 6665 4.1.3: another profile has other application servers, and other
 * identities. */
static void tell_watcher(struct subscription *s, const struct irs *irs,
                         const char *reason)
{
    if (s->over)
        return;
    if (!irs->news || reg_event_may_watch_still(irs, str_slice(&s->watcher))) {
        subscription_tell(s, irs, irs->news, reason);
        return;
    }
    record_say(s->table->me->env->record,
               (struct record_about){.call = str_slice(&s->dialog.call_id)},
               "S-EVT-1", "TS 24.229 5.4.2.1.1",
               "%s may watch the registration of %s no more",
               str_c(&s->watcher), str_c(&s->impu));
    subscription_end(s, "rejected");
}

/* The first that watches the set's i-th identity; nobody does if that has
 * moved to another set. */
static struct map_node *first_watcher(const struct reg_events *r,
                                      const struct irs *irs, unsigned i)
{
    const struct irs_identity *id = &irs->identities[i];

    return id->irs == irs ? map_find(&r->by_impu, id->node.key) : NULL;
}

static void tell_watchers(struct scscf *me, const struct irs *irs)
{
    struct reg_events *r = me->reg_events;
    const char *reason = reg_event_stays(irs) ? NULL : "noresource";

    for (unsigned i = 0; i < irs->identity_count; i++)
        for (struct map_node *it = first_watcher(r, irs, i); it;
             it = map_again(&r->by_impu, it))
            tell_watcher(watcher_of(it), irs, reason);
}

void scscf_settle(struct scscf *me, struct irs *irs)
{
    if (reg_events_count(me->reg_events) && has_news(irs))
        tell_watchers(me, irs);
    irs->news = false;
    LIST_EACH (it, &irs->bindings) {
        struct binding *b = container_of(it, struct binding, link);

        b->news = false;
        if (binding_is_leaving(b))
            irs_unbind(b);
    }
}

void reg_event_move(struct scscf *me, struct irs *irs)
{
    struct reg_events *r = me->reg_events;

    for (unsigned i = 0; i < irs->identity_count; i++)
        for (struct map_node *it = first_watcher(r, irs, i); it;
             it = map_again(&r->by_impu, it))
            subscription_end(watcher_of(it), "deactivated");
}

/* RFC 6665 4.1.3: he may watch by another identity of the set. */
static void tell_left(struct subscription *s, const struct irs *irs)
{
    bool stays = irs->found_count && reg_event_stays(irs);

    if (s->over)
        return;
    record_say(s->table->me->env->record,
               (struct record_about){.call = str_slice(&s->dialog.call_id)},
               "S-EVT-1", "TS 24.229 5.4.2.1.2",
               "%s has left its registration set: %s is told so, and watches "
               "it no more",
               str_c(&s->impu), str_c(&s->watcher));
    subscription_tell(s, irs, true, stays ? "deactivated" : "noresource");
}

void reg_event_identity_left(void *ctx, struct irs *irs, struct slice impu)
{
    struct scscf *me = ctx;
    struct reg_events *r = me->reg_events;

    for (struct map_node *it = map_find(&r->by_impu, impu); it;
         it = map_again(&r->by_impu, it))
        tell_left(watcher_of(it), irs);
    /* another set has it: the procedure that brought that settles that alone */
    if (irs->found_count < irs->identity_count)
        scscf_settle(me, irs);
}

/* ---- NOTIFY ---------------------------------------------------------------
 */

static void put_charging(const struct subscription *s, struct sip_message *m)
{
    const struct env *env = s->table->me->env;
    char ioi[300], text[1024];
    struct buf o, out;

    if (!s->icid.n)
        return;
    buf_over(&o, ioi, sizeof ioi);
    ioi_print(s->ioi, slice_of(env->domain), &o);
    buf_over(&out, text, sizeof text);
    charging_vector_print(&(struct charging_vector){.icid = str_slice(&s->icid),
                                                    .orig_ioi = buf_slice(&o)},
                          &out);
    if (!out.full)
        sip_set(m, SIP_HDR_P_CHARGING_VECTOR, buf_slice(&out));
}

static struct sip_message *make_notify(struct subscription *s,
                                       const struct news *n)
{
    struct sip_message *m = sip_ua_dialog_request(
        &s->dialog, SIP_NOTIFY, str_slice(&s->table->contact));

    sip_set(m, SIP_HDR_EVENT, str_slice(&s->event));
    if (n->reason)
        sip_set_printf(m, SIP_HDR_SUBSCRIPTION_STATE, "terminated;reason=%s",
                       n->reason);
    else
        sip_set_printf(m, SIP_HDR_SUBSCRIPTION_STATE, "active;expires=%u",
                       subscription_left(s));
    put_charging(s, m);
    if (n->n)
        sip_set_body(m, S(REGINFO_TYPE), slice_at(n->body, n->n));
    return m;
}

/* RFC 6665 4.2.2: a watcher that is there and could not take this one is
 * asked again at the next change; the gap in the versions tells it what it
 * missed. Any other failure ends the subscription. */
static bool is_survived(const struct sip_message *resp,
                        enum sip_client_cause cause)
{
    return resp->status / 100 == 2 ||
           (cause == SIP_CLIENT_RESPONSE && resp->status / 100 == 5 &&
            resp->status != 501);
}

static void on_answer(void *ctx, struct sip_client *c, struct sip_message *resp,
                      enum sip_client_cause cause)
{
    struct subscription *s = ctx;
    struct news *n;
    bool is_last;

    (void)c;
    if (resp->status < 200)
        return;
    s->notify = NULL;
    n = container_of(s->waiting.next, struct news, link);
    is_last = n->reason;
    drop_news(s, n);
    if (is_last) {
        subscription_free(s);
        return;
    }
    if (is_survived(resp, cause)) {
        send_next(s);
        return;
    }
    record_say(s->table->me->env->record,
               (struct record_about){.call = str_slice(&s->dialog.call_id)},
               "S-EVT-1", "RFC 6665 4.2.2",
               "the NOTIFY to %s ended with %u%s: its subscription is over",
               str_c(&s->watcher), resp->status,
               cause == SIP_CLIENT_RESPONSE ? "" : " (no answer)");
    subscription_free(s);
}

static void send_next(struct subscription *s)
{
    static const struct sip_client_handler handler = {.on_response = on_answer};
    struct scscf *me = s->table->me;
    const struct news *n;
    struct sip_message *m;

    if (s->notify || list_is_empty(&s->waiting))
        return;
    n = container_of(s->waiting.next, struct news, link);
    m = make_notify(s, n);
    s->notify = sip_client_send(me->core.stack, m,
                                &(struct sip_destination){.trust = SIP_MW},
                                (struct slice){0}, &handler, s);
    sip_message_drop(m);
    if (n->reason)
        timer_stop(me->env->timers, &s->expiry);
}
