/* SPDX-License-Identifier: MIT
 *
 * POST /api/v1/subscribers/ranges: a hundred from 1001. All of them are made,
 * or none.
 */
#ifndef HSS_API_RANGE_H
#define HSS_API_RANGE_H

#include "node/api.h"

void api_post_range(struct node *n, struct api_call *c);

#endif
