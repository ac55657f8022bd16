/* SPDX-License-Identifier: MIT */
#include "base/str.h"
#include "support/check.h"
#include "support/guard.h"

static void a_str_is_empty_until_it_is_set(void **state)
{
    struct str s = {0};

    (void)state;
    assert_string_equal(str_c(&s), "");
    assert_int_equal(str_slice(&s).n, 0);
    str_fini(&s);
}

static void a_str_owns_its_text(void **state)
{
    struct guard g;
    struct str s = {0};

    (void)state;
    str_set(&s, guard_text(&g, S("alice")));
    guard_free(&g);
    assert_string_equal(str_c(&s), "alice");
    assert_text(str_slice(&s), S("alice"));
    str_set(&s, (struct slice){NULL, 0});
    assert_non_null(s.p);
    assert_string_equal(str_c(&s), "");
    str_fini(&s);
}

static void a_str_may_become_a_part_of_itself(void **state)
{
    struct str s = {0};

    (void)state;
    str_set(&s, S("sip:alice@ims.example"));
    str_set(&s, slice_first(slice_from(str_slice(&s), 4), 5));
    assert_string_equal(str_c(&s), "alice");
    str_printf(&s, "<%s%d>", str_c(&s), 1);
    assert_text(str_slice(&s), S("<alice1>"));
    str_fini(&s);
    assert_null(s.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_str_is_empty_until_it_is_set),
        cmocka_unit_test(a_str_owns_its_text),
        cmocka_unit_test(a_str_may_become_a_part_of_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
