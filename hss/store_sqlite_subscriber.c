/* SPDX-License-Identifier: MIT
 *
 * Writing a whole subscriber: a new one, a changed one, none any more.
 */
#include "hss/store_sqlite.h"
#include "ims/identity.h"

/* Numbers as they stand in the database. */
static const struct {
    unsigned number;
    enum digest_algorithm algorithm;
} algorithms[] = {
    {1, DIGEST_AKAV1_MD5}, {2, DIGEST_AKAV2_MD5}, {3, DIGEST_AKAV2_SHA256},
    {4, DIGEST_MD5},       {5, DIGEST_SHA256},    {6, DIGEST_SHA512_256},
};

unsigned algorithm_number(enum digest_algorithm a)
{
    for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
        if (algorithms[i].algorithm == a)
            return algorithms[i].number;
    }
    return 0;
}

enum digest_algorithm algorithm_of_number(unsigned number)
{
    for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
        if (algorithms[i].number == number)
            return algorithms[i].algorithm;
    }
    return DIGEST_MD5;
}

/* ---- the subscription's own data ---------------------------------------- */

/* Ids by name; 0 for an empty name. */
static enum ims_err id_by_name(struct store_db *w, enum sql sql,
                               const char *what, struct slice name, int64_t *id,
                               struct why *why)
{
    enum ims_err err;
    sqlite3_stmt *q;

    *id = 0;
    if (name.n == 0)
        return IMS_OK;
    q = db_bind(w, sql, "t", name);
    err = db_row(w, q, why);
    if (err == IMS_NOT_FOUND)
        return why_set(why, err, "there is no %s named %.*s", what,
                       SLICE_ARG(name));
    if (err)
        return err;
    *id = db_int(q, 0);
    db_done(q);
    return IMS_OK;
}

static enum ims_err capabilities_insert(struct store_db *w, int64_t id,
                                        const struct subscriber *s,
                                        struct why *why)
{
    enum ims_err err = IMS_OK;

    for (size_t i = 0; i < s->nmandatory + s->noptional && !err; i++) {
        bool mandatory = i < s->nmandatory;
        uint32_t value =
            mandatory ? s->mandatory[i] : s->optional[i - s->nmandatory];

        err = db_run(w,
                     db_bind(w, SQL_CAPABILITY_INSERT, "iii", id,
                             (int64_t)mandatory, (int64_t)value),
                     why);
    }
    return err;
}

static enum ims_err visited_insert(struct store_db *w, int64_t id,
                                   const struct subscriber *s, struct why *why)
{
    enum ims_err err = IMS_OK;
    int64_t network;

    for (size_t i = 0; i < s->nvisited && !err; i++) {
        err = text_intern(w, s->visited[i], &network, why);
        if (!err)
            err = db_run(w, db_bind(w, SQL_VISITED_INSERT, "ii", id, network),
                         why);
    }
    return err;
}

/* ---- private identities ------------------------------------------------- */

static enum ims_err ha1s_insert(struct store_db *w, int64_t impi,
                                const struct subscriber_private *p,
                                struct why *why)
{
    enum ims_err err = IMS_OK;

    for (size_t i = 0; i < p->nha1s && !err; i++) {
        const struct subscriber_ha1 *h = &p->ha1s[i];
        uint8_t bytes[HASH_MAX];
        size_t n = h->hex.n / 2;
        int64_t realm;

        if (n > sizeof(bytes) || !slice_unhex(h->hex, bytes, n))
            return why_set(why, IMS_MALFORMED, "an HA1 of %.*s is no digest",
                           SLICE_ARG(p->impi));
        err = text_intern(w, h->realm, &realm, why);
        if (!err)
            err = db_run(w,
                         db_bind(w, SQL_HA1_INSERT, "iiib", impi,
                                 (int64_t)algorithm_number(h->algorithm), realm,
                                 slice_at(bytes, n)),
                         why);
        secret_wipe(bytes, sizeof(bytes));
    }
    return err;
}

/* With the secrets that are given; the others stay as they are. */
static enum ims_err secrets_write(struct store_db *w, int64_t impi,
                                  const struct subscriber_private *p,
                                  struct why *why)
{
    int64_t amf = p->amf[0] << 8 | p->amf[1];
    enum ims_err err = IMS_OK;

    if (p->has_key)
        err = db_run(w,
                     db_bind(w, SQL_KEY_SET, "bbbii", slice_at(p->key.k, 16),
                             slice_at(p->key.opc, 16),
                             slice_at(p->op, p->has_op ? 16 : 0), amf, impi),
                     why);
    else if (digest_algorithm_aka(p->algorithm))
        err = db_run(w, db_bind(w, SQL_AMF_SET, "ii", amf, impi), why);
    if (!err && p->sqn != SUBSCRIBER_SQN_KEEP)
        err = db_run(w, db_bind(w, SQL_SQN_SET, "ii", (int64_t)p->sqn, impi),
                     why);
    if (!err && p->nha1s) {
        err = db_run(w, db_bind(w, SQL_HA1_CLEAR, "i", impi), why);
        if (!err)
            err = ha1s_insert(w, impi, p, why);
    }
    return err;
}

static enum ims_err secrets_check(struct store_db *w, int64_t impi,
                                  const struct subscriber_private *p,
                                  struct why *why)
{
    bool aka = digest_algorithm_aka(p->algorithm) != 0;
    sqlite3_stmt *q = db_bind(w, SQL_SECRETS, "ii",
                              (int64_t)algorithm_number(p->algorithm), impi);
    enum ims_err err = db_row(w, q, why);
    bool has_key, has_ha1;

    if (err)
        return err;
    has_key = db_int(q, 0) != 0;
    has_ha1 = db_int(q, 1) != 0;
    db_done(q);
    if (aka ? has_key : has_ha1)
        return IMS_OK;
    return why_set(why, IMS_MISSING, "%.*s needs %s for %s", SLICE_ARG(p->impi),
                   aka ? "k and op or opc" : "a password or HA1",
                   digest_algorithm_name(p->algorithm));
}

/* *id: the identity's of this subscription, or 0: a new one. */
static enum ims_err private_write(struct store_db *w, int64_t sub,
                                  const struct subscriber_private *p,
                                  int64_t *id, struct why *why)
{
    int64_t algorithm = algorithm_number(p->algorithm);
    enum ims_err err;

    if (*id) {
        err = db_run(w, db_bind(w, SQL_PRIVATE_ALGORITHM, "ii", algorithm, *id),
                     why);
    } else {
        err = db_run(
            w, db_bind(w, SQL_PRIVATE_INSERT, "iti", sub, p->impi, algorithm),
            why);
        *id = sqlite3_last_insert_rowid(w->db);
    }
    if (err == IMS_EXISTS)
        return why_set(why, err, "the private identity %.*s exists already",
                       SLICE_ARG(p->impi));
    if (!err)
        err = secrets_write(w, *id, p, why);
    return err ? err : secrets_check(w, *id, p, why);
}

/* ---- public identities -------------------------------------------------- */

static enum ims_err psi_insert(struct store_db *w, int64_t id,
                               const struct subscriber_public *p,
                               struct why *why)
{
    if (p->psi_server.n == 0 && !p->psi_inactive)
        return IMS_OK;
    return db_run(w,
                  db_bind(w, SQL_PSI_INSERT, "iTi", id, p->psi_server,
                          (int64_t)p->psi_inactive),
                  why);
}

static enum ims_err wildcard_insert(struct store_db *w, int64_t id,
                                    const struct subscriber_public *p,
                                    struct why *why)
{
    ssize_t mark = slice_index(p->impu, '!');

    if (!identity_is_wildcard(p->impu))
        return IMS_OK;
    return db_run(w,
                  db_bind(w, SQL_WILDCARD_INSERT, "it", id,
                          slice_first(p->impu, (size_t)mark)),
                  why);
}

static enum ims_err public_insert(struct store_db *w, int64_t set, int64_t n,
                                  const struct subscriber_public *p,
                                  struct why *why)
{
    int64_t profile, id;
    enum ims_err err = id_by_name(w, SQL_PROFILE_FIND, "service profile",
                                  p->profile, &profile, why);

    if (err)
        return err;
    err = db_run(w,
                 db_bind(w, SQL_PUBLIC_INSERT, "iitiiiTT", set, n, p->impu,
                         (int64_t)p->type, (int64_t)p->barred, profile,
                         p->alias_group, p->display_name),
                 why);
    if (err == IMS_EXISTS)
        return why_set(why, err, "the public identity %.*s exists already",
                       SLICE_ARG(p->impu));
    id = sqlite3_last_insert_rowid(w->db);
    if (!err)
        err = psi_insert(w, id, p, why);
    return err ? err : wildcard_insert(w, id, p, why);
}

static enum ims_err set_fill(struct store_db *w, int64_t set,
                             const struct subscriber_set *s,
                             const int64_t *impis, size_t nimpis,
                             struct why *why)
{
    size_t n = s->nprivates ? s->nprivates : nimpis;
    enum ims_err err = IMS_OK;

    for (size_t i = 0; i < n && !err; i++)
        err = db_run(w,
                     db_bind(w, SQL_PAIR_INSERT, "ii", set,
                             impis[s->nprivates ? s->privates[i] : i]),
                     why);
    for (size_t i = 0; i < s->npublics && !err; i++)
        err = public_insert(w, set, (int64_t)i, &s->publics[i], why);
    return err;
}

/* ---- create ------------------------------------------------------------- */

static enum ims_err details_insert(struct store_db *w, int64_t id,
                                   const struct subscriber *s, struct why *why)
{
    enum ims_err err = capabilities_insert(w, id, s, why);

    return err ? err : visited_insert(w, id, s, why);
}

/* Behind the ids that an import will use. */
static enum ims_err next_id(struct store_db *w, int64_t *id, struct why *why)
{
    sqlite3_stmt *q = db_bind(w, SQL_SUBSCRIPTION_LAST, "");
    enum ims_err err = db_row(w, q, why);

    if (err)
        return err;
    *id = db_int(q, 0) + 1;
    db_done(q);
    if (*id <= w->hidden.last)
        *id = w->hidden.last + 1;
    return IMS_OK;
}

static enum ims_err subscription_insert(struct store_db *w,
                                        const struct subscriber *s, int64_t *id,
                                        struct why *why)
{
    int64_t charging;
    enum ims_err err = id_by_name(w, SQL_CHARGING_FIND, "charging set",
                                  s->charging, &charging, why);

    if (!err && *id == 0)
        err = next_id(w, id, why);
    if (err)
        return err;
    return db_run(w,
                  db_bind(w, SQL_SUBSCRIPTION_INSERT, "iii", *id, charging,
                          (int64_t)s->version),
                  why);
}

enum ims_err subscriber_insert(struct store_db *w, const struct subscriber *s,
                               int64_t *id, struct why *why)
{
    int64_t impis[SUBSCRIBER_MAX_PRIVATES];
    enum ims_err err = subscription_insert(w, s, id, why);

    if (err)
        return err;
    err = details_insert(w, *id, s, why);
    for (size_t i = 0; i < s->nprivates && !err; i++) {
        impis[i] = 0;
        err = private_write(w, *id, &s->privates[i], &impis[i], why);
    }
    for (size_t i = 0; i < s->nsets && !err; i++) {
        err = db_run(w, db_bind(w, SQL_SET_INSERT, "i", *id), why);
        if (!err)
            err = set_fill(w, sqlite3_last_insert_rowid(w->db), &s->sets[i],
                           impis, s->nprivates, why);
    }
    return err;
}

/* ---- update ------------------------------------------------------------- */

static enum ims_err private_id(struct store_db *w, int64_t sub,
                               struct slice impi, int64_t *id, struct why *why)
{
    sqlite3_stmt *q = db_bind(w, SQL_PRIVATE_BY_NAME, "t", impi);
    enum ims_err err = db_row(w, q, why);

    *id = 0;
    if (err == IMS_NOT_FOUND)
        return IMS_OK;
    if (err)
        return err;
    if (db_int(q, 1) == sub)
        *id = db_int(q, 0);
    db_done(q);
    return IMS_OK;
}

/* The set in which an identity of the new one stands at present. */
static enum ims_err set_id(struct store_db *w, int64_t sub,
                           const struct subscriber_set *s, int64_t *id,
                           struct why *why)
{
    *id = 0;
    for (size_t i = 0; i < s->npublics; i++) {
        sqlite3_stmt *q =
            db_bind(w, SQL_SET_OF_PUBLIC, "ti", s->publics[i].impu, sub);
        enum ims_err err = db_row(w, q, why);

        if (err == IMS_NOT_FOUND)
            continue;
        if (err)
            return err;
        *id = db_int(q, 0);
        db_done(q);
        return IMS_OK;
    }
    return IMS_OK;
}

static bool is_taken(const int64_t *ids, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++) {
        if (ids[i] == id)
            return true;
    }
    return false;
}

/* Which of the present sets go on as which of the new ones; 0: a new set. */
static enum ims_err match_sets(struct store_db *w, int64_t sub,
                               const struct subscriber *s, int64_t *ids,
                               struct why *why)
{
    enum ims_err err = IMS_OK;

    for (size_t i = 0; i < s->nsets && !err; i++) {
        err = set_id(w, sub, &s->sets[i], &ids[i], why);
        if (is_taken(ids, i, ids[i]))
            ids[i] = 0;
    }
    return err;
}

/* Registration flags and restoration information hang on pairs: those that
 * stay must not be deleted. */
static enum ims_err drop_pairs(struct store_db *w, int64_t set,
                               const struct subscriber_set *s,
                               const int64_t *impis, struct why *why)
{
    sqlite3_stmt *q;
    int64_t gone[SUBSCRIBER_MAX_PRIVATES];
    size_t n = 0;
    enum ims_err err;

    if (s->nprivates == 0)
        return IMS_OK;
    q = db_bind(w, SQL_PAIRS_OF_SET, "i", set);
    while (!(err = db_row(w, q, why))) {
        bool stays = false;

        for (size_t i = 0; i < s->nprivates; i++)
            stays = stays || impis[s->privates[i]] == db_int(q, 0);
        if (!stays && n < SUBSCRIBER_MAX_PRIVATES)
            gone[n++] = db_int(q, 0);
    }
    if (err != IMS_NOT_FOUND)
        return err;
    err = IMS_OK;
    for (size_t i = 0; i < n && !err; i++)
        err = db_run(w, db_bind(w, SQL_PAIR_DELETE, "ii", set, gone[i]), why);
    return err;
}

/* All public identities go first, so that one may move to another set. */
static enum ims_err update_sets(struct store_db *w, int64_t sub,
                                const struct subscriber *s,
                                const int64_t *impis, struct why *why)
{
    int64_t ids[SUBSCRIBER_MAX_SETS];
    enum ims_err err = match_sets(w, sub, s, ids, why);

    if (!err)
        err = db_run(w, db_bind(w, SQL_PUBLICS_DELETE, "i", sub), why);
    for (size_t i = 0; i < s->nsets && !err; i++) {
        if (ids[i]) {
            err = drop_pairs(w, ids[i], &s->sets[i], impis, why);
        } else {
            err = db_run(w, db_bind(w, SQL_SET_INSERT, "i", sub), why);
            ids[i] = sqlite3_last_insert_rowid(w->db);
        }
        if (!err)
            err = set_fill(w, ids[i], &s->sets[i], impis, s->nprivates, why);
    }
    if (!err)
        err = db_run(w, db_bind(w, SQL_SETS_EMPTY_DELETE, "i", sub), why);
    return err ? err : db_run(w, db_bind(w, SQL_SETS_SETTLE, "i", sub), why);
}

static enum ims_err drop_privates(struct store_db *w, int64_t sub,
                                  const int64_t *keep, size_t n,
                                  struct why *why)
{
    int64_t gone[SUBSCRIBER_MAX_PRIVATES];
    size_t ngone = 0;
    sqlite3_stmt *q = db_bind(w, SQL_PRIVATES_OF, "i", sub);
    enum ims_err err;

    while (!(err = db_row(w, q, why))) {
        if (!is_taken(keep, n, db_int(q, 0)) && ngone < SUBSCRIBER_MAX_PRIVATES)
            gone[ngone++] = db_int(q, 0);
    }
    if (err != IMS_NOT_FOUND)
        return err;
    err = IMS_OK;
    for (size_t i = 0; i < ngone && !err; i++)
        err = db_run(w, db_bind(w, SQL_PRIVATE_DELETE, "i", gone[i]), why);
    return err;
}

static enum ims_err update_details(struct store_db *w, int64_t id,
                                   const struct subscriber *s, struct why *why)
{
    int64_t charging;
    enum ims_err err = id_by_name(w, SQL_CHARGING_FIND, "charging set",
                                  s->charging, &charging, why);

    if (!err)
        err = db_run(w, db_bind(w, SQL_SUBSCRIPTION_UPDATE, "ii", charging, id),
                     why);
    if (!err)
        err = db_run(w, db_bind(w, SQL_CAPABILITIES_DELETE, "i", id), why);
    if (!err)
        err = db_run(w, db_bind(w, SQL_VISITED_DELETE, "i", id), why);
    return err ? err : details_insert(w, id, s, why);
}

enum ims_err subscriber_update(struct store_db *w, int64_t id,
                               const struct subscriber *s, struct why *why)
{
    int64_t impis[SUBSCRIBER_MAX_PRIVATES];
    enum ims_err err = update_details(w, id, s, why);

    for (size_t i = 0; i < s->nprivates && !err; i++) {
        err = private_id(w, id, s->privates[i].impi, &impis[i], why);
        if (!err)
            err = private_write(w, id, &s->privates[i], &impis[i], why);
    }
    if (!err)
        err = drop_privates(w, id, impis, s->nprivates, why);
    return err ? err : update_sets(w, id, s, impis, why);
}
