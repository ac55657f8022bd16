/* SPDX-License-Identifier: MIT */
#include "imsbox/gather.h"
#include "base/mem.h"
#include "imsbox/answers.h"
#include "imsbox/client.h"
#include "imsbox/reading.h"
#include <stdio.h>

enum { PAGE = 5000, GATHER_TIMEOUT_MS = 10000 };

struct gather_node {
    struct gather *gather;
    unsigned number;
    struct reading reading;
    bool failed;  /* in this round */
    bool denied;  /* for want of the right token */
    bool told_of; /* that it failed */
};

struct gather {
    const struct site *site;
    struct entries *into;
    struct asker *asker;
    struct gather_node *nodes;
};

static void ask(struct gather_node *n);

struct gather *gather_new(const struct site *s, struct entries *into)
{
    struct gather *g = mem_zalloc(sizeof *g);
    struct str token = {0};

    g->site = s;
    g->into = into;
    g->asker = asker_new();
    site_token(s, &token);
    asker_set_token(g->asker, str_c(&token));
    str_fini(&token);
    g->nodes = mem_zalloc(s->node_count * sizeof *g->nodes);
    for (unsigned i = 0; i < s->node_count; i++)
        g->nodes[i] = (struct gather_node){.gather = g, .number = i};
    return g;
}

void gather_free(struct gather *g)
{
    asker_free(g->asker);
    free(g->nodes);
    free(g);
}

static const char *name_of(const struct gather_node *n)
{
    return n->gather->site->nodes[n->number].node->name;
}

static void fail(struct gather_node *n, struct slice text)
{
    char detail[200];

    n->failed = true;
    answer_detail(text, detail, sizeof detail);
    if (!n->told_of)
        fprintf(stderr, "imsbox: %s: %s\n", name_of(n), detail);
    n->told_of = true;
}

static void on_record(void *ctx, long status, struct slice body)
{
    struct gather_node *n = ctx;
    struct reading *r = &n->reading;
    struct why why;

    if (status != 200) {
        fail(n, body);
        n->denied = exit_of_status(status) == EXIT_DENIED;
        return;
    }
    if (entries_read(n->gather->into, n->number, body, r, &why) != IMS_OK) {
        fail(n, slice_of(why.text));
        return;
    }
    n->told_of = false;
    if (r->missed > 0)
        fprintf(stderr,
                "imsbox: %s: %llu entries were overwritten unread (limits: "
                "record_bytes)\n",
                name_of(n), (unsigned long long)r->missed);
    if (r->anew)
        fprintf(stderr, "imsbox: %s was started again\n", name_of(n));
    if (reading_goes_on(r))
        ask(n);
}

static void ask(struct gather_node *n)
{
    char url[400];

    snprintf(url, sizeof url, "%s/api/v1/record?limit=%d&from=%llu",
             n->gather->site->nodes[n->number].admin, PAGE,
             (unsigned long long)n->reading.next);
    asker_get(n->gather->asker, url, GATHER_TIMEOUT_MS, on_record, n);
}

enum exit_status gather_round(struct gather *g)
{
    enum exit_status status = EXIT_UNAVAILABLE;

    for (unsigned i = 0; i < g->site->node_count; i++) {
        g->nodes[i].failed = g->nodes[i].denied = false;
        ask(&g->nodes[i]);
    }
    asker_finish(g->asker);
    for (unsigned i = 0; i < g->site->node_count; i++) {
        if (!g->nodes[i].failed)
            return EXIT_DONE;
        if (g->nodes[i].denied)
            status = EXIT_DENIED;
    }
    return status;
}

void gather_wait(struct gather *g, int ms)
{
    asker_wait(g->asker, NULL, 0, ms);
}
