/* SPDX-License-Identifier: MIT
 *
 * The dialogs of phones, made by the responses that pass (TS 24.229 5.2.6.3.4,
 * 5.2.6.4.4). Each belongs to a contact, and goes with it at the latest
 * (5.2.8.1.4):
 *
 *   the network ends the contact   forgotten at once
 *   it expires, is deregistered    for 40 s the phone may still end what it
 *                                  has; then forgotten, unless the user is
 *                                  registered with another contact over the
 *                                  flow
 *
 * P-ORG-3, P-REG-6.
 */
#include "pcscf/dialogs.h"
#include "sip/views.h"

/* Our own Record-Route entries are not what the phone's requests carry behind
 * us. */
static bool is_own(void *ctx, struct slice value)
{
    struct pcscf *me = ctx;
    struct sip_name_addr na;
    struct sip_uri uri;

    return sip_name_addr_uri(value, &na, &uri, NULL) == IMS_OK &&
           cscf_is_own(&me->core, &uri);
}

struct dialog_phone pcscf_dialog_phone(const struct contact *c,
                                       const struct sip_flow *flow)
{
    struct dialog_phone phone = {.flow = *flow, .user = contact_user(c)};

    memcpy(phone.token, c->token, FLOW_TOKEN);
    return phone;
}

/* The dialog has another flow, for the phone has moved. */
static bool has_moved(const struct sip_dialog *d,
                      const struct dialog_phone *phone)
{
    return d && !addr_eq(&d->flow.remote, &phone->flow.remote) &&
           contact_user(d->user) == phone->user;
}

/* Who takes part in a dialog knows its Call-ID and tags, and could make them
 * again with an accomplice: to take the dialog away from its phone. */
static bool is_of_another(struct pcscf *me, const struct sip_message *resp,
                          const struct sip_dialog *d,
                          const struct dialog_phone *phone)
{
    if (!d || addr_eq(&d->flow.remote, &phone->flow.remote))
        return false;
    record_say(me->env->record, cscf_about(resp), "P-ORG-3",
               "TS 24.229 5.2.6.3.4",
               "another phone has a dialog with this Call-ID and these tags: "
               "it stays as it is");
    return true;
}

static void give(struct sip_dialog *d, struct contact *c)
{
    d->user = c;
    list_append(&c->dialogs, &d->link);
    c->dialog_count++;
}

/* The contact, or who registered over its flow since. */
static struct contact *owner_of(struct pcscf *me,
                                const struct dialog_phone *phone)
{
    struct contact *c =
        flows_by_token(me->flows, slice_at(phone->token, FLOW_TOKEN));

    return c ? c : flows_at(me->flows, &phone->flow.remote, NULL);
}

static void follow(struct pcscf *me, const struct sip_message *request,
                   const struct sip_message *resp, bool phone_is_caller,
                   const struct dialog_phone *phone)
{
    struct contact *c = owner_of(me, phone);
    struct sip_dialog *d;
    struct buf route;

    if (!c) {
        record_say(me->env->record, cscf_about(resp), "P-ORG-3",
                   "TS 24.229 5.2.8.1.4",
                   "the phone is registered no more: its dialog is not "
                   "followed");
        return;
    }
    buf_init(&route, 256 * 1024);
    sip_dialog_route_set(resp, phone_is_caller, is_own, me, &route);
    d = sip_dialog_seen(me->dialogs, resp, phone_is_caller, &phone->flow,
                        buf_slice(&route));
    buf_fini(&route);
    if (!d)
        return;
    if (!d->user)
        give(d, c);
    sip_dialog_passed(d, request, phone_is_caller);
    sip_dialog_passed(d, resp, phone_is_caller);
}

void pcscf_dialog_response(struct pcscf *me, const struct sip_message *request,
                           const struct sip_message *resp, bool phone_is_caller,
                           const struct dialog_phone *phone)
{
    struct dialog_phone now = *phone;
    const struct sip_dialog *d;

    if (resp->status < 300 && !sip_dialog_is_made(resp))
        return;
    d = phone_is_caller ? sip_dialog_from_near(me->dialogs, resp)
                        : sip_dialog_to_near(me->dialogs, resp);
    if (has_moved(d, phone))
        now = pcscf_dialog_phone(d->user, &d->flow);
    if (is_of_another(me, resp, d, &now))
        return;
    if (resp->status >= 300)
        sip_dialog_failed(me->dialogs, resp, phone_is_caller);
    else
        follow(me, request, resp, phone_is_caller, &now);
}

void pcscf_dialog_notified(struct pcscf *me, const struct sip_message *request,
                           const struct sip_message *resp,
                           const struct dialog_phone *phone)
{
    if (resp->status / 100 == 2)
        follow(me, request, resp, false, phone);
}

/* ---- room -----------------------------------------------------------------
 */

/* Of the room for `most` dialogs one contact takes a tenth, or a hundred where
 * that is more: a phone cannot fill it. */
static size_t share_of(size_t most)
{
    enum { PART = 10, LEAST = 100 };

    return most / PART > LEAST ? most / PART : LEAST;
}

bool pcscf_has_room(const struct pcscf *me, const struct contact *c)
{
    size_t most = me->core.node->self->limits.dialogs;

    return sip_dialogs_count(me->dialogs) < most &&
           c->dialog_count < share_of(most);
}

bool pcscf_check_dialogs(struct pcscf *me, struct sip_request *req,
                         struct sip_message *copy, const struct contact *c)
{
    size_t most = me->core.node->self->limits.dialogs;
    bool from_phone = req->flow.listener->trust == SIP_GM;

    if (copy->method != SIP_INVITE && copy->method != SIP_SUBSCRIBE &&
        copy->method != SIP_REFER)
        return true;
    if (sip_dialogs_count(me->dialogs) >= most)
        pcscf_refuse(me, req, copy, 503, "P-ORG-3", "RFC 3261 21.5.4",
                     "%zu dialogs are followed: there is no room for another",
                     most);
    else if (c->dialog_count >= share_of(most))
        pcscf_refuse(me, req, copy, from_phone ? 403 : 486, "P-ORG-3",
                     from_phone ? "RFC 3261 21.4.4" : "RFC 3261 21.4.24",
                     "%u dialogs of contact %s are followed: one phone has no "
                     "more",
                     c->dialog_count, str_c(&c->uri));
    else
        return true;
    return false;
}

size_t pcscf_dialogs_limit(const struct topology_limits *l)
{
    return l->dialogs + l->transactions;
}

/* ---- their end ------------------------------------------------------------
 */

/* Another contact over this flow, by which its user is registered. */
static struct contact *heir_of(const struct contact *c)
{
    struct slice impu = str_slice(&c->impu);

    for (struct contact *it = NULL;
         (it = flows_at(c->flows, &c->flow.remote, it));)
        if (it != c && (slice_eq(str_slice(&it->impu), impu) ||
                        contact_has_identity(it, impu)))
            return it;
    return NULL;
}

bool pcscf_dialog_is_registered(const struct sip_dialog *d)
{
    const struct contact *c = d->user;

    return c->registered || heir_of(c);
}

size_t pcscf_forget_dialogs(struct contact *c)
{
    size_t n = c->dialog_count;

    LIST_EACH (it, &c->dialogs) {
        sip_dialog_end(container_of(it, struct sip_dialog, link));
    }
    return n;
}

size_t pcscf_move_dialogs(struct contact *from, struct contact *to)
{
    size_t n = from->dialog_count;

    LIST_EACH (it, &from->dialogs) {
        struct sip_dialog *d = container_of(it, struct sip_dialog, link);

        list_remove(it);
        give(d, to);
        d->flow = to->flow;
    }
    from->dialog_count = 0;
    return n;
}

void pcscf_contact_gone(void *ctx, struct contact *c)
{
    struct pcscf *me = ctx;
    struct contact *heir = c->dialog_count ? heir_of(c) : NULL;
    size_t n;

    if (heir) {
        pcscf_move_dialogs(c, heir);
        return;
    }
    n = pcscf_forget_dialogs(c);
    if (n)
        record_say(me->env->record,
                   (struct record_about){.call = str_slice(&c->call_id)},
                   "P-REG-6", "TS 24.229 5.2.8.1.4",
                   "contact %s of %s has gone: %zu dialog%s let go",
                   str_c(&c->uri), str_c(&c->impu), n,
                   n == 1 ? " is" : "s are");
}

void pcscf_dialog_gone(void *ctx, struct sip_dialog *d, bool timed_out)
{
    struct contact *c = d->user;

    (void)ctx;
    (void)timed_out;
    list_remove(&d->link);
    c->dialog_count--;
}
