/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/survey.h"
#include "base/mem.h"
#include "imsbox/dashboard/history.h"
#include <jansson.h>
#include <stdio.h>

enum { ANSWER_MS = 1500 }; /* before the next sample */

struct question {
    struct survey *survey;
    const struct watch *to;
    struct fetch *fetch; /* NULL: it is not asked now */
};

struct survey {
    struct hub *hub;
    struct history *history;
    struct question *questions; /* one a node */
    unsigned waiting;
    struct timer next;
};

static uint64_t dialogs_of(const struct watch *w)
{
    struct slice text = str_slice(&w->status);
    json_t *j = text.n ? json_loadb(text.p, text.n, 0, NULL) : NULL;
    json_int_t n = json_integer_value(json_object_get(j, "dialogs"));

    json_decref(j);
    return n > 0 ? (uint64_t)n : 0;
}

static void on_answer(void *ctx, const struct fetch_answer *a)
{
    struct question *q = ctx;
    struct survey *s = q->survey;

    q->fetch = NULL;
    if (a->status == 200)
        history_add(s->history, q->to->number, a->body, dialogs_of(q->to));
    if (--s->waiting == 0)
        history_end(s->history);
}

static const struct fetch_handler handler = {NULL, on_answer};

static void ask(struct question *q)
{
    struct fetch_request rq = {
        .method = "GET", .token = q->to->token, .timeout_ms = ANSWER_MS};
    char url[400];

    snprintf(url, sizeof url, "%s/metrics", q->to->at->admin);
    rq.url = url;
    q->survey->waiting++;
    q->fetch = fetch_start(q->survey->hub->fetcher, &rq, &handler, q);
}

/* A round whose answers are late goes on before the next one begins. */
static void on_turn(void *ctx)
{
    struct survey *s = ctx;
    struct node *n = s->hub->node;

    timer_start(n->env.timers, &s->next, HISTORY_EVERY_US, on_turn, s);
    if (s->waiting)
        return;
    history_begin(s->history, n->env.clock->wall_us);
    for (unsigned i = 0; i < s->hub->site.node_count; i++)
        if (s->questions[i].to->state == WATCH_ALIVE)
            ask(&s->questions[i]);
    if (s->waiting == 0)
        history_end(s->history);
}

struct survey *survey_new(struct hub *h)
{
    struct survey *s = mem_zalloc(sizeof *s);

    s->hub = h;
    s->history = history_new(h->site.node_count);
    s->questions = mem_zalloc(h->site.node_count * sizeof *s->questions + 1);
    for (unsigned i = 0; i < h->site.node_count; i++)
        s->questions[i] = (struct question){.survey = s, .to = &h->watches[i]};
    timer_start(h->node->env.timers, &s->next, HISTORY_EVERY_US, on_turn, s);
    return s;
}

void survey_free(struct survey *s)
{
    timer_stop(s->hub->node->env.timers, &s->next);
    for (unsigned i = 0; i < s->hub->site.node_count; i++)
        fetch_cancel(s->questions[i].fetch);
    history_free(s->history);
    free(s->questions);
    free(s);
}

void survey_note(struct survey *s, const struct told *t)
{
    if (t->setup_us)
        history_add_setup(s->history, t->step.wall_us, t->setup_us);
}

void survey_get(struct node *n, struct api_call *c)
{
    const struct hub *h = hub_of(n);
    struct why why;
    uint64_t after;
    enum ims_err err;

    err = api_query_u64(c, "after", UINT64_MAX, 0, &after, &why);
    if (err != IMS_OK) {
        api_fail(c, err, &why);
        return;
    }
    json_object_begin(&c->json);
    json_key(&c->json, "nodes");
    json_array_begin(&c->json);
    for (unsigned i = 0; i < h->site.node_count; i++)
        json_str(&c->json, h->site.nodes[i].node->name);
    json_array_end(&c->json);
    history_put(h->survey->history, after, &c->json);
    json_object_end(&c->json);
    api_reply(c, 200);
}
