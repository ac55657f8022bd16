/* SPDX-License-Identifier: MIT */
#include "support/ims.h"
#include "hss/role.h"
#include "icscf/role.h"
#include "pcscf/role.h"
#include "scscf/role.h"
#include "support/check.h"
#include "support/nodes.h"
#include <stdio.h>

static const char one_network[] =
    "name: t\n"
    "networks:\n"
    "  - domain: ims.example\n"
    "    nodes:\n"
    "      - {name: pcscf1, role: pcscf, host: 127.0.0.1, "
    "gm: [udp:5060, tcp:5060],\n"
    "         mw: udp:5070, admin: 8081}\n"
    "      - {name: icscf1, role: icscf, host: 127.0.0.2, mw: udp:5060,\n"
    "         admin: 8082}\n"
    "      - {name: scscf1, role: scscf, host: 127.0.0.3, mw: udp:5060,\n"
    "         admin: 8083}\n"
    "      - {name: hss1, role: hss, host: 127.0.0.4, store: 'memory:',\n"
    "         diameter: tcp:3868, admin: 8084}\n";

static void on_line(void *ctx, enum log_level level, struct slice line)
{
    struct ims *w = ctx;

    buf_printf(&w->log, "%s %.*s\n", log_level_name(level), SLICE_ARG(line));
}

static struct topology *parse(const char *text)
{
    struct topology *t = NULL;
    struct buf errors;
    enum ims_err err;

    buf_init(&errors, 10000);
    err = topology_parse(slice_of(text), "t.yaml", &t, &errors);
    assert_text(buf_slice(&errors), S(""));
    assert_int_equal(err, IMS_OK);
    buf_fini(&errors);
    return t;
}

void ims_init(struct ims *w, const char *topology)
{
    *w = (struct ims){.sim = sim_new(1)};
    buf_init(&w->log, 1 << 20);
    w->topology = parse(*topology ? topology : one_network);
}

enum { TOPOLOGY_TEXT = 1000 };

static void print_network(const char *node, const char *settings,
                          char out[TOPOLOGY_TEXT])
{
    char name[40];
    const char *at;

    snprintf(name, sizeof name, "{name: %s, ", node);
    at = strstr(one_network, name);
    assert_non_null(at);
    at += strlen(name);
    snprintf(out, TOPOLOGY_TEXT, "%.*s%s%s%s", (int)(at - one_network),
             one_network, settings, *settings ? ", " : "", at);
}

void ims_init_with(struct ims *w, const char *node, const char *settings)
{
    char topology[TOPOLOGY_TEXT];

    print_network(node, settings, topology);
    ims_init(w, topology);
}

void ims_fini(struct ims *w)
{
    for (unsigned i = 0; i < w->count; i++) {
        node_free(w->nodes[i]);
        sim_host_free(w->hosts[i]);
    }
    topology_free(w->topology);
    for (unsigned i = 0; i < w->later_count; i++)
        topology_free(w->later[i]);
    sim_free(w->sim);
    buf_fini(&w->log);
}

static const struct node_role *role_of(const struct ims *w, const char *name)
{
    const struct topology_node *n =
        topology_find_node(w->topology, slice_of(name));

    assert_non_null(n);
    switch (n->role) {
    case TOPOLOGY_PCSCF: return &pcscf_role;
    case TOPOLOGY_ICSCF: return &icscf_role;
    case TOPOLOGY_SCSCF: return &scscf_role;
    case TOPOLOGY_HSS: return &hss_role;
    case TOPOLOGY_AS:
    case TOPOLOGY_OTHER:
    case TOPOLOGY_DASHBOARD: break;
    }
    return NULL;
}

static struct node *start_at(struct ims *w, unsigned i, const char *name)
{
    struct node_options o = {.role = role_of(w, name),
                             .topology = w->topology,
                             .name = name,
                             .sink = on_line,
                             .ctx = w};
    struct why why;

    w->hosts[i] = sim_host_new(w->sim, name);
    o.net = sim_host_net(w->hosts[i]);
    assert_ok(node_new(&o, &w->nodes[i], &why), &why);
    return w->nodes[i];
}

struct node *ims_start(struct ims *w, const char *name)
{
    assert_in_range(w->count, 0, IMS_NODES - 1);
    return start_at(w, w->count++, name);
}

void ims_restart(struct ims *w, struct node **n)
{
    const char *name = (*n)->self->name;
    unsigned i = 0;

    while (w->nodes[i] != *n)
        i++;
    sim_host_kill(w->hosts[i]);
    node_free(*n);
    sim_host_free(w->hosts[i]);
    *n = start_at(w, i, name);
}

static void post(struct ims *w, struct node *hss, const char *line,
                 const char *body, unsigned status)
{
    struct api_answer a;

    api_answer_init(&a);
    api_ask(hss, line, body, &a);
    sim_run_for(w->sim, SECOND);
    if (a.status != status)
        fail_msg("%s: %u %.*s", line, a.status, SLICE_ARG(buf_slice(&a.body)));
    api_answer_fini(&a);
}

void ims_reload_with(struct ims *w, struct node *n, const char *name,
                     const char *settings)
{
    char topology[TOPOLOGY_TEXT];
    struct why why;

    assert_in_range(w->later_count, 0, IMS_RELOADS - 1);
    print_network(name, settings, topology);
    w->later[w->later_count] = parse(topology);
    assert_ok(node_reload(n, w->later[w->later_count++], &why), &why);
}

void ims_provision(struct ims *w, struct node *hss, const char *json)
{
    post(w, hss, "POST /api/v1/subscribers", json, 201);
}

void ims_change(struct ims *w, struct node *hss, const char *which,
                const char *json)
{
    char line[200];

    snprintf(line, sizeof line, "PATCH /api/v1/subscribers/%s", which);
    post(w, hss, line, json, 200);
}

void ims_import(struct ims *w, struct node *hss, const char *yaml)
{
    post(w, hss, "POST /api/v1/import", yaml, 200);
}

bool ims_says(const struct node *n, const char *proc, const char *text)
{
    struct record_cursor c = {0};
    struct record_entry e;
    uint64_t missed = 0;

    while (record_read(n->env.record, &c, &e, &missed))
        if (e.kind == RECORD_SAYS && strcmp(e.proc, proc) == 0 &&
            slice_find(e.says, slice_of(text)) >= 0)
            return true;
    return false;
}

void ims_assert_says(struct node *n, const char *proc, const char *text)
{
    struct record_cursor c = {0};
    struct record_entry e;
    uint64_t missed = 0;
    struct buf said;

    if (ims_says(n, proc, text))
        return;
    buf_init(&said, 1 << 20);
    while (record_read(n->env.record, &c, &e, &missed))
        if (e.kind == RECORD_SAYS)
            buf_printf(&said, "%s %.*s\n", e.proc, SLICE_ARG(e.says));
    fail_msg("%s does not say \"%s\", but:\n%.*s", proc, text,
             SLICE_ARG(buf_slice(&said)));
}

void ims_assert_get(struct ims *w, struct node *n, const char *line,
                    unsigned status, const char *text)
{
    struct api_answer a;

    api_answer_init(&a);
    api_ask(n, line, "", &a);
    sim_run_for(w->sim, SECOND);
    assert_int_equal(a.status, status);
    assert_has(buf_slice(&a.body), text);
    api_answer_fini(&a);
}
