/* SPDX-License-Identifier: MIT
 *
 * What lists of the admin interface share: who is meant by a text, and how one
 * after the other is told.
 */
#include "hss/listed.h"
#include "support/hss_world.h"
#include <sqlite3.h>

/* 100 stands for the second's public identity, and for the first's private
 * one. */
static const char *const users =
    "subscribers:\n"
    "  - {impi: 100@ims.example, impu: sip:alice@ims.example,\n"
    "     tel: tel:+15551001, password: wonderland}\n"
    "  - {impi: bob@ims.example, impu: sip:100@ims.example,\n"
    "     password: builder}\n";

static int setup(void **state)
{
    *state = hss_world_new(users, true);
    return 0;
}

static int teardown(void **state)
{
    hss_world_free(*state);
    return 0;
}

static void damage(struct hss_world *w, const char *sql)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(w->store, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void who_is_meant_is_found_in_each_form(void **state)
{
    static const struct {
        const char *text, *domain;
        size_t max;
        const char *found; /* in order */
    } rows[] = {
        {"sip:alice@ims.example", NULL, 1, "1"},
        {"SIP:alice@IMS.example", NULL, 1, "1"},
        {"alice@ims.example", NULL, 1, "1"},
        {"+15551001", NULL, 8, "1"},
        {"+1(555)1001", NULL, 1, "1"},
        {"bob@ims.example", NULL, 8, "2"},
        {"alice", NULL, 8, ""},
        {"alice", "ims.example", 8, "1"},
        {"+15551001", "ims.example", 8, "1"},
        {"100@ims.example", NULL, 8, "12"},
        {"100@ims.example", NULL, 1, "1"},
        {"100", "ims.example", 8, "21"},
        {"100", "ims.example", 1, "2"},
        {"carol", "ims.example", 8, ""},
    };
    struct hss_world *w = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t ids[MEANT_MAX];
        char found[MEANT_MAX + 1] = "";
        struct why why;
        size_t n;

        assert_ok(listed_meant(w->hss->store, slice_of(rows[i].text),
                               rows[i].domain, rows[i].max, ids, &n, &why),
                  &why);
        for (size_t k = 0; k < n; k++)
            found[k] = (char)('0' + ids[k]);
        assert_string_equal(found, rows[i].found);
    }
}

static void a_text_longer_than_any_identity_means_nobody(void **state)
{
    struct hss_world *w = *state;
    int64_t ids[MEANT_MAX];
    char text[600];
    struct why why;
    size_t n = 1;

    memset(text, 'a', sizeof(text));
    assert_ok(listed_meant(w->hss->store, slice_at(text, sizeof(text)),
                           "ims.example", MEANT_MAX, ids, &n, &why),
              &why);
    assert_int_equal(n, 0);
}

static void who_cannot_be_looked_for_is_not_nobody(void **state)
{
    struct hss_world *w = *state;
    int64_t ids[MEANT_MAX];
    struct why why;
    size_t n;

    damage(w, "DROP TABLE identity");
    assert_int_not_equal(listed_meant(w->hss->store, S("bob"), "ims.example",
                                      MEANT_MAX, ids, &n, &why),
                         IMS_OK);
    assert_has(slice_of(why.text), "identity");
}

static void count(void *list, const struct subscriber *one)
{
    *(int64_t *)list += one->id;
}

static void who_is_gone_is_left_out_and_who_is_damaged_is_told(void **state)
{
    struct hss_world *w = *state;
    int64_t sum = 0;
    struct why why;

    assert_ok(listed_give(w->hss->store, 1, count, &sum, &why), &why);
    assert_int_equal(sum, 1);
    assert_ok(listed_give(w->hss->store, 3, count, &sum, &why), &why);
    assert_int_equal(sum, 1);
    damage(w, "UPDATE subscriber SET data = x'00' WHERE id = 2");
    hss_world_restart(w);
    assert_int_not_equal(listed_give(w->hss->store, 2, count, &sum, &why),
                         IMS_OK);
    assert_has(slice_of(why.text), "subscriber 2: ");
    assert_int_equal(sum, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(who_is_meant_is_found_in_each_form),
        T(a_text_longer_than_any_identity_means_nobody),
        T(who_cannot_be_looked_for_is_not_nobody),
        T(who_is_gone_is_left_out_and_who_is_damaged_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
