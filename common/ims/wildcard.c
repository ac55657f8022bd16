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

/* The canonical identity with a digit in the expression's place. */
static enum ims_err with_digit(const struct pieces *p, char digit,
                               struct identity *out, struct why *why)
{
    char text[IDENTITY_MAX + 1];
    struct buf whole;
    struct why no;
    enum ims_err err;

    buf_over(&whole, text, sizeof(text));
    buf_add(&whole, p->before);
    buf_char(&whole, digit);
    buf_add(&whole, p->after);
    err = identity_canonical(buf_slice(&whole), out, &no);
    if (err)
        return why_set(why, err, "with a %c for its expression %s", digit,
                       no.text);
    return IMS_OK;
}

/* Where the expression stands in the canonical form: what two digits there
 * make differ. An escaped '!' would be another mark. */
static bool find_place(const struct identity *zero, const struct identity *one,
                       size_t *at)
{
    *at = 0;
    while (*at < zero->n && zero->text[*at] == one->text[*at])
        ++*at;
    return zero->n == one->n && zero->text[*at] == '0' &&
           slice_index(identity_slice(zero), '!') < 0;
}

static enum ims_err put_together(struct slice before, struct slice pattern,
                                 struct slice after, struct identity *out,
                                 struct why *why)
{
    struct identity id;
    struct buf b;

    buf_over(&b, id.text, IDENTITY_MAX);
    buf_printf(&b, "%.*s!%.*s!%.*s", SLICE_ARG(before), SLICE_ARG(pattern),
               SLICE_ARG(after));
    if (b.full)
        return why_set(why, IMS_MALFORMED,
                       "a wildcarded identity has at most %d bytes",
                       IDENTITY_MAX);
    id.n = b.n;
    id.text[id.n] = '\0';
    *out = id;
    return IMS_OK;
}

enum ims_err identity_wildcard_canonical(struct slice wildcard,
                                         struct identity *out, struct why *why)
{
    enum ims_err err = identity_wildcard_check(wildcard, why);
    struct identity zero, one;
    struct pieces p;
    size_t at;

    if (err || !take_apart(wildcard, &p))
        return err;
    err = with_digit(&p, '0', &zero, why);
    if (!err)
        err = with_digit(&p, '1', &one, why);
    if (err)
        return err;
    if (!find_place(&zero, &one, &at))
        return why_set(why, IMS_MALFORMED,
                       "the expression of a wildcarded identity stands for a "
                       "part of a user or number, outside of escapes");
    return put_together(slice_first(identity_slice(&zero), at), p.pattern,
                        slice_from(identity_slice(&zero), at + 1), out, why);
}

enum ims_err identity_any_canonical(struct slice impu, struct identity *out,
                                    struct why *why)
{
    return identity_is_wildcard(impu)
               ? identity_wildcard_canonical(impu, out, why)
               : identity_canonical(impu, out, why);
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
