/* SPDX-License-Identifier: MIT
 *
 * The calls that the records know, one line each, to choose one from.
 */
#ifndef IMSBOX_CALLS_H
#define IMSBOX_CALLS_H

#include "imsbox/entries.h"
#include <stdio.h>

/* Takes all entries out of e; answers how many calls there are. */
unsigned calls_print(struct entries *e, FILE *to);

#endif
