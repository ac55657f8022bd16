/* SPDX-License-Identifier: MIT
 *
 * Who takes part in a trace: the topology's nodes, its external ones, and
 * whoever else sent or got a message, named by the user that a phone speaks
 * for.
 */
#ifndef IMSBOX_PARTIES_H
#define IMSBOX_PARTIES_H

#include "imsbox/entries.h"
#include "imsbox/site.h"

enum { PARTY_NAME_MAX = 64 };

struct party {
    char name[PARTY_NAME_MAX];
    const struct topology_node *node; /* NULL: not ours */
    struct addr addr;                 /* of one that is not ours */
    bool named;                       /* by a user */
};

struct parties {
    const struct site *site;
    struct party *list; /* the site's nodes first, by their numbers there */
    unsigned count, room;
};

void parties_init(struct parties *p, const struct site *s);
void parties_fini(struct parties *p);

/* Who is at an address; a newcomer is added under the address's text. */
unsigned parties_at(struct parties *p, const struct addr *a);

/* The node that a message went to or came from; -1: none of ours. Diameter
 * from whatever port of an address that one node alone has is that node's. */
int parties_node_of(const struct site *s, const struct entry *e);

/* Sender and receiver of a message. A phone gets its user's name by the
 * first request from it (From) or to it (To). */
void parties_of(struct parties *p, const struct entry *e, unsigned *from,
                unsigned *to);

#endif
