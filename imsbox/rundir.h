/* SPDX-License-Identifier: MIT
 *
 * Where `imsbox up` writes where its nodes live: $XDG_RUNTIME_DIR/imsbox/<name>
 * or .imsbox/<name> beside the topology file. Locked as long as it runs. Units
 * of systemd have RUNDIR_OF_SERVICES; its group may look, tokens are files that
 * only their owner reads.
 */
#ifndef IMSBOX_RUNDIR_H
#define IMSBOX_RUNDIR_H

#include "base/str.h"
#include "imsbox/site.h"

#define RUNDIR_OF_SERVICES "/run/imsbox" /* packaging/systemd */

struct rundir {
    struct str dir;
    int fd; /* of the lock */
};

/* The folder of the run directories, for a topology in topology_dir. */
void rundir_root(const char *topology_dir, struct str *out);

/* What a topology file is called in run.json: its folder without links, then
 * its own name, which may be a link's. To be freed; NULL: there is none. */
char *rundir_file(const char *path);

/* Makes the directory and locks it. EXISTS: another imsbox holds it. */
enum ims_err rundir_lock(const struct topology *t, struct rundir *out,
                         struct why *why) MUST_CHECK;
/* Writes run.json: who runs where. */
enum ims_err rundir_write(const struct rundir *r, const struct site *s,
                          struct why *why) MUST_CHECK;
void rundir_unlock(struct rundir *r); /* removes run.json */

#endif
