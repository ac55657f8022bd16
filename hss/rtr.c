/* SPDX-License-Identifier: MIT
 *
 * Network-initiated deregistration, TS 29.228 6.1.3:
 *
 *   the administrator: these identities, for this reason
 *       -> their sets are cleared, unless another private identity stays
 *       -> RTR to each S-CSCF that serves them -> RTA
 *
 * An S-CSCF that cannot be reached does not keep the user registered here: he
 * is found nowhere then, and may register anew anywhere.
 *
 * H-CX-5, H-CX-7.
 */
#include "hss/rtr.h"
#include "hss/former.h"
#include <assert.h>

/* ---- one request -------------------------------------------------------- */

struct rtr {
    struct tell tell;
    struct rtr_ask ask;
};

static void on_rta(void *ctx, enum ims_err err, const struct cx_rta *rta)
{
    struct rtr *r = ctx;

    tell_answered(&r->tell, err, err ? 0 : rta->outcome.result);
}

enum ims_err rtr_find_public(struct store *store, struct arena *a,
                             struct slice impu, struct store_public *out,
                             struct why *why)
{
    enum ims_err err = store_find_public(store, a, impu, out, why);

    if (!err && !slice_eq(out->name, impu))
        return why_set(why, IMS_NOT_FOUND, "%.*s is nobody's", SLICE_ARG(impu));
    return err;
}

/* Where who is named may have come back to. */
static enum ims_err find_again(struct rtr *r, struct store_public *now,
                               struct why *why)
{
    struct store *store = r->tell.t->me->store;
    struct arena *a = &r->tell.t->arena;

    if (r->ask.set)
        return store_set(store, a, r->ask.set, now, why);
    return rtr_find_public(store, a, r->ask.impus.v[0], now, why);
}

/* A challenge alone brings its name too. */
static bool is_there(const struct rtr *r, const struct store_public *now)
{
    struct slice where = former_where(r->tell.t->me, now, now->scscf);

    return slice_eq_nocase(where, r->ask.scscf);
}

static bool is_registered(const struct store_pairs *pairs, struct slice impi)
{
    for (size_t i = 0; i < pairs->n; i++) {
        if (pairs->p[i].registered && slice_eq(pairs->p[i].name, impi))
            return true;
    }
    return false;
}

static void name_absent(const struct rtr *r, const struct store_pairs *pairs,
                        struct cx_texts *out)
{
    struct slice *v = arena_alloc(&r->tell.t->arena,
                                  (r->ask.associated.count + 1) * sizeof(*v));

    assert(v);
    out->v = v;
    if (!is_registered(pairs, r->ask.impi))
        v[out->count++] = r->ask.impi;
    for (size_t i = 0; i < r->ask.associated.count; i++) {
        if (!is_registered(pairs, r->ask.associated.v[i]))
            v[out->count++] = r->ask.associated.v[i];
    }
}

/* All who are named, but for those who have registered there again since; none
 * when it serves the set as unregistered again. */
static enum ims_err find_absent(struct rtr *r, struct cx_texts *out,
                                struct why *why)
{
    struct telling *t = r->tell.t;
    struct store_pairs pairs = {0};
    struct store_public now;
    enum ims_err err = find_again(r, &now, why);
    bool is_back = !err && is_there(r, &now);

    if (err == IMS_NOT_FOUND)
        err = IMS_OK;
    if (is_back && now.state == UNREGISTERED && (r->ask.set || r->ask.is_gone))
        return IMS_OK;
    if (is_back)
        err = store_pairs_of_set(t->me->store, &t->arena, now.set, &pairs, why);
    if (!err)
        name_absent(r, &pairs, out);
    return err;
}

/* False: nobody is left to be named, or it cannot be read who is. */
static bool names_somebody(struct rtr *r, struct cx_texts *out)
{
    struct told *told = &r->tell.told;
    struct why why;
    enum ims_err err = find_absent(r, out, &why);

    if (!err && out->count)
        return true;
    told->err = err;
    told->success = !err;
    told->sentence = err ? arena_printf(&r->tell.t->arena, "%s", why.text)
                     : out->v
                         ? S("the user has registered again meanwhile")
                         : S("the user is served there again as unregistered");
    return false;
}

static bool transmit(struct tell *w, const struct cx_path *to)
{
    struct rtr *r = container_of(w, struct rtr, tell);
    struct cx_texts leavers = {0}, others;
    struct cx_deregistration reason = {
        .code = r->ask.reason,
        .info = r->ask.info.n ? r->ask.info : (struct slice){0}};
    struct cx_rtr rtr = {.path = *to, .impus = r->ask.impus, .reason = &reason};

    if (!names_somebody(r, &leavers))
        return false;
    rtr.impi = leavers.v[0];
    others = (struct cx_texts){leavers.v + 1, leavers.count - 1};
    rtr.associated_impis = others.count ? &others : NULL;
    w->ticket = cx_rtr_send(w->t->me->cx, &rtr, (struct slice){0}, on_rta, r);
    return true;
}

/* It has nothing of the user, which is what was wanted. */
static bool answered(struct tell *w)
{
    if (!w->told.err && w->told.result == CX_USER_UNKNOWN) {
        w->told.success = true;
        w->told.sentence = S("the S-CSCF did not know the user any more");
    }
    return false;
}

void rtr_add(struct telling *t, const struct rtr_ask *ask)
{
    struct rtr *r = arena_zalloc(&t->arena, sizeof(*r));

    assert(r && ask->impus.count);
    r->ask = *ask;
    r->tell.told = (struct told){
        .command = "RTR", .scscf = ask->scscf, .about = ask->impus.v[0]};
    r->tell.send = transmit;
    r->tell.answered = answered;
    tell_add(t, &r->tell);
}

struct cx_texts rtr_publics(struct arena *a, const struct subscriber_set *set)
{
    struct slice *v = arena_alloc(a, set->npublics * sizeof(*v));
    struct cx_texts out = {.v = v};

    assert(v);
    for (size_t i = 0; i < set->npublics; i++) {
        if (set->publics[i].type != PROFILE_WILDCARDED_PSI &&
            set->publics[i].type != PROFILE_WILDCARDED_IMPU)
            v[out.count++] = set->publics[i].impu;
    }
    if (!out.count)
        v[out.count++] = set->publics[0].impu;
    return out;
}

/* ---- what an administrator ends ----------------------------------------- */

struct terminate {
    struct telling *t;
    struct terminate_ask ask;
    struct store_waiter waiter;
    struct subscriber sub;
};

static void decide(void *ctx);

void hss_terminate(struct hss *me, const struct terminate_ask *ask,
                   telling_fn *done, void *ctx)
{
    struct telling *t = telling_new(me, done, ctx);
    struct terminate *p = arena_zalloc(&t->arena, sizeof(*p));

    assert(p);
    p->t = t;
    p->ask = *ask;
    p->ask.info = slice_keep(&t->arena, ask->info);
    p->ask.impus = telling_keep(t, &ask->impus);
    p->ask.impis = telling_keep(t, &ask->impis);
    t->waiter = &p->waiter;
    store_when_idle(me->store, ask->sub, &p->waiter, decide, p);
}

static bool is_public_of(const struct subscriber *s, struct slice impu)
{
    for (size_t i = 0; i < s->nsets; i++) {
        if (subscriber_set_has(&s->sets[i], impu))
            return true;
    }
    return false;
}

static bool is_private_of(const struct subscriber *s, struct slice impi)
{
    for (size_t i = 0; i < s->nprivates; i++) {
        if (slice_eq(s->privates[i].impi, impi))
            return true;
    }
    return false;
}

static enum ims_err check_identities(const struct terminate *p, struct why *why)
{
    for (size_t i = 0; i < p->ask.impus.count; i++) {
        if (!is_public_of(&p->sub, p->ask.impus.v[i]))
            return why_set(why, IMS_MALFORMED,
                           "%.*s is no public identity of the subscriber",
                           SLICE_ARG(p->ask.impus.v[i]));
    }
    for (size_t i = 0; i < p->ask.impis.count; i++) {
        if (!is_private_of(&p->sub, p->ask.impis.v[i]))
            return why_set(why, IMS_MALFORMED,
                           "%.*s is no private identity of the subscriber",
                           SLICE_ARG(p->ask.impis.v[i]));
    }
    return IMS_OK;
}

static bool is_meant(const struct terminate *p,
                     const struct subscriber_set *set)
{
    if (!subscriber_set_is_served(set))
        return false;
    if (!p->ask.impus.count)
        return true;
    for (size_t i = 0; i < set->npublics; i++) {
        if (cx_texts_has(&p->ask.impus, set->publics[i].impu))
            return true;
    }
    return false;
}

/* The private identities of one set: who leaves, and does anybody stay? */
struct leavers {
    struct store_public public;
    struct store_pairs pairs;
    struct slice first; /* who is named as User-Name */
    struct cx_texts others;
    bool somebody_stays;
};

static bool leaves(const struct terminate *p, struct slice impi)
{
    return !p->ask.impis.count || cx_texts_has(&p->ask.impis, impi);
}

static enum ims_err find_leavers(struct terminate *p,
                                 const struct subscriber_set *set,
                                 struct leavers *l, struct why *why)
{
    struct arena *a = &p->t->arena;
    struct store *store = p->t->me->store;
    enum ims_err err =
        store_find_public(store, a, set->publics[0].impu, &l->public, why);
    struct slice *v;

    if (!err)
        err = store_pairs_of_set(store, a, l->public.set, &l->pairs, why);
    if (err)
        return err;
    v = arena_alloc(a, (l->pairs.n + 1) * sizeof(*v));
    assert(v);
    l->others.v = v;
    for (size_t i = 0; i < l->pairs.n; i++) {
        const struct store_pair *pair = &l->pairs.p[i];
        bool goes = leaves(p, pair->name);

        l->somebody_stays |= pair->registered && !goes;
        if (!goes || !pair->registered)
            continue;
        if (l->first.n)
            v[l->others.count++] = pair->name;
        else
            l->first = pair->name;
    }
    return IMS_OK;
}

/* Of a set that nobody registered any private identity does, and the name of a
 * service that has none. */
static struct slice user_name(const struct leavers *l)
{
    if (l->first.n)
        return l->first;
    return l->pairs.n ? l->pairs.p[0].name : l->public.name;
}

static void clear_pairs(struct terminate *p, const struct leavers *l)
{
    for (size_t i = 0; i < l->pairs.n; i++) {
        struct store_registration c = {.set = l->public.set,
                                       .impi = l->pairs.p[i].impi,
                                       .registered = STORE_CLEAR,
                                       .restoration_change = STORE_CLEAR};

        if (!leaves(p, l->pairs.p[i].name))
            continue;
        flags_clear(&p->t->me->flags, FLAG_AUTHENTICATION, c.set, c.impi);
        telling_change(p->t, &c);
    }
}

static void clear_set(struct terminate *p, const struct leavers *l)
{
    struct store_registration c = {.set = l->public.set,
                                   .state_change = STORE_SET,
                                   .state = NOT_REGISTERED,
                                   .scscf_change = STORE_CLEAR};

    clear_pairs(p, l);
    if (l->somebody_stays)
        return;
    flags_clear(&p->t->me->flags, FLAG_REASSIGNMENT, c.set, 0);
    telling_change(p->t, &c);
}

static enum ims_err end_set(struct terminate *p,
                            const struct subscriber_set *set, struct why *why)
{
    struct leavers l = {.first = {0}};
    enum ims_err err = find_leavers(p, set, &l, why);

    if (err)
        return err;
    if (p->ask.reason == CX_REMOVE_SCSCF && set->state == REGISTERED)
        return why_set(why, IMS_CONFLICT,
                       "%.*s is registered; REMOVE_S-CSCF is for users that "
                       "are served as unregistered",
                       SLICE_ARG(set->publics[0].impu));
    if (p->ask.impis.count && !l.first.n)
        return IMS_OK; /* none of them is registered in this set */
    clear_set(p, &l);
    rtr_add(p->t, &(struct rtr_ask){
                      .scscf = slice_keep(
                          &p->t->arena,
                          former_where(p->t->me, &l.public, set->scscf)),
                      .reason = p->ask.reason,
                      .info = p->ask.info,
                      .impi = user_name(&l),
                      .associated = l.others,
                      .impus = rtr_publics(&p->t->arena, set),
                      .set = l.somebody_stays ? 0 : l.public.set,
                  });
    return IMS_OK;
}

static void decide(void *ctx)
{
    struct terminate *p = ctx;
    struct telling *t = p->t;
    struct why why;
    enum ims_err err =
        store_read(t->me->store, &t->arena, p->ask.sub, &p->sub, &why);

    if (!err)
        err = check_identities(p, &why);
    for (size_t i = 0; i < p->sub.nsets && !err; i++) {
        if (is_meant(p, &p->sub.sets[i]))
            err = end_set(p, &p->sub.sets[i], &why);
    }
    if (!err && !t->nchanges)
        err = why_set(&why, IMS_CONFLICT,
                      "nothing of it is registered, so there is nothing to "
                      "end");
    if (err)
        telling_fail(t, err, &why);
    else
        telling_run(t, p->ask.sub);
}
