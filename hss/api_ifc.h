/* SPDX-License-Identifier: MIT
 *
 * POST /api/v1/ifc/test: which filter criteria of a subscriber would a request
 * match (TS 29.228 annexes B, C, F), and which condition fails?
 *
 *     {"identity": "sip:a@b", "request": "INVITE sip:c@d", ...}
 *
 *   session_case   originating (default), terminating, originating_cdiv
 *   registered     of the served user; as the HSS has it without
 *   registration   of a REGISTER: initial, again, gone; by its Expires without
 *
 * The request may be a start line alone: what a SIP request must have and this
 * one lacks is filled in.
 */
#ifndef HSS_API_IFC_H
#define HSS_API_IFC_H

#include "node/api.h"

void api_test_ifc(struct node *n, struct api_call *c);

#endif
