/* SPDX-License-Identifier: MIT
 *
 * Sequence numbers, TS 33.102 annex C.
 *
 * H-AUC-1.
 */
#include "crypto/sqn.h"

/* C.3.2: there is no limit L on the age of numbers, and the difference of SEQ
 * alone counts. */

uint64_t sqn_advance(uint64_t sqn, uint64_t n)
{
    uint64_t seq = sqn_seq(sqn) + n;
    uint64_t ind = (sqn_ind(sqn) + n) % SQN_INDS;

    return (seq << SQN_IND_BITS | ind) & (SQN_END - 1);
}

bool sqn_in_range(uint64_t sqn_he, uint64_t sqn_ms)
{
    uint64_t next = sqn_seq(sqn_advance(sqn_he, 1));
    uint64_t highest = sqn_seq(sqn_ms);

    return next > highest && next - highest <= SQN_DELTA;
}

uint64_t sqn_resync(uint64_t sqn_he, uint64_t sqn_ms)
{
    return sqn_in_range(sqn_he, sqn_ms) ? sqn_he : sqn_ms;
}

void sqn_to_bytes(uint64_t sqn, uint8_t out[6])
{
    for (int i = 0; i < 6; i++)
        out[i] = (uint8_t)(sqn >> (40 - 8 * i));
}

uint64_t sqn_from_bytes(const uint8_t bytes[6])
{
    uint64_t sqn = 0;

    for (int i = 0; i < 6; i++)
        sqn = sqn << 8 | bytes[i];
    return sqn;
}

uint64_t sqn_card_highest(const struct sqn_card *card)
{
    unsigned best = 0;

    for (unsigned i = 1; i < SQN_INDS; i++) {
        if (card->seq[i] > card->seq[best])
            best = i;
    }
    return card->seq[best] << SQN_IND_BITS | best;
}

bool sqn_card_accept(struct sqn_card *card, uint64_t sqn)
{
    uint64_t seq = sqn_seq(sqn);
    uint64_t highest = sqn_seq(sqn_card_highest(card));

    if (seq > highest && seq - highest > SQN_DELTA)
        return false;
    if (seq <= card->seq[sqn_ind(sqn)])
        return false;
    card->seq[sqn_ind(sqn)] = seq;
    return true;
}
