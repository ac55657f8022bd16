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
    struct slice profile;
    struct profile_service *service;
    const struct profile_identity **last;
    size_t rank; /* place in the set of its first identity not barred */
};

static void identity_of(const struct subscriber_public *p,
                        struct profile_identity *id)
{
    *id = (struct profile_identity){.impu = p->impu,
                                    .type = (uint8_t)p->type,
                                    .barred = p->barred,
                                    .alias_group = p->alias_group,
                                    .display_name = p->display_name};
    if (id->type == PROFILE_WILDCARDED_PSI ||
        id->type == PROFILE_WILDCARDED_IMPU)
        id->wildcard = id->impu;
}

static struct part *part_of(struct store *s, struct arena *a,
                            struct db_rows *parts, struct slice profile)
{
    static const struct profile_service nothing = {
        .media_profile = PROFILE_NO_MEDIA_PROFILE};
    const struct profile_service *known;
    struct profile_service *service;
    struct part *p = parts->p;

    for (size_t i = 0; i < parts->n; i++) {
        if (slice_eq(p[i].profile, profile))
            return &p[i];
    }
    service = db_alloc(&s->reader, a, sizeof(*service));
    p = service ? db_rows_add(&s->reader, a, parts) : NULL;
    if (!p)
        return NULL;
    known = profile.n ? cache_profile(s, profile) : NULL;
    *service = known ? *known : nothing;
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

static void parts_read(struct store *s, struct arena *a,
                       const struct subscriber_set *set, struct db_rows *parts)
{
    struct profile_identity *ids =
        db_alloc(&s->reader, a, set->npublics * sizeof(*ids));

    for (size_t i = 0; ids && i < set->npublics; i++) {
        struct part *p = part_of(s, a, parts, set->publics[i].profile);

        identity_of(&set->publics[i], &ids[i]);
        if (p)
            part_add(p, &ids[i], i);
    }
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

    if (parts->n > 1)
        qsort(p, parts->n, sizeof(*p), by_rank);
    for (size_t i = 0; i < parts->n; i++) {
        *last = p[i].service;
        last = &p[i].service->next;
    }
    return first;
}

/* Both chains, by ascending priority, in copies. */
static const struct profile_ifc *merge(struct store_db *db, struct arena *a,
                                       const struct profile_ifc *x,
                                       const struct profile_ifc *y)
{
    const struct profile_ifc *first = NULL, **last = &first;

    while (x || y) {
        const struct profile_ifc **from =
            !y || (x && x->priority <= y->priority) ? &x : &y;
        struct profile_ifc *copy = db_alloc(db, a, sizeof(*copy));

        if (!copy)
            return first;
        *copy = **from;
        copy->next = NULL;
        *last = copy;
        last = (const struct profile_ifc **)&copy->next;
        *from = (*from)->next;
    }
    return first;
}

static const struct profile_ifc *shared_ifcs(const struct catalogue *c,
                                             uint32_t id)
{
    const struct catalogue_shared *s = c->shared;

    while (s && s->id != id)
        s = s->next;
    return s ? s->ifcs : NULL;
}

/* For an S-CSCF that knows no shared sets (TS 29.229 7.1.1, SiFC). */
static void expand(struct store *s, struct arena *a,
                   struct profile_service *service)
{
    for (unsigned i = 0; i < service->nshared; i++)
        service->ifcs = merge(
            &s->reader, a, service->ifcs,
            shared_ifcs(&s->cache.catalogue, service->shared_ifc_sets[i]));
    service->nshared = 0;
}

static struct slice keep(struct store *s, struct arena *a, struct slice text)
{
    struct slice kept = slice_keep(a, text);

    s->reader.arena_full = s->reader.arena_full || !kept.p;
    return kept;
}

static struct profile_charging charging_of(struct store *s, struct arena *a,
                                           struct slice name)
{
    const struct catalogue_charging *c = s->cache.catalogue.charging;
    struct profile_charging found = {.primary_ecf = {0}};

    while (c && !slice_eq(c->name, name))
        c = c->next;
    if (!c || !name.n)
        return found;
    found.primary_ecf = keep(s, a, c->addresses.primary_ecf);
    found.secondary_ecf = keep(s, a, c->addresses.secondary_ecf);
    found.primary_ccf = keep(s, a, c->addresses.primary_ccf);
    found.secondary_ccf = keep(s, a, c->addresses.secondary_ccf);
    return found;
}

enum ims_err store_profile(struct store *s, struct arena *a,
                           const struct store_profile_ask *ask,
                           struct ims_profile **profile,
                           struct profile_charging *charging, struct why *why)
{
    struct db_rows parts = {.size = sizeof(struct part)};
    struct ims_profile *p = db_alloc(&s->reader, a, sizeof(*p));
    const struct record *r = NULL;
    enum ims_err err = cache_catalogue(s, why);
    size_t at;

    if (!err)
        err = cache_record(s, record_sub(ask->set), &r, why);
    if (err)
        return db_read_end(&s->reader, err, why);
    at = record_set_at(r, ask->set);
    if (at != SIZE_MAX)
        parts_read(s, a, &r->sets[at], &parts);
    for (size_t i = 0; i < parts.n && ask->expand_shared; i++)
        expand(s, a, ((struct part *)parts.p)[i].service);
    *charging = charging_of(s, a, r->s.charging);
    err = db_read_end(&s->reader, IMS_OK, why);
    if (err)
        return err;
    p->impi = ask->impi;
    p->services = parts_in_order(&parts);
    *profile = p;
    return IMS_OK;
}

static bool serves(const struct profile_ifc *f)
{
    for (; f; f = f->next) {
        if (f->part != PROFILE_REGISTERED)
            return true;
    }
    return false;
}

static bool service_serves(const struct catalogue *c,
                           const struct profile_service *p)
{
    if (serves(p->ifcs))
        return true;
    for (unsigned i = 0; i < p->nshared; i++) {
        if (serves(shared_ifcs(c, p->shared_ifc_sets[i])))
            return true;
    }
    return false;
}

enum ims_err store_serves_unregistered(struct store *s, int64_t set, bool *out,
                                       struct why *why)
{
    const struct record *r = NULL;
    enum ims_err err = cache_catalogue(s, why);
    size_t at;

    if (!err)
        err = cache_record(s, record_sub(set), &r, why);
    if (err && err != IMS_NOT_FOUND)
        return err;
    *out = false;
    at = err ? SIZE_MAX : record_set_at(r, set);
    for (size_t i = 0; at != SIZE_MAX && i < r->sets[at].npublics; i++) {
        const struct profile_service *p =
            cache_profile(s, r->sets[at].publics[i].profile);

        *out = *out || (p && service_serves(&s->cache.catalogue, p));
    }
    return IMS_OK;
}
