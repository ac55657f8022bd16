/* SPDX-License-Identifier: MIT */
#include "base/arena.h"
#include "support/check.h"
#include <stdalign.h>

static void memory_is_aligned_for_any_type(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 64, 100000);
    for (size_t n = 0; n < 200; n++) {
        char *p = arena_alloc(&a, n);

        assert_non_null(p);
        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        memset(p, 0xff, n);
        slice_keep(&a, S("odd"));
    }
    arena_fini(&a);
}

static void zeroed_memory_is_zero(void **state)
{
    struct arena a;
    char *p;

    (void)state;
    arena_init(&a, 256, 1000);
    memset(arena_alloc(&a, 100), 0xff, 100);
    p = arena_zalloc(&a, 100);
    for (int i = 0; i < 100; i++)
        assert_int_equal(p[i], 0);
    arena_fini(&a);
}

static void what_was_handed_out_stays_as_it_was(void **state)
{
    struct arena a;
    char *pieces[300];

    (void)state;
    arena_init(&a, 0, 1 << 20);
    for (int i = 0; i < 300; i++) {
        pieces[i] = arena_alloc(&a, (size_t)i + 1);
        memset(pieces[i], i & 0xff, (size_t)i + 1);
    }
    for (int i = 0; i < 300; i++)
        for (int k = 0; k <= i; k++)
            assert_int_equal((unsigned char)pieces[i][k], i & 0xff);
    arena_fini(&a);
}

static void the_limit_is_an_answer_and_not_the_end(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 16, 100);
    assert_non_null(arena_alloc(&a, 90));
    assert_null(arena_alloc(&a, 11));
    assert_null(arena_zalloc(&a, SIZE_MAX));
    assert_null(slice_keep(&a, S("eleven byte")).p);
    assert_null(arena_printf(&a, "%s", "ten bytes!").p);
    assert_int_equal(a.used, 90);
    assert_text(slice_keep(&a, S("ten bytes!")), S("ten bytes!"));
    assert_null(slice_keep(&a, S("x")).p);
    assert_int_equal(a.used, 100);
    arena_fini(&a);
}

static void no_text_takes_no_memory_and_is_no_failure(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 0, 0);
    assert_non_null(slice_keep(&a, (struct slice){NULL, 0}).p);
    assert_null(arena_alloc(&a, 0));
    arena_fini(&a);
}

static void printed_text_ends_with_a_zero_byte_behind_it(void **state)
{
    struct arena a;
    struct slice s;

    (void)state;
    arena_init(&a, 0, 1000);
    s = arena_printf(&a, "%s;%d", "a", 7);
    assert_text(s, S("a;7"));
    assert_int_equal(s.p[s.n], '\0');
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_aligned_for_any_type),
        cmocka_unit_test(zeroed_memory_is_zero),
        cmocka_unit_test(what_was_handed_out_stays_as_it_was),
        cmocka_unit_test(the_limit_is_an_answer_and_not_the_end),
        cmocka_unit_test(no_text_takes_no_memory_and_is_no_failure),
        cmocka_unit_test(printed_text_ends_with_a_zero_byte_behind_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
