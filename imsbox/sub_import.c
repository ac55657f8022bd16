/* SPDX-License-Identifier: MIT
 *
 * imsbox sub import: a small file goes as one request, a large one in parts,
 * is then checked and stored by the HSS, and asked after until it is done.
 */
#include "imsbox/client.h"
#include "imsbox/commands.h"
#include "imsbox/files.h"
#include "imsbox/progress.h"

enum { FORMAT, DRY_RUN };

enum {
    SMALL = 1 << 20, /* bytes */
    PART = 1 << 20,
    FILE_MAX = 1 << 30,
    ASK_EVERY_MS = 200,
};

struct importing {
    const struct words *words;
    struct client client;
    const struct site_node *hss;
    const char *name, *format;
    struct buf file;
    struct progress progress;
};

/* ---- what came of it ----------------------------------------------------- */

static long long number(const json_t *j, const char *key)
{
    return (long long)json_integer_value(json_object_get(j, key));
}

static enum exit_status show(const struct importing *im, const json_t *done)
{
    bool dry = im->words->option[DRY_RUN] != NULL;
    const json_t *errors = json_object_get(done, "errors"), *e;
    size_t i;

    if (im->words->json)
        return print_json(done);
    if (strcmp(json_member(done, "state"), "failed") == 0) {
        fprintf(stderr, "imsbox: %s: %s\n", im->name,
                json_member(done, "detail"));
        json_array_foreach(errors, i, e)
        {
            fprintf(stderr, "%s:%lld:", im->name, number(e, "line"));
            if (number(e, "column") > 0)
                fprintf(stderr, "%lld:", number(e, "column"));
            fprintf(stderr, " %s\n", json_member(e, "detail"));
        }
        return EXIT_REFUSED;
    }
    printf("%s: %lld %s, %lld %s already\n", im->name, number(done, "inserted"),
           dry ? "would be new" : "are new", number(done, "unchanged"),
           dry ? "would be there" : "were there");
    return EXIT_DONE;
}

/* ---- in one piece -------------------------------------------------------- */

static enum exit_status import_small(struct importing *im)
{
    struct reply r;
    enum exit_status status =
        client_ask(&im->client,
                   &(struct question){.node = im->hss,
                                      .method = "POST",
                                      .path = im->words->option[DRY_RUN]
                                                  ? "/import?dry_run=true"
                                                  : "/import",
                                      .type = strcmp(im->format, "csv") == 0
                                                  ? "text/csv"
                                                  : "application/yaml",
                                      .body = buf_slice(&im->file)},
                   &r);

    if (status == EXIT_DONE)
        status = show(im, r.json);
    reply_fini(&r);
    return status;
}

/* ---- in parts ------------------------------------------------------------ */

/* One question about the import; its answer's JSON goes into *out (owned). */
static enum exit_status ask(struct importing *im, const struct question *asked,
                            json_t **out)
{
    struct question q = *asked;
    enum exit_status status;
    struct reply r;

    q.node = im->hss;
    progress_clear(&im->progress);
    status = client_ask(&im->client, &q, &r);
    if (out)
        *out = json_incref(r.json);
    reply_fini(&r);
    return status;
}

static enum exit_status begin(struct importing *im, long long *id)
{
    json_t *body =
        json_pack("{s:s,s:s}", "format", im->format, "name", im->name);
    char *text = json_dumps(body, 0);
    json_t *made = NULL;
    enum exit_status status = ask(im,
                                  &(struct question){.method = "POST",
                                                     .path = "/imports",
                                                     .type = "application/json",
                                                     .body = slice_of(text)},
                                  &made);

    *id = number(made, "id");
    json_decref(made);
    json_decref(body);
    free(text);
    return status;
}

static enum exit_status send_parts(struct importing *im, long long id)
{
    struct slice rest = buf_slice(&im->file);
    enum exit_status status = EXIT_DONE;
    char path[100];

    while (rest.n > 0 && status == EXIT_DONE) {
        struct slice part = slice_first(rest, PART);

        snprintf(path, sizeof path, "/imports/%lld/part?offset=%zu", id,
                 im->file.n - rest.n);
        status = ask(im,
                     &(struct question){.method = "PUT",
                                        .path = path,
                                        .type = "application/octet-stream",
                                        .body = part},
                     NULL);
        rest = slice_from(rest, part.n);
        progress_draw(&im->progress, "sending",
                      (long long)(im->file.n - rest.n), (long long)im->file.n);
    }
    return status;
}

static bool is_over(const json_t *import)
{
    const char *state = json_member(import, "state");

    return strcmp(state, "done") == 0 || strcmp(state, "failed") == 0 ||
           strcmp(state, "cancelled") == 0;
}

/* Until it is over; *out (owned) is what it was then. */
static enum exit_status follow(struct importing *im, long long id, json_t **out)
{
    enum exit_status status = EXIT_DONE;
    char path[60];

    snprintf(path, sizeof path, "/imports/%lld", id);
    for (;;) {
        status =
            ask(im, &(struct question){.method = "GET", .path = path}, out);
        if (status != EXIT_DONE || is_over(*out))
            return status;
        if (strcmp(json_member(*out, "state"), "storing") == 0)
            progress_draw(&im->progress, "storing", number(*out, "stored"),
                          number(*out, "subscribers"));
        else
            progress_draw(&im->progress, "checking", number(*out, "checked"),
                          number(*out, "bytes"));
        json_decref(*out);
        *out = NULL;
        asker_wait(im->client.asker, NULL, 0, ASK_EVERY_MS);
    }
}

static enum exit_status import_large(struct importing *im)
{
    long long id = 0;
    json_t *done = NULL;
    enum exit_status status = begin(im, &id);
    char path[100];

    if (status == EXIT_DONE)
        status = send_parts(im, id);
    snprintf(path, sizeof path, "/imports/%lld/run%s", id,
             im->words->option[DRY_RUN] ? "?dry_run=true" : "");
    if (status == EXIT_DONE)
        status =
            ask(im, &(struct question){.method = "POST", .path = path}, NULL);
    if (status == EXIT_DONE)
        status = follow(im, id, &done);
    progress_clear(&im->progress);
    if (status == EXIT_DONE)
        status = show(im, done);
    json_decref(done);
    return status;
}

/* ---- the command --------------------------------------------------------- */

static const char *format_of(const struct words *w)
{
    if (w->option[FORMAT])
        return w->option[FORMAT];
    return slice_ends_nocase(slice_of(w->rest[0]), S(".csv")) ? "csv" : "yaml";
}

static int run(const struct words *w)
{
    struct importing im = {.words = w, .name = w->rest[0]};
    enum exit_status status = EXIT_FILE;

    im.format = format_of(w);
    progress_init(&im.progress);
    buf_init(&im.file, FILE_MAX);
    if (file_read(im.name, &im.file))
        status = client_open(&im.client, w);
    if (status == EXIT_DONE) {
        im.hss = client_hss(&im.client, NULL);
        status = !im.hss              ? EXIT_UNKNOWN
                 : im.file.n <= SMALL ? import_small(&im)
                                      : import_large(&im);
    }
    client_close(&im.client);
    buf_fini(&im.file);
    return status;
}

static const struct command_option options[] = {
    [FORMAT] = {"format", 0, "yaml|csv", "of the file; by its name without it"},
    [DRY_RUN] = {"dry-run", 0, NULL, "only checks the file"},
    {0},
};

const struct command command_sub_import = {
    .name = "sub import",
    .arguments = "FILE",
    .least = 1,
    .most = 1,
    .summary = "import a file of subscribers",
    .about = "YAML or CSV, - for stdin. Inserts what is missing and leaves "
             "what is there; with one wrong line nothing is done at all, and "
             "every wrong line is told.",
    .options = options,
    .asks = true,
    .run = run,
};
