/* SPDX-License-Identifier: MIT
 *
 * The two tokens of a topology's admin interface: IMSBOX_TOKEN and
 * IMSBOX_VIEWER_TOKEN of the environment, else those in the files admin-token
 * and viewer-token (0600) of one directory: `access: {tokens: DIR}`, else
 * $IMSBOX_RUN_DIR, else where the first HSS has its database. Whoever of
 * several processes comes first makes them, and all have the same.
 */
#ifndef NODE_TOKENS_H
#define NODE_TOKENS_H

#include "base/str.h"
#include "node/access.h"
#include "topology/topology.h"

struct tokens {
    struct str admin, viewer; /* empty: there is none */
    struct str dir;           /* where they are kept; empty: environment */
};

/* The tokens there are; with `make` those that lack are made. Errors: CONFIG
 * (one of the environment is too short or long), STORAGE (no place to keep
 * them, says what to set instead). */
enum ims_err tokens_load(const struct topology *t, bool make,
                         struct tokens *out, struct why *why) MUST_CHECK;
/* Likewise, from a directory (NULL: only the environment). */
enum ims_err tokens_load_from(const char *dir, bool make, struct tokens *out,
                              struct why *why) MUST_CHECK;
void tokens_fini(struct tokens *t);

/* True for one caller alone, ever: who shows the admin's token to people. */
bool tokens_show_once(const struct tokens *t);

#endif
