/* SPDX-License-Identifier: MIT */
#include "support/hss_api.h"
#include <stdio.h>
#include <stdlib.h>

static const char users[] =
    "profiles:\n"
    "  - name: voice\n"
    "  - name: video\n"
    "charging:\n"
    "  - {name: prepaid, ccf: \"aaa://ccf.ims.example\"}\n"
    "subscribers:\n"
    "  - impu: sip:alice@ims.example\n"
    "    tel: tel:+15551001\n"
    "    display_name: Alice Liddell\n"
    "    aka: {k: alice-in-ims-box, op: imsbox-operator!}\n"
    "  - impu: sip:bob@ims.example\n"
    "    display_name: Bob\n"
    "    digest: {password: bobs-secret}\n";

struct hss_api *hss_api_new(void)
{
    struct hss_api *f = calloc(1, sizeof(*f));

    f->w = hss_world_new(users, false);
    api_answer_init(&f->a);
    return f;
}

void hss_api_free(struct hss_api *f)
{
    hss_world_free(f->w);
    api_answer_fini(&f->a);
    free(f);
}

static void on_answer(void *ctx, const struct api_response *r)
{
    struct hss_api *f = ctx;

    f->conflicts += r->status == 412;
    on_api_answer(&f->a, r);
}

void api_begin(struct hss_api *f, const char *line, const char *body)
{
    struct slice rest = slice_of(line), method, path;
    struct api_header header = {f->header, slice_of(f->value)};
    struct api_request rq = {.who = {API_ADMIN, S("teacher")},
                             .type = slice_of(f->type),
                             .body = slice_of(body),
                             .headers = &header,
                             .header_count = f->header != NULL};

    slice_cut(&rest, ' ', &method);
    slice_cut(&rest, '?', &path);
    rq.method = method;
    rq.path = path;
    rq.query = rest;
    api_serve(f->w->node, &rq, on_answer, f);
    f->header = f->value = f->type = NULL;
}

unsigned api_say(struct hss_api *f, const char *line, const char *body)
{
    unsigned before = f->a.count;

    api_begin(f, line, body);
    for (int i = 0; i < 1000 && f->a.count == before; i++)
        sim_run_for(f->w->sim, 5 * MSEC);
    assert_int_equal(f->a.count, before + 1);
    return f->a.status;
}

unsigned api_say_with(struct hss_api *f, const char *line, const char *body,
                      const char *header, const char *value)
{
    f->header = header;
    f->value = value;
    return api_say(f, line, body);
}

void api_has(struct hss_api *f, const char *text)
{
    assert_has(buf_slice(&f->a.body), text);
}

void api_has_not(struct hss_api *f, const char *text)
{
    assert_has_not(buf_slice(&f->a.body), text);
}

/* The ETag of the last answer, with its quotes. */
void api_etag(struct hss_api *f, char out[64])
{
    const char *p = strstr(f->a.headers, "ETag: ");

    assert_non_null(p);
    snprintf(out, 64, "%.*s", (int)strcspn(p + 6, "\n"), p + 6);
}

long api_number(struct hss_api *f, const char *key)
{
    const char *p;
    char text[64];

    snprintf(text, sizeof(text), "\"%s\":", key);
    buf_char(&f->a.body, '\0');
    f->a.body.n--;
    p = strstr(f->a.body.p, text);
    assert_non_null(p);
    return strtol(p + strlen(text), NULL, 10);
}

void api_say_rows(struct hss_api *f, const struct api_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned status = api_say(f, rows[i].line, rows[i].body);

        if (status != rows[i].status)
            print_error("%s: %u %.*s\n", rows[i].line, status,
                        SLICE_ARG(buf_slice(&f->a.body)));
        assert_int_equal(status, rows[i].status);
        api_has(f, rows[i].says);
    }
}

long api_newest(struct hss_api *f)
{
    assert_int_equal(api_say(f, "GET /api/v1/audit?limit=1", ""), 200);
    return api_number(f, "number");
}

unsigned api_undo_one(struct hss_api *f, long n)
{
    char line[64];

    snprintf(line, sizeof(line), "POST /api/v1/audit/%ld/undo", n);
    return api_say(f, line, "");
}
