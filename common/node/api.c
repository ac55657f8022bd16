/* SPDX-License-Identifier: MIT */
#include "node/api.h"
#include "base/mem.h"
#include "node/feed.h"
#include "node/frame.h"
#include <assert.h>
#include <stdio.h>

/* ---- answers ------------------------------------------------------------- */

static void destroy(struct api_call *c)
{
    list_remove(&c->in_frame);
    buf_fini(&c->out);
    arena_fini(&c->arena);
    arena_fini(&c->own);
    free(c);
}

static void answer(struct api_call *c, struct api_response *r)
{
    r->headers = c->more;
    r->header_count = c->more_count;
    if (c->done)
        c->done(c->ctx, r);
    else if (r->feed)
        feed_leave(r->feed);
    c->done = NULL;
    if (c->in_handler)
        c->answered = true;
    else
        destroy(c);
}

static const char *title_of(unsigned status)
{
    switch (status) {
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Internal Server Error";
    }
}

/* RFC 9457 section 3.1. */
void api_put_problem(struct json *j, unsigned status, const char *detail,
                     const char *error)
{
    json_object_begin(j);
    json_put_str(j, "type", "about:blank");
    json_put_str(j, "title", title_of(status));
    json_put_u64(j, "status", status);
    json_put_str(j, "detail", detail);
    if (error)
        json_put_str(j, "error", error);
    json_object_end(j);
}

static void problem(struct api_call *c, unsigned status, const char *error,
                    const char *detail, const char *allow)
{
    struct api_response r = {
        .status = status, .type = "application/problem+json", .allow = allow};

    buf_reset(&c->out);
    json_init(&c->json, &c->out);
    api_put_problem(&c->json, status, detail, error);
    r.body = buf_slice(&c->out);
    answer(c, &r);
}

void api_problem(struct api_call *c, unsigned status, const char *fmt, ...)
{
    char detail[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(detail, sizeof(detail), fmt, ap);
    va_end(ap);
    problem(c, status, NULL, detail, NULL);
}

unsigned api_status(enum ims_err err)
{
    switch (err) {
    case IMS_OK: return 200;
    case IMS_MALFORMED:
    case IMS_MISSING:
    case IMS_BAD_LENGTH: return 400;
    case IMS_FORBIDDEN: return 403;
    case IMS_UNKNOWN_USER:
    case IMS_NOT_REGISTERED:
    case IMS_NOT_FOUND: return 404;
    case IMS_EXISTS:
    case IMS_CONFLICT: return 409;
    case IMS_TOO_LARGE: return 413;
    case IMS_CONFIG: return 422;
    case IMS_UNSUPPORTED: return 501;
    case IMS_FULL:
    case IMS_BUSY:
    case IMS_UNREACHABLE:
    case IMS_REFUSED:
    case IMS_CANCELLED:
    case IMS_CLOSED: return 503;
    case IMS_TIMEOUT: return 504;
    case IMS_STORAGE:
    case IMS_INTERNAL:
    case IMS_ERR_COUNT: break;
    }
    return 500;
}

void api_fail(struct api_call *c, enum ims_err err, const struct why *why)
{
    problem(c, api_status(err), ims_err_name(err),
            why && why->text[0] ? why->text : ims_err_text(err), NULL);
}

static void reply(struct api_call *c, unsigned status, const char *location)
{
    struct api_response r = {.status = status,
                             .type = "application/json",
                             .location = location,
                             .body = buf_slice(&c->out)};

    if (c->out.full) {
        problem(c, 500, NULL, "the answer is too large", NULL);
        return;
    }
    if (status == 200 && r.body.n == 0)
        r.status = 204;
    answer(c, &r);
}

void api_reply(struct api_call *c, unsigned status)
{
    reply(c, status, NULL);
}

void api_reply_created(struct api_call *c, struct slice location)
{
    struct slice kept = arena_printf(&c->own, "%.*s", SLICE_ARG(location));

    reply(c, 201, kept.p);
}

void api_reply_text(struct api_call *c, unsigned status, const char *type,
                    struct slice body)
{
    struct api_response r = {.status = status, .type = type, .body = body};

    answer(c, &r);
}

void api_reply_feed(struct api_call *c, const char *type, struct feed *f)
{
    struct api_response r = {.status = 200, .type = type, .feed = f};

    answer(c, &r);
}

void api_abandon(struct api_call *c)
{
    c->done = NULL;
}

void api_refuse_all(struct node *n)
{
    LIST_EACH (l, &n->frame->calls)
        problem(container_of(l, struct api_call, in_frame), 503, NULL,
                "the node is shutting down", NULL);
}

/* ---- routing ------------------------------------------------------------- */

/* Percent-decoded; {NULL, 0} for a bad escape. */
static struct slice decode(struct api_call *c, struct slice in, bool plus)
{
    char *p = arena_alloc(&c->own, in.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < in.n; i++) {
        uint8_t byte = (uint8_t)in.p[i];

        if (in.p[i] == '%') {
            if (!slice_unhex(slice_first(slice_from(in, i + 1), 2), &byte, 1))
                return (struct slice){NULL, 0};
            i += 2;
        } else if (in.p[i] == '+' && plus) {
            byte = ' ';
        }
        p[n++] = (char)byte;
    }
    return slice_at(p, n);
}

static bool matches(struct api_call *c, const char *pattern)
{
    struct slice want = slice_of(pattern), have = c->path, w, h;
    unsigned params = 0;

    memset(c->param, 0, sizeof(c->param));
    while (slice_cut(&want, '/', &w)) {
        if (slice_eq(w, S("{...}")) && have.p && params < API_PARAMS) {
            c->param[params] = have;
            return true;
        }
        if (!slice_cut(&have, '/', &h))
            return false;
        if (slice_starts(w, S("{"))) {
            if (h.n == 0 || params == API_PARAMS)
                return false;
            c->param[params++] = h;
        } else if (!slice_eq(w, h)) {
            return false;
        }
    }
    return !have.p;
}

struct search {
    struct api_call *call;
    struct slice method;
    struct buf allow; /* methods of the path, when the method is not there */
};

static bool is_catch_all(const struct api_route *r)
{
    return slice_ends(slice_of(r->pattern), S("{...}"));
}

static const struct api_route *search_in(struct search *s, bool catch_all,
                                         const struct api_route *routes,
                                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_catch_all(&routes[i]) != catch_all ||
            !matches(s->call, routes[i].pattern))
            continue;
        if (slice_eq(slice_of(routes[i].method), s->method))
            return &routes[i];
        if (s->allow.n)
            buf_str(&s->allow, ", ");
        buf_str(&s->allow, routes[i].method);
    }
    return NULL;
}

/* A role may have its own of a path of the frame; a row that takes any rest
 * takes what no other row knows. */
static const struct api_route *search(struct search *s,
                                      const struct node_role *role)
{
    const struct api_route *found, *own;
    size_t count;

    found = search_in(s, false, role->routes, role->route_count);
    own = api_frame_routes(&count);
    if (!found)
        found = search_in(s, false, own, count);
    if (!found && !s->allow.n)
        found = search_in(s, true, role->routes, role->route_count);
    return found;
}

static bool decode_params(struct api_call *c)
{
    for (unsigned i = 0; i < API_PARAMS; i++) {
        if (!c->param[i].p)
            continue;
        c->param[i] = decode(c, c->param[i], false);
        if (!c->param[i].p)
            return false;
    }
    return true;
}

static bool may_ask(const struct api_call *c, const struct api_route *r)
{
    bool reads = slice_eq(slice_of(r->method), S("GET"));

    switch (r->access) {
    case API_BY_METHOD: return c->who.role >= (reads ? API_VIEWER : API_ADMIN);
    case API_FOR_ALL: return true;
    case API_FOR_VIEWERS: return c->who.role >= API_VIEWER;
    case API_FOR_ADMINS: return c->who.role >= API_ADMIN;
    }
    return false;
}

/* RFC 9110 section 15.5.2: who may not be told how to be let in. */
static void refuse_asker(struct api_call *c)
{
    if (c->who.role == API_NOBODY) {
        api_add_header(c, "WWW-Authenticate", S("Bearer realm=\"imsbox\""));
        api_problem(c, 401,
                    "this needs a token: send it as Authorization: Bearer "
                    "TOKEN");
    } else {
        api_problem(c, 403,
                    "viewers may look, not change or see secrets: use the "
                    "admin's token");
    }
}

static void route(struct node *n, struct api_call *c)
{
    char allow[128] = "";
    struct search s = {.call = c, .method = c->method};
    const struct api_route *found;

    if (slice_eq(c->method, S("HEAD")))
        s.method = S("GET");
    buf_over(&s.allow, allow, sizeof(allow) - 1);
    found = search(&s, n->role);
    if (found ? !may_ask(c, found) : c->who.role == API_NOBODY)
        refuse_asker(c);
    else if (!found && s.allow.n)
        problem(c, 405, NULL, "this path has other methods", allow);
    else if (!found)
        api_problem(c, 404, "there is nothing at this path");
    else if (!decode_params(c) || !decode(c, c->query, true).p)
        api_problem(c, 400, "a percent-escape in path or query is wrong");
    else if (c->body.n > n->self->limits.http_bytes)
        api_problem(c, 413, "a body may have %llu bytes",
                    (unsigned long long)n->self->limits.http_bytes);
    else
        found->serve(n, c);
}

static void keep_headers(struct api_call *c, const struct api_request *rq)
{
    struct api_header *to =
        arena_zalloc(&c->own, rq->header_count * sizeof(*to) + 1);

    for (unsigned i = 0; i < rq->header_count; i++) {
        to[i].name = rq->headers[i].name;
        to[i].value = slice_keep(&c->own, rq->headers[i].value);
    }
    c->headers = to;
    c->header_count = rq->header_count;
}

static struct api_call *call_new(struct node *n, const struct api_request *rq)
{
    struct api_call *c = mem_zalloc(sizeof(*c));
    bool too_long = rq->body.n > n->self->limits.http_bytes;

    arena_init(&c->own, 0, SIZE_MAX); /* bounded by request and store */
    arena_init(&c->arena, 0, rq->body.n + API_MEMORY_MAX);
    c->node = n;
    c->who.role = rq->who.role;
    c->who.name = slice_keep(&c->own, rq->who.name);
    keep_headers(c, rq);
    c->method = slice_keep(&c->own, rq->method);
    c->path = slice_keep(&c->own, rq->path);
    c->query = slice_keep(&c->own, rq->query);
    c->type = slice_keep(&c->own, rq->type);
    c->body = too_long ? rq->body : slice_keep(&c->own, rq->body);
    buf_init(&c->out, API_BODY_MAX);
    json_init(&c->json, &c->out);
    list_append(&n->frame->calls, &c->in_frame);
    return c;
}

struct api_call *
api_serve(struct node *n, const struct api_request *rq,
          void (*done)(void *ctx, const struct api_response *r), void *ctx)
{
    struct api_call *c = call_new(n, rq);

    c->done = done;
    c->ctx = ctx;
    c->in_handler = true;
    route(n, c);
    c->in_handler = false;
    if (!c->answered)
        return c;
    destroy(c);
    return NULL;
}

/* ---- headers ------------------------------------------------------------- */

struct slice api_header(const struct api_call *c, const char *name)
{
    for (unsigned i = 0; i < c->header_count; i++)
        if (slice_eq_nocase(slice_of(c->headers[i].name), slice_of(name)))
            return c->headers[i].value;
    return (struct slice){NULL, 0};
}

void api_add_header(struct api_call *c, const char *name, struct slice value)
{
    struct slice kept = arena_printf(&c->own, "%.*s%c", SLICE_ARG(value), 0);

    assert(c->more_count < API_HEADERS);
    c->more[c->more_count++] =
        (struct api_header){name, slice_first(kept, kept.n - 1)};
}

/* ---- parameters ---------------------------------------------------------- */

bool api_query(struct api_call *c, const char *key, struct slice *out)
{
    struct slice rest = c->query, pair;

    while (slice_cut(&rest, '&', &pair)) {
        ssize_t eq = slice_index(pair, '=');
        struct slice name = eq < 0 ? pair : slice_first(pair, (size_t)eq);
        struct slice value;

        if (!slice_eq(name, slice_of(key)))
            continue;
        value = eq < 0 ? S("") : slice_from(pair, (size_t)eq + 1);
        value = decode(c, value, true);
        if (!value.p)
            return false;
        *out = value;
        return true;
    }
    return false;
}

enum ims_err api_query_u64(struct api_call *c, const char *key, uint64_t max,
                           uint64_t fallback, uint64_t *out, struct why *why)
{
    struct slice text;

    if (!api_query(c, key, &text)) {
        *out = fallback;
        return IMS_OK;
    }
    if (!slice_u64(text, max, out))
        return why_set(why, IMS_MALFORMED, "%s is not a number up to %llu", key,
                       (unsigned long long)max);
    return IMS_OK;
}
