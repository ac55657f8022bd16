/* SPDX-License-Identifier: MIT
 *
 * By what was answered alone; and what nobody explains better.
 */
#include "imsbox/dashboard/doctor/rules.h"
#include "imsbox/dashboard/doctor/words.h"

static bool is_refused(const struct trouble *t)
{
    return t->kind == TROUBLE_REFUSED;
}

static bool has_looped(const struct trouble *t)
{
    return is_refused(t) &&
           (trouble_status(t) == 482 || trouble_status(t) == 483);
}

static void explain_loop(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 trouble_status(t) == 483
                     ? "The %s passed more nodes than Max-Forwards allows."
                     : "The %s came to the same node twice.",
                 t->end->method);
    finding_advise(f, "Somewhere it is sent in a circle: look at the ladder "
                      "for the nodes that repeat. If the phone itself sent a "
                      "small Max-Forwards, 70 is what is usual.");
    if (t->request)
        finding_note(
            f, "Max-Forwards", "%.*s",
            SLICE_ARG(sip_header_value(t->request, SIP_HDR_MAX_FORWARDS)));
}

static bool is_merged(const struct trouble *t)
{
    return is_refused(t) && trouble_reason(t, "merged");
}

static void explain_merged(const struct trouble *t, struct finding *f)
{
    finding_what(f,
                 "%s got two different %s with the same Call-ID, CSeq and From "
                 "tag, and takes them for one that came by two ways.",
                 trouble_origin(t), t->end->method);
    finding_advise(f, "Let the phone try again. Two phones that make up the "
                      "same Call-ID (started in the same second, or copies "
                      "of one machine) do this.");
    if (t->request)
        finding_note(f, "Call-ID", "%.*s",
                     SLICE_ARG(sip_header_value(t->request, SIP_HDR_CALL_ID)));
}

static bool is_brief(const struct trouble *t)
{
    return is_refused(t) && trouble_status(t) == 423;
}

static void explain_brief(const struct trouble *t, struct finding *f)
{
    struct slice least =
        t->response ? sip_header_value(t->response, SIP_HDR_MIN_EXPIRES)
                    : S("");

    finding_what(f,
                 "The phone of %s asked for a shorter registration than the "
                 "network grants; it should ask again for %.*s s.",
                 t->impu.text, SLICE_ARG(least));
    finding_advise(f,
                   "If it does not do so by itself, set its registration "
                   "time to %.*s s or more.",
                   SLICE_ARG(least));
    finding_note(f, "Min-Expires", "%.*s", SLICE_ARG(least));
}

static bool ignores_service_route(const struct trouble *t)
{
    return t->kind == TROUBLE_SAID &&
           slice_eq(t->end->entry.reason, S("service-route"));
}

static void explain_service_route(const struct trouble *t, struct finding *f)
{
    struct slice users = t->thread ? str_slice(&t->thread->users) : S("");
    struct slice user = S("the phone");

    if (slice_cut(&users, '\n', &user))
        str_set(&f->subject, user);
    finding_what(f,
                 "The phone of %.*s did not send its request the way that the "
                 "network told it when it registered (Service-Route); %s "
                 "mended that.",
                 SLICE_ARG(user), t->end->from);
    finding_where(f, "%s: %.*s.", t->end->from, SLICE_ARG(t->end->entry.says));
    finding_clause(f, t->end->entry.clause);
    finding_advise(f, "Nothing, here. In another network the call may fail: "
                      "let the phone use the Service-Route of the 200 to its "
                      "REGISTER (RFC 3608).");
}

static bool has_expired(const struct trouble *t)
{
    return t->kind == TROUBLE_SAID &&
           slice_eq(t->end->entry.reason, S("contact-expired"));
}

static void explain_expired(const struct trouble *t, struct finding *f)
{
    finding_what(f, "A registration ran out: the phone did not refresh it.");
    finding_where(f, "%s: %.*s.", t->end->from, SLICE_ARG(t->end->entry.says));
    finding_clause(f, t->end->entry.clause);
    if (t->thread && t->thread->users.n) {
        struct slice users = str_slice(&t->thread->users), user;

        if (slice_cut(&users, '\n', &user))
            str_set(&f->subject, user);
    }
    finding_advise(f, "If the phone was not switched off: did it lose the "
                      "network, or sleep? A phone refreshes well before the "
                      "time is over.");
}

static bool is_any(const struct trouble *t)
{
    return is_refused(t) && trouble_status(t) >= 400;
}

static void explain_any(const struct trouble *t, struct finding *f)
{
    finding_what(f, "%s answered %u %s to the %s of %s.", trouble_origin(t),
                 trouble_status(t), sip_reason(trouble_status(t)),
                 t->end->method, t->impu.n ? t->impu.text : t->end->to);
    finding_advise(f,
                   "The doctor knows no cure for this; the ladder shows "
                   "every step, and %s's sentence why it refused.",
                   trouble_origin(t));
}

static const struct rule list[] = {
    {CAUSE_MERGED, is_merged, explain_merged},
    {CAUSE_LOOP, has_looped, explain_loop},
    {CAUSE_INTERVAL_BRIEF, is_brief, explain_brief},
    {CAUSE_SERVICE_ROUTE, ignores_service_route, explain_service_route},
    {CAUSE_REGISTRATION_EXPIRED, has_expired, explain_expired},
    {CAUSE_UNEXPLAINED, is_any, explain_any},
};

const struct rules rules_rest = {list, sizeof list / sizeof list[0]};
