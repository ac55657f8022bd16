/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/fanout.h"
#include "imsbox/answers.h"
#include "imsbox/dashboard/pass.h"
#include <assert.h>

struct asked {
    struct fanout *fanout;
    unsigned number;
};

struct fanout *fanout_new(struct hub *h, struct api_call *c,
                          void (*done)(struct fanout *f), void *ctx)
{
    struct fanout *f = arena_zalloc(&c->arena, sizeof *f);

    assert(f);
    *f = (struct fanout){.hub = h, .call = c, .done = done, .ctx = ctx};
    f->answers =
        arena_zalloc(&c->arena, h->site.node_count * sizeof *f->answers + 1);
    assert(f->answers);
    return f;
}

static const char *keep_text(struct fanout *f, const char *text)
{
    struct slice kept = arena_printf(&f->call->arena, "%s%c", text, 0);

    return kept.p ? kept.p : "its answer is too large";
}

static void on_end(void *ctx, const struct fetch_answer *a)
{
    const struct asked *asked = ctx;
    struct fanout *f = asked->fanout;
    struct fanout_answer *to = &f->answers[asked->number];

    to->status = a->status;
    to->body = slice_keep(&f->call->arena, a->body);
    if (a->status == 0)
        to->why = keep_text(f, a->why);
    if (!to->body.p && a->body.n) {
        to->status = 0;
        to->why = "its answer is too large";
    }
    if (--f->waiting == 0 && f->begun)
        f->done(f);
}

static const struct fetch_handler handler = {NULL, on_end};

void fanout_ask(struct fanout *f, const struct watch *w, const char *method,
                const char *target)
{
    struct asked *asked = arena_zalloc(&f->call->arena, sizeof *asked);
    struct fanout_answer *a = &f->answers[f->count];
    char dead[400];

    assert(asked && !f->begun && f->count < f->hub->site.node_count);
    *asked = (struct asked){f, f->count++};
    a->from = w;
    if (w->state != WATCH_ALIVE) {
        pass_print_dead(f->hub, w, dead, sizeof dead);
        a->why = keep_text(f, dead);
        return;
    }
    f->waiting++;
    pass_ask(f->hub, f->call, w, method, target, &handler, asked);
}

void fanout_wait(struct fanout *f)
{
    f->begun = true;
    if (f->waiting == 0)
        f->done(f);
}

void fanout_put(struct json *j, const struct fanout_answer *a)
{
    const struct topology_node *n = a->from->at->node;
    char detail[400];

    json_object_begin(j);
    json_put_str(j, "node", n->name);
    json_put_str(j, "role", topology_role_name(n->role));
    json_put_str(j, "domain", n->network->domain);
    json_put_str(j, "state", watch_state_name(a->from->state));
    json_put_u64(j, "status", (uint64_t)a->status);
    if (a->status >= 200 && a->status < 300) {
        json_key(j, "answer");
        json_raw(j, a->body.n ? a->body : S("null"));
    } else if (a->status) {
        answer_detail(a->body, detail, sizeof detail);
        json_put_str(j, "reason", detail);
    } else {
        json_put_str(j, "reason", a->why);
    }
    json_object_end(j);
}
