/* SPDX-License-Identifier: MIT
 *
 * The admin interface on the network: HTTP/1.1 to api_serve and back, by
 * libmicrohttpd with its epoll set watched by the loop. It is for programs of
 * the operator; a request that a web page sends is refused by its Origin.
 */
#ifndef NODE_HTTP_H
#define NODE_HTTP_H

#include "net/loop.h"
#include "node/node.h"

struct http;

/* Errors: CONFIG (not an address of this host), EXISTS (address in use). */
enum ims_err http_new(struct node *n, struct loop *loop,
                      const struct addr *local, struct http **out,
                      struct why *why) MUST_CHECK;
void http_free(struct http *h); /* before its node */
const struct addr *http_local(const struct http *h);

#endif
