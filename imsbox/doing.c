/* SPDX-License-Identifier: MIT
 *
 * imsbox reg drop, imsbox push: what an HSS does at S-CSCFs by RTR and PPR
 * (TS 29.228 6.1.3, 6.2.2), with what each of them answers.
 */
#include "imsbox/client.h"
#include "imsbox/commands.h"
#include "imsbox/identities.h"

enum { REASON, TEXT };

/* 0: all succeeded; else what the S-CSCFs did not do is told. */
static enum exit_status show(const struct words *w, const json_t *answer)
{
    const json_t *told = json_object_get(answer, "told"), *one;
    bool success = json_is_true(json_object_get(answer, "success"));
    size_t i;

    if (w->json) {
        print_json(answer);
        return success ? EXIT_DONE : EXIT_NO;
    }
    json_array_foreach(told, i, one)
    {
        printf("%s to %s: %s\n", json_member(one, "command"),
               json_member(one, "scscf"), json_member(one, "sentence"));
    }
    return success ? EXIT_DONE : EXIT_NO;
}

/* The rest of the line: identities of the subscriber, all without any. */
static void put_identities(const struct words *w, const char *domain,
                           json_t *body)
{
    json_t *list = json_array();
    char whom[WHOM_MAX];

    for (unsigned i = 1; i < w->count; i++) {
        whom_print(w->rest[i], domain, whom);
        json_array_append_new(list, json_string(whom));
    }
    if (w->count > 1)
        json_object_set(body, "identities", list);
    json_decref(list);
}

static enum exit_status ask(struct client *c, const char *after, json_t *body)
{
    const struct words *w = c->words;
    const struct site_node *hss = client_hss(c, w->rest[0]);
    char whom[WHOM_MAX], *text;
    enum exit_status status;
    struct reply r;
    struct buf path;

    if (!hss)
        return EXIT_UNKNOWN;
    whom_print(w->rest[0], hss->node->network->domain, whom);
    put_identities(w, hss->node->network->domain, body);
    text = json_dumps(body, 0);
    buf_init(&path, 4096);
    status =
        client_ask(c,
                   &(struct question){
                       .node = hss,
                       .method = "POST",
                       .path = url_path(&path, "/subscribers/", whom, after),
                       .type = "application/json",
                       .body = slice_of(text),
                       .whom = whom},
                   &r);
    if (status == EXIT_DONE)
        status = show(w, r.json);
    reply_fini(&r);
    buf_fini(&path);
    free(text);
    return status;
}

static int run(const struct words *w, const char *after, json_t *body)
{
    struct client c;
    enum exit_status status = client_open(&c, w);

    if (status == EXIT_DONE)
        status = ask(&c, after, body);
    client_close(&c);
    json_decref(body);
    return status;
}

/* As TS 29.229 6.3.17 calls them. */
static const char *reason_of(const char *word)
{
    static const struct {
        const char *word, *name;
    } reasons[] = {
        {"permanent", "PERMANENT_TERMINATION"},
        {"change", "SERVER_CHANGE"},
        {"new-server", "NEW_SERVER_ASSIGNED"},
        {"remove", "REMOVE_S-CSCF"},
    };

    for (unsigned i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (strcmp(reasons[i].word, word) == 0)
            return reasons[i].name;
    return NULL;
}

static int run_drop(const struct words *w)
{
    const char *reason = w->option[REASON] ? w->option[REASON] : "permanent";
    json_t *body = json_pack("{s:s}", "reason", reason_of(reason));

    if (w->option[TEXT])
        json_object_set_new(body, "text", json_string(w->option[TEXT]));
    return run(w, "/deregister", body);
}

static int run_push(const struct words *w)
{
    return run(w, "/push", json_object());
}

static const struct command_option drop_options[] = {
    [REASON] = {"reason", 'r', "permanent|change|new-server|remove",
                "permanent: he shall not come back (the default); change: he "
                "may, at another S-CSCF; new-server: another has him; remove: "
                "he was served unregistered"},
    [TEXT] = {"text", 0, "TEXT", "what the S-CSCF is told beside it"},
    {0},
};

const struct command command_reg_drop = {
    .name = "reg drop",
    .arguments = "USER [IDENTITY...]",
    .least = 1,
    .most = 64,
    .summary = "deregister a user from the network's side (RTR)",
    .about = "All of USER, or these of its identities alone. Says what each "
             "S-CSCF answered.",
    .options = drop_options,
    .asks = true,
    .run = run_drop,
};

const struct command command_push = {
    .name = "push",
    .arguments = "USER [IDENTITY...]",
    .least = 1,
    .most = 64,
    .summary = "push a user's profile to its S-CSCF (PPR)",
    .about = "Says what each S-CSCF answered.",
    .asks = true,
    .run = run_push,
};
