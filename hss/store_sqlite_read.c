/* SPDX-License-Identifier: MIT
 *
 * What Cx procedures read, and lists of ids.
 */
#include "hss/store_sqlite.h"
#include "ims/identity.h"

static enum ims_err no_room(struct why *why)
{
    return why_set(why, IMS_FULL, "more data than there is room for");
}

/* A copy; *lost when there was no room for it. */
static struct slice keep(struct arena *a, struct slice s, bool *lost)
{
    if (!s.n)
        return S("");
    s = slice_keep(a, s);
    *lost = *lost || !s.p;
    return s;
}

/* ---- identities --------------------------------------------------------- */

static bool is_set_barred(const struct subscriber_set *set)
{
    for (size_t i = 0; i < set->npublics; i++) {
        if (!set->publics[i].barred)
            return false;
    }
    return true;
}

static enum ims_err public_of(const struct cached *c, struct arena *a,
                              struct store_public *out, struct why *why)
{
    const struct subscriber_set *set = &c->r->sets[c->set];
    const struct subscriber_public *p = &set->publics[c->at];
    bool lost = false;
    struct store_public found = {
        .sub = c->r->s.id,
        .set = record_id(c->r->s.id, c->r->set_n[c->set]),
        .name = keep(a, p->impu, &lost),
        .type = p->type,
        .barred = p->barred,
        .set_barred = is_set_barred(set),
        .psi_inactive = p->psi_inactive,
        .psi_server = keep(a, p->psi_server, &lost),
        .state = set->state,
        .scscf = keep(a, set->scscf, &lost),
    };

    if (lost)
        return no_room(why);
    *out = found;
    return IMS_OK;
}

/* TS 29.228 6.1.4: wildcards come after distinct identities. */
static enum ims_err find_wildcard(struct store *s, struct slice impu,
                                  struct cached *out, struct why *why)
{
    struct store_db *db = &s->reader;
    sqlite3_stmt *q = db_bind(db, SQL_WILDCARDS, "t", impu);
    enum ims_err err;

    while (!(err = db_row(db, q, why))) {
        if (is_hidden(db, db_int(q, 1)) ||
            !identity_wildcard_matches(db_peek(q, 0), impu))
            continue;
        err = cache_public(s, db_peek(q, 0), out, why);
        db_done(q);
        return err;
    }
    if (err == IMS_NOT_FOUND)
        return why_set(why, err, "no public identity %.*s", SLICE_ARG(impu));
    return err;
}

static enum ims_err find_public(struct store *s, struct slice impu,
                                struct cached *out, struct why *why)
{
    enum ims_err err = cache_public(s, impu, out, why);

    return err == IMS_NOT_FOUND ? find_wildcard(s, impu, out, why) : err;
}

enum ims_err store_find_public(struct store *s, struct arena *a,
                               struct slice impu, struct store_public *out,
                               struct why *why)
{
    struct cached c;
    enum ims_err err = find_public(s, impu, &c, why);

    return err ? err : public_of(&c, a, out, why);
}

enum ims_err store_subscription_of(struct store *s, struct slice impu,
                                   int64_t *sub, struct why *why)
{
    struct cached c;
    enum ims_err err = find_public(s, impu, &c, why);

    if (!err)
        *sub = c.r->s.id;
    return err;
}

static enum ims_err find_set(struct store *s, int64_t set, struct cached *out,
                             struct why *why)
{
    enum ims_err err = cache_record(s, record_sub(set), &out->r, why);

    if (err)
        return err;
    out->set = record_set_at(out->r, set);
    out->at = 0;
    if (out->set == SIZE_MAX || !out->r->sets[out->set].npublics)
        return why_set(why, IMS_NOT_FOUND, "not in the store");
    return IMS_OK;
}

enum ims_err store_set(struct store *s, struct arena *a, int64_t set,
                       struct store_public *out, struct why *why)
{
    struct cached c;
    enum ims_err err = find_set(s, set, &c, why);

    return err ? err : public_of(&c, a, out, why);
}

enum ims_err store_find_private(struct store *s, struct slice impi,
                                struct store_private *out, struct why *why)
{
    struct cached c;
    enum ims_err err = cache_private(s, impi, &c, why);

    if (err == IMS_NOT_FOUND)
        return why_set(why, err, "no private identity %.*s", SLICE_ARG(impi));
    if (err)
        return err;
    out->sub = c.r->s.id;
    out->id = record_id(out->sub, c.r->private_n[c.at]);
    out->algorithm = c.r->privates[c.at].algorithm;
    return IMS_OK;
}

enum ims_err store_pairs_of_set(struct store *s, struct arena *a, int64_t set,
                                struct store_pairs *out, struct why *why)
{
    struct store_pair *p;
    bool lost = false;
    struct cached c;
    enum ims_err err = find_set(s, set, &c, why);
    size_t n = 0;

    if (err == IMS_NOT_FOUND) {
        *out = (struct store_pairs){0};
        return IMS_OK;
    }
    if (err)
        return err;
    p = arena_alloc(a, (c.r->s.nprivates + 1) * sizeof(*p));
    for (size_t i = 0; p && i < c.r->s.nprivates; i++) {
        const struct subscriber_set *in = &c.r->sets[c.set];

        if (!record_set_uses(in, i))
            continue;
        p[n++] =
            (struct store_pair){.impi = record_id(c.r->s.id, c.r->private_n[i]),
                                .name = keep(a, c.r->privates[i].impi, &lost),
                                .registered = record_set_registered(in, i)};
    }
    if (!p || lost)
        return no_room(why);
    *out = (struct store_pairs){p, n};
    return IMS_OK;
}

enum ims_err store_sets_of_private(struct store *s, struct arena *a,
                                   int64_t impi, struct store_ids *out,
                                   struct why *why)
{
    const struct record *r;
    enum ims_err err = cache_record(s, record_sub(impi), &r, why);
    size_t at, n = 0;
    int64_t *p;

    if (err)
        return err;
    at = record_private_at(r, impi);
    p = arena_alloc(a, (r->s.nsets + 1) * sizeof(*p));
    if (!p)
        return no_room(why);
    for (size_t i = 0; i < r->s.nsets && at != SIZE_MAX; i++) {
        if (record_set_uses(&r->sets[i], at))
            p[n++] = record_id(r->s.id, r->set_n[i]);
    }
    *out = (struct store_ids){p, n};
    return IMS_OK;
}

enum ims_err store_scscf_of_subscription(struct store *s, struct arena *a,
                                         int64_t sub, struct slice *out,
                                         struct why *why)
{
    const struct subscriber_set *best = NULL;
    const struct record *r;
    bool lost = false;
    enum ims_err err = cache_record(s, sub, &r, why);

    *out = S("");
    if (err)
        return err == IMS_NOT_FOUND ? IMS_OK : err;
    for (size_t i = 0; i < r->s.nsets; i++) {
        const struct subscriber_set *set = &r->sets[i];

        if (set->scscf.n && (!best || set->state > best->state))
            best = set;
    }
    if (best)
        *out = keep(a, best->scscf, &lost);
    return lost ? no_room(why) : IMS_OK;
}

enum ims_err store_subscription(struct store *s, struct arena *a, int64_t sub,
                                struct subscriber *out, struct why *why)
{
    const struct record *r;
    struct subscriber part, *copy;
    enum ims_err err = cache_record(s, sub, &r, why);

    if (err)
        return err;
    part = r->s;
    part.nprivates = part.nsets = 0;
    copy = subscriber_copy(a, &part);
    if (!copy)
        return no_room(why);
    *out = *copy;
    return IMS_OK;
}

enum ims_err store_authentication(struct store *s, struct arena *a,
                                  int64_t impi, struct subscriber_private *out,
                                  struct why *why)
{
    const struct record *r;
    struct subscriber_ha1 *h;
    bool lost = false;
    enum ims_err err = cache_record(s, record_sub(impi), &r, why);
    size_t at = err ? SIZE_MAX : record_private_at(r, impi);
    struct subscriber_private found;

    if (!err && at == SIZE_MAX)
        return why_set(why, IMS_NOT_FOUND, "not in the store");
    if (err)
        return err;
    found = r->privates[at];
    found.impi = S("");
    h = arena_alloc(a, (found.nha1s + 1) * sizeof(*h));
    for (size_t i = 0; h && i < found.nha1s; i++) {
        h[i] = found.ha1s[i];
        h[i].realm = keep(a, h[i].realm, &lost);
        h[i].hex = keep(a, h[i].hex, &lost);
    }
    if (!h || lost)
        return no_room(why);
    found.ha1s = h;
    *out = found;
    return IMS_OK;
}

/* ---- lists -------------------------------------------------------------- */

/* A page may begin in front of the hidden ones, or behind them. */
static enum ims_err list_ids(struct store *s, enum sql sql, struct arena *a,
                             int64_t after, size_t max, struct store_ids *out,
                             struct why *why)
{
    struct store_db *db = &s->reader;
    struct db_rows r = {.size = sizeof(int64_t)};
    enum ims_err err = IMS_OK;
    int64_t *id;

    while (!err && r.n < max) {
        sqlite3_stmt *q = db_bind(db, sql, "ii", after, (int64_t)(max - r.n));
        bool jump = false;

        while (!jump && !(err = db_row(db, q, why))) {
            jump = is_hidden(db, db_int(q, 0));
            id = jump ? NULL : db_rows_add(db, a, &r);
            if (id)
                *id = db_int(q, 0);
        }
        if (jump)
            db_done(q);
        after = db->hidden.last;
    }
    err = db_read_end(db, err == IMS_NOT_FOUND ? IMS_OK : err, why);
    if (!err)
        *out = (struct store_ids){r.p, r.n};
    return err;
}

enum ims_err store_list(struct store *s, struct arena *a, int64_t after,
                        size_t max, struct store_ids *out, struct why *why)
{
    return list_ids(s, SQL_SUBSCRIBERS, a, after, max, out, why);
}

enum ims_err store_list_served(struct store *s, struct arena *a, int64_t after,
                               size_t max, struct store_ids *out,
                               struct why *why)
{
    return list_ids(s, SQL_SUBSCRIBERS_SERVED, a, after, max, out, why);
}

enum ims_err store_find(struct store *s, struct slice identity, int64_t *id,
                        struct why *why)
{
    sqlite3_stmt *q = db_bind(&s->reader, SQL_IDENTITY_ANY, "t", identity);
    enum ims_err err = db_row(&s->reader, q, why);
    int64_t found;

    if (err == IMS_NOT_FOUND)
        return why_set(why, err, "no subscriber has the identity %.*s",
                       SLICE_ARG(identity));
    if (err)
        return err;
    found = db_int(q, 0);
    db_done(q);
    if (is_hidden(&s->reader, found))
        return why_set(why, IMS_NOT_FOUND, "%.*s is being imported or deleted",
                       SLICE_ARG(identity));
    *id = found;
    return IMS_OK;
}

enum ims_err store_count(struct store *s, uint64_t *subscriptions,
                         uint64_t *registered, struct why *why)
{
    sqlite3_stmt *q = db_bind(&s->reader, SQL_TOTAL, "");
    enum ims_err err = db_row(&s->reader, q, why);

    if (err)
        return err;
    *subscriptions = (uint64_t)db_int(q, 0);
    *registered = (uint64_t)s->registered;
    db_done(q);
    return IMS_OK;
}

/* As it is read, whole: what few ask for does not push out what Cx needs. */
enum ims_err store_read(struct store *s, struct arena *a, int64_t id,
                        struct subscriber *out, struct why *why)
{
    const struct record *known = cache_look(s, id);
    struct record r;
    struct subscriber *copy;
    enum ims_err err;

    if (is_hidden(&s->reader, id))
        return why_set(why, IMS_NOT_FOUND, "not in the store");
    if (!known) {
        err = subscriber_read(&s->reader, a, id, &r, why);
        if (!err)
            *out = r.s;
        return err;
    }
    copy = subscriber_copy(a, &known->s);
    if (!copy)
        return no_room(why);
    *out = *copy;
    return IMS_OK;
}

/* ---- restoration information, TS 23.380 section 4 ------------------------ */

static void copy_contact(struct arena *a, struct cx_restoration *c, bool *lost)
{
    struct cx_subscription *s;

    c->path = keep(a, c->path, lost);
    c->contact = keep(a, c->contact, lost);
    if (c->call_id.n)
        c->call_id = keep(a, c->call_id, lost);
    if (!c->subscription)
        return;
    s = arena_alloc(a, sizeof(*s));
    if (!s) {
        *lost = true;
        return;
    }
    *s = *c->subscription;
    s->call_id = keep(a, s->call_id, lost);
    s->from = keep(a, s->from, lost);
    s->to = keep(a, s->to, lost);
    s->record_route = keep(a, s->record_route, lost);
    s->contact = keep(a, s->contact, lost);
    c->subscription = s;
}

static void copy_group(struct arena *a, struct cx_scscf_restoration *g,
                       bool *lost)
{
    struct cx_restoration *v = arena_alloc(a, g->count * sizeof(*v));

    g->impi = keep(a, g->impi, lost);
    if (g->scheme.n)
        g->scheme = keep(a, g->scheme, lost);
    *lost = *lost || !v;
    for (size_t i = 0; v && i < g->count; i++) {
        v[i] = g->v[i];
        copy_contact(a, &v[i], lost);
    }
    g->v = v;
}

enum ims_err store_restorations(struct store *s, struct arena *a, int64_t set,
                                struct cx_scscf_restorations *out,
                                struct why *why)
{
    const struct cx_scscf_restorations *all;
    struct cx_scscf_restoration *groups;
    bool lost = false;
    struct cached c;
    enum ims_err err = find_set(s, set, &c, why);

    *out = (struct cx_scscf_restorations){0};
    if (err)
        return err == IMS_NOT_FOUND ? IMS_OK : err;
    all = &c.r->restorations[c.set];
    if (!all->count)
        return IMS_OK;
    groups = arena_alloc(a, all->count * sizeof(*groups));
    for (size_t i = 0; groups && i < all->count; i++) {
        groups[i] = all->v[i];
        copy_group(a, &groups[i], &lost);
    }
    if (!groups || lost)
        return no_room(why);
    *out = (struct cx_scscf_restorations){groups, all->count};
    return IMS_OK;
}
