/* SPDX-License-Identifier: MIT
 *
 * imsbox reg list: what the S-CSCFs have, one line a contact.
 */
#include "imsbox/client.h"
#include "imsbox/commands.h"
#include "imsbox/table.h"
#include <strings.h>

enum { PAGE = 500 };

struct listing {
    const struct words *words;
    struct client client;
    struct table table;
    unsigned long long shown;
};

static bool has_text(const char *text, const char *wanted)
{
    return strcasestr(text, wanted) != NULL;
}

/* Any of its texts, contacts included, has what was asked for. */
static bool is_wanted(const struct listing *l, const json_t *r)
{
    const char *wanted = l->words->count ? l->words->rest[0] : "";
    char *text = json_dumps(r, JSON_COMPACT | JSON_ENSURE_ASCII);
    bool found = has_text(text, wanted);

    free(text);
    return found;
}

static void add_binding(struct listing *l, const char *node, const json_t *r,
                        const json_t *b)
{
    const json_t *expires = json_object_get(b, "expires_seconds");

    table_add(&l->table, "%s", json_member(r, "public_identity"));
    table_add(&l->table, "%s", json_member(b, "contact"));
    if (expires)
        table_add(&l->table, "%lld s", (long long)json_integer_value(expires));
    else
        table_add(&l->table, "-");
    table_add(&l->table, "%s", json_member(b, "private_identity"));
    table_add(&l->table, "%s", node);
}

static void show(struct listing *l, const char *node, json_t *r)
{
    const json_t *bindings = json_object_get(r, "bindings"), *b;
    size_t i;

    if (!is_wanted(l, r))
        return;
    if (l->words->json) {
        json_object_set_new(r, "node", json_string(node));
        printf("%s", l->shown ? ",\n" : "");
        json_dumpf(r, stdout, JSON_COMPACT);
    } else {
        json_array_foreach(bindings, i, b)
        {
            add_binding(l, node, r, b);
        }
        if (json_array_size(bindings) == 0)
            add_binding(l, node, r, NULL);
    }
    l->shown++;
}

/* One page; *more: how many it had. */
static enum exit_status page(struct listing *l, const struct site_node *n,
                             size_t offset, size_t *count)
{
    enum exit_status status;
    const json_t *list;
    char path[100];
    struct reply r;
    json_t *one;
    size_t i;

    snprintf(path, sizeof path, "/registrations?limit=%d&offset=%zu", PAGE,
             offset);
    status = client_ask(
        &l->client,
        &(struct question){.node = n, .method = "GET", .path = path}, &r);
    list = json_object_get(r.json, "registrations");
    *count = json_array_size(list);
    json_array_foreach(list, i, one)
    {
        show(l, n->node->name, one);
    }
    table_print(&l->table, stdout);
    reply_fini(&r);
    return status;
}

static enum exit_status list_node(struct listing *l, const struct site_node *n)
{
    enum exit_status status = EXIT_DONE;
    size_t count = PAGE;

    for (size_t at = 0; status == EXIT_DONE && count == PAGE; at += PAGE)
        status = page(l, n, at, &count);
    return status;
}

/* Of the network that was asked for, or of all. */
static bool is_asked(const struct listing *l, const struct topology_node *n)
{
    return n->role == TOPOLOGY_SCSCF &&
           (!l->words->network ||
            strcasecmp(l->words->network, n->network->domain) == 0);
}

static enum exit_status list(struct listing *l)
{
    const struct site *s = &l->client.site;
    enum exit_status status = EXIT_DONE, one;

    if (l->words->json)
        printf("[");
    for (unsigned i = 0; i < s->node_count; i++) {
        if (!is_asked(l, s->nodes[i].node))
            continue;
        one = list_node(l, &s->nodes[i]);
        status = one == EXIT_DONE ? status : one;
    }
    if (l->words->json)
        printf("]\n");
    else if (status == EXIT_DONE && l->shown == 0)
        fprintf(stderr, "nobody is registered\n");
    return status;
}

static int run(const struct words *w)
{
    static const char *const heads[] = {"public identity", "contact",
                                        "expires in",      "private identity",
                                        "S-CSCF",          NULL};
    struct listing l = {.words = w};
    enum exit_status status = client_open(&l.client, w);

    table_init(&l.table, heads);
    if (status == EXIT_DONE)
        status = list(&l);
    table_fini(&l.table);
    client_close(&l.client);
    return status;
}

const struct command command_reg_list = {
    .name = "reg list",
    .arguments = "[TEXT]",
    .most = 1,
    .summary = "who is registered, with which contacts",
    .about = "The registrations that the S-CSCFs have, or those in which TEXT "
             "occurs.",
    .asks = true,
    .run = run,
};
