/* SPDX-License-Identifier: MIT
 *
 * The store on a disk that is full, that stops, and that loses what was not
 * synced: whatever was answered is there when it comes again.
 */
#include "hss/import.h"
#include "hss/provisioning.h"
#include "support/check.h"
#include "support/disk.h"
#include "support/world.h"
#include <stdio.h>

static const char users[] = "subscribers:\n"
                            "  - impu: sip:alice@ims.example\n"
                            "    aka: {k: alice-in-ims-box, op: "
                            "imsbox-operator!, sqn: 96}\n";

struct machine {
    struct disk *disk;
    struct sim *sim;
    struct world_host *host;
    struct store *s;
    int64_t impi;
    unsigned done;
    enum ims_err err;
};

static void on_done(void *ctx, enum ims_err err, const struct why *why)
{
    struct machine *m = ctx;

    (void)why;
    m->done++;
    m->err = err;
}

static enum ims_err await(struct machine *m)
{
    unsigned before = m->done;

    for (int i = 0; i < 100 && m->done == before; i++)
        sim_run_for(m->sim, MSEC);
    assert_int_equal(m->done, before + 1);
    return m->err;
}

static void start(struct machine *m)
{
    struct why why;

    m->host = world_host_new(m->sim, "hss1");
    assert_ok(store_open(m->host->env.net, "memory:disk", &m->s, &why), &why);
}

static void stop(struct machine *m)
{
    sim_host_kill(m->host->host);
    store_close(m->s);
    world_host_free(m->host);
}

static void load(struct machine *m)
{
    struct import_file file;
    struct store_import what = {0};
    struct buf errors;

    buf_init(&errors, 10000);
    (void)!import_yaml(slice_of(users), "t", S("ims.example"), NULL, &file,
                       &errors);
    what.subscribers = file.subscribers;
    what.nsubscribers = file.nsubscribers;
    store_import(m->s, &what, on_done, m);
    assert_int_equal(await(m), IMS_OK);
    import_file_fini(&file);
    buf_fini(&errors);
}

/* Whose numbers they are. */
static int64_t identity(struct machine *m)
{
    struct store_private p = {.id = 0};

    assert_int_equal(store_find_private(m->s, S("alice@ims.example"), &p, NULL),
                     IMS_OK);
    return p.id;
}

static enum ims_err write_number(struct machine *m, uint64_t n)
{
    store_sqn(m->s, 1, m->impi, n, on_done, m);
    return await(m);
}

static uint64_t read_number(struct machine *m)
{
    struct subscriber_private p;
    struct arena a;

    arena_init(&a, 0, 1 << 20);
    assert_int_equal(store_authentication(m->s, &a, m->impi, &p, NULL), IMS_OK);
    arena_fini(&a);
    return p.sqn;
}

static int setup(void **state)
{
    struct machine *m = mem_zalloc(sizeof *m);

    m->disk = disk_new(7);
    m->sim = sim_new(7);
    start(m);
    load(m);
    m->impi = identity(m);
    *state = m;
    return 0;
}

static int teardown(void **state)
{
    struct machine *m = *state;

    stop(m);
    sim_free(m->sim);
    disk_free(m->disk);
    free(m);
    return 0;
}

static void a_write_is_synced_before_it_is_answered(void **state)
{
    struct machine *m = *state;
    uint64_t before = disk_figures(m->disk)->syncs;

    assert_int_equal(write_number(m, 500), IMS_OK);
    assert_true(disk_figures(m->disk)->syncs > before);
}

/* proves H-AUC-1 */
static void what_was_answered_is_there_whenever_the_power_fails(void **state)
{
    struct machine *m = *state;
    uint64_t answered = 96;
    unsigned stops = 0;

    for (unsigned at = 1; at <= 200; at++) {
        uint64_t asked = answered;

        disk_stop_after(m->disk, "/disk", at % 40 + 1);
        while (!disk_has_stopped(m->disk, "/disk") && asked < answered + 30)
            if (write_number(m, ++asked) != IMS_OK)
                break;
        answered = disk_has_stopped(m->disk, "/disk") ? asked - 1 : asked;
        stops += disk_has_stopped(m->disk, "/disk");
        disk_stop(m->disk, "/disk", true);
        stop(m);
        start(m);
        assert_in_range(read_number(m), answered, asked);
        answered = read_number(m);
    }
    assert_true(stops > 100);
    assert_true(disk_figures(m->disk)->lost > 50);
}

static void a_full_disk_refuses_writes_until_there_is_room(void **state)
{
    struct machine *m = *state;

    assert_int_equal(write_number(m, 1000), IMS_OK);
    disk_full(m->disk, "/disk", true);
    for (uint64_t n = 1001; n < 1010; n++)
        assert_int_equal(write_number(m, n), IMS_STORAGE);
    assert_int_equal(read_number(m), 1000);
    disk_full(m->disk, "/disk", false);
    assert_int_equal(write_number(m, 2000), IMS_OK);
    assert_int_equal(read_number(m), 2000);
}

struct reply {
    unsigned n;
    enum ims_err err;
};

static void on_reply(void *ctx, enum ims_err err, const struct why *why)
{
    struct reply *r = ctx;

    (void)why;
    r->n++;
    r->err = err;
}

static bool has_charging(struct machine *m, struct slice name)
{
    struct catalogue c;
    struct arena a;
    bool found = false;

    arena_init(&a, 0, 1 << 20);
    assert_int_equal(store_catalogue(m->s, &a, &c, NULL), IMS_OK);
    for (const struct catalogue_charging *i = c.charging; i; i = i->next)
        found |= slice_eq(i->name, name);
    arena_fini(&a);
    return found;
}

/* Three at once, of which a failed read ends the one in the middle, and the
 * transaction with it. */
static void write_three(struct machine *m, unsigned at, struct reply *r)
{
    char name[16], yaml[64];
    struct store_entry_edit e = {.kind = CATALOGUE_CHARGING};

    snprintf(name, sizeof(name), "c%u", at);
    snprintf(yaml, sizeof(yaml), "charging:\n  - {name: %s, ccf: x}\n", name);
    e.name = slice_of(name);
    e.yaml = slice_of(yaml);
    store_sqn(m->s, 1, m->impi, 1000 * at + 1, on_reply, &r[0]);
    store_entry_edit(m->s, &e, on_reply, &r[1]);
    store_sqn(m->s, 1, m->impi, 1000 * at + 2, on_reply, &r[2]);
    disk_fail_read(m->disk, "/disk", at);
    for (int i = 0; i < 100 && !r[2].n; i++)
        sim_run_for(m->sim, MSEC);
    disk_fail_read(m->disk, "/disk", 0);
}

/* All of a batch is stored, or what was told of it is. */
static void
a_read_that_fails_amid_a_batch_leaves_what_was_answered(void **state)
{
    struct machine *m = *state;
    unsigned failed = 0;

    for (unsigned at = 1; at <= 60; at++) {
        struct reply r[3] = {0};
        uint64_t was = read_number(m), want;
        char name[16];

        stop(m);
        start(m);
        write_three(m, at, r);
        snprintf(name, sizeof(name), "c%u", at);
        failed += r[1].err != IMS_OK;
        assert_int_equal(has_charging(m, slice_of(name)), r[1].err == IMS_OK);
        want = r[2].err == IMS_OK   ? 1000 * at + 2
               : r[0].err == IMS_OK ? 1000 * at + 1
                                    : was;
        stop(m);
        start(m);
        assert_int_equal(read_number(m), want);
    }
    assert_true(failed > 2);
}

static void a_process_that_is_killed_loses_nothing_it_wrote(void **state)
{
    struct machine *m = *state;

    assert_int_equal(write_number(m, 3000), IMS_OK);
    disk_stop(m->disk, "/disk", false);
    stop(m);
    start(m);
    assert_int_equal(read_number(m), 3000);
    assert_int_equal(disk_figures(m->disk)->lost, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(a_write_is_synced_before_it_is_answered),
        T(what_was_answered_is_there_whenever_the_power_fails),
        T(a_full_disk_refuses_writes_until_there_is_room),
        T(a_read_that_fails_amid_a_batch_leaves_what_was_answered),
        T(a_process_that_is_killed_loses_nothing_it_wrote),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
