/* SPDX-License-Identifier: MIT
 *
 * imsbox reg show: one user's registration, side by side as each node has it.
 */
#include "imsbox/client.h"
#include "imsbox/commands.h"
#include "imsbox/identities.h"

struct showing {
    struct client client;
    const char *domain; /* of the user's network */
    char whom[WHOM_MAX];
    bool found, dead;
    json_t *all; /* by node; owned */
};

/* ---- asking -------------------------------------------------------------- */

/* A P-CSCF is asked for its list: it knows users by their contacts. */
static json_t *of_pcscf(const struct showing *s, const json_t *page)
{
    const json_t *list = json_object_get(page, "registrations"), *ids, *id;
    json_t *found = json_array(), *r;
    size_t i, k;

    json_array_foreach(list, i, r)
    {
        ids = json_object_get(r, "identities");
        json_array_foreach(ids, k, id)
        {
            const char *text = json_string_value(id);

            if (text && strcmp(text, s->whom) == 0)
                json_array_append(found, r);
        }
    }
    return found;
}

static void print_path(const struct showing *s, enum topology_role role,
                       struct buf *out)
{
    if (role == TOPOLOGY_PCSCF)
        url_path(out, "/registrations?limit=1000", "", "");
    else if (role == TOPOLOGY_SCSCF)
        url_path(out, "/registrations/", s->whom, "");
    else
        url_path(out, "/subscribers/", s->whom, "/registration");
}

/* Its state; NULL: it knows nothing of the user. */
static json_t *state_of(struct showing *s, const struct site_node *n)
{
    json_t *state = NULL;
    struct reply r;
    struct buf path;

    buf_init(&path, 4096);
    print_path(s, n->node->role, &path);
    client_ask(&s->client,
               &(struct question){
                   .node = n, .method = "GET", .path = path.p, .quiet = true},
               &r);
    if (r.status == 0) {
        s->dead = true;
        state = json_pack("{s:s%}", "dead", r.body.p, (size_t)r.body.n);
    } else if (r.status == 200 && n->node->role == TOPOLOGY_PCSCF) {
        state = of_pcscf(s, r.json);
    } else if (r.status == 200) {
        state = json_incref(r.json);
    }
    if (state && (!json_is_array(state) || json_array_size(state) > 0))
        s->found = true;
    reply_fini(&r);
    buf_fini(&path);
    return state;
}

static void ask_all(struct showing *s)
{
    for (unsigned i = 0; i < s->client.site.node_count; i++) {
        const struct site_node *n = &s->client.site.nodes[i];
        json_t *state;

        if (n->node->role == TOPOLOGY_ICSCF ||
            (n->node->role != TOPOLOGY_PCSCF &&
             strcmp(n->node->network->domain, s->domain) != 0))
            continue;
        state = state_of(s, n);
        json_object_set_new(s->all, n->node->name, state ? state : json_null());
    }
}

/* ---- for people ---------------------------------------------------------- */

static void show_contacts(const json_t *list)
{
    const json_t *b;
    size_t i;

    json_array_foreach(list, i, b)
    {
        const char *path = json_member(b, "path");

        printf("  contact %s, %lld s to go%s%s\n", json_member(b, "contact"),
               (long long)json_integer_value(
                   json_object_get(b, "expires_seconds")),
               path[0] ? "\n          by " : "", path);
    }
}

static void show_sets(const json_t *sets)
{
    const json_t *set;
    char impus[1000 + 1];
    struct buf b;
    size_t i;

    json_array_foreach(sets, i, set)
    {
        buf_over(&b, impus, sizeof impus - 1);
        set_print_impus(set, &b);
        impus[b.n] = '\0';
        printf("  %s: %s%s%s\n", impus, json_member(set, "state"),
               json_member(set, "scscf")[0] ? " at " : "",
               json_member(set, "scscf"));
    }
}

static void show(const struct showing *s)
{
    const char *name;
    json_t *state;

    json_object_foreach(s->all, name, state)
    {
        const json_t *bindings = json_object_get(state, "bindings");

        printf("%s\n", name);
        if (json_object_get(state, "dead"))
            printf("  does not answer: %s\n", json_member(state, "dead"));
        else if (json_object_get(state, "sets"))
            show_sets(json_object_get(state, "sets"));
        else if (json_array_size(json_is_array(state) ? state : bindings) == 0)
            printf("  not registered\n");
        else
            show_contacts(json_is_array(state) ? state : bindings);
    }
}

static int run(const struct words *w)
{
    struct showing s = {.all = json_object()};
    enum exit_status status = client_open(&s.client, w);
    const struct site_node *hss = NULL;

    if (status == EXIT_DONE) {
        hss = client_hss(&s.client, w->rest[0]);
        status = hss ? EXIT_DONE : EXIT_UNKNOWN;
    }
    if (hss) {
        s.domain = hss->node->network->domain;
        whom_print(w->rest[0], s.domain, s.whom);
        ask_all(&s);
        if (w->json)
            print_json(s.all);
        else
            show(&s);
        if (!s.found) {
            fprintf(stderr, "imsbox: no node knows %s\n", s.whom);
            client_tell_nearest(&s.client, hss, s.whom);
        }
        status = s.dead ? EXIT_UNAVAILABLE : EXIT_DONE;
        status = s.found ? status : EXIT_UNKNOWN;
    }
    json_decref(s.all);
    client_close(&s.client);
    return status;
}

const struct command command_reg_show = {
    .name = "reg show",
    .arguments = "USER",
    .least = 1,
    .most = 1,
    .summary = "one user's registration as each node has it",
    .asks = true,
    .run = run,
};
