/* SPDX-License-Identifier: MIT
 *
 * Handlers below /api/v1/subscribers/{id}.
 */
#ifndef HSS_API_LEAVES_H
#define HSS_API_LEAVES_H

#include "node/api.h"

void api_get_private(struct node *n, struct api_call *c);
void api_put_private(struct node *n, struct api_call *c);
void api_delete_private(struct node *n, struct api_call *c);
void api_get_public(struct node *n, struct api_call *c);
void api_put_public(struct node *n, struct api_call *c);
void api_delete_public(struct node *n, struct api_call *c);

/* api_secrets.c */
void api_get_secrets(struct node *n, struct api_call *c);
void api_get_sqn(struct node *n, struct api_call *c);
void api_put_sqn(struct node *n, struct api_call *c);
void api_post_opc(struct node *n, struct api_call *c);

#endif
