/* SPDX-License-Identifier: MIT
 *
 * Bytes that go out as they come, between a writer and a reader.
 */
#include "base/mem.h"
#include "node/feed.h"
#include "support/check.h"

struct ends {
    struct feed *feed;
    unsigned left, heard;
};

static void on_left(void *ctx)
{
    struct ends *e = ctx;

    e->left++;
    feed_close(e->feed);
}

static void on_bytes(void *ctx)
{
    ((struct ends *)ctx)->heard++;
}

static void begin(struct ends *e, size_t max)
{
    *e = (struct ends){0};
    e->feed = feed_new(max, on_left, e);
    feed_watch(e->feed, on_bytes, e);
}

static bool put(struct ends *e, const char *text)
{
    struct piece *p = piece_new(slice_of(text));
    bool taken = feed_put(e->feed, p);

    piece_drop(p);
    return taken;
}

static void bytes_come_in_order_in_any_portions(void **state)
{
    char out[16] = "";
    struct ends e;
    size_t n = 0;

    (void)state;
    begin(&e, 100);
    assert_true(put(&e, "abc"));
    assert_true(put(&e, ""));
    assert_true(put(&e, "defg"));
    assert_int_equal(e.heard, 2);
    assert_int_equal(feed_waiting(e.feed), 7);
    while (feed_read(e.feed, out + n, 2) > 0)
        n += 2;
    assert_string_equal(out, "abcdefg");
    assert_int_equal(feed_waiting(e.feed), 0);
    assert_int_equal(feed_state(e.feed), FEED_OPEN);
    feed_leave(e.feed);
    assert_int_equal(e.left, 1);
}

static void what_waits_may_be_read_after_the_end(void **state)
{
    char out[16] = "";
    struct ends e;

    (void)state;
    begin(&e, 100);
    put(&e, "last");
    feed_close(e.feed);
    assert_int_equal(feed_state(e.feed), FEED_OPEN);
    assert_int_equal(feed_read(e.feed, out, sizeof out), 4);
    assert_int_equal(feed_state(e.feed), FEED_OVER);
    feed_leave(e.feed);
    assert_int_equal(e.left, 0);
}

static void a_slow_reader_is_cut_off(void **state)
{
    char out[16];
    struct ends e;

    (void)state;
    begin(&e, 8);
    assert_true(put(&e, "12345678"));
    assert_false(put(&e, "9"));
    assert_false(put(&e, ""));
    assert_int_equal(feed_state(e.feed), FEED_CUT);
    assert_int_equal(feed_waiting(e.feed), 0);
    assert_int_equal(feed_read(e.feed, out, sizeof out), 0);
    assert_int_equal(e.heard, 2);
    feed_close(e.feed);
    feed_leave(e.feed);
}

/* It could never read on otherwise, whenever it comes again. */
static void a_piece_larger_than_may_wait_waits_alone(void **state)
{
    char out[16];
    struct ends e;

    (void)state;
    begin(&e, 8);
    assert_true(put(&e, "123456789"));
    assert_int_equal(feed_read(e.feed, out, sizeof out), 9);
    assert_true(put(&e, "1"));
    assert_false(put(&e, "23456789"));
    assert_int_equal(feed_state(e.feed), FEED_CUT);
    feed_close(e.feed);
    feed_leave(e.feed);
}

static void a_writer_that_fails_cuts_its_reader_off(void **state)
{
    char out[16];
    struct ends e;

    (void)state;
    begin(&e, 100);
    put(&e, "half of i");
    feed_cut(e.feed);
    feed_close(e.feed);
    assert_int_equal(e.heard, 3);
    assert_int_equal(feed_state(e.feed), FEED_CUT);
    assert_int_equal(feed_read(e.feed, out, sizeof out), 0);
    feed_leave(e.feed);
    assert_int_equal(e.left, 0);
}

static void readers_share_a_piece_and_read_it_at_their_own_pace(void **state)
{
    struct piece *p = piece_new(S("shared"));
    char out[16];
    struct ends a, b;

    (void)state;
    begin(&a, 100);
    begin(&b, 100);
    assert_true(feed_put(a.feed, p));
    assert_true(feed_put(b.feed, p));
    piece_drop(p);
    assert_int_equal(feed_read(a.feed, out, 3), 3);
    feed_leave(a.feed);
    assert_int_equal(feed_read(b.feed, out, sizeof out), 6);
    assert_memory_equal(out, "shared", 6);
    feed_close(b.feed);
    feed_leave(b.feed);
}

static void a_meter_knows_who_is_furthest_behind(void **state)
{
    struct feed_meter m;
    struct usage u;
    char out[16];
    struct ends a, b;

    (void)state;
    feed_meter_init(&m);
    begin(&a, 8);
    begin(&b, 8);
    feed_count(a.feed, &m);
    feed_count(b.feed, &m);
    put(&a, "1234567");
    put(&b, "123");
    u = feed_meter_usage(&m);
    assert_int_equal(u.now, 7);
    assert_int_equal(feed_read(a.feed, out, sizeof out), 7);
    u = feed_meter_usage(&m);
    assert_int_equal(u.now, 3);
    assert_int_equal(u.most, 7);
    assert_int_equal(u.refused, 0);
    assert_false(put(&b, "456789"));
    feed_leave(b.feed);
    feed_close(a.feed);
    feed_leave(a.feed);
    u = feed_meter_usage(&m);
    assert_int_equal(u.now, 0);
    assert_int_equal(u.most, 7);
    assert_int_equal(u.refused, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_come_in_order_in_any_portions),
        cmocka_unit_test(what_waits_may_be_read_after_the_end),
        cmocka_unit_test(a_slow_reader_is_cut_off),
        cmocka_unit_test(a_piece_larger_than_may_wait_waits_alone),
        cmocka_unit_test(a_writer_that_fails_cuts_its_reader_off),
        cmocka_unit_test(a_meter_knows_who_is_furthest_behind),
        cmocka_unit_test(readers_share_a_piece_and_read_it_at_their_own_pace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
