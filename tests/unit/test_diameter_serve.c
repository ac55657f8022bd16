/* SPDX-License-Identifier: MIT */
#include "support/check.h"
#include "support/diameter_world.h"

/* A raw party asks an endpoint, by way of LIR: a command with few AVPs. */

enum { APP = CX_APPLICATION, LIR = DIAMETER_LOCATION_INFO };

/* ---- a raw party asks ---------------------------------------------------- */

struct asker {
    struct sim *sim;
    struct plain_node *hss;
    struct raw *raw;
    struct buf b;
};

static void asker_connect(struct asker *a)
{
    struct diameter_message m;

    raw_connect(a->raw, &a->hss->addr);
    raw_send(a->raw, raw_cer(&a->b, "raw.ims.example"));
    sim_run_for(a->sim, 20 * MSEC);
    assert_true(raw_take(a->raw, &m));
}

static void asker_init(struct asker *a, const struct diameter_limits *limits)
{
    struct diameter_config any = {.allow_any = true};

    if (limits)
        any.limits = *limits;
    a->sim = sim_new(4);
    a->hss = plain_node_new(a->sim, "hss1", "10.0.0.4", &any);
    a->raw = raw_new(a->sim, "raw");
    buf_init(&a->b, 65536);
    diameter_start(a->hss->d);
    asker_connect(a);
}

static void asker_fini(struct asker *a)
{
    buf_fini(&a->b);
    raw_free(a->raw);
    plain_node_free(a->hss);
    sim_free(a->sim);
}

static void put_all(struct buf *b)
{
    avp_put(b, AVP_SESSION_ID, S("raw;1;1"));
    avp_put(b, AVP_ORIGIN_HOST, S("client.ims.example"));
    avp_put(b, AVP_ORIGIN_REALM, S("ims.example"));
    avp_put(b, AVP_DESTINATION_REALM, S("IMS.example"));
    avp_put(b, AVP_PUBLIC_IDENTITY, S("sip:a@b"));
}

static void put_to_host(struct buf *b)
{
    put_all(b);
    avp_put(b, AVP_DESTINATION_HOST, S("hss1.IMS.example"));
}

static void put_to_other_host(struct buf *b)
{
    put_all(b);
    avp_put(b, AVP_DESTINATION_HOST, S("hss2.ims.example"));
}

static void put_other_realm(struct buf *b)
{
    avp_put(b, AVP_SESSION_ID, S("raw;1;1"));
    avp_put(b, AVP_ORIGIN_HOST, S("client.ims.example"));
    avp_put(b, AVP_ORIGIN_REALM, S("ims.example"));
    avp_put(b, AVP_DESTINATION_REALM, S("other.example"));
}

static void put_no_session(struct buf *b)
{
    avp_put(b, AVP_ORIGIN_HOST, S("client.ims.example"));
    avp_put(b, AVP_ORIGIN_REALM, S("ims.example"));
    avp_put(b, AVP_DESTINATION_REALM, S("ims.example"));
}

static void put_result(struct buf *b)
{
    put_all(b);
    avp_put_u32(b, AVP_RESULT_CODE, 2001);
}

static void put_unknown_mandatory(struct buf *b)
{
    put_all(b);
    buf_add(b, S("\0\0\x7f\xff\xc0\0\0\x0c\0\0\x28\xaf"));
}

static void put_bad_length(struct buf *b)
{
    put_all(b);
    buf_add(b, S("\0\0\x02\x59\xc0\0\0\xff\0\0\x28\xaf"));
}

static void put_bad_value(struct buf *b)
{
    put_all(b);
    avp_put(b, AVP_SERVER_NAME, S("\xff"));
}

/* proves H-DIA-1 */
static void a_request_gets_the_result_that_it_deserves(void **state)
{
    enum { R = DIAMETER_R, P = DIAMETER_P, E = DIAMETER_E };
    static const struct {
        uint8_t flags;
        uint32_t command, app;
        void (*put)(struct buf *b);
        unsigned result;
        bool failed;      /* there is a Failed-AVP */
        const char *says; /* why; NULL: it is served */
    } rows[] = {
        {R | P, LIR, APP, put_all, 2001, false, NULL},
        {R | P, LIR, APP, put_to_host, 2001, false, NULL},
        {R | P, LIR, APP + 1, put_all, 3007, false,
         "application 16777217 is not spoken here"},
        {R | P, LIR, 0xffffffff, put_all, 3007, false,
         "application 4294967295 is not spoken here"},
        {R | P, 306, APP, put_all, 3001, false,
         "command 306 is not served here"},
        {R, 999, 0, put_all, 3001, false, "command 999 is not served here"},
        {R | P | E, LIR, APP, put_all, 3008, false,
         "a request with the E flag"},
        {R, LIR, APP, put_all, 3008, false,
         "the P flag is not as Location-Info wants it"},
        {R | P, LIR, APP, put_other_realm, 3003, false,
         "realm other.example is not served here"},
        {R | P, LIR, APP, put_to_other_host, 3002, false,
         "hss2.ims.example is not here"},
        {R | P, LIR, APP, put_no_session, 5005, true, "Session-Id is missing"},
        {R | P, LIR, APP, put_result, 5008, true,
         "Result-Code must not be here"},
        {R | P, LIR, APP, put_unknown_mandatory, 5001, true, "AVP 32767"},
        {R | P, LIR, APP, put_bad_length, 5014, true, "Public-Identity"},
        {R | P, LIR, APP, put_bad_value, 5004, true, "Server-Name"},
    };
    struct asker a;

    (void)state;
    asker_init(&a, NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct diameter_message m;
        uint32_t vendor;
        struct avp failed;

        raw_send(a.raw, raw_message(&a.b,
                                    &(struct diameter_header){
                                        .flags = rows[i].flags,
                                        .command = rows[i].command,
                                        .app = rows[i].app,
                                        .hop = (uint32_t)i,
                                        .end = 100 + (uint32_t)i},
                                    rows[i].put));
        sim_run_for(a.sim, 20 * MSEC);
        assert_true(raw_take(a.raw, &m));
        assert_int_equal(diameter_answer_result(&m, &vendor), rows[i].result);
        assert_int_equal(m.h.hop, i);
        assert_int_equal(m.h.end, 100 + i);
        assert_int_equal(m.h.command, rows[i].command);
        assert_int_equal(!!(m.h.flags & E), rows[i].result / 1000 == 3);
        assert_int_equal(m.h.flags & P, rows[i].flags & P);
        assert_int_equal(m.h.flags & R, 0);
        assert_int_equal(avp_find(m.avps, AVP_FAILED_AVP, &failed),
                         rows[i].failed);
        assert_true(avp_find(m.avps, AVP_ORIGIN_HOST, &failed));
        if (rows[i].says)
            assert_has(world_story(a.hss->w), rows[i].says);
    }
    asker_fini(&a);
}

static void add_proxy_info(struct buf *b)
{
    size_t mark;

    for (char i = '1'; i < '3'; i++) {
        mark = avp_group(b, AVP_PROXY_INFO, true);
        avp_put(b, AVP_PROXY_HOST, S("proxy"));
        avp_put(b, AVP_PROXY_STATE, slice_at(&i, 1));
        avp_group_end(b, mark);
    }
}

static void put_proxy_info(struct buf *b)
{
    put_all(b);
    add_proxy_info(b);
}

static void put_bad_text_first(struct buf *b)
{
    put_bad_value(b);
    add_proxy_info(b);
}

static void put_bad_bits_first(struct buf *b)
{
    put_all(b);
    buf_add(b, S("\0\0\0\x01\xc0\0\0\x0c\0\0\0\0"));
    add_proxy_info(b);
}

static void put_short_number_first(struct buf *b)
{
    put_all(b);
    avp_put(b, AVP_USER_AUTHORIZATION_TYPE, S("1"));
    add_proxy_info(b);
}

/* RFC 6733 6.2: in their order, whatever the answer says. */
static void proxy_info_comes_back_in_its_order(void **state)
{
    static const struct {
        void (*put)(struct buf *b);
        unsigned result;
    } rows[] = {
        {put_proxy_info, 2001},
        {put_bad_text_first, 5004},
        {put_bad_bits_first, 3009},
        {put_short_number_first, 5014},
    };
    struct asker a;

    (void)state;
    asker_init(&a, NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct diameter_message m;
        struct diameter_fault f;
        struct avp_reader r;
        uint32_t vendor;
        struct avp avp;
        char next = '1';

        raw_send(a.raw, raw_message(&a.b,
                                    &(struct diameter_header){
                                        .flags = DIAMETER_R | DIAMETER_P,
                                        .command = LIR,
                                        .app = APP},
                                    rows[i].put));
        sim_run_for(a.sim, 20 * MSEC);
        assert_true(raw_take(a.raw, &m));
        assert_int_equal(diameter_answer_result(&m, &vendor), rows[i].result);
        r = avp_reader(m.avps);
        assert_int_equal(avp_next(&r, &avp, &f), AVP_IS);
        assert_int_equal(avp.code, 263); /* Session-Id stands first */
        while (avp_next(&r, &avp, &f) == AVP_IS)
            if (avp.row == avp_row(AVP_PROXY_INFO))
                assert_int_equal(*avp_text(avp.value, AVP_PROXY_STATE).p,
                                 next++);
        assert_int_equal(next, '3');
    }
    asker_fini(&a);
}

static void send_lir(struct asker *a, uint32_t hop, uint32_t end, bool t)
{
    raw_send(a->raw,
             raw_message(&a->b,
                         &(struct diameter_header){
                             .flags = (uint8_t)(DIAMETER_R | DIAMETER_P |
                                                (t ? DIAMETER_T : 0)),
                             .command = LIR,
                             .app = APP,
                             .hop = hop,
                             .end = end},
                         put_all));
    sim_run_for(a->sim, 20 * MSEC);
}

/* proves H-DIA-1 */
static void a_retransmission_gets_the_answer_that_was_given(void **state)
{
    struct diameter_message m;
    struct asker a;

    (void)state;
    asker_init(&a, NULL);
    send_lir(&a, 1, 7, false);
    assert_true(raw_take(a.raw, &m));
    assert_int_equal(a.hss->server.count, 1);
    asker_connect(&a);
    send_lir(&a, 2, 7, true);
    assert_true(raw_take(a.raw, &m));
    assert_int_equal(m.h.hop, 2);
    assert_int_equal(m.h.end, 7);
    assert_int_equal(a.hss->server.count, 1);
    send_lir(&a, 3, 7, false); /* no T flag: a new request */
    assert_int_equal(a.hss->server.count, 2);
    send_lir(&a, 4, 8, true); /* nobody saw it before */
    assert_int_equal(a.hss->server.count, 3);
    sim_run_for(a.sim, 31 * SECOND);
    send_lir(&a, 5, 9, false); /* time to forget what is old */
    send_lir(&a, 6, 7, true);
    assert_int_equal(a.hss->server.count, 5);
    asker_fini(&a);
}

static void a_retransmission_takes_over_the_answer_under_way(void **state)
{
    struct diameter_message m;
    struct asker a;

    (void)state;
    asker_init(&a, NULL);
    a.hss->server.holds = true;
    send_lir(&a, 1, 7, false);
    asker_connect(&a);
    send_lir(&a, 2, 7, true);
    assert_int_equal(a.hss->server.count, 1);
    plain_answer(a.hss->server.held[0]);
    sim_run_for(a.sim, 20 * MSEC);
    assert_true(raw_take(a.raw, &m));
    assert_int_equal(m.h.hop, 2);
    assert_false(raw_take(a.raw, &m));
    asker_fini(&a);
}

static void an_answer_whose_connection_is_gone_waits(void **state)
{
    struct diameter_message m;
    struct asker a;

    (void)state;
    asker_init(&a, NULL);
    a.hss->server.holds = true;
    send_lir(&a, 1, 7, false);
    raw_close(a.raw);
    sim_run_for(a.sim, 20 * MSEC);
    plain_answer(a.hss->server.held[0]);
    asker_connect(&a);
    assert_false(raw_take(a.raw, &m));
    send_lir(&a, 2, 7, true);
    assert_true(raw_take(a.raw, &m));
    assert_int_equal(m.h.hop, 2);
    assert_int_equal(a.hss->server.count, 1);
    asker_fini(&a);
}

static void answers_kept_are_bounded(void **state)
{
    struct diameter_limits limits = {.kept = 1000};
    struct diameter_message m;
    struct asker a;

    (void)state;
    asker_init(&a, &limits);
    for (uint32_t i = 0; i < 20; i++)
        send_lir(&a, i, i, false);
    while (raw_take(a.raw, &m))
        ;
    assert_int_equal(a.hss->server.count, 20);
    send_lir(&a, 100, 19, true);
    assert_int_equal(a.hss->server.count, 20);
    send_lir(&a, 101, 0, true);
    assert_int_equal(a.hss->server.count, 21);
    asker_fini(&a);
}

/* ---- answers that do not fit --------------------------------------------- */

enum { MESSAGE = 4096 }; /* the most bytes of one */

static void put_large(struct buf *b, struct slice header)
{
    static const char zeroes[MESSAGE];
    size_t at = b->n, n = MESSAGE - at;

    buf_add(b, header);
    buf_add(b, slice_at(zeroes, n - header.n));
    b->p[at + 6] = (char)(n >> 8);
    b->p[at + 7] = (char)n;
}

static void put_large_proxy_info(struct buf *b)
{
    avp_put(b, AVP_SESSION_ID, S("raw;1;1"));
    avp_put(b, AVP_ORIGIN_HOST, S("client"));
    avp_put(b, AVP_ORIGIN_REALM, S("realm"));
    avp_put(b, AVP_DESTINATION_REALM, S("ims.example"));
    put_large(b, S("\0\0\x01\x1c\x40\0\0\0"));
}

static void put_large_unknown(struct buf *b)
{
    put_all(b);
    put_large(b, S("\0\0\x7f\xff\xc0\0\0\0\0\0\x28\xaf"));
}

static void put_large_unknown_to_us(struct buf *b)
{
    avp_put(b, AVP_ORIGIN_HOST, S("raw.ims.example"));
    avp_put(b, AVP_ORIGIN_REALM, S("ims.example"));
    put_large(b, S("\0\0\x7f\xff\xc0\0\0\0\0\0\x28\xaf"));
}

static void send_large(struct asker *a, uint32_t command, uint32_t app,
                       uint8_t flags, void (*put)(struct buf *b))
{
    raw_send(a->raw,
             raw_message(&a->b,
                         &(struct diameter_header){.flags = DIAMETER_R | flags,
                                                   .command = command,
                                                   .app = app,
                                                   .hop = 7,
                                                   .end = 7},
                         put));
    assert_int_equal(a->b.n, MESSAGE);
    sim_run_for(a->sim, 20 * MSEC);
}

/* RFC 6733 6.2: Proxy-Info comes back as it is, or the answer leads nowhere. */
static void an_answer_without_room_for_proxy_info_is_none(void **state)
{
    struct diameter_limits limits = {.message = MESSAGE};
    struct diameter_message m;
    struct asker a;

    (void)state;
    asker_init(&a, &limits);
    for (unsigned i = 1; i < 3; i++) { /* nothing is kept for the second */
        send_large(&a, LIR, APP, DIAMETER_P | (i == 2 ? DIAMETER_T : 0),
                   put_large_proxy_info);
        assert_int_equal(a.hss->server.count, i);
        assert_int_equal(a.raw->in.n, 0);
    }
    assert_has(world_story(a.hss->w), "no answer fits");
    send_large(&a, LIR, APP + 1, DIAMETER_P, put_large_proxy_info);
    assert_has(world_story(a.hss->w), "is not spoken here");
    assert_int_equal(a.raw->in.n, 0);
    send_lir(&a, 8, 8, false);
    assert_true(raw_take(a.raw, &m));
    assert_int_equal(m.h.hop, 8);
    asker_fini(&a);
}

/* RFC 6733 7.5 */
static void a_failed_avp_that_does_not_fit_is_left_out(void **state)
{
    static const struct {
        uint32_t command, app;
        uint8_t flags;
        void (*put)(struct buf *b);
    } rows[] = {
        {LIR, APP, DIAMETER_P, put_large_unknown},
        {DIAMETER_DEVICE_WATCHDOG, 0, 0, put_large_unknown_to_us},
        {DIAMETER_CAPABILITIES_EXCHANGE, 0, 0, put_large_unknown_to_us},
    };
    struct diameter_limits limits = {.message = MESSAGE};
    struct asker a;

    (void)state;
    asker_init(&a, &limits);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct diameter_message m;
        uint32_t vendor;
        struct avp failed;

        if (rows[i].command == DIAMETER_CAPABILITIES_EXCHANGE)
            raw_connect(a.raw, &a.hss->addr);
        send_large(&a, rows[i].command, rows[i].app, rows[i].flags,
                   rows[i].put);
        assert_true(raw_take(a.raw, &m));
        assert_int_equal(m.h.command, rows[i].command);
        assert_int_equal(diameter_answer_result(&m, &vendor),
                         DIAMETER_AVP_UNSUPPORTED);
        assert_false(avp_find(m.avps, AVP_FAILED_AVP, &failed));
        assert_int_equal(a.raw->in.n, 0);
    }
    asker_fini(&a);
}

static void a_refusal_keeps_its_result_without_room_for_its_avp(void **state)
{
    static char large[MESSAGE];
    struct diameter_limits limits = {.message = MESSAGE};
    struct diameter_message m;
    struct diameter_fault f;
    uint32_t vendor;
    struct asker a;

    (void)state;
    asker_init(&a, &limits);
    a.hss->server.holds = true;
    send_lir(&a, 1, 1, false);
    fault_set(&f, DIAMETER_INVALID_AVP_VALUE, "too large to be shown");
    f.failed = slice_at(large, sizeof(large));
    diameter_refuse(a.hss->server.held[0], &f);
    sim_run_for(a.sim, 20 * MSEC);
    assert_true(raw_take(a.raw, &m));
    assert_int_equal(diameter_answer_result(&m, &vendor),
                     DIAMETER_INVALID_AVP_VALUE);
    asker_fini(&a);
}

static void too_many_requests_under_way_are_too_busy(void **state)
{
    struct diameter_limits limits = {.serving = 2};
    struct diameter_message m;
    uint32_t vendor;
    struct asker a;

    (void)state;
    asker_init(&a, &limits);
    a.hss->server.holds = true;
    for (uint32_t i = 0; i < 3; i++)
        send_lir(&a, i, i, false);
    assert_int_equal(a.hss->server.count, 2);
    assert_true(raw_take(a.raw, &m));
    assert_int_equal(m.h.hop, 2);
    assert_int_equal(diameter_answer_result(&m, &vendor), DIAMETER_TOO_BUSY);
    asker_fini(&a);
}

static void on_stopped(void *ctx)
{
    *(bool *)ctx = true;
}

/* Somebody else may serve it. What was begun is ended before the node goes. */
static void a_node_that_stops_is_too_busy_for_more(void **state)
{
    struct diameter_message m;
    uint32_t vendor;
    struct asker a;
    bool stopped = false;

    (void)state;
    asker_init(&a, NULL);
    diameter_stop(a.hss->d, on_stopped, &stopped);
    send_lir(&a, 1, 1, false);
    assert_int_equal(a.hss->server.count, 0);
    while (raw_take(a.raw, &m) && m.h.command != LIR)
        ; /* our DPR */
    assert_int_equal(m.h.command, LIR);
    assert_int_equal(diameter_answer_result(&m, &vendor), DIAMETER_TOO_BUSY);
    asker_fini(&a);
}

static void answers_that_nobody_asked_for_do_nothing(void **state)
{
    struct diameter_message m;
    struct asker a;

    (void)state;
    asker_init(&a, NULL);
    raw_send(a.raw, raw_message(&a.b,
                                &(struct diameter_header){.flags = DIAMETER_P,
                                                          .command = LIR,
                                                          .app = APP,
                                                          .hop = 1},
                                put_result));
    send_lir(&a, 2, 2, false);
    assert_true(raw_take(a.raw, &m));
    assert_int_equal(m.h.hop, 2);
    asker_fini(&a);
}

static void any_byte_may_be_another(void **state)
{
    struct dice dice;
    struct asker a;

    (void)state;
    asker_init(&a, NULL);
    dice_init_seed(&dice, 1);
    for (unsigned i = 0; i < 3000; i++) {
        struct slice good = raw_message(
            &a.b,
            &(struct diameter_header){.flags = DIAMETER_R | DIAMETER_P,
                                      .command = LIR,
                                      .app = APP,
                                      .hop = i,
                                      .end = i},
            put_to_host);

        a.b.p[dice_below(&dice, good.n)] = (char)dice_u64(&dice);
        if (!a.raw->s)
            asker_connect(&a);
        raw_send(a.raw, buf_slice(&a.b));
        sim_run_for(a.sim, 2 * MSEC);
        buf_reset(&a.raw->in);
        if (a.b.p[1] || i % 50 == 0) /* a length that waits for more */
            raw_close(a.raw);
        sim_run_for(a.sim, 2 * MSEC);
    }
    asker_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_gets_the_result_that_it_deserves),
        cmocka_unit_test(proxy_info_comes_back_in_its_order),
        cmocka_unit_test(a_retransmission_gets_the_answer_that_was_given),
        cmocka_unit_test(a_retransmission_takes_over_the_answer_under_way),
        cmocka_unit_test(an_answer_whose_connection_is_gone_waits),
        cmocka_unit_test(answers_kept_are_bounded),
        cmocka_unit_test(an_answer_without_room_for_proxy_info_is_none),
        cmocka_unit_test(a_failed_avp_that_does_not_fit_is_left_out),
        cmocka_unit_test(a_refusal_keeps_its_result_without_room_for_its_avp),
        cmocka_unit_test(too_many_requests_under_way_are_too_busy),
        cmocka_unit_test(a_node_that_stops_is_too_busy_for_more),
        cmocka_unit_test(answers_that_nobody_asked_for_do_nothing),
        cmocka_unit_test(any_byte_may_be_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
