/* SPDX-License-Identifier: MIT
 *
 * What a user wants to know once everything is ready: where to point a phone,
 * who the subscribers are, where the admin pages are.
 */
#ifndef IMSBOX_BANNER_H
#define IMSBOX_BANNER_H

#include "imsbox/ask.h"
#include "imsbox/output.h"
#include "imsbox/site.h"

/* Asks the HSSs for their first subscribers, and waits for the answers. */
void banner_print(const struct output *o, const char *name,
                  const struct site *s, struct asker *h, double seconds);

#endif
