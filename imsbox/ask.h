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

struct asker;

struct asker *asker_new(void);
/* Questions without answer are dropped without a call. */
void asker_free(struct asker *h);
void asker_get(struct asker *h, const char *url, long timeout_ms, ask_fn *done,
               void *ctx);
/* Waits until something happens, at most timeout_ms; answers are delivered.
 * For `watched` the caller looks at revents. */
void asker_wait(struct asker *h, struct curl_waitfd *watched, unsigned count,
                int timeout_ms);
/* Until all questions are answered. */
void asker_finish(struct asker *h);

#endif
