/* SPDX-License-Identifier: MIT
 *
 * imsbox doctor: what went wrong, where, and what to do: by the dashboard, or
 * out of the nodes' records.
 */
#include "base/mem.h"
#include "imsbox/commands.h"
#include "imsbox/output.h"
#include "imsbox/visit.h"
#include <time.h>

/* Rows of the options. */
enum { USER, FOLLOW };

enum { EVERY_MS = 500, PATH_MAX_BYTES = 1024 };

struct consultation {
    struct client client;
    struct visit *visit; /* NULL: the dashboard is asked */
    struct output out;
    uint64_t after;
    unsigned failures; /* not solved yet */
};

/* ---- getting them -------------------------------------------------------- */

static void reverse(json_t *list)
{
    size_t n = json_array_size(list);

    for (size_t i = 0; i + 1 < n; i++) {
        json_t *last = json_incref(json_array_get(list, n - 1));

        json_array_remove(list, n - 1);
        json_array_insert_new(list, i, last);
    }
}

static enum exit_status ask_hub(struct consultation *c, json_t **list)
{
    const char *user = c->client.words->option[USER];
    char path[PATH_MAX_BYTES];
    struct reply r;
    struct buf b;
    enum exit_status status;

    buf_over(&b, path, sizeof path - 1);
    buf_printf(&b, "/doctor?limit=1000&after=%llu",
               (unsigned long long)c->after);
    if (user) {
        buf_str(&b, "&user=");
        url_add(&b, user);
    }
    path[b.n] = '\0';
    status = client_ask(&c->client,
                        &(struct question){.method = "GET", .path = path}, &r);
    if (status == EXIT_DONE) {
        c->after =
            (uint64_t)json_integer_value(json_object_get(r.json, "next_after"));
        *list = json_incref(json_object_get(r.json, "findings"));
        reverse(*list);
    }
    reply_fini(&r);
    return status;
}

/* The new ones, the oldest first; to be released. */
static enum exit_status look(struct consultation *c, bool all, json_t **list)
{
    *list = NULL;
    if (!c->visit)
        return ask_hub(c, list);
    if (visit_read(c->visit, all) == 0)
        return EXIT_UNAVAILABLE;
    *list = visit_take(c->visit, c->client.words->option[USER]);
    return EXIT_DONE;
}

/* ---- showing them -------------------------------------------------------- */

static void print_times(const json_t *f)
{
    long long times =
        (long long)json_integer_value(json_object_get(f, "times"));

    if (times > 1)
        printf("  %lld times since %.8s", times, json_member(f, "first") + 11);
}

/* hh:mm:ss out of RFC 3339. */
static void print_head(const struct consultation *c, const json_t *f)
{
    const json_t *result = json_object_get(f, "result");
    bool is_note = strcmp(json_member(f, "kind"), "note") == 0;

    printf("%.8s  %s%s%s  %s", json_member(f, "at") + 11,
           output_hue(&c->out, is_note ? 2 : 6), json_member(f, "cause"),
           output_plain(&c->out), json_member(f, "subject"));
    if (json_member(f, "method")[0])
        printf("  %s", json_member(f, "method"));
    if (result)
        printf(" %lld", (long long)json_integer_value(result));
    print_times(f);
    if (json_member(f, "solved")[0])
        printf("  (went well at %.8s)", json_member(f, "solved") + 11);
    putchar('\n');
}

static void print_call(const json_t *f)
{
    if (json_member(f, "call")[0])
        printf("; imsbox trace --call '%s'", json_member(f, "call"));
}

/* All its texts: what a phone wrote may stand in any. */
static void make_harmless(json_t *f)
{
    const char *key;
    json_t *it;
    size_t i;

    json_object_foreach(f, key, it)
    {
        make_harmless(it);
    }
    json_array_foreach(f, i, it)
    {
        make_harmless(it);
    }
    if (json_is_string(f)) {
        char *text = mem_strdup(json_string_value(f));

        output_harmless(text);
        json_string_set(f, text);
        free(text);
    }
}

static void print_people(const struct consultation *c, json_t *f)
{
    const json_t *it;
    size_t i;

    make_harmless(f);
    print_head(c, f);
    printf("  %s\n", json_member(f, "what"));
    printf("  Where  %s\n", json_member(f, "where"));
    printf("  Do     %s\n", json_member(f, "do"));
    json_array_foreach(json_object_get(f, "evidence"), i, it)
    {
        printf("  %s  %s: %s\n", i ? "    " : "Seen", json_member(it, "name"),
               json_member(it, "value"));
    }
    printf("  (%s", json_member(f, "clause"));
    print_call(f);
    printf(")\n\n");
}

static void count(struct consultation *c, const json_t *list)
{
    const json_t *it;
    size_t i;

    json_array_foreach(list, i, it)
    {
        c->failures += strcmp(json_member(it, "kind"), "note") != 0 &&
                       !json_member(it, "solved")[0];
    }
}

static void print_lines(struct consultation *c, json_t *list)
{
    json_t *it;
    size_t i;

    json_array_foreach(list, i, it)
    {
        if (c->client.words->json) {
            json_dumpf(it, stdout, JSON_COMPACT);
            putchar('\n');
        } else
            print_people(c, it);
    }
    fflush(stdout);
}

static enum exit_status show_all(struct consultation *c)
{
    json_t *list, *whole;
    enum exit_status status = look(c, true, &list);

    if (status != EXIT_DONE)
        return status;
    count(c, list);
    if (c->client.words->json) {
        whole = json_pack("{s:O}", "findings", list);
        status = print_json(whole);
        json_decref(whole);
    } else if (json_array_size(list) == 0)
        printf("Nothing is wrong.\n");
    else
        print_lines(c, list);
    json_decref(list);
    return status == EXIT_DONE && c->failures ? EXIT_NO : status;
}

static void pause_a_while(void)
{
    const struct timespec t = {.tv_nsec = EVERY_MS * 1000000L};

    nanosleep(&t, NULL);
}

static enum exit_status follow(struct consultation *c)
{
    enum exit_status status = EXIT_DONE;
    json_t *list;

    while (status == EXIT_DONE && !ferror(stdout)) {
        status = look(c, false, &list);
        print_lines(c, list);
        json_decref(list);
        if (status == EXIT_DONE)
            pause_a_while();
    }
    return status == EXIT_DONE ? EXIT_FILE : status;
}

static int run(const struct words *w)
{
    struct consultation c = {0};
    enum exit_status status = client_open(&c.client, w);

    if (status != EXIT_DONE)
        return status;
    output_init(&c.out, stdout, 0);
    if (!c.client.hub)
        c.visit = visit_new(&c.client);
    status = w->option[FOLLOW] ? follow(&c) : show_all(&c);
    if (c.visit)
        visit_free(c.visit);
    client_close(&c.client);
    return status;
}

static const struct command_option options[] = {
    [USER] = {"user", 0, "USER", "only what concerns bob or sip:bob@DOMAIN"},
    [FOLLOW] = {"follow", 'f', NULL,
                "then goes on with what fails from now on, until Ctrl-C"},
    {0},
};

const struct command command_doctor = {
    .name = "doctor",
    .summary = "what went wrong, where, and what to do",
    .about = "Each registration or call that failed, as far as the records "
             "reach, with its cause, the evidence and a cure. Ends with 0 when "
             "nothing is wrong (notes, such as a callee who is busy, are "
             "nothing wrong, nor is what went well since) and with 1 when "
             "something is.",
    .options = options,
    .asks = true,
    .run = run,
};
