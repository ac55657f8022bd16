/* SPDX-License-Identifier: MIT
 *
 * The boundary of the trust domain (TS 24.229 4.4): what a phone, or a node
 * that is not trusted, may not assert, and what it may not see. The one place
 * for both.
 */
#ifndef IMS_TRUST_H
#define IMS_TRUST_H

#include "sip/message.h"

/* A message that came from a node outside loses what asserts something. */
void trust_believe_nothing(struct sip_message *m);
/* A message that came from a phone loses what only the network may say. */
void trust_enter(struct sip_message *m);
/* A message to a phone loses what stays inside, and, where privacy is asked
 * for, the asserted identity (RFC 3325 section 7). */
void trust_leave(struct sip_message *m);

#endif
