/* SPDX-License-Identifier: MIT
 *
 * Two columns, from the top of the scene:
 *
 *        the ladder                         what happened
 *     8  alice  ->  pcscf1  REGISTER
 *     9  ...                                0.110  pcscf1  ->  icscf1  REGISTER
 *                                           0.111  icscf1  says "..."
 *  > 10  icscf1 <-  hss1    UAA  SUCCESS    0.111  hss1    ->  icscf1  UAA ...
 */
#include "ladder/tell.h"

enum { LEFT = 48, FEW = 12 };

/* One pass over lines and events. */
struct columns {
    const struct telling *t;
    struct list *next;              /* the first event that was not told */
    const struct ladder_line *skip; /* "..." that was not told */
    struct buf *out;
};

static struct event *event_of(struct list *link)
{
    return container_of(link, struct event, link);
}

static bool is_noise(const struct event *ev)
{
    return ev->kind == EVENT_ARROW && !ev->again && event_is_noise(ev);
}

static void print_event(const struct telling *t, const struct event *ev,
                        struct buf *out)
{
    buf_printf(out, "%7.3f  ", (double)(ev->at_us - t->began_us) / SECOND);
    event_print(ev, out);
}

void tell_world(const struct telling *t, struct buf *out)
{
    for (struct list *it = t->from->next; it != &t->events->all;
         it = it->next) {
        if (is_noise(event_of(it)))
            continue;
        buf_str(out, "    ");
        print_event(t, event_of(it), out);
    }
}

/* A line's text, its continuation behind it, cut to the column. */
static void print_left(struct columns *c, const struct ladder_line *line)
{
    bool failed = line == &c->t->ladder->lines[c->t->failed];
    struct slice rest = line ? line->text : S(""), part;
    struct buf b;

    if (!line) {
        buf_printf(c->out, "%*s", LEFT + 9, "");
        return;
    }
    buf_init(&b, 65536);
    while (slice_cut(&rest, '\n', &part))
        buf_printf(&b, "%s%.*s", b.n ? "  " : "", SLICE_ARG(slice_trim(part)));
    buf_printf(c->out, " %c%4u  %-*.*s ", failed ? '>' : ' ', line->number,
               LEFT, SLICE_ARG(slice_first(buf_slice(&b), LEFT)));
    buf_fini(&b);
}

/* Nothing stands beside it. */
static void end_left(struct columns *c)
{
    while (c->out->n && c->out->p[c->out->n - 1] == ' ')
        c->out->n--;
    buf_char(c->out, '\n');
}

/* Events that no line asked for; those that one did stand beside it. */
static void tell_until(struct columns *c, struct list *end)
{
    for (; c->next != end; c->next = c->next->next) {
        if (is_noise(event_of(c->next)) || event_of(c->next)->line)
            continue;
        print_left(c, c->skip);
        c->skip = NULL;
        print_event(c->t, event_of(c->next), c->out);
    }
}

static bool is_ahead(const struct columns *c, struct list *link)
{
    return c->next != &c->t->events->all && link != &c->t->events->all &&
           event_of(link)->number >= event_of(c->next)->number;
}

/* A line that came true with the event, or, by itself, after it. */
static void tell_line(struct columns *c, const struct ladder_line *line,
                      struct list *met)
{
    bool alone =
        met == &c->t->events->all || event_of(met)->line != line->number;

    if (is_ahead(c, met))
        tell_until(c, alone ? met->next : met);
    if (c->skip) {
        print_left(c, c->skip);
        end_left(c);
        c->skip = NULL;
    }
    print_left(c, line);
    if (alone)
        end_left(c);
    else
        print_event(c->t, event_of(met), c->out);
}

/* What came behind the failure explains little of it: the first few. */
static void tell_few(struct columns *c)
{
    unsigned told = 0, more = 0;

    for (; c->next != &c->t->events->all; c->next = c->next->next) {
        const struct event *ev = event_of(c->next);

        if (is_noise(ev) || ev->line || ev->again || told++ >= FEW) {
            more += told > FEW;
            continue;
        }
        print_left(c, c->skip);
        c->skip = NULL;
        print_event(c->t, ev, c->out);
    }
    if (more) {
        print_left(c, NULL);
        buf_printf(c->out, "         and %u more\n", more);
    }
}

static void tell_failure(struct columns *c, const struct ladder_line *line)
{
    struct list *instead = c->t->instead;

    if (instead && is_ahead(c, instead)) {
        tell_until(c, instead);
        print_left(c, line);
        print_event(c->t, event_of(instead), c->out);
        c->next = instead->next;
        tell_few(c);
        return;
    }
    if (c->skip || line->kind == LADDER_SAYS || line->kind == LADDER_DROPS)
        tell_few(c);
    else
        tell_until(c, &c->t->events->all);
    print_left(c, line);
    buf_printf(c->out, "      -  %s\n", c->t->why);
}

void tell_beside(const struct telling *t, struct buf *out)
{
    struct columns c = {.t = t, .next = t->from->next, .out = out};

    buf_printf(out, "        %-*s what happened\n", LEFT, "the ladder");
    for (unsigned i = t->first; i < t->failed; i++)
        if (t->ladder->lines[i].kind == LADDER_SKIP)
            c.skip = &t->ladder->lines[i];
        else
            tell_line(&c, &t->ladder->lines[i], t->met[i]);
    tell_failure(&c, &t->ladder->lines[t->failed]);
}
