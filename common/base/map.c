/* SPDX-License-Identifier: MIT */
#include "base/map.h"
#include "base/mem.h"
#include <assert.h>
#include <string.h>

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
    m->nbuckets = m->room = m->count = 0;
    list_init(&m->order);
}

/* A bucket that is not there yet is still part of the one that it will be
 * split from. */
static struct map_node **bucket_of(const struct map *m, uint64_t hash)
{
    size_t at = hash & (m->room - 1);

    return &m->buckets[at < m->nbuckets ? at : at - m->room / 2];
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

/* Memory that is not used yet is not touched either. */
static void make_room(struct map *m)
{
    m->room = m->room ? 2 * m->room : FIRST_BUCKETS;
    m->buckets = mem_realloc(m->buckets, m->room * sizeof(struct map_node *));
}

/* Each chain stays in insertion order, so that map_find answers the first of
 * equal keys. */
static void split(struct map *m)
{
    size_t new = m->nbuckets++;
    struct map_node **from = &m->buckets[new - m->room / 2];
    struct map_node **to = &m->buckets[new];

    while (*from) {
        struct map_node *n = *from;

        if ((n->hash & (m->room - 1)) == new) {
            *from = n->chain;
            *to = n;
            to = &n->chain;
        } else
            from = &n->chain;
    }
    *to = NULL;
}

static void grow(struct map *m)
{
    if (m->nbuckets == m->room)
        make_room(m);
    if (m->nbuckets > 0) {
        split(m);
        return;
    }
    m->nbuckets = m->room;
    memset(m->buckets, 0, m->room * sizeof(struct map_node *));
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
