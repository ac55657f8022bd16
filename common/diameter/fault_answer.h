/* SPDX-License-Identifier: MIT
 *
 * An answer that a fault on purpose gives instead of who was asked.
 */
#ifndef DIAMETER_FAULT_ANSWER_H
#define DIAMETER_FAULT_ANSWER_H

#include "diameter/message.h"
#include "net/env.h"
#include "net/fault.h"

/* What every answer shares with its request (RFC 6733 6.2: identifiers,
 * Session-Id, Proxy-Info; TS 29.229 6.1: Vendor-Specific-Application-Id,
 * Auth-Session-State), our origin, and the result. False: it did not fit. */
bool diameter_fault_answer(const struct diameter_message *request,
                           const struct env *env, const struct fault_answer *a,
                           struct buf *out);

#endif
