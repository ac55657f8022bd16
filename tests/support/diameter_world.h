/* SPDX-License-Identifier: MIT
 *
 * Nodes with a Diameter endpoint and Cx on simulated hosts, and a raw party
 * that speaks bytes over streams, for what no endpoint of ours would do.
 */
#ifndef SUPPORT_DIAMETER_WORLD_H
#define SUPPORT_DIAMETER_WORLD_H

#include "diameter/request.h"
#include "ims/cx.h"
#include "support/world.h"

struct dia_node {
    struct world_host *w;
    struct diameter *d;
    struct cx *cx;
    struct addr addr; /* where it listens */
    unsigned changes; /* calls of on_peer */
};

/* name "hss1" listens at ip:3868; handler and ctx as for cx_new. config may be
 * NULL; its env and on_peer are filled in. */
struct dia_node *dia_node_new(struct sim *sim, const char *name, const char *ip,
                              const struct cx_handler *h, void *ctx);
struct dia_node *dia_node_with(struct sim *sim, const char *name,
                               const char *ip, const struct cx_handler *h,
                               void *ctx, const struct diameter_config *c);
void dia_node_free(struct dia_node *n); /* without a word, as a crash */
/* a knows b; connects: it opens the connection. */
void dia_node_peer(struct dia_node *a, const struct dia_node *b, bool connects);
struct diameter_peer_info dia_node_info(const struct dia_node *a,
                                        const char *host);

/* ---- an endpoint without Cx: the application is the test's own ----------- */

/* A server that answers with SUCCESS at once, or with TOO_BUSY, or holds its
 * requests. */
struct plain_server {
    bool holds, busy;
    struct diameter_request *held[32];
    unsigned count;
};

void plain_answer(struct diameter_request *r);

struct plain_node {
    struct world_host *w;
    struct diameter *d;
    struct addr addr;
    struct plain_server server;
};

/* Listens at ip:3868; config may be NULL. */
struct plain_node *plain_node_new(struct sim *sim, const char *name,
                                  const char *ip,
                                  const struct diameter_config *config);
/* The same on a host, whose domain is its realm; frees that in the end. */
struct plain_node *plain_node_on(struct world_host *w, const char *ip,
                                 const struct diameter_config *config);
void plain_node_free(struct plain_node *n);

/* ---- the raw party ------------------------------------------------------- */

struct raw {
    struct world_host *w;
    struct listener *listener;
    struct stream *s;
    struct buf in; /* everything received */
    bool open;
    bool ended;
};

struct raw *raw_new(struct sim *sim, const char *name);
void raw_free(struct raw *r);
void raw_listen(struct raw *r, const char *address);
void raw_connect(struct raw *r, const struct addr *to);
void raw_send(struct raw *r, struct slice bytes);
void raw_close(struct raw *r);
/* Takes the first whole message off what was received; false without one. The
 * bytes are good until the next call. */
bool raw_take(struct raw *r, struct diameter_message *out);

/* A message built from AVPs: "put" is called between begin and end. Good until
 * the next call with the same buf. */
struct slice raw_message(struct buf *b, const struct diameter_header *h,
                         void (*put)(struct buf *out));
/* A CER of host with the Cx application; its realm is ims.example. */
struct slice raw_cer(struct buf *b, const char *host);
struct slice raw_cea(struct buf *b, const char *host,
                     const struct diameter_header *cer, unsigned result);

#endif
