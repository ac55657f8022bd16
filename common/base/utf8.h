/* SPDX-License-Identifier: MIT
 *
 * Characters of UTF-8, RFC 3629.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/slice.h"

/* Bytes of the well-formed character at the start of s, which is not empty;
 * 0: there is none. code: which one it is. */
size_t utf8_char(struct slice s, uint32_t *code);

#endif
