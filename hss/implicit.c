/* SPDX-License-Identifier: MIT
 *
 * Implicit registration sets, TS 29.228 6.5: one state, one profile.
 *
 * H-CX-6.
 */
#include "hss/implicit.h"
#include <assert.h>

/* ---- profile ------------------------------------------------------------ */

/* TS 29.228 annex B.2.1A: who asked by an identity that a wildcard matched is
 * told of that identity beside the wildcard. */
static bool name_matched(struct work *w, struct ims_profile *p)
{
    const struct profile_service *service;
    const struct profile_identity *id;
    struct profile_identity *matched;

    if (slice_eq(w->public.name, identity_slice(&w->impu)))
        return true;
    id = profile_find(p, w->public.name, &service);
    matched = arena_alloc(&w->arena, sizeof(*matched));
    assert(id);
    if (!matched)
        return work_fail_full(w);
    *matched = *id;
    matched->impu = identity_slice(&w->impu);
    matched->wildcard = id->impu;
    if (id->type == PROFILE_WILDCARDED_IMPU)
        matched->type = PROFILE_NON_DISTINCT_IMPU;
    matched->next = id->next;
    ((struct profile_identity *)id)->next = matched;
    return true;
}

enum ims_err implicit_charging(struct arena *a,
                               const struct profile_charging *c,
                               const struct cx_charging **charging,
                               struct why *why)
{
    struct cx_charging *out;

    *charging = NULL;
    if (c->primary_ccf.n + c->primary_ecf.n == 0)
        return IMS_OK;
    out = arena_alloc(a, sizeof(*out));
    if (!out)
        return why_set(why, IMS_FULL,
                       "no memory is left for the charging "
                       "addresses");
    *out = (struct cx_charging){
        .primary_ecf = work_avp(c->primary_ecf),
        .secondary_ecf = work_avp(c->secondary_ecf),
        .primary_ccf = work_avp(c->primary_ccf),
        .secondary_ccf = work_avp(c->secondary_ccf),
    };
    *charging = out;
    return IMS_OK;
}

/* A request without private identity gets the profile for any of them
 * (TS 29.228 6.1.2.1); a service may have none. */
static struct slice profile_impi(const struct work *w)
{
    if (w->impi.n)
        return w->impi;
    return w->pairs.n ? w->pairs.p[0].name : w->public.name;
}

enum ims_err implicit_print(struct arena *a, const struct ims_profile *profile,
                            struct slice *user_data, struct why *why)
{
    struct buf xml;
    enum ims_err err;

    buf_init(&xml, XML_MAX_BYTES);
    err = profile_write(profile, &xml, why);
    if (!err)
        *user_data = slice_keep(a, buf_slice(&xml));
    buf_fini(&xml);
    if (!err && !user_data->p)
        err = why_set(why, IMS_FULL, "no memory is left for the profile");
    return err;
}

bool implicit_profile(struct work *w, bool expand, struct slice *user_data,
                      const struct cx_charging **charging)
{
    struct store_profile_ask ask = {
        .set = w->public.set, .impi = profile_impi(w), .expand_shared = expand};
    struct profile_charging addresses;
    struct ims_profile *profile;
    struct why why;
    enum ims_err err = store_profile(w->me->store, &w->arena, &ask, &profile,
                                     &addresses, &why);

    if (err)
        return work_fail(w, err, &why);
    if (!name_matched(w, profile))
        return false;
    err = implicit_print(&w->arena, profile, user_data, &why);
    if (!err)
        err = implicit_charging(&w->arena, &addresses, charging, &why);
    return err ? work_fail(w, err, &why) : true;
}

/* ---- private identities ------------------------------------------------- */

bool implicit_privates(struct work *w, bool registered_only, size_t least,
                       const struct cx_texts **privates)
{
    struct cx_texts *out = arena_zalloc(&w->arena, sizeof(*out));
    struct slice *v = arena_alloc(&w->arena, (w->pairs.n + 1) * sizeof(*v));

    if (!out || !v)
        return work_fail_full(w);
    for (size_t i = 0; i < w->pairs.n; i++) {
        if (w->pairs.p[i].registered || !registered_only)
            v[out->count++] = w->pairs.p[i].name;
    }
    out->v = v;
    *privates = out->count < least ? NULL : out;
    return true;
}

bool implicit_registered_elsewhere(const struct store_pairs *pairs,
                                   int64_t impi)
{
    for (size_t i = 0; i < pairs->n; i++) {
        if (pairs->p[i].registered && pairs->p[i].impi != impi)
            return true;
    }
    return false;
}
