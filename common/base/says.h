/* SPDX-License-Identifier: MIT
 *
 * A sentence in two steps: says_capture copies the arguments of a printf
 * template to bytes, says_print forms the sentence from template and bytes
 * later. Conversions: %s %.*s %d %u %x %c %%, with flags, width and
 * precision as digits and the sizes l, ll and z; anything else is a mistake
 * of the program and aborts.
 */
#ifndef BASE_SAYS_H
#define BASE_SAYS_H

#include "base/buf.h"

enum { SAYS_TEXT_MAX = 1024 }; /* of one text argument; longer ones are cut */

void says_capture(const char *fmt, va_list ap, struct buf *out);

/* Control characters, which only texts from outside can bring, become "?". */
void says_print(const char *fmt, struct slice captured, struct buf *out);

#endif
