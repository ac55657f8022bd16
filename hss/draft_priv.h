/* SPDX-License-Identifier: MIT
 *
 * What draft.c and draft_private.c share.
 */
#ifndef HSS_DRAFT_PRIV_H
#define HSS_DRAFT_PRIV_H

#include "hss/draft.h"
#include "ims/identity.h"

struct finisher {
    const struct draft_rules *rules;
    struct complaints *c;
    struct subscriber *out;
    struct slice default_profile;
    struct slice display_name; /* of publics that have none */
    bool barred;               /* publics made of name and number */
    size_t npublics;           /* over all sets */
};

/* Zeroed memory; NULL and a complaint when there is no room. */
void *draft_take(struct finisher *f, size_t n, size_t size);
struct slice draft_keep(struct finisher *f, const struct identity *id);
/* A complaint about a text longer than SUBSCRIBER_MAX_TEXT. */
void draft_check_text(struct finisher *f, struct mark at, const char *member,
                      struct slice text);

/* Identities out of name and number. */
void draft_expand(struct finisher *f, struct draft *d);
bool draft_find_private(const struct subscriber *s, struct slice impi,
                        uint16_t *out);
/* Behind the sets, from whose public identities names are derived. */
void draft_finish_privates(struct finisher *f, const struct draft *d);

#endif
