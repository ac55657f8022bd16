/* SPDX-License-Identifier: MIT
 *
 * imsbox ifc test: which initial filter criteria of a user a request matches,
 * and which condition failed of the others.
 */
#include "imsbox/client.h"
#include "imsbox/commands.h"
#include "imsbox/files.h"
#include "imsbox/identities.h"

enum { CASE, REGISTERED, REGISTRATION, MESSAGE };

enum { TEXT_MAX = 1 << 16 };

/* The start line from the command line ("MESSAGE", "INVITE sip:x@y"), or all
 * of a file. */
static bool read_request(const struct words *w, const char *whom,
                         struct buf *out)
{
    const char *line = w->count > 1 ? w->rest[1] : "INVITE";
    const char *name = w->option[MESSAGE];

    if (!name) {
        buf_str(out, line);
        if (!strchr(line, ' '))
            buf_printf(out, " %s SIP/2.0", whom);
        return true;
    }
    return file_read(name, out);
}

/* ---- what came of it ----------------------------------------------------- */

static void show_criterion(const json_t *one)
{
    bool matched = json_is_true(json_object_get(one, "matched"));

    printf("%s %6lld  %s\n               %s\n", matched ? "matches" : "skipped",
           (long long)json_integer_value(json_object_get(one, "priority")),
           json_member(one, "server"), json_member(one, "sentence"));
}

static void show(const json_t *answer)
{
    const json_t *list = json_object_get(answer, "criteria"), *one;
    const char *next = json_member(answer, "next");
    size_t i;

    printf("%s of %s, %s\n", json_member(answer, "method"),
           json_member(answer, "identity"),
           json_member(answer, "session_case"));
    json_array_foreach(list, i, one)
    {
        show_criterion(one);
    }
    if (json_array_size(list) == 0)
        printf("its service profile has no filter criteria\n");
    else if (next[0])
        printf("goes to %s first\n", next);
    else
        printf("goes to no application server\n");
}

/* That one matches is the answer "yes". */
static enum exit_status tell(const struct words *w, const json_t *answer)
{
    if (w->json)
        print_json(answer);
    else
        show(answer);
    return json_member(answer, "next")[0] ? EXIT_DONE : EXIT_NO;
}

/* ---- asking -------------------------------------------------------------- */

static json_t *body_of(const struct words *w, const char *whom,
                       const struct buf *request)
{
    const char *registered = w->option[REGISTERED];
    json_t *body = json_pack("{s:s,s:s%}", "identity", whom, "request",
                             request->p, request->n);

    if (w->option[CASE])
        json_object_set_new(body, "session_case", json_string(w->option[CASE]));
    if (registered)
        json_object_set_new(body, "registered",
                            json_boolean(strcmp(registered, "yes") == 0));
    if (w->option[REGISTRATION])
        json_object_set_new(body, "registration",
                            json_string(w->option[REGISTRATION]));
    return body;
}

static enum exit_status ask(struct client *c, const struct site_node *hss,
                            const char *whom, json_t *body)
{
    char *text = json_dumps(body, 0);
    struct reply r;
    enum exit_status status =
        client_ask(c,
                   &(struct question){.node = hss,
                                      .method = "POST",
                                      .path = "/ifc/test",
                                      .type = "application/json",
                                      .body = slice_of(text ? text : ""),
                                      .whom = whom},
                   &r);

    if (status == EXIT_DONE)
        status = tell(c->words, r.json);
    reply_fini(&r);
    free(text);
    return status;
}

static enum exit_status test(struct client *c)
{
    const struct words *w = c->words;
    const struct site_node *hss = client_hss(c, w->rest[0]);
    enum exit_status status = EXIT_FILE;
    char whom[WHOM_MAX];
    struct buf request;
    json_t *body;

    if (!hss)
        return EXIT_UNKNOWN;
    whom_print(w->rest[0], hss->node->network->domain, whom);
    buf_init(&request, TEXT_MAX);
    if (read_request(w, whom, &request)) {
        body = body_of(w, whom, &request);
        if (body)
            status = ask(c, hss, whom, body);
        else
            fprintf(stderr, "imsbox: the request is no text\n");
        json_decref(body);
    }
    buf_fini(&request);
    return status;
}

static int run(const struct words *w)
{
    enum exit_status status = EXIT_WRONG_WORDS;
    struct client c;

    if (w->count > 1 && w->option[MESSAGE]) {
        fprintf(stderr, "imsbox: a request stands on the command line or in "
                        "--message, not in both\n");
        return status;
    }
    status = client_open(&c, w);
    if (status == EXIT_DONE)
        status = test(&c);
    client_close(&c);
    return status;
}

static const struct command_option options[] = {
    [CASE] = {"case", 'c', "originating|terminating|originating_cdiv",
              "in which session case the request is; originating without it"},
    [REGISTERED] = {"registered", 'r', "yes|no",
                    "of the user; as the HSS has it without"},
    [REGISTRATION] = {"registration", 0, "initial|again|gone",
                      "of a REGISTER; by its Expires without it"},
    [MESSAGE] = {"message", 'm', "FILE", "the whole request; - for stdin"},
    {0},
};

static const struct command command_ifc_test = {
    .name = "ifc test",
    .arguments = "USER [REQUEST]",
    .least = 1,
    .most = 2,
    .summary = "which filter criteria a request matches, and why not",
    .about = "REQUEST is a method or a start line, \"INVITE sip:bob@DOMAIN\"; "
             "what a request must have and this one lacks is filled in. Exit "
             "status 0: a criterion matches; 1: none does. The S-CSCF does not "
             "ask application servers yet.",
    .options = options,
    .asks = true,
    .run = run,
};

static const struct command *const all[] = {&command_ifc_test, NULL};

const struct command command_ifc = {
    .name = "ifc",
    .summary = "initial filter criteria: test them",
    .below = all,
};
