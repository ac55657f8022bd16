/* SPDX-License-Identifier: MIT
 *
 * Handlers of /api/v1/subscribers.
 */
#ifndef HSS_API_SUBSCRIBERS_H
#define HSS_API_SUBSCRIBERS_H

#include "node/api.h"

void api_list_subscribers(struct node *n, struct api_call *c);
void api_post_subscriber(struct node *n, struct api_call *c);
void api_get_subscriber(struct node *n, struct api_call *c);
void api_put_subscriber(struct node *n, struct api_call *c);
void api_patch_subscriber(struct node *n, struct api_call *c);
void api_delete_subscriber(struct node *n, struct api_call *c);
void api_get_subscriber_registration(struct node *n, struct api_call *c);

#endif
