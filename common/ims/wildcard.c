/* SPDX-License-Identifier: MIT
 *
 * Wildcarded public identities, TS 23.003 section 13.4A: the outermost pair of
 * exclamation marks in the user part delimits a POSIX extended regular
 * expression, everything else stands for itself.
 */
#include "ims/identity.h"
#include <regex.h>

enum { PATTERN_MAX = 128, TRANSLATED_MAX = 2 * IDENTITY_MAX + 8 };

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

/* Back references and repeated repetition make matching, or the compiled
 * form, grow without measure. */
static bool is_tame(struct slice pattern)
{
    unsigned counts = 0;

    for (size_t i = 0; i < pattern.n; i++) {
        char next = i + 1 < pattern.n ? pattern.p[i + 1] : '\0';

        if (pattern.p[i] == '\\' && next >= '0' && next <= '9')
            return false;
        if (pattern.p[i] == '{')
            counts++;
    }
    return pattern.n <= PATTERN_MAX && counts <= 1;
}

static void add_literal(struct buf *b, struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (strchr(".[]{}()\\*+?^$|", text.p[i]))
            buf_char(b, '\\');
        buf_char(b, text.p[i]);
    }
}

static enum ims_err compile(struct slice wildcard, regex_t *re, struct why *why)
{
    char text[TRANSLATED_MAX];
    struct pieces p;
    struct buf b;

    if (wildcard.n > IDENTITY_MAX || slice_index(wildcard, '\0') >= 0 ||
        !take_apart(wildcard, &p))
        return why_set(why, IMS_MALFORMED,
                       "a wildcarded identity needs an expression between "
                       "two exclamation marks, and at most %d bytes",
                       IDENTITY_MAX);
    if (!is_tame(p.pattern))
        return why_set(why, IMS_MALFORMED,
                       "the expression of a wildcarded identity may have %d "
                       "bytes, one {count} and no back reference",
                       PATTERN_MAX);
    buf_over(&b, text, sizeof(text));
    buf_char(&b, '^');
    add_literal(&b, p.before);
    buf_char(&b, '(');
    buf_add(&b, p.pattern);
    buf_char(&b, ')');
    add_literal(&b, p.after);
    buf_add(&b, S("$\0"));
    if (b.full || regcomp(re, text, REG_EXTENDED | REG_NOSUB) != 0)
        return why_set(why, IMS_MALFORMED,
                       "\"%.*s\" is no extended regular expression",
                       SLICE_ARG(p.pattern));
    return IMS_OK;
}

enum ims_err identity_wildcard_check(struct slice wildcard, struct why *why)
{
    regex_t re;
    enum ims_err err = compile(wildcard, &re, why);

    if (!err)
        regfree(&re);
    return err;
}

bool identity_wildcard_matches(struct slice wildcard, struct slice impu)
{
    char text[IDENTITY_MAX + 1];
    regex_t re;
    bool matches;

    if (impu.n > IDENTITY_MAX || slice_index(impu, '\0') >= 0 ||
        compile(wildcard, &re, NULL) != IMS_OK)
        return false;
    memcpy(text, impu.p, impu.n);
    text[impu.n] = '\0';
    matches = regexec(&re, text, 0, NULL, 0) == 0;
    regfree(&re);
    return matches;
}
