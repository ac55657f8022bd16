/* SPDX-License-Identifier: MIT
 *
 * The doctor without a dashboard: the nodes' records are read here, and the
 * HSSs asked, one question at a time and waited for.
 */
#ifndef IMSBOX_VISIT_H
#define IMSBOX_VISIT_H

#include "imsbox/client.h"

struct visit;

struct visit *visit_new(struct client *c);
void visit_free(struct visit *v);

/* Reads on, and judges what was over some seconds ago at the latest; all:
 * everything there is. Answers how many nodes answered. */
unsigned visit_read(struct visit *v, bool all);
/* What was found since, the oldest first, as the dashboard's API has it; to be
 * released. user: NULL: anybody. */
json_t *visit_take(struct visit *v, const char *user);

#endif
