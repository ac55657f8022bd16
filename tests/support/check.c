/* SPDX-License-Identifier: MIT */
#include "support/check.h"

void check_ok(enum ims_err err, const struct why *why, const char *file,
              int line)
{
    if (err == IMS_OK)
        return;
    print_error("%s: %s\n", ims_err_name(err), why ? why->text : "");
    _fail(file, line);
}

void check_err(enum ims_err expected, enum ims_err err, const struct why *why,
               const char *file, int line)
{
    if (err == expected && (!why || (why->err == err && why->text[0])))
        return;
    print_error("%s, not %s: %s\n", ims_err_name(err), ims_err_name(expected),
                why ? why->text : "");
    _fail(file, line);
}

void check_text(struct slice got, struct slice expected, const char *file,
                int line)
{
    if (slice_eq(got, expected))
        return;
    print_error("got      \"%.*s\"\nexpected \"%.*s\"\n", SLICE_ARG(got),
                SLICE_ARG(expected));
    _fail(file, line);
}

void check_has(struct slice got, const char *cstr, const char *file, int line)
{
    if (slice_find(got, slice_of(cstr)) >= 0)
        return;
    print_error("\"%s\" is not in:\n%.*s\n", cstr, SLICE_ARG(got));
    _fail(file, line);
}

void check_has_not(struct slice got, const char *cstr, const char *file,
                   int line)
{
    if (slice_find(got, slice_of(cstr)) < 0)
        return;
    print_error("\"%s\" is in:\n%.*s\n", cstr, SLICE_ARG(got));
    _fail(file, line);
}
