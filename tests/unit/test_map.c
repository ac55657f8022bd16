/* SPDX-License-Identifier: MIT */
#include "base/map.h"
#include "support/check.h"
#include <stdio.h>

enum { MANY = 1000 };

struct item {
    char key[16];
    int n;
    struct map_node in_map;
};

static struct item *fill(struct map *m, int count)
{
    struct item *items = mem_zalloc((size_t)count * sizeof(*items));

    for (int i = 0; i < count; i++) {
        snprintf(items[i].key, sizeof(items[i].key), "key%d", i);
        items[i].n = i;
        assert_true(map_add(m, &items[i].in_map, slice_of(items[i].key)));
    }
    return items;
}

static struct item *item_of(struct map_node *n)
{
    return n ? container_of(n, struct item, in_map) : NULL;
}

static void what_was_added_is_found_and_nothing_else(void **state)
{
    struct map m;
    struct item *items;

    (void)state;
    map_init(&m, 7, 0);
    assert_null(map_find(&m, S("key1")));
    items = fill(&m, MANY);
    for (int i = 0; i < MANY; i++)
        assert_ptr_equal(item_of(map_find(&m, slice_of(items[i].key))),
                         &items[i]);
    assert_null(map_find(&m, S("key")));
    assert_null(map_find(&m, S("key10000")));
    assert_int_equal(m.count, MANY);
    map_fini(&m);
    free(items);
}

static void what_was_removed_is_gone_and_the_rest_stays(void **state)
{
    struct map m;
    struct item *items;

    (void)state;
    map_init(&m, 7, 0);
    items = fill(&m, MANY);
    for (int i = 0; i < MANY; i += 2)
        map_remove(&m, &items[i].in_map);
    for (int i = 0; i < MANY; i++)
        assert_ptr_equal(item_of(map_find(&m, slice_of(items[i].key))),
                         i % 2 ? &items[i] : NULL);
    assert_int_equal(m.count, MANY / 2);
    map_fini(&m);
    free(items);
}

static void a_walk_is_in_the_order_of_adding(void **state)
{
    struct map m;
    struct item *items;
    int expected = 0;

    (void)state;
    map_init(&m, 99, 0);
    items = fill(&m, MANY);
    MAP_EACH (it, &m)
        assert_int_equal(item_of(it)->n, expected++);
    assert_int_equal(expected, MANY);
    map_fini(&m);
    free(items);
}

static void elements_may_leave_during_a_walk(void **state)
{
    struct map m;
    struct item *items;

    (void)state;
    map_init(&m, 99, 0);
    items = fill(&m, MANY);
    MAP_EACH (it, &m)
        map_remove(&m, it);
    assert_int_equal(m.count, 0);
    assert_null(map_first(&m));
    map_fini(&m);
    free(items);
}

static void equal_keys_are_found_in_the_order_of_adding(void **state)
{
    struct map m;
    struct item same[40] = {0};
    struct item *others;
    int n = 0;

    (void)state;
    map_init(&m, 3, 0);
    for (int i = 0; i < 40; i++) {
        same[i].n = i;
        assert_true(map_add(&m, &same[i].in_map, S("same")));
    }
    others = fill(&m, MANY);
    for (struct map_node *it = map_find(&m, S("same")); it;
         it = map_again(&m, it))
        assert_int_equal(item_of(it)->n, n++);
    assert_int_equal(n, 40);
    map_remove(&m, &same[0].in_map);
    assert_int_equal(item_of(map_find(&m, S("same")))->n, 1);
    map_fini(&m);
    free(others);
}

/* Of each key those that stay are found oldest first, whatever was taken out
 * around them: as in a list that is walked. */
static void after_any_additions_and_removals_it_is_as_a_list(void **state)
{
    enum { ITEMS = 600, KEYS = 37, STEPS = 20000 };
    struct item items[ITEMS] = {0};
    uint64_t dice = 1;
    struct map m;

    (void)state;
    map_init(&m, 5, 0);
    for (int step = 0; step < STEPS; step++) {
        dice = dice * 6364136223846793005u + 1442695040888963407u;
        struct item *it = &items[(dice >> 33) % ITEMS];
        struct item *found = NULL;

        snprintf(it->key, sizeof it->key, "%d", (int)(it - items) % KEYS);
        if (it->n) {
            map_remove(&m, &it->in_map);
            it->n = 0;
        } else {
            assert_true(map_add(&m, &it->in_map, slice_of(it->key)));
            it->n = step + 1;
        }
        found = item_of(map_find(&m, slice_of(it->key)));
        MAP_EACH (other, &m) {
            if (!slice_eq(other->key, slice_of(it->key)))
                continue;
            assert_ptr_equal(found, item_of(other));
            found = item_of(map_again(&m, other));
        }
        assert_null(found);
    }
    map_fini(&m);
}

static void the_limit_holds_and_room_comes_back(void **state)
{
    struct map m;
    struct item *items;
    struct item one_more = {.key = "one"};

    (void)state;
    map_init(&m, 3, 5);
    items = fill(&m, 5);
    assert_false(map_add(&m, &one_more.in_map, S("one")));
    assert_null(map_find(&m, S("one")));
    map_remove(&m, &items[2].in_map);
    map_remove(&m, &items[3].in_map);
    assert_true(map_add(&m, &one_more.in_map, S("one")));
    assert_int_equal(m.count, 4);
    assert_int_equal(m.most, 5);
    map_fini(&m);
    free(items);
}

static void it_grows_by_a_bucket_at_a_time_and_loses_nobody(void **state)
{
    struct item *items = mem_zalloc(MANY * sizeof *items);
    struct map m;

    (void)state;
    map_init(&m, 11, 0);
    for (int i = 0; i < MANY; i++) {
        size_t before = m.nbuckets;

        snprintf(items[i].key, sizeof items[i].key, "key%d", i);
        items[i].n = i;
        assert_true(map_add(&m, &items[i].in_map, slice_of(items[i].key)));
        assert_true(i == 0 || m.nbuckets <= before + 1);
        assert_true(m.nbuckets >= m.count && m.nbuckets <= m.room);
        for (int k = 0; k <= i; k += 7)
            assert_ptr_equal(item_of(map_find(&m, slice_of(items[k].key))),
                             &items[k]);
    }
    map_fini(&m);
    free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_added_is_found_and_nothing_else),
        cmocka_unit_test(what_was_removed_is_gone_and_the_rest_stays),
        cmocka_unit_test(a_walk_is_in_the_order_of_adding),
        cmocka_unit_test(elements_may_leave_during_a_walk),
        cmocka_unit_test(equal_keys_are_found_in_the_order_of_adding),
        cmocka_unit_test(after_any_additions_and_removals_it_is_as_a_list),
        cmocka_unit_test(the_limit_holds_and_room_comes_back),
        cmocka_unit_test(it_grows_by_a_bucket_at_a_time_and_loses_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
