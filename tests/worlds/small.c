/* SPDX-License-Identifier: MIT */
#include "worlds/small.h"
#include <assert.h>

enum {
    EXPIRES_S = 600,
    CALM_S = 330,  /* longer than any transaction, timer C among them */
    QUIET_S = 700, /* longer than a registration */
    TRANSACTION_S = 40,
    PAGE = 1 << 20,
};

static void switch_on(struct small *w, unsigned phone)
{
    phone_init(&w->phones[phone], &w->core, &w->tally, phone);
    w->phones[phone].always_picks = true;
}

static void call(struct phone *a, const struct phone *b, int64_t hold_us)
{
    phone_call(a, str_slice(&b->impu), (struct phone_wish){.hold_us = hold_us});
}

void small_begin(struct small *w, struct sim *sim,
                 const struct disk_image *image, bool reg_event)
{
    struct why why = {0};
    enum ims_err err;

    *w = (struct small){
        .sim = sim,
        .plan = {.seed = 1,
                 .reg_event = reg_event,
                 .network_count = 1,
                 .phone_count = 2,
                 .networks = {{.pcscfs = 1, .scscfs = 1, .capability = {1}}}}};
    for (unsigned i = 0; i < SMALL_PHONES; i++)
        w->plan.phones[i] = (struct plan_phone){
            .subscriber = i,
            .address = i,
            .algorithm = i % 2 ? DIGEST_AKAV1_MD5 : DIGEST_MD5,
            .expires = EXPIRES_S};
    w->core.image = image;
    err = core_start(&w->core, &w->plan, sim, &why);
    assert(err == IMS_OK);
    sim_tap(sim, NULL, NULL); /* nobody looks at what enemies send */
    for (unsigned i = 0; i < 2; i++) {
        switch_on(w, i);
        w->phones[i].lossy = true;
    }
}

struct disk_image *small_image(void)
{
    struct sim *sim = sim_new(1);
    struct disk_image *image;
    struct small w;

    small_begin(&w, sim, NULL, false);
    for (unsigned i = 0; i < 2; i++)
        phone_fini(&w.phones[i]);
    image = core_stop_image(&w.core);
    sim_free(sim);
    return image;
}

void small_talk(struct small *w)
{
    for (unsigned i = 0; i < 2; i++) {
        phone_register(&w->phones[i], EXPIRES_S);
        sim_run_for(w->sim, SECOND);
    }
    call(&w->phones[0], &w->phones[1], 100 * SECOND);
    sim_run_for(w->sim, SECOND);
}

static void on_answer(void *ctx, const struct api_response *r)
{
    unsigned *status = ctx;

    *status = r->status;
}

static unsigned ask(struct small *w, struct core_node *at, const char *method,
                    const char *path, struct slice body)
{
    struct api_request rq = {.who = {.role = API_ADMIN},
                             .method = slice_of(method),
                             .path = slice_of(path),
                             .type = S("application/json"),
                             .body = body};
    unsigned status = 0;
    struct api_call *c = api_serve(at->node, &rq, on_answer, &status);

    sim_run_for(w->sim, SECOND);
    if (c && !status)
        api_abandon(c);
    return status;
}

unsigned small_admin(struct small *w, const char *method, const char *path,
                     struct slice body)
{
    return ask(w, &w->core.nodes[w->core.count - 1], method, path, body);
}

void small_fault(struct small *w, unsigned node, struct slice body)
{
    (void)ask(w, &w->core.nodes[node % w->core.count], "POST", "/api/v1/faults",
              body);
}

void small_mend(struct small *w)
{
    for (unsigned i = 0; i < w->core.count; i++) {
        unsigned status =
            ask(w, &w->core.nodes[i], "DELETE", "/api/v1/faults", S(""));

        assert(status == 204);
    }
}

void small_calm(struct small *w)
{
    for (unsigned i = 0; i < 2; i++)
        phone_hang_up_all(&w->phones[i]);
    sim_run_for(w->sim, CALM_S * (int64_t)SECOND);
}

void small_end(struct small *w)
{
    for (unsigned i = 0; i < SMALL_PHONES; i++)
        phone_fini(&w->phones[i]);
    core_stop(&w->core);
}

/* ---- what must be true ---------------------------------------------------
 */

static bool is_quiet(struct small *w)
{
    for (unsigned i = 0; i < w->core.count; i++)
        if (core_figure(&w->core.nodes[i], "transactions"))
            return false;
    return true;
}

/* A subscription is refreshed, or ends, at its own time: not each time. */
static void settle(struct small *w)
{
    for (unsigned i = 0; i < 4 && !is_quiet(w); i++)
        sim_run_for(w->sim, TRANSACTION_S * (int64_t)SECOND);
}

static void nothing_hangs(struct small *w)
{
    static const char *const forgotten[] = {
        "imsbox_sip_forgotten_answers_total",
        "imsbox_diameter_forgotten_answers_total"};

    settle(w);
    for (unsigned i = 0; i < w->core.count; i++) {
        struct core_node *n = &w->core.nodes[i];
        uint64_t left = core_figure(n, "transactions");
        struct why why = {0};

        if (!node_is_ready(n->node, &why))
            core_break(&w->core, CHECK_SERVICE, "%s is not ready: %s",
                       n->self->name, why.text);
        if (left)
            core_break(&w->core, CHECK_UNDER_WAY, "%s has %llu transactions",
                       n->self->name, (unsigned long long)left);
        for (unsigned k = 0; k < 2; k++)
            if (*metrics_counter(n->node->env.metrics, forgotten[k], "", ""))
                core_break(&w->core, CHECK_FORGOTTEN, "%s: %s", n->self->name,
                           forgotten[k]);
    }
}

static void subscribe(struct small *w, unsigned phone)
{
    unsigned status;
    struct buf body;

    buf_init(&body, PAGE);
    plan_subscriber(&w->plan, phone, &body);
    status = small_admin(w, "POST", "/api/v1/subscribers", buf_slice(&body));
    if (status != 201)
        core_break(&w->core, CHECK_SERVICE,
                   "the HSS answers %u to a new subscriber", status);
    buf_fini(&body);
}

static void newcomers_register(struct small *w)
{
    w->plan.phone_count = SMALL_PHONES;
    for (unsigned i = 2; i < SMALL_PHONES; i++) {
        struct phone *p = &w->phones[i];

        subscribe(w, i);
        switch_on(w, i);
        phone_register(p, EXPIRES_S);
        sim_run_for(w->sim, SECOND);
        if (p->status != 200)
            core_break(&w->core, CHECK_SERVICE,
                       "phone%u gets %u to its REGISTER", i, p->status);
    }
}

static void newcomers_talk(struct small *w)
{
    struct phone *a = &w->phones[2], *b = &w->phones[3];

    phone_message(a, b);
    sim_run_for(w->sim, SECOND);
    if (a->last_status != 200)
        core_break(&w->core, CHECK_SERVICE, "a message gets %u",
                   a->last_status);
    call(a, b, 5 * SECOND);
    sim_run_for(w->sim, SECOND);
    if (!phone_is_talking(a) || !phone_is_talking(b))
        core_break(&w->core, CHECK_SERVICE, "a call gets %u", a->last_status);
    sim_run_for(w->sim, 60 * SECOND);
    if (phone_calls(a) || phone_calls(b))
        core_break(&w->core, CHECK_SERVICE, "a call does not end");
}

const char *small_wrong(struct small *w)
{
    w->core.broken[0] = '\0'; /* what the first two phones met with */
    nothing_hangs(w);
    newcomers_register(w);
    newcomers_talk(w);
    sim_run_for(w->sim, QUIET_S * (int64_t)SECOND);
    nothing_hangs(w);
    core_check_left(&w->core, false);
    return w->core.broken[0] ? w->core.broken : NULL;
}
