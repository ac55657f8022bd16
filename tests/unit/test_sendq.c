/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "net/sendq.h"
#include "support/check.h"
#include "support/world.h"
#include <errno.h>
#include <netinet/in.h>

/* A kernel that sends what it is told to: how many next, or which errno. */
struct kernel {
    int plan[16]; /* > 0: so many of the batch; < 0: -errno; 0: all of it */
    size_t at;
    struct buf sent;
    unsigned errors_asked;
    struct buf dead;
    uint16_t refuses_port; /* fails by itself whenever it comes first */
};

static uint16_t port_of(const struct mmsghdr *m)
{
    const struct sockaddr_in *in = m->msg_hdr.msg_name;

    return ntohs(in->sin_port);
}

static void note_sent(struct kernel *k, const struct mmsghdr *m)
{
    const struct iovec *iov = m->msg_hdr.msg_iov;

    buf_printf(&k->sent, "%u:%.*s ", port_of(m), (int)iov->iov_len,
               (char *)iov->iov_base);
}

static unsigned sendable(const struct kernel *k, const struct mmsghdr *v,
                         unsigned n)
{
    unsigned i = 0;

    while (i < n && (!k->refuses_port || port_of(&v[i]) != k->refuses_port))
        i++;
    return i;
}

static int kernel_send(void *ctx, struct mmsghdr *v, unsigned n)
{
    struct kernel *k = ctx;
    int plan = k->at < 16 ? k->plan[k->at++] : 0;
    unsigned most = sendable(k, v, n);

    if (plan < 0 || most == 0) {
        errno = plan < 0 ? -plan : ENETUNREACH;
        return -1;
    }
    if (plan > 0 && (unsigned)plan < most)
        most = (unsigned)plan;
    for (unsigned i = 0; i < most; i++)
        note_sent(k, &v[i]);
    return (int)most;
}

static void kernel_error(void *ctx)
{
    ((struct kernel *)ctx)->errors_asked++;
}

static void kernel_dead(void *ctx, const struct addr *to)
{
    struct kernel *k = ctx;

    buf_printf(&k->dead, "%u ", to->port);
}

struct bed {
    struct kernel k;
    struct sendq q;
    struct sendq_way way;
    size_t sent;
};

static void bed_init(struct bed *b, size_t bound)
{
    *b = (struct bed){0};
    buf_init(&b->k.sent, 1 << 20);
    buf_init(&b->k.dead, 1000);
    sendq_init(&b->q, bound);
    b->way = (struct sendq_way){kernel_send, kernel_error, kernel_dead, &b->k};
}

static void bed_fini(struct bed *b)
{
    buf_fini(&b->k.sent);
    buf_fini(&b->k.dead);
    sendq_fini(&b->q);
}

static bool add(struct bed *b, uint16_t port, const char *text)
{
    struct addr to = world_addr("127.0.0.1:0", TRANSPORT_UDP);

    to.port = port;
    return sendq_add(&b->q, &to, slice_of(text));
}

static void everything_leaves_in_order(void **state)
{
    struct bed b;

    (void)state;
    bed_init(&b, 1 << 16);
    assert_true(add(&b, 1, "a"));
    assert_true(add(&b, 2, ""));
    assert_true(add(&b, 3, "ccc"));
    assert_true(sendq_flush(&b.q, &b.way, &b.sent));
    assert_int_equal(b.sent, 3);
    assert_int_equal(b.k.at, 1); /* one call */
    assert_text(buf_slice(&b.k.sent), S("1:a 2: 3:ccc "));
    assert_true(sendq_is_empty(&b.q));
    bed_fini(&b);
}

static void a_batch_cut_short_goes_on_behind(void **state)
{
    struct bed b;

    (void)state;
    bed_init(&b, 1 << 20);
    b.k.plan[0] = 2;
    b.k.plan[1] = 1;
    for (uint16_t i = 1; i <= 200; i++)
        assert_true(add(&b, i, "x"));
    assert_true(sendq_flush(&b.q, &b.way, &b.sent));
    assert_int_equal(b.sent, 200);
    assert_has(buf_slice(&b.k.sent), "1:x 2:x 3:x 4:x 5:x ");
    assert_has(buf_slice(&b.k.sent), "199:x 200:x ");
    bed_fini(&b);
}

static void a_blocked_way_keeps_the_rest_for_later(void **state)
{
    static const int blocks[] = {EAGAIN, ENOBUFS};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct bed b;

        bed_init(&b, 1 << 16);
        b.k.plan[0] = 1;
        b.k.plan[1] = -blocks[i];
        add(&b, 1, "one");
        add(&b, 2, "two");
        add(&b, 3, "three");
        assert_false(sendq_flush(&b.q, &b.way, &b.sent));
        assert_int_equal(b.sent, 1);
        assert_false(sendq_is_empty(&b.q));
        add(&b, 4, "four");
        assert_true(sendq_flush(&b.q, &b.way, &b.sent));
        assert_text(buf_slice(&b.k.sent), S("1:one 2:two 3:three 4:four "));
        assert_int_equal(b.k.errors_asked, 0);
        bed_fini(&b);
    }
}

static void an_error_of_another_datagram_costs_nothing(void **state)
{
    struct bed b;

    (void)state;
    bed_init(&b, 1 << 16);
    b.k.plan[0] = -ECONNREFUSED;
    b.k.plan[1] = -EINTR;
    b.k.plan[2] = 1;
    b.k.plan[3] = -ECONNREFUSED;
    b.k.plan[4] = -ECONNREFUSED;
    add(&b, 1, "a");
    add(&b, 2, "b");
    assert_true(sendq_flush(&b.q, &b.way, &b.sent));
    assert_text(buf_slice(&b.k.sent), S("1:a 2:b "));
    assert_int_equal(b.k.errors_asked, 3);
    assert_text(buf_slice(&b.k.dead), S(""));
    bed_fini(&b);
}

static void
a_dead_destination_is_dropped_and_told_and_the_rest_goes(void **state)
{
    struct bed b;

    (void)state;
    bed_init(&b, 1 << 16);
    b.k.refuses_port = 9;
    add(&b, 9, "lost");
    add(&b, 1, "a");
    add(&b, 9, "lost");
    add(&b, 9, "lost");
    add(&b, 2, "b");
    assert_true(sendq_flush(&b.q, &b.way, &b.sent));
    assert_int_equal(b.sent, 2);
    assert_text(buf_slice(&b.k.sent), S("1:a 2:b "));
    assert_text(buf_slice(&b.k.dead), S("9 9 9 "));
    bed_fini(&b);
}

static void the_bound_counts_what_still_waits(void **state)
{
    struct bed b;
    size_t held = 0;

    (void)state;
    bed_init(&b, 4096);
    while (add(&b, 1, "0123456789012345678901234567890123456789"))
        assert_in_range(++held, 1, 100);
    assert_in_range(held, 40, 60);
    b.k.plan[0] = (int)held - 1;
    b.k.plan[1] = -EAGAIN;
    assert_false(sendq_flush(&b.q, &b.way, &b.sent));
    for (size_t i = 1; i < held; i++)
        assert_true(add(&b, 2, "0123456789012345678901234567890123456789"));
    assert_false(add(&b, 3, "0123456789012345678901234567890123456789"));
    assert_true(sendq_flush(&b.q, &b.way, &b.sent));
    assert_int_equal(b.sent, held);
    bed_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_leaves_in_order),
        cmocka_unit_test(a_batch_cut_short_goes_on_behind),
        cmocka_unit_test(a_blocked_way_keeps_the_rest_for_later),
        cmocka_unit_test(an_error_of_another_datagram_costs_nothing),
        cmocka_unit_test(
            a_dead_destination_is_dropped_and_told_and_the_rest_goes),
        cmocka_unit_test(the_bound_counts_what_still_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
