/* SPDX-License-Identifier: MIT
 *
 * GET /api/v1/events of a node: who hears what, and when.
 */
#include "base/mem.h"
#include "node/feed.h"
#include "node/record_wire.h"
#include "support/check.h"
#include "support/nodes.h"
#include <stdio.h>

struct world {
    struct sim *sim;
    struct sim_host *host;
    struct topology *topology;
    struct node *node;
    bool ready;
    struct buf text;
};

static enum ims_err start(struct node *n, struct why *why)
{
    (void)n, (void)why;
    return IMS_OK;
}

static void end(struct node *n)
{
    (void)n;
}

static bool is_ready(const struct node *n, struct why *why)
{
    const struct world *w = n->state;

    if (!w->ready)
        (void)why_set(why, IMS_UNREACHABLE, "no HSS");
    return w->ready;
}

static const struct node_role role = {
    .role = TOPOLOGY_SCSCF,
    .start = start,
    .free = end,
    .is_ready = is_ready,
};

static int set_up(void **state)
{
    struct world *w = mem_zalloc(sizeof *w);
    struct node_options o = {.role = &role, .name = "scscf1", .sink = no_sink};
    struct why why;

    w->sim = sim_new(1);
    w->host = sim_host_new(w->sim, "scscf1");
    w->topology = test_topology(", limits: {events_bytes: 64KiB}");
    o.topology = w->topology;
    o.net = sim_host_net(w->host);
    assert_ok(node_new(&o, &w->node, &why), &why);
    w->node->state = w;
    w->ready = true;
    buf_init(&w->text, 64 << 20);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    node_free(w->node);
    sim_host_free(w->host);
    sim_free(w->sim);
    topology_free(w->topology);
    buf_fini(&w->text);
    free(w);
    return 0;
}

static void say(struct world *w, unsigned number)
{
    record_say(w->node->env.record, (struct record_about){0}, "T-1", "clause",
               "step %u", number);
}

static void subscribe(struct world *w, const char *line, struct api_answer *a)
{
    api_answer_init(a);
    assert_null(api_ask(w->node, line, "", a));
    assert_int_equal(a->status, 200);
    assert_string_equal(a->type, "text/event-stream");
    assert_non_null(a->feed);
}

/* What came since the last call. */
static struct slice heard(struct world *w, struct api_answer *a)
{
    char part[1000];
    size_t n;

    buf_reset(&w->text);
    while ((n = feed_read(a->feed, part, sizeof part)) > 0)
        buf_add(&w->text, slice_at(part, n));
    return buf_slice(&w->text);
}

static unsigned count(struct slice text, const char *what)
{
    unsigned n = 0;
    ssize_t at;

    while ((at = slice_find(text, slice_of(what))) >= 0) {
        text = slice_from(text, (size_t)at + 1);
        n++;
    }
    return n;
}

static void entries_are_told_as_they_come(void **state)
{
    struct world *w = *state;
    struct api_answer a;

    say(w, 1);
    subscribe(w, "GET /api/v1/events", &a);
    assert_has(heard(w, &a), "event: hello\ndata: {\"node\":\"scscf1\"");
    assert_has(buf_slice(&w->text), "event: status\ndata: {\"ready\":true");
    say(w, 2);
    say(w, 3);
    assert_text(heard(w, &a), S(""));
    sim_run_for(w->sim, 200 * MSEC);
    assert_has(heard(w, &a), "id: 2\nevent: entry\ndata: {\"seq\":2,");
    assert_has(buf_slice(&w->text), "step 3");
    assert_has_not(buf_slice(&w->text), "step 1");
    api_answer_fini(&a);
}

/* "kind:payload," of each frame; an entry's is its number and sentence. */
static void note_frame(void *ctx, enum wire_kind kind, struct slice payload)
{
    struct wire_entry e;

    if (kind != WIRE_ENTRY) {
        buf_printf(ctx, "%d:%.*s,", (int)kind, SLICE_ARG(payload));
        return;
    }
    assert_true(wire_read_entry(payload, &e));
    buf_printf(ctx, "%llu:%.*s,", (unsigned long long)e.seq, SLICE_ARG(e.says));
}

static void who_asks_for_it_is_told_in_binary(void **state)
{
    const struct api_header accept = {"Accept", S(RECORD_WIRE_TYPE)};
    struct world *w = *state;
    struct api_answer binary, text;
    struct buf seen;
    struct wire wire;

    say(w, 1);
    api_answer_init(&binary);
    assert_null(api_ask_with(w->node, "GET /api/v1/events?after=0", "", &accept,
                             &binary));
    assert_string_equal(binary.type, RECORD_WIRE_TYPE);
    subscribe(w, "GET /api/v1/events", &text);
    say(w, 2);
    sim_run_for(w->sim, 200 * MSEC);
    buf_init(&seen, 100000);
    wire_init(&wire, note_frame, &seen);
    assert_true(wire_take(&wire, heard(w, &binary)));
    assert_has(buf_slice(&seen), "1:{\"node\":\"scscf1\"");
    assert_has(buf_slice(&seen), ",2:{\"ready\":true");
    assert_has(buf_slice(&seen), ",1:step 1,2:step 2,");
    assert_has(heard(w, &text), "id: 2\nevent: entry\n");
    api_answer_fini(&binary);
    say(w, 3);
    sim_run_for(w->sim, 200 * MSEC);
    assert_has(heard(w, &text), "step 3");
    wire_fini(&wire);
    buf_fini(&seen);
    api_answer_fini(&text);
}

static void at_most_ten_times_a_second(void **state)
{
    struct world *w = *state;
    unsigned times = 0;
    struct api_answer a;

    subscribe(w, "GET /api/v1/events", &a);
    sim_run_for(w->sim, 10 * MSEC);
    heard(w, &a);
    for (unsigned i = 0; i < 1000; i++) {
        say(w, i);
        sim_run_for(w->sim, 1 * MSEC);
        times += heard(w, &a).n > 0;
    }
    assert_in_range(times, 9, 11);
    api_answer_fini(&a);
}

static void one_may_go_on_where_one_stopped(void **state)
{
    static const char *const lines[] = {"GET /api/v1/events?after=3",
                                        "GET /api/v1/events?after=0",
                                        "GET /api/v1/events?after=77777"};
    static const unsigned expected[] = {7, 10, 10};
    struct world *w = *state;

    for (unsigned i = 1; i <= 10; i++)
        say(w, i);
    for (unsigned i = 0; i < 3; i++) {
        struct api_answer a;

        subscribe(w, lines[i], &a);
        sim_run_for(w->sim, 200 * MSEC);
        assert_int_equal(count(heard(w, &a), "event: entry"), expected[i]);
        api_answer_fini(&a);
    }
}

static void who_comes_late_reads_all_at_its_own_pace(void **state)
{
    struct world *w = *state;
    unsigned entries = 0;
    struct api_answer a;

    for (unsigned i = 1; i <= 5000; i++)
        say(w, i);
    subscribe(w, "GET /api/v1/events?after=0", &a);
    for (unsigned i = 0; i < 300 && entries < 5000; i++) {
        sim_run_for(w->sim, 100 * MSEC);
        assert_true(feed_waiting(a.feed) < 64 << 10);
        entries += count(heard(w, &a), "event: entry");
    }
    assert_int_equal(entries, 5000);
    say(w, 5001);
    sim_run_for(w->sim, 200 * MSEC);
    assert_int_equal(count(heard(w, &a), "step 5001"), 1);
    api_answer_fini(&a);
}

static void who_does_not_read_is_cut_off_and_others_are_not(void **state)
{
    struct world *w = *state;
    struct api_answer slow, quick;
    unsigned entries = 0;

    subscribe(w, "GET /api/v1/events", &slow);
    subscribe(w, "GET /api/v1/events", &quick);
    for (unsigned i = 0; i < 2000; i++) {
        say(w, i);
        sim_run_for(w->sim, 5 * MSEC);
        entries += count(heard(w, &quick), "event: entry");
    }
    assert_int_equal(feed_state(slow.feed), FEED_CUT);
    assert_int_equal(feed_state(quick.feed), FEED_OPEN);
    assert_in_range(entries, 1970, 2000);
    api_answer_fini(&slow);
    api_answer_fini(&quick);
}

static void overwritten_entries_are_counted(void **state)
{
    struct world *w = *state;
    struct api_answer a;

    for (unsigned i = 0; i < 200000; i++)
        say(w, i);
    subscribe(w, "GET /api/v1/events?after=1", &a);
    sim_run_for(w->sim, 200 * MSEC);
    assert_has(heard(w, &a), "event: missed\ndata: {\"missed\":");
    api_answer_fini(&a);
}

static void a_changed_status_is_told_within_a_second(void **state)
{
    struct world *w = *state;
    struct api_answer a;

    subscribe(w, "GET /api/v1/events", &a);
    sim_run_for(w->sim, 3 * SECOND);
    assert_int_equal(count(heard(w, &a), "event: status"), 1);
    w->ready = false;
    sim_run_for(w->sim, 1200 * MSEC);
    assert_has(heard(w, &a), "{\"ready\":false,\"reason\":\"no HSS\"");
    sim_run_for(w->sim, 5 * SECOND);
    assert_has_not(heard(w, &a), "event: status");
    api_answer_fini(&a);
}

static void a_quiet_stream_gives_a_sign_of_life(void **state)
{
    struct world *w = *state;
    struct api_answer a;

    subscribe(w, "GET /api/v1/events", &a);
    sim_run_for(w->sim, 2 * SECOND);
    heard(w, &a);
    sim_run_for(w->sim, 15 * SECOND);
    assert_text(heard(w, &a), S(":\n\n"));
    api_answer_fini(&a);
}

static void a_node_that_ends_closes_the_stream(void **state)
{
    struct world *w = *state;
    struct api_answer a;

    subscribe(w, "GET /api/v1/events", &a);
    node_free(w->node);
    w->node = NULL;
    heard(w, &a);
    assert_int_equal(feed_state(a.feed), FEED_OVER);
    api_answer_fini(&a);
}

static void a_number_that_is_none_is_refused(void **state)
{
    struct world *w = *state;
    struct api_answer a;

    api_answer_init(&a);
    api_ask(w->node, "GET /api/v1/events?after=x", "", &a);
    assert_int_equal(a.status, 400);
    api_answer_fini(&a);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(entries_are_told_as_they_come),
        IN_WORLD(who_asks_for_it_is_told_in_binary),
        IN_WORLD(at_most_ten_times_a_second),
        IN_WORLD(one_may_go_on_where_one_stopped),
        IN_WORLD(who_comes_late_reads_all_at_its_own_pace),
        IN_WORLD(who_does_not_read_is_cut_off_and_others_are_not),
        IN_WORLD(overwritten_entries_are_counted),
        IN_WORLD(a_changed_status_is_told_within_a_second),
        IN_WORLD(a_quiet_stream_gives_a_sign_of_life),
        IN_WORLD(a_node_that_ends_closes_the_stream),
        IN_WORLD(a_number_that_is_none_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
