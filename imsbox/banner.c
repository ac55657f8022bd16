/* SPDX-License-Identifier: MIT */
#include "imsbox/banner.h"
#include "imsbox/answers.h"
#include <errno.h>

enum { USERS_SHOWN = 8, USERS_TIMEOUT_MS = 1000 };

struct banner {
    const struct output *o;
    const char *name;
};

static void print_proxies(const struct banner *b,
                          const struct topology_network *n)
{
    const struct topology_node *pcscf;

    for (unsigned i = 0; (pcscf = topology_node_at(n, TOPOLOGY_PCSCF, i)); i++)
        for (unsigned k = 0; k < pcscf->listener_count; k++) {
            const struct topology_listener *l = &pcscf->listeners[k];

            if (l->trust == TOPOLOGY_GM)
                output_printf(b->o, b->name, "  proxy   %s:%u over %s (%s)",
                              l->advertise_host, l->advertise_port,
                              transport_name(l->at.addr.transport),
                              pcscf->name);
        }
}

static void on_subscribers(void *ctx, long status, struct slice body)
{
    const struct banner *b = ctx;
    char users[USERS_SHOWN][ANSWER_USER_MAX];
    unsigned count;

    if (status != 200)
        return;
    count = answer_users(body, users, USERS_SHOWN);
    for (unsigned i = 0; i < count; i++)
        output_printf(b->o, b->name, "  user    %s", users[i]);
    if (count == USERS_SHOWN)
        output_printf(b->o, b->name, "          ...");
}

static void print_users(const struct banner *b, const struct site *s,
                        const struct topology_network *n, struct asker *h)
{
    for (unsigned i = 0; i < s->node_count; i++) {
        const struct topology_node *node = s->nodes[i].node;
        char url[300];

        if (node->network != n || node->role != TOPOLOGY_HSS)
            continue;
        snprintf(url, sizeof url, "%s/api/v1/subscribers", s->nodes[i].admin);
        asker_get(h, url, USERS_TIMEOUT_MS, on_subscribers, (void *)b);
    }
    asker_finish(h);
    for (unsigned i = 0; i < n->import_count; i++)
        output_printf(b->o, b->name, "          their secrets: %s",
                      n->imports[i]);
}

void banner_print(const struct output *o, const char *name,
                  const struct site *s, struct asker *h, double seconds)
{
    const struct topology *t = s->topology;
    const struct banner b = {o, name};

    output_printf(o, name, "%s is ready after %.1f s. Point a phone at",
                  t->name, seconds);
    for (unsigned i = 0; i < t->network_count; i++) {
        output_printf(o, name, "  domain  %s", t->networks[i].domain);
        print_proxies(&b, &t->networks[i]);
        print_users(&b, s, &t->networks[i], h);
    }
    if (s->dashboard.node)
        output_printf(o, name, "Open %s/ to see and operate it all",
                      s->dashboard.admin);
    output_printf(o, name, "Admin pages of the nodes");
    for (unsigned i = 0; i < s->node_count; i++)
        output_printf(o, name, "  %-*s  %s/", o->width, s->nodes[i].node->name,
                      s->nodes[i].admin);
    output_printf(o, name,
                  "`%s trace --follow` in another terminal shows what "
                  "happens; Ctrl-C stops.",
                  program_invocation_name);
}
