/* SPDX-License-Identifier: MIT
 *
 * TS 29.228 6.5: the default identity of a set is never changed by a PPR; the
 * set is deregistered and registers anew. What has gone from the store is
 * ended by RTR (6.1.3), as is who registered by a password that is no more; all
 * else is pushed (6.2.2). An identity that moves to a set which goes on at the
 * same S-CSCF is ended by nothing, but for who had not registered that set: the
 * push moves it.
 *
 * H-CX-5, H-CX-6.
 */
#include "hss/consequence.h"
#include "hss/former.h"
#include "hss/ppr.h"
#include "hss/rtr.h"
#include <assert.h>

/* What becomes of a set that was served. */
struct fate {
    const struct subscriber_set *was, *heir; /* heir: or NULL */
    bool goes_on; /* it is pushed; else it is ended, and may come anew */
};

struct change {
    struct telling *t;
    const struct subscriber *before, *after; /* after: NULL, deleted */
    struct slice info;                       /* Reason-Info */
    struct fate *fates;
    size_t nfates;
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
    for (size_t i = 0; i < c->after->nsets; i++) {
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

static struct slice where(const struct change *c,
                          const struct subscriber_set *set)
{
    return former_where_was(c->t->me, c->before->id, set);
}

/* An RTR that named it would end the set that it has come to. NULL: it comes to
 * none. */
static const struct fate *receiver_of(const struct change *c,
                                      const struct subscriber_set *was,
                                      struct slice impu)
{
    for (size_t i = 0; i < c->nfates; i++) {
        const struct fate *f = &c->fates[i];

        if (f->goes_on && f->was != was &&
            slice_eq_nocase(where(c, f->heir), where(c, was)) &&
            subscriber_set_has(f->heir, impu))
            return f;
    }
    return NULL;
}

static bool is_no_user_of(const struct change *c,
                          const struct subscriber_set *receiver,
                          const struct subscriber_private *was)
{
    for (size_t i = 0; i < receiver->nregistered; i++) {
        if (&c->before->privates[receiver->registered[i]] == was)
            return false;
    }
    return true;
}

static struct cx_texts publics_to_end(const struct change *c,
                                      const struct subscriber_set *was)
{
    struct arena *a = &c->t->arena;
    struct subscriber_public *p = arena_alloc(a, was->npublics * sizeof(*p));
    struct subscriber_set left = {.publics = p};

    assert(p);
    for (size_t i = 0; i < was->npublics; i++) {
        if (!receiver_of(c, was, was->publics[i].impu))
            p[left.npublics++] = was->publics[i];
    }
    return left.npublics ? rtr_publics(a, &left) : (struct cx_texts){0};
}

/* Each identity has moved: for whom the receiver was never registered the set
 * is over. It is told first, so that it meets the set that was. */
static void end_strangers(struct change *c, const struct subscriber_set *was)
{
    const struct fate *to = receiver_of(c, was, was->publics[0].impu);
    struct cx_texts strangers = {0}, impus = rtr_publics(&c->t->arena, was);
    struct rtr_ask ask = {.scscf = slice_keep(&c->t->arena, where(c, was)),
                          .reason = CX_PERMANENT_TERMINATION,
                          .info = c->info,
                          .impus = telling_keep(c->t, &impus)};

    if (to)
        strangers = some_of(c, was, to->was, is_no_user_of);
    if (!strangers.count)
        return;
    ask.impi = strangers.v[0];
    ask.associated = (struct cx_texts){strangers.v + 1, strangers.count - 1};
    rtr_add(c->t, &ask);
}

static void end_registrations(struct change *c,
                              const struct subscriber_set *was,
                              const struct cx_texts *leavers,
                              enum cx_reason reason, int64_t set)
{
    struct arena *a = &c->t->arena;
    struct cx_texts impus = publics_to_end(c, was);
    struct rtr_ask ask = {
        .scscf = slice_keep(a, where(c, was)),
        .reason = reason,
        .info = c->info,
        .impus = telling_keep(c->t, &impus),
        .set = set,
        .is_gone = !c->after,
    };

    if (!impus.count) {
        end_strangers(c, was);
        return;
    }
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

/* Has nobody else registered the set that goes on? */
static bool lost_all_passwords(const struct change *c,
                               const struct subscriber_set *was,
                               const struct subscriber_set *heir)
{
    size_t n = some_of(c, was, heir, lost_password).count;

    return n && n == heir->nregistered;
}

/* A PPR has an HA1, or none to change (TS 29.228 6.2.2): who was challenged by
 * a password and has none any more registers anew. */
static enum ims_err end_passwords(struct change *c, const struct fate *f,
                                  struct why *why)
{
    struct cx_texts losers = some_of(c, f->was, f->heir, lost_password);
    enum ims_err err = IMS_OK;
    int64_t set = 0;

    if (!losers.count)
        return IMS_OK;
    err = f->goes_on ? clear_some(c, f->heir, &losers, why)
                     : clear(c, f->heir, &set, why);
    if (!err)
        end_registrations(c, f->was, &losers, CX_SERVER_CHANGE, set);
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

/* ---- set by set ---------------------------------------------------------- */

static bool has_another_default(const struct fate *f)
{
    return !slice_eq(subscriber_default(f->heir), subscriber_default(f->was));
}

static struct fate fate_of(const struct change *c,
                           const struct subscriber_set *was)
{
    struct fate f = {was, heir_of(c, was), false};

    if (f.heir && !subscriber_set_is_served(f.heir))
        f.heir = NULL;
    f.goes_on = f.heir && !has_another_default(&f) &&
                !lost_all_passwords(c, was, f.heir);
    return f;
}

static void foresee(struct change *c)
{
    const struct subscriber *s = c->before;

    c->fates = arena_alloc(&c->t->arena, (s->nsets + 1) * sizeof(*c->fates));
    assert(c->fates);
    for (size_t i = 0; i < s->nsets; i++) {
        if (subscriber_set_is_served(&s->sets[i]))
            c->fates[c->nfates++] = fate_of(c, &s->sets[i]);
    }
}

static enum ims_err end_former(struct change *c, const struct fate *f,
                               struct why *why)
{
    struct cx_texts leavers;
    enum ims_err err;
    int64_t set;

    if (f->heir && has_another_default(f)) {
        err = clear(c, f->heir, &set, why);
        leavers = leavers_of(c, f->was, NULL);
        if (!err)
            end_registrations(c, f->was, &leavers, CX_SERVER_CHANGE, set);
        return err;
    }
    leavers = leavers_of(c, f->was, f->heir);
    if (!f->heir || leavers.count)
        end_registrations(c, f->was, &leavers, CX_PERMANENT_TERMINATION, 0);
    return f->heir ? end_passwords(c, f, why) : IMS_OK;
}

static void push(struct change *c, const struct fate *f)
{
    struct arena *a = &c->t->arena;

    ppr_add(c->t, c->before->id, slice_keep(a, subscriber_default(f->heir)),
            slice_keep(a, f->heir->scscf));
    tell_passwords(c, f->was, f->heir);
}

/* What ends goes out first: a set that goes on may take from it. */
void hss_tell_change(struct hss *me, const struct subscriber *before,
                     const struct subscriber *after, telling_fn *done,
                     void *ctx)
{
    struct change c = {.t = telling_new(me, done, ctx),
                       .before = before,
                       .after = after,
                       .info = S("the subscription has been changed")};
    enum ims_err err = IMS_OK;
    struct why why;

    foresee(&c);
    for (size_t i = 0; !err && i < c.nfates; i++)
        err = end_former(&c, &c.fates[i], &why);
    for (size_t i = 0; !err && i < c.nfates; i++) {
        if (c.fates[i].goes_on)
            push(&c, &c.fates[i]);
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

    if (rtr_find_public(c->t->me->store, &c->t->arena, subscriber_default(was),
                        &now, NULL))
        end_registrations(c, was, &leavers, CX_PERMANENT_TERMINATION, 0);
    else
        end_registrations(c, was, &leavers, CX_SERVER_CHANGE, now.set);
}

void hss_tell_leaver(struct hss *me, const struct subscriber *before,
                     bool (*is_told)(void *ctx, struct slice scscf),
                     telling_fn *done, void *ctx)
{
    struct change c = {.t = telling_new(me, done, ctx),
                       .before = before,
                       .info = S("the subscription has been removed")};

    for (size_t i = 0; i < before->nsets; i++) {
        const struct subscriber_set *was = &before->sets[i];

        if (subscriber_set_is_served(was) && is_told(ctx, where(&c, was)))
            tell_left_set(&c, was);
    }
    telling_run(c.t, before->id);
}
