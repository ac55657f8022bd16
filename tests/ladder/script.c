/* SPDX-License-Identifier: MIT */
#include "ladder/script.h"
#include "base/clock.h"
#include "base/mem.h"

enum { WORDS = 64, LADDER_BYTES = 1 << 20, MOST_LIVE_WAIT_S = 5 };

struct words {
    struct slice w[WORDS];
    unsigned n;
};

/* ---- words ----------------------------------------------------------------
 */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* What stands behind a backslash that means something; 0: it means itself. */
static char unescaped(struct slice rest)
{
    static const char from[] = "\"rn\\", to[] = "\"\r\n\\";
    const char *at = rest.n > 1 ? strchr(from, rest.p[1]) : NULL;

    return at && *at ? to[at - from] : '\0';
}

/* Blanks separate; "..." is one word, without its quotes; \" \r \n and \\ as
 * in C, any other backslash is one. */
static bool split(struct arena *a, struct slice line, struct words *out)
{
    size_t i = 0;

    out->n = 0;
    while (i < line.n) {
        char *word;
        size_t n = 0;
        bool quoted = false;

        if (is_blank(line.p[i])) {
            i++;
            continue;
        }
        if (out->n == WORDS || !(word = arena_alloc(a, line.n)))
            return false;
        for (; i < line.n && (quoted || !is_blank(line.p[i])); i++) {
            if (line.p[i] == '\\' && unescaped(slice_from(line, i)))
                word[n++] = unescaped(slice_from(line, i++));
            else if (line.p[i] == '"')
                quoted = !quoted;
            else
                word[n++] = line.p[i];
        }
        if (quoted)
            return false;
        out->w[out->n++] = slice_at(word, n);
    }
    return true;
}

static bool is_word(const struct words *w, unsigned i, const char *text)
{
    return i < w->n && slice_eq(w->w[i], slice_of(text));
}

/* ---- header of the file ----------------------------------------------------
 */

static bool set_field(struct ladder_phone *p, struct slice key,
                      struct slice value)
{
    const struct {
        const char *name;
        struct slice *field;
    } fields[] = {
        {"user", &p->user},
        {"at", &p->at},
        {"with", &p->with},
        {"impi", &p->impi},
        {"address", &p->address},
        {"transport", &p->transport},
        {"password", &p->password},
        {"realm", &p->realm},
        {"k", &p->key},
        {"opc", &p->opc},
        {"sqn", &p->sqn},
        {"contact", &p->contact},
        {"q", &p->q},
        {"expires", &p->expires},
    };
    uint64_t port;

    if (slice_eq(key, S("port")) && slice_u64(value, 65535, &port)) {
        p->port = (unsigned)port;
        return true;
    }
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (slice_eq(key, slice_of(fields[i].name))) {
            *fields[i].field = value;
            return true;
        }
    return false;
}

static enum ims_err read_phone(struct ladder *l, const struct words *w,
                               unsigned number, struct why *why)
{
    struct ladder_phone *p = &l->phones[l->phone_count];

    if (w->n < 2 || l->phone_count == LADDER_PHONES)
        return why_set(why, IMS_MALFORMED, "line %u: phone NAME key=value ...",
                       number);
    *p = (struct ladder_phone){
        .name = w->w[1], .line = number, .is_peer = is_word(w, 0, "peer")};
    for (unsigned i = 2; i < w->n; i++) {
        struct slice rest = w->w[i], key;

        slice_cut(&rest, '=', &key);
        if (!rest.p || !set_field(p, key, rest))
            return why_set(why, IMS_MALFORMED,
                           "line %u: a phone has no \"%.*s\"", number,
                           SLICE_ARG(w->w[i]));
    }
    l->phone_count++;
    return IMS_OK;
}

/* ---- lines ------------------------------------------------------------------
 */

static bool op_of(struct slice word, enum ladder_op *op)
{
    static const char *const names[] = {"=",  "!=",     "=~",
                                        "!~", "absent", "present"};

    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_eq(word, slice_of(names[i]))) {
            *op = (enum ladder_op)i;
            return true;
        }
    return false;
}

static bool read_time(struct slice word, int64_t *us)
{
    int64_t unit = SECOND;
    uint64_t n;

    if (slice_ends(word, S("ms"))) {
        unit = MSEC;
        word = slice_first(word, word.n - 2);
    } else if (slice_ends(word, S("s")))
        word = slice_first(word, word.n - 1);
    if (!slice_u64(word, 10000000, &n))
        return false;
    *us = (int64_t)n * unit;
    return true;
}

/* "20s": within a second of it; "500ms": within 50; "28s..32s": between. */
static bool read_moment(struct ladder_line *line, struct slice word)
{
    int64_t give = slice_ends(word, S("ms")) ? 50 * MSEC : SECOND;
    ssize_t dots = slice_find(word, S(".."));
    int64_t us;

    if (dots >= 0)
        return read_time(slice_first(word, (size_t)dots), &line->from_us) &&
               read_time(slice_from(word, (size_t)dots + 2), &line->until_us) &&
               line->from_us < line->until_us;
    if (!read_time(word, &us))
        return false;
    line->from_us = us > give ? us - give : 0;
    line->until_us = us + give;
    return true;
}

/* From word i on: checks of an expectation, headers of a stimulus. */
static bool read_checks(struct ladder_line *line, const struct words *w,
                        unsigned i)
{
    while (i < w->n) {
        struct ladder_check *c = &line->checks[line->check_count];
        struct slice word = w->w[i];

        if (line->check_count == LADDER_CHECKS)
            return false;
        if (i + 1 < w->n && op_of(w->w[i + 1], &c->op)) {
            bool has_value = c->op != LADDER_ABSENT && c->op != LADDER_PRESENT;

            if (has_value && i + 2 >= w->n)
                return false;
            c->name = word;
            c->value = has_value ? w->w[i + 2] : (struct slice){0};
            i += has_value ? 3 : 2;
        } else if (slice_ends(word, S(":")) && i + 1 < w->n) {
            *c = (struct ladder_check){slice_first(word, word.n - 1),
                                       LADDER_SET, w->w[i + 1]};
            i += 2;
        } else if (slice_starts(word, S("-")) && word.n > 1) {
            *c = (struct ladder_check){slice_from(word, 1), LADDER_REMOVE, {0}};
            i++;
        } else if (slice_eq(word, S("at")) && i + 1 < w->n) {
            if (line->until_us || !read_moment(line, w->w[i + 1]))
                return false;
            i += 2;
            continue;
        } else if (slice_eq(word, S("again"))) {
            line->again = true;
            i++;
            continue;
        } else if (!line->more.p && !line->check_count) {
            line->more = word;
            i++;
            continue;
        } else
            return false;
        line->check_count++;
    }
    return true;
}

static bool read_arrow(struct ladder_line *line, const struct words *w)
{
    bool right = is_word(w, 1, "->");

    if (w->n < 4)
        return false;
    line->kind = LADDER_ARROW;
    line->from = w->w[right ? 0 : 2];
    line->to = w->w[right ? 2 : 0];
    line->what = w->w[3];
    return read_checks(line, w, 4);
}

static bool read_link(struct ladder_line *line, const struct words *w)
{
    uint64_t percent;

    line->kind = LADDER_LINK;
    if (w->n < 4)
        return false;
    line->from = w->w[1];
    line->to = w->w[2];
    if (is_word(w, 3, "mended"))
        return w->n == 4;
    line->cut = is_word(w, 3, "cut");
    if (line->cut)
        return w->n == 4;
    if (w->n != 5)
        return false;
    if (is_word(w, 3, "delays"))
        return read_time(w->w[4], &line->delay_us);
    if (!is_word(w, 3, "loses") || !slice_ends(w->w[4], S("%")) ||
        !slice_u64(slice_first(w->w[4], w->w[4].n - 1), 100, &percent))
        return false;
    line->ppm = (uint32_t)percent * 10000;
    return true;
}

static bool read_node_line(struct ladder_line *line, const struct words *w)
{
    static const struct {
        const char *word;
        enum ladder_kind kind;
        unsigned words;
    } kinds[] = {
        {"says", LADDER_SAYS, 3},   {"drops", LADDER_DROPS, 3},
        {"dies", LADDER_DIES, 2},   {"starts", LADDER_STARTS, 2},
        {"stops", LADDER_STOPS, 2}, {"GET", LADDER_ASK, 4},
        {"POST", LADDER_ASK, 4},    {"PUT", LADDER_ASK, 4},
        {"PATCH", LADDER_ASK, 4},   {"DELETE", LADDER_ASK, 4},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!is_word(w, 1, kinds[i].word))
            continue;
        if (w->n < kinds[i].words)
            return false;
        line->kind = kinds[i].kind;
        line->from = w->w[0];
        line->what = w->n > 2 ? w->w[2] : (struct slice){0};
        if (line->kind == LADDER_SAYS || line->kind == LADDER_DROPS)
            return w->n == 3 || (w->n == 5 && is_word(w, 3, "at") &&
                                 read_moment(line, w->w[4]));
        if (line->kind != LADDER_ASK)
            return w->n == kinds[i].words;
        line->method = w->w[1];
        line->more = w->w[3];
        return read_checks(line, w, 4);
    }
    return false;
}

static bool read_line(struct ladder_line *line, const struct words *w)
{
    if (is_word(w, 0, "...")) {
        line->kind = LADDER_SKIP;
        return w->n == 1;
    }
    if (is_word(w, 0, "nothing") && is_word(w, 1, "else")) {
        line->kind = LADDER_NOTHING;
        return w->n == 2;
    }
    if (is_word(w, 0, "after") && w->n == 2) {
        line->kind = LADDER_AFTER;
        return read_time(w->w[1], &line->us);
    }
    if (is_word(w, 0, "registered") && w->n > 1) {
        line->kind = LADDER_REGISTERED;
        line->what = slice_trim(slice_from(line->text, strlen("registered")));
        return true;
    }
    if (is_word(w, 0, "link"))
        return read_link(line, w);
    if (is_word(w, 1, "->") || is_word(w, 1, "<-"))
        return read_arrow(line, w);
    return read_node_line(line, w);
}

static enum ims_err read_mode(struct ladder *l, const struct words *w,
                              unsigned number, struct why *why)
{
    if (!is_word(w, 1, "sim") || w->n != 3 || !w->w[2].n)
        return why_set(why, IMS_MALFORMED,
                       "line %u: expected: mode sim \"why it cannot run "
                       "live\"",
                       number);
    l->sim_only = true;
    return IMS_OK;
}

static enum ims_err take_line(struct ladder *l, struct slice text,
                              unsigned number, struct why *why)
{
    struct words *w = mem_alloc(sizeof *w);
    struct ladder_line *line = &l->lines[l->line_count];
    enum ims_err err = IMS_OK;

    *line = (struct ladder_line){
        .number = number, .scene = l->scenes, .text = slice_trim(text)};
    if (!split(&l->arena, text, w))
        err = why_set(why, IMS_MALFORMED, "line %u: a quote is not closed",
                      number);
    else if (is_word(w, 0, "proves"))
        l->proves = slice_keep(&l->arena, slice_trim(slice_from(text, 6)));
    else if (is_word(w, 0, "start") && w->n >= 2)
        l->topology = w->w[1];
    else if (is_word(w, 0, "mode"))
        err = read_mode(l, w, number, why);
    else if (is_word(w, 0, "phone") || is_word(w, 0, "peer"))
        err = read_phone(l, w, number, why);
    else if (is_word(w, 0, "dns") && is_word(w, 1, "silent"))
        l->dns_is_silent = true;
    else if (is_word(w, 0, "dns") && l->zone_count < LADDER_ZONE)
        l->zone[l->zone_count++] = slice_trim(slice_from(text, 3));
    else if (l->line_count + 1 >= LADDER_LINES || !read_line(line, w))
        err = why_set(why, IMS_MALFORMED, "line %u: not understood: %.*s",
                      number, SLICE_ARG(slice_trim(text)));
    else
        l->line_count++;
    free(w);
    return err;
}

/* A line that begins with a blank goes on with the one before it. */
static struct slice whole_line(struct slice *rest, unsigned *number)
{
    struct slice first, next, peek;

    slice_cut(rest, '\n', &first);
    ++*number;
    while (rest->p && rest->n && is_blank(rest->p[0])) {
        peek = *rest;
        slice_cut(&peek, '\n', &next);
        if (!slice_trim(next).n)
            break;
        first = slice_between(first.p, next.p + next.n);
        *rest = peek;
        ++*number;
    }
    return first;
}

/* The line feeds inside a continued line are blanks. */
static struct slice flatten(struct arena *a, struct slice text)
{
    struct slice kept = slice_keep(a, text);

    for (size_t i = 0; i < kept.n; i++)
        if (kept.p[i] == '\n' || kept.p[i] == '\r')
            ((char *)kept.p)[i] = ' ';
    return kept;
}

/* ---- what lines say together ------------------------------------------------
 */

static bool is_stimulus(const struct ladder *l, const struct ladder_line *line)
{
    for (unsigned i = 0; i < l->phone_count; i++)
        if (slice_eq(l->phones[i].name, line->from))
            return line->kind == LADDER_ARROW;
    return false;
}

static bool is_to_send(enum ladder_op op)
{
    return op == LADDER_SET || op == LADDER_REMOVE;
}

/* Of an answer of the admin interface: all of it is matched, its members are
 * compared. */
static bool fits_answer(const struct ladder_check *c)
{
    bool matches = c->op == LADDER_MATCH || c->op == LADDER_NOMATCH;

    return is_to_send(c->op) || matches == slice_eq(c->name, S("body"));
}

/* Checks that nobody would look at are refused. */
static enum ims_err check_checks(const struct ladder *l,
                                 const struct ladder_line *line,
                                 struct why *why)
{
    bool sends = is_stimulus(l, line);

    for (unsigned i = 0; i < line->check_count; i++) {
        const struct ladder_check *c = &line->checks[i];

        if (line->kind == LADDER_ASK && !fits_answer(c))
            return why_set(why, IMS_MALFORMED,
                           "line %u: \"%.*s\": expected \"body =~\", \"body "
                           "!~\", or a member with =, !=, absent or present",
                           line->number, SLICE_ARG(c->name));
        if (line->kind == LADDER_ARROW && is_to_send(c->op) != sends)
            return why_set(why, IMS_MALFORMED,
                           sends ? "line %u: \"%.*s\": expected \"Header: "
                                   "value\" or \"-Header\": a phone sends this"
                                 : "line %u: \"%.*s\": expected a check: no "
                                   "phone sends this",
                           line->number, SLICE_ARG(c->name));
    }
    return IMS_OK;
}

/* `open`: the last "..." that lets anything pass, or NULL. */
static enum ims_err check_line(const struct ladder *l,
                               const struct ladder_line *line,
                               const struct ladder_line *open, struct why *why)
{
    if (line->until_us && (line->kind == LADDER_ASK || is_stimulus(l, line)))
        return why_set(why, IMS_MALFORMED,
                       "line %u: \"at\": expected where something is waited "
                       "for: what the ladder does it does at once",
                       line->number);
    if (!l->sim_only && line->us + line->from_us > MOST_LIVE_WAIT_S * SECOND)
        return why_set(why, IMS_MALFORMED,
                       "line %u: who waits so long says \"mode sim\"",
                       line->number);
    if (open && line->kind == LADDER_NOTHING)
        return why_set(why, IMS_MALFORMED,
                       "line %u, column 1: \"nothing else\" says nothing while "
                       "the \"...\" of line %u lets anything pass: expected an "
                       "arrow that a node sends between them",
                       line->number, open->number);
    return check_checks(l, line, why);
}

static enum ims_err check_lines(const struct ladder *l, struct why *why)
{
    const struct ladder_line *open = NULL;
    enum ims_err err = IMS_OK;

    for (unsigned i = 0; i < l->line_count && err == IMS_OK; i++) {
        const struct ladder_line *line = &l->lines[i];

        err = check_line(l, line, open, why);
        if (line->kind == LADDER_SKIP)
            open = line;
        else if (line->kind == LADDER_REGISTERED ||
                 (line->kind == LADDER_ARROW && !is_stimulus(l, line)))
            open = NULL;
    }
    return err;
}

enum ims_err ladder_parse(struct slice text, struct ladder *out,
                          struct why *why)
{
    struct slice rest = text;
    unsigned number = 0;

    *out = (struct ladder){0};
    arena_init(&out->arena, text.n, LADDER_BYTES);
    out->lines = mem_zalloc(LADDER_LINES * sizeof *out->lines);
    while (rest.p) {
        unsigned at = number + 1;
        struct slice line = whole_line(&rest, &number);
        enum ims_err err;

        if (slice_starts(slice_trim(line), S("#"))) {
            if (!out->title.p)
                out->title =
                    slice_keep(&out->arena, slice_trim(slice_from(line, 1)));
            continue;
        }
        if (!slice_trim(line).n) {
            out->scenes++;
            continue;
        }
        err = take_line(out, flatten(&out->arena, line), at, why);
        if (err != IMS_OK)
            return err;
    }
    if (check_lines(out, why) != IMS_OK)
        return why->err;
    if (!out->topology.n)
        return why_set(why, IMS_MISSING, "no \"start FILE\" line");
    return IMS_OK;
}

void ladder_fini(struct ladder *l)
{
    free(l->lines);
    arena_fini(&l->arena);
}
