/* SPDX-License-Identifier: MIT */
#include "ims/profile.h"
#include "support/check.h"

static const struct profile_identity work[] = {
    {.next = &work[1], .impu = {"sip:boss@ims.example", 20}, .barred = true},
    {.next = &work[2],
     .impu = {"sip:!.*!@ims.example", 20},
     .type = PROFILE_WILDCARDED_IMPU},
    {.next = &work[3],
     .impu = {"sip:news@ims.example", 20},
     .type = PROFILE_DISTINCT_PSI},
    {.impu = {"sip:alice@ims.example", 21}},
};
static const struct profile_identity home[] = {
    {.impu = {"tel:+1212", 9}},
};
static const struct profile_service services[] = {
    {.next = &services[1], .identities = work},
    {.next = &services[2]},
    {.identities = home},
};
static const struct ims_profile alice = {{"alice@ims.example", 17}, services};

/* proves H-CX-6 */
static void the_default_is_the_first_that_may_be_used(void **state)
{
    struct profile_identity barred = {.impu = S("sip:a@b"), .barred = true};
    struct profile_service s = {.identities = &barred};
    struct ims_profile none = {S("a@b"), &s};

    (void)state;
    assert_ptr_equal(profile_default(&alice), &work[3]);
    assert_null(profile_default(&none));
    assert_null(profile_default(&(struct ims_profile){S("a@b"), NULL}));
}

static void an_identity_is_found_with_its_service_profile(void **state)
{
    const struct profile_service *s = NULL;

    (void)state;
    assert_ptr_equal(profile_find(&alice, S("tel:+1212"), &s), &home[0]);
    assert_ptr_equal(s, &services[2]);
    assert_ptr_equal(profile_find(&alice, S("sip:boss@ims.example"), NULL),
                     &work[0]);
    assert_null(profile_find(&alice, S("sip:bob@ims.example"), &s));
}

static void all_identities_come_in_their_order(void **state)
{
    static const struct profile_identity *const order[] = {
        &work[0], &work[1], &work[2], &work[3], &home[0], NULL};
    const struct profile_service *s = NULL;
    const struct profile_identity *id = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        id = profile_next(&alice, &s, id);
        assert_ptr_equal(id, order[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_is_the_first_that_may_be_used),
        cmocka_unit_test(an_identity_is_found_with_its_service_profile),
        cmocka_unit_test(all_identities_come_in_their_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
