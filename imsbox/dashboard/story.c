/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/story.h"
#include "base/mem.h"
#include "imsbox/dashboard/thread.h"
#include <assert.h>

enum {
    JSON_BYTES = 600,         /* what a step takes once it is shown */
    PARTIES_MAX = 4096,       /* then phones are learnt anew */
    PATIENCE_US = 2 * SECOND, /* with a copy that is late */
};

struct story {
    const struct site *site;
    bool *alive; /* nodes */
    struct entries entries;
    struct parties parties;
    struct steps steps;
    struct threads threads;
    struct list mended; /* of the last telling */
    struct told **ring; /* by id modulo its size, which is more than fit */
    size_t ring_size;
    uint64_t first, last;
    int64_t began_us; /* wall clock; what was before is not in it */
    size_t bytes, max_bytes;
    struct story_figures figures;
};

struct story *story_new(const struct site *site, size_t max_bytes,
                        uint64_t seed)
{
    struct story *s = mem_zalloc(sizeof *s);

    s->site = site;
    s->alive = mem_zalloc(site->node_count + 1);
    s->max_bytes = max_bytes;
    s->first = 1;
    s->began_us = INT64_MIN;
    s->ring_size = max_bytes / sizeof(struct told) + 2;
    s->ring = mem_zalloc(s->ring_size * sizeof *s->ring);
    list_init(&s->mended);
    entries_init(&s->entries, site->node_count);
    parties_init(&s->parties, site);
    s->steps = (struct steps){.entries = &s->entries, .parties = &s->parties};
    threads_init(&s->threads, seed);
    return s;
}

/* ---- forgetting ---------------------------------------------------------- */

static void forget_first(struct story *s)
{
    struct told **at = &s->ring[s->first % s->ring_size];

    s->bytes -= (*at)->bytes;
    list_remove(&(*at)->in_mended);
    threads_leave(&s->threads, *at);
    piece_drop((*at)->json);
    free(*at);
    *at = NULL;
    s->first++;
    s->figures.forgotten++;
}

static void forget_all(struct story *s)
{
    while (s->first <= s->last)
        forget_first(s);
    entries_fini(&s->entries);
}

void story_clear(struct story *s, int64_t now_us)
{
    forget_all(s);
    entries_init(&s->entries, s->site->node_count);
    s->steps.dropped = NULL;
    s->began_us = now_us;
}

void story_free(struct story *s)
{
    if (!s)
        return;
    forget_all(s);
    threads_fini(&s->threads);
    parties_fini(&s->parties);
    free(s->ring);
    free(s->alive);
    free(s);
}

/* ---- listening ----------------------------------------------------------- */

enum ims_err story_add(struct story *s, unsigned node, struct slice json,
                       int64_t *wall_us, struct why *why)
{
    enum ims_err err = entries_add(&s->entries, node, json, wall_us, why);

    s->figures.entries += err == IMS_OK;
    return err;
}

void story_take(struct story *s, unsigned node, const struct wire_entry *e)
{
    if (e->wall_us < s->began_us)
        return;
    entries_take(&s->entries, node, e);
    s->figures.entries++;
}

void story_missed(struct story *s, uint64_t count)
{
    s->figures.missed += count;
}

void story_note_alive(struct story *s, unsigned node, bool alive)
{
    s->alive[node] = alive;
}

/* ---- waiting ------------------------------------------------------------- */

static bool is_at(const struct topology_node *n, enum topology_trust trust,
                  const struct addr *a)
{
    for (unsigned i = 0; i < n->listener_count; i++)
        if (n->listeners[i].trust == trust &&
            n->listeners[i].at.addr.port == a->port)
            return true;
    return false;
}

/* Addresses of names are not known here: it may be at any. */
static bool is_of_site(const struct site *s, const struct addr *a)
{
    for (unsigned i = 0; i < s->node_count; i++) {
        const struct topology_node *n = s->nodes[i].node;

        for (unsigned k = 0; k < n->listener_count; k++)
            if (n->listeners[k].at.addr.family == 0 ||
                addr_eq_ip(&n->listeners[k].at.addr, a))
                return true;
    }
    return false;
}

/* Was it sent by a node of ours? */
static bool is_from_node(const struct story *s, const struct entry *e)
{
    const struct topology_node *n = s->site->nodes[e->node].node;

    return (e->kind == RECORD_RX || e->kind == RECORD_DROP) &&
           (e->proto == RECORD_DIAMETER || is_at(n, TOPOLOGY_MW, &e->local)) &&
           is_of_site(s->site, &e->remote);
}

/* Was it sent to one that will receive it, be it slowly? */
static bool is_to_living_node(const struct story *s, const struct entry *e)
{
    int node = e->kind == RECORD_TX ? parties_node_of(s->site, e) : -1;

    return node >= 0 && s->alive[node];
}

/* Is the other node's copy yet to come? */
static bool waits_for_copy(const struct story *s, const struct entry *e)
{
    return !e->joined && !e->told &&
           (is_from_node(s, e) || is_to_living_node(s, e));
}

/* Nothing is told that is newer than a message whose other copy is still
 * under way; after a while it is told all the same. */
static int64_t hold_back(const struct story *s, int64_t until_us)
{
    int64_t patience = until_us - PATIENCE_US;

    for (unsigned i = 0; i < s->entries.node_count; i++) {
        const struct entries_node *n = &s->entries.nodes[i];

        for (unsigned k = 0; k < n->count; k++) {
            const struct entry *e = n->list[k];

            if (e->wall_us < until_us && e->wall_us > patience &&
                waits_for_copy(s, e))
                until_us = e->wall_us - 1;
        }
    }
    return until_us;
}

/* ---- what arrived after all ---------------------------------------------- */

/* The step by which an entry was told; NULL: it is forgotten. */
static struct told *told_by(const struct story *s, const struct entry *e)
{
    struct told *t = story_previous(s, NULL);

    while (t && (t->entry.node != e->node || t->entry.seq != e->seq ||
                 t->entry.wall_us != e->wall_us))
        t = story_previous(s, t);
    return t;
}

/* A step that was told as lost, and its receiver's copy. */
static void mend(struct story *s, struct told *t, const struct entry *copy)
{
    t->step.lost = false;
    t->other = *copy;
    t->other.bytes = t->entry.bytes;
    t->other.call = t->other.session = t->other.fault = S("");
    t->other.proc = t->other.clause = S("");
    t->other.says = t->other.reason = S("");
    t->other.other = &t->entry;
    t->entry.other = &t->other;
    piece_drop(t->json);
    t->json = NULL;
    list_append(&s->mended, &t->in_mended);
}

static void mend_by(struct story *s, const struct entry *e)
{
    struct told *t;

    if (entry_is_sent(e) || e->told || !e->other || !e->other->told)
        return;
    t = told_by(s, e->other);
    if (t && t->step.lost)
        mend(s, t, e);
}

/* A receiver's copy came so late that its message was told as lost. */
static void mend_late(struct story *s)
{
    LIST_EACH (it, &s->mended)
        list_remove(it);
    for (unsigned i = 0; i < s->entries.node_count; i++) {
        const struct entries_node *n = &s->entries.nodes[i];

        for (unsigned k = 0; k < n->count; k++)
            mend_by(s, n->list[k]);
    }
}

/* ---- telling ------------------------------------------------------------- */

static struct slice put(char **at, struct slice text)
{
    struct slice kept = {*at, text.n};

    if (text.n)
        memcpy(*at, text.p, text.n);
    *at += text.n;
    return kept;
}

static const char *put_name(char **at, const char *name)
{
    const char *kept = *at;

    put(at, slice_at(name, strlen(name) + 1));
    return kept;
}

/* The other copy has the same bytes; what is of interest are its place and
 * its addresses. */
static void keep_entry(struct told *t, const struct entry *e, char *at)
{
    t->entry = *e;
    t->entry.call = put(&at, e->call);
    t->entry.session = put(&at, e->session);
    t->entry.bytes = put(&at, e->bytes);
    t->entry.proc = put(&at, e->proc);
    t->entry.clause = put(&at, e->clause);
    t->entry.says = put(&at, e->says);
    t->entry.reason = put(&at, e->reason);
    t->entry.fault = put(&at, e->fault);
    t->entry.other = NULL;
    if (!e->other)
        return;
    t->other = *e->other;
    t->other.bytes = t->entry.bytes;
    t->other.call = put(&at, e->other->call);
    t->other.session = put(&at, e->other->session);
    t->other.fault = put(&at, e->other->fault);
    t->other.proc = t->other.clause = S("");
    t->other.says = t->other.reason = S("");
    t->other.other = &t->entry;
    t->entry.other = &t->other;
}

static size_t size_of(const struct entry *e)
{
    size_t n = e->call.n + e->session.n + e->bytes.n + e->proc.n + e->clause.n +
               e->says.n + e->reason.n + e->fault.n;

    if (e->other)
        n += e->other->call.n + e->other->session.n + e->other->fault.n;
    return n;
}

static struct told *keep(struct story *s, const struct step *step)
{
    const char *from = s->parties.list[step->from].name;
    const char *to = s->parties.list[step->to].name;
    size_t names = strlen(from) + strlen(to) + 2;
    size_t n = sizeof(struct told) + names + size_of(step->entry);
    struct told *t = mem_zalloc(n);
    char *at = (char *)(t + 1);

    t->bytes = n + JSON_BYTES + step->entry->says.n;
    t->step = *step;
    t->from_ours = s->parties.list[step->from].node != NULL;
    t->to_ours = s->parties.list[step->to].node != NULL;
    t->from = put_name(&at, from);
    t->to = put_name(&at, to);
    keep_entry(t, step->entry, at);
    t->step.entry = &t->entry;
    list_init(&t->in_thread);
    list_init(&t->in_mended);
    return t;
}

static void tell(struct story *s, const struct step *step)
{
    struct told *t = keep(s, step);

    while (s->first <= s->last && s->bytes + t->bytes > s->max_bytes)
        forget_first(s);
    t->id = ++s->last;
    s->ring[t->id % s->ring_size] = t;
    s->bytes += t->bytes;
    if (s->bytes > s->figures.bytes_most)
        s->figures.bytes_most = s->bytes;
    s->figures.told++;
    threads_join(&s->threads, t);
}

/* Names of phones are bound to addresses, and addresses come and go. */
static void forget_parties(struct story *s)
{
    if (s->parties.count < PARTIES_MAX || s->steps.dropped)
        return;
    parties_fini(&s->parties);
    parties_init(&s->parties, s->site);
}

unsigned story_tell(struct story *s, int64_t until_us, int64_t keep_us)
{
    unsigned count = 0;
    struct step step;

    entries_join(&s->entries);
    mend_late(s);
    until_us = hold_back(s, until_us);
    while (steps_next(&s->steps, until_us, &step)) {
        tell(s, &step);
        count++;
    }
    entries_forget(&s->entries, keep_us);
    forget_parties(s);
    return count;
}

/* ---- reading ------------------------------------------------------------- */

uint64_t story_first(const struct story *s)
{
    return s->first <= s->last ? s->first : 0;
}

uint64_t story_last(const struct story *s)
{
    return s->last;
}

struct told *story_at(const struct story *s, uint64_t id)
{
    return id >= s->first && id <= s->last ? s->ring[id % s->ring_size] : NULL;
}

struct told *story_next(const struct story *s, const struct told *t)
{
    return story_at(s, t ? t->id + 1 : s->first);
}

struct told *story_previous(const struct story *s, const struct told *t)
{
    return story_at(s, t ? t->id - 1 : s->last);
}

struct told *story_behind(const struct story *s, uint64_t id)
{
    return story_at(s, id < s->first ? s->first : id + 1);
}

struct told *story_mended(const struct story *s, const struct told *t)
{
    const struct list *l = t ? t->in_mended.next : s->mended.next;

    return l == &s->mended ? NULL : container_of(l, struct told, in_mended);
}

struct thread *story_thread(const struct story *s, struct slice call)
{
    return threads_find(&s->threads, call);
}

struct thread *story_older(const struct story *s, const struct thread *t)
{
    return threads_older(&s->threads, t);
}

struct story_figures story_figures(const struct story *s)
{
    struct story_figures f = s->figures;

    f.bytes = s->bytes;
    f.calls = s->threads.calls.count;
    return f;
}

const struct site *story_site(const struct story *s)
{
    return s->site;
}
