/* SPDX-License-Identifier: MIT */
#include "support/hss_machine.h"
#include <sqlite3.h>
#include <stdio.h>

int machine_setup(void **state)
{
    struct machine *m = mem_zalloc(sizeof(*m));

    m->disk = disk_new(3);
    box_open(&m->b, "memory:disk");
    *state = m;
    return 0;
}

int machine_teardown(void **state)
{
    struct machine *m = *state;

    box_close(&m->b);
    disk_free(m->disk);
    free(m);
    return 0;
}

void open_again(struct machine *m)
{
    box_close(&m->b);
    box_open(&m->b, "memory:disk");
}

void fill(struct machine *m)
{
    disk_full(m->disk, "/disk", true);
}

void make_room(struct machine *m)
{
    disk_full(m->disk, "/disk", false);
}

void refuse_one(struct machine *m)
{
    disk_refuse(m->disk, "/disk", 0, 1);
}

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

void crowd_begin(struct crowd *c)
{
    c->what.nsubscribers = MANY;
    c->what.next = next_of_crowd;
    c->what.ctx = c;
    c->what.who = c->what.what = S("test");
    store_import(c->m->b.s, &c->what, box_done, &c->m->b);
}

void import_all(struct machine *m)
{
    struct crowd c = {.m = m};

    crowd_begin(&c);
    box_finish(&m->b);
    assert_ok(m->b.err, &m->b.why);
    assert_int_equal(c.what.inserted, MANY);
}

struct store_audits entries(struct machine *m)
{
    struct store_audits list;
    struct why why;

    assert_ok(store_audit_list(m->b.s, &m->b.a, INT64_MAX, 9, &list, &why),
              &why);
    return list;
}

void undo_entry(struct machine *m, const struct store_audit *entry)
{
    store_remove(m->b.s, entry, S("test"), false, box_done, &m->b);
    box_finish(&m->b);
}

/* Of the newest entry. */
void undo(struct machine *m)
{
    struct store_audits list = entries(m);

    assert_true(list.n > 0);
    undo_entry(m, list.p);
}

void create_begin(struct machine *m, const char *impu)
{
    struct subscriber_public p = {.impu = slice_of(impu)};
    struct subscriber_set set = {.publics = &p, .npublics = 1};
    struct subscriber s = {.sets = &set, .nsets = 1};

    box_edit(&m->b, 0, &s);
}

void create(struct machine *m, const char *impu)
{
    create_begin(m, impu);
    box_finish(&m->b);
    assert_ok(m->b.err, &m->b.why);
}

bool is_there(struct machine *m, const char *impu)
{
    struct why why;
    int64_t id;

    return store_find(m->b.s, slice_of(impu), &id, &why) == IMS_OK;
}

uint64_t count(struct machine *m)
{
    uint64_t all, registered;
    struct why why;

    assert_ok(store_count(m->b.s, &all, &registered, &why), &why);
    return all;
}

/* An S-CSCF has all of them. */
void serve_all(struct machine *m)
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

unsigned leavers(struct machine *m)
{
    struct store_leaver l = {.n = 0};
    struct why why;
    unsigned n = 0;

    while (!store_leaver_next(m->b.s, &m->b.a, l.n, &l, &why))
        n++;
    return n;
}

size_t entries_of_catalogue(struct machine *m, const char *charging,
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

/* A number, past the store. */
int ask_sql(const char *sql)
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

void use_catalogue(struct machine *m)
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
