/* SPDX-License-Identifier: MIT
 *
 * H-CX-7.
 */
#include "hss/former.h"
#include "hss/rtr.h"
#include <assert.h>

enum { FORMERS_MAX = 65536 }; /* then the oldest is forgotten */

struct former {
    struct map_node node; /* by sub */
    int64_t sub, set;
    struct str impu; /* one of the set */
    struct str scscf;
};

static struct former *first_of(struct hss *me, int64_t sub)
{
    struct map_node *node =
        map_find(&me->formers, slice_at((const char *)&sub, sizeof(sub)));

    return node ? container_of(node, struct former, node) : NULL;
}

/* Another set of the same subscription has one too. */
static struct former *next_of(struct hss *me, struct former *f)
{
    struct map_node *node = map_again(&me->formers, &f->node);

    return node ? container_of(node, struct former, node) : NULL;
}

static struct former *find(struct hss *me, const struct store_public *p)
{
    struct former *f = first_of(me, p->sub);

    while (f && f->set != p->set)
        f = next_of(me, f);
    return f;
}

struct slice former_where(struct hss *me, const struct store_public *set,
                          struct slice scscf)
{
    struct former *f = find(me, set);

    return f ? str_slice(&f->scscf) : scscf;
}

struct slice former_where_was(struct hss *me, int64_t sub,
                              const struct subscriber_set *was)
{
    struct former *f = first_of(me, sub);

    while (f && !subscriber_set_has(was, str_slice(&f->impu)))
        f = next_of(me, f);
    return f ? str_slice(&f->scscf) : was->scscf;
}

static void forget(struct hss *me, struct former *f)
{
    map_remove(&me->formers, &f->node);
    str_fini(&f->impu);
    str_fini(&f->scscf);
    free(f);
}

void former_free_all(struct hss *me)
{
    MAP_EACH (it, &me->formers)
        forget(me, container_of(it, struct former, node));
    map_fini(&me->formers);
}

static void keep(struct hss *me, const struct store_public *p)
{
    struct former *f = mem_zalloc(sizeof(*f));

    if (me->formers.count >= FORMERS_MAX)
        forget(me, container_of(map_first(&me->formers), struct former, node));
    f->sub = p->sub;
    f->set = p->set;
    str_set(&f->impu, p->name);
    str_set(&f->scscf, p->scscf);
    map_add(&me->formers, &f->node,
            slice_at((const char *)&f->sub, sizeof(f->sub)));
}

/* The one that had the set as its user's stays the former, however many try
 * to take it over, unless it is the one that gets it back. */
void former_remember(struct work *w, struct slice scscf)
{
    struct former *f = find(w->me, &w->public);

    if (f && slice_eq_nocase(str_slice(&f->scscf), scscf))
        forget(w->me, f);
    else if (!f && w->public.state != NOT_REGISTERED && w->public.scscf.n &&
             !slice_eq_nocase(w->public.scscf, scscf))
        keep(w->me, &w->public);
}

static bool is_sent(const struct cx_scscf_restorations *sent, struct slice impi)
{
    for (size_t i = 0; i < sent->count; i++) {
        if (slice_eq(sent->v[i].impi, impi))
            return true;
    }
    return false;
}

size_t former_leave(struct work *w, const struct store_pair *comes,
                    const struct cx_scscf_restorations *sent,
                    struct store_registration *changes)
{
    size_t n = 0;

    if (!find(w->me, &w->public))
        return 0;
    for (size_t i = 0; i < w->pairs.n; i++) {
        const struct store_pair *p = &w->pairs.p[i];

        if (!p->registered || p == comes || is_sent(sent, p->name))
            continue;
        work_say(w, "%.*s was registered at the former S-CSCF, and is no more",
                 SLICE_ARG(p->name));
        changes[n++] =
            (struct store_registration){.set = w->public.set,
                                        .impi = p->impi,
                                        .registered = STORE_CLEAR,
                                        .restoration_change = STORE_CLEAR};
    }
    return n;
}

static enum ims_err read_set(struct work *w, struct telling *t,
                             struct subscriber *s, struct rtr_ask *ask,
                             struct why *why)
{
    enum ims_err err =
        store_read(w->me->store, &t->arena, w->public.sub, s, why);

    for (size_t i = 0; !err && i < s->nsets; i++) {
        if (subscriber_set_has(&s->sets[i], w->public.name))
            ask->impus = rtr_publics(&t->arena, &s->sets[i]);
    }
    return err;
}

/* Whoever was registered there, first of all who has come now. */
static void name_privates(struct work *w, struct arena *a, struct rtr_ask *ask)
{
    struct slice *v = arena_alloc(a, (w->pairs.n + 1) * sizeof(*v));

    assert(v);
    ask->associated.v = v;
    ask->impi = w->pair      ? slice_keep(a, w->pair->name)
                : w->pairs.n ? slice_keep(a, w->pairs.p[0].name)
                             : slice_keep(a, w->public.name);
    for (size_t i = 0; i < w->pairs.n; i++) {
        if (w->pairs.p[i].registered &&
            !slice_eq(w->pairs.p[i].name, ask->impi))
            v[ask->associated.count++] = slice_keep(a, w->pairs.p[i].name);
    }
}

/* 8.1.1: by the Diameter client's address. */
static bool is_at(struct work *w, const struct former *f,
                  const struct cx_path *now)
{
    struct cx_path was = scscf_path(w->me, &w->arena, str_slice(&f->scscf));

    return slice_eq_nocase(was.destination_host, now->origin_host);
}

void former_tell(struct work *w, const struct cx_path *now)
{
    struct former *f = find(w->me, &w->public);
    struct rtr_ask ask = {.reason = CX_NEW_SERVER_ASSIGNED,
                          .set = w->public.set};
    struct subscriber s;
    struct telling *t;
    struct why why;
    enum ims_err err;

    if (!f)
        return;
    if (is_at(w, f, now)) {
        work_say(w, "the S-CSCF of %s has another name: it was %.*s",
                 w->impu.text, SLICE_ARG(str_slice(&f->scscf)));
        forget(w->me, f);
        return;
    }
    work_say(w, "%s has a new S-CSCF; %.*s is told that it serves it no more",
             w->impu.text, SLICE_ARG(str_slice(&f->scscf)));
    t = telling_new(w->me, NULL, NULL);
    ask.scscf = slice_keep(&t->arena, str_slice(&f->scscf));
    forget(w->me, f);
    name_privates(w, &t->arena, &ask);
    err = read_set(w, t, &s, &ask, &why);
    if (err)
        log_at(w->me->env->log, LOG_ERROR, "a former S-CSCF is not told: %s",
               why.text);
    else if (ask.impus.count)
        rtr_add(t, &ask);
    telling_run(t, w->public.sub);
}
