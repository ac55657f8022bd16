/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/doctor/rules.h"
#include <stdio.h>
#include <string.h>

static const struct rules *const families[] = {
    &rules_faults,      &rules_entry,  &rules_core,  &rules_identity,
    &rules_credentials, &rules_rights, &rules_calls, &rules_rest,
};

static const struct rule *find_rule(const struct trouble *t)
{
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        for (unsigned k = 0; k < families[i]->count; k++)
            if (families[i]->list[k].fits(t))
                return &families[i]->list[k];
    return NULL;
}

/* ---- what every finding has ---------------------------------------------- */

static void set_subject(const struct trouble *t, struct finding *f)
{
    if (t->impu.n)
        str_set(&f->subject, identity_slice(&t->impu));
    else
        str_set(&f->subject, slice_of(t->end->from));
}

static bool is_about_callee(enum cause_id cause)
{
    switch (cause) {
    case CAUSE_NO_CAPABLE_SCSCF: /* a registration has no callee */
    case CAUSE_CALLEE_UNKNOWN:
    case CAUSE_NUMBER_FORM:
    case CAUSE_CALLEE_BARRED:
    case CAUSE_CALLEE_NOT_REGISTERED:
    case CAUSE_CALLEE_GONE_AT_PCSCF:
    case CAUSE_CALLEE_UNREACHABLE:
    case CAUSE_CALLEE_BUSY:
    case CAUSE_CALLEE_DECLINED:
    case CAUSE_CALLEE_REFUSED: return true;
    default: return false;
    }
}

static void set_about(const struct trouble *t, enum cause_id cause,
                      struct finding *f)
{
    if (is_about_callee(cause))
        str_set(&f->about, identity_slice(&t->callee));
    if (strcmp(t->end->method, "REGISTER") != 0)
        return;
    str_set(&f->impi, identity_slice(&t->impi));
    f->says_impi = trouble_credential(t, "username").n > 0;
}

/* By the decision that was taken where the answer was made. */
static void set_decision(const struct trouble *t, struct finding *f)
{
    const struct told *d = trouble_decision(t);

    if (!d) {
        finding_where(f, "%s answered %u %s.", trouble_origin(t),
                      trouble_status(t), sip_reason(trouble_status(t)));
        return;
    }
    finding_clause(f, d->entry.clause);
    finding_where(f, "%s: %.*s.", d->from, SLICE_ARG(d->entry.says));
    finding_note(f, "decision", "%.*s (%.*s)", SLICE_ARG(d->entry.says),
                 SLICE_ARG(d->entry.proc));
}

static void set_steps(const struct trouble *t, struct finding *f)
{
    finding_step(f, t->ask);
    finding_step(f, trouble_decision(t));
    finding_step(f, t->origin);
    finding_step(f, t->end);
}

static void note_fault(const struct trouble *t, struct finding *f)
{
    for (unsigned i = 0; i < t->way_count; i++)
        if (told_fault(t->way[i]).n) {
            finding_note(f, "fault on the way", "%.*s",
                         SLICE_ARG(told_fault(t->way[i])));
            finding_step(f, t->way[i]);
            return;
        }
}

static struct finding *begin(const struct trouble *t, enum cause_id cause)
{
    struct finding *f = finding_new(cause);

    f->at_us = t->end->step.wall_us;
    f->result = t->end->is_request ? 0 : t->end->result;
    snprintf(f->method, sizeof f->method, "%s",
             t->unheard ? t->unheard->method : t->end->method);
    str_set(&f->node, slice_of(trouble_origin(t)));
    if (t->thread) {
        str_set(&f->users, str_slice(&t->thread->users));
        finding_call(f, str_slice(&t->thread->call));
    }
    set_subject(t, f);
    set_about(t, cause, f);
    finding_what(f, "%s.", f->cause->title);
    if (f->result)
        set_decision(t, f);
    set_steps(t, f);
    note_fault(t, f);
    return f;
}

struct finding *rules_judge(const struct trouble *t)
{
    const struct rule *r = find_rule(t);
    struct finding *f;

    if (!r)
        return NULL;
    f = begin(t, r->cause);
    r->explain(t, f);
    return f;
}

/* An identity, a key or a number may be the matter; the HSS has them. */
bool rules_need_hss(const struct trouble *t)
{
    unsigned status = trouble_status(t);

    if (t->kind == TROUBLE_SAID)
        return false;
    if (t->kind != TROUBLE_REFUSED)
        return t->kind == TROUBLE_AGAIN || t->kind == TROUBLE_UNANSWERED;
    return status == 403 || status == 404 || status == 480 || status == 484 ||
           status == 604;
}
