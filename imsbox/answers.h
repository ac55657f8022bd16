/* SPDX-License-Identifier: MIT
 *
 * What the launcher wants to know out of the nodes' answers.
 */
#ifndef IMSBOX_ANSWERS_H
#define IMSBOX_ANSWERS_H

#include "base/buf.h"

enum { ANSWER_USER_MAX = 128 };

/* The SIP identities of users that are not barred in the JSON of
 * /api/v1/subscribers, in its order, each once; answers how many, at most max.
 */
unsigned answer_users(struct slice json, char out[][ANSWER_USER_MAX],
                      unsigned max);

/* The member "total" of a list; -1 without it. */
long long answer_total(struct slice json);

/* How long the list "faults" is; 0 without it. */
unsigned answer_faults(struct slice json);

/* Into out those of /api/v1/limits that are used to four fifths, as "used 950
 * of 1000 transactions, ...": "" when there is none. What forgets instead of
 * refusing is never near. */
void answer_near_limits(struct slice json, struct buf *out);

/* The sentence of a refusal: the detail of a problem (RFC 9457), else the
 * text itself; zero-terminated, cut at size. */
void answer_detail(struct slice body, char *out, size_t size);

#endif
