/* SPDX-License-Identifier: MIT */
#include "support/hss_served.h"
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
