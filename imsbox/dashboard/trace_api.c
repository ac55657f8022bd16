/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/trace_api.h"
#include "base/mem.h"
#include "imsbox/dashboard/filter.h"
#include "imsbox/dashboard/step_json.h"
#include "imsbox/dashboard/thread.h"
#include "imsbox/pcapng.h"
#include <stdio.h>

enum {
    STEPS = 1000,
    STEPS_MAX = 20000,
    CALLS = 100,
    CALLS_MAX = 10000,
    ANSWER_MAX = 48 << 20, /* then the reader asks again */
    PACKETS_MAX = 200000,
};

/* ---- /trace -------------------------------------------------------------- */

struct page {
    struct filter filter;
    uint64_t after, limit;
    bool has_after;
};

static bool read_page(struct api_call *c, uint64_t limit, uint64_t most,
                      struct page *out)
{
    struct slice ignored;
    struct why why;

    out->has_after = api_query(c, "after", &ignored);
    if (api_query_u64(c, "after", UINT64_MAX - 1, 0, &out->after, &why) ||
        api_query_u64(c, "limit", most, limit, &out->limit, &why) ||
        filter_read(c, &out->filter, &why)) {
        api_fail(c, why.err, &why);
        return false;
    }
    return true;
}

/* Where the newest `limit` steps that match begin. */
static const struct told *find_newest(const struct story *s,
                                      const struct page *p)
{
    const struct told *t = NULL, *first = NULL;
    uint64_t left = p->limit;

    while (left > 0 && (t = story_previous(s, t)))
        if (filter_matches(&p->filter, t)) {
            first = t;
            left--;
        }
    return first;
}

static struct told *begin_page(const struct story *s, const struct page *p)
{
    uint64_t first = story_first(s);
    const struct told *newest;

    if (p->has_after)
        return story_at(s, p->after + 1 > first ? p->after + 1 : first);
    newest = find_newest(s, p);
    return newest ? story_at(s, newest->id) : NULL;
}

static void put_page(struct story *s, const struct page *p, struct api_call *c)
{
    uint64_t left = p->limit, next = p->has_after ? p->after : story_last(s);
    struct told *t = begin_page(s, p);

    json_object_begin(&c->json);
    json_key(&c->json, "steps");
    json_array_begin(&c->json);
    for (; t && left > 0 && c->out.n < ANSWER_MAX; t = story_next(s, t)) {
        next = t->id;
        if (!filter_matches(&p->filter, t))
            continue;
        json_raw(&c->json, piece_slice(step_piece(s, t)));
        left--;
    }
    json_array_end(&c->json);
    json_put_u64(&c->json, "next_after", next);
    json_put_u64(&c->json, "first", story_first(s));
    json_put_u64(&c->json, "last", story_last(s));
    json_put_bool(&c->json, "more", t != NULL);
    json_object_end(&c->json);
}

void trace_get(struct node *n, struct api_call *c)
{
    struct page p;

    if (!read_page(c, STEPS, STEPS_MAX, &p))
        return;
    put_page(hub_of(n)->story, &p, c);
    filter_fini(&p.filter);
    api_reply(c, 200);
}

void trace_get_step(struct node *n, struct api_call *c)
{
    const struct story *s = hub_of(n)->story;
    const struct told *t;
    uint64_t id;

    if (!slice_u64(c->param[0], UINT64_MAX, &id)) {
        api_problem(c, 400, "a step has a number");
        return;
    }
    t = story_at(s, id);
    if (!t) {
        api_problem(c, 404,
                    id > story_last(s)
                        ? "there is no step %llu yet"
                        : "step %llu is forgotten: limits: {trace_bytes: ...} "
                          "of the dashboard says how much is kept",
                    (unsigned long long)id);
        return;
    }
    step_put_whole(s, &c->json, t);
    api_reply(c, 200);
}

/* ---- /trace.pcapng ------------------------------------------------------- */

/* Parties of a capture are numbered by its own table. */
static void add_step(struct step *out, const struct told *t, struct parties *p)
{
    *out = t->step;
    if (t->step.kind == STEP_ARROW)
        parties_of(p, &t->entry, &out->from, &out->to);
    else
        out->from = out->to = t->entry.node;
}

static enum ims_err print_capture(const struct story *s, const struct page *p,
                                  FILE *to, struct why *why)
{
    struct step *steps = mem_alloc(p->limit * sizeof *steps + 1);
    struct parties parties;
    unsigned count = 0;
    enum ims_err err;

    parties_init(&parties, story_site(s));
    for (const struct told *t = begin_page(s, p); t && count < p->limit;
         t = story_next(s, t))
        if (filter_matches(&p->filter, t))
            add_step(&steps[count++], t, &parties);
    err = pcapng_write(to, steps, count, &parties, why);
    parties_fini(&parties);
    free(steps);
    return err;
}

void trace_get_pcapng(struct node *n, struct api_call *c)
{
    struct page p;
    struct why why;
    enum ims_err err;
    char *text = NULL;
    size_t size = 0;
    FILE *to;

    if (!read_page(c, PACKETS_MAX, PACKETS_MAX, &p))
        return;
    to = open_memstream(&text, &size);
    err = to ? print_capture(hub_of(n)->story, &p, to, &why)
             : why_set(&why, IMS_INTERNAL, "no memory");
    if (to)
        fclose(to);
    filter_fini(&p.filter);
    api_add_header(c, "Content-Disposition",
                   S("attachment; filename=\"imsbox.pcapng\""));
    if (err == IMS_OK)
        api_reply_text(c, 200, "application/x-pcapng", slice_at(text, size));
    else
        api_fail(c, err, &why);
    free(text);
}

/* ---- /calls -------------------------------------------------------------- */

/* As a whole: one that ended with a challenge too, which is no failure where
 * the phone goes on. */
static bool has_failed(const struct thread *t)
{
    return t->result >= 300;
}

static bool is_wanted(const struct filter *f, const struct thread *t)
{
    struct filter of_step = *f; /* nothing of it is owned here */
    struct list *l;

    if (f->user.n && !thread_names(t, str_slice(&f->user)))
        return false;
    if (f->method.n &&
        !slice_eq_nocase(slice_of(t->method), str_slice(&f->method)))
        return false;
    if (has_failed(t) && slice_eq(str_slice(&f->result), S("failed")))
        of_step.result = (struct str){0};
    if (!of_step.result.n && !f->node.n && !f->text.n && !f->call.n)
        return true;
    for (l = t->told.next; l != &t->told; l = l->next)
        if (filter_matches(&of_step, container_of(l, struct told, in_thread)))
            return true;
    return false;
}

/* The newest first. */
void trace_get_calls(struct node *n, struct api_call *c)
{
    const struct story *s = hub_of(n)->story;
    const struct thread *t = NULL;
    struct page p;

    if (!read_page(c, CALLS, CALLS_MAX, &p))
        return;
    json_object_begin(&c->json);
    json_put_u64(&c->json, "total", story_figures(s).calls);
    json_key(&c->json, "calls");
    json_array_begin(&c->json);
    while (p.limit > 0 && (t = story_older(s, t)))
        if (is_wanted(&p.filter, t)) {
            thread_put(&c->json, t);
            p.limit--;
        }
    json_array_end(&c->json);
    json_object_end(&c->json);
    filter_fini(&p.filter);
    api_reply(c, 200);
}
