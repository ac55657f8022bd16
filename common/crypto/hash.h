/* SPDX-License-Identifier: MIT
 *
 * Hashes and keyed hashes, and how secrets are compared and forgotten. None of
 * these can fail: a libcrypto without them is our own fault and aborts.
 */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include "base/slice.h"

enum hash { HASH_MD5, HASH_SHA256, HASH_SHA512_256 };

/* The size of the largest of them in bytes. */
enum { HASH_MAX = 32 };

size_t hash_size(enum hash h); /* bytes of the result: 16 or 32 */

void hash_bytes(enum hash h, struct slice bytes, uint8_t out[HASH_MAX]);
/* The hash of n pieces one after the other, as if they were joined. */
void hash_pieces(enum hash h, const struct slice *pieces, size_t n,
                 uint8_t out[HASH_MAX]);
/* RFC 2104. */
void hash_hmac(enum hash h, struct slice key, struct slice bytes,
               uint8_t out[HASH_MAX]);

/* Equal? Takes the same time wherever two texts of one length differ. */
bool secret_eq(struct slice a, struct slice b);
/* Overwrites memory that held a secret; never optimised away. */
void secret_wipe(void *p, size_t n);

#endif
