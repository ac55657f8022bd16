/* SPDX-License-Identifier: MIT
 *
 * What a load is told: by its command line, and in lines of the same words.
 */
#ifndef LOAD_OPTIONS_H
#define LOAD_OPTIONS_H

#include "load/arrivals.h"

struct options {
    struct load_options load;
    struct arrivals_options arrivals;
    double register_rate; /* before the units; 0: not */
};

extern const char OPTIONS_USAGE[];

void options_init(struct options *o);
/* Words as main() has them, the first is not read. What they do not name stays
 * as it is. False: something cannot be; stderr has what. */
bool options_read(struct options *o, int argc, char **argv);

#endif
