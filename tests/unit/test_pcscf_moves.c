/* SPDX-License-Identifier: MIT */
#include "sip/views.h"
#include "support/border.h"
#include "support/check.h"
#include <stdio.h>

/* Phones whose flow changes: behind a NAT that gives them another port. What
 * moves is what a 200 says has moved; the core is puppets.
 *
 * proves P-REG-4 P-ORG-2 P-ORG-3 P-TRM-1 */

#define A "sip:a@192.168.0.2"
#define OTHER "sip:a-2@192.168.0.2"
#define FAR                                \
    "Contact: <sip:z@127.0.0.60:5060>\r\n" \
    "Record-Route: <sip:127.0.0.3:5060;lr>\r\n"

struct fixture {
    struct border b;
    struct puppet before, after; /* the phone, at two ports */
};

static void set_up(struct fixture *f)
{
    border_init(&f->b, "");
    puppet_init(&f->before, f->b.w.sim, "before", "127.0.0.50:40001");
    puppet_init(&f->after, f->b.w.sim, "after", "127.0.0.50:40002");
}

static void tear_down(struct fixture *f)
{
    puppet_fini(&f->before);
    puppet_fini(&f->after);
    border_fini(&f->b);
}

static void ask(struct fixture *f, struct puppet *phone, const char *method,
                const char *to, const char *call, const char *contact)
{
    puppet_send(phone, &f->b.gm,
                "%s sip:z@ims.example SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 192.168.0.2;branch=z9hG4bKp%u;rport\r\n"
                "Max-Forwards: 70\r\nFrom: <sip:a@ims.example>;tag=a\r\n"
                "To: %s\r\nCall-ID: %s\r\nCSeq: %u %s\r\nContact: <%s>\r\n"
                "Content-Length: 0\r\n\r\n",
                method, f->b.branch, to, call, f->b.branch, method, contact);
    f->b.branch++;
    border_run(&f->b);
}

/* bound: Contact values of the 200; NULL: there is none. */
static void enter(struct fixture *f, struct puppet *phone, const char *to,
                  const char *call, const char *contact, const char *bound)
{
    const struct sip_message *req;
    char answer[500];

    ask(f, phone, "REGISTER", to, call, contact);
    req = puppet_last(&f->b.icscf);
    if (!bound) {
        puppet_answer(&f->b.icscf, req, 401,
                      "WWW-Authenticate: Digest realm=\"x\", nonce=\"n\"\r\n");
        border_run(&f->b);
        return;
    }
    snprintf(answer, sizeof answer,
             "Contact: %s\r\nExpires: 600\r\n"
             "P-Associated-URI: %s\r\n"
             "Service-Route: <sip:orig@127.0.0.3:5060;lr>\r\n",
             bound, to);
    puppet_answer(&f->b.icscf, req, 200, answer);
    border_run(&f->b);
    assert_int_equal(puppet_last(phone)->status, 200);
}

/* What the phone asks reaches the core, which answers. */
static bool passes(struct fixture *f, struct puppet *phone, const char *method,
                   const char *to, const char *call)
{
    unsigned before = f->b.scscf.count;

    ask(f, phone, method, to, call, A);
    if (f->b.scscf.count == before)
        return false;
    puppet_answer(&f->b.scscf, puppet_last(&f->b.scscf), 200, FAR);
    border_run(&f->b);
    return true;
}

/* Which of both the core's request reaches. */
static struct puppet *core_reaches(struct fixture *f, const char *method)
{
    unsigned before = f->before.count, after = f->after.count;

    puppet_send(&f->b.scscf, &f->b.mw,
                "%s " A " SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.3:5060;branch=z9hG4bKs%u\r\n"
                "Max-Forwards: 70\r\nRoute: <sip:127.0.0.1:5070;lr>\r\n"
                "From: <sip:z@ims.example>;tag=scscf\r\n"
                "To: <sip:a@ims.example>;tag=a\r\nCall-ID: one\r\n"
                "CSeq: %u %s\r\nContact: <sip:z@127.0.0.60:5060>\r\n"
                "Content-Length: 0\r\n\r\n",
                method, f->b.branch, f->b.branch, method);
    f->b.branch++;
    border_run(&f->b);
    if (f->before.count > before)
        return &f->before;
    return f->after.count > after ? &f->after : NULL;
}

#define USER "<sip:a@ims.example>"
#define CALLEE "<sip:z@ims.example>"
#define WITHIN "<sip:z@ims.example>;tag=scscf"

static void who_moves_takes_his_calls_along_and_leaves_no_right(void **state)
{
    static const struct {
        const char *to, *call, *contact; /* of the second REGISTER */
        const char *bound;
        bool moves;
    } rows[] = {
        {USER, "r", A, "<" A ">", true},
        /* with another contact in place of the one that he had */
        {USER, "r", OTHER, "<" OTHER ">", true},
        /* and beside it */
        {USER, "r", OTHER, "<" A ">, <" OTHER ">", false},
        /* switched off and on */
        {USER, "s", A, "<" A ">", true},
        /* two phones, each behind a NAT of its own */
        {USER, "s", A, "<" A ">, <" A ">", false},
        {USER, "s", OTHER, "<" A ">, <" OTHER ">", false},
        /* without proof, or not registered by it */
        {USER, "r", A, NULL, false},
        {USER, "r", A, "<" OTHER ">", false},
        /* somebody else */
        {"<sip:b@ims.example>", "r", A, "<" A ">", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;

        set_up(&f);
        enter(&f, &f.before, USER, "r", A, "<" A ">");
        assert_true(passes(&f, &f.before, "INVITE", CALLEE, "one"));
        enter(&f, &f.after, rows[i].to, rows[i].call, rows[i].contact,
              rows[i].bound);
        assert_int_equal(passes(&f, &f.after, "UPDATE", WITHIN, "one"),
                         rows[i].moves);
        assert_int_equal(passes(&f, &f.before, "UPDATE", WITHIN, "one"),
                         !rows[i].moves);
        assert_int_equal(passes(&f, &f.before, "MESSAGE", CALLEE, "two"),
                         !rows[i].moves);
        assert_ptr_equal(core_reaches(&f, "UPDATE"),
                         rows[i].moves ? &f.after : &f.before);
        if (rows[i].moves)
            ims_assert_says(f.b.pcscf, "P-REG-4", "1 dialog goes along");
        tear_down(&f);
    }
}

/* RFC 3261 10.2: what was asked for later has the higher CSeq. */
static void an_answer_that_was_overtaken_moves_nobody_back(void **state)
{
    const struct sip_message *first, *second;
    static const char answer[] =
        "Contact: <" A ">;expires=600\r\nP-Associated-URI: " USER "\r\n"
        "Service-Route: <sip:orig@127.0.0.3:5060;lr>\r\n";
    struct fixture f;

    (void)state;
    set_up(&f);
    ask(&f, &f.before, "REGISTER", USER, "r", A);
    first = puppet_last(&f.b.icscf);
    ask(&f, &f.after, "REGISTER", USER, "r", A);
    second = puppet_last(&f.b.icscf);
    puppet_answer(&f.b.icscf, second, 200, answer);
    border_run(&f.b);
    puppet_answer(&f.b.icscf, first, 200, answer);
    border_run(&f.b);
    assert_true(passes(&f, &f.after, "MESSAGE", CALLEE, "two"));
    tear_down(&f);
}

static void who_moves_while_it_rings_has_his_call(void **state)
{
    struct sip_message *invite;
    struct fixture f;

    (void)state;
    set_up(&f);
    enter(&f, &f.before, USER, "r", A, "<" A ">");
    ask(&f, &f.before, "INVITE", CALLEE, "one", A);
    invite = puppet_last(&f.b.scscf);
    puppet_answer(&f.b.scscf, invite, 180, FAR);
    border_run(&f.b);
    enter(&f, &f.after, USER, "r", A, "<" A ">");
    puppet_answer(&f.b.scscf, invite, 200, FAR);
    border_run(&f.b);
    for (unsigned i = 0; i < 8; i++) { /* an early dialog would be over */
        enter(&f, &f.after, USER, "r", A, "<" A ">");
        sim_run_for(f.b.w.sim, 60 * SECOND);
    }
    assert_true(passes(&f, &f.after, "UPDATE", WITHIN, "one"));
    assert_ptr_equal(core_reaches(&f, "UPDATE"), &f.after);
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_moves_takes_his_calls_along_and_leaves_no_right),
        cmocka_unit_test(an_answer_that_was_overtaken_moves_nobody_back),
        cmocka_unit_test(who_moves_while_it_rings_has_his_call),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
