/* SPDX-License-Identifier: MIT
 *
 * Questions to the nodes' admin interfaces, any number at a time, on the one
 * loop of the program: http_wait waits for them and for whatever else the
 * caller watches.
 */
#ifndef IMSBOX_HTTP_H
#define IMSBOX_HTTP_H

#include "base/mem.h"
#include "base/slice.h"
#include <curl/curl.h>

enum { HTTP_BODY_MAX = 256 << 20 };

/* status 0: no answer, and body says why. body is good during the call. */
typedef void http_fn(void *ctx, long status, struct slice body);

struct http;

struct http *http_new(void);
/* Questions without answer are dropped without a call. */
void http_free(struct http *h);
void http_get(struct http *h, const char *url, long timeout_ms, http_fn *done,
              void *ctx);
/* Waits until something happens, at most timeout_ms; answers are delivered.
 * For `watched` the caller looks at revents. */
void http_wait(struct http *h, struct curl_waitfd *watched, unsigned count,
               int timeout_ms);
/* Until all questions are answered. */
void http_finish(struct http *h);

#endif
