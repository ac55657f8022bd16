/* SPDX-License-Identifier: MIT
 *
 * The admin interface: a request goes in, one response comes out, at once or
 * later; nothing here knows of sockets. http.h brings it to the network,
 * tests and the simulator call api_serve themselves. Errors are RFC 9457
 * problem details.
 *
 * The frame serves / (for people), /livez, /readyz, /metrics, /api/v1/state,
 * /api/v1/record and /api/v1/openapi.json (api_frame.c); a role adds rows,
 * and describes them in docs/openapi.json:
 *
 *     static const struct api_route routes[] = {
 *         {"GET", "/api/v1/registrations", get_registrations, API_BY_METHOD},
 *         {"DELETE", "/api/v1/registrations/{impu}", delete_registration,
 *          API_BY_METHOD},
 *     };
 *
 * Who asks was found out at the door (access.h). Viewers may GET, admins
 * everything, unless the row says otherwise.
 */
#ifndef NODE_API_H
#define NODE_API_H

#include "base/arena.h"
#include "base/json.h"
#include "base/list.h"
#include "base/why.h"

struct feed;
struct node;

enum {
    API_PARAMS = 4,
    API_HEADERS = 8,         /* of an answer, beside those that every one has */
    API_BODY_MAX = 64 << 20, /* of an answer */
    API_MEMORY_MAX = 16 << 20, /* of a handler, in the call's arena */
};

enum api_role { API_NOBODY, API_VIEWER, API_ADMIN };

struct api_who {
    enum api_role role;
    struct slice name; /* for the audit: "teacher@192.0.2.7", "127.0.0.1" */
};

struct api_header {
    const char *name;
    struct slice value;
};

/* What came in; borrowed during api_serve only. */
struct api_request {
    struct api_who who;
    struct slice method; /* "GET" */
    struct slice path;   /* "/api/v1/...", still percent-encoded */
    struct slice query;  /* behind "?", likewise */
    struct slice type;   /* Content-Type */
    struct slice body;
    /* Those of its other headers that a handler may want: http.c has the
     * list. */
    const struct api_header *headers;
    unsigned header_count;
};

/* What goes out; good during the callback only. */
struct api_response {
    unsigned status;
    const char *type;     /* Content-Type */
    const char *location; /* or NULL */
    const char *allow;    /* 405: the methods that the path has; or NULL */
    struct slice body;
    /* What follows the body as it comes, or NULL. The receiver's end of it is
     * the callback's to keep and to leave (feed.h). */
    struct feed *feed;
    const struct api_header *headers; /* more of them */
    unsigned header_count;
};

/* A request in service. Its handler holds it until it answers by one of
 * api_reply*, api_fail, api_problem; exactly one of them, now or later; with
 * that the call is gone. What its texts point to lives as long as it does. */
struct api_call {
    struct node *node;
    struct arena arena; /* the handler's, bounded */
    /* The request, and what was done and must be told. */
    struct arena own;
    struct api_who who;
    struct slice method, path, query, type, body;
    const struct api_header *headers;
    unsigned header_count;
    /* What the {} of the route matched, decoded, in their order. */
    struct slice param[API_PARAMS];
    struct buf out;                      /* the response's body */
    struct json json;                    /* onto out */
    struct api_header more[API_HEADERS]; /* of the response */
    unsigned more_count;
    struct list in_frame;
    bool in_handler; /* its handler runs */
    bool answered;   /* while it ran */
    void (*done)(void *ctx, const struct api_response *r);
    void *ctx;
};

enum api_access {
    API_BY_METHOD, /* GET: viewers; other methods: admins */
    API_FOR_ALL,   /* who has no token too: is it alive? */
    API_FOR_VIEWERS,
    API_FOR_ADMINS,
};

struct api_route {
    const char *method;
    /* {} matches one segment that is not empty; {...} at the end the rest */
    const char *pattern;
    void (*serve)(struct node *n, struct api_call *c);
    enum api_access access;
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

/* A header of the request, {NULL, 0} without it. */
struct slice api_header(const struct api_call *c, const char *name);
/* One more header of the response that the call will get; both are copied
 * but for the name. */
void api_add_header(struct api_call *c, const char *name, struct slice value);

/* What was written to c->json, as application/json (204 and an empty body
 * when nothing was). */
void api_reply(struct api_call *c, unsigned status);
/* 201 with the Location that path says, and c->json as the body. */
void api_reply_created(struct api_call *c, struct slice location);
void api_reply_text(struct api_call *c, unsigned status, const char *type,
                    struct slice body);
/* A head at once, and then what is put into the feed until it is closed. */
void api_reply_feed(struct api_call *c, const char *type, struct feed *f);
/* A problem: status by the error (api_status), detail by the sentence. */
void api_fail(struct api_call *c, enum ims_err err, const struct why *why);
void api_problem(struct api_call *c, unsigned status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The members of a problem: a whole object. error: our name of it, or NULL. */
void api_put_problem(struct json *j, unsigned status, const char *detail,
                     const char *error);

/* The HTTP status that tells of an error. */
unsigned api_status(enum ims_err err);

#endif
