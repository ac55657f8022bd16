/* SPDX-License-Identifier: MIT
 *
 * User location query, TS 29.228 6.1.4: where does a request for this
 * identity go?
 *
 *   LIR -> known? -> PSI with its server? its name
 *          5001      S-CSCF assigned?     its name
 *                    unregistered service, or an originating request?
 *                    another S-CSCF of the subscription, or capabilities;
 *                    else 5003
 *
 * H-CX-3.
 */
#include "hss/work.h"

struct lir {
    struct work work;
    const struct cx_lir *ask;
};

static void decide(void *ctx);
static bool check_active(struct lir *l);
static void by_state(struct lir *l);
static void unregistered(struct lir *l);

void hss_lir(void *ctx, struct cx_request *r, const struct cx_lir *ask)
{
    struct lir *l = work_new(ctx, sizeof(*l), r);

    l->ask = ask;
    l->work.command = "LIR";
    l->work.proc = "H-CX-3";
    l->work.clause = "TS 29.228 6.1.4.1";
    work_begin(&l->work, S(""), ask->impu, decide);
}

static void decide(void *ctx)
{
    struct lir *l = ctx;

    if (!work_check_features(&l->work, &l->ask->features) ||
        !work_check_identities(&l->work) || !check_active(l))
        return;
    by_state(l);
}

static bool is_psi(const struct lir *l)
{
    return l->work.public.type == PROFILE_DISTINCT_PSI ||
           l->work.public.type == PROFILE_WILDCARDED_PSI;
}

/* Step 1: an inactive service is as good as unknown. */
static bool check_active(struct lir *l)
{
    struct work *w = &l->work;

    if (is_psi(l) && w->public.psi_inactive)
        return work_refuse(w, CX_USER_UNKNOWN, "the service %s is not active",
                           w->impu.text);
    return true;
}

static void answer(struct lir *l, struct cx_lia *lia)
{
    struct work *w = &l->work;
    unsigned result = lia->outcome.result;

    if (!slice_eq(w->public.name, identity_slice(&w->impu))) {
        work_say(w, "%s matches the wildcard %.*s", w->impu.text,
                 SLICE_ARG(w->public.name));
        lia->wildcarded_impu = w->public.name;
    }
    lia->features = work_features(&l->ask->features);
    cx_lia_answer(w->request, lia);
    work_end(w, result);
}

static void name(struct lir *l, unsigned result, struct slice server)
{
    struct cx_lia lia = {.outcome.result = result,
                         .server_name = work_avp(server)};

    answer(l, &lia);
}

static void capabilities(struct lir *l, unsigned result)
{
    struct cx_lia lia = {.outcome.result = result};
    char wishes[WISHES_MAX];

    if (!work_capabilities(&l->work, &lia.capabilities))
        return;
    work_say(&l->work, "the I-CSCF chooses an S-CSCF: %s",
             work_wishes(lia.capabilities, wishes));
    answer(l, &lia);
}

/* Steps 2 and 3. */
static void by_state(struct lir *l)
{
    struct work *w = &l->work;

    if (is_psi(l) && w->public.psi_server.n && !l->ask->originating) {
        struct cx_lia lia = {.outcome.result = CX_SUCCESS,
                             .server_name = w->public.psi_server,
                             .flags = CX_LIA_PSI_DIRECT_ROUTING};

        work_say(w, "the service %s is at %.*s", w->impu.text,
                 SLICE_ARG(w->public.psi_server));
        answer(l, &lia);
    } else if (w->public.state == NOT_REGISTERED || !w->public.scscf.n) {
        unregistered(l);
    } else if (l->ask->type == CX_REGISTRATION_AND_CAPABILITIES) {
        flags_set(&w->me->flags, FLAG_REASSIGNMENT, w->public.set, 0);
        work_say(w, "%.*s was given up: the I-CSCF chooses another S-CSCF",
                 SLICE_ARG(w->public.scscf));
        capabilities(l, CX_SUCCESS);
    } else {
        work_say(w, "%s is %s at %.*s", w->impu.text,
                 registration_state_name(w->public.state),
                 SLICE_ARG(w->public.scscf));
        name(l, CX_SUCCESS, w->public.scscf);
    }
}

static void unregistered(struct lir *l)
{
    struct work *w = &l->work;
    const char *because = l->ask->originating
                              ? "the request is made in its name"
                              : "has services in that state";
    struct slice scscf = S("");
    bool serves = false;
    struct why why;
    enum ims_err err =
        store_serves_unregistered(w->me->store, w->public.set, &serves, &why);

    serves = serves || is_psi(l) || l->ask->originating;
    if (!err && serves)
        err = store_scscf_of_subscription(w->me->store, &w->arena,
                                          w->public.sub, &scscf, &why);
    if (err) {
        work_fail(w, err, &why);
    } else if (!serves) {
        work_refuse(w, CX_IDENTITY_NOT_REGISTERED,
                    "%s is not registered and has no service in that state",
                    w->impu.text);
    } else if (scscf.n && l->ask->type != CX_REGISTRATION_AND_CAPABILITIES) {
        work_say(w, "%s is not registered, but %.*s serves its subscription",
                 w->impu.text, SLICE_ARG(scscf));
        name(l, CX_UNREGISTERED_SERVICE, scscf);
    } else {
        work_say(w, "%s is not registered, but %s", w->impu.text, because);
        capabilities(l, CX_UNREGISTERED_SERVICE);
    }
}
