/* SPDX-License-Identifier: MIT */
#include "hss/provisioning.h"
#include "support/hss_served.h"
#include <stdio.h>

/* A change of the catalogue is pushed to who uses it.
 *
 * proves H-CX-5 */

/* Whoever is served and uses an entry of the catalogue gets it anew. */
static void a_change_of_the_catalogue_is_spread(void **state)
{
    static const char ccf2[] = "{\"ccf\": \"aaa://ccf2.ims.example\"}";
    struct served *f = *state;

    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    assert_int_equal(edit(f, "PUT /api/v1/charging/std?push=false", ccf2), 200);
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(f->w->told.pprs, 0);
    assert_int_equal(edit(f, "PUT /api/v1/charging/std", ccf2), 200);
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(f->w->told.pprs, 0); /* it is the same */
    assert_int_equal(edit(f, "PUT /api/v1/charging/std",
                          "{\"ccf\": \"aaa://ccf3.ims.example\"}"),
                     200);
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(f->w->told.pprs, 1);
    assert_string_equal(f->w->told.ccf, "aaa://ccf3.ims.example");
    assert_int_equal(edit(f, "GET /api/v1/audit", ""), 200);
    assert_has(slice_of(f->sentence), "std to 1 subscriber");
    assert_int_equal(edit(f, "POST /api/v1/audit/3/undo", ""), 200);
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(f->w->told.pprs, 2);
    assert_string_equal(f->w->told.ccf, "aaa://ccf2.ims.example");
    assert_int_equal(
        edit(f, "PUT /api/v1/profiles/voice", "{\"services\": [\"urn:x\"]}"),
        200);
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(f->w->told.pprs, 3);
    assert_string_equal(f->w->told.impi, "phone@ims.example");
    assert_has(slice_of(f->w->told.user_data), "urn:x");
}

#define SHARED(server) \
    "{\"ifc\": [{\"priority\": 5, \"server\": \"" server "\"}]}"

static void a_shared_set_is_spread_to_all_who_have_it(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    bring_in(f->w, "frank@ims.example", "sip:frank@ims.example");
    bring_in(f->w, "gina@ims.example", "sip:gina@ims.example");
    assert_int_equal(
        edit(f, "PUT /api/v1/shared-ifc/4", SHARED("sip:new.ims.example")),
        200);
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(f->w->told.pprs, 2);
    assert_string_equal(f->w->told.impi, "gina@ims.example");
    assert_has(slice_of(f->w->told.user_data), "sip:new.ims.example");
}

/* frank is told again, as what he was told may be what was there before. */
static void what_changes_amid_a_spread_is_spread_anew(void **state)
{
    struct served *f = *state;

    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.script[1] = CX_SUCCESS;
    f->w->told.nscript = 2;
    bring_in(f->w, "frank@ims.example", "sip:frank@ims.example");
    bring_in(f->w, "gina@ims.example", "sip:gina@ims.example");
    assert_int_equal(
        edit(f, "PUT /api/v1/shared-ifc/4", SHARED("sip:new.ims.example")),
        200);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told.pprs, 1);
    assert_int_equal(
        edit(f, "PUT /api/v1/shared-ifc/4", SHARED("sip:newer.ims.example")),
        200);
    sim_run_for(f->w->sim, 5 * SECOND);
    assert_int_equal(f->w->told.pprs, 4);
}

static void a_spread_ends_with_an_scscf_that_is_not_there(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    sim_host_kill(f->w->scscf->w->host);
    sim_run_for(f->w->sim, 40 * SECOND);
    assert_int_equal(edit(f, "PUT /api/v1/charging/std",
                          "{\"ccf\": \"aaa://ccf3.ims.example\"}"),
                     200);
    sim_run_for(f->w->sim, 40 * SECOND);
    assert_int_equal(edit(f, "GET /api/v1/audit", ""), 200);
    assert_has(slice_of(f->sentence), "then an S-CSCF was not reached");
}

/* It was silent for a while only. */
static void
a_change_amid_a_spread_that_ends_is_spread_all_the_same(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "frank@ims.example", "sip:frank@ims.example");
    bring_in(f->w, "gina@ims.example", "sip:gina@ims.example");
    sim_rule_add(f->w->sim, &(struct sim_rule){.cut = true});
    assert_int_equal(
        edit(f, "PUT /api/v1/shared-ifc/4", SHARED("sip:new.ims.example")),
        200);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(
        edit(f, "PUT /api/v1/shared-ifc/4", SHARED("sip:newer.ims.example")),
        200);
    for (int i = 0;
         i < 600 && slice_find(hss_story(f->w), S("not reached")) < 0; i++)
        sim_run_for(f->w->sim, 100 * MSEC);
    sim_rules_clear(f->w->sim);
    sim_run_for(f->w->sim, 60 * SECOND);
    assert_string_equal(f->w->told.impi, "gina@ims.example");
    assert_has(slice_of(f->w->told.user_data), "sip:newer.ims.example");
}

/* gina is at another S-CSCF. What became of the first try is nothing that could
 * not be told. */
static void who_leaves_an_scscf_that_is_away_holds_up_nobody(void **state)
{
    struct served *f = *state;
    struct slice impu = S("sip:gina@ims.example");
    struct cx_sar sar = {.impi = S("gina@ims.example"),
                         .impus = {&impu, 1},
                         .server_name = S(SCSCF2),
                         .type = CX_ASSIGN_REGISTRATION};

    hss_world_add_scscf(f->w);
    bring_in(f->w, "frank@ims.example", "sip:frank@ims.example");
    f->w->asks = f->w->scscf2;
    assert_int_equal(hss_ask_sar(f->w, &sar), CX_SUCCESS);
    sim_host_kill(f->w->scscf->w->host);
    sim_run_for(f->w->sim, 40 * SECOND);
    assert_int_equal(
        edit(f, "PUT /api/v1/shared-ifc/4", SHARED("sip:new.ims.example")),
        200);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told2.pprs, 0); /* frank's pause */
    assert_int_equal(ask_sar(f->w, "frank@ims.example", "sip:frank@ims.example",
                             CX_USER_DEREGISTRATION),
                     CX_SUCCESS);
    sim_run_for(f->w->sim, 5 * SECOND);
    assert_int_equal(f->w->told2.pprs, 1);
    assert_string_equal(f->w->told2.impi, "gina@ims.example");
    assert_int_equal(edit(f, "GET /api/v1/audit?limit=1", ""), 200);
    assert_has(slice_of(f->sentence), "to 2 subscribers\"");
}

/* What the S-CSCF has of frank: by the SAA, or by a PPR since. */
static struct slice known_of_frank(const struct served *f)
{
    if (f->w->told.pprs)
        return slice_of(f->w->told.user_data);
    return buf_slice(&f->w->a.user_data);
}

/* An import has its turn behind the change: what the registration writes comes
 * behind both. */
static void who_comes_while_an_entry_is_written_gets_it_too(void **state)
{
    struct slice impu = S("sip:frank@ims.example");
    struct cx_sar sar = {.impi = S("frank@ims.example"),
                         .impus = {&impu, 1},
                         .server_name = S(SCSCF1),
                         .type = CX_ASSIGN_REGISTRATION};
    unsigned pushed = 0;

    for (int64_t offset = 0; offset < 300; offset += 20) {
        struct api_answer range, entry;
        struct served *f;

        (void)served_teardown(state);
        (void)served_setup(state);
        f = *state;
        api_answer_init(&range);
        api_answer_init(&entry);
        bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
        sim_work_latency(f->w->sim, 100 * MSEC);
        api_ask(f->w->node, "POST /api/v1/subscribers/ranges",
                "{\"first\": \"2001\", \"count\": 500,"
                " \"password\": \"pw-{n}\"}",
                &range);
        sim_run_for(f->w->sim, 350 * MSEC);
        /* so that what there is of the catalogue is at hand */
        assert_int_equal(ask_sar(f->w, "phone@ims.example",
                                 "sip:erin@ims.example", CX_NO_ASSIGNMENT),
                         CX_SUCCESS);
        api_ask(f->w->node, "PUT /api/v1/shared-ifc/4",
                SHARED("sip:new.ims.example"), &entry);
        sim_run_for(f->w->sim, offset * MSEC);
        hss_send_sar(f->w, &sar);
        sim_run_for(f->w->sim, 20 * SECOND);
        assert_int_equal(range.status, 201);
        assert_int_equal(entry.status, 200);
        assert_int_equal(f->w->a.result, CX_SUCCESS);
        assert_has(known_of_frank(f), "sip:new.ims.example");
        pushed += f->w->told.pprs;
        api_answer_fini(&range);
        api_answer_fini(&entry);
    }
    assert_true(pushed > 0);
}

static void put(struct served *f, const char *line, const char *json)
{
    unsigned status = edit(f, line, json);

    if (status / 100 != 2)
        fail_msg("%s: %u %s", line, status, f->sentence);
}

/* He is none of those who are told, and none who could not be. */
static void
who_is_deleted_amid_a_spread_holds_up_nobody_behind_him(void **state)
{
    struct served *f = *state;

    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.script[1] = CX_SUCCESS;
    f->w->told.nscript = 2;
    bring_in(f->w, "frank@ims.example", "sip:frank@ims.example");
    bring_in(f->w, "gina@ims.example", "sip:gina@ims.example");
    put(f, "PUT /api/v1/shared-ifc/4", SHARED("sip:new.ims.example"));
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told.pprs, 1);
    put(f, "DELETE /api/v1/subscribers/4", "");
    sim_run_for(f->w->sim, 5 * SECOND);
    assert_int_equal(f->w->told.pprs, 2);
    assert_string_equal(f->w->told.impi, "gina@ims.example");
    put(f, "GET /api/v1/audit?limit=1", "");
    assert_has(slice_of(f->sentence), "to 1 subscriber\"");
}

/* He has the criteria by each of eight profiles. */
static void whose_data_is_too_large_holds_up_nobody_behind_him(void **state)
{
    struct served *f = *state;
    struct buf b;

    for (int i = 1; i < 8; i++) {
        char line[128], json[64];

        snprintf(line, sizeof(line), "PUT /api/v1/profiles/p%d", i);
        put(f, line, "{\"shared_ifc\": [4]}");
        snprintf(line, sizeof(line),
                 "PUT /api/v1/subscribers/4/public/sip:f%d@ims.example", i);
        snprintf(json, sizeof(json), "{\"set\": 0, \"profile\": \"p%d\"}", i);
        put(f, line, json);
    }
    bring_in(f->w, "frank@ims.example", "sip:frank@ims.example");
    bring_in(f->w, "gina@ims.example", "sip:gina@ims.example");
    buf_init(&b, 1 << 20);
    buf_str(&b, "{\"ifc\": [");
    for (int i = 0; i < 10; i++)
        buf_printf(&b,
                   "%s{\"priority\": %d, \"server\": \"sip:x.example\", "
                   "\"service_info\": \"%04000d\"}",
                   i ? ", " : "", i, i);
    buf_str(&b, "]}");
    buf_char(&b, '\0');
    put(f, "PUT /api/v1/shared-ifc/4", b.p);
    buf_fini(&b);
    sim_run_for(f->w->sim, 5 * SECOND);
    assert_int_equal(f->w->told.pprs, 1);
    assert_string_equal(f->w->told.impi, "gina@ims.example");
    put(f, "GET /api/v1/audit?limit=1", "");
    assert_has(slice_of(f->sentence),
               "to 1 subscriber; others could not be told");
}

static void who_cannot_be_read_holds_up_nobody_behind_him(void **state)
{
    struct served *f = served_new(true);

    (void)state;
    bring_in(f->w, "frank@ims.example", "sip:frank@ims.example");
    bring_in(f->w, "gina@ims.example", "sip:gina@ims.example");
    damage(f->w, "UPDATE subscriber SET data = x'00' WHERE id = (SELECT sub"
                 " FROM identity WHERE name = 'sip:frank@ims.example')");
    hss_world_restart(f->w);
    sim_run_for(f->w->sim, 40 * SECOND);
    f->w->told.pprs = 0;
    assert_int_equal(
        edit(f, "PUT /api/v1/shared-ifc/4", SHARED("sip:new.ims.example")),
        200);
    sim_run_for(f->w->sim, 5 * SECOND);
    assert_int_equal(f->w->told.pprs, 1);
    assert_string_equal(f->w->told.impi, "gina@ims.example");
    assert_int_equal(edit(f, "GET /api/v1/audit?limit=1", ""), 200);
    assert_has(slice_of(f->sentence),
               "to 1 subscriber; others could not be told");
    assert_int_equal(edit(f, "GET /api/v1/subscribers", ""), 500);
    assert_has(slice_of(f->sentence), "subscriber 4: ");
    assert_int_equal(edit(f, "GET /api/v1/registrations", ""), 500);
    assert_has(slice_of(f->sentence), "subscriber 4: ");
    served_free(f);
}

#define TEST(f) \
    cmocka_unit_test_setup_teardown(f, served_setup, served_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_change_of_the_catalogue_is_spread),
        TEST(a_shared_set_is_spread_to_all_who_have_it),
        TEST(what_changes_amid_a_spread_is_spread_anew),
        TEST(a_spread_ends_with_an_scscf_that_is_not_there),
        TEST(a_change_amid_a_spread_that_ends_is_spread_all_the_same),
        TEST(who_leaves_an_scscf_that_is_away_holds_up_nobody),
        TEST(who_comes_while_an_entry_is_written_gets_it_too),
        TEST(who_is_deleted_amid_a_spread_holds_up_nobody_behind_him),
        TEST(whose_data_is_too_large_holds_up_nobody_behind_him),
        cmocka_unit_test(who_cannot_be_read_holds_up_nobody_behind_him),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
