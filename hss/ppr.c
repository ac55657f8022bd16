/* SPDX-License-Identifier: MIT
 *
 * Update of user information, TS 29.228 6.2.2:
 *
 *   the set's profile and charging addresses as stored -> PPR -> PPA
 *       USER_UNKNOWN   -> PPR by another private identity that is registered
 *       TOO_MUCH_DATA  -> RTR SERVER_CHANGE: a larger S-CSCF may take him
 *
 * Filter criteria of shared sets are sent themselves, not their numbers:
 * nothing tells the HSS that an S-CSCF has them.
 *
 * H-CX-5, H-CX-6.
 */
#include "hss/ppr.h"
#include "crypto/encode.h"
#include "hss/implicit.h"
#include "hss/rtr.h"
#include "hss/vectors.h"
#include <assert.h>

struct ppr {
    struct tell tell;
    int64_t sub;
    struct slice impu;
    size_t unknown; /* private identities that the S-CSCF does not know */
    size_t known;   /* those that it may be asked by */
};

struct pushed_set {
    struct store_public public;
    struct slice impi, user_data;
    const struct cx_charging *charging;
};

static void on_ppa(void *ctx, enum ims_err err, const struct cx_ppa *ppa)
{
    tell_answered(ctx, err, err ? 0 : ppa->outcome.result);
}

/* Registered ones first to last; of a set without any of these the first; of
 * a service without private identity its own name. */
static struct slice choose_impi(struct ppr *p, const struct store_pairs *pairs,
                                struct slice none)
{
    size_t skip = p->unknown;
    struct slice chosen = pairs->n ? pairs->p[0].name : none;

    p->known = 0;
    for (size_t i = 0; i < pairs->n; i++) {
        if (!pairs->p[i].registered)
            continue;
        if (p->known++ == skip)
            chosen = pairs->p[i].name;
    }
    return chosen;
}

static enum ims_err read_set(struct ppr *p, struct pushed_set *out,
                             struct why *why)
{
    struct store *store = p->tell.t->me->store;
    struct arena *a = &p->tell.t->arena;
    struct store_profile_ask ask = {.expand_shared = true};
    struct profile_charging addresses;
    struct ims_profile *profile;
    struct store_pairs pairs;
    enum ims_err err = store_find_public(store, a, p->impu, &out->public, why);

    if (!err)
        err = store_pairs_of_set(store, a, out->public.set, &pairs, why);
    if (err)
        return err;
    out->impi = choose_impi(p, &pairs, out->public.name);
    ask.set = out->public.set;
    ask.impi = out->impi;
    err = store_profile(store, a, &ask, &profile, &addresses, why);
    if (!err)
        err = implicit_print(a, profile, &out->user_data, why);
    if (!err)
        err = implicit_charging(a, &addresses, &out->charging, why);
    return err;
}

static bool fail(struct tell *w, enum ims_err err, const struct why *why)
{
    w->told.err = err;
    w->told.sentence = arena_printf(&w->t->arena, "%s", why->text);
    return false;
}

static bool transmit(struct tell *w, const struct cx_path *to)
{
    struct ppr *p = container_of(w, struct ppr, tell);
    struct pushed_set set = {.impi = {0}};
    struct why why;
    enum ims_err err = read_set(p, &set, &why);
    struct cx_ppr ppr = {.path = *to,
                         .impi = set.impi,
                         .user_data = set.user_data,
                         .charging = set.charging};

    if (err)
        return fail(w, err, &why);
    if (!slice_eq_nocase(set.public.scscf, w->told.scscf)) {
        w->told.success = true;
        w->told.sentence = S("it does not serve the user any more");
        return false;
    }
    w->ticket = cx_ppr_send(w->t->me->cx, &ppr, (struct slice){0}, on_ppa, w);
    return true;
}

static void change_server(struct ppr *p);

static bool answered(struct tell *w)
{
    struct ppr *p = container_of(w, struct ppr, tell);

    if (w->told.err)
        return false;
    if (w->told.result == CX_TOO_MUCH_DATA)
        change_server(p);
    return w->told.result == CX_USER_UNKNOWN && ++p->unknown < p->known;
}

void ppr_add(struct telling *t, int64_t sub, struct slice impu,
             struct slice scscf)
{
    struct ppr *p = arena_zalloc(&t->arena, sizeof(*p));

    assert(p);
    p->sub = sub;
    p->impu = impu;
    p->tell.told =
        (struct told){.command = "PPR", .scscf = scscf, .about = impu};
    p->tell.send = transmit;
    p->tell.answered = answered;
    tell_add(t, &p->tell);
}

/* 6.2.2.1: nobody waits for that but the record. */
static void change_server(struct ppr *p)
{
    hss_terminate(
        p->tell.t->me,
        &(struct terminate_ask){.sub = p->sub,
                                .reason = CX_SERVER_CHANGE,
                                .info = S("the profile has become too large"),
                                .impus = {&p->impu, 1}},
        NULL, NULL);
    p->tell.told.sentence =
        S("the S-CSCF has no room for the profile: the user is deregistered "
          "there, so that another S-CSCF may take him");
}

/* ---- a password ---------------------------------------------------------- */

struct password {
    struct tell tell;
    struct slice impi;
};

/* The item cannot say "none" (TS 29.228 6.2.2): an HA1 that nobody knows. */
static struct subscriber_ha1 unknown_ha1(struct password *p)
{
    uint8_t bytes[16]; /* of MD5 */
    char hex[2 * sizeof(bytes)];

    dice_bytes(p->tell.t->me->env->dice, bytes, sizeof(bytes));
    hex_encode(bytes, sizeof(bytes), hex);
    return (struct subscriber_ha1){
        .algorithm = DIGEST_MD5,
        .realm = identity_realm(p->impi),
        .hex = slice_keep(&p->tell.t->arena, slice_at(hex, sizeof(hex)))};
}

static enum ims_err read_password(struct password *p, struct cx_auth_items *out,
                                  struct why *why)
{
    struct store *store = p->tell.t->me->store;
    struct arena *a = &p->tell.t->arena;
    struct subscriber_private auth;
    struct subscriber_ha1 none;
    struct store_private private;
    enum ims_err err = store_find_private(store, p->impi, &private, why);

    if (!err)
        err = store_authentication(store, a, private.id, &auth, why);
    if (err)
        return err;
    auth.impi = p->impi;
    if (!auth.nha1s) {
        none = unknown_ha1(p);
        auth.ha1s = &none;
        auth.nha1s = 1;
    }
    err = vectors_digest(a, &auth, out, why);
    secret_wipe(&auth.key, sizeof(auth.key));
    return err;
}

static bool transmit_password(struct tell *w, const struct cx_path *to)
{
    struct password *p = container_of(w, struct password, tell);
    struct cx_ppr ppr = {.path = *to, .impi = p->impi};
    struct cx_auth_items items;
    struct why why;
    enum ims_err err = read_password(p, &items, &why);

    if (err)
        return fail(w, err, &why);
    ppr.item = items.v;
    w->ticket = cx_ppr_send(w->t->me->cx, &ppr, (struct slice){0}, on_ppa, w);
    return true;
}

static bool password_answered(struct tell *w)
{
    if (!w->told.err && w->told.result == CX_USER_UNKNOWN) {
        w->told.success = true;
        w->told.sentence = S("the S-CSCF did not know the user any more");
    }
    return false;
}

void ppr_add_password(struct telling *t, struct slice impi, struct slice scscf)
{
    struct password *p = arena_zalloc(&t->arena, sizeof(*p));

    assert(p);
    p->impi = impi;
    p->tell.told =
        (struct told){.command = "PPR", .scscf = scscf, .about = impi};
    p->tell.send = transmit_password;
    p->tell.answered = password_answered;
    tell_add(t, &p->tell);
}

/* ---- what an administrator pushes --------------------------------------- */

struct push {
    struct telling *t;
    struct push_ask ask;
    struct store_waiter waiter;
};

static void decide(void *ctx);

void hss_push(struct hss *me, const struct push_ask *ask, telling_fn *done,
              void *ctx)
{
    struct telling *t = telling_new(me, done, ctx);
    struct push *p = arena_zalloc(&t->arena, sizeof(*p));

    assert(p);
    p->t = t;
    p->ask.sub = ask->sub;
    p->ask.impus = telling_keep(t, &ask->impus);
    t->waiter = &p->waiter;
    store_when_idle(me->store, ask->sub, &p->waiter, decide, p);
}

static bool is_meant(const struct push *p, const struct subscriber_set *set)
{
    for (size_t i = 0; i < p->ask.impus.count; i++) {
        if (subscriber_set_has(set, p->ask.impus.v[i]))
            return true;
    }
    return p->ask.impus.count == 0;
}

static void decide(void *ctx)
{
    struct push *p = ctx;
    struct telling *t = p->t;
    struct subscriber s;
    struct why why;
    enum ims_err err =
        store_read(t->me->store, &t->arena, p->ask.sub, &s, &why);

    for (size_t i = 0; !err && i < s.nsets; i++) {
        if (subscriber_set_is_served(&s.sets[i]) && is_meant(p, &s.sets[i]))
            ppr_add(t, p->ask.sub, subscriber_default(&s.sets[i]),
                    s.sets[i].scscf);
    }
    if (!err && list_is_empty(&t->requests))
        err = why_set(&why, IMS_CONFLICT,
                      "no S-CSCF serves it, so there is nobody to tell");
    if (err)
        telling_fail(t, err, &why);
    else
        telling_run(t, p->ask.sub);
}
