/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "net/dnsmsg.h"
#include "support/check.h"
#include "support/guard.h"

enum { A = 1, NS = 2, CNAME = 5, SOA = 6 };

/* ---- writing messages ---------------------------------------------------- */

static void put_u16(struct buf *b, unsigned v)
{
    buf_char(b, (char)(v >> 8));
    buf_char(b, (char)v);
}

static void put_u32(struct buf *b, uint32_t v)
{
    put_u16(b, v >> 16);
    put_u16(b, v & 0xffff);
}

static void put_string(struct buf *b, const char *text)
{
    buf_char(b, (char)strlen(text));
    buf_str(b, text);
}

static void put_labels(struct buf *b, const char *name)
{
    struct slice rest = slice_of(name), label = {0};

    while (rest.n > 0 && slice_cut(&rest, '.', &label)) {
        buf_char(b, (char)label.n);
        buf_add(b, label);
    }
}

static void put_name(struct buf *b, const char *name)
{
    put_labels(b, name);
    buf_char(b, 0);
}

static void put_pointer(struct buf *b, unsigned to)
{
    put_u16(b, 0xc000 | to);
}

struct sections {
    unsigned flags; /* 0: a plain answer */
    unsigned answers, authorities;
};

enum { ANSWER = 0x8180, NXDOMAIN = 0x8183, QUESTION_NAME = 12 };

static void begin(struct buf *b, struct sections s, const char *name,
                  unsigned type)
{
    buf_init(b, 65536);
    put_u16(b, 0x1234);
    put_u16(b, s.flags ? s.flags : ANSWER);
    put_u16(b, 1);
    put_u16(b, s.answers);
    put_u16(b, s.authorities);
    put_u16(b, 0);
    put_name(b, name);
    put_u16(b, type);
    put_u16(b, 1);
}

/* Everything of a record up to its data; the owner is that of the question
 * unless named. Answers where the length goes. */
static size_t open_record(struct buf *b, const char *owner, unsigned type,
                          uint32_t ttl)
{
    if (owner)
        put_name(b, owner);
    else
        put_pointer(b, QUESTION_NAME);
    put_u16(b, type);
    put_u16(b, 1);
    put_u32(b, ttl);
    put_u16(b, 0);
    return b->n - 2;
}

static void close_record(struct buf *b, size_t length_at)
{
    size_t n = b->n - length_at - 2;

    b->p[length_at] = (char)(n >> 8);
    b->p[length_at + 1] = (char)n;
}

static void put_a(struct buf *b, const char *owner, uint32_t ttl, uint32_t ip)
{
    size_t at = open_record(b, owner, A, ttl);

    put_u32(b, ip);
    close_record(b, at);
}

static void put_cname(struct buf *b, const char *owner, uint32_t ttl,
                      const char *target)
{
    size_t at = open_record(b, owner, CNAME, ttl);

    put_name(b, target);
    close_record(b, at);
}

static void put_srv(struct buf *b, uint32_t ttl, unsigned port,
                    const char *target)
{
    size_t at = open_record(b, NULL, DNS_SRV, ttl);

    put_u16(b, 10);
    put_u16(b, 20);
    put_u16(b, port);
    put_name(b, target);
    close_record(b, at);
}

static void put_soa(struct buf *b, uint32_t ttl, uint32_t minimum)
{
    size_t at = open_record(b, "example", SOA, ttl);

    put_name(b, "ns.example");
    put_name(b, "hostmaster.example");
    for (uint32_t i = 0; i < 4; i++)
        put_u32(b, i);
    put_u32(b, minimum);
    close_record(b, at);
}

static void put_naptr(struct buf *b, uint32_t ttl)
{
    size_t at = open_record(b, NULL, DNS_NAPTR, ttl);

    put_u16(b, 50);
    put_u16(b, 60);
    put_string(b, "s");
    put_string(b, "SIP+D2U");
    put_string(b, "");
    put_labels(b, "_sip._udp");
    put_pointer(b, QUESTION_NAME);
    close_record(b, at);
}

/* ---- reading them -------------------------------------------------------- */

struct read {
    struct arena texts;
    struct dnsmsg m;
    enum ims_err err;
    struct why why;
};

static void read_limited(struct read *r, struct slice bytes, const char *name,
                         enum dns_type type, size_t limit)
{
    *r = (struct read){0};
    arena_init(&r->texts, 0, limit);
    r->err =
        dnsmsg_read(bytes, slice_of(name), type, &r->texts, &r->m, &r->why);
}

static void read_answer(struct read *r, struct buf *b, const char *name,
                        enum dns_type type)
{
    read_limited(r, buf_slice(b), name, type, DNSMSG_TEXTS_MAX);
}

static void done(struct read *r, struct buf *b)
{
    arena_fini(&r->texts);
    buf_fini(b);
}

static void addresses_are_read_with_their_ttl(void **state)
{
    struct read r;
    struct buf b;

    (void)state;
    begin(&b, (struct sections){.answers = 2}, "icscf.example", A);
    put_a(&b, NULL, 300, 0x7f000002);
    put_a(&b, "ICSCF.example", 60, 0x7f000003);
    read_answer(&r, &b, "icscf.Example", DNS_A);
    assert_ok(r.err, &r.why);
    assert_int_equal(r.m.count, 2);
    assert_int_equal(r.m.records[0].ttl, 300);
    assert_int_equal(r.m.records[0].addr.family, 4);
    assert_memory_equal(r.m.records[1].addr.ip, "\x7f\0\0\x03", 4);
    assert_int_equal(r.m.ttl, 60);
    done(&r, &b);
}

static void an_ipv6_address_is_read(void **state)
{
    struct read r;
    struct buf b;

    (void)state;
    begin(&b, (struct sections){.answers = 1}, "x.example", DNS_AAAA);
    size_t at = open_record(&b, NULL, DNS_AAAA, 5);
    for (int i = 0; i < 16; i++)
        buf_char(&b, (char)i);
    close_record(&b, at);
    read_answer(&r, &b, "x.example", DNS_AAAA);
    assert_ok(r.err, &r.why);
    assert_int_equal(r.m.records[0].addr.family, 6);
    assert_int_equal(r.m.records[0].addr.ip[15], 15);
    done(&r, &b);
}

static void srv_records_are_read(void **state)
{
    struct read r;
    struct buf b;

    (void)state;
    begin(&b, (struct sections){.answers = 2}, "_sip._udp.example", DNS_SRV);
    put_srv(&b, 30, 5060, "icscf1.example");
    put_srv(&b, 30, 0, "");
    read_answer(&r, &b, "_sip._udp.example", DNS_SRV);
    assert_ok(r.err, &r.why);
    assert_int_equal(r.m.records[0].srv.priority, 10);
    assert_int_equal(r.m.records[0].srv.weight, 20);
    assert_int_equal(r.m.records[0].srv.port, 5060);
    assert_text(r.m.records[0].srv.target, S("icscf1.example"));
    assert_text(r.m.records[1].srv.target, S(""));
    done(&r, &b);
}

static void naptr_records_are_read_with_compressed_names(void **state)
{
    struct read r;
    struct buf b;

    (void)state;
    begin(&b, (struct sections){.answers = 1}, "ims.example", DNS_NAPTR);
    put_naptr(&b, 7);
    read_answer(&r, &b, "ims.example", DNS_NAPTR);
    assert_ok(r.err, &r.why);
    assert_int_equal(r.m.records[0].naptr.order, 50);
    assert_int_equal(r.m.records[0].naptr.preference, 60);
    assert_text(r.m.records[0].naptr.flags, S("s"));
    assert_text(r.m.records[0].naptr.service, S("SIP+D2U"));
    assert_text(r.m.records[0].naptr.regexp, S(""));
    assert_text(r.m.records[0].naptr.replacement, S("_sip._udp.ims.example"));
    done(&r, &b);
}

static void cnames_are_followed_in_any_order_with_the_least_ttl(void **state)
{
    struct read r;
    struct buf b;

    (void)state;
    begin(&b, (struct sections){.answers = 4}, "www.example", A);
    put_cname(&b, "b.example", 20, "c.example");
    put_a(&b, "c.example", 300, 0x01020304);
    put_a(&b, "other.example", 1, 0x05060708);
    put_cname(&b, NULL, 100, "b.example");
    read_answer(&r, &b, "www.example", DNS_A);
    assert_ok(r.err, &r.why);
    assert_int_equal(r.m.count, 1);
    assert_int_equal(r.m.records[0].ttl, 20);
    assert_int_equal(r.m.ttl, 20);
    done(&r, &b);
}

static void cnames_in_a_circle_are_malformed(void **state)
{
    struct read r;
    struct buf b;

    (void)state;
    begin(&b, (struct sections){.answers = 2}, "a.example", A);
    put_cname(&b, "a.example", 20, "b.example");
    put_cname(&b, "b.example", 20, "a.example");
    read_answer(&r, &b, "a.example", DNS_A);
    assert_err(IMS_MALFORMED, r.err, &r.why);
    done(&r, &b);
}

static void an_unknown_name_is_kept_for_the_soas_time(void **state)
{
    static const struct {
        uint32_t soa_ttl, minimum, expected;
    } rows[] = {{900, 60, 60}, {30, 60, 30}, {0x80000000, 60, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct read r;
        struct buf b;

        begin(&b, (struct sections){NXDOMAIN, 0, 1}, "no.example", A);
        put_soa(&b, rows[i].soa_ttl, rows[i].minimum);
        read_answer(&r, &b, "no.example", DNS_A);
        assert_err(IMS_NOT_FOUND, r.err, &r.why);
        assert_has(slice_of(r.why.text), "no.example");
        assert_int_equal(r.m.ttl, rows[i].expected);
        done(&r, &b);
    }
}

static void a_name_without_the_type_is_fine_and_empty(void **state)
{
    struct read r;
    struct buf b;

    (void)state;
    begin(&b, (struct sections){0}, "no.example", A);
    read_answer(&r, &b, "no.example", DNS_A);
    assert_ok(r.err, &r.why);
    assert_int_equal(r.m.count, 0);
    assert_int_equal(r.m.ttl, 0); /* no SOA: not kept */
    done(&r, &b);
}

static void a_server_that_will_not_is_unreachable(void **state)
{
    static const unsigned rcodes[] = {1, 2, 4, 5, 15};

    (void)state;
    for (size_t i = 0; i < sizeof(rcodes) / sizeof(rcodes[0]); i++) {
        struct read r;
        struct buf b;

        begin(&b, (struct sections){0x8180 | rcodes[i], 0, 0}, "x.example", A);
        read_answer(&r, &b, "x.example", DNS_A);
        assert_err(IMS_UNREACHABLE, r.err, &r.why);
        done(&r, &b);
    }
}

static void an_answer_to_another_question_is_refused(void **state)
{
    struct read r;
    struct buf b;

    (void)state;
    begin(&b, (struct sections){.answers = 1}, "x.example", A);
    put_a(&b, NULL, 300, 0x7f000002);
    read_answer(&r, &b, "y.example", DNS_A);
    assert_err(IMS_MALFORMED, r.err, &r.why);
    arena_fini(&r.texts);
    read_answer(&r, &b, "x.example", DNS_AAAA);
    assert_err(IMS_MALFORMED, r.err, &r.why);
    arena_fini(&r.texts);
    b.p[2] = 0x01; /* a question, not an answer */
    read_answer(&r, &b, "x.example", DNS_A);
    assert_err(IMS_MALFORMED, r.err, &r.why);
    done(&r, &b);
}

static void more_records_than_fit_are_left_out(void **state)
{
    struct read r;
    struct buf b;

    (void)state;
    begin(&b, (struct sections){.answers = 100}, "x.example", A);
    for (uint32_t i = 0; i < 100; i++)
        put_a(&b, NULL, 300, i);
    read_answer(&r, &b, "x.example", DNS_A);
    assert_ok(r.err, &r.why);
    assert_int_equal(r.m.count, DNS_RECORDS_MAX);
    done(&r, &b);
}

/* ---- hostile messages ---------------------------------------------------- */

static void expect_bad_owner(const uint8_t *name, size_t n)
{
    struct read r;
    struct buf b;

    begin(&b, (struct sections){.answers = 1}, "x.example", A);
    buf_add(&b, slice_at(name, n));
    put_u16(&b, A);
    put_u16(&b, 1);
    put_u32(&b, 60);
    put_u16(&b, 4);
    put_u32(&b, 0x7f000001);
    read_answer(&r, &b, "x.example", DNS_A);
    assert_err(IMS_MALFORMED, r.err, &r.why);
    done(&r, &b);
}

static void names_that_loop_or_make_no_sense_are_malformed(void **state)
{
    enum { HERE = 12 + 11 + 4 }; /* head, x.example, type and class */
    static const struct {
        uint8_t name[8];
        size_t n;
    } rows[] = {
        {{0xc0, HERE}, 2},             /* itself */
        {{1, 'a', 0xc0, HERE}, 4},     /* its own beginning */
        {{1, 'a', 0xc0, HERE + 2}, 4}, /* the pointer itself */
        {{0xc0, HERE + 2}, 2},         /* forward */
        {{0xff, 0xff}, 2},             /* far beyond the end */
        {{0x40, 'a', 0}, 3},           /* reserved kinds of labels */
        {{0x80, 'a', 0}, 3},
        {{3, 'a', '.', 'b', 0}, 5}, /* a dot inside a label */
        {{2, 'a', 0, 0}, 4},        /* a zero byte */
        {{2, 'a', '\n', 0}, 4},
        {{2, 'a', 0xc3, 0}, 4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect_bad_owner(rows[i].name, rows[i].n);
}

static void a_name_of_254_characters_is_the_longest(void **state)
{
    uint8_t name[300];
    size_t n = 0;

    (void)state;
    for (int label = 0; label < 4; label++) {
        name[n++] = 63;
        memset(name + n, 'a', 63);
        n += 63;
    }
    name[n++] = 0; /* 4 * 63 + 3 dots = 255 */
    expect_bad_owner(name, n);
}

/* A record of each kind and a chain, so that cuts meet everything. */
static void put_rich(struct buf *b, unsigned type)
{
    begin(b, (struct sections){.answers = 5, .authorities = 1}, "ims.example",
          type);
    put_naptr(b, 7);
    put_srv(b, 30, 5060, "icscf1.example");
    put_a(b, NULL, 10, 0x7f000001);
    put_cname(b, "other.example", 5, "ims.example");
    size_t at = open_record(b, NULL, DNS_AAAA, 5);
    put_u32(b, 0xfd000000);
    put_u32(b, 0);
    put_u32(b, 0);
    put_u32(b, 1);
    close_record(b, at);
    put_soa(b, 60, 60);
}

struct cut {
    enum dns_type type;
    size_t whole, needed;
};

static void read_cut(void *ctx, struct slice prefix)
{
    const struct cut *c = ctx;
    struct read r;

    read_limited(&r, prefix, "ims.example", c->type, DNSMSG_TEXTS_MAX);
    if (prefix.n < c->needed)
        assert_int_equal(r.err, IMS_MALFORMED);
    else
        assert_int_equal(r.err, IMS_OK);
    arena_fini(&r.texts);
}

static const enum dns_type TYPES[] = {DNS_A, DNS_AAAA, DNS_SRV, DNS_NAPTR};

static void an_answer_cut_anywhere_is_malformed(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct cut c = {.type = TYPES[i]};
        struct buf b, soa;

        put_rich(&b, TYPES[i]);
        begin(&soa, (struct sections){0}, "", A);
        size_t before = soa.n;
        put_soa(&soa, 60, 60);
        c.whole = b.n;
        c.needed = b.n - (soa.n - before); /* the authority is not asked */
        each_prefix(buf_slice(&b), read_cut, &c);
        buf_fini(&b);
        buf_fini(&soa);
    }
}

static void read_negative_cut(void *ctx, struct slice prefix)
{
    const size_t *whole = ctx;
    struct read r;

    read_limited(&r, prefix, "no.example", DNS_A, DNSMSG_TEXTS_MAX);
    assert_int_equal(r.err, prefix.n < *whole ? IMS_MALFORMED : IMS_NOT_FOUND);
    arena_fini(&r.texts);
}

static void a_negative_answer_cut_anywhere_is_malformed(void **state)
{
    struct buf b;

    (void)state;
    begin(&b, (struct sections){NXDOMAIN, 0, 1}, "no.example", A);
    put_soa(&b, 60, 60);
    each_prefix(buf_slice(&b), read_negative_cut, &b.n);
    buf_fini(&b);
}

static void any_byte_may_be_anything(void **state)
{
    struct guard g;
    struct buf b;
    size_t fine = 0;

    (void)state;
    put_rich(&b, DNS_NAPTR);
    for (size_t i = 0; i < b.n; i++) {
        char was = b.p[i];

        for (int v = 0; v < 256; v += 3) {
            struct read r;

            b.p[i] = (char)v;
            guard_text(&g, buf_slice(&b));
            read_limited(&r, g.text, "ims.example", DNS_NAPTR,
                         DNSMSG_TEXTS_MAX);
            fine += r.err == IMS_OK;
            arena_fini(&r.texts);
            guard_free(&g);
        }
        b.p[i] = was;
    }
    assert_true(fine > 0);
    buf_fini(&b);
}

static void an_arena_too_small_is_an_error_at_each_growth(void **state)
{
    struct buf b;
    bool fitted = false;

    (void)state;
    put_rich(&b, DNS_NAPTR);
    for (size_t limit = 0; limit < 200; limit++) {
        struct read r;

        read_limited(&r, buf_slice(&b), "ims.example", DNS_NAPTR, limit);
        assert_true(r.err == IMS_OK || r.err == IMS_MALFORMED);
        assert_true(!fitted || r.err == IMS_OK);
        fitted = r.err == IMS_OK;
        arena_fini(&r.texts);
    }
    assert_true(fitted);
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_read_with_their_ttl),
        cmocka_unit_test(an_ipv6_address_is_read),
        cmocka_unit_test(srv_records_are_read),
        cmocka_unit_test(naptr_records_are_read_with_compressed_names),
        cmocka_unit_test(cnames_are_followed_in_any_order_with_the_least_ttl),
        cmocka_unit_test(cnames_in_a_circle_are_malformed),
        cmocka_unit_test(an_unknown_name_is_kept_for_the_soas_time),
        cmocka_unit_test(a_name_without_the_type_is_fine_and_empty),
        cmocka_unit_test(a_server_that_will_not_is_unreachable),
        cmocka_unit_test(an_answer_to_another_question_is_refused),
        cmocka_unit_test(more_records_than_fit_are_left_out),
        cmocka_unit_test(names_that_loop_or_make_no_sense_are_malformed),
        cmocka_unit_test(a_name_of_254_characters_is_the_longest),
        cmocka_unit_test(an_answer_cut_anywhere_is_malformed),
        cmocka_unit_test(a_negative_answer_cut_anywhere_is_malformed),
        cmocka_unit_test(any_byte_may_be_anything),
        cmocka_unit_test(an_arena_too_small_is_an_error_at_each_growth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
