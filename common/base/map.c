/* SPDX-License-Identifier: MIT */
#include "base/map.h"
#include <assert.h>

enum { FIRST_BUCKETS = 16 };

void map_init(struct map *m, uint64_t seed, size_t limit)
{
    *m = (struct map){.limit = limit, .seed = seed};
    list_init(&m->order);
}

void map_fini(struct map *m)
{
    free(m->buckets);
    m->buckets = NULL;
    m->nbuckets = m->count = 0;
    list_init(&m->order);
}

static struct map_node **bucket_of(const struct map *m, uint64_t hash)
{
    return &m->buckets[hash & (m->nbuckets - 1)];
}

static struct map_node *first_equal(struct map_node *n, uint64_t hash,
                                    struct slice key)
{
    while (n && (n->hash != hash || !slice_eq(n->key, key)))
        n = n->chain;
    return n;
}

struct map_node *map_find(const struct map *m, struct slice key)
{
    uint64_t hash = slice_hash(key, m->seed);

    return m->nbuckets ? first_equal(*bucket_of(m, hash), hash, key) : NULL;
}

struct map_node *map_again(const struct map *m, const struct map_node *node)
{
    (void)m;
    return first_equal(node->chain, node->hash, node->key);
}

/* A chain is in insertion order, so that map_find answers the first of equal
 * keys: elements are put in front, the newest before the older. */
static void grow(struct map *m)
{
    m->nbuckets = m->nbuckets ? 2 * m->nbuckets : FIRST_BUCKETS;
    free(m->buckets);
    m->buckets = mem_zalloc(m->nbuckets * sizeof(*m->buckets));
    for (struct list *l = m->order.prev; l != &m->order; l = l->prev) {
        struct map_node *n = container_of(l, struct map_node, order);
        struct map_node **b = bucket_of(m, n->hash);

        n->chain = *b;
        *b = n;
    }
}

bool map_add(struct map *m, struct map_node *node, struct slice key)
{
    struct map_node **end;

    if (m->limit && m->count >= m->limit)
        return false;
    if (m->count >= m->nbuckets)
        grow(m);
    node->key = key;
    node->hash = slice_hash(key, m->seed);
    node->chain = NULL;
    end = bucket_of(m, node->hash);
    while (*end)
        end = &(*end)->chain;
    *end = node;
    list_append(&m->order, &node->order);
    if (++m->count > m->most)
        m->most = m->count;
    return true;
}

void map_remove(struct map *m, struct map_node *node)
{
    struct map_node **at = bucket_of(m, node->hash);

    while (*at != node) {
        assert(*at);
        at = &(*at)->chain;
    }
    *at = node->chain;
    node->chain = NULL;
    list_remove(&node->order);
    m->count--;
}
