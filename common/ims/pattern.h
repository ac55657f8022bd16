/* SPDX-License-Identifier: MIT
 *
 * POSIX extended regular expressions, as wildcarded identities and filter
 * criteria have them. They come from the operator, the texts they are held
 * against from anywhere: expressions whose matching grows without measure
 * (back references, repeated counts, many ways to match nothing) are refused.
 */
#ifndef IMS_PATTERN_H
#define IMS_PATTERN_H

#include "base/why.h"

enum { PATTERN_MAX = 512 }; /* bytes of an expression */

/* Can it be used? MALFORMED with a sentence. */
enum ims_err pattern_check(struct slice pattern, struct why *why) MUST_CHECK;

/* Does the expression match a part of the text? Capitals count, unless
 * any_case. False too for an expression that pattern_check refuses. Compiles
 * each time: some microseconds. */
bool pattern_matches(struct slice pattern, struct slice text, bool any_case);

#endif
