/* SPDX-License-Identifier: MIT
 *
 * imsbox sub show: one subscriber and where it is registered.
 */
#include "imsbox/client.h"
#include "imsbox/commands.h"
#include "imsbox/identities.h"

enum { SECRETS };

struct showing {
    struct client client;
    const struct site_node *hss;
    char whom[WHOM_MAX];
    json_t *subscriber; /* owned */
};

static void line(const char *name, const char *value)
{
    if (value[0])
        printf("%-16s %s\n", name, value);
}

/* ---- secrets ------------------------------------------------------------- */

/* Of each private identity, put into it under "secrets". */
static enum exit_status ask_secrets(struct showing *s)
{
    const json_t *privates = json_object_get(s->subscriber, "privates");
    enum exit_status status = EXIT_DONE;
    json_t *p;
    size_t i;

    json_array_foreach(privates, i, p)
    {
        struct reply r;
        struct buf path;

        if (status != EXIT_DONE)
            break;
        buf_init(&path, 4096);
        buf_str(&path, "/subscribers/");
        url_add(&path, s->whom);
        buf_str(&path, "/private/");
        url_add(&path, json_member(p, "impi"));
        buf_str(&path, "/secrets");
        buf_char(&path, '\0');
        status = client_ask(
            &s->client,
            &(struct question){.node = s->hss, .method = "GET", .path = path.p},
            &r);
        if (status == EXIT_DONE)
            json_object_set(p, "secrets", r.json);
        reply_fini(&r);
        buf_fini(&path);
    }
    return status;
}

static void show_secrets(const json_t *secrets)
{
    const json_t *list = json_object_get(secrets, "ha1"), *one;
    char text[300];
    size_t i;

    line("  k", json_member(secrets, "k"));
    line("  opc", json_member(secrets, "opc"));
    line("  amf", json_member(secrets, "amf"));
    json_array_foreach(list, i, one)
    {
        snprintf(text, sizeof text, "%s (%s, %s)", json_member(one, "value"),
                 json_member(one, "algorithm"), json_member(one, "realm"));
        line("  ha1", text);
    }
}

/* ---- for people ---------------------------------------------------------- */

static void show_private(const json_t *p)
{
    const json_t *aka = json_object_get(p, "aka");
    const json_t *digest = json_object_get(p, "digest");
    char text[400];

    line("private", json_member(p, "impi"));
    if (aka) {
        snprintf(text, sizeof text, "%s, amf %s", json_member(aka, "algorithm"),
                 json_member(aka, "amf"));
        line("  aka", text);
    }
    if (digest) {
        snprintf(text, sizeof text, "%s, realm %s",
                 json_member(digest, "algorithm"),
                 json_member(digest, "realm"));
        line("  digest", text);
    }
    show_secrets(json_object_get(p, "secrets"));
}

static void show_public(const json_t *p)
{
    const char *type = json_member(p, "type");
    char text[700];

    snprintf(text, sizeof text, "%s%s%s%s%s%s%s%s", json_member(p, "impu"),
             json_member(p, "display_name")[0] ? "  \"" : "",
             json_member(p, "display_name"),
             json_member(p, "display_name")[0] ? "\"" : "",
             strcmp(type, "user") == 0 ? "" : "  ",
             strcmp(type, "user") == 0 ? "" : type,
             json_member(p, "profile")[0] ? "  profile " : "",
             json_member(p, "profile"));
    line(json_is_true(json_object_get(p, "barred")) ? "public, barred"
                                                    : "public",
         text);
}

static void show_sets(const json_t *sets)
{
    const json_t *set, *p;
    char text[300];
    size_t i, k;

    json_array_foreach(sets, i, set)
    {
        if (json_array_size(sets) > 1)
            printf("implicit set %zu\n", i + 1);
        json_array_foreach(json_object_get(set, "publics"), k, p)
        {
            show_public(p);
        }
        if (!json_member(set, "state")[0])
            continue;
        snprintf(text, sizeof text, "%s%s%s", json_member(set, "state"),
                 json_member(set, "scscf")[0] ? " at " : "",
                 json_member(set, "scscf"));
        line("state", text);
    }
}

static void show(const struct showing *s, const json_t *registration)
{
    const json_t *privates = json_object_get(s->subscriber, "privates"), *p;
    const json_t *sets = json_object_get(registration, "sets");
    size_t i;

    printf("%-16s %lld\n", "id",
           (long long)json_integer_value(json_object_get(s->subscriber, "id")));
    json_array_foreach(privates, i, p)
    {
        show_private(p);
    }
    show_sets(sets ? sets : json_object_get(s->subscriber, "sets"));
    line("charging", json_member(s->subscriber, "charging"));
}

/* ---- asking -------------------------------------------------------------- */

static enum exit_status ask(struct showing *s, const char *after,
                            struct reply *out)
{
    enum exit_status status;
    struct buf path;

    buf_init(&path, 4096);
    status =
        client_ask(&s->client,
                   &(struct question){
                       .node = s->hss,
                       .method = "GET",
                       .path = url_path(&path, "/subscribers/", s->whom, after),
                       .whom = s->whom},
                   out);
    buf_fini(&path);
    return status;
}

static enum exit_status show_all(struct showing *s, const struct words *w)
{
    struct reply registration = {0};
    enum exit_status status = EXIT_DONE;

    if (w->option[SECRETS])
        status = ask_secrets(s);
    if (status == EXIT_DONE)
        status = ask(s, "/registration", &registration);
    if (status == EXIT_DONE && w->json) {
        json_object_set(s->subscriber, "registration",
                        json_object_get(registration.json, "sets"));
        status = print_json(s->subscriber);
    } else if (status == EXIT_DONE) {
        show(s, registration.json);
    }
    reply_fini(&registration);
    return status;
}

static int run(const struct words *w)
{
    struct showing s = {.hss = NULL};
    enum exit_status status = client_open(&s.client, w);
    struct reply r = {0};

    if (status == EXIT_DONE) {
        s.hss = client_hss(&s.client, w->rest[0]);
        status = s.hss ? EXIT_DONE : EXIT_UNKNOWN;
    }
    if (status == EXIT_DONE) {
        whom_print(w->rest[0], s.hss->node->network->domain, s.whom);
        status = ask(&s, "", &r);
    }
    if (status == EXIT_DONE) {
        s.subscriber = r.json;
        status = show_all(&s, w);
    }
    reply_fini(&r);
    client_close(&s.client);
    return status;
}

static const struct command_option options[] = {
    [SECRETS] = {"secrets", 0, NULL,
                 "K, OPc and digests too; that you asked is audited"},
    {0},
};

const struct command command_sub_show = {
    .name = "sub show",
    .arguments = "SUBSCRIBER",
    .least = 1,
    .most = 1,
    .summary = "one subscriber, and where it is registered",
    .options = options,
    .asks = true,
    .run = run,
};
