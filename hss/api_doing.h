/* SPDX-License-Identifier: MIT
 *
 * Rows of the admin API that make the HSS do something at an S-CSCF.
 *
 *   POST /api/v1/subscribers/{id}/deregister   RTR, TS 29.228 6.1.3
 *     {"reason": "PERMANENT_TERMINATION", "text": "...",
 *      "identities": ["sip:a@b", "a@b"]}        all may lack
 *   POST /api/v1/subscribers/{id}/push         PPR, 6.2.2
 *     {"identities": ["sip:a@b"]}
 *
 * Both answer when the S-CSCFs have, with what each of them said.
 */
#ifndef HSS_API_DOING_H
#define HSS_API_DOING_H

#include "node/api.h"

void doing_deregister(struct node *n, struct api_call *c);
void doing_push(struct node *n, struct api_call *c);

#endif
