/* SPDX-License-Identifier: MIT
 *
 * Sequence numbers, TS 33.102 annex C, profile 2 (C.3.2, not time-based):
 * SQN = SEQ || IND, 48 bits, IND 5 bits. The home counts SEQ up by one with
 * each vector and IND round and round; the card keeps the highest SEQ that it
 * accepted for each IND, so that vectors may arrive out of order. Here are
 * the rules only; who may use which number is the HSS's store's business.
 */
#ifndef CRYPTO_SQN_H
#define CRYPTO_SQN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SQN_IND_BITS = 5, SQN_INDS = 1 << SQN_IND_BITS };

/* Largest step of SEQ that a card accepts at once: 2^28 (C.3.2). */
#define SQN_DELTA ((uint64_t)1 << 28)
/* One above the largest SQN. */
#define SQN_END ((uint64_t)1 << 48)

static inline uint64_t sqn_seq(uint64_t sqn)
{
    return sqn >> SQN_IND_BITS;
}

static inline unsigned sqn_ind(uint64_t sqn)
{
    return (unsigned)(sqn & (SQN_INDS - 1));
}

/* The number n steps behind sqn: SEQ + n, IND + n modulo 32 (C.1.1.2, C.1.2).
 * Behind the last SEQ it starts at 0 again, which no card accepts. */
uint64_t sqn_advance(uint64_t sqn, uint64_t n);

/* Would a card whose highest accepted number is sqn_ms accept the successor of
 * sqn_he whatever its IND (TS 33.102 section 6.3.5, step 2)? */
bool sqn_in_range(uint64_t sqn_he, uint64_t sqn_ms);

/* Re-synchronisation (section 6.3.5): what the home's counter is to be after
 * a verified AUTS, so that its successor is accepted. */
uint64_t sqn_resync(uint64_t sqn_he, uint64_t sqn_ms);

void sqn_to_bytes(uint64_t sqn, uint8_t out[6]);
uint64_t sqn_from_bytes(const uint8_t bytes[6]);

/* The card's side: SEQ of each IND, zero-initialised. */
struct sqn_card {
    uint64_t seq[SQN_INDS];
};

/* Fresh (C.2.2)? If so it is noted. */
bool sqn_card_accept(struct sqn_card *card, uint64_t sqn);
/* SQN_MS: the highest number that was accepted. */
uint64_t sqn_card_highest(const struct sqn_card *card);

#endif
