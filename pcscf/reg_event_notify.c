/* SPDX-License-Identifier: MIT
 *
 * NOTIFY of the registrations that the P-CSCF watches, TS 24.229 5.2.3:
 *
 *   NOTIFY  of no subscription of ours         -> somebody else's matter (481)
 *           requires what we do not know       -> 420
 *           another event                      -> 489
 *           what we cannot read                -> 400
 *           overtaken                          -> 500
 *           a document                         -> 200, reg_event_follow.c
 *             a version is missing             -> and refreshed
 *           active, before the SUBSCRIBE's 200 -> 200, it is subscribed to
 *           active, for a shorter time         -> 200, refreshed sooner
 *           terminated, contacts are left      -> 200, SUBSCRIBE anew if that
 *                                                 may help
 *
 * P-REG-5, SIP-13.
 */
#include "pcscf/reg_event_private.h"
#include "sip/views.h"

/* Seconds by which a notifier may round. */
enum { ROUNDED_S = 2 };

static struct watch *find(const struct reg_watches *ws,
                          const struct sip_message *m)
{
    struct map_node *node = map_find(&ws->by_tag, sip_tag(m, SIP_HDR_TO));
    struct watch *w = node ? container_of(node, struct watch, by_tag) : NULL;

    if (!w ||
        !slice_eq(str_slice(&w->call_id), sip_header_value(m, SIP_HDR_CALL_ID)))
        return NULL;
    return !w->dialog.call_id.n || sip_ua_dialog_has(&w->dialog, m) ? w : NULL;
}

/* RFC 6665 4.4.1: the NOTIFY may come before the 200 and makes the dialog. */
static enum ims_err enter_dialog(struct watch *w, const struct sip_message *m,
                                 struct why *why)
{
    enum ims_err err;

    if (w->dialog.call_id.n)
        return sip_ua_dialog_receive(&w->dialog, m, why);
    err = sip_ua_dialog_by_request(&w->dialog, m, slice_at(w->tag, WATCH_TAG),
                                   why);
    if (err == IMS_OK)
        w->dialog.local_cseq = watch_first_cseq(w);
    return err;
}

static bool is_reg(const struct sip_message *m)
{
    struct sip_event e;

    return sip_event_parse(sip_header_value(m, SIP_HDR_EVENT), &e, NULL) ==
               IMS_OK &&
           slice_eq(e.package, S("reg"));
}

static bool has_document(const struct sip_message *m)
{
    struct sip_item type;

    return sip_item_parse(sip_header_value(m, SIP_HDR_CONTENT_TYPE), &type,
                          NULL) == IMS_OK &&
           slice_eq_nocase(type.value, S(REGINFO_TYPE));
}

/* RFC 3680 5.1: what has a lower version was overtaken; the first one tells
 * all, and then none may be missing before the next that does. */
static void take(struct watch *w, const struct reg_event_news *news)
{
    const struct reginfo *doc = news->doc;
    bool follows = w->has_version && doc->version == w->version + 1;

    if (w->has_version && doc->version <= w->version)
        return;
    w->gap = !doc->full && (w->gap || !follows);
    w->version = doc->version;
    w->has_version = true;
    reg_event_follow(w->table->me, &w->contacts, news);
}

/* RFC 6665 4.1.2.4: it makes the subscription, whatever becomes of the answer
 * to SUBSCRIBE; 4.1.3: the notifier may shorten its life. */
static void heed_expires(struct watch *w,
                         const struct sip_subscription_state *s)
{
    int64_t now = w->table->me->env->clock->mono_us;
    int64_t left = w->granted_at + w->granted * (int64_t)SECOND - now;
    uint32_t seconds = s->has_expires ? s->expires : w->asked;

    if (seconds < WATCH_LEAST_S)
        return;
    if (!w->granted ||
        (s->has_expires && (seconds + (int64_t)ROUNDED_S) * SECOND < left))
        watch_lasts(w, seconds);
}

/* Has a contact registered that its last word did not know of? */
static bool is_late(const struct watch *w)
{
    LIST_EACH (it, &w->contacts) {
        const struct contact *c = container_of(it, struct contact, watched);

        if (w->joined && c->registered && !contact_is_told(c))
            return true;
    }
    return false;
}

/* RFC 6665 4.1.3: does it help to subscribe again? */
static bool may_come_back(const struct watch *w,
                          const struct sip_subscription_state *s)
{
    if (slice_eq_nocase(s->reason, S("rejected")))
        return false;
    return w->gap || is_late(w) ||
           slice_eq_nocase(s->reason, S("deactivated")) ||
           slice_eq_nocase(s->reason, S("timeout"));
}

static void on_terminated(struct watch *w,
                          const struct sip_subscription_state *s)
{
    record_say(w->table->me->env->record, watch_about(w), "P-REG-5",
               "RFC 6665 4.1.3", "the subscription to %s has ended: %.*s",
               str_c(&w->impu), SLICE_ARG(s->reason));
    if (may_come_back(w, s))
        watch_again(w);
    else
        watch_free(w);
}

static void refuse(struct pcscf *me, struct sip_request *req,
                   struct sip_message *copy, unsigned status,
                   const char *sentence)
{
    cscf_refuse(&me->core, req, copy, status, "P-REG-5", "RFC 6665 4.1.3", "%s",
                sentence);
}

/* Refused, or all of it is good. */
static enum ims_err check(struct watch *w, const struct sip_message *m,
                          struct arena *a, struct reg_event_news *news,
                          struct sip_subscription_state *state, struct why *why)
{
    enum ims_err err;

    err = sip_subscription_state_parse(
        sip_header_value(m, SIP_HDR_SUBSCRIPTION_STATE), state, why);
    if (err == IMS_OK && m->body.n) {
        if (!has_document(m))
            return why_set(why, IMS_MALFORMED,
                           "Content-Type is not " REGINFO_TYPE);
        err = reg_event_read(m->body, a, news, why);
    }
    return err == IMS_OK ? enter_dialog(w, m, why) : err;
}

bool reg_watch_notified(struct pcscf *me, struct sip_request *req,
                        struct sip_message *copy)
{
    struct watch *w = find(me->watches, copy);
    struct sip_subscription_state state;
    struct reg_event_news news = {0};
    struct arena a;
    struct why why;
    enum ims_err err;

    if (!w)
        return false;
    if (!cscf_check_uas(&me->core, req, S(""))) {
        sip_message_drop(copy);
        sip_request_drop(req);
        return true;
    }
    if (!is_reg(copy)) {
        cscf_refuse_event(&me->core, req, copy, "P-REG-5");
        return true;
    }
    arena_init(&a, 4096, 4 * REGINFO_MAX_BYTES);
    err = check(w, copy, &a, &news, &state, &why);
    if (err != IMS_OK)
        refuse(me, req, copy, err == IMS_CONFLICT ? 500 : 400, why.text);
    else {
        sip_reply(req, 200, NULL);
        sip_request_drop(req);
        watch_heard(w);
        if (news.doc)
            take(w, &news);
        if (slice_eq_nocase(state.state, S("terminated")))
            on_terminated(w, &state);
        else {
            heed_expires(w, &state);
            watch_fill_gap(w);
        }
        sip_message_drop(copy);
    }
    arena_fini(&a);
    return true;
}
