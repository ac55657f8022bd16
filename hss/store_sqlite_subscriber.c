/* SPDX-License-Identifier: MIT
 *
 * Writing a whole subscriber: a new one, a changed one, none any more.
 */
#include "hss/store_sqlite.h"
#include "hss/store_sqlite_pack.h"
#include "ims/identity.h"

/* ---- reading ------------------------------------------------------------ */

enum ims_err subscriber_read(struct store_db *db, struct arena *a, int64_t id,
                             struct record *out, struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_RECORD_READ, "i", id);
    enum ims_err err = db_row(db, q, why);
    struct slice data, live;
    struct record r;

    if (err)
        return err;
    data = db_text(db, q, 1, a);
    live = db_text(db, q, 2, a);
    err = db_read_end(db, IMS_OK, why);
    if (!err)
        err = record_parse(a, data, &r, why);
    if (!err) {
        r.s.id = id;
        r.s.version = (uint64_t)db_int(q, 0);
        err = record_parse_live(a, live, &r, why);
    }
    db_done(q);
    if (!err)
        *out = r;
    return err;
}

/* ---- what is live ------------------------------------------------------- */

struct record_live record_live_of(const struct record *r)
{
    struct record_live l = {.served = record_is_served(r),
                            .registered = record_registered(r)};

    l.there = l.served;
    for (size_t i = 0; i < r->s.nprivates; i++)
        l.there = l.there || r->privates[i].sqn;
    for (size_t i = 0; i < r->s.nsets; i++)
        l.there = l.there || r->sets[i].state != NOT_REGISTERED ||
                  r->sets[i].nregistered || r->restorations[i].count;
    return l;
}

enum ims_err live_write(struct store_db *w, const struct record_live *before,
                        const struct record *now, struct why *why)
{
    struct record_live l = record_live_of(now);
    int64_t id = now->s.id;
    struct slice data;

    w->pending.registered += (int64_t)l.registered - before->registered;
    buf_reset(&w->packed);
    record_pack_live(&w->packed, now);
    data = buf_slice(&w->packed);
    if (!l.there)
        return before->there
                   ? db_run(w, db_bind(w, SQL_LIVE_DELETE, "i", id), why)
                   : IMS_OK;
    if (before->there && before->served == l.served &&
        before->registered == l.registered)
        return db_run(w, db_bind(w, SQL_LIVE_DATA, "bi", data, id), why);
    return db_run(w,
                  db_bind(w, SQL_LIVE_PUT, "iiib", id, (int64_t)l.served,
                          (int64_t)l.registered, data),
                  why);
}

/* ---- identities --------------------------------------------------------- */

typedef enum ims_err name_fn(struct store_db *w, int64_t sub, struct slice name,
                             bool is_private, struct why *why);

static enum ims_err each_name(struct store_db *w, int64_t sub,
                              const struct subscriber *s, name_fn *fn,
                              struct why *why)
{
    enum ims_err err = IMS_OK;

    for (size_t i = 0; i < s->nprivates && !err; i++)
        err = fn(w, sub, s->privates[i].impi, true, why);
    for (size_t i = 0; i < s->nsets && !err; i++) {
        for (size_t k = 0; k < s->sets[i].npublics && !err; k++)
            err = fn(w, sub, s->sets[i].publics[k].impu, false, why);
    }
    return err;
}

static enum ims_err wildcard_insert(struct store_db *w, int64_t sub,
                                    struct slice name, struct why *why)
{
    ssize_t mark = slice_index(name, '!');

    return db_run(w,
                  db_bind(w, SQL_WILDCARD_INSERT, "tti", name,
                          slice_first(name, (size_t)mark), sub),
                  why);
}

static enum ims_err name_insert(struct store_db *w, int64_t sub,
                                struct slice name, bool is_private,
                                struct why *why)
{
    enum ims_err err = db_run(
        w,
        db_bind(w, SQL_IDENTITY_INSERT, "tii", name, (int64_t)is_private, sub),
        why);

    if (err == IMS_EXISTS)
        return why_set(why, err, "the %s identity %.*s exists already",
                       is_private ? "private" : "public", SLICE_ARG(name));
    if (err || is_private || !identity_is_wildcard(name))
        return err;
    return wildcard_insert(w, sub, name, why);
}

static enum ims_err name_delete(struct store_db *w, int64_t sub,
                                struct slice name, bool is_private,
                                struct why *why)
{
    enum ims_err err = db_run(
        w, db_bind(w, SQL_IDENTITY_DELETE, "ti", name, (int64_t)is_private),
        why);

    (void)sub;
    if (err || is_private || !identity_is_wildcard(name))
        return err;
    return db_run(w, db_bind(w, SQL_WILDCARD_DELETE, "t", name), why);
}

/* EXISTS when somebody has it. */
static enum ims_err name_try(struct store_db *w, int64_t sub, struct slice name,
                             bool is_private, struct why *why)
{
    enum ims_err err = db_run(
        w, db_bind(w, SQL_IDENTITY_TRY, "tii", name, (int64_t)is_private, sub),
        why);

    if (!err && sqlite3_changes(w->db) == 0)
        return why_set(why, IMS_EXISTS, "known");
    if (err || is_private || !identity_is_wildcard(name))
        return err;
    return wildcard_insert(w, sub, name, why);
}

static enum ims_err name_take_back(struct store_db *w, int64_t sub,
                                   struct slice name, bool is_private,
                                   struct why *why)
{
    sqlite3_stmt *q =
        db_bind(w, SQL_IDENTITY_FIND, "ti", name, (int64_t)is_private);
    enum ims_err err = db_row(w, q, why);
    bool ours = !err && db_int(q, 0) == sub;

    if (!err)
        db_done(q);
    if (ours)
        return name_delete(w, sub, name, is_private, why);
    return err == IMS_NOT_FOUND ? IMS_OK : err;
}

static bool has_name(const struct subscriber *s, struct slice name,
                     bool is_private)
{
    for (size_t i = 0; is_private && i < s->nprivates; i++) {
        if (slice_eq(s->privates[i].impi, name))
            return true;
    }
    for (size_t i = 0; !is_private && i < s->nsets; i++) {
        if (subscriber_set_has(&s->sets[i], name))
            return true;
    }
    return false;
}

/* Those of s that `other` has not. */
static enum ims_err each_other_name(struct store_db *w,
                                    const struct subscriber *s,
                                    const struct subscriber *other, int64_t sub,
                                    name_fn *fn, struct why *why)
{
    enum ims_err err = IMS_OK;

    for (size_t i = 0; i < s->nprivates && !err; i++) {
        if (!has_name(other, s->privates[i].impi, true))
            err = fn(w, sub, s->privates[i].impi, true, why);
    }
    for (size_t i = 0; i < s->nsets && !err; i++) {
        for (size_t k = 0; k < s->sets[i].npublics && !err; k++) {
            struct slice impu = s->sets[i].publics[k].impu;

            if (!has_name(other, impu, false))
                err = fn(w, sub, impu, false, why);
        }
    }
    return err;
}

/* ---- secrets ------------------------------------------------------------ */

static enum ims_err secrets_check(const struct subscriber_private *p,
                                  struct why *why)
{
    bool aka = digest_algorithm_aka(p->algorithm) != 0, has_ha1 = false;
    uint8_t bytes[HASH_MAX];

    for (size_t i = 0; i < p->nha1s; i++) {
        struct slice hex = p->ha1s[i].hex;

        has_ha1 = has_ha1 || p->ha1s[i].algorithm == p->algorithm;
        if (hex.n / 2 > sizeof(bytes) || !slice_unhex(hex, bytes, hex.n / 2))
            return why_set(why, IMS_MALFORMED, "an HA1 of %.*s is no digest",
                           SLICE_ARG(p->impi));
    }
    secret_wipe(bytes, sizeof(bytes));
    if (aka ? p->has_key : has_ha1)
        return IMS_OK;
    return why_set(why, IMS_MISSING, "%.*s needs %s for %s", SLICE_ARG(p->impi),
                   aka ? "k and op or opc" : "a password or HA1",
                   digest_algorithm_name(p->algorithm));
}

static enum ims_err secrets_check_all(const struct subscriber *s,
                                      struct why *why)
{
    enum ims_err err = IMS_OK;

    for (size_t i = 0; i < s->nprivates && !err; i++)
        err = secrets_check(&s->privates[i], why);
    return err;
}

/* What is not given stays as it was, but for a password of which nothing is
 * said any more: it was good for SIP Digest beside a SIM key. */
static void secrets_keep(struct subscriber_private *now,
                         const struct subscriber_private *given,
                         const struct subscriber_private *was)
{
    if (!given->has_key) {
        now->has_key = was->has_key;
        now->key = was->key;
        now->has_op = was->has_op;
        memcpy(now->op, was->op, sizeof(now->op));
        if (!digest_algorithm_aka(given->algorithm))
            memcpy(now->amf, was->amf, sizeof(now->amf));
    }
    if (given->has_digest && !given->nha1s) {
        now->ha1s = was->ha1s;
        now->nha1s = was->nha1s;
    }
    if (given->sqn == SUBSCRIBER_SQN_KEEP)
        now->sqn = was->sqn;
}

/* Undoing: a card that stays the same may have seen numbers since, which are
 * not given again (TS 33.102 C.1.1.1). */
static void numbers_keep(struct subscriber_private *now,
                         const struct subscriber_private *was)
{
    bool same = now->has_key && was->has_key &&
                memcmp(&now->key, &was->key, sizeof(now->key)) == 0;

    if (same && now->sqn < was->sqn)
        now->sqn = was->sqn;
}

/* ---- the catalogue ------------------------------------------------------ */

static enum ims_err use(struct store_db *w, const struct subscriber *s,
                        int64_t delta, struct why *why)
{
    enum ims_err err =
        pending_use(w, CATALOGUE_CHARGING, s->charging, delta, why);

    for (size_t i = 0; i < s->nsets && !err; i++) {
        for (size_t k = 0; k < s->sets[i].npublics && !err; k++)
            err = pending_use(w, CATALOGUE_PROFILE,
                              s->sets[i].publics[k].profile, delta, why);
    }
    return err;
}

/* ---- create ------------------------------------------------------------- */

enum ims_err subscriber_next_id(struct store_db *w, int64_t *id,
                                struct why *why)
{
    sqlite3_stmt *q = db_bind(w, SQL_LAST_ID, "");
    enum ims_err err = db_row(w, q, why);

    if (err)
        return err;
    *id = db_int(q, 0) + 1;
    db_done(q);
    if (*id <= w->hidden.last)
        *id = w->hidden.last + 1;
    return IMS_OK;
}

static enum ims_err pack(struct store_db *w, const struct record *r,
                         struct slice *out, struct why *why)
{
    buf_reset(&w->packed);
    record_pack(&w->packed, r);
    *out = buf_slice(&w->packed);
    return w->packed.full
               ? why_set(why, IMS_FULL, "more data than there is room for")
               : IMS_OK;
}

/* Behind its names. */
static enum ims_err insert_rows(struct store_db *w, const struct subscriber *s,
                                int64_t id, struct why *why)
{
    static const struct record_live none = {.there = false};
    struct record r;
    struct slice data;
    struct arena a;
    enum ims_err err;

    arena_init(&a, 512, SIZE_MAX); /* bounded by the subscriber */
    err = record_make(&a, s, &r, why);
    r.s.id = id;
    if (!err)
        err = secrets_check_all(&r.s, why);
    if (!err)
        err = pack(w, &r, &data, why);
    if (!err)
        err = db_run(w,
                     db_bind(w, SQL_SUBSCRIBER_INSERT, "iib", id,
                             (int64_t)s->version, data),
                     why);
    if (!err)
        err = live_write(w, &none, &r, why);
    if (!err)
        err = use(w, s, 1, why);
    arena_fini(&a);
    return err ? err : pending_search(w, id, s, why);
}

enum ims_err subscriber_insert(struct store_db *w, const struct subscriber *s,
                               int64_t *id, struct why *why)
{
    enum ims_err err = *id ? IMS_OK : subscriber_next_id(w, id, why);

    if (!err)
        err = each_name(w, *id, s, name_insert, why);
    return err ? err : insert_rows(w, s, *id, why);
}

enum ims_err subscriber_insert_new(struct store_db *w,
                                   const struct subscriber *s, int64_t id,
                                   bool *known, struct why *why)
{
    enum ims_err err = each_name(w, id, s, name_try, why);

    *known = err == IMS_EXISTS;
    if (*known)
        return each_name(w, id, s, name_take_back, why);
    return err ? err : insert_rows(w, s, id, why);
}

/* ---- update ------------------------------------------------------------- */

static size_t private_of(const struct record *r, struct slice impi)
{
    for (size_t i = 0; i < r->s.nprivates; i++) {
        if (slice_eq(r->privates[i].impi, impi))
            return i;
    }
    return SIZE_MAX;
}

/* One that nobody of them has, nor had before. */
static uint16_t fresh_number(const uint16_t *a, size_t na, const uint16_t *b,
                             size_t nb)
{
    uint16_t most = 0;

    for (size_t i = 0; i < na + nb; i++) {
        uint16_t n = i < na ? a[i] : b[i - na];

        most = n > most ? n : most;
    }
    return (uint16_t)(most + 1);
}

static void keep_privates(struct record *now, const struct subscriber *given,
                          const struct record *was, bool undoes)
{
    size_t n = now->s.nprivates;

    if (n)
        memset(now->private_n, 0, n * sizeof(*now->private_n));
    for (size_t i = 0; i < n; i++) {
        size_t at = private_of(was, now->privates[i].impi);

        if (at == SIZE_MAX) {
            now->private_n[i] = fresh_number(now->private_n, n, was->private_n,
                                             was->s.nprivates);
            continue;
        }
        now->private_n[i] = was->private_n[at];
        secrets_keep(&now->privates[i], &given->privates[i],
                     &was->privates[at]);
        if (undoes)
            numbers_keep(&now->privates[i], &was->privates[at]);
    }
}

/* The set in which an identity of the new one stands at present. */
static size_t set_before(const struct record *was,
                         const struct subscriber_set *s)
{
    for (size_t i = 0; i < s->npublics; i++) {
        for (size_t k = 0; k < was->s.nsets; k++) {
            if (subscriber_set_has(&was->sets[k], s->publics[i].impu))
                return k;
        }
    }
    return SIZE_MAX;
}

static bool is_taken(const uint16_t *numbers, size_t n, uint16_t number)
{
    for (size_t i = 0; i < n; i++) {
        if (numbers[i] == number)
            return true;
    }
    return false;
}

/* Registrations and restoration information of who still may use the set. */
static void keep_live(struct unpack *u, struct record *now, size_t at,
                      const struct record *was, size_t before)
{
    const struct subscriber_set *old = &was->sets[before];
    const struct cx_scscf_restorations *left = &was->restorations[before];
    struct subscriber_set *set = &now->sets[at];
    struct cx_scscf_restoration *groups;
    uint16_t *on;

    set->state = old->state;
    set->scscf = old->scscf;
    set->registered = on = unpack_alloc(u, old->nregistered, sizeof(*on));
    for (size_t i = 0; on && i < old->nregistered; i++) {
        size_t p = private_of(now, was->privates[old->registered[i]].impi);

        if (p != SIZE_MAX && record_set_uses(set, p))
            on[set->nregistered++] = (uint16_t)p;
    }
    now->restorations[at].v = groups =
        unpack_alloc(u, left->count, sizeof(*groups));
    for (size_t i = 0; groups && i < left->count; i++) {
        size_t p = private_of(now, left->v[i].impi);

        if (p != SIZE_MAX && record_set_uses(set, p))
            groups[now->restorations[at].count++] = left->v[i];
    }
}

/* A set whose last registered private identity went is registered no more. */
static void settle(struct subscriber_set *set)
{
    if (set->state != REGISTERED || set->nregistered)
        return;
    set->state = NOT_REGISTERED;
    set->scscf = S("");
}

static void keep_sets(struct unpack *u, struct record *now,
                      const struct record *was)
{
    size_t n = now->s.nsets;

    if (n)
        memset(now->set_n, 0, n * sizeof(*now->set_n));
    for (size_t i = 0; i < n; i++) {
        size_t at = set_before(was, &now->sets[i]);

        if (at == SIZE_MAX || is_taken(now->set_n, i, was->set_n[at])) {
            now->set_n[i] =
                fresh_number(now->set_n, n, was->set_n, was->s.nsets);
            continue;
        }
        now->set_n[i] = was->set_n[at];
        keep_live(u, now, i, was, at);
        settle(&now->sets[i]);
    }
}

static enum ims_err update_rows(struct store_db *w, const struct record *was,
                                const struct record *now, struct why *why)
{
    struct record_live live = record_live_of(was);
    int64_t id = was->s.id;
    struct slice data;
    enum ims_err err = secrets_check_all(&now->s, why);

    if (!err)
        err = each_other_name(w, &was->s, &now->s, id, name_delete, why);
    if (!err)
        err = each_other_name(w, &now->s, &was->s, id, name_insert, why);
    if (!err)
        err = pack(w, now, &data, why);
    if (!err)
        err = db_run(w, db_bind(w, SQL_SUBSCRIBER_UPDATE, "bi", data, id), why);
    return err ? err : live_write(w, &live, now, why);
}

enum ims_err subscriber_update(struct store_db *w, const struct record *was,
                               const struct subscriber *s, bool undoes,
                               struct why *why)
{
    struct unpack u;
    struct record now;
    struct arena a;
    enum ims_err err;

    arena_init(&a, 1024, SIZE_MAX); /* bounded by the subscriber */
    u = (struct unpack){.a = &a};
    err = record_make(&a, s, &now, why);
    if (!err) {
        now.s.id = was->s.id;
        keep_privates(&now, s, was, undoes);
        keep_sets(&u, &now, was);
        err = update_rows(w, was, &now, why);
    }
    arena_fini(&a);
    if (!err)
        err = use(w, &was->s, -1, why);
    if (!err)
        err = use(w, s, 1, why);
    return err ? err : pending_search(w, was->s.id, s, why);
}

enum ims_err subscriber_delete(struct store_db *w, const struct record *r,
                               struct why *why)
{
    struct record_live live = record_live_of(r);
    int64_t id = r->s.id;
    enum ims_err err = each_name(w, id, &r->s, name_delete, why);

    if (!err)
        err = db_run(w, db_bind(w, SQL_SUBSCRIBER_DELETE, "i", id), why);
    if (!err && live.there)
        err = db_run(w, db_bind(w, SQL_LIVE_DELETE, "i", id), why);
    if (!err)
        err = use(w, &r->s, -1, why);
    w->pending.registered -= live.registered;
    return err ? err : pending_search(w, id, NULL, why);
}
