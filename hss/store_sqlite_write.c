/* SPDX-License-Identifier: MIT
 *
 * Writes of Cx procedures: registration state and sequence numbers.
 */
#include "hss/store_sqlite.h"

/* ---- registration ------------------------------------------------------- */

struct registration_job {
    struct store_job job;
    struct arena arena;
    struct store_registration *c;
    size_t n;
};

static enum ims_err write_scscf(struct store_db *w,
                                const struct store_registration *c,
                                struct why *why)
{
    int64_t name;
    enum ims_err err;

    if (c->scscf_change == STORE_CLEAR)
        return db_run(w, db_bind(w, SQL_SET_SCSCF_CLEAR, "i", c->set), why);
    err = text_intern(w, c->scscf, &name, why);
    if (err)
        return err;
    return db_run(w, db_bind(w, SQL_SET_SCSCF, "ii", name, c->set), why);
}

static enum ims_err write_registered(struct store_db *w,
                                     const struct store_registration *c,
                                     struct why *why)
{
    int64_t on = c->registered == STORE_SET;

    if (c->impi)
        return db_run(
            w, db_bind(w, SQL_PAIR_REGISTERED, "iii", on, c->set, c->impi),
            why);
    return db_run(w, db_bind(w, SQL_SET_REGISTERED, "ii", on, c->set), why);
}

static enum ims_err restoration_insert(struct store_db *w,
                                       const struct store_registration *c,
                                       size_t n, struct why *why)
{
    const struct cx_restoration *r = &c->restoration->v[n];
    struct cx_subscription none = {0};
    const struct cx_subscription *sub =
        r->subscription ? r->subscription : &none;

    return db_run(w,
                  db_bind(w, SQL_RESTORATION_INSERT, "iiiTttiTTTTTT", c->set,
                          c->impi, (int64_t)n, c->restoration->scheme, r->path,
                          r->contact, (int64_t)r->initial_cseq, r->call_id,
                          sub->call_id, sub->from, sub->to, sub->record_route,
                          sub->contact),
                  why);
}

static enum ims_err write_restoration(struct store_db *w,
                                      const struct store_registration *c,
                                      struct why *why)
{
    enum ims_err err = db_run(
        w, db_bind(w, SQL_RESTORATION_CLEAR, "iii", c->set, c->impi, c->impi),
        why);

    if (c->restoration_change == STORE_CLEAR)
        return err;
    for (size_t i = 0; i < c->restoration->count && !err; i++)
        err = restoration_insert(w, c, i, why);
    return err;
}

static enum ims_err write_one(struct store_db *w,
                              const struct store_registration *c,
                              struct why *why)
{
    enum ims_err err = IMS_OK;

    if (c->state_change)
        err = db_run(
            w, db_bind(w, SQL_SET_STATE, "ii", (int64_t)c->state, c->set), why);
    if (!err && c->scscf_change)
        err = write_scscf(w, c, why);
    if (!err && c->registered)
        err = write_registered(w, c, why);
    if (!err && c->restoration_change)
        err = write_restoration(w, c, why);
    return err;
}

static enum ims_err registration_run(struct store_db *w, struct store_job *job,
                                     struct why *why)
{
    struct registration_job *r =
        container_of(job, struct registration_job, job);
    enum ims_err err = IMS_OK;

    for (size_t i = 0; i < r->n && !err; i++)
        err = write_one(w, &r->c[i], why);
    return err;
}

static void registration_release(struct store_job *job)
{
    struct registration_job *r =
        container_of(job, struct registration_job, job);

    arena_fini(&r->arena);
    free(r->c);
    free(r);
}

static void keep(struct arena *a, struct slice *s)
{
    if (s->p)
        *s = slice_keep(a, *s);
}

static const struct cx_subscription *
keep_subscription(struct arena *a, const struct cx_subscription *from)
{
    struct cx_subscription *s = from ? arena_alloc(a, sizeof(*s)) : NULL;

    if (!s)
        return NULL;
    *s = *from;
    keep(a, &s->call_id);
    keep(a, &s->from);
    keep(a, &s->to);
    keep(a, &s->record_route);
    keep(a, &s->contact);
    return s;
}

static const struct cx_scscf_restoration *
keep_restoration(struct arena *a, const struct cx_scscf_restoration *from)
{
    struct cx_scscf_restoration *r = arena_alloc(a, sizeof(*r));
    struct cx_restoration *v = arena_alloc(a, from->count * sizeof(*v));

    *r = *from;
    keep(a, &r->impi);
    keep(a, &r->scheme);
    for (size_t i = 0; i < from->count; i++) {
        v[i] = from->v[i];
        keep(a, &v[i].path);
        keep(a, &v[i].contact);
        keep(a, &v[i].call_id);
        v[i].subscription = keep_subscription(a, from->v[i].subscription);
    }
    r->v = v;
    return r;
}

void store_registrations(struct store *s, int64_t sub,
                         const struct store_registration *c, size_t n,
                         store_fn *done, void *ctx)
{
    struct registration_job *r = mem_zalloc(sizeof(*r));

    r->job = (struct store_job){.sub = sub,
                                .run = registration_run,
                                .release = registration_release,
                                .done = done,
                                .ctx = ctx};
    /* bounded by the Diameter message that the texts came in */
    arena_init(&r->arena, 256, SIZE_MAX);
    r->n = n;
    r->c = mem_alloc(n * sizeof(*c));
    memcpy(r->c, c, n * sizeof(*c));
    for (size_t i = 0; i < n; i++) {
        keep(&r->arena, &r->c[i].scscf);
        if (c[i].restoration_change == STORE_SET)
            r->c[i].restoration = keep_restoration(&r->arena, c[i].restoration);
    }
    store_submit(s, &r->job);
}

/* ---- sequence numbers --------------------------------------------------- */

struct sqn_job {
    struct store_job job;
    int64_t impi;
    uint64_t ceiling;
};

static enum ims_err sqn_run(struct store_db *w, struct store_job *job,
                            struct why *why)
{
    struct sqn_job *s = container_of(job, struct sqn_job, job);

    return db_run(
        w, db_bind(w, SQL_SQN_SET, "ii", (int64_t)s->ceiling, s->impi), why);
}

static void sqn_release(struct store_job *job)
{
    free(container_of(job, struct sqn_job, job));
}

void store_sqn(struct store *s, int64_t sub, int64_t impi, uint64_t ceiling,
               store_fn *done, void *ctx)
{
    struct sqn_job *j = mem_zalloc(sizeof(*j));

    j->job = (struct store_job){.sub = sub,
                                .run = sqn_run,
                                .release = sqn_release,
                                .done = done,
                                .ctx = ctx};
    j->impi = impi;
    j->ceiling = ceiling;
    store_submit(s, &j->job);
}
