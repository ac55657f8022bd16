/* SPDX-License-Identifier: MIT */
#include "pcscf/identities.h"
#include "sip/views.h"
#include "support/check.h"

/* The identities of a phone, as its network told of them.
 *
 * proves P-REG-4 P-ORG-1 P-TRM-2 */

#define NUMBER "sip:+4930123@ims.example"

static void add(struct buf *list, const char *value)
{
    struct sip_name_addr na;

    assert_int_equal(sip_name_addr_parse(slice_of(value), &na, NULL), IMS_OK);
    identities_add(list, na.display, na.uri);
}

/* Of a phone whose only identity came as that. */
static void check_asserted(const char *value, const char *impu,
                           const char *asserted)
{
    struct sip_message *m = sip_request_new(SIP_MESSAGE, S("sip:b@x.y"));
    struct buf list;

    buf_init(&list, 4096);
    add(&list, value);
    identities_assert(buf_slice(&list), slice_of(impu), m);
    assert_int_equal(sip_values_count(m, SIP_HDR_P_ASSERTED_IDENTITY), 1);
    assert_text(sip_header_value(m, SIP_HDR_P_ASSERTED_IDENTITY),
                slice_of(asserted));
    buf_fini(&list);
    sip_message_drop(m);
}

static void an_identity_is_asserted_as_it_came(void **state)
{
    static const struct {
        const char *value, *impu, *asserted;
    } rows[] = {
        {"<sip:a@ims.example>", "sip:a@ims.example", "<sip:a@ims.example>"},
        {"sip:a@ims.example", "sip:a@ims.example", "<sip:a@ims.example>"},
        {"<" NUMBER ";user=phone>", NUMBER, "<" NUMBER ";user=phone>"},
        {"<tel:+49-30-123>", "tel:+4930123", "<tel:+49-30-123>"},
        {"A <" NUMBER ">", NUMBER, "A <" NUMBER ">"},
        {"\"A \\\" b\t<\" <" NUMBER ";user=phone>;x=y", NUMBER,
         "\"A \\\" b\t<\" <" NUMBER ";user=phone>"},
        {"\"A,\r\n b\" <" NUMBER ">", NUMBER, "\"A, b\" <" NUMBER ">"},
        /* None of them. */
        {"A <" NUMBER ">", "sip:c@ims.example", "<sip:c@ims.example>"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_asserted(rows[i].value, rows[i].impu, rows[i].asserted);
}

static void the_uri_is_the_one_that_came(void **state)
{
    struct buf list;

    (void)state;
    buf_init(&list, 4096);
    add(&list, "<sip:a@ims.example>");
    add(&list, "\"A <b>\" <" NUMBER ";user=phone>");
    assert_text(identities_uri(buf_slice(&list), S(NUMBER)),
                S(NUMBER ";user=phone"));
    assert_text(identities_uri(buf_slice(&list), S("sip:a@ims.example")),
                S("sip:a@ims.example"));
    assert_text(identities_uri(buf_slice(&list), S("sip:c@ims.example")),
                S("sip:c@ims.example"));
    assert_text(identities_uri((struct slice){0}, S("sip:c@ims.example")),
                S("sip:c@ims.example"));
    buf_fini(&list);
}

/* A phone's memory. */
static void what_is_all_canonical_is_kept_once(void **state)
{
    struct slice rest;
    struct told_identity it;
    struct buf list;

    (void)state;
    buf_init(&list, 4096);
    add(&list, "<sip:a@ims.example>");
    add(&list, "<urn:x:y>");
    add(&list, "tel:+4930123");
    assert_text(buf_slice(&list), S("sip:a@ims.example\ntel:+4930123\n"));
    add(&list, "<" NUMBER ";user=phone>");
    rest = buf_slice(&list);
    assert_true(identities_next(&rest, &it));
    assert_text(it.impu, S("sip:a@ims.example"));
    assert_int_equal(it.name.n, 0);
    assert_true(identities_next(&rest, &it));
    assert_text(it.impu, S("tel:+4930123"));
    assert_true(identities_next(&rest, &it));
    assert_text(it.impu, S(NUMBER));
    assert_text(it.name, S("<" NUMBER ";user=phone>"));
    assert_text(it.line, S(NUMBER "\t<" NUMBER ";user=phone>"));
    assert_false(identities_next(&rest, &it));
    buf_fini(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_identity_is_asserted_as_it_came),
        cmocka_unit_test(the_uri_is_the_one_that_came),
        cmocka_unit_test(what_is_all_canonical_is_kept_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
