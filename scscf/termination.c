/* SPDX-License-Identifier: MIT
 *
 * Registrations that the HSS ends, TS 24.229 5.4.1.5, TS 29.228 6.1.3:
 *
 *   RTR  public identities named  -> their sets
 *        none                     -> the sets of the private identities
 *            -> contacts of the private identities go, a set without others
 *               too -> RTA
 *        nothing of it is here    -> RTA 5001
 *
 * The HSS knows already: no SAR, but where a challenge waits for its answer,
 * whose MAR may have brought the S-CSCF's name to the HSS again. Sessions are
 * no state of this S-CSCF, which answers within them as before. The phone and
 * its P-CSCF are told by the reg event package (5.4.2.1.2; reg_event.c) if they
 * have subscribed to it; else their registration lasts until it expires or a
 * request of theirs is refused here.
 *
 * S-REG-5.
 */
#include "scscf/reg_event.h"
#include "scscf/scscf.h"

struct termination {
    struct scscf *me;
    struct cx_request *request;
    const struct cx_rtr *rtr;
    unsigned sets, contacts; /* that have gone */
    bool associated_gone;    /* one of the associated private identities */
};

static bool is_leaver(const struct termination *t, struct slice impi)
{
    return slice_eq(t->rtr->impi, impi) ||
           cx_texts_has(t->rtr->associated_impis, impi);
}

/* What who watches is told: may the user come back (RFC 3680 4.7.1)? */
static enum reginfo_event event_of(enum cx_reason reason)
{
    return reason == CX_PERMANENT_TERMINATION ? REGINFO_REJECTED
                                              : REGINFO_DEACTIVATED;
}

static const char *meaning(enum cx_reason reason)
{
    switch (reason) {
    case CX_PERMANENT_TERMINATION: return "rejected";
    case CX_SERVER_CHANGE: return "deactivated, the user may register anew";
    case CX_NEW_SERVER_ASSIGNED: return "another S-CSCF serves the user";
    case CX_REMOVE_SCSCF: return "the user is not served any more";
    }
    return "for a reason that is not known here";
}

static void unbind(struct termination *t, struct binding *b)
{
    record_say(t->me->env->record, (struct record_about){.call = b->call_id},
               "S-REG-5", "TS 24.229 5.4.1.5",
               "contact %.*s of %.*s is ended by the HSS, %s",
               SLICE_ARG(b->uri), SLICE_ARG(b->impi),
               meaning(t->rtr->reason->code));
    t->associated_gone |= !slice_eq(b->impi, t->rtr->impi);
    t->contacts++;
    binding_note(b, event_of(t->rtr->reason->code));
}

/* A set stays as long as private identities that are not meant have contacts
 * in it. */
static void leave(struct termination *t, struct irs *irs)
{
    unsigned before = t->contacts;

    LIST_EACH (it, &irs->bindings) {
        struct binding *b = container_of(it, struct binding, link);

        if (is_leaver(t, b->impi))
            unbind(t, b);
    }
    if (t->rtr->reason->code == CX_NEW_SERVER_ASSIGNED)
        reg_event_move(t->me, irs);
    scscf_settle(t->me, irs);
    t->sets += t->contacts > before || !irs_is_registered(irs);
    if (!irs_is_registered(irs))
        registrar_remove(irs);
}

static void leave_publics(struct termination *t)
{
    for (size_t i = 0; i < t->rtr->impus.count; i++) {
        struct irs_identity *known;
        struct identity impu;

        if (identity_canonical(t->rtr->impus.v[i], &impu, NULL) != IMS_OK)
            continue;
        known = registrar_find(t->me->registrar, identity_slice(&impu));
        if (known)
            leave(t, known->irs);
    }
}

static bool is_of_a_leaver(const struct termination *t, const struct irs *irs)
{
    const struct cx_texts *others = t->rtr->associated_impis;

    if (irs_is_of(irs, t->rtr->impi))
        return true;
    for (size_t i = 0; others && i < others->count; i++)
        if (irs_is_of(irs, others->v[i]))
            return true;
    return false;
}

/* All sets are looked at: nothing finds them by private identity, and this is
 * rare. */
static void leave_privates(struct termination *t)
{
    struct irs *next;

    for (struct irs *irs = registrar_first(t->me->registrar); irs; irs = next) {
        next = registrar_next(irs);
        if (is_of_a_leaver(t, irs))
            leave(t, irs);
    }
}

static void end_challenges(struct termination *t)
{
    const struct cx_texts *others = t->rtr->associated_impis;

    challenges_end(t->me->challenges, t->rtr->impi);
    for (size_t i = 0; others && i < others->count; i++)
        challenges_end(t->me->challenges, others->v[i]);
}

/* 6.1.3: Associated-Identities when more than one private identity went. */
static void answer(struct termination *t)
{
    struct cx_rta rta = {.outcome.result = CX_SUCCESS};

    if (t->associated_gone)
        rta.associated_impis = t->rtr->associated_impis;
    cx_rta_answer(t->request, &rta);
}

void scscf_rtr(void *ctx, struct cx_request *r, const struct cx_rtr *rtr)
{
    struct termination t = {.me = ctx, .request = r, .rtr = rtr};

    if (rtr->impus.count)
        leave_publics(&t);
    else
        leave_privates(&t);
    end_challenges(&t);
    record_say(
        t.me->env->record, cx_request_about(r), "S-REG-5", "TS 29.228 6.1.3",
        "RTR for %.*s, %s: %u contact%s and %u set%s ended",
        SLICE_ARG(rtr->impi), cx_reason_name(rtr->reason->code), t.contacts,
        t.contacts == 1 ? "" : "s", t.sets, t.sets == 1 ? "" : "s");
    if (!t.sets) {
        cx_refuse(r, CX_USER_UNKNOWN,
                  S("nothing of these identities is registered here"));
        return;
    }
    ++*t.me->count.terminated;
    answer(&t);
}
