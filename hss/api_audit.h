/* SPDX-License-Identifier: MIT
 *
 * Handlers of /api/v1/audit and /api/v1/reset.
 */
#ifndef HSS_API_AUDIT_H
#define HSS_API_AUDIT_H

#include "node/api.h"

void api_list_audit(struct node *n, struct api_call *c);
void api_get_audit(struct node *n, struct api_call *c);
void api_undo(struct node *n, struct api_call *c);
void api_reset(struct node *n, struct api_call *c);

#endif
