/* SPDX-License-Identifier: MIT
 *
 * A hash table from bytes to elements through a node embedded in the element;
 * iterates in insertion order. Owns neither elements nor keys: the key's
 * bytes live in the element, unchanged while it is in the map.
 *
 * It grows by a bucket at a time (W. Litwin, Linear Hashing, 1980): no call
 * takes longer because there are many elements, and nobody waits.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/list.h"
#include "base/slice.h"

struct map_node {
    struct list order;
    struct map_node *chain;
    uint64_t hash;
    struct slice key;
};

struct map_bucket {
    struct map_node *first;
    uint64_t marks; /* a bit is set for each node's hash */
};

struct map {
    struct list order;
    struct map_bucket *buckets;
    size_t nbuckets; /* in use */
    size_t room;     /* for buckets: the power of two not below nbuckets */
    size_t count;
    size_t most;  /* that count ever was */
    size_t limit; /* most elements; 0: no bound (bounded elsewhere) */
    uint64_t seed;
};

/* The seed comes from dice, so that nobody outside can aim at one bucket. */
void map_init(struct map *m, uint64_t seed, size_t limit);
void map_fini(struct map *m);

/* The first element with the key, or NULL. */
struct map_node *map_find(const struct map *m, struct slice key);

/* Adds; the key may stand several times. False at the limit. */
bool map_add(struct map *m, struct map_node *node, struct slice key);
void map_remove(struct map *m, struct map_node *node);

/* The next element with the same key as node, or NULL. */
struct map_node *map_again(const struct map *m, const struct map_node *node);

/* for each node `it` in insertion order; `it` may be removed in the body */
#define MAP_EACH(it, m)                                                     \
    for (struct map_node *it = map_first(m), *it##_next = map_after(m, it); \
         it; it = it##_next, it##_next = map_after(m, it))

static inline struct map_node *map_first(const struct map *m)
{
    return list_is_empty(&m->order)
               ? NULL
               : container_of(m->order.next, struct map_node, order);
}

static inline struct map_node *map_after(const struct map *m,
                                         const struct map_node *node)
{
    return !node || node->order.next == &m->order
               ? NULL
               : container_of(node->order.next, struct map_node, order);
}

#endif
