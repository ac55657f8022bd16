/* SPDX-License-Identifier: MIT
 *
 * imsbox sub add: one subscriber, or a range of them ("a hundred from 1001").
 */
#include "imsbox/client.h"
#include "imsbox/commands.h"
#include "imsbox/files.h"
#include "imsbox/identities.h"
#include "imsbox/table.h"

enum {
    PASSWORD,
    K,
    OPC,
    OP,
    TEL,
    NAME,
    PROFILE,
    COUNT,
    FILE_OF_ONE,
    DRY_RUN,
};

enum { SECRET_MAX = 300, BODY_MAX = 1 << 20 };

struct adding {
    const struct words *words;
    struct client client;
    json_t *body;
};

static void put(const struct adding *a, const char *key, const char *value)
{
    if (value)
        json_object_set_new(a->body, key, json_string(value));
}

static void put_slice(const struct adding *a, const char *key, struct slice s)
{
    json_object_set_new(a->body, key, json_stringn(s.p, s.n));
}

static bool is_number(struct slice text)
{
    struct slice digits = slice_from(text, slice_starts(text, S("+")));

    for (size_t i = 0; i < digits.n; i++)
        if (digits.p[i] < '0' || digits.p[i] > '9')
            return false;
    return digits.n > 0;
}

/* "-" is the next line of stdin, so that no secret stands where `ps` sees it.
 */
static void put_secret(const struct adding *a, const char *key,
                       const char *value)
{
    char line[SECRET_MAX] = "";

    if (value && strcmp(value, "-") == 0) {
        if (!fgets(line, sizeof line, stdin))
            line[0] = '\0';
        line[strcspn(line, "\r\n")] = '\0';
        value = line;
    }
    put(a, key, value);
}

/* ---- what is asked for --------------------------------------------------- */

static bool put_count(const struct adding *a)
{
    const char *text = a->words->option[COUNT];
    uint64_t count;

    if (!slice_u64(slice_of(text), INT32_MAX, &count)) {
        fprintf(stderr, "imsbox: --count takes a number, not %s\n", text);
        return false;
    }
    put(a, "first", a->words->rest[0]);
    json_object_set_new(a->body, "count", json_integer((json_int_t)count));
    return true;
}

static void put_who(const struct adding *a)
{
    struct slice who = slice_trim(slice_of(a->words->rest[0]));
    const char *number = "tel";
    char uri[WHOM_MAX];

    if (is_number(who)) {
        put_slice(a, "number", who);
    } else if (slice_index(who, ':') >= 0) {
        put_slice(a, "impu", who);
    } else if (slice_index(who, '@') >= 0) {
        snprintf(uri, sizeof uri, "sip:%.*s", SLICE_ARG(who));
        put(a, "impu", uri);
    } else {
        put_slice(a, "name", who);
        number = "number";
    }
    put(a, number, a->words->option[TEL]);
}

static bool fill(const struct adding *a)
{
    const char *const *option = a->words->option;

    if (option[COUNT] && !put_count(a))
        return false;
    if (!option[COUNT])
        put_who(a);
    put_secret(a, "password", option[PASSWORD]);
    put_secret(a, "k", option[K]);
    put_secret(a, "opc", option[OPC]);
    put_secret(a, "op", option[OP]);
    put(a, "display_name", option[NAME]);
    put(a, "profile", option[PROFILE]);
    return true;
}

/* ---- what came of it ----------------------------------------------------- */

static void show_one(const struct adding *a, const json_t *s)
{
    char impus[2000 + 1];
    struct buf b;

    buf_over(&b, impus, sizeof impus - 1);
    subscriber_print_impus(s, &b);
    impus[b.n] = '\0';
    printf("%s: %s, private identity %s\n",
           a->words->option[DRY_RUN] ? "would be added" : "added", impus,
           subscriber_impi(s, 0));
}

static void show_range(const json_t *result)
{
    static const char *const heads[] = {"number", "private identity",
                                        "password, or k and opc", NULL};
    const json_t *list = json_object_get(result, "subscribers"), *s;
    struct table t;
    size_t i;

    table_init(&t, heads);
    t.whole = true; /* keys are to be copied */
    json_array_foreach(list, i, s)
    {
        const char *password = json_member(s, "password");

        table_add(&t, "%s", json_member(s, "number"));
        table_add(&t, "%s", json_member(s, "impi"));
        table_add(&t, "%s%s%s", password[0] ? password : json_member(s, "k"),
                  password[0] ? "" : " ",
                  password[0] ? "" : json_member(s, "opc"));
    }
    table_print(&t, stdout);
    table_fini(&t);
}

static enum exit_status send_it(struct adding *a)
{
    const char *const *option = a->words->option;
    const struct site_node *hss = client_hss(&a->client, a->words->rest[0]);
    char *text = json_dumps(a->body, 0);
    struct reply r = {0};
    struct buf path;
    enum exit_status status = EXIT_UNKNOWN;

    buf_init(&path, 200);
    if (hss)
        status = client_ask(
            &a->client,
            &(struct question){
                .node = hss,
                .method = "POST",
                .path = url_path(&path,
                                 option[COUNT] ? "/subscribers/ranges"
                                               : "/subscribers",
                                 "", option[DRY_RUN] ? "?dry_run=true" : ""),
                .type = "application/json",
                .body = slice_of(text)},
            &r);
    if (status == EXIT_DONE && a->words->json)
        status = print_json(r.json);
    else if (status == EXIT_DONE && option[COUNT])
        show_range(r.json);
    else if (status == EXIT_DONE)
        show_one(a, r.json);
    reply_fini(&r);
    buf_fini(&path);
    free(text);
    return status;
}

/* A subscriber as the API takes it, from a file; NULL after a complaint. */
static json_t *read_subscriber(const char *path)
{
    json_error_t error;
    json_t *j = NULL;
    struct buf text;

    buf_init(&text, BODY_MAX);
    if (file_read(path, &text)) {
        j = json_loadb(text.n ? text.p : "", text.n, JSON_REJECT_DUPLICATES,
                       &error);
        if (!j)
            fprintf(stderr, "imsbox: %s:%d:%d: %s\n", path, error.line,
                    error.column, error.text);
    }
    buf_fini(&text);
    return j;
}

static int run(const struct words *w)
{
    struct adding a = {.words = w};
    enum exit_status status = EXIT_WRONG_WORDS;

    if (!w->option[FILE_OF_ONE] == (w->count == 0)) {
        fprintf(stderr, "imsbox: sub add takes a user's name or number, or "
                        "--file\n");
        return EXIT_WRONG_WORDS;
    }
    a.body = w->option[FILE_OF_ONE] ? read_subscriber(w->option[FILE_OF_ONE])
                                    : json_object();
    if (!a.body)
        return EXIT_FILE;
    if (w->option[FILE_OF_ONE] || fill(&a))
        status = client_open(&a.client, w);
    if (status == EXIT_DONE)
        status = send_it(&a);
    client_close(&a.client);
    json_decref(a.body);
    return status;
}

static const struct command_option options[] = {
    [PASSWORD] = {"password", 'p', "TEXT",
                  "for SIP digest; - reads it from a line of stdin"},
    [K] = {"k", 'k', "HEX", "the card's key, for IMS AKA; - likewise"},
    [OPC] = {"opc", 0, "HEX", "OPc that goes with it; - likewise"},
    [OP] = {"op", 0, "HEX", "OP instead, from which OPc is derived"},
    [TEL] = {"tel", 0, "NUMBER", "one more identity, tel:NUMBER"},
    [NAME] = {"display-name", 0, "TEXT", "what the called see"},
    [PROFILE] = {"profile", 0, "NAME", "the service profile"},
    [COUNT] = {"count", 'c', "N",
               "so many, numbered on from NUMBER; {n} in --password stands for "
               "the number, without any each gets one of its own"},
    [FILE_OF_ONE] = {"file", 'f', "FILE",
                     "the subscriber as JSON, as the API takes it"},
    [DRY_RUN] = {"dry-run", 0, NULL, "only says what would be done"},
    {0},
};

const struct command command_sub_add = {
    .name = "sub add",
    .arguments = "USER|NUMBER",
    .most = 1,
    .summary = "add a subscriber, or a range of them",
    .about = "What is not given is derived, and shown: private identity, SIP "
             "and tel URI, domain.\nimsbox sub add frank --password - adds "
             "sip:frank@DOMAIN; imsbox sub add 1001 --count 100 adds a hundred "
             "numbers.",
    .options = options,
    .asks = true,
    .run = run,
};
