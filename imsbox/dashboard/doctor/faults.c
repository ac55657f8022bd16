/* SPDX-License-Identifier: MIT
 *
 * What was broken on purpose (node/faults.h). A fault that answered in place
 * of a node is the cause; one that lost or held messages is where somebody's
 * patience was at an end.
 */
#include "imsbox/dashboard/doctor/rules.h"

/* The request that a fault answered. */
static const struct told *answered(const struct trouble *t)
{
    for (unsigned i = t->way_count; i-- > 0;) {
        const struct told *it = t->way[i];

        if (told_fault(it).n && it->step.kind == STEP_ARROW && !it->step.lost &&
            it->entry.kind != RECORD_DROP)
            return it;
    }
    return NULL;
}

/* A message that a fault took away, or held. What it doubled is there. */
static bool is_missed(const struct told *it)
{
    return told_fault(it).n &&
           (it->step.lost || it->entry.kind == RECORD_LOST ||
            it->entry.kind == RECORD_DROP ||
            slice_eq(it->entry.reason, S("fault-held")));
}

static const struct told *struck(const struct trouble *t)
{
    for (unsigned i = t->way_count; i-- > 0;)
        if (is_missed(t->way[i]))
            return t->way[i];
    return NULL;
}

/* NULL: no fault had a part in it. */
static const struct told *culprit(const struct trouble *t)
{
    const struct told *it = answered(t);

    return it ? it : struck(t);
}

/* Was it silence that ended it? */
static bool is_silence(const struct trouble *t)
{
    unsigned status = trouble_status(t);

    if (t->kind == TROUBLE_UNANSWERED || t->kind == TROUBLE_REPEATED)
        return true;
    return t->kind == TROUBLE_REFUSED && !trouble_is_by_outsider(t) &&
           (status == 408 || status == 503 || status == 504 ||
            trouble_hss_is_away(t) || trouble_reason(t, "timeout") ||
            trouble_reason(t, "unreachable"));
}

static bool is_fault(const struct trouble *t)
{
    return t->kind != TROUBLE_SAID && t->kind != TROUBLE_SERVED &&
           (answered(t) || (is_silence(t) && struck(t)));
}

static void tell(const struct trouble *t, const struct told *it,
                 struct finding *f)
{
    const struct entry *e = it->entry.fault.n ? &it->entry : &it->other;
    struct slice name = told_fault(it);

    finding_what(f,
                 "The fault \"%.*s\", which somebody put on, made the %s "
                 "fail.",
                 SLICE_ARG(name), t->end->method);
    if (it->step.kind == STEP_SAYS)
        finding_where(f, "%s: %.*s.", it->from, SLICE_ARG(it->entry.says));
    else
        finding_where(f, "It struck: %s -> %s, %s.", it->from, it->to,
                      it->step.text);
    str_set(&f->node, slice_of(t->site->nodes[e->node].node->name));
    finding_advise(f,
                   "Mend it on the Faults page, or by `imsbox fault clear "
                   "%.*s`, and try again.",
                   SLICE_ARG(name));
    finding_note(f, "fault", "%.*s", SLICE_ARG(name));
    str_set(&f->fault, name);
    finding_step(f, it);
}

static void explain_fault(const struct trouble *t, struct finding *f)
{
    const struct told *it = culprit(t);

    if (it)
        tell(t, it, f);
}

/* ---- the same more than once --------------------------------------------- */

static bool is_doubling(const struct told *it)
{
    return slice_eq(it->entry.reason, S("fault-doubled"));
}

/* Who gets an answer twice may repeat what it sent next: was one doubled that
 * went there before the request? */
static const struct told *doubled_before(const struct trouble *t)
{
    const struct told *next = t->ask ? t->ask : t->end;
    unsigned left = TROUBLE_WAY;

    for (const struct told *it = told_before(next); it && left--;
         it = told_before(it)) {
        if (is_doubling(it) && it->step.from == t->end->step.from &&
            next->step.to == t->end->step.to)
            return it;
        if (it->step.kind == STEP_ARROW && it->step.from == t->end->step.from)
            next = it;
    }
    return NULL;
}

static const struct told *doubled(const struct trouble *t)
{
    for (unsigned i = t->way_count; i-- > 0;)
        if (is_doubling(t->way[i]))
            return t->way[i];
    return doubled_before(t);
}

static bool is_doubled(const struct trouble *t)
{
    return t->kind == TROUBLE_REPEATED && doubled(t);
}

static void tell_doubled(const struct trouble *t, const struct told *it,
                         struct finding *f)
{
    struct slice name = told_fault(it);

    finding_what(f,
                 "The fault \"%.*s\", which somebody put on, sends messages "
                 "more than once: %s sent its %u to the %s of %s again. "
                 "Nothing failed by that.",
                 SLICE_ARG(name), t->end->from, trouble_status(t),
                 t->end->method, t->impu.n ? t->impu.text : t->end->to);
    finding_where(f, "%s: %.*s.", it->from, SLICE_ARG(it->entry.says));
    str_set(&f->node, slice_of(it->from));
    finding_advise(f,
                   "Nothing: who gets a message twice acts upon the first "
                   "one. To end it clear the fault on the Faults page, or by "
                   "`imsbox fault clear %.*s`.",
                   SLICE_ARG(name));
    finding_note(f, "fault", "%.*s", SLICE_ARG(name));
    str_set(&f->fault, name);
    finding_step(f, it);
}

static void explain_doubled(const struct trouble *t, struct finding *f)
{
    const struct told *it = doubled(t);

    if (it)
        tell_doubled(t, it, f);
}

static const struct rule list[] = {
    {CAUSE_FAULT, is_fault, explain_fault},
    {CAUSE_FAULT_DOUBLED, is_doubled, explain_doubled},
};

const struct rules rules_faults = {list, sizeof list / sizeof list[0]};
