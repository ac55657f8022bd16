/* SPDX-License-Identifier: MIT */
#include "base/distance.h"
#include <string.h>

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Rows of the table: the one before last is for swaps. */
unsigned distance(struct slice a, struct slice b)
{
    unsigned rows[3][DISTANCE_MAX + 1], *now = rows[0], *last = rows[1],
                                        *older = rows[2];

    a = slice_first(a, DISTANCE_MAX);
    b = slice_first(b, DISTANCE_MAX);
    for (unsigned k = 0; k <= b.n; k++)
        now[k] = k;
    for (unsigned i = 1; i <= a.n; i++) {
        unsigned *free_row = older;

        older = last;
        last = now;
        now = free_row;
        now[0] = i;
        for (unsigned k = 1; k <= b.n; k++) {
            unsigned cost = a.p[i - 1] != b.p[k - 1];

            now[k] = least(least(last[k], now[k - 1]) + 1, last[k - 1] + cost);
            if (i > 1 && k > 1 && a.p[i - 1] == b.p[k - 2] &&
                a.p[i - 2] == b.p[k - 1])
                now[k] = least(now[k], older[k - 2] + 1);
        }
    }
    return now[b.n];
}
