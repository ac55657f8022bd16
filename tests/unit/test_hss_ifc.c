/* SPDX-License-Identifier: MIT */
#include "hss/request_text.h"
#include "sip/message.h"
#include "support/hss_world.h"
#include <stdio.h>

/* POST /api/v1/ifc/test: which criteria match a request, and why not. */

static const char users[] =
    "shared_ifc:\n"
    "  - id: 4\n"
    "    ifc: [{priority: 5, server: sip:shared.ims.example,\n"
    "           match: all, when: [{method: MESSAGE},\n"
    "                              {method: SUBSCRIBE}]}]\n"
    "profiles:\n"
    "  - name: rich\n"
    "    shared_ifc: [4]\n"
    "    ifc:\n"
    "      - {priority: 10, server: sip:as1.ims.example,\n"
    "         when: [{method: INVITE}, {session_case: originating}]}\n"
    "      - {priority: 20, server: sip:as2.ims.example,\n"
    "         part: unregistered}\n"
    "      - {priority: 30, server: sip:as3.ims.example, default: terminated,\n"
    "         when: [{header: Subject, content: \"[Ll]unch\"}]}\n"
    "      - {priority: 40, server: sip:as4.ims.example,\n"
    "         when: [{method: REGISTER, registration: [gone]}]}\n"
    "subscribers:\n"
    "  - impu: sip:alice@ims.example\n"
    "    digest: {password: secret}\n"
    "    profile: rich\n"
    "  - impu: sip:bob@ims.example\n"
    "    digest: {password: secret}\n";

struct fixture {
    struct hss_world *w;
    struct api_answer a;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    f->w = hss_world_new(users, false);
    api_answer_init(&f->a);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    hss_world_free(f->w);
    api_answer_fini(&f->a);
    free(f);
    return 0;
}

static unsigned ask(struct fixture *f, const char *body)
{
    buf_reset(&f->a.body);
    assert_null(api_ask(f->w->node, "POST /api/v1/ifc/test", body, &f->a));
    return f->a.status;
}

#define ALICE "{\"identity\": \"sip:alice@ims.example\", "

static void each_criterion_says_whether_it_matches_and_why_not(void **state)
{
    static const struct {
        const char *body;
        const char *says[4];
    } rows[] = {
        {ALICE "\"registered\": true, \"request\": \"INVITE sip:b@c\"}",
         {"\"next\":\"sip:as1.ims.example\"",
          "\"session_case\":\"originating registered\"",
          "iFC 20 skipped: the user is registered",
          "iFC 30 skipped: the request has no Subject"}},
        {ALICE "\"request\": \"INVITE sip:b@c SIP/2.0\"}",
         {"\"next\":\"sip:as2.ims.example\"", "\"registered\":false",
          "iFC 10 skipped: session case is not originating",
          "\"part\":\"unregistered\""}},
        {ALICE "\"session_case\": \"terminating\", \"registered\": true, "
               "\"request\": \"MESSAGE sip:alice@ims.example\\nSubject: "
               "Lunch\"}",
         {"\"next\":\"sip:shared.ims.example\"", "\"method\":\"MESSAGE\"",
          "iFC 30 leads to sip:as3.ims.example",
          "\"default_handling\":\"terminated\""}},
        {ALICE "\"session_case\": \"originating_cdiv\", \"registered\": "
               "true, \"request\": \"INVITE sip:b@c\"}",
         {"\"session_case\":\"originating after diversion\"",
          "iFC 10 skipped: session case is not originating",
          "iFC 20 skipped: the user is registered", "\"next\":null"}},
        {ALICE "\"session_case\": \"terminating\", "
               "\"request\": \"INVITE sip:alice@ims.example\"}",
         {"\"next\":\"sip:as2.ims.example\"",
          "\"session_case\":\"terminating unregistered\"", "", ""}},
        {ALICE "\"registered\": true, \"request\": \"REGISTER "
               "sip:ims.example\\nContact: <sip:a@10.0.0.1>;expires=0\\n"
               "Expires: 600\"}",
         {"\"next\":\"sip:as4.ims.example\"", "", "", ""}},
        {ALICE "\"registered\": true, \"request\": \"REGISTER "
               "sip:ims.example\\nContact: <sip:a@10.0.0.1>;expires=0, "
               "<sip:a@10.0.0.2>\\nExpires: 600\"}",
         {"\"next\":null", "registration type", "", ""}},
        {ALICE "\"registered\": true, \"request\": \"REGISTER "
               "sip:ims.example\\r\\nExpires: 0\\r\\n\\r\\n\"}",
         {"\"next\":\"sip:as4.ims.example\"", "iFC 4", "iFC 5 skipped",
          "\"method\":\"REGISTER\""}},
        {ALICE "\"registered\": true, \"registration\": \"initial\", "
               "\"request\": \"REGISTER sip:ims.example\\nExpires: 0\"}",
         {"\"next\":null", "registration type", "", ""}},
        {"{\"identity\": \" SIP:bob@IMS.example \", \"request\": "
         "\"OPTIONS sip:x@y\"}",
         {"\"next\":null", "\"criteria\":[]", "sip:bob@ims.example", ""}},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (ask(f, rows[i].body) != 200)
            fail_msg("row %zu: %.*s", i, SLICE_ARG(buf_slice(&f->a.body)));
        for (size_t k = 0; k < 4 && rows[i].says[k]; k++)
            assert_has(buf_slice(&f->a.body), rows[i].says[k]);
    }
}

static void the_users_own_state_counts_unless_another_is_given(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(ask_sar(f->w, "alice@ims.example", "sip:alice@ims.example",
                             CX_ASSIGN_REGISTRATION),
                     CX_SUCCESS);
    assert_int_equal(ask(f, ALICE "\"request\": \"INVITE sip:b@c\"}"), 200);
    assert_has(buf_slice(&f->a.body), "originating registered");
    assert_int_equal(ask(f, ALICE "\"registered\": false, "
                                  "\"request\": \"INVITE sip:b@c\"}"),
                     200);
    assert_has(buf_slice(&f->a.body), "originating unregistered");
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
    static const struct {
        const char *body;
        unsigned status;
        const char *says;
    } rows[] = {
        {"", 400, "JSON"},
        {"[]", 400, "object"},
        {"{}", 400, "/identity"},
        {"{\"identity\": 5}", 400, "/identity"},
        {"{\"identity\": \"x\"}", 400, "/identity"},
        {"{\"identity\": \"sip:nobody@ims.example\"}", 404, "nobody"},
        {ALICE "\"no\": 1}", 400, "no"},
        {ALICE "\"session_case\": \"sideways\"}", 400, "/session_case"},
        {ALICE "\"registered\": \"yes\"}", 400, "/registered"},
        {ALICE "\"registration\": \"x\", \"request\": \"INVITE sip:b@c\"}", 400,
         "/registration"},
        {"{\"identity\": \"sip:alice@ims.example\"}", 400, "/request"},
        {ALICE "\"request\": \"\"}", 400, "no start line"},
        {ALICE "\"request\": \"SIP/2.0 200 OK\"}", 400, "/request"},
        {ALICE "\"request\": \"INVITE sip:b@c\\nVia: nonsense\"}", 400, "Via"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (ask(f, rows[i].body) != rows[i].status)
            fail_msg("row %zu: %u %.*s", i, f->a.status,
                     SLICE_ARG(buf_slice(&f->a.body)));
        assert_has(buf_slice(&f->a.body), rows[i].says);
    }
}

/* ---- requests as people write them --------------------------------------- */

static void a_request_is_made_whole(void **state)
{
    static const struct {
        const char *text, *whole;
    } rows[] = {
        {"\n INVITE sip:b@c",
         "INVITE sip:b@c SIP/2.0\r\n"
         "Via: SIP/2.0/UDP test.invalid;branch=z9hG4bKtest\r\n"
         "From: <sip:a@b>;tag=test\r\nTo: <sip:b@c>\r\nCall-ID: test\r\n"
         "CSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"},
        {"INVITE sip:b@c SIP/2.0\r\nv: SIP/2.0/UDP x;branch=z9hG4bK1\r\n"
         "f: <sip:x@y>;tag=1\r\nto: <sip:z@y>\r\ni: 7\r\nCSeq: 2 INVITE\r\n"
         "Max-Forwards: 5\r\nl: 999\r\nContent-Type: application/sdp\r\n"
         " ;x=1\r\n\r\nv=0\nm=audio 1 RTP/AVP 0\n",
         "INVITE sip:b@c SIP/2.0\r\nv: SIP/2.0/UDP x;branch=z9hG4bK1\r\n"
         "f: <sip:x@y>;tag=1\r\nto: <sip:z@y>\r\ni: 7\r\nCSeq: 2 INVITE\r\n"
         "Max-Forwards: 5\r\nContent-Type: application/sdp\r\n ;x=1\r\n"
         "Content-Length: 26\r\n\r\nv=0\r\nm=audio 1 RTP/AVP 0\r\n"},
    };
    static const struct sip_limits limits = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct sip_message *m = NULL;
        struct buf out;
        struct why why;

        buf_init(&out, 65535);
        assert_ok(request_text_complete(slice_of(rows[i].text), S("sip:a@b"),
                                        &out, &why),
                  &why);
        assert_text(buf_slice(&out), slice_of(rows[i].whole));
        assert_ok(sip_message_parse(buf_slice(&out), &limits, &m, &why), &why);
        sip_message_drop(m);
        buf_fini(&out);
    }
}

static void a_request_that_is_too_long_is_refused(void **state)
{
    struct buf out;
    struct why why;

    (void)state;
    buf_init(&out, 100);
    assert_err(
        IMS_TOO_LARGE,
        request_text_complete(S("INVITE sip:b@c"), S("sip:a@b"), &out, &why),
        &why);
    assert_err(IMS_MISSING,
               request_text_complete(S(" \r\n\r\n"), S("sip:a@b"), &out, &why),
               &why);
    buf_fini(&out);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_criterion_says_whether_it_matches_and_why_not),
        TEST(the_users_own_state_counts_unless_another_is_given),
        TEST(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(a_request_is_made_whole),
        cmocka_unit_test(a_request_that_is_too_long_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
