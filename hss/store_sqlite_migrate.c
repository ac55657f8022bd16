/* SPDX-License-Identifier: MIT
 *
 * Step 5 of the schema: subscriptions that were spread over ten tables.
 */
#include "crypto/encode.h"
#include "hss/store_sqlite.h"
#include "hss/store_sqlite_numbers.h"

struct old {
    struct store_db *db;
    struct arena *a;
    struct subscriber s;
    struct subscriber_private *privates;
    struct subscriber_set *sets;
    int64_t privates_id[SUBSCRIBER_MAX_PRIVATES];
    int64_t sets_id[SUBSCRIBER_MAX_SETS];
};

static enum ims_err end_of(enum ims_err err)
{
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

/* ---- the subscription's own data ---------------------------------------- */

static enum ims_err capabilities(struct old *o, bool mandatory,
                                 const uint32_t **out, size_t *n,
                                 struct why *why)
{
    sqlite3_stmt *q =
        db_bind(o->db, SQL_OLD_CAPABILITIES, "ii", o->s.id, (int64_t)mandatory);
    struct db_rows r = {.size = sizeof(uint32_t)};
    enum ims_err err;

    while (!(err = db_row(o->db, q, why)))
        *(uint32_t *)db_rows_add(o->db, o->a, &r) = (uint32_t)db_int(q, 0);
    *out = r.p;
    *n = r.n;
    return end_of(err);
}

static enum ims_err visited(struct old *o, struct why *why)
{
    sqlite3_stmt *q = db_bind(o->db, SQL_OLD_VISITED, "i", o->s.id);
    struct db_rows r = {.size = sizeof(struct slice)};
    enum ims_err err;

    while (!(err = db_row(o->db, q, why)))
        *(struct slice *)db_rows_add(o->db, o->a, &r) =
            db_text(o->db, q, 0, o->a);
    o->s.visited = r.p;
    o->s.nvisited = r.n;
    return end_of(err);
}

/* ---- private identities ------------------------------------------------- */

static enum ims_err ha1s(struct old *o, int64_t impi,
                         struct subscriber_private *p, struct why *why)
{
    sqlite3_stmt *q = db_bind(o->db, SQL_OLD_HA1S, "i", impi);
    struct db_rows r = {.size = sizeof(struct subscriber_ha1)};
    enum ims_err err;

    while (!(err = db_row(o->db, q, why))) {
        struct subscriber_ha1 *h = db_rows_add(o->db, o->a, &r);
        struct slice bytes = db_peek(q, 2);
        char *hex = arena_alloc(o->a, 2 * bytes.n);

        hex_encode(bytes.p, bytes.n, hex);
        h->algorithm = algorithm_of_number((unsigned)db_int(q, 0));
        h->realm = db_text(o->db, q, 1, o->a);
        h->hex = slice_at(hex, 2 * bytes.n);
    }
    p->ha1s = r.p;
    p->nha1s = r.n;
    return end_of(err);
}

static void private_of_row(struct old *o, sqlite3_stmt *q,
                           struct subscriber_private *p)
{
    struct slice k = db_peek(q, 3), opc = db_peek(q, 4), op = db_peek(q, 7);
    unsigned amf = (unsigned)db_int(q, 5);

    p->impi = db_text(o->db, q, 1, o->a);
    p->algorithm = algorithm_of_number((unsigned)db_int(q, 2));
    p->has_key = k.n == sizeof(p->key.k) && opc.n == sizeof(p->key.opc);
    if (p->has_key) {
        memcpy(p->key.k, k.p, k.n);
        memcpy(p->key.opc, opc.p, opc.n);
    }
    p->has_op = p->has_key && op.n == sizeof(p->op);
    if (p->has_op)
        memcpy(p->op, op.p, op.n);
    p->amf[0] = (uint8_t)(amf >> 8);
    p->amf[1] = (uint8_t)amf;
    p->sqn = (uint64_t)db_int(q, 6);
}

static enum ims_err privates(struct old *o, struct why *why)
{
    sqlite3_stmt *q = db_bind(o->db, SQL_OLD_PRIVATES, "i", o->s.id);
    struct db_rows r = {.size = sizeof(struct subscriber_private)};
    enum ims_err err = IMS_OK;

    while (!err && r.n < SUBSCRIBER_MAX_PRIVATES &&
           !(err = db_row(o->db, q, why))) {
        struct subscriber_private *p = db_rows_add(o->db, o->a, &r);

        o->privates_id[r.n - 1] = db_int(q, 0);
        private_of_row(o, q, p);
        err = ha1s(o, o->privates_id[r.n - 1], p, why);
    }
    db_done(q);
    o->s.privates = o->privates = r.p;
    o->s.nprivates = r.n;
    return end_of(err);
}

static uint16_t place_of(const struct old *o, int64_t impi)
{
    uint16_t i = 0;

    while (i < o->s.nprivates && o->privates_id[i] != impi)
        i++;
    return i;
}

/* ---- sets --------------------------------------------------------------- */

static enum ims_err publics(struct old *o, int64_t id,
                            struct subscriber_set *set, struct why *why)
{
    sqlite3_stmt *q = db_bind(o->db, SQL_OLD_PUBLICS, "i", id);
    struct db_rows r = {.size = sizeof(struct subscriber_public)};
    enum ims_err err;

    while (!(err = db_row(o->db, q, why))) {
        struct subscriber_public *p = db_rows_add(o->db, o->a, &r);

        p->impu = db_text(o->db, q, 0, o->a);
        p->type = (enum profile_identity_type)db_int(q, 1);
        p->barred = db_int(q, 2) != 0;
        p->profile = db_text(o->db, q, 3, o->a);
        p->alias_group = db_text(o->db, q, 4, o->a);
        p->display_name = db_text(o->db, q, 5, o->a);
        p->psi_server = db_text(o->db, q, 6, o->a);
        p->psi_inactive = db_int(q, 7) != 0;
    }
    set->publics = r.p;
    set->npublics = r.n;
    return end_of(err);
}

static enum ims_err pairs(struct old *o, int64_t id, struct subscriber_set *set,
                          struct why *why)
{
    sqlite3_stmt *q = db_bind(o->db, SQL_OLD_PAIRS, "i", id);
    struct db_rows all = {.size = sizeof(uint16_t)}, on = all;
    enum ims_err err;

    while (!(err = db_row(o->db, q, why))) {
        uint16_t at = place_of(o, db_int(q, 0));

        *(uint16_t *)db_rows_add(o->db, o->a, &all) = at;
        if (db_int(q, 1))
            *(uint16_t *)db_rows_add(o->db, o->a, &on) = at;
    }
    set->registered = on.p;
    set->nregistered = on.n;
    if (all.n < o->s.nprivates) { /* else every one, which is told by none */
        set->privates = all.p;
        set->nprivates = all.n;
    }
    return end_of(err);
}

static enum ims_err sets(struct old *o, struct why *why)
{
    sqlite3_stmt *q = db_bind(o->db, SQL_OLD_SETS, "i", o->s.id);
    struct db_rows r = {.size = sizeof(struct subscriber_set)};
    enum ims_err err = IMS_OK;

    while (!err && r.n < SUBSCRIBER_MAX_SETS &&
           !(err = db_row(o->db, q, why))) {
        struct subscriber_set *set = db_rows_add(o->db, o->a, &r);

        o->sets_id[r.n - 1] = db_int(q, 0);
        set->state = (enum registration_state)db_int(q, 1);
        set->scscf = db_text(o->db, q, 2, o->a);
        err = publics(o, o->sets_id[r.n - 1], set, why);
        if (!err)
            err = pairs(o, o->sets_id[r.n - 1], set, why);
    }
    db_done(q);
    o->s.sets = o->sets = r.p;
    o->s.nsets = r.n;
    return end_of(err);
}

/* ---- restoration information -------------------------------------------- */

static const struct cx_subscription *subscription_of_row(struct old *o,
                                                         sqlite3_stmt *q)
{
    struct cx_subscription *sub;

    if (db_is_null(q, 6))
        return NULL;
    sub = arena_alloc(o->a, sizeof(*sub));
    sub->call_id = db_text(o->db, q, 6, o->a);
    sub->from = db_text(o->db, q, 7, o->a);
    sub->to = db_text(o->db, q, 8, o->a);
    sub->record_route = db_text(o->db, q, 9, o->a);
    sub->contact = db_text(o->db, q, 10, o->a);
    return sub;
}

/* Rows come by private identity: each begins a group. */
static enum ims_err restorations(struct old *o, int64_t set,
                                 struct cx_scscf_restorations *out,
                                 struct why *why)
{
    sqlite3_stmt *q = db_bind(o->db, SQL_OLD_RESTORATIONS, "i", set);
    struct db_rows groups = {.size = sizeof(struct cx_scscf_restoration)};
    struct db_rows contacts = {.size = sizeof(struct cx_restoration)};
    struct cx_scscf_restoration *group = NULL;
    int64_t impi = 0;
    enum ims_err err;

    while (!(err = db_row(o->db, q, why))) {
        struct cx_restoration *c;

        if (!group || db_int(q, 0) != impi) {
            impi = db_int(q, 0);
            group = db_rows_add(o->db, o->a, &groups);
            group->impi = db_text(o->db, q, 1, o->a);
            group->scheme = db_text(o->db, q, 11, o->a);
            contacts = (struct db_rows){.size = contacts.size};
        }
        c = db_rows_add(o->db, o->a, &contacts);
        c->path = db_text(o->db, q, 2, o->a);
        c->contact = db_text(o->db, q, 3, o->a);
        c->initial_cseq = (uint32_t)db_int(q, 4);
        c->call_id = db_text(o->db, q, 5, o->a);
        c->subscription = subscription_of_row(o, q);
        group->v = contacts.p;
        group->count = contacts.n;
    }
    *out = (struct cx_scscf_restorations){groups.p, groups.n};
    return end_of(err);
}

/* ---- all of them -------------------------------------------------------- */

static enum ims_err write_live(struct old *o, struct why *why)
{
    static const struct record_live none = {.there = false};
    enum ims_err err = IMS_OK;
    struct record r;

    err = record_make(o->a, &o->s, &r, why);
    for (size_t i = 0; i < o->s.nsets && !err; i++) {
        r.sets[i] = o->sets[i];
        err = restorations(o, o->sets_id[i], &r.restorations[i], why);
    }
    return err ? err : live_write(o->db, &none, &r, why);
}

static enum ims_err migrate_one(struct old *o, struct why *why)
{
    enum ims_err err =
        capabilities(o, true, &o->s.mandatory, &o->s.nmandatory, why);
    int64_t id = o->s.id;

    if (!err)
        err = capabilities(o, false, &o->s.optional, &o->s.noptional, why);
    if (!err)
        err = visited(o, why);
    if (!err)
        err = privates(o, why);
    if (!err)
        err = sets(o, why);
    if (!err)
        err = subscriber_insert(o->db, &o->s, &id, why);
    return err ? err : write_live(o, why);
}

enum ims_err migrate_records(struct store_db *db, struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_OLD_SUBSCRIPTIONS, "");
    enum ims_err err = IMS_OK;

    pending_forget(db);
    while (!err && !(err = db_row(db, q, why))) {
        struct arena a;
        struct old o = {.db = db, .a = &a};

        arena_init(&a, 4096, SIZE_MAX); /* bounded by the subscription */
        o.s.id = db_int(q, 0);
        o.s.version = (uint64_t)db_int(q, 1);
        o.s.charging = db_text(db, q, 2, &a);
        err = migrate_one(&o, why);
        arena_fini(&a);
    }
    db_done(q);
    return end_of(err) ? err : pending_write(db, why);
}
