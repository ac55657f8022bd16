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
static struct map_bucket *bucket_of(const struct map *m, uint64_t hash)
{
    size_t at = hash & (m->room - 1);

    return &m->buckets[at < m->nbuckets ? at : at - m->room / 2];
}

/* Buckets lie together, nodes anywhere: what a bucket's marks say of a hash
 * spares a look at its nodes. They may say too much, until it is empty. */
static bool may_have(const struct map_bucket *b, uint64_t hash)
{
    return b->marks >> (hash >> 58) & 1;
}

static void mark(struct map_bucket *b, uint64_t hash)
{
    b->marks |= (uint64_t)1 << (hash >> 58);
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
    const struct map_bucket *b;
    uint64_t hash;

    if (m->count == 0)
        return NULL;
    hash = slice_hash(key, m->seed);
    b = bucket_of(m, hash);
    return may_have(b, hash) ? first_equal(b->first, hash, key) : NULL;
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
    m->buckets = mem_realloc(m->buckets, m->room * sizeof(struct map_bucket));
}

/* Equal keys stay in insertion order, so that map_find answers the first of
 * them. */
static void split(struct map *m)
{
    size_t new = m->nbuckets++;
    struct map_bucket *from = &m->buckets[new - m->room / 2];
    struct map_bucket *to = &m->buckets[new];
    struct map_node **from_end = &from->first, **to_end = &to->first;

    from->marks = to->marks = 0;
    for (struct map_node *n = from->first; n; n = n->chain) {
        bool moves = (n->hash & (m->room - 1)) == new;
        struct map_node ***end = moves ? &to_end : &from_end;

        mark(moves ? to : from, n->hash);
        **end = n;
        *end = &n->chain;
    }
    *from_end = *to_end = NULL;
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
    memset(m->buckets, 0, m->room * sizeof(struct map_bucket));
}

/* Behind what may be of the same key. */
static void put(struct map_bucket *b, struct map_node *node)
{
    struct map_node **at = &b->first;

    while (*at && may_have(b, node->hash))
        at = &(*at)->chain;
    node->chain = *at;
    *at = node;
    mark(b, node->hash);
}

bool map_add(struct map *m, struct map_node *node, struct slice key)
{
    if (m->limit && m->count >= m->limit)
        return false;
    if (m->count >= m->nbuckets)
        grow(m);
    node->key = key;
    node->hash = slice_hash(key, m->seed);
    put(bucket_of(m, node->hash), node);
    list_append(&m->order, &node->order);
    if (++m->count > m->most)
        m->most = m->count;
    return true;
}

void map_remove(struct map *m, struct map_node *node)
{
    struct map_bucket *b = bucket_of(m, node->hash);
    struct map_node **at = &b->first;

    while (*at != node) {
        assert(*at);
        at = &(*at)->chain;
    }
    *at = node->chain;
    node->chain = NULL;
    if (!b->first)
        b->marks = 0;
    list_remove(&node->order);
    m->count--;
}
