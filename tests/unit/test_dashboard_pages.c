/* SPDX-License-Identifier: MIT
 *
 * The dashboard's pages: what comes at which path, and how.
 */
#include "imsbox/dashboard/pages.h"
#include "node/feed.h"
#include "support/check.h"
#include "support/nodes.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void each_kind_of_file_has_its_type(void **state)
{
    static const char *const rows[][2] = {
        {"/index.html", "text/html; charset=utf-8"},
        {"/assets/a-1234.js", "text/javascript; charset=utf-8"},
        {"/a.b.css", "text/css; charset=utf-8"},
        {"/i.svg", "image/svg+xml"},
        {"/f.woff2", "font/woff2"},
        {"/what.bin", "application/octet-stream"},
        {"/html", "application/octet-stream"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(pages_type(slice_of(rows[i][0])), rows[i][1]);
}

static void a_browser_says_whether_it_takes_gzip(void **state)
{
    static const struct {
        const char *header;
        bool takes;
    } rows[] = {
        {"gzip", true},
        {"br, GZIP", true},
        {"deflate , gzip ; q=0.5", true},
        {"gzip;q=1.0, *;q=0", true},
        {"", false},
        {"br", false},
        {"gzipped", false},
        {"gzip;q=0", false},
        {"gzip; q=0.000", false},
        {"identity;q=1, x-gzip-y", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(pages_takes_gzip(slice_of(rows[i].header)),
                         rows[i].takes);
    assert_false(pages_takes_gzip((struct slice){NULL, 0}));
}

/* ---- through the frame --------------------------------------------------- */

struct world {
    struct sim *sim;
    struct sim_host *host;
    struct topology *topology;
    struct node *node;
    struct api_answer answer;
};

static enum ims_err start(struct node *n, struct why *why)
{
    (void)n, (void)why;
    return IMS_OK;
}

static void end(struct node *n)
{
    (void)n;
}

static const struct api_route routes[] = {
    {"GET", "/", pages_get, API_FOR_ALL},
    {"GET", "/{...}", pages_get, API_FOR_ALL},
};

static const struct node_role role = {
    .role = TOPOLOGY_SCSCF,
    .start = start,
    .free = end,
    .routes = routes,
    .route_count = 2,
};

static int set_up(void **state)
{
    static struct world w;
    struct why why;

    w = (struct world){.sim = sim_new(1)};
    w.host = sim_host_new(w.sim, "scscf1");
    w.topology = test_topology("");
    assert_ok(node_new(&(struct node_options){.role = &role,
                                              .topology = w.topology,
                                              .name = "scscf1",
                                              .net = sim_host_net(w.host),
                                              .sink = no_sink},
                       &w.node, &why),
              &why);
    api_answer_init(&w.answer);
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    unsetenv("IMSBOX_PAGES");
    api_answer_fini(&w->answer);
    node_free(w->node);
    sim_host_free(w->host);
    sim_free(w->sim);
    topology_free(w->topology);
    return 0;
}

static void get(struct world *w, const char *path, const char *name,
                const char *value)
{
    struct api_header header = {name, slice_of(value)};
    struct api_request rq = {.method = S("GET"),
                             .path = slice_of(path),
                             .headers = &header,
                             .header_count = name != NULL};

    assert_null(api_serve(w->node, &rq, on_api_answer, &w->answer));
}

static void the_page_is_in_the_program(void **state)
{
    struct world *w = *state;

    get(w, "/", NULL, NULL);
    assert_int_equal(w->answer.status, 200);
    assert_string_equal(w->answer.type, "text/html; charset=utf-8");
    assert_has(buf_slice(&w->answer.body), "<!doctype html>");
    assert_has(slice_of(w->answer.headers), "default-src 'none'");
    assert_has_not(slice_of(w->answer.headers), "unsafe");
    assert_has(slice_of(w->answer.headers), "Cache-Control: no-cache\n");
    assert_has_not(slice_of(w->answer.headers), "Content-Encoding");
}

static void a_view_is_the_page_and_a_file_that_is_missing_is_not(void **state)
{
    struct world *w = *state;

    get(w, "/ladder/abc", NULL, NULL);
    assert_int_equal(w->answer.status, 200);
    assert_string_equal(w->answer.type, "text/html; charset=utf-8");
    get(w, "/missing.js", NULL, NULL);
    assert_int_equal(w->answer.status, 404);
    get(w, "/api/v7/x", NULL, NULL);
    assert_int_equal(w->answer.status, 404);
    assert_string_equal(w->answer.type, "application/problem+json");
}

static void it_is_sent_short_and_only_when_it_changed(void **state)
{
    struct world *w = *state;
    struct slice rest, tag;
    char kept[100];

    get(w, "/", "Accept-Encoding", "gzip");
    assert_has(slice_of(w->answer.headers), "Content-Encoding: gzip\n");
    assert_memory_equal(w->answer.body.p, "\x1f\x8b", 2);
    rest = slice_of(w->answer.headers);
    assert_true(slice_starts(rest, S("ETag: ")));
    slice_cut(&rest, '\n', &tag);
    snprintf(kept, sizeof kept, "\"other\", W/%.*s",
             SLICE_ARG(slice_from(tag, 6)));
    get(w, "/", "If-None-Match", kept); /* of the gzipped one */
    assert_int_equal(w->answer.status, 200);
    rest = slice_of(w->answer.headers);
    slice_cut(&rest, '\n', &tag);
    snprintf(kept, sizeof kept, "\"other\", W/%.*s",
             SLICE_ARG(slice_from(tag, 6)));
    get(w, "/", "If-None-Match", kept);
    assert_int_equal(w->answer.status, 304);
    assert_int_equal(w->answer.body.n, 0);
}

static void write_file(const char *dir, const char *name, const char *text)
{
    char path[200];
    int fd;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void a_directory_may_take_its_place_and_nothing_leads_out(void **state)
{
    static const char *const outside[] = {
        "/../secret.txt", "/assets/../../secret.txt",
        "/.hidden.txt",   "/%2e%2e/secret.txt",
        "/assets",        "/a b.txt"};
    struct world *w = *state;
    char dir[] = "/tmp/imsbox-pages-XXXXXX", inner[100];

    assert_non_null(mkdtemp(dir));
    snprintf(inner, sizeof inner, "%s/pages", dir);
    mkdir(inner, 0700);
    write_file(dir, "secret.txt", "secret");
    write_file(inner, ".hidden.txt", "secret");
    write_file(inner, "a b.txt", "secret");
    write_file(inner, "index.html", "mine");
    snprintf(inner, sizeof inner, "%s/pages/assets", dir);
    mkdir(inner, 0700);
    write_file(inner, "x.js", "js");
    snprintf(inner, sizeof inner, "%s/pages", dir);
    setenv("IMSBOX_PAGES", inner, 1);
    get(w, "/", NULL, NULL);
    assert_text(buf_slice(&w->answer.body), S("mine"));
    get(w, "/assets/x.js", NULL, NULL);
    assert_text(buf_slice(&w->answer.body), S("js"));
    assert_has(slice_of(w->answer.headers), "immutable");
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        get(w, outside[i], NULL, NULL);
        assert_has_not(buf_slice(&w->answer.body), "secret");
    }
    snprintf(inner, sizeof inner, "rm -r %s", dir);
    assert_int_equal(system(inner), 0);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_file_has_its_type),
        cmocka_unit_test(a_browser_says_whether_it_takes_gzip),
        IN_WORLD(the_page_is_in_the_program),
        IN_WORLD(a_view_is_the_page_and_a_file_that_is_missing_is_not),
        IN_WORLD(it_is_sent_short_and_only_when_it_changed),
        IN_WORLD(a_directory_may_take_its_place_and_nothing_leads_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
