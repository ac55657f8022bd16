/* SPDX-License-Identifier: MIT
 *
 * cmocka with the headers that it wants before it, and asserts that print
 * what a person needs: text as text, an error with its sentence.
 */
#ifndef SUPPORT_CHECK_H
#define SUPPORT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/why.h"

/* err is OK; else the test fails with why's sentence. */
#define assert_ok(err, why) check_ok((err), (why), __FILE__, __LINE__)
/* err is `expected`, and why says so in a sentence that is not empty. */
#define assert_err(expected, err, why) \
    check_err((expected), (err), (why), __FILE__, __LINE__)
/* Two texts are equal. */
#define assert_text(got, expected) \
    check_text((got), (expected), __FILE__, __LINE__)
/* The text contains the string. */
#define assert_has(got, cstr) check_has((got), (cstr), __FILE__, __LINE__)
#define assert_has_not(got, cstr) \
    check_has_not((got), (cstr), __FILE__, __LINE__)

void check_ok(enum ims_err err, const struct why *why, const char *file,
              int line);
void check_err(enum ims_err expected, enum ims_err err, const struct why *why,
               const char *file, int line);
void check_text(struct slice got, struct slice expected, const char *file,
                int line);
void check_has(struct slice got, const char *cstr, const char *file, int line);
void check_has_not(struct slice got, const char *cstr, const char *file,
                   int line);

#endif
