/* SPDX-License-Identifier: MIT
 *
 * What is wrong between the values of a topology file, each of which is right
 * by itself: names and addresses taken twice, links to nothing, roles without
 * what they need.
 */
#ifndef TOPOLOGY_CHECK_H
#define TOPOLOGY_CHECK_H

#include "topology/file.h"

/* Tolerates what could not be read (see file.h). path: of the file, to which
 * the paths in it are relative. Scratch memory comes from the arena. */
void topology_check(const struct file *f, const char *path, struct arena *arena,
                    struct report *report);

#endif
