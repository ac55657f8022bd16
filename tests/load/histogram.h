/* SPDX-License-Identifier: MIT
 *
 * Latencies: 32 classes to the octave, so that a quantile is right to 3 %,
 * from a microsecond to more than an hour.
 */
#ifndef LOAD_HISTOGRAM_H
#define LOAD_HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_STEPS = 32, HISTOGRAM_CLASSES = 32 * HISTOGRAM_STEPS };

struct histogram {
    uint64_t counts[HISTOGRAM_CLASSES];
    uint64_t count;
    int64_t max_us, sum_us;
};

void histogram_add(struct histogram *h, int64_t us);
/* The upper end of the class that the part (0.99) falls into, and never more
 * than the greatest; 0 when empty. */
int64_t histogram_quantile(const struct histogram *h, double part);

#endif
