/* SPDX-License-Identifier: MIT
 *
 * H-CX-5.
 */
#include "hss/leavers.h"
#include "hss/consequence.h"
#include "hss/provisioning.h"
#include <stdio.h>

enum {
    AT_ONCE = 8,     /* on their way */
    SILENT_MAX = 16, /* S-CSCFs that are told no more */
};

struct leavers {
    struct hss *me;
    struct timer timer;
    int64_t after;         /* those up to this one were begun with */
    bool began;            /* with somebody, since the first one */
    struct list farewells; /* not forgotten by the store yet */
    size_t on_their_way;   /* of them, not told yet */
    struct list alone;     /* of those who were deleted one by one */
    uint64_t told;
    struct str silent[SILENT_MAX];
    size_t nsilent;
};

/* One of them: its S-CSCFs are being told. */
struct farewell {
    struct list node; /* in leavers.farewells or .alone */
    struct leavers *l;
    int64_t n;
    bool was_told;
    telling_fn *done; /* of who was deleted one by one; or NULL */
    void *ctx;
};

struct leavers *leavers_new(struct hss *me)
{
    struct leavers *l = mem_zalloc(sizeof(*l));

    l->me = me;
    list_init(&l->farewells);
    list_init(&l->alone);
    return l;
}

void leavers_free(struct leavers *l)
{
    timer_stop(l->me->env->timers, &l->timer);
    LIST_EACH (it, &l->farewells) {
        free(container_of(it, struct farewell, node));
    }
    LIST_EACH (it, &l->alone) {
        free(container_of(it, struct farewell, node));
    }
    for (size_t i = 0; i < l->nsilent; i++)
        str_fini(&l->silent[i]);
    free(l);
}

/* ---- S-CSCFs that are not reached --------------------------------------- */

static bool is_silent(const struct leavers *l, struct slice scscf)
{
    for (size_t i = 0; i < l->nsilent; i++) {
        if (slice_eq_nocase(str_slice(&l->silent[i]), scscf))
            return true;
    }
    return false;
}

static void note_silent(struct leavers *l, struct slice scscf)
{
    if (l->nsilent < SILENT_MAX && !is_silent(l, scscf))
        str_set(&l->silent[l->nsilent++], scscf);
}

/* ---- one of them --------------------------------------------------------- */

static struct farewell *find(const struct list *of, int64_t n)
{
    LIST_EACH (it, of) {
        struct farewell *f = container_of(it, struct farewell, node);

        if (f->n == n)
            return f;
    }
    return NULL;
}

static void go_on(struct leavers *l);

static void on_forgotten(void *ctx, enum ims_err err, const struct why *why)
{
    struct farewell *f = ctx;
    struct leavers *l = f->l;

    (void)why;
    if (err) /* he waits for the next start, as what was lost by a stop does */
        l->began = false;
    list_remove(&f->node);
    free(f);
    go_on(l);
}

/* Who is read again before he is gone from the store is known by it. */
static void forget(struct farewell *f)
{
    f->was_told = true;
    store_leaver_told(f->l->me->store, f->n, on_forgotten, f);
}

static void tell_done(const struct farewell *f, enum ims_err err,
                      const struct list *tolds, const struct why *why)
{
    if (f->done)
        f->done(f->ctx, err, tolds, why);
}

/* ---- one alone ---------------------------------------------------------- */

static void on_told_alone(void *ctx, enum ims_err err, const struct list *tolds,
                          const struct why *why)
{
    struct farewell *f = ctx;

    forget(f);
    tell_done(f, err, tolds, why);
}

static bool is_told_alone(void *ctx, struct slice scscf)
{
    (void)ctx;
    (void)scscf;
    return true;
}

/* step() read him before who deleted him heard that he is gone. */
static void join(struct farewell *f, telling_fn *done, void *ctx)
{
    struct list nobody;

    f->done = done;
    f->ctx = ctx;
    list_init(&nobody);
    if (f->was_told)
        tell_done(f, IMS_OK, &nobody, NULL);
}

void leavers_tell(struct leavers *l, int64_t n, const struct subscriber *before,
                  telling_fn *done, void *ctx)
{
    struct farewell *f = find(&l->farewells, n);

    if (f) {
        join(f, done, ctx);
        return;
    }
    f = mem_alloc(sizeof(*f));
    *f = (struct farewell){.l = l, .n = n, .done = done, .ctx = ctx};
    list_append(&l->alone, &f->node);
    hss_tell_leaver(l->me, before, is_told_alone, on_told_alone, f);
}

/* ---- one after the other ------------------------------------------------ */

/* All of them were told: what was silent may be there the next time. Who came
 * meanwhile may have a number that was somebody's before. */
static void end(struct leavers *l)
{
    struct store_audit note = {.action = AUDIT_DEREGISTER, .who = S("hss")};
    char what[120];

    snprintf(what, sizeof(what), "%llu subscriber%s who had been deleted%s",
             (unsigned long long)l->told, l->told == 1 ? "" : "s",
             l->nsilent ? "; an S-CSCF was not reached" : "");
    note.what = slice_of(what);
    if (l->told || l->nsilent)
        store_note(l->me->store, &note, NULL, NULL);
    while (l->nsilent)
        str_fini(&l->silent[--l->nsilent]);
    l->told = 0;
    l->after = 0;
    if (l->began)
        go_on(l);
    l->began = false;
}

static void step(void *ctx);

static void go_on(struct leavers *l)
{
    timer_start(l->me->env->timers, &l->timer, 0, step, l);
}

/* *some: somebody served him. */
static bool were_reached(struct leavers *l, const struct list *tolds,
                         bool *some)
{
    bool all = true;

    LIST_EACH (it, tolds) {
        const struct told *d = container_of(it, struct told, node);

        *some = true;
        all = all && !d->err;
        if (d->unreached)
            note_silent(l, d->scscf);
        else if (d->err)
            log_at(l->me->env->log, LOG_ERROR, "who left is not told: %.*s",
                   SLICE_ARG(d->sentence));
    }
    return all;
}

static void on_told(void *ctx, enum ims_err err, const struct list *tolds,
                    const struct why *why)
{
    struct farewell *f = ctx;
    struct leavers *l = f->l;

    bool some = false;

    if (!err && were_reached(l, tolds, &some) && some)
        l->told++;
    forget(f);
    tell_done(f, err, tolds, why);
    l->on_their_way--;
    go_on(l);
}

static bool is_told(void *ctx, struct slice scscf)
{
    const struct farewell *f = ctx;

    return !is_silent(f->l, scscf);
}

static void begin(struct leavers *l, const struct store_leaver *leaver)
{
    struct farewell *f = mem_alloc(sizeof(*f));

    *f = (struct farewell){.l = l, .n = leaver->n};
    list_append(&l->farewells, &f->node);
    l->on_their_way++;
    l->began = true;
    hss_tell_leaver(l->me, &leaver->sub, is_told, on_told, f);
}

/* One a turn of the loop. */
static void step(void *ctx)
{
    struct leavers *l = ctx;
    struct store_leaver next;
    struct arena a;
    struct why why;
    enum ims_err err;

    if (l->on_their_way >= AT_ONCE || l->me->imports || l->me->leaving)
        return;
    arena_init(&a, 2048, SIZE_MAX); /* bounded by what the store kept */
    err = store_leaver_next(l->me->store, &a, l->after, &next, &why);
    if (!err) {
        l->after = next.n;
        go_on(l);
        if (!find(&l->alone, next.n) && !find(&l->farewells, next.n))
            begin(l, &next);
    } else if (err == IMS_MALFORMED) {
        log_at(l->me->env->log, LOG_ERROR, "who left is not told: %s",
               why.text);
        l->after = next.n;
        store_leaver_told(l->me->store, next.n, NULL, NULL);
        go_on(l);
    } else if (err != IMS_NOT_FOUND) {
        log_at(l->me->env->log, LOG_ERROR, "who left is not told: %s",
               why.text);
    } else if (list_is_empty(&l->farewells) && l->after) {
        end(l);
    }
    arena_fini(&a);
}

void leavers_look(struct leavers *l)
{
    if (!timer_runs(&l->timer))
        go_on(l);
}
