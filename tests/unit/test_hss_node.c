/* SPDX-License-Identifier: MIT */
#include "node/feed.h"
#include "support/corpus.h"
#include "support/hss_world.h"
#include <errno.h>
#include <glob.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char users[] =
    "profiles:\n"
    "  - name: voice\n"
    "subscribers:\n"
    "  - impu: sip:alice@ims.example\n"
    "    tel: tel:+15551001\n"
    "    aka: {k: alice-in-ims-box, op: imsbox-operator!}\n"
    "  - impu: sip:bob@ims.example\n"
    "    digest: {password: secret}\n";

struct fixture {
    struct hss_world *w;
    struct api_answer a;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    f->w = hss_world_new(users, false);
    api_answer_init(&f->a);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    hss_world_free(f->w);
    api_answer_fini(&f->a);
    free(f);
    return 0;
}

static unsigned ask(struct fixture *f, const char *line, const char *body)
{
    unsigned before = f->a.count;

    api_ask(f->w->node, line, body, &f->a);
    for (int i = 0; i < 100 && f->a.count == before; i++)
        sim_run_for(f->w->sim, 5 * MSEC);
    assert_int_equal(f->a.count, before + 1);
    assert_has_not(buf_slice(&f->a.body), "alice-in-ims-box");
    assert_has_not(buf_slice(&f->a.body), "616c6963652d696e");
    assert_has_not(buf_slice(&f->a.body), "secret\"");
    return f->a.status;
}

#define CAROL                                                       \
    "{\"impu\": \"sip:carol@ims.example\", \"profile\": \"voice\"," \
    " \"aka\": {\"k\": \"616c6963652d696e2d696d732d626f78\","       \
    " \"op\": \"imsbox-operator!\", \"algorithm\": \"AKAv2-SHA-256\"}}"

static void a_subscriber_is_created_read_changed_and_deleted(void **state)
{
    struct fixture *f = *state;
    char line[256];

    assert_int_equal(ask(f, "POST /api/v1/subscribers", CAROL), 201);
    assert_string_equal(f->a.location, "/api/v1/subscribers/3");
    assert_has(buf_slice(&f->a.body), "\"has_key\":true");
    assert_int_equal(ask(f, "GET /api/v1/subscribers/3", ""), 200);
    assert_int_equal(
        ask(f, "GET /api/v1/subscribers/sip:carol@ims.example", ""), 200);
    assert_int_equal(ask(f, "GET /api/v1/subscribers/carol@ims.example", ""),
                     200);
    assert_has(buf_slice(&f->a.body), "AKAv2-SHA-256");
    snprintf(line, sizeof(line), "%s",
             "{\"impu\": [\"sip:carol@ims.example\", \"sip:c@ims.example\"],"
             " \"impi\": \"carol@ims.example\","
             " \"aka\": {\"algorithm\": \"AKAv1-MD5\"}}");
    assert_int_equal(ask(f, "PUT /api/v1/subscribers/3", line), 200);
    assert_has(buf_slice(&f->a.body), "sip:c@ims.example");
    assert_has(buf_slice(&f->a.body), "\"has_key\":true");
    assert_int_equal(ask_mar(f->w, "carol@ims.example", "sip:c@ims.example",
                             CX_SCHEME_AKAV1),
                     CX_SUCCESS);
    assert_int_equal(ask(f, "DELETE /api/v1/subscribers/3", ""), 204);
    assert_int_equal(ask(f, "GET /api/v1/subscribers/3", ""), 404);
    assert_int_equal(ask(f, "GET /api/v1/subscribers/sip:c@ims.example", ""),
                     404);
}

/* What GET answers, PUT takes. */
static void an_answer_is_a_change_of_nothing(void **state)
{
    struct fixture *f = *state;
    char before[4096];

    for (int id = 1; id <= 2; id++) {
        char line[64];

        snprintf(line, sizeof(line), "GET /api/v1/subscribers/%d", id);
        assert_int_equal(ask(f, line, ""), 200);
        snprintf(before, sizeof(before), "%.*s",
                 SLICE_ARG(buf_slice(&f->a.body)));
        memcpy(line, "PUT", 3);
        assert_int_equal(ask(f, line, before), 200);
        assert_text(buf_slice(&f->a.body), slice_of(before));
    }
    assert_int_equal(
        ask_mar(f->w, "alice@ims.example", "tel:+15551001", CX_SCHEME_AKAV1),
        CX_SUCCESS);
    assert_int_equal(ask_mar(f->w, "bob@ims.example", "sip:bob@ims.example",
                             CX_SCHEME_DIGEST),
                     CX_SUCCESS);
}

static void what_is_wrong_is_told_as_a_problem(void **state)
{
    static const struct {
        const char *line, *body;
        unsigned status;
        const char *says;
    } rows[] = {
        {"POST /api/v1/subscribers", "{", 400, "line 1"},
        {"POST /api/v1/subscribers", "[]", 400, "{...} was expected"},
        {"POST /api/v1/subscribers", "{\"nick\": 1}", 400, "unknown key"},
        {"POST /api/v1/subscribers", "{\"impu\": \"sip:x@y\"}", 400,
         "aka or digest was expected"},
        {"POST /api/v1/subscribers",
         "{\"impu\": \"sip:alice@ims.example\", \"impi\": \"new@x\","
         " \"digest\": {\"password\": \"p\"}}",
         409, "sip:alice@ims.example exists already"},
        {"POST /api/v1/subscribers",
         "{\"impu\": \"sip:x@y\", \"digest\": {\"password\": \"p\"},"
         " \"profile\": \"gold\"}",
         400, "no service profile named gold"},
        {"PUT /api/v1/subscribers/1",
         "{\"impu\": \"sip:alice@ims.example\", \"digest\": {}}", 400,
         "needs a password or HA1"},
        {"PUT /api/v1/subscribers/99", CAROL, 404, "no subscriber 99"},
        {"DELETE /api/v1/subscribers/99", "", 404, "no subscriber 99"},
        {"GET /api/v1/subscribers?limit=x", "", 400, "limit"},
        {"GET /api/v1/export?format=xml", "", 400, "yaml or csv"},
        {"POST /api/v1/import", "subscribers: [{impu: x}]", 400,
         "\"line\":1,\"column\":15"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(ask(f, rows[i].line, rows[i].body), rows[i].status);
        assert_string_equal(f->a.type, "application/problem+json");
        assert_has(buf_slice(&f->a.body), rows[i].says);
    }
}

static void lists_come_in_pages(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(ask(f, "GET /api/v1/subscribers?limit=1", ""), 200);
    assert_has(buf_slice(&f->a.body), "\"total\":2");
    assert_has(buf_slice(&f->a.body), "\"next_after\":1");
    assert_has_not(buf_slice(&f->a.body), "bob");
    assert_int_equal(ask(f, "GET /api/v1/subscribers?limit=5&after=1", ""),
                     200);
    assert_has(buf_slice(&f->a.body), "bob");
    assert_has_not(buf_slice(&f->a.body), "alice");
    assert_int_equal(ask(f, "GET /api/v1/subscribers?after=2", ""), 200);
    assert_has_not(buf_slice(&f->a.body), "next_after");
}

static void registrations_are_those_with_an_s_cscf(void **state)
{
    struct fixture *f = *state;

    ask_sar(f->w, "alice@ims.example", "sip:alice@ims.example",
            CX_ASSIGN_REGISTRATION);
    assert_int_equal(ask(f, "GET /api/v1/registrations", ""), 200);
    assert_has(buf_slice(&f->a.body), "\"total\":1");
    assert_has(buf_slice(&f->a.body), "\"state\":\"registered\"");
    assert_has(buf_slice(&f->a.body), SCSCF1);
    assert_has_not(buf_slice(&f->a.body), "bob");
}

static void registrations_are_found_by_a_text_or_by_identities(void **state)
{
    static const struct {
        const char *query;
        bool has;
    } row[] = {
        {"q=ali", true},
        {"q=alice@ims.example", true},
        {"q=15551001", true},
        {"q=bob", false}, /* is there, and nobody serves him */
        {"q=nobody", false},
        {"of=sip:alice@ims.example", true},
        {"of=sip:x@y%20tel:%2b15551001", true},
        {"of=sip:bob@ims.example", false},
        {"of=", false},
    };
    struct fixture *f = *state;

    ask_sar(f->w, "alice@ims.example", "sip:alice@ims.example",
            CX_ASSIGN_REGISTRATION);
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        char line[128];

        snprintf(line, sizeof(line), "GET /api/v1/registrations?%s",
                 row[i].query);
        assert_int_equal(ask(f, line, ""), 200);
        if (row[i].has)
            assert_has(buf_slice(&f->a.body), "sip:alice@ims.example");
        else
            assert_has(buf_slice(&f->a.body), "\"registrations\":[]");
    }
}

static void peers_state_and_readiness_are_told(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(ask(f, "GET /api/v1/peers", ""), 200);
    assert_has(buf_slice(&f->a.body), "scscf1.ims.example");
    assert_int_equal(ask(f, "GET /readyz", ""), 200);
    assert_int_equal(ask(f, "GET /api/v1/state", ""), 200);
    assert_has(buf_slice(&f->a.body), "\"subscribers\":2");
    ask_uar(f->w, "alice@ims.example", "sip:alice@ims.example");
    assert_int_equal(ask(f, "GET /metrics", ""), 200);
    assert_has(buf_slice(&f->a.body),
               "imsbox_cx_requests_total{command=\"UAR\",result=\"E2001\"} 1");
}

/* What comes behind the head of an answer. */
static void drain(struct fixture *f)
{
    char bytes[4096];
    size_t n;

    buf_reset(&f->a.body);
    for (int i = 0; i < 1000 && feed_state(f->a.feed) == FEED_OPEN; i++) {
        sim_run_for(f->w->sim, 5 * MSEC);
        while ((n = feed_read(f->a.feed, bytes, sizeof(bytes))))
            buf_add(&f->a.body, slice_at(bytes, n));
    }
    assert_int_equal(feed_state(f->a.feed), FEED_OVER);
    feed_leave(f->a.feed);
    f->a.feed = NULL;
}

static void a_file_is_imported_and_exported(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(ask(f, "POST /api/v1/import", users), 200);
    assert_has(buf_slice(&f->a.body), "\"inserted\":0,\"unchanged\":2");
    assert_int_equal(
        ask(f, "POST /api/v1/import",
            "subscribers: [{impu: sip:z@y, digest: {password: p}}]"),
        200);
    assert_has(buf_slice(&f->a.body), "\"inserted\":1,\"unchanged\":0");
    assert_int_equal(ask(f, "GET /api/v1/export", ""), 200);
    drain(f);
    assert_has(buf_slice(&f->a.body), "sip:z@y");
    assert_int_equal(ask(f, "GET /api/v1/export?format=csv", ""), 200);
    assert_string_equal(f->a.type, "text/csv");
    drain(f);
    assert_has(buf_slice(&f->a.body), "sip:z@y");
}

static void what_is_imported_may_refer_to_the_store(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(ask(f, "POST /api/v1/import",
                         "subscribers: [{impu: sip:z@y, profile: voice,"
                         " digest: {password: p}}]"),
                     200);
}

static void an_export_with_secrets_is_a_private_file(void **state)
{
    struct fixture *f = *state;
    struct hss_world *w = hss_world_new(users, true);
    struct hss_world *memory = f->w;
    char path[160];
    struct slice text;
    struct stat st;

    f->w = w;
    assert_int_equal(ask(f, "POST /api/v1/export?format=csv", ""), 201);
    snprintf(path, sizeof(path), "%.*s",
             SLICE_ARG(slice_first(slice_from(buf_slice(&f->a.body), 9),
                                   f->a.body.n - 11)));
    assert_true(slice_starts(slice_of(path), slice_of(w->store)));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    text = file_read(path);
    assert_has(text, "616c6963652d696e2d696d732d626f78");
    free((char *)text.p);
    assert_int_equal(ask(f, "POST /api/v1/export?format=csv", ""), 201);
    assert_has(buf_slice(&f->a.body), "-2.csv");
    f->w = memory;
    hss_world_free(w);
}

static void damage_subscribers(struct hss_world *w)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(w->store, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE subscriber SET data = x'00'",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
}

static size_t files_beside(const char *store, const char *end)
{
    char pattern[160];
    glob_t found = {0};
    size_t n;

    snprintf(pattern, sizeof(pattern), "%s-*.%s", store, end);
    glob(pattern, 0, NULL, &found);
    n = found.gl_pathc;
    globfree(&found);
    return n;
}

static void an_export_that_breaks_off_does_not_look_complete(void **state)
{
    struct fixture *f = *state;
    struct hss_world *memory = f->w;

    f->w = hss_world_new(users, true);
    damage_subscribers(f->w);
    assert_int_equal(ask(f, "GET /api/v1/export", ""), 200);
    sim_run_for(f->w->sim, SECOND);
    assert_int_equal(feed_state(f->a.feed), FEED_CUT);
    feed_leave(f->a.feed);
    f->a.feed = NULL;
    assert_int_equal(ask(f, "POST /api/v1/export", ""), 500);
    assert_int_equal(files_beside(f->w->store, "*"), 0);
    hss_world_free(f->w);
    f->w = memory;
}

/* In place of the C library's: what lies beside the store by then. */
static struct {
    const char *store;
    int count, fails; /* fails: the call that does, 0 none */
    bool has_rival;   /* who writes a file of that name by then */
    size_t whole[4], parts[4];
} syncs;

static void name_of_export(char *path, size_t n)
{
    char pattern[160];
    glob_t found = {0};

    snprintf(pattern, sizeof(pattern), "%s-*.yaml*", syncs.store);
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    snprintf(path, n, "%s", found.gl_pathv[0]);
    globfree(&found);
    *(strstr(path, ".yaml") + 5) = '\0';
}

static void write_rival(void)
{
    char path[160];
    FILE *file;

    name_of_export(path, sizeof(path));
    file = fopen(path, "w");
    assert_non_null(file);
    fputs("rival", file);
    fclose(file);
}

int fsync(int fd)
{
    int n = syncs.count++;

    (void)fd;
    if (syncs.store && syncs.has_rival && n == 0)
        write_rival();
    if (!syncs.store || n >= 4)
        return 0;
    syncs.whole[n] = files_beside(syncs.store, "yaml");
    syncs.parts[n] = files_beside(syncs.store, "yaml.part");
    errno = EIO;
    return syncs.count == syncs.fails ? -1 : 0;
}

/* What a crash leaves has another name; what has the name is on the disk. */
static void an_export_has_its_name_when_it_is_whole(void **state)
{
    struct fixture *f = *state;
    struct hss_world *memory = f->w;

    f->w = hss_world_new(users, true);
    memset(&syncs, 0, sizeof(syncs));
    syncs.store = f->w->store;
    assert_int_equal(ask(f, "POST /api/v1/export", ""), 201);
    assert_int_equal(syncs.count, 2); /* the directory too */
    assert_int_equal(syncs.parts[0], 1);
    assert_int_equal(syncs.whole[0], 0);
    assert_int_equal(syncs.parts[1], 0);
    assert_int_equal(syncs.whole[1], 1);
    for (syncs.fails = 1; syncs.fails <= 2; syncs.fails++) {
        syncs.count = 0;
        assert_int_equal(ask(f, "POST /api/v1/export", ""), 500);
        assert_has(buf_slice(&f->a.body), "Input/output error");
        assert_int_equal(files_beside(f->w->store, "*"), 1);
    }
    syncs.store = NULL;
    hss_world_free(f->w);
    f->w = memory;
}

static void an_export_takes_nobodys_place(void **state)
{
    struct fixture *f = *state;
    struct hss_world *memory = f->w;
    char path[160], text[8] = "";
    FILE *file;

    f->w = hss_world_new(users, true);
    memset(&syncs, 0, sizeof(syncs));
    syncs.store = f->w->store;
    syncs.has_rival = true;
    assert_int_equal(ask(f, "POST /api/v1/export", ""), 500);
    assert_has(buf_slice(&f->a.body), "File exists");
    assert_int_equal(files_beside(f->w->store, "*"), 1);
    name_of_export(path, sizeof(path));
    file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof(text), file));
    fclose(file);
    assert_string_equal(text, "rival");
    /* the next one of that second has a name of its own */
    assert_int_equal(ask(f, "POST /api/v1/export", ""), 201);
    assert_int_equal(files_beside(f->w->store, "*"), 2);
    unlink(path);
    memset(&syncs, 0, sizeof(syncs));
    hss_world_free(f->w);
    f->w = memory;
}

static void a_node_that_ends_breaks_its_exports_off(void **state)
{
    struct fixture *f = *state;
    struct hss_world *w = hss_world_new(users, true), *memory = f->w;

    f->w = w;
    assert_int_equal(ask(f, "GET /api/v1/export", ""), 200);
    assert_int_equal(feed_state(f->a.feed), FEED_OPEN);
    hss_world_free(w);
    assert_int_equal(feed_state(f->a.feed), FEED_CUT);
    feed_leave(f->a.feed);
    f->a.feed = NULL;
    f->w = memory;
}

static void rewrite(struct hss_world *w, const char *text)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof(path), "%s/subscribers.yaml", w->dir);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void a_node_with_wrong_subscribers_does_not_start(void **state)
{
    struct fixture *f = *state;
    struct node_options o = {.role = &hss_role,
                             .topology = f->w->topology,
                             .name = "hss1",
                             .sink = no_sink};
    struct sim_host *host = sim_host_new(f->w->sim, "hss1b");
    struct node *n = NULL;
    struct why why;

    sim_host_kill(f->w->host); /* its address is free again */
    rewrite(f->w, "subscribers: [{impu: nonsense}]\n");
    o.net = sim_host_net(host);
    assert_err(IMS_CONFIG, node_new(&o, &n, &why), &why);
    assert_has(slice_of(why.text), "subscribers.yaml:1:15");
    sim_host_free(host);
}

static void a_reload_imports_who_is_new(void **state)
{
    struct fixture *f = *state;
    struct why why;

    rewrite(f->w, "subscribers: [{impu: nonsense}]\n");
    assert_err(IMS_CONFIG, node_reload(f->w->node, f->w->topology, &why), &why);
    rewrite(f->w,
            "subscribers:\n"
            "  - {impu: sip:bob@ims.example, digest: {password: other}}\n"
            "  - {impu: sip:new@ims.example, digest: {password: secret}}\n");
    assert_ok(node_reload(f->w->node, f->w->topology, &why), &why);
    assert_false(node_is_ready(f->w->node, &why));
    sim_run_for(f->w->sim, SECOND);
    assert_true(node_is_ready(f->w->node, &why));
    assert_int_equal(ask(f, "GET /api/v1/subscribers", ""), 200);
    assert_has(buf_slice(&f->a.body), "\"total\":3");
    assert_has(buf_slice(&f->a.body), "sip:new@ims.example");
}

/* The disk is full when the first of them is to be stored, behind a piece of
 * what was there before. */
static void be_full_for_a_file(struct hss_world *w)
{
    uint64_t subscribers = 1, registered;

    for (int i = 0; i < 1000 && subscribers; i++) {
        sim_run_for(w->sim, 100);
        assert_int_equal(
            store_count(w->hss->store, &subscribers, &registered, NULL), 0);
    }
    files_may_grow(false);
    sim_run_for(w->sim, 2 * MSEC + MSEC / 2);
    files_may_grow(true);
}

/* The reset is not answered with what came of the last one. */
static void one_of_the_topologys_files_that_fails_is_told(void **state)
{
    struct fixture *f = *state;
    struct hss_world *memory = f->w;
    unsigned before = f->a.count;
    struct why why;

    f->w = hss_world_new(users, true);
    hss_world_add_file(f->w, "subscribers:\n"
                             "  - {impu: sip:more@ims.example,"
                             " digest: {password: x}}\n");
    api_ask(f->w->node, "POST /api/v1/reset", "", &f->a);
    be_full_for_a_file(f->w);
    for (int i = 0; i < 100 && f->a.count == before; i++)
        sim_run_for(f->w->sim, 5 * MSEC);
    assert_int_equal(f->a.status, 500);
    assert_has(buf_slice(&f->a.body), "the store failed");
    assert_false(node_is_ready(f->w->node, &why));
    assert_has(slice_of(why.text), "the store failed");
    assert_int_equal(ask(f, "GET /api/v1/subscribers", ""), 200);
    assert_has(buf_slice(&f->a.body), "sip:more@ims.example");
    hss_world_free(f->w);
    f->w = memory;
}

static void on_drained(void *ctx)
{
    *(bool *)ctx = true;
}

static void no_answer_is_lost_when_it_drains(void **state)
{
    struct fixture *f = *state;
    struct cx_auth_item item = {.scheme = S(CX_SCHEME_AKAV1)};
    struct cx_mar mar = {.impi = S("alice@ims.example"),
                         .impu = S("sip:alice@ims.example"),
                         .item = &item,
                         .count = 1,
                         .server_name = S(SCSCF1)};
    bool drained = false;

    hss_send_mar(f->w, &mar);
    for (int i = 0; i < 1000 && f->w->hss->nworks == 0; i++)
        sim_run_for(f->w->sim, 50);
    assert_int_equal(f->w->hss->nworks, 1);
    node_drain(f->w->node, on_drained, &drained);
    sim_run_for(f->w->sim, 20 * SECOND);
    assert_true(drained);
    assert_int_equal(f->w->a.count, 1);
    assert_int_equal(f->w->a.result, CX_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(a_subscriber_is_created_read_changed_and_deleted),
        T(an_answer_is_a_change_of_nothing),
        T(what_is_wrong_is_told_as_a_problem),
        T(lists_come_in_pages),
        T(registrations_are_those_with_an_s_cscf),
        T(registrations_are_found_by_a_text_or_by_identities),
        T(peers_state_and_readiness_are_told),
        T(a_file_is_imported_and_exported),
        T(what_is_imported_may_refer_to_the_store),
        T(an_export_with_secrets_is_a_private_file),
        T(an_export_has_its_name_when_it_is_whole),
        T(an_export_takes_nobodys_place),
        T(an_export_that_breaks_off_does_not_look_complete),
        T(a_node_that_ends_breaks_its_exports_off),
        T(a_node_with_wrong_subscribers_does_not_start),
        T(a_reload_imports_who_is_new),
        T(one_of_the_topologys_files_that_fails_is_told),
        T(no_answer_is_lost_when_it_drains),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
