/* SPDX-License-Identifier: MIT */
#include "support/nodes.h"
#include <stdio.h>

void api_answer_init(struct api_answer *a)
{
    *a = (struct api_answer){0};
    buf_init(&a->body, API_BODY_MAX);
}

void api_answer_fini(struct api_answer *a)
{
    buf_fini(&a->body);
}

static void copy(char *to, size_t size, const char *text)
{
    snprintf(to, size, "%s", text ? text : "");
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
}

struct api_call *api_ask(struct node *n, const char *line, const char *body,
                         struct api_answer *a)
{
    struct slice rest = slice_of(line), target, method, path;
    struct api_request rq = {.type = S("application/json"),
                             .body = slice_of(body)};

    slice_cut(&rest, ' ', &method);
    target = rest;
    slice_cut(&target, '?', &path);
    rq.method = method;
    rq.path = path;
    rq.query = target;
    return api_serve(n, &rq, on_api_answer, a);
}
