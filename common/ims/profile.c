/* SPDX-License-Identifier: MIT */
#include "ims/profile.h"

const struct profile_identity *
profile_next(const struct ims_profile *p,
             const struct profile_service **service,
             const struct profile_identity *id)
{
    if (id && id->next)
        return id->next;
    *service = *service ? (*service)->next : p->services;
    while (*service && !(*service)->identities)
        *service = (*service)->next;
    return *service ? (*service)->identities : NULL;
}

const struct profile_identity *
profile_find(const struct ims_profile *p, struct slice impu,
             const struct profile_service **service)
{
    const struct profile_service *s = NULL;
    const struct profile_identity *id = profile_next(p, &s, NULL);

    while (id && !slice_eq(id->impu, impu))
        id = profile_next(p, &s, id);
    if (service)
        *service = s;
    return id;
}

bool profile_identity_is_public(const struct profile_identity *id)
{
    return !id->barred && (id->type == PROFILE_PUBLIC_USER_IDENTITY ||
                           id->type == PROFILE_NON_DISTINCT_IMPU);
}

const struct profile_identity *profile_default(const struct ims_profile *p)
{
    const struct profile_service *s = NULL;
    const struct profile_identity *id = profile_next(p, &s, NULL);

    while (id && !profile_identity_is_public(id))
        id = profile_next(p, &s, id);
    return id;
}

/* ---- copying --------------------------------------------------------------
 */

/* Where the copy goes; once it is full everything else is left out. */
struct target {
    struct arena *arena;
    bool full;
};

static void *copy_bytes(struct target *t, const void *from, size_t n)
{
    void *p = t->full || n == 0 ? NULL : arena_alloc(t->arena, n);

    if (!p) {
        t->full = t->full || n > 0;
        return NULL;
    }
    return memcpy(p, from, n);
}

static void copy_text(struct target *t, struct slice *text)
{
    if (t->full || !text->p)
        return;
    *text = slice_keep(t->arena, *text);
    t->full = !text->p;
}

static const struct profile_identity *
copy_identities(struct target *t, const struct profile_identity *from)
{
    const struct profile_identity *first = NULL, **at = &first;

    for (; from; from = from->next) {
        struct profile_identity *id = copy_bytes(t, from, sizeof(*id));

        if (!id)
            return NULL;
        copy_text(t, &id->impu);
        copy_text(t, &id->wildcard);
        copy_text(t, &id->display_name);
        copy_text(t, &id->alias_group);
        id->next = NULL;
        *at = id;
        at = &id->next;
    }
    return first;
}

static const struct profile_spt *copy_spts(struct target *t,
                                           const struct profile_spt *from)
{
    const struct profile_spt *first = NULL, **at = &first;

    for (; from; from = from->next) {
        struct profile_spt *spt = copy_bytes(t, from, sizeof(*spt));

        if (!spt)
            return NULL;
        copy_text(t, &spt->name);
        copy_text(t, &spt->content);
        spt->groups =
            copy_bytes(t, spt->groups, spt->ngroups * sizeof(*spt->groups));
        spt->next = NULL;
        *at = spt;
        at = &spt->next;
    }
    return first;
}

static const struct profile_ifc *copy_ifcs(struct target *t,
                                           const struct profile_ifc *from)
{
    const struct profile_ifc *first = NULL, **at = &first;

    for (; from; from = from->next) {
        struct profile_ifc *ifc = copy_bytes(t, from, sizeof(*ifc));

        if (!ifc)
            return NULL;
        copy_text(t, &ifc->server);
        copy_text(t, &ifc->service_info);
        ifc->spts = copy_spts(t, ifc->spts);
        ifc->next = NULL;
        *at = ifc;
        at = &ifc->next;
    }
    return first;
}

static const struct profile_service_id *
copy_service_ids(struct target *t, const struct profile_service_id *from)
{
    const struct profile_service_id *first = NULL, **at = &first;

    for (; from; from = from->next) {
        struct profile_service_id *id = copy_bytes(t, from, sizeof(*id));

        if (!id)
            return NULL;
        copy_text(t, &id->id);
        id->next = NULL;
        *at = id;
        at = &id->next;
    }
    return first;
}

static const struct profile_service *
copy_services(struct target *t, const struct profile_service *from)
{
    const struct profile_service *first = NULL, **at = &first;

    for (; from; from = from->next) {
        struct profile_service *s = copy_bytes(t, from, sizeof(*s));

        if (!s)
            return NULL;
        s->identities = copy_identities(t, s->identities);
        s->ifcs = copy_ifcs(t, s->ifcs);
        s->service_ids = copy_service_ids(t, s->service_ids);
        s->shared_ifc_sets = copy_bytes(
            t, s->shared_ifc_sets, s->nshared * sizeof(*s->shared_ifc_sets));
        s->next = NULL;
        *at = s;
        at = &s->next;
    }
    return first;
}

struct ims_profile *profile_copy(struct arena *a, const struct ims_profile *p)
{
    struct target t = {a, false};
    struct ims_profile *copy = copy_bytes(&t, p, sizeof(*copy));

    if (!copy)
        return NULL;
    copy_text(&t, &copy->impi);
    copy->services = copy_services(&t, p->services);
    return t.full ? NULL : copy;
}
