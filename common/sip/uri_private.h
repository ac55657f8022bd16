/* SPDX-License-Identifier: MIT
 *
 * For uri.c and uri_compare.c.
 */
#ifndef SIP_URI_PRIVATE_H
#define SIP_URI_PRIVATE_H

#include "sip/uri.h"

/* The next "name=value" of several that `sep` parts; value is {NULL, 0}
 * without "=". False behind the last. */
bool sip_uri_next_pair(struct slice *rest, char sep, struct slice *name,
                       struct slice *value);
/* What may stand between the digits of a number. */
bool sip_uri_is_separator(char c);
/* RFC 3966 section 3; a local number without phone-context is let through,
 * because phones dial "tel:112". */
bool sip_uri_is_number(struct slice n);

#endif
