/* SPDX-License-Identifier: MIT */
#include "diameter/request.h"
#include "ims/cx_codec.h"
#include "support/check.h"
#include "support/cx_samples.h"
#include "support/diameter_world.h"
#include "support/guard.h"
#include "support/pcap.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- encode, decode
 * ------------------------------------------------------------ */

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

/* ---- between nodes
 * ------------------------------------------------------------- */

struct nodes {
    struct sim *sim;
    struct dia_node *hss, *scscf;
    unsigned asked, answered;
    struct cx_request *held;
    bool holds;
    enum ims_err err;
    unsigned result;
};

static void on_uar(void *ctx, struct cx_request *r, const struct cx_uar *uar)
{
    struct nodes *n = ctx;

    n->asked++;
    members_encode_to_the_same_bytes(
        &(struct sample){"uar", DIAMETER_USER_AUTHORIZATION, true, &sample_uar},
        uar);
    assert_text(uar->path.destination_host, sample_uar.path.destination_host);
    cx_uaa_answer(r, &sample_uaa);
}

static void on_uaa(void *ctx, enum ims_err err, const struct cx_uaa *uaa)
{
    struct nodes *n = ctx;

    n->answered++;
    n->err = err;
    if (err != IMS_OK)
        return;
    n->result = uaa->outcome.result;
    if (n->result != sample_uaa.outcome.result)
        return;
    members_encode_to_the_same_bytes(
        &(struct sample){"uaa", DIAMETER_USER_AUTHORIZATION, false,
                         &sample_uaa},
        uaa);
    assert_int_equal(uaa->outcome.result, sample_uaa.outcome.result);
    assert_text(uaa->outcome.error_message, sample_uaa.outcome.error_message);
}

static void on_sar(void *ctx, struct cx_request *r, const struct cx_sar *sar)
{
    struct nodes *n = ctx;

    n->asked++;
    members_encode_to_the_same_bytes(
        &(struct sample){"sar", DIAMETER_SERVER_ASSIGNMENT, true, &sample_sar},
        sar);
    assert_text(sar->path.destination_host, sample_sar.path.destination_host);
    cx_saa_answer(r, &sample_saa);
}

static void on_saa(void *ctx, enum ims_err err, const struct cx_saa *saa)
{
    struct nodes *n = ctx;

    n->answered++;
    n->err = err;
    if (err != IMS_OK)
        return;
    n->result = saa->outcome.result;
    if (n->result != sample_saa.outcome.result)
        return;
    members_encode_to_the_same_bytes(
        &(struct sample){"saa", DIAMETER_SERVER_ASSIGNMENT, false, &sample_saa},
        saa);
    assert_int_equal(saa->outcome.result, sample_saa.outcome.result);
    assert_text(saa->outcome.error_message, sample_saa.outcome.error_message);
}

static void on_lir(void *ctx, struct cx_request *r, const struct cx_lir *lir)
{
    struct nodes *n = ctx;

    n->asked++;
    if (n->holds) {
        n->held = r;
        return;
    }
    members_encode_to_the_same_bytes(
        &(struct sample){"lir", DIAMETER_LOCATION_INFO, true, &sample_lir},
        lir);
    assert_text(lir->path.destination_host, sample_lir.path.destination_host);
    cx_lia_answer(r, &sample_lia);
}

static void on_lia(void *ctx, enum ims_err err, const struct cx_lia *lia)
{
    struct nodes *n = ctx;

    n->answered++;
    n->err = err;
    if (err != IMS_OK)
        return;
    n->result = lia->outcome.result;
    if (n->result != sample_lia.outcome.result)
        return;
    members_encode_to_the_same_bytes(
        &(struct sample){"lia", DIAMETER_LOCATION_INFO, false, &sample_lia},
        lia);
    assert_int_equal(lia->outcome.result, sample_lia.outcome.result);
    assert_text(lia->outcome.error_message, sample_lia.outcome.error_message);
}

static void on_mar(void *ctx, struct cx_request *r, const struct cx_mar *mar)
{
    struct nodes *n = ctx;

    n->asked++;
    members_encode_to_the_same_bytes(
        &(struct sample){"mar", DIAMETER_MULTIMEDIA_AUTH, true, &sample_mar},
        mar);
    assert_text(mar->path.destination_host, sample_mar.path.destination_host);
    cx_maa_answer(r, &sample_maa);
}

static void on_maa(void *ctx, enum ims_err err, const struct cx_maa *maa)
{
    struct nodes *n = ctx;

    n->answered++;
    n->err = err;
    if (err != IMS_OK)
        return;
    n->result = maa->outcome.result;
    if (n->result != sample_maa.outcome.result)
        return;
    members_encode_to_the_same_bytes(
        &(struct sample){"maa", DIAMETER_MULTIMEDIA_AUTH, false, &sample_maa},
        maa);
    assert_int_equal(maa->outcome.result, sample_maa.outcome.result);
    assert_text(maa->outcome.error_message, sample_maa.outcome.error_message);
}

static void on_rtr(void *ctx, struct cx_request *r, const struct cx_rtr *rtr)
{
    struct nodes *n = ctx;

    n->asked++;
    members_encode_to_the_same_bytes(
        &(struct sample){"rtr", DIAMETER_REGISTRATION_TERMINATION, true,
                         &sample_rtr},
        rtr);
    assert_text(rtr->path.destination_host, sample_rtr.path.destination_host);
    cx_rta_answer(r, &sample_rta);
}

static void on_rta(void *ctx, enum ims_err err, const struct cx_rta *rta)
{
    struct nodes *n = ctx;

    n->answered++;
    n->err = err;
    if (err != IMS_OK)
        return;
    n->result = rta->outcome.result;
    if (n->result != sample_rta.outcome.result)
        return;
    members_encode_to_the_same_bytes(
        &(struct sample){"rta", DIAMETER_REGISTRATION_TERMINATION, false,
                         &sample_rta},
        rta);
    assert_int_equal(rta->outcome.result, sample_rta.outcome.result);
    assert_text(rta->outcome.error_message, sample_rta.outcome.error_message);
}

static void on_ppr(void *ctx, struct cx_request *r, const struct cx_ppr *ppr)
{
    struct nodes *n = ctx;

    n->asked++;
    members_encode_to_the_same_bytes(
        &(struct sample){"ppr", DIAMETER_PUSH_PROFILE, true, &sample_ppr}, ppr);
    assert_text(ppr->path.destination_host, sample_ppr.path.destination_host);
    cx_ppa_answer(r, &sample_ppa);
}

static void on_ppa(void *ctx, enum ims_err err, const struct cx_ppa *ppa)
{
    struct nodes *n = ctx;

    n->answered++;
    n->err = err;
    if (err != IMS_OK)
        return;
    n->result = ppa->outcome.result;
    if (n->result != sample_ppa.outcome.result)
        return;
    members_encode_to_the_same_bytes(
        &(struct sample){"ppa", DIAMETER_PUSH_PROFILE, false, &sample_ppa},
        ppa);
    assert_int_equal(ppa->outcome.result, sample_ppa.outcome.result);
    assert_text(ppa->outcome.error_message, sample_ppa.outcome.error_message);
}

static const struct cx_handler hss_handler = {
    .on_uar = on_uar, .on_sar = on_sar, .on_lir = on_lir, .on_mar = on_mar};
static const struct cx_handler scscf_handler = {.on_rtr = on_rtr,
                                                .on_ppr = on_ppr};

static void nodes_init(struct nodes *n)
{
    *n = (struct nodes){.sim = sim_new(1)};
    n->hss = dia_node_new(n->sim, "hss1", "10.0.0.4", &hss_handler, n);
    n->scscf = dia_node_new(n->sim, "scscf1", "10.0.0.3", &scscf_handler, n);
    dia_node_peer(n->hss, n->scscf, false);
    dia_node_peer(n->scscf, n->hss, true);
    diameter_start(n->hss->d);
    diameter_start(n->scscf->d);
    sim_run_for(n->sim, SECOND);
}

static void nodes_fini(struct nodes *n)
{
    dia_node_free(n->scscf);
    dia_node_free(n->hss);
    sim_free(n->sim);
}

static void ask_everything(struct nodes *n)
{
    struct cx *hss = n->hss->cx, *scscf = n->scscf->cx;

    cx_uar_send(scscf, &sample_uar, S("call-1"), on_uaa, n);
    cx_sar_send(scscf, &sample_sar, S("call-1"), on_saa, n);
    cx_lir_send(scscf, &sample_lir, S("call-1"), on_lia, n);
    cx_mar_send(scscf, &sample_mar, S("call-1"), on_maa, n);
    cx_rtr_send(hss, &sample_rtr, S(""), on_rta, n);
    cx_ppr_send(hss, &sample_ppr, S(""), on_ppa, n);
    assert_int_equal(n->answered, 0);
    sim_run_for(n->sim, 200 * MSEC);
    assert_int_equal(n->asked, 6);
    assert_int_equal(n->answered, 6);
}

/* proves H-CX-1 H-CX-2 H-CX-3 H-CX-4 */
static void all_six_commands_are_asked_and_answered(void **state)
{
    struct nodes n;

    (void)state;
    nodes_init(&n);
    ask_everything(&n);
    nodes_fini(&n);
}

static void what_is_recorded_joins_calls_and_keeps_no_secret(void **state)
{
    struct record_cursor c = {0};
    struct record_entry e;
    unsigned of_call = 0;
    uint64_t missed;
    struct nodes n;

    (void)state;
    nodes_init(&n);
    ask_everything(&n);
    while (record_read(n.scscf->w->env.record, &c, &e, &missed)) {
        if (e.proto != RECORD_DIAMETER)
            continue;
        of_call += slice_eq(e.about.call, S("call-1"));
        assert_true(!e.about.call.n || e.about.session.n > 0);
        assert_has_not(e.bytes, "ckckck");
        assert_has_not(e.bytes, "ikikik");
        assert_has_not(e.bytes, "XRES");
        assert_has_not(e.bytes, "0123456789abcdef");
    }
    assert_int_equal(of_call, 8);
    nodes_fini(&n);
}

static void a_command_that_nobody_serves_is_unsupported(void **state)
{
    struct nodes n;

    (void)state;
    nodes_init(&n);
    cx_uar_send(n.hss->cx,
                &(struct cx_uar){.path = sample_rtr.path,
                                 .impi = S("a"),
                                 .impu = S("b"),
                                 .visited_network = S("c")},
                S(""), on_uaa, &n);
    sim_run_for(n.sim, 100 * MSEC);
    assert_int_equal(n.err, IMS_OK);
    assert_int_equal(n.result, CX_COMMAND_UNSUPPORTED);
    assert_true(cx_is_protocol_error(n.result));
    nodes_fini(&n);
}

static void a_refusal_is_a_result_and_not_an_error(void **state)
{
    static const unsigned results[] = {CX_USER_UNKNOWN, CX_UNABLE_TO_COMPLY,
                                       CX_TOO_BUSY};
    struct nodes n;

    (void)state;
    nodes_init(&n);
    n.holds = true;
    for (size_t i = 0; i < 3; i++) {
        cx_lir_send(n.scscf->cx, &sample_lir, S(""), on_lia, &n);
        sim_run_for(n.sim, 100 * MSEC);
        assert_has(cx_request_about(n.held).session, "scscf1.ims.example;");
        cx_refuse(n.held, results[i], S("because"));
        sim_run_for(n.sim, 100 * MSEC);
        assert_int_equal(n.err, IMS_OK);
        assert_int_equal(n.result, results[i]);
    }
    nodes_fini(&n);
}

static void a_request_let_go_is_unable_to_comply(void **state)
{
    struct nodes n;

    (void)state;
    nodes_init(&n);
    n.holds = true;
    cx_lir_send(n.scscf->cx, &sample_lir, S(""), on_lia, &n);
    sim_run_for(n.sim, 100 * MSEC);
    cx_request_drop(n.held);
    sim_run_for(n.sim, 100 * MSEC);
    assert_int_equal(n.result, CX_UNABLE_TO_COMPLY);
    assert_has(world_story(n.hss->w), "forgotten answer");
    nodes_fini(&n);
}

static void
a_cancelled_request_calls_nobody_and_a_freed_cx_says_so(void **state)
{
    struct nodes n;
    uint64_t ticket;

    (void)state;
    nodes_init(&n);
    ticket = cx_uar_send(n.scscf->cx, &sample_uar, S(""), on_uaa, &n);
    cx_cancel(n.scscf->cx, ticket);
    cx_cancel(n.scscf->cx, ticket);
    assert_int_equal(n.answered, 0);
    cx_uar_send(n.scscf->cx, &sample_uar, S(""), on_uaa, &n);
    nodes_fini(&n);
    assert_int_equal(n.answered, 1);
    assert_int_equal(n.err, IMS_CANCELLED);
}

/* An HSS whose answers lack what they need. */
static void on_raw_request(void *ctx, struct diameter_request *r)
{
    struct buf *out = diameter_answer_open(r, false);

    if (*(unsigned *)ctx > 0)
        avp_put_u32(out, AVP_RESULT_CODE, *(unsigned *)ctx);
    buf_add(out, S("\0\0\x7f\xff\x40\0\0\x08"));
    diameter_answer_send(r);
}

static void an_answer_that_cannot_be_read_is_malformed(void **state)
{
    unsigned result;

    (void)state;
    for (result = 0; result <= 2001; result += 2001) {
        struct nodes n = {.sim = sim_new(1)};
        struct world_host *w = world_host_new(n.sim, "hss1");
        struct addr at = world_addr("10.0.0.4:3868", TRANSPORT_TCP);
        struct diameter *hss = diameter_new(
            &(struct diameter_config){.env = &w->env, .allow_any = true});
        struct why why;

        diameter_add_application(
            hss, &(struct diameter_application){.id = CX_APPLICATION,
                                                .vendor = CX_VENDOR,
                                                .stateless = true,
                                                .on_request = on_raw_request,
                                                .ctx = &result});
        assert_ok(diameter_listen(hss, &at, &why), &why);
        diameter_start(hss);
        n.scscf = dia_node_new(n.sim, "scscf1", "10.0.0.3", NULL, NULL);
        assert_ok(diameter_add_peer(n.scscf->d,
                                    &(struct diameter_peer_config){
                                        .host = S("hss1.ims.example"),
                                        .realm = S("ims.example"),
                                        .address = S("10.0.0.4")},
                                    &why),
                  &why);
        diameter_start(n.scscf->d);
        sim_run_for(n.sim, SECOND);
        cx_lir_send(n.scscf->cx, &sample_lir, S("c"), on_lia, &n);
        sim_run_for(n.sim, 100 * MSEC);
        assert_int_equal(n.answered, 1);
        assert_int_equal(n.err, IMS_MALFORMED);
        assert_has(world_story(n.scscf->w), "LIA cannot be used");
        dia_node_free(n.scscf);
        sim_host_kill(w->host);
        diameter_free(hss);
        world_host_free(w);
        sim_free(n.sim);
    }
}

static void results_have_names_and_codes(void **state)
{
    char text[12];

    (void)state;
    assert_string_equal(cx_result_name(CX_USER_UNKNOWN),
                        "DIAMETER_ERROR_USER_UNKNOWN");
    assert_string_equal(cx_result_name(5001), "DIAMETER_AVP_UNSUPPORTED");
    assert_string_equal(cx_result_name(4999), "unknown");
    assert_string_equal(cx_result_code(CX_USER_UNKNOWN, text), "E5001");
    assert_string_equal(cx_result_code(CX_SUCCESS, text), "B2001");
    assert_true(cx_is_success(CX_FIRST_REGISTRATION));
    assert_true(cx_is_success(CX_SUCCESS));
    assert_false(cx_is_success(CX_USER_UNKNOWN));
    assert_true(cx_is_protocol_error(CX_TOO_BUSY));
    assert_false(cx_is_protocol_error(CX_EXPERIMENTAL + 3001));
    for (unsigned i = 0; i <= CX_RESTORATION; i++)
        assert_string_not_equal(cx_assignment_name(i), "unknown");
    assert_string_equal(cx_assignment_name(15), "unknown");
    assert_string_equal(cx_reason_name(CX_REMOVE_SCSCF), "REMOVE_S-CSCF");
    assert_string_equal(cx_authorization_name(1), "DE_REGISTRATION");
}

/* ---- and what others read
 * --------------------------------------------------------- */

static void on_tap(void *ctx, const struct addr *from, const struct addr *to,
                   struct slice bytes)
{
    pcap_tcp(ctx, from, to, bytes);
}

static int tshark(const char *file, const char *rest, struct buf *out)
{
    char command[600];

    snprintf(command, sizeof(command), "tshark -r %s %s 2>/dev/null", file,
             rest);
    buf_reset(out);
    return run_command(command, out);
}

static void tshark_reads_all_twelve_messages_without_complaint(void **state)
{
    char file[] = "/tmp/imsbox-cx-XXXXXX";
    struct nodes n = {.sim = sim_new(1)};
    struct pcap *p;
    struct buf out;

    (void)state;
    buf_init(&out, 1 << 20);
    if (run_command("tshark --version 2>/dev/null", &out) != 0) {
        printf("SKIPPED: tshark is not there\n");
        buf_fini(&out);
        sim_free(n.sim);
        skip();
    }
    close(mkstemp(file));
    sim_free(n.sim);
    p = pcap_new(file);
    n = (struct nodes){.sim = sim_new(1)};
    sim_tap(n.sim, on_tap, p);
    n.hss = dia_node_new(n.sim, "hss1", "10.0.0.4", &hss_handler, &n);
    n.scscf = dia_node_new(n.sim, "scscf1", "10.0.0.3", &scscf_handler, &n);
    dia_node_peer(n.hss, n.scscf, false);
    dia_node_peer(n.scscf, n.hss, true);
    diameter_start(n.hss->d);
    diameter_start(n.scscf->d);
    sim_run_for(n.sim, 40 * SECOND);
    ask_everything(&n);
    nodes_fini(&n);
    pcap_free(p);

    assert_int_equal(tshark(file,
                            "-Y diameter.applicationId==16777216 -T fields "
                            "-e diameter.cmd.code",
                            &out),
                     0);
    for (int code = 300; code <= 305; code++) {
        char text[12];

        snprintf(text, sizeof(text), "%d", code);
        assert_has(buf_slice(&out), text);
    }
    /* tshark 4.0's dictionary ends before RTR-Flags */
    assert_int_equal(tshark(file,
                            "-Y '(_ws.malformed || "
                            "_ws.expert.severity >= 0x600000) && "
                            "!(_ws.expert.message contains "
                            "\"Unknown AVP 659 \")' -T fields "
                            "-e frame.number -e _ws.expert.message",
                            &out),
                     0);
    assert_text(buf_slice(&out), S(""));
    unlink(file);
    buf_fini(&out);
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
        cmocka_unit_test(all_six_commands_are_asked_and_answered),
        cmocka_unit_test(what_is_recorded_joins_calls_and_keeps_no_secret),
        cmocka_unit_test(a_command_that_nobody_serves_is_unsupported),
        cmocka_unit_test(a_refusal_is_a_result_and_not_an_error),
        cmocka_unit_test(a_request_let_go_is_unable_to_comply),
        cmocka_unit_test(
            a_cancelled_request_calls_nobody_and_a_freed_cx_says_so),
        cmocka_unit_test(an_answer_that_cannot_be_read_is_malformed),
        cmocka_unit_test(results_have_names_and_codes),
        cmocka_unit_test(tshark_reads_all_twelve_messages_without_complaint),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
