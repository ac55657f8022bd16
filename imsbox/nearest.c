/* SPDX-License-Identifier: MIT */
#include "base/distance.h"
#include "imsbox/command.h"

enum { WORD_MAX = 32 };

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
