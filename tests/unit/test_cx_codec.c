/* SPDX-License-Identifier: MIT */
#include "ims/cx_codec.h"
#include "support/check.h"
#include "support/cx_samples.h"
#include "support/guard.h"

/* ---- encode, decode ------------------------------------------------------ */

static const struct sample {
    const char *name;
    uint32_t command;
    bool is_request;
    const void *sample;
} samples[] = {
    {"UAR", DIAMETER_USER_AUTHORIZATION, true, &sample_uar},
    {"UAA", DIAMETER_USER_AUTHORIZATION, false, &sample_uaa},
    {"SAR", DIAMETER_SERVER_ASSIGNMENT, true, &sample_sar},
    {"SAA", DIAMETER_SERVER_ASSIGNMENT, false, &sample_saa},
    {"LIR", DIAMETER_LOCATION_INFO, true, &sample_lir},
    {"LIA", DIAMETER_LOCATION_INFO, false, &sample_lia},
    {"MAR", DIAMETER_MULTIMEDIA_AUTH, true, &sample_mar},
    {"MAA", DIAMETER_MULTIMEDIA_AUTH, false, &sample_maa},
    {"RTR", DIAMETER_REGISTRATION_TERMINATION, true, &sample_rtr},
    {"RTA", DIAMETER_REGISTRATION_TERMINATION, false, &sample_rta},
    {"PPR", DIAMETER_PUSH_PROFILE, true, &sample_ppr},
    {"PPA", DIAMETER_PUSH_PROFILE, false, &sample_ppa},
};

enum { SAMPLES = sizeof(samples) / sizeof(*samples) };

/* Any of the twelve structs. */
union any {
    struct cx_uar uar;
    struct cx_uaa uaa;
    struct cx_sar sar;
    struct cx_saa saa;
    struct cx_lir lir;
    struct cx_lia lia;
    struct cx_mar mar;
    struct cx_maa maa;
    struct cx_rtr rtr;
    struct cx_rta rta;
    struct cx_ppr ppr;
    struct cx_ppa ppa;
};

static const struct cx_group *group_of(const struct sample *s)
{
    return cx_group_of(s->command, s->is_request);
}

/* What the endpoint writes before the members. */
static void put_head(struct buf *b, const struct sample *s)
{
    size_t mark;

    avp_put(b, AVP_SESSION_ID, S("a;1;2"));
    mark = avp_group(b, AVP_VENDOR_SPECIFIC_APPLICATION_ID, true);
    avp_put_u32(b, AVP_VENDOR_ID, CX_VENDOR);
    avp_put_u32(b, AVP_AUTH_APPLICATION_ID, CX_APPLICATION);
    avp_group_end(b, mark);
    avp_put_u32(b, AVP_AUTH_SESSION_STATE, 1);
    avp_put(b, AVP_ORIGIN_HOST, S("hss1.ims.example"));
    avp_put(b, AVP_ORIGIN_REALM, S("ims.example"));
    if (!s->is_request) {
        avp_put_u32(b, AVP_RESULT_CODE, 2001);
        return;
    }
    avp_put(b, AVP_DESTINATION_REALM, S("ims.example"));
    avp_put(b, AVP_DESTINATION_HOST, S("scscf1.ims.example"));
}

static bool decode(const struct sample *s, struct slice avps,
                   struct arena *arena, union any *to, struct diameter_fault *f)
{
    return cx_decode(avps, group_of(s), arena, to, f);
}

static void members_encode_to_the_same_bytes(const struct sample *s,
                                             const void *decoded)
{
    struct buf once, again;

    buf_init(&once, 1 << 16);
    buf_init(&again, 1 << 16);
    cx_encode(&once, group_of(s), s->sample);
    cx_encode(&again, group_of(s), decoded);
    assert_true(once.n > 0);
    assert_text(buf_slice(&again), buf_slice(&once));
    buf_fini(&once);
    buf_fini(&again);
}

/* proves H-CX-1 H-CX-2 H-CX-3 H-CX-4 */
static void every_member_of_the_twelve_messages_comes_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct diameter_fault f = {0};
        struct arena arena;
        struct guard g;
        union any any;
        struct buf b;

        buf_init(&b, 1 << 16);
        arena_init(&arena, 0, 1 << 16);
        put_head(&b, &samples[i]);
        cx_encode(&b, group_of(&samples[i]), samples[i].sample);
        assert_false(b.full);
        if (!decode(&samples[i], guard_text(&g, buf_slice(&b)), &arena, &any,
                    &f))
            fail_msg("%s: %s", samples[i].name, f.text);
        members_encode_to_the_same_bytes(&samples[i], &any);
        guard_free(&g);
        arena_fini(&arena);
        buf_fini(&b);
    }
}

struct cutting {
    const struct sample *s;
    size_t whole;
};

static void decode_prefix(void *ctx, struct slice prefix)
{
    const struct cutting *c = ctx;
    struct diameter_fault f = {0};
    struct arena arena;
    union any any;
    bool ok;

    arena_init(&arena, 0, 1 << 16);
    ok = decode(c->s, prefix, &arena, &any, &f);
    assert_true(ok || (f.result && f.text[0]));
    arena_fini(&arena);
}

static void a_message_cut_after_any_byte_is_survived(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct cutting c = {.s = &samples[i]};
        struct buf b;

        buf_init(&b, 1 << 16);
        put_head(&b, &samples[i]);
        cx_encode(&b, group_of(&samples[i]), samples[i].sample);
        each_prefix(buf_slice(&b), decode_prefix, &c);
        buf_fini(&b);
    }
}

/* Every growth of the arena refused in turn. */
static void an_arena_at_its_limit_is_an_ordinary_refusal(void **state)
{
    struct buf b;
    bool ok = false;

    (void)state;
    buf_init(&b, 1 << 16);
    for (size_t i = 0; i < SAMPLES; i++) {
        buf_reset(&b);
        put_head(&b, &samples[i]);
        cx_encode(&b, group_of(&samples[i]), samples[i].sample);
        ok = false;
        for (size_t limit = 0; !ok && limit < 1 << 16; limit += 16) {
            struct diameter_fault f = {0};
            struct arena arena;
            union any any;

            arena_init(&arena, 0, limit);
            ok = decode(&samples[i], buf_slice(&b), &arena, &any, &f);
            assert_true(ok || f.result == DIAMETER_UNABLE_TO_COMPLY);
            arena_fini(&arena);
        }
        assert_true(ok);
    }
    buf_fini(&b);
}

/* Takes each required AVP away in turn: each is missed by name. */
static void what_is_required_is_missed_by_its_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        const struct cx_group *g = group_of(&samples[i]);
        struct buf whole, b;

        buf_init(&whole, 1 << 16);
        buf_init(&b, 1 << 16);
        put_head(&whole, &samples[i]);
        cx_encode(&whole, g, samples[i].sample);
        for (size_t j = 0; j < g->count; j++) {
            struct avp_reader r = avp_reader(buf_slice(&whole));
            struct diameter_fault f = {0};
            struct arena arena;
            union any any;
            struct avp a;

            buf_reset(&b);
            while (avp_next(&r, &a, &f) == AVP_IS)
                if (a.row->id != g->fields[j].avp)
                    avp_put_whole(&b, a.whole);
            arena_init(&arena, 0, 1 << 16);
            assert_int_equal(
                decode(&samples[i], buf_slice(&b), &arena, &any, &f),
                g->fields[j].min == 0);
            if (g->fields[j].min > 0) {
                assert_int_equal(f.result, DIAMETER_MISSING_AVP);
                assert_has(slice_of(f.text), avp_row(g->fields[j].avp)->name);
                assert_true(f.made_n >= 8);
            }
            arena_fini(&arena);
        }
        buf_fini(&whole);
        buf_fini(&b);
    }
}

static void put_bad_assignment(struct buf *b)
{
    avp_put(b, AVP_SERVER_NAME, S("sip:s"));
    avp_put_u32(b, AVP_SERVER_ASSIGNMENT_TYPE, 99);
    avp_put_u32(b, AVP_USER_DATA_ALREADY_AVAILABLE, 0);
}

static void put_bad_group(struct buf *b)
{
    size_t mark;

    avp_put(b, AVP_SERVER_NAME, S("sip:s"));
    avp_put_u32(b, AVP_SERVER_ASSIGNMENT_TYPE, 1);
    avp_put_u32(b, AVP_USER_DATA_ALREADY_AVAILABLE, 0);
    mark = avp_group(b, AVP_SCSCF_RESTORATION_INFO, true);
    avp_put(b, AVP_USER_NAME, S("u"));
    avp_group_end(b, mark);
}

static void put_unknown_in_group(struct buf *b)
{
    size_t mark;

    avp_put(b, AVP_SERVER_NAME, S("sip:s"));
    avp_put_u32(b, AVP_SERVER_ASSIGNMENT_TYPE, 1);
    avp_put_u32(b, AVP_USER_DATA_ALREADY_AVAILABLE, 0);
    mark = avp_group(b, AVP_SUPPORTED_FEATURES, true);
    buf_add(b, S("\0\0\x7f\xff\x40\0\0\x08"));
    avp_group_end(b, mark);
}

/* proves H-DIA-1 */
static void a_bad_value_is_told_where_it_stands(void **state)
{
    static const struct {
        void (*put)(struct buf *b);
        unsigned result;
        size_t depth;
    } rows[] = {
        {put_bad_assignment, DIAMETER_INVALID_AVP_VALUE, 0},
        {put_bad_group, DIAMETER_MISSING_AVP, 1},
        {put_unknown_in_group, DIAMETER_AVP_UNSUPPORTED, 1},
    };
    static const struct sample sar = {"SAR", DIAMETER_SERVER_ASSIGNMENT, true,
                                      &sample_sar};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct diameter_fault f = {0};
        struct arena arena;
        union any any;
        struct buf b;

        buf_init(&b, 1 << 16);
        arena_init(&arena, 0, 1 << 16);
        put_head(&b, &sar);
        rows[i].put(&b);
        assert_false(decode(&sar, buf_slice(&b), &arena, &any, &f));
        assert_int_equal(f.result, rows[i].result);
        assert_int_equal(f.depth, rows[i].depth);
        arena_fini(&arena);
        buf_fini(&b);
    }
}

static void absence_is_null_zero_and_false(void **state)
{
    static const struct sample sar = {"SAR", DIAMETER_SERVER_ASSIGNMENT, true,
                                      NULL};
    static const struct cx_sar least = {.server_name = {"s", 1}};
    struct diameter_fault f;
    struct arena arena;
    union any any;
    struct buf b;

    (void)state;
    buf_init(&b, 1 << 16);
    arena_init(&arena, 0, 1 << 16);
    put_head(&b, &sar);
    cx_encode(&b, group_of(&sar), &least);
    assert_true(decode(&sar, buf_slice(&b), &arena, &any, &f));
    assert_null(any.sar.impi.p);
    assert_int_equal(any.sar.impus.count, 0);
    assert_null(any.sar.restoration);
    assert_int_equal(any.sar.type, CX_NO_ASSIGNMENT);
    assert_false(any.sar.already_available);
    assert_int_equal(any.sar.flags, 0);
    assert_int_equal(any.sar.features.count, 0);
    assert_text(any.sar.path.origin_host, S("hss1.ims.example"));
    assert_text(any.sar.path.destination_realm, S("ims.example"));
    arena_fini(&arena);
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_of_the_twelve_messages_comes_back),
        cmocka_unit_test(a_message_cut_after_any_byte_is_survived),
        cmocka_unit_test(an_arena_at_its_limit_is_an_ordinary_refusal),
        cmocka_unit_test(what_is_required_is_missed_by_its_name),
        cmocka_unit_test(a_bad_value_is_told_where_it_stands),
        cmocka_unit_test(absence_is_null_zero_and_false),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
