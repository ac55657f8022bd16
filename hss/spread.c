/* SPDX-License-Identifier: MIT
 *
 * H-CX-5.
 */
#include "hss/spread.h"
#include "hss/ppr.h"
#include "hss/provisioning.h"
#include <stdio.h>

enum {
    PAGE = 50,          /* subscriptions looked at in one turn of the loop */
    ROOM_MAX = 8 << 20, /* of one of them */
};

struct spread {
    struct hss *me;
    struct list node; /* in hss.spreads */
    enum catalogue_kind kind;
    struct str name, who;
    int64_t after; /* subscriptions up to this one have been looked at */
    uint64_t pushed, failed;
    bool again; /* begin anew */
    struct timer timer;
};

static void step(void *ctx);

static void forget(struct spread *s)
{
    timer_stop(s->me->env->timers, &s->timer);
    list_remove(&s->node);
    str_fini(&s->name);
    str_fini(&s->who);
    free(s);
}

void spread_free_all(struct hss *me)
{
    LIST_EACH (it, &me->spreads) {
        forget(container_of(it, struct spread, node));
    }
}

static void go_on(struct spread *s)
{
    timer_start(s->me->env->timers, &s->timer, 0, step, s);
}

static void on_written(void *ctx, enum ims_err err, const struct why *why)
{
    (void)err; /* who could not be stored has nothing */
    (void)why;
    go_on(ctx);
}

/* Who registered by what the entry was may not be stored yet. */
static void begin(struct spread *s)
{
    s->again = false;
    s->after = 0;
    s->pushed = s->failed = 0;
    store_behind_writes(s->me->store, on_written, s);
}

void spread_begin(struct hss *me, enum catalogue_kind kind, struct slice name,
                  struct slice who)
{
    struct spread *s;

    LIST_EACH (it, &me->spreads) {
        s = container_of(it, struct spread, node);
        if (s->kind == kind && slice_eq(str_slice(&s->name), name)) {
            s->again = true;
            return;
        }
    }
    s = mem_zalloc(sizeof(*s));
    s->me = me;
    s->kind = kind;
    str_set(&s->name, name);
    str_set(&s->who, who);
    list_append(&me->spreads, &s->node);
    begin(s);
}

/* ---- who uses it -------------------------------------------------------- */

static bool profile_shares(const struct catalogue *all, struct slice profile,
                           uint64_t set)
{
    for (const struct catalogue_profile *p = all->profiles; p; p = p->next) {
        if (!slice_eq(p->name, profile))
            continue;
        for (unsigned i = 0; i < p->service.nshared; i++) {
            if (p->service.shared_ifc_sets[i] == set)
                return true;
        }
    }
    return false;
}

static bool identity_uses(const struct spread *s, const struct catalogue *all,
                          const struct subscriber_public *u)
{
    uint64_t set = 0;

    if (s->kind == CATALOGUE_PROFILE)
        return slice_eq(u->profile, str_slice(&s->name));
    return slice_u64(str_slice(&s->name), INT32_MAX, &set) &&
           profile_shares(all, u->profile, set);
}

static bool uses(const struct spread *s, const struct catalogue *all,
                 const struct subscriber *sub)
{
    if (s->kind == CATALOGUE_CHARGING)
        return slice_eq(sub->charging, str_slice(&s->name));
    for (size_t i = 0; i < sub->nsets; i++) {
        for (size_t k = 0; k < sub->sets[i].npublics; k++) {
            if (identity_uses(s, all, &sub->sets[i].publics[k]))
                return true;
        }
    }
    return false;
}

/* He is not told, and holds up nobody behind him. */
static void leave_out(struct spread *s, int64_t id, struct slice sentence)
{
    s->failed++;
    log_at(s->me->env->log, LOG_ERROR, "push: subscriber %lld: %.*s",
           (long long)id, SLICE_ARG(sentence));
}

static enum ims_err look_at(struct spread *s, const struct catalogue *all,
                            int64_t id, int64_t *found, struct why *why)
{
    struct subscriber sub;
    struct arena a;
    enum ims_err err;

    arena_init(&a, 4096, ROOM_MAX);
    err = store_read(s->me->store, &a, id, &sub, why);
    s->after = id;
    if (!err && uses(s, all, &sub))
        *found = id;
    else if (err && err != IMS_NOT_FOUND && err != IMS_STORAGE)
        leave_out(s, id, slice_of(why->text));
    arena_fini(&a);
    return err == IMS_STORAGE ? err : IMS_OK;
}

/* *found: the next one, or 0; *more: there may be others behind. */
static enum ims_err look(struct spread *s, struct arena *a, int64_t *found,
                         bool *more, struct why *why)
{
    struct store *store = s->me->store;
    struct store_ids ids = {0};
    struct catalogue all;
    enum ims_err err = store_catalogue(store, a, &all, why);

    if (!err)
        err = store_list_served(store, a, s->after, PAGE, &ids, why);
    *found = 0;
    *more = !err && ids.n == PAGE;
    for (size_t i = 0; i < ids.n && !err && !*found; i++)
        err = look_at(s, &all, ids.p[i], found, why);
    *more = *more || *found;
    return err;
}

/* ---- one after the other ------------------------------------------------ */

static void end(struct spread *s, const char *how)
{
    char what[320];
    struct store_audit note = {.action = AUDIT_PUSH, .who = str_slice(&s->who)};

    snprintf(what, sizeof(what), "%s %.*s to %llu subscriber%s%s",
             catalogue_word(s->kind),
             SLICE_ARG(slice_first(str_slice(&s->name), 200)),
             (unsigned long long)s->pushed, s->pushed == 1 ? "" : "s", how);
    note.what = slice_of(what);
    record_say(s->me->env->record, (struct record_about){.session = {0}},
               "H-CX-5", "TS 29.228 6.2.2", "pushed: %.*s",
               SLICE_ARG(note.what));
    if (s->pushed || s->failed)
        store_note(s->me->store, &note, NULL, NULL);
    forget(s);
}

/* What could not be told: an S-CSCF that was not reached first; or NULL. */
static const struct told *find_untold(const struct list *tolds)
{
    const struct told *untold = NULL;

    LIST_EACH (it, tolds) {
        const struct told *d = container_of(it, struct told, node);

        if (d->err && (!untold || d->unreached))
            untold = d;
    }
    return untold;
}

/* Who left meanwhile is told by what made him leave. */
static bool has_left(enum ims_err err)
{
    return err == IMS_NOT_FOUND || err == IMS_CONFLICT;
}

static void on_unreached(struct spread *s)
{
    s->failed++;
    if (s->again)
        go_on(s);
    else
        end(s, "; then an S-CSCF was not reached");
}

static void on_pushed(void *ctx, enum ims_err err, const struct list *tolds,
                      const struct why *why)
{
    struct spread *s = ctx;
    const struct told *untold = err ? NULL : find_untold(tolds);
    struct slice sentence = err ? slice_of(why->text) : S("");

    if (untold && untold->unreached) {
        on_unreached(s);
        return;
    }
    if (untold) {
        err = untold->err;
        sentence = untold->sentence;
    }
    if (err && !has_left(err))
        leave_out(s, s->after, sentence);
    s->pushed += !err;
    go_on(s);
}

static void step(void *ctx)
{
    struct spread *s = ctx;
    struct arena a;
    struct why why;
    int64_t found;
    bool more;
    enum ims_err err;

    if (s->again) {
        begin(s);
        return;
    }
    arena_init(&a, 4096, 64 << 20);
    err = look(s, &a, &found, &more, &why);
    arena_fini(&a);
    if (err) {
        log_at(s->me->env->log, LOG_ERROR, "push: %s", why.text);
        s->failed++;
        end(s, "; then the store failed");
    } else if (found) {
        hss_push(s->me, &(struct push_ask){.sub = found}, on_pushed, s);
    } else if (more) {
        go_on(s);
    } else {
        end(s, s->failed ? "; others could not be told" : "");
    }
}
