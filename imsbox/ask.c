/* SPDX-License-Identifier: MIT */
#include "imsbox/ask.h"
#include "base/buf.h"
#include "base/list.h"

struct asker {
    CURLM *multi;
    struct list questions;
};

struct question {
    struct list in_asker;
    CURL *easy;
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

static void end(struct asker *h, struct question *q)
{
    list_remove(&q->in_asker);
    curl_multi_remove_handle(h->multi, q->easy);
    curl_easy_cleanup(q->easy);
    buf_fini(&q->body);
    free(q);
}

void asker_free(struct asker *h)
{
    LIST_EACH (it, &h->questions)
        end(h, container_of(it, struct question, in_asker));
    curl_multi_cleanup(h->multi);
    free(h);
}

static size_t on_bytes(char *p, size_t size, size_t n, void *ctx)
{
    struct question *q = ctx;

    buf_add(&q->body, slice_at(p, size * n));
    return q->body.full ? 0 : size * n;
}

void asker_get(struct asker *h, const char *url, long timeout_ms, ask_fn *done,
               void *ctx)
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
    list_append(&h->questions, &q->in_asker);
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
