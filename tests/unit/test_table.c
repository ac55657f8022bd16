/* SPDX-License-Identifier: MIT
 *
 * What people get to see of the API: tables that fit, and names as they write
 * them.
 */
#include "imsbox/client.h"
#include "imsbox/identities.h"
#include "imsbox/table.h"
#include "support/check.h"
#include <stdlib.h>

static const char *const two[] = {"name", "what", NULL};

/* What t prints, in out. */
static void print(struct table *t, char *out, size_t size)
{
    FILE *f = fmemopen(out, size, "w");

    table_print(t, f);
    fclose(f);
}

static void columns_are_as_wide_as_their_texts(void **state)
{
    char out[1000] = "";
    struct table t;

    (void)state;
    table_init(&t, two);
    table_add(&t, "%s", "bob");
    table_add(&t, "%d", 7);
    table_add(&t, "Zo\xc3\xab");
    table_add(&t, "a longer one");
    table_add(&t, "a\tb\n");
    table_add(&t, "%s", "");
    print(&t, out, sizeof out);
    assert_text(slice_of(out), S("name  what\n"
                                 "bob   7\n"
                                 "Zo\xc3\xab   a longer one\n"
                                 "a?b?  \n"));
    table_fini(&t);
}

static void heads_are_printed_once_and_without_rows_nothing(void **state)
{
    char out[1000] = "";
    struct table t;

    (void)state;
    table_init(&t, two);
    print(&t, out, sizeof out);
    assert_text(slice_of(out), S(""));
    table_add(&t, "a");
    table_add(&t, "b");
    print(&t, out, sizeof out);
    assert_text(slice_of(out), S("name  what\na     b\n"));
    table_add(&t, "c");
    table_add(&t, "d");
    memset(out, 0, sizeof out);
    print(&t, out, sizeof out);
    assert_text(slice_of(out), S("c     d\n"));
    table_fini(&t);
}

static void what_does_not_fit_is_cut_and_says_so(void **state)
{
    char text[400], out[2000] = "";
    struct table t;
    struct slice rest, line;

    (void)state;
    memset(text, 0, sizeof text);
    for (size_t i = 0; i < 150; i++)
        memcpy(text + 2 * i, "\xc3\xab", 2);
    table_init(&t, two);
    table_add(&t, "%s", text);
    table_add(&t, "short");
    table_add(&t, "%.*s", 60,
              "0123456789012345678901234567890123456789"
              "01234567890123456789");
    table_add(&t, "%.*s", 60,
              "0123456789012345678901234567890123456789"
              "01234567890123456789");
    print(&t, out, sizeof out);
    rest = slice_of(out);
    while (slice_cut(&rest, '\n', &line)) {
        size_t columns = 0;

        for (size_t i = 0; i < line.n; i++)
            columns += ((unsigned char)line.p[i] & 0xc0) != 0x80;
        assert_true(columns <= TABLE_WIDTH);
    }
    assert_has(slice_of(out), "\xc3\xab\xe2\x80\xa6  short\n");
    table_fini(&t);
}

/* Keys that were just made, and are shown once. */
static void what_must_be_whole_is_not_cut(void **state)
{
    static const char secret[] =
        "00112233445566778899aabbccddeeff ffeeddccbbaa99887766554433221100";
    char out[1000] = "", user[60];
    struct table t;

    (void)state;
    snprintf(user, sizeof user, "%050d@ims", 7);
    table_init(&t, two);
    t.whole = true;
    table_add(&t, "%s", user);
    table_add(&t, "%s", secret);
    print(&t, out, sizeof out);
    assert_has(slice_of(out), user);
    assert_has(slice_of(out), secret);
    table_fini(&t);
}

static void people_name_users_in_many_ways(void **state)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"bob", "sip:bob@ims.example"},
        {"1001", "sip:1001@ims.example"},
        {"bob@other.example", "bob@other.example"},
        {"sip:bob@ims.example", "sip:bob@ims.example"},
        {"+15551002", "tel:+15551002"},
        {"tel:911", "tel:911"},
        {"#7", "7"},
        {" bob\t", "sip:bob@ims.example"},
        {" +1-555-1002 ", "tel:+15551002"},
        {"SIP:bob@IMS.Example:5060;lr", "sip:bob@ims.example"},
        {" bob@ims.example\n", "bob@ims.example"},
        {"no user", "sip:no user@ims.example"},
        {"", "sip:@ims.example"},
    };
    char out[WHOM_MAX], longest[2 * WHOM_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        whom_print(rows[i].text, "ims.example", out);
        assert_text(slice_of(out), slice_of(rows[i].expected));
    }
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    whom_print(longest, "ims.example", out);
    assert_int_equal(strlen(out), WHOM_MAX - 1);
}

static void identities_are_one_segment_of_a_path(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 1000);
    assert_text(slice_of(url_path(&b, "/a/", "sip:b/c?d e%@x\xc3\xab", "/z")),
                S("/a/sip%3Ab%2Fc%3Fd%20e%25%40x%C3%AB/z"));
    buf_fini(&b);
}

static void every_status_has_its_meaning_to_the_shell(void **state)
{
    static const struct {
        long status;
        enum exit_status expected;
    } rows[] = {
        {200, EXIT_DONE},        {201, EXIT_DONE},
        {204, EXIT_DONE},        {400, EXIT_REFUSED},
        {409, EXIT_REFUSED},     {412, EXIT_REFUSED},
        {413, EXIT_REFUSED},     {422, EXIT_REFUSED},
        {404, EXIT_UNKNOWN},     {401, EXIT_DENIED},
        {403, EXIT_DENIED},      {429, EXIT_DENIED},
        {0, EXIT_UNAVAILABLE},   {502, EXIT_UNAVAILABLE},
        {503, EXIT_UNAVAILABLE}, {504, EXIT_UNAVAILABLE},
        {500, EXIT_NO},          {302, EXIT_NO},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(exit_of_status(rows[i].status), rows[i].expected);
}

static void a_subscriber_in_a_few_words(void **state)
{
    static const char text[] =
        "{\"privates\":[{\"impi\":\"a@x\",\"aka\":{\"algorithm\":"
        "\"AKAv1-MD5\"},\"digest\":{\"algorithm\":\"MD5\"}},{\"impi\":\"b@x\","
        "\"digest\":{\"algorithm\":\"SHA-256\"}}],\"sets\":[{\"publics\":"
        "[{\"impu\":\"sip:a@x\"},{\"impu\":\"tel:1\"}]},{\"publics\":"
        "[{\"impu\":\"sip:b@x\"}]}]}";
    json_t *j = json_loads(text, 0, NULL);
    struct buf b;

    (void)state;
    buf_init(&b, 1000);
    subscriber_print_auth(j, &b);
    assert_text(buf_slice(&b), S("AKAv1-MD5, digest MD5, digest SHA-256"));
    buf_reset(&b);
    subscriber_print_impus(j, &b);
    assert_text(buf_slice(&b), S("sip:a@x, tel:1, sip:b@x"));
    assert_text(slice_of(subscriber_impi(j, 1)), S("b@x"));
    assert_text(slice_of(subscriber_impi(j, 2)), S(""));
    buf_fini(&b);
    json_decref(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_as_wide_as_their_texts),
        cmocka_unit_test(heads_are_printed_once_and_without_rows_nothing),
        cmocka_unit_test(what_does_not_fit_is_cut_and_says_so),
        cmocka_unit_test(what_must_be_whole_is_not_cut),
        cmocka_unit_test(people_name_users_in_many_ways),
        cmocka_unit_test(identities_are_one_segment_of_a_path),
        cmocka_unit_test(every_status_has_its_meaning_to_the_shell),
        cmocka_unit_test(a_subscriber_in_a_few_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
