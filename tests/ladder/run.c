/* SPDX-License-Identifier: MIT */
#include "ladder/run.h"
#include "ladder/tell.h"

/* How long an expectation is waited for, in steps of the world's time; a world
 * on real time needs fewer and shorter ones. */
enum {
    WAIT_S = 40,
    QUIET_S = 40,
    LIVE_WAIT_S = 4,
    LIVE_QUIET_MS = 700,
    LIVE_LATE_US = 50 * MSEC,
    STEP_US = 10 * MSEC,
};

struct run {
    struct world *w;
    const struct run_options *o;
    const struct ladder_line *line;
    struct list *at;    /* the last event that was passed */
    bool skips;         /* "..." stands before the line */
    struct list *sent;  /* the last event when a phone last sent something */
    struct list *since; /* and when one did so first in this scene: decisions
                           count from behind it on */
    int64_t sent_us;    /* when the ladder last did something */
    unsigned scene;
    struct ladder_names names;
    struct why why;
    bool is_close; /* why tells of an arrow that is it but for that */
    struct telling told;
    struct list *met[LADDER_LINES];
};

static void step(struct run *r)
{
    r->w->ops->run(r->w, r->o->live ? 2 * STEP_US : STEP_US);
}

static int64_t wait_us(const struct run *r)
{
    return (int64_t)(r->o->live ? LIVE_WAIT_S : WAIT_S) * SECOND +
           r->line->until_us;
}

static int64_t now_us(const struct run *r)
{
    return r->w->net->clock->wall_us;
}

static struct event *event_at(struct list *link)
{
    return container_of(link, struct event, link);
}

/* ---- arrows ---------------------------------------------------------------
 */

static void meet(struct run *r, struct list *link)
{
    event_at(link)->used = true;
    event_at(link)->line = r->line->number;
    r->met[r->line - r->w->ladder->lines] = r->at = link;
}

/* Of several arrows that are not it, the one that is the right one but for
 * its values says most. */
static void note_why(struct run *r, const struct why *why)
{
    bool is_close = why->err == IMS_CONFLICT;

    if (is_close || !r->is_close)
        r->why = *why;
    r->is_close |= is_close;
}

/* Looks at what came since the last match. 1: it is there; 0: not yet; -1:
 * something else is there, which no "..." lets pass. */
static int look(struct run *r)
{
    struct list *head = &r->w->events.all;

    for (struct list *it = r->at->next; it != head; it = it->next) {
        struct event *ev = event_at(it);
        struct why why;

        if (ev->kind != EVENT_ARROW)
            continue;
        if (event_is(ev, r->line, &r->names, &why)) {
            meet(r, it);
            return 1;
        }
        if (event_is_noise(ev))
            continue;
        note_why(r, &why);
        if (!r->skips) {
            r->told.instead = it;
            return -1;
        }
    }
    return 0;
}

static unsigned number_of(const struct run *r, struct list *link)
{
    return link == &r->w->events.all ? 0 : event_at(link)->number;
}

/* Real processes: what two nodes do at the same time comes in this order or
 * that, so any arrow that no line had yet may be the one; of those that "..."
 * let pass, the last ones. */
static bool may_be_it(const struct run *r, const struct event *ev, bool passed)
{
    if (ev->kind != EVENT_ARROW || ev->used || ev->passed != passed)
        return false;
    return !passed || (ev->number > number_of(r, r->sent) &&
                       ev->at_us >= event_at(r->at)->at_us - LIVE_LATE_US);
}

static void let_pass(struct run *r, const struct event *until)
{
    for (struct list *it = r->told.from->next; it != &r->w->events.all;
         it = it->next) {
        struct event *ev = event_at(it);

        if (ev == until)
            return;
        ev->passed = true;
    }
}

static bool look_among(struct run *r, bool passed)
{
    for (struct list *it = r->told.from->next; it != &r->w->events.all;
         it = it->next) {
        struct event *ev = event_at(it);
        struct why why;

        if (!may_be_it(r, ev, passed))
            continue;
        if (event_is(ev, r->line, &r->names, &why)) {
            meet(r, it);
            if (r->skips)
                let_pass(r, ev);
            return true;
        }
        if (!event_is_noise(ev))
            note_why(r, &why);
    }
    return false;
}

static int look_live(struct run *r)
{
    return look_among(r, false) || look_among(r, true);
}

/* What the line met, is it in time? Real processes on a busy machine may be
 * late; how late, the wait for them bounds. */
static bool is_in_time(struct run *r, struct list *link)
{
    const struct ladder_line *line = r->line;
    int64_t us = event_at(link)->at_us - r->sent_us;

    if (!line->until_us ||
        (us >= line->from_us && (r->o->live || us <= line->until_us)))
        return true;
    why_set(&r->why, IMS_CONFLICT, "it came %.3f s after what went before",
            (double)us / SECOND);
    event_at(link)->line = 0;
    r->told.instead = link;
    return false;
}

/* Lets time pass until something has happened, as far as the line waits. */
static bool wait_for_more(struct run *r, int64_t *waited_us)
{
    unsigned known = r->w->events.count;

    while (*waited_us <= wait_us(r) && r->w->events.count == known) {
        step(r);
        *waited_us += STEP_US;
    }
    return r->w->events.count != known;
}

static bool expect_arrow(struct run *r)
{
    int64_t waited_us = 0;

    r->why.text[0] = '\0';
    r->is_close = false;
    do {
        int found = r->o->live ? look_live(r) : look(r);

        if (found)
            return found > 0 && is_in_time(r, r->at);
    } while (wait_for_more(r, &waited_us));
    if (!r->why.text[0] || (r->skips && !r->is_close))
        why_set(&r->why, IMS_TIMEOUT, "nothing of the kind came");
    return false;
}

/* ---- stimuli ---------------------------------------------------------------
 */

/* A $name that has been bound stands for its value. */
static struct slice known_value(const struct run *r, struct slice value)
{
    for (unsigned i = 0; i < r->names.count; i++)
        if (slice_eq(r->names.name[i], value))
            return str_slice(&r->names.value[i]);
    return value;
}

/* What is under way arrives first. */
static void begin_stimulus(struct run *r)
{
    step(r);
    r->sent = r->w->events.all.prev;
    r->sent_us = now_us(r);
    if (r->scene != r->line->scene)
        r->since = r->sent;
    r->scene = r->line->scene;
}

static bool stimulate(struct run *r, struct phone *p)
{
    struct ladder_line line;

    begin_stimulus(r);
    line = *r->line;
    for (unsigned i = 0; i < line.check_count; i++)
        line.checks[i].value = known_value(r, line.checks[i].value);
    return phone_send(p, &line, &r->why) == IMS_OK;
}

/* REGISTER until the answer is no challenge; what passes is not looked at. */
static bool bring_in(struct run *r, struct slice name)
{
    static const struct ladder_line line = {.what = {"REGISTER", 8}};
    struct phone *p = world_phone(r->w, name);

    if (!p)
        return why_set(&r->why, IMS_NOT_FOUND, "no phone %.*s",
                       SLICE_ARG(name)) == IMS_OK;
    for (unsigned tries = 0; tries < 3; tries++) {
        if (phone_send(p, &line, &r->why) != IMS_OK)
            return false;
        for (int64_t us = 0; us <= wait_us(r) && !p->register_status;
             us += STEP_US)
            step(r);
        if (p->register_status != 401)
            break;
    }
    if (p->register_status != 200)
        why_set(&r->why, IMS_CONFLICT, "%.*s is answered %u", SLICE_ARG(name),
                p->register_status);
    return p->register_status == 200;
}

static bool bring_all_in(struct run *r)
{
    struct slice rest = r->line->what, name;

    while (slice_cut(&rest, ' ', &name))
        if (name.n && !bring_in(r, name))
            return false;
    r->sent_us = now_us(r);
    step(r);
    r->at = r->sent = r->since = r->told.from = r->w->events.all.prev;
    r->told.first = (unsigned)(r->line - r->w->ladder->lines) + 1;
    return true;
}

/* ---- decisions --------------------------------------------------------------
 */

static struct list *find_said(struct run *r)
{
    enum event_kind kind =
        r->line->kind == LADDER_SAYS ? EVENT_SAYS : EVENT_DROPS;

    for (struct list *it = r->since->next; it != &r->w->events.all;
         it = it->next) {
        struct event *ev = event_at(it);

        if (ev->kind == kind && !ev->used &&
            slice_eq(str_slice(&ev->from), r->line->from) &&
            slice_find(str_slice(&ev->says), r->line->what) >= 0) {
            ev->used = true;
            ev->line = r->line->number;
            r->met[r->line - r->w->ladder->lines] = it;
            return it;
        }
    }
    return NULL;
}

static bool expect_said(struct run *r)
{
    int64_t waited_us = 0;

    do {
        struct list *said = find_said(r);

        if (said)
            return is_in_time(r, said);
    } while (wait_for_more(r, &waited_us));
    why_set(&r->why, IMS_TIMEOUT, "it did not say so");
    return false;
}

/* ---- the rest
 * ----------------------------------------------------------------
 */

/* Does the text stand in the body, and there a value's end behind it? */
static bool json_says(struct slice body, struct slice member)
{
    ssize_t at;

    while ((at = slice_find(body, member)) >= 0) {
        body = slice_from(body, (size_t)at + member.n);
        if (!body.n || memchr(",}]", body.p[0], 3))
            return true;
    }
    return false;
}

/* A member anywhere, a text with or without its quotes. */
static bool json_has(struct slice body, const struct ladder_check *c)
{
    char text[512];
    struct buf b;

    buf_over(&b, text, sizeof text);
    if (c->op == LADDER_ABSENT || c->op == LADDER_PRESENT) {
        buf_printf(&b, "\"%.*s\":", SLICE_ARG(c->name));
        return slice_find(body, buf_slice(&b)) >= 0;
    }
    buf_printf(&b, "\"%.*s\":%.*s", SLICE_ARG(c->name), SLICE_ARG(c->value));
    if (json_says(body, buf_slice(&b)))
        return true;
    buf_over(&b, text, sizeof text);
    buf_printf(&b, "\"%.*s\":\"%.*s\"", SLICE_ARG(c->name),
               SLICE_ARG(c->value));
    return json_says(body, buf_slice(&b));
}

/* "body =~ ..." looks at all of it, "key = value" for that member anywhere. */
static bool body_is(struct slice body, const struct ladder_check *c)
{
    if (!slice_eq(c->name, S("body")))
        return json_has(body, c) ==
               (c->op != LADDER_NE && c->op != LADDER_ABSENT);
    return text_matches(body, c->value) == (c->op != LADDER_NOMATCH);
}

static struct slice body_to_send(const struct ladder_line *line)
{
    for (unsigned i = 0; i < line->check_count; i++)
        if (line->checks[i].op == LADDER_SET &&
            slice_eq(line->checks[i].name, S("body")))
            return line->checks[i].value;
    return S("");
}

static bool answer_is(struct run *r, const struct world_ask *ask)
{
    struct slice body = buf_slice(ask->answer);
    uint64_t expected = 0;

    if (!slice_u64(r->line->more, 599, &expected) || ask->status != expected) {
        why_set(&r->why, IMS_CONFLICT, "it answers %u: %.*s", ask->status,
                SLICE_ARG(slice_first(body, 200)));
        return false;
    }
    for (unsigned i = 0; i < r->line->check_count; i++) {
        if (r->line->checks[i].op == LADDER_SET ||
            body_is(body, &r->line->checks[i]))
            continue;
        why_set(&r->why, IMS_CONFLICT, "the body is %.*s",
                SLICE_ARG(slice_first(body, 200)));
        return false;
    }
    return true;
}

/* A GET asks; whatever else changes something is a stimulus. */
static bool ask_node(struct run *r)
{
    const struct ladder_line *line = r->line;
    struct world_ask ask = {
        .method = line->method, .path = line->what, .body = body_to_send(line)};
    struct buf answer;
    bool good;

    if (!slice_eq(line->method, S("GET")))
        begin_stimulus(r);
    buf_init(&answer, 1 << 20);
    ask.answer = &answer;
    good = r->w->ops->ask(r->w, line->from, &ask, &r->why) == IMS_OK &&
           answer_is(r, &ask);
    buf_fini(&answer);
    return good;
}

static bool expect_nothing(struct run *r)
{
    struct list *head = &r->w->events.all;

    for (int64_t us = 0; us < (r->o->live ? (int64_t)LIVE_QUIET_MS * MSEC
                                          : (int64_t)QUIET_S * SECOND);
         us += 20 * MSEC)
        r->w->ops->run(r->w, 20 * MSEC);
    for (struct list *it = r->o->live ? r->told.from->next : r->at->next;
         it != head; it = it->next) {
        struct event *ev = event_at(it);

        if (ev->kind == EVENT_ARROW && !ev->used && !ev->passed &&
            !event_is_noise(ev)) {
            why_set(&r->why, IMS_CONFLICT, "something else came");
            r->told.instead = it;
            return false;
        }
    }
    return true;
}

static bool forgotten(struct run *r)
{
    LIST_EACH (it, &r->w->events.all) {
        struct event *ev = event_at(it);

        if (ev->kind == EVENT_SAYS &&
            slice_find(str_slice(&ev->says), S("forgotten answer")) >= 0) {
            why_set(&r->why, IMS_INTERNAL, "%s forgot to answer",
                    str_c(&ev->from));
            return true;
        }
    }
    return false;
}

/* One that cannot be read would never match, which is what !~ asks for. */
static bool can_be_read(struct run *r)
{
    for (unsigned i = 0; i < r->line->check_count; i++) {
        const struct ladder_check *c = &r->line->checks[i];

        if ((c->op == LADDER_MATCH || c->op == LADDER_NOMATCH) &&
            !text_is_expression(c->value)) {
            why_set(&r->why, IMS_MALFORMED, "\"%.*s\" is no regular expression",
                    SLICE_ARG(c->value));
            return false;
        }
    }
    return true;
}

/* What a ladder need not say. */
static bool is_deceived(struct run *r)
{
    LIST_EACH (it, &r->w->phones) {
        const struct phone *p = container_of(it, struct phone, link);

        if (p->wrong.err != IMS_OK) {
            why_set(&r->why, p->wrong.err,
                    "what %.*s was answered is wrong: %s", SLICE_ARG(p->name),
                    p->wrong.text);
            return true;
        }
    }
    return false;
}

/* A stimulus that is no message; requests and messages note it themselves. */
static bool is_deed(enum ladder_kind kind)
{
    return kind == LADDER_DIES || kind == LADDER_STARTS ||
           kind == LADDER_STOPS || kind == LADDER_LINK;
}

static bool do_line(struct run *r)
{
    const struct world_ops *ops = r->w->ops;
    struct slice name = r->line->from;

    if (is_deed(r->line->kind))
        r->sent_us = now_us(r);
    switch (r->line->kind) {
    case LADDER_ARROW:
        return world_phone(r->w, name) ? stimulate(r, world_phone(r->w, name))
                                       : expect_arrow(r);
    case LADDER_SAYS:
    case LADDER_DROPS: return expect_said(r);
    case LADDER_REGISTERED: return bring_all_in(r);
    case LADDER_SKIP: return true;
    case LADDER_AFTER: ops->run(r->w, r->line->us); return true;
    case LADDER_DIES: return ops->node_dies(r->w, name, &r->why) == IMS_OK;
    case LADDER_STARTS: return ops->node_starts(r->w, name, &r->why) == IMS_OK;
    case LADDER_STOPS: return ops->node_stops(r->w, name, &r->why) == IMS_OK;
    case LADDER_LINK: return ops->link(r->w, r->line, &r->why) == IMS_OK;
    case LADDER_ASK: return ask_node(r);
    case LADDER_NOTHING: return expect_nothing(r);
    }
    return false;
}

static void complain(struct run *r, struct buf *out)
{
    r->told.failed = (unsigned)(r->line - r->w->ladder->lines);
    r->told.met = r->met;
    r->told.why = r->why.text;
    buf_printf(out, "  line %u: %.*s\n  but %s\n\n", r->line->number,
               SLICE_ARG(r->line->text), r->why.text);
    tell_beside(&r->told, out);
    buf_str(out, "\n");
}

/* Is there a "..." that lets anything pass up to the next arrow? */
static bool is_skip(const struct ladder_line *line)
{
    return line->kind == LADDER_SKIP;
}

/* Where a line stands that meets no event: behind what came before it. */
static void place(struct run *r, unsigned i, struct list *before)
{
    if (r->line->kind == LADDER_ARROW && !r->met[i])
        r->met[i] = r->sent;
    else if (!r->met[i])
        r->met[i] = before;
}

bool ladder_run(struct world *w, const struct run_options *o, struct buf *out)
{
    const struct ladder *l = w->ladder;
    struct run r = {
        .w = w,
        .o = o,
        .told = {.ladder = l, .events = &w->events, .began_us = w->began_us}};
    bool good = true;

    r.at = r.sent = r.since = r.told.from = w->events.all.prev;
    r.sent_us = now_us(&r);
    for (unsigned i = 0; good && i < l->line_count; i++) {
        struct list *before = w->events.all.prev;

        r.line = &l->lines[i];
        good = can_be_read(&r) && do_line(&r) && !is_deceived(&r);
        place(&r, i, before);
        if (is_skip(r.line))
            r.skips = true;
        else if (r.line->kind == LADDER_REGISTERED ||
                 (r.line->kind == LADDER_ARROW &&
                  !world_phone(w, r.line->from)))
            r.skips = false;
    }
    good = good && !forgotten(&r);
    if (!good)
        complain(&r, out);
    else if (o->verbose)
        tell_world(&r.told, out);
    ladder_names_fini(&r.names);
    return good;
}
