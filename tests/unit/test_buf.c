/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "support/check.h"
#include <stdio.h>

static void add_some(struct buf *b)
{
    buf_str(b, "a ");
    buf_add(b, S("bc"));
    buf_char(b, ' ');
    buf_u64(b, 0);
    buf_char(b, ' ');
    buf_u64(b, UINT64_MAX);
    buf_hex(b, "\x00\xfe", 2);
    buf_printf(b, " %s=%d", "x", -1);
    buf_str(b, NULL);
    buf_add(b, (struct slice){NULL, 0});
}

static const struct slice some = {"a bc 0 1844674407370955161500fe x=-1", 36};

static void appended_pieces_follow_each_other(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 1000);
    add_some(&b);
    assert_text(buf_slice(&b), some);
    assert_false(b.full);
    buf_reset(&b);
    assert_int_equal(b.n, 0);
    add_some(&b);
    assert_text(buf_slice(&b), some);
    buf_fini(&b);
}

static void at_each_maximum_whole_pieces_stand_and_full_is_said(void **state)
{
    (void)state;
    for (size_t max = 0; max <= some.n + 1; max++) {
        char memory[64];
        struct buf grown, fixed;

        memset(memory, '#', sizeof(memory));
        buf_init(&grown, max);
        buf_over(&fixed, memory, max);
        add_some(&grown);
        add_some(&fixed);
        assert_int_equal(grown.full, max < some.n);
        assert_text(buf_slice(&fixed), buf_slice(&grown));
        assert_true(slice_starts(some, buf_slice(&grown)));
        assert_int_equal(memory[max], '#');
        buf_fini(&grown);
        buf_fini(&fixed);
    }
}

static void behind_what_did_not_fit_nothing_comes(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 3);
    buf_str(&b, "ab");
    buf_str(&b, "cd");
    buf_char(&b, 'e');
    buf_printf(&b, "f");
    assert_text(buf_slice(&b), S("ab"));
    assert_null(buf_take(&b, 1));
    assert_true(b.full);
    buf_fini(&b);
}

static void long_printed_text_is_whole_or_absent(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 5000);
    buf_printf(&b, "%5000s", "x");
    assert_int_equal(b.n, 5000);
    assert_int_equal(b.p[4999], 'x');
    assert_false(b.full);
    buf_reset(&b);
    buf_printf(&b, "%5001s", "x");
    assert_int_equal(b.n, 0);
    assert_true(b.full);
    buf_fini(&b);
}

static void taken_room_is_the_callers(void **state)
{
    struct buf b;
    char *p;

    (void)state;
    buf_init(&b, 8);
    buf_char(&b, 'a');
    p = buf_take(&b, 7);
    memset(p, 'b', 7);
    assert_text(buf_slice(&b), S("abbbbbbb"));
    assert_null(buf_take(&b, 1));
    buf_fini(&b);
}

static void as_libc(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void as_libc(struct buf *b, const char *fmt, ...)
{
    char expected[256];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(expected, sizeof expected, fmt, ap);
    va_end(ap);
    buf_reset(b);
    va_start(ap, fmt);
    buf_vprintf(b, fmt, ap);
    va_end(ap);
    assert_text(buf_slice(b), slice_of(expected));
}

static void what_is_printed_is_what_libc_prints(void **state)
{
    const char open[3] = {'a', 'b', 'c'}; /* not ended by a zero byte */
    struct buf b;

    (void)state;
    buf_init(&b, 256);
    as_libc(&b, "plain");
    as_libc(&b, "%s", "");
    as_libc(&b, "<%s;%.*s>", "a", 3, open);
    as_libc(&b, "%.*s|%.*s", 0, (const char *)open, -1, "negative");
    as_libc(&b, "%u %u %zu %c", 0u, 4294967295u, (size_t)-1, 'x');
    as_libc(&b, "100%% of %u", 7u);
    as_libc(&b, "%s %5u %-4s| %llx %d", "then", 7u, "ab", 255ull, -3);
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appended_pieces_follow_each_other),
        cmocka_unit_test(at_each_maximum_whole_pieces_stand_and_full_is_said),
        cmocka_unit_test(behind_what_did_not_fit_nothing_comes),
        cmocka_unit_test(long_printed_text_is_whole_or_absent),
        cmocka_unit_test(taken_room_is_the_callers),
        cmocka_unit_test(what_is_printed_is_what_libc_prints),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
