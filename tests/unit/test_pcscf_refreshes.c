/* SPDX-License-Identifier: MIT */
#include "sip/views.h"
#include "support/check.h"
#include "support/watching.h"

/* How the P-CSCF refreshes its subscriptions to registrations.
 *
 * proves P-REG-5 SIP-13 */

/* RFC 3680 5.1 */
static void a_missing_version_is_asked_for(void **state)
{
    struct watching f;
    struct sip_message *m;

    (void)state;
    watching_set_up(&f);
    watching_tell(&f, DOC("0", "full", HERE));
    watching_tell(&f, DOC("1", "partial", HERE));
    assert_null(watching_refresh(&f, 0));
    watching_tell(&f, DOC("3", "partial", HERE));
    m = watching_refresh(&f, 0);
    assert_non_null(m);
    assert_text(m->uri, S("sip:reg@127.0.0.3:5060"));
    assert_has(sip_header_value(m, SIP_HDR_TO), "tag=icscf");
    puppet_answer(&f.b.scscf, m, 503, "");
    border_run(&f.b);
    ims_assert_says(f.b.pcscf, "P-REG-5", "the subscription lasts as it did");
    watching_tell(&f, DOC("2", "partial", GONE)); /* later than the third */
    assert_true(watching_is_registered(&f));
    watching_tell(&f, DOC("4", "partial", GONE));
    assert_false(watching_is_registered(&f));
    watching_fini(&f);
}

/* RFC 3680 5.1 */
static void the_first_document_tells_all(void **state)
{
    struct watching f;

    (void)state;
    watching_set_up(&f);
    watching_tell(&f, DOC("0", "partial", HERE));
    assert_non_null(watching_refresh(&f, 0));
    watching_fini(&f);

    watching_init(&f, true);
    watching_register(&f, "r", 7, "a@ims.example");
    watching_begin(&f, 0);
    watching_tell(&f, DOC("0", "partial", HERE));
    assert_null(watching_refresh(&f, 0)); /* one SUBSCRIBE is under way */
    watching_accept(&f, 0);
    assert_non_null(watching_refresh(&f, 0));
    puppet_answer(&f.b.scscf, watching_refresh(&f, 0), 200,
                  "Contact: <sip:reg@127.0.0.3:5060>\r\nExpires: 4200\r\n");
    watching_tell(&f, DOC("1", "partial", HERE));
    sim_run_for(f.b.w.sim, 60 * SECOND);
    assert_null(watching_refresh(&f, 1)); /* who never tells all is let be */
    watching_fini(&f);
}

/* A document is missing: what is asked for goes by the dialog. */
static void make_refresh(struct watching *f)
{
    watching_set_up(f);
    watching_tell(f, DOC("0", "full", HERE));
    sim_run_for(f->b.w.sim, 10 * SECOND);
    watching_tell(f, DOC("2", "partial", HERE));
    assert_non_null(watching_refresh(f, 0));
}

/* RFC 6665 4.1.2.2 */
static void a_refresh_without_a_notify_ends_a_subscription(void **state)
{
    static const char ok[] =
        "Contact: <sip:reg@127.0.0.3:5060>\r\nExpires: 4200\r\n";

    (void)state;
    for (unsigned told = 0; told < 2; told++) {
        struct watching f;

        make_refresh(&f);
        puppet_answer(&f.b.scscf, watching_refresh(&f, 0), 200, ok);
        if (told)
            watching_tell(&f, DOC("3", "full", HERE));
        sim_run_for(f.b.w.sim, 33 * SECOND);
        assert_int_equal(watching_subscription(&f, 1) != NULL, !told);
        assert_int_equal(watching_count(&f), 1);
        watching_fini(&f);
    }
}

/* RFC 6665 4.1.2.2 */
static void some_refusals_of_a_refresh_end_a_subscription(void **state)
{
    static const unsigned rows[] = {404, 405, 410, 416, 480, 481, 482,
                                    483, 484, 485, 489, 501, 604};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct watching f;

        make_refresh(&f);
        puppet_answer(&f.b.scscf, watching_refresh(&f, 0), rows[i], "");
        border_run(&f.b);
        assert_non_null(watching_subscription(&f, 1));
        ims_assert_says(f.b.pcscf, "P-REG-5", "it is subscribed to anew");
        assert_int_equal(watching_count(&f), 1);
        watching_fini(&f);
    }
}

static void after_other_refusals_it_is_refreshed_later(void **state)
{
    static const struct {
        unsigned status;
        const char *more;
        int seconds;
    } rows[] = {
        {403, "", 180},
        {408, "", 180},
        {500, "Retry-After: 20 (busy)\r\n", 20},
        {500, "Retry-After: 0\r\n", 5},
        {503, "", 180},
        {600, "", 180},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct watching f;

        make_refresh(&f);
        puppet_answer(&f.b.scscf, watching_refresh(&f, 0), rows[i].status,
                      rows[i].more);
        sim_run_for(f.b.w.sim, (rows[i].seconds - 1) * (int64_t)SECOND);
        assert_null(watching_refresh(&f, 1));
        sim_run_for(f.b.w.sim, 2 * SECOND);
        assert_non_null(watching_refresh(&f, 1));
        assert_null(watching_subscription(&f, 1));
        watching_fini(&f);
    }
}

static uint32_t number_of(const struct sip_message *m)
{
    struct sip_cseq cseq;

    assert_int_equal(
        sip_cseq_parse(sip_header_value(m, SIP_HDR_CSEQ), &cseq, NULL), IMS_OK);
    return cseq.number;
}

/* Not one that was sent again. */
static struct sip_message *newest(struct watching *f)
{
    unsigned n = 0;

    while (watching_refresh(f, n + 1))
        n++;
    return watching_refresh(f, n);
}

static void refused_again_and_again_it_is_refreshed_ever_sooner(void **state)
{
    static const int rows[] = {150, 75, 37, 18, 8};
    struct watching f;

    (void)state;
    watching_set_up(&f);
    watching_notify(&f, "active;expires=600", "Event: reg\r\n", "");
    sim_run_for(f.b.w.sim, 301 * (int64_t)SECOND);
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t number = number_of(newest(&f));

        puppet_answer(&f.b.scscf, newest(&f), 500, "");
        sim_run_for(f.b.w.sim, (rows[i] - 2) * (int64_t)SECOND);
        assert_int_equal(number_of(newest(&f)), number);
        sim_run_for(f.b.w.sim, 3 * SECOND);
        assert_int_equal(number_of(newest(&f)), number + 1);
    }
    assert_null(watching_subscription(&f, 1));
    sim_run_for(f.b.w.sim, 10 * SECOND); /* and then its time is up */
    assert_non_null(watching_subscription(&f, 1));
    watching_fini(&f);
}

/* RFC 6665 4.1.3 */
static void
a_notifier_may_shorten_a_subscription_but_not_to_nothing(void **state)
{
    static const struct {
        const char *state;
        bool sooner;
    } rows[] = {
        {"active;expires=600", true},
        {"active;expires=1", false},
        {"active;expires=90000", false},
        {"active", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct watching f;

        watching_set_up(&f);
        watching_notify(&f, rows[i].state, "Event: reg\r\n", "");
        sim_run_for(f.b.w.sim, 310 * SECOND);
        assert_int_equal(watching_refresh(&f, 0) != NULL, rows[i].sooner);
        watching_fini(&f);
    }
}

/* RFC 6665 4.2.1.1; nobody is asked for ever. */
static void who_wants_a_longer_subscription_is_asked_for_it_once(void **state)
{
    struct watching f;

    (void)state;
    watching_init(&f, true);
    watching_register(&f, "r", 7, "a@ims.example");
    puppet_answer(&f.b.icscf, watching_subscription(&f, 0), 423,
                  "Min-Expires: 9000\r\n");
    border_run(&f.b);
    assert_non_null(watching_subscription(&f, 1));
    assert_text(sip_header_value(watching_subscription(&f, 1), SIP_HDR_EXPIRES),
                S("9000"));
    assert_text(sip_header_value(watching_subscription(&f, 1), SIP_HDR_CSEQ),
                S("2 SUBSCRIBE"));
    assert_text(
        sip_header_value(watching_subscription(&f, 1), SIP_HDR_CALL_ID),
        sip_header_value(watching_subscription(&f, 0), SIP_HDR_CALL_ID));
    puppet_answer(&f.b.icscf, watching_subscription(&f, 1), 423,
                  "Min-Expires: 9001\r\n");
    border_run(&f.b);
    assert_null(watching_subscription(&f, 2));
    assert_int_equal(watching_count(&f), 0);
    watching_fini(&f);
}

/* RFC 3261 12.2.1.1, RFC 6665 4.4.1: the NOTIFY that makes the dialog comes
 * before the 200, which would have told. */
static void a_refresh_counts_on_from_the_request_that_was_heard(void **state)
{
    struct watching f;

    (void)state;
    for (unsigned longer = 0; longer < 2; longer++) {
        watching_init(&f, true);
        watching_register(&f, "r", 7, "a@ims.example");
        if (longer) {
            puppet_answer(&f.b.icscf, watching_subscription(&f, 0), 423,
                          "Min-Expires: 9000\r\n");
            border_run(&f.b);
        }
        watching_begin(&f, longer);
        watching_tell(&f, DOC("0", "full", HERE));
        watching_accept(&f, longer);
        sim_run_for(f.b.w.sim, 10 * SECOND);
        watching_tell(&f, DOC("2", "partial", HERE));
        assert_non_null(watching_refresh(&f, 0));
        assert_int_equal(number_of(watching_refresh(&f, 0)), longer + 2);
        watching_fini(&f);
    }
}

static void a_refresh_may_be_too_brief(void **state)
{
    struct watching f;

    (void)state;
    make_refresh(&f);
    puppet_answer(&f.b.scscf, watching_refresh(&f, 0), 423,
                  "Min-Expires: 9000\r\n");
    border_run(&f.b);
    assert_non_null(watching_refresh(&f, 1));
    assert_text(sip_header_value(watching_refresh(&f, 1), SIP_HDR_EXPIRES),
                S("9000"));
    assert_null(watching_subscription(&f, 1));
    assert_int_equal(watching_count(&f), 1);
    watching_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_version_is_asked_for),
        cmocka_unit_test(the_first_document_tells_all),
        cmocka_unit_test(a_refresh_without_a_notify_ends_a_subscription),
        cmocka_unit_test(some_refusals_of_a_refresh_end_a_subscription),
        cmocka_unit_test(after_other_refusals_it_is_refreshed_later),
        cmocka_unit_test(who_wants_a_longer_subscription_is_asked_for_it_once),
        cmocka_unit_test(a_refresh_counts_on_from_the_request_that_was_heard),
        cmocka_unit_test(a_refresh_may_be_too_brief),
        cmocka_unit_test(refused_again_and_again_it_is_refreshed_ever_sooner),
        cmocka_unit_test(
            a_notifier_may_shorten_a_subscription_but_not_to_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
