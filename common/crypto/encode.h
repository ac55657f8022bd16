/* SPDX-License-Identifier: MIT
 *
 * Bytes as text: base64 (RFC 4648 section 4) and hexadecimal digits. To read
 * hexadecimal digits see slice_unhex.
 */
#ifndef CRYPTO_ENCODE_H
#define CRYPTO_ENCODE_H

#include "base/buf.h"

/* Characters that n bytes become; bytes that n characters become at most. */
static inline size_t base64_text_size(size_t n)
{
    return (n + 2) / 3 * 4;
}

/* Appends with padding and without line breaks. */
void base64_encode(struct slice bytes, struct buf *out);

/* Strict: padding is complete, no blanks, no stray bits in the last digit.
 * False, with out and *n untouched, for other text and for more than room
 * bytes. */
bool base64_decode(struct slice text, void *out, size_t room, size_t *n);

/* Writes 2n lower-case digits to out (no zero byte). */
void hex_encode(const void *bytes, size_t n, char *out);

#endif
