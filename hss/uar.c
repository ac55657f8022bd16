/* SPDX-License-Identifier: MIT
 *
 * User registration status query, TS 29.228 6.1.1: may this user register
 * here, and which S-CSCF serves it?
 *
 *   UAR -> identities? -> barred? -> roaming? -> registered, or some S-CSCF
 *          5001, 5002     B5003      5004        known? its name
 *                                                else capabilities
 *
 * H-CX-1.
 */
#include "hss/work.h"

struct uar {
    struct work work;
    const struct cx_uar *ask;
};

static void decide(void *ctx);
static bool check_barring(struct uar *u);
static bool check_roaming(struct uar *u);
static void by_state(struct uar *u);
static void capabilities(struct uar *u, unsigned result);

void hss_uar(void *ctx, struct cx_request *r, const struct cx_uar *ask)
{
    struct uar *u = work_new(ctx, sizeof(*u), r);

    u->ask = ask;
    u->work.command = "UAR";
    u->work.proc = "H-CX-1";
    u->work.clause = "TS 29.228 6.1.1.1";
    work_begin(&u->work, ask->impi, ask->impu, decide);
}

static void decide(void *ctx)
{
    struct uar *u = ctx;

    if (!work_check_features(&u->work, &u->ask->features) ||
        !work_check_pair(&u->work) || !check_barring(u) || !check_roaming(u))
        return;
    if (u->ask->type == CX_REGISTRATION_AND_CAPABILITIES) {
        /* the I-CSCF gave the S-CSCF up; whoever comes next may take over */
        if (u->work.public.scscf.n)
            flags_set(&u->work.me->flags, FLAG_REASSIGNMENT, u->work.public.set,
                      0);
        capabilities(u, CX_SUCCESS);
        return;
    }
    by_state(u);
}

static bool is_emergency(const struct uar *u)
{
    return u->ask->flags & CX_UAR_EMERGENCY;
}

/* Step 3: barred only when all identities registered with it are. */
static bool check_barring(struct uar *u)
{
    struct work *w = &u->work;

    if (!w->public.barred || is_emergency(u))
        return true;
    if (w->public.set_barred)
        return work_refuse(w, CX_AUTHORIZATION_REJECTED,
                           "%s is barred, and so is every identity of its "
                           "implicit registration set",
                           w->impu.text);
    work_say(w,
             "%s is barred, but not every identity of its implicit "
             "registration set is",
             w->impu.text);
    return true;
}

/* Step 4: what the subscription lists, else what the network does. */
static bool is_allowed(struct uar *u, const struct subscriber *sub)
{
    const struct topology_network *n = u->work.me->self->network;
    struct slice visited = u->ask->visited_network;

    if (slice_eq_nocase(visited, slice_of(n->domain)) ||
        slice_eq_nocase(visited, slice_of(n->visited_id)))
        return true;
    for (size_t i = 0; i < sub->nvisited; i++) {
        if (slice_eq_nocase(visited, sub->visited[i]))
            return true;
    }
    if (sub->nvisited)
        return false;
    for (unsigned i = 0; i < n->visited_count; i++) {
        if (slice_eq_nocase(visited, slice_of(n->visited[i])))
            return true;
    }
    return n->visited_any;
}

static bool check_roaming(struct uar *u)
{
    struct work *w = &u->work;
    struct subscriber sub;
    struct why why;
    enum ims_err err;

    if (u->ask->type == CX_DE_REGISTRATION || is_emergency(u))
        return true;
    err =
        store_subscription(w->me->store, &w->arena, w->public.sub, &sub, &why);
    if (err)
        return work_fail(w, err, &why);
    if (!is_allowed(u, &sub))
        return work_refuse(w, CX_ROAMING_NOT_ALLOWED, "%s may not roam in %.*s",
                           w->impu.text, SLICE_ARG(u->ask->visited_network));
    return true;
}

static void answer(struct uar *u, const struct cx_uaa *uaa)
{
    unsigned result = uaa->outcome.result;

    cx_uaa_answer(u->work.request, uaa);
    work_end(&u->work, result);
}

static void name(struct uar *u, unsigned result, struct slice scscf)
{
    struct cx_uaa uaa = {.outcome.result = result,
                         .server_name = work_avp(scscf),
                         .features = work_features(&u->ask->features)};

    answer(u, &uaa);
}

/* Step 5. */
static void by_state(struct uar *u)
{
    struct work *w = &u->work;
    bool goes = u->ask->type == CX_DE_REGISTRATION;
    struct slice scscf = w->public.scscf;
    struct why why;
    enum ims_err err;

    if (w->public.state != NOT_REGISTERED && scscf.n) {
        work_say(w, "%s is %s at %.*s", w->impu.text,
                 registration_state_name(w->public.state), SLICE_ARG(scscf));
        name(u, goes ? CX_SUCCESS : CX_SUBSEQUENT_REGISTRATION, scscf);
        return;
    }
    if (goes) {
        work_refuse(w, CX_IDENTITY_NOT_REGISTERED,
                    "%s is not registered and wants to deregister",
                    w->impu.text);
        return;
    }
    err = store_scscf_of_subscription(w->me->store, &w->arena, w->public.sub,
                                      &scscf, &why);
    if (err) {
        work_fail(w, err, &why);
    } else if (scscf.n) {
        work_say(w, "%.*s serves this subscription already", SLICE_ARG(scscf));
        name(u, CX_SUBSEQUENT_REGISTRATION, scscf);
    } else {
        capabilities(u, CX_FIRST_REGISTRATION);
    }
}

static void capabilities(struct uar *u, unsigned result)
{
    struct work *w = &u->work;
    struct cx_uaa uaa = {.outcome.result = result,
                         .features = work_features(&u->ask->features)};
    char wishes[WISHES_MAX];

    if (!work_capabilities(w, &uaa.capabilities))
        return;
    work_say(w, "%s; the I-CSCF chooses one: %s",
             result == CX_SUCCESS ? "another S-CSCF is asked for"
                                  : "no S-CSCF serves this subscription",
             work_wishes(uaa.capabilities, wishes));
    answer(u, &uaa);
}
