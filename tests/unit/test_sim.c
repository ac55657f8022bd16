/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "net/sim.h"
#include "support/check.h"
#include "support/world.h"
#include <stdio.h>

/* One party: a host that notes what happens to it, as text. */
struct party {
    struct sim *sim;
    struct sim_host *host;
    struct net *net;
    struct udp *udp;
    struct listener *listener;
    struct stream *stream;
    struct buf story;
    bool echo;
};

static void party_init(struct party *p, struct sim *sim, const char *name)
{
    *p = (struct party){.sim = sim, .host = sim_host_new(sim, name)};
    p->net = sim_host_net(p->host);
    buf_init(&p->story, 1 << 20);
}

static void party_fini(struct party *p)
{
    if (p->udp)
        udp_close(p->udp);
    if (p->listener)
        listener_close(p->listener);
    if (p->stream)
        stream_close(p->stream);
    if (p->host)
        sim_host_free(p->host);
    buf_fini(&p->story);
}

static void note_time(struct party *p)
{
    buf_printf(&p->story, "%lld ",
               (long long)(sim_clock(p->sim)->mono_us % SECOND));
}

static void on_datagram(void *ctx, struct udp *u, const struct addr *from,
                        struct slice bytes)
{
    struct party *p = ctx;

    note_time(p);
    addr_print(from, &p->story);
    buf_printf(&p->story, " %.*s\n", SLICE_ARG(bytes));
    if (p->echo)
        assert_int_equal(udp_send(u, from, bytes), IMS_OK);
}

static void on_undeliverable(void *ctx, struct udp *u, const struct addr *to)
{
    struct party *p = ctx;

    (void)u;
    note_time(p);
    buf_str(&p->story, "undeliverable ");
    addr_print(to, &p->story);
    buf_char(&p->story, '\n');
}

static const struct udp_handler UDP = {on_datagram, on_undeliverable};

static void open_udp(struct party *p, const char *local)
{
    struct addr a = world_addr(local, TRANSPORT_NONE);
    struct why why = {0};

    assert_ok(udp_open(p->net, &a, &UDP, p, &p->udp, &why), &why);
}

static void send_to(struct party *p, const char *to, const char *text)
{
    struct addr a = world_addr(to, TRANSPORT_UDP);

    assert_int_equal(udp_send(p->udp, &a, slice_of(text)), IMS_OK);
}

static void on_open(void *ctx, struct stream *s)
{
    (void)s;
    buf_str(&((struct party *)ctx)->story, "open\n");
}

static void on_bytes(void *ctx, struct stream *s, struct slice bytes)
{
    struct party *p = ctx;

    buf_add(&p->story, bytes);
    if (p->echo)
        assert_int_equal(stream_send(s, bytes), IMS_OK);
}

static void on_end(void *ctx, struct stream *s, enum ims_err err)
{
    struct party *p = ctx;

    assert_ptr_equal(s, p->stream);
    p->stream = NULL;
    buf_printf(&p->story, "[%s]\n", ims_err_name(err));
}

static const struct stream_handler STREAM = {on_open, on_bytes, on_end};

static void on_accept(void *ctx, struct listener *l, struct stream *s)
{
    struct party *p = ctx;

    (void)l;
    assert_null(p->stream);
    p->stream = s;
    stream_take(s, &STREAM, p);
}

static void listen_at(struct party *p, const char *local)
{
    struct addr a = world_addr(local, TRANSPORT_TCP);
    struct why why = {0};

    assert_ok(stream_listen(p->net, &a, on_accept, p, &p->listener, &why),
              &why);
}

static void connect_to(struct party *p, const char *to)
{
    struct addr a = world_addr(to, TRANSPORT_TCP);
    struct why why = {0};

    assert_ok(stream_connect(p->net, &(struct stream_ends){.to = &a}, &STREAM,
                             p, &p->stream, &why),
              &why);
}

static void assert_story(struct party *p, const char *text)
{
    assert_text(buf_slice(&p->story), slice_of(text));
    buf_reset(&p->story);
}

struct two {
    struct sim *sim;
    struct party a, b;
};

static void two_init(struct two *t, uint64_t seed)
{
    t->sim = sim_new(seed);
    party_init(&t->a, t->sim, "a");
    party_init(&t->b, t->sim, "b");
}

static void two_fini(struct two *t)
{
    party_fini(&t->a);
    party_fini(&t->b);
    sim_free(t->sim);
}

/* ---- datagrams ---------------------------------------------------------- */

static void a_datagram_takes_its_way_in_virtual_time(void **state)
{
    struct two t;

    (void)state;
    two_init(&t, 1);
    open_udp(&t.a, "10.0.0.1:5060");
    open_udp(&t.b, "10.0.0.2:5060");
    t.b.echo = true;
    send_to(&t.a, "10.0.0.2:5060", "hello");
    assert_story(&t.b, "");
    assert_int_equal(sim_run_for(t.sim, SECOND), 2);
    assert_story(&t.b, "100 10.0.0.1:5060 hello\n");
    assert_story(&t.a, "200 10.0.0.2:5060 hello\n");
    assert_int_equal(sim_clock(t.sim)->mono_us % SECOND, 0);
    two_fini(&t);
}

static void a_datagram_to_nobody_comes_back_as_undeliverable(void **state)
{
    struct two t;

    (void)state;
    two_init(&t, 1);
    open_udp(&t.a, "[fd00::1]:5060");
    send_to(&t.a, "[fd00::2]:5060", "hello");
    sim_run_for(t.sim, SECOND);
    assert_story(&t.a, "200 undeliverable [fd00::2]:5060\n");
    two_fini(&t);
}

static void an_address_belongs_to_who_bound_it_first(void **state)
{
    struct addr a = world_addr("10.0.0.1:5060", TRANSPORT_UDP);
    struct addr none = world_addr("0.0.0.0:5060", TRANSPORT_UDP);
    struct udp *u = NULL;
    struct why why = {0};
    struct two t;

    (void)state;
    two_init(&t, 1);
    open_udp(&t.a, "10.0.0.1:5060");
    assert_err(IMS_EXISTS, udp_open(t.b.net, &a, &UDP, &t.b, &u, &why), &why);
    assert_err(IMS_CONFIG, udp_open(t.b.net, &none, &UDP, &t.b, &u, &why),
               &why);
    assert_null(u);
    listen_at(&t.b, "10.0.0.1:5060"); /* the other protocol's port */
    udp_close(t.a.udp);
    t.a.udp = NULL;
    open_udp(&t.b, "10.0.0.1:5060");
    two_fini(&t);
}

static void port_0_is_a_port_of_the_worlds_choice(void **state)
{
    struct two t;

    (void)state;
    two_init(&t, 1);
    open_udp(&t.a, "10.0.0.1:0");
    open_udp(&t.b, "10.0.0.1:0");
    assert_true(udp_local(t.a.udp)->port >= 49152);
    assert_int_not_equal(udp_local(t.a.udp)->port, udp_local(t.b.udp)->port);
    assert_int_equal(udp_local(t.a.udp)->transport, TRANSPORT_UDP);
    two_fini(&t);
}

static void what_no_datagram_can_be_is_refused(void **state)
{
    struct addr to = world_addr("10.0.0.2:5060", TRANSPORT_UDP);
    struct addr six = world_addr("[fd00::2]:5060", TRANSPORT_UDP);
    char *big = mem_zalloc(65508);
    struct two t;
    int sent = 0;

    (void)state;
    two_init(&t, 1);
    open_udp(&t.a, "10.0.0.1:5060");
    assert_int_equal(udp_send(t.a.udp, &to, slice_at(big, 65508)),
                     IMS_TOO_LARGE);
    assert_int_equal(udp_send(t.a.udp, &six, S("x")), IMS_UNREACHABLE);
    while (udp_send(t.a.udp, &to, slice_at(big, 65507)) == IMS_OK)
        sent++;
    assert_int_equal(sent, (4 << 20) / 65507);
    sim_run_for(t.sim, MSEC); /* the queue left with its turn */
    assert_int_equal(udp_send(t.a.udp, &to, slice_at(big, 65507)), IMS_OK);
    free(big);
    two_fini(&t);
}

static size_t count_lines(struct party *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->story.n; i++)
        n += p->story.p[i] == '\n';
    return n;
}

static void rules_lose_and_duplicate_their_share(void **state)
{
    const struct sim_rule lossy = {.lose = 250000};
    const struct sim_rule doubling = {.duplicate = 500000};
    struct two t;

    (void)state;
    two_init(&t, 42);
    open_udp(&t.a, "10.0.0.1:5060");
    open_udp(&t.b, "10.0.0.2:5060");
    sim_rule_add(t.sim, &lossy);
    for (int i = 0; i < 1000; i++)
        send_to(&t.a, "10.0.0.2:5060", "x");
    sim_run_for(t.sim, SECOND);
    assert_in_range(count_lines(&t.b), 700, 800);
    buf_reset(&t.b.story);
    sim_rules_clear(t.sim);
    sim_rule_add(t.sim, &doubling);
    for (int i = 0; i < 1000; i++)
        send_to(&t.a, "10.0.0.2:5060", "x");
    sim_run_for(t.sim, SECOND);
    assert_in_range(count_lines(&t.b), 1450, 1550);
    two_fini(&t);
}

static void a_reordered_datagram_lets_the_next_one_pass(void **state)
{
    const struct sim_rule r = {.reorder = 1000000};
    struct two t;

    (void)state;
    two_init(&t, 42);
    open_udp(&t.a, "10.0.0.1:5060");
    open_udp(&t.b, "10.0.0.2:5060");
    sim_rule_add(t.sim, &r);
    send_to(&t.a, "10.0.0.2:5060", "first");
    sim_rules_clear(t.sim);
    send_to(&t.a, "10.0.0.2:5060", "second");
    sim_run_for(t.sim, SECOND);
    assert_story(&t.b, "100 10.0.0.1:5060 second\n"
                       "1300 10.0.0.1:5060 first\n");
    two_fini(&t);
}

static void the_first_rule_that_matches_counts(void **state)
{
    struct sim_rule one = {.delay_us = 5 * MSEC};
    struct sim_rule cut = {.cut = true};
    struct two t;

    (void)state;
    two_init(&t, 42);
    open_udp(&t.a, "10.0.0.1:5060");
    open_udp(&t.b, "10.0.0.2:5060");
    one.to = world_addr("10.0.0.2:5060", TRANSPORT_UDP);
    cut.from = world_addr("10.0.0.1:0", TRANSPORT_NONE);
    sim_rule_add(t.sim, &one);
    sim_rule_add(t.sim, &cut);
    send_to(&t.a, "10.0.0.2:5060", "passes");
    send_to(&t.a, "10.0.0.3:5060", "vanishes without a word");
    send_to(&t.b, "10.0.0.1:5060", "no rule");
    sim_run_for(t.sim, SECOND);
    assert_story(&t.b, "5000 10.0.0.1:5060 passes\n");
    assert_story(&t.a, "100 10.0.0.2:5060 no rule\n");
    two_fini(&t);
}

/* ---- streams ------------------------------------------------------------ */

static void a_stream_opens_carries_bytes_in_order_and_ends(void **state)
{
    struct two t;

    (void)state;
    two_init(&t, 1);
    listen_at(&t.b, "10.0.0.2:3868");
    open_udp(&t.a, "10.0.0.1:5060"); /* a's address from now on */
    connect_to(&t.a, "10.0.0.2:3868");
    t.b.echo = true;
    assert_int_equal(stream_send(t.a.stream, S("before open ")), IMS_OK);
    assert_int_equal(stream_unsent(t.a.stream), 12);
    sim_run_for(t.sim, MSEC);
    assert_int_equal(stream_send(t.a.stream, S("and after\n")), IMS_OK);
    sim_run_for(t.sim, MSEC);
    assert_int_equal(stream_unsent(t.a.stream), 0);
    assert_story(&t.b, "before open and after\n");
    assert_story(&t.a, "open\nbefore open and after\n");
    assert_true(addr_eq_ip(stream_remote(t.b.stream), udp_local(t.a.udp)));
    assert_true(addr_eq(stream_remote(t.b.stream), stream_local(t.a.stream)));
    stream_close(t.a.stream);
    t.a.stream = NULL;
    sim_run_for(t.sim, MSEC);
    assert_story(&t.b, "[CLOSED]\n");
    assert_story(&t.a, "");
    two_fini(&t);
}

static void a_connect_to_nobody_is_refused(void **state)
{
    struct two t;

    (void)state;
    two_init(&t, 1);
    connect_to(&t.a, "10.0.0.2:3868");
    sim_run_for(t.sim, MSEC);
    assert_null(t.a.stream);
    assert_story(&t.a, "[REFUSED]\n");
    two_fini(&t);
}

static void a_connect_through_a_cut_times_out(void **state)
{
    const struct sim_rule cut = {.cut = true};
    struct two t;

    (void)state;
    two_init(&t, 1);
    listen_at(&t.b, "10.0.0.2:3868");
    sim_rule_add(t.sim, &cut);
    connect_to(&t.a, "10.0.0.2:3868");
    sim_run_for(t.sim, 9 * SECOND);
    assert_story(&t.a, "");
    sim_run_for(t.sim, 2 * SECOND);
    assert_story(&t.a, "[TIMEOUT]\n");
    assert_null(t.b.stream);
    two_fini(&t);
}

static void a_connect_gets_through_when_the_cut_ends(void **state)
{
    const struct sim_rule cut = {.cut = true};
    struct two t;

    (void)state;
    two_init(&t, 1);
    listen_at(&t.b, "10.0.0.2:3868");
    sim_rule_add(t.sim, &cut);
    connect_to(&t.a, "10.0.0.2:3868");
    sim_run_for(t.sim, 2 * SECOND);
    sim_rules_clear(t.sim);
    sim_run_for(t.sim, 2 * SECOND);
    assert_story(&t.a, "open\n");
    two_fini(&t);
}

static void a_cut_makes_a_stream_silent_until_it_ends(void **state)
{
    const struct sim_rule cut = {.cut = true};
    struct two t;

    (void)state;
    two_init(&t, 1);
    listen_at(&t.b, "10.0.0.2:3868");
    connect_to(&t.a, "10.0.0.2:3868");
    sim_run_for(t.sim, MSEC);
    sim_rule_add(t.sim, &cut);
    assert_int_equal(stream_send(t.a.stream, S("hello\n")), IMS_OK);
    sim_run_for(t.sim, 20 * SECOND);
    assert_story(&t.b, "");
    sim_rules_clear(t.sim);
    sim_run_for(t.sim, MSEC);
    assert_story(&t.b, "hello\n");
    two_fini(&t);
}

static void unacknowledged_bytes_end_the_stream_at_the_sender(void **state)
{
    const struct sim_rule cut = {.cut = true};
    struct two t;

    (void)state;
    two_init(&t, 1);
    listen_at(&t.b, "10.0.0.2:3868");
    connect_to(&t.a, "10.0.0.2:3868");
    sim_run_for(t.sim, MSEC);
    sim_rule_add(t.sim, &cut);
    assert_int_equal(stream_send(t.a.stream, S("hello\n")), IMS_OK);
    sim_run_for(t.sim, 31 * SECOND);
    assert_story(&t.a, "open\n[TIMEOUT]\n");
    assert_story(&t.b, "");
    sim_rules_clear(t.sim);
    assert_int_equal(stream_send(t.b.stream, S("anybody there?\n")), IMS_OK);
    sim_run_for(t.sim, SECOND); /* the bytes are answered with a reset */
    assert_story(&t.b, "[CLOSED]\n");
    two_fini(&t);
}

static void a_stream_refuses_more_than_its_bound(void **state)
{
    char *half = mem_zalloc(1 << 19);
    struct two t;

    (void)state;
    two_init(&t, 1);
    listen_at(&t.b, "10.0.0.2:3868");
    connect_to(&t.a, "10.0.0.2:3868");
    assert_int_equal(stream_send(t.a.stream, slice_at(half, 1 << 19)), IMS_OK);
    assert_int_equal(stream_send(t.a.stream, slice_at(half, 1 << 19)), IMS_OK);
    assert_int_equal(stream_send(t.a.stream, S("x")), IMS_FULL);
    sim_run_for(t.sim, MSEC);
    assert_int_equal(t.b.story.n, 1 << 20);
    assert_int_equal(stream_send(t.a.stream, S("x")), IMS_OK);
    free(half);
    two_fini(&t);
}

static void closing_sends_what_is_queued_even_before_it_is_open(void **state)
{
    struct two t;

    (void)state;
    two_init(&t, 1);
    listen_at(&t.b, "10.0.0.2:3868");
    connect_to(&t.a, "10.0.0.2:3868");
    assert_int_equal(stream_send(t.a.stream, S("bye\n")), IMS_OK);
    stream_close(t.a.stream);
    t.a.stream = NULL;
    sim_run_for(t.sim, MSEC);
    assert_story(&t.a, "");
    assert_story(&t.b, "bye\n[CLOSED]\n");
    two_fini(&t);
}

static void refuse(void *ctx, struct listener *l, struct stream *s)
{
    (void)l;
    buf_str(&((struct party *)ctx)->story, "refused\n");
    stream_close(s);
}

static void leave(void *ctx, struct listener *l, struct stream *s)
{
    (void)ctx;
    (void)l;
    (void)s;
}

static void an_accepted_stream_is_closed_by_hand_or_when_left(void **state)
{
    struct addr b = world_addr("10.0.0.2:3868", TRANSPORT_TCP);
    struct addr c = world_addr("10.0.0.2:3869", TRANSPORT_TCP);
    struct listener *second = NULL;
    struct two t;

    (void)state;
    two_init(&t, 1);
    assert_ok(stream_listen(t.b.net, &b, refuse, &t.b, &t.b.listener, NULL),
              NULL);
    assert_ok(stream_listen(t.b.net, &c, leave, &t.b, &second, NULL), NULL);
    connect_to(&t.a, "10.0.0.2:3868");
    sim_run_for(t.sim, MSEC);
    assert_story(&t.a, "open\n[CLOSED]\n");
    connect_to(&t.a, "10.0.0.2:3869");
    sim_run_for(t.sim, MSEC);
    assert_story(&t.a, "open\n[CLOSED]\n");
    assert_story(&t.b, "refused\n");
    listener_close(second);
    two_fini(&t);
}

struct portions {
    struct stream *stream;
    size_t count, bytes, longest;
    uint8_t next;
};

static void on_portion(void *ctx, struct stream *s, struct slice bytes)
{
    struct portions *p = ctx;

    (void)s;
    p->count++;
    p->bytes += bytes.n;
    p->longest = bytes.n > p->longest ? bytes.n : p->longest;
    for (size_t i = 0; i < bytes.n; i++)
        assert_int_equal((uint8_t)bytes.p[i], p->next++);
}

static const struct stream_handler PORTIONS = {on_open, on_portion, on_end};

static void take_portions(void *ctx, struct listener *l, struct stream *s)
{
    struct portions *p = ctx;

    (void)l;
    p->stream = s;
    stream_take(s, &PORTIONS, p);
}

static void chopped_bytes_come_in_other_portions_but_in_order(void **state)
{
    struct addr at = world_addr("10.0.0.2:3868", TRANSPORT_TCP);
    struct portions p = {0};
    uint8_t byte = 0;
    struct two t;

    (void)state;
    two_init(&t, 7);
    sim_chop(t.sim, true);
    assert_ok(
        stream_listen(t.b.net, &at, take_portions, &p, &t.b.listener, NULL),
        NULL);
    connect_to(&t.a, "10.0.0.2:3868");
    for (int i = 0; i < 100; i++) {
        uint8_t bytes[20];

        for (size_t k = 0; k < sizeof(bytes); k++)
            bytes[k] = byte++;
        assert_int_equal(stream_send(t.a.stream, slice_at(bytes, 20)), IMS_OK);
    }
    sim_run_for(t.sim, SECOND);
    assert_int_equal(p.bytes, 2000);
    assert_true(p.longest > 20); /* joined */
    assert_int_not_equal(p.count, 100);
    stream_close(p.stream);
    two_fini(&t);
}

/* ---- DNS ---------------------------------------------------------------- */

struct answer {
    unsigned calls;
    enum ims_err err;
    size_t count;
    struct buf text;
};

static void print_record(const struct dns_record *r, struct buf *out)
{
    if (r->type == DNS_A || r->type == DNS_AAAA)
        addr_print_ip(&r->addr, false, out);
    else if (r->type == DNS_SRV)
        buf_printf(out, "%u %u %u %.*s", r->srv.priority, r->srv.weight,
                   r->srv.port, SLICE_ARG(r->srv.target));
    else
        buf_printf(out, "%u %u '%.*s' '%.*s' '%.*s' %.*s", r->naptr.order,
                   r->naptr.preference, SLICE_ARG(r->naptr.flags),
                   SLICE_ARG(r->naptr.service), SLICE_ARG(r->naptr.regexp),
                   SLICE_ARG(r->naptr.replacement));
    buf_printf(out, " ttl %u\n", r->ttl);
}

static void on_records(void *ctx, enum ims_err err,
                       const struct dns_record *records, size_t count)
{
    struct answer *a = ctx;

    a->calls++;
    a->err = err;
    a->count = count;
    for (size_t i = 0; i < count; i++)
        print_record(&records[i], &a->text);
}

static void add_zone(struct sim *s)
{
    static const char *const ZONE[] = {
        "ims.example NAPTR 10 50 \"s\" \"SIP+D2U\" \"\" _sip._udp.ims.example.",
        "_sip._udp.ims.example. 300 IN SRV 0 1 5060 icscf1.ims.example.",
        "icscf1.ims.example\tA\t127.0.0.2",
        "icscf1.ims.example A 127.0.0.3",
        "icscf1.ims.example AAAA fd00::2",
        "gone.ims.example SRV 0 0 0 .",
    };
    struct why why = {0};

    for (size_t i = 0; i < sizeof(ZONE) / sizeof(ZONE[0]); i++)
        assert_ok(sim_dns_add(s, slice_of(ZONE[i]), &why), &why);
}

static void questions_get_the_zones_records(void **state)
{
    static const struct {
        const char *name;
        enum dns_type type;
        enum ims_err err;
        const char *text;
    } rows[] = {
        {"ims.example", DNS_NAPTR, IMS_OK,
         "10 50 's' 'SIP+D2U' '' _sip._udp.ims.example ttl 60\n"},
        {"_SIP._udp.ims.example.", DNS_SRV, IMS_OK,
         "0 1 5060 icscf1.ims.example ttl 300\n"},
        {"icscf1.ims.example", DNS_A, IMS_OK,
         "127.0.0.2 ttl 60\n127.0.0.3 ttl 60\n"},
        {"icscf1.ims.example", DNS_AAAA, IMS_OK, "fd00::2 ttl 60\n"},
        {"gone.ims.example", DNS_SRV, IMS_OK, "0 0 0  ttl 60\n"},
        {"ims.example", DNS_A, IMS_OK, ""},
        {"_udp.ims.example", DNS_A, IMS_OK, ""},
        {"s.example", DNS_A, IMS_NOT_FOUND, ""},
        {"nobody.ims.example", DNS_A, IMS_NOT_FOUND, ""},
    };
    struct sim *s = sim_new(1);
    struct sim_host *h = sim_host_new(s, "a");

    (void)state;
    add_zone(s);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct answer a = {0};

        buf_init(&a.text, 1000);
        dns_ask(sim_host_net(h), slice_of(rows[i].name), rows[i].type,
                on_records, &a);
        assert_int_equal(a.calls, 0);
        sim_run_for(s, SECOND);
        assert_int_equal(a.calls, 1);
        assert_int_equal(a.err, rows[i].err);
        assert_text(buf_slice(&a.text), slice_of(rows[i].text));
        buf_fini(&a.text);
    }
    sim_host_free(h);
    sim_free(s);
}

static void wrong_zone_lines_are_refused(void **state)
{
    static const char *const rows[] = {
        "",         "ims.example",         "x A 1.2.3",
        "x A ::1",  "x AAAA 1.2.3.4",      "x SRV 0 1 70000 y",
        "x MX 1 y", "x SRV 0 1 5060",      "x NAPTR 1 2 s SIP+D2U",
        "x A",      "x A 1.2.3.4 surplus", "a b c d e f g h i j k l",
    };
    struct sim *s = sim_new(1);

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct why why = {0};

        assert_err(IMS_MALFORMED, sim_dns_add(s, slice_of(rows[i]), &why),
                   &why);
    }
    sim_free(s);
}

static void dns_is_silent_forgets_and_is_cancelled(void **state)
{
    struct sim *s = sim_new(1);
    struct sim_host *h = sim_host_new(s, "a");
    struct net *net = sim_host_net(h);
    struct answer a = {0};

    (void)state;
    buf_init(&a.text, 1000);
    add_zone(s);
    sim_dns_silent(s, true);
    dns_ask(net, S("ims.example"), DNS_NAPTR, on_records, &a);
    sim_run_for(s, 3 * SECOND);
    assert_int_equal(a.calls, 0);
    sim_run_for(s, 2 * SECOND);
    assert_int_equal(a.err, IMS_TIMEOUT);
    sim_dns_silent(s, false);
    sim_dns_remove(s, S("icscf1.ims.example"));
    dns_ask(net, S("icscf1.ims.example"), DNS_A, on_records, &a);
    sim_run_for(s, SECOND);
    assert_int_equal(a.err, IMS_NOT_FOUND);
    struct dns_query *q =
        dns_ask(net, S("ims.example"), DNS_NAPTR, on_records, &a);
    dns_cancel(q);
    sim_run_for(s, SECOND);
    assert_int_equal(a.calls, 2);
    buf_fini(&a.text);
    sim_host_free(h);
    sim_free(s);
}

/* ---- lanes -------------------------------------------------------------- */

static void job(void *ctx)
{
    buf_str(&((struct party *)ctx)->story, "job ");
}

static void done(void *ctx)
{
    note_time(ctx);
    buf_str(&((struct party *)ctx)->story, "done ");
}

static void jobs_of_a_lane_end_one_after_the_other(void **state)
{
    struct two t;
    struct net_lane *l;

    (void)state;
    two_init(&t, 1);
    sim_work_latency(t.sim, 2 * MSEC);
    l = lane_open(t.a.net, "commit");
    lane_do(l, job, done, &t.a);
    lane_do(l, job, done, &t.a);
    assert_story(&t.a, "job job ");
    sim_run_for(t.sim, SECOND);
    assert_story(&t.a, "2000 done 4000 done ");
    lane_do(l, job, done, &t.a);
    lane_close(l);
    sim_run_for(t.sim, SECOND);
    assert_story(&t.a, "job ");
    two_fini(&t);
}

/* ---- hosts that die ------------------------------------------------------ */

static void tick(void *ctx)
{
    buf_str(&((struct party *)ctx)->story, "tick\n");
}

static void a_killed_host_is_silent_and_its_streams_end(void **state)
{
    struct timer timer = {0};
    struct answer answer = {0};
    struct dns_query *query;
    struct net_lane *lane;
    struct udp *late = NULL;
    struct two t;

    (void)state;
    two_init(&t, 1);
    listen_at(&t.b, "10.0.0.2:3868");
    open_udp(&t.b, "10.0.0.2:5060");
    open_udp(&t.a, "10.0.0.1:5060");
    connect_to(&t.a, "10.0.0.2:3868");
    sim_run_for(t.sim, MSEC);
    assert_story(&t.a, "open\n");
    send_to(&t.a, "10.0.0.2:5060", "on its way");
    assert_int_equal(stream_send(t.b.stream, S("last words\n")), IMS_OK);
    timer_start(t.b.net->timers, &timer, MSEC, tick, &t.b);
    query = dns_ask(t.b.net, S("x.example"), DNS_A, on_records, &answer);
    lane = lane_open(t.b.net, "commit");
    lane_do(lane, job, done, &t.b);
    sim_host_kill(t.b.host);
    sim_run_for(t.sim, SECOND);
    assert_story(&t.b, "job ");
    assert_false(timer_runs(&timer));
    assert_int_equal(answer.calls, 0);
    assert_story(&t.a, "last words\n[CLOSED]\n"
                       "1200 undeliverable 10.0.0.2:5060\n");

    /* The node on it goes in its own good time. */
    timer_start(t.b.net->timers, &timer, MSEC, tick, &t.b);
    assert_int_equal(stream_send(t.b.stream, S("x")), IMS_CLOSED);
    assert_int_equal(udp_send(t.b.udp, udp_local(t.a.udp), S("x")), IMS_CLOSED);
    assert_int_equal(
        udp_open(t.b.net, udp_local(t.a.udp), &UDP, &t.b, &late, NULL),
        IMS_CONFIG);
    sim_run_for(t.sim, SECOND);
    timer_stop(t.b.net->timers, &timer);
    dns_cancel(query);
    lane_close(lane);
    assert_story(&t.b, "");
    two_fini(&t);
}

static void a_successor_takes_over_addresses_but_not_the_dice(void **state)
{
    struct party again;
    struct two t;

    (void)state;
    two_init(&t, 1);
    open_udp(&t.a, "10.0.0.1:5060");
    open_udp(&t.b, "10.0.0.2:5060");
    uint64_t former = dice_u64(t.b.net->dice);
    sim_host_kill(t.b.host);
    party_init(&again, t.sim, "b");
    open_udp(&again, "10.0.0.2:5060");
    send_to(&t.a, "10.0.0.2:5060", "welcome");
    sim_run_for(t.sim, SECOND);
    assert_story(&again, "100 10.0.0.1:5060 welcome\n");
    assert_true(dice_u64(again.net->dice) != former);
    assert_story(&t.b, "");
    party_fini(&again);
    two_fini(&t);
}

static void a_host_killed_while_it_connects_is_heard_no_more(void **state)
{
    static const int64_t when[] = {0, 50, 120, 150, 199, 250};

    (void)state;
    for (size_t i = 0; i < sizeof(when) / sizeof(when[0]); i++) {
        struct two t;

        two_init(&t, 1);
        listen_at(&t.b, "10.0.0.2:3868");
        connect_to(&t.a, "10.0.0.2:3868");
        assert_int_equal(stream_send(t.a.stream, S("bye\n")), IMS_OK);
        sim_run_for(t.sim, when[i]);
        sim_host_kill(t.a.host);
        sim_run_for(t.sim, SECOND);
        assert_null(t.b.stream); /* never there, or ended */
        two_fini(&t);
    }
}

/* ---- time and order ----------------------------------------------------- */

static void time_passes_only_while_it_is_run(void **state)
{
    struct timer soon = {0}, late = {0};
    struct two t;

    (void)state;
    two_init(&t, 1);
    timer_start(t.a.net->timers, &soon, 10 * MSEC, tick, &t.a);
    timer_start(t.b.net->timers, &late, 60 * SECOND, tick, &t.b);
    int64_t start = sim_clock(t.sim)->mono_us;
    int64_t wall = sim_clock(t.sim)->wall_us;
    assert_int_equal(sim_run_quiet(t.sim, SECOND), 1);
    assert_int_equal(sim_clock(t.sim)->mono_us - start, 10 * MSEC);
    assert_int_equal(sim_run_for(t.sim, SECOND), 0);
    assert_int_equal(sim_clock(t.sim)->mono_us - start, SECOND + 10 * MSEC);
    assert_true(sim_step(t.sim));
    assert_int_equal(sim_clock(t.sim)->mono_us - start, 60 * SECOND);
    assert_int_equal(sim_clock(t.sim)->wall_us - wall, 60 * SECOND);
    assert_false(sim_step(t.sim));
    assert_story(&t.b, "tick\n");
    two_fini(&t);
}

static void tapped(void *ctx, const struct addr *from, const struct addr *to,
                   struct slice bytes)
{
    struct buf *out = ctx;

    addr_print(from, out);
    buf_str(out, " > ");
    addr_print(to, out);
    buf_printf(out, " %s %.*s\n", transport_name(to->transport),
               SLICE_ARG(bytes));
}

/* Bad weather, chopped streams, two parties that echo: as one text. */
static struct str stormy_story(uint64_t seed)
{
    const struct sim_rule storm = {.lose = 100000,
                                   .duplicate = 100000,
                                   .reorder = 200000,
                                   .jitter_us = 5 * MSEC};
    struct str story = {0};
    struct buf taps;
    struct two t;

    buf_init(&taps, 1 << 20);
    two_init(&t, seed);
    sim_tap(t.sim, tapped, &taps);
    sim_rule_add(t.sim, &storm);
    sim_chop(t.sim, true);
    open_udp(&t.a, "10.0.0.1:5060");
    open_udp(&t.b, "10.0.0.2:5060");
    listen_at(&t.b, "10.0.0.2:3868");
    connect_to(&t.a, "10.0.0.2:3868");
    t.b.echo = true;
    for (int i = 0; i < 50; i++) {
        char text[16];

        snprintf(text, sizeof(text), "%d-%u", i,
                 (unsigned)dice_below(t.a.net->dice, 1000));
        send_to(&t.a, "10.0.0.2:5060", text);
        assert_int_equal(stream_send(t.a.stream, slice_of(text)), IMS_OK);
        sim_run_for(t.sim, MSEC);
    }
    sim_run_quiet(t.sim, SECOND);
    str_printf(&story, "%.*s%.*s%.*s", SLICE_ARG(buf_slice(&taps)),
               SLICE_ARG(buf_slice(&t.a.story)),
               SLICE_ARG(buf_slice(&t.b.story)));
    buf_fini(&taps);
    two_fini(&t);
    return story;
}

static void the_same_seed_tells_the_same_story(void **state)
{
    struct str first = stormy_story(99), again = stormy_story(99);
    struct str other = stormy_story(100);

    (void)state;
    assert_has(str_slice(&first), "10.0.0.1:5060 > 10.0.0.2:5060 udp 0-");
    assert_text(str_slice(&again), str_slice(&first));
    assert_false(slice_eq(str_slice(&other), str_slice(&first)));
    str_fini(&first);
    str_fini(&again);
    str_fini(&other);
}

/* ---- the helper for tests above ------------------------------------------ */

static void a_world_host_has_an_env_whose_reports_can_be_read(void **state)
{
    struct sim *s = sim_new(1);
    struct world_host *w = world_host_new(s, "scscf1");
    const struct record_message m = {
        .kind = RECORD_RX,
        .proto = RECORD_SIP,
        .remote = world_addr("10.0.0.1:5060", TRANSPORT_UDP),
        .bytes = S("OPTIONS sip:x SIP/2.0\r\n\r\n")};

    (void)state;
    assert_string_equal(w->env.host, "scscf1.ims.example");
    log_at(w->env.log, LOG_NOTICE, "up %d", 1);
    assert_text(buf_slice(&w->lines), S("notice up 1\n"));
    record_message(w->env.record, &m);
    record_say(w->env.record, (struct record_about){0}, "S-REG-1",
               "TS 24.229 5.4.1.2.1", "chose %s", "AKA");
    assert_text(world_story(w), S("rx 10.0.0.1:5060 OPTIONS sip:x SIP/2.0\n"
                                  "says S-REG-1 chose AKA\n"));
    assert_int_equal(world_says(w, "S-REG-1"), 1);
    assert_int_equal(world_says(w, "S-REG-2"), 0);
    world_host_free(w);
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_datagram_takes_its_way_in_virtual_time),
        cmocka_unit_test(a_datagram_to_nobody_comes_back_as_undeliverable),
        cmocka_unit_test(an_address_belongs_to_who_bound_it_first),
        cmocka_unit_test(port_0_is_a_port_of_the_worlds_choice),
        cmocka_unit_test(what_no_datagram_can_be_is_refused),
        cmocka_unit_test(rules_lose_and_duplicate_their_share),
        cmocka_unit_test(a_reordered_datagram_lets_the_next_one_pass),
        cmocka_unit_test(the_first_rule_that_matches_counts),
        cmocka_unit_test(a_stream_opens_carries_bytes_in_order_and_ends),
        cmocka_unit_test(a_connect_to_nobody_is_refused),
        cmocka_unit_test(a_connect_through_a_cut_times_out),
        cmocka_unit_test(a_connect_gets_through_when_the_cut_ends),
        cmocka_unit_test(a_cut_makes_a_stream_silent_until_it_ends),
        cmocka_unit_test(unacknowledged_bytes_end_the_stream_at_the_sender),
        cmocka_unit_test(a_stream_refuses_more_than_its_bound),
        cmocka_unit_test(closing_sends_what_is_queued_even_before_it_is_open),
        cmocka_unit_test(an_accepted_stream_is_closed_by_hand_or_when_left),
        cmocka_unit_test(chopped_bytes_come_in_other_portions_but_in_order),
        cmocka_unit_test(questions_get_the_zones_records),
        cmocka_unit_test(wrong_zone_lines_are_refused),
        cmocka_unit_test(dns_is_silent_forgets_and_is_cancelled),
        cmocka_unit_test(jobs_of_a_lane_end_one_after_the_other),
        cmocka_unit_test(a_killed_host_is_silent_and_its_streams_end),
        cmocka_unit_test(a_successor_takes_over_addresses_but_not_the_dice),
        cmocka_unit_test(a_host_killed_while_it_connects_is_heard_no_more),
        cmocka_unit_test(time_passes_only_while_it_is_run),
        cmocka_unit_test(the_same_seed_tells_the_same_story),
        cmocka_unit_test(a_world_host_has_an_env_whose_reports_can_be_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
