/* SPDX-License-Identifier: MIT */
#include "node/faults_held.h"
#include "base/mem.h"
#include "node/faults.h"
#include <assert.h>

struct held {
    struct list link;
    struct faults_held *all;
    struct timer timer;
    struct fault_exit exit;
    const void *by;
    _Alignas(max_align_t) char way[FAULT_WAY_MAX];
    size_t n, call_n;
    char bytes[]; /* and the call's */
};

void faults_held_init(struct faults_held *h, struct timers *timers,
                      void (*on_gone)(void *ctx), void *ctx)
{
    *h = (struct faults_held){.timers = timers, .on_gone = on_gone, .ctx = ctx};
    list_init(&h->list);
}

static void take_out(struct held *it)
{
    struct faults_held *h = it->all;

    timer_stop(h->timers, &it->timer);
    list_remove(&it->link);
    h->count--;
    h->bytes -= it->n;
}

void faults_held_fini(struct faults_held *h)
{
    LIST_EACH (l, &h->list) {
        struct held *it = container_of(l, struct held, link);

        take_out(it);
        free(it);
    }
}

static void go(void *ctx)
{
    struct held *it = ctx;
    struct faults_held *h = it->all;

    take_out(it);
    it->exit.pass(it->exit.owner, it->way, slice_at(it->bytes, it->n),
                  slice_at(it->bytes + it->n, it->call_n));
    free(it);
    h->on_gone(h->ctx);
}

struct held *faults_hold(struct faults_held *h, const struct fault_message *m,
                         const struct fault_exit *exit, int64_t us,
                         const void *by)
{
    struct slice call = m->about.call;
    struct held *it;

    assert(exit->way_n <= FAULT_WAY_MAX);
    if (h->count >= FAULTS_HELD_MAX ||
        m->bytes.n > FAULTS_HELD_BYTES - h->bytes)
        return NULL;
    it = mem_zalloc(sizeof *it + m->bytes.n + call.n);
    it->all = h;
    it->exit = *exit;
    it->by = by;
    it->n = m->bytes.n;
    it->call_n = call.n;
    if (exit->way_n)
        memcpy(it->way, exit->way, exit->way_n);
    memcpy(it->bytes, m->bytes.p, m->bytes.n);
    if (call.n)
        memcpy(it->bytes + it->n, call.p, call.n);
    list_append(&h->list, &it->link);
    h->count++;
    h->bytes += it->n;
    timer_start(h->timers, &it->timer, us, go, it);
    return it;
}

void faults_release(struct faults_held *h, struct held *it)
{
    it->by = NULL;
    timer_start(h->timers, &it->timer, 0, go, it);
}

void faults_release_all(struct faults_held *h, const void *by)
{
    LIST_EACH (l, &h->list) {
        struct held *it = container_of(l, struct held, link);

        if (it->by == by)
            faults_release(h, it);
    }
}

void faults_held_forget(struct faults_held *h, const void *owner)
{
    LIST_EACH (l, &h->list) {
        struct held *it = container_of(l, struct held, link);

        if (it->exit.owner != owner)
            continue;
        take_out(it);
        free(it);
    }
}

unsigned faults_held_by(const struct faults_held *h, const void *by)
{
    unsigned count = 0;

    for (const struct list *l = h->list.next; l != &h->list; l = l->next)
        count += container_of(l, struct held, link)->by == by;
    return count;
}

struct held *faults_first_held(const struct faults_held *h, const void *by)
{
    for (struct list *l = h->list.next; l != &h->list; l = l->next)
        if (container_of(l, struct held, link)->by == by)
            return container_of(l, struct held, link);
    return NULL;
}
