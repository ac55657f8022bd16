/* SPDX-License-Identifier: MIT
 *
 * Authentication and key agreement, TS 33.102 section 6.3, over MILENAGE: the
 * authentication centre's side, and the card's for our simulated phone and
 * for tests. See sqn.h for sequence numbers.
 */
#ifndef CRYPTO_AKA_H
#define CRYPTO_AKA_H

#include "crypto/milenage.h"
#include "crypto/sqn.h"

enum { AKA_RAND = 16, AKA_AUTN = 16, AKA_AUTS = 14, AKA_KEY = 16, AKA_RES = 8 };

/* A vector; xres, ck and ik are secrets until they are used. */
struct aka_vector {
    uint8_t rand[AKA_RAND];
    uint8_t autn[AKA_AUTN]; /* SQN xor AK || AMF || MAC-A */
    uint8_t xres[AKA_RES];
    uint8_t ck[AKA_KEY];
    uint8_t ik[AKA_KEY];
};

/* Section 6.3.2. sqn is a number that nobody used before. */
void aka_vector_make(const struct milenage_key *key, const uint8_t amf[2],
                     uint64_t sqn, const uint8_t rand[AKA_RAND],
                     struct aka_vector *out);

/* Section 6.3.5: verifies MAC-S and uncovers SQN_MS. False, with *sqn_ms
 * untouched, when the token was not made with this key and rand. */
bool aka_auts_open(const struct milenage_key *key, const uint8_t rand[AKA_RAND],
                   const uint8_t auts[AKA_AUTS], uint64_t *sqn_ms);

enum aka_verdict {
    AKA_ACCEPTED, /* res, ck, ik are filled */
    AKA_BAD_MAC,  /* the network does not know our key */
    AKA_SYNC,     /* the number is not fresh: auts is filled */
};

struct aka_answer {
    uint8_t res[AKA_RES];
    uint8_t ck[AKA_KEY];
    uint8_t ik[AKA_KEY];
    uint8_t auts[AKA_AUTS];
};

/* The card, section 6.3.3. Only what the verdict names is filled. */
enum aka_verdict aka_card_answer(const struct milenage_key *key,
                                 struct sqn_card *card,
                                 const uint8_t rand[AKA_RAND],
                                 const uint8_t autn[AKA_AUTN],
                                 struct aka_answer *out);

#endif
