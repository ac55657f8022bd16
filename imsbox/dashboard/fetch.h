/* SPDX-License-Identifier: MIT
 *
 * Requests to the nodes over HTTP, on the dashboard's own loop (libcurl's
 * multi interface). Any number at a time; nothing here waits.
 */
#ifndef DASHBOARD_FETCH_H
#define DASHBOARD_FETCH_H

#include "net/loop.h"

struct fetcher;

struct fetcher *fetcher_new(struct loop *loop);
void fetcher_free(struct fetcher *f); /* what goes on ends without a word */

enum {
    FETCH_HEADERS = 8,
    FETCH_BODY_MAX = 64 << 20, /* of an answer that is kept */
    FETCH_TYPE_MAX = 100,
};

struct fetch_header {
    const char *name;
    struct slice value;
};

struct fetch_answer {
    long status;     /* 0: there is none, and */
    const char *why; /* says so: "Connection refused" */
    bool too_large;  /* likewise: more of it than FETCH_BODY_MAX */
    struct slice body;
    const char *type; /* "" when it has none */
    /* Those of its headers that are passed on. */
    const struct fetch_header *headers;
    unsigned header_count;
};

struct fetch_handler {
    /* Bytes of the body as they come; then body is empty in the end. NULL:
     * the body is kept. False: no more of it. */
    bool (*on_part)(void *ctx, struct slice bytes);
    void (*on_end)(void *ctx, const struct fetch_answer *a);
};

/* All texts are copied. */
struct fetch_request {
    const char *method; /* "GET" */
    const char *url;
    const char *token; /* NULL: none is sent */
    struct slice type, body;
    struct fetch_header headers[FETCH_HEADERS];
    unsigned header_count;
    long timeout_ms; /* for all of it; 0: it may go on forever */
};

struct fetch;

/* Never calls back before it returns. */
struct fetch *fetch_start(struct fetcher *f, const struct fetch_request *rq,
                          const struct fetch_handler *h, void *ctx);
void fetch_cancel(struct fetch *x); /* not within on_part */

#endif
