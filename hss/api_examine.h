/* SPDX-License-Identifier: MIT
 *
 * POST /api/v1/tools/examine: what the store knows of identities that were
 * refused, and why an answer to a challenge does not fit. Verdicts alone: no
 * secret leaves by it.
 */
#ifndef HSS_API_EXAMINE_H
#define HSS_API_EXAMINE_H

#include "node/api.h"

void api_examine(struct node *n, struct api_call *c);

#endif
