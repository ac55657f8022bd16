/* SPDX-License-Identifier: MIT */
#include "imsbox/packet.h"
#include "support/check.h"
#include <stdlib.h>

static struct addr addr(const char *ip, uint16_t port, enum transport t)
{
    struct addr a;

    assert_true(addr_parse_ip(slice_of(ip), &a));
    a.port = port;
    a.transport = (uint8_t)t;
    return a;
}

static uint32_t sum(uint32_t s, const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        s += i % 2 ? p[i] : (uint32_t)p[i] << 8;
    return s;
}

static uint16_t u16(const unsigned char *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t u32(const unsigned char *p)
{
    return (uint32_t)u16(p) << 16 | u16(p + 2);
}

/* The sum over pseudo header and segment is 0 in ones' complement when the
 * checksum in it is right. */
static void check_sum(const unsigned char *addresses, size_t size,
                      unsigned proto, const unsigned char *segment, size_t n)
{
    uint32_t s = sum(proto + (uint32_t)n, addresses, 2 * size);

    assert_int_equal(0, sum(s, segment, n) % 0xffff);
}

static void datagrams_have_right_lengths_and_checksums(void **state)
{
    static const char *const payloads[] = {"a", "ab", "REGISTER sip:x"};
    struct addr from = addr("127.0.0.1", 5070, TRANSPORT_UDP);
    struct addr to = addr("127.0.0.2", 5060, TRANSPORT_UDP);

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct slice payload = slice_of(payloads[i]);
        struct packets p;
        struct buf out;
        const unsigned char *at;

        packets_init(&p);
        buf_init(&out, PACKET_MAX);
        assert_int_equal(payload.n,
                         packet_print(&p, &from, &to, payload, &out));
        at = (const unsigned char *)out.p;
        assert_int_equal(28 + payload.n, out.n);
        assert_int_equal(out.n, u16(at + 2));
        assert_int_equal(0, sum(0, at, 20) % 0xffff);
        assert_int_equal(5070, u16(at + 20));
        assert_int_equal(5060, u16(at + 22));
        assert_int_equal(8 + payload.n, u16(at + 24));
        check_sum(at + 12, 4, 17, at + 20, out.n - 20);
        assert_text(slice_from(buf_slice(&out), 28), payload);
        packets_fini(&p);
        buf_fini(&out);
    }
}

static void streams_count_their_bytes_in_each_direction(void **state)
{
    struct addr a = addr("::1", 40000, TRANSPORT_TCP);
    struct addr b = addr("2001:db8::2", 3868, TRANSPORT_TCP);
    const struct {
        const struct addr *from, *to;
        const char *payload;
        uint32_t seq, ack;
    } rows[] = {
        {&a, &b, "hello", 1, 1},
        {&a, &b, "again", 6, 1},
        {&b, &a, "yes", 1, 11},
        {&a, &b, "x", 11, 4},
    };
    struct packets p;
    struct buf out;

    (void)state;
    packets_init(&p);
    buf_init(&out, PACKET_MAX);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const unsigned char *at;

        buf_reset(&out);
        packet_print(&p, rows[i].from, rows[i].to, slice_of(rows[i].payload),
                     &out);
        at = (const unsigned char *)out.p;
        assert_int_equal(0x60, at[0]);
        assert_int_equal(6, at[6]);
        assert_int_equal(out.n - 40, u16(at + 4));
        assert_int_equal(rows[i].seq, u32(at + 44));
        assert_int_equal(rows[i].ack, u32(at + 48));
        assert_int_equal(0x18, at[53]);
        check_sum(at + 8, 16, 6, at + 40, out.n - 40);
    }
    packets_fini(&p);
    buf_fini(&out);
}

static void what_is_too_long_for_one_packet_comes_in_several(void **state)
{
    struct addr a = addr("127.0.0.1", 1, TRANSPORT_TCP);
    struct addr b = addr("127.0.0.2", 2, TRANSPORT_TCP);
    struct slice rest = {calloc(1, 100000), 100000};
    void *memory = (void *)rest.p;
    struct packets p;
    struct buf out;

    (void)state;
    packets_init(&p);
    buf_init(&out, PACKET_MAX);
    assert_int_equal(PACKET_PAYLOAD_MAX, packet_print(&p, &a, &b, rest, &out));
    assert_int_equal(40 + PACKET_PAYLOAD_MAX, out.n);
    assert_false(out.full);
    rest = slice_from(rest, PACKET_PAYLOAD_MAX);
    buf_reset(&out);
    assert_int_equal(rest.n, packet_print(&p, &a, &b, rest, &out));
    assert_int_equal(1 + PACKET_PAYLOAD_MAX,
                     u32((const unsigned char *)out.p + 24));
    free(memory);
    packets_fini(&p);
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(datagrams_have_right_lengths_and_checksums),
        cmocka_unit_test(streams_count_their_bytes_in_each_direction),
        cmocka_unit_test(what_is_too_long_for_one_packet_comes_in_several),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
