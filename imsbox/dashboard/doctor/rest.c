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

static bool has_expired(const struct trouble *t)
{
    return t->kind == TROUBLE_SAID &&
           slice_eq(t->end->entry.reason, S("contact-expired"));
}

static void explain_expired(const struct trouble *t, struct finding *f)
{
    finding_what(f, "A registration ran out: the phone did not refresh it.");
    finding_where(f, "%s: %.*s.", t->end->from, SLICE_ARG(t->end->entry.says));
    str_set(&f->clause, t->end->entry.clause);
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
    {CAUSE_LOOP, has_looped, explain_loop},
    {CAUSE_REGISTRATION_EXPIRED, has_expired, explain_expired},
    {CAUSE_UNEXPLAINED, is_any, explain_any},
};

const struct rules rules_rest = {list, sizeof list / sizeof list[0]};
