/* SPDX-License-Identifier: MIT */
#include "hss/flags.h"

struct key {
    int64_t flag, set, impi;
};

struct entry {
    struct map_node node;
    struct key key;
};

static struct slice key_slice(const struct key *k)
{
    return slice_at(k, sizeof(*k));
}

static struct key key_of(enum flag flag, int64_t set, int64_t impi)
{
    return (struct key){flag, set, impi};
}

void flags_init(struct flags *f, struct dice *dice, size_t limit)
{
    map_init(&f->map, dice_u64(dice), 0);
    f->limit = limit;
}

static void drop(struct flags *f, struct map_node *node)
{
    map_remove(&f->map, node);
    free(container_of(node, struct entry, node));
}

void flags_fini(struct flags *f)
{
    while (map_first(&f->map))
        drop(f, map_first(&f->map));
    map_fini(&f->map);
}

bool flags_has(const struct flags *f, enum flag flag, int64_t set, int64_t impi)
{
    struct key k = key_of(flag, set, impi);

    return map_find(&f->map, key_slice(&k)) != NULL;
}

void flags_set(struct flags *f, enum flag flag, int64_t set, int64_t impi)
{
    struct entry *e;

    flags_clear(f, flag, set, impi);
    if (f->map.count >= f->limit)
        drop(f, map_first(&f->map));
    e = mem_zalloc(sizeof(*e));
    e->key = key_of(flag, set, impi);
    map_add(&f->map, &e->node, key_slice(&e->key));
}

void flags_clear(struct flags *f, enum flag flag, int64_t set, int64_t impi)
{
    struct key k = key_of(flag, set, impi);
    struct map_node *node = map_find(&f->map, key_slice(&k));

    if (node)
        drop(f, node);
}
