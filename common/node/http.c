/* SPDX-License-Identifier: MIT */
#include "node/http.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/str.h"
#include "node/feed.h"
#include "node/frame.h"
#include <errno.h>
#include <microhttpd.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    IDLE_S = 30,              /* a connection without a request */
    HEADER_MEMORY = 32 << 10, /* of one connection */
    UNSENT_MAX = 256 << 10,   /* of one connection, in the kernel */
    FLOW_BLOCK = 64 << 10,    /* bytes of a feed that are sent at one go */
};

struct http {
    struct node *node;
    struct access *access;
    struct MHD_Daemon *daemon;
    struct loop_watch *watch;
    struct timer timer;
    struct addr local;
    struct list waiting; /* exchanges that a handler has yet to answer */
    struct list flowing; /* exchanges whose answer goes on */
    bool ending;
};

/* One request, from its first line to the last byte of its answer. */
struct exchange {
    struct http *http;
    struct list in_http; /* waiting or flowing */
    struct MHD_Connection *connection;
    struct str uri;
    struct buf body;
    bool begun;
    struct access_answer door;
    struct api_call *call; /* while it is being served */
    bool suspended; /* so that its connection asks for nothing meanwhile */
    struct MHD_Response *response;
    unsigned status;
    struct feed *feed; /* the reader's end, or NULL */
};

/* ---- turns --------------------------------------------------------------- */

static void run(void *ctx)
{
    struct http *h = ctx;
    MHD_UNSIGNED_LONG_LONG ms;

    MHD_run(h->daemon);
    if (MHD_get_timeout(h->daemon, &ms) != MHD_YES)
        timer_stop(h->node->env.timers, &h->timer);
    else
        timer_start(h->node->env.timers, &h->timer,
                    (int64_t)(ms < 60000 ? ms : 60000) * MSEC, run, h);
}

static void suspend(struct exchange *x)
{
    x->suspended = true;
    MHD_suspend_connection(x->connection);
}

static void resume(struct exchange *x)
{
    if (!x->suspended)
        return;
    x->suspended = false;
    MHD_resume_connection(x->connection);
    /* Not here and now: this may be within a callback. */
    timer_start(x->http->node->env.timers, &x->http->timer, 0, run, x->http);
}

/* ---- answers that go on -------------------------------------------------- */

/* MHD asks for more bytes. What breaks off ends without the last chunk, so that
 * nobody takes it for the whole (RFC 9112 section 8). */
static ssize_t read_feed(void *ctx, uint64_t position, char *out, size_t max)
{
    struct exchange *x = ctx;
    size_t n = feed_read(x->feed, out, max);

    (void)position;
    if (n)
        return (ssize_t)n;
    switch (feed_state(x->feed)) {
    case FEED_OPEN: break;
    case FEED_OVER: return MHD_CONTENT_READER_END_OF_STREAM;
    case FEED_CUT: return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    if (x->http->ending)
        return feed_is_endless(x->feed) ? MHD_CONTENT_READER_END_OF_STREAM
                                        : MHD_CONTENT_READER_END_WITH_ERROR;
    suspend(x);
    return 0;
}

/* A connection whose client does not read is not looked at by MHD until it
 * does: its descriptor's end wakes MHD. */
static void hang_up(struct exchange *x)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(
        x->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    if (info)
        shutdown(info->connect_fd, SHUT_RDWR);
}

static void on_bytes(void *ctx)
{
    struct exchange *x = ctx;

    if (feed_state(x->feed) == FEED_CUT)
        hang_up(x);
    resume(x);
}

static struct MHD_Response *flow(struct exchange *x, struct feed *f)
{
    x->feed = f;
    feed_watch(f, on_bytes, x);
    list_append(&x->http->flowing, &x->in_http);
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, FLOW_BLOCK,
                                             read_feed, x, NULL);
}

/* ---- answers ------------------------------------------------------------- */

static void add_header(struct exchange *x, const char *name, const char *value)
{
    if (value && !MHD_get_response_header(x->response, name))
        MHD_add_response_header(x->response, name, value);
}

/* His connection is room for others. */
static bool is_shut_out(const struct exchange *x, unsigned status)
{
    return x->door.role == API_NOBODY &&
           (status == 401 || status == 403 || status == 429);
}

static void add_headers(struct exchange *x, const struct api_response *r)
{
    for (unsigned i = 0; i < r->header_count; i++)
        MHD_add_response_header(x->response, r->headers[i].name,
                                r->headers[i].value.p);
    add_header(x, "Content-Type", r->body.n || r->feed ? r->type : NULL);
    add_header(x, "Location", r->location);
    add_header(x, "Allow", r->allow);
    add_header(x, "Cache-Control", "no-store");
    add_header(x, "X-Content-Type-Options", "nosniff");
    add_header(x, "Referrer-Policy", "no-referrer");
    add_header(x, "Connection", is_shut_out(x, r->status) ? "close" : NULL);
}

static void on_answer(void *ctx, const struct api_response *r)
{
    struct exchange *x = ctx;

    x->call = NULL;
    list_remove(&x->in_http);
    x->status = r->status;
    if (r->feed)
        x->response = flow(x, r->feed);
    else
        x->response = MHD_create_response_from_buffer(
            r->body.n, (void *)r->body.p, MHD_RESPMEM_MUST_COPY);
    if (x->response)
        add_headers(x, r);
    resume(x);
}

/* ---- the door ------------------------------------------------------------ */

static struct slice header(struct exchange *x, const char *name)
{
    return slice_of(
        MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name));
}

static struct slice query_of(const struct exchange *x)
{
    ssize_t at = slice_index(str_slice(&x->uri), '?');

    return at < 0 ? S("") : slice_from(str_slice(&x->uri), (size_t)at + 1);
}

/* "/?token=TOKEN": what a person opens once. A token needs no escapes. */
static struct slice page_token(const struct exchange *x)
{
    struct slice rest = query_of(x), pair;

    while (slice_starts(str_slice(&x->uri), S("/?")) &&
           slice_cut(&rest, '&', &pair))
        if (slice_starts(pair, S("token=")))
            return slice_from(pair, 6);
    return (struct slice){NULL, 0};
}

static void look_at(struct exchange *x)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(
        x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct access_request rq = {
        .host = header(x, "Host"),
        .origin = header(x, "Origin"),
        .site = header(x, "Sec-Fetch-Site"),
        .mode = header(x, "Sec-Fetch-Mode"),
        .authorization = header(x, "Authorization"),
        .cookie = header(x, "Cookie"),
        .token = page_token(x),
        .user = header(x, "X-Imsbox-User"),
        .role = header(x, "X-Imsbox-Role"),
    };

    if (info && info->client_addr)
        addr_from_sockaddr(info->client_addr, TRANSPORT_TCP, &rq.from);
    access_check(x->http->access, &rq, &x->door);
}

/* What the adapter says without asking the node. */
static void refuse(struct exchange *x, unsigned status, const char *detail,
                   const struct api_header *more, unsigned count)
{
    char text[512];
    struct buf b;
    struct json j;
    struct api_response r = {.status = status,
                             .type = "application/problem+json",
                             .headers = more,
                             .header_count = count};

    buf_over(&b, text, sizeof text);
    json_init(&j, &b);
    api_put_problem(&j, status, detail, NULL);
    r.body = buf_slice(&b);
    on_answer(x, &r);
}

static void refuse_at_door(struct exchange *x)
{
    char wait[16];
    struct api_header more = {0};

    if (x->door.status == 429) {
        snprintf(wait, sizeof wait, "%u", x->door.retry_after);
        more = (struct api_header){"Retry-After", slice_of(wait)};
    } else if (x->door.status == 401) {
        more = (struct api_header){"WWW-Authenticate",
                                   S("Bearer realm=\"imsbox\"")};
    }
    refuse(x, x->door.status, x->door.detail, &more, more.name != NULL);
}

/* The token leaves the address line, where others could read it. */
static void give_cookie(struct exchange *x)
{
    struct str cookie = {0};
    struct api_header more = {"Set-Cookie", {0}};
    struct api_response r = {
        .status = 303, .location = "/", .headers = &more, .header_count = 1};

    str_printf(&cookie, "%s=%.*s; Path=/; HttpOnly; SameSite=Strict",
               access_cookie(x->http->access), SLICE_ARG(page_token(x)));
    more.value = str_slice(&cookie);
    on_answer(x, &r);
    str_fini(&cookie);
}

/* ---- requests ------------------------------------------------------------ */

/* The headers that handlers may ask for. */
static unsigned read_headers(struct exchange *x,
                             struct api_header out[API_HEADERS])
{
    static const char *const names[] = {
        "If-Match",      "If-None-Match", "Accept",
        "Last-Event-ID", "Prefer",        "Accept-Encoding",
    };
    unsigned count = 0;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct slice value = header(x, names[i]);

        if (value.p)
            out[count++] = (struct api_header){names[i], value};
    }
    return count;
}

static void serve(struct exchange *x, const char *method)
{
    struct api_header headers[API_HEADERS];
    struct slice rest = str_slice(&x->uri), path;
    struct api_request rq = {
        .who = {x->door.role, slice_of(x->door.name)},
        .method = slice_of(method),
        .type = header(x, "Content-Type"),
        .body = buf_slice(&x->body),
        .headers = headers,
        .header_count = read_headers(x, headers),
    };
    struct api_call *call;

    slice_cut(&rest, '?', &path);
    rq.path = path;
    rq.query = rest;
    call = api_serve(x->http->node, &rq, on_answer, x);
    if (call) {
        x->call = call;
        list_append(&x->http->waiting, &x->in_http);
        suspend(x);
    }
}

static void refuse_late(struct exchange *x)
{
    api_abandon(x->call);
    refuse(x, 503, "the node is shutting down", NULL, 0);
}

static enum MHD_Result send_answer(struct exchange *x)
{
    return x->response
               ? MHD_queue_response(x->connection, x->status, x->response)
               : MHD_NO;
}

static void answer(struct exchange *x, const char *method)
{
    if (x->door.status)
        refuse_at_door(x);
    else if (page_token(x).p && strcmp(method, "GET") == 0)
        give_cookie(x);
    else
        serve(x, method);
}

/* Called by libmicrohttpd with the header, with each portion of the body, at
 * its end, and once more after a suspended request was resumed. */
static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection,
                                  const char *url, const char *method,
                                  const char *version, const char *data,
                                  size_t *data_n, void **state)
{
    struct exchange *x = *state;

    (void)ctx, (void)url, (void)version;
    if (!x)
        return MHD_NO;
    x->connection = connection;
    if (!x->begun) {
        x->begun = true;
        look_at(x);
        return MHD_YES;
    }
    if (*data_n) {
        /* One byte more than the limit is enough to be refused by it; who may
         * not come in needs no body. */
        if (!x->door.status && x->door.role != API_NOBODY)
            buf_add(&x->body, slice_first(slice_at(data, *data_n),
                                          x->body.max - x->body.n));
        *data_n = 0;
        return MHD_YES;
    }
    if (!x->response)
        answer(x, method);
    return x->suspended ? MHD_YES : send_answer(x);
}

/* The first that is heard of a request: its target as it was written. */
static void *on_uri(void *ctx, const char *uri,
                    struct MHD_Connection *connection)
{
    struct http *h = ctx;
    struct exchange *x = mem_zalloc(sizeof(*x));

    x->http = h;
    list_init(&x->in_http);
    x->connection = connection;
    str_set(&x->uri, slice_of(uri));
    buf_init(&x->body, h->node->self->limits.http_bytes + 1);
    return x;
}

static void on_completed(void *ctx, struct MHD_Connection *connection,
                         void **state, enum MHD_RequestTerminationCode code)
{
    struct exchange *x = *state;

    (void)ctx, (void)connection, (void)code;
    if (!x)
        return;
    if (x->call)
        api_abandon(x->call);
    list_remove(&x->in_http);
    if (x->feed)
        feed_leave(x->feed);
    if (x->response)
        MHD_destroy_response(x->response);
    str_fini(&x->uri);
    buf_fini(&x->body);
    free(x);
    *state = NULL;
}

/* ---- life ---------------------------------------------------------------- */

static void on_connection(void *ctx, struct MHD_Connection *connection,
                          void **state,
                          enum MHD_ConnectionNotificationCode code)
{
    struct usage *u = &((struct http *)ctx)->node->frame->clients;

    (void)connection, (void)state;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED)
        u->now--;
    else if (++u->now > u->most)
        u->most = u->now;
}

static enum ims_err bad_socket(int fd, const struct addr *a, struct why *why)
{
    enum ims_err err = errno == EADDRINUSE ? IMS_EXISTS : IMS_CONFIG;
    char text[ADDR_TEXT_MAX];

    err =
        why_set(why, err, "admin %s: %s", addr_text(a, text), strerror(errno));
    if (fd >= 0)
        close(fd);
    return err;
}

static enum ims_err open_socket(const struct addr *local, int *out,
                                struct why *why)
{
    struct sockaddr_storage sa;
    socklen_t n = addr_to_sockaddr(local, &sa);
    int fd =
        socket(sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1, unsent = UNSENT_MAX;

    if (fd < 0)
        return bad_socket(fd, local, why);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &unsent, sizeof(unsent));
    if (bind(fd, (struct sockaddr *)&sa, n) != 0 || listen(fd, 64) != 0)
        return bad_socket(fd, local, why);
    *out = fd;
    return IMS_OK;
}

/* One address leaves a quarter to others, unless all who come are admins. */
static intptr_t most_of_one(uint64_t limit, bool open)
{
    return open ? 0 : (intptr_t)(limit - limit / 4);
}

static struct MHD_Daemon *start_daemon(struct http *h, int fd, bool open)
{
    uint64_t limit = h->node->self->limits.http_connections;
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_LISTEN_SOCKET, fd, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)limit, NULL},
        {MHD_OPTION_PER_IP_CONNECTION_LIMIT, most_of_one(limit, open), NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEADER_MEMORY, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_uri, h},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, h},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, h},
        {MHD_OPTION_END, 0, NULL},
    };

    return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL,
                            NULL, on_request, h, MHD_OPTION_ARRAY, options,
                            MHD_OPTION_END);
}

static void note_local(struct http *h, int fd)
{
    struct sockaddr_storage sa;
    socklen_t n = sizeof(sa);

    if (getsockname(fd, (struct sockaddr *)&sa, &n) != 0 ||
        !addr_from_sockaddr((struct sockaddr *)&sa, TRANSPORT_TCP, &h->local))
        h->local = (struct addr){0};
}

enum ims_err http_new(const struct http_options *o, struct http **out,
                      struct why *why)
{
    struct access_rules rules = o->rules;
    struct http *h;
    int fd = -1;
    enum ims_err err = open_socket(o->local, &fd, why);

    if (err != IMS_OK)
        return err;
    h = mem_zalloc(sizeof(*h));
    h->node = o->node;
    list_init(&h->waiting);
    list_init(&h->flowing);
    h->daemon = start_daemon(h, fd, o->rules.open);
    if (!h->daemon) {
        free(h);
        errno = EINVAL;
        return bad_socket(fd, o->local, why);
    }
    rules.self = o->node->self;
    h->access =
        access_new(&rules, o->node->env.clock, dice_u64(o->node->env.dice));
    note_local(h, fd);
    h->watch = loop_watch(
        o->loop,
        MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, run,
        h);
    *out = h;
    return IMS_OK;
}

void http_free(struct http *h)
{
    if (!h)
        return;
    loop_unwatch(h->watch);
    /* A suspended connection would keep the daemon from stopping. */
    LIST_EACH (l, &h->waiting)
        refuse_late(container_of(l, struct exchange, in_http));
    h->ending = true;
    LIST_EACH (l, &h->flowing)
        resume(container_of(l, struct exchange, in_http));
    MHD_run(h->daemon);
    MHD_stop_daemon(h->daemon);
    timer_stop(h->node->env.timers, &h->timer);
    access_free(h->access);
    free(h);
}

const struct addr *http_local(const struct http *h)
{
    return &h->local;
}
