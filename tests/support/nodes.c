/* SPDX-License-Identifier: MIT */
#include "support/nodes.h"
#include "node/feed.h"
#include "support/check.h"
#include <stdio.h>

static const char one_node[] =
    "name: t\n"
    "networks:\n"
    "  - domain: ims.example\n"
    "    nodes:\n"
    "      - {name: icscf1, role: icscf, host: 127.0.0.2, mw: udp:5060,\n"
    "         admin: 8082}\n"
    "      - {name: scscf1, role: scscf, host: 127.0.0.3, mw: udp:5060,\n"
    "         admin: 8083%s}\n"
    "      - {name: hss1, role: hss, host: 127.0.0.4, store: t.db,\n"
    "         diameter: tcp:3868, admin: 8084}\n";

struct topology *test_topology(const char *more)
{
    char text[2048];
    struct topology *t = NULL;
    struct buf errors;
    enum ims_err err;

    snprintf(text, sizeof(text), one_node, more);
    buf_init(&errors, 10000);
    err = topology_parse(slice_of(text), "t.yaml", &t, &errors);
    assert_text(buf_slice(&errors), S(""));
    assert_int_equal(err, IMS_OK);
    buf_fini(&errors);
    return t;
}

void no_sink(void *ctx, enum log_level level, struct slice line)
{
    (void)ctx, (void)level, (void)line;
}

void api_answer_init(struct api_answer *a)
{
    *a = (struct api_answer){0};
    buf_init(&a->body, API_BODY_MAX);
}

void api_answer_fini(struct api_answer *a)
{
    buf_fini(&a->body);
    if (a->feed)
        feed_leave(a->feed);
}

static void copy(char *to, size_t size, const char *text)
{
    snprintf(to, size, "%s", text ? text : "");
}

static void copy_headers(struct api_answer *a, const struct api_response *r)
{
    struct buf b;

    buf_over(&b, a->headers, sizeof(a->headers) - 1);
    for (unsigned i = 0; i < r->header_count; i++)
        buf_printf(&b, "%s: %.*s\n", r->headers[i].name,
                   SLICE_ARG(r->headers[i].value));
    a->headers[b.n] = '\0';
}

void on_api_answer(void *ctx, const struct api_response *r)
{
    struct api_answer *a = ctx;

    a->count++;
    a->status = r->status;
    copy(a->type, sizeof(a->type), r->type);
    copy(a->location, sizeof(a->location), r->location);
    copy(a->allow, sizeof(a->allow), r->allow);
    buf_reset(&a->body);
    buf_add(&a->body, r->body);
    a->feed = r->feed;
    copy_headers(a, r);
}

struct api_call *api_ask(struct node *n, const char *line, const char *body,
                         struct api_answer *a)
{
    return api_ask_with(n, line, body, NULL, a);
}

struct api_call *api_ask_with(struct node *n, const char *line,
                              const char *body, const struct api_header *header,
                              struct api_answer *a)
{
    struct slice rest = slice_of(line), target, method, path;
    struct api_request rq = {.who = {.role = API_ADMIN},
                             .type = S("application/json"),
                             .body = slice_of(body),
                             .headers = header,
                             .header_count = header ? 1 : 0};

    slice_cut(&rest, ' ', &method);
    target = rest;
    slice_cut(&target, '?', &path);
    rq.method = method;
    rq.path = path;
    rq.query = target;
    return api_serve(n, &rq, on_api_answer, a);
}
