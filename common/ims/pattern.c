/* SPDX-License-Identifier: MIT */
#include "ims/pattern.h"
#include "base/mem.h"
#include <regex.h>

/* regcomp writes out what is repeated: a repetition of repetitions grows with
 * the power of its depth, a count with its number; so no count stands behind a
 * repetition. */
enum { DEPTH_MAX = 3, COUNT_MAX = 255 };

/* Behind the bracket expression that begins at i. */
static size_t skip_bracket(struct slice p, size_t i)
{
    i += i + 1 < p.n && p.p[i + 1] == '^' ? 2 : 1;
    if (i < p.n && p.p[i] == ']')
        i++;
    while (i < p.n && p.p[i] != ']') {
        ssize_t end = -1;

        if (p.p[i] == '[' && i + 1 < p.n && strchr(".:=", p.p[i + 1]))
            end = slice_find(slice_from(p, i + 2),
                             (struct slice){(char[]){p.p[i + 1], ']'}, 2});
        i += end < 0 ? 1 : (size_t)end + 4;
    }
    return i + 1;
}

/* Behind the count that begins at i, of which there may be one. */
static size_t skip_count(struct slice p, size_t i, bool *is_tame)
{
    uint64_t number = 0;

    while (++i < p.n && p.p[i] != '}') {
        bool is_digit = p.p[i] >= '0' && p.p[i] <= '9';

        number = is_digit ? 10 * number + (uint64_t)(p.p[i] - '0') : 0;
        if (number > COUNT_MAX || p.p[i] == '{') {
            *is_tame = false;
            break;
        }
    }
    return i + 1;
}

/* Repetitions in each other, bounded; inside[n] is the depth of what stands in
 * the n-th open group so far. */
static bool repeats_little(struct slice p)
{
    uint8_t inside[PATTERN_MAX + 1] = {0};
    unsigned level = 0, last = 0, counts = 0;
    bool is_tame = true;
    size_t i = 0;

    while (i < p.n && is_tame) {
        switch (p.p[i]) {
        case '\\': last = 0, i += 2; break;
        case '[': last = 0, i = skip_bracket(p, i); break;
        case '(': last = 0, inside[++level] = 0, i++; break;
        case ')':
            last = inside[level];
            level -= level > 0;
            i++;
            break;
        case '{':
            is_tame = last++ == 0 && ++counts <= 1;
            i = skip_count(p, i, &is_tame);
            break;
        case '*':
        case '+':
        case '?': is_tame = ++last <= DEPTH_MAX, i++; break;
        default: last = 0, i++; break;
        }
        if (last > inside[level])
            inside[level] = (uint8_t)last;
    }
    return is_tame;
}

/* In brackets a backslash means itself; nobody misses a digit behind it. */
static bool refers_back(struct slice p)
{
    for (size_t i = 0; i + 1 < p.n; i++)
        if (p.p[i] == '\\' && p.p[i + 1] >= '0' && p.p[i + 1] <= '9')
            return true;
    return false;
}

static bool is_tame(struct slice p)
{
    return p.n <= PATTERN_MAX && slice_index(p, '\0') < 0 && !refers_back(p) &&
           repeats_little(p);
}

static enum ims_err compile(struct slice pattern, int flags, regex_t *re,
                            struct why *why)
{
    char text[PATTERN_MAX + 1];

    if (!is_tame(pattern))
        return why_set(why, IMS_MALFORMED,
                       "a regular expression may have %d bytes, one {count} "
                       "up to %d of what does not repeat, repetitions in each "
                       "other to a depth of %d "
                       "and no back reference",
                       PATTERN_MAX, COUNT_MAX, DEPTH_MAX);
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
