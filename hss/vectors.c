/* SPDX-License-Identifier: MIT
 *
 * Authentication vectors, TS 33.102 annex C, TS 29.228 6.3.
 *
 * H-AUC-1.
 */
#include "hss/vectors.h"
#include "crypto/aka.h"
#include <assert.h>

/* ---- scheme ---------------------------------------------------------------
 */

/* What the profile says; Digest-AKAv2-MD5 has no scheme of Cx. */
static const char *provisioned_scheme(const struct subscriber_private *p)
{
    switch (digest_algorithm_aka(p->algorithm)) {
    case 1: return CX_SCHEME_AKAV1;
    case 2: return CX_SCHEME_AKAV2;
    default: return CX_SCHEME_DIGEST;
    }
}

static bool has_data(const struct subscriber_private *p, const char *scheme)
{
    return strcmp(scheme, CX_SCHEME_DIGEST) == 0 ? p->nha1s > 0 : p->has_key;
}

enum ims_err vectors_scheme(struct slice asked,
                            const struct subscriber_private *p,
                            const char **scheme, struct why *why)
{
    static const char *const ours[] = {CX_SCHEME_AKAV1, CX_SCHEME_AKAV2,
                                       CX_SCHEME_DIGEST};
    const char *found = NULL;

    if (slice_eq(asked, S(CX_SCHEME_UNKNOWN)))
        found = provisioned_scheme(p);
    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
        if (slice_eq(asked, slice_of(ours[i])))
            found = ours[i];
    }
    if (!found || !has_data(p, found))
        return why_set(why, IMS_UNSUPPORTED,
                       "%.*s cannot be authenticated by \"%.*s\"",
                       SLICE_ARG(p->impi), SLICE_ARG(slice_first(asked, 60)));
    *scheme = found;
    return IMS_OK;
}

/* ---- sequence numbers -----------------------------------------------------
 */

bool vectors_take(struct vectors_counter *c, unsigned n, uint64_t *first,
                  uint64_t *ceiling)
{
    assert(n > 0 && n <= VECTORS_MAX);
    if (sqn_seq(c->used) + n > sqn_seq(c->ceiling)) {
        *ceiling = sqn_advance(c->used, VECTORS_BLOCK);
        return false;
    }
    *first = sqn_advance(c->used, 1);
    c->used = sqn_advance(c->used, n);
    return true;
}

enum ims_err vectors_resync(const struct subscriber_private *p,
                            struct slice rand_auts, struct vectors_counter *c,
                            struct why *why)
{
    const uint8_t *rand = (const uint8_t *)rand_auts.p;
    uint64_t sqn_ms, sqn_he;

    if (rand_auts.n != AKA_RAND + AKA_AUTS)
        return why_set(why, IMS_MALFORMED,
                       "RAND and AUTS have %zu bytes instead of %d",
                       rand_auts.n, AKA_RAND + AKA_AUTS);
    if (!p->has_key || !aka_auts_open(&p->key, rand, rand + AKA_RAND, &sqn_ms))
        return why_set(why, IMS_FORBIDDEN,
                       "the synchronisation token is not of the card of %.*s",
                       SLICE_ARG(p->impi));
    sqn_he = sqn_resync(c->used, sqn_ms);
    if (sqn_he != c->used)
        *c = (struct vectors_counter){sqn_he, sqn_he};
    return IMS_OK;
}

/* ---- items ----------------------------------------------------------------
 */

static enum ims_err no_room(struct why *why)
{
    return why_set(why, IMS_FULL, "no memory is left for an answer");
}

/* RAND || AUTN goes out as one piece, as the vector has it. */
static void fill_item(struct cx_auth_item *item, const struct aka_vector *v)
{
    _Static_assert(offsetof(struct aka_vector, rand) == 0 &&
                       offsetof(struct aka_vector, autn) == AKA_RAND,
                   "one piece of the vector");
    item->authenticate = slice_at(v, AKA_RAND + AKA_AUTN);
    item->authorization = slice_at(v->xres, AKA_RES);
    item->ck = slice_at(v->ck, AKA_KEY);
    item->ik = slice_at(v->ik, AKA_KEY);
}

enum ims_err vectors_aka(struct arena *a, const struct subscriber_private *p,
                         const char *scheme, uint64_t first, unsigned n,
                         struct dice *dice, struct cx_auth_items *out,
                         struct why *why)
{
    struct cx_auth_item *items = arena_zalloc(a, n * sizeof(*items));
    struct aka_vector *vectors = arena_alloc(a, n * sizeof(*vectors));

    assert(n > 0 && n <= VECTORS_MAX && p->has_key);
    if (!items || !vectors)
        return no_room(why);
    for (unsigned i = 0; i < n; i++) {
        uint8_t rand[AKA_RAND];

        dice_bytes(dice, rand, sizeof(rand));
        aka_vector_make(&p->key, p->amf, sqn_advance(first, i), rand,
                        &vectors[i]);
        items[i].number = i + 1;
        items[i].scheme = slice_of(scheme);
        fill_item(&items[i], &vectors[i]);
    }
    *out = (struct cx_auth_items){items, n};
    return IMS_OK;
}

static const struct subscriber_ha1 *
choose_ha1(const struct subscriber_private *p)
{
    for (size_t i = 0; i < p->nha1s; i++) {
        if (p->ha1s[i].algorithm == p->algorithm)
            return &p->ha1s[i];
    }
    return &p->ha1s[0];
}

enum ims_err vectors_digest(struct arena *a, const struct subscriber_private *p,
                            struct cx_auth_items *out, struct why *why)
{
    struct cx_auth_item *item = arena_zalloc(a, sizeof(*item));
    struct cx_digest *digest = arena_zalloc(a, sizeof(*digest));
    const struct subscriber_ha1 *ha1;

    assert(p->nha1s > 0);
    if (!item || !digest)
        return no_room(why);
    ha1 = choose_ha1(p);
    *digest = (struct cx_digest){
        .realm = ha1->realm,
        .algorithm = slice_of(digest_algorithm_name(ha1->algorithm)),
        .qop = S("auth"),
        .ha1 = ha1->hex,
    };
    item->number = 1;
    item->scheme = S(CX_SCHEME_DIGEST);
    item->digest = digest;
    *out = (struct cx_auth_items){item, 1};
    return IMS_OK;
}
