/* SPDX-License-Identifier: MIT
 *
 * Wildcarded public identities, TS 23.003 section 13.4A: the outermost pair of
 * exclamation marks in the user part delimits a POSIX extended regular
 * expression, everything else stands for itself.
 */
#include "ims/identity.h"
#include "ims/pattern.h"

struct pieces {
    struct slice before, pattern, after;
};

static bool take_apart(struct slice impu, struct pieces *out)
{
    ssize_t at = slice_rindex(impu, '@');
    struct slice user = slice_first(impu, at < 0 ? impu.n : (size_t)at);
    ssize_t first = slice_index(user, '!');
    ssize_t last = slice_rindex(user, '!');

    if (first < 0 || last <= first + 1)
        return false;
    out->before = slice_first(impu, (size_t)first);
    out->pattern = slice_between(impu.p + first + 1, impu.p + last);
    out->after = slice_from(impu, (size_t)last + 1);
    return true;
}

bool identity_is_wildcard(struct slice impu)
{
    struct pieces p;

    return take_apart(impu, &p);
}

enum ims_err identity_wildcard_check(struct slice wildcard, struct why *why)
{
    struct pieces p;

    if (wildcard.n > IDENTITY_MAX || slice_index(wildcard, '\0') >= 0 ||
        !take_apart(wildcard, &p))
        return why_set(why, IMS_MALFORMED,
                       "a wildcarded identity needs an expression between "
                       "two exclamation marks, and at most %d bytes",
                       IDENTITY_MAX);
    return pattern_check(p.pattern, why);
}

bool identity_wildcard_matches(struct slice wildcard, struct slice impu)
{
    char text[IDENTITY_MAX + 8];
    struct pieces p;
    struct buf whole;

    if (impu.n > IDENTITY_MAX || identity_wildcard_check(wildcard, NULL) ||
        !take_apart(wildcard, &p) || !slice_starts(impu, p.before) ||
        !slice_ends(impu, p.after) || impu.n < p.before.n + p.after.n)
        return false;
    buf_over(&whole, text, sizeof(text));
    buf_str(&whole, "^(");
    buf_add(&whole, p.pattern);
    buf_str(&whole, ")$");
    impu = slice_first(impu, impu.n - p.after.n);
    return pattern_matches(buf_slice(&whole), slice_from(impu, p.before.n),
                           false);
}
