/* SPDX-License-Identifier: MIT
 *
 * The whole network back to its topology's start: the CSCFs forget who is
 * registered and who talks, the HSSs import their files again, the story
 * begins anew.
 */
#ifndef DASHBOARD_RESET_H
#define DASHBOARD_RESET_H

#include "imsbox/dashboard/hub.h"

void reset_post(struct node *n, struct api_call *c);

#endif
