/* SPDX-License-Identifier: MIT
 *
 * The admin interface on the network: HTTP/1.1 to api_serve and back, by
 * libmicrohttpd with its epoll set watched by the loop. access.h says who may
 * come in; GET /?token=TOKEN of a browser makes the token a cookie.
 */
#ifndef NODE_HTTP_H
#define NODE_HTTP_H

#include "net/loop.h"
#include "node/access.h"
#include "node/node.h"

struct http;

struct http_options {
    struct node *node;
    struct loop *loop;
    const struct addr *local;
    struct access_rules rules; /* self is filled in */
};

/* Errors: CONFIG (not an address of this host), EXISTS (address in use). */
enum ims_err http_new(const struct http_options *o, struct http **out,
                      struct why *why) MUST_CHECK;
void http_free(struct http *h); /* before its node */
const struct addr *http_local(const struct http *h);

#endif
