/* SPDX-License-Identifier: MIT */
#include "hss/store_sqlite_record.h"
#include "support/check.h"
#include "support/guard.h"

/* A subscription with something of everything. */
struct sample {
    struct arena a;
    struct record r;
    struct buf fixed, live;
};

static void sample_live(struct record *r)
{
    static const struct cx_subscription subscription = {
        .call_id = {"c", 1},
        .from = {"f", 1},
        .to = {"t", 1},
        .record_route = {"r", 1},
        .contact = {"x", 1}};
    static const struct cx_restoration contacts[] = {
        {.path = {"<sip:p;lr>", 10},
         .contact = {"sip:a@10.0.0.9", 14},
         .initial_cseq = 0xffffffff,
         .subscription = &subscription},
        {.path = {"<sip:q;lr>", 10}, .contact = {"sip:b@10.0.0.9", 14}}};
    static struct cx_scscf_restoration group = {.v = contacts, .count = 2};
    static const uint16_t second[] = {1};

    group.impi = r->privates[1].impi;
    r->restorations[0] = (struct cx_scscf_restorations){&group, 1};
    r->sets[0].state = REGISTERED;
    r->sets[0].scscf = S("sip:scscf1.ims.example");
    r->sets[0].registered = second;
    r->sets[0].nregistered = 1;
    r->privates[0].sqn = (uint64_t)1 << 47;
}

static int setup(void **state)
{
    static const struct subscriber_ha1 ha1 = {
        DIGEST_MD5,
        {"ims.example", 11},
        {"00112233445566778899aabbccddeeff", 32}};
    static const struct subscriber_private privates[] = {
        {.impi = {"card@ims.example", 16},
         .algorithm = DIGEST_AKAV1_MD5,
         .has_key = true,
         .has_op = true,
         .op = "ppppppppppppppp",
         .key = {.k = "kkkkkkkkkkkkkkk", .opc = "ooooooooooooooo"},
         .amf = {0x80, 1}},
        {.impi = {"soft@ims.example", 16},
         .algorithm = DIGEST_MD5,
         .ha1s = &ha1,
         .nha1s = 1}};
    static const struct subscriber_public publics[] = {
        {.impu = {"sip:alice@ims.example", 21},
         .profile = {"full", 4},
         .display_name = {"Alice", 5},
         .alias_group = {"1", 1}},
        {.impu = {"tel:+15551001", 13}, .barred = true}};
    static const uint16_t both[] = {1, 0}, one[] = {0};
    static const struct subscriber_set sets[] = {
        {.publics = publics, .npublics = 2, .privates = both, .nprivates = 2},
        {.publics = publics, .npublics = 1, .privates = one, .nprivates = 1}};
    static const uint32_t mandatory[] = {7, 1, 7};
    static const struct slice visited[] = {{"b", 1}, {"a", 1}, {"b", 1}};
    static const struct subscriber s = {.privates = privates,
                                        .nprivates = 2,
                                        .sets = sets,
                                        .nsets = 2,
                                        .charging = {"std", 3},
                                        .mandatory = mandatory,
                                        .nmandatory = 3,
                                        .visited = visited,
                                        .nvisited = 3};
    struct sample *m = mem_zalloc(sizeof(*m));
    struct why why;

    arena_init(&m->a, 0, 16 << 20);
    buf_init(&m->fixed, 1 << 16);
    buf_init(&m->live, 1 << 16);
    assert_ok(record_make(&m->a, &s, &m->r, &why), &why);
    sample_live(&m->r);
    record_pack(&m->fixed, &m->r);
    record_pack_live(&m->live, &m->r);
    *state = m;
    return 0;
}

static int teardown(void **state)
{
    struct sample *m = *state;

    arena_fini(&m->a);
    buf_fini(&m->fixed);
    buf_fini(&m->live);
    free(m);
    return 0;
}

static void what_was_packed_is_what_is_parsed(void **state)
{
    struct sample *m = *state;
    const struct cx_restoration *left;
    struct record r;
    struct why why;

    assert_ok(record_parse(&m->a, buf_slice(&m->fixed), &r, &why), &why);
    assert_ok(record_parse_live(&m->a, buf_slice(&m->live), &r, &why), &why);
    assert_text(r.s.charging, S("std"));
    assert_int_equal(r.s.nmandatory, 2);
    assert_int_equal(r.s.mandatory[1], 7);
    assert_int_equal(r.s.nvisited, 2);
    assert_text(r.s.visited[0], S("a"));
    assert_memory_equal(&r.privates[0].key, &m->r.privates[0].key,
                        sizeof(r.privates[0].key));
    assert_true(r.privates[0].has_op && !r.privates[1].has_op);
    assert_string_equal(r.privates[0].op, "ppppppppppppppp");
    assert_int_equal(r.privates[0].sqn, (uint64_t)1 << 47);
    assert_int_equal(r.privates[0].amf[1], 1);
    assert_text(r.privates[1].ha1s[0].hex, m->r.privates[1].ha1s[0].hex);
    assert_int_equal(r.sets[0].nprivates, 0); /* all are told by none */
    assert_int_equal(r.sets[1].nprivates, 1);
    assert_text(r.sets[0].publics[0].display_name, S("Alice"));
    assert_true(r.sets[0].publics[1].barred);
    assert_int_equal(r.sets[0].registered[0], 1);
    assert_text(r.restorations[0].v[0].impi, S("soft@ims.example"));
    left = r.restorations[0].v[0].v;
    assert_int_equal(left[0].initial_cseq, 0xffffffff);
    assert_text(left[0].subscription->contact, S("x"));
    assert_null(left[1].subscription);
    assert_int_equal(record_registered(&r), 1);
}

static void an_id_is_of_one_subscription(void **state)
{
    struct sample *m = *state;

    m->r.s.id = 70000;
    assert_int_equal(record_set_at(&m->r, record_id(70000, 2)), 1);
    assert_int_equal(record_private_at(&m->r, record_id(70000, 1)), 0);
    assert_true(record_set_at(&m->r, record_id(70000, 3)) == SIZE_MAX);
    assert_true(record_set_at(&m->r, record_id(70001, 1)) == SIZE_MAX);
}

static void try_fixed(void *ctx, struct slice text)
{
    struct sample *m = ctx;
    struct record r;
    struct why why;

    if (text.n < m->fixed.n)
        assert_err(IMS_INTERNAL, record_parse(&m->a, text, &r, &why), &why);
    else
        assert_ok(record_parse(&m->a, text, &r, &why), &why);
}

static void try_live(void *ctx, struct slice text)
{
    struct sample *m = ctx;
    struct record r;
    struct why why;

    assert_ok(record_parse(&m->a, buf_slice(&m->fixed), &r, &why), &why);
    if (text.n == 0 || text.n == m->live.n) {
        assert_ok(record_parse_live(&m->a, text, &r, &why), &why);
        return;
    }
    assert_err(IMS_INTERNAL, record_parse_live(&m->a, text, &r, &why), &why);
    assert_int_equal(r.sets[0].state, NOT_REGISTERED);
    assert_int_equal(r.privates[0].sqn, 0);
}

static void what_is_cut_anywhere_is_told(void **state)
{
    struct sample *m = *state;

    each_prefix(buf_slice(&m->fixed), try_fixed, m);
    each_prefix(buf_slice(&m->live), try_live, m);
}

/* Two private identities have the places 0 and 1. */
static void a_place_that_is_none_is_told(void **state)
{
    struct sample *m = *state;
    static const uint16_t beyond[] = {2};
    struct buf out;
    struct record r;
    struct why why;

    buf_init(&out, 4096);
    m->r.sets[1].privates = beyond;
    m->r.sets[1].nprivates = 1;
    record_pack(&out, &m->r);
    assert_err(IMS_INTERNAL, record_parse(&m->a, buf_slice(&out), &r, &why),
               &why);
    buf_fini(&out);
}

/* A private identity that has left since. */
static void who_is_registered_must_be_there(void **state)
{
    struct sample *m = *state;
    static const uint16_t strange[] = {0, 9};
    struct buf live;
    struct record r;
    struct why why;

    assert_ok(record_parse(&m->a, buf_slice(&m->fixed), &r, &why), &why);
    sample_live(&r);
    r.private_n = (uint16_t *)strange;
    buf_init(&live, 4096);
    record_pack_live(&live, &r);
    assert_ok(record_parse(&m->a, buf_slice(&m->fixed), &r, &why), &why);
    assert_err(IMS_INTERNAL,
               record_parse_live(&m->a, buf_slice(&live), &r, &why), &why);
    assert_int_equal(r.sets[0].nregistered, 0);
    buf_fini(&live);
}

static void an_arena_that_is_too_small_is_told(void **state)
{
    struct sample *m = *state;
    struct record r;
    struct why why;
    enum ims_err err = IMS_FULL;
    size_t limit = 0;

    for (; err == IMS_FULL; limit += 8) {
        struct arena small;

        arena_init(&small, 0, limit);
        err = record_parse(&small, buf_slice(&m->fixed), &r, &why);
        if (!err)
            err = record_parse_live(&small, buf_slice(&m->live), &r, &why);
        arena_fini(&small);
    }
    assert_int_equal(err, IMS_OK);
    assert_true(limit > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(what_was_packed_is_what_is_parsed),
        T(an_id_is_of_one_subscription),
        T(what_is_cut_anywhere_is_told),
        T(a_place_that_is_none_is_told),
        T(who_is_registered_must_be_there),
        T(an_arena_that_is_too_small_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
