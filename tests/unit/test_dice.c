/* SPDX-License-Identifier: MIT */
#include "base/dice.h"
#include "support/check.h"

static void one_seed_gives_the_same_on_every_machine(void **state)
{
    struct dice d, e;
    uint8_t bytes[10];
    uint64_t first;

    (void)state;
    dice_init_seed(&d, 1);
    dice_init_seed(&e, 1);
    dice_bytes(&d, bytes, sizeof(bytes));
    first = dice_u64(&e);
    for (int i = 0; i < 8; i++)
        assert_int_equal(bytes[i], (first >> (8 * i)) & 0xff);
    assert_true(first == 0xb3f2af6d0fc710c5u);
}

static void seeds_and_kernel_give_different_bytes(void **state)
{
    struct dice a, b, c, d;
    uint64_t v[4];

    (void)state;
    dice_init_seed(&a, 1);
    dice_init_seed(&b, 2);
    dice_init(&c);
    dice_init(&d);
    v[0] = dice_u64(&a);
    v[1] = dice_u64(&b);
    v[2] = dice_u64(&c);
    v[3] = dice_u64(&d);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < i; k++)
            assert_true(v[i] != v[k]);
}

static void the_kernels_pool_is_refilled_and_forgotten(void **state)
{
    struct dice d;
    uint8_t bytes[1000] = {0};
    int zeros = 0;

    (void)state;
    dice_init(&d);
    dice_bytes(&d, bytes, sizeof(bytes));
    for (size_t i = 0; i < sizeof(bytes); i++)
        zeros += bytes[i] == 0;
    assert_in_range(zeros, 0, 40);
    for (size_t i = 0; i < sizeof(d.pool) - d.left; i++)
        assert_int_equal(d.pool[i], 0);
}

static void below_reaches_each_value_about_equally(void **state)
{
    struct dice d;
    int count[6] = {0};

    (void)state;
    dice_init_seed(&d, 3);
    for (int i = 0; i < 6000; i++)
        count[dice_below(&d, 6)]++;
    for (int i = 0; i < 6; i++)
        assert_in_range(count[i], 850, 1150);
    assert_int_equal(dice_below(&d, 1), 0);
}

static void a_token_is_digits_and_small_letters(void **state)
{
    struct dice d;
    char token[2001] = {0};
    int seen[256] = {0};

    (void)state;
    dice_init_seed(&d, 4);
    dice_token(&d, token, 2000);
    assert_int_equal(strspn(token, "0123456789abcdefghijklmnopqrstuvwxyz"),
                     2000);
    for (int i = 0; i < 2000; i++)
        seen[(unsigned char)token[i]]++;
    for (const char *c = "0az9"; *c; c++)
        assert_in_range(seen[(unsigned char)*c], 25, 95);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_seed_gives_the_same_on_every_machine),
        cmocka_unit_test(seeds_and_kernel_give_different_bytes),
        cmocka_unit_test(the_kernels_pool_is_refilled_and_forgotten),
        cmocka_unit_test(below_reaches_each_value_about_equally),
        cmocka_unit_test(a_token_is_digits_and_small_letters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
