/* SPDX-License-Identifier: MIT
 *
 * imsbox reset: a network as its topology says it begins. The dashboard does
 * it all when there is one; else HSSs first, so that who registers again at
 * once finds his subscriber.
 */
#include "imsbox/client.h"
#include "imsbox/commands.h"
#include <strings.h>

enum { YES };

/* ---- one node ------------------------------------------------------------ */

static enum exit_status reset_node(struct client *c, const struct site_node *n)
{
    const json_t *subscribers;
    struct reply r;
    enum exit_status status = client_ask(
        c, &(struct question){.node = n, .method = "POST", .path = "/reset"},
        &r);

    subscribers = json_object_get(r.json, "subscribers");
    if (status == EXIT_DONE && subscribers)
        printf("%s: %lld subscribers\n", n->node->name,
               (long long)json_integer_value(subscribers));
    else if (status == EXIT_DONE)
        printf("%s: nobody is registered\n", n->node->name);
    reply_fini(&r);
    return status;
}

/* ---- by the dashboard ---------------------------------------------------- */

static const struct site_node *node_named(const struct client *c,
                                          const char *name)
{
    for (unsigned i = 0; i < c->site.node_count; i++)
        if (strcmp(c->site.nodes[i].node->name, name) == 0)
            return &c->site.nodes[i];
    return NULL;
}

/* What the dashboard took for dead may have come back just now. */
static enum exit_status reset_rest(struct client *c, const json_t *nodes)
{
    enum exit_status status = EXIT_DONE, one;
    const struct site_node *n;
    const json_t *it;
    size_t i;

    json_array_foreach(nodes, i, it)
    {
        n = node_named(c, json_member(it, "node"));
        if (!n || !json_member(it, "reason")[0])
            continue;
        one = reset_node(c, n);
        status = one == EXIT_DONE ? status : one;
    }
    return status;
}

static enum exit_status reset_all(struct client *c)
{
    struct reply r;
    enum exit_status status = client_ask(
        c, &(struct question){.method = "POST", .path = "/reset"}, &r);
    const json_t *nodes = json_object_get(r.json, "nodes");

    if (status == EXIT_DONE && c->words->json)
        status = print_json(r.json);
    if (status == EXIT_DONE &&
        !json_is_true(json_object_get(r.json, "complete")))
        status = reset_rest(c, nodes);
    if (status == EXIT_DONE && !c->words->json)
        printf(
            "all %zu nodes are as the topology begins, after %lld ms\n",
            json_array_size(nodes),
            (long long)json_integer_value(json_object_get(r.json, "took_ms")));
    reply_fini(&r);
    return status;
}

/* ---- all by ourselves ---------------------------------------------------- */

static bool is_asked(const struct words *w, const struct topology_node *n,
                     bool hss)
{
    return (n->role == TOPOLOGY_HSS) == hss &&
           (!w->network || strcasecmp(w->network, n->network->domain) == 0);
}

static enum exit_status reset_nodes(struct client *c)
{
    enum exit_status status = EXIT_DONE, one;
    unsigned count = 0;

    for (int hss = 1; hss >= 0; hss--)
        for (unsigned i = 0; i < c->site.node_count; i++) {
            if (!is_asked(c->words, c->site.nodes[i].node, hss))
                continue;
            one = reset_node(c, &c->site.nodes[i]);
            status = one == EXIT_DONE ? status : one;
            count++;
        }
    if (count == 0)
        fprintf(stderr, "imsbox: %s has no network %s\n",
                c->site.topology->path, c->words->network);
    return count ? status : EXIT_UNKNOWN;
}

static int run(const struct words *w)
{
    enum exit_status status = EXIT_WRONG_WORDS;
    struct client c;

    if (!w->option[YES]) {
        fprintf(stderr, "imsbox: reset forgets who is registered and every "
                        "change of subscribers since the topology's files "
                        "were imported; --yes if you mean it\n");
        return status;
    }
    status = client_open(&c, w);
    if (status == EXIT_DONE)
        status = c.hub && !w->network ? reset_all(&c) : reset_nodes(&c);
    client_close(&c);
    return status;
}

static const struct command_option options[] = {
    [YES] = {"yes", 'y', NULL, "you mean it"},
    {0},
};

const struct command command_reset = {
    .name = "reset",
    .summary = "the network as its topology begins",
    .about = "Every HSS is emptied and imports its files again, every CSCF "
             "forgets who is registered.",
    .options = options,
    .asks = true,
    .run = run,
};
