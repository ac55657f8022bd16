/* SPDX-License-Identifier: MIT
 *
 * Randomness: from the kernel (buffered) in real nodes, from one seed in the
 * simulator and in tests, where the same seed gives the same bytes on every
 * machine.
 */
#ifndef BASE_DICE_H
#define BASE_DICE_H

#include "base/slice.h"

struct dice {
    bool seeded;        /* reproducible; else the kernel's */
    uint64_t state[4];  /* xoshiro256** when seeded */
    uint8_t pool[2048]; /* getrandom() ahead when not */
    size_t left;        /* unused bytes in pool */
};

void dice_init(struct dice *d);                     /* the kernel's */
void dice_init_seed(struct dice *d, uint64_t seed); /* reproducible */
void dice_bytes(struct dice *d, void *out, size_t n);
uint64_t dice_u64(struct dice *d);
uint64_t dice_below(struct dice *d, uint64_t n); /* 0..n-1, unbiased; n > 0 */
/* Writes n characters of [0-9a-z] to out (no zero byte). */
void dice_token(struct dice *d, char *out, size_t n);

#endif
