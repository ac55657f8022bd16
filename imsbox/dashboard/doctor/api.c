/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/doctor/api.h"
#include "base/mem.h"
#include "imsbox/dashboard/doctor/doctor.h"
#include "imsbox/dashboard/thread.h"
#include "imsbox/dashboard/viewers.h"

enum { LIMIT = 100, EXAMINE_MS = 3000 };

/* ---- questions to an HSS ------------------------------------------------- */

static void on_examined(void *ctx, const struct fetch_answer *a)
{
    doctor_examined(ctx, a->status == 200 ? a->body : S(""));
}

static const struct fetch_handler examined = {NULL, on_examined};

static const struct watch *hss_of(struct hub *h,
                                  const struct topology_network *network)
{
    for (unsigned i = 0; i < h->site.node_count; i++) {
        const struct topology_node *n = h->watches[i].at->node;

        if (n->role == TOPOLOGY_HSS && n->network == network &&
            h->watches[i].state == WATCH_ALIVE)
            return &h->watches[i];
    }
    return NULL;
}

static void examine(void *ctx, const struct topology_network *network,
                    struct slice body, struct patient *p)
{
    struct hub *h = ctx;
    const struct watch *w = hss_of(h, network);
    struct str url = {0};
    struct fetch_request rq = {.method = "POST",
                               .type = S("application/json"),
                               .body = body,
                               .timeout_ms = EXAMINE_MS};

    if (!w) {
        doctor_examined(p, S(""));
        return;
    }
    str_printf(&url, "%s/api/v1/tools/examine", w->at->admin);
    rq.url = str_c(&url);
    rq.token = w->token;
    fetch_start(h->fetcher, &rq, &examined, p);
    str_fini(&url);
}

static void on_finding(void *ctx, const struct finding *f)
{
    struct hub *h = ctx;

    viewers_tell_finding(h->viewers, f);
}

void doctor_begin(struct hub *h)
{
    const struct doctor_host host = {examine, on_finding, h};

    h->doctor = doctor_new(h->story, &host, dice_u64(h->node->env.dice));
}

/* ---- GET /doctor --------------------------------------------------------- */

struct wish {
    struct slice user, call;
    uint64_t after, limit;
};

static bool read_wish(struct api_call *c, struct wish *w)
{
    struct why why;

    *w = (struct wish){0};
    api_query(c, "user", &w->user);
    api_query(c, "call", &w->call);
    if (api_query_u64(c, "after", UINT64_MAX - 1, 0, &w->after, &why) ||
        api_query_u64(c, "limit", DOCTOR_FINDINGS, LIMIT, &w->limit, &why)) {
        api_fail(c, why.err, &why);
        return false;
    }
    return true;
}

static bool is_wanted(const struct wish *w, const struct finding *f)
{
    return (!w->call.n || finding_is_of_call(f, w->call)) &&
           (!w->user.n || users_name(str_slice(&f->users), w->user) ||
            users_name(str_slice(&f->subject), w->user));
}

void doctor_get(struct node *n, struct api_call *c)
{
    const struct doctor *d = hub_of(n)->doctor;
    const struct finding *f = NULL;
    struct wish w;

    if (!read_wish(c, &w))
        return;
    json_object_begin(&c->json);
    json_key(&c->json, "findings");
    json_array_begin(&c->json);
    while (w.limit > 0 && (f = doctor_older(d, f)) && f->change > w.after)
        if (is_wanted(&w, f)) {
            finding_put(&c->json, f);
            w.limit--;
        }
    json_array_end(&c->json);
    json_put_u64(&c->json, "next_after", doctor_last(d));
    json_put_u64(&c->json, "skipped", doctor_skipped(d));
    json_object_end(&c->json);
    api_reply(c, 200);
}

void doctor_get_causes(struct node *n, struct api_call *c)
{
    (void)n;
    json_object_begin(&c->json);
    json_key(&c->json, "causes");
    causes_put(&c->json);
    json_object_end(&c->json);
    api_reply(c, 200);
}
