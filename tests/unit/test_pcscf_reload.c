/* SPDX-License-Identifier: MIT */
#include "sip/views.h"
#include "support/border.h"
#include "support/check.h"
#include <stdio.h>

/* What SIGHUP may change takes effect in a P-CSCF that runs, and takes nothing
 * from who is there.
 *
 * proves P-REG-4 P-ORG-3 */

/* A refused INVITE has no ACK here: its answer comes again and again. */
static unsigned answer_to(const struct puppet *p, unsigned number)
{
    for (unsigned i = p->count; i > 0; i--) {
        struct sip_cseq cseq;

        assert_int_equal(
            sip_cseq_parse(sip_header_value(p->got[i - 1], SIP_HDR_CSEQ), &cseq,
                           NULL),
            IMS_OK);
        if (cseq.number == number)
            return p->got[i - 1]->status;
    }
    return 0;
}

/* A phone's request, with its final answer; the core, if it is asked, says 200.
 */
static unsigned ask(struct border *b, char user, const char *method,
                    const char *call, const char *to_tag)
{
    bool registers = strcmp(method, "REGISTER") == 0;
    struct puppet *core = registers ? &b->icscf : &b->scscf;
    unsigned before = core->count;
    char answer[300];

    puppet_send(&b->phone, &b->gm,
                "%s sip:z@ims.example SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.50:5060;branch=z9hG4bKp%u\r\n"
                "Max-Forwards: 70\r\nFrom: <sip:%c@ims.example>;tag=%c\r\n"
                "To: <sip:%c@ims.example>%s\r\n"
                "Call-ID: %s%c\r\nCSeq: %u %s\r\n"
                "Contact: <sip:%c@127.0.0.50:5060>\r\n"
                "Content-Length: 0\r\n\r\n",
                method, b->branch, user, user, registers ? user : 'z', to_tag,
                call, user, b->branch, method, user);
    border_run(b);
    snprintf(answer, sizeof answer,
             registers ? "Contact: <sip:%c@127.0.0.50:5060>;expires=3600\r\n"
                         "Service-Route: <sip:orig@127.0.0.3:5060;lr>\r\n"
                       : "Contact: <sip:%c@127.0.0.60:5060>\r\n"
                         "Record-Route: <sip:127.0.0.3:5060;lr>\r\n",
             user);
    if (core->count > before)
        puppet_answer(core, puppet_last(core), 200, answer);
    border_run(b);
    return answer_to(&b->phone, b->branch++);
}

static unsigned enter(struct border *b, char user)
{
    return ask(b, user, "REGISTER", "r", "");
}

static unsigned begin_call(struct border *b, const char *call)
{
    return ask(b, 'a', "INVITE", call, "");
}

static unsigned go_on(struct border *b, const char *call)
{
    return ask(b, 'a', "UPDATE", call, ";tag=scscf");
}

static void reload(struct border *b, const char *settings)
{
    ims_reload_with(&b->w, b->pcscf, "pcscf1", settings);
}

static void whoever_is_registered_stays_so_when_there_is_less_room(void **state)
{
    struct border b;

    (void)state;
    border_init(&b, "limits: {registrations: 2}");
    assert_int_equal(enter(&b, 'a'), 200);
    assert_int_equal(enter(&b, 'b'), 200);
    assert_int_equal(enter(&b, 'c'), 503);
    reload(&b, "limits: {registrations: 1}");
    assert_int_equal(enter(&b, 'c'), 503);
    assert_int_equal(enter(&b, 'b'), 200);
    assert_int_equal(enter(&b, 'a'), 200);
    ims_assert_get(&b.w, b.pcscf, "GET /metrics", 200, "imsbox_bindings 2");
    reload(&b, "limits: {registrations: 3}");
    assert_int_equal(enter(&b, 'c'), 200);
    assert_int_equal(enter(&b, 'd'), 503);
    border_fini(&b);
}

static void calls_go_on_when_there_is_less_room(void **state)
{
    struct border b;

    (void)state;
    border_init(&b, "limits: {dialogs: 2}");
    assert_int_equal(enter(&b, 'a'), 200);
    assert_int_equal(begin_call(&b, "1"), 200);
    assert_int_equal(begin_call(&b, "2"), 200);
    assert_int_equal(begin_call(&b, "3"), 503);
    reload(&b, "limits: {dialogs: 1}");
    assert_int_equal(begin_call(&b, "4"), 503);
    assert_int_equal(go_on(&b, "1"), 200);
    assert_int_equal(go_on(&b, "2"), 200);
    reload(&b, "limits: {dialogs: 3}");
    assert_int_equal(begin_call(&b, "5"), 200);
    assert_int_equal(begin_call(&b, "6"), 503);
    border_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            whoever_is_registered_stays_so_when_there_is_less_room),
        cmocka_unit_test(calls_go_on_when_there_is_less_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
