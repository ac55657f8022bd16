/* SPDX-License-Identifier: MIT */
#include "node/mask.h"
#include "support/check.h"
#include "support/guard.h"
#include <stdlib.h>

/* proves P-REG-2 (what leaves the node by its record) */
static void the_values_of_ck_and_ik_are_masked(void **state)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"A: Digest ck=\"0aF\", ik=\"1b\"\r\n\r\n",
         "A: Digest ck=\"***\", ik=\"**\"\r\n\r\n"},
        {"A: CK=ab,IK = cd;x=1\r\n", "A: CK=**,IK = **;x=1\r\n"},
        {"A: Digest nonce=\"ck=1\",\r\n ik=\"2\"\r\n",
         "A: Digest nonce=\"ck=1\",\r\n ik=\"*\"\r\n"},
        {"A: ck=\"a\\\"b\", x=\"c\"\r\n", "A: ck=\"****\", x=\"c\"\r\n"},
        {"A: ck=\"never closed\r\nB: c", "A: ck=\"******************"},
        {"A: truck=1, ikea=2, ck, ik\r\n", "A: truck=1, ikea=2, ck, ik\r\n"},
        {"Keep: kKkKkKkKkKkK kick,back;Ck=\"12\"\tiK=3\r\n",
         "Keep: kKkKkKkKkKkK kick,back;Ck=\"**\"\tiK=*\r\n"},
        {"A: x ck=", "A: x ck="},
        {"A: x\r\n\r\nck=1, ik=2", "A: x\r\n\r\nck=1, ik=2"},
        {"\r\n\r\nA: x, ck=1\r\n\r\nck=2", "\r\n\r\nA: x, ck=*\r\n\r\nck=2"},
        {"\r\n\r\n", "\r\n\r\n"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[128];
        size_t n = strlen(rows[i].in);

        memcpy(text, rows[i].in, n);
        mask_sip(text, n);
        assert_text(slice_at(text, n), slice_of(rows[i].out));
    }
}

static void mask_copy(void *ctx, struct slice prefix)
{
    char *copy = malloc(prefix.n ? prefix.n : 1);

    (void)ctx;
    memcpy(copy, prefix.p, prefix.n);
    mask_sip(copy, prefix.n);
    free(copy);
}

static void nothing_is_touched_past_the_end(void **state)
{
    (void)state;
    each_prefix(S("A: Digest ck=\"0a\\\"\\"), mask_copy, NULL);
    each_prefix(S("A: Digest ck = 0a ,ik"), mask_copy, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_values_of_ck_and_ik_are_masked),
        cmocka_unit_test(nothing_is_touched_past_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
