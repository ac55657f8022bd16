/* SPDX-License-Identifier: MIT
 *
 * What somebody asks to see: the query as it is read, and what fits it.
 */
#include "imsbox/dashboard/filter.h"
#include "imsbox/dashboard/thread.h"
#include "support/check.h"

/* The filter of a query; an error with its sentence. */
static enum ims_err read_query(const char *query, struct filter *out,
                               struct why *why)
{
    struct api_call c = {.query = slice_of(query)};
    enum ims_err err;

    arena_init(&c.arena, 0, 65536);
    arena_init(&c.own, 0, SIZE_MAX);
    err = filter_read(&c, out, why);
    arena_fini(&c.arena);
    arena_fini(&c.own);
    return err;
}

static struct filter filter_of(const char *query)
{
    struct filter f;
    struct why why;

    assert_ok(read_query(query, &f, &why), &why);
    return f;
}

static void each_part_of_a_query_has_its_place(void **state)
{
    struct filter f = filter_of("call=c1%40h&user=+sip:alice@ims.example&"
                                "method=INVITE&result=486&node=pcscf1&peer=ue&"
                                "q=tag%3D1+x&else=7");

    (void)state;
    assert_string_equal(str_c(&f.call), "c1@h");
    assert_string_equal(str_c(&f.user), "sip:alice@ims.example");
    assert_string_equal(str_c(&f.method), "INVITE");
    assert_string_equal(str_c(&f.result), "486");
    assert_string_equal(str_c(&f.node), "pcscf1");
    assert_string_equal(str_c(&f.peer), "ue");
    assert_string_equal(str_c(&f.text), "tag=1 x");
    filter_fini(&f);
}

static void a_result_is_a_number_a_class_or_failed(void **state)
{
    static const struct {
        const char *query;
        bool good;
    } rows[] = {
        {"", true},
        {"result=", true},
        {"result=+486+", true},
        {"result=5001", true},
        {"result=99999", true},
        {"result=1xx", true},
        {"result=4XX", true},
        {"result=6xx", true},
        {"result=failed", true},
        {"result=100000", false},
        {"result=0xx", false},
        {"result=7xx", false},
        {"result=4x", false},
        {"result=4xxx", false},
        {"result=4yy", false},
        {"result=xx", false},
        {"result=Failed", false},
        {"result=-1", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct filter f = {0};
        struct why why = {0};

        if (!rows[i].good) {
            assert_err(IMS_MALFORMED, read_query(rows[i].query, &f, &why),
                       &why);
            assert_has(slice_of(why.text), "4xx");
            continue;
        }
        assert_ok(read_query(rows[i].query, &f, &why), &why);
        filter_fini(&f);
    }
}

static void filters_that_choose_the_same_have_one_key(void **state)
{
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"call=c1&q=x", "q=x&call=c1", true},
        {"q=+x", "q=x&result=", true},
        {"user=x", "call=x", false},
        {"node=x", "peer=x", false},
        {"method=x", "q=x", false},
        {"result=486", "result=4xx", false},
        {"call=a%0Ab&user=c", "call=a&user=b%0Ac", false},
        {"call=12:a", "call=1:2&user=a", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct filter a = filter_of(rows[i].a), b = filter_of(rows[i].b);

        assert_int_equal(slice_eq(str_slice(&a.key), str_slice(&b.key)),
                         rows[i].same);
        filter_fini(&a);
        filter_fini(&b);
    }
}

static void a_result_fits_what_was_asked_for(void **state)
{
    static const struct {
        const char *query;
        unsigned result; /* of SIP; above 1000 of Diameter */
        bool fits;
    } rows[] = {
        {"result=486", 486, true},      {"result=486", 487, false},
        {"result=4xx", 400, true},      {"result=4xx", 499, true},
        {"result=4xx", 500, false},     {"result=4xx", 4001, false},
        {"result=1xx", 183, true},      {"result=1xx", 0, false},
        {"result=6XX", 603, true},      {"result=5001", 5001, true},
        {"result=5001", 500, false},    {"result=0", 0, false},
        {"result=failed", 400, true},   {"result=failed", 399, false},
        {"result=failed", 403, true},   {"result=failed", 3001, true},
        {"result=failed", 2001, false}, {"result=failed", 0, false},
        {"result=failed", 401, false},  {"result=failed", 407, false},
        {"result=401", 401, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct filter f = filter_of(rows[i].query);
        struct told t = {.result = rows[i].result};

        t.entry.proto = t.result > 1000 ? RECORD_DIAMETER : RECORD_SIP;
        assert_int_equal(filter_matches(&f, &t), rows[i].fits);
        filter_fini(&f);
    }
}

static void what_was_dropped_or_lost_has_failed(void **state)
{
    struct filter f = filter_of("result=failed");
    struct told passed = {.entry = {.kind = RECORD_TX}};
    struct told dropped = {.entry = {.kind = RECORD_DROP}};
    struct told lost = {.entry = {.kind = RECORD_TX}, .step = {.lost = true}};

    (void)state;
    assert_false(filter_matches(&f, &passed));
    assert_true(filter_matches(&f, &dropped));
    assert_true(filter_matches(&f, &lost));
    filter_fini(&f);
}

static void a_peer_is_told_from_the_nodes(void **state)
{
    static const struct {
        const char *query, *from, *to;
        bool from_ours, to_ours, fits;
    } rows[] = {
        {"node=pcscf1&peer=ue", "alice", "pcscf1", false, true, true},
        {"node=pcscf1&peer=UE", "pcscf1", "alice", true, false, true},
        {"node=pcscf1&peer=ue", "pcscf1", "scscf1", true, true, false},
        {"node=pcscf1&peer=scscf1", "scscf1", "pcscf1", true, true, true},
        {"node=pcscf1&peer=scscf1", "alice", "pcscf1", false, true, false},
        {"node=pcscf1&peer=scscf1", "hss1", "scscf1", true, true, false},
        {"node=scscf1", "hss1", "scscf1", true, true, true},
        {"node=icscf1", "hss1", "scscf1", true, true, false},
        {"peer=icscf1", "hss1", "scscf1", true, true, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct filter f = filter_of(rows[i].query);
        struct told t = {.from = rows[i].from,
                         .to = rows[i].to,
                         .from_ours = rows[i].from_ours,
                         .to_ours = rows[i].to_ours};

        assert_int_equal(filter_matches(&f, &t), rows[i].fits);
        filter_fini(&f);
    }
}

static void a_decision_is_of_the_call_that_it_is_about(void **state)
{
    static const struct {
        const char *query;
        bool fits;
    } rows[] = {
        {"method=invite", true}, {"method=BYE", false},
        {"call=c1", true},       {"call=C1", false},
        {"user=alice", true},    {"user=sip:alice@ims.example", true},
        {"user=bob", false},     {"node=scscf1", true},
        {"q=busy", true},        {"q=idle", false},
    };
    struct thread thread = {.method = "INVITE"};
    struct told t = {.thread = &thread,
                     .step = {.kind = STEP_SAYS, .text = "she is busy"},
                     .from = "scscf1",
                     .to = "scscf1"};

    (void)state;
    str_set(&thread.call, S("c1"));
    str_set(&thread.users, S("sip:alice@ims.example\n"));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct filter f = filter_of(rows[i].query);

        assert_int_equal(filter_matches(&f, &t), rows[i].fits);
        filter_fini(&f);
    }
    str_fini(&thread.call);
    str_fini(&thread.users);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_part_of_a_query_has_its_place),
        cmocka_unit_test(a_result_is_a_number_a_class_or_failed),
        cmocka_unit_test(filters_that_choose_the_same_have_one_key),
        cmocka_unit_test(a_result_fits_what_was_asked_for),
        cmocka_unit_test(what_was_dropped_or_lost_has_failed),
        cmocka_unit_test(a_peer_is_told_from_the_nodes),
        cmocka_unit_test(a_decision_is_of_the_call_that_it_is_about),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
