/* SPDX-License-Identifier: MIT */
#include "ims/pattern.h"
#include "base/mem.h"
#include <regex.h>

/* In brackets these characters mean themselves, but to tell that would need
 * a parser; nobody misses them there. */
static bool is_tame(struct slice pattern)
{
    unsigned counts = 0;

    for (size_t i = 0; i < pattern.n; i++) {
        char next = i + 1 < pattern.n ? pattern.p[i + 1] : '\0';

        if (pattern.p[i] == '\0')
            return false;
        if (pattern.p[i] == '\\' && next >= '0' && next <= '9')
            return false;
        if (pattern.p[i] == '{')
            counts++;
    }
    return pattern.n <= PATTERN_MAX && counts <= 1;
}

static enum ims_err compile(struct slice pattern, int flags, regex_t *re,
                            struct why *why)
{
    char text[PATTERN_MAX + 1];

    if (!is_tame(pattern))
        return why_set(why, IMS_MALFORMED,
                       "a regular expression may have %d bytes, one {count} "
                       "and no back reference",
                       PATTERN_MAX);
    if (pattern.n > 0)
        memcpy(text, pattern.p, pattern.n);
    text[pattern.n] = '\0';
    if (regcomp(re, text, REG_EXTENDED | REG_NOSUB | flags) != 0)
        return why_set(why, IMS_MALFORMED,
                       "\"%.*s\" is no extended regular expression",
                       SLICE_ARG(slice_first(pattern, 80)));
    return IMS_OK;
}

enum ims_err pattern_check(struct slice pattern, struct why *why)
{
    regex_t re;
    enum ims_err err = compile(pattern, 0, &re, why);

    if (!err)
        regfree(&re);
    return err;
}

/* REG_STARTEND lets a zero byte be a byte like others; the zero byte behind
 * the copy is for those who intercept regexec and look for it. */
static bool match(const regex_t *re, struct slice text)
{
    regmatch_t range = {.rm_so = 0, .rm_eo = (regoff_t)text.n};
    char *copy = mem_alloc(text.n + 1);
    bool matches;

    if (text.n > 0)
        memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    matches = regexec(re, copy, 1, &range, REG_STARTEND) == 0;
    free(copy);
    return matches;
}

bool pattern_matches(struct slice pattern, struct slice text, bool any_case)
{
    regex_t re;
    bool matches;

    if (compile(pattern, any_case ? REG_ICASE : 0, &re, NULL) != IMS_OK)
        return false;
    matches = match(&re, text);
    regfree(&re);
    return matches;
}
