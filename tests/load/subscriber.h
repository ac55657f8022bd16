/* SPDX-License-Identifier: MIT
 *
 * The subscribers of a load: number 7 is user000007, and everything of him
 * follows from the number, so that the HSS, the phones and the reflector need
 * no list.
 */
#ifndef LOAD_SUBSCRIBER_H
#define LOAD_SUBSCRIBER_H

#include "base/addr.h"
#include "crypto/milenage.h"

enum load_auth { LOAD_AKA, LOAD_DIGEST };

/* Zero-terminated. */
enum { SUBSCRIBER_NAME = 16 };
void subscriber_name(unsigned number, char name[SUBSCRIBER_NAME]);
/* The number in front of the '@' of "sip:user000007@..."; false: no such. */
bool subscriber_number(struct slice uri, unsigned *number);

void subscriber_key(unsigned number, struct milenage_key *key);
void subscriber_password(unsigned number, char password[SUBSCRIBER_NAME]);

/* As the HSS's API takes one (JSON), and its import file (YAML) all. */
void subscriber_print(unsigned number, enum load_auth auth, const char *domain,
                      struct buf *out);

/* Where his phone is: `each` phones share a port, 10,000 ports an address. */
struct addr subscriber_addr(const struct addr *first, unsigned each,
                            unsigned number);

#endif
