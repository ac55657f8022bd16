/* SPDX-License-Identifier: MIT
 *
 * Imports, their undoing, and a reset, while the disk is full now and then, and
 * while others write.
 */
#include "support/hss_machine.h"
#include <sqlite3.h>

/* ---- what fails ---------------------------------------------------------- */

/* It is not taken for one of theirs. */
static void
who_is_made_behind_an_import_that_could_not_be_cleaned_stays(void **state)
{
    struct machine *m = *state;
    struct crowd c = {.m = m, .then = fill};

    crowd_begin(&c);
    box_finish(&m->b);
    assert_err(IMS_STORAGE, m->b.err, &m->b.why);
    make_room(m);
    create(m, "sip:zoe@ims.example");
    assert_true(is_there(m, "sip:zoe@ims.example"));
    import_all(m);
    assert_true(is_there(m, "sip:zoe@ims.example"));
    assert_int_equal(count(m), MANY + 1);
    open_again(m);
    assert_true(is_there(m, "sip:zoe@ims.example"));
}

static void on_noted(void *ctx, enum ims_err err, const struct why *why)
{
    struct machine *m = ctx;

    assert_ok(err, why);
    refuse_one(m); /* the end of the import */
    create_begin(m, "sip:zoe@ims.example");
}

/* Ahead of its cleaning, too. */
static void who_is_made_when_the_end_of_an_import_failed_has_an_id(void **state)
{
    struct store_audit note = {.action = AUDIT_SECRETS};
    struct machine *m = *state;
    struct crowd c = {.m = m};

    crowd_begin(&c);
    while (c.what.done < MANY - MANY % 32) /* the last piece is on its way */
        sim_step(m->b.sim);
    store_note(m->b.s, &note, on_noted, m);
    box_finish(&m->b);
    assert_int_equal(c.what.done, MANY);
    assert_ok(m->b.err, &m->b.why);
    assert_true(is_there(m, "sip:zoe@ims.example"));
    box_finish(&m->b);
    assert_err(IMS_STORAGE, m->b.err, &m->b.why);
    assert_false(is_there(m, "sip:u0@ims.example"));
    assert_int_equal(count(m), 1);
}

static void
who_is_still_there_behind_an_undoing_that_failed_can_be_changed(void **state)
{
    struct machine *m = *state;
    struct subscriber s;

    import_all(m);
    refuse_one(m);
    undo(m);
    assert_err(IMS_STORAGE, m->b.err, &m->b.why);
    s = box_read(&m->b, "sip:u7@ims.example");
    s.charging = S("");
    s.nvisited = 1;
    s.visited = &(struct slice){"b.example", 9};
    box_update(&m->b, s.id, &s);
    assert_ok(m->b.err, &m->b.why);
}

/* It has no entry, whose undoing would be that of others. */
static void
an_import_of_nobody_that_fails_at_its_end_leaves_no_entry(void **state)
{
    struct machine *m = *state;
    struct crowd c = {.m = m, .at = MANY - 1, .then = refuse_one};
    struct crowd again = {.m = m};

    import_all(m);
    crowd_begin(&c); /* the piece of the last one writes nothing */
    box_finish(&m->b);
    assert_err(IMS_STORAGE, m->b.err, &m->b.why);
    assert_int_equal(c.what.unchanged, MANY);
    assert_int_equal(entries(m).n, 1);
    create(m, "sip:zoe@ims.example");
    assert_int_equal(entries(m).n, 2);
    assert_int_equal(count(m), MANY + 1);
    crowd_begin(&again);
    box_finish(&m->b);
    assert_ok(m->b.err, &m->b.why);
    assert_int_equal(again.what.audit, 0);
}

/* Half of an import is left hidden. */
static void leave_half(struct machine *m)
{
    struct crowd c = {.m = m, .at = MANY / 2, .then = fill};

    crowd_begin(&c);
    box_finish(&m->b);
    assert_err(IMS_STORAGE, m->b.err, &m->b.why);
    assert_true(c.what.done > 0);
    make_room(m);
}

static void
what_cannot_be_deleted_is_not_seen_behind_the_next_import(void **state)
{
    struct machine *m = *state;
    struct crowd c = {.m = m};

    leave_half(m);
    refuse_one(m);
    crowd_begin(&c);
    box_finish(&m->b);
    assert_err(IMS_STORAGE, m->b.err, &m->b.why);
    assert_has(slice_of(m->b.why.text), "left cannot be deleted");
    assert_false(is_there(m, "sip:u0@ims.example"));
    import_all(m);
    assert_int_equal(count(m), MANY);
    assert_int_equal(entries(m).n, 1);
}

static void refuse_two(struct machine *m)
{
    disk_refuse(m->disk, "/disk", 0, 2);
}

/* The first piece of the second half, and its cleaning. */
static void who_waits_behind_an_import_waits_until_it_is_cleaned(void **state)
{
    struct machine *m = *state;
    struct crowd c = {.m = m, .at = MANY / 2, .then = refuse_two};
    struct crowd next = {.m = m};

    crowd_begin(&c);
    crowd_begin(&next);
    box_finish(&m->b);
    assert_err(IMS_STORAGE, m->b.err, &m->b.why);
    box_finish(&m->b);
    assert_ok(m->b.err, &m->b.why);
    assert_int_equal(next.what.inserted, MANY);
    assert_int_equal(count(m), MANY);
}

/* Past the store. */
static void run_sql(const char *sql)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open_v2("file:/disk?vfs=memdb", &db,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI,
                                     NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_reset_takes_away_what_can_never_be_deleted(void **state)
{
    struct machine *m = *state;
    struct crowd c = {.m = m};

    leave_half(m);
    run_sql("UPDATE subscriber SET data = x'ff'");
    crowd_begin(&c);
    box_finish(&m->b);
    assert_err(IMS_INTERNAL, m->b.err, &m->b.why);
    store_reset(m->b.s, S("test"), box_done, &m->b);
    box_finish(&m->b);
    assert_ok(m->b.err, &m->b.why);
    assert_int_equal(entries(m).n, 1);
    create(m, "sip:zoe@ims.example");
    sim_run_for(m->b.sim, SECOND);
    import_all(m);
    assert_true(is_there(m, "sip:zoe@ims.example"));
    assert_int_equal(count(m), MANY + 1);
    assert_int_equal(entries(m).n, 3);
}

/* Ahead of the first piece of the sweep. */
static void on_emptied(void *ctx, enum ims_err err, const struct why *why)
{
    struct machine *m = ctx;

    fill(m);
    box_done(&m->b, err, why);
}

/* Who left is told all the same. */
static void a_sweep_goes_on_when_there_is_room_again(void **state)
{
    struct machine *m = *state;

    import_all(m);
    serve_all(m);
    store_reset(m->b.s, S("test"), on_emptied, m);
    box_finish(&m->b);
    assert_ok(m->b.err, &m->b.why);
    sim_run_for(m->b.sim, 30 * SECOND);
    make_room(m);
    assert_int_equal(leavers(m), 0);
    sim_run_for(m->b.sim, 30 * SECOND);
    assert_int_equal(leavers(m), MANY);
}

/* ---- others meanwhile ---------------------------------------------------- */

static void somebody_may_be_made_while_an_import_is_tried(void **state)
{
    struct machine *m = *state;
    struct crowd c = {.m = m, .what.dry_run = true};

    create(m, "sip:yves@ims.example"); /* the import's turn is next */
    crowd_begin(&c);
    create_begin(m, "sip:zoe@ims.example");
    box_finish(&m->b);
    assert_ok(m->b.err, &m->b.why);
    assert_int_equal(c.what.done, 0);
    box_finish(&m->b);
    assert_ok(m->b.err, &m->b.why);
    assert_int_equal(c.what.inserted, MANY);
    assert_int_equal(count(m), 2);
}

static void an_import_that_is_given_up_says_so(void **state)
{
    struct machine *m = *state;
    struct crowd c = {.m = m};

    crowd_begin(&c);
    for (int i = 0; i < 100 && !c.what.done; i++)
        sim_step(m->b.sim);
    assert_in_range(c.what.done, 1, MANY - 1);
    c.what.cancelled = true;
    box_finish(&m->b);
    assert_err(IMS_CANCELLED, m->b.err, &m->b.why);
    assert_text(slice_of(m->b.why.text), S("the import was given up"));
    assert_false(is_there(m, "sip:u0@ims.example"));
    assert_int_equal(entries(m).n, 0);
}

static void what_an_import_brought_goes_with_it_unless_it_is_used(void **state)
{
    struct machine *m = *state;
    struct catalogue_charging used = {.name = S("used")},
                              fresh = {.name = S("new"), .next = &used},
                              old = {.name = S("old"), .next = &fresh};
    struct catalogue_shared two = {.id = 2}, one = {.id = 1, .next = &two};
    struct catalogue catalogue = {.charging = &old, .shared = &one};
    struct crowd c = {.m = m, .what.catalogue = &catalogue};

    box_load(&m->b, "charging: [{name: old, ccf: x}]\n");
    crowd_begin(&c);
    while (!c.what.done)
        sim_step(m->b.sim);
    assert_int_equal(entries_of_catalogue(m, "new", 1), 2);
    use_catalogue(m);
    c.what.cancelled = true;
    sim_run_for(m->b.sim, SECOND); /* the import is answered last */
    assert_err(IMS_CANCELLED, m->b.err, &m->b.why);
    assert_int_equal(entries_of_catalogue(m, "new", 1), 0);
    assert_int_equal(entries_of_catalogue(m, "old", 0), 1);
    assert_int_equal(entries_of_catalogue(m, "used", 2), 2);
    assert_true(is_there(m, "sip:zoe@ims.example"));
    assert_int_equal(count(m), 1);
}

static void an_undoing_is_tried_and_changes_nothing(void **state)
{
    struct machine *m = *state;
    struct store_audits list;

    import_all(m);
    list = entries(m);
    store_remove(m->b.s, list.p, S("test"), true, box_done, &m->b);
    box_finish(&m->b);
    assert_ok(m->b.err, &m->b.why);
    sim_run_for(m->b.sim, SECOND);
    assert_true(is_there(m, "sip:u99@ims.example"));
    assert_int_equal(count(m), MANY);
    assert_int_equal(entries(m).n, 1);
    box_update(&m->b, box_id(&m->b, "sip:u7@ims.example"), NULL);
    assert_ok(m->b.err, &m->b.why);
    store_remove(m->b.s, list.p, S("test"), true, box_done, &m->b);
    box_finish(&m->b);
    assert_err(IMS_CONFLICT, m->b.err, &m->b.why);
}

/* Whose first identity is free and whose second one is not. */
static enum ims_err next_half_known(void *ctx, struct arena *a,
                                    struct subscriber *out, struct why *why)
{
    static const struct subscriber_public publics[] = {
        {.impu = {"sip:free@ims.example", 20}},
        {.impu = {"sip:zoe@ims.example", 19}}};
    static const struct subscriber_set sets[] = {
        {.publics = publics, .npublics = 2}};

    (void)ctx, (void)a, (void)why;
    *out = (struct subscriber){.sets = sets, .nsets = 1};
    return IMS_OK;
}

static void who_is_known_takes_no_identity_from_anybody(void **state)
{
    struct machine *m = *state;
    struct store_import what = {.nsubscribers = 1, .next = next_half_known};

    create(m, "sip:zoe@ims.example");
    store_import(m->b.s, &what, box_done, &m->b);
    box_finish(&m->b);
    assert_ok(m->b.err, &m->b.why);
    assert_int_equal(what.unchanged, 1);
    assert_false(is_there(m, "sip:free@ims.example"));
    create(m, "sip:free@ims.example");
    assert_int_equal(count(m), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) \
    cmocka_unit_test_setup_teardown(name, machine_setup, machine_teardown)
        T(who_is_made_behind_an_import_that_could_not_be_cleaned_stays),
        T(who_is_made_when_the_end_of_an_import_failed_has_an_id),
        T(who_is_still_there_behind_an_undoing_that_failed_can_be_changed),
        T(an_import_of_nobody_that_fails_at_its_end_leaves_no_entry),
        T(what_cannot_be_deleted_is_not_seen_behind_the_next_import),
        T(who_waits_behind_an_import_waits_until_it_is_cleaned),
        T(a_reset_takes_away_what_can_never_be_deleted),
        T(a_sweep_goes_on_when_there_is_room_again),
        T(somebody_may_be_made_while_an_import_is_tried),
        T(an_import_that_is_given_up_says_so),
        T(what_an_import_brought_goes_with_it_unless_it_is_used),
        T(an_undoing_is_tried_and_changes_nothing),
        T(who_is_known_takes_no_identity_from_anybody),
#undef T
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
