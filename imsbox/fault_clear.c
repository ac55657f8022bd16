/* SPDX-License-Identifier: MIT
 *
 * imsbox fault clear: all faults, or some by name, at all nodes.
 */
#include "imsbox/client.h"
#include "imsbox/commands.h"

/* name NULL: all. *found: somebody had it. */
static enum exit_status clear(struct client *c, const char *name, bool *found)
{
    enum exit_status status = EXIT_DONE, one;
    struct buf path;
    struct reply r;

    buf_init(&path, 4096);
    for (unsigned i = 0; i < c->site.node_count; i++) {
        const struct site_node *n = &c->site.nodes[i];
        struct question q = {
            .node = n,
            .method = "DELETE",
            .path = name ? url_path(&path, "/faults/", name, "") : "/faults",
            .quiet = true};

        one = client_ask(c, &q, &r);
        *found |= one == EXIT_DONE;
        if (one != EXIT_DONE && r.status != 404) {
            reply_complain(&r, n->node->name);
            status = one;
        }
        reply_fini(&r);
    }
    buf_fini(&path);
    return status;
}

static enum exit_status clear_named(struct client *c, const char *name)
{
    bool found = false;
    enum exit_status status = clear(c, name, &found);

    if (found || status != EXIT_DONE)
        return status;
    fprintf(stderr, "imsbox: no fault %s is on\n", name);
    return EXIT_UNKNOWN;
}

static int run(const struct words *w)
{
    struct client c;
    enum exit_status status = client_open(&c, w), one;
    bool found = false;

    if (status == EXIT_DONE && w->count == 0)
        status = clear(&c, NULL, &found);
    else if (status == EXIT_DONE)
        for (unsigned i = 0; i < w->count; i++) {
            one = clear_named(&c, w->rest[i]);
            status = one == EXIT_DONE ? status : one;
        }
    client_close(&c);
    return status;
}

const struct command command_fault_clear = {
    .name = "fault clear",
    .arguments = "[NAME...]",
    .most = 64,
    .summary = "no more faults, or some of them less",
    .about = "Without a NAME all faults of all nodes. What they hold goes on "
             "at once. The dashboard's word is to mend.",
    .asks = true,
    .run = run,
};
