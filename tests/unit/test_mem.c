/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "support/check.h"
#include <sys/wait.h>
#include <unistd.h>

static void memory_comes_zeroed_where_promised(void **state)
{
    char *p = mem_zalloc(100);

    (void)state;
    for (int i = 0; i < 100; i++)
        assert_int_equal(p[i], 0);
    free(p);
}

static void nothing_is_something_that_can_be_freed(void **state)
{
    (void)state;
    free(mem_alloc(0));
    free(mem_zalloc(0));
    free(mem_realloc(NULL, 0));
}

static void a_copy_is_equal_and_another(void **state)
{
    const char *s = "abc";
    char *copy = mem_strdup(s);

    (void)state;
    assert_string_equal(copy, s);
    assert_true(copy != s);
    copy = mem_realloc(copy, 1000);
    assert_string_equal(copy, s);
    free(copy);
}

static void a_process_without_memory_does_not_go_on(void **state)
{
    volatile size_t too_much = SIZE_MAX / 4;
    int status;
    pid_t child = fork();

    (void)state;
    if (child == 0) {
        close(STDERR_FILENO);
        free(mem_alloc(too_much));
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_not_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_comes_zeroed_where_promised),
        cmocka_unit_test(nothing_is_something_that_can_be_freed),
        cmocka_unit_test(a_copy_is_equal_and_another),
        cmocka_unit_test(a_process_without_memory_does_not_go_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
