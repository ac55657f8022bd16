/* SPDX-License-Identifier: MIT
 *
 * Another profile from the HSS, TS 24.229 5.4.1.8, TS 29.228 6.2.2:
 *
 *   PPR -> User-Data? -> whose set? -> default as before? -> replaced -> PPA
 *          5009          5001          B5012                 5008
 *
 * What is stored changes at once: the next request finds the new profile and
 * charging addresses. Contacts stay. New authentication data makes old
 * challenges void, whatever becomes of the rest.
 *
 * S-PPR-1, H-CX-6.
 */
#include "ims/xml.h"
#include "scscf/scscf.h"

struct update {
    struct scscf *me;
    struct cx_request *request;
    const struct cx_ppr *ppr;
};

static void refuse(struct update *u, unsigned result, const char *sentence)
{
    record_say(u->me->env->record, cx_request_about(u->request), "S-PPR-1",
               "TS 29.228 6.2.2", "PPR for %.*s refused with %s: %s",
               SLICE_ARG(u->ppr->impi), cx_result_name(result), sentence);
    cx_refuse(u->request, result, slice_of(sentence));
}

enum { NEWS_MAX = 96 };

static void tell_news(const struct cx_ppr *ppr, char text[NEWS_MAX])
{
    struct buf b;

    buf_over(&b, text, NEWS_MAX - 1);
    if (ppr->user_data.p)
        buf_str(&b, "a new profile");
    if (ppr->charging)
        buf_printf(&b, "%snew charging addresses", b.n ? ", " : "");
    if (ppr->item)
        buf_printf(&b, "%snew authentication data", b.n ? ", " : "");
    if (!b.n)
        buf_str(&b, "nothing new");
    text[b.n] = '\0';
}

static void confirm(struct update *u, struct irs *irs)
{
    struct cx_ppa ppa = {.outcome.result = CX_SUCCESS};
    char news[NEWS_MAX];

    if (u->ppr->charging)
        irs_set_charging(irs, u->ppr->charging);
    tell_news(u->ppr, news);
    record_say(u->me->env->record, cx_request_about(u->request), "S-PPR-1",
               "TS 24.229 5.4.1.8", "%.*s has %s", SLICE_ARG(irs_default(irs)),
               news);
    cx_ppa_answer(u->request, &ppa);
}

/* ---- charging addresses alone: of every set of the private identity -------
 */

static void charge(struct update *u)
{
    struct irs *last = NULL;

    for (struct irs *irs = registrar_first(u->me->registrar); irs;
         irs = registrar_next(irs)) {
        if (!irs_is_of(irs, u->ppr->impi))
            continue;
        if (u->ppr->charging)
            irs_set_charging(irs, u->ppr->charging);
        last = irs;
    }
    if (last)
        confirm(u, last);
    else
        refuse(u, CX_USER_UNKNOWN, "the private identity is not known here");
}

/* ---- a profile ----------------------------------------------------------- */

/* The set that an identity of the profile belongs to here. */
static struct irs *set_of(const struct update *u, const struct ims_profile *p)
{
    const struct profile_service *service = NULL;

    for (const struct profile_identity *id = profile_next(p, &service, NULL);
         id; id = profile_next(p, &service, id)) {
        struct irs_identity *known = registrar_find(u->me->registrar, id->impu);

        if (known && irs_is_of(known->irs, u->ppr->impi))
            return known->irs;
    }
    return NULL;
}

/* TS 29.228 6.5: the default identity changes by a registration alone. */
static bool keeps_default(const struct irs *irs, const struct ims_profile *p)
{
    const struct profile_identity *id = profile_default(p);

    if (!id)
        id = profile_find(p, irs_default(irs), NULL);
    return id && slice_eq(id->impu, irs_default(irs));
}

static void replace(struct update *u, const struct irs *irs,
                    const struct ims_profile *p)
{
    const struct profile_identity *id = profile_find(p, irs_default(irs), NULL);
    struct irs *now;
    struct why why;
    enum ims_err err = registrar_put(u->me->registrar, u->ppr->user_data,
                                     id->impu, &now, &why);

    if (err == IMS_OK) {
        confirm(u, now);
        scscf_settle(u->me, now);
    } else
        refuse(u,
               err == IMS_FULL ? CX_TOO_MUCH_DATA : CX_NOT_SUPPORTED_USER_DATA,
               why.text);
}

static void update(struct update *u, const struct ims_profile *p)
{
    struct irs *irs = set_of(u, p);

    if (!irs)
        refuse(u, CX_USER_UNKNOWN,
               "no set of that private identity with one of these public "
               "identities is known here");
    else if (!keeps_default(irs, p))
        refuse(u, CX_UNABLE_TO_COMPLY,
               "another default identity needs a new registration");
    else
        replace(u, irs, p);
}

void scscf_ppr(void *ctx, struct cx_request *r, const struct cx_ppr *ppr)
{
    struct update u = {.me = ctx, .request = r, .ppr = ppr};
    struct ims_profile *p;
    struct arena scratch;
    struct why why;
    enum ims_err err;

    if (ppr->item)
        challenges_forget(u.me->challenges, ppr->impi);
    if (!ppr->user_data.p) {
        charge(&u);
        return;
    }
    arena_init(&scratch, 4096, REGISTRAR_PROFILE_BYTES);
    err = profile_parse(ppr->user_data, &scratch, &p, &why);
    if (err == IMS_OK)
        update(&u, p);
    else
        refuse(&u,
               err == IMS_FULL || err == IMS_TOO_LARGE
                   ? CX_TOO_MUCH_DATA
                   : CX_NOT_SUPPORTED_USER_DATA,
               why.text);
    arena_fini(&scratch);
}
