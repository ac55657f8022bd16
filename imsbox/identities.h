/* SPDX-License-Identifier: MIT
 *
 * How people write of whom they speak: "bob", "1001", "bob@ims.example",
 * "sip:bob@ims.example", "+15551002", "tel:+15551002", "#7" (an id).
 */
#ifndef IMSBOX_IDENTITIES_H
#define IMSBOX_IDENTITIES_H

#include "base/buf.h"
#include <jansson.h>

enum { WHOM_MAX = 400 };

/* As the API takes it: an id, or an identity completed by the domain, without
 * blanks around it, a public one in its canonical form. What is too long is
 * cut, and so not found. */
void whom_print(const char *text, const char *domain, char out[WHOM_MAX]);

/* Members of a subscriber of the API, as texts for people. */
const char *subscriber_impi(const json_t *subscriber, size_t i);
/* "AKAv1-MD5", "digest MD5", "AKAv1-MD5, digest MD5" over all its privates. */
void subscriber_print_auth(const json_t *subscriber, struct buf *out);
/* All public identities, ", " between them. */
void subscriber_print_impus(const json_t *subscriber, struct buf *out);
/* Likewise of one set. */
void set_print_impus(const json_t *set, struct buf *out);

#endif
