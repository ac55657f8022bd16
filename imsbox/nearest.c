/* SPDX-License-Identifier: MIT */
#include "base/slice.h"
#include "imsbox/command.h"

enum { WORD_MAX = 32 };

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* How many letters must be put in, taken out, changed or swapped with their
 * neighbour to make b of a (optimal string alignment). */
static unsigned distance(struct slice a, struct slice b)
{
    unsigned d[WORD_MAX + 1][WORD_MAX + 1] = {{0}};

    for (unsigned i = 0; i <= a.n; i++)
        d[i][0] = i;
    for (unsigned k = 0; k <= b.n; k++)
        d[0][k] = k;
    for (unsigned i = 1; i <= a.n; i++)
        for (unsigned k = 1; k <= b.n; k++) {
            unsigned cost = a.p[i - 1] != b.p[k - 1];

            d[i][k] = least(least(d[i - 1][k], d[i][k - 1]) + 1,
                            d[i - 1][k - 1] + cost);
            if (i > 1 && k > 1 && a.p[i - 1] == b.p[k - 2] &&
                a.p[i - 2] == b.p[k - 1])
                d[i][k] = least(d[i][k], d[i - 2][k - 2] + 1);
        }
    return d[a.n][b.n];
}

const char *nearest(const char *word, const char *const *names)
{
    struct slice wrong = slice_first(slice_of(word), WORD_MAX);
    const char *best = NULL;
    unsigned best_at = 3; /* further away nothing is meant */

    for (; *names; names++) {
        struct slice name = slice_first(slice_of(*names), WORD_MAX);
        unsigned d = distance(wrong, name);

        /* A beginning is as near as one letter; short words change fast. */
        if (wrong.n > 1 && slice_starts(name, wrong))
            d = 1;
        if (d < best_at && d < name.n) {
            best = *names;
            best_at = d;
        }
    }
    return best;
}
