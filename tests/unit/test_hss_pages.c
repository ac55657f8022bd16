/* SPDX-License-Identifier: MIT */
#include "node/feed.h"
#include "support/corpus.h"
#include "support/hss_api.h"
#include <stdio.h>
#include <stdlib.h>

/* What is more than one page: nobody is missing at a seam, or there twice. */

static const char nobody[] = "profiles: [{name: voice}]\n";

static struct hss_api *api_on_a_file(void)
{
    struct hss_api *f = hss_api_new();

    hss_world_free(f->w);
    f->w = hss_world_new(nobody, true);
    return f;
}

static size_t count(struct slice text, const char *needle)
{
    size_t n = 0;
    ssize_t at;

    while ((at = slice_find(text, slice_of(needle))) >= 0) {
        text = slice_from(text, (size_t)at + strlen(needle));
        n++;
    }
    return n;
}

/* ---- exports ------------------------------------------------------------- */

enum { MANY = 600 }; /* more than two pages of an export */

static void import_many(struct hss_api *f)
{
    struct buf text;

    buf_init(&text, 1 << 20);
    buf_str(&text, "impu,impi,password\n");
    for (int i = 0; i < MANY; i++)
        buf_printf(&text, "sip:u%d@ims.example,,p\n", i);
    buf_char(&text, '\0');
    f->type = "text/csv";
    assert_int_equal(api_say(f, "POST /api/v1/import", text.p), 200);
    assert_int_equal(api_number(f, "inserted"), MANY);
    buf_fini(&text);
}

static void has_each_once(struct slice text)
{
    for (int i = 0; i < MANY; i++) {
        char name[32];

        snprintf(name, sizeof(name), "sip:u%d@", i);
        assert_int_equal(count(text, name), 1);
    }
}

static void drain(struct hss_api *f)
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

/* By GET and, with secrets, into a file. proves H-DB-1 */
static void an_export_has_each_subscriber_once(void **state)
{
    struct hss_api *f = api_on_a_file();

    (void)state;
    import_many(f);
    for (int csv = 0; csv < 2; csv++) {
        const char *get =
            csv ? "GET /api/v1/export?format=csv" : "GET /api/v1/export";
        const char *post =
            csv ? "POST /api/v1/export?format=csv" : "POST /api/v1/export";
        struct slice path, text;

        assert_int_equal(api_say(f, get, ""), 200);
        drain(f);
        has_each_once(buf_slice(&f->a.body));
        assert_int_equal(api_say(f, post, ""), 201);
        path = slice_from(buf_slice(&f->a.body), 9); /* {"file":" */
        f->a.body.p[f->a.body.n - 2] = '\0';
        text = file_read(path.p);
        has_each_once(text);
        free((char *)text.p);
    }
    hss_api_free(f);
}

/* ---- registrations ------------------------------------------------------- */

enum { REGISTERED_ONES = 15 };

/* Each other one of the range is registered. */
static void register_some(struct hss_api *f)
{
    assert_int_equal(api_say(f, "POST /api/v1/subscribers/ranges",
                             "{\"first\": \"2001\", \"count\": 30,"
                             " \"name\": \"student{n}\"}"),
                     201);
    for (unsigned i = 0; i < REGISTERED_ONES; i++) {
        char impi[64], impu[64];

        snprintf(impi, sizeof(impi), "student%u@ims.example", 2001 + 2 * i);
        snprintf(impu, sizeof(impu), "sip:student%u@ims.example", 2001 + 2 * i);
        assert_int_equal(ask_sar(f->w, impi, impu, CX_ASSIGN_REGISTRATION),
                         CX_SUCCESS);
    }
}

/* Those of the page, behind those before. */
static void look_at_page(struct hss_api *f, const char *query, long after,
                         struct buf *all)
{
    char line[128];

    snprintf(line, sizeof(line),
             "GET /api/v1/registrations?limit=4&after=%ld%s", after, query);
    assert_int_equal(api_say(f, line, ""), 200);
    assert_int_equal(api_number(f, "total"), REGISTERED_ONES);
    assert_in_range(count(buf_slice(&f->a.body), "\"subscriber\":"), 0, 4);
    buf_add(all, buf_slice(&f->a.body));
}

static void registrations_come_in_pages(void **state)
{
    static const char *const queries[] = {"", "&q=student"};
    struct hss_api *f = api_on_a_file();

    (void)state;
    register_some(f);
    for (size_t q = 0; q < 2; q++) {
        unsigned pages = 1;
        struct buf all;

        buf_init(&all, 1 << 20);
        look_at_page(f, queries[q], 0, &all);
        while (count(buf_slice(&f->a.body), "\"next_after\":")) {
            assert_in_range(++pages, 2, 5);
            look_at_page(f, queries[q], api_number(f, "next_after"), &all);
        }
        assert_in_range(pages, 4, 5);
        assert_int_equal(count(buf_slice(&all), "\"subscriber\":"),
                         REGISTERED_ONES);
        for (unsigned i = 0; i < 30; i++) {
            char name[64];

            snprintf(name, sizeof(name),
                     "\"impu\":\"sip:student%u@ims.example\"", 2001 + i);
            assert_int_equal(count(buf_slice(&all), name), i % 2 == 0);
        }
        buf_fini(&all);
    }
    hss_api_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_export_has_each_subscriber_once),
        cmocka_unit_test(registrations_come_in_pages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
