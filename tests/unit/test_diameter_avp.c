/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "diameter/avp.h"
#include "support/check.h"
#include "support/corpus.h"
#include "support/guard.h"

/* ---- the dictionary ------------------------------------------------------ */

enum column { SPEC, NAME, CODE, VENDOR, TYPE, V, M, P, SECTION, COLUMNS };

static const char *type_name(enum avp_type t)
{
    switch (t) {
    case AVP_OCTETS: return "OctetString";
    case AVP_UTF8: return "UTF8String";
    case AVP_IDENTITY: return "DiameterIdentity";
    case AVP_URI: return "DiameterURI";
    case AVP_U32: return "Unsigned32";
    case AVP_U64: return "Unsigned64";
    case AVP_ENUM: return "Enumerated";
    case AVP_GROUPED: return "Grouped";
    case AVP_TIME: return "Time";
    case AVP_ADDRESS: return "Address";
    }
    return "?";
}

static const char *m_name(enum avp_mandatory m)
{
    return m == AVP_M_MUST ? "MUST" : m == AVP_M_MAY ? "MAY" : "MUSTNOT";
}

static bool is_ours(const struct slice *row)
{
    return slice_eq(row[SPEC], S("RFC 3588")) ||
           slice_eq(row[SPEC], S("3GPP TS 29.229"));
}

static void check_row(const struct slice *row)
{
    uint64_t code, vendor;
    const struct avp_row *ours;

    assert_true(slice_u64(row[CODE], UINT32_MAX, &code));
    assert_true(slice_u64(row[VENDOR], UINT32_MAX, &vendor));
    ours = avp_row_find((uint32_t)code, (uint32_t)vendor);
    if (!ours)
        fail_msg("%.*s is not in the dictionary", SLICE_ARG(row[NAME]));
    assert_text(slice_of(ours->name), row[NAME]);
    assert_text(slice_of(type_name(ours->type)), row[TYPE]);
    assert_text(slice_of(m_name(ours->m)), row[M]);
    assert_int_equal(ours->vendor != 0, slice_eq(row[V], S("MUST")));
    assert_ptr_equal(avp_row(ours->id), ours);
}

/* proves H-DIA-1 */
static void codes_types_and_flags_are_those_of_the_specifications(void **state)
{
    struct slice file = corpus_read("diameter/avps_base_cx_sh_rf_rx.csv");
    struct slice rest = file, line;
    struct slice row[COLUMNS];
    size_t checked = 0;

    (void)state;
    while (slice_cut(&rest, '\n', &line)) {
        struct slice cells = slice_trim(line);
        size_t n = 0;

        while (n < COLUMNS && slice_cut(&cells, ',', &row[n]))
            n++;
        if (n < COLUMNS - 1 || !is_ours(row))
            continue;
        check_row(row);
        checked++;
    }
    assert_in_range(checked, 100, 200);
    free((void *)file.p);
}

static void what_nobody_defined_is_not_found(void **state)
{
    (void)state;
    assert_null(avp_row_find(0, 0));
    assert_null(avp_row_find(600, 0));
    assert_null(avp_row_find(UINT32_MAX, 0));
    assert_null(avp_row_find(263, VENDOR_TGPP));
    assert_null(avp_row_find(600, 1));
    assert_non_null(avp_row_find(500, VENDOR_ETSI));
}

/* ---- reading ------------------------------------------------------------- */

static const struct {
    struct slice bytes;
    unsigned result;   /* of the first AVP that is refused; 0: none is */
    size_t good;       /* AVPs before */
    struct slice made; /* what Failed-AVP has in its place */
} vectors[] = {
    {S(""), 0, 0, {0}},
    /* User-Name "ab", padded; the padding of the last may be missing */
    {S("\0\0\0\1\x40\0\0\x0a"
       "ab\0\0"),
     0,
     1,
     {0}},
    {S("\0\0\0\1\x40\0\0\x0a"
       "ab"),
     0,
     1,
     {0}},
    /* an empty OctetString; unknown ones of any content */
    {S("\0\0\0\x19\x40\0\0\x08"), 0, 1, {0}},
    {S("\0\0\x7f\xff\x40\0\0\x09\xff\0\0\0"), 0, 1, {0}},
    {S("\0\0\x02\x58\xc0\0\0\x0d\0\0\x28\xafx\0\0\0"), 0, 1, {0}},
    /* lengths: below the header, beyond the end, a header cut */
    {S("\0\0\0\1\x40\0\0\x07"), 5014, 0, S("\0\0\0\1\x40\0\0\x08")},
    {S("\0\0\0\1\x40\0\0\x09"), 5014, 0, S("\0\0\0\1\x40\0\0\x08")},
    {S("\0\0\x01\x0c\x40\0\0\xff\0\0\0\0"), 5014, 0,
     S("\0\0\x01\x0c\x40\0\0\x0c\0\0\0\0")},
    {S("\0\0\0\1\x40"), 5014, 0, S("\0\0\0\1\x40\0\0\x08")},
    {S("\0\0\x02\x5a\xc0\0\0\x0b\0\0\x28\xaf"), 5014, 0,
     S("\0\0\x02\x5a\xc0\0\0\x0c\0\0\x28\xaf")},
    {S("\0\0\x7f\xff\0\xff\xff\xff"), 5014, 0, S("\0\0\x7f\xff\0\0\0\x08")},
    /* a vendor of 0 spelled out */
    {S("\0\0\0\1\xc0\0\0\x0d\0\0\0\0x\0\0\0"), 3009, 0, {0}},
    /* lengths and values that do not fit the type */
    {S("\0\0\x01\x0c\x40\0\0\x0b\0\0\x01\0"), 5014, 0, {0}},
    {S("\0\0\0\1\x40\0\0\x09\xff\0\0\0"), 5004, 0, {0}},
    {S("\0\0\0\1\x40\0\0\x0a\xc3\x28\0\0"), 5004, 0, {0}},
    {S("\0\0\0\1\x40\0\0\x0a\xc3\xbc\0\0"), 0, 1, {0}},
    {S("\0\0\0\1\x40\0\0\x0b\xed\xa0\x80\0"), 5004, 0, {0}},
    {S("\0\0\0\1\x40\0\0\x0c\xf0\x9f\x98\x80"), 0, 1, {0}},
    {S("\0\0\0\1\x40\0\0\x0c\xf4\x90\x80\x80"), 5004, 0, {0}},
    {S("\0\0\0\1\x40\0\0\x09\0\0\0\0"), 5004, 0, {0}},
    {S("\0\0\x01\x08\x40\0\0\x08"), 5004, 0, {0}},
    {S("\0\0\x01\x08\x40\0\0\x0b"
       "a b\0"),
     5004,
     0,
     {0}},
    {S("\0\0\x01\x01\x40\0\0\x09\0\0\0\0"), 5004, 0, {0}},
};

static void check_vector(size_t i, struct slice bytes)
{
    struct avp_reader r = avp_reader(bytes);
    struct diameter_fault f = {0};
    enum avp_next next;
    struct avp a;
    size_t good = 0;

    while ((next = avp_next(&r, &a, &f)) == AVP_IS)
        good++;
    if (next != (vectors[i].result ? AVP_BAD : AVP_END) ||
        f.result != vectors[i].result || good != vectors[i].good)
        fail_msg("vector %zu: result %u after %zu AVPs: %s", i, f.result, good,
                 f.text);
    assert_text(slice_at(f.made, f.made_n), vectors[i].made);
    assert_true(!f.result || f.made_n > 0 || f.failed.n > 0);
}

static void only_read(void *ctx, struct slice bytes)
{
    struct avp_reader r = avp_reader(bytes);
    struct diameter_fault f;
    struct avp a;

    (void)ctx;
    while (avp_next(&r, &a, &f) == AVP_IS)
        assert_true(a.value.n <= bytes.n);
}

static void each_avp_is_read_or_refused_with_its_result(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
        struct guard g;

        check_vector(i, guard_text(&g, vectors[i].bytes));
        guard_free(&g);
        each_prefix(vectors[i].bytes, only_read, NULL);
    }
}

static void an_address_is_ipv4_or_ipv6(void **state)
{
    struct addr four = {.ip = {10, 0, 0, 1}, .family = 4};
    struct addr six = {.ip = {0x20, 1, 0xd, 0xb8}, .family = 6};
    struct addr got;
    char memory[128];
    struct buf b;
    struct avp a = {0};

    (void)state;
    buf_over(&b, memory, sizeof(memory));
    avp_put_addr(&b, AVP_HOST_IP_ADDRESS, &four);
    assert_true(avp_find(buf_slice(&b), AVP_HOST_IP_ADDRESS, &a));
    assert_true(avp_addr(&a, &got) && addr_eq(&got, &four));
    buf_reset(&b);
    avp_put_addr(&b, AVP_HOST_IP_ADDRESS, &six);
    assert_true(avp_find(buf_slice(&b), AVP_HOST_IP_ADDRESS, &a));
    assert_true(avp_addr(&a, &got) && addr_eq(&got, &six));
    a.value = S("\0\1abc");
    assert_false(avp_addr(&a, &got));
    a.value = S("\0\3abcd");
    assert_false(avp_addr(&a, &got));
}

/* What is looked for has its type, whatever stands around it. */
static void an_avp_is_found_with_a_value_of_its_type_alone(void **state)
{
    static const struct slice name = {"\0\0\0\1\x40\0\0\x09"
                                      "a\0\0\0",
                                      12},
                              code = {"\0\0\x01\x0c\x40\0\0\x0c"
                                      "\0\0\x07\xd1",
                                      12},
                              bad = {"\0\0\x01\x0c\x40\0\0\x0b"
                                     "\0\x07\xd1\0",
                                     12};
    char memory[64];
    struct buf b;
    struct avp a;

    (void)state;
    buf_over(&b, memory, sizeof(memory));
    buf_add(&b, name);
    buf_add(&b, code);
    assert_true(avp_find(buf_slice(&b), AVP_RESULT_CODE, &a));
    assert_int_equal(avp_u32(&a), 2001);
    buf_reset(&b);
    buf_add(&b, name);
    buf_add(&b, bad);
    buf_add(&b, code);
    assert_false(avp_find(buf_slice(&b), AVP_RESULT_CODE, &a));
    assert_true(avp_find(buf_slice(&b), AVP_USER_NAME, &a));
}

/* ---- writing ------------------------------------------------------------- */

static void headers_flags_and_padding_are_written_by_the_table(void **state)
{
    char memory[128];
    struct buf b;
    size_t mark;

    (void)state;
    buf_over(&b, memory, sizeof(memory));
    avp_put(&b, AVP_USER_NAME, S("a"));
    avp_put(&b, AVP_ERROR_MESSAGE, S("abcd"));
    avp_put(&b, AVP_PUBLIC_IDENTITY, S("xy"));
    mark = avp_group(&b, AVP_SUPPORTED_FEATURES, false);
    avp_put_u32(&b, AVP_FEATURE_LIST_ID, 0x01020304);
    avp_group_end(&b, mark);
    mark = avp_group(&b, AVP_SUPPORTED_FEATURES, true);
    avp_group_end(&b, mark);
    assert_text(buf_slice(&b), S("\0\0\0\1\x40\0\0\x09"
                                 "a\0\0\0"
                                 "\0\0\x01\x19\0\0\0\x0c"
                                 "abcd"
                                 "\0\0\x02\x59\xc0\0\0\x0e\0\0\x28\xaf"
                                 "xy\0\0"
                                 "\0\0\x02\x74\x80\0\0\x1c\0\0\x28\xaf"
                                 "\0\0\x02\x75\x80\0\0\x10\0\0\x28\xaf\1\2\3\4"
                                 "\0\0\x02\x74\xc0\0\0\x0c\0\0\x28\xaf"));
}

static void what_does_not_fit_is_noticed_at_the_end(void **state)
{
    (void)state;
    for (size_t n = 0; n < 44; n++) {
        char memory[64];
        struct buf b;
        size_t mark;

        buf_over(&b, memory, n);
        mark = avp_group(&b, AVP_SIP_AUTH_DATA_ITEM, true);
        avp_put(&b, AVP_SIP_AUTHENTICATION_SCHEME, S("Digest-AKAv1-MD5x"));
        avp_group_end(&b, mark);
        assert_true(b.full);
    }
}

/* ---- secrets ------------------------------------------------------------- */

static void put_secrets(struct buf *b, unsigned depth)
{
    size_t mark = avp_group(b, AVP_SIP_AUTH_DATA_ITEM, true);

    if (depth > 0)
        put_secrets(b, depth - 1);
    avp_put(b, AVP_CONFIDENTIALITY_KEY, S("ck-is-secret"));
    avp_put(b, AVP_INTEGRITY_KEY, S("ik-is-secret"));
    avp_put(b, AVP_SIP_AUTHORIZATION, S("xres-is-secret"));
    avp_put(b, AVP_DIGEST_HA1, S("ha1-is-secret"));
    avp_group_end(b, mark);
}

static void secrets_are_blanked_at_any_depth_and_nothing_else(void **state)
{
    (void)state;
    for (unsigned depth = 0; depth < 12; depth++) {
        struct buf b;

        buf_init(&b, 4096);
        avp_put(&b, AVP_USER_NAME, S("alice"));
        put_secrets(&b, depth);
        avp_put(&b, AVP_SERVER_NAME, S("sip:scscf1"));
        assert_has(buf_slice(&b), "is-secret");
        avp_mask(b.p, b.n);
        assert_has_not(buf_slice(&b), "secret");
        assert_has(buf_slice(&b), "alice");
        assert_has(buf_slice(&b), "sip:scscf1");
        buf_fini(&b);
    }
}

static void what_cannot_be_read_is_blanked_too(void **state)
{
    char cut[] = "\0\0\0\1\x40\0\0\x0d"
                 "alice\0\0\0"
                 "\0\0\x02\x71\xc0\0\1\x00\0\0\x28\xafsecret";
    char bad[] = "\0\0\0\1\x40\0\0\x0d"
                 "\xff\xff\xff\xff\xff\0\0\0"
                 "\0\0\x02\x71\xc0\0\0\x12\0\0\x28\xafsecret\0";

    (void)state;
    avp_mask(cut, sizeof(cut) - 1);
    assert_has(slice_at(cut, sizeof(cut)), "alice");
    assert_has_not(slice_at(cut, sizeof(cut)), "secret");
    avp_mask(bad, sizeof(bad) - 1);
    assert_has_not(slice_at(bad, sizeof(bad)), "secret");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_types_and_flags_are_those_of_the_specifications),
        cmocka_unit_test(what_nobody_defined_is_not_found),
        cmocka_unit_test(each_avp_is_read_or_refused_with_its_result),
        cmocka_unit_test(an_address_is_ipv4_or_ipv6),
        cmocka_unit_test(an_avp_is_found_with_a_value_of_its_type_alone),
        cmocka_unit_test(headers_flags_and_padding_are_written_by_the_table),
        cmocka_unit_test(what_does_not_fit_is_noticed_at_the_end),
        cmocka_unit_test(secrets_are_blanked_at_any_depth_and_nothing_else),
        cmocka_unit_test(what_cannot_be_read_is_blanked_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
