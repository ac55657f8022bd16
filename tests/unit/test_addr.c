/* SPDX-License-Identifier: MIT */
#include "base/addr.h"
#include "support/check.h"
#include "support/guard.h"

static struct addr ip(const char *text, uint16_t port)
{
    struct addr a = {0};

    assert_true(addr_parse_ip(slice_of(text), &a));
    a.port = port;
    a.transport = TRANSPORT_UDP;
    return a;
}

static void addresses_print_in_the_form_of_rfc_5952(void **state)
{
    static const struct {
        const char *text, *printed;
    } rows[] = {
        {"127.0.0.1", "127.0.0.1:5060"},
        {"::1", "[::1]:5060"},
        {"[::1]", "[::1]:5060"},
        {"2001:DB8:0:0:0:0:0:1", "[2001:db8::1]:5060"},
        {"2001:db8:0:1:1:1:1:1", "[2001:db8:0:1:1:1:1:1]:5060"},
        {"2001:0:0:1:0:0:0:1", "[2001:0:0:1::1]:5060"},
        {"::ffff:192.0.2.1", "[::ffff:192.0.2.1]:5060"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct addr a = ip(rows[i].text, 5060);
        char text[ADDR_TEXT_MAX];

        assert_string_equal(addr_text(&a, text), rows[i].printed);
    }
}

static void what_is_no_address_is_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "1.2.3",
        "1.2.3.4.5",
        "256.0.0.1",
        "1.2.3.4 ",
        "a.b",
        "[1.2.3.4]",
        "[::1",
        "::1]",
        "::1::2",
        "fe80::1%lo",
        "0x7f.0.0.1",
        "1.2.3.4:5060",
        "[]",
        "[",
        "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct addr a = {.port = 7};

        assert_false(addr_parse_ip(slice_of(rows[i]), &a));
        assert_int_equal(a.port, 7);
    }
    assert_false(addr_parse_ip(S("1.2.3.4\0"), &(struct addr){0}));
}

static void sockaddrs_keep_everything(void **state)
{
    static const char *const rows[] = {"192.0.2.7", "2001:db8::7"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct addr a = ip(rows[i], 50600), b;
        struct sockaddr_storage ss;

        assert_true(addr_to_sockaddr(&a, &ss) > 0);
        assert_true(
            addr_from_sockaddr((struct sockaddr *)&ss, TRANSPORT_UDP, &b));
        assert_true(addr_eq(&a, &b));
    }
    assert_false(addr_from_sockaddr(
        (struct sockaddr *)&(struct sockaddr_storage){.ss_family = AF_UNIX},
        TRANSPORT_UDP, &(struct addr){0}));
}

static void port_and_transport_count_in_equality_and_key(void **state)
{
    struct addr a = ip("192.0.2.1", 1), b = ip("192.0.2.1", 2);
    struct addr v6 = ip("::", 1), v4 = ip("0.0.0.0", 1);

    (void)state;
    assert_false(addr_eq(&a, &b));
    assert_true(addr_eq_ip(&a, &b));
    assert_false(slice_eq(addr_key(&a), addr_key(&b)));
    b.port = 1;
    assert_true(slice_eq(addr_key(&a), addr_key(&b)));
    b.transport = TRANSPORT_TCP;
    assert_false(addr_eq(&a, &b));
    assert_false(addr_eq_ip(&v4, &v6));
}

/* RFC 1122 3.2.1.3 (g), RFC 4291 2.5.3 */
static void all_of_127_and_one_of_ipv6_are_this_machine(void **state)
{
    static const struct {
        const char *ip;
        bool is_loopback;
    } rows[] = {
        {"127.0.0.1", true},   {"127.0.0.2", true},
        {"127.255.0.9", true}, {"128.0.0.1", false},
        {"0.0.0.0", false},    {"::1", true},
        {"::", false},         {"::2", false},
        {"7f00::1", false},    {"::ffff:127.0.0.1", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct addr a = ip(rows[i].ip, 1);

        assert_int_equal(addr_is_loopback(&a), rows[i].is_loopback);
    }
    assert_false(addr_is_loopback(&(struct addr){0}));
}

static void no_address_prints_as_none(void **state)
{
    char text[ADDR_TEXT_MAX];

    (void)state;
    assert_string_equal(addr_text(&(struct addr){0}, text), "none");
}

static void transports_have_names_in_any_case(void **state)
{
    enum transport t;

    (void)state;
    for (int i = TRANSPORT_UDP; i <= TRANSPORT_SCTP; i++) {
        assert_true(
            transport_parse(slice_of(transport_name((enum transport)i)), &t));
        assert_int_equal(t, i);
    }
    assert_true(transport_parse(S("TcP"), &t));
    assert_int_equal(t, TRANSPORT_TCP);
    assert_false(transport_parse(S("none"), &t));
    assert_false(transport_parse(S(""), &t));
    assert_false(transport_is_stream(TRANSPORT_UDP));
    assert_true(transport_is_stream(TRANSPORT_WSS));
}

static void parse(void *ctx, struct slice prefix)
{
    struct addr a;

    (void)ctx;
    addr_parse_ip(prefix, &a);
}

static void nothing_reads_past_the_end(void **state)
{
    (void)state;
    each_prefix(S("[2001:db8:1111:2222:3333:4444:5555:6666]"), parse, NULL);
    each_prefix(S("255.255.255.255"), parse, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_print_in_the_form_of_rfc_5952),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(sockaddrs_keep_everything),
        cmocka_unit_test(port_and_transport_count_in_equality_and_key),
        cmocka_unit_test(all_of_127_and_one_of_ipv6_are_this_machine),
        cmocka_unit_test(no_address_prints_as_none),
        cmocka_unit_test(transports_have_names_in_any_case),
        cmocka_unit_test(nothing_reads_past_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
