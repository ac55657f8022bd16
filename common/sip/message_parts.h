/* SPDX-License-Identifier: MIT
 *
 * What the message's own files share; nobody else includes this.
 */
#ifndef SIP_MESSAGE_PARTS_H
#define SIP_MESSAGE_PARTS_H

#include "sip/message.h"

/* A header line of the kind in front of index `at`, whose name and value are
 * the caller's to set; NULL when starved. */
struct sip_header *sip_header_insert(struct sip_message *m, unsigned at,
                                     enum sip_header_id id);

/* Takes the first value off *rest, a header line's value: up to a comma in a
 * list header, else all of it. False when that value is empty. */
bool sip_take_value(struct slice *rest, enum sip_header_flags flags,
                    struct slice *value);

/* A number; what stands behind it and a blank (an example of RFC 4916 has
 * prose there) is ignored. */
bool sip_content_length(struct slice value, uint32_t *out);

#endif
