/* SPDX-License-Identifier: MIT
 *
 * Imports by the admin interface. Each is a job that can be looked at while
 * it is on its way and for a while after it:
 *
 *   POST /import (the whole file)  ------------------+
 *   POST /imports -> PUT .../part ... -> POST .../run -+-> checking -> storing
 *                                                           |            |
 *                                                         failed    done,
 * failed
 */
#ifndef HSS_API_IMPORT_H
#define HSS_API_IMPORT_H

#include "hss/hss.h"

void api_post_import(struct node *n, struct api_call *c);
void api_list_imports(struct node *n, struct api_call *c);
void api_open_import(struct node *n, struct api_call *c);
void api_get_import(struct node *n, struct api_call *c);
void api_delete_import(struct node *n, struct api_call *c);
void api_put_import_part(struct node *n, struct api_call *c);
void api_run_import(struct node *n, struct api_call *c);

/* Behind the lane of imports and the store. Their calls are the frame's. */
void api_import_free_all(struct hss *me);

#endif
