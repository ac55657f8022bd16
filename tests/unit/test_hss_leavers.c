/* SPDX-License-Identifier: MIT */
#include "hss/leavers.h"
#include "hss/provisioning.h"
#include "support/hss_served.h"
#include <stdio.h>

/* Who goes with many others is ended at the S-CSCFs.
 *
 * proves H-CX-5 */

static void make_range(struct served *f, unsigned registered)
{
    assert_int_equal(edit(f, "POST /api/v1/subscribers/ranges",
                          "{\"first\": \"2001\", \"count\": 40,"
                          " \"password\": \"pw-{n}\"}"),
                     201);
    for (unsigned i = 0; i < registered; i++) {
        char impi[64], impu[64];

        snprintf(impi, sizeof(impi), "%u@ims.example", 2001 + i);
        snprintf(impu, sizeof(impu), "sip:%u@ims.example", 2001 + i);
        bring_in(f->w, impi, impu);
    }
}

static void undo_range(struct served *f)
{
    assert_int_equal(edit(f, "POST /api/v1/audit/2/undo", ""), 200);
}

static void all_who_go_with_a_range_are_told(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    make_range(f, 30);
    undo_range(f);
    sim_run_for(f->w->sim, 5 * SECOND);
    assert_int_equal(f->w->told.rtrs, 30);
    assert_int_equal(f->w->told.reason, CX_PERMANENT_TERMINATION);
    assert_string_equal(f->w->told.info, "the subscription has been removed");
    assert_int_equal(edit(f, "GET /api/v1/audit?limit=1", ""), 200);
    assert_has(slice_of(f->sentence), "30 subscribers who had been deleted");
    assert_int_equal(state_of(f, "sip:alice@ims.example"), REGISTERED);
    sim_run_for(f->w->sim, 60 * SECOND);
    assert_int_equal(f->w->told.rtrs, 30);
}

static void check_nobody_is_left(struct served *f)
{
    struct store_leaver left;
    struct arena a;

    arena_init(&a, 0, 1 << 20);
    assert_int_equal(store_leaver_next(f->w->hss->store, &a, 0, &left, NULL),
                     IMS_NOT_FOUND);
    arena_fini(&a);
}

/* Only those who were on their way when it was found out wait for it. */
static void a_silent_scscf_is_told_of_few(void **state)
{
    struct served *f = *state;

    make_range(f, 30);
    sim_host_kill(f->w->scscf->w->host);
    undo_range(f);
    sim_run_for(f->w->sim, 90 * SECOND);
    assert_int_equal(edit(f, "GET /api/v1/audit?limit=1", ""), 200);
    assert_has(slice_of(f->sentence), "\"0 subscribers who had been deleted");
    assert_has(slice_of(f->sentence), "an S-CSCF was not reached");
    check_nobody_is_left(f);
}

static void who_registers_again_behind_a_reset_stays(void **state)
{
    struct served *f = *state;

    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.nscript = 1;
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    assert_int_equal(edit(f, "POST /api/v1/reset", ""), 200);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_int_equal(f->w->told.reason, CX_SERVER_CHANGE);
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    sim_run_for(f->w->sim, 60 * SECOND);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_int_equal(state_of(f, "sip:alice@ims.example"), REGISTERED);
}

/* Nobody had the identity when the S-CSCF was told first; whose it is by the
 * second time has registered there, or is served. */
static void who_comes_anew_and_registers_amid_the_tries_stays(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct served *f;

        (void)served_teardown(state);
        (void)served_setup(state);
        f = *state;
        make_range(f, 1);
        f->w->told.script[0] = CX_TOO_BUSY;
        f->w->told.nscript = 1;
        undo_range(f);
        sim_run_for(f->w->sim, 200 * MSEC);
        assert_int_equal(f->w->told.rtrs, 1);
        assert_int_equal(f->w->told.reason, CX_PERMANENT_TERMINATION);
        make_range(f, i == 0);
        if (i)
            assert_int_equal(
                ask_sar(f->w, "", "sip:2001@ims.example", CX_UNREGISTERED_USER),
                CX_SUCCESS);
        sim_run_for(f->w->sim, 60 * SECOND);
        assert_int_equal(f->w->told.rtrs, 1);
        assert_int_equal(state_of(f, "sip:2001@ims.example"),
                         i ? UNREGISTERED : REGISTERED);
    }
}

/* Who comes anew and is served nowhere loses nothing by the second one. */
static void who_comes_anew_amid_the_tries_is_ended_all_the_same(void **state)
{
    struct served *f = *state;

    make_range(f, 1);
    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.script[1] = CX_SUCCESS;
    f->w->told.nscript = 2;
    undo_range(f);
    sim_run_for(f->w->sim, 200 * MSEC);
    make_range(f, 0);
    sim_run_for(f->w->sim, 60 * SECOND);
    assert_int_equal(f->w->told.rtrs, 2);
}

/* It is the wildcard's now by whom calls are served, and his no more. */
static void who_matches_a_wildcard_is_ended_all_the_same(void **state)
{
    struct served *f = *state;

    assert_int_equal(edit(f, "POST /api/v1/subscribers",
                          "{\"impu\": {\"impu\": \"sip:2!.*!@ims.example\","
                          " \"type\": \"wildcarded-psi\"}}"),
                     201);
    make_range(f, 1);
    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.script[1] = CX_SUCCESS;
    f->w->told.nscript = 2;
    assert_int_equal(edit(f, "POST /api/v1/audit/3/undo", ""), 200);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_int_equal(f->w->told.reason, CX_PERMANENT_TERMINATION);
    assert_int_equal(
        ask_sar(f->w, "", "sip:2001@ims.example", CX_UNREGISTERED_USER),
        CX_SUCCESS);
    sim_run_for(f->w->sim, 60 * SECOND);
    assert_int_equal(f->w->told.rtrs, 2);
}

static void who_was_not_told_yet_is_told_behind_a_restart(void **state)
{
    struct served *f = served_new(true);

    (void)state;
    make_range(f, 3);
    f->w->told.script[0] = f->w->told.script[1] = f->w->told.script[2] =
        CX_TOO_BUSY;
    f->w->told.nscript = 3;
    undo_range(f);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told.rtrs, 3);
    f->w->told.rtrs = f->w->told.nscript = 0;
    hss_world_restart(f->w);
    sim_run_for(f->w->sim, 60 * SECOND);
    assert_int_equal(f->w->told.rtrs, 3);
    assert_int_equal(f->w->told.reason, CX_PERMANENT_TERMINATION);
    served_free(f);
}

static void who_is_deleted_alone_is_told_behind_a_restart(void **state)
{
    static const struct {
        const char *line;
        unsigned rtrs, behind;
    } rows[] = {
        {"DELETE /api/v1/subscribers/sip:2001@ims.example", 1, 1},
        {"DELETE /api/v1/subscribers/sip:2001@ims.example?push=false", 0, 0},
        {"DELETE /api/v1/subscribers/sip:2001@ims.example?dry_run=true", 0, 0},
        {"POST /api/v1/audit/2/undo", 1, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct served *f = served_new(true);
        struct api_answer a;

        api_answer_init(&a);
        if (slice_starts(slice_of(rows[i].line), S("POST"))) {
            assert_int_equal(edit(f, "POST /api/v1/subscribers",
                                  "{\"impu\": \"sip:2001@ims.example\","
                                  " \"password\": \"x\"}"),
                             201);
            bring_in(f->w, "2001@ims.example", "sip:2001@ims.example");
        } else {
            make_range(f, 1);
        }
        f->w->told.script[0] = CX_TOO_BUSY;
        f->w->told.nscript = 1;
        api_ask(f->w->node, rows[i].line, "", &a);
        sim_run_for(f->w->sim, 200 * MSEC);
        assert_int_equal(f->w->told.rtrs, rows[i].rtrs);
        f->w->told.rtrs = f->w->told.nscript = 0;
        hss_world_restart(f->w);
        sim_run_for(f->w->sim, 60 * SECOND);
        assert_int_equal(f->w->told.rtrs, rows[i].behind);
        check_nobody_is_left(f);
        api_answer_fini(&a);
        served_free(f);
    }
}

/* His S-CSCF is busy when others go with a range. */
static void who_is_deleted_alone_is_told_by_who_deleted_him(void **state)
{
    struct served *f = *state;
    struct api_answer a;

    api_answer_init(&a);
    make_range(f, 3);
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.script[1] = CX_SUCCESS;
    f->w->told.nscript = 2;
    api_ask(f->w->node, "DELETE /api/v1/subscribers/1", "", &a);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told.rtrs, 1);
    undo_range(f);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told.rtrs, 4);
    assert_int_equal(a.count, 0);
    sim_run_for(f->w->sim, 60 * SECOND);
    assert_int_equal(f->w->told.rtrs, 5);
    assert_int_equal(a.status, 200);
    assert_has(buf_slice(&a.body), "\"tries\":2");
    check_nobody_is_left(f);
    assert_int_equal(edit(f, "GET /api/v1/audit?limit=1", ""), 200);
    assert_has(slice_of(f->sentence), "\"3 subscribers who had been deleted");
    api_answer_fini(&a);
}

/* What was told is one of many by the time that who deleted him looks. */
static void who_is_on_his_way_with_others_is_told_once(void **state)
{
    struct served *f = *state;
    struct store_leaver first;
    struct arena a;

    make_range(f, 3);
    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.script[1] = CX_SUCCESS;
    f->w->told.nscript = 2;
    undo_range(f);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told.rtrs, 3);
    arena_init(&a, 0, 1 << 20);
    assert_int_equal(store_leaver_next(f->w->hss->store, &a, 0, &first, NULL),
                     IMS_OK);
    leavers_tell(f->w->hss->leavers, first.n, &first.sub, on_told, f);
    arena_fini(&a);
    wait_told(f, 0);
    assert_int_equal(f->w->told.rtrs, 4);
    assert_int_equal(f->tries, 2);
    sim_run_for(f->w->sim, 60 * SECOND);
    assert_int_equal(f->ended, 1);
    assert_int_equal(f->w->told.rtrs, 4);
    check_nobody_is_left(f);
}

/* The store gives the numbers of the others, who are gone, to those who come
 * while the first one's S-CSCF is busy. */
static void who_comes_behind_others_is_told_too(void **state)
{
    struct served *f = *state;

    make_range(f, 3);
    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.script[1] = CX_SUCCESS;
    f->w->told.nscript = 2;
    undo_range(f);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told.rtrs, 3);
    assert_int_equal(edit(f, "POST /api/v1/subscribers/ranges",
                          "{\"first\": \"3001\", \"count\": 2,"
                          " \"password\": \"pw-{n}\"}"),
                     201);
    bring_in(f->w, "3001@ims.example", "sip:3001@ims.example");
    bring_in(f->w, "3002@ims.example", "sip:3002@ims.example");
    assert_int_equal(edit(f, "POST /api/v1/audit/4/undo", ""), 200);
    sim_run_for(f->w->sim, 60 * SECOND);
    assert_int_equal(f->w->told.rtrs, 6);
    check_nobody_is_left(f);
}

static void a_damaged_leaver_holds_up_nobody_behind_him(void **state)
{
    struct served *f = served_new(true);

    (void)state;
    make_range(f, 3);
    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.nscript = 1;
    undo_range(f);
    sim_run_for(f->w->sim, 200 * MSEC);
    damage(f->w, "UPDATE leaver SET data = x'00'"
                 " WHERE id = (SELECT min(id) FROM leaver)");
    f->w->told.rtrs = f->w->told.nscript = 0;
    hss_world_restart(f->w);
    sim_run_for(f->w->sim, 60 * SECOND);
    assert_int_equal(f->w->told.rtrs, 2);
    check_nobody_is_left(f);
    served_free(f);
}

/* His identity is somebody's by now who cannot be read. The S-CSCF is there,
 * and more leave it than are told at once. */
static void who_has_a_leavers_identity_holds_up_nobody_behind_him(void **state)
{
    struct served *f = served_new(true);

    (void)state;
    make_range(f, 12);
    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.nscript = 1;
    undo_range(f);
    sim_run_for(f->w->sim, 200 * MSEC);
    make_range(f, 0);
    damage(f->w, "UPDATE subscriber SET data = x'00' WHERE id = (SELECT sub"
                 " FROM identity WHERE name = 'sip:2001@ims.example')");
    f->w->told.rtrs = f->w->told.nscript = 0;
    hss_world_restart(f->w);
    sim_run_for(f->w->sim, 60 * SECOND);
    assert_int_equal(f->w->told.rtrs, 11);
    assert_int_equal(edit(f, "GET /api/v1/audit?limit=1", ""), 200);
    assert_has(slice_of(f->sentence), "\"11 subscribers who had been "
                                      "deleted\"");
    served_free(f);
}

#define TEST(f) \
    cmocka_unit_test_setup_teardown(f, served_setup, served_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_who_go_with_a_range_are_told),
        TEST(a_silent_scscf_is_told_of_few),
        TEST(who_registers_again_behind_a_reset_stays),
        TEST(who_comes_anew_and_registers_amid_the_tries_stays),
        TEST(who_comes_anew_amid_the_tries_is_ended_all_the_same),
        TEST(who_matches_a_wildcard_is_ended_all_the_same),
        cmocka_unit_test(who_was_not_told_yet_is_told_behind_a_restart),
        cmocka_unit_test(who_is_deleted_alone_is_told_behind_a_restart),
        TEST(who_is_deleted_alone_is_told_by_who_deleted_him),
        TEST(who_is_on_his_way_with_others_is_told_once),
        TEST(who_comes_behind_others_is_told_too),
        cmocka_unit_test(a_damaged_leaver_holds_up_nobody_behind_him),
        cmocka_unit_test(who_has_a_leavers_identity_holds_up_nobody_behind_him),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
