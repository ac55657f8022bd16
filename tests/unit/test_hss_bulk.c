/* SPDX-License-Identifier: MIT
 *
 * Imports, their undoing, and a reset, while the disk is full now and then,
 * while others write, and when it ends amid them.
 */
#include "support/check.h"
#include "support/disk.h"
#include "support/store_box.h"
#include <sqlite3.h>
#include <stdio.h>

enum { MANY = 100 }; /* more than go in one piece */

struct machine {
    struct box b;
    struct disk *disk;
};

static int setup(void **state)
{
    struct machine *m = mem_zalloc(sizeof(*m));

    m->disk = disk_new(3);
    box_open(&m->b, "memory:disk");
    *state = m;
    return 0;
}

static int teardown(void **state)
{
    struct machine *m = *state;

    box_close(&m->b);
    disk_free(m->disk);
    free(m);
    return 0;
}

static void open_again(struct machine *m)
{
    box_close(&m->b);
    box_open(&m->b, "memory:disk");
}

static void fill(struct machine *m)
{
    disk_full(m->disk, "/disk", true);
}

static void make_room(struct machine *m)
{
    disk_full(m->disk, "/disk", false);
}

static void refuse_one(struct machine *m)
{
    disk_refuse(m->disk, "/disk", 0, 1);
}

/* ---- many --------------------------------------------------------------- */

/* sip:u0@ims.example and so on, without private identities. */
struct crowd {
    struct machine *m;
    struct store_import what;
    unsigned n;
    unsigned at; /* ahead of this one */
    void (*then)(struct machine *m);
};

static enum ims_err next_of_crowd(void *ctx, struct arena *a,
                                  struct subscriber *out, struct why *why)
{
    struct subscriber_public *p = arena_zalloc(a, sizeof(*p));
    struct subscriber_set *set = arena_zalloc(a, sizeof(*set));
    struct crowd *c = ctx;

    (void)why;
    if (c->n == c->at && c->then)
        c->then(c->m);
    p->impu = arena_printf(a, "sip:u%u@ims.example", c->n++);
    *set = (struct subscriber_set){.publics = p, .npublics = 1};
    *out = (struct subscriber){.sets = set, .nsets = 1};
    return IMS_OK;
}

static void crowd_begin(struct crowd *c)
{
    c->what.nsubscribers = MANY;
    c->what.next = next_of_crowd;
    c->what.ctx = c;
    c->what.who = c->what.what = S("test");
    store_import(c->m->b.s, &c->what, box_done, &c->m->b);
}

static void import_all(struct machine *m)
{
    struct crowd c = {.m = m};

    crowd_begin(&c);
    box_finish(&m->b);
    assert_ok(m->b.err, &m->b.why);
    assert_int_equal(c.what.inserted, MANY);
}

static struct store_audits entries(struct machine *m)
{
    struct store_audits list;
    struct why why;

    assert_ok(store_audit_list(m->b.s, &m->b.a, INT64_MAX, 9, &list, &why),
              &why);
    return list;
}

static void undo_entry(struct machine *m, const struct store_audit *entry)
{
    store_remove(m->b.s, entry, S("test"), false, box_done, &m->b);
    box_finish(&m->b);
}

/* Of the newest entry. */
static void undo(struct machine *m)
{
    struct store_audits list = entries(m);

    assert_true(list.n > 0);
    undo_entry(m, list.p);
}

static void create_begin(struct machine *m, const char *impu)
{
    struct subscriber_public p = {.impu = slice_of(impu)};
    struct subscriber_set set = {.publics = &p, .npublics = 1};
    struct subscriber s = {.sets = &set, .nsets = 1};

    box_edit(&m->b, 0, &s);
}

static void create(struct machine *m, const char *impu)
{
    create_begin(m, impu);
    box_finish(&m->b);
    assert_ok(m->b.err, &m->b.why);
}

static bool is_there(struct machine *m, const char *impu)
{
    struct why why;
    int64_t id;

    return store_find(m->b.s, slice_of(impu), &id, &why) == IMS_OK;
}

static uint64_t count(struct machine *m)
{
    uint64_t all, registered;
    struct why why;

    assert_ok(store_count(m->b.s, &all, &registered, &why), &why);
    return all;
}

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

/* An S-CSCF has all of them. */
static void serve_all(struct machine *m)
{
    struct store_registration c = {.state_change = STORE_SET,
                                   .state = REGISTERED,
                                   .scscf_change = STORE_SET,
                                   .scscf = S("sip:scscf1.ims.example")};
    struct store_public pub;
    struct why why;
    char impu[32];

    for (unsigned i = 0; i < MANY; i++) {
        snprintf(impu, sizeof(impu), "sip:u%u@ims.example", i);
        assert_ok(
            store_find_public(m->b.s, &m->b.a, slice_of(impu), &pub, &why),
            &why);
        c.set = pub.set;
        store_registrations(m->b.s, pub.sub, &c, 1, box_done, &m->b);
        box_finish(&m->b);
    }
}

static unsigned leavers(struct machine *m)
{
    struct store_leaver l = {.n = 0};
    struct why why;
    unsigned n = 0;

    while (!store_leaver_next(m->b.s, &m->b.a, l.n, &l, &why))
        n++;
    return n;
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

static size_t entries_of_catalogue(struct machine *m, const char *charging,
                                   uint32_t shared)
{
    struct catalogue c;
    struct why why;
    size_t n = 0;

    assert_ok(store_catalogue(m->b.s, &m->b.a, &c, &why), &why);
    for (const struct catalogue_charging *i = c.charging; i; i = i->next)
        n += slice_eq(i->name, slice_of(charging));
    for (const struct catalogue_shared *i = c.shared; i; i = i->next)
        n += i->id == shared;
    return n;
}

/* One begins to pay by the set "used", and a profile refers to the shared
 * set 2. */
static void use_catalogue(struct machine *m)
{
    struct subscriber_public p = {.impu = S("sip:zoe@ims.example")};
    struct subscriber_set set = {.publics = &p, .npublics = 1};
    struct subscriber s = {.sets = &set, .nsets = 1, .charging = S("used")};
    struct store_entry_edit e = {
        .kind = CATALOGUE_PROFILE,
        .name = S("voice"),
        .yaml = S("profiles: [{name: voice, shared_ifc: [2]}]\n")};

    box_edit(&m->b, 0, &s);
    store_entry_edit(m->b.s, &e, box_done, &m->b);
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

/* ---- ends amid it -------------------------------------------------------- */

/* A number, past the store. */
static int ask_sql(const char *sql)
{
    sqlite3_stmt *q;
    sqlite3 *db;
    int n;

    assert_int_equal(sqlite3_open_v2("file:/disk?vfs=memdb", &db,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI,
                                     NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    n = sqlite3_column_int(q, 0);
    sqlite3_finalize(q);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return n;
}

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

    setup(&state);
    m = state;
    live_through(m, x);
    f = *disk_figures(m->disk);
    teardown(&state);
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
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
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
        T(a_stop_amid_an_import_leaves_nothing_of_it),
        T(a_stop_amid_an_undoing_is_gone_on_with),
        cmocka_unit_test(no_write_that_has_no_room_leaves_half_of_anything),
        cmocka_unit_test(no_read_that_fails_leaves_half_of_anything),
        cmocka_unit_test(no_stop_leaves_half_of_anything),
#undef T
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
