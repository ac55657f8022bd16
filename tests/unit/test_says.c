/* SPDX-License-Identifier: MIT */
#include "base/says.h"
#include "support/check.h"
#include "support/guard.h"
#include <stdio.h>

static struct slice form(char memory[8192], size_t room, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Captures into `room` bytes and forms the sentence in memory. */
static struct slice form(char memory[8192], size_t room, const char *fmt, ...)
{
    char captured[4096];
    struct buf args, out;
    va_list ap;

    buf_over(&args, captured, room);
    va_start(ap, fmt);
    says_capture(fmt, ap, &args);
    va_end(ap);
    buf_over(&out, memory, 8192);
    says_print(fmt, buf_slice(&args), &out);
    return buf_slice(&out);
}

static void a_sentence_formed_later_is_what_printf_would_say(void **state)
{
    char m[8192], expected[512];

    (void)state;
#define SAME(...)                                      \
    snprintf(expected, sizeof(expected), __VA_ARGS__); \
    assert_text(form(m, 4096, __VA_ARGS__), slice_of(expected))
    SAME("nothing to fill in");
    SAME("%s has capability %u", "scscf2", 3u);
    SAME("100%% of %c and %5c|%-3c|", 'x', 'y', 'z');
    SAME("%d %d %ld %lld", -1, 2147483647, -3L, -9000000000000000000LL);
    SAME("%u %lu %llu %zu", 4294967295u, 2UL, 18446744073709551615ULL,
         (size_t)9);
    SAME("%x %#x %08lx %02x", 0xbeefu, 255u, 0x1234UL, 7u);
    SAME("%5d|%-5d|%+d|% d|%05d|%.3d", 1, 2, 3, 4, 5, 6);
    SAME("%10s|%-10s|%.2s|%6.3s|", "right", "left", "cut", "abcdef");
    SAME("%.*s and %.*s", 3, "abcdef", 0, "abc");
    SAME("%s%s%s", "", "b", "");
#undef SAME
}

static void a_slice_is_captured_without_a_zero_byte(void **state)
{
    struct guard g;
    struct slice s = guard_text(&g, S("alice"));
    char m[8192];

    (void)state;
    assert_text(form(m, 4096, "<%.*s>", SLICE_ARG(s)), S("<alice>"));
    guard_free(&g);
}

static void texts_are_cut_and_control_characters_shown(void **state)
{
    const char *volatile none = NULL;
    char m[8192], longer[3000];

    (void)state;
    memset(longer, 'x', sizeof(longer));
    assert_int_equal(form(m, 4096, "%.*s!", (int)sizeof(longer), longer).n,
                     SAYS_TEXT_MAX + 1);
    assert_text(form(m, 4096, "a %s b", "\r\nc"), S("a ??c b"));
    assert_text(form(m, 4096, "%s", none), S("(null)"));
}

static void arguments_without_room_leave_a_sentence_all_the_same(void **state)
{
    char m[8192];

    (void)state;
    for (size_t room = 0; room < 64; room++) {
        struct slice s = form(m, room, "%s is %d of %s", "alice", 7, "wonder");

        assert_has(s, " is ");
        assert_has(s, " of ");
    }
    assert_text(form(m, 12, "%s, %s", "a", "longer than that"), S("a, ..."));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentence_formed_later_is_what_printf_would_say),
        cmocka_unit_test(a_slice_is_captured_without_a_zero_byte),
        cmocka_unit_test(texts_are_cut_and_control_characters_shown),
        cmocka_unit_test(arguments_without_room_leave_a_sentence_all_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
