/* SPDX-License-Identifier: MIT */
#include "pcscf/reg_event.h"
#include "sip/views.h"
#include "support/check.h"
#include "support/watching.h"
#include <malloc.h>
#include <stdio.h>

/* How the P-CSCF keeps its subscriptions to registrations.
 *
 * proves P-REG-5 SIP-13 */

static void a_notify_that_says_nothing_good_is_refused(void **state)
{
    static const struct {
        const char *state, *more, *body;
        unsigned status;
    } rows[] = {
        {"active", "Event: presence\r\n", "", 489},
        {"active", "Content-Type: text/plain\r\n", "", 489},
        {"active", "Event: reg\r\nContent-Type: text/plain\r\n", "x", 400},
        {"active", "", "<reginfo", 400},
        {"active", "", "<!DOCTYPE a>" DOC("0", "full", GONE), 400},
        {";expires=1", "", DOC("0", "full", GONE), 400},
        {"active", "Event: reg\r\nRequire: foo\r\n", "", 420},
        {"active", "", "", 200},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct watching f;

        watching_set_up(&f);
        assert_int_equal(
            watching_notify(&f, rows[i].state, rows[i].more, rows[i].body),
            rows[i].status);
        assert_true(watching_is_registered(&f));
        assert_int_equal(watching_count(&f), 1);
        watching_fini(&f);
    }
}

static void only_who_was_subscribed_to_may_tell(void **state)
{
    struct watching f;
    char *tag;

    (void)state;
    watching_set_up(&f);
    tag = strstr(f.notice, "tag=icscf");
    memcpy(tag, "tag=other", 9);
    assert_int_equal(watching_tell(&f, DOC("0", "full", GONE)), 481);
    memcpy(tag, "tag=icscf", 9);
    strstr(f.notice, "Call-ID: ")[9] ^= 1;
    assert_int_equal(watching_tell(&f, DOC("0", "full", GONE)), 481);
    strstr(f.notice, "Call-ID: ")[9] ^= 1;
    assert_true(watching_is_registered(&f));
    assert_int_equal(watching_tell(&f, DOC("0", "full", GONE)), 200);
    assert_false(watching_is_registered(&f));
    watching_fini(&f);
}

/* RFC 3261 12.2.2 */
static void what_was_overtaken_is_refused(void **state)
{
    struct watching f;

    (void)state;
    watching_set_up(&f);
    f.cseq = 10;
    assert_int_equal(watching_tell(&f, DOC("0", "full", HERE)), 200);
    f.cseq = 5;
    assert_int_equal(watching_tell(&f, DOC("1", "partial", GONE)), 500);
    assert_true(watching_is_registered(&f));
    watching_fini(&f);
}

/* The dialog has ended: what is missing is asked for anew. */
static void a_gap_before_the_last_document_is_noticed(void **state)
{
    static const struct {
        const char *last;
        bool again;
    } rows[] = {
        {DOC("1", "partial", ""), false},
        {DOC("2", "partial", ""), true},
        {DOC("2", "full", HERE), false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct watching f;

        watching_set_up(&f);
        watching_tell(&f, DOC("0", "full", NAMED));
        sim_run_for(f.b.w.sim, 10 * SECOND);
        watching_notify(&f, "terminated;reason=noresource", "", rows[i].last);
        assert_true(watching_is_registered(&f));
        assert_null(watching_refresh(&f, 0));
        assert_int_equal(watching_subscription(&f, 1) != NULL, rows[i].again);
        assert_int_equal(watching_count(&f), rows[i].again);
        watching_fini(&f);
    }
}

/* RFC 6665 4.4.1 */
static void the_first_notify_may_come_before_the_answer(void **state)
{
    struct watching f;

    (void)state;
    watching_init(&f, true);
    watching_register(&f, "r", 7, "a@ims.example");
    watching_begin(&f, 0);
    assert_int_equal(watching_tell(&f, DOC("0", "full", HERE)), 200);
    watching_accept(&f, 0);
    assert_int_equal(watching_tell(&f, DOC("1", "partial", GONE)), 200);
    assert_false(watching_is_registered(&f));
    watching_fini(&f);
}

/* RFC 6665 4.1.3 */
static void what_the_end_of_a_subscription_means(void **state)
{
    static const struct {
        const char *state;
        int64_t after;
        enum { NEVER, LATER, NOW } again;
    } rows[] = {
        {"terminated;reason=deactivated", 10 * SECOND, NOW},
        {"terminated;reason=timeout", 10 * SECOND, NOW},
        {"terminated;reason=deactivated", 0, LATER}, /* it would not end */
        {"terminated;reason=noresource", 10 * SECOND, NEVER},
        {"terminated;reason=rejected", 10 * SECOND, NEVER},
        {"terminated", 10 * SECOND, NEVER},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct watching f;

        watching_set_up(&f);
        sim_run_for(f.b.w.sim, rows[i].after);
        assert_int_equal(
            watching_notify(&f, rows[i].state, "Event: reg\r\n", ""), 200);
        assert_int_equal(watching_count(&f), rows[i].again != NEVER);
        assert_int_equal(watching_subscription(&f, 1) != NULL,
                         rows[i].again == NOW);
        sim_run_for(f.b.w.sim, 300 * SECOND);
        assert_int_equal(watching_subscription(&f, 1) != NULL,
                         rows[i].again != NEVER);
        assert_true(watching_is_registered(&f));
        watching_fini(&f);
    }
}

/* The S-CSCF's word that the phone has gone is on its way when the phone comes
 * back. RFC 6665 4.1.3 */
static void a_late_end_leaves_nobody_unwatched_who_came_back(void **state)
{
    static const struct {
        const char *state;
        bool back, named; /* registered again; and that was told */
        bool again;
    } rows[] = {
        {"terminated;reason=noresource", false, false, false},
        {"terminated;reason=noresource", true, false, true},
        {"terminated;reason=noresource", true, true, false},
        {"terminated;reason=rejected", true, false, false},
        {"terminated", true, false, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct watching f;

        watching_set_up(&f);
        watching_tell(&f, DOC("0", "full", NAMED));
        sim_run_for(f.b.w.sim, 10 * SECOND);
        if (rows[i].back)
            watching_register(&f, "r", 10, "a@ims.example");
        if (rows[i].named)
            watching_tell(&f, DOC("1", "partial",
                                  CONTACT("active", "refreshed",
                                          "callid=\"r\" cseq=\"10\"")));
        watching_notify(&f, rows[i].state, "",
                        DOC("2", "full",
                            CONTACT("terminated", "unregistered",
                                    "callid=\"r\" cseq=\"7\"")));
        assert_int_equal(watching_is_registered(&f), rows[i].back);
        assert_int_equal(watching_count(&f), rows[i].again);
        assert_int_equal(watching_subscription(&f, 1) != NULL, rows[i].again);
        watching_fini(&f);
    }
}

/* What was watched is no identity of the contact any more. */
static void who_has_another_identity_is_watched_by_that(void **state)
{
    struct watching f;

    (void)state;
    watching_set_up(&f);
    sim_run_for(f.b.w.sim, 10 * SECOND);
    watching_notify(
        &f, "terminated;reason=deactivated", "",
        DOC("0", "full", GONE NEXT("sip:b@ims.example", "active") NAMED));
    assert_true(watching_is_registered(&f));
    assert_non_null(watching_subscription(&f, 1));
    assert_text(watching_subscription(&f, 1)->uri, S("sip:b@ims.example"));
    assert_int_equal(watching_count(&f), 1);
    watching_fini(&f);
}

/* RFC 6665 4.1.2.4: Timer N */
static void without_a_notify_there_is_no_subscription(void **state)
{
    struct watching f;

    (void)state;
    watching_set_up(&f);
    sim_run_for(f.b.w.sim, 31 * SECOND);
    assert_int_equal(watching_tell(&f, DOC("0", "full", HERE)), 200);
    sim_run_for(f.b.w.sim, 300 * SECOND);
    assert_null(watching_subscription(&f, 1)); /* it came just in time */
    watching_fini(&f);

    watching_set_up(&f);
    sim_run_for(f.b.w.sim, 33 * SECOND);
    ims_assert_says(f.b.pcscf, "P-REG-5", "no NOTIFY came");
    assert_int_equal(watching_tell(&f, DOC("0", "full", GONE)), 481);
    sim_run_for(f.b.w.sim, 178 * SECOND);
    assert_null(watching_subscription(&f, 1));
    for (unsigned i = 0; i < 20 && !watching_subscription(&f, 1); i++)
        border_run(&f.b);
    watching_begin(&f, 1);
    watching_accept(&f, 1);
    f.cseq = 0;
    assert_int_equal(watching_tell(&f, DOC("0", "full", HERE)), 200);
    sim_run_for(f.b.w.sim, 300 * SECOND);
    assert_null(watching_subscription(&f, 2));
    assert_int_equal(watching_count(&f), 1);
    watching_fini(&f);
}

static void who_registers_amid_a_pause_ends_it(void **state)
{
    struct watching f;

    (void)state;
    watching_set_up(&f);
    sim_run_for(f.b.w.sim, 33 * SECOND);
    assert_null(watching_subscription(&f, 1));
    watching_register(&f, "r", 8, "a@ims.example");
    assert_non_null(watching_subscription(&f, 1));
    watching_accept(&f, 1);
    assert_int_equal(watching_count(&f), 1);
    watching_fini(&f);
}

/* RFC 6665 4.1.2.4 */
static void a_notify_makes_a_subscription_whatever_the_answer(void **state)
{
    static const struct {
        unsigned status; /* 0: nobody answers */
        bool lasts;
    } rows[] = {{0, true}, {403, true}, {503, true}, {404, false}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct watching f;

        watching_init(&f, true);
        watching_register(&f, "r", 7, "a@ims.example");
        watching_begin(&f, 0);
        watching_tell(&f, DOC("0", "full", HERE));
        if (rows[i].status)
            puppet_answer(&f.b.icscf, watching_subscription(&f, 0),
                          rows[i].status, "");
        sim_run_for(f.b.w.sim, 40 * SECOND);
        assert_int_equal(watching_count(&f), 1);
        assert_int_equal(watching_tell(&f, DOC("1", "full", GONE)),
                         rows[i].lasts ? 200 : 481);
        assert_int_equal(watching_is_registered(&f), !rows[i].lasts);
        watching_fini(&f);
    }
}

/* The registration lasts as if nobody had asked; the next one asks again. */
static void without_a_subscription_a_phone_is_served_all_the_same(void **state)
{
    struct watching f;

    (void)state;
    watching_init(&f, true);
    watching_register(&f, "r", 7, "a@ims.example");
    puppet_answer(&f.b.icscf, watching_subscription(&f, 0), 403, "");
    border_run(&f.b);
    assert_int_equal(watching_count(&f), 0);
    assert_true(watching_is_registered(&f));
    ims_assert_says(f.b.pcscf, "P-REG-5", "nobody will say when it ends");
    watching_register(&f, "r", 8, "a@ims.example");
    assert_non_null(watching_subscription(&f, 1));
    puppet_answer(&f.b.icscf, watching_subscription(&f, 1), 200,
                  "Expires: 4200\r\n");
    border_run(&f.b);
    ims_assert_says(f.b.pcscf, "P-REG-5", "makes no dialog");
    assert_int_equal(watching_count(&f), 0);
    watching_fini(&f);
}

/* Whatever another vendor's S-CSCF does with SUBSCRIBE. */
static void a_refused_subscription_leaves_the_registration_alone(void **state)
{
    static const unsigned rows[] = {403, 404, 480, 489, 500, 503, 0};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct watching f;

        watching_init(&f, true);
        watching_register(&f, "r", 7, "a@ims.example");
        if (rows[i]) /* else nobody answers */
            puppet_answer(&f.b.icscf, watching_subscription(&f, 0), rows[i],
                          "");
        sim_run_for(f.b.w.sim, 40 * SECOND);
        assert_int_equal(watching_count(&f), 0);
        assert_true(watching_is_registered(&f));
        ims_assert_says(f.b.pcscf, "P-REG-5", "nobody will say when it ends");
        watching_register(&f, "r", 8, "a@ims.example");
        assert_int_equal(puppet_last(&f.b.phone)->status, 200);
        watching_fini(&f);
    }
}

/* Neither asked for again and again, nor refreshed without an end. */
static void a_subscription_without_a_life_is_given_up(void **state)
{
    static const char *const rows[] = {"0", "1", "4"};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct watching f;
        char more[100];

        watching_init(&f, true);
        watching_register(&f, "r", 7, "a@ims.example");
        watching_begin(&f, 0);
        snprintf(more, sizeof more,
                 "Contact: <sip:reg@127.0.0.3:5060>\r\nExpires: %s\r\n",
                 rows[i]);
        puppet_answer(&f.b.icscf, watching_subscription(&f, 0), 200, more);
        sim_run_for(f.b.w.sim, 10 * SECOND);
        assert_int_equal(watching_count(&f), 0);
        assert_null(watching_subscription(&f, 1));
        assert_null(watching_refresh(&f, 0));
        assert_true(watching_is_registered(&f));
        assert_int_equal(watching_tell(&f, DOC("0", "full", GONE)), 481);
        watching_fini(&f);
    }
}

/* 4200 s were asked for. */
static void a_subscription_lasts_no_longer_than_asked_for(void **state)
{
    struct watching f;

    (void)state;
    watching_init(&f, true);
    watching_register(&f, "r", 7, "a@ims.example");
    puppet_answer(&f.b.icscf, watching_subscription(&f, 0), 200,
                  "Contact: <sip:reg@127.0.0.3:5060>\r\n"
                  "Expires: 4294967295\r\n");
    watching_begin(&f, 0);
    watching_notify(&f, "active", "Event: reg\r\n", "");
    sim_run_for(f.b.w.sim, 3605 * (int64_t)SECOND);
    assert_false(watching_is_registered(&f)); /* nobody to be watched is left */
    assert_int_equal(watching_count(&f), 0);
    watching_fini(&f);
}

static void there_is_one_subscription_for_an_identity(void **state)
{
    struct watching f;

    (void)state;
    watching_set_up(&f);
    watching_register(&f, "r", 8, "a@ims.example");
    assert_int_equal(watching_count(&f), 1);
    assert_null(watching_subscription(&f, 1));
    watching_register(&f, "other", 1, "b@ims.example");
    assert_int_equal(watching_count(&f), 2);
    ims_assert_get(&f.b.w, f.b.pcscf, "GET /api/v1/subscriptions?q=b@ims", 200,
                   "\"public_identity\":\"sip:b@ims.example\"");
    ims_assert_get(&f.b.w, f.b.pcscf, "GET /api/v1/subscriptions", 200,
                   "\"total\":2");
    watching_fini(&f);
}

static void
who_registers_while_a_subscription_begins_begins_no_other(void **state)
{
    struct watching f;

    (void)state;
    watching_init(&f, true);
    watching_register(&f, "r", 7, "a@ims.example");
    watching_register(&f, "r", 8, "a@ims.example");
    assert_non_null(watching_subscription(&f, 0));
    assert_null(watching_subscription(&f, 1));
    assert_int_equal(watching_count(&f), 1);
    watching_fini(&f);
}

#define OTHER_GONE                                                            \
    "<contact id=\"2\" state=\"terminated\" event=\"deactivated\"><uri>sip:a" \
    "@127.0.0.50:5061</uri></contact>"

/* A REGISTER of the user, by another contact, and what the 200 says. */
static void enter(struct watching *f, unsigned port, unsigned cseq,
                  const char *scscf)
{
    char answer[500];

    puppet_send(&f->b.phone, &f->b.gm,
                "REGISTER sip:ims.example SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.50:5060;branch=z9hG4bKp%u\r\n"
                "Max-Forwards: 70\r\nFrom: <sip:a@ims.example>;tag=a\r\n"
                "To: <sip:a@ims.example>\r\nCall-ID: r%u\r\n"
                "CSeq: %u REGISTER\r\nContact: <sip:a@127.0.0.50:%u>\r\n"
                "Content-Length: 0\r\n\r\n",
                f->b.branch++, port, cseq, port);
    border_run(&f->b);
    snprintf(answer, sizeof answer,
             "Contact: <sip:a@127.0.0.50:5060>;expires=3600\r\n"
             "Contact: <sip:a@127.0.0.50:5061>;expires=3600\r\n"
             "P-Associated-URI: <sip:a@ims.example>\r\n"
             "Service-Route: <sip:orig@%s;lr>\r\n",
             scscf);
    puppet_answer(&f->b.icscf, puppet_last(&f->b.icscf), 200, answer);
    border_run(&f->b);
}

static size_t count_registered(struct watching *f)
{
    const struct pcscf *me = f->b.pcscf->state;

    return flows_figures(me->flows)->registered;
}

/* TS 24.229 5.2.3: who serves the user now is to tell of both. */
static void
another_s_cscf_is_subscribed_to_at_once_for_all_contacts(void **state)
{
    struct watching f;

    (void)state;
    watching_init(&f, true);
    enter(&f, 5060, 1, "127.0.0.3:5060");
    watching_begin(&f, 0);
    watching_accept(&f, 0);
    assert_int_equal(watching_tell(&f, DOC("0", "full", HERE)), 200);
    enter(&f, 5061, 2, "127.0.0.3:5060");
    assert_null(watching_subscription(&f, 1));
    enter(&f, 5061, 3, "127.0.0.9:5060");
    assert_non_null(watching_subscription(&f, 1));
    assert_int_equal(watching_count(&f), 1);
    assert_int_equal(count_registered(&f), 2);
    assert_int_equal(watching_tell(&f, DOC("1", "full", GONE)), 481);
    watching_begin(&f, 1);
    watching_accept(&f, 1);
    assert_int_equal(watching_tell(&f, DOC("0", "full", GONE OTHER_GONE)), 200);
    assert_int_equal(count_registered(&f), 0);
    watching_fini(&f);
}

static void nobody_is_watched_where_the_topology_does_not_say_so(void **state)
{
    struct watching f;

    (void)state;
    watching_init(&f, false);
    watching_register(&f, "r", 7, "a@ims.example");
    assert_null(
        watching_subscription(&f, 0)); /* the topology does not ask for it */
    assert_int_equal(watching_count(&f), 0);
    watching_fini(&f);
}

/* Its phones have to register again, and are subscribed to again then. */
static void after_a_restart_nobody_is_known(void **state)
{
    struct watching f;

    (void)state;
    watching_set_up(&f);
    ims_restart(&f.b.w, &f.b.pcscf);
    assert_int_equal(watching_tell(&f, DOC("0", "full", GONE)), 481);
    watching_register(&f, "r", 8, "a@ims.example");
    assert_int_equal(watching_count(&f), 1);
    assert_non_null(watching_subscription(&f, 1));
    watching_fini(&f);
}

static void forget(struct puppet *p)
{
    while (p->count)
        sip_message_drop(p->got[--p->count]);
}

/* What the heap has grown by, transactions and puppets' messages aside. */
static size_t after_users(struct watching *f, unsigned from, unsigned to)
{
    struct mallinfo2 m;

    for (unsigned i = from; i < to; i++) {
        char call[32], user[32];

        snprintf(call, sizeof call, "0123456789abcdef%u", i);
        snprintf(user, sizeof user, "user%u@ims.example", i);
        watching_register(f, call, 2, user);
        watching_begin(f, 0);
        watching_accept(f, 0);
        f->cseq = 0;
        watching_tell(f, DOC("0", "full", HERE));
        forget(&f->b.icscf);
        forget(&f->b.phone);
        forget(&f->b.scscf);
    }
    sim_run_for(f->b.w.sim, 40 * SECOND);
    assert_int_equal(watching_count(f), to);
    m = mallinfo2();
    return m.uordblks + m.hblkhd;
}

/* Under a sanitizer nothing is counted. */
static void a_user_weighs_less_than_two_kilobytes(void **state)
{
    enum { FEW = 64, MANY = 564 };
    struct watching f;
    size_t few, many;

    (void)state;
    watching_init(&f, true);
    few = after_users(&f, 0, FEW);
    many = after_users(&f, FEW, MANY);
    print_message("%zu bytes a user\n", (many - few) / (MANY - FEW));
    assert_true(many - few <= (size_t)(MANY - FEW) * 2048);
    watching_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_notify_that_says_nothing_good_is_refused),
        cmocka_unit_test(only_who_was_subscribed_to_may_tell),
        cmocka_unit_test(what_was_overtaken_is_refused),
        cmocka_unit_test(a_gap_before_the_last_document_is_noticed),
        cmocka_unit_test(the_first_notify_may_come_before_the_answer),
        cmocka_unit_test(what_the_end_of_a_subscription_means),
        cmocka_unit_test(a_late_end_leaves_nobody_unwatched_who_came_back),
        cmocka_unit_test(who_has_another_identity_is_watched_by_that),
        cmocka_unit_test(without_a_notify_there_is_no_subscription),
        cmocka_unit_test(who_registers_amid_a_pause_ends_it),
        cmocka_unit_test(a_notify_makes_a_subscription_whatever_the_answer),
        cmocka_unit_test(without_a_subscription_a_phone_is_served_all_the_same),
        cmocka_unit_test(a_refused_subscription_leaves_the_registration_alone),
        cmocka_unit_test(a_subscription_without_a_life_is_given_up),
        cmocka_unit_test(a_subscription_lasts_no_longer_than_asked_for),
        cmocka_unit_test(there_is_one_subscription_for_an_identity),
        cmocka_unit_test(
            who_registers_while_a_subscription_begins_begins_no_other),
        cmocka_unit_test(
            another_s_cscf_is_subscribed_to_at_once_for_all_contacts),
        cmocka_unit_test(nobody_is_watched_where_the_topology_does_not_say_so),
        cmocka_unit_test(after_a_restart_nobody_is_known),
        cmocka_unit_test(a_user_weighs_less_than_two_kilobytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
