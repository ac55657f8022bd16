/* SPDX-License-Identifier: MIT */
#include "scscf/challenge.h"
#include "support/check.h"
#include "support/world.h"

/* The S-CSCF's challenges, TS 24.229 5.4.1.2.1.
 *
 * proves S-REG-1 S-REG-2 S-REG-9 */

struct fixture {
    struct sim *sim;
    struct world_host *w;
    struct challenges *t;
    unsigned expired, gave_way, ended;
};

static void on_lost(void *ctx, struct challenge *c, const char *how)
{
    struct fixture *f = ctx;

    assert_true(c->pending);
    if (strcmp(how, "expired") == 0)
        f->expired++;
    else if (strcmp(how, "was ended by the HSS") == 0)
        f->ended++;
    else
        f->gave_way++;
}

static void set_up(struct fixture *f, size_t most)
{
    *f = (struct fixture){.sim = sim_new(1)};
    f->w = world_host_new(f->sim, "scscf1");
    f->t = challenges_new(&f->w->env, most, 240 * SECOND, on_lost, f);
}

static void tear_down(struct fixture *f)
{
    challenges_free(f->t);
    world_host_free(f->w);
    sim_free(f->sim);
}

static struct challenge *give(struct fixture *f, const char *impi,
                              const char *nonce)
{
    return challenge_new(f->t, slice_of(impi), S("sip:a@ims.example"),
                         slice_of(nonce), S("call"));
}

static void a_challenge_is_found_by_its_nonce_until_its_time(void **state)
{
    struct fixture f;
    struct challenge *c;

    (void)state;
    set_up(&f, 10);
    c = give(&f, "a@ims.example", "n1");
    assert_ptr_equal(challenge_find(f.t, S("n1")), c);
    assert_null(challenge_find(f.t, S("n2")));
    sim_run_for(f.sim, 240 * SECOND - 1);
    assert_int_equal(f.expired, 0);
    sim_run_for(f.sim, 1);
    assert_int_equal(f.expired, 1);
    assert_null(challenge_find(f.t, S("n1")));
    tear_down(&f);
}

static void a_user_has_the_newest_few_and_pushes_out_nobody_else(void **state)
{
    struct fixture f;
    char nonce[] = "a0";

    (void)state;
    set_up(&f, 100);
    give(&f, "b@ims.example", "b0");
    for (unsigned i = 0; i < CHALLENGES_PER_IMPI + 3; i++, nonce[1]++)
        assert_non_null(give(&f, "a@ims.example", nonce));
    assert_int_equal(challenges_count(f.t), CHALLENGES_PER_IMPI + 1);
    assert_null(challenge_find(f.t, S("a2")));
    assert_non_null(challenge_find(f.t, S("a3")));
    assert_non_null(challenge_find(f.t, S("b0")));
    assert_int_equal(f.gave_way, 3);
    challenge_answered(challenge_find(f.t, S("a3")), 1);
    assert_non_null(give(&f, "a@ims.example", "more"));
    assert_null(challenge_find(f.t, S("a3")));
    assert_int_equal(f.gave_way, 3);
    tear_down(&f);
}

static void a_full_table_refuses(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f, 2);
    assert_non_null(give(&f, "a@ims.example", "1"));
    assert_non_null(give(&f, "b@ims.example", "2"));
    assert_null(give(&f, "c@ims.example", "3"));
    tear_down(&f);
}

static void whose_newest_pushes_out_his_oldest_needs_no_room(void **state)
{
    struct fixture f;
    char nonce[] = "a0";

    (void)state;
    set_up(&f, CHALLENGES_PER_IMPI);
    for (unsigned i = 0; i <= CHALLENGES_PER_IMPI; i++, nonce[1]++)
        assert_non_null(give(&f, "a@ims.example", nonce));
    assert_null(challenge_find(f.t, S("a0")));
    assert_null(give(&f, "b@ims.example", "b0"));
    tear_down(&f);
}

static void an_aka_challenge_is_good_for_one_answer(void **state)
{
    struct fixture f;
    struct challenge *c;

    (void)state;
    set_up(&f, 10);
    c = give(&f, "a@ims.example", "n");
    c->algorithm = DIGEST_AKAV1_MD5;
    challenge_answered(c, 1);
    assert_null(challenge_find(f.t, S("n")));
    tear_down(&f);
}

static void a_digest_nonce_lives_on_and_then_goes_without_a_word(void **state)
{
    struct fixture f;
    struct challenge *c;

    (void)state;
    set_up(&f, 10);
    c = give(&f, "a@ims.example", "n");
    c->algorithm = DIGEST_SHA256;
    challenge_answered(c, 1);
    assert_false(c->pending);
    assert_int_equal(c->nc, 1);
    sim_run_for(f.sim, (NONCE_LIFE_S - 1) * (int64_t)SECOND);
    assert_ptr_equal(challenge_find(f.t, S("n")), c);
    challenge_answered(c, 2);
    sim_run_for(f.sim, 1 * SECOND);
    assert_null(challenge_find(f.t, S("n")));
    assert_int_equal(f.expired, 0);
    tear_down(&f);
}

static void answered_ones_are_forgotten_of_one_user_alone(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f, 10);
    challenge_answered(give(&f, "a@ims.example", "a1"), 1);
    give(&f, "a@ims.example", "a2");
    challenge_answered(give(&f, "a@ims.example", "a3"), 1);
    challenge_answered(give(&f, "b@ims.example", "b1"), 1);
    challenges_forget_answered(f.t, S("a@ims.example"));
    assert_null(challenge_find(f.t, S("a1")));
    assert_non_null(challenge_find(f.t, S("a2")));
    assert_null(challenge_find(f.t, S("a3")));
    assert_non_null(challenge_find(f.t, S("b1")));
    assert_int_equal(f.expired, 0);
    tear_down(&f);
}

static void what_the_hss_ends_is_lost_where_it_was_not_answered(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f, 10);
    give(&f, "a@ims.example", "a1");
    challenge_answered(give(&f, "a@ims.example", "a2"), 1);
    give(&f, "a@ims.example", "a3");
    give(&f, "b@ims.example", "b1");
    challenges_end(f.t, S("a@ims.example"));
    assert_int_equal(f.ended, 2);
    assert_int_equal(challenges_count(f.t), 1);
    assert_non_null(challenge_find(f.t, S("b1")));
    tear_down(&f);
}

static void sisters_are_pending_and_of_the_same_identities(void **state)
{
    struct fixture f;
    struct challenge *c, *other;

    (void)state;
    set_up(&f, 10);
    c = give(&f, "a@ims.example", "n1");
    assert_false(challenge_has_sister(c));
    challenge_new(f.t, S("a@ims.example"), S("sip:b@ims.example"), S("n2"),
                  S("call"));
    give(&f, "b@ims.example", "n3");
    assert_false(challenge_has_sister(c));
    other = give(&f, "a@ims.example", "n4");
    assert_true(challenge_has_sister(c));
    assert_true(challenge_has_sister(other));
    challenge_answered(other, 1);
    assert_false(challenge_has_sister(c));
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_challenge_is_found_by_its_nonce_until_its_time),
        cmocka_unit_test(a_user_has_the_newest_few_and_pushes_out_nobody_else),
        cmocka_unit_test(a_full_table_refuses),
        cmocka_unit_test(whose_newest_pushes_out_his_oldest_needs_no_room),
        cmocka_unit_test(an_aka_challenge_is_good_for_one_answer),
        cmocka_unit_test(a_digest_nonce_lives_on_and_then_goes_without_a_word),
        cmocka_unit_test(answered_ones_are_forgotten_of_one_user_alone),
        cmocka_unit_test(what_the_hss_ends_is_lost_where_it_was_not_answered),
        cmocka_unit_test(sisters_are_pending_and_of_the_same_identities),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
