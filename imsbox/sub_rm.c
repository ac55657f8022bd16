/* SPDX-License-Identifier: MIT
 *
 * imsbox sub rm: each subscriber is removed by itself; one that cannot be
 * does not keep the others.
 */
#include "imsbox/client.h"
#include "imsbox/commands.h"
#include "imsbox/identities.h"

enum { DRY_RUN };

static enum exit_status remove_one(struct client *c, const char *name)
{
    const struct site_node *hss = client_hss(c, name);
    char whom[WHOM_MAX];
    enum exit_status status;
    struct buf path;
    struct reply r;

    if (!hss)
        return EXIT_UNKNOWN;
    whom_print(name, hss->node->network->domain, whom);
    buf_init(&path, 4096);
    status = client_ask(
        c,
        &(struct question){
            .node = hss,
            .method = "DELETE",
            .path = url_path(&path, "/subscribers/", whom,
                             c->words->option[DRY_RUN] ? "?dry_run=true" : ""),
            .whom = whom},
        &r);
    if (status == EXIT_DONE && !c->words->json)
        printf("%s %s\n", name,
               c->words->option[DRY_RUN] ? "would be removed" : "is removed");
    reply_fini(&r);
    buf_fini(&path);
    return status;
}

static int run(const struct words *w)
{
    struct client c;
    enum exit_status status = client_open(&c, w), one;

    for (unsigned i = 0; c.asker && i < w->count; i++) {
        one = remove_one(&c, w->rest[i]);
        status = one == EXIT_DONE ? status : one;
    }
    client_close(&c);
    return status;
}

static const struct command_option options[] = {
    [DRY_RUN] = {"dry-run", 0, NULL, "only says what would be done"},
    {0},
};

const struct command command_sub_rm = {
    .name = "sub rm",
    .arguments = "SUBSCRIBER...",
    .least = 1,
    .most = 1000,
    .summary = "remove subscribers",
    .about = "Who is registered is deregistered first.",
    .options = options,
    .asks = true,
    .run = run,
};
