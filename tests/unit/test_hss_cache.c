/* SPDX-License-Identifier: MIT
 *
 * What of the subscriptions that were read stays in memory.
 */
#include "hss/store_sqlite.h"
#include "support/check.h"
#include "support/store_box.h"

enum { LARGE = 200, NAME = 200 }; /* identities, with names so long */

static int setup(void **state)
{
    struct box *b = mem_zalloc(sizeof(*b));

    box_open(b, "memory:");
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    box_close(*state);
    free(*state);
    return 0;
}

/* With n identities: sip:WHO-0@ims.example and so on. */
static int64_t create(struct box *b, const char *who, size_t n)
{
    struct subscriber_public *p = arena_zalloc(&b->a, n * sizeof(*p));
    struct subscriber_set set = {.publics = p, .npublics = n};
    struct subscriber s = {.sets = &set, .nsets = 1};
    char *name = arena_alloc(&b->a, NAME);

    memset(name, 'x', NAME);
    for (size_t i = 0; i < n; i++) {
        p[i].impu = arena_printf(&b->a, "sip:%s-%zu@ims.example", who, i);
        p[i].display_name = slice_at(name, NAME);
    }
    box_update(b, 0, &s);
    assert_ok(b->err, &b->why);
    return b->edited;
}

static void ask(struct box *b, int64_t sub)
{
    const struct record *r;
    struct why why;

    assert_ok(cache_record(b->s, sub, &r, &why), &why);
    assert_int_equal(r->s.id, sub);
}

static bool is_kept(struct box *b, int64_t sub)
{
    return cache_look(b->s, sub) != NULL;
}

static void one_large_subscription_is_kept_at_a_time(void **state)
{
    struct box *b = *state;
    int64_t one = create(b, "one", LARGE), two = create(b, "two", LARGE),
            small = create(b, "small", 1), other = create(b, "other", 1);

    ask(b, small);
    ask(b, one);
    assert_true(is_kept(b, one));
    ask(b, small);
    assert_true(is_kept(b, one));
    ask(b, two);
    assert_false(is_kept(b, one));
    assert_true(is_kept(b, two));
    ask(b, other);
    assert_false(is_kept(b, two));
    assert_true(is_kept(b, small));
}

/* Kept by an S-CSCF for restoration. */
static void register_with(struct box *b, const char *impu, struct slice path)
{
    struct cx_restoration contact = {.path = path, .contact = S("sip:x")};
    struct cx_scscf_restoration info = {.v = &contact, .count = 1};
    struct store_registration c = {.state_change = STORE_SET,
                                   .state = REGISTERED,
                                   .restoration_change = STORE_SET,
                                   .restoration = &info};
    struct store_private priv;
    struct store_public pub;
    struct why why;

    assert_ok(store_find_public(b->s, &b->a, slice_of(impu), &pub, &why), &why);
    assert_ok(store_find_private(b->s, S("card@ims.example"), &priv, &why),
              &why);
    c.set = pub.set;
    c.impi = priv.id;
    store_registrations(b->s, pub.sub, &c, 1, box_done, b);
    box_finish(b);
    assert_ok(b->err, &b->why);
}

static void what_is_live_counts(void **state)
{
    struct box *b = *state;
    size_t n = 1 << 15;
    char *path = arena_alloc(&b->a, n);
    int64_t other = create(b, "other", 1), sub;

    memset(path, 'p', n);
    box_load(b, "subscribers:\n"
                "  - {impu: sip:card@ims.example, digest: {password: x}}\n");
    sub = box_id(b, "sip:card@ims.example");
    register_with(b, "sip:card@ims.example", slice_at(path, n));
    assert_true(is_kept(b, sub));
    ask(b, other);
    assert_false(is_kept(b, sub));
    ask(b, sub); /* of the database, with all of it */
    ask(b, other);
    create(b, "third", 1);
    ask(b, b->edited);
    assert_false(is_kept(b, sub));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(one_large_subscription_is_kept_at_a_time),
        T(what_is_live_counts),
#undef T
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
