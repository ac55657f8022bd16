/* SPDX-License-Identifier: MIT */
#include "imsbox/ask.h"
#include "base/buf.h"
#include "base/list.h"
#include "base/str.h"

struct asker {
    CURLM *multi;
    struct list questions;
    struct str token; /* empty: none */
};

struct question {
    struct list in_asker;
    CURL *easy;
    struct curl_slist *headers;
    struct buf body;
    ask_fn *done;
    void *ctx;
};

struct asker *asker_new(void)
{
    struct asker *h = mem_zalloc(sizeof *h);

    h->multi = curl_multi_init();
    if (!h->multi)
        abort();
    list_init(&h->questions);
    return h;
}

void asker_set_token(struct asker *h, const char *token)
{
    str_set(&h->token, slice_of(token));
}

static void end(struct asker *h, struct question *q)
{
    list_remove(&q->in_asker);
    curl_multi_remove_handle(h->multi, q->easy);
    curl_easy_cleanup(q->easy);
    curl_slist_free_all(q->headers);
    buf_fini(&q->body);
    free(q);
}

void asker_free(struct asker *h)
{
    LIST_EACH (it, &h->questions)
        end(h, container_of(it, struct question, in_asker));
    curl_multi_cleanup(h->multi);
    str_fini(&h->token);
    free(h);
}

static size_t on_bytes(char *p, size_t size, size_t n, void *ctx)
{
    struct question *q = ctx;

    buf_add(&q->body, slice_at(p, size * n));
    return q->body.full ? 0 : size * n;
}

static void add_header(struct question *q, const char *name, const char *value)
{
    struct str line = {0};

    if (!value)
        return;
    str_printf(&line, "%s: %s", name, value);
    q->headers = curl_slist_append(q->headers, str_c(&line));
    str_fini(&line);
}

static void show_token(struct question *q, const struct asker *h)
{
    struct str bearer = {0};

    if (h->token.n == 0)
        return;
    str_printf(&bearer, "Bearer %s", str_c(&h->token));
    add_header(q, "Authorization", str_c(&bearer));
    curl_easy_setopt(q->easy, CURLOPT_HTTPHEADER, q->headers);
    str_fini(&bearer);
}

static struct question *add(struct asker *h, const char *url, long timeout_ms,
                            ask_fn *done, void *ctx)
{
    struct question *q = mem_zalloc(sizeof *q);

    q->easy = curl_easy_init();
    if (!q->easy)
        abort();
    q->done = done;
    q->ctx = ctx;
    buf_init(&q->body, ASK_BODY_MAX);
    curl_easy_setopt(q->easy, CURLOPT_URL, url);
    curl_easy_setopt(q->easy, CURLOPT_PRIVATE, q);
    curl_easy_setopt(q->easy, CURLOPT_TIMEOUT_MS, timeout_ms);
    curl_easy_setopt(q->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(q->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(q->easy, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(q->easy, CURLOPT_WRITEDATA, q);
    curl_multi_add_handle(h->multi, q->easy);
    show_token(q, h);
    list_append(&h->questions, &q->in_asker);
    return q;
}

void asker_get(struct asker *h, const char *url, long timeout_ms, ask_fn *done,
               void *ctx)
{
    add(h, url, timeout_ms, done, ctx);
}

void asker_send(struct asker *h, const struct ask_request *rq, ask_fn *done,
                void *ctx)
{
    struct question *q = add(h, rq->url, rq->timeout_ms, done, ctx);

    curl_easy_setopt(q->easy, CURLOPT_CUSTOMREQUEST, rq->method);
    if (rq->type) {
        curl_easy_setopt(q->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t)rq->body.n);
        curl_easy_setopt(q->easy, CURLOPT_COPYPOSTFIELDS,
                         rq->body.n ? rq->body.p : "");
        add_header(q, "Content-Type", rq->type);
        add_header(q, "Expect", ""); /* no 100-continue to wait for */
    }
    add_header(q, "If-Match", rq->if_match);
    add_header(q, "X-Imsbox-User", rq->user);
    curl_easy_setopt(q->easy, CURLOPT_HTTPHEADER, q->headers);
}

static void deliver(struct asker *h, struct question *q, CURLcode code)
{
    struct slice body = buf_slice(&q->body);
    long status = 0;

    if (code == CURLE_OK)
        curl_easy_getinfo(q->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status == 0)
        body = slice_of(curl_easy_strerror(code));
    q->done(q->ctx, status, body);
    end(h, q);
}

static void deliver_all(struct asker *h)
{
    CURLMsg *m;
    int left;

    while ((m = curl_multi_info_read(h->multi, &left))) {
        char *q;

        if (m->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &q);
        deliver(h, (struct question *)(void *)q, m->data.result);
    }
}

void asker_wait(struct asker *h, struct curl_waitfd *watched, unsigned count,
                int timeout_ms)
{
    int running;

    curl_multi_perform(h->multi, &running);
    curl_multi_poll(h->multi, watched, count, timeout_ms, NULL);
    curl_multi_perform(h->multi, &running);
    deliver_all(h);
}

void asker_finish(struct asker *h)
{
    while (!list_is_empty(&h->questions))
        asker_wait(h, NULL, 0, 1000);
}
