/* SPDX-License-Identifier: MIT */
#include "ims/pattern.h"
#include "base/mem.h"
#include <regex.h>

/* regcomp writes out what is repeated: a repetition of repetitions grows with
 * the power of its depth, a count with its number. So no count stands behind a
 * repetition, and what all counts write out is bounded. Where a loop (* or +)
 * may match nothing it follows each way through all that may: (a?)? has two
 * ways, ten of them in a row 1024. */
enum {
    DEPTH_MAX = 3,
    COUNT_MAX = 255,
    COPIES_MAX = 2048,
    REPEATED = 2, /* copies are dearer in a repetition */
    WAYS_MAX = 64,
};

/* Of an expression: one character, bracket expression or group, or what stands
 * in a group so far. */
struct piece {
    unsigned depth;  /* of repetitions in each other */
    unsigned size;   /* characters and bracket expressions */
    unsigned copies; /* of them, by counts */
    unsigned ways; /* to match nothing; more than WAYS_MAX count as one more */
};

static const struct piece nothing = {.ways = 1};

struct group {
    struct piece all;
    unsigned others; /* ways of the alternatives before this one */
};

struct reader {
    struct group groups[PATTERN_MAX + 1]; /* [n]: the n-th open one */
    unsigned level;
    struct piece last; /* that is not in its group yet */
    unsigned ways;     /* no fewer than through all that may match nothing */
    bool loops;        /* what may match nothing */
};

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

/* Behind the count that begins at i; *largest of its numbers; {3,} is open. */
static size_t skip_count(struct slice p, size_t i, unsigned *largest,
                         bool *is_open)
{
    unsigned number = 0;

    *largest = 0;
    *is_open = false;
    while (++i < p.n && p.p[i] != '}' && *largest <= COUNT_MAX) {
        bool is_digit = p.p[i] >= '0' && p.p[i] <= '9';

        number = is_digit ? 10 * number + (unsigned)(p.p[i] - '0') : 0;
        if (p.p[i] == '{')
            number = COUNT_MAX + 1;
        if (number > *largest)
            *largest = number;
        *is_open = p.p[i] == ',';
    }
    return i + 1;
}

static unsigned few(unsigned ways)
{
    return ways > WAYS_MAX ? WAYS_MAX + 1 : ways;
}

static void note_ways(struct reader *r, unsigned ways)
{
    r->last.ways = few(ways);
    if (r->last.ways > 1)
        r->ways = few(r->ways * r->last.ways);
}

/* Perhaps none of them: a way more. What is open ends in a loop; what has
 * several ways is as bad without. */
static bool count(struct reader *r, unsigned number, bool is_open)
{
    bool repeats = r->last.depth++ > 0;
    unsigned ways = 1, power = 1;

    r->loops = r->loops || r->last.ways > (is_open ? 0 : 1);
    for (unsigned i = 0; i < number && i <= COUNT_MAX; i++) {
        power = few(power * r->last.ways);
        ways = few(ways + power);
    }
    note_ways(r, ways);
    r->last.copies = number * r->last.size;
    return !repeats && number <= COUNT_MAX && r->last.copies <= COPIES_MAX;
}

/* a+ is written out as aa*. */
static bool repeat(struct reader *r, char how)
{
    unsigned ways = r->last.ways;

    r->loops = r->loops || (how != '?' && ways > 0);
    note_ways(r, how == '+' ? ways * (ways + 1) : ways + 1);
    r->last.copies *= REPEATED;
    return ++r->last.depth <= DEPTH_MAX && r->last.copies <= COPIES_MAX;
}

/* The last piece is in its group now. */
static bool add(struct reader *r)
{
    struct piece *all = &r->groups[r->level].all;

    if (r->last.depth > all->depth)
        all->depth = r->last.depth;
    all->size += r->last.size;
    all->copies += r->last.copies;
    all->ways = few(all->ways * r->last.ways);
    r->last = nothing;
    return all->copies <= COPIES_MAX;
}

static void end_alternative(struct reader *r)
{
    struct group *g = &r->groups[r->level];

    g->others = few(g->others + g->all.ways);
    g->all.ways = 1;
}

static void begin_group(struct reader *r)
{
    r->groups[++r->level] = (struct group){.all = nothing};
}

static void end_group(struct reader *r)
{
    if (r->level == 0)
        return;
    end_alternative(r);
    r->last = r->groups[r->level].all;
    note_ways(r, r->groups[r->level--].others);
}

/* Anchors match nothing. */
static struct piece character(struct slice p, size_t i)
{
    bool escaped = p.p[i] == '\\' && i + 1 < p.n;
    const char *anchors = escaped ? "bB<>`'" : "^$";

    return (struct piece){.size = 1,
                          .ways = strchr(anchors, p.p[i + escaped]) != NULL};
}

/* Behind the piece that begins at i. */
static size_t read_piece(struct reader *r, struct slice p, size_t i)
{
    switch (p.p[i]) {
    case '(': begin_group(r); return i + 1;
    case ')': end_group(r); return i + 1;
    case '|': end_alternative(r); return i + 1;
    default: r->last = character(p, i);
    }
    return p.p[i] == '\\' ? i + 2 : p.p[i] == '[' ? skip_bracket(p, i) : i + 1;
}

static bool repeats_little(struct slice p)
{
    struct reader r = {.groups[0].all = nothing, .last = nothing, .ways = 1};
    bool is_tame = true;
    unsigned number;
    bool is_open;
    size_t i = 0;

    while (i < p.n && is_tame) {
        switch (p.p[i]) {
        case '{':
            i = skip_count(p, i, &number, &is_open);
            is_tame = count(&r, number, is_open);
            break;
        case '*':
        case '+':
        case '?': is_tame = repeat(&r, p.p[i++]); break;
        default:
            is_tame = add(&r);
            i = read_piece(&r, p, i);
            break;
        }
    }
    return is_tame && add(&r) && (!r.loops || r.ways <= WAYS_MAX);
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
                       "a regular expression may have %d bytes, {counts} up to "
                       "%d of what does not repeat and %d characters by all "
                       "of them, repetitions in each other to a depth of %d, "
                       "few ways to match nothing and no back reference",
                       PATTERN_MAX, COUNT_MAX, COPIES_MAX, DEPTH_MAX);
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
