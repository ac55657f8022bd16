/* SPDX-License-Identifier: MIT
 *
 * The public identities of a phone as its network told of them (TS 24.229
 * 5.2.2.1): a line each, the default one first. An identity is compared in its
 * canonical form, and told on as it came: sip:+4930...;user=phone is another
 * URI than the one without (RFC 3261 19.1.4), and a display name is to be told
 * too (TS 23.228 5.11.4).
 */
#ifndef PCSCF_IDENTITIES_H
#define PCSCF_IDENTITIES_H

#include "sip/message.h"

/* One of a list, which it points into. */
struct told_identity {
    struct slice line; /* without its end */
    struct slice impu; /* canonical */
    struct slice name; /* name-addr as it came; empty: it was <impu> */
};

/* A line for the identity, if the URI is one. */
void identities_add(struct buf *list, struct slice display, struct slice uri);
/* One after the other: start with *rest the list. */
bool identities_next(struct slice *rest, struct told_identity *out);
/* By its canonical form; false: it is none of them. */
bool identities_find(struct slice list, struct slice impu,
                     struct told_identity *out);
/* The first that P-Preferred-Identity of the message names and the list has;
 * false: none (RFC 3325 9.2: there are two at most). */
bool identities_preferred(struct slice list, const struct sip_message *m,
                          struct told_identity *out);
/* The URI as it came, or the canonical form if it is none of them. */
struct slice identities_uri(struct slice list, struct slice impu);
/* P-Asserted-Identity of the message is that identity (RFC 3325 9.1). */
void identities_assert(struct slice list, struct slice impu,
                       struct sip_message *m);

#endif
