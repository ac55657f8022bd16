/* SPDX-License-Identifier: MIT */
#include "imsbox/entries.h"
#include "base/map.h"
#include "base/mem.h"
#include <assert.h>

void entries_init(struct entries *e, unsigned node_count)
{
    e->nodes = mem_zalloc(node_count * sizeof *e->nodes);
    e->node_count = node_count;
}

void entries_fini(struct entries *e)
{
    for (unsigned i = 0; i < e->node_count; i++) {
        for (unsigned k = 0; k < e->nodes[i].count; k++)
            free(e->nodes[i].list[k]);
        free(e->nodes[i].list);
    }
    free(e->nodes);
}

/* ---- the two copies of a message ----------------------------------------- */

struct waiting { /* a sent message without the receiver's copy */
    struct map_node node;
    struct entry *sent;
};

typedef struct slice key_fn(const struct entry *e);

static struct slice by_pair(const struct entry *e)
{
    return slice_at(&e->pair, sizeof e->pair);
}

/* Over a connection the two ends may know different ports of the one that
 * opened it; but no two hops carry the same bytes: branches and hop-by-hop
 * identifiers differ. */
static struct slice by_bytes(const struct entry *e)
{
    return slice_at(&e->print, sizeof e->print);
}

static void note_sent(const struct entries *e, key_fn *key, struct map *sent,
                      struct waiting *w)
{
    for (unsigned i = 0; i < e->node_count; i++)
        for (unsigned k = 0; k < e->nodes[i].count; k++) {
            struct entry *it = e->nodes[i].list[k];

            if (it->kind != RECORD_TX || it->joined)
                continue;
            w->sent = it;
            map_add(sent, &w++->node, key(it));
        }
}

/* Equal retransmissions are joined in the order of their sending. */
static void join_received(struct map *sent, key_fn *key, struct entry *received)
{
    struct map_node *at = map_find(sent, key(received));
    struct waiting *w;

    if (!at)
        return;
    w = container_of(at, struct waiting, node);
    w->sent->other = received;
    received->other = w->sent;
    w->sent->joined = received->joined = true;
    map_remove(sent, at);
}

static void join_by(struct entries *e, key_fn *key, struct waiting *w)
{
    struct map sent;

    map_init(&sent, 0, 0);
    note_sent(e, key, &sent, w);
    for (unsigned i = 0; i < e->node_count; i++)
        for (unsigned k = 0; k < e->nodes[i].count; k++) {
            struct entry *it = e->nodes[i].list[k];

            if (entry_is_message(it) && !entry_is_sent(it) && !it->joined)
                join_received(&sent, key, it);
        }
    map_fini(&sent);
}

void entries_join(struct entries *e)
{
    struct waiting *w;
    size_t count = 0;

    for (unsigned i = 0; i < e->node_count; i++)
        count += e->nodes[i].count;
    w = mem_zalloc((count + 1) * sizeof *w);
    join_by(e, by_pair, w);
    join_by(e, by_bytes, w);
    free(w);
}

/* ---- in order ------------------------------------------------------------ */

static struct entry *head_of(struct entries_node *n)
{
    while (n->at < n->count &&
           (n->list[n->at]->told || !n->list[n->at]->chosen))
        n->at++;
    return n->at < n->count ? n->list[n->at] : NULL;
}

static bool waits_for_sender(const struct entry *e)
{
    return e->kind != RECORD_TX && e->other && e->other->chosen &&
           !e->other->told;
}

static bool is_better(const struct entry *a, const struct entry *b)
{
    bool a_waits = waits_for_sender(a), b_waits;

    if (!b)
        return true;
    b_waits = waits_for_sender(b);
    return a_waits != b_waits ? b_waits : a->wall_us < b->wall_us;
}

const struct entry *entries_next(struct entries *e, int64_t until_us)
{
    struct entry *best = NULL;

    for (unsigned i = 0; i < e->node_count; i++) {
        struct entry *head = head_of(&e->nodes[i]);

        if (head && head->wall_us <= until_us && is_better(head, best))
            best = head;
    }
    if (best)
        best->told = true;
    return best;
}

static bool may_go(const struct entry *e, int64_t keep_us)
{
    if (e->wall_us < keep_us)
        return e->told || !e->chosen;
    return e->told && (!entry_is_message(e) || (e->other && e->other->told));
}

static void each(struct entries *e, void (*fn)(struct entry *it, int64_t us),
                 int64_t us)
{
    for (unsigned i = 0; i < e->node_count; i++)
        for (unsigned k = 0; k < e->nodes[i].count; k++)
            fn(e->nodes[i].list[k], us);
}

static void mark_gone(struct entry *it, int64_t keep_us)
{
    it->gone = may_go(it, keep_us);
}

static void forget_gone(struct entry *it, int64_t keep_us)
{
    (void)keep_us;
    if (it->other && it->other->gone)
        it->other = NULL;
}

void entries_forget(struct entries *e, int64_t keep_us)
{
    each(e, mark_gone, keep_us);
    each(e, forget_gone, keep_us);
    for (unsigned i = 0; i < e->node_count; i++) {
        struct entries_node *n = &e->nodes[i];
        unsigned kept = 0;

        for (unsigned k = 0; k < n->count; k++)
            if (n->list[k]->gone)
                free(n->list[k]);
            else
                n->list[kept++] = n->list[k];
        n->count = kept;
        n->at = 0;
    }
}
