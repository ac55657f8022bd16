/* SPDX-License-Identifier: MIT
 *
 * Reading a whole subscriber, secrets included: what leaves the node is the
 * reader's business.
 */
#include "crypto/encode.h"
#include "hss/store_sqlite.h"

/* ---- the subscription's own data ---------------------------------------- */

static enum ims_err capabilities_read(struct store_db *db, struct arena *a,
                                      int64_t id, bool mandatory,
                                      struct db_rows *r, struct why *why)
{
    sqlite3_stmt *q =
        db_bind(db, SQL_CAPABILITIES, "ii", id, (int64_t)mandatory);
    enum ims_err err;
    uint32_t *value;

    *r = (struct db_rows){.size = sizeof(uint32_t)};
    while (!(err = db_row(db, q, why))) {
        value = db_rows_add(db, a, r);
        if (value)
            *value = (uint32_t)db_int(q, 0);
    }
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

static enum ims_err visited_read(struct store_db *db, struct arena *a,
                                 int64_t id, struct subscriber *out,
                                 struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_VISITED, "i", id);
    struct db_rows r = {.size = sizeof(struct slice)};
    enum ims_err err;
    struct slice *s;

    while (!(err = db_row(db, q, why))) {
        s = db_rows_add(db, a, &r);
        if (s)
            *s = db_text(db, q, 0, a);
    }
    out->visited = r.p;
    out->nvisited = r.n;
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

static enum ims_err subscription_read(struct store_db *db, struct arena *a,
                                      int64_t id, struct subscriber *out,
                                      struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_SUBSCRIPTION_READ, "i", id);
    enum ims_err err = db_row(db, q, why);
    struct db_rows mandatory, optional;

    if (err)
        return err;
    out->id = id;
    out->charging = db_text(db, q, 0, a);
    out->version = (uint64_t)db_int(q, 1);
    db_done(q);
    err = capabilities_read(db, a, id, true, &mandatory, why);
    if (!err)
        err = capabilities_read(db, a, id, false, &optional, why);
    if (err)
        return err;
    out->mandatory = mandatory.p;
    out->nmandatory = mandatory.n;
    out->optional = optional.p;
    out->noptional = optional.n;
    return visited_read(db, a, id, out, why);
}

enum ims_err store_subscription(struct store *s, struct arena *a, int64_t sub,
                                struct subscriber *out, struct why *why)
{
    struct subscriber found = {0};
    enum ims_err err = is_hidden(&s->reader, sub)
                           ? why_set(why, IMS_NOT_FOUND, "not in the store")
                           : subscription_read(&s->reader, a, sub, &found, why);

    err = db_read_end(&s->reader, err, why);
    if (!err)
        *out = found;
    return err;
}

/* ---- authentication data ------------------------------------------------ */

static void ha1_of_row(struct store_db *db, sqlite3_stmt *q, struct arena *a,
                       struct subscriber_ha1 *h)
{
    struct slice bytes = db_peek(q, 2);
    char *hex = db_alloc(db, a, 2 * bytes.n);

    h->algorithm = algorithm_of_number((unsigned)db_int(q, 0));
    h->realm = db_text(db, q, 1, a);
    if (!hex)
        return;
    hex_encode(bytes.p, bytes.n, hex);
    h->hex = slice_at(hex, 2 * bytes.n);
}

static enum ims_err ha1s_read(struct store_db *db, struct arena *a,
                              int64_t impi, struct subscriber_private *out,
                              struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_HA1S, "i", impi);
    struct db_rows r = {.size = sizeof(struct subscriber_ha1)};
    enum ims_err err;

    while (!(err = db_row(db, q, why))) {
        struct subscriber_ha1 *h = db_rows_add(db, a, &r);

        if (h)
            ha1_of_row(db, q, a, h);
    }
    out->ha1s = r.p;
    out->nha1s = r.n;
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

static void key_of_row(sqlite3_stmt *q, struct subscriber_private *out)
{
    struct slice k = db_peek(q, 1), opc = db_peek(q, 2), op = db_peek(q, 5);
    unsigned amf = (unsigned)db_int(q, 3);

    out->algorithm = algorithm_of_number((unsigned)db_int(q, 0));
    out->has_key = k.n == sizeof(out->key.k) && opc.n == sizeof(out->key.opc);
    if (out->has_key) {
        memcpy(out->key.k, k.p, k.n);
        memcpy(out->key.opc, opc.p, opc.n);
    }
    out->has_op = out->has_key && op.n == sizeof(out->op);
    if (out->has_op)
        memcpy(out->op, op.p, op.n);
    out->amf[0] = (uint8_t)(amf >> 8);
    out->amf[1] = (uint8_t)amf;
    out->sqn = (uint64_t)db_int(q, 4);
}

static enum ims_err authentication_read(struct store_db *db, struct arena *a,
                                        int64_t impi,
                                        struct subscriber_private *out,
                                        struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_AUTHENTICATION, "i", impi);
    enum ims_err err = db_row(db, q, why);

    if (err)
        return err;
    key_of_row(q, out);
    db_done(q);
    return ha1s_read(db, a, impi, out, why);
}

enum ims_err store_authentication(struct store *s, struct arena *a,
                                  int64_t impi, struct subscriber_private *out,
                                  struct why *why)
{
    struct subscriber_private found = {0};
    enum ims_err err = authentication_read(&s->reader, a, impi, &found, why);

    err = db_read_end(&s->reader, err, why);
    if (!err)
        *out = found;
    return err;
}

/* ---- identities --------------------------------------------------------- */

/* ids: of the private identities, in their order. */
static enum ims_err privates_read(struct store_db *db, struct arena *a,
                                  struct subscriber *out, struct db_rows *ids,
                                  struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_PRIVATES_OF, "i", out->id);
    struct db_rows r = {.size = sizeof(struct subscriber_private)};
    enum ims_err err;

    while (!(err = db_row(db, q, why))) {
        struct subscriber_private *p = db_rows_add(db, a, &r);
        int64_t *id = db_rows_add(db, a, ids);

        if (!p || !id)
            continue;
        *id = db_int(q, 0);
        p->impi = db_text(db, q, 1, a);
        err = authentication_read(db, a, *id, p, why);
        if (err)
            break;
    }
    db_done(q);
    out->privates = r.p;
    out->nprivates = r.n;
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

static enum ims_err publics_read(struct store_db *db, struct arena *a,
                                 int64_t set, struct subscriber_set *out,
                                 struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_PUBLICS_OF_SET, "i", set);
    struct db_rows r = {.size = sizeof(struct subscriber_public)};
    enum ims_err err;

    while (!(err = db_row(db, q, why))) {
        struct subscriber_public *p = db_rows_add(db, a, &r);

        if (!p)
            continue;
        p->impu = db_text(db, q, 0, a);
        p->type = (enum profile_identity_type)db_int(q, 1);
        p->barred = db_int(q, 2) != 0;
        p->profile = db_text(db, q, 3, a);
        p->alias_group = db_text(db, q, 4, a);
        p->display_name = db_text(db, q, 5, a);
        p->psi_server = db_text(db, q, 6, a);
        p->psi_inactive = db_int(q, 7) != 0;
    }
    out->publics = r.p;
    out->npublics = r.n;
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

static uint16_t index_of(const struct db_rows *ids, int64_t id)
{
    const int64_t *p = ids->p;
    uint16_t i = 0;

    while (i < ids->n && p[i] != id)
        i++;
    return i;
}

static void add_index(struct store_db *db, struct arena *a, struct db_rows *r,
                      uint16_t i)
{
    uint16_t *p = db_rows_add(db, a, r);

    if (p)
        *p = i;
}

static enum ims_err pairs_read(struct store_db *db, struct arena *a,
                               int64_t set, const struct db_rows *ids,
                               struct subscriber_set *out, struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_PAIRS_OF_SET, "i", set);
    struct db_rows all = {.size = sizeof(uint16_t)}, on = all;
    enum ims_err err;

    while (!(err = db_row(db, q, why))) {
        uint16_t i = index_of(ids, db_int(q, 0));

        add_index(db, a, &all, i);
        if (db_int(q, 2))
            add_index(db, a, &on, i);
    }
    out->registered = on.p;
    out->nregistered = on.n;
    if (all.n < ids->n) { /* else every one, which is told by none */
        out->privates = all.p;
        out->nprivates = all.n;
    }
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

static enum ims_err set_read(struct store_db *db, struct arena *a,
                             sqlite3_stmt *q, const struct db_rows *ids,
                             struct subscriber_set *out, struct why *why)
{
    int64_t set = db_int(q, 0);
    enum ims_err err;

    out->state = (enum registration_state)db_int(q, 1);
    out->scscf = db_text(db, q, 2, a);
    err = publics_read(db, a, set, out, why);
    return err ? err : pairs_read(db, a, set, ids, out, why);
}

static enum ims_err sets_read(struct store_db *db, struct arena *a,
                              struct subscriber *out, const struct db_rows *ids,
                              struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_SETS_OF, "i", out->id);
    struct db_rows r = {.size = sizeof(struct subscriber_set)};
    enum ims_err err;

    while (!(err = db_row(db, q, why))) {
        struct subscriber_set *set = db_rows_add(db, a, &r);

        err = set ? set_read(db, a, q, ids, set, why) : IMS_OK;
        if (err)
            break;
    }
    db_done(q);
    out->sets = r.p;
    out->nsets = r.n;
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

enum ims_err subscriber_read(struct store_db *db, struct arena *a, int64_t id,
                             struct subscriber *out, struct why *why)
{
    struct db_rows ids = {.size = sizeof(int64_t)};
    struct subscriber found = {0};
    enum ims_err err = subscription_read(db, a, id, &found, why);

    if (!err)
        err = privates_read(db, a, &found, &ids, why);
    if (!err)
        err = sets_read(db, a, &found, &ids, why);
    err = db_read_end(db, err, why);
    if (!err)
        *out = found;
    return err;
}

enum ims_err store_read(struct store *s, struct arena *a, int64_t id,
                        struct subscriber *out, struct why *why)
{
    if (is_hidden(&s->reader, id))
        return why_set(why, IMS_NOT_FOUND, "not in the store");
    return subscriber_read(&s->reader, a, id, out, why);
}
