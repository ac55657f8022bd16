/* SPDX-License-Identifier: MIT
 *
 * How near a bound is: what is used of it, the most that ever was, and how
 * often something was refused because of it.
 */
#ifndef BASE_USAGE_H
#define BASE_USAGE_H

#include <stdint.h>

struct usage {
    uint64_t now, most, refused;
};

#endif
