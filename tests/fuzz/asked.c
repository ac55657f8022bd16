/* SPDX-License-Identifier: MIT */
#include "asked.h"
#include "node/feed.h"
#include <assert.h>
#include <ctype.h>

enum { METHOD = 16 };

static void on_answer(void *ctx, const struct api_response *r)
{
    struct asked *a = ctx;

    assert(r->status >= 200 && r->status < 600 && r->status != 500);
    a->answers++;
    if (r->feed)
        a->feeds[a->feed_count++] = r->feed;
}

void asked_leave_feeds(struct asked *a)
{
    char some[100];

    while (a->feed_count) {
        struct feed *f = a->feeds[--a->feed_count];

        assert(feed_read(f, some, sizeof some) <= sizeof some);
        feed_leave(f);
    }
}

/* What the text is, as far as a client may say so. */
static struct slice type_of(struct slice body)
{
    if (slice_starts(body, S("#")))
        return S("application/yaml");
    if (slice_starts(body, S("subscription,")))
        return S("text/csv");
    return S("application/json");
}

/* Answers whether the next request waits for the answer. */
static bool ask(struct asked *a, struct node *n, struct slice text)
{
    struct api_request rq = {.who = {.role = API_ADMIN}};
    struct api_header match = {.name = "If-Match"};
    struct slice line = {0}, method = {0};
    char capitals[METHOD];

    slice_cut(&text, '\n', &line);
    slice_cut(&line, ' ', &method);
    method = slice_first(method, sizeof capitals);
    for (size_t i = 0; i < method.n; i++)
        capitals[i] = (char)toupper((unsigned char)method.p[i]);
    rq.method = slice_at(capitals, method.n);
    match.value = line;
    slice_cut(&match.value, ' ', &rq.query);
    rq.headers = &match;
    rq.header_count = match.value.n > 0;
    if (!slice_cut(&rq.query, '?', &rq.path))
        rq.path = S("/");
    rq.body = text;
    rq.type = type_of(text);
    a->requests++;
    api_serve(n, &rq, on_answer, a);
    return slice_eq(method, rq.method);
}

void ask_all(struct asked *a, struct node *n, struct slice script,
             void (*wait)(void *ctx), void *ctx)
{
    while (script.n && a->requests < ASKED_MAX) {
        ssize_t end = slice_find(script, S("\n%\n"));
        size_t size = end < 0 ? script.n : (size_t)end;

        if (ask(a, n, slice_first(script, size)))
            wait(ctx);
        assert(a->answers <= a->requests);
        script = slice_from(script, size + 3);
    }
}
