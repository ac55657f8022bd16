/* SPDX-License-Identifier: MIT
 *
 * Exports by the admin interface. GET answers with the text, without secrets,
 * as it is read: what leaves by HTTP is not for keys. POST writes the text with
 * secrets to a file beside the store, which only its owner may read, and
 * answers with its name. Both write a page a turn of the loop.
 */
#ifndef HSS_EXPORTING_H
#define HSS_EXPORTING_H

#include "hss/hss.h"

void exporting_get(struct node *n, struct api_call *c);
void exporting_post(struct node *n, struct api_call *c);
/* Their calls are the node frame's to answer. */
void exporting_free_all(struct hss *me);

#endif
