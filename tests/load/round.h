/* SPDX-License-Identifier: MIT
 *
 * Units of one kind of arrivals, and what they cost the load itself.
 */
#ifndef LOAD_ROUND_H
#define LOAD_ROUND_H

#include "base/json.h"
#include "load/arrivals.h"
#include <sys/resource.h>

struct round {
    struct arrivals arrivals;
    struct rusage began;
    int64_t began_us;
};

/* The load's figures begin anew. */
void round_begin(struct round *r, const struct arrivals_options *o);
void round_stop(struct round *r);
/* Figures, time and processor time, as members of the open object. */
void round_print(const struct round *r, struct json *j);

#endif
