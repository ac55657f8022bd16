/* SPDX-License-Identifier: MIT */
#include "support/hss_served.h"
#include "hss/ppr.h"
#include "hss/rtr.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static const char users[] =
    "charging:\n"
    "  - {name: std, ccf: \"aaa://ccf.ims.example\"}\n"
    "profiles:\n"
    "  - {name: voice}\n"
    "  - {name: gold, shared_ifc: [4]}\n"
    "shared_ifc:\n"
    "  - {id: 4, ifc: [{priority: 5, server: sip:old.ims.example}]}\n"
    "subscribers:\n"
    "  - impu: sip:alice@ims.example\n"
    "    tel: tel:+15551001\n"
    "    digest: {password: secret}\n"
    "    charging: std\n"
    "  - privates:\n"
    "      - {impi: phone@ims.example, digest: {password: secret}}\n"
    "      - {impi: soft@ims.example, digest: {password: secret}}\n"
    "    sets:\n"
    "      - publics: [{impu: sip:hidden@ims.example, barred: true},\n"
    "                  {impu: sip:erin@ims.example, profile: voice}]\n"
    "      - publics: [sip:fax@ims.example]\n"
    "        privates: [soft@ims.example]\n"
    "  - impu: {impu: sip:pizza@ims.example, type: psi}\n"
    "  - impu: {impu: sip:frank@ims.example, profile: gold}\n"
    "    digest: {password: secret}\n"
    "  - impu: {impu: sip:gina@ims.example, profile: gold}\n"
    "    digest: {password: secret}\n";

struct served *served_new(bool file)
{
    struct served *f = calloc(1, sizeof(*f));

    f->w = hss_world_new(users, file);
    return f;
}

void served_free(struct served *f)
{
    hss_world_free(f->w);
    free(f);
}

int served_setup(void **state)
{
    *state = served_new(false);
    return 0;
}

int served_teardown(void **state)
{
    served_free(*state);
    return 0;
}

void bring_in(struct hss_world *w, const char *impi, const char *impu)
{
    assert_int_equal(ask_sar(w, impi, impu, CX_ASSIGN_REGISTRATION),
                     CX_SUCCESS);
}

void on_told(void *ctx, enum ims_err err, const struct list *tolds,
             const struct why *why)
{
    struct served *f = ctx;

    f->ended++;
    f->err = err;
    f->ntold = 0;
    f->success = !err;
    if (err) {
        f->why = *why;
        return;
    }
    LIST_EACH (it, tolds) {
        const struct told *t = container_of(it, struct told, node);

        f->ntold++;
        f->success = f->success && t->success;
        f->tries = t->tries;
        snprintf(f->sentence, sizeof(f->sentence), "%.*s",
                 SLICE_ARG(t->sentence));
    }
}

void wait_told(struct served *f, unsigned before)
{
    for (int i = 0; i < 4000 && f->ended == before; i++)
        sim_run_for(f->w->sim, 10 * MSEC);
    assert_int_equal(f->ended, before + 1);
}

enum ims_err terminate(struct served *f, const struct terminate_ask *a)
{
    unsigned before = f->ended;

    hss_terminate(f->w->hss, a, on_told, f);
    wait_told(f, before);
    return f->err;
}

enum ims_err end_all(struct served *f, int64_t sub, enum cx_reason reason)
{
    return terminate(f, &(struct terminate_ask){
                            .sub = sub, .reason = reason, .info = S("why")});
}

enum ims_err push(struct served *f, int64_t sub)
{
    unsigned before = f->ended;

    hss_push(f->w->hss, &(struct push_ask){.sub = sub}, on_told, f);
    wait_told(f, before);
    return f->err;
}

enum registration_state state_of(struct served *f, const char *impu)
{
    struct store_public p;
    struct arena a;
    struct why why;

    arena_init(&a, 0, 1 << 20);
    assert_ok(store_find_public(f->w->hss->store, &a, slice_of(impu), &p, &why),
              &why);
    assert_int_equal(p.scscf.n > 0, p.state != NOT_REGISTERED);
    arena_fini(&a);
    return p.state;
}

unsigned edit(struct served *f, const char *line, const char *json)
{
    struct api_answer a;
    unsigned status;

    api_answer_init(&a);
    api_ask(f->w->node, line, json, &a);
    for (int i = 0; i < 1000 && !a.count; i++)
        sim_run_for(f->w->sim, 10 * MSEC);
    assert_int_equal(a.count, 1);
    snprintf(f->sentence, sizeof(f->sentence), "%.*s",
             SLICE_ARG(slice_from(buf_slice(&a.body),
                                  a.body.n > 1400 ? a.body.n - 1400 : 0)));
    status = a.status;
    api_answer_fini(&a);
    return status;
}

void damage(struct hss_world *w, const char *sql)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(w->store, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(db), 1);
    sqlite3_close(db);
}
