/* SPDX-License-Identifier: MIT
 *
 * Any requests to the dashboard (asked.h), which knows what a small network
 * recorded: two phones that registered and are in a call. They are answered
 * once each, with a status, before the dashboard goes. Its nodes are dead for
 * it: nobody listens at their admin interfaces.
 */
#include "asked.h"
#include "base/mem.h"
#include "imsbox/dashboard/hub.h"
#include "node/record_wire.h"
#include "worlds/small.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char *__asan_default_options(void);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TOLD = 8, LOOK_US = 1 * MSEC, PATIENCE = 20000 };

/* What each node told, as frames. */
struct told_by {
    struct buf frames[TOLD];
    unsigned count;
};

/* ---- the network that was ------------------------------------------------ */

static void keep_record(struct core_node *n, struct buf *frames)
{
    struct record_cursor cursor = {0};
    struct record_entry e;
    uint64_t missed;

    buf_init(frames, 64 << 20);
    while (record_read(n->node->env.record, &cursor, &e, &missed))
        wire_put_entry(frames, &e);
}

/* At a port where nobody listens the admin interfaces are; its path. */
static const char *keep_topology(const struct plan *p)
{
    static char path[] = "/tmp/imsbox-fuzz-XXXXXX";
    struct slice rest, line;
    struct buf text;
    int fd = mkstemp(path);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

    assert(f);
    buf_init(&text, 1 << 20);
    plan_topology(p, PLAN_EACH, &text);
    rest = buf_slice(&text);
    while (slice_cut(&rest, '\n', &line)) {
        ssize_t at = slice_find(line, S("admin: 8081"));

        if (at < 0)
            fprintf(f, "%.*s\n", SLICE_ARG(line));
        else
            fprintf(f, "%.*sadmin: 1%.*s\n", (int)at, line.p,
                    SLICE_ARG(slice_from(line, (size_t)at + 11)));
    }
    fprintf(f, "dashboard: 127.0.0.1:1\n");
    fclose(f);
    buf_fini(&text);
    return path;
}

static const char *live_once(struct told_by *told)
{
    struct sim *sim = sim_new(1);
    const char *path;
    struct small w;

    small_begin(&w, sim, NULL, true);
    small_talk(&w);
    told->count = w.core.count;
    assert(told->count <= TOLD);
    for (unsigned i = 0; i < told->count; i++)
        keep_record(&w.core.nodes[i], &told->frames[i]);
    path = keep_topology(&w.plan);
    small_end(&w);
    sim_free(sim);
    return path;
}

/* ---- the dashboard ------------------------------------------------------- */

struct run {
    struct loop *loop;
    struct node *node;
    struct asked asked;
    struct timer look;
    unsigned looks;
    struct wire wire;
    unsigned telling; /* the node whose frames these are */
};

static void no_line(void *ctx, enum log_level level, struct slice line)
{
    (void)ctx, (void)level, (void)line;
}

static void on_frame(void *ctx, enum wire_kind kind, struct slice payload)
{
    struct run *r = ctx;
    struct wire_entry e;

    if (kind == WIRE_ENTRY && wire_read_entry(payload, &e))
        story_take(hub_of(r->node)->story, r->telling, &e);
}

static void tell(struct run *r, const struct told_by *told)
{
    bool taken = true;

    wire_init(&r->wire, on_frame, r);
    for (r->telling = 0; r->telling < told->count; r->telling++)
        taken &= wire_take(&r->wire, buf_slice(&told->frames[r->telling]));
    assert(taken);
    wire_fini(&r->wire);
    story_tell(hub_of(r->node)->story, INT64_MAX, 0);
}

static void look(void *ctx)
{
    struct run *r = ctx;

    assert(++r->looks < PATIENCE);
    if (r->asked.answers == r->asked.requests)
        loop_stop(r->loop);
    else
        timer_start(loop_net(r->loop)->timers, &r->look, LOOK_US, look, r);
}

/* Until all is answered that was asked. */
static void wait_for_answers(void *ctx)
{
    struct run *r = ctx;

    if (r->asked.answers == r->asked.requests)
        return;
    r->looks = 0;
    timer_start(loop_net(r->loop)->timers, &r->look, LOOK_US, look, r);
    loop_run(r->loop);
}

static void run_on(const struct topology *t, const struct told_by *told,
                   struct slice script)
{
    struct node_options o = {.role = &dashboard_role,
                             .name = "dashboard",
                             .sink = no_line,
                             .topology = t};
    struct run r = {0};
    enum ims_err err = loop_new(&(struct loop_options){0}, &r.loop, NULL);

    assert(err == IMS_OK);
    o.net = loop_net(r.loop);
    o.loop = r.loop;
    err = node_new(&o, &r.node, NULL);
    assert(err == IMS_OK);
    tell(&r, told);
    ask_all(&r.asked, r.node, script, wait_for_answers, &r);
    asked_leave_feeds(&r.asked);
    node_free(r.node); /* who still waits is told */
    assert(r.asked.answers == r.asked.requests);
    loop_free(r.loop);
}

/* What a run frees stays poisoned for longer than the run. */
const char *__asan_default_options(void)
{
    return "quarantine_size_mb=24:malloc_context_size=8";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct topology *t;
    static struct told_by told;

    if (!t) {
        struct buf errors;
        enum ims_err err;

        buf_init(&errors, 10000);
        err = topology_load(live_once(&told), &t, &errors);
        assert(err == IMS_OK);
        buf_fini(&errors);
    }
    run_on(t, &told, slice_at(data, size));
    return 0;
}
