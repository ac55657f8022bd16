/* SPDX-License-Identifier: MIT
 *
 * imsbox fault list: those that are on, and what they struck.
 */
#include "imsbox/client.h"
#include "imsbox/commands.h"
#include "imsbox/table.h"

struct listing {
    struct client client;
    struct table table;
    json_t *all; /* for --json */
};

static void show(struct listing *l, json_t *fault)
{
    json_array_append(l->all, fault);
    table_add(&l->table, "%s", json_member(fault, "name"));
    table_add(&l->table, "%s", json_member(fault, "node"));
    table_add(&l->table, "%lld",
              (long long)json_integer_value(json_object_get(fault, "struck")));
    table_add(&l->table, "%s", json_member(fault, "says"));
}

static enum exit_status list_node(struct listing *l, const struct site_node *n)
{
    struct reply r;
    enum exit_status status = client_ask(
        &l->client,
        &(struct question){.node = n, .method = "GET", .path = "/faults"}, &r);
    json_t *fault;
    size_t i;

    json_array_foreach(json_object_get(r.json, "faults"), i, fault)
    {
        show(l, fault);
    }
    reply_fini(&r);
    return status;
}

static int run(const struct words *w)
{
    static const char *const heads[] = {"name", "node", "struck",
                                        "what it does", NULL};
    struct listing l = {.all = json_array()};
    enum exit_status status = client_open(&l.client, w), one;
    bool open = status == EXIT_DONE;

    table_init(&l.table, heads);
    for (unsigned i = 0; open && i < l.client.site.node_count; i++) {
        one = list_node(&l, &l.client.site.nodes[i]);
        status = one == EXIT_DONE ? status : one;
    }
    if (open && w->json)
        print_json(l.all);
    else if (open && json_array_size(l.all) > 0)
        table_print(&l.table, stdout);
    else if (status == EXIT_DONE)
        fprintf(stderr, "no fault is on\n");
    table_fini(&l.table);
    json_decref(l.all);
    client_close(&l.client);
    return status;
}

const struct command command_fault_list = {
    .name = "fault list",
    .summary = "the faults that are on, and how many messages they struck",
    .asks = true,
    .run = run,
};
