/* SPDX-License-Identifier: MIT
 *
 * A topology whose nodes can be asked: found by its file, or by the run
 * directory (rundir.h) of an `imsbox up`.
 */
#ifndef IMSBOX_SITE_H
#define IMSBOX_SITE_H

#include "base/str.h"
#include "base/why.h"
#include "topology/topology.h"

/* What a dashboard calls (`error`) a 503 of its own, for a node that is dead:
 * the request went no further. */
#define SITE_NOT_ASKED "not-asked"

struct site_node {
    const struct topology_node *node;
    const char *admin; /* "http://127.0.0.1:8081"; in the topology's arena */
    long pid;          /* 0: not started by imsbox, or not known */
};

struct site {
    struct topology *topology; /* owned */
    struct site_node *nodes;   /* owned */
    unsigned node_count;
    struct site_node dashboard; /* node NULL: there is none */
    struct str dir;             /* of the `imsbox up` that runs it; or empty */
};

/* The site over a topology, which it owns from now on. */
void site_init(struct site *s, struct topology *t);
void site_fini(struct site *s);

/* The admin token of the site, into out: IMSBOX_TOKEN, else that of the file
 * which its nodes take it from (node/tokens.h). Empty when there is none. */
void site_token(const struct site *s, struct str *out);

/* By a topology file, by the name of a running topology, or (NULL) the only
 * one that runs. Errors: NOT_FOUND, CONFIG (why: the first error). */
enum ims_err site_find(const char *file_or_name, struct site *out,
                       struct why *why) MUST_CHECK;
/* Likewise, the `imsbox up` that runs it: the network's name and the process.
 * The file is not read, it may have changed since. Errors: NOT_FOUND. */
enum ims_err site_find_up(const char *file_or_name, struct str *name, long *pid,
                          struct why *why) MUST_CHECK;

#endif
