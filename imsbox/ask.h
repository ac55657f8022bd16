/* SPDX-License-Identifier: MIT
 *
 * Questions to the nodes' admin interfaces, any number at a time, on the one
 * loop of the program: asker_wait waits for them and for whatever else the
 * caller watches.
 */
#ifndef IMSBOX_ASK_H
#define IMSBOX_ASK_H

#include "base/mem.h"
#include "base/slice.h"
#include <curl/curl.h>

enum { ASK_BODY_MAX = 256 << 20 };

/* status 0: no answer, and body says why. body is good during the call. */
typedef void ask_fn(void *ctx, long status, struct slice body);

/* A question that is more than a GET; its texts are copied. */
struct ask_request {
    const char *method;
    const char *url;
    const char *type; /* of the body; NULL: no body */
    struct slice body;
    const char *if_match; /* NULL: none */
    const char *user;     /* as whom it is audited; NULL: by address alone */
    long timeout_ms;      /* 0: as long as it takes */
};

struct asker;

struct asker *asker_new(void);
/* Shown with every question from now on (copied); NULL: none. */
void asker_set_token(struct asker *h, const char *token);
/* Questions without answer are dropped without a call. */
void asker_free(struct asker *h);
void asker_get(struct asker *h, const char *url, long timeout_ms, ask_fn *done,
               void *ctx);
void asker_send(struct asker *h, const struct ask_request *rq, ask_fn *done,
                void *ctx);
/* Waits until something happens, at most timeout_ms; answers are delivered.
 * For `watched` the caller looks at revents. */
void asker_wait(struct asker *h, struct curl_waitfd *watched, unsigned count,
                int timeout_ms);
/* Until all questions are answered. */
void asker_finish(struct asker *h);

#endif
