/* SPDX-License-Identifier: MIT
 *
 * The user profile as it is sent to an S-CSCF: TS 29.228 annex B, from the
 * identities of one implicit registration set and the catalogue.
 */
#include "hss/store_sqlite.h"

/* ---- filter criteria ---------------------------------------------------- */

static enum ims_err groups_read(struct store_db *db, struct arena *a,
                                int64_t ifc, int64_t n, struct profile_spt *spt,
                                struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_SPT_GROUPS, "ii", ifc, n);
    struct db_rows r = {.size = sizeof(uint32_t)};
    enum ims_err err;
    uint32_t *group;

    while (!(err = db_row(db, q, why))) {
        group = r.n < UINT8_MAX ? db_rows_add(db, a, &r) : NULL;
        if (group)
            *group = (uint32_t)db_int(q, 0);
    }
    spt->groups = r.p;
    spt->ngroups = (uint8_t)r.n;
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

static void spt_of_row(struct store_db *db, sqlite3_stmt *q, struct arena *a,
                       struct profile_spt *spt)
{
    spt->kind = (uint8_t)db_int(q, 1);
    spt->negated = db_int(q, 2) != 0;
    spt->session_case = (uint8_t)db_int(q, 3);
    spt->registrations = (uint8_t)db_int(q, 4);
    spt->name = db_text(db, q, 5, a);
    if (!db_is_null(q, 6))
        spt->content = db_text(db, q, 6, a);
}

static enum ims_err spts_read(struct store_db *db, struct arena *a, int64_t ifc,
                              const struct profile_spt **out, struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_SPTS, "i", ifc);
    const struct profile_spt **last = out;
    enum ims_err err;

    *out = NULL;
    while (!(err = db_row(db, q, why))) {
        struct profile_spt *spt = db_alloc(db, a, sizeof(*spt));

        if (!spt)
            continue;
        spt_of_row(db, q, a, spt);
        err = groups_read(db, a, ifc, db_int(q, 0), spt, why);
        if (err)
            break;
        *last = spt;
        last = &spt->next;
    }
    db_done(q);
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

static void ifc_of_row(struct store_db *db, sqlite3_stmt *q, struct arena *a,
                       struct profile_ifc *ifc)
{
    ifc->priority = (uint32_t)db_int(q, 1);
    ifc->part = (uint8_t)db_int(q, 2);
    ifc->server = db_text(db, q, 3, a);
    ifc->service_info = db_text(db, q, 4, a);
    ifc->session_terminated = db_int(q, 5) != 0;
    ifc->include_request = db_int(q, 6) != 0;
    ifc->include_response = db_int(q, 7) != 0;
    ifc->cnf = db_int(q, 8) != 0;
}

enum ims_err ifcs_read(struct store_db *db, struct arena *a, int64_t profile,
                       int64_t shared, const struct profile_ifc **out,
                       struct why *why)
{
    sqlite3_stmt *q = profile ? db_bind(db, SQL_IFCS_OF_PROFILE, "i", profile)
                              : db_bind(db, SQL_IFCS_OF_SHARED, "i", shared);
    const struct profile_ifc **last = out;
    enum ims_err err;

    *out = NULL;
    while (!(err = db_row(db, q, why))) {
        struct profile_ifc *ifc = db_alloc(db, a, sizeof(*ifc));

        if (!ifc)
            continue;
        ifc_of_row(db, q, a, ifc);
        err = spts_read(db, a, db_int(q, 0), &ifc->spts, why);
        if (err)
            break;
        *last = ifc;
        last = &ifc->next;
    }
    db_done(q);
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

/* ---- a service profile -------------------------------------------------- */

static enum ims_err shared_read(struct store_db *db, struct arena *a,
                                int64_t profile, struct profile_service *out,
                                struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_PROFILE_SHARED, "i", profile);
    struct db_rows r = {.size = sizeof(uint32_t)};
    enum ims_err err;
    uint32_t *id;

    while (!(err = db_row(db, q, why))) {
        id = r.n < UINT16_MAX ? db_rows_add(db, a, &r) : NULL;
        if (id)
            *id = (uint32_t)db_int(q, 0);
    }
    out->shared_ifc_sets = r.p;
    out->nshared = (uint16_t)r.n;
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

static enum ims_err services_read(struct store_db *db, struct arena *a,
                                  int64_t profile, struct profile_service *out,
                                  struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_PROFILE_SERVICES, "i", profile);
    const struct profile_service_id **last = &out->service_ids;
    enum ims_err err;

    while (!(err = db_row(db, q, why))) {
        struct profile_service_id *id = db_alloc(db, a, sizeof(*id));

        if (!id)
            continue;
        id->id = db_text(db, q, 0, a);
        *last = id;
        last = &id->next;
    }
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

enum ims_err profile_service_read(struct store_db *db, struct arena *a,
                                  int64_t profile, struct profile_service *out,
                                  struct why *why)
{
    sqlite3_stmt *q;
    enum ims_err err;

    *out = (struct profile_service){.media_profile = PROFILE_NO_MEDIA_PROFILE};
    if (!profile)
        return IMS_OK;
    q = db_bind(db, SQL_PROFILE_MEDIA, "i", profile);
    err = db_row(db, q, why);
    if (err)
        return err;
    if (!db_is_null(q, 0))
        out->media_profile = (int32_t)db_int(q, 0);
    db_done(q);
    err = ifcs_read(db, a, profile, 0, &out->ifcs, why);
    if (!err)
        err = shared_read(db, a, profile, out, why);
    return err ? err : services_read(db, a, profile, out, why);
}

/* ---- the profile of a set ----------------------------------------------- */

/* One service profile under construction. */
struct part {
    int64_t profile;
    struct profile_service *service;
    const struct profile_identity **last;
    size_t rank; /* place in the set of its first identity not barred */
};

static struct profile_identity *
identity_of_row(struct store_db *db, sqlite3_stmt *q, struct arena *a)
{
    struct profile_identity *id = db_alloc(db, a, sizeof(*id));

    if (!id)
        return NULL;
    id->impu = db_text(db, q, 0, a);
    id->type = (uint8_t)db_int(q, 1);
    id->barred = db_int(q, 2) != 0;
    id->alias_group = db_text(db, q, 4, a);
    id->display_name = db_text(db, q, 5, a);
    if (id->type == PROFILE_WILDCARDED_PSI ||
        id->type == PROFILE_WILDCARDED_IMPU)
        id->wildcard = id->impu;
    return id;
}

static struct part *part_of(struct store_db *db, struct arena *a,
                            struct db_rows *parts, int64_t profile)
{
    struct profile_service *service;
    struct part *p = parts->p;

    for (size_t i = 0; i < parts->n; i++) {
        if (p[i].profile == profile)
            return &p[i];
    }
    service = db_alloc(db, a, sizeof(*service));
    p = service ? db_rows_add(db, a, parts) : NULL;
    if (!p)
        return NULL;
    p->profile = profile;
    p->rank = SIZE_MAX;
    p->service = service;
    return p;
}

static void part_add(struct part *p, const struct profile_identity *id,
                     size_t place)
{
    if (!p->last)
        p->last = &p->service->identities;
    *p->last = id;
    p->last = (const struct profile_identity **)&id->next;
    if (!id->barred && place < p->rank)
        p->rank = place;
}

static enum ims_err parts_read(struct store_db *db, struct arena *a,
                               int64_t set, struct db_rows *parts,
                               struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_IDENTITIES_OF_SET, "i", set);
    size_t place = 0;
    enum ims_err err;

    while (!(err = db_row(db, q, why))) {
        struct profile_identity *id = identity_of_row(db, q, a);
        struct part *p = part_of(db, a, parts, db_int(q, 3));

        if (id && p)
            part_add(p, id, place++);
    }
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

/* TS 29.228 6.5: the set's first identity that is not barred is the default,
 * so the service profile that has it comes first. */
static int by_rank(const void *a, const void *b)
{
    const struct part *x = a, *y = b;

    return (x->rank > y->rank) - (x->rank < y->rank);
}

static const struct profile_service *parts_in_order(struct db_rows *parts)
{
    const struct profile_service *first = NULL;
    const struct profile_service **last = &first;
    struct part *p = parts->p;

    if (parts->n)
        qsort(p, parts->n, sizeof(*p), by_rank);
    for (size_t i = 0; i < parts->n; i++) {
        *last = p[i].service;
        last = &p[i].service->next;
    }
    return first;
}

/* Puts a chain into another one, both by ascending priority. */
static const struct profile_ifc *merge(const struct profile_ifc *a,
                                       const struct profile_ifc *b)
{
    const struct profile_ifc *first = NULL, **last = &first;

    while (a || b) {
        const struct profile_ifc **from =
            !b || (a && a->priority <= b->priority) ? &a : &b;

        *last = *from;
        last = (const struct profile_ifc **)&(*from)->next;
        *from = (*from)->next;
    }
    return first;
}

/* For an S-CSCF that knows no shared sets (TS 29.229 7.1.1, SiFC). */
static enum ims_err expand(struct store_db *db, struct arena *a,
                           struct profile_service *s, struct why *why)
{
    const struct profile_ifc *ifcs;
    enum ims_err err = IMS_OK;

    for (unsigned i = 0; i < s->nshared && !err; i++) {
        err = ifcs_read(db, a, 0, s->shared_ifc_sets[i], &ifcs, why);
        if (!err)
            s->ifcs = merge(s->ifcs, ifcs);
    }
    s->nshared = 0;
    return err;
}

static enum ims_err services_of_parts(struct store_db *db, struct arena *a,
                                      struct db_rows *parts, bool expand_shared,
                                      struct why *why)
{
    struct part *p = parts->p;
    enum ims_err err = IMS_OK;

    for (size_t i = 0; i < parts->n && !err; i++) {
        const struct profile_identity *ids = p[i].service->identities;

        err = profile_service_read(db, a, p[i].profile, p[i].service, why);
        p[i].service->identities = ids;
        if (!err && expand_shared)
            err = expand(db, a, p[i].service, why);
    }
    return err;
}

static enum ims_err charging_of_set(struct store_db *db, struct arena *a,
                                    int64_t set, struct profile_charging *out,
                                    struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_CHARGING_OF_SET, "i", set);
    enum ims_err err = db_row(db, q, why);

    *out = (struct profile_charging){0};
    if (err == IMS_NOT_FOUND)
        return IMS_OK;
    if (err)
        return err;
    out->primary_ecf = db_text(db, q, 0, a);
    out->secondary_ecf = db_text(db, q, 1, a);
    out->primary_ccf = db_text(db, q, 2, a);
    out->secondary_ccf = db_text(db, q, 3, a);
    db_done(q);
    return IMS_OK;
}

enum ims_err store_profile(struct store *s, struct arena *a,
                           const struct store_profile_ask *ask,
                           struct ims_profile **profile,
                           struct profile_charging *charging, struct why *why)
{
    struct store_db *db = &s->reader;
    struct db_rows parts = {.size = sizeof(struct part)};
    struct ims_profile *p = db_alloc(db, a, sizeof(*p));
    struct profile_charging c;
    enum ims_err err = parts_read(db, a, ask->set, &parts, why);

    if (!err)
        err = services_of_parts(db, a, &parts, ask->expand_shared, why);
    if (!err)
        err = charging_of_set(db, a, ask->set, &c, why);
    err = db_read_end(db, err, why);
    if (err)
        return err;
    p->impi = slice_keep(a, ask->impi);
    p->services = parts_in_order(&parts);
    *profile = p;
    *charging = c;
    return IMS_OK;
}
