/* SPDX-License-Identifier: MIT
 *
 * The time, as the loop saw it at the start of its turn. One struct clock per
 * loop; the real loop sets it from the kernel, the simulator from its event
 * queue. Everything else reads the two fields.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

struct clock {
    int64_t mono_us; /* microseconds, never backwards; origin arbitrary */
    int64_t wall_us; /* microseconds since 1970-01-01 UTC */
};

enum { MSEC = 1000, SECOND = 1000000 }; /* in microseconds */

#endif
