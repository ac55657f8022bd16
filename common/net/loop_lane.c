/* SPDX-License-Identifier: MIT
 *
 * A lane is one thread. The loop hands it one job at a time through an
 * eventfd and hears through another that it is done; the two system calls
 * order what both sides see, so that there is nothing to lock.
 */
#include "net/loop_priv.h"
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 15 }; /* of a thread, pthread_setname_np(3) */

struct job {
    struct list link;
    void (*job)(void *);
    void (*done)(void *);
    void *ctx;
};

struct loop_lane {
    struct net_lane base;
    struct loop *loop;
    struct list link;
    struct list jobs; /* not begun */
    struct job *now;  /* the thread's, until it said done; NULL: it waits */
    atomic_bool stop; /* the thread ends when it is woken */
    int wake_fd, done_fd;
    uv_poll_t poll;
    pthread_t thread;
};

static struct loop_lane *of(struct net_lane *l)
{
    return container_of(l, struct loop_lane, base);
}

static void post(int fd)
{
    const uint64_t one = 1;

    while (write(fd, &one, sizeof(one)) < 0 && errno == EINTR)
        ;
}

static bool await(int fd)
{
    uint64_t n;
    ssize_t got;

    do
        got = read(fd, &n, sizeof(n));
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof(n);
}

static void *work(void *ctx)
{
    struct loop_lane *l = ctx;

    while (await(l->wake_fd) && !l->stop) {
        l->now->job(l->now->ctx);
        post(l->done_fd);
    }
    return NULL;
}

static void hand_next(struct loop_lane *l)
{
    if (l->now || list_is_empty(&l->jobs))
        return;
    l->now = container_of(l->jobs.next, struct job, link);
    list_remove(&l->now->link);
    post(l->wake_fd);
}

static void on_done(uv_poll_t *poll, int status, int events)
{
    struct loop_lane *l = poll->data;

    (void)status;
    (void)events;
    loop_enter(l->loop);
    if (!await(l->done_fd))
        return;
    struct job j = *l->now;
    free(l->now);
    l->now = NULL;
    hand_next(l);
    j.done(j.ctx);
}

void loop_lane_do(struct net_lane *base, void (*job)(void *),
                  void (*done)(void *), void *ctx)
{
    struct loop_lane *l = of(base);
    struct job *j = mem_zalloc(sizeof(*j));

    *j = (struct job){.job = job, .done = done, .ctx = ctx};
    list_append(&l->jobs, &j->link);
    hand_next(l);
}

/* The thread takes no signals: they are the loop's. */
static void start_thread(struct loop_lane *l, const char *name)
{
    char cut[NAME_MAX_BYTES + 1];
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&l->thread, NULL, work, l);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    assert(rc == 0);
    snprintf(cut, sizeof(cut), "%s", name);
    pthread_setname_np(l->thread, cut);
}

struct net_lane *loop_lane_open(struct net *net, const char *name)
{
    struct loop_lane *l = mem_zalloc(sizeof(*l));

    l->base.net = net;
    l->loop = loop_of(net);
    list_init(&l->jobs);
    l->wake_fd = eventfd(0, EFD_CLOEXEC);
    l->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    assert(l->wake_fd >= 0 && l->done_fd >= 0);
    list_append(&l->loop->lanes, &l->link);
    uv_poll_init(&l->loop->uv, &l->poll, l->done_fd);
    l->poll.data = l;
    uv_poll_start(&l->poll, UV_READABLE, on_done);
    start_thread(l, name);
    return &l->base;
}

static void on_closed(uv_handle_t *h)
{
    free(h->data);
}

void loop_lane_close(struct net_lane *base)
{
    struct loop_lane *l = of(base);

    l->stop = true;
    post(l->wake_fd);
    pthread_join(l->thread, NULL);
    free(l->now);
    LIST_EACH (it, &l->jobs) {
        list_remove(it);
        free(container_of(it, struct job, link));
    }
    list_remove(&l->link);
    uv_close((uv_handle_t *)&l->poll, on_closed);
    close(l->wake_fd);
    close(l->done_fd);
}
