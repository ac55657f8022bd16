/* SPDX-License-Identifier: MIT
 *
 * The catalogue: charging sets, service profiles and shared iFC sets, which
 * subscribers refer to by name. An entry that exists is left as it is.
 */
#include "hss/store_sqlite.h"
#include <stdio.h>

/* ---- inserting ---------------------------------------------------------- */

static enum ims_err spt_insert(struct store_db *w, int64_t ifc, int64_t n,
                               const struct profile_spt *spt, struct why *why)
{
    bool any = spt->content.p == NULL;
    sqlite3_stmt *q =
        db_bind(w, any ? SQL_SPT_INSERT_ANY : SQL_SPT_INSERT,
                any ? "iiiiiiT" : "iiiiiiTt", ifc, n, (int64_t)spt->kind,
                (int64_t)spt->negated, (int64_t)spt->session_case,
                (int64_t)spt->registrations, spt->name, spt->content);
    enum ims_err err = db_run(w, q, why);

    for (unsigned i = 0; i < spt->ngroups && !err; i++)
        err = db_run(w,
                     db_bind(w, SQL_SPT_GROUP_INSERT, "iii", ifc, n,
                             (int64_t)spt->groups[i]),
                     why);
    return err;
}

static enum ims_err ifc_insert(struct store_db *w, int64_t profile,
                               int64_t shared, const struct profile_ifc *ifc,
                               struct why *why)
{
    enum ims_err err =
        db_run(w,
               db_bind(w, SQL_IFC_INSERT, "iiiitTiiii", profile, shared,
                       (int64_t)ifc->priority, (int64_t)ifc->part, ifc->server,
                       ifc->service_info, (int64_t)ifc->session_terminated,
                       (int64_t)ifc->include_request,
                       (int64_t)ifc->include_response, (int64_t)ifc->cnf),
               why);
    int64_t id = sqlite3_last_insert_rowid(w->db);
    int64_t n = 0;

    if (err == IMS_EXISTS)
        return why_set(why, IMS_CONFLICT,
                       "two filter criteria have the priority %u",
                       ifc->priority);
    for (const struct profile_spt *s = ifc->spts; s && !err; s = s->next)
        err = spt_insert(w, id, n++, s, why);
    return err;
}

enum ims_err ifcs_insert(struct store_db *w, int64_t profile, int64_t shared,
                         const struct profile_ifc *ifc, struct why *why)
{
    enum ims_err err = IMS_OK;

    for (; ifc && !err; ifc = ifc->next)
        err = ifc_insert(w, profile, shared, ifc, why);
    return err;
}

/* What exists stays as it is. */
static enum ims_err insert(struct store_db *w, sqlite3_stmt *q, bool *is_new,
                           struct why *why)
{
    enum ims_err err = db_run(w, q, why);

    *is_new = !err;
    return err == IMS_EXISTS ? IMS_OK : err;
}

static enum ims_err charging_insert(struct store_db *w,
                                    const struct catalogue_charging *c,
                                    bool *is_new, struct why *why)
{
    return insert(w,
                  db_bind(w, SQL_CHARGING_INSERT, "tTTTT", c->name,
                          c->addresses.primary_ecf, c->addresses.secondary_ecf,
                          c->addresses.primary_ccf, c->addresses.secondary_ccf),
                  is_new, why);
}

static enum ims_err shared_insert(struct store_db *w,
                                  const struct catalogue_shared *c,
                                  bool *is_new, struct why *why)
{
    enum ims_err err = insert(
        w, db_bind(w, SQL_SHARED_INSERT, "i", (int64_t)c->id), is_new, why);

    return *is_new ? ifcs_insert(w, 0, c->id, c->ifcs, why) : err;
}

static enum ims_err shared_refer(struct store_db *w, int64_t profile,
                                 uint32_t shared, struct why *why)
{
    enum ims_err err = db_run(
        w,
        db_bind(w, SQL_PROFILE_SHARED_INSERT, "ii", profile, (int64_t)shared),
        why);

    if (err == IMS_CONFLICT)
        return why_set(why, IMS_NOT_FOUND, "there is no shared iFC set %u",
                       shared);
    return err;
}

enum ims_err profile_details(struct store_db *w, int64_t id,
                             const struct profile_service *s, struct why *why)
{
    enum ims_err err = ifcs_insert(w, id, 0, s->ifcs, why);
    int64_t n = 0;

    for (unsigned i = 0; i < s->nshared && !err; i++)
        err = shared_refer(w, id, s->shared_ifc_sets[i], why);
    for (const struct profile_service_id *i = s->service_ids; i && !err;
         i = i->next)
        err = db_run(
            w, db_bind(w, SQL_PROFILE_SERVICE_INSERT, "iit", id, n++, i->id),
            why);
    return err;
}

static enum ims_err profile_insert(struct store_db *w,
                                   const struct catalogue_profile *p,
                                   bool *is_new, struct why *why)
{
    enum ims_err err = insert(w,
                              db_bind(w, SQL_PROFILE_INSERT, "ti", p->name,
                                      (int64_t)p->service.media_profile),
                              is_new, why);

    return *is_new ? profile_details(w, sqlite3_last_insert_rowid(w->db),
                                     &p->service, why)
                   : err;
}

static enum ims_err note(struct store_db *w, enum catalogue_kind kind,
                         struct slice name, struct why *why)
{
    return db_run(w, db_bind(w, SQL_BROUGHT_INSERT, "it", (int64_t)kind, name),
                  why);
}

static enum ims_err note_shared(struct store_db *w, uint32_t id,
                                struct why *why)
{
    char name[12];

    snprintf(name, sizeof(name), "%u", id);
    return note(w, CATALOGUE_SHARED, slice_of(name), why);
}

/* Profiles refer to shared sets: those come first. */
enum ims_err catalogue_insert(struct store_db *w, const struct catalogue *c,
                              bool noted, struct why *why)
{
    enum ims_err err = IMS_OK;
    bool is_new = false;

    for (struct catalogue_charging *i = c->charging; i && !err; i = i->next) {
        err = charging_insert(w, i, &is_new, why);
        if (!err && is_new && noted)
            err = note(w, CATALOGUE_CHARGING, i->name, why);
    }
    for (struct catalogue_shared *i = c->shared; i && !err; i = i->next) {
        err = shared_insert(w, i, &is_new, why);
        if (!err && is_new && noted)
            err = note_shared(w, i->id, why);
    }
    for (struct catalogue_profile *i = c->profiles; i && !err; i = i->next) {
        err = profile_insert(w, i, &is_new, why);
        if (!err && is_new && noted)
            err = note(w, CATALOGUE_PROFILE, i->name, why);
    }
    return err;
}

/* ---- reading ------------------------------------------------------------ */

static enum ims_err charging_read(struct store_db *db, struct arena *a,
                                  struct catalogue *out, struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_CHARGING_ALL, "");
    struct catalogue_charging **last = &out->charging;
    enum ims_err err;

    while (!(err = db_row(db, q, why))) {
        struct catalogue_charging *c = db_alloc(db, a, sizeof(*c));

        if (!c)
            continue;
        c->name = db_text(db, q, 0, a);
        c->addresses.primary_ecf = db_text(db, q, 1, a);
        c->addresses.secondary_ecf = db_text(db, q, 2, a);
        c->addresses.primary_ccf = db_text(db, q, 3, a);
        c->addresses.secondary_ccf = db_text(db, q, 4, a);
        *last = c;
        last = &c->next;
    }
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

static enum ims_err profiles_read(struct store_db *db, struct arena *a,
                                  struct catalogue *out, struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_PROFILE_ALL, "");
    struct catalogue_profile **last = &out->profiles;
    enum ims_err err;

    while (!(err = db_row(db, q, why))) {
        struct catalogue_profile *p = db_alloc(db, a, sizeof(*p));

        if (!p)
            continue;
        p->name = db_text(db, q, 1, a);
        err = profile_service_read(db, a, db_int(q, 0), &p->service, why);
        if (err)
            break;
        *last = p;
        last = &p->next;
    }
    db_done(q);
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

static enum ims_err shared_sets_read(struct store_db *db, struct arena *a,
                                     struct catalogue *out, struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_SHARED_ALL, "");
    struct catalogue_shared **last = &out->shared;
    enum ims_err err;

    while (!(err = db_row(db, q, why))) {
        struct catalogue_shared *c = db_alloc(db, a, sizeof(*c));

        if (!c)
            continue;
        c->id = (uint32_t)db_int(q, 0);
        err = ifcs_read(db, a, 0, c->id, &c->ifcs, why);
        if (err)
            break;
        *last = c;
        last = &c->next;
    }
    db_done(q);
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

enum ims_err store_catalogue(struct store *s, struct arena *a,
                             struct catalogue *out, struct why *why)
{
    return catalogue_read(&s->reader, a, out, why);
}

enum ims_err catalogue_read(struct store_db *db, struct arena *a,
                            struct catalogue *out, struct why *why)
{
    struct catalogue found = {0};
    enum ims_err err = charging_read(db, a, &found, why);

    if (!err)
        err = profiles_read(db, a, &found, why);
    if (!err)
        err = shared_sets_read(db, a, &found, why);
    err = db_read_end(db, err, why);
    if (!err)
        *out = found;
    return err;
}
