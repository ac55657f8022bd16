/* SPDX-License-Identifier: MIT
 *
 * HEP3 packets byte by byte.
 */
#include "node/hep.h"
#include "support/check.h"

static struct addr addr(const char *ip, uint16_t port, enum transport t)
{
    struct addr a;

    assert_true(addr_parse_ip(slice_of(ip), &a));
    a.port = port;
    a.transport = (uint8_t)t;
    return a;
}

static struct hep_packet sip_packet(void)
{
    return (struct hep_packet){
        .type = HEP_SIP,
        .from = addr("192.0.2.1", 5060, TRANSPORT_UDP),
        .to = addr("192.0.2.2", 5070, TRANSPORT_UDP),
        .wall_us = 1700000000123456,
        .agent = 2001,
        .name = S("p1"),
        .call = S("abc"),
        .bytes = S("OPTIONS x"),
    };
}

static void assert_bytes(const struct buf *got, const char *hex)
{
    char text[2048];
    struct buf b;

    buf_over(&b, text, sizeof text);
    buf_hex(&b, got->p, got->n);
    assert_text(buf_slice(&b), slice_of(hex));
}

static void a_packet_has_the_chunks_of_hep3(void **state)
{
    struct hep_packet p = sip_packet();
    struct buf out;

    (void)state;
    buf_init(&out, HEP_PACKET_MAX);
    assert_true(hep_print(&p, &out));
    assert_bytes(&out, "48455033" /* HEP3 */
                       "007d"     /* 125 bytes in all */
                       "00000001000702"
                       "00000002000711"
                       "00000003000ac0000201"
                       "00000004000ac0000202"
                       "00000007000813c4"
                       "00000008000813ce"
                       "00000009000a6553f100"
                       "0000000a000a0001e240"
                       "0000000b000701"
                       "0000000c000a000007d1"
                       "000000130008"
                       "7031"
                       "000000110009"
                       "616263"
                       "0000000f000f"
                       "4f5054494f4e532078");
    buf_fini(&out);
}

static void ipv6_and_streams_and_diameter_have_their_numbers(void **state)
{
    struct hep_packet p = sip_packet();
    struct buf out;

    (void)state;
    p.type = HEP_DIAMETER;
    p.from = addr("2001:db8::1", 3868, TRANSPORT_TCP);
    p.to = addr("2001:db8::2", 40000, TRANSPORT_TCP);
    p.call = S("");
    buf_init(&out, HEP_PACKET_MAX);
    assert_true(hep_print(&p, &out));
    assert_bytes(&out, "48455033"
                       "008c"
                       "0000000100070a"
                       "00000002000706"
                       "00000005001620010db8000000000000000000000001"
                       "00000006001620010db8000000000000000000000002"
                       "0000000700080f1c"
                       "0000000800089c40"
                       "00000009000a6553f100"
                       "0000000a000a0001e240"
                       "0000000b000738"
                       "0000000c000a000007d1"
                       "000000130008"
                       "7031"
                       "0000000f000f"
                       "4f5054494f4e532078");
    buf_fini(&out);
}

static void what_no_datagram_can_hold_is_not_printed(void **state)
{
    static char large[HEP_PACKET_MAX];
    struct hep_packet p = sip_packet();
    struct buf out;

    (void)state;
    buf_init(&out, HEP_PACKET_MAX);
    memset(large, 'x', sizeof large);
    p.bytes = slice_at(large, sizeof large);
    assert_false(hep_print(&p, &out));
    p.bytes = slice_at(large, sizeof large - 200);
    assert_true(hep_print(&p, &out));
    assert_false(out.full);
    p = sip_packet();
    p.to = addr("2001:db8::2", 5060, TRANSPORT_UDP);
    buf_reset(&out);
    assert_false(hep_print(&p, &out));
    p.from = (struct addr){0};
    p.to = (struct addr){0};
    assert_false(hep_print(&p, &out));
    assert_int_equal(out.n, 0);
    buf_fini(&out);
}

static void long_names_and_call_ids_are_cut(void **state)
{
    char name[HEP_NAME_MAX + 10], call[HEP_CALL_MAX + 10];
    struct hep_packet p = sip_packet();
    struct buf out;
    size_t usual;

    (void)state;
    memset(name, 'n', sizeof name);
    memset(call, 'c', sizeof call);
    buf_init(&out, HEP_PACKET_MAX);
    assert_true(hep_print(&p, &out));
    usual = out.n - p.name.n - p.call.n;
    buf_reset(&out);
    p.name = slice_at(name, sizeof name);
    p.call = slice_at(call, sizeof call);
    assert_true(hep_print(&p, &out));
    assert_int_equal(out.n, usual + HEP_NAME_MAX + HEP_CALL_MAX);
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_packet_has_the_chunks_of_hep3),
        cmocka_unit_test(ipv6_and_streams_and_diameter_have_their_numbers),
        cmocka_unit_test(what_no_datagram_can_hold_is_not_printed),
        cmocka_unit_test(long_names_and_call_ids_are_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
