/* SPDX-License-Identifier: MIT */
#include "net/loop_priv.h"
#include <assert.h>

struct loop_signal {
    struct loop *loop;
    struct list link;
    uv_signal_t uv;
    void (*fn)(void *ctx, int signo);
    void *ctx;
};

struct loop_watch {
    struct loop *loop;
    struct list link;
    uv_poll_t poll;
    void (*on_readable)(void *ctx);
    void *ctx;
};

static void on_closed(uv_handle_t *h)
{
    free(h->data);
}

static void on_signal(uv_signal_t *uv, int signo)
{
    struct loop_signal *s = uv->data;

    loop_enter(s->loop);
    s->fn(s->ctx, signo);
}

void loop_on_signal(struct loop *l, int signo, void (*fn)(void *ctx, int signo),
                    void *ctx)
{
    struct loop_signal *s = mem_zalloc(sizeof(*s));

    s->loop = l;
    s->fn = fn;
    s->ctx = ctx;
    list_append(&l->signals, &s->link);
    uv_signal_init(&l->uv, &s->uv);
    s->uv.data = s;
    int rc = uv_signal_start(&s->uv, on_signal, signo);
    assert(rc == 0);
}

void loop_signals_close(struct loop *l)
{
    LIST_EACH (it, &l->signals) {
        struct loop_signal *s = container_of(it, struct loop_signal, link);

        list_remove(it);
        uv_close((uv_handle_t *)&s->uv, on_closed);
    }
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct loop_watch *w = poll->data;

    (void)status;
    (void)events;
    loop_enter(w->loop);
    w->on_readable(w->ctx);
}

struct loop_watch *loop_watch(struct loop *l, int fd,
                              void (*on_readable)(void *), void *ctx)
{
    struct loop_watch *w = mem_zalloc(sizeof(*w));

    w->loop = l;
    w->on_readable = on_readable;
    w->ctx = ctx;
    list_append(&l->watches, &w->link);
    uv_poll_init(&l->uv, &w->poll, fd);
    w->poll.data = w;
    uv_poll_start(&w->poll, UV_READABLE, on_poll);
    return w;
}

void loop_unwatch(struct loop_watch *w)
{
    list_remove(&w->link);
    uv_close((uv_handle_t *)&w->poll, on_closed);
}
