/* SPDX-License-Identifier: MIT
 *
 * Sequence numbers in use: a block is reserved on disk ahead, so that none is
 * used twice (TS 33.102 C.1.1.1).
 *
 * H-AUC-1 in part: Milenage, no TUAK.
 */
#include "hss/counters.h"
#include "base/map.h"

/* A private identity whose numbers were asked for. */
struct entry {
    struct map_node node;
    int64_t impi;
    struct vectors_counter counter;
};

struct counters {
    struct store *store;
    struct map map;
    size_t limit;
    struct list reservations; /* being written */
};

struct reservation {
    struct list node; /* in counters.reservations */
    struct counters *owner;
    int64_t impi;
    unsigned count;
    struct vectors_counter counter;
    counters_fn *fn;
    void *ctx;
};

struct counters *counters_new(struct store *s, struct dice *dice, size_t limit)
{
    struct counters *c = mem_zalloc(sizeof(*c));

    c->store = s;
    c->limit = limit;
    map_init(&c->map, dice_u64(dice), 0);
    list_init(&c->reservations);
    return c;
}

static void drop(struct counters *c, struct map_node *node)
{
    map_remove(&c->map, node);
    free(container_of(node, struct entry, node));
}

void counters_forget_all(struct counters *c)
{
    while (map_first(&c->map))
        drop(c, map_first(&c->map));
}

void counters_free(struct counters *c)
{
    LIST_EACH (it, &c->reservations) {
        free(container_of(it, struct reservation, node));
    }
    counters_forget_all(c);
    map_fini(&c->map);
    free(c);
}

static struct entry *entry_new(struct counters *c, int64_t impi)
{
    struct entry *e = mem_zalloc(sizeof(*e));

    if (c->map.count >= c->limit)
        drop(c, map_first(&c->map));
    e->impi = impi;
    map_add(&c->map, &e->node, slice_at(&e->impi, sizeof(e->impi)));
    return e;
}

/* A ceiling other than ours was provisioned, or is from before a restart: of
 * what it allows nothing is known to be unused. */
static struct entry *entry_of(struct counters *c, int64_t impi, uint64_t stored)
{
    struct map_node *node = map_find(&c->map, slice_at(&impi, sizeof(impi)));
    struct entry *e =
        node ? container_of(node, struct entry, node) : entry_new(c, impi);

    if (!node || e->counter.ceiling != stored)
        e->counter = (struct vectors_counter){stored, stored};
    return e;
}

uint64_t counters_used(const struct counters *c, int64_t impi, uint64_t stored)
{
    struct map_node *node = map_find(&c->map, slice_at(&impi, sizeof(impi)));
    const struct entry *e =
        node ? container_of(node, struct entry, node) : NULL;

    return e && e->counter.ceiling == stored ? e->counter.used : stored;
}

void counters_forget(struct counters *c, int64_t impi)
{
    struct map_node *node = map_find(&c->map, slice_at(&impi, sizeof(impi)));

    if (node)
        drop(c, node);
}

/* ---- a block more ------------------------------------------------------- */

static void on_reserved(void *ctx, enum ims_err err, const struct why *why)
{
    struct reservation *r = ctx;
    uint64_t first = 0, ceiling;

    if (!err) {
        vectors_take(&r->counter, r->count, &first, &ceiling);
        entry_of(r->owner, r->impi, r->counter.ceiling)->counter = r->counter;
    }
    list_remove(&r->node);
    r->fn(r->ctx, err, first, why);
    free(r);
}

void counters_take(struct counters *c, const struct counters_ask *ask,
                   counters_fn *fn, void *ctx)
{
    struct entry *e = entry_of(c, ask->impi, ask->stored);
    struct vectors_counter counter = e->counter;
    struct reservation *r;
    uint64_t first, ceiling;

    if (ask->resync && !ask->resync(ctx, &counter))
        counter = e->counter;
    if (vectors_take(&counter, ask->count, &first, &ceiling)) {
        e->counter = counter;
        fn(ctx, IMS_OK, first, NULL);
        return;
    }
    counter.ceiling = ceiling;
    r = mem_alloc(sizeof(*r));
    *r = (struct reservation){.owner = c,
                              .impi = ask->impi,
                              .count = ask->count,
                              .counter = counter,
                              .fn = fn,
                              .ctx = ctx};
    list_append(&c->reservations, &r->node);
    store_sqn(c->store, ask->sub, ask->impi, ceiling, on_reserved, r);
}
