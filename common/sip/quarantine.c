/* SPDX-License-Identifier: MIT
 *
 * Places that did not answer, for a while (RFC 3263 4.3).
 *
 * SIP-7.
 */
#include "base/mem.h"
#include "sip/locate_private.h"

enum { QUARANTINE_MAX = 256 };

/* All stay equally long, so the map's order of insertion is that of leaving. */
struct quarantined {
    struct map_node node;
    struct addr addr;
    int64_t until_us;
};

void quarantine_init(struct quarantine *q, const struct env *env, int64_t us)
{
    q->clock = env->clock;
    q->us = us;
    map_init(&q->map, dice_u64(env->dice), QUARANTINE_MAX);
}

static struct quarantined *from_node(struct map_node *n)
{
    return container_of(n, struct quarantined, node);
}

static void let_go(struct quarantine *q, struct map_node *n)
{
    map_remove(&q->map, n);
    free(from_node(n));
}

void quarantine_fini(struct quarantine *q)
{
    MAP_EACH (n, &q->map) {
        let_go(q, n);
    }
    map_fini(&q->map);
}

void quarantine_remove(struct quarantine *q, const struct addr *a)
{
    struct map_node *n = map_find(&q->map, addr_key(a));

    if (n)
        let_go(q, n);
}

void quarantine_add(struct quarantine *q, const struct addr *a)
{
    struct quarantined *one;

    quarantine_remove(q, a);
    if (q->map.count == QUARANTINE_MAX)
        let_go(q, map_first(&q->map));
    one = mem_zalloc(sizeof *one);
    one->addr = *a;
    one->until_us = q->clock->mono_us + q->us;
    map_add(&q->map, &one->node, addr_key(&one->addr));
}

bool quarantine_has(const struct quarantine *q, const struct addr *a)
{
    struct map_node *n = map_find(&q->map, addr_key(a));

    return n && from_node(n)->until_us > q->clock->mono_us;
}

void quarantine_last(const struct quarantine *q, struct addr *a, unsigned n)
{
    struct addr late[SIP_LOCATE_MAX];
    unsigned good = 0, bad = 0;

    for (unsigned i = 0; i < n; i++) {
        if (quarantine_has(q, &a[i]))
            late[bad++] = a[i];
        else
            a[good++] = a[i];
    }
    memcpy(a + good, late, bad * sizeof *late);
}
