/* SPDX-License-Identifier: MIT */
#include "sip/views.h"
#include "support/border.h"
#include "support/check.h"
#include <stdio.h>

/* How long the P-CSCF follows the dialogs of phones, between a phone and a core
 * that are puppets.
 *
 * proves P-ORG-3 P-REG-6 P-TRM-1 SIP-9 */

#define A "sip:a@127.0.0.50:5060"
#define B "sip:b@127.0.0.50:5060"

struct fixture {
    struct border b;
    char route[200]; /* back to the phone, of the last dialog */
};

/* The user's REGISTER, and the Contacts that the 200 has: the phone has
 * several accounts. */
static void enter(struct fixture *f, char user, const char *contact,
                  const char *bound)
{
    const struct sip_message *req;
    char answer[500];

    puppet_send(&f->b.phone, &f->b.gm,
                "REGISTER sip:ims.example SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.50:5060;branch=z9hG4bKp%u\r\n"
                "Max-Forwards: 70\r\nFrom: <sip:%c@ims.example>;tag=%c\r\n"
                "To: <sip:%c@ims.example>\r\n"
                "Call-ID: r%c\r\nCSeq: %u REGISTER\r\nContact: <%s>\r\n"
                "Content-Length: 0\r\n\r\n",
                f->b.branch, user, user, user, user, f->b.branch, contact);
    f->b.branch++;
    border_run(&f->b);
    req = puppet_last(&f->b.icscf);
    border_keep_path(&f->b, req);
    snprintf(answer, sizeof answer,
             "%sP-Associated-URI: <sip:%c@ims.example>\r\n"
             "Service-Route: <sip:orig@127.0.0.3:5060;lr>\r\n",
             bound, user);
    puppet_answer(&f->b.icscf, req, 200, answer);
    border_run(&f->b);
    assert_int_equal(puppet_last(&f->b.phone)->status, 200);
}

static void leave(struct fixture *f, char user, const char *contact)
{
    enter(f, user, contact, "");
}

/* The newest request, or response, of the call. */
static struct sip_message *newest(const struct puppet *p, bool request,
                                  const char *call)
{
    for (unsigned i = p->count; i > 0; i--)
        if (p->got[i - 1]->is_request == request &&
            slice_eq(sip_header_value(p->got[i - 1], SIP_HDR_CALL_ID),
                     slice_of(call)))
            return p->got[i - 1];
    fail_msg("nothing of call %s", call);
    return NULL;
}

/* A request of the phone in the call, with further lines, and its status: the
 * core, if it is asked, answers 200, with further lines too. */
static unsigned phone_asks(struct fixture *f, const char *method, char user,
                           const char *call, const char *more,
                           const char *answer)
{
    unsigned before = f->b.scscf.count, heard = f->b.phone.count;
    bool begins = strncmp(call, "new ", 4) == 0;

    call += begins ? 4 : 0;
    puppet_send(&f->b.phone, &f->b.gm,
                "%s sip:z@ims.example SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.50:5060;branch=z9hG4bKp%u\r\n"
                "Max-Forwards: 70\r\nFrom: <sip:%c@ims.example>;tag=%c\r\n"
                "To: <sip:z@ims.example>%s\r\n"
                "Call-ID: %s\r\nCSeq: %u %s\r\n"
                "Contact: <sip:%c@127.0.0.50:5060>\r\n"
                "%sContent-Length: 0\r\n\r\n",
                method, f->b.branch, user, user, begins ? "" : ";tag=scscf",
                call, f->b.branch, method, user, more);
    f->b.branch++;
    border_run(&f->b);
    if (f->b.scscf.count > before) {
        const struct sip_message *req = newest(&f->b.scscf, true, call);

        if (begins)
            snprintf(f->route, sizeof f->route, "%.*s",
                     SLICE_ARG(sip_header_value(req, SIP_HDR_RECORD_ROUTE)));
        puppet_answer(&f->b.scscf, req, 200, answer);
        border_run(&f->b);
    }
    assert_true(f->b.phone.count > heard);
    return newest(&f->b.phone, false, call)->status;
}

#define FAR                                \
    "Contact: <sip:z@127.0.0.60:5060>\r\n" \
    "Record-Route: <sip:127.0.0.3:5060;lr>\r\n"

static void call(struct fixture *f, char user, const char *call)
{
    char text[20];

    snprintf(text, sizeof text, "new %s", call);
    assert_int_equal(phone_asks(f, "INVITE", user, text, "", FAR), 200);
}

static void subscribe(struct fixture *f, const char *call, const char *expires)
{
    char text[20], answer[200];

    snprintf(text, sizeof text, "new %s", call);
    snprintf(answer, sizeof answer, FAR "Expires: %s\r\n", expires);
    assert_int_equal(
        phone_asks(f, "SUBSCRIBE", 'a', text, "Event: x\r\n", answer), 200);
}

static unsigned says(struct fixture *f, const char *method, char user,
                     const char *call)
{
    return phone_asks(f, method, user, call, "", FAR);
}

/* Likewise the core; the phone answers 200. */
static unsigned core_asks(struct fixture *f, const char *method, char user,
                          const char *call, const char *more)
{
    unsigned before = f->b.phone.count, heard = f->b.scscf.count;

    puppet_send(&f->b.scscf, &f->b.mw,
                "%s sip:%c@127.0.0.50:5060 SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.3:5060;branch=z9hG4bKs%u\r\n"
                "Max-Forwards: 70\r\nRoute: %s\r\n"
                "From: <sip:z@ims.example>;tag=scscf\r\n"
                "To: <sip:%c@ims.example>;tag=%c\r\n"
                "Call-ID: %s\r\nCSeq: %u %s\r\n"
                "Contact: <sip:z@127.0.0.60:5060>\r\n"
                "%sContent-Length: 0\r\n\r\n",
                method, user, f->b.branch, f->route, user, user, call,
                f->b.branch, method, more);
    f->b.branch++;
    border_run(&f->b);
    if (f->b.phone.count > before) {
        puppet_answer(&f->b.phone, newest(&f->b.phone, true, call), 200, "");
        border_run(&f->b);
    }
    assert_true(f->b.scscf.count > heard);
    return newest(&f->b.scscf, false, call)->status;
}

static void assert_dialogs(struct fixture *f, unsigned n)
{
    char text[40];

    snprintf(text, sizeof text, "\"dialogs\":%u,", n);
    ims_assert_get(&f->b.w, f->b.pcscf, "GET /api/v1/state", 200, text);
}

/* ---- contacts that go -----------------------------------------------------
 */

/* 5.2.8.1.4 */
static void who_deregisters_in_a_call_may_but_end_it(void **state)
{
    struct fixture f;

    (void)state;
    border_init(&f.b, "limits: {dialogs: 200}");
    enter(&f, 'a', A, "Contact: <" A ">;expires=600\r\n");
    call(&f, 'a', "one");
    call(&f, 'a', "two");
    assert_int_equal(says(&f, "UPDATE", 'a', "one"), 200);
    leave(&f, 'a', A);
    assert_int_equal(says(&f, "UPDATE", 'a', "one"), 403);
    ims_assert_says(f.b.pcscf, "P-REG-6", "it may end what it has, and UPDATE");
    assert_int_equal(core_asks(&f, "INFO", 'a', "one", ""), 200);
    assert_int_equal(says(&f, "BYE", 'a', "one"), 200);
    assert_dialogs(&f, 1);
    sim_run_for(f.b.w.sim, 40 * SECOND);
    ims_assert_says(f.b.pcscf, "P-REG-6",
                    "contact " A " of sip:a@ims.example has gone: 1 dialog is");
    assert_dialogs(&f, 0);
    assert_int_equal(says(&f, "BYE", 'a', "two"), 403);
    assert_int_equal(core_asks(&f, "BYE", 'a', "two", ""), 481);
    border_fini(&f.b);
}

static void whose_registration_expires_in_a_call_may_but_end_it(void **state)
{
    struct fixture f;

    (void)state;
    border_init(&f.b, "limits: {dialogs: 200}");
    enter(&f, 'a', A, "Contact: <" A ">;expires=600\r\n");
    call(&f, 'a', "one");
    call(&f, 'a', "two");
    sim_run_for(f.b.w.sim, 600 * SECOND);
    assert_int_equal(says(&f, "UPDATE", 'a', "one"), 403);
    assert_int_equal(says(&f, "BYE", 'a', "one"), 200);
    assert_int_equal(core_asks(&f, "INFO", 'a', "two", ""), 200);
    sim_run_for(f.b.w.sim, 40 * SECOND);
    assert_dialogs(&f, 0);
    assert_int_equal(core_asks(&f, "BYE", 'a', "two", ""), 481);
    border_fini(&f.b);
}

static void who_is_back_in_time_has_his_call(void **state)
{
    struct fixture f;

    (void)state;
    border_init(&f.b, "limits: {dialogs: 200}");
    enter(&f, 'a', A, "Contact: <" A ">;expires=600\r\n");
    call(&f, 'a', "one");
    leave(&f, 'a', A);
    sim_run_for(f.b.w.sim, 30 * SECOND);
    enter(&f, 'a', A, "Contact: <" A ">;expires=600\r\n");
    sim_run_for(f.b.w.sim, 60 * SECOND);
    assert_int_equal(says(&f, "UPDATE", 'a', "one"), 200);
    border_fini(&f.b);
}

/* As those do that learn in a call what their address looks like outside. */
static void who_changes_his_contact_in_a_call_keeps_it(void **state)
{
    static const char other[] = "sip:a-2@127.0.0.50:5060";
    struct fixture f;

    (void)state;
    border_init(&f.b, "limits: {dialogs: 200}");
    enter(&f, 'a', A, "Contact: <" A ">;expires=600\r\n");
    call(&f, 'a', "one");
    enter(&f, 'a', other, "Contact: <sip:a-2@127.0.0.50:5060>;expires=600\r\n");
    ims_assert_says(f.b.pcscf, "P-REG-6", "contact " A " of");
    assert_int_equal(says(&f, "UPDATE", 'a', "one"), 200);
    sim_run_for(f.b.w.sim, 60 * SECOND);
    assert_int_equal(says(&f, "UPDATE", 'a', "one"), 200);
    assert_int_equal(core_asks(&f, "INFO", 'a', "one", ""), 200);
    leave(&f, 'a', other);
    assert_int_equal(says(&f, "UPDATE", 'a', "one"), 403);
    sim_run_for(f.b.w.sim, 40 * SECOND);
    assert_dialogs(&f, 0);
    border_fini(&f.b);
}

static void who_goes_leaves_the_calls_of_others_at_his_address(void **state)
{
    struct fixture f;

    (void)state;
    border_init(&f.b, "limits: {dialogs: 200}");
    enter(&f, 'a', A, "Contact: <" A ">;expires=600\r\n");
    enter(&f, 'b', B, "Contact: <" B ">;expires=600\r\n");
    assert_int_equal(phone_asks(&f, "INVITE", 'a', "new one",
                                "P-Preferred-Identity: <sip:a@ims.example>\r\n",
                                FAR),
                     200);
    assert_int_equal(phone_asks(&f, "INVITE", 'b', "new two",
                                "P-Preferred-Identity: <sip:b@ims.example>\r\n",
                                FAR),
                     200);
    leave(&f, 'a', A);
    assert_int_equal(says(&f, "UPDATE", 'a', "one"), 403);
    sim_run_for(f.b.w.sim, 40 * SECOND);
    assert_dialogs(&f, 1);
    assert_int_equal(says(&f, "UPDATE", 'b', "two"), 200);
    border_fini(&f.b);
}

/* It rang for longer than that. */
static void a_dialog_is_not_made_for_who_has_gone(void **state)
{
    struct fixture f;
    struct sip_message *invite;

    (void)state;
    border_init(&f.b, "limits: {dialogs: 200}");
    enter(&f, 'a', A, "Contact: <" A ">;expires=600\r\n");
    puppet_send(&f.b.phone, &f.b.gm,
                "INVITE sip:z@ims.example SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.50:5060;branch=z9hG4bKring\r\n"
                "Max-Forwards: 70\r\nFrom: <sip:a@ims.example>;tag=a\r\n"
                "To: <sip:z@ims.example>\r\nCall-ID: one\r\nCSeq: 1 INVITE\r\n"
                "Contact: <" A ">\r\nContent-Length: 0\r\n\r\n");
    border_run(&f.b);
    invite = puppet_request(&f.b.scscf, SIP_INVITE, 0);
    puppet_answer(&f.b.scscf, invite, 180, FAR);
    border_run(&f.b);
    assert_dialogs(&f, 1);
    leave(&f, 'a', A);
    sim_run_for(f.b.w.sim, 41 * SECOND);
    puppet_answer(&f.b.scscf, invite, 200, FAR);
    border_run(&f.b);
    assert_non_null(puppet_response(&f.b.phone, 200, 2));
    ims_assert_says(f.b.pcscf, "P-ORG-3", "its dialog is not followed");
    assert_dialogs(&f, 0);
    border_fini(&f.b);
}

/* ---- subscriptions --------------------------------------------------------
 */

static void a_long_subscription_is_refreshed_at_its_end(void **state)
{
    struct fixture f;

    (void)state;
    border_init(&f.b, "limits: {dialogs: 200}");
    enter(&f, 'a', A, "Contact: <" A ">;expires=600000\r\n");
    subscribe(&f, "one", "600000");
    sim_run_for(f.b.w.sim, 599000 * (int64_t)SECOND);
    assert_int_equal(says(&f, "SUBSCRIBE", 'a', "one"), 200);
    border_fini(&f.b);
}

static void a_subscription_that_has_ended_is_not_kept(void **state)
{
    struct fixture f;

    (void)state;
    border_init(&f.b, "limits: {dialogs: 200}");
    enter(&f, 'a', A, "Contact: <" A ">;expires=600000\r\n");
    subscribe(&f, "one", "3600");
    subscribe(&f, "two", "0");
    assert_dialogs(&f, 2);
    assert_int_equal(core_asks(&f, "NOTIFY", 'a', "one",
                               "Event: x\r\nSubscription-State: "
                               "terminated;reason=noresource\r\n"),
                     200);
    sim_run_for(f.b.w.sim, 129 * SECOND);
    assert_dialogs(&f, 0);
    border_fini(&f.b);
}

/* RFC 6665 4.4.1: of a SUBSCRIBE that reached two phones one 2xx comes back;
 * the dialog with the other one is its NOTIFY's. */
static unsigned other_notifies(struct fixture *f, const char *state)
{
    unsigned before = f->b.phone.count;

    puppet_send(&f->b.scscf, &f->b.mw,
                "NOTIFY " A " SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.3:5060;branch=z9hG4bKs%u\r\n"
                "Max-Forwards: 70\r\nRoute: %s\r\n"
                "From: <sip:z@ims.example>;tag=other\r\n"
                "To: <sip:a@ims.example>;tag=a\r\n"
                "Call-ID: one\r\nCSeq: %u NOTIFY\r\n"
                "Contact: <sip:z2@127.0.0.61:5060>\r\nEvent: x\r\n"
                "Record-Route: <sip:127.0.0.3:5060;lr>\r\n"
                "Subscription-State: %s\r\nContent-Length: 0\r\n\r\n",
                f->b.branch, f->route, f->b.branch, state);
    f->b.branch++;
    border_run(&f->b);
    assert_int_equal(f->b.phone.count, before + 1);
    puppet_answer(&f->b.phone, puppet_last(&f->b.phone), 200, "");
    border_run(&f->b);
    return sip_values_count(newest(&f->b.phone, true, "one"),
                            SIP_HDR_RECORD_ROUTE);
}

static unsigned other_is_asked(struct fixture *f)
{
    puppet_send(&f->b.phone, &f->b.gm,
                "SUBSCRIBE sip:z2@127.0.0.61:5060 SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.50:5060;branch=z9hG4bKo%u\r\n"
                "Max-Forwards: 70\r\nFrom: <sip:a@ims.example>;tag=a\r\n"
                "To: <sip:z@ims.example>;tag=other\r\n"
                "Call-ID: one\r\nCSeq: %u SUBSCRIBE\r\n"
                "Contact: <" A ">\r\nEvent: x\r\nContent-Length: 0\r\n\r\n",
                f->b.branch, f->b.branch);
    f->b.branch++;
    border_run(&f->b);
    if (puppet_last(&f->b.phone)->status == 403)
        return 403;
    assert_text(sip_header_value(puppet_last(&f->b.scscf), SIP_HDR_ROUTE),
                S("<sip:127.0.0.3:5060;lr>"));
    puppet_answer(&f->b.scscf, puppet_last(&f->b.scscf), 200,
                  "Expires: 60\r\n" FAR);
    border_run(&f->b);
    return puppet_last(&f->b.phone)->status;
}

static void a_dialog_may_be_made_by_a_notify(void **state)
{
    static const struct {
        const char *says;
        unsigned routes, after_s, status;
    } rows[] = {
        {"active;expires=3600", 3, 0, 200},
        {"active;expires=60", 3, 0, 200},
        {"active;expires=60", 3, 200, 403},
        {"pending", 3, 200, 200},
        {"terminated;reason=rejected", 1, 0, 403},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        border_init(&f.b, "limits: {dialogs: 200}");
        enter(&f, 'a', A, "Contact: <" A ">;expires=6000\r\n");
        subscribe(&f, "one", "3600");
        assert_int_equal(other_is_asked(&f), 403);
        assert_int_equal(other_notifies(&f, rows[i].says), rows[i].routes);
        sim_run_for(f.b.w.sim, rows[i].after_s * (int64_t)SECOND);
        assert_int_equal(other_is_asked(&f), rows[i].status);
        border_fini(&f.b);
    }
}

/* The routes of the other side lead through its P-CSCF, too. */
static void a_notify_of_a_phone_may_make_a_dialog(void **state)
{
    struct fixture f;

    (void)state;
    border_init(&f.b, "limits: {dialogs: 200}");
    enter(&f, 'a', A, "Contact: <" A ">;expires=6000\r\n");
    call(&f, 'a', "one");
    assert_int_equal(says(&f, "INFO", 'a', "one"), 200);
    assert_int_equal(
        sip_values_count(newest(&f.b.scscf, true, "one"), SIP_HDR_RECORD_ROUTE),
        0);
    assert_int_equal(says(&f, "NOTIFY", 'a', "one"), 200);
    assert_int_equal(
        sip_values_count(newest(&f.b.scscf, true, "one"), SIP_HDR_RECORD_ROUTE),
        2);
    border_fini(&f.b);
}

static void a_notify_makes_no_dialog_where_is_no_room(void **state)
{
    struct fixture f;

    (void)state;
    border_init(&f.b, "limits: {dialogs: 1}");
    enter(&f, 'a', A, "Contact: <" A ">;expires=6000\r\n");
    subscribe(&f, "one", "3600");
    assert_int_equal(other_notifies(&f, "active"), 1);
    assert_int_equal(other_is_asked(&f), 403);
    assert_dialogs(&f, 1);
    border_fini(&f.b);
}

/* RFC 5057 3.1, RFC 3515: a transfer */
static void who_is_transferred_tells_of_it_after_bye(void **state)
{
    struct fixture f;

    (void)state;
    border_init(&f.b, "limits: {dialogs: 200}");
    enter(&f, 'a', A, "Contact: <" A ">;expires=3600\r\n");
    call(&f, 'a', "one");
    assert_int_equal(
        core_asks(&f, "REFER", 'a', "one", "Refer-To: <sip:y@ims.example>\r\n"),
        200);
    assert_int_equal(core_asks(&f, "BYE", 'a', "one", ""), 200);
    assert_int_equal(
        phone_asks(&f, "NOTIFY", 'a', "one",
                   "Event: refer\r\nSubscription-State: terminated\r\n", ""),
        200);
    sim_run_for(f.b.w.sim, 129 * SECOND);
    assert_int_equal(says(&f, "NOTIFY", 'a', "one"), 403);
    border_fini(&f.b);
}

/* ---- room -----------------------------------------------------------------
 */

static void one_phone_does_not_take_all_the_room(void **state)
{
    struct fixture f;
    char name[20];

    (void)state;
    border_init(&f.b, "limits: {dialogs: 200}");
    enter(&f, 'a', A, "Contact: <" A ">;expires=600\r\n");
    for (unsigned i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "call%u", i);
        subscribe(&f, name, "600000");
    }
    assert_int_equal(phone_asks(&f, "INVITE", 'a', "new one", "", FAR), 403);
    ims_assert_says(f.b.pcscf, "P-ORG-3",
                    "100 dialogs of contact " A " are followed");
    puppet_send(&f.b.scscf, &f.b.mw,
                "INVITE " A " SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.3:5060;branch=z9hG4bKbusy\r\n"
                "Max-Forwards: 70\r\nRoute: %s\r\n"
                "From: <sip:z@ims.example>;tag=z\r\nTo: <sip:a@ims.example>\r\n"
                "Call-ID: busy\r\nCSeq: 1 INVITE\r\n"
                "Contact: <sip:z@127.0.0.60:5060>\r\n"
                "Content-Length: 0\r\n\r\n",
                f.b.path);
    border_run(&f.b);
    assert_int_equal(newest(&f.b.scscf, false, "busy")->status, 486);
    enter(&f, 'b', B, "Contact: <" B ">;expires=600\r\n");
    assert_int_equal(phone_asks(&f, "INVITE", 'b', "new two",
                                "P-Preferred-Identity: <sip:b@ims.example>\r\n",
                                FAR),
                     200);
    leave(&f, 'a', A);
    sim_run_for(f.b.w.sim, 40 * SECOND);
    assert_dialogs(&f, 1);
    border_fini(&f.b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_deregisters_in_a_call_may_but_end_it),
        cmocka_unit_test(whose_registration_expires_in_a_call_may_but_end_it),
        cmocka_unit_test(who_is_back_in_time_has_his_call),
        cmocka_unit_test(who_changes_his_contact_in_a_call_keeps_it),
        cmocka_unit_test(who_goes_leaves_the_calls_of_others_at_his_address),
        cmocka_unit_test(a_dialog_is_not_made_for_who_has_gone),
        cmocka_unit_test(a_long_subscription_is_refreshed_at_its_end),
        cmocka_unit_test(a_subscription_that_has_ended_is_not_kept),
        cmocka_unit_test(a_dialog_may_be_made_by_a_notify),
        cmocka_unit_test(a_notify_of_a_phone_may_make_a_dialog),
        cmocka_unit_test(a_notify_makes_no_dialog_where_is_no_room),
        cmocka_unit_test(who_is_transferred_tells_of_it_after_bye),
        cmocka_unit_test(one_phone_does_not_take_all_the_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
