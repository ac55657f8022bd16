/* SPDX-License-Identifier: MIT
 *
 * Imports and their undoing that end amid it, or meet a disk that fails.
 */
#include "support/hss_machine.h"

/* As if killed; and nothing of it runs yet. */
static void crash(struct machine *m)
{
    disk_stop(m->disk, "/disk", true);
    open_again(m);
}

static void check_nobody(struct machine *m)
{
    struct store_ids ids;
    struct why why;

    assert_false(is_there(m, "sip:u0@ims.example"));
    assert_ok(store_list(m->b.s, &m->b.a, 0, MANY, &ids, &why), &why);
    assert_int_equal(ids.n, 1); /* zoe */
    assert_ok(store_search(m->b.s, &m->b.a,
                           &(struct store_search){.text = S("u10"), .max = 9},
                           &ids, &why),
              &why);
    assert_int_equal(ids.n, 0);
    assert_int_equal(count(m), 1);
}

static void a_stop_amid_an_import_leaves_nothing_of_it(void **state)
{
    struct machine *m = *state;
    struct crowd c = {.m = m};

    create(m, "sip:zoe@ims.example");
    crowd_begin(&c);
    while (c.what.done < MANY / 2)
        sim_step(m->b.sim);
    assert_true(c.what.done < MANY);
    crash(m);
    assert_true(ask_sql("SELECT count(*) FROM subscriber") > MANY / 2);
    check_nobody(m);
    assert_int_equal(entries(m).n, 1);
    sim_run_for(m->b.sim, SECOND);
    check_nobody(m);
    assert_int_equal(ask_sql("SELECT count(*) FROM subscriber"), 1);
    assert_int_equal(ask_sql("SELECT count(*) FROM identity"), 1);
    assert_int_equal(ask_sql("SELECT count(*) FROM audit"), 1);
    assert_int_equal(ask_sql("SELECT count(*) FROM hidden"), 0);
    import_all(m);
    assert_int_equal(count(m), MANY + 1);
}

/* What was there before stays, and so does what somebody uses by then. */
static void a_stop_amid_an_import_takes_its_catalogue_too(void **state)
{
    struct machine *m = *state;
    struct catalogue_charging used = {.name = S("used")},
                              fresh = {.name = S("new"), .next = &used},
                              old = {.name = S("old"), .next = &fresh};
    struct catalogue_shared two = {.id = 2}, one = {.id = 1, .next = &two};
    struct catalogue_profile gold = {.name = S("gold")};
    struct catalogue catalogue = {
        .charging = &old, .shared = &one, .profiles = &gold};
    struct crowd c = {.m = m, .what.catalogue = &catalogue};

    box_load(&m->b, "charging: [{name: old, ccf: x}]\n");
    crowd_begin(&c);
    while (!c.what.done)
        sim_step(m->b.sim);
    use_catalogue(m);
    while (c.what.done < MANY / 2)
        sim_step(m->b.sim);
    crash(m);
    sim_run_for(m->b.sim, SECOND);
    assert_int_equal(entries_of_catalogue(m, "new", 1), 0);
    assert_int_equal(entries_of_catalogue(m, "old", 0), 1);
    assert_int_equal(entries_of_catalogue(m, "used", 2), 2);
    assert_int_equal(ask_sql("SELECT count(*) FROM profile"), 1);
    assert_int_equal(ask_sql("SELECT count(*) FROM brought"), 0);
    /* a later one keeps what it brings, when it ends as it should */
    c = (struct crowd){.m = m, .what.catalogue = &catalogue};
    crowd_begin(&c);
    box_finish(&m->b);
    assert_ok(m->b.err, &m->b.why);
    assert_int_equal(ask_sql("SELECT count(*) FROM brought"), 0);
    undo(m);
    crash(m);
    sim_run_for(m->b.sim, SECOND);
    assert_int_equal(entries_of_catalogue(m, "new", 1), 2);
}

static uint64_t registered(struct machine *m)
{
    uint64_t all, n;
    struct why why;

    assert_ok(store_count(m->b.s, &all, &n, &why), &why);
    return n;
}

static void a_stop_amid_an_undoing_is_gone_on_with(void **state)
{
    struct machine *m = *state;

    create(m, "sip:zoe@ims.example");
    import_all(m);
    serve_all(m);
    assert_int_equal(registered(m), MANY);
    undo(m); /* told ahead of their deletion */
    assert_ok(m->b.err, &m->b.why);
    crash(m);
    assert_true(ask_sql("SELECT count(*) FROM subscriber") > 1);
    check_nobody(m);
    assert_int_equal(entries(m).p[0].action, AUDIT_UNDO);
    sim_run_for(m->b.sim, SECOND);
    check_nobody(m);
    assert_int_equal(registered(m), 0);
    assert_int_equal(entries(m).n, 3);
    assert_int_equal(leavers(m), MANY);
    assert_int_equal(ask_sql("SELECT count(*) FROM subscriber"), 1);
    assert_int_equal(ask_sql("SELECT count(*) FROM live"), 0);
    assert_int_equal(ask_sql("SELECT count(*) FROM hidden"), 0);
}

/* ---- whatever fails ------------------------------------------------------ */

static size_t listed(struct machine *m)
{
    struct store_ids ids;
    struct why why;

    assert_ok(store_list(m->b.s, &m->b.a, 0, 10 * MANY, &ids, &why), &why);
    return ids.n;
}

/* What can be seen is what is counted; and who was created is there. */
static void check_sound(struct machine *m, bool zoe)
{
    assert_int_equal(listed(m), count(m));
    assert_int_equal(is_there(m, "sip:zoe@ims.example"), zoe);
    assert_int_equal(is_there(m, "sip:u0@ims.example"),
                     is_there(m, "sip:u99@ims.example"));
    assert_int_equal(count(m), zoe + MANY * is_there(m, "sip:u50@ims.example"));
}

static void import_whatever_comes(struct machine *m)
{
    struct crowd c = {.m = m};

    crowd_begin(&c);
    box_finish(&m->b);
}

/* What goes wrong from step `in` of a life on, behind `at` reads or writes. */
enum mishap_kind { NO_ROOM, UNREADABLE, POWER };
struct mishap {
    enum mishap_kind kind;
    unsigned in, at, n;
};

static void arm(struct machine *m, const struct mishap *x, unsigned step)
{
    if (x->in != step)
        return;
    switch (x->kind) {
    case NO_ROOM: disk_refuse(m->disk, "/disk", x->at, x->n); break;
    case UNREADABLE: disk_fail_read(m->disk, "/disk", x->at + 1); break;
    case POWER: disk_stop_after(m->disk, "/disk", x->at + 1); break;
    }
}

/* Nothing is in memory of what is to be read. */
static void prepare(struct machine *m, const struct mishap *x, unsigned step)
{
    if (x->in == step && x->kind == UNREADABLE)
        open_again(m);
}

static void start_again(struct machine *m)
{
    disk_stop_after(m->disk, "/disk", 0);
    open_again(m);
}

static void end_step(struct machine *m, bool zoe)
{
    disk_fail_read(m->disk, "/disk", 0);
    if (disk_has_stopped(m->disk, "/disk"))
        start_again(m);
    check_sound(m, zoe);
}

static void check_rows(struct machine *m, int n)
{
    assert_int_equal(ask_sql("SELECT count(*) FROM subscriber"), n);
    assert_int_equal(ask_sql("SELECT count(*) FROM identity"), n);
    assert_int_equal(ask_sql("SELECT count(*) FROM hidden"), 0);
    assert_int_equal(count(m), n);
}

/* Imported, undone, imported, as far as it goes; then all is well. */
static void live_through(struct machine *m, const struct mishap *x)
{
    struct store_audits list;
    bool zoe;

    prepare(m, x, 0);
    arm(m, x, 0);
    import_whatever_comes(m);
    end_step(m, false);
    prepare(m, x, 1);
    list = entries(m);
    arm(m, x, 1);
    if (list.n)
        undo_entry(m, list.p);
    end_step(m, false);
    prepare(m, x, 2);
    arm(m, x, 2);
    create_begin(m, "sip:zoe@ims.example");
    box_finish(&m->b);
    zoe = !m->b.err;
    if (disk_has_stopped(m->disk, "/disk")) { /* who failed may be there */
        start_again(m);
        assert_true(!zoe || is_there(m, "sip:zoe@ims.example"));
        zoe = is_there(m, "sip:zoe@ims.example");
    }
    end_step(m, zoe);
    prepare(m, x, 3);
    arm(m, x, 3);
    import_whatever_comes(m);
    end_step(m, zoe);
    disk_refuse(m->disk, "/disk", 0, 0);
    disk_stop_after(m->disk, "/disk", 0);
    import_whatever_comes(m);
    assert_ok(m->b.err, &m->b.why);
    end_step(m, zoe);
    open_again(m);
    check_sound(m, zoe);
    sim_run_for(m->b.sim, SECOND);
    check_rows(m, MANY + zoe);
}

/* Did it? */
static bool goes_wrong(const struct mishap *x)
{
    struct disk_figures f;
    struct machine *m;
    void *state;

    machine_setup(&state);
    m = state;
    live_through(m, x);
    f = *disk_figures(m->disk);
    machine_teardown(&state);
    return f.refused + f.unread + f.lost > 0;
}

static void no_write_that_has_no_room_leaves_half_of_anything(void **state)
{
    unsigned wrong = 0;

    for (unsigned i = 0; i < 100; i++)
        wrong += goes_wrong(&(struct mishap){NO_ROOM, 0, 2 * i, 1 + i % 4});
    assert_in_range(wrong, 80, 100);
    (void)state;
}

static void no_read_that_fails_leaves_half_of_anything(void **state)
{
    unsigned wrong = 0;

    for (unsigned i = 0; i < 48; i++)
        wrong += goes_wrong(&(struct mishap){UNREADABLE, i % 4, i / 4, 1});
    assert_in_range(wrong, 20, 48);
    (void)state;
}

static void no_stop_leaves_half_of_anything(void **state)
{
    unsigned wrong = 0;

    for (unsigned i = 0; i < 100; i++)
        wrong += goes_wrong(&(struct mishap){POWER, i % 4, i, 1});
    assert_in_range(wrong, 60, 100);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) \
    cmocka_unit_test_setup_teardown(name, machine_setup, machine_teardown)
        T(a_stop_amid_an_import_leaves_nothing_of_it),
        T(a_stop_amid_an_import_takes_its_catalogue_too),
        T(a_stop_amid_an_undoing_is_gone_on_with),
        cmocka_unit_test(no_write_that_has_no_room_leaves_half_of_anything),
        cmocka_unit_test(no_read_that_fails_leaves_half_of_anything),
        cmocka_unit_test(no_stop_leaves_half_of_anything),
#undef T
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
