/* SPDX-License-Identifier: MIT
 *
 * What the real loop alone has: batches, the kernel's errors, descriptors that
 * run out, signals, foreign descriptors (127.34.2.0/24).
 */
#include "base/mem.h"
#include "support/bench.h"
#include "support/check.h"
#include "support/party.h"
#include "support/world.h"
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

struct stage {
    struct bench bench;
    struct party a, b;
};

static void stage_init(struct stage *s, const struct loop_options *o)
{
    bench_init_loop(&s->bench, o);
    party_init(&s->a, s->bench.a);
    party_init(&s->b, s->bench.b);
}

static void stage_fini(struct stage *s)
{
    party_fini(&s->a);
    party_fini(&s->b);
    bench_fini(&s->bench);
}

static const struct loop_figures *figures(struct stage *s)
{
    return loop_figures(s->bench.loop);
}

struct lines {
    const struct party *party;
    size_t n;
};

static bool has_lines(void *ctx)
{
    const struct lines *l = ctx;

    return party_lines(l->party) >= l->n;
}

static void await_lines(struct stage *s, const struct party *p, size_t n)
{
    struct lines l = {p, n};

    bench_until(&s->bench, has_lines, &l);
    assert_int_equal(party_lines(p), n);
}

/* ---- datagrams ----------------------------------------------------------- */

static void datagrams_of_a_turn_leave_and_come_in_batches(void **state)
{
    struct stage s;

    (void)state;
    stage_init(&s, NULL);
    party_open_udp(&s.a, "127.34.2.1:5060");
    party_open_udp(&s.b, "127.34.2.2:5060");
    for (int i = 0; i < 128; i++)
        party_send_to(&s.a, "127.34.2.2:5060", "x");
    await_lines(&s, &s.b, 128);
    assert_int_equal(figures(&s)->datagrams_out, 128);
    assert_int_equal(figures(&s)->datagrams_in, 128);
    assert_int_equal(figures(&s)->sendmmsg_calls, 2);
    assert_in_range(figures(&s)->recvmmsg_calls, 4, 8);
    stage_fini(&s);
}

static void the_living_get_theirs_though_the_dead_are_among_them(void **state)
{
    size_t arrived = 0, bounced = 0;
    struct stage s;

    (void)state;
    stage_init(&s, NULL);
    party_open_udp(&s.a, "127.34.2.1:5060");
    party_open_udp(&s.b, "127.34.2.2:5060");
    for (int i = 0; i < 100; i++) {
        party_send_to(&s.a, "127.34.2.9:5060", "lost");
        party_send_to(&s.a, "127.34.2.2:5060", "x");
    }
    await_lines(&s, &s.b, 100);
    arrived = party_lines(&s.b);
    bench_for(&s.bench, 10 * MSEC);
    bounced = party_lines(&s.a); /* the kernel limits ICMP */
    assert_int_equal(arrived, 100);
    assert_in_range(bounced, 1, 100);
    assert_has(buf_slice(&s.a.story), "undeliverable 127.34.2.9:5060\n");
    assert_has_not(buf_slice(&s.a.story), "127.34.2.2");
    assert_int_equal(figures(&s)->undeliverable, bounced);
    stage_fini(&s);
}

static void a_way_that_is_not_there_is_told_as_undeliverable(void **state)
{
    struct stage s;

    (void)state;
    stage_init(&s, NULL);
    party_open_udp(&s.a, "127.34.2.1:5060"); /* leads nowhere but here */
    party_open_udp(&s.b, "127.34.2.2:5060");
    party_send_to(&s.a, "198.51.100.1:5060", "lost");
    party_send_to(&s.a, "127.34.2.2:5060", "arrives");
    await_lines(&s, &s.b, 1);
    await_lines(&s, &s.a, 1);
    assert_story(&s.a, "undeliverable 198.51.100.1:5060\n");
    stage_fini(&s);
}

static void a_socket_may_close_when_told_of_the_undeliverable(void **state)
{
    struct stage s;

    (void)state;
    stage_init(&s, NULL);
    party_open_udp(&s.a, "127.34.2.1:5060");
    for (int i = 0; i < 3; i++)
        party_send_to(&s.a, "198.51.100.1:5060", "lost");
    bench_for(&s.bench, 0); /* they fail at the end of its turn */
    party_close_udp(&s.a);
    bench_for(&s.bench, 5 * MSEC);
    stage_fini(&s);
}

static void a_queue_at_its_bound_drops_and_counts(void **state)
{
    const struct loop_options small = {.udp_queue_bytes = 1000};
    struct addr to = world_addr("127.34.2.2:5060", TRANSPORT_UDP);
    char text[400] = {0};
    struct stage s;

    (void)state;
    stage_init(&s, &small);
    party_open_udp(&s.a, "127.34.2.1:5060");
    party_open_udp(&s.b, "127.34.2.2:5060");
    assert_int_equal(udp_send(s.a.udp, &to, slice_at(text, 400)), IMS_OK);
    assert_int_equal(udp_send(s.a.udp, &to, slice_at(text, 400)), IMS_OK);
    assert_int_equal(udp_send(s.a.udp, &to, slice_at(text, 400)), IMS_FULL);
    struct usage u = loop_udp_usage(s.bench.loop);
    assert_in_range(u.now, 801, 1000);
    await_lines(&s, &s.b, 2);
    assert_int_equal(figures(&s)->datagrams_dropped, 1);
    struct usage later = loop_udp_usage(s.bench.loop);
    assert_int_equal(later.now, 0);
    assert_int_equal(later.most, u.now);
    assert_int_equal(later.refused, 1);
    assert_int_equal(udp_send(s.a.udp, &to, slice_at(text, 400)), IMS_OK);
    stage_fini(&s);
}

static void what_is_queued_when_the_socket_closes_still_leaves(void **state)
{
    struct sockaddr_storage ss;
    struct addr at = world_addr("127.34.2.3:5060", TRANSPORT_UDP);
    char text[8] = {0};
    struct stage s;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    (void)state;
    assert_int_equal(
        bind(fd, (struct sockaddr *)&ss, addr_to_sockaddr(&at, &ss)), 0);
    stage_init(&s, NULL);
    party_open_udp(&s.a, "127.34.2.1:5060");
    party_send_to(&s.a, "127.34.2.3:5060", "first");
    party_close_udp(&s.a); /* at once, without a turn */
    assert_int_equal(recv(fd, text, sizeof(text), MSG_DONTWAIT), 5);
    assert_string_equal(text, "first");
    close(fd);
    stage_fini(&s);
}

/* ---- streams ------------------------------------------------------------- */

static void a_connect_without_a_way_ends_as_unreachable(void **state)
{
    struct stage s;

    (void)state;
    stage_init(&s, NULL);
    s.a.from = "127.34.2.1:0"; /* leads nowhere but here */
    party_connect(&s.a, "198.51.100.1:5060");
    assert_story(&s.a, "");
    await_lines(&s, &s.a, 1);
    assert_story(&s.a, "[UNREACHABLE]\n");
    stage_fini(&s);
}

static void a_foreign_local_address_fails_at_once(void **state)
{
    struct addr local = world_addr("198.51.100.7:5060", TRANSPORT_UDP);
    struct addr to = world_addr("127.34.2.2:5060", TRANSPORT_TCP);
    const struct stream_ends ends = {&local, &to};
    struct stream *stream = NULL;
    struct udp *udp = NULL;
    struct why why = {0};
    struct stage s;

    (void)state;
    stage_init(&s, NULL);
    assert_err(IMS_CONFIG,
               udp_open(s.bench.a, &local, &PARTY_UDP, &s.a, &udp, &why), &why);
    assert_has(slice_of(why.text), "198.51.100.7:5060");
    assert_err(IMS_CONFIG,
               stream_connect(s.bench.a, &ends, NULL, NULL, &stream, &why),
               &why);
    assert_null(udp);
    assert_null(stream);
    stage_fini(&s);
}

static void say_no(void *ctx, struct listener *l, struct stream *s)
{
    (void)ctx;
    (void)l;
    assert_int_equal(stream_send(s, S("go away\n")), IMS_OK);
    stream_close(s);
}

static void last_words_arrive_though_much_was_left_unread(void **state)
{
    struct addr at = world_addr("127.34.2.2:3868", TRANSPORT_TCP);
    char *much = mem_zalloc(1 << 20);
    struct stage s;

    (void)state;
    stage_init(&s, NULL);
    assert_ok(stream_listen(s.bench.b, &at, say_no, NULL, &s.b.listener, NULL),
              NULL);
    party_connect(&s.a, "127.34.2.2:3868");
    assert_int_equal(stream_send(s.a.stream, slice_at(much, 1 << 20)), IMS_OK);
    await_lines(&s, &s.a, 3);
    assert_story(&s.a, "open\ngo away\n[CLOSED]\n");
    free(much);
    stage_fini(&s);
}

static int raw_client(const char *to)
{
    struct addr a = world_addr(to, TRANSPORT_TCP);
    struct sockaddr_storage ss;
    socklen_t n = addr_to_sockaddr(&a, &ss);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&ss, n), 0);
    return fd;
}

static void who_closes_one_direction_still_gets_the_answer(void **state)
{
    char text[64] = {0};
    struct stage s;

    (void)state;
    stage_init(&s, NULL);
    s.b.echo = true;
    party_listen(&s.b, "127.34.2.2:3868");
    int fd = raw_client("127.34.2.2:3868");
    assert_int_equal(send(fd, "question\n", 9, 0), 9);
    shutdown(fd, SHUT_WR);
    await_lines(&s, &s.b, 2);
    assert_story(&s.b, "question\n[CLOSED]\n");
    assert_int_equal(recv(fd, text, sizeof(text), MSG_DONTWAIT), 9);
    assert_string_equal(text, "question\n");
    close(fd);
    stage_fini(&s);
}

static void a_reset_is_an_end(void **state)
{
    const struct linger hard = {.l_onoff = 1, .l_linger = 0};
    struct stage s;

    (void)state;
    stage_init(&s, NULL);
    party_listen(&s.b, "127.34.2.2:3868");
    int fd = raw_client("127.34.2.2:3868");
    assert_int_equal(send(fd, "x\n", 2, 0), 2);
    await_lines(&s, &s.b, 1);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    close(fd);
    await_lines(&s, &s.b, 2);
    assert_story(&s.b, "x\n[CLOSED]\n");
    stage_fini(&s);
}

static void
a_reader_that_rests_blocks_the_stream_but_loses_nothing(void **state)
{
    enum { MUCH = 1 << 20, ROUNDS = 12 };
    char *much = mem_zalloc(MUCH);
    size_t got = 0, sent = 0;
    struct stage s;

    (void)state;
    stage_init(&s, NULL);
    party_listen(&s.b, "127.34.2.2:3868");
    int fd = raw_client("127.34.2.2:3868");
    assert_int_equal(send(fd, "x\n", 2, 0), 2);
    await_lines(&s, &s.b, 1);
    for (int i = 0; i < ROUNDS; i++) {
        if (stream_send(s.b.stream, slice_at(much, MUCH)) == IMS_OK)
            sent += MUCH;
        bench_for(&s.bench, 2 * MSEC);
    }
    assert_true(stream_unsent(s.b.stream) > 0);
    assert_true(sent < (size_t)ROUNDS * MUCH); /* FULL at least once */
    while (got < sent) {
        ssize_t n = recv(fd, much, MUCH, MSG_DONTWAIT);

        if (n > 0)
            got += (size_t)n;
        else
            bench_for(&s.bench, MSEC);
    }
    assert_int_equal(stream_unsent(s.b.stream), 0);
    close(fd);
    free(much);
    stage_fini(&s);
}

static void a_stream_is_refused_when_descriptors_are_out(void **state)
{
    struct rlimit before, none;
    struct stage s;

    (void)state;
    if (getenv("IMSBOX_VALGRIND")) {
        print_message("SKIPPED: valgrind has a limit of descriptors of its "
                      "own\n");
        skip();
    }
    stage_init(&s, NULL);
    party_listen(&s.b, "127.34.2.2:3868");
    party_connect(&s.a, "127.34.2.2:3868");
    int next = dup(0);
    close(next);
    getrlimit(RLIMIT_NOFILE, &before);
    none = before;
    none.rlim_cur = (rlim_t)next;
    setrlimit(RLIMIT_NOFILE, &none);
    await_lines(&s, &s.a, 2);
    setrlimit(RLIMIT_NOFILE, &before);
    assert_story(&s.a, "open\n[CLOSED]\n");
    assert_int_equal(figures(&s)->streams_refused, 1);
    assert_int_equal(s.b.accepted, 0);
    party_connect(&s.a, "127.34.2.2:3868");
    await_lines(&s, &s.a, 1);
    assert_story(&s.a, "open\n");
    stage_fini(&s);
}

static bool has_sent_all(void *ctx)
{
    return stream_unsent(((struct party *)ctx)->stream) == 0;
}

static void a_stream_queue_has_the_bound_of_its_options(void **state)
{
    const struct loop_options small = {.stream_queue_bytes = 10};
    struct stage s;

    (void)state;
    stage_init(&s, &small);
    party_listen(&s.b, "127.34.2.2:3868");
    party_connect(&s.a, "127.34.2.2:3868");
    party_write(&s.a, "12345678");
    assert_int_equal(stream_send(s.a.stream, S("abc")), IMS_FULL);
    assert_int_equal(stream_unsent(s.a.stream), 8);
    struct usage u = loop_stream_usage(s.bench.loop);
    assert_int_equal(u.now, 8);
    assert_true(bench_until(&s.bench, has_sent_all, &s.a));
    u = loop_stream_usage(s.bench.loop);
    assert_int_equal(u.now, 0);
    assert_int_equal(u.most, 8);
    assert_int_equal(u.refused, 1);
    stage_fini(&s);
}

/* ---- signals and foreign descriptors ------------------------------------- */

static void on_signal(void *ctx, int signo)
{
    buf_printf(&((struct party *)ctx)->story, "signal %d\n", signo);
}

static void a_signal_becomes_a_callback(void **state)
{
    struct stage s;

    (void)state;
    stage_init(&s, NULL);
    loop_on_signal(s.bench.loop, SIGUSR1, on_signal, &s.a);
    loop_on_signal(s.bench.loop, SIGUSR2, on_signal, &s.b);
    raise(SIGUSR1);
    await_lines(&s, &s.a, 1);
    assert_story(&s.b, "");
    stage_fini(&s);
}

struct foreign {
    struct party *party;
    int fd;
};

static void on_readable(void *ctx)
{
    struct foreign *f = ctx;
    char c;

    assert_int_equal(read(f->fd, &c, 1), 1);
    buf_printf(&f->party->story, "%c\n", c);
}

static void a_foreign_descriptor_is_watched_until_it_is_not(void **state)
{
    struct foreign f;
    struct stage s;
    int fds[2];

    (void)state;
    stage_init(&s, NULL);
    assert_int_equal(pipe(fds), 0);
    f = (struct foreign){&s.a, fds[0]};
    struct loop_watch *w = loop_watch(s.bench.loop, fds[0], on_readable, &f);
    assert_int_equal(write(fds[1], "ab", 2), 2);
    await_lines(&s, &s.a, 2);
    assert_story(&s.a, "a\nb\n");
    loop_unwatch(w);
    assert_int_equal(write(fds[1], "c", 1), 1);
    bench_for(&s.bench, 2 * MSEC);
    assert_story(&s.a, "");
    close(fds[0]);
    close(fds[1]);
    stage_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(datagrams_of_a_turn_leave_and_come_in_batches),
        cmocka_unit_test(the_living_get_theirs_though_the_dead_are_among_them),
        cmocka_unit_test(a_way_that_is_not_there_is_told_as_undeliverable),
        cmocka_unit_test(a_socket_may_close_when_told_of_the_undeliverable),
        cmocka_unit_test(a_queue_at_its_bound_drops_and_counts),
        cmocka_unit_test(what_is_queued_when_the_socket_closes_still_leaves),
        cmocka_unit_test(a_connect_without_a_way_ends_as_unreachable),
        cmocka_unit_test(a_foreign_local_address_fails_at_once),
        cmocka_unit_test(last_words_arrive_though_much_was_left_unread),
        cmocka_unit_test(who_closes_one_direction_still_gets_the_answer),
        cmocka_unit_test(a_reset_is_an_end),
        cmocka_unit_test(
            a_reader_that_rests_blocks_the_stream_but_loses_nothing),
        cmocka_unit_test(a_stream_is_refused_when_descriptors_are_out),
        cmocka_unit_test(a_stream_queue_has_the_bound_of_its_options),
        cmocka_unit_test(a_signal_becomes_a_callback),
        cmocka_unit_test(a_foreign_descriptor_is_watched_until_it_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
