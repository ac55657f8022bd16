/* SPDX-License-Identifier: MIT
 *
 * A SIP request as people write it, made whole: lines may end as they like, and
 * what every request must have (RFC 3261 8.1.1) is filled in.
 */
#ifndef HSS_REQUEST_TEXT_H
#define HSS_REQUEST_TEXT_H

#include "base/buf.h"
#include "base/why.h"

/* Appends the request. impu: whom From names, and To when the request has no
 * URI that could stand there. MISSING: there is no start line; TOO_LARGE. */
enum ims_err request_text_complete(struct slice text, struct slice impu,
                                   struct buf *out, struct why *why) MUST_CHECK;

#endif
