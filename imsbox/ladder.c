/* SPDX-License-Identifier: MIT */
#include "imsbox/ladder.h"
#include "base/buf.h"
#include "base/mem.h"
#include <time.h>

/*            alice           pcscf1          icscf1
 *              |               |               |
 *   0.000      |---REGISTER--->|               |
 *              |               |---REGISTER--->|
 *     icscf1   no S-CSCF yet: ...  [I-REG-1, TS 24.229 5.3.1.2]
 */
enum { MARGIN = 12, GAP_MIN = 10, GAP_MAX = 29, LINE_MAX_WIDTH = 1000 };

struct column {
    unsigned party;
    unsigned at; /* position in the line */
};

struct drawing {
    const struct ladder *l;
    struct column *columns;
    unsigned count;
    int64_t begin_us;
    int name_width;
};

void ladder_add(struct ladder *l, const struct step *s)
{
    if (l->count == l->room) {
        l->room = l->room ? 2 * l->room : 64;
        l->steps = mem_realloc(l->steps, l->room * sizeof *l->steps);
    }
    l->steps[l->count++] = *s;
}

void ladder_fini(struct ladder *l)
{
    free(l->steps);
}

/* ---- columns ------------------------------------------------------------- */

static unsigned column_of(const struct drawing *d, unsigned party)
{
    unsigned i = 0;

    while (i < d->count && d->columns[i].party != party)
        i++;
    return i;
}

static void add_column(struct drawing *d, unsigned party)
{
    if (column_of(d, party) == d->count)
        d->columns[d->count++].party = party;
}

static bool takes_part(const struct ladder *l, unsigned party)
{
    for (unsigned i = 0; i < l->count; i++)
        if (l->steps[i].kind == STEP_ARROW &&
            (l->steps[i].from == party || l->steps[i].to == party))
            return true;
    return false;
}

/* Who began stands on the left, then the nodes in the topology's order, then
 * the others. */
static void choose_columns(struct drawing *d)
{
    const struct ladder *l = d->l;
    unsigned i = 0;

    while (i < l->count && l->steps[i].kind != STEP_ARROW)
        i++;
    if (i < l->count)
        add_column(d, l->steps[i].from);
    for (unsigned p = 0; p < l->parties->count; p++)
        if (takes_part(l, p))
            add_column(d, p);
}

static unsigned bounded(size_t n)
{
    return n < GAP_MIN ? GAP_MIN : n > GAP_MAX ? GAP_MAX : (unsigned)n;
}

/* A gap is as wide as what is said across it alone. */
static void place_columns(struct drawing *d)
{
    unsigned at = MARGIN;

    for (unsigned c = 0; c < d->count; c++) {
        size_t need = strlen(d->l->parties->list[d->columns[c].party].name) + 2;

        d->columns[c].at = at;
        for (unsigned i = 0; i < d->l->count; i++) {
            const struct step *s = &d->l->steps[i];
            unsigned a = column_of(d, s->from), b = column_of(d, s->to);

            if (s->kind == STEP_ARROW && (a < b ? a : b) == c &&
                (a < b ? b - a : a - b) == 1 && strlen(s->text) + 5 > need)
                need = strlen(s->text) + 5;
        }
        at += bounded(need) + 1;
    }
}

/* ---- lines --------------------------------------------------------------- */

/* All columns' lines; returns the length. */
static unsigned draw_columns(const struct drawing *d, char *line)
{
    unsigned n = d->columns[d->count - 1].at + 1;

    memset(line, ' ', n);
    for (unsigned i = 0; i < d->count; i++)
        line[d->columns[i].at] = '|';
    return n;
}

static void draw_time(const struct drawing *d, const struct step *s, char *line)
{
    char text[32];
    int n = snprintf(text, sizeof text, "%9.3f",
                     (double)(s->wall_us - d->begin_us) / SECOND);

    memcpy(line, text, n < MARGIN - 1 ? (size_t)n : MARGIN - 1);
}

static void draw_label(char *line, unsigned from, unsigned to, const char *text)
{
    unsigned room = to - from - 1, n = (unsigned)strlen(text);

    if (room < 4)
        return;
    if (n > room - 2)
        n = room - 2;
    memcpy(line + from + 1 + (room - n) / 2, text, n);
    if (n < strlen(text))
        line[from + 1 + (room - n) / 2 + n - 1] = '~';
}

static void print_arrow(const struct drawing *d, const struct step *s)
{
    unsigned a = d->columns[column_of(d, s->from)].at;
    unsigned b = d->columns[column_of(d, s->to)].at;
    unsigned left = a < b ? a : b, right = a < b ? b : a;
    char line[LINE_MAX_WIDTH];
    unsigned n = draw_columns(d, line);

    draw_time(d, s, line);
    if (left == right) {
        fprintf(d->l->out->to, "%.*s  to itself: %s\n", (int)n, line, s->text);
        return;
    }
    memset(line + left + 1, '-', right - left - 1);
    line[a < b ? right - 1 : left + 1] = s->lost ? 'x' : a < b ? '>' : '<';
    draw_label(line, left + (a > b), right - (a < b), s->text);
    fprintf(d->l->out->to, "%.*s%s\n", (int)n, line,
            s->lost ? "  not received" : "");
}

static void print_says(const struct drawing *d, const struct step *s)
{
    const struct output *o = d->l->out;

    fprintf(o->to, "%*s%s%-*s%s  %s\n", MARGIN + 2, "",
            output_hue(o, s->from + 1), d->name_width,
            d->l->parties->list[s->from].name, output_plain(o), s->text);
}

/* As much of it as the widest gap has room for, without its middle, as its end
 * tells it from others; returns where it ends. */
static unsigned draw_name(char *line, unsigned begin, unsigned middle,
                          const char *name)
{
    unsigned whole = (unsigned)strlen(name), n = whole, at, tail;

    if (n > GAP_MAX - 2)
        n = GAP_MAX - 2;
    at = middle < begin + n / 2 ? begin : middle - n / 2;
    memcpy(line + at, name, n);
    tail = n / 2;
    if (n < whole) {
        line[at + n - tail - 1] = '~';
        memcpy(line + at + n - tail, name + whole - tail, tail);
    }
    return at + n;
}

static void print_names(const struct drawing *d)
{
    char line[LINE_MAX_WIDTH];
    unsigned end = 0, n;

    memset(line, ' ', sizeof line);
    for (unsigned i = 0; i < d->count; i++)
        end = draw_name(line, end, d->columns[i].at,
                        d->l->parties->list[d->columns[i].party].name) +
              1;
    fprintf(d->l->out->to, "%.*s\n", (int)end - 1, line);
    n = draw_columns(d, line);
    fprintf(d->l->out->to, "%.*s\n", (int)n, line);
}

void ladder_print(const struct ladder *l)
{
    struct drawing d = {.l = l};

    if (l->count == 0)
        return;
    d.columns = mem_zalloc((l->parties->count + 1) * sizeof *d.columns);
    d.begin_us = l->steps[0].wall_us;
    choose_columns(&d);
    place_columns(&d);
    for (unsigned i = 0; i < l->count; i++) {
        int n = (int)strlen(l->parties->list[l->steps[i].from].name);

        if (l->steps[i].kind == STEP_SAYS && n > d.name_width)
            d.name_width = n;
    }
    if (d.count > 0 && d.columns[d.count - 1].at + GAP_MAX < LINE_MAX_WIDTH) {
        print_names(&d);
        for (unsigned i = 0; i < l->count; i++)
            if (l->steps[i].kind == STEP_ARROW)
                print_arrow(&d, &l->steps[i]);
            else
                print_says(&d, &l->steps[i]);
    } else {
        for (unsigned i = 0; i < l->count; i++)
            ladder_print_line(l->out, l->parties, &l->steps[i]);
    }
    free(d.columns);
}

void ladder_print_line(const struct output *out, const struct parties *parties,
                       const struct step *s)
{
    time_t seconds = (time_t)(s->wall_us / SECOND);
    const char *from = parties->list[s->from].name;
    const char *to = parties->list[s->to].name;
    char clock[16];
    struct tm tm;

    localtime_r(&seconds, &tm);
    strftime(clock, sizeof clock, "%H:%M:%S", &tm);
    fprintf(out->to, "%s.%06d  ", clock, (int)(s->wall_us % SECOND));
    if (s->kind == STEP_ARROW)
        fprintf(out->to, "%-12s -> %-12s  %s%s\n", from, to, s->text,
                s->lost ? "  (not received)" : "");
    else
        fprintf(out->to, "%s%-12s%s %18s %s\n", output_hue(out, s->from + 1),
                from, output_plain(out), "", s->text);
    fflush(out->to);
}
