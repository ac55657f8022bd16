/* SPDX-License-Identifier: MIT
 *
 *   POST -> HSSs      their stores as the topology has them
 *        -> CSCFs     once those are right: a phone that registers again at
 *                     once finds its subscriber
 *        -> the story, and the answer
 */
#include "imsbox/dashboard/reset.h"
#include "imsbox/dashboard/doctor/doctor.h"
#include "imsbox/dashboard/fanout.h"
#include "imsbox/dashboard/viewers.h"

struct reset {
    int64_t began_us;
    struct fanout *hss, *cscf;
};

static void put_all(struct json *j, const struct fanout *f, bool *right)
{
    for (unsigned i = 0; f && i < f->count; i++) {
        long status = f->answers[i].status;

        *right = *right && status >= 200 && status < 300;
        fanout_put(j, &f->answers[i]);
    }
}

static void answer(struct fanout *f, const struct reset *r)
{
    struct api_call *c = f->call;
    bool right = true;

    story_clear(f->hub->story, f->hub->node->env.clock->wall_us);
    doctor_clear(f->hub->doctor);
    viewers_begin_anew(f->hub->viewers);
    json_object_begin(&c->json);
    json_key(&c->json, "nodes");
    json_array_begin(&c->json);
    put_all(&c->json, r->hss, &right);
    put_all(&c->json, r->cscf, &right);
    json_array_end(&c->json);
    json_put_int(&c->json, "took_ms",
                 (f->hub->node->env.clock->mono_us - r->began_us) / MSEC);
    json_put_bool(&c->json, "complete", right);
    json_object_end(&c->json);
    api_reply(c, 200);
}

static void on_cscfs(struct fanout *f)
{
    answer(f, f->ctx);
}

static void ask_all(struct fanout *f, bool hss)
{
    struct hub *h = f->hub;

    for (unsigned i = 0; i < h->site.node_count; i++) {
        const struct watch *w = &h->watches[i];

        if ((w->at->node->role == TOPOLOGY_HSS) == hss)
            fanout_ask(f, w, "POST", "/api/v1/reset");
    }
    fanout_wait(f);
}

static void on_hsss(struct fanout *f)
{
    struct reset *r = f->ctx;

    r->cscf = fanout_new(f->hub, f->call, on_cscfs, r);
    ask_all(r->cscf, false);
}

void reset_post(struct node *n, struct api_call *c)
{
    struct reset *r = arena_zalloc(&c->arena, sizeof *r);

    if (!r) {
        api_problem(c, 503, "no memory");
        return;
    }
    r->began_us = n->env.clock->mono_us;
    r->hss = fanout_new(hub_of(n), c, on_hsss, r);
    ask_all(r->hss, true);
}
