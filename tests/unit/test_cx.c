/* SPDX-License-Identifier: MIT */
#include "ims/cx_codec.h"
#include "support/check.h"
#include "support/corpus.h"
#include "support/cx_samples.h"
#include "support/diameter_world.h"
#include "support/pcap.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void encodes_as(uint32_t command, bool is_request, const void *sample,
                       const void *decoded)
{
    const struct cx_group *g = cx_group_of(command, is_request);
    struct buf once, again;

    buf_init(&once, 1 << 16);
    buf_init(&again, 1 << 16);
    cx_encode(&once, g, sample);
    cx_encode(&again, g, decoded);
    assert_true(once.n > 0);
    assert_text(buf_slice(&again), buf_slice(&once));
    buf_fini(&once);
    buf_fini(&again);
}

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
    encodes_as(DIAMETER_USER_AUTHORIZATION, true, &sample_uar, uar);
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
    encodes_as(DIAMETER_USER_AUTHORIZATION, false, &sample_uaa, uaa);
    assert_int_equal(uaa->outcome.result, sample_uaa.outcome.result);
    assert_text(uaa->outcome.error_message, sample_uaa.outcome.error_message);
}

static void on_sar(void *ctx, struct cx_request *r, const struct cx_sar *sar)
{
    struct nodes *n = ctx;

    n->asked++;
    encodes_as(DIAMETER_SERVER_ASSIGNMENT, true, &sample_sar, sar);
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
    encodes_as(DIAMETER_SERVER_ASSIGNMENT, false, &sample_saa, saa);
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
    encodes_as(DIAMETER_LOCATION_INFO, true, &sample_lir, lir);
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
    encodes_as(DIAMETER_LOCATION_INFO, false, &sample_lia, lia);
    assert_int_equal(lia->outcome.result, sample_lia.outcome.result);
    assert_text(lia->outcome.error_message, sample_lia.outcome.error_message);
}

static void on_mar(void *ctx, struct cx_request *r, const struct cx_mar *mar)
{
    struct nodes *n = ctx;

    n->asked++;
    encodes_as(DIAMETER_MULTIMEDIA_AUTH, true, &sample_mar, mar);
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
    encodes_as(DIAMETER_MULTIMEDIA_AUTH, false, &sample_maa, maa);
    assert_int_equal(maa->outcome.result, sample_maa.outcome.result);
    assert_text(maa->outcome.error_message, sample_maa.outcome.error_message);
}

static void on_rtr(void *ctx, struct cx_request *r, const struct cx_rtr *rtr)
{
    struct nodes *n = ctx;

    n->asked++;
    encodes_as(DIAMETER_REGISTRATION_TERMINATION, true, &sample_rtr, rtr);
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
    encodes_as(DIAMETER_REGISTRATION_TERMINATION, false, &sample_rta, rta);
    assert_int_equal(rta->outcome.result, sample_rta.outcome.result);
    assert_text(rta->outcome.error_message, sample_rta.outcome.error_message);
}

static void on_ppr(void *ctx, struct cx_request *r, const struct cx_ppr *ppr)
{
    struct nodes *n = ctx;

    n->asked++;
    encodes_as(DIAMETER_PUSH_PROFILE, true, &sample_ppr, ppr);
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
    encodes_as(DIAMETER_PUSH_PROFILE, false, &sample_ppa, ppa);
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

/* What an HSS answers, or somebody on the way to it. */
struct raw_answer {
    unsigned result; /* 0: none */
    bool is_error;   /* the E flag */
    bool is_strange; /* with a mandatory AVP that nobody knows */
    enum ims_err err;
};

static void on_raw_request(void *ctx, struct diameter_request *r)
{
    const struct raw_answer *raw = ctx;
    struct buf *out = diameter_answer_open(r, raw->is_error);

    if (raw->result)
        avp_put_u32(out, AVP_RESULT_CODE, raw->result);
    if (raw->is_strange)
        buf_add(out, S("\0\0\x7f\xff\x40\0\0\x08"));
    diameter_answer_send(r);
}

/* RFC 6733 7.2: an answer with the E flag is not one of Cx. */
static void an_answer_that_cannot_be_read_is_malformed(void **state)
{
    static const struct raw_answer rows[] = {
        {0, false, false, IMS_MALFORMED},
        {0, true, false, IMS_MALFORMED},
        {DIAMETER_SUCCESS, false, true, IMS_MALFORMED},
        {DIAMETER_INVALID_HDR_BITS, true, true, IMS_OK},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct raw_answer raw = rows[i];
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
                                                .ctx = &raw});
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
        assert_int_equal(n.err, raw.err);
        if (raw.err)
            assert_has(world_story(n.scscf->w), "LIA cannot be used");
        else
            assert_int_equal(n.result, raw.result);
        dia_node_free(n.scscf);
        sim_host_kill(w->host);
        diameter_free(hss);
        world_host_free(w);
        sim_free(n.sim);
    }
}

static void check_name(struct slice table, const char *avp, unsigned value,
                       const char *name)
{
    char row[128];

    snprintf(row, sizeof row, "\n%s,10415,%u,%s\n", avp, value, name);
    if (slice_find(table, slice_of(row)) < 0)
        fail_msg("not in the dictionaries: %s", row + 1);
}

/* What others call them. */
static void numbers_have_the_names_of_the_dictionaries(void **state)
{
    struct slice table = corpus_read("diameter/avp_enums.csv");

    (void)state;
    for (unsigned i = 0; i <= CX_RESTORATION; i++)
        check_name(table, "Server-Assignment-Type,614", i,
                   cx_assignment_name(i));
    for (unsigned i = 0; i <= CX_REGISTRATION_AND_CAPABILITIES; i++)
        check_name(table, "User-Authorization-Type,623", i,
                   cx_authorization_name(i));
    for (unsigned i = 0; i <= CX_REMOVE_SCSCF; i++)
        check_name(table, "Reason-Code,616", i, cx_reason_name(i));
    assert_string_equal(cx_authorization_name(3), "unknown");
    assert_string_equal(cx_reason_name(4), "unknown");
    free((char *)table.p);
}

/* One result stands for a store that fails and for a user whom nobody serves
 * (TS 29.228 6.1.2.1): the HSS's words tell which. */
static void a_failure_is_said_with_the_words_of_who_refused(void **state)
{
    struct cx_outcome o = {.result = CX_UNABLE_TO_COMPLY,
                           .error_message = S("the store failed: disk full")};
    char text[CX_SAID_MAX], many[1000];

    (void)state;
    assert_string_equal(cx_said(IMS_OK, &o, text),
                        "DIAMETER_UNABLE_TO_COMPLY: the store failed: disk "
                        "full");
    assert_string_equal(cx_said(IMS_TIMEOUT, NULL, text),
                        ims_err_text(IMS_TIMEOUT));
    memset(many, 'x', sizeof(many));
    o.error_message = slice_at(many, sizeof(many));
    assert_true(strlen(cx_said(IMS_OK, &o, text)) < 160);
    o.error_message = S("");
    assert_string_equal(cx_said(IMS_OK, &o, text), "DIAMETER_UNABLE_TO_COMPLY");
    o = (struct cx_outcome){.result = CX_SUCCESS, .error_message = S("x")};
    assert_string_equal(cx_said(IMS_OK, &o, text), "DIAMETER_SUCCESS");
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

/* ---- and what others read ------------------------------------------------ */

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

static void a_result_has_its_name_long_and_short_in_any_case(void **state)
{
    static const struct {
        const char *name;
        unsigned result; /* 0: nobody's */
    } rows[] = {{"DIAMETER_ERROR_USER_UNKNOWN", CX_USER_UNKNOWN},
                {"user_unknown", CX_USER_UNKNOWN},
                {"Diameter_Too_Busy", CX_TOO_BUSY},
                {"TOO_BUSY", CX_TOO_BUSY},
                {"USER", 0},
                {"ERROR_", 0},
                {"", 0}};
    unsigned result;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        result = 0;
        assert_int_equal(cx_result_named(slice_of(rows[i].name), &result),
                         rows[i].result != 0);
        assert_int_equal(result, rows[i].result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_result_has_its_name_long_and_short_in_any_case),
        cmocka_unit_test(all_six_commands_are_asked_and_answered),
        cmocka_unit_test(what_is_recorded_joins_calls_and_keeps_no_secret),
        cmocka_unit_test(a_command_that_nobody_serves_is_unsupported),
        cmocka_unit_test(a_refusal_is_a_result_and_not_an_error),
        cmocka_unit_test(a_request_let_go_is_unable_to_comply),
        cmocka_unit_test(
            a_cancelled_request_calls_nobody_and_a_freed_cx_says_so),
        cmocka_unit_test(an_answer_that_cannot_be_read_is_malformed),
        cmocka_unit_test(a_failure_is_said_with_the_words_of_who_refused),
        cmocka_unit_test(results_have_names_and_codes),
        cmocka_unit_test(numbers_have_the_names_of_the_dictionaries),
        cmocka_unit_test(tshark_reads_all_twelve_messages_without_complaint),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
