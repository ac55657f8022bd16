/* SPDX-License-Identifier: MIT
 *
 * imsbox sub list: page after page, each shown as it comes.
 */
#include "imsbox/client.h"
#include "imsbox/commands.h"
#include "imsbox/identities.h"
#include "imsbox/table.h"

enum { LIMIT };

enum { PAGE = 500, TEXT_MAX = 4000 };

struct listing {
    const struct words *words;
    struct client client;
    struct table table;
    uint64_t after, left; /* left: of --limit */
    unsigned long long total, shown;
    bool more;
};

static void add_row(struct listing *l, const json_t *s)
{
    char impus[TEXT_MAX + 1] = "", auth[200 + 1] = "";
    const json_t *privates = json_object_get(s, "privates");
    size_t others = json_array_size(privates);
    struct buf b;

    buf_over(&b, impus, TEXT_MAX);
    subscriber_print_impus(s, &b);
    impus[b.n] = '\0';
    buf_over(&b, auth, sizeof auth - 1);
    subscriber_print_auth(s, &b);
    auth[b.n] = '\0';
    table_add(&l->table, "%lld",
              (long long)json_integer_value(json_object_get(s, "id")));
    table_add(&l->table, "%s", impus);
    table_add(&l->table, others > 1 ? "%s +%zu" : "%s", subscriber_impi(s, 0),
              others - 1);
    table_add(&l->table, "%s", auth);
}

static void show_page(struct listing *l, const json_t *page)
{
    const json_t *list = json_object_get(page, "subscribers"), *s;
    size_t i;

    json_array_foreach(list, i, s)
    {
        if (l->words->json)
            printf("%s%s", l->shown ? ",\n" : "", "");
        if (l->words->json)
            json_dumpf(s, stdout, JSON_COMPACT);
        else
            add_row(l, s);
        l->shown++;
    }
    table_print(&l->table, stdout);
}

static enum exit_status next_page(struct listing *l,
                                  const struct site_node *hss)
{
    unsigned want = l->left < PAGE ? (unsigned)l->left : PAGE;
    struct buf path;
    struct reply r;
    enum exit_status status;
    const json_t *next;
    uint64_t before = l->shown;

    buf_init(&path, 4096);
    buf_printf(&path, "/subscribers?limit=%u&after=%llu", want,
               (unsigned long long)l->after);
    if (l->words->count) {
        buf_str(&path, "&q=");
        url_add(&path, l->words->rest[0]);
    }
    buf_char(&path, '\0');
    status = client_ask(
        &l->client,
        &(struct question){.node = hss, .method = "GET", .path = path.p}, &r);
    if (status == EXIT_DONE) {
        show_page(l, r.json);
        next = json_object_get(r.json, "next_after");
        l->total = (unsigned long long)json_integer_value(
            json_object_get(r.json, "total"));
        l->after = (uint64_t)json_integer_value(next);
        l->left -= l->shown - before;
        l->more = next && l->shown - before == want;
    }
    reply_fini(&r);
    buf_fini(&path);
    return status;
}

static enum exit_status list(struct listing *l)
{
    const struct site_node *hss = client_hss(&l->client, NULL);
    enum exit_status status = hss ? EXIT_DONE : EXIT_UNKNOWN;

    if (l->words->json)
        printf("[");
    for (l->more = true; status == EXIT_DONE && l->more && l->left > 0;)
        status = next_page(l, hss);
    if (l->words->json)
        printf("]\n");
    else if (status == EXIT_DONE && l->more)
        fprintf(stderr, "%llu of %llu; --limit shows more\n", l->shown,
                l->total);
    else if (status == EXIT_DONE && l->shown == 0)
        fprintf(stderr,
                l->words->count ? "no subscriber has %s in its names\n"
                                : "there are no subscribers%s\n",
                l->words->count ? l->words->rest[0] : "");
    return status;
}

static int run(const struct words *w)
{
    static const char *const heads[] = {
        "id", "public identities", "private identity", "authentication", NULL};
    struct listing l = {.words = w, .left = UINT64_MAX};
    enum exit_status status;

    if (w->option[LIMIT] &&
        !slice_u64(slice_of(w->option[LIMIT]), UINT64_MAX, &l.left)) {
        fprintf(stderr, "imsbox: --limit takes a number, not %s\n",
                w->option[LIMIT]);
        return EXIT_WRONG_WORDS;
    }
    status = client_open(&l.client, w);
    table_init(&l.table, heads);
    if (status == EXIT_DONE)
        status = list(&l);
    table_fini(&l.table);
    client_close(&l.client);
    return status;
}

static const struct command_option options[] = {
    [LIMIT] = {"limit", 'l', "N", "at most so many"},
    {0},
};

const struct command command_sub_list = {
    .name = "sub list",
    .arguments = "[TEXT]",
    .most = 1,
    .summary = "list or search subscribers",
    .about = "All subscribers, or those with TEXT in an identity or a name.",
    .options = options,
    .asks = true,
    .run = run,
};
