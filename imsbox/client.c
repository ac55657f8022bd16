/* SPDX-License-Identifier: MIT */
#include "imsbox/client.h"
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    TIMEOUT_MS = 60000,
    LOOK_MS = 1000, /* whether a dashboard answers */
    ERRORS_SHOWN = 20,
};

/* ---- opening ------------------------------------------------------------- */

static void on_alive(void *ctx, long status, struct slice body)
{
    struct client *c = ctx;

    (void)body;
    if (status == 200)
        c->hub = c->hub_url;
}

static void look_for_hub(struct client *c)
{
    char url[320];

    if (!c->site.dashboard.node)
        return;
    snprintf(c->hub_url, sizeof c->hub_url, "%s", c->site.dashboard.admin);
    snprintf(url, sizeof url, "%s/livez", c->hub_url);
    asker_get(c->asker, url, LOOK_MS, on_alive, c);
    asker_finish(c->asker);
}

enum exit_status client_open(struct client *c, const struct words *w)
{
    struct str token = {0};
    struct why why;
    enum ims_err err;

    *c = (struct client){.words = w};
    err = site_find(w->topology, &c->site, &why);
    if (err != IMS_OK) {
        fprintf(stderr, "imsbox: %s\n", why.text);
        return err == IMS_CONFIG ? EXIT_TOPOLOGY : EXIT_UNAVAILABLE;
    }
    c->asker = asker_new();
    look_for_hub(c);
    site_token(&c->site, &token);
    asker_set_token(c->asker, str_c(&token));
    str_fini(&token);
    return EXIT_DONE;
}

void client_close(struct client *c)
{
    if (!c->asker)
        return;
    asker_free(c->asker);
    site_fini(&c->site);
}

/* ---- which HSS ----------------------------------------------------------- */

/* Without a domain: the first. */
static const struct site_node *hss_of(const struct client *c,
                                      struct slice domain)
{
    for (unsigned i = 0; i < c->site.node_count; i++) {
        const struct topology_node *n = c->site.nodes[i].node;

        if (n->role == TOPOLOGY_HSS &&
            (!domain.p ||
             slice_eq_nocase(slice_of(n->network->domain), domain)))
            return &c->site.nodes[i];
    }
    return NULL;
}

const struct site_node *client_hss(const struct client *c, const char *identity)
{
    struct slice name = slice_trim(slice_of(identity ? identity : ""));
    ssize_t at = slice_index(name, '@');
    const struct site_node *n;

    if (c->words->network) {
        n = hss_of(c, slice_of(c->words->network));
        if (!n)
            fprintf(stderr, "imsbox: %s has no network %s with an HSS\n",
                    c->site.topology->path, c->words->network);
        return n;
    }
    n = at < 0 ? NULL : hss_of(c, slice_from(name, (size_t)at + 1));
    if (!n)
        n = hss_of(c, (struct slice){0});
    if (!n)
        fprintf(stderr, "imsbox: %s has no HSS\n", c->site.topology->path);
    return n;
}

/* ---- asking -------------------------------------------------------------- */

static void on_reply(void *ctx, long status, struct slice body)
{
    struct reply *r = ctx;

    r->status = status;
    buf_add(&r->body, body);
    if (status != 0 && body.n > 0)
        r->json =
            json_loadb(body.p, body.n, JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL);
}

enum exit_status exit_of_status(long status)
{
    switch (status) {
    case 0:
    case 502:
    case 503:
    case 504: return EXIT_UNAVAILABLE;
    case 401:
    case 403:
    case 429: return EXIT_DENIED;
    case 404: return EXIT_UNKNOWN;
    default: break;
    }
    if (status / 100 == 2)
        return EXIT_DONE;
    return status / 100 == 4 ? EXIT_REFUSED : EXIT_NO;
}

/* As whom a change is audited. */
static const char *user_name(void)
{
    const struct passwd *p = getpwuid(geteuid());

    return p ? p->pw_name : NULL;
}

static void ask_at(struct client *c, const struct question *q, const char *base,
                   struct reply *out)
{
    struct str url = {0};
    struct ask_request rq = {
        .method = q->method,
        .type = q->type,
        .body = q->body,
        .user = user_name(),
        .timeout_ms = TIMEOUT_MS,
    };

    *out = (struct reply){0};
    buf_init(&out->body, ASK_BODY_MAX);
    str_printf(&url, "%s%s", base, q->path);
    rq.url = str_c(&url);
    asker_send(c->asker, &rq, on_reply, out);
    asker_finish(c->asker);
    str_fini(&url);
}

/* May the node be asked once more? What is no request to repeat only when the
 * dashboard did not pass it on (RFC 9110 section 9.2.2): else it may be under
 * way still. */
static bool may_ask_again(const struct question *q, const struct reply *r)
{
    bool repeats =
        strcmp(q->method, "POST") != 0 && strcmp(q->method, "PATCH") != 0;

    if (r->status != 0 && r->status != 503)
        return false;
    return repeats ||
           strcmp(json_member(r->json, "error"), SITE_NOT_ASKED) == 0;
}

/* A node by way of the dashboard. What that takes for dead is asked all the
 * same: it may have come back just now. */
static void ask_node(struct client *c, const struct question *q,
                     struct reply *out)
{
    struct str base = {0};

    *out = (struct reply){0};
    if (c->hub) {
        str_printf(&base, "%s/api/v1/nodes/%s", c->hub, q->node->node->name);
        ask_at(c, q, str_c(&base), out);
    }
    if (!c->hub || may_ask_again(q, out)) {
        reply_fini(out);
        str_printf(&base, "%s/api/v1", q->node->admin);
        ask_at(c, q, str_c(&base), out);
    }
    str_fini(&base);
}

enum exit_status client_ask(struct client *c, const struct question *q,
                            struct reply *out)
{
    struct str base = {0};

    if (q->node) {
        ask_node(c, q, out);
    } else {
        str_printf(&base, "%s/api/v1", c->hub);
        ask_at(c, q, str_c(&base), out);
        str_fini(&base);
    }
    if (out->status / 100 != 2 && !q->quiet)
        reply_complain(out, q->node ? q->node->node->name : "the dashboard");
    if (out->status == 404 && q->whom)
        client_tell_nearest(c, q->node, q->whom);
    return exit_of_status(out->status);
}

void client_tell_nearest(struct client *c, const struct site_node *hss,
                         const char *whom)
{
    const char *kind = strchr(whom, ':') ? "public" : "private", *first;
    json_t *body = json_pack("{s:s}", kind, whom), *list;
    char *text = json_dumps(body, 0);
    struct reply r;

    client_ask(c,
               &(struct question){.node = hss,
                                  .method = "POST",
                                  .path = "/tools/examine",
                                  .type = "application/json",
                                  .body = slice_of(text ? text : ""),
                                  .quiet = true},
               &r);
    list = json_object_get(json_object_get(r.json, kind), "nearest");
    first = json_string_value(json_array_get(list, 0));
    if (first)
        fprintf(stderr, "Did you mean %s?\n", first);
    reply_fini(&r);
    free(text);
    json_decref(body);
}

void reply_fini(struct reply *r)
{
    json_decref(r->json);
    buf_fini(&r->body);
}

/* ---- problems ------------------------------------------------------------ */

static void complain_of(const json_t *error, const char *margin)
{
    const json_t *line = json_object_get(error, "line");
    const json_t *column = json_object_get(error, "column");
    const char *pointer = json_member(error, "pointer");

    fprintf(stderr, "%s", margin);
    if (line)
        fprintf(stderr, "line %lld", (long long)json_integer_value(line));
    if (line && column)
        fprintf(stderr, ", column %lld", (long long)json_integer_value(column));
    fprintf(stderr, "%s%s%s\n", line || pointer[0] ? pointer : "",
            line || pointer[0] ? ": " : "", json_member(error, "detail"));
}

static void list_errors(const json_t *errors)
{
    const json_t *one;
    size_t i;

    json_array_foreach(errors, i, one)
    {
        if (i < ERRORS_SHOWN)
            complain_of(one, "  ");
    }
    if (json_array_size(errors) > ERRORS_SHOWN)
        fprintf(stderr, "  ... and %zu more\n",
                json_array_size(errors) - ERRORS_SHOWN);
}

/* A detail that only repeats the first error gives way to the list. */
static void tell_problem(const char *detail, const json_t *errors)
{
    const json_t *first = json_array_get(errors, 0);

    if (!first || !strstr(detail, json_member(first, "detail"))) {
        fprintf(stderr, "imsbox: %s\n", detail);
        list_errors(errors);
    } else if (json_array_size(errors) == 1) {
        complain_of(first, "imsbox: ");
    } else {
        fprintf(stderr, "imsbox: nothing was changed, %zu things are wrong:\n",
                json_array_size(errors));
        list_errors(errors);
    }
}

void reply_complain(const struct reply *r, const char *whom)
{
    const char *detail = json_member(r->json, "detail");

    if (r->status == 0) {
        fprintf(stderr, "imsbox: %s does not answer: %.*s\n", whom,
                SLICE_ARG(buf_slice(&r->body)));
        return;
    }
    if (detail[0])
        tell_problem(detail, json_object_get(r->json, "errors"));
    else
        fprintf(stderr, "imsbox: %s answers %ld\n", whom, r->status);
    if (r->status == 401)
        fprintf(stderr, "Set IMSBOX_TOKEN to the network's admin token.\n");
}

/* ---- texts --------------------------------------------------------------- */

void url_add(struct buf *out, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || strchr("-._~", c);

        if (plain) {
            buf_char(out, (char)c);
            continue;
        }
        buf_char(out, '%');
        buf_char(out, digits[c >> 4]);
        buf_char(out, digits[c & 15]);
    }
}

const char *url_path(struct buf *b, const char *before, const char *name,
                     const char *after)
{
    buf_reset(b);
    buf_str(b, before);
    url_add(b, name);
    buf_str(b, after);
    buf_char(b, '\0');
    return b->p;
}

enum exit_status print_json(const json_t *j)
{
    json_dumpf(j, stdout, JSON_INDENT(2) | JSON_ENCODE_ANY);
    putchar('\n');
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_FILE;
}

const char *json_member(const json_t *j, const char *key)
{
    const char *text = json_string_value(json_object_get(j, key));

    return text ? text : "";
}
