/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/pass.h"
#include <assert.h>
#include <stdio.h>

enum { ANSWER_MS = 30000 };

struct pass {
    struct hub *hub;
    struct api_call *call;
    const struct watch *to;
};

void pass_print_dead(const struct hub *h, const struct watch *w, char *out,
                     size_t size)
{
    int64_t since = (h->node->env.clock->wall_us - w->since_us) / SECOND;

    if (w->state == WATCH_STARTING)
        snprintf(out, size, "%s has not answered yet", w->at->node->name);
    else
        snprintf(out, size, "%s is dead since %lld s: %s", w->at->node->name,
                 (long long)since, w->why);
}

/* ---- the way back -------------------------------------------------------- */

static void refuse(const struct pass *p, const struct fetch_answer *a)
{
    const struct site_node *at = p->to->at;

    if (a->too_large)
        api_problem(p->call, 503,
                    "the answer of %s is larger than %u MiB, which is not "
                    "passed on; ask %s itself, at %s",
                    at->node->name, (unsigned)FETCH_BODY_MAX >> 20,
                    at->node->name, at->admin);
    else
        api_problem(p->call, 503, "%s does not answer: %s", at->node->name,
                    a->why);
}

static void on_end(void *ctx, const struct fetch_answer *a)
{
    const struct pass *p = ctx;

    if (a->status == 0) {
        refuse(p, a);
        return;
    }
    for (unsigned i = 0; i < a->header_count; i++)
        api_add_header(p->call, a->headers[i].name, a->headers[i].value);
    api_reply_text(p->call, (unsigned)a->status,
                   a->type[0] ? a->type : "application/octet-stream", a->body);
}

static const struct fetch_handler back = {NULL, on_end};

/* ---- the way there ------------------------------------------------------- */

static void add(struct fetch_request *rq, const char *name, struct slice value)
{
    if (value.n && rq->header_count < FETCH_HEADERS)
        rq->headers[rq->header_count++] = (struct fetch_header){name, value};
}

/* The node trusts the dashboard's token, and is told how far to. */
static void add_asker(struct fetch_request *rq, const struct api_call *c)
{
    add(rq, "X-Imsbox-User", c->who.name);
    if (c->who.role != API_ADMIN)
        add(rq, "X-Imsbox-Role", S("viewer"));
}

struct fetch *pass_ask(struct hub *h, const struct api_call *c,
                       const struct watch *w, const char *method,
                       const char *target, const struct fetch_handler *handler,
                       void *ctx)
{
    struct fetch_request rq = {
        .method = method, .token = w->token, .timeout_ms = ANSWER_MS};
    struct str url = {0};
    struct fetch *x;

    add_asker(&rq, c);
    if (strcmp(method, "POST") == 0 && c->body.n) {
        rq.type = c->type;
        rq.body = c->body;
    }
    str_printf(&url, "%s%s", w->at->admin, target);
    rq.url = str_c(&url);
    x = fetch_start(h->fetcher, &rq, handler, ctx);
    str_fini(&url);
    return x;
}

static void forward(struct pass *p, const char *url)
{
    const struct api_call *c = p->call;
    char method[16];
    struct fetch_request rq = {.method = method,
                               .url = url,
                               .token = p->to->token,
                               .type = c->type,
                               .body = c->body,
                               .timeout_ms = ANSWER_MS};

    /* HEAD has the headers of GET (RFC 9110 section 9.3.2): http.c leaves the
     * body away. */
    snprintf(method, sizeof method, "%.*s",
             SLICE_ARG(slice_eq(c->method, S("HEAD")) ? S("GET") : c->method));
    add_asker(&rq, c);
    add(&rq, "If-Match", api_header(c, "If-Match"));
    add(&rq, "If-None-Match", api_header(c, "If-None-Match"));
    add(&rq, "Accept", api_header(c, "Accept"));
    add(&rq, "Prefer", api_header(c, "Prefer"));
    fetch_start(p->hub->fetcher, &rq, &back, p);
}

static void refuse_dead(struct api_call *c, const struct hub *h,
                        const struct watch *to)
{
    char dead[400];

    pass_print_dead(h, to, dead, sizeof dead);
    api_put_problem(&c->json, 503, dead, SITE_NOT_ASKED);
    api_reply_text(c, 503, "application/problem+json", buf_slice(&c->out));
}

static void pass(struct node *n, struct api_call *c, const struct watch *to,
                 struct slice path)
{
    struct hub *h = hub_of(n);
    struct pass *p = arena_zalloc(&c->arena, sizeof *p);
    struct str url = {0};

    assert(p);
    if (to->state != WATCH_ALIVE) {
        refuse_dead(c, h, to);
        return;
    }
    *p = (struct pass){h, c, to};
    str_printf(&url, "%s%.*s%s%.*s", to->at->admin, SLICE_ARG(path),
               c->query.n ? "?" : "", SLICE_ARG(c->query));
    forward(p, str_c(&url));
    str_fini(&url);
}

/* What is behind /api/v1/nodes/NAME, as it was written. */
static struct slice rest_of(const struct api_call *c)
{
    struct slice rest = c->path, head;

    for (unsigned i = 0; i < 5; i++)
        slice_cut(&rest, '/', &head);
    return rest;
}

/* A node has these beside its API. */
static bool is_at_root(struct slice rest)
{
    return slice_eq(rest, S("metrics")) || slice_eq(rest, S("livez")) ||
           slice_eq(rest, S("readyz"));
}

void pass_to_node(struct node *n, struct api_call *c)
{
    const struct watch *to = hub_watch(hub_of(n), c->param[0]);
    struct slice rest = rest_of(c), path;

    if (!to) {
        api_problem(c, 404,
                    "there is no node named %.*s; /api/v1/network "
                    "lists them",
                    SLICE_ARG(slice_first(c->param[0], 60)));
        return;
    }
    if (slice_eq(rest, S("events"))) {
        api_problem(c, 404,
                    "live events of one node are /api/v1/events?node=%s here",
                    to->at->node->name);
        return;
    }
    path = arena_printf(&c->arena, is_at_root(rest) ? "/%.*s" : "/api/v1/%.*s",
                        SLICE_ARG(rest));
    pass(n, c, to, path);
}

/* ---- which HSS ----------------------------------------------------------- */

static const struct watch *hss_of(const struct hub *h,
                                  const struct topology_network *network)
{
    for (unsigned i = 0; i < h->site.node_count; i++) {
        const struct topology_node *n = h->watches[i].at->node;

        if (n->role == TOPOLOGY_HSS && (!network || n->network == network))
            return &h->watches[i];
    }
    return NULL;
}

/* "...@red.example" is an identity of red.example's, "@xred.example" not; in a
 * path the "@" may be escaped. */
static bool names_domain(struct slice text, const char *domain)
{
    struct slice d = slice_of(domain);
    ssize_t at;

    while ((at = slice_find(text, d)) >= 0) {
        struct slice before = slice_first(text, (size_t)at);
        struct slice behind = slice_from(text, (size_t)at + d.n);

        if ((slice_ends(before, S("@")) ||
             slice_ends_nocase(before, S("%40"))) &&
            (behind.n == 0 ||
             !strchr("-.abcdefghijklmnopqrstuvwxyz0123456789", behind.p[0])))
            return true;
        text = slice_from(text, (size_t)at + 1);
    }
    return false;
}

static const struct topology_network *network_named(const struct hub *h,
                                                    const struct api_call *c)
{
    const struct topology *t = h->site.topology;
    const struct slice texts[] = {c->path, c->query, c->body};

    for (unsigned k = 0; k < 3 && t->network_count > 1; k++)
        for (unsigned i = 0; i < t->network_count; i++)
            if (names_domain(texts[k], t->networks[i].domain))
                return &t->networks[i];
    return NULL;
}

void pass_to_hss(struct node *n, struct api_call *c)
{
    struct hub *h = hub_of(n);
    const struct topology_network *network;
    const struct watch *to;
    struct slice domain;

    if (api_query(c, "network", &domain)) {
        network = topology_find_network(h->site.topology, domain);
        if (!network) {
            api_problem(c, 404,
                        "there is no network %.*s; /api/v1/network "
                        "lists them",
                        SLICE_ARG(slice_first(domain, 100)));
            return;
        }
    } else {
        network = network_named(h, c);
    }
    to = hss_of(h, network);
    if (!to)
        api_problem(c, 404, "that network has no HSS of ours");
    else
        pass(n, c, to, c->path);
}
