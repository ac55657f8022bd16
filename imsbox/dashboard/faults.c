/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/faults.h"
#include "imsbox/answers.h"
#include "imsbox/dashboard/fanout.h"
#include "node/faults.h"
#include <jansson.h>

/* ---- answers ---------------------------------------------------------------
 */

static bool is_done(const struct fanout_answer *a)
{
    return a->status >= 200 && a->status < 300;
}

static void put_one(struct json *j, const json_t *fault)
{
    char *text = json_dumps(fault, JSON_COMPACT);

    if (text)
        json_raw(j, slice_of(text));
    free(text);
}

/* A node answers a list of its faults, or the one that was added. */
static void put_faults(struct json *j, const struct fanout_answer *a)
{
    json_t *answer = json_loadb(a->body.p, a->body.n, 0, NULL);
    const json_t *list = json_object_get(answer, "faults"), *one;
    size_t i;

    json_array_foreach(list, i, one)
    {
        put_one(j, one);
    }
    if (!list && json_object_get(answer, "name"))
        put_one(j, answer);
    json_decref(answer);
}

static void put_failed(struct json *j, const struct fanout_answer *a)
{
    char detail[400];

    if (a->status)
        answer_detail(a->body, detail, sizeof detail);
    json_object_begin(j);
    json_put_str(j, "node", a->from->at->node->name);
    json_put_u64(j, "status", (uint64_t)a->status);
    json_put_str(j, "reason", a->status ? detail : a->why);
    json_object_end(j);
}

static void put_answers(const struct fanout *f, bool absent_is_failure)
{
    struct json *j = &f->call->json;

    json_object_begin(j);
    json_key(j, "faults");
    json_array_begin(j);
    for (unsigned i = 0; i < f->count; i++)
        if (is_done(&f->answers[i]) && f->answers[i].body.n)
            put_faults(j, &f->answers[i]);
    json_array_end(j);
    json_key(j, "failed");
    json_array_begin(j);
    for (unsigned i = 0; i < f->count; i++)
        if (!is_done(&f->answers[i]) &&
            (absent_is_failure || f->answers[i].status != 404))
            put_failed(j, &f->answers[i]);
    json_array_end(j);
    json_object_end(j);
}

/* ---- reading ----------------------------------------------------------------
 */

static void ask_everybody(struct fanout *f, const char *method,
                          const char *target)
{
    struct hub *h = f->hub;

    for (unsigned i = 0; i < h->site.node_count; i++)
        fanout_ask(f, &h->watches[i], method, target);
    fanout_wait(f);
}

static void on_all(struct fanout *f)
{
    put_answers(f, true);
    api_reply(f->call, 200);
}

void faults_get_all(struct node *n, struct api_call *c)
{
    ask_everybody(fanout_new(hub_of(n), c, on_all, NULL), "GET",
                  "/api/v1/faults");
}

/* ---- one more ---------------------------------------------------------------
 */

static unsigned count_done(const struct fanout *f)
{
    unsigned count = 0;

    for (unsigned i = 0; i < f->count; i++)
        count += is_done(&f->answers[i]);
    return count;
}

/* The refusal of a node is the dashboard's, when no node did it. */
static void fail(struct fanout *f)
{
    const struct fanout_answer *a = &f->answers[0];
    char detail[400];

    for (unsigned i = 0; i < f->count && a->status < 400; i++)
        a = &f->answers[i];
    if (a->status >= 400)
        answer_detail(a->body, detail, sizeof detail);
    api_problem(f->call, a->status >= 400 ? (unsigned)a->status : 503, "%s",
                a->status >= 400 ? detail : a->why);
}

static void on_ends(struct fanout *f)
{
    if (count_done(f) == 0) {
        fail(f);
        return;
    }
    put_answers(f, true);
    api_reply(f->call, 201);
}

static void ask_ends(struct fanout *f, const struct topology_fault *fault)
{
    struct hub *h = f->hub;
    struct topology_fault part;

    for (unsigned i = 0; i < h->site.node_count; i++)
        if (topology_fault_part(h->site.topology, fault,
                                h->watches[i].at->node->name, &part))
            fanout_ask(f, &h->watches[i], "POST", "/api/v1/faults");
    if (f->count == 0)
        api_problem(f->call, 422,
                    "no node of ours sees these messages: another direction, "
                    "or another action, is meant");
    else
        fanout_wait(f);
}

void faults_post_ends(struct node *n, struct api_call *c)
{
    struct hub *h = hub_of(n);
    struct topology_fault fault;
    struct arena arena;
    struct why why;

    if (!faults_check_body(c))
        return;
    arena_init(&arena, 0, SIZE_MAX);
    if (topology_fault_read(h->site.topology, NULL, c->body, &arena, &fault,
                            &why) == IMS_OK)
        ask_ends(fanout_new(h, c, on_ends, NULL), &fault);
    else
        api_fail(c, why.err, &why);
    arena_fini(&arena);
}

/* ---- fewer ------------------------------------------------------------------
 */

static void on_cleared(struct fanout *f)
{
    if (count_done(f) == 0) {
        fail(f);
        return;
    }
    put_answers(f, false);
    api_reply(f->call, 200);
}

void faults_delete_all(struct node *n, struct api_call *c)
{
    ask_everybody(fanout_new(hub_of(n), c, on_cleared, NULL), "DELETE",
                  "/api/v1/faults");
}

void faults_delete_one(struct node *n, struct api_call *c)
{
    struct buf target;

    buf_init(&target, 8192);
    buf_str(&target, "/api/v1/faults/");
    for (size_t i = 0; i < c->param[0].n; i++)
        buf_printf(&target, "%%%02x", (unsigned char)c->param[0].p[i]);
    buf_char(&target, '\0');
    if (target.full)
        api_problem(c, 404, "there is no fault of so long a name");
    else
        ask_everybody(fanout_new(hub_of(n), c, on_cleared, NULL), "DELETE",
                      target.p);
    buf_fini(&target);
}
