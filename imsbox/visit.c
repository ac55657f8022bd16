/* SPDX-License-Identifier: MIT */
#include "imsbox/visit.h"
#include "base/mem.h"
#include "imsbox/dashboard/doctor/doctor.h"
#include "imsbox/dashboard/thread.h"
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
    uint64_t *next; /* of each node: the entry to read next */
    json_t *found;  /* findings with their users, not taken yet */
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

static void on_finding(void *ctx, const struct finding *f)
{
    struct visit *v = ctx;
    json_t *one = json_object();
    struct json j;
    struct buf b;

    buf_init(&b, FINDING_BYTES);
    json_init(&j, &b);
    finding_put(&j, f);
    json_object_set_new(one, "finding", json_loadb(b.p, b.n, 0, NULL));
    json_object_set_new(one, "users", json_stringn(f->users.p, f->users.n));
    json_array_append_new(v->found, one);
    buf_fini(&b);
}

struct visit *visit_new(struct client *c)
{
    struct visit *v = mem_zalloc(sizeof *v);
    const struct doctor_host host = {examine, on_finding, v};

    v->client = c;
    v->found = json_array();
    v->next = mem_zalloc(c->site.node_count * sizeof *v->next + 1);
    v->story = story_new(&c->site, STORY_BYTES, (uint64_t)view_now_us());
    v->doctor = doctor_new(v->story, &host, (uint64_t)view_now_us());
    return v;
}

void visit_free(struct visit *v)
{
    doctor_free(v->doctor);
    story_free(v->story);
    json_decref(v->found);
    free(v->next);
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
static bool read_page(struct visit *v, unsigned node, bool *more)
{
    char path[80];
    struct question q = {
        .node = &v->client->site.nodes[node], .method = "GET", .path = path};
    struct reply r;
    bool good;

    snprintf(path, sizeof path, "/record?limit=%d&from=%llu", PAGE,
             (unsigned long long)v->next[node]);
    good = client_ask(v->client, &q, &r) == EXIT_DONE;
    if (good) {
        uint64_t next =
            (uint64_t)json_integer_value(json_object_get(r.json, "next"));

        add_entries(v, node, json_object_get(r.json, "entries"));
        *more = next > v->next[node] &&
                (int64_t)next <=
                    json_integer_value(json_object_get(r.json, "last"));
        v->next[node] = next;
    }
    reply_fini(&r);
    return good;
}

unsigned visit_read(struct visit *v, bool all)
{
    int64_t now = view_now_us(), until = all ? now : now - VIEW_BEHIND_US;
    uint64_t last = story_last(v->story);
    unsigned answered = 0;

    for (unsigned i = 0; i < v->client->site.node_count; i++) {
        bool more = true, good = true;

        while (more && good) {
            more = false;
            good = read_page(v, i, &more);
        }
        answered += good;
    }
    story_tell(v->story, all ? INT64_MAX : until, now - KEEP_US);
    for (const struct told *t = story_at(v->story, last + 1); t;
         t = story_next(v->story, t)) {
        doctor_note(v->doctor, t);
        doctor_rest(v->doctor);
    }
    doctor_turn(v->doctor, until);
    return answered;
}

json_t *visit_take(struct visit *v, const char *user)
{
    json_t *out = json_array(), *it;
    size_t i;

    json_array_foreach(v->found, i, it)
    {
        json_t *f = json_object_get(it, "finding");
        const char *users = json_member(it, "users");

        if (!user || users_name(slice_of(users), slice_of(user)) ||
            users_name(slice_of(json_member(f, "subject")), slice_of(user)))
            json_array_append(out, f);
    }
    json_array_clear(v->found);
    return out;
}
