/* SPDX-License-Identifier: MIT
 *
 * Which entries a trace is about: those of a call (a Call-ID), of all calls
 * that name a user, or all.
 */
#ifndef IMSBOX_CHOOSE_H
#define IMSBOX_CHOOSE_H

#include "base/arena.h"
#include "base/map.h"
#include "imsbox/entries.h"

struct choice {
    const char *call; /* Call-ID, or NULL */
    const char *user; /* public identity, or NULL; both NULL: everything */
    struct arena arena;
    struct map calls;    /* Call-IDs */
    struct map sessions; /* Session-Ids of Cx requests on their behalf */
};

void choice_init(struct choice *c, const char *call, const char *user);
void choice_fini(struct choice *c);

/* Marks entries as chosen; what one call of it learns the next one knows. */
void choice_mark(struct choice *c, struct entries *e);

/* Does a SIP message name this identity ("sip:alice@ims.example", "alice")? */
bool message_names_user(struct slice bytes, const char *user);

#endif
