/* SPDX-License-Identifier: MIT */
#include "ims/identity.h"
#include "support/check.h"
#include "support/guard.h"

struct pair {
    const char *from, *to;
};

typedef enum ims_err convert(struct slice, struct identity *, struct why *);

static void check_pairs(const struct pair *pairs, size_t n, convert *fn)
{
    for (size_t i = 0; i < n; i++) {
        struct identity id;
        struct why why = {0};

        assert_ok(fn(slice_of(pairs[i].from), &id, &why), &why);
        assert_text(identity_slice(&id), slice_of(pairs[i].to));
        assert_int_equal(strlen(id.text), id.n);
    }
}

#define CHECK_PAIRS(pairs, fn) \
    check_pairs((pairs), sizeof(pairs) / sizeof((pairs)[0]), (fn))

/* proves SIP-3 */
static void equal_identities_have_equal_bytes(void **state)
{
    static const struct pair pairs[] = {
        {"sip:alice@ims.example", "sip:alice@ims.example"},
        {"SIP:alice@IMS.Example", "sip:alice@ims.example"},
        {"sip:Alice@ims.example", "sip:Alice@ims.example"},
        {"sip:alice@ims.example:5060", "sip:alice@ims.example"},
        {"sips:alice@ims.example;transport=tcp", "sip:alice@ims.example"},
        {"sip:alice:secret@ims.example?Subject=x", "sip:alice@ims.example"},
        {"sip:%61lice@ims.example", "sip:alice@ims.example"},
        {"sip:a%2fb%40c@ims.example", "sip:a/b%40c@ims.example"},
        {"sip:ims.example", "sip:ims.example"},
        {"sip:alice@[2001:DB8::1]:5060", "sip:alice@[2001:db8::1]"},
        {"sip:+1-212-555@ims.example;user=phone", "sip:+1212555@ims.example"},
        {"tel:+1-(212)-555.0101", "tel:+12125550101"},
        {"TEL:+12125550101;isub=7", "tel:+12125550101"},
        {"tel:863-1234;phone-context=+1-914",
         "tel:8631234;phone-context=+1914"},
        {"tel:1234;phone-context=IMS.example",
         "tel:1234;phone-context=ims.example"},
    };

    (void)state;
    CHECK_PAIRS(pairs, identity_canonical);
}

static void a_canonical_identity_stays_as_it_is(void **state)
{
    static const char *const ids[] = {"sip:a/b%40c@ims.example",
                                      "tel:8631234;phone-context=+1914",
                                      "sip:alice@[2001:db8::1]"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct pair same = {ids[i], ids[i]};

        check_pairs(&same, 1, identity_canonical);
    }
}

static void what_is_no_identity_is_refused(void **state)
{
    static const struct {
        const char *text;
        enum ims_err err;
    } wrong[] = {
        {"", IMS_MALFORMED},
        {"alice@ims.example", IMS_MALFORMED},
        {"<sip:alice@ims.example>", IMS_MALFORMED},
        {"sip:al ice@ims.example", IMS_MALFORMED},
        {"sip:alice@", IMS_MALFORMED},
        {"tel:", IMS_MALFORMED},
        {"tel:+12x", IMS_MALFORMED},
        {"urn:service:sos", IMS_UNSUPPORTED},
        {"http://ims.example", IMS_UNSUPPORTED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct identity id = {.n = 77};
        struct why why = {0};

        assert_err(wrong[i].err,
                   identity_canonical(slice_of(wrong[i].text), &id, &why),
                   &why);
        assert_int_equal(id.n, 77);
    }
}

static void an_identity_may_have_255_bytes(void **state)
{
    char text[IDENTITY_MAX + 2];
    struct identity id;
    struct why why;

    (void)state;
    memset(text, 'a', sizeof(text));
    memcpy(text, "sip:", 4);
    memcpy(text + 200, "@", 1);
    assert_ok(identity_canonical(slice_at(text, IDENTITY_MAX), &id, &why),
              &why);
    assert_int_equal(id.n, IDENTITY_MAX);
    assert_err(IMS_MALFORMED,
               identity_canonical(slice_at(text, IDENTITY_MAX + 1), &id, &why),
               &why);
}

/* proves I-SES-2 */
static void a_global_number_is_asked_for_as_tel_uri(void **state)
{
    static const struct pair pairs[] = {
        {"sip:+1-212-555@ims.example;user=phone", "tel:+1212555"},
        {"sip:+1-212;isub=1@ims.example;user=PHONE", "tel:+1212"},
        {"sip:+1212@ims.example", "sip:+1212@ims.example"},
        {"sip:1212@ims.example;user=phone", "sip:1212@ims.example"},
        {"tel:+1-212", "tel:+1212"},
        {"sip:bob@ims.example;user=phone", "sip:bob@ims.example"},
    };

    (void)state;
    CHECK_PAIRS(pairs, identity_of_request);
}

/* proves I-REG-1 */
static void a_private_identity_is_user_and_host(void **state)
{
    static const struct pair pairs[] = {
        {"sip:alice@ims.example", "alice@ims.example"},
        {"sip:alice@IMS.example:5070;transport=udp", "alice@ims.example"},
        {"sips:+1212@ims.example;user=phone", "+1212@ims.example"},
    };
    struct identity id;
    struct why why;

    (void)state;
    CHECK_PAIRS(pairs, identity_private_of);
    assert_err(IMS_UNSUPPORTED, identity_private_of(S("tel:+1212"), &id, &why),
               &why);
    assert_err(IMS_MALFORMED,
               identity_private_of(S("sip:ims.example"), &id, &why), &why);
}

static void a_private_identity_has_user_and_realm(void **state)
{
    (void)state;
    assert_true(identity_private_valid(S("alice@ims.example")));
    assert_true(identity_private_valid(S("a@b@c")));
    assert_false(identity_private_valid(S("alice")));
    assert_false(identity_private_valid(S("@ims.example")));
    assert_false(identity_private_valid(S("alice@")));
    assert_false(identity_private_valid(S("al ice@ims.example")));
    assert_false(identity_private_valid(S("al\0ice@ims.example")));
    assert_false(identity_private_valid(S("")));
}

static void parts_of_an_identity_are_found(void **state)
{
    (void)state;
    assert_text(identity_realm(S("a@b@ims.example")), S("ims.example"));
    assert_text(identity_realm(S("alice")), S(""));
    assert_text(identity_domain(S("sip:alice@ims.example")), S("ims.example"));
    assert_text(identity_domain(S("sip:ims.example")), S("ims.example"));
    assert_text(identity_domain(S("tel:+1212")), S(""));
    assert_true(identity_is_tel(S("tel:+1212")));
    assert_false(identity_is_tel(S("sip:tel@ims.example")));
    assert_true(identity_is_global_number(S("tel:+1-212")));
    assert_true(identity_is_global_number(S("sip:+1212@x;user=phone")));
    assert_false(identity_is_global_number(S("sip:+1212@x")));
    assert_false(identity_is_global_number(S("tel:112")));
}

static void numbers_change_their_scheme(void **state)
{
    static const struct pair to_tel[] = {
        {"sip:+1-212@ims.example;user=phone", "tel:+1212"},
        {"sip:+1212@ims.example", "tel:+1212"},
        {"sip:1234;phone-context=ims.example@ims.example;user=phone",
         "tel:1234;phone-context=ims.example"},
        {"tel:+1-212", "tel:+1212"},
    };
    struct identity id;
    struct why why;

    (void)state;
    CHECK_PAIRS(to_tel, identity_sip_to_tel);
    assert_err(IMS_MALFORMED,
               identity_sip_to_tel(S("sip:bob@ims.example"), &id, &why), &why);
    assert_ok(identity_tel_to_sip(S("tel:+1-212"), S("ims.example"), &id, &why),
              &why);
    assert_text(identity_slice(&id), S("sip:+1212@ims.example;user=phone"));
    assert_err(IMS_UNSUPPORTED,
               identity_tel_to_sip(S("sip:a@b"), S("ims.example"), &id, &why),
               &why);
}

/* ---- wildcards ------------------------------------------------------------
 */

static void a_wildcard_stands_between_the_outermost_marks(void **state)
{
    static const struct {
        const char *wildcard, *impu;
        bool matches;
    } rows[] = {
        {"sip:chat-!.*!@ims.example", "sip:chat-1@ims.example", true},
        {"sip:chat-!.*!@ims.example", "sip:chat-@ims.example", true},
        {"sip:chat-!.*!@ims.example", "sip:chat@ims.example", false},
        {"sip:chat-!.*!@ims.example", "sip:chat-1@ims.example.org", false},
        {"sip:chat-!.*!@ims.example", "sip:chat-1@imsxexample", false},
        {"sip:chat-!.*!@ims.example", "xsip:chat-1@ims.example", false},
        {"sip:a!.*!a@x", "sip:aa@x", true},
        {"sip:a!.*!a@x", "sip:a@x", false},
        {"sip:!(1[0-9]{2}|2[0-9]{3})!@x", "sip:2999@x", true},
        {"sip:!(1[0-9]{2}|2[0-9]{3})!@x", "sip:299@x", false},
        {"sip:!a|b!@x", "sip:b@x", true},
        {"sip:!a|b!@x", "sip:ab@x", false},
        {"sip:!a!b!@x", "sip:a!b@x", true},
        {"tel:+1555!.*!", "tel:+15551234", true},
        {"tel:+1555![0-9]{4}!", "tel:+15551234", true},
        {"tel:+1555![0-9]{4}!", "tel:+155512345", false},
        {"sip:alice@ims.example", "sip:alice@ims.example", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (identity_wildcard_matches(slice_of(rows[i].wildcard),
                                      slice_of(rows[i].impu)) !=
            rows[i].matches)
            fail_msg("%s and %s", rows[i].wildcard, rows[i].impu);
    }
    assert_false(identity_wildcard_matches(S("sip:!.*!@x"), S("sip:a\0@x")));
    assert_true(identity_wildcard_matches(S("!a*!"), (struct slice){0}));
}

static void what_cannot_be_a_wildcard_is_refused(void **state)
{
    static const char *const wrong[] = {
        "sip:alice@ims.example",       "sip:a!b@ims.example",
        "sip:a!!@ims.example",         "sip:!(!@ims.example",
        "sip:![!@ims.example",         "sip:!(a)\\1!@ims.example",
        "sip:!(a{9}){9}!@ims.example",
    };
    struct why why;

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_err(IMS_MALFORMED,
                   identity_wildcard_check(slice_of(wrong[i]), &why), &why);
    assert_err(IMS_MALFORMED, identity_wildcard_check(S("sip:!a!\0@x"), &why),
               &why);
    assert_ok(identity_wildcard_check(S("sip:!.*!@ims.example"), &why), &why);
    assert_true(identity_is_wildcard(S("sip:!.*!@ims.example")));
    assert_false(identity_is_wildcard(S("sip:a@b!c!")));
    assert_false(identity_is_wildcard(S("")));
}

/* RFC 3261 19.1.4, RFC 3966 3: else it would match no canonical identity. */
static void a_wildcard_is_spelt_as_what_it_matches(void **state)
{
    static const struct {
        const char *typed, *kept, *matches;
    } rows[] = {
        {"sip:pbx-!.*!@ims.example", "sip:pbx-!.*!@ims.example",
         "sip:pbx-1@ims.example"},
        {"SIPS:Pb%58-!A.*[%.]!-%42@IMS.Example:5060;user=x",
         "sip:PbX-!A.*[%.]!-B@ims.example", "sip:PbX-A%-B@ims.example"},
        {"sip:+49-30-![0-9]{2}!-(9)@IMS.example",
         "sip:+4930![0-9]{2}!9@ims.example", "sip:+4930429@ims.example"},
        {"tel:+49-30-!.*!", "tel:+4930!.*!", "tel:+49301"},
        {"TEL:+49(30)![0-9]-?[0-9]!.9", "tel:+4930![0-9]-?[0-9]!9",
         "tel:+4930119"},
        {"tel:!\\+49.*!", "tel:!\\+49.*!", "tel:+4930"},
        {"sip:+49-!.*!abc@x", "sip:+49-!.*!abc@x", "sip:+49-1abc@x"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct identity id;
        struct why why;

        assert_ok(
            identity_wildcard_canonical(slice_of(rows[i].typed), &id, &why),
            &why);
        assert_text(identity_slice(&id), slice_of(rows[i].kept));
        assert_true(identity_wildcard_matches(identity_slice(&id),
                                              slice_of(rows[i].matches)));
    }
}

static void a_wildcard_around_which_is_no_identity_is_refused(void **state)
{
    static const struct {
        const char *typed, *sentence;
    } rows[] = {
        {"sip:!(!@x", "regular expression"},
        {"!.*!", "has no scheme"},
        {"urn:!.*!", "neither a sip nor a tel URI"},
        {"sip:!.*!@", "host"},
        {"sip:a%4!.*!@x", "outside of escapes"},
        {"sip:a%21b!.*!@x", "outside of escapes"},
        {"tel:+49;isub=!1!", "outside of escapes"},
        {"tel:+49a!.*!", "telephone number"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct identity id = {.n = 7};
        struct why why;

        assert_int_not_equal(
            identity_wildcard_canonical(slice_of(rows[i].typed), &id, &why),
            IMS_OK);
        assert_has(slice_of(why.text), rows[i].sentence);
        assert_int_equal(id.n, 7);
    }
}

static void a_wildcard_has_no_more_bytes_than_an_identity(void **state)
{
    char text[IDENTITY_MAX + 2];
    struct identity id;
    struct why why;
    struct buf b;

    (void)state;
    buf_over(&b, text, sizeof(text));
    buf_str(&b, "sip:!.*!");
    while (b.n < IDENTITY_MAX - 2)
        buf_char(&b, 'a');
    buf_str(&b, "@x");
    assert_ok(identity_wildcard_canonical(buf_slice(&b), &id, &why), &why);
    assert_text(identity_slice(&id), buf_slice(&b));
    buf_char(&b, 'x');
    assert_err(IMS_MALFORMED,
               identity_wildcard_canonical(buf_slice(&b), &id, &why), &why);
}

static void read_all(void *ctx, struct slice text)
{
    struct identity id;
    unsigned *good = ctx;

    *good += identity_canonical(text, &id, NULL) == IMS_OK;
    *good += identity_of_request(text, &id, NULL) == IMS_OK;
    *good += identity_private_of(text, &id, NULL) == IMS_OK;
    *good += identity_sip_to_tel(text, &id, NULL) == IMS_OK;
    *good += identity_is_wildcard(text) + identity_private_valid(text);
    *good += identity_wildcard_matches(S("sip:!.*!@x"), text);
    *good += identity_wildcard_canonical(text, &id, NULL) == IMS_OK;
}

static void a_cut_identity_is_read_no_further_than_its_end(void **state)
{
    static const char *const texts[] = {
        "sip:+1-212;phone-context=a%40b@[::1]:5060;user=phone?Subject=x",
        "tel:863-1234;phone-context=+1-914-555;isub=3",
        "sip:chat-!.*!@ims.example",
    };
    unsigned good = 0;

    (void)state;
    for (size_t i = 0; i < 3; i++)
        each_prefix(slice_of(texts[i]), read_all, &good);
    assert_true(good > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_identities_have_equal_bytes),
        cmocka_unit_test(a_canonical_identity_stays_as_it_is),
        cmocka_unit_test(what_is_no_identity_is_refused),
        cmocka_unit_test(an_identity_may_have_255_bytes),
        cmocka_unit_test(a_global_number_is_asked_for_as_tel_uri),
        cmocka_unit_test(a_private_identity_is_user_and_host),
        cmocka_unit_test(a_private_identity_has_user_and_realm),
        cmocka_unit_test(parts_of_an_identity_are_found),
        cmocka_unit_test(numbers_change_their_scheme),
        cmocka_unit_test(a_wildcard_stands_between_the_outermost_marks),
        cmocka_unit_test(what_cannot_be_a_wildcard_is_refused),
        cmocka_unit_test(a_wildcard_is_spelt_as_what_it_matches),
        cmocka_unit_test(a_wildcard_around_which_is_no_identity_is_refused),
        cmocka_unit_test(a_wildcard_has_no_more_bytes_than_an_identity),
        cmocka_unit_test(a_cut_identity_is_read_no_further_than_its_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
