/* SPDX-License-Identifier: MIT
 *
 * imsbox sub export: all subscribers as a file that import takes.
 */
#include "imsbox/client.h"
#include "imsbox/commands.h"
#include <errno.h>

enum { FORMAT, SECRETS };

static enum exit_status write_file(const char *name, struct slice text)
{
    FILE *f = name ? fopen(name, "we") : stdout;
    bool good = f && fwrite(text.p, 1, text.n, f) == text.n && fflush(f) == 0;

    if (!good)
        fprintf(stderr, "imsbox: %s: %s\n", name ? name : "stdout",
                strerror(errno));
    if (f && name && fclose(f) != 0)
        good = false;
    return good ? EXIT_DONE : EXIT_FILE;
}

static const char *format_of(const struct words *w)
{
    if (w->option[FORMAT])
        return w->option[FORMAT];
    return w->count && slice_ends_nocase(slice_of(w->rest[0]), S(".csv"))
               ? "csv"
               : "yaml";
}

static enum exit_status export(struct client *c, const struct words *w) {
    bool secrets = w->option[SECRETS] != NULL;
    const struct site_node *hss = client_hss(c, NULL);
    enum exit_status status;
    struct reply r;
    char path[60];

    if (!hss) return EXIT_UNKNOWN;
    snprintf(path, sizeof path, "/export?format=%s", format_of(w));
    status = client_ask(c,
                        &(struct question){.node = hss,
                                           .method = secrets ? "POST" : "GET",
                                           .path = path},
                        &r);
    if (status == EXIT_DONE && !secrets)
        status = write_file(w->count ? w->rest[0] : NULL, buf_slice(&r.body));
    else if (status == EXIT_DONE && w->json) status = print_json(r.json);
    else if (status == EXIT_DONE)
        printf("written by %s to %s\n", hss->node->name,
               json_member(r.json, "file"));
    reply_fini(&r);
    return status;
}

static int run(const struct words *w)
{
    enum exit_status status = EXIT_WRONG_WORDS;
    struct client c;

    if (w->option[SECRETS] && w->count) {
        fprintf(stderr, "imsbox: with --secrets the HSS chooses the file, in a "
                        "directory of its own\n");
        return status;
    }
    status = client_open(&c, w);
    if (status == EXIT_DONE)
        status = export(&c, w);
    client_close(&c);
    return status;
}

static const struct command_option options[] = {
    [FORMAT] = {"format", 0, "yaml|csv", "of the file; by its name without it"},
    [SECRETS] = {"secrets", 0, NULL,
                 "with keys and passwords, to a file beside the HSS's "
                 "database that only its owner may read"},
    {0},
};

const struct command command_sub_export = {
    .name = "sub export",
    .arguments = "[FILE]",
    .most = 1,
    .summary = "all subscribers as a file",
    .about = "YAML or CSV, to stdout without FILE. Without secrets it cannot "
             "be imported into an empty HSS.",
    .options = options,
    .asks = true,
    .run = run,
};
