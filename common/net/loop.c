/* SPDX-License-Identifier: MIT
 *
 * The real loop. A turn begins with the first callback after the loop slept,
 * which sets the clock, and ends in on_turn_end, before it sleeps again.
 */
#include "net/loop_priv.h"
#include <assert.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

enum { UDP_QUEUE = 4 << 20, STREAM_QUEUE = 1 << 20 };

static const struct net_ops OPS = {
    .udp_open = loop_udp_open,
    .stream_listen = loop_stream_listen,
    .stream_connect = loop_stream_connect,
    .dns_ask = loop_dns_ask,
    .lane_open = loop_lane_open,
    .udp_send = loop_udp_send,
    .udp_close = loop_udp_close,
    .listener_close = loop_listener_close,
    .stream_send = loop_stream_send,
    .stream_close = loop_stream_close,
    .stream_abort = loop_stream_abort,
    .dns_cancel = loop_dns_cancel,
    .lane_do = loop_lane_do,
    .lane_close = loop_lane_close,
};

static int64_t now_us(clockid_t id)
{
    struct timespec ts;

    clock_gettime(id, &ts);
    return ts.tv_sec * (int64_t)SECOND + ts.tv_nsec / 1000;
}

static void set_clock(struct loop *l)
{
    l->clock.mono_us = now_us(CLOCK_MONOTONIC);
    l->clock.wall_us = now_us(CLOCK_REALTIME);
}

void loop_enter(struct loop *l)
{
    if (l->in_turn)
        return;
    l->in_turn = true;
    l->figures.turns++;
    set_clock(l);
}

static void on_idle(uv_idle_t *idle)
{
    (void)idle;
}

void loop_soon(struct loop *l)
{
    uv_idle_start(&l->no_sleep, on_idle);
}

/* ---- the end of a turn -------------------------------------------------- */

static void on_alarm(uv_timer_t *alarm)
{
    struct loop *l = alarm->data;

    l->alarm_us = -1;
    loop_enter(l);
}

/* libuv counts in milliseconds; an alarm that is early by less than one is
 * set again. */
static void set_alarm(struct loop *l)
{
    int64_t in = timers_next_us(&l->timers);

    if (in < 0)
        return;
    if (l->alarm_us == l->clock.mono_us + in)
        return;
    l->alarm_us = l->clock.mono_us + in;
    uv_update_time(&l->uv);
    uv_timer_start(&l->alarm, on_alarm, (uint64_t)(in + MSEC - 1) / MSEC, 0);
}

static void on_turn_end(uv_prepare_t *prepare)
{
    struct loop *l = prepare->data;

    uv_idle_stop(&l->no_sleep);
    loop_enter(l);
    loop_udp_tell(l);
    timers_fire(&l->timers);
    loop_stream_flush(l);
    loop_udp_flush(l);
    set_alarm(l);
    l->in_turn = false;
}

/* ---- a loop's life ------------------------------------------------------ */

static void init_lists(struct loop *l)
{
    list_init(&l->udps);
    list_init(&l->listeners);
    list_init(&l->streams);
    list_init(&l->lanes);
    list_init(&l->signals);
    list_init(&l->watches);
    list_init(&l->udps_waiting);
    list_init(&l->streams_waiting);
    list_init(&l->bounced);
}

static void init_uv(struct loop *l)
{
    uv_prepare_init(&l->uv, &l->turn_end);
    uv_timer_init(&l->uv, &l->alarm);
    uv_idle_init(&l->uv, &l->no_sleep);
    l->turn_end.data = l->alarm.data = l;
    uv_prepare_start(&l->turn_end, on_turn_end);
}

static void close_uv(struct loop *l)
{
    uv_close((uv_handle_t *)&l->turn_end, NULL);
    uv_close((uv_handle_t *)&l->alarm, NULL);
    uv_close((uv_handle_t *)&l->no_sleep, NULL);
    uv_run(&l->uv, UV_RUN_DEFAULT);
    int rc = uv_loop_close(&l->uv);
    assert(rc == 0);
}

static void init(struct loop *l, const struct loop_options *o)
{
    set_clock(l);
    timers_init(&l->timers, &l->clock);
    dice_init(&l->dice);
    l->net = (struct net){&OPS, &l->clock, &l->timers, &l->dice};
    l->alarm_us = -1;
    l->udp_bound = o->udp_queue_bytes ? o->udp_queue_bytes : UDP_QUEUE;
    l->stream_bound =
        o->stream_queue_bytes ? o->stream_queue_bytes : STREAM_QUEUE;
    l->batch = loop_batch_new();
    l->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    init_lists(l);
    init_uv(l);
}

static void fini(struct loop *l)
{
    close_uv(l);
    timers_fini(&l->timers);
    loop_batch_free(l->batch);
    if (l->spare_fd >= 0)
        close(l->spare_fd);
    free(l);
}

enum ims_err loop_new(const struct loop_options *o, struct loop **out,
                      struct why *why)
{
    const struct loop_options defaults = {0};
    struct loop *l = mem_zalloc(sizeof(*l));
    int rc = uv_loop_init(&l->uv);

    o = o ? o : &defaults;
    if (rc != 0) {
        free(l);
        return why_set(why, IMS_INTERNAL, "no event loop: %s", uv_strerror(rc));
    }
    init(l, o);
    enum ims_err err = loop_dns_new(l, o, &l->dns, why);
    if (err) {
        fini(l);
        return err;
    }
    *out = l;
    return IMS_OK;
}

void loop_free(struct loop *l)
{
    loop_stream_drop_closed(l);
    assert(list_is_empty(&l->udps) && list_is_empty(&l->listeners));
    assert(list_is_empty(&l->streams) && list_is_empty(&l->lanes));
    assert(list_is_empty(&l->watches));
    loop_dns_free(l->dns);
    loop_signals_close(l);
    fini(l);
}

struct net *loop_net(struct loop *l)
{
    return &l->net;
}

void loop_run(struct loop *l)
{
    uv_run(&l->uv, UV_RUN_DEFAULT);
    loop_stream_flush(l);
    loop_udp_flush(l);
    l->in_turn = false;
}

void loop_stop(struct loop *l)
{
    uv_stop(&l->uv);
}

const struct loop_figures *loop_figures(const struct loop *l)
{
    return &l->figures;
}
