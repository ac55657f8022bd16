/* SPDX-License-Identifier: MIT */
#include "base/list.h"
#include "support/check.h"

struct item {
    char name;
    struct list in_list;
};

static void assert_order(struct list *head, const char *names)
{
    LIST_EACH (l, head)
        assert_int_equal(container_of(l, struct item, in_list)->name, *names++);
    assert_int_equal(*names, '\0');
}

static void items_stand_where_they_were_put(void **state)
{
    struct list head;
    struct item a = {.name = 'a'}, b = {.name = 'b'}, c = {.name = 'c'};

    (void)state;
    list_init(&head);
    assert_true(list_is_empty(&head));
    assert_order(&head, "");
    list_append(&head, &b.in_list);
    list_prepend(&head, &a.in_list);
    assert_order(&head, "ab");
    list_insert(&b.in_list, &c.in_list);
    assert_order(&head, "acb");
    assert_false(list_is_empty(&head));
}

static void removing_twice_is_harmless(void **state)
{
    struct list head;
    struct item a = {.name = 'a'}, b = {.name = 'b'};

    (void)state;
    list_init(&head);
    list_append(&head, &a.in_list);
    list_append(&head, &b.in_list);
    list_remove(&a.in_list);
    list_remove(&a.in_list);
    assert_order(&head, "b");
}

static void an_item_may_leave_while_all_are_visited(void **state)
{
    struct list head;
    struct item items[3] = {{.name = 'a'}, {.name = 'b'}, {.name = 'c'}};
    int visited = 0;

    (void)state;
    list_init(&head);
    for (int i = 0; i < 3; i++)
        list_append(&head, &items[i].in_list);
    LIST_EACH (l, &head) {
        list_remove(l);
        visited++;
    }
    assert_int_equal(visited, 3);
    assert_true(list_is_empty(&head));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_stand_where_they_were_put),
        cmocka_unit_test(removing_twice_is_harmless),
        cmocka_unit_test(an_item_may_leave_while_all_are_visited),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
