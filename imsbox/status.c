/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "imsbox/answers.h"
#include "imsbox/client.h"
#include "imsbox/commands.h"
#include "imsbox/output.h"
#include "imsbox/site.h"
#include <stdlib.h>

enum { STATUS_TIMEOUT_MS = 2000 };

struct status_row {
    const struct site_node *at;
    bool answered, ready;
    char why[200];
    long long registrations; /* -1: not a node that has any */
    unsigned faults;         /* on purpose */
    char near[200];          /* limits */
    char denied[200];        /* why those three are not told; or empty */
};

static void on_ready(void *ctx, long status, struct slice body)
{
    struct status_row *r = ctx;

    r->answered = status != 0;
    r->ready = status == 200;
    answer_detail(body, r->why, sizeof r->why);
}

static void on_registrations(void *ctx, long status, struct slice body)
{
    struct status_row *r = ctx;

    r->registrations = status == 200 ? answer_total(body) : -1;
}

static void on_faults(void *ctx, long status, struct slice body)
{
    struct status_row *r = ctx;

    if (exit_of_status(status) == EXIT_DENIED)
        answer_detail(body, r->denied, sizeof r->denied);
    r->faults = status == 200 ? answer_faults(body) : 0;
}

static void on_limits(void *ctx, long status, struct slice body)
{
    struct status_row *r = ctx;
    struct buf out;

    buf_over(&out, r->near, sizeof r->near - 1);
    if (status == 200)
        answer_near_limits(body, &out);
    r->near[out.n] = '\0';
}

static void ask(struct asker *h, struct status_row *r, const char *path,
                ask_fn *done)
{
    char url[300];

    snprintf(url, sizeof url, "%s%s", r->at->admin, path);
    asker_get(h, url, STATUS_TIMEOUT_MS, done, r);
}

static void print_row(const struct output *o, int width,
                      const struct status_row *r)
{
    const struct topology_node *n = r->at->node;
    char pid[24] = "-", registrations[24] = "-";

    if (r->at->pid)
        snprintf(pid, sizeof pid, "%ld", r->at->pid);
    if (r->registrations >= 0)
        snprintf(registrations, sizeof registrations, "%lld", r->registrations);
    fprintf(o->to, "%-*s  %-5s  %8s  %13s  %-27s  %s%s%s%s%s\n", width, n->name,
            topology_role_name(n->role), pid, registrations, r->at->admin,
            output_hue(o, r->ready ? 2 : 6),
            r->ready      ? "ready"
            : r->answered ? "not ready"
                          : "no answer",
            output_plain(o), r->ready ? "" : ": ", r->ready ? "" : r->why);
}

/* Leaves that one alone; false when there is none of this name. */
static bool pick_node(struct site *s, const char *name)
{
    for (unsigned i = 0; i < s->node_count; i++)
        if (strcmp(s->nodes[i].node->name, name) == 0) {
            s->nodes[0] = s->nodes[i];
            s->node_count = 1;
            return true;
        }
    if (s->dashboard.node && strcmp(s->dashboard.node->name, name) == 0) {
        s->nodes[0] = s->dashboard;
        s->node_count = 1;
        return true;
    }
    fprintf(stderr, "imsbox: %s has no node named %s\n", s->topology->path,
            name);
    return false;
}

/* One object; "ready" is about all of them. */
static void print_json_rows(const struct site *s, const struct status_row *rows)
{
    struct buf text;
    struct json j;

    buf_init(&text, 1 << 24);
    json_init(&j, &text);
    json_object_begin(&j);
    json_put_str(&j, "name", s->topology->name);
    json_key(&j, "nodes");
    json_array_begin(&j);
    for (unsigned i = 0; i < s->node_count; i++) {
        const struct topology_node *n = rows[i].at->node;

        json_object_begin(&j);
        json_put_str(&j, "name", n->name);
        json_put_str(&j, "role", topology_role_name(n->role));
        json_put_str(&j, "domain", n->network->domain);
        json_put_str(&j, "admin", rows[i].at->admin);
        json_put_bool(&j, "answers", rows[i].answered);
        json_put_bool(&j, "ready", rows[i].ready);
        if (!rows[i].ready)
            json_put_str(&j, "reason", rows[i].why);
        if (rows[i].at->pid)
            json_put_int(&j, "pid", rows[i].at->pid);
        if (rows[i].registrations >= 0)
            json_put_int(&j, "registrations", rows[i].registrations);
        json_put_u64(&j, "faults", rows[i].faults);
        if (rows[i].near[0])
            json_put_str(&j, "near_limits", rows[i].near);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_object_end(&j);
    printf("%.*s\n", SLICE_ARG(buf_slice(&text)));
    buf_fini(&text);
}

/* Who wonders why it does not work looks here first. */
static void print_faults(const struct output *o, const struct site *s,
                         const struct status_row *rows)
{
    unsigned nodes = 0, last = 0;

    for (unsigned i = 0; i < s->node_count; i++)
        if (rows[i].faults) {
            nodes++;
            last = i;
        }
    if (nodes == 0)
        return;
    fprintf(o->to, "%sFaults on purpose are on at ", output_hue(o, 6));
    if (nodes == 1)
        fprintf(o->to, "%s", rows[last].at->node->name);
    else
        fprintf(o->to, "%u nodes", nodes);
    fprintf(o->to, "%s: imsbox fault list; imsbox fault clear ends them\n",
            output_plain(o));
}

static void print_limits(const struct output *o, const struct site *s,
                         const struct status_row *rows)
{
    for (unsigned i = 0; i < s->node_count; i++)
        if (rows[i].near[0])
            fprintf(o->to, "%s%s is near its limits: %s%s\n", output_hue(o, 6),
                    rows[i].at->node->name, rows[i].near, output_plain(o));
}

/* One token is for all of them. */
static void print_denied(const struct site *s, const struct status_row *rows)
{
    for (unsigned i = 0; i < s->node_count; i++)
        if (rows[i].denied[0]) {
            fprintf(stderr,
                    "imsbox: %s: %s; registrations, faults and limits are not "
                    "shown\n",
                    rows[i].at->node->name, rows[i].denied);
            return;
        }
}

static void print_rows(const struct site *s, const struct status_row *rows,
                       int width)
{
    struct output out;

    output_init(&out, stdout, 0);
    printf("%-*s  %-5s  %8s  %13s  %-27s  %s\n", width, "node", "role", "pid",
           "registrations", "admin", "state");
    for (unsigned i = 0; i < s->node_count; i++)
        print_row(&out, width, &rows[i]);
    print_faults(&out, s, rows);
    print_limits(&out, s, rows);
}

static int print(const struct site *s, bool json)
{
    struct status_row *rows = mem_zalloc(s->node_count * sizeof *rows);
    struct asker *h = asker_new();
    struct str token = {0};
    int width = 4, status = 0;

    for (unsigned i = 0; i < s->node_count; i++) {
        int n = (int)strlen(s->nodes[i].node->name);

        width = n > width ? n : width;
        rows[i] = (struct status_row){.at = &s->nodes[i], .registrations = -1};
        ask(h, &rows[i], "/readyz", on_ready); /* a wrong token is no answer */
    }
    site_token(s, &token);
    asker_set_token(h, str_c(&token));
    str_fini(&token);
    for (unsigned i = 0; i < s->node_count; i++) {
        ask(h, &rows[i], "/api/v1/registrations?limit=1", on_registrations);
        ask(h, &rows[i], "/api/v1/faults", on_faults);
        ask(h, &rows[i], "/api/v1/limits", on_limits);
    }
    asker_finish(h);
    for (unsigned i = 0; i < s->node_count; i++)
        status |= !rows[i].ready;
    if (json)
        print_json_rows(s, rows);
    else
        print_rows(s, rows, width);
    print_denied(s, rows);
    asker_free(h);
    free(rows);
    return status;
}

static int run(const struct words *w)
{
    const char *name = w->count > 0 ? w->rest[0] : w->topology;
    struct site site;
    struct why why;
    enum ims_err err = site_find(name, &site, &why);
    int status;

    if (err != IMS_OK) {
        fprintf(stderr, "imsbox: %s\n", why.text);
        return err == IMS_CONFIG ? EXIT_TOPOLOGY : EXIT_UNAVAILABLE;
    }
    status = w->count == 2 && !pick_node(&site, w->rest[1])
                 ? EXIT_UNKNOWN
                 : print(&site, w->json);
    site_fini(&site);
    return status;
}

const struct command command_status = {
    .name = "status",
    .arguments = "[NAME|FILE [NODE]]",
    .most = 2,
    .summary = "the nodes, and what ails them",
    .about = "The nodes of a running topology: by its name, by its file, or "
             "the only one that runs; or one of its nodes. Exit status 0: all "
             "are ready; 1: some are not.",
    .asks = true,
    .run = run,
};
