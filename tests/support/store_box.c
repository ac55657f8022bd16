/* SPDX-License-Identifier: MIT */
#include "support/store_box.h"
#include "hss/import.h"
#include "support/check.h"
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

void box_done(void *ctx, enum ims_err err, const struct why *why)
{
    struct box *b = ctx;

    b->done++;
    b->err = err;
    b->why = *why;
}

void box_edited(void *ctx, enum ims_err err, const struct store_edited *r,
                const struct why *why)
{
    struct box *b = ctx;

    b->edited = r->after ? r->after->id : 0;
    b->audit = r->audit;
    box_done(b, err, why);
}

void box_finish(struct box *b)
{
    unsigned before = b->done;

    for (int i = 0; i < 100 && b->done == before; i++)
        sim_run_for(b->sim, MSEC);
    assert_int_equal(b->done, before + 1);
}

void box_edit(struct box *b, int64_t id, const struct subscriber *s)
{
    struct store_edit e = {
        .id = id, .sub = s, .version = STORE_ANY_VERSION, .who = S("test")};

    store_edit(b->s, &e, box_edited, b);
}

void box_update(struct box *b, int64_t id, const struct subscriber *s)
{
    box_edit(b, id, s);
    box_finish(b);
}

void box_new(struct box *b)
{
    b->sim = sim_new(1);
    b->w = world_host_new(b->sim, "hss1");
    arena_init(&b->a, 0, 16 << 20);
}

void box_open(struct box *b, const char *path)
{
    struct why why;

    box_new(b);
    assert_ok(store_open(b->w->env.net, path, &b->s, &why), &why);
}

void box_close(struct box *b)
{
    store_close(b->s);
    arena_fini(&b->a);
    world_host_free(b->w);
    sim_free(b->sim);
}

void box_load(struct box *b, const char *text)
{
    struct import_file file;
    struct store_import what = {0};
    struct buf errors;

    buf_init(&errors, 10000);
    (void)!import_yaml(slice_of(text), "t", S("ims.example"), NULL, &file,
                       &errors);
    assert_text(buf_slice(&errors), S(""));
    what.catalogue = &file.catalogue;
    what.subscribers = file.subscribers;
    what.nsubscribers = file.nsubscribers;
    store_import(b->s, &what, box_done, b);
    box_finish(b);
    assert_ok(b->err, &b->why);
    import_file_fini(&file);
    buf_fini(&errors);
}

void box_on_file(struct box *b)
{
    snprintf(b->dir, sizeof(b->dir), "/tmp/imsbox-store-XXXXXX");
    assert_non_null(mkdtemp(b->dir));
    snprintf(b->path, sizeof(b->path), "%s/t.db", b->dir);
}

void box_remove_file(struct box *b)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-lock"};
    char path[128];

    for (size_t i = 0; i < 4; i++) {
        snprintf(path, sizeof(path), "%s%s", b->path, ends[i]);
        unlink(path);
    }
    rmdir(b->dir);
}

int64_t box_id(struct box *b, const char *identity)
{
    struct why why;
    int64_t id = 0;

    assert_ok(store_find(b->s, slice_of(identity), &id, &why), &why);
    return id;
}

struct subscriber box_read(struct box *b, const char *identity)
{
    struct subscriber s = {0};
    struct why why;

    assert_ok(store_read(b->s, &b->a, box_id(b, identity), &s, &why), &why);
    return s;
}

void box_load_many(struct box *b, unsigned n)
{
    struct buf text;

    buf_init(&text, 1 << 20);
    buf_str(&text, "subscribers:\n");
    for (unsigned i = 0; i < n; i++)
        buf_printf(&text,
                   "  - {impu: \"sip:u%u@ims.example\", display_name: N%u,"
                   " digest: {password: x}}\n",
                   i, i);
    buf_char(&text, '\0');
    box_load(b, text.p);
    buf_fini(&text);
}

/* Straight from the file: a number. */
int box_ask_file(struct box *b, const char *sql)
{
    sqlite3_stmt *q;
    sqlite3 *db;
    int n;

    assert_int_equal(sqlite3_open(b->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    n = sqlite3_column_int(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    return n;
}
