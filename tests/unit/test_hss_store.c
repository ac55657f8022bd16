/* SPDX-License-Identifier: MIT */
#include "hss/counters.h"
#include "support/check.h"
#include "support/store_box.h"
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char users[] =
    "charging:\n"
    "  - {name: std, ccf: ccf1, ccf_2: ccf2, ecf: ecf1, ecf_2: ecf2}\n"
    "shared_ifc:\n"
    "  - {id: 3, ifc: [{priority: 2, server: sip:shared.ims.example}]}\n"
    "profiles:\n"
    "  - name: full\n"
    "    media_profile: 7\n"
    "    services: [icsi-b, icsi-a]\n"
    "    shared_ifc: [3]\n"
    "    ifc:\n"
    "      - priority: 20\n"
    "        server: sip:late.ims.example\n"
    "      - priority: 10\n"
    "        server: sip:early.ims.example\n"
    "        default: terminated\n"
    "        part: registered\n"
    "        match: all\n"
    "        service_info: hello\n"
    "        include: [request, response]\n"
    "        when:\n"
    "          - {group: [0, 2], method: REGISTER,\n"
    "             registration: [initial, gone]}\n"
    "          - {group: 1, header: Accept, content: \".*\", not: true}\n"
    "          - {group: 1, header: Subject}\n"
    "          - {group: 1, session_case: terminating}\n"
    "          - {group: 1, sdp: m, content: video}\n"
    "          - {group: 1, request_uri: \"sip:.*\"}\n"
    "  - name: empty\n"
    "subscribers:\n"
    "  - impu: sip:alice@ims.example\n"
    "    tel: tel:+15551001\n"
    "    aka: {k: alice-in-ims-box, op: imsbox-operator!, sqn: 96}\n"
    "    charging: std\n"
    "    profile: full\n"
    "    capabilities: {mandatory: [2, 1], optional: [5]}\n"
    "    visited: [b.example, a.example]\n"
    "  - impu: sip:bob@ims.example\n"
    "    digest: {password: secret}\n";

static int setup(void **state)
{
    struct box *b = mem_zalloc(sizeof(*b));

    box_open(b, "memory:");
    box_load(b, users);
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    box_close(*state);
    free(*state);
    return 0;
}

/* ---- what is read is what was written ----------------------------------- */

/* Her private identity. */
static int64_t alice(struct box *b)
{
    struct store_private p = {.id = 0};
    struct why why;

    assert_ok(store_find_private(b->s, S("alice@ims.example"), &p, &why), &why);
    return p.id;
}

/* proves H-DB-1 */
static void a_subscriber_comes_back_as_it_was_written(void **state)
{
    struct subscriber s = box_read(*state, "alice@ims.example");

    assert_int_equal(s.nprivates, 1);
    assert_int_equal(s.privates[0].algorithm, DIGEST_AKAV1_MD5);
    assert_true(s.privates[0].has_key);
    assert_memory_equal(s.privates[0].key.k, "alice-in-ims-box", 16);
    assert_int_equal(s.privates[0].amf[0], 0x80);
    assert_int_equal(s.privates[0].sqn, 96);
    assert_int_equal(s.nsets, 1);
    assert_int_equal(s.sets[0].npublics, 2);
    assert_text(s.sets[0].publics[0].impu, S("sip:alice@ims.example"));
    assert_text(s.sets[0].publics[1].impu, S("tel:+15551001"));
    assert_text(s.sets[0].publics[1].alias_group, S("1"));
    assert_text(s.sets[0].publics[0].profile, S("full"));
    assert_text(s.charging, S("std"));
    assert_int_equal(s.nmandatory, 2);
    assert_int_equal(s.mandatory[0], 1);
    assert_int_equal(s.noptional, 1);
    assert_int_equal(s.nvisited, 2);
    assert_text(s.visited[0], S("a.example"));
}

/* proves H-DB-1 */
static void the_catalogue_comes_back_as_it_was_written(void **state)
{
    struct box *b = *state;
    struct catalogue c;
    const struct profile_ifc *f;
    const struct profile_spt *t;
    struct why why;

    assert_ok(store_catalogue(b->s, &b->a, &c, &why), &why);
    assert_text(c.charging->addresses.secondary_ecf, S("ecf2"));
    assert_int_equal(c.shared->id, 3);
    assert_text(c.shared->ifcs->server, S("sip:shared.ims.example"));
    assert_text(c.profiles->name, S("empty"));
    assert_int_equal(c.profiles->service.media_profile,
                     PROFILE_NO_MEDIA_PROFILE);
    assert_int_equal(c.profiles->next->service.media_profile, 7);
    assert_text(c.profiles->next->service.service_ids->id, S("icsi-b"));
    assert_int_equal(c.profiles->next->service.nshared, 1);
    f = c.profiles->next->service.ifcs;
    assert_int_equal(f->priority, 10);
    assert_true(f->session_terminated && f->cnf && f->include_request &&
                f->include_response);
    assert_int_equal(f->part, PROFILE_REGISTERED);
    assert_text(f->service_info, S("hello"));
    t = f->spts;
    assert_int_equal(t->ngroups, 2);
    assert_int_equal(t->groups[1], 2);
    assert_int_equal(t->registrations,
                     REGISTRATION_INITIAL | REGISTRATION_GONE);
    assert_text(t->content, S("REGISTER"));
    t = t->next;
    assert_true(t->negated);
    assert_text(t->name, S("Accept"));
    t = t->next;
    assert_null(t->content.p);
    t = t->next;
    assert_int_equal(t->session_case, SESSION_TERMINATING_REGISTERED);
    assert_int_equal(t->next->kind, SPT_SDP);
    assert_int_equal(t->next->next->kind, SPT_REQUEST_URI);
    assert_int_equal(f->next->priority, 20);
    assert_null(f->next->spts);
}

/* proves H-DB-1 */
static void a_list_comes_in_pages(void **state)
{
    struct box *b = *state;
    struct store_ids ids;
    struct why why;
    uint64_t all, registered;

    assert_ok(store_list(b->s, &b->a, 0, 1, &ids, &why), &why);
    assert_int_equal(ids.n, 1);
    assert_int_equal(ids.p[0], box_id(b, "alice@ims.example"));
    assert_ok(store_list(b->s, &b->a, ids.p[0], 5, &ids, &why), &why);
    assert_int_equal(ids.n, 1);
    assert_int_equal(ids.p[0], box_id(b, "sip:bob@ims.example"));
    assert_ok(store_count(b->s, &all, &registered, &why), &why);
    assert_int_equal(all, 2);
    assert_int_equal(registered, 0);
}

static void an_arena_that_is_too_small_is_told(void **state)
{
    struct box *b = *state;
    struct subscriber s = {.id = 77};
    struct arena small;
    struct why why;

    for (size_t limit = 0; limit < 500; limit += 7) {
        arena_init(&small, 0, limit);
        assert_err(
            IMS_FULL,
            store_read(b->s, &small, box_id(b, "alice@ims.example"), &s, &why),
            &why);
        assert_int_equal(s.id, 77);
        arena_fini(&small);
    }
    assert_int_equal(box_read(b, "alice@ims.example").nprivates, 1);
}

/* ---- changes ------------------------------------------------------------ */

/* proves H-DB-1 H-CX-6 */
static void a_change_keeps_registration_secrets_and_numbers(void **state)
{
    struct box *b = *state;
    struct subscriber s = box_read(b, "alice@ims.example"), t;
    struct subscriber_private p = s.privates[0];
    struct store_registration c = {.state_change = STORE_SET,
                                   .state = REGISTERED,
                                   .registered = STORE_SET,
                                   .scscf_change = STORE_SET,
                                   .scscf = S("sip:scscf1.ims.example")};
    struct subscriber_public publics[] = {
        {.impu = S("sip:ally@ims.example")},
        {.impu = S("sip:alice@ims.example"), .barred = true}};
    struct subscriber_set set = {.publics = publics, .npublics = 2};
    struct store_public pub;
    struct store_private priv;
    struct why why;

    assert_ok(store_find_public(b->s, &b->a, S("tel:+15551001"), &pub, &why),
              &why);
    assert_ok(store_find_private(b->s, p.impi, &priv, &why), &why);
    c.set = pub.set;
    c.impi = priv.id;
    store_registrations(b->s, pub.sub, &c, 1, box_done, b);
    box_finish(b);
    p.has_key = false;
    p.sqn = SUBSCRIBER_SQN_KEEP;
    t = (struct subscriber){
        .privates = &p, .nprivates = 1, .sets = &set, .nsets = 1};
    box_update(b, s.id, &t);
    assert_ok(b->err, &b->why);
    t = box_read(b, "sip:ally@ims.example");
    assert_int_equal(t.id, s.id);
    assert_int_equal(t.sets[0].state, REGISTERED);
    assert_text(t.sets[0].scscf, S("sip:scscf1.ims.example"));
    assert_int_equal(t.sets[0].nregistered, 1);
    assert_true(t.privates[0].has_key);
    assert_int_equal(t.privates[0].sqn, 96);
    assert_int_equal(t.nmandatory, 0);
    assert_err(IMS_NOT_FOUND, store_find(b->s, S("tel:+15551001"), &s.id, &why),
               &why);
}

static void a_new_private_identity_alone_ends_the_registration(void **state)
{
    struct box *b = *state;
    struct subscriber s = box_read(b, "bob@ims.example");
    struct subscriber_private p = s.privates[0];
    struct store_registration c = {.state_change = STORE_SET,
                                   .state = REGISTERED,
                                   .registered = STORE_SET,
                                   .scscf_change = STORE_SET,
                                   .scscf = S("sip:scscf1.ims.example")};
    struct store_public pub;
    struct why why;

    assert_ok(
        store_find_public(b->s, &b->a, S("sip:bob@ims.example"), &pub, &why),
        &why);
    c.set = pub.set;
    store_registrations(b->s, pub.sub, &c, 1, box_done, b);
    box_finish(b);
    assert_int_equal(box_read(b, "bob@ims.example").sets[0].state, REGISTERED);
    p.impi = S("bob2@ims.example");
    s.privates = &p;
    box_update(b, s.id, &s);
    assert_ok(b->err, &b->why);
    s = box_read(b, "bob2@ims.example");
    assert_int_equal(s.sets[0].state, NOT_REGISTERED);
    assert_int_equal(s.sets[0].scscf.n, 0);
}

/* proves H-DB-1 */
static void what_contradicts_is_refused_and_changes_nothing(void **state)
{
    struct box *b = *state;
    struct subscriber_private p = {.impi = S("new@ims.example"),
                                   .algorithm = DIGEST_AKAV1_MD5,
                                   .has_key = true,
                                   .sqn = SUBSCRIBER_SQN_KEEP};
    struct subscriber_public u = {.impu = S("sip:new@ims.example")};
    struct subscriber_set set = {.publics = &u, .npublics = 1};
    struct subscriber s = {
        .privates = &p, .nprivates = 1, .sets = &set, .nsets = 1};
    struct why why;
    int64_t id = 0;

    u.impu = S("tel:+15551001");
    box_update(b, 0, &s);
    assert_err(IMS_EXISTS, b->err, &b->why);
    assert_has(slice_of(b->why.text), "tel:+15551001");
    u.impu = S("sip:new@ims.example");
    p.impi = S("bob@ims.example");
    box_update(b, 0, &s);
    assert_err(IMS_EXISTS, b->err, &b->why);
    p.impi = S("new@ims.example");
    u.profile = S("nonsense");
    box_update(b, 0, &s);
    assert_err(IMS_NOT_FOUND, b->err, &b->why);
    u.profile = S("");
    p.has_key = false;
    box_update(b, 0, &s);
    assert_err(IMS_MISSING, b->err, &b->why);
    assert_err(IMS_NOT_FOUND, store_find(b->s, S("new@ims.example"), &id, &why),
               &why);
    p.has_key = true;
    box_update(b, 0, &s);
    assert_ok(b->err, &b->why);
    id = b->edited;
    assert_int_equal(id, box_id(b, "sip:new@ims.example"));
    box_update(b, id, NULL);
    assert_ok(b->err, &b->why);
    box_update(b, id, NULL);
    assert_err(IMS_NOT_FOUND, b->err, &b->why);
}

/* A name that exists is left as it is, which what it holds is not taken for. */
static void half_of_a_service_profile_is_not_stored(void **state)
{
    struct box *b = *state;
    uint32_t shared[] = {3, 3};
    struct profile_service_id id = {.id = S("icsi")};
    struct catalogue_profile half = {.name = S("half"),
                                     .service = {.shared_ifc_sets = shared,
                                                 .nshared = 2,
                                                 .service_ids = &id}};
    struct catalogue c = {.profiles = &half};
    struct store_import what = {.catalogue = &c};
    struct why why;

    store_import(b->s, &what, box_done, b);
    box_finish(b);
    assert_err(IMS_EXISTS, b->err, &b->why);
    assert_ok(store_catalogue(b->s, &b->a, &c, &why), &why);
    for (const struct catalogue_profile *p = c.profiles; p; p = p->next)
        assert_false(slice_eq(p->name, S("half")));
}

/* proves H-DB-1 */
static void an_import_never_overwrites_an_edit(void **state)
{
    struct box *b = *state;
    struct subscriber s = box_read(b, "bob@ims.example");
    struct subscriber_public u = {.impu = S("sip:bob@ims.example"),
                                  .display_name = S("Robert")};
    struct subscriber_set set = {.publics = &u, .npublics = 1};

    s.sets = &set;
    box_update(b, s.id, &s);
    box_load(b, users);
    s = box_read(b, "bob@ims.example");
    assert_text(s.sets[0].publics[0].display_name, S("Robert"));
}

/* ---- group commit ------------------------------------------------------- */

struct order {
    struct box *b;
    char log[64];
};

struct step {
    struct order *o;
    char name;
};

static void on_step(void *ctx, enum ims_err err, const struct why *why)
{
    struct step *s = ctx;

    (void)why;
    assert_int_equal(err, IMS_OK);
    strncat(s->o->log, &s->name, 1);
}

static void on_idle(void *ctx)
{
    struct step *s = ctx;

    strncat(s->o->log, &s->name, 1);
}

static void writes_that_wait_share_a_commit(void **state)
{
    struct box *b = *state;
    struct order o = {.b = b};
    struct step steps[] = {{&o, 'a'}, {&o, 'b'}, {&o, 'c'}, {&o, 'd'}};
    struct store_figures before, after;

    store_figures(b->s, &before);
    for (int i = 0; i < 4; i++)
        store_sqn(b->s, 1, alice(b), 1000, on_step, &steps[i]);
    assert_string_equal(o.log, "");
    sim_run_for(b->sim, 100 * MSEC);
    assert_string_equal(o.log, "abcd");
    store_figures(b->s, &after);
    assert_int_equal(after.commits - before.commits, 1);
    assert_int_equal(after.writes - before.writes, 4);
    assert_int_equal(after.waiting, 0);
}

static void who_waits_for_a_subscription_comes_behind_its_writes(void **state)
{
    struct box *b = *state;
    struct order o = {.b = b};
    struct step w1 = {&o, '1'}, w2 = {&o, '2'}, r1 = {&o, 'r'}, r2 = {&o, 's'},
                r3 = {&o, 'x'}, never = {&o, '!'};
    struct store_waiter a = {0}, c = {0}, d = {0}, e = {0};

    store_sqn(b->s, 1, alice(b), 1000, on_step, &w1);
    store_when_idle(b->s, 1, &a, on_idle, &r1);
    store_when_idle(b->s, 2, &c, on_idle, &r3); /* another: at once */
    store_sqn(b->s, 1, alice(b), 2000, on_step, &w2);
    store_when_idle(b->s, 1, &d, on_idle, &r2);
    store_when_idle(b->s, 1, &e, on_idle, &never);
    store_wait_cancel(&e);
    sim_run_for(b->sim, 100 * MSEC);
    assert_string_equal(o.log, "x12rs");
}

/* Who makes it busy again. */
struct again {
    struct step idle, *written;
};

static void on_idle_write(void *ctx)
{
    struct again *a = ctx;
    struct box *b = a->idle.o->b;

    on_idle(&a->idle);
    store_sqn(b->s, 1, alice(b), 3000, on_step, a->written);
}

static void one_of_two_who_wait_may_make_the_other_wait_on(void **state)
{
    struct box *b = *state;
    struct order o = {.b = b};
    struct step w1 = {&o, '1'}, w2 = {&o, '2'}, last = {&o, 'z'};
    struct again first = {.idle = {&o, 'a'}, .written = &w2};
    struct store_waiter a = {0}, z = {0};

    store_sqn(b->s, 1, alice(b), 1000, on_step, &w1);
    store_when_idle(b->s, 1, &a, on_idle_write, &first);
    store_when_idle(b->s, 1, &z, on_idle, &last);
    sim_run_for(b->sim, 100 * MSEC);
    assert_string_equal(o.log, "1a2z");
}

/* What was written by then stays, though nobody hears of it. */
static void a_store_may_close_before_a_batch_is_answered(void **state)
{
    struct box b = {0};
    struct order o = {.b = &b};
    struct step written = {&o, 'w'}, idle = {&o, 'i'};
    struct store_waiter waiter = {0};

    box_on_file(&b);
    box_open(&b, b.path);
    box_load(&b, users);
    sim_work_latency(b.sim, SECOND);
    store_sqn(b.s, 1, alice(&b), 5000, on_step, &written);
    store_when_idle(b.s, 1, &waiter, on_idle, &idle);
    sim_run_for(b.sim, MSEC);
    box_close(&b);
    assert_string_equal(o.log, "");
    assert_false(waiter.waits);
    box_open(&b, b.path);
    assert_int_equal(box_read(&b, "alice@ims.example").privates[0].sqn, 5000);
    box_close(&b);
    box_remove_file(&b);
    (void)state;
}

static void a_write_that_fails_does_not_harm_its_neighbours(void **state)
{
    struct box *b = *state;
    struct order o = {.b = b};
    struct step s = {&o, 'k'};
    struct subscriber_public u = {.impu = S("sip:bob@ims.example")};
    struct subscriber_set set = {.publics = &u, .npublics = 1};
    struct subscriber bad = {.sets = &set, .nsets = 1};
    struct store_figures f;

    store_sqn(b->s, 1, alice(b), 500, on_step, &s); /* begins a batch */
    box_edit(b, 0, &bad);
    store_sqn(b->s, 1, alice(b), 4711, on_step, &s); /* in one batch with it */
    box_finish(b);
    assert_err(IMS_EXISTS, b->err, &b->why);
    sim_run_for(b->sim, 10 * MSEC);
    assert_string_equal(o.log, "kk");
    assert_int_equal(box_read(b, "alice@ims.example").privates[0].sqn, 4711);
    store_figures(b->s, &f);
    assert_int_equal(f.failed, 1);
}

/* ---- files -------------------------------------------------------------- */

static void a_file_is_private_and_locked(void **state)
{
    struct box b = {0};
    struct store *second = NULL;
    struct stat st;
    struct why why;

    box_on_file(&b);
    box_open(&b, b.path);
    assert_int_equal(stat(b.path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_err(IMS_EXISTS, store_open(b.w->env.net, b.path, &second, &why),
               &why);
    assert_has(slice_of(why.text), "in use");
    box_close(&b);
    box_open(&b, b.path);
    box_close(&b);
    box_remove_file(&b);
    (void)state;
}

static void a_memory_store_lasts_while_it_is_open(void **state)
{
    struct box *b = *state;
    struct store *x = NULL, *y = NULL;
    struct why why;

    assert_ok(store_open(b->w->env.net, "dir/memory:shared", &x, &why), &why);
    assert_ok(store_open(b->w->env.net, "memory:shared", &y, &why), &why);
    store_close(x);
    assert_ok(store_open(b->w->env.net, "memory:shared", &x, &why), &why);
    store_close(y);
    store_close(x);
}

static void what_cannot_be_opened_is_told(void **state)
{
    struct box *b = *state, t = {0};
    struct store *s = NULL;
    struct why why;
    FILE *f;

    assert_err(IMS_CONFIG,
               store_open(b->w->env.net, "/nowhere/at/all.db", &s, &why), &why);
    box_on_file(&t);
    assert_ok(store_schema_make(t.path, 1, &why), &why);
    f = fopen(t.path, "r+b");
    fseek(f, 60, SEEK_SET); /* user version, in the header of the file */
    fwrite("\0\0\x0f\xa0", 1, 4, f);
    fclose(f);
    assert_err(IMS_CONFIG, store_open(b->w->env.net, t.path, &s, &why), &why);
    assert_has(slice_of(why.text), "newer program");
    box_remove_file(&t);
}

/* proves H-DB-1 */
static void every_older_schema_is_migrated(void **state)
{
    struct why why;

    for (unsigned v = 1; v <= store_schema_newest(); v++) {
        struct box b = {0};

        box_on_file(&b);
        assert_ok(store_schema_make(b.path, v, &why), &why);
        box_open(&b, b.path);
        box_load(&b, users);
        assert_int_equal(box_read(&b, "tel:+15551001").nprivates, 1);
        box_close(&b);
        box_remove_file(&b);
    }
    (void)state;
}

/* As a program with schema 3 left it. */
static const char schema_3[] =
    "INSERT INTO text VALUES(1, 'sip:scscf1.ims.example'), (2, 'ims.example'),"
    " (3, 'b.example'), (4, 'a.example');"
    "INSERT INTO charging VALUES(5, 'std', 'ecf1', NULL, 'ccf1', NULL);"
    "INSERT INTO profile VALUES(8, 'full', 7);"
    "INSERT INTO subscription VALUES(3, 5, 1), (4, NULL, 2), (9, NULL, 3);"
    "INSERT INTO capability VALUES(3, 1, 2), (3, 1, 1), (3, 0, 5);"
    "INSERT INTO visited VALUES(3, 3), (3, 4);"
    "INSERT INTO impi VALUES(20, 3, 'alice@ims.example', 1,"
    " CAST('alice-in-ims-box' AS BLOB), x'000102030405060708090a0b0c0d0e0f',"
    " 32768, 96), (21, 3, 'soft@ims.example', 4, NULL, NULL, NULL, 0),"
    " (22, 4, 'bob@ims.example', 4, NULL, NULL, NULL, 0);"
    "INSERT INTO ha1 VALUES"
    " (21, 4, 2, x'11111111111111111111111111111111'),"
    " (22, 4, 2, x'22222222222222222222222222222222');"
    "INSERT INTO irs VALUES(30, 3, 2, 1), (31, 3, 0, NULL), (32, 4, 0, NULL),"
    " (33, 9, 0, NULL);"
    "INSERT INTO pair VALUES(30, 20, 1), (30, 21, 0), (31, 21, 0),"
    " (32, 22, 0);"
    "INSERT INTO restoration VALUES(30, 20, 0, 'SIP Digest', '<sip:p;lr>',"
    " 'sip:alice@10.0.0.9', 7, 'call', 'c', 'f', 't', 'r', 'x');"
    "INSERT INTO impu VALUES"
    " (40, 30, 0, 'sip:alice@ims.example', 0, 0, 8, '1', 'Alice \303\204rger'),"
    " (41, 30, 1, 'tel:+15551001', 0, 1, 8, '1', NULL),"
    " (42, 31, 0, 'sip:work@ims.example', 0, 0, NULL, NULL, NULL),"
    " (43, 32, 0, 'sip:bob@ims.example', 0, 0, NULL, NULL, NULL),"
    " (44, 33, 0, 'sip:chat-!.*!@ims.example', 3, 0, NULL, NULL, NULL);"
    "INSERT INTO psi VALUES(44, 'sip:as.ims.example', 1);"
    "INSERT INTO wildcard VALUES(44, 'sip:chat-');"
    "INSERT INTO audit(n, at, who, action, what, sub, last) VALUES"
    " (1, 0, 'x', 4, 'file', 3, 4), (2, 0, 'x', 2, 'bob', 4, NULL);";

static void write_schema_3(struct box *b)
{
    struct why why;
    sqlite3 *db;

    assert_ok(store_schema_make(b->path, 3, &why), &why);
    assert_int_equal(sqlite3_open(b->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, schema_3, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void check_alice(struct box *b)
{
    struct subscriber s = box_read(b, "tel:+15551001");

    assert_int_equal(s.id, 3);
    assert_int_equal(s.version, 1);
    assert_text(s.charging, S("std"));
    assert_int_equal(s.nmandatory, 2);
    assert_int_equal(s.optional[0], 5);
    assert_text(s.visited[0], S("a.example"));
    assert_int_equal(s.nprivates, 2);
    assert_memory_equal(s.privates[0].key.k, "alice-in-ims-box", 16);
    assert_int_equal(s.privates[0].key.opc[15], 15);
    assert_int_equal(s.privates[0].amf[0], 0x80);
    assert_int_equal(s.privates[0].sqn, 96);
    assert_text(s.privates[1].ha1s[0].realm, S("ims.example"));
    assert_text(s.privates[1].ha1s[0].hex,
                S("11111111111111111111111111111111"));
    assert_int_equal(s.nsets, 2);
    assert_int_equal(s.sets[0].state, REGISTERED);
    assert_text(s.sets[0].scscf, S("sip:scscf1.ims.example"));
    assert_int_equal(s.sets[0].nprivates, 0);
    assert_int_equal(s.sets[0].nregistered, 1);
    assert_int_equal(s.sets[0].registered[0], 0);
    assert_text(s.sets[0].publics[0].profile, S("full"));
    assert_true(s.sets[0].publics[1].barred);
    assert_int_equal(s.sets[1].nprivates, 1);
    assert_int_equal(s.sets[1].privates[0], 1);
}

static void check_restoration(struct box *b)
{
    struct cx_scscf_restorations left;
    struct store_public pub;
    struct why why;

    assert_ok(
        store_find_public(b->s, &b->a, S("sip:alice@ims.example"), &pub, &why),
        &why);
    assert_ok(store_restorations(b->s, &b->a, pub.set, &left, &why), &why);
    assert_int_equal(left.count, 1);
    assert_text(left.v[0].impi, S("alice@ims.example"));
    assert_text(left.v[0].scheme, S("SIP Digest"));
    assert_text(left.v[0].v[0].path, S("<sip:p;lr>"));
    assert_int_equal(left.v[0].v[0].initial_cseq, 7);
    assert_text(left.v[0].v[0].subscription->contact, S("x"));
}

static void check_catalogue_and_lists(struct box *b)
{
    struct store_entry_edit erase = {
        .kind = CATALOGUE_PROFILE, .name = S("full"), .who = S("test")};
    struct store_audit entry;
    struct store_public pub;
    struct store_ids ids;
    uint64_t all, registered;
    struct why why;

    store_entry_edit(b->s, &erase, box_done, b);
    box_finish(b);
    assert_err(IMS_CONFLICT, b->err, &b->why);
    assert_ok(store_count(b->s, &all, &registered, &why), &why);
    assert_int_equal(all, 3);
    assert_int_equal(registered, 1);
    assert_ok(store_list_served(b->s, &b->a, 0, 10, &ids, &why), &why);
    assert_int_equal(ids.n, 1);
    assert_int_equal(ids.p[0], 3);
    assert_ok(store_search(b->s, &b->a,
                           &(struct store_search){.text = S("\303\244RGE 1001"),
                                                  .max = 9},
                           &ids, &why),
              &why);
    assert_int_equal(ids.n, 1);
    assert_ok(
        store_find_public(b->s, &b->a, S("sip:chat-5@ims.example"), &pub, &why),
        &why);
    assert_int_equal(pub.sub, 9);
    assert_true(pub.psi_inactive);
    assert_ok(store_audit(b->s, &b->a, 1, &entry, &why), &why);
    assert_err(IMS_CONFLICT, store_can_undo(b->s, &entry, &why), &why);
    assert_has(slice_of(why.text), "1 of its subscribers");
}

/* proves H-DB-1 */
static void what_schema_3_had_is_there_with_the_newest(void **state)
{
    struct box b = {0};

    box_on_file(&b);
    write_schema_3(&b);
    box_open(&b, b.path);
    check_alice(&b);
    check_restoration(&b);
    check_catalogue_and_lists(&b);
    assert_text(box_read(&b, "bob@ims.example").sets[0].publics[0].impu,
                S("sip:bob@ims.example"));
    box_close(&b);
    box_remove_file(&b);
    (void)state;
}

static size_t search(struct box *b, const struct store_search *what)
{
    struct store_ids ids;
    struct why why;

    assert_ok(store_search(b->s, &b->a, what, &ids, &why), &why);
    return ids.n;
}

/* Capitals and small letters of one name; the first is stored. */
static const char *const cases[][2] = {
    {"ROBERT", "robert"},
    {"Ärger Þór", "ärger þór"},
    {"Ωμέγα ΣΙΓΜΑ", "ωμέγα σιγμα"},
    {"Ϊων Ϋας", "ϊων ϋας"},
    {"Άλφα Έψιλον Ήτα", "άλφα έψιλον ήτα"},
    {"Ίρις Όμικρον Ύψιλον Ώρα", "ίρις όμικρον ύψιλον ώρα"},
    {"Ёлкин", "ёлкин"},
    {"Ђорђе ЉУБА ЏОН", "ђорђе љуба џон"},
    {"ЯБЛОКО Ирина", "яблоко ирина"},
    {"× 東京", "× 東京"},
};

static void name_bob(struct box *b, const char *name)
{
    struct subscriber s = box_read(b, "bob@ims.example");
    struct subscriber_public u = {.impu = S("sip:bob@ims.example"),
                                  .display_name = slice_of(name)};
    struct subscriber_set set = {.publics = &u, .npublics = 1};

    s.sets = &set;
    box_update(b, s.id, &s);
    assert_ok(b->err, &b->why);
}

static void a_name_is_found_whatever_its_case(void **state)
{
    struct box *b = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        name_bob(b, cases[i][0]);
        for (size_t k = 0; k < 2; k++)
            assert_int_equal(
                search(b, &(struct store_search){.text = slice_of(cases[i][k]),
                                                 .max = 9}),
                1);
        name_bob(b, cases[i][1]);
        assert_int_equal(
            search(b, &(struct store_search){.text = slice_of(cases[i][0]),
                                             .max = 9}),
            1);
    }
}

/* Which kept capitals that are small letters now. */
static void what_schema_7_had_is_found_with_the_newest(void **state)
{
    struct box b = {0};
    struct why why;
    sqlite3 *db;

    box_on_file(&b);
    assert_ok(store_schema_make(b.path, 7, &why), &why);
    assert_int_equal(sqlite3_open(b.path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     "INSERT INTO search VALUES"
                     " (0, char(10) || ' Ёлкин'), (7, ' Ώρα' || char(10))",
                     NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    box_open(&b, b.path);
    assert_int_equal(
        search(&b, &(struct store_search){.text = S("ёлкин"), .max = 9}), 1);
    assert_int_equal(
        search(&b, &(struct store_search){.text = S("Ώρα"), .max = 9}), 1);
    box_close(&b);
    box_remove_file(&b);
    (void)state;
}

/* Of those that were deleted the audit list still knows. proves H-DB-1 */
static void ids_that_schema_6_gave_are_not_given_again(void **state)
{
    struct box b = {0};
    struct why why;
    sqlite3 *db;

    box_on_file(&b);
    assert_ok(store_schema_make(b.path, 6, &why), &why);
    assert_int_equal(sqlite3_open(b.path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     "INSERT INTO audit(at, who, action, what, sub, last)"
                     " VALUES(0, 'x', 4, 'file', 1, 7), (0, 'x', 3, 'zoe', 8,"
                     " NULL), (0, 'x', 9, 'gold', NULL, NULL)",
                     NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    box_open(&b, b.path);
    box_load(&b, users);
    assert_int_equal(box_read(&b, "tel:+15551001").id, 9);
    box_close(&b);
    box_remove_file(&b);
    (void)state;
}

static void limit_files(rlim_t bytes)
{
    struct rlimit r;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &r), 0);
    r.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &r), 0);
}

/* What no file can take any more fails as on a full disk. */
static void a_full_disk_refuses_writes_until_there_is_room(void **state)
{
    struct box b = {0};

    box_on_file(&b);
    box_open(&b, b.path);
    box_load(&b, users);
    signal(SIGXFSZ, SIG_IGN);
    limit_files(1);
    store_sqn(b.s, 1, alice(&b), 4000, box_done, &b);
    box_finish(&b);
    assert_err(IMS_STORAGE, b.err, &b.why);
    assert_int_equal(box_read(&b, "alice@ims.example").privates[0].sqn, 96);
    limit_files(RLIM_INFINITY);
    store_sqn(b.s, 1, alice(&b), 4000, box_done, &b);
    box_finish(&b);
    assert_ok(b.err, &b.why);
    assert_int_equal(box_read(&b, "alice@ims.example").privates[0].sqn, 4000);
    box_close(&b);
    box_remove_file(&b);
    (void)state;
}

/* ---- many at once -------------------------------------------------------- */

static void check_audit(struct box *b, const enum audit_action *actions,
                        size_t n)
{
    struct store_audits list;
    struct why why;

    assert_ok(store_audit_list(b->s, &b->a, INT64_MAX, 9, &list, &why), &why);
    assert_int_equal(list.n, n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(list.p[i].action, actions[i]);
}

static enum ims_err until_the_disk_is_full(void *ctx, struct arena *a,
                                           struct subscriber *out,
                                           struct why *why)
{
    static const struct subscriber_public publics[] = {
        {.impu = {"sip:u1@ims.example", 18}}};
    static const struct subscriber_set sets[] = {
        {.publics = publics, .npublics = 1}};
    unsigned *n = ctx;

    (void)a;
    (void)why;
    *out = (struct subscriber){.sets = sets, .nsets = *n == 0};
    if (++*n == 40)
        limit_files(1);
    return IMS_OK;
}

/* What of it could not be cleaned is in nobody's way behind it. */
static void an_import_that_could_not_be_cleaned_goes_with_the_next(void **state)
{
    struct box b = {0};
    unsigned n = 0;
    struct store_import what = {
        .nsubscribers = 100, .next = until_the_disk_is_full, .ctx = &n};

    box_on_file(&b);
    box_open(&b, b.path);
    signal(SIGXFSZ, SIG_IGN);
    store_import(b.s, &what, box_done, &b);
    box_finish(&b);
    limit_files(RLIM_INFINITY);
    assert_err(IMS_STORAGE, b.err, &b.why);
    assert_true(n > 40);
    box_load(&b, users);
    assert_int_equal(box_read(&b, "tel:+15551001").sets[0].npublics, 2);
    box_load_many(&b, 100);
    assert_int_equal(box_read(&b, "sip:u1@ims.example").nprivates, 1);
    box_close(&b);
    box_remove_file(&b);
    (void)state;
}

/* Its subscribers are still being deleted then. */
static void an_import_that_was_undone_stays_in_the_list(void **state)
{
    static const enum audit_action actions[] = {AUDIT_UNDO, AUDIT_IMPORT,
                                                AUDIT_IMPORT};
    struct box *b = *state;
    struct store_audit entry;
    struct why why;

    box_load_many(b, 100);
    check_audit(b, actions + 1, 2);
    assert_ok(store_audit(b->s, &b->a, 2, &entry, &why), &why);
    store_remove(b->s, &entry, S("test"), false, box_done, b);
    box_finish(b);
    assert_ok(b->err, &b->why);
    check_audit(b, actions, 3);
    sim_run_for(b->sim, SECOND);
    check_audit(b, actions, 3);
}

/* ---- reset --------------------------------------------------------------- */

static void
a_search_asks_for_all_words_or_for_any_and_reads_so_far(void **state)
{
    struct box *b = *state;
    struct store_search what = {.text = S("u117 u118"), .max = 100};

    box_load_many(b, 1200);
    assert_int_equal(search(b, &what), 0);
    what.any = true;
    assert_int_equal(search(b, &what), 22); /* u117 u1170 ... u1189 */
    what.max = 7;
    assert_int_equal(search(b, &what), 7);
    what.max = 100;
    what.budget = 600;
    assert_int_equal(search(b, &what), 2); /* u117, u118 */
    what.budget = 1;
    assert_int_equal(search(b, &what), 0);
    what.text = S("u4 u5");
    assert_int_equal(search(b, &what), 20 + 2); /* of the first 64: all */
}

static void reset(struct box *b)
{
    store_reset(b->s, S("test"), box_done, b);
    box_finish(b);
    assert_ok(b->err, &b->why);
}

static void check_empty(struct box *b)
{
    uint64_t all, registered;
    struct store_ids ids;
    struct why why;
    int64_t id;

    assert_ok(store_count(b->s, &all, &registered, &why), &why);
    assert_int_equal(all, 0);
    assert_err(IMS_NOT_FOUND,
               store_find(b->s, S("sip:u7@ims.example"), &id, &why), &why);
    assert_ok(store_search(b->s, &b->a,
                           &(struct store_search){.text = S("u70"), .max = 9},
                           &ids, &why),
              &why);
    assert_int_equal(ids.n, 0);
}

/* What a reset left to be swept. */
static const char gone[] =
    "SELECT count(*) FROM sqlite_master WHERE name GLOB 'gone_*'";

/* Old rows go behind it, also behind a stop in between. proves H-DB-1 */
static void a_reset_empties_at_once_and_sweeps_behind_it(void **state)
{
    struct box b = {0};

    box_on_file(&b);
    box_open(&b, b.path);
    box_load_many(&b, 1200);
    assert_int_equal(box_read(&b, "sip:u7@ims.example").nsets, 1);
    reset(&b);
    check_empty(&b);
    box_load_many(&b, 20); /* the same names again */
    reset(&b);             /* and once more, before all is swept */
    assert_true(box_ask_file(&b, gone) > 4);
    box_close(&b);
    box_open(&b, b.path);
    check_empty(&b);
    sim_run_for(b.sim, SECOND);
    assert_int_equal(box_ask_file(&b, gone), 0);
    box_load(&b, users);
    assert_int_equal(box_read(&b, "tel:+15551001").nprivates, 1);
    assert_int_equal(box_ask_file(&b, "SELECT count(*) FROM live"), 1);
    reset(&b);
    sim_run_for(b.sim, SECOND);
    /* a number was given out, but no S-CSCF has to be told */
    assert_int_equal(box_ask_file(&b, "SELECT count(*) FROM leaver"), 0);
    box_close(&b);
    box_remove_file(&b);
    (void)state;
}

/* ---- the log is kept ----------------------------------------------------- */

/* A net whose keeper takes longer than any batch of the writer. */
struct slow_net {
    struct net_ops ops;
    const struct net_ops *real;
    struct sim *sim;
    struct net_lane *keeper;
};

static struct slow_net *slow_of(struct net *net)
{
    return container_of(net->ops, struct slow_net, ops);
}

static struct net_lane *slow_open(struct net *net, const char *name)
{
    struct slow_net *s = slow_of(net);
    struct net_lane *l = s->real->lane_open(net, name);

    if (strcmp(name, "keeper") == 0)
        s->keeper = l;
    return l;
}

static void slow_do(struct net_lane *l, void (*job)(void *),
                    void (*done)(void *), void *ctx)
{
    struct slow_net *s = slow_of(l->net);

    sim_work_latency(s->sim, l == s->keeper ? 10 * SECOND : MSEC);
    s->real->lane_do(l, job, done, ctx);
}

static void slow_down(struct slow_net *s, struct box *b)
{
    struct net *net = b->w->env.net;

    *s = (struct slow_net){*net->ops, net->ops, b->sim, NULL};
    s->ops.lane_open = slow_open;
    s->ops.lane_do = slow_do;
    net->ops = &s->ops;
}

/* Resets, until one waits because the keeper is at work. */
static void hold_a_reset(struct box *b)
{
    unsigned before;

    do {
        before = b->done;
        assert_true(before < 1000);
        store_reset(b->s, S("test"), box_done, b);
        sim_run_for(b->sim, 20 * MSEC);
    } while (b->done != before);
}

static void a_store_may_close_while_its_log_is_kept(void **state)
{
    struct store_figures f;
    struct slow_net slow;
    struct box b = {0};
    struct why why;

    box_on_file(&b);
    box_new(&b);
    slow_down(&slow, &b);
    assert_ok(store_open(b.w->env.net, b.path, &b.s, &why), &why);
    hold_a_reset(&b);
    store_figures(b.s, &f);
    assert_true(f.waiting > 0);
    sim_run_for(b.sim, 11 * SECOND);
    store_figures(b.s, &f);
    assert_int_equal(f.waiting, 0);
    hold_a_reset(&b);
    box_close(&b);
    box_open(&b, b.path);
    sim_run_for(b.sim, SECOND);
    assert_int_equal(box_ask_file(&b, gone), 0);
    box_close(&b);
    box_remove_file(&b);
    (void)state;
}

/* ---- sequence numbers and kill -9 --------------------------------------- */

struct numbers {
    int fd;
    struct counters *c;
    struct box *b;
    int64_t sub, impi;
    bool waits;
};

static void on_number(void *ctx, enum ims_err err, uint64_t first,
                      const struct why *why)
{
    struct numbers *n = ctx;

    (void)why;
    n->waits = false;
    if (err || write(n->fd, &first, sizeof(first)) != sizeof(first))
        _exit(1);
}

/* Takes numbers and tells each, until it is killed. */
static void child(int fd, const char *path)
{
    struct box b = {0};
    struct store_private p;
    struct numbers n = {.fd = fd, .b = &b};
    struct subscriber_private auth;

    box_open(&b, path);
    n.c = counters_new(b.s, b.w->env.dice, 10);
    if (store_find_private(b.s, S("alice@ims.example"), &p, NULL))
        _exit(1);
    for (;;) {
        struct counters_ask ask = {.sub = p.sub, .impi = p.id, .count = 1};

        if (store_authentication(b.s, &b.a, p.id, &auth, NULL))
            _exit(1);
        ask.stored = auth.sqn;
        n.waits = true;
        counters_take(n.c, &ask, on_number, &n);
        while (n.waits)
            sim_run_for(b.sim, MSEC);
    }
}

/* proves H-AUC-1 */
static void no_number_comes_twice_across_kill_9(void **state)
{
    struct box b = {0};
    uint64_t last = 0, first;
    unsigned total = 0;

    box_on_file(&b);
    box_open(&b, b.path);
    box_load(&b, users);
    box_close(&b);
    for (int round = 0; round < 8; round++) {
        int fds[2];
        pid_t pid;

        assert_int_equal(pipe(fds), 0);
        pid = fork();
        if (pid == 0)
            child(fds[1], b.path);
        close(fds[1]);
        for (int i = 0; i < 50 + 37 * round; i++) {
            assert_int_equal(read(fds[0], &first, sizeof(first)),
                             sizeof(first));
            assert_true(first > last);
            last = first;
            total++;
        }
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        while (read(fds[0], &first, sizeof(first)) == sizeof(first)) {
            assert_true(first > last);
            last = first;
            total++;
        }
        close(fds[0]);
    }
    assert_true(total >= 8 * 50);
    box_remove_file(&b);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(a_subscriber_comes_back_as_it_was_written),
        T(the_catalogue_comes_back_as_it_was_written),
        T(a_list_comes_in_pages),
        T(an_arena_that_is_too_small_is_told),
        T(a_change_keeps_registration_secrets_and_numbers),
        T(a_new_private_identity_alone_ends_the_registration),
        T(what_contradicts_is_refused_and_changes_nothing),
        T(half_of_a_service_profile_is_not_stored),
        T(an_import_never_overwrites_an_edit),
        T(writes_that_wait_share_a_commit),
        T(who_waits_for_a_subscription_comes_behind_its_writes),
        T(one_of_two_who_wait_may_make_the_other_wait_on),
        cmocka_unit_test(a_store_may_close_before_a_batch_is_answered),
        T(a_write_that_fails_does_not_harm_its_neighbours),
        cmocka_unit_test(
            an_import_that_could_not_be_cleaned_goes_with_the_next),
        T(an_import_that_was_undone_stays_in_the_list),
        T(a_search_asks_for_all_words_or_for_any_and_reads_so_far),
        T(a_memory_store_lasts_while_it_is_open),
        T(what_cannot_be_opened_is_told),
        cmocka_unit_test(a_file_is_private_and_locked),
        cmocka_unit_test(a_full_disk_refuses_writes_until_there_is_room),
        cmocka_unit_test(every_older_schema_is_migrated),
        cmocka_unit_test(what_schema_3_had_is_there_with_the_newest),
        T(a_name_is_found_whatever_its_case),
        cmocka_unit_test(what_schema_7_had_is_found_with_the_newest),
        cmocka_unit_test(ids_that_schema_6_gave_are_not_given_again),
        cmocka_unit_test(a_reset_empties_at_once_and_sweeps_behind_it),
        cmocka_unit_test(a_store_may_close_while_its_log_is_kept),
        cmocka_unit_test(no_number_comes_twice_across_kill_9),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
