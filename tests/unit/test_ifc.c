/* SPDX-License-Identifier: MIT */
#include "ims/ifc.h"
#include "ims/pattern.h"
#include "support/check.h"
#include "support/guard.h"

static const char invite[] =
    "INVITE sip:bob@ims.example SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx\r\n"
    "From: <sip:alice@ims.example>;tag=1\r\n"
    "To: <sip:bob@ims.example>\r\n"
    "Call-ID: 1\r\n"
    "CSeq: 1 INVITE\r\n"
    "Max-Forwards: 70\r\n"
    "s: Lunch today\r\n"
    "X-Odd: yes\r\n"
    "Content-Type: application/sdp\r\n"
    "Content-Length: 45\r\n"
    "\r\n"
    "v=0\r\nm=audio 49170 RTP/AVP 0\r\na=rtpmap:0 PCMU\r\n";

static struct sip_message *message(const char *text)
{
    static const struct sip_limits limits = {0};
    struct sip_message *m = NULL;
    struct why why;

    assert_ok(sip_message_parse(slice_of(text), &limits, &m, &why), &why);
    return m;
}

static const uint32_t g0[] = {0}, g1[] = {1}, g01[] = {0, 1};

#define SPT(spt_kind, ...)                                          \
    {                                                               \
        .kind = (spt_kind), .groups = g0, .ngroups = 1, __VA_ARGS__ \
    }
#define TEXT(literal)                   \
    {                                   \
        "" literal, sizeof(literal) - 1 \
    }

/* One condition at a time against the INVITE above. */
static const struct {
    struct profile_spt spt;
    bool holds;
    const char *says;
} conditions[] = {
    {SPT(SPT_METHOD, .content = TEXT("INVITE")), true, "leads to sip:as"},
    {SPT(SPT_METHOD, .content = TEXT("MESSAGE")), false,
     "iFC 7 skipped: method is not MESSAGE"},
    {SPT(SPT_METHOD, .content = TEXT("INVITE"), .negated = true), false,
     "method is INVITE"},
    {SPT(SPT_METHOD, .content = TEXT("INVITE"),
         .registrations = REGISTRATION_GONE),
     true, "leads"},
    {SPT(SPT_REQUEST_URI, .content = TEXT("^sip:b.b@")), true, "leads"},
    {SPT(SPT_REQUEST_URI, .content = TEXT("alice")), false,
     "the Request-URI does not fit \"alice\""},
    {SPT(SPT_SESSION_CASE, .session_case = SESSION_ORIGINATING), true, "leads"},
    {SPT(SPT_SESSION_CASE, .session_case = SESSION_TERMINATING_UNREGISTERED),
     false, "session case is not terminating unregistered"},
    {SPT(SPT_HEADER, .name = TEXT("Subject")), true, "leads"},
    {SPT(SPT_HEADER, .name = TEXT("subject"), .content = TEXT("[Ll]unch")),
     true, "leads"},
    {SPT(SPT_HEADER, .name = TEXT("Subject"), .content = TEXT("Dinner")), false,
     "the request has no Subject that fits Dinner"},
    {SPT(SPT_HEADER, .name = TEXT("Sub")), false, "has no Sub"},
    {SPT(SPT_HEADER, .name = TEXT("X-.*"), .content = TEXT("^yes$")), true,
     "leads"},
    {SPT(SPT_HEADER, .name = TEXT("Event"), .negated = true), true, "leads"},
    {SPT(SPT_HEADER, .name = TEXT("Subject"), .content = TEXT("(")), false,
     "has no Subject"},
    {SPT(SPT_HEADER, .name = TEXT("Subject"), .content = TEXT("("),
         .negated = true),
     false, "skipped: \"Subject (\" cannot be evaluated"},
    {SPT(SPT_HEADER, .name = TEXT("["), .negated = true), false,
     "\"[ \" cannot be evaluated"},
    {SPT(SPT_REQUEST_URI, .content = TEXT("a**{3}"), .negated = true), false,
     "\"a**{3}\" cannot be evaluated"},
    {SPT(SPT_REQUEST_URI, .content = TEXT("^sip:b.b@"), .negated = true), false,
     "the Request-URI fits \"^sip:b.b@\""},
    {SPT(SPT_REQUEST_URI, .content = TEXT("alice"), .negated = true), true,
     "leads"},
    {SPT(SPT_SDP, .name = TEXT("m"), .content = TEXT("audio")), true, "leads"},
    {SPT(SPT_SDP, .name = TEXT("m"), .content = TEXT("video")), false,
     "the SDP has no m that fits video"},
    {SPT(SPT_SDP, .name = TEXT("a")), true, "leads"},
    {SPT(SPT_SDP, .name = TEXT("b")), false, "the SDP has no b"},
};

static void each_condition_holds_or_says_why_not(void **state)
{
    struct sip_message *m = message(invite);
    struct ifc_request r = {m, SESSION_ORIGINATING, true, 0};

    (void)state;
    for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++) {
        struct profile_ifc ifc = {.spts = &conditions[i].spt,
                                  .server = S("sip:as"),
                                  .priority = 7,
                                  .part = PROFILE_BOTH,
                                  .cnf = i % 2};
        struct why why;

        if (ifc_matches(&ifc, &r, &why) != conditions[i].holds)
            fail_msg("condition %zu: %s", i, why.text);
        assert_has(slice_of(why.text), conditions[i].says);
    }
    sip_message_drop(m);
}

/* Groups of: A in 0, B in 1, C in both. */
static void groups_are_joined_as_cnf_or_dnf_says(void **state)
{
    struct sip_message *m = message(invite);
    struct ifc_request r = {m, SESSION_ORIGINATING, true, 0};

    (void)state;
    for (unsigned bits = 0; bits < 16; bits++) {
        bool a = bits & 1, b = bits & 2, c = bits & 4, cnf = bits & 8;
        struct profile_spt spts[] = {
            {.next = &spts[1],
             .groups = g0,
             .ngroups = 1,
             .kind = SPT_METHOD,
             .content = a ? S("INVITE") : S("A")},
            {.next = &spts[2],
             .groups = g1,
             .ngroups = 1,
             .kind = SPT_METHOD,
             .content = b ? S("INVITE") : S("B")},
            {.groups = g01,
             .ngroups = 2,
             .kind = SPT_METHOD,
             .content = c ? S("INVITE") : S("C")},
        };
        struct profile_ifc ifc = {.spts = spts,
                                  .server = S("sip:as"),
                                  .part = PROFILE_BOTH,
                                  .cnf = cnf};
        bool expected = cnf ? (a || c) && (b || c) : (a && c) || (b && c);
        struct why why;

        if (ifc_matches(&ifc, &r, &why) != expected)
            fail_msg("%u: %s", bits, why.text);
    }
    sip_message_drop(m);
}

static void the_profile_part_follows_the_users_state(void **state)
{
    struct profile_ifc ifc = {.server = S("sip:as"),
                              .part = PROFILE_UNREGISTERED};
    struct sip_message *m = message(invite);
    struct ifc_request r = {m, SESSION_TERMINATING_UNREGISTERED, false, 0};
    struct why why;

    (void)state;
    assert_true(ifc_matches(&ifc, &r, &why));
    r.registered = true;
    assert_false(ifc_matches(&ifc, &r, &why));
    assert_has(slice_of(why.text), "the user is registered");
    ifc.part = PROFILE_REGISTERED;
    assert_true(ifc_matches(&ifc, &r, &why));
    ifc.part = PROFILE_BOTH;
    r.registered = false;
    assert_true(ifc_matches(&ifc, &r, &why));
    sip_message_drop(m);
}

static void a_register_is_told_apart_by_its_type(void **state)
{
    struct profile_spt spt =
        SPT(SPT_METHOD, .content = TEXT("REGISTER"),
            .registrations = REGISTRATION_INITIAL | REGISTRATION_GONE);
    struct profile_ifc ifc = {
        .spts = &spt, .server = S("sip:as"), .part = PROFILE_BOTH};
    struct sip_message *m =
        message("REGISTER sip:ims.example SIP/2.0\r\n"
                "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx\r\n"
                "From: <sip:alice@ims.example>;tag=1\r\n"
                "To: <sip:alice@ims.example>\r\n"
                "Call-ID: 1\r\nCSeq: 1 REGISTER\r\nMax-Forwards: 70\r\n"
                "Content-Length: 0\r\n\r\n");
    struct ifc_request r = {m, SESSION_ORIGINATING, true, 0};
    struct why why;

    (void)state;
    r.registration = REGISTRATION_INITIAL;
    assert_true(ifc_matches(&ifc, &r, &why));
    r.registration = REGISTRATION_AGAIN;
    assert_false(ifc_matches(&ifc, &r, &why));
    r.registration = REGISTRATION_GONE;
    assert_true(ifc_matches(&ifc, &r, &why));
    spt.registrations = 0;
    r.registration = REGISTRATION_AGAIN;
    assert_true(ifc_matches(&ifc, &r, &why));
    sip_message_drop(m);
}

static void remember(void *ctx, const struct profile_ifc *ifc,
                     const char *sentence)
{
    struct buf *b = ctx;

    (void)ifc;
    buf_str(b, sentence);
    buf_char(b, '\n');
}

static void the_next_server_is_found_with_the_story(void **state)
{
    struct profile_spt message_only =
        SPT(SPT_METHOD, .content = TEXT("MESSAGE"));
    struct profile_ifc third = {
        .server = S("sip:as3"), .priority = 30, .part = PROFILE_BOTH};
    struct profile_ifc second = {.next = &third,
                                 .spts = &message_only,
                                 .server = S("sip:as2"),
                                 .priority = 20,
                                 .part = PROFILE_BOTH};
    struct profile_ifc first = {.next = &second,
                                .server = S("sip:as1"),
                                .priority = 10,
                                .part = PROFILE_BOTH};
    struct sip_message *m = message(invite);
    struct ifc_request r = {m, SESSION_ORIGINATING, true, 0};
    struct buf story;

    (void)state;
    buf_init(&story, 4096);
    assert_ptr_equal(ifc_next(&first, &r, remember, &story), &first);
    assert_ptr_equal(ifc_next(first.next, &r, remember, &story), &third);
    assert_null(ifc_next(third.next, &r, NULL, NULL));
    assert_text(buf_slice(&story), S("iFC 10 leads to sip:as1\n"
                                     "iFC 20 skipped: method is not MESSAGE\n"
                                     "iFC 30 leads to sip:as3\n"));
    buf_fini(&story);
    sip_message_drop(m);
}

/* ---- patterns -------------------------------------------------------------
 */

static void a_pattern_that_could_run_wild_is_refused(void **state)
{
    char longest[PATTERN_MAX + 1];
    struct why why;

    (void)state;
    memset(longest, 'a', sizeof(longest));
    assert_ok(pattern_check(slice_at(longest, PATTERN_MAX), &why), &why);
    assert_err(IMS_MALFORMED,
               pattern_check(slice_at(longest, PATTERN_MAX + 1), &why), &why);
    assert_err(IMS_MALFORMED, pattern_check(S("(a)\\1"), &why), &why);
    assert_err(IMS_MALFORMED, pattern_check(S("(a{9}){9}"), &why), &why);
    assert_err(IMS_MALFORMED, pattern_check(S("a\0b"), &why), &why);
    /* each of them doubles what stands before it */
    assert_err(IMS_MALFORMED, pattern_check(S("e=5i++++++++++++++"), &why),
               &why);
    assert_err(IMS_MALFORMED, pattern_check(S("((((a+)+)b|c)+)+"), &why), &why);
    assert_err(IMS_MALFORMED, pattern_check(S("((((a+)+)+)){2}"), &why), &why);
    assert_err(IMS_MALFORMED, pattern_check(S("a{256}"), &why), &why);
    assert_err(IMS_MALFORMED, pattern_check(S("l*{0,255}+"), &why), &why);
    assert_ok(pattern_check(S("(([0-9]{0,255})+)+"), &why), &why);
    assert_err(IMS_MALFORMED, pattern_check(S("a{1,32767}"), &why), &why);
    assert_ok(pattern_check(S("((a+)*b?)?c+d+e+f*(g+)+"), &why), &why);
    assert_ok(pattern_check(S("[+*?{]+[^]+*?]*[[:alpha:]+*?+]{1,255}"), &why),
              &why);
    assert_ok(pattern_check(S("\\+\\+\\+\\*\\?\\{[0-9]{15}"), &why), &why);
    assert_err(IMS_MALFORMED, pattern_check(S("[a"), &why), &why);
    assert_ok(pattern_check(S(""), &why), &why);
}

/* What regcomp writes out, and the ways through nothing that it follows in a
 * loop, are bounded: the refused ones took seconds, or for ever. */
static void several_counts_are_taken_while_they_stay_small(void **state)
{
    static const struct {
        const char *piece; /* stands so often, in a row, between these: */
        unsigned times;
        const char *before, *after;
        bool taken;
    } rows[] = {
        {"", 0, "1[0-9]{2}", "|2[0-9]{3}", true},
        {"[0-9]{2}-", 50, "^", "$", true},
        {"([0-9]{2,3}-)", 30, "^(", ")+$", true},
        {"a{255}", 8, "", "", true},
        {"a{255}", 9, "", "", false},
        {"a{1}b", 90, "(", "){2}", false},
        {"a", 128, "(", "){16}", true},
        {"a", 129, "(", "){16}", false},
        {"|a", 100, "(", "){255}", false},
        {"(a|)", 100, "((", ")+)+", true},
        {"(a|){0,9}", 50, "", "", true},
        {"(a|){0,3}", 3, "(", ")", true},
        {"(a|){0,3}", 4, "(", ")+", false},
        {"(a|){0,255}", 1, "(", ")+", false},
        {"(a?)?", 5, "(", "b)+c", true},
        {"(a?)?", 5, "d*(", ")b", true},
        {"(a?)?", 60, "(", ")", true},
        {"(a?)?", 60, "(", ")+", false},
        {"(^?|\\b)", 60, "(", ")*", false},
        {"((a|)*b*)?", 40, "c", "", false},
        {"(|^)", 13, "(", "){1,}", false},
        {"(|^)", 20, "(", "){1,20}", false},
        {"(|^){2,}", 8, "", "", false},
        {"(^|a){1,}", 20, "", "", false},
        {"[0-9]{3,}-", 20, "", "", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[PATTERN_MAX];
        struct why why;
        struct buf b;

        buf_over(&b, text, sizeof(text));
        buf_str(&b, rows[i].before);
        for (unsigned k = 0; k < rows[i].times; k++)
            buf_str(&b, rows[i].piece);
        buf_str(&b, rows[i].after);
        assert_false(b.full);
        if ((pattern_check(buf_slice(&b), &why) == IMS_OK) != rows[i].taken)
            fail_msg("%.*s", SLICE_ARG(buf_slice(&b)));
        if (!rows[i].taken)
            assert_has(slice_of(why.text), "{counts}");
    }
    assert_true(
        pattern_matches(S("^(1[0-9]{2}|2[0-9]{3})$"), S("2999"), false));
    assert_false(
        pattern_matches(S("^(1[0-9]{2}|2[0-9]{3})$"), S("299"), false));
}

static void match_prefix(void *ctx, struct slice text)
{
    unsigned *matches = ctx;

    *matches += pattern_matches(S("a.*b$"), text, false);
}

static void a_text_is_matched_no_further_than_its_end(void **state)
{
    unsigned matches = 0;

    (void)state;
    each_prefix(S("xaxbxb"), match_prefix, &matches);
    assert_int_equal(matches, 2);
    assert_true(pattern_matches(S("b"), S("a\0b"), false));
    assert_true(pattern_matches(S(""), (struct slice){NULL, 0}, false));
    assert_true(pattern_matches(S("B"), S("b"), true));
    assert_false(pattern_matches(S("B"), S("b"), false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_condition_holds_or_says_why_not),
        cmocka_unit_test(groups_are_joined_as_cnf_or_dnf_says),
        cmocka_unit_test(the_profile_part_follows_the_users_state),
        cmocka_unit_test(a_register_is_told_apart_by_its_type),
        cmocka_unit_test(the_next_server_is_found_with_the_story),
        cmocka_unit_test(a_pattern_that_could_run_wild_is_refused),
        cmocka_unit_test(several_counts_are_taken_while_they_stay_small),
        cmocka_unit_test(a_text_is_matched_no_further_than_its_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
