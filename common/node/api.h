/* SPDX-License-Identifier: MIT
 *
 * The admin interface: a request goes in, one response comes out, at once or
 * later; nothing here knows of sockets. http.h brings it to the network,
 * tests and the simulator call api_serve themselves. Errors are RFC 9457
 * problem details.
 *
 * The frame serves / (for people), /livez, /readyz, /metrics, /api/v1/state and
 * /api/v1/record (api_frame.c); a role adds rows:
 *
 *     static const struct api_route routes[] = {
 *         {"GET", "/api/v1/registrations", get_registrations},
 *         {"DELETE", "/api/v1/registrations/{impu}", delete_registration},
 *     };
 */
#ifndef NODE_API_H
#define NODE_API_H

#include "base/arena.h"
#include "base/json.h"
#include "base/list.h"
#include "base/why.h"

struct node;

enum {
    API_PARAMS = 4,
    API_BODY_MAX = 64 << 20,   /* of an answer */
    API_MEMORY_MAX = 16 << 20, /* of a handler, in the call's arena */
};

/* What came in; borrowed during api_serve only. */
struct api_request {
    struct slice method; /* "GET" */
    struct slice path;   /* "/api/v1/...", still percent-encoded */
    struct slice query;  /* behind "?", likewise */
    struct slice type;   /* Content-Type */
    struct slice body;
};

/* What goes out; good during the callback only. */
struct api_response {
    unsigned status;
    const char *type;     /* Content-Type */
    const char *location; /* or NULL */
    const char *allow;    /* 405: the methods that the path has; or NULL */
    struct slice body;
};

/* A request in service. Its handler holds it until it answers by one of
 * api_reply*, api_fail, api_problem; exactly one of them, now or later; with
 * that the call is gone. What its texts point to lives as long as it does. */
struct api_call {
    struct node *node;
    struct arena arena; /* the handler may use it too */
    struct slice method, path, query, type, body;
    /* What the {} of the route matched, decoded, in their order. */
    struct slice param[API_PARAMS];
    struct buf out;   /* the response's body */
    struct json json; /* onto out */
    struct list in_frame;
    bool in_handler; /* its handler runs */
    bool answered;   /* while it ran */
    void (*done)(void *ctx, const struct api_response *r);
    void *ctx;
};

struct api_route {
    const char *method;
    const char *pattern; /* {} matches one segment that is not empty */
    void (*serve)(struct node *n, struct api_call *c);
};

/* Serves one request; done is called exactly once, perhaps before this
 * returns (then the answer is NULL), else the call is answered later. A body
 * longer than limits.http_bytes is refused; HEAD is served as GET. A node
 * that is freed answers 503 to what waits. */
struct api_call *
api_serve(struct node *n, const struct api_request *rq,
          void (*done)(void *ctx, const struct api_response *r), void *ctx);
/* Nobody waits for the answer any more: done is not called. */
void api_abandon(struct api_call *c);

/* A parameter of the query, decoded. False when it is not there. */
bool api_query(struct api_call *c, const char *key, struct slice *out);
/* Likewise a number; fallback when it is not there. MALFORMED, with a
 * sentence, when it is no number up to max. */
enum ims_err api_query_u64(struct api_call *c, const char *key, uint64_t max,
                           uint64_t fallback, uint64_t *out,
                           struct why *why) MUST_CHECK;

/* What was written to c->json, as application/json (204 and an empty body
 * when nothing was). */
void api_reply(struct api_call *c, unsigned status);
/* 201 with the Location that path says, and c->json as the body. */
void api_reply_created(struct api_call *c, struct slice location);
void api_reply_text(struct api_call *c, unsigned status, const char *type,
                    struct slice body);
/* A problem: status by the error (api_status), detail by the sentence. */
void api_fail(struct api_call *c, enum ims_err err, const struct why *why);
void api_problem(struct api_call *c, unsigned status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The HTTP status that tells of an error. */
unsigned api_status(enum ims_err err);

#endif
