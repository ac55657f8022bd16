/* SPDX-License-Identifier: MIT
 *
 * What Cx asks for comes in fours: UAR, MAR, UAR, SAR of one user. The first
 * one reads the subscription, the others find it here.
 */
#include "hss/store_sqlite.h"
#include "hss/store_sqlite_pack.h"

enum {
    CACHE_MAX = 4096,      /* subscriptions */
    CACHE_BYTES = 1 << 14, /* a larger one goes when another one is read */
};

/* An identity of an entry, by its name. */
struct name {
    struct map_node node; /* in publics or privates */
    struct cache_entry *of;
    size_t set, at;
};

struct cache_entry {
    struct map_node node; /* in subs, by id */
    struct list recent;
    int64_t sub;
    struct arena fixed, live; /* bounded by the rows */
    struct record r;
    struct name *publics, *privates; /* in fixed */
    size_t npublics;
};

/* ---- life --------------------------------------------------------------- */

void cache_init(struct store *s)
{
    struct store_cache *c = &s->cache;

    map_init(&c->subs, dice_u64(s->net->dice), 0);
    map_init(&c->publics, dice_u64(s->net->dice), 0);
    map_init(&c->privates, dice_u64(s->net->dice), 0);
    map_init(&c->profiles, dice_u64(s->net->dice), 0);
    list_init(&c->recent);
    arena_init(&c->arena, 0, SIZE_MAX); /* bounded by the catalogue */
}

static void forget(struct store_cache *c, struct cache_entry *e)
{
    if (c->large == e)
        c->large = NULL;
    map_remove(&c->subs, &e->node);
    list_remove(&e->recent);
    for (size_t i = 0; i < e->npublics; i++)
        map_remove(&c->publics, &e->publics[i].node);
    for (size_t i = 0; i < e->r.s.nprivates; i++) {
        map_remove(&c->privates, &e->privates[i].node);
        secret_wipe(&e->r.privates[i].key, sizeof(e->r.privates[i].key));
        secret_wipe(e->r.privates[i].op, sizeof(e->r.privates[i].op));
    }
    arena_fini(&e->fixed);
    arena_fini(&e->live);
    free(e);
}

static struct cache_entry *entry_of(struct store_cache *c, int64_t sub)
{
    struct map_node *node = map_find(&c->subs, slice_at(&sub, sizeof(sub)));

    return node ? container_of(node, struct cache_entry, node) : NULL;
}

void cache_forget(struct store *s, int64_t sub)
{
    struct cache_entry *e = entry_of(&s->cache, sub);

    if (e)
        forget(&s->cache, e);
}

static void forget_catalogue(struct store_cache *c)
{
    MAP_EACH (it, &c->profiles) {
        map_remove(&c->profiles, it);
    }
    arena_fini(&c->arena);
    arena_init(&c->arena, 0, SIZE_MAX);
    c->has_catalogue = false;
}

void cache_clear(struct store *s)
{
    struct store_cache *c = &s->cache;

    LIST_EACH (it, &c->recent) {
        forget(c, container_of(it, struct cache_entry, recent));
    }
    forget_catalogue(c);
}

void cache_fini(struct store *s)
{
    struct store_cache *c = &s->cache;

    cache_clear(s);
    arena_fini(&c->arena);
    map_fini(&c->subs);
    map_fini(&c->publics);
    map_fini(&c->privates);
    map_fini(&c->profiles);
}

static void note_size(struct store_cache *c, struct cache_entry *e)
{
    if (c->large == e || e->fixed.used + e->live.used <= CACHE_BYTES)
        return;
    if (c->large)
        forget(c, c->large);
    c->large = e;
}

/* What cannot be read is read again, from the database. */
void cache_live(struct store *s, int64_t sub, struct slice live)
{
    struct cache_entry *e = entry_of(&s->cache, sub);
    enum ims_err err;

    if (!e)
        return;
    arena_fini(&e->live);
    arena_init(&e->live, live.n, SIZE_MAX);
    live = slice_keep(&e->live, live);
    err = record_parse_live(&e->live, live, &e->r, NULL);
    if (err)
        forget(&s->cache, e);
    else
        note_size(&s->cache, e);
}

/* ---- loading ------------------------------------------------------------ */

/* In two arenas: what is live is replaced by itself. */
static enum ims_err read_rows(struct store_db *db, struct cache_entry *e,
                              struct why *why)
{
    sqlite3_stmt *q = db_bind(db, SQL_RECORD_READ, "i", e->sub);
    enum ims_err err = db_row(db, q, why);
    struct slice data, live;

    if (err)
        return err;
    data = slice_keep(&e->fixed, db_peek(q, 1));
    live = slice_keep(&e->live, db_peek(q, 2));
    err = record_parse(&e->fixed, data, &e->r, why);
    if (!err) {
        e->r.s.id = e->sub;
        e->r.s.version = (uint64_t)db_int(q, 0);
        err = record_parse_live(&e->live, live, &e->r, why);
    }
    db_done(q);
    return err;
}

static void add_names(struct store_cache *c, struct cache_entry *e)
{
    struct subscriber *s = &e->r.s;
    size_t n = 0;

    for (size_t i = 0; i < s->nsets; i++)
        n += s->sets[i].npublics;
    e->publics = arena_zalloc(&e->fixed, (n + 1) * sizeof(*e->publics));
    e->privates =
        arena_zalloc(&e->fixed, (s->nprivates + 1) * sizeof(*e->privates));
    for (size_t i = 0; i < s->nsets; i++) {
        for (size_t k = 0; k < s->sets[i].npublics; k++) {
            struct name *name = &e->publics[e->npublics++];

            *name = (struct name){.of = e, .set = i, .at = k};
            map_add(&c->publics, &name->node, s->sets[i].publics[k].impu);
        }
    }
    for (size_t i = 0; i < s->nprivates; i++) {
        e->privates[i] = (struct name){.of = e, .at = i};
        map_add(&c->privates, &e->privates[i].node, s->privates[i].impi);
    }
}

static void make_room(struct store_cache *c)
{
    if (c->large)
        forget(c, c->large);
    if (c->subs.count >= CACHE_MAX)
        forget(c, container_of(c->recent.next, struct cache_entry, recent));
}

static enum ims_err load(struct store *s, int64_t sub, struct cache_entry **out,
                         struct why *why)
{
    struct store_cache *c = &s->cache;
    struct cache_entry *e = mem_zalloc(sizeof(*e));
    enum ims_err err;

    e->sub = sub;
    arena_init(&e->fixed, 1024, SIZE_MAX);
    arena_init(&e->live, 0, SIZE_MAX);
    err = read_rows(&s->reader, e, why);
    if (err) {
        arena_fini(&e->fixed);
        arena_fini(&e->live);
        free(e);
        return err;
    }
    make_room(c);
    map_add(&c->subs, &e->node, slice_at(&e->sub, sizeof(e->sub)));
    list_append(&c->recent, &e->recent);
    add_names(c, e);
    note_size(c, e);
    *out = e;
    return IMS_OK;
}

/* ---- asking ------------------------------------------------------------- */

static void used(struct store_cache *c, struct cache_entry *e)
{
    list_remove(&e->recent);
    list_append(&c->recent, &e->recent);
}

const struct record *cache_look(struct store *s, int64_t sub)
{
    struct cache_entry *e = entry_of(&s->cache, sub);

    return e ? &e->r : NULL;
}

enum ims_err cache_record(struct store *s, int64_t sub,
                          const struct record **out, struct why *why)
{
    struct cache_entry *e = entry_of(&s->cache, sub);
    enum ims_err err = IMS_OK;

    if (is_hidden(&s->reader, sub))
        return why_set(why, IMS_NOT_FOUND, "not in the store");
    if (!e)
        err = load(s, sub, &e, why);
    if (err)
        return err;
    used(&s->cache, e);
    *out = &e->r;
    return IMS_OK;
}

static enum ims_err find_sub(struct store_db *db, struct slice name,
                             bool is_private, int64_t *sub, struct why *why)
{
    sqlite3_stmt *q =
        db_bind(db, SQL_IDENTITY_FIND, "ti", name, (int64_t)is_private);
    enum ims_err err = db_row(db, q, why);

    if (err)
        return err;
    *sub = db_int(q, 0);
    db_done(q);
    return IMS_OK;
}

static enum ims_err find(struct store *s, struct slice name, bool is_private,
                         struct cached *out, struct why *why)
{
    struct store_cache *c = &s->cache;
    struct map *map = is_private ? &c->privates : &c->publics;
    struct map_node *node = map_find(map, name);
    enum ims_err err = IMS_OK;
    struct cache_entry *e;
    struct name *n;
    int64_t sub;

    if (!node) {
        err = find_sub(&s->reader, name, is_private, &sub, why);
        if (!err)
            err = load(s, sub, &e, why);
        if (err)
            return err;
        node = map_find(map, name);
    }
    if (!node)
        return why_set(why, IMS_INTERNAL, "the store knows %.*s by halves",
                       SLICE_ARG(name));
    n = container_of(node, struct name, node);
    if (is_hidden(&s->reader, n->of->sub))
        return why_set(why, IMS_NOT_FOUND, "not in the store");
    used(c, n->of);
    *out = (struct cached){&n->of->r, n->set, n->at};
    return IMS_OK;
}

enum ims_err cache_public(struct store *s, struct slice impu,
                          struct cached *out, struct why *why)
{
    return find(s, impu, false, out, why);
}

enum ims_err cache_private(struct store *s, struct slice impi,
                           struct cached *out, struct why *why)
{
    return find(s, impi, true, out, why);
}

/* ---- the catalogue ------------------------------------------------------ */

struct profile_name {
    struct map_node node;
    const struct profile_service *service;
};

enum ims_err cache_catalogue(struct store *s, struct why *why)
{
    struct store_cache *c = &s->cache;
    enum ims_err err;

    if (c->has_catalogue)
        return IMS_OK;
    err = catalogue_read(&s->reader, &c->arena, &c->catalogue, why);
    if (err) {
        forget_catalogue(c);
        return err;
    }
    for (struct catalogue_profile *p = c->catalogue.profiles; p; p = p->next) {
        struct profile_name *n = arena_zalloc(&c->arena, sizeof(*n));

        n->service = &p->service;
        map_add(&c->profiles, &n->node, p->name);
    }
    c->has_catalogue = true;
    return IMS_OK;
}

const struct profile_service *cache_profile(struct store *s, struct slice name)
{
    struct map_node *node = map_find(&s->cache.profiles, name);

    return node ? container_of(node, struct profile_name, node)->service : NULL;
}
