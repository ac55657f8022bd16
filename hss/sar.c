/* SPDX-License-Identifier: MIT
 *
 * S-CSCF registration and deregistration notification, TS 29.228 6.1.2:
 *
 *   SAR -> identities? -> same S-CSCF as   -> by Server-Assignment-Type
 *          5001, 5002     assigned? 5005
 *
 *   REGISTRATION, RE_REGISTRATION     registered; name stored; data
 *   UNREGISTERED_USER                 unregistered; name stored; data
 *   NO_ASSIGNMENT                     data
 *   ..._DEREGISTRATION, TOO_MUCH_DATA not registered; name cleared
 *   ..._STORE_SERVER_NAME             unregistered, or as before with E2004
 *   AUTHENTICATION_FAILURE, _TIMEOUT  flag cleared; name, if not registered
 *
 * What is written is committed before the answer leaves.
 *
 * H-CX-2.
 */
#include "hss/former.h"
#include "hss/implicit.h"
#include <stdio.h>

struct sar {
    struct work work;
    const struct cx_sar *ask;
    struct cx_saa saa; /* as it will be answered */
    bool assigned;     /* to this S-CSCF */
    struct store_registration *changes;
    size_t nchanges; /* of a deregistration: one a set */
};

static void decide(void *ctx);
static bool check_count(struct sar *s);
static bool check_server(struct sar *s);
static bool refuse_with_data(struct sar *s, unsigned result,
                             const char *sentence);
static void by_type(struct sar *s);
static void assign(struct sar *s, enum registration_state state);
static void no_assignment(struct sar *s);
static void deregister(struct sar *s);
static void authentication_ended(struct sar *s);
static void on_written(void *ctx, enum ims_err err, const struct why *why);

void hss_sar(void *ctx, struct cx_request *r, const struct cx_sar *ask)
{
    struct sar *s = work_new(ctx, sizeof(*s), r);

    s->ask = ask;
    s->work.command = "SAR";
    s->work.proc = "H-CX-2";
    s->work.clause = "TS 29.228 6.1.2.1";
    work_begin(&s->work, ask->impi, ask->impus.count ? ask->impus.v[0] : S(""),
               decide);
}

static bool is_deregistration(enum cx_assignment type)
{
    switch (type) {
    case CX_TIMEOUT_DEREGISTRATION:
    case CX_USER_DEREGISTRATION:
    case CX_TIMEOUT_DEREGISTRATION_STORE_SERVER_NAME:
    case CX_USER_DEREGISTRATION_STORE_SERVER_NAME:
    case CX_ADMINISTRATIVE_DEREGISTRATION:
    case CX_DEREGISTRATION_TOO_MUCH_DATA: return true;
    default: return false;
    }
}

static void decide(void *ctx)
{
    struct sar *s = ctx;
    struct work *w = &s->work;

    if (!work_check_features(w, &s->ask->features) || !check_count(s))
        return;
    if (is_deregistration(s->ask->type)) {
        deregister(s);
        return;
    }
    if (!work_check_identities(w) || !check_server(s))
        return;
    by_type(s);
}

/* Step 3: several identities only where they leave; and none at all only
 * there too, where the private identity stands for all of its own. */
static bool check_count(struct sar *s)
{
    struct work *w = &s->work;
    size_t n = s->ask->impus.count;
    bool leaves = is_deregistration(s->ask->type);

    if (n > 1 && !leaves)
        return work_refuse_avp(w, CX_AVP_OCCURS_TOO_MANY_TIMES,
                               CX_FAILED_PUBLIC_IDENTITY,
                               "%zu public identities with %s", n,
                               cx_assignment_name(s->ask->type));
    if (n == 0 && (!leaves || w->impi.n == 0))
        return work_refuse_avp(w, CX_MISSING_AVP, CX_FAILED_PUBLIC_IDENTITY,
                               "no public identity with %s",
                               cx_assignment_name(s->ask->type));
    return true;
}

static bool is_psi(const struct sar *s)
{
    return s->work.public.type == PROFILE_DISTINCT_PSI ||
           s->work.public.type == PROFILE_WILDCARDED_PSI;
}

static bool is_same(struct slice a, struct slice b)
{
    return slice_eq_nocase(a, b);
}

static bool assigns(enum cx_assignment type)
{
    return type == CX_ASSIGN_REGISTRATION || type == CX_RE_REGISTRATION ||
           type == CX_UNREGISTERED_USER;
}

/* S-CSCF reassignment pending (6.1.1.1, 6.1.4.1): another one may take over,
 * or ask for the data first. */
static bool is_to_be_replaced(const struct sar *s)
{
    return (assigns(s->ask->type) || s->ask->type == CX_NO_ASSIGNMENT) &&
           flags_has(&s->work.me->flags, FLAG_REASSIGNMENT, s->work.public.set,
                     0);
}

/* 8.1.2: an S-CSCF that is not the one assigned changes nothing, unless that
 * one is to be replaced. Who wants to be assigned is told who is (6.1.2.1). */
static bool check_server(struct sar *s)
{
    struct work *w = &s->work;
    struct slice assigned = w->public.scscf;
    char text[512];

    if (is_psi(s) && w->public.psi_inactive)
        return work_refuse(w, CX_USER_UNKNOWN, "the service %s is not active",
                           w->impu.text);
    if (assigned.n == 0 && assigns(s->ask->type))
        return true;
    if (is_same(assigned, s->ask->server_name))
        return true;
    if (is_to_be_replaced(s))
        return true;
    snprintf(text, sizeof(text), "%s is assigned to %.*s, not to %.*s",
             w->impu.text, assigned.n ? (int)assigned.n : 6,
             assigned.n ? assigned.p : "nobody",
             SLICE_ARG(s->ask->server_name));
    if (!assigns(s->ask->type))
        return work_refuse(w, CX_UNABLE_TO_COMPLY, "%s", text);
    s->saa.server_name = assigned;
    return refuse_with_data(s, CX_IDENTITY_ALREADY_REGISTERED, text);
}

static void by_type(struct sar *s)
{
    switch (s->ask->type) {
    case CX_ASSIGN_REGISTRATION:
    case CX_RE_REGISTRATION: assign(s, REGISTERED); break;
    case CX_UNREGISTERED_USER: assign(s, UNREGISTERED); break;
    case CX_NO_ASSIGNMENT: no_assignment(s); break;
    case CX_AUTHENTICATION_FAILURE:
    case CX_AUTHENTICATION_TIMEOUT: authentication_ended(s); break;
    default:
        work_refuse_avp(
            &s->work, CX_INVALID_AVP_VALUE, CX_FAILED_ASSIGNMENT_TYPE,
            "Server-Assignment-Type %d is not one of an S-CSCF", s->ask->type);
    }
}

/* ---- the answer --------------------------------------------------------- */

static void answer(struct sar *s, unsigned result)
{
    struct work *w = &s->work;

    s->saa.outcome.result = result;
    s->saa.impi = work_avp(w->impi.n ? w->impi : s->saa.impi);
    s->saa.features = work_features(&s->ask->features);
    cx_saa_answer(w->request, &s->saa);
    work_end(w, result);
}

static bool refuse_with_data(struct sar *s, unsigned result,
                             const char *sentence)
{
    work_say_refused(&s->work, result, sentence);
    s->saa.outcome.error_message = slice_of(sentence);
    answer(s, result);
    return false;
}

/* 6.6: the profile, charging addresses, and who else may use the set. */
static bool fill_data(struct sar *s)
{
    struct work *w = &s->work;
    struct cx_saa *saa = &s->saa;
    struct why why;
    enum ims_err err;

    if (!implicit_profile(w, !work_knows(&s->ask->features, FEATURE_SIFC),
                          &saa->user_data, &saa->charging))
        return false;
    if (s->ask->already_available)
        saa->user_data = (struct slice){0};
    if (w->impi.n == 0 && w->pairs.n)
        saa->impi = w->pairs.p[0].name;
    if (!implicit_privates(w, false, 2, &saa->associated_impis))
        return false;
    if (!slice_eq(w->public.name, identity_slice(&w->impu)))
        saa->wildcarded_impu = w->public.name;
    if (!work_knows(&s->ask->features, FEATURE_RESTORATION))
        return true;
    if (!implicit_privates(w, true, 1, &saa->registered_impis))
        return false;
    err = store_restorations(w->me->store, &w->arena, w->public.set,
                             &saa->restorations, &why);
    return err ? work_fail(w, err, &why) : true;
}

/* ---- assignment --------------------------------------------------------- */

/* An S-CSCF that asked about a number hears by which pattern it is registered:
 * by that alone it may not guess. */
static bool refuse_registered(struct sar *s)
{
    char text[512];

    snprintf(text, sizeof(text), "%s is registered at this S-CSCF",
             s->work.impu.text);
    s->saa = (struct cx_saa){.wildcarded_impu = s->saa.wildcarded_impu};
    return refuse_with_data(s, CX_IN_ASSIGNMENT_TYPE, text);
}

/* 8.1.3: the same S-CSCF asks for a user that is registered there as if he
 * were not; only one that lost its data and left some here is helped. */
static bool check_assignment(struct sar *s, enum registration_state state)
{
    struct work *w = &s->work;
    bool same = is_same(w->public.scscf, s->ask->server_name);

    if (state == REGISTERED && !w->pair)
        return work_refuse_avp(w, CX_MISSING_AVP, CX_FAILED_USER_NAME,
                               "no private identity with %s",
                               cx_assignment_name(s->ask->type));
    if (state == REGISTERED && is_psi(s))
        return work_refuse(w, CX_IN_ASSIGNMENT_TYPE,
                           "%s is a service, which does not register",
                           w->impu.text);
    if (state == UNREGISTERED && w->public.state == REGISTERED && same &&
        s->saa.restorations.count == 0)
        return refuse_registered(s);
    return true;
}

/* 6.1.2.1, TS 23.380 4: an S-CSCF that lost its data takes one contact more of
 * a user for his first. It gets back what is stored of the others before it
 * would write over it. */
static bool check_not_lost(struct sar *s)
{
    struct work *w = &s->work;
    const struct cx_scscf_restorations *stored = &s->saa.restorations;
    char text[512];

    if (s->ask->type != CX_ASSIGN_REGISTRATION ||
        !s->ask->multiple_registration || w->public.state != REGISTERED)
        return true;
    for (size_t i = 0; i < stored->count; i++) {
        if (!slice_eq(stored->v[i].impi, w->impi))
            continue;
        snprintf(text, sizeof(text),
                 "%s is registered with %.*s already: what is stored of its "
                 "contacts is sent",
                 w->impu.text, SLICE_ARG(w->impi));
        return refuse_with_data(s, CX_IN_ASSIGNMENT_TYPE, text);
    }
    return true;
}

static size_t count_registered(const struct store_pairs *pairs)
{
    size_t n = 0;

    for (size_t i = 0; i < pairs->n; i++)
        n += pairs->p[i].registered;
    return n;
}

/* Who leaves the former S-CSCF; it is one write with who comes. */
static bool leave_former(struct sar *s, enum registration_state state)
{
    struct work *w = &s->work;

    s->changes =
        arena_zalloc(&w->arena, (w->pairs.n + 1) * sizeof(*s->changes));
    if (!s->changes)
        return work_fail_full(w);
    former_remember(w, s->ask->server_name);
    s->nchanges = former_leave(w, state == REGISTERED ? w->pair : NULL,
                               &s->saa.restorations, s->changes);
    return true;
}

static void assign(struct sar *s, enum registration_state state)
{
    struct work *w = &s->work;
    struct store_registration c = {
        .set = w->public.set,
        .impi = w->pair ? w->pair->impi : 0,
        .state = state,
        .scscf = s->ask->server_name,
        .scscf_change = STORE_SET,
        .restoration = s->ask->restoration,
    };

    if (!fill_data(s) || !check_assignment(s, state) || !check_not_lost(s) ||
        !leave_former(s, state))
        return;
    if (state == REGISTERED || count_registered(&w->pairs) == s->nchanges)
        c.state_change = STORE_SET;
    if (state == REGISTERED)
        c.registered = STORE_SET;
    if (c.restoration && c.impi)
        c.restoration_change = STORE_SET;
    work_say(w, "%s: %s is %s at %.*s", cx_assignment_name(s->ask->type),
             w->impu.text,
             registration_state_name(c.state_change ? state : REGISTERED),
             SLICE_ARG(s->ask->server_name));
    flags_clear(&w->me->flags, FLAG_REASSIGNMENT, c.set, 0);
    flags_clear(&w->me->flags, FLAG_AUTHENTICATION, c.set, c.impi);
    s->saa.outcome.result = CX_SUCCESS;
    s->assigned = true;
    scscf_learn(w->me, c.scscf, &s->ask->path);
    s->changes[s->nchanges++] = c;
    store_registrations(w->me->store, w->public.sub, s->changes, s->nchanges,
                        on_written, s);
}

static void no_assignment(struct sar *s)
{
    if (!fill_data(s))
        return;
    work_say(&s->work, "NO_ASSIGNMENT: the data of %s is sent again",
             s->work.impu.text);
    answer(s, CX_SUCCESS);
}

static void on_written(void *ctx, enum ims_err err, const struct why *why)
{
    struct sar *s = ctx;

    if (err) {
        work_fail(&s->work, err, why);
        return;
    }
    if (s->assigned)
        former_tell(&s->work, &s->ask->path);
    answer(s, s->saa.outcome.result);
}

/* ---- authentication failed or timed out --------------------------------- */

static void authentication_ended(struct sar *s)
{
    struct work *w = &s->work;
    bool clears = w->public.state == NOT_REGISTERED;
    struct store_registration c = {.set = w->public.set,
                                   .scscf_change = STORE_CLEAR};

    flags_clear(&w->me->flags, FLAG_AUTHENTICATION, c.set,
                w->pair ? w->pair->impi : 0);
    work_say(w, "%s: %s stays %s%s", cx_assignment_name(s->ask->type),
             w->impu.text, registration_state_name(w->public.state),
             clears ? ", its S-CSCF's name is cleared" : "");
    if (!clears) {
        answer(s, CX_SUCCESS);
        return;
    }
    s->saa.outcome.result = CX_SUCCESS;
    store_registrations(w->me->store, w->public.sub, &c, 1, on_written, s);
}

/* ---- deregistration ----------------------------------------------------- */

static bool keeps_name(enum cx_assignment type)
{
    return type == CX_TIMEOUT_DEREGISTRATION_STORE_SERVER_NAME ||
           type == CX_USER_DEREGISTRATION_STORE_SERVER_NAME;
}

/* What becomes of the set that work.public and work.pairs tell of. It stays
 * registered while another private identity is. A name is kept for the sake
 * of services in unregistered state; without one there is no need. */
static bool leave_set(struct sar *s)
{
    struct work *w = &s->work;
    struct store_registration *c = &s->changes[s->nchanges++];
    bool keep = keeps_name(s->ask->type) && w->public.scscf.n;
    struct why why;
    enum ims_err err = IMS_OK;

    *c = (struct store_registration){
        .set = w->public.set,
        .impi = w->pair ? w->pair->impi : 0,
        .registered = STORE_CLEAR,
        .restoration_change = STORE_CLEAR,
    };
    flags_clear(&w->me->flags, FLAG_AUTHENTICATION, c->set, c->impi);
    if (w->pair && implicit_registered_elsewhere(&w->pairs, c->impi)) {
        work_say(w, "%.*s stays registered with another private identity",
                 SLICE_ARG(w->public.name));
        return true;
    }
    if (keep)
        err = store_serves_unregistered(w->me->store, c->set, &keep, &why);
    if (err)
        return work_fail(w, err, &why);
    c->state_change = STORE_SET;
    c->state = keep ? UNREGISTERED : NOT_REGISTERED;
    if (!keep)
        c->scscf_change = STORE_CLEAR;
    if (keeps_name(s->ask->type) && !keep)
        s->saa.outcome.result = CX_SUCCESS_SERVER_NAME_NOT_STORED;
    work_say(w, "%s: %.*s is %s", cx_assignment_name(s->ask->type),
             SLICE_ARG(w->public.name), registration_state_name(c->state));
    return true;
}

static bool check_leaver(struct sar *s)
{
    struct work *w = &s->work;

    if (w->public.scscf.n == 0 || is_same(w->public.scscf, s->ask->server_name))
        return true;
    return work_refuse(w, CX_UNABLE_TO_COMPLY,
                       "%.*s is assigned to %.*s, not to %.*s",
                       SLICE_ARG(w->public.name), SLICE_ARG(w->public.scscf),
                       SLICE_ARG(s->ask->server_name));
}

static bool is_known_set(const struct sar *s, int64_t set)
{
    for (size_t i = 0; i < s->nchanges; i++) {
        if (s->changes[i].set == set)
            return true;
    }
    return false;
}

/* By each public identity that is named. */
static bool leave_publics(struct sar *s)
{
    struct work *w = &s->work;
    int64_t sub = 0;

    for (size_t i = 0; i < s->ask->impus.count; i++) {
        struct identity none = {.n = 0};

        w->pair = NULL;
        if (identity_canonical(s->ask->impus.v[i], &w->impu, NULL))
            w->impu = none;
        if (!work_check_identities(w) || !check_leaver(s))
            return false;
        if (sub && w->public.sub != sub)
            return work_refuse(w, CX_IDENTITIES_DONT_MATCH,
                               "%s is of another subscription", w->impu.text);
        sub = w->public.sub;
        if (!is_known_set(s, w->public.set) && !leave_set(s))
            return false;
    }
    return true;
}

static bool read_set(struct sar *s, int64_t set)
{
    struct work *w = &s->work;
    struct why why;
    enum ims_err err =
        store_set(w->me->store, &w->arena, set, &w->public, &why);

    if (!err)
        err = store_pairs_of_set(w->me->store, &w->arena, set, &w->pairs, &why);
    if (err)
        return work_fail(w, err, &why);
    w->pair = NULL;
    for (size_t i = 0; i < w->pairs.n; i++) {
        if (w->pairs.p[i].impi == w->private.id)
            w->pair = &w->pairs.p[i];
    }
    return true;
}

/* By the private identity: every set that it has registered at who asks.
 * Others are served without it, or elsewhere; a challenge that is open ends by
 * AUTHENTICATION_FAILURE or _TIMEOUT. */
static bool leave_private(struct sar *s, const struct store_ids *sets)
{
    struct work *w = &s->work;

    for (size_t i = 0; i < sets->n; i++) {
        if (!read_set(s, sets->p[i]))
            return false;
        if (!w->pair || !w->pair->registered ||
            !is_same(w->public.scscf, s->ask->server_name))
            continue;
        if (!leave_set(s))
            return false;
    }
    return true;
}

static bool find_sets(struct sar *s, struct store_ids *sets)
{
    struct work *w = &s->work;
    struct why why;
    enum ims_err err =
        store_find_private(w->me->store, w->impi, &w->private, &why);

    if (err == IMS_NOT_FOUND)
        return work_refuse(w, CX_USER_UNKNOWN, "%s", why.text);
    if (!err)
        err = store_sets_of_private(w->me->store, &w->arena, w->private.id,
                                    sets, &why);
    return err ? work_fail(w, err, &why) : true;
}

static void deregister(struct sar *s)
{
    struct work *w = &s->work;
    size_t n = s->ask->impus.count;
    struct store_ids sets = {0};

    if (n == 0 && !find_sets(s, &sets))
        return;
    s->changes =
        arena_zalloc(&w->arena, (n + sets.n + 1) * sizeof(*s->changes));
    if (!s->changes) {
        (void)work_fail_full(w);
        return;
    }
    s->saa.outcome.result = CX_SUCCESS;
    if (n ? !leave_publics(s) : !leave_private(s, &sets))
        return;
    store_registrations(w->me->store, n ? w->public.sub : w->private.sub,
                        s->changes, s->nchanges, on_written, s);
}
