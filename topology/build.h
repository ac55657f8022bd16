/* SPDX-License-Identifier: MIT
 *
 * From a file without faults to the finished topology: defaults, inherited
 * values, derived addresses and peers.
 */
#ifndef TOPOLOGY_BUILD_H
#define TOPOLOGY_BUILD_H

#include "topology/file.h"

/* Fills *t, whose arena, path and dir are set already. */
void topology_build(const struct file *f, struct topology *t);

/* The host on which a place of a node listens, brackets of IPv6 as written:
 * its own, else the node's; admin without one stays on a loopback address. */
const char *file_place_host(const struct file_node *n,
                            enum topology_trust trust,
                            const struct file_place *p);

bool host_is_wildcard(const char *host); /* 0.0.0.0 or :: */
bool host_is_loopback(const char *host); /* 127.0.0.0/8 or ::1 */

const char *path_dir(struct arena *arena, const char *path); /* "." */
/* A path of the file: relative ones are relative to dir. */
const char *path_in(struct arena *arena, const char *dir, const char *path);

/* Where to connect to: a place of a node, the node's host when it listens on
 * every address, its fqdn when that says nothing either. */
struct topology_place topology_reach(const struct topology_node *node,
                                     const struct topology_place *at);

/* peers.c: who connects to whom over Diameter. networks are t's own. */
void topology_build_peers(const struct file *f, struct topology *t,
                          struct topology_network *networks);

#endif
