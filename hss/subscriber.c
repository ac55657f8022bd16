/* SPDX-License-Identifier: MIT */
#include "hss/subscriber.h"

const char *registration_state_name(enum registration_state s)
{
    switch (s) {
    case NOT_REGISTERED: return "not registered";
    case UNREGISTERED: return "unregistered";
    case REGISTERED: return "registered";
    }
    return "?";
}

/* ---- copying ------------------------------------------------------------ */

/* `failed` once something found no room. */
struct copier {
    struct arena *a;
    bool failed;
};

static void *copy(struct copier *c, const void *from, size_t n, size_t size)
{
    void *p = n ? arena_alloc(c->a, n * size) : NULL;

    if (p)
        memcpy(p, from, n * size);
    c->failed = c->failed || (n && !p);
    return p;
}

static void copy_text(struct copier *c, struct slice *s)
{
    if (s->n == 0)
        return;
    *s = slice_keep(c->a, *s);
    c->failed = c->failed || !s->p;
}

static void copy_private(struct copier *c, struct subscriber_private *p)
{
    struct subscriber_ha1 *h = copy(c, p->ha1s, p->nha1s, sizeof(*p->ha1s));

    copy_text(c, &p->impi);
    for (size_t i = 0; h && i < p->nha1s; i++) {
        copy_text(c, &h[i].realm);
        copy_text(c, &h[i].hex);
    }
    p->ha1s = h;
}

static void copy_public(struct copier *c, struct subscriber_public *p)
{
    copy_text(c, &p->impu);
    copy_text(c, &p->profile);
    copy_text(c, &p->display_name);
    copy_text(c, &p->alias_group);
    copy_text(c, &p->psi_server);
}

static void copy_set(struct copier *c, struct subscriber_set *s)
{
    struct subscriber_public *p =
        copy(c, s->publics, s->npublics, sizeof(*s->publics));

    for (size_t i = 0; p && i < s->npublics; i++)
        copy_public(c, &p[i]);
    s->publics = p;
    s->privates = copy(c, s->privates, s->nprivates, sizeof(*s->privates));
    s->registered =
        copy(c, s->registered, s->nregistered, sizeof(*s->registered));
    copy_text(c, &s->scscf);
}

struct subscriber *subscriber_copy(struct arena *a, const struct subscriber *s)
{
    struct copier c = {.a = a};
    struct subscriber *out = copy(&c, s, 1, sizeof(*s));
    struct subscriber_private *privates;
    struct subscriber_set *sets;
    struct slice *visited;

    if (!out)
        return NULL;
    privates = copy(&c, s->privates, s->nprivates, sizeof(*privates));
    sets = copy(&c, s->sets, s->nsets, sizeof(*sets));
    visited = copy(&c, s->visited, s->nvisited, sizeof(*visited));
    for (size_t i = 0; privates && i < s->nprivates; i++)
        copy_private(&c, &privates[i]);
    for (size_t i = 0; sets && i < s->nsets; i++)
        copy_set(&c, &sets[i]);
    for (size_t i = 0; visited && i < s->nvisited; i++)
        copy_text(&c, &visited[i]);
    out->privates = privates;
    out->sets = sets;
    out->visited = visited;
    out->mandatory =
        copy(&c, s->mandatory, s->nmandatory, sizeof(*s->mandatory));
    out->optional = copy(&c, s->optional, s->noptional, sizeof(*s->optional));
    copy_text(&c, &out->charging);
    return c.failed ? NULL : out;
}

/* ---- questions ---------------------------------------------------------- */

struct slice subscriber_default(const struct subscriber_set *set)
{
    for (size_t i = 0; i < set->npublics; i++) {
        const struct subscriber_public *u = &set->publics[i];

        if (!u->barred && u->type != PROFILE_WILDCARDED_IMPU &&
            u->type != PROFILE_WILDCARDED_PSI)
            return u->impu;
    }
    return set->publics[0].impu;
}

bool subscriber_set_has(const struct subscriber_set *set, struct slice impu)
{
    for (size_t i = 0; i < set->npublics; i++) {
        if (slice_eq(set->publics[i].impu, impu))
            return true;
    }
    return false;
}

bool subscriber_set_is_served(const struct subscriber_set *set)
{
    return set->state != NOT_REGISTERED && set->scscf.n;
}

bool subscriber_is_served(const struct subscriber *s)
{
    for (size_t i = 0; i < s->nsets; i++) {
        if (subscriber_set_is_served(&s->sets[i]))
            return true;
    }
    return false;
}
