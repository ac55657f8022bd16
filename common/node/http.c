/* SPDX-License-Identifier: MIT */
#include "node/http.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/str.h"
#include <errno.h>
#include <microhttpd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    IDLE_S = 30,              /* a connection without a request */
    HEADER_MEMORY = 32 << 10, /* of one connection */
};

struct http {
    struct node *node;
    struct MHD_Daemon *daemon;
    struct loop_watch *watch;
    struct timer timer;
    struct addr local;
    struct list waiting; /* exchanges that a handler has yet to answer */
};

/* One request, from its first line to the last byte of its answer. */
struct exchange {
    struct http *http;
    struct list in_waiting;
    struct MHD_Connection *connection;
    struct str uri;
    struct buf body;
    bool begun;
    struct api_call *call; /* while it is being served */
    bool suspended; /* so that its connection asks for nothing meanwhile */
    struct MHD_Response *response;
    unsigned status;
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

/* ---- answers ------------------------------------------------------------- */

static void add_header(struct exchange *x, const char *name, const char *value)
{
    if (value)
        MHD_add_response_header(x->response, name, value);
}

static void on_answer(void *ctx, const struct api_response *r)
{
    struct exchange *x = ctx;

    x->call = NULL;
    list_remove(&x->in_waiting);
    x->status = r->status;
    x->response = MHD_create_response_from_buffer(r->body.n, (void *)r->body.p,
                                                  MHD_RESPMEM_MUST_COPY);
    if (x->response) {
        add_header(x, "Content-Type", r->body.n ? r->type : NULL);
        add_header(x, "Location", r->location);
        add_header(x, "Allow", r->allow);
        add_header(x, "Cache-Control", "no-store");
        add_header(x, "X-Content-Type-Options", "nosniff");
    }
    if (x->suspended) {
        x->suspended = false;
        MHD_resume_connection(x->connection);
        /* Not here and now: the answer may come from within a callback. */
        timer_start(x->http->node->env.timers, &x->http->timer, 0, run,
                    x->http);
    }
}

/* ---- requests ------------------------------------------------------------ */

static const char *header(struct exchange *x, const char *name)
{
    return MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name);
}

static void serve(struct exchange *x, const char *method)
{
    struct slice rest = str_slice(&x->uri), path;
    struct api_request rq = {.method = slice_of(method),
                             .type = slice_of(header(x, "Content-Type")),
                             .body = buf_slice(&x->body)};
    struct api_call *call;

    slice_cut(&rest, '?', &path);
    rq.path = path;
    rq.query = rest;
    call = api_serve(x->http->node, &rq, on_answer, x);
    if (call) {
        x->call = call;
        x->suspended = true;
        list_append(&x->http->waiting, &x->in_waiting);
        MHD_suspend_connection(x->connection);
    }
}

/* What the adapter says without asking the node. */
static void refuse(struct exchange *x, unsigned status, const char *problem)
{
    struct api_response r = {.status = status,
                             .type = "application/problem+json",
                             .body = slice_of(problem)};

    on_answer(x, &r);
}

/* A page in somebody's browser could reach a loopback address too. */
static void refuse_origin(struct exchange *x)
{
    refuse(
        x, 403,
        "{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,"
        "\"detail\":\"requests of web pages (with Origin) are not served\"}");
}

static void refuse_late(struct exchange *x)
{
    api_abandon(x->call);
    refuse(x, 503,
           "{\"type\":\"about:blank\",\"title\":\"Service Unavailable\","
           "\"status\":503,\"detail\":\"the node is shutting down\"}");
}

static enum MHD_Result send_answer(struct exchange *x)
{
    return x->response
               ? MHD_queue_response(x->connection, x->status, x->response)
               : MHD_NO;
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
        return MHD_YES;
    }
    if (*data_n) {
        /* One byte more than the limit is enough to be refused by it. */
        buf_add(&x->body,
                slice_first(slice_at(data, *data_n), x->body.max - x->body.n));
        *data_n = 0;
        return MHD_YES;
    }
    if (!x->response && header(x, "Origin"))
        refuse_origin(x);
    if (!x->response)
        serve(x, method);
    return x->suspended ? MHD_YES : send_answer(x);
}

/* The first that is heard of a request: its target as it was written. */
static void *on_uri(void *ctx, const char *uri,
                    struct MHD_Connection *connection)
{
    struct http *h = ctx;
    struct exchange *x = mem_zalloc(sizeof(*x));

    x->http = h;
    list_init(&x->in_waiting);
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
    list_remove(&x->in_waiting);
    if (x->response)
        MHD_destroy_response(x->response);
    str_fini(&x->uri);
    buf_fini(&x->body);
    free(x);
    *state = NULL;
}

/* ---- life ---------------------------------------------------------------- */

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
    int on = 1;

    if (fd < 0)
        return bad_socket(fd, local, why);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&sa, n) != 0 || listen(fd, 64) != 0)
        return bad_socket(fd, local, why);
    *out = fd;
    return IMS_OK;
}

static struct MHD_Daemon *start_daemon(struct http *h, int fd)
{
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_LISTEN_SOCKET, fd, NULL},
        {MHD_OPTION_CONNECTION_LIMIT,
         (intptr_t)h->node->self->limits.http_connections, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEADER_MEMORY, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_uri, h},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, h},
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

enum ims_err http_new(struct node *n, struct loop *loop,
                      const struct addr *local, struct http **out,
                      struct why *why)
{
    struct http *h;
    int fd = -1;
    enum ims_err err = open_socket(local, &fd, why);

    if (err != IMS_OK)
        return err;
    h = mem_zalloc(sizeof(*h));
    h->node = n;
    list_init(&h->waiting);
    h->daemon = start_daemon(h, fd);
    if (!h->daemon) {
        free(h);
        errno = EINVAL;
        return bad_socket(fd, local, why);
    }
    note_local(h, fd);
    h->watch = loop_watch(
        loop,
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
        refuse_late(container_of(l, struct exchange, in_waiting));
    MHD_run(h->daemon);
    MHD_stop_daemon(h->daemon);
    timer_stop(h->node->env.timers, &h->timer);
    free(h);
}

const struct addr *http_local(const struct http *h)
{
    return &h->local;
}
