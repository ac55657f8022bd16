/* SPDX-License-Identifier: MIT */
#include "imsbox/visit.h"
#include "base/mem.h"
#include "imsbox/dashboard/doctor/doctor.h"
#include "imsbox/dashboard/thread.h"
#include "imsbox/reading.h"
#include "imsbox/view.h"

enum {
    STORY_BYTES = 256 << 20,
    FINDING_BYTES = 1 << 16,
    PAGE = 5000,
    KEEP_US = 5 * SECOND, /* how late the other copy may come */
};

struct visit {
    struct client *client;
    struct story *story;
    struct doctor *doctor;
    struct reading *readings; /* of each node */
    uint64_t taken;           /* the newest finding that was taken */
};

/* ---- the doctor's questions ---------------------------------------------- */

static const struct site_node *hss_of(const struct client *c,
                                      const struct topology_network *network)
{
    for (unsigned i = 0; i < c->site.node_count; i++)
        if (c->site.nodes[i].node->role == TOPOLOGY_HSS &&
            c->site.nodes[i].node->network == network)
            return &c->site.nodes[i];
    return NULL;
}

static void examine(void *ctx, const struct topology_network *network,
                    struct slice body, struct patient *p)
{
    struct visit *v = ctx;
    struct question q = {.node = hss_of(v->client, network),
                         .method = "POST",
                         .path = "/tools/examine",
                         .type = "application/json",
                         .body = body,
                         .quiet = true};
    struct reply r;

    if (!q.node) {
        doctor_examined(p, S(""));
        return;
    }
    if (client_ask(v->client, &q, &r) == EXIT_DONE)
        doctor_examined(p, buf_slice(&r.body));
    else
        doctor_examined(p, S(""));
    reply_fini(&r);
}

/* They are taken when all was read: what failed may go well later. */
static void on_finding(void *ctx, const struct finding *f)
{
    (void)ctx;
    (void)f;
}

struct visit *visit_new(struct client *c)
{
    struct visit *v = mem_zalloc(sizeof *v);
    const struct doctor_host host = {examine, on_finding, v};

    v->client = c;
    v->readings = mem_zalloc(c->site.node_count * sizeof *v->readings + 1);
    v->story = story_new(&c->site, STORY_BYTES, (uint64_t)view_now_us());
    v->doctor = doctor_new(v->story, &host, (uint64_t)view_now_us());
    return v;
}

void visit_free(struct visit *v)
{
    doctor_free(v->doctor);
    story_free(v->story);
    free(v->readings);
    free(v);
}

/* ---- records ------------------------------------------------------------- */

static void add_entries(struct visit *v, unsigned node, const json_t *list)
{
    const json_t *it;
    int64_t wall_us;
    struct why why;
    size_t i;

    json_array_foreach(list, i, it)
    {
        char *text = json_dumps(it, JSON_COMPACT);

        if (!text || story_add(v->story, node, slice_of(text), &wall_us, &why))
            fprintf(stderr,
                    "imsbox: %s: an entry of its record that cannot "
                    "be read\n",
                    v->client->site.nodes[node].node->name);
        free(text);
    }
}

/* False: it does not answer. */
static bool read_page(struct visit *v, unsigned node)
{
    struct reading *r = &v->readings[node];
    char path[80];
    struct question q = {
        .node = &v->client->site.nodes[node], .method = "GET", .path = path};
    struct reply reply;
    bool good;

    snprintf(path, sizeof path, "/record?limit=%d&from=%llu", PAGE,
             (unsigned long long)r->next);
    good = client_ask(v->client, &q, &reply) == EXIT_DONE &&
           json_is_array(json_object_get(reply.json, "entries"));
    if (good) {
        reading_go_on(r, reply.json);
        if (r->anew)
            fprintf(stderr, "imsbox: %s was started again\n",
                    q.node->node->name);
        else
            add_entries(v, node, json_object_get(reply.json, "entries"));
    }
    reply_fini(&reply);
    return good;
}

/* Which are on now; what was on before nobody knows. */
static void read_faults(struct visit *v, unsigned node)
{
    struct question q = {.node = &v->client->site.nodes[node],
                         .method = "GET",
                         .path = "/faults",
                         .quiet = true};
    struct reply r;

    if (client_ask(v->client, &q, &r) == EXIT_DONE)
        doctor_note_faults(v->doctor, node, json_object_get(r.json, "faults"),
                           view_now_us());
    reply_fini(&r);
}

unsigned visit_read(struct visit *v, bool all)
{
    int64_t now = view_now_us(), until = all ? now : now - VIEW_BEHIND_US;
    uint64_t last = story_last(v->story);
    unsigned answered = 0;

    for (unsigned i = 0; i < v->client->site.node_count; i++) {
        bool good = read_page(v, i);

        while (good && reading_goes_on(&v->readings[i]))
            good = read_page(v, i);
        if (good)
            read_faults(v, i);
        answered += good;
    }
    story_tell(v->story, all ? INT64_MAX : until, now - KEEP_US);
    for (const struct told *t = story_behind(v->story, last); t;
         t = story_next(v->story, t)) {
        doctor_note(v->doctor, t);
        doctor_rest(v->doctor);
    }
    doctor_turn(v->doctor, until);
    return answered;
}

static json_t *finding_json(const struct finding *f)
{
    struct json j;
    struct buf b;
    json_t *out;

    buf_init(&b, FINDING_BYTES);
    json_init(&j, &b);
    finding_put(&j, f);
    out = json_loadb(b.p, b.n, JSON_ALLOW_NUL, NULL);
    buf_fini(&b);
    return out;
}

static bool is_about(const struct finding *f, const char *user)
{
    return !user || users_name(str_slice(&f->users), slice_of(user)) ||
           users_name(str_slice(&f->subject), slice_of(user));
}

json_t *visit_take(struct visit *v, const char *user)
{
    const struct finding *f = NULL;
    json_t *out = json_array();

    while ((f = doctor_older(v->doctor, f)) && f->change > v->taken)
        if (is_about(f, user))
            json_array_insert_new(out, 0, finding_json(f));
    v->taken = doctor_last(v->doctor);
    return out;
}
