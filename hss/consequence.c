/* SPDX-License-Identifier: MIT
 *
 * TS 29.228 6.5: the default identity of a set is never changed by a PPR; the
 * set is deregistered and registers anew. What has gone from the store is
 * ended by RTR (6.1.3), as is who registered by a password that is no more; all
 * else is pushed (6.2.2).
 *
 * H-CX-5, H-CX-6.
 */
#include "hss/consequence.h"
#include "hss/ppr.h"
#include "hss/rtr.h"
#include <assert.h>

struct change {
    struct telling *t;
    const struct subscriber *before, *after; /* after: NULL, deleted */
    struct slice info;                       /* Reason-Info */
};

/* ---- what became of a set ----------------------------------------------- */

static bool is_elsewhere(const struct subscriber *s,
                         const struct subscriber_set *not_here,
                         struct slice impu)
{
    for (size_t i = 0; i < s->nsets; i++) {
        if (&s->sets[i] != not_here && subscriber_set_has(&s->sets[i], impu))
            return true;
    }
    return false;
}

/* The store lets a set go on as the one whose first known identity it had. */
static bool goes_on_as(const struct change *c, const struct subscriber_set *was,
                       const struct subscriber_set *now)
{
    for (size_t i = 0; i < now->npublics; i++) {
        if (subscriber_set_has(was, now->publics[i].impu))
            return true;
        if (is_elsewhere(c->before, was, now->publics[i].impu))
            return false;
    }
    return false;
}

static const struct subscriber_set *heir_of(const struct change *c,
                                            const struct subscriber_set *was)
{
    for (size_t i = 0; c->after && i < c->after->nsets; i++) {
        if (goes_on_as(c, was, &c->after->sets[i]))
            return &c->after->sets[i];
    }
    return NULL;
}

/* May a private identity of before use the set that is there now? */
static bool stays(const struct change *c, const struct subscriber_set *heir,
                  struct slice impi)
{
    for (size_t i = 0; heir && i < c->after->nprivates; i++) {
        bool uses = heir->nprivates == 0;

        for (size_t k = 0; k < heir->nprivates; k++)
            uses = uses || heir->privates[k] == i;
        if (uses && slice_eq(c->after->privates[i].impi, impi))
            return true;
    }
    return false;
}

/* ---- what its S-CSCF is told -------------------------------------------- */

typedef bool private_fn(const struct change *c,
                        const struct subscriber_set *heir,
                        const struct subscriber_private *was);

/* Those who were registered and are meant. */
static struct cx_texts some_of(const struct change *c,
                               const struct subscriber_set *was,
                               const struct subscriber_set *heir,
                               private_fn *is_meant)
{
    struct arena *a = &c->t->arena;
    struct slice *v = arena_alloc(a, (was->nregistered + 1) * sizeof(*v));
    struct cx_texts out = {.v = v};

    assert(v);
    for (size_t i = 0; i < was->nregistered; i++) {
        const struct subscriber_private *p =
            &c->before->privates[was->registered[i]];

        if (is_meant(c, heir, p))
            v[out.count++] = slice_keep(a, p->impi);
    }
    return out;
}

static bool leaves(const struct change *c, const struct subscriber_set *heir,
                   const struct subscriber_private *was)
{
    return !stays(c, heir, was->impi);
}

/* The private identities that were registered and do not stay with the heir
 * (NULL: all of them go). */
static struct cx_texts leavers_of(const struct change *c,
                                  const struct subscriber_set *was,
                                  const struct subscriber_set *heir)
{
    return some_of(c, was, heir, leaves);
}

/* Of a set that was served as unregistered. */
static struct slice any_private(const struct change *c,
                                const struct subscriber_set *was)
{
    if (was->nprivates)
        return c->before->privates[was->privates[0]].impi;
    return c->before->nprivates ? c->before->privates[0].impi
                                : was->publics[0].impu;
}

static void end_registrations(struct change *c,
                              const struct subscriber_set *was,
                              const struct cx_texts *leavers,
                              enum cx_reason reason, int64_t set)
{
    struct arena *a = &c->t->arena;
    struct cx_texts impus = rtr_publics(a, was);
    struct rtr_ask ask = {
        .scscf = slice_keep(a, was->scscf),
        .reason = reason,
        .info = c->info,
        .impus = telling_keep(c->t, &impus),
        .set = set,
        .is_gone = !c->after,
    };

    if (leavers->count) {
        ask.impi = leavers->v[0];
        ask.associated = (struct cx_texts){leavers->v + 1, leavers->count - 1};
    } else {
        ask.impi = slice_keep(a, any_private(c, was));
    }
    rtr_add(c->t, &ask);
}

/* Here too it is registered no more. *set is its id. */
static enum ims_err clear(struct change *c, const struct subscriber_set *heir,
                          int64_t *set, struct why *why)
{
    struct store_registration change = {.state_change = STORE_SET,
                                        .state = NOT_REGISTERED,
                                        .registered = STORE_CLEAR,
                                        .scscf_change = STORE_CLEAR,
                                        .restoration_change = STORE_CLEAR};
    struct store_public public;
    enum ims_err err = store_find_public(c->t->me->store, &c->t->arena,
                                         heir->publics[0].impu, &public, why);

    if (err)
        return err;
    change.set = *set = public.set;
    telling_change(c->t, &change);
    return IMS_OK;
}

/* These of the set are registered no more, and others are. */
static enum ims_err clear_some(struct change *c,
                               const struct subscriber_set *heir,
                               const struct cx_texts *impis, struct why *why)
{
    struct store *store = c->t->me->store;
    struct arena *a = &c->t->arena;
    struct store_public public;
    struct store_pairs pairs;
    enum ims_err err =
        store_find_public(store, a, heir->publics[0].impu, &public, why);

    if (!err)
        err = store_pairs_of_set(store, a, public.set, &pairs, why);
    for (size_t i = 0; !err && i < pairs.n; i++) {
        if (cx_texts_has(impis, pairs.p[i].name))
            telling_change(c->t, &(struct store_registration){
                                     .set = public.set,
                                     .impi = pairs.p[i].impi,
                                     .registered = STORE_CLEAR,
                                     .restoration_change = STORE_CLEAR});
    }
    return err;
}

/* ---- passwords ----------------------------------------------------------- */

static bool has_ha1(const struct subscriber_private *p,
                    const struct subscriber_ha1 *wanted)
{
    for (size_t i = 0; i < p->nha1s; i++) {
        if (p->ha1s[i].algorithm == wanted->algorithm &&
            slice_eq(p->ha1s[i].realm, wanted->realm) &&
            slice_eq(p->ha1s[i].hex, wanted->hex))
            return true;
    }
    return false;
}

static const struct subscriber_private *now_of(const struct change *c,
                                               struct slice impi)
{
    for (size_t i = 0; i < c->after->nprivates; i++) {
        if (slice_eq(c->after->privates[i].impi, impi))
            return &c->after->privates[i];
    }
    return NULL;
}

/* With a key too, AKA is what he is challenged by; the S-CSCF may have asked
 * for SIP Digest all the same. */
static bool is_challenged_by_it(const struct subscriber_private *p)
{
    return p->nha1s && !digest_algorithm_aka(p->algorithm);
}

static bool has_another_password(const struct change *c,
                                 const struct subscriber_private *was)
{
    const struct subscriber_private *now = now_of(c, was->impi);
    bool is_told = now && (now->nha1s || !is_challenged_by_it(was));

    for (size_t k = 0; is_told && k < was->nha1s; k++) {
        if (!has_ha1(now, &was->ha1s[k]))
            return true;
    }
    return false;
}

static bool lost_password(const struct change *c,
                          const struct subscriber_set *heir,
                          const struct subscriber_private *was)
{
    const struct subscriber_private *now = now_of(c, was->impi);

    return is_challenged_by_it(was) && now && !now->nha1s &&
           stays(c, heir, was->impi);
}

/* A PPR has an HA1, or none to change (TS 29.228 6.2.2): who was challenged by
 * a password and has none any more registers anew. *over: nobody is left in
 * the set. */
static enum ims_err end_passwords(struct change *c,
                                  const struct subscriber_set *was,
                                  const struct subscriber_set *heir, bool *over,
                                  struct why *why)
{
    struct cx_texts losers = some_of(c, was, heir, lost_password);
    enum ims_err err = IMS_OK;
    int64_t set = 0;

    *over = losers.count && losers.count == heir->nregistered;
    if (!losers.count)
        return IMS_OK;
    err = *over ? clear(c, heir, &set, why) : clear_some(c, heir, &losers, why);
    if (!err)
        end_registrations(c, was, &losers, CX_SERVER_CHANGE, set);
    return err;
}

static void tell_passwords(struct change *c, const struct subscriber_set *was,
                           const struct subscriber_set *heir)
{
    struct arena *a = &c->t->arena;

    for (size_t i = 0; i < was->nregistered; i++) {
        const struct subscriber_private *p =
            &c->before->privates[was->registered[i]];

        if (stays(c, heir, p->impi) && has_another_password(c, p))
            ppr_add_password(c->t, slice_keep(a, p->impi),
                             slice_keep(a, heir->scscf));
    }
}

static enum ims_err tell_set(struct change *c, const struct subscriber_set *was,
                             struct why *why)
{
    const struct subscriber_set *heir = heir_of(c, was);
    struct arena *a = &c->t->arena;
    struct slice now = heir ? subscriber_default(heir) : S("");
    struct cx_texts leavers;
    enum ims_err err;
    bool over;
    int64_t set;

    if (!heir || !subscriber_set_is_served(heir)) {
        leavers = leavers_of(c, was, NULL);
        end_registrations(c, was, &leavers, CX_PERMANENT_TERMINATION, 0);
        return IMS_OK;
    }
    if (!slice_eq(now, subscriber_default(was))) {
        err = clear(c, heir, &set, why);
        leavers = leavers_of(c, was, NULL);
        if (!err)
            end_registrations(c, was, &leavers, CX_SERVER_CHANGE, set);
        return err;
    }
    leavers = leavers_of(c, was, heir);
    if (leavers.count)
        end_registrations(c, was, &leavers, CX_PERMANENT_TERMINATION, 0);
    err = end_passwords(c, was, heir, &over, why);
    if (err || over)
        return err;
    ppr_add(c->t, c->before->id, slice_keep(a, now),
            slice_keep(a, heir->scscf));
    tell_passwords(c, was, heir);
    return IMS_OK;
}

void hss_tell_change(struct hss *me, const struct subscriber *before,
                     const struct subscriber *after, telling_fn *done,
                     void *ctx)
{
    struct change c = {telling_new(me, done, ctx), before, after,
                       S("the subscription has been changed")};
    enum ims_err err = IMS_OK;
    struct why why;

    for (size_t i = 0; !err && i < before->nsets; i++) {
        if (subscriber_set_is_served(&before->sets[i]))
            err = tell_set(&c, &before->sets[i], &why);
    }
    if (err)
        telling_fail(c.t, err, &why);
    else
        telling_run(c.t, before->id);
}

/* The identity may be another subscription's by now. */
static void tell_left_set(struct change *c, const struct subscriber_set *was)
{
    struct cx_texts leavers = leavers_of(c, was, NULL);
    struct store_public now;

    if (store_find_public(c->t->me->store, &c->t->arena,
                          subscriber_default(was), &now, NULL))
        end_registrations(c, was, &leavers, CX_PERMANENT_TERMINATION, 0);
    else
        end_registrations(c, was, &leavers, CX_SERVER_CHANGE, now.set);
}

void hss_tell_leaver(struct hss *me, const struct subscriber *before,
                     bool (*is_told)(void *ctx, struct slice scscf),
                     telling_fn *done, void *ctx)
{
    struct change c = {telling_new(me, done, ctx), before, NULL,
                       S("the subscription has been removed")};

    for (size_t i = 0; i < before->nsets; i++) {
        const struct subscriber_set *was = &before->sets[i];

        if (subscriber_set_is_served(was) && is_told(ctx, was->scscf))
            tell_left_set(&c, was);
    }
    telling_run(c.t, before->id);
}
