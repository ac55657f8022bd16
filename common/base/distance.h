/* SPDX-License-Identifier: MIT
 *
 * How much two words differ: for "did you mean".
 */
#ifndef BASE_DISTANCE_H
#define BASE_DISTANCE_H

#include "base/slice.h"

enum { DISTANCE_MAX = 64 }; /* characters that are compared */

/* How many letters must be put in, taken out, changed or swapped with their
 * neighbour to make b of a (optimal string alignment); of longer words the
 * first DISTANCE_MAX letters. */
unsigned distance(struct slice a, struct slice b);

#endif
