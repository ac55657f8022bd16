/* SPDX-License-Identifier: MIT */
#include "hss/ppr.h"
#include "hss/provisioning.h"
#include "hss/rtr.h"
#include "support/hss_served.h"
#include <stdio.h>

/* What the HSS tells an S-CSCF by itself: RTR, PPR.
 *
 * proves H-CX-5 H-CX-6 H-CX-7 */

static void on_told(void *ctx, enum ims_err err, const struct list *tolds,
                    const struct why *why)
{
    struct served *f = ctx;

    f->ended++;
    f->err = err;
    f->ntold = 0;
    f->success = !err;
    if (err) {
        f->why = *why;
        return;
    }
    LIST_EACH (it, tolds) {
        const struct told *t = container_of(it, struct told, node);

        f->ntold++;
        f->success = f->success && t->success;
        f->tries = t->tries;
        snprintf(f->sentence, sizeof(f->sentence), "%.*s",
                 SLICE_ARG(t->sentence));
    }
}

static void wait(struct served *f, unsigned before)
{
    for (int i = 0; i < 4000 && f->ended == before; i++)
        sim_run_for(f->w->sim, 10 * MSEC);
    assert_int_equal(f->ended, before + 1);
}

static enum ims_err terminate(struct served *f, const struct terminate_ask *a)
{
    unsigned before = f->ended;

    hss_terminate(f->w->hss, a, on_told, f);
    wait(f, before);
    return f->err;
}

static enum ims_err end(struct served *f, int64_t sub, enum cx_reason reason)
{
    return terminate(f, &(struct terminate_ask){
                            .sub = sub, .reason = reason, .info = S("why")});
}

static enum ims_err push(struct served *f, int64_t sub)
{
    unsigned before = f->ended;

    hss_push(f->w->hss, &(struct push_ask){.sub = sub}, on_told, f);
    wait(f, before);
    return f->err;
}

static enum registration_state state_of(struct served *f, const char *impu)
{
    struct store_public p;
    struct arena a;
    struct why why;

    arena_init(&a, 0, 1 << 20);
    assert_ok(store_find_public(f->w->hss->store, &a, slice_of(impu), &p, &why),
              &why);
    assert_int_equal(p.scscf.n > 0, p.state != NOT_REGISTERED);
    arena_fini(&a);
    return p.state;
}

/* ---- RTR ---------------------------------------------------------------- */

static void a_subscription_is_ended_here_and_at_its_scscf(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    assert_int_equal(end(f, ALICE, CX_PERMANENT_TERMINATION), IMS_OK);
    assert_true(f->success);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_int_equal(f->w->told.reason, CX_PERMANENT_TERMINATION);
    assert_string_equal(f->w->told.impi, "alice@ims.example");
    assert_string_equal(f->w->told.impus,
                        "sip:alice@ims.example tel:+15551001");
    assert_string_equal(f->w->told.info, "why");
    assert_int_equal(state_of(f, "sip:alice@ims.example"), NOT_REGISTERED);
    assert_int_equal(end(f, ALICE, CX_PERMANENT_TERMINATION), IMS_CONFLICT);
    assert_int_equal(end(f, 99, CX_PERMANENT_TERMINATION), IMS_NOT_FOUND);
    assert_int_equal(f->w->told.rtrs, 1);
}

static void each_set_is_told_with_all_who_were_registered_in_it(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
    assert_int_equal(end(f, ERIN, CX_SERVER_CHANGE), IMS_OK);
    assert_int_equal(f->ntold, 1); /* fax is not registered */
    assert_string_equal(f->w->told.impi, "phone@ims.example");
    assert_string_equal(f->w->told.associated, "soft@ims.example");
    bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
    bring_in(f->w, "soft@ims.example", "sip:fax@ims.example");
    assert_int_equal(end(f, ERIN, CX_SERVER_CHANGE), IMS_OK);
    assert_int_equal(f->ntold, 2);
    assert_string_equal(f->w->told.associated, "");
    assert_int_equal(state_of(f, "sip:fax@ims.example"), NOT_REGISTERED);
}

static void one_private_identity_leaves_the_others_registered(void **state)
{
    struct served *f = *state;
    struct slice phone = S("phone@ims.example"), nobody = S("nobody@x");
    struct terminate_ask ask = {.sub = ERIN, .impis = {&phone, 1}};

    bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
    assert_int_equal(terminate(f, &ask), IMS_CONFLICT); /* not registered */
    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    assert_int_equal(terminate(f, &ask), IMS_OK);
    assert_string_equal(f->w->told.impi, "phone@ims.example");
    assert_string_equal(f->w->told.associated, "");
    assert_int_equal(state_of(f, "sip:erin@ims.example"), REGISTERED);
    assert_int_equal(terminate(f, &ask), IMS_CONFLICT);
    ask.impis.v = &nobody;
    assert_int_equal(terminate(f, &ask), IMS_MALFORMED);
    ask.impis.count = 0;
    assert_int_equal(terminate(f, &ask), IMS_OK);
    assert_int_equal(state_of(f, "sip:erin@ims.example"), NOT_REGISTERED);
}

static void one_set_is_ended_by_any_of_its_identities(void **state)
{
    struct served *f = *state;
    struct slice hidden = S("sip:hidden@ims.example"),
                 other = S("sip:alice@ims.example");
    struct terminate_ask ask = {.sub = ERIN, .impus = {&hidden, 1}};

    bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
    bring_in(f->w, "soft@ims.example", "sip:fax@ims.example");
    assert_int_equal(terminate(f, &ask), IMS_OK);
    assert_string_equal(f->w->told.impus,
                        "sip:hidden@ims.example sip:erin@ims.example");
    assert_int_equal(state_of(f, "sip:erin@ims.example"), NOT_REGISTERED);
    assert_int_equal(state_of(f, "sip:fax@ims.example"), REGISTERED);
    ask.impus.v = &other;
    assert_int_equal(terminate(f, &ask), IMS_MALFORMED);
    assert_has(slice_of(f->why.text), "no public identity of the subscriber");
}

static void who_is_registered_is_not_removed_as_unregistered(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    assert_int_equal(end(f, ALICE, CX_REMOVE_SCSCF), IMS_CONFLICT);
    assert_int_equal(state_of(f, "sip:alice@ims.example"), REGISTERED);
    assert_int_equal(f->w->told.rtrs, 0);
    assert_int_equal(
        ask_sar(f->w, "", "sip:pizza@ims.example", CX_UNREGISTERED_USER),
        CX_SUCCESS);
    assert_int_equal(end(f, PIZZA, CX_REMOVE_SCSCF), IMS_OK);
    assert_string_equal(f->w->told.impi, "sip:pizza@ims.example");
    assert_int_equal(state_of(f, "sip:pizza@ims.example"), NOT_REGISTERED);
}

static void a_busy_scscf_is_asked_again(void **state)
{
    struct served *f = *state;

    f->w->told.script[0] = f->w->told.script[1] = CX_TOO_BUSY;
    f->w->told.script[2] = CX_SUCCESS;
    f->w->told.nscript = 3;
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    assert_int_equal(end(f, ALICE, CX_PERMANENT_TERMINATION), IMS_OK);
    assert_true(f->success);
    assert_int_equal(f->tries, 3);
    assert_int_equal(f->w->told.rtrs, 3);
    assert_string_equal(f->sentence, "answered DIAMETER_SUCCESS after 3 tries");
}

/* After 0.5, 1 and 2 s. */
static void the_pauses_between_tries_grow(void **state)
{
    struct served *f = *state;
    int64_t began;

    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.nscript = 1;
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    began = sim_clock(f->w->sim)->mono_us;
    assert_int_equal(end(f, ALICE, CX_PERMANENT_TERMINATION), IMS_OK);
    assert_in_range(sim_clock(f->w->sim)->mono_us - began, 3500 * MSEC,
                    3800 * MSEC);
}

/* The HSS gives up at last, and an answer that is one is not asked for again.
 */
static void what_an_scscf_says_is_shown(void **state)
{
    static const struct {
        unsigned result;
        bool success;
        unsigned tries;
        const char *says;
    } rows[] = {
        {CX_TOO_BUSY, false, TELLING_TRIES, "DIAMETER_TOO_BUSY after 4 tries"},
        {CX_UNABLE_TO_DELIVER, false, TELLING_TRIES, "UNABLE_TO_DELIVER"},
        {CX_UNABLE_TO_COMPLY, false, 1, "UNABLE_TO_COMPLY after 1 try"},
        {CX_USER_UNKNOWN, true, 1, "did not know the user"},
    };
    struct served *f = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        f->w->told.script[0] = rows[i].result;
        f->w->told.nscript = 1;
        bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
        assert_int_equal(end(f, ALICE, CX_PERMANENT_TERMINATION), IMS_OK);
        assert_int_equal(f->success, rows[i].success);
        assert_int_equal(f->tries, rows[i].tries);
        assert_has(slice_of(f->sentence), rows[i].says);
        assert_int_equal(state_of(f, "sip:alice@ims.example"), NOT_REGISTERED);
    }
}

static void who_registers_again_during_the_tries_stays(void **state)
{
    struct served *f = *state;
    unsigned before = f->ended;

    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.nscript = 1;
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    hss_terminate(f->w->hss, &(struct terminate_ask){.sub = ALICE}, on_told, f);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told.rtrs, 1);
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    wait(f, before);
    assert_true(f->success);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_has(slice_of(f->sentence), "registered again meanwhile");
    assert_int_equal(state_of(f, "sip:alice@ims.example"), REGISTERED);
}

static void an_scscf_that_is_not_there_does_not_keep_the_user(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    sim_host_kill(f->w->scscf->w->host);
    assert_int_equal(end(f, ALICE, CX_PERMANENT_TERMINATION), IMS_OK);
    assert_false(f->success);
    assert_has(slice_of(f->sentence), "stays until it expires there");
    assert_int_equal(state_of(f, "sip:alice@ims.example"), NOT_REGISTERED);
}

/* 6.1.3: by the Origin-Host of its own requests, kept over a restart. */
static void an_scscf_is_reached_where_it_said_it_is(void **state)
{
    struct served *f = *state;
    struct slice impu = S("sip:alice@ims.example");
    struct cx_sar sar = {.impi = S("alice@ims.example"),
                         .impus = {&impu, 1},
                         .server_name = S("sip:elsewhere.example:6060;lr"),
                         .type = CX_ASSIGN_REGISTRATION};

    (void)served_teardown(state);
    *state = f = served_new(true);
    assert_int_equal(hss_ask_sar(f->w, &sar), CX_SUCCESS);
    hss_world_restart(f->w);
    assert_int_equal(end(f, ALICE, CX_PERMANENT_TERMINATION), IMS_OK);
    assert_true(f->success);
    assert_int_equal(f->w->told.rtrs, 1);
}

/* ---- PPR ---------------------------------------------------------------- */

static void what_is_stored_is_pushed(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    assert_int_equal(push(f, ALICE), IMS_OK);
    assert_true(f->success);
    assert_int_equal(f->w->told.pprs, 1);
    assert_string_equal(f->w->told.impi, "alice@ims.example");
    assert_has(slice_of(f->w->told.user_data), "tel:+15551001");
    assert_string_equal(f->w->told.ccf, "aaa://ccf.ims.example");
    assert_int_equal(push(f, ERIN), IMS_CONFLICT);
    assert_has(slice_of(f->why.text), "nobody to tell");
}

static void
an_scscf_that_was_replaced_amid_the_tries_is_pushed_nothing(void **state)
{
    struct served *f = *state;
    struct slice impu = S("sip:alice@ims.example");
    struct cx_auth_item item = {.scheme = S(CX_SCHEME_DIGEST)};
    struct cx_mar mar = {.impi = S("alice@ims.example"),
                         .impu = impu,
                         .item = &item,
                         .count = 1,
                         .server_name = S(SCSCF2)};
    struct cx_sar sar = {.impi = S("alice@ims.example"),
                         .impus = {&impu, 1},
                         .server_name = S(SCSCF2),
                         .type = CX_ASSIGN_REGISTRATION};
    unsigned before = f->ended;

    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.nscript = 1;
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    hss_push(f->w->hss, &(struct push_ask){.sub = ALICE}, on_told, f);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told.pprs, 1);
    assert_int_equal(hss_ask_mar(f->w, &mar), CX_SUCCESS);
    assert_int_equal(hss_ask_sar(f->w, &sar), CX_SUCCESS);
    wait(f, before);
    assert_int_equal(f->w->told.pprs, 1);
    assert_has(slice_of(f->sentence), "does not serve the user any more");
}

/* Nothing tells the HSS that an S-CSCF has them. */
static void shared_criteria_are_pushed_themselves(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "frank@ims.example", "sip:frank@ims.example");
    assert_int_equal(push(f, FRANK), IMS_OK);
    assert_has(slice_of(f->w->told.user_data), "sip:old.ims.example");
}

/* 6.2.2.1: another private identity is tried. */
static void
an_scscf_that_does_not_know_one_private_identity_may_know_another(void **state)
{
    struct served *f = *state;

    f->w->told.script[0] = CX_USER_UNKNOWN;
    f->w->told.script[1] = CX_SUCCESS;
    f->w->told.nscript = 2;
    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
    assert_int_equal(push(f, ERIN), IMS_OK);
    assert_true(f->success);
    assert_int_equal(f->w->told.pprs, 2);
    assert_string_equal(f->w->told.impi, "soft@ims.example");
    f->w->told.nscript = 1;
    assert_int_equal(push(f, ERIN), IMS_OK);
    assert_false(f->success);
    assert_int_equal(f->w->told.pprs, 4);
}

/* 6.2.2.1 */
static void a_profile_that_is_too_large_ends_the_registration(void **state)
{
    struct served *f = *state;

    f->w->told.script[0] = CX_TOO_MUCH_DATA;
    f->w->told.script[1] = CX_SUCCESS;
    f->w->told.nscript = 2;
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    assert_int_equal(push(f, ALICE), IMS_OK);
    assert_false(f->success);
    assert_has(slice_of(f->sentence), "no room for the profile");
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_int_equal(f->w->told.reason, CX_SERVER_CHANGE);
    assert_int_equal(state_of(f, "sip:alice@ims.example"), NOT_REGISTERED);
}

/* ---- what a change means ------------------------------------------------ */

#define PHONE "{\"impi\": \"phone@ims.example\", \"digest\": {}}"
#define SOFT "{\"impi\": \"soft@ims.example\", \"digest\": {}}"
#define HIDDEN "{\"impu\": \"sip:hidden@ims.example\", \"barred\": true}"
#define JSON(privates, publics) \
    "{\"privates\": [" privates "], \"sets\": [{\"publics\": [" publics "]}]}"

static void a_change_is_told_as_the_specification_lets_it_be_told(void **state)
{
    static const struct {
        const char *json;
        unsigned rtrs, pprs;
        enum cx_reason reason;
        const char *impi, *associated;
        enum registration_state state;
    } rows[] = {
        /* one identity more */
        {JSON(PHONE "," SOFT, HIDDEN ", \"sip:erin@ims.example\", "
                                     "\"sip:new@ims.example\""),
         0, 1, CX_PERMANENT_TERMINATION, "phone@ims.example", "", REGISTERED},
        /* another default */
        {JSON(PHONE "," SOFT,
              "\"sip:new@ims.example\", \"sip:erin@ims.example\""),
         1, 0, CX_SERVER_CHANGE, "phone@ims.example", "soft@ims.example",
         NOT_REGISTERED},
        /* a private identity less */
        {JSON(PHONE, HIDDEN ", \"sip:erin@ims.example\""), 1, 1,
         CX_PERMANENT_TERMINATION, "phone@ims.example", "", REGISTERED},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct served *f;

        (void)served_teardown(state);
        (void)served_setup(state);
        f = *state;
        bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
        bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
        assert_int_equal(edit(f, "PUT /api/v1/subscribers/2", rows[i].json),
                         200);
        assert_has(slice_of(f->sentence), "\"success\":true");
        assert_int_equal(f->w->told.rtrs, rows[i].rtrs);
        assert_int_equal(f->w->told.pprs, rows[i].pprs);
        assert_int_equal(f->w->told.reason, rows[i].reason);
        assert_string_equal(f->w->told.impi, rows[i].impi);
        assert_string_equal(f->w->told.associated, rows[i].associated);
        assert_int_equal(state_of(f, "sip:erin@ims.example"), rows[i].state);
    }
}

static void who_is_deleted_is_ended_at_the_scscf(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    assert_int_equal(edit(f, "DELETE /api/v1/subscribers/2", ""), 200);
    assert_has(slice_of(f->sentence), "\"result\":\"DIAMETER_SUCCESS\"");
    assert_int_equal(f->w->told.rtrs, 1);
    assert_int_equal(f->w->told.reason, CX_PERMANENT_TERMINATION);
    assert_string_equal(f->w->told.impus,
                        "sip:hidden@ims.example sip:erin@ims.example");
}

/* Nobody has registered them: an RTR names any private identity of the set, or
 * the service itself. */
static void who_was_served_as_unregistered_is_ended_by_any_name(void **state)
{
    static const struct {
        const char *impu, *line, *impi, *impus;
    } rows[] = {
        {"sip:fax@ims.example",
         "DELETE /api/v1/subscribers/2/public/sip:fax@ims.example",
         "soft@ims.example", "sip:fax@ims.example"},
        {"sip:erin@ims.example", "DELETE /api/v1/subscribers/2",
         "phone@ims.example", "sip:hidden@ims.example sip:erin@ims.example"},
        {"sip:pizza@ims.example", "DELETE /api/v1/subscribers/3",
         "sip:pizza@ims.example", "sip:pizza@ims.example"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct served *f;

        (void)served_teardown(state);
        (void)served_setup(state);
        f = *state;
        assert_int_equal(ask_sar(f->w, "", rows[i].impu, CX_UNREGISTERED_USER),
                         CX_SUCCESS);
        assert_int_equal(edit(f, rows[i].line, ""), 200);
        assert_has(slice_of(f->sentence), "\"success\":true");
        assert_int_equal(f->w->told.rtrs, 1);
        assert_string_equal(f->w->told.impi, rows[i].impi);
        assert_string_equal(f->w->told.associated, "");
        assert_string_equal(f->w->told.impus, rows[i].impus);
    }
}

/* RTR has no other name of it. */
static void a_wildcard_alone_is_ended_by_itself(void **state)
{
    struct served *f = *state;

    assert_int_equal(edit(f, "POST /api/v1/subscribers",
                          "{\"impu\": {\"impu\": \"sip:room-!.*!@ims.example\","
                          " \"type\": \"wildcarded-psi\"}}"),
                     201);
    assert_int_equal(
        ask_sar(f->w, "", "sip:room-1@ims.example", CX_UNREGISTERED_USER),
        CX_SUCCESS);
    assert_int_equal(edit(f, "DELETE /api/v1/subscribers/6", ""), 200);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_string_equal(f->w->told.impus, "sip:room-!.*!@ims.example");
}

/* The S-CSCF would let the old one in for as long as its nonce lives. */
#define HA1_NEW "0af76052e7d2823a3c484b96fffbadc4"

static void another_password_is_pushed(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    assert_int_equal(edit(f, "PUT /api/v1/subscribers/2",
                          JSON("{\"impi\": \"phone@ims.example\", \"digest\": "
                               "{\"password\": \"new\"}}," SOFT,
                               HIDDEN ", \"sip:erin@ims.example\"")),
                     200);
    assert_int_equal(f->w->told.passwords, 1);
    assert_string_equal(f->w->told.password_of, "phone@ims.example");
    /* md5 of phone@ims.example:ims.example:new */
    assert_string_equal(f->w->told.ha1, HA1_NEW);
    assert_has_not(slice_of(f->sentence), HA1_NEW);
}

/* It has nobody whom the old one could let in. */
static void a_password_is_told_who_does_not_know_the_user(void **state)
{
    struct served *f = *state;

    f->w->told.script[0] = CX_SUCCESS; /* of the profile */
    f->w->told.script[1] = CX_USER_UNKNOWN;
    f->w->told.nscript = 2;
    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    assert_int_equal(edit(f, "PUT /api/v1/subscribers/2",
                          JSON("{\"impi\": \"phone@ims.example\", \"digest\": "
                               "{\"password\": \"new\"}}," SOFT,
                               HIDDEN ", \"sip:erin@ims.example\"")),
                     200);
    assert_int_equal(f->w->told.passwords, 1);
    assert_has(slice_of(f->sentence), "did not know the user any more");
    assert_has_not(slice_of(f->sentence), "\"success\":false");
}

#define KEY                                               \
    "{\"impi\": \"phone@ims.example\", \"aka\": {\"k\": " \
    "\"a-key-of-phone-x\", \"op\": \"imsbox-operator!\"}"

/* PPR cannot take an HA1 away: who registered by it proves himself anew. */
static void a_password_that_is_taken_away_ends_the_registration(void **state)
{
    static const struct {
        bool soft_too;
        unsigned pprs;
        enum registration_state state;
    } rows[] = {{true, 1, REGISTERED}, {false, 0, NOT_REGISTERED}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct served *f;

        (void)served_teardown(state);
        (void)served_setup(state);
        f = *state;
        bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
        if (rows[i].soft_too)
            bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
        assert_int_equal(
            edit(f, "PUT /api/v1/subscribers/2",
                 JSON(KEY "}," SOFT, HIDDEN ", \"sip:erin@ims.example\"")),
            200);
        assert_has(slice_of(f->sentence), "\"success\":true");
        assert_has_not(slice_of(f->sentence), "\"success\":false");
        assert_int_equal(f->w->told.rtrs, 1);
        assert_int_equal(f->w->told.pprs, rows[i].pprs);
        assert_int_equal(f->w->told.passwords, 0);
        assert_int_equal(f->w->told.reason, CX_SERVER_CHANGE);
        assert_string_equal(f->w->told.associated, "");
        assert_int_equal(state_of(f, "sip:erin@ims.example"), rows[i].state);
        if (rows[i].soft_too)
            assert_int_equal(end(f, ERIN, CX_PERMANENT_TERMINATION), IMS_OK);
        assert_string_equal(f->w->told.impi, rows[i].soft_too
                                                 ? "soft@ims.example"
                                                 : "phone@ims.example");
        assert_string_equal(f->w->told.associated, "");
    }
}

/* Who has a SIM key too goes on: the S-CSCF, which could have challenged him by
 * either, gets an HA1 of no password. */
static void a_password_taken_away_beside_a_key_is_void(void **state)
{
    struct served *f = *state;

    assert_int_equal(
        edit(f, "PUT /api/v1/subscribers/2",
             JSON(KEY ", \"digest\": {\"password\": \"new\"}}," SOFT,
                  HIDDEN ", \"sip:erin@ims.example\"")),
        200);
    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    assert_int_equal(
        edit(f, "PUT /api/v1/subscribers/2",
             JSON(KEY "}," SOFT, HIDDEN ", \"sip:erin@ims.example\"")),
        200);
    assert_has_not(slice_of(f->sentence), "\"success\":false");
    assert_int_equal(f->w->told.rtrs, 0);
    assert_int_equal(f->w->told.passwords, 1);
    assert_string_equal(f->w->told.password_of, "phone@ims.example");
    assert_int_equal(strlen(f->w->told.ha1), 32);
    assert_string_not_equal(f->w->told.ha1, HA1_NEW);
    assert_int_equal(state_of(f, "sip:erin@ims.example"), REGISTERED);
    assert_int_equal(
        edit(f, "PUT /api/v1/subscribers/2",
             JSON(KEY "}," SOFT, HIDDEN ", \"sip:erin@ims.example\"")),
        200);
    assert_int_equal(f->w->told.passwords, 1);
}

/* By whom and with what result is in the audit list, and what is wrong is
 * told with its place. */
static void an_administrator_ends_and_pushes(void **state)
{
    static const struct {
        const char *line, *body;
        unsigned status;
        const char *says;
    } rows[] = {
        {"POST /api/v1/subscribers/9/push", "", 404, "9"},
        {"POST /api/v1/subscribers/x@y/deregister", "", 404, "x@y"},
        {"POST /api/v1/subscribers/1/push", "{\"reason\": \"x\"}", 400,
         "reason"},
        {"POST /api/v1/subscribers/1/push", "[]", 400, "object"},
        {"POST /api/v1/subscribers/1/push",
         "{\"identities\": [\"alice@ims.example\"]}", 400, "private"},
        {"POST /api/v1/subscribers/1/deregister", "{\"reason\": \"tired\"}",
         400, "/reason"},
        {"POST /api/v1/subscribers/1/deregister", "{\"text\": 1}", 400,
         "/text"},
        {"POST /api/v1/subscribers/1/deregister", "{\"identities\": 5}", 400,
         "/identities"},
        {"POST /api/v1/subscribers/1/deregister", "{\"identities\": [5]}", 400,
         "/identities"},
        {"POST /api/v1/subscribers/1/deregister",
         "{\"identities\": [\"sip:\"]}", 400, "/identities"},
        {"POST /api/v1/subscribers/1/deregister",
         "{\"identities\": [\"sip:erin@ims.example\"]}", 400,
         "of the subscriber"},
        {"POST /api/v1/subscribers/1/push", "{}", 200, "\"PPR\""},
        {"POST /api/v1/subscribers/tel:+15551001/deregister",
         "{\"reason\": \"server_change\", \"text\": \" bye \"}", 200,
         "\"success\":true"},
        {"POST /api/v1/subscribers/1/push", "", 409, "nobody to tell"},
        {"GET /api/v1/audit", "", 200, "\"action\":\"push\""},
    };
    struct served *f = *state;

    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (edit(f, rows[i].line, rows[i].body) != rows[i].status)
            fail_msg("row %zu: %s", i, f->sentence);
        if (!strstr(f->sentence, rows[i].says))
            fail_msg("row %zu: %s", i, f->sentence);
    }
    assert_int_equal(f->w->told.reason, CX_SERVER_CHANGE);
    assert_string_equal(f->w->told.info, "bye");
}

/* An identity of two sets registered by the same phone moves: it is registered
 * on, and an RTR that names it would end the set that it has come to. */
static void who_moves_to_another_set_is_named_by_no_rtr(void **state)
{
#define SETS(sets) "{\"privates\": [" PHONE "," SOFT "], \"sets\": [" sets "]}"
#define PUBLICS(publics) "{\"publics\": [" publics "]}"
#define ERINS HIDDEN ", \"sip:erin@ims.example\""
    static const struct {
        const char *json;
        unsigned rtrs, pprs;
        const char *impus;
        enum cx_reason reason;
    } rows[] = {
        /* fax was the only one of its set */
        {SETS(PUBLICS(ERINS ", \"sip:fax@ims.example\"")), 0, 1, "",
         CX_PERMANENT_TERMINATION},
        /* erin's set has another default, which ends it */
        {SETS(PUBLICS(HIDDEN) "," PUBLICS(
             "\"sip:fax@ims.example\", \"sip:erin@ims.example\"")),
         1, 1, "sip:hidden@ims.example", CX_SERVER_CHANGE},
        /* fax comes to a set that ends: nobody pushes it */
        {SETS(PUBLICS(HIDDEN ", \"sip:fax@ims.example\"")), 2, 0,
         "sip:fax@ims.example", CX_PERMANENT_TERMINATION},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct served *f;

        (void)served_teardown(state);
        (void)served_setup(state);
        f = *state;
        bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
        bring_in(f->w, "soft@ims.example", "sip:fax@ims.example");
        assert_int_equal(edit(f, "PUT /api/v1/subscribers/2", rows[i].json),
                         200);
        assert_has_not(slice_of(f->sentence), "\"success\":false");
        assert_int_equal(f->w->told.rtrs, rows[i].rtrs);
        assert_int_equal(f->w->told.pprs, rows[i].pprs);
        assert_string_equal(f->w->told.impus, rows[i].impus);
        if (rows[i].rtrs)
            assert_int_equal(f->w->told.reason, rows[i].reason);
    }
}

/* The one set goes over into the other, which the second phone had not
 * registered. */
static void who_had_registered_a_set_that_goes_over_alone_is_ended(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    bring_in(f->w, "soft@ims.example", "sip:fax@ims.example");
    assert_int_equal(edit(f, "PUT /api/v1/subscribers/2",
                          SETS(PUBLICS(ERINS ", \"sip:fax@ims.example\""))),
                     200);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_int_equal(f->w->told.pprs, 1);
    assert_string_equal(f->w->told.associated, "");
    assert_string_equal(f->w->told.impus, "sip:fax@ims.example");
    assert_has(slice_of(f->sentence), "soft@ims.example");
#undef SETS
#undef PUBLICS
#undef ERINS
}

/* It is another S-CSCF that goes on with it. */
static void who_moves_to_another_scscf_is_ended_at_his_own(void **state)
{
    struct served *f = *state;
    struct slice fax = S("sip:fax@ims.example");
    struct cx_sar sar = {.impi = S("soft@ims.example"),
                         .impus = {&fax, 1},
                         .server_name = S(SCSCF2),
                         .type = CX_ASSIGN_REGISTRATION};

    bring_in(f->w, "soft@ims.example", "sip:erin@ims.example");
    assert_int_equal(hss_ask_sar(f->w, &sar), CX_SUCCESS);
    assert_int_equal(
        edit(f, "PUT /api/v1/subscribers/2/public/sip:fax@ims.example",
             "{\"set\": 0}"),
        200);
    assert_has(slice_of(f->sentence), "\"command\":\"RTR\"");
    assert_has(slice_of(f->sentence), "\"scscf\":\"" SCSCF2 "\"");
    assert_string_equal(f->w->told.impus, "sip:fax@ims.example");
    assert_int_equal(f->w->told.pprs, 1);
}

static void what_is_undone_is_told_too(void **state)
{
    struct served *f = *state;

    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    assert_int_equal(edit(f, "PUT /api/v1/subscribers/2",
                          JSON(PHONE, HIDDEN ", \"sip:erin@ims.example\", "
                                             "\"sip:new@ims.example\"")),
                     200);
    assert_has(slice_of(f->w->told.user_data), "sip:new@ims.example");
    assert_int_equal(edit(f, "POST /api/v1/audit/2/undo", ""), 200);
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(f->w->told.pprs, 2);
    assert_has_not(slice_of(f->w->told.user_data), "sip:new@ims.example");
}

/* ---- who goes with many others ------------------------------------------- */

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
    assert_has(slice_of(f->sentence), "30 subscribers of what was undone");
    assert_int_equal(state_of(f, "sip:alice@ims.example"), REGISTERED);
    sim_run_for(f->w->sim, 60 * SECOND);
    assert_int_equal(f->w->told.rtrs, 30);
}

/* Only those who were on their way when it was found out wait for it. */
static void a_silent_scscf_is_told_of_few(void **state)
{
    struct served *f = *state;
    struct store_leaver left;
    struct arena a;

    make_range(f, 30);
    sim_host_kill(f->w->scscf->w->host);
    undo_range(f);
    sim_run_for(f->w->sim, 90 * SECOND);
    assert_int_equal(edit(f, "GET /api/v1/audit?limit=1", ""), 200);
    assert_has(slice_of(f->sentence), "\"0 subscribers of what was undone");
    assert_has(slice_of(f->sentence), "an S-CSCF was not reached");
    arena_init(&a, 0, 1 << 20);
    assert_int_equal(store_leaver_next(f->w->hss->store, &a, 0, &left, NULL),
                     IMS_NOT_FOUND);
    arena_fini(&a);
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
 * second time has registered there. */
static void who_comes_anew_and_registers_amid_the_tries_stays(void **state)
{
    struct served *f = *state;

    make_range(f, 1);
    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.nscript = 1;
    undo_range(f);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_int_equal(f->w->told.reason, CX_PERMANENT_TERMINATION);
    make_range(f, 1);
    sim_run_for(f->w->sim, 60 * SECOND);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_int_equal(state_of(f, "sip:2001@ims.example"), REGISTERED);
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

static void a_damaged_leaver_holds_up_nobody_behind_him(void **state)
{
    struct served *f = served_new(true);
    struct store_leaver left;
    struct arena a;

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
    arena_init(&a, 0, 1 << 20);
    assert_int_equal(store_leaver_next(f->w->hss->store, &a, 0, &left, NULL),
                     IMS_NOT_FOUND);
    arena_fini(&a);
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
    assert_has(slice_of(f->sentence), "\"11 subscribers of what was undone or "
                                      "reset\"");
    served_free(f);
}

/* Nothing has changed; nobody serves it; nobody shall be told. */
static void nobody_is_told_of_what_does_not_concern_him(void **state)
{
    struct served *f = *state;
    const char *erin =
        JSON(PHONE "," SOFT, HIDDEN ", \"sip:erin@ims.example\"");

    assert_int_equal(edit(f, "PUT /api/v1/subscribers/2", erin), 200);
    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    assert_int_equal(edit(f, "PUT /api/v1/subscribers/2", erin), 200);
    assert_int_equal(edit(f, "PUT /api/v1/subscribers/2?dry_run=true",
                          JSON(PHONE, "\"sip:erin@ims.example\"")),
                     200);
    assert_int_equal(edit(f, "PUT /api/v1/subscribers/2?push=false",
                          JSON(PHONE, "\"sip:erin@ims.example\"")),
                     200);
    assert_int_equal(edit(f, "PUT /api/v1/subscribers/2?push=maybe", erin),
                     400);
    assert_int_equal(edit(f, "DELETE /api/v1/subscribers/2?push=false", ""),
                     204);
    assert_int_equal(f->w->told.rtrs + f->w->told.pprs, 0);
}

/* ---- an S-CSCF that was replaced ---------------------------------------- */

static void the_former_scscf_is_told_once_another_has_the_user(void **state)
{
    struct served *f = *state;
    struct slice impu = S("sip:alice@ims.example");
    struct cx_auth_item item = {.scheme = S(CX_SCHEME_DIGEST)};
    struct cx_mar mar = {.impi = S("alice@ims.example"),
                         .impu = impu,
                         .item = &item,
                         .count = 1,
                         .server_name = S(SCSCF2)};
    struct cx_sar sar = {.impi = S("alice@ims.example"),
                         .impus = {&impu, 1},
                         .server_name = S(SCSCF2),
                         .type = CX_ASSIGN_REGISTRATION};

    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    assert_int_equal(hss_ask_mar(f->w, &mar), CX_SUCCESS);
    /* back to the first one: nothing has happened */
    assert_int_equal(ask_mar(f->w, "alice@ims.example", "sip:alice@ims.example",
                             CX_SCHEME_DIGEST),
                     CX_SUCCESS);
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(f->w->told.rtrs, 0);
    assert_int_equal(hss_ask_mar(f->w, &mar), CX_SUCCESS);
    assert_int_equal(hss_ask_sar(f->w, &sar), CX_SUCCESS);
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_int_equal(f->w->told.reason, CX_NEW_SERVER_ASSIGNED);
    assert_string_equal(f->w->told.impus,
                        "sip:alice@ims.example tel:+15551001");
    assert_int_equal(state_of(f, "sip:alice@ims.example"), REGISTERED);
    assert_has(hss_story(f->w), "H-CX-5 RTR about sip:alice@ims.example");
}

/* Both of erin's phones are registered at the first S-CSCF, soft with what it
 * needs to be restored; it is given up. */
static void give_up(struct served *f, const struct cx_features *features)
{
    struct slice erin = S("sip:erin@ims.example");
    struct cx_restoration contact = {.path = S("<sip:pcscf1;lr>"),
                                     .contact = S("<sip:e@10.0.0.1>")};
    struct cx_scscf_restoration info = {
        S("soft@ims.example"), &contact, 1, {0}};
    struct cx_sar sar = {.impi = S("soft@ims.example"),
                         .impus = {&erin, 1},
                         .server_name = S(SCSCF1),
                         .type = CX_ASSIGN_REGISTRATION,
                         .restoration = &info,
                         .features = *features};
    struct cx_uar uar = {.impi = S("phone@ims.example"),
                         .impu = erin,
                         .visited_network = S("ims.example"),
                         .type = CX_REGISTRATION_AND_CAPABILITIES};

    bring_in(f->w, "phone@ims.example", "sip:erin@ims.example");
    assert_int_equal(hss_ask_sar(f->w, &sar), CX_SUCCESS);
    assert_int_equal(hss_ask_uar(f->w, &uar), CX_SUCCESS);
}

static void who_only_the_former_scscf_knew_is_registered_no_more(void **state)
{
    static const struct {
        enum cx_assignment type;
        bool restores; /* the new S-CSCF can, and is sent soft's contact */
        enum registration_state then, once_phone_goes;
    } rows[] = {
        {CX_ASSIGN_REGISTRATION, false, REGISTERED, NOT_REGISTERED},
        {CX_ASSIGN_REGISTRATION, true, REGISTERED, REGISTERED},
        {CX_UNREGISTERED_USER, false, UNREGISTERED, NOT_REGISTERED},
        {CX_UNREGISTERED_USER, true, REGISTERED, REGISTERED},
    };
    struct slice erin = S("sip:erin@ims.example");
    struct cx_feature restoration = {10415, 1, 4, false};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct cx_features features = {&restoration, rows[i].restores};
        struct cx_sar sar = {.impi = S("phone@ims.example"),
                             .impus = {&erin, 1},
                             .server_name = S(SCSCF2),
                             .type = rows[i].type,
                             .features = features};
        struct served *f;

        (void)served_teardown(state);
        (void)served_setup(state);
        f = *state;
        give_up(f, &features);
        assert_int_equal(hss_ask_sar(f->w, &sar), CX_SUCCESS);
        assert_int_equal(f->w->a.nrestorations, rows[i].restores);
        assert_int_equal(state_of(f, "sip:erin@ims.example"), rows[i].then);
        sim_run_for(f->w->sim, SECOND);
        /* the former one is to let both go */
        assert_string_equal(f->w->told.impi, "phone@ims.example");
        assert_string_equal(f->w->told.associated, "soft@ims.example");
        sar.type = CX_USER_DEREGISTRATION;
        assert_int_equal(hss_ask_sar(f->w, &sar), CX_SUCCESS);
        assert_int_equal(state_of(f, "sip:erin@ims.example"),
                         rows[i].once_phone_goes);
    }
}

/* A node that goes amid its tries leaves nothing behind (leak sanitizer). */
static void a_node_may_end_amid_its_tries(void **state)
{
    struct served *f = *state;

    f->w->told.script[0] = CX_TOO_BUSY;
    f->w->told.nscript = 1;
    bring_in(f->w, "alice@ims.example", "sip:alice@ims.example");
    hss_terminate(f->w->hss, &(struct terminate_ask){.sub = ALICE}, on_told, f);
    sim_run_for(f->w->sim, 200 * MSEC);
    assert_int_equal(f->w->told.rtrs, 1);
    assert_int_equal(f->ended, 0);
}

#define TEST(f) \
    cmocka_unit_test_setup_teardown(f, served_setup, served_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_subscription_is_ended_here_and_at_its_scscf),
        TEST(each_set_is_told_with_all_who_were_registered_in_it),
        TEST(one_private_identity_leaves_the_others_registered),
        TEST(one_set_is_ended_by_any_of_its_identities),
        TEST(who_is_registered_is_not_removed_as_unregistered),
        TEST(a_busy_scscf_is_asked_again),
        TEST(the_pauses_between_tries_grow),
        TEST(what_an_scscf_says_is_shown),
        TEST(who_registers_again_during_the_tries_stays),
        TEST(an_scscf_that_is_not_there_does_not_keep_the_user),
        TEST(an_scscf_is_reached_where_it_said_it_is),
        TEST(what_is_stored_is_pushed),
        TEST(an_scscf_that_was_replaced_amid_the_tries_is_pushed_nothing),
        TEST(shared_criteria_are_pushed_themselves),
        TEST(an_scscf_that_does_not_know_one_private_identity_may_know_another),
        TEST(a_profile_that_is_too_large_ends_the_registration),
        TEST(a_change_is_told_as_the_specification_lets_it_be_told),
        TEST(who_is_deleted_is_ended_at_the_scscf),
        TEST(who_moves_to_another_set_is_named_by_no_rtr),
        TEST(who_had_registered_a_set_that_goes_over_alone_is_ended),
        TEST(who_moves_to_another_scscf_is_ended_at_his_own),
        TEST(what_is_undone_is_told_too),
        TEST(who_was_served_as_unregistered_is_ended_by_any_name),
        TEST(a_wildcard_alone_is_ended_by_itself),
        TEST(another_password_is_pushed),
        TEST(a_password_is_told_who_does_not_know_the_user),
        TEST(a_password_that_is_taken_away_ends_the_registration),
        TEST(a_password_taken_away_beside_a_key_is_void),
        TEST(an_administrator_ends_and_pushes),
        TEST(nobody_is_told_of_what_does_not_concern_him),
        TEST(the_former_scscf_is_told_once_another_has_the_user),
        TEST(who_only_the_former_scscf_knew_is_registered_no_more),
        TEST(all_who_go_with_a_range_are_told),
        TEST(a_silent_scscf_is_told_of_few),
        TEST(who_registers_again_behind_a_reset_stays),
        TEST(who_comes_anew_and_registers_amid_the_tries_stays),
        TEST(who_comes_anew_amid_the_tries_is_ended_all_the_same),
        cmocka_unit_test(who_was_not_told_yet_is_told_behind_a_restart),
        cmocka_unit_test(a_damaged_leaver_holds_up_nobody_behind_him),
        cmocka_unit_test(who_has_a_leavers_identity_holds_up_nobody_behind_him),
        TEST(a_node_may_end_amid_its_tries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
