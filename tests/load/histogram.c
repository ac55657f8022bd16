/* SPDX-License-Identifier: MIT */
#include "load/histogram.h"
#include <math.h>

/* Below 32 us a class is a microsecond. */
static unsigned class_of(uint64_t us)
{
    unsigned shift = 0;

    while (us >> shift >= 2 * HISTOGRAM_STEPS)
        shift++;
    unsigned c = shift * HISTOGRAM_STEPS + (unsigned)(us >> shift);
    return c < HISTOGRAM_CLASSES ? c : HISTOGRAM_CLASSES - 1;
}

static int64_t end_of(unsigned c)
{
    unsigned shift = c < 2 * HISTOGRAM_STEPS ? 0 : c / HISTOGRAM_STEPS - 1;

    return ((int64_t)(c - shift * HISTOGRAM_STEPS + 1) << shift) - 1;
}

void histogram_add(struct histogram *h, int64_t us)
{
    if (us < 0)
        us = 0;
    h->counts[class_of((uint64_t)us)]++;
    h->count++;
    h->sum_us += us;
    if (us > h->max_us)
        h->max_us = us;
}

int64_t histogram_quantile(const struct histogram *h, double part)
{
    uint64_t want = (uint64_t)ceil((double)h->count * part), seen = 0;

    for (unsigned c = 0; c < HISTOGRAM_CLASSES; c++) {
        seen += h->counts[c];
        if (seen && seen >= want)
            return end_of(c) < h->max_us ? end_of(c) : h->max_us;
    }
    return h->max_us;
}
