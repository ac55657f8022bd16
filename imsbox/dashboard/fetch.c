/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/fetch.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/str.h"
#include <assert.h>
#include <curl/curl.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { CONNECT_MS = 2000, EVENTS = 64 };

struct fetcher {
    struct net *net;
    CURLM *multi;
    int epoll; /* curl's descriptors, in one that the loop watches */
    struct loop_watch *watch;
    struct timer timer;
    struct list fetches;
};

/* An answer's header that is passed on. */
struct kept {
    const char *name;
    struct str value;
};

struct fetch {
    struct list in_fetcher;
    struct fetcher *fetcher;
    const struct fetch_handler *h;
    void *ctx;
    CURL *easy;
    struct curl_slist *headers;
    struct buf sent, body;
    struct kept kept[FETCH_HEADERS];
};

/* ---- the loop's side ----------------------------------------------------- */

static void deliver_all(struct fetcher *f);

static void act(struct fetcher *f, curl_socket_t fd, int what)
{
    int running;

    curl_multi_socket_action(f->multi, fd, what, &running);
}

static void on_ready(void *ctx)
{
    struct fetcher *f = ctx;
    struct epoll_event events[EVENTS];
    int n = epoll_wait(f->epoll, events, EVENTS, 0);

    for (int i = 0; i < n; i++) {
        int what = 0;

        if (events[i].events & (EPOLLIN | EPOLLHUP))
            what |= CURL_CSELECT_IN;
        if (events[i].events & EPOLLOUT)
            what |= CURL_CSELECT_OUT;
        if (events[i].events & EPOLLERR)
            what |= CURL_CSELECT_ERR;
        act(f, events[i].data.fd, what);
    }
    deliver_all(f);
}

static void on_time(void *ctx)
{
    struct fetcher *f = ctx;

    act(f, CURL_SOCKET_TIMEOUT, 0);
    deliver_all(f);
}

static int on_timer(CURLM *multi, long ms, void *ctx)
{
    struct fetcher *f = ctx;

    (void)multi;
    if (ms < 0)
        timer_stop(f->net->timers, &f->timer);
    else
        timer_start(f->net->timers, &f->timer, ms * MSEC, on_time, f);
    return 0;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx,
                     void *known)
{
    struct fetcher *f = ctx;
    struct epoll_event e = {.data.fd = fd};

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(f->epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    e.events = (what & CURL_POLL_IN ? EPOLLIN : 0u) |
               (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    epoll_ctl(f->epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &e);
    curl_multi_assign(f->multi, fd, f);
    return 0;
}

/* ---- life ---------------------------------------------------------------- */

struct fetcher *fetcher_new(struct loop *loop)
{
    struct fetcher *f = mem_zalloc(sizeof *f);

    f->net = loop_net(loop);
    list_init(&f->fetches);
    f->multi = curl_multi_init();
    f->epoll = epoll_create1(EPOLL_CLOEXEC);
    assert(f->multi && f->epoll >= 0);
    curl_multi_setopt(f->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(f->multi, CURLMOPT_SOCKETDATA, f);
    curl_multi_setopt(f->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(f->multi, CURLMOPT_TIMERDATA, f);
    f->watch = loop_watch(loop, f->epoll, on_ready, f);
    return f;
}

static void end(struct fetch *x)
{
    list_remove(&x->in_fetcher);
    curl_multi_remove_handle(x->fetcher->multi, x->easy);
    curl_easy_cleanup(x->easy);
    curl_slist_free_all(x->headers);
    buf_fini(&x->sent);
    buf_fini(&x->body);
    for (unsigned i = 0; i < FETCH_HEADERS; i++)
        str_fini(&x->kept[i].value);
    free(x);
}

void fetcher_free(struct fetcher *f)
{
    if (!f)
        return;
    LIST_EACH (it, &f->fetches)
        end(container_of(it, struct fetch, in_fetcher));
    curl_multi_cleanup(f->multi);
    timer_stop(f->net->timers, &f->timer);
    loop_unwatch(f->watch);
    close(f->epoll);
    free(f);
}

void fetch_cancel(struct fetch *x)
{
    if (x)
        end(x);
}

/* ---- an answer ----------------------------------------------------------- */

static size_t on_bytes(char *p, size_t size, size_t n, void *ctx)
{
    struct fetch *x = ctx;

    if (x->h->on_part)
        return x->h->on_part(x->ctx, slice_at(p, size * n)) ? size * n : 0;
    buf_add(&x->body, slice_at(p, size * n));
    return x->body.full ? 0 : size * n;
}

static size_t on_header(char *p, size_t size, size_t n, void *ctx)
{
    static const char *const names[] = {"ETag", "Location", "Retry-After",
                                        "Allow", "Content-Disposition"};
    struct fetch *x = ctx;
    struct slice rest = slice_at(p, size * n), name;

    slice_cut(&rest, ':', &name);
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        if (slice_eq_nocase(name, slice_of(names[i]))) {
            x->kept[i].name = names[i];
            str_set(&x->kept[i].value, slice_trim(rest));
        }
    return size * n;
}

static void deliver(struct fetch *x, CURLcode code)
{
    struct fetch_header headers[FETCH_HEADERS];
    struct fetch_answer a = {.why = curl_easy_strerror(code),
                             .too_large = x->body.full,
                             .body = buf_slice(&x->body),
                             .headers = headers};
    const char *type = NULL;

    for (unsigned i = 0; i < FETCH_HEADERS; i++)
        if (x->kept[i].name)
            headers[a.header_count++] = (struct fetch_header){
                x->kept[i].name, str_slice(&x->kept[i].value)};
    if (code == CURLE_OK || x->h->on_part)
        curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &a.status);
    curl_easy_getinfo(x->easy, CURLINFO_CONTENT_TYPE, &type);
    a.type = type ? type : "";
    x->h->on_end(x->ctx, &a);
    end(x);
}

static void deliver_all(struct fetcher *f)
{
    CURLMsg *m;
    int left;

    while ((m = curl_multi_info_read(f->multi, &left))) {
        char *x = NULL;

        if (m->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &x);
        deliver((struct fetch *)(void *)x, m->data.result);
    }
}

/* ---- a request ----------------------------------------------------------- */

static void add_header(struct fetch *x, const char *name, struct slice value)
{
    struct str line = {0};

    str_printf(&line, "%s: %.*s", name, SLICE_ARG(value));
    x->headers = curl_slist_append(x->headers, str_c(&line));
    str_fini(&line);
}

static void add_headers(struct fetch *x, const struct fetch_request *rq)
{
    struct str bearer = {0};

    for (unsigned i = 0; i < rq->header_count; i++)
        add_header(x, rq->headers[i].name, rq->headers[i].value);
    add_header(x, "Content-Type", rq->type);
    add_header(x, "Expect", S("")); /* no 100-continue */
    if (rq->token) {
        str_printf(&bearer, "Bearer %s", rq->token);
        add_header(x, "Authorization", str_slice(&bearer));
        str_fini(&bearer);
    }
    curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, x->headers);
}

static void set_body(struct fetch *x, struct slice body)
{
    buf_init(&x->sent, body.n + 1);
    buf_add(&x->sent, body);
    curl_easy_setopt(x->easy, CURLOPT_POSTFIELDS, x->sent.p ? x->sent.p : "");
    curl_easy_setopt(x->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     (curl_off_t)x->sent.n);
}

static void set_limits(struct fetch *x, const struct fetch_request *rq)
{
    curl_easy_setopt(x->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(x->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(x->easy, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(x->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(x->easy, CURLOPT_DNS_CACHE_TIMEOUT, 1L); /* they move */
    curl_easy_setopt(x->easy, CURLOPT_TIMEOUT_MS, rq->timeout_ms);
}

struct fetch *fetch_start(struct fetcher *f, const struct fetch_request *rq,
                          const struct fetch_handler *h, void *ctx)
{
    struct fetch *x = mem_zalloc(sizeof *x);

    x->fetcher = f;
    x->h = h;
    x->ctx = ctx;
    x->easy = curl_easy_init();
    assert(x->easy);
    buf_init(&x->body, FETCH_BODY_MAX);
    curl_easy_setopt(x->easy, CURLOPT_URL, rq->url);
    curl_easy_setopt(x->easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(x->easy, CURLOPT_PRIVATE, x);
    curl_easy_setopt(x->easy, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(x->easy, CURLOPT_WRITEDATA, x);
    curl_easy_setopt(x->easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(x->easy, CURLOPT_HEADERDATA, x);
    set_limits(x, rq);
    if (strcmp(rq->method, "GET") == 0)
        curl_easy_setopt(x->easy, CURLOPT_HTTPGET, 1L);
    else
        set_body(x, rq->body);
    curl_easy_setopt(x->easy, CURLOPT_CUSTOMREQUEST, rq->method);
    add_headers(x, rq);
    list_append(&f->fetches, &x->in_fetcher);
    curl_multi_add_handle(f->multi, x->easy);
    return x;
}
