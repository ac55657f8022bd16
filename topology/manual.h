/* SPDX-License-Identifier: MIT
 *
 * The keys of a topology file as sections of a manual page, in the source
 * form of scdoc(5), from the rows of fields.c.
 */
#ifndef TOPOLOGY_MANUAL_H
#define TOPOLOGY_MANUAL_H

#include "base/buf.h"

void topology_manual_print(struct buf *out);

#endif
