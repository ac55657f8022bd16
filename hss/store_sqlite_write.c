/* SPDX-License-Identifier: MIT
 *
 * Writes of Cx procedures: registration state and sequence numbers.
 */
#include "hss/store_sqlite.h"

/* ---- one subscription's live row ---------------------------------------- */

/* Reads it, changes it, writes it, and leaves what it is now for the loop's
 * cache. A subscription that went meanwhile is left alone. */
static enum ims_err
change_live(struct store_db *w, struct store_job *job,
            enum ims_err (*change)(struct store_job *job, struct arena *a,
                                   struct record *r, struct why *why),
            struct why *why)
{
    struct record_live before;
    struct record r;
    struct arena a;
    enum ims_err err;

    arena_init(&a, 2048, SIZE_MAX); /* bounded by the rows */
    err = subscriber_read(w, &a, job->sub, &r, why);
    if (!err) {
        before = record_live_of(&r);
        err = change(job, &a, &r, why);
    } else if (err == IMS_NOT_FOUND) {
        arena_fini(&a);
        return IMS_OK;
    }
    if (!err)
        err = live_write(w, &before, &r, why);
    arena_fini(&a);
    if (err)
        return err;
    job->has_live = true;
    buf_init(&job->live, SIZE_MAX);
    buf_add(&job->live, buf_slice(&w->packed));
    return IMS_OK;
}

/* ---- registration ------------------------------------------------------- */

struct registration_job {
    struct store_job job;
    struct arena arena;
    struct store_registration *c;
    size_t n;
};

/* The set's registered private identities with one more or less, or with all
 * or none of those that may use it. */
static enum ims_err set_registered(struct arena *a, const struct record *r,
                                   struct subscriber_set *set,
                                   const struct store_registration *c,
                                   struct why *why)
{
    bool on = c->registered == STORE_SET;
    size_t only = record_private_at(r, c->impi), n = 0;
    uint16_t *p = arena_alloc(a, (r->s.nprivates + 1) * sizeof(*p));

    if (!p)
        return why_set(why, IMS_FULL, "more data than there is room for");
    for (size_t i = 0; i < r->s.nprivates; i++) {
        bool is_meant = !c->impi || i == only;

        if (is_meant ? on && record_set_uses(set, i)
                     : record_set_registered(set, i))
            p[n++] = (uint16_t)i;
    }
    set->registered = p;
    set->nregistered = n;
    return IMS_OK;
}

/* Of one private identity, or of all, the old ones go. */
static enum ims_err set_restoration(struct arena *a, const struct record *r,
                                    struct cx_scscf_restorations *left,
                                    const struct store_registration *c,
                                    struct why *why)
{
    size_t at = record_private_at(r, c->impi), n = 0;
    struct slice impi = at == SIZE_MAX ? S("") : r->privates[at].impi;
    struct cx_scscf_restoration *v =
        arena_alloc(a, (left->count + 1) * sizeof(*v));

    if (!v)
        return why_set(why, IMS_FULL, "more data than there is room for");
    for (size_t i = 0; i < left->count && c->impi; i++) {
        if (!slice_eq(left->v[i].impi, impi))
            v[n++] = left->v[i];
    }
    if (c->restoration_change == STORE_SET && at != SIZE_MAX) {
        v[n] = *c->restoration;
        v[n++].impi = impi;
    }
    *left = (struct cx_scscf_restorations){v, n};
    return IMS_OK;
}

static enum ims_err change_set(struct arena *a, struct record *r,
                               const struct store_registration *c,
                               struct why *why)
{
    size_t at = record_set_at(r, c->set);
    struct subscriber_set *set = at == SIZE_MAX ? NULL : &r->sets[at];
    enum ims_err err = IMS_OK;

    if (!set)
        return IMS_OK;
    if (c->state_change)
        set->state = c->state;
    if (c->scscf_change)
        set->scscf = c->scscf_change == STORE_SET ? c->scscf : S("");
    if (c->registered)
        err = set_registered(a, r, set, c, why);
    if (!err && c->restoration_change)
        err = set_restoration(a, r, &r->restorations[at], c, why);
    return err;
}

static enum ims_err change_sets(struct store_job *job, struct arena *a,
                                struct record *r, struct why *why)
{
    const struct registration_job *j =
        container_of(job, struct registration_job, job);
    enum ims_err err = IMS_OK;

    for (size_t i = 0; i < j->n && !err; i++)
        err = change_set(a, r, &j->c[i], why);
    return err;
}

static enum ims_err registration_run(struct store_db *w, struct store_job *job,
                                     struct why *why)
{
    return change_live(w, job, change_sets, why);
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
                                .single = true,
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

static enum ims_err change_number(struct store_job *job, struct arena *a,
                                  struct record *r, struct why *why)
{
    const struct sqn_job *j = container_of(job, struct sqn_job, job);
    size_t at = record_private_at(r, j->impi);

    (void)a;
    (void)why;
    if (at != SIZE_MAX)
        r->privates[at].sqn = j->ceiling;
    return IMS_OK;
}

static enum ims_err sqn_run(struct store_db *w, struct store_job *job,
                            struct why *why)
{
    return change_live(w, job, change_number, why);
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
                                .single = true,
                                .run = sqn_run,
                                .release = sqn_release,
                                .done = done,
                                .ctx = ctx};
    j->impi = impi;
    j->ceiling = ceiling;
    store_submit(s, &j->job);
}
