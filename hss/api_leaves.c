/* SPDX-License-Identifier: MIT
 *
 * Private and public identities of a subscriber, each at its own path. A
 * change of one is a change of the subscriber, with its version.
 */
#include "hss/api_leaves.h"
#include "hss/change.h"
#include "hss/export.h"

static struct slice canonical(struct slice name, struct identity *room)
{
    return identity_any_canonical(name, room, NULL) ? name
                                                    : identity_slice(room);
}

static struct slice text_of(const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);

    return json_is_string(v)
               ? slice_at(json_string_value(v), json_string_length(v))
               : S("");
}

static void absent(struct api_call *c, const char *what)
{
    api_problem(c, 404, "the subscriber has no %s identity %.*s", what,
                SLICE_ARG(slice_first(c->param[1], 200)));
}

/* The body, which may tell the identity of the path once more. */
static json_t *body_of_leaf(struct change *ch, const char *key,
                            struct slice name)
{
    json_t *body = body_json(ch->call, "application/json");
    json_t *said = json_object_get(body, key);

    if (!body)
        return NULL;
    if (said && !slice_eq(text_of(body, key), ch->call->param[1]) &&
        !slice_eq(text_of(body, key), name)) {
        char pointer[16] = "/";
        struct buf b;

        buf_over(&b, pointer + 1, sizeof(pointer) - 2);
        buf_str(&b, key);
        body_refuse_at(ch->call, pointer,
                       "another one than in the path; leave it out, or change "
                       "the subscriber as a whole");
        json_decref(body);
        return NULL;
    }
    json_object_set_new(body, key, json_stringn(name.p, name.n));
    return body;
}

/* ---- private identities ------------------------------------------------- */

static const struct subscriber_private *find_private(struct api_call *c,
                                                     const struct subscriber *s)
{
    for (size_t i = 0; i < s->nprivates; i++) {
        if (slice_eq(s->privates[i].impi, c->param[1]))
            return &s->privates[i];
    }
    absent(c, "private");
    return NULL;
}

void api_get_private(struct node *n, struct api_call *c)
{
    const struct subscriber_private *p;
    struct subscriber s;

    (void)n;
    p = change_read(c, &s) ? find_private(c, &s) : NULL;
    if (!p)
        return;
    export_json_private(&c->json, p);
    change_add_etag(c, s.version);
    api_reply(c, 200);
}

/* Where it is among its like; their number when it is not. */
static size_t index_of(const json_t *list, const char *key, struct slice name)
{
    size_t i = 0;

    while (i < json_array_size(list) &&
           !slice_eq(text_of(json_array_get(list, i), key), name))
        i++;
    return i;
}

static json_t *with_private(struct change *ch, const json_t *now)
{
    struct slice impi = ch->call->param[1];
    json_t *body = body_of_leaf(ch, "impi", impi);
    json_t *tree = body ? json_deep_copy(now) : NULL;
    json_t *list = json_object_get(tree, "privates");
    size_t i = index_of(list, "impi", impi);

    if (!tree)
        return NULL;
    if (i == json_array_size(list))
        json_array_append_new(list, body);
    else
        json_array_set_new(list, i, body);
    ch->base = arena_printf(&ch->call->arena, "/privates/%zu", i);
    return tree;
}

void api_put_private(struct node *n, struct api_call *c)
{
    (void)n;
    change_begin(c, with_private, false);
}

/* Out of the sets that name it. False: it is the only one of a set. */
static bool leave_sets(json_t *tree, struct slice impi)
{
    size_t i, k;
    json_t *set;

    json_array_foreach(json_object_get(tree, "sets"), i, set)
    {
        json_t *list = json_object_get(set, "privates");

        for (k = json_array_size(list); k-- > 0;) {
            const json_t *v = json_array_get(list, k);

            if (slice_eq(slice_at(json_string_value(v), json_string_length(v)),
                         impi))
                json_array_remove(list, k);
        }
        if (list && json_array_size(list) == 0)
            return false;
    }
    return true;
}

static json_t *without_private(struct change *ch, const json_t *now)
{
    struct slice impi = ch->call->param[1];
    json_t *tree = json_deep_copy(now);
    json_t *list = json_object_get(tree, "privates");
    size_t i = index_of(list, "impi", impi);

    if (i == json_array_size(list)) {
        absent(ch->call, "private");
    } else if (json_array_size(list) == 1) {
        api_problem(ch->call, 409,
                    "%.*s is the subscriber's only private identity; delete "
                    "the subscriber",
                    SLICE_ARG(slice_first(impi, 200)));
    } else if (!leave_sets(tree, impi)) {
        api_problem(ch->call, 409,
                    "%.*s is the only private identity of a set; give the set "
                    "another one, or delete its public identities first",
                    SLICE_ARG(slice_first(impi, 200)));
    } else {
        json_array_remove(list, i);
        return tree;
    }
    json_decref(tree);
    return NULL;
}

void api_delete_private(struct node *n, struct api_call *c)
{
    (void)n;
    change_begin(c, without_private, false);
}

/* ---- public identities -------------------------------------------------- */

void api_get_public(struct node *n, struct api_call *c)
{
    struct identity room;
    struct slice impu = canonical(c->param[1], &room);
    struct subscriber s;

    (void)n;
    if (!change_read(c, &s))
        return;
    for (size_t i = 0; i < s.nsets; i++) {
        for (size_t k = 0; k < s.sets[i].npublics; k++) {
            if (!slice_eq(s.sets[i].publics[k].impu, impu))
                continue;
            export_json_public(&c->json, &s.sets[i].publics[k]);
            change_add_etag(c, s.version);
            api_reply(c, 200);
            return;
        }
    }
    absent(c, "public");
}

struct spot {
    size_t set, n; /* set: the number of sets when it is in none */
};

static struct spot spot_of(const json_t *sets, struct slice impu)
{
    struct spot s = {0, 0};

    for (; s.set < json_array_size(sets); s.set++) {
        json_t *list = json_object_get(json_array_get(sets, s.set), "publics");

        s.n = index_of(list, "impu", impu);
        if (s.n < json_array_size(list))
            return s;
    }
    return s;
}

static json_t *publics_of(json_t *sets, size_t n)
{
    return json_object_get(json_array_get(sets, n), "publics");
}

/* Takes it out of the set where it is; a set without any goes. */
static void take_out(json_t *sets, struct spot s)
{
    json_array_remove(publics_of(sets, s.set), s.n);
    if (json_array_size(publics_of(sets, s.set)) == 0)
        json_array_remove(sets, s.set);
}

/* At the end of a set, or in a new one; out of the set where it was. */
static struct spot move_to(json_t *sets, struct spot was, size_t set,
                           json_t *body)
{
    size_t n = json_array_size(sets);
    struct spot to = {set, 0};

    if (was.set < n)
        take_out(sets, was);
    /* The set that it was alone in went with it. */
    if (json_array_size(sets) < n && to.set > was.set)
        to.set--;
    if (to.set == json_array_size(sets))
        json_array_append_new(sets, json_pack("{s:[]}", "publics"));
    to.n = json_array_size(publics_of(sets, to.set));
    json_array_append_new(publics_of(sets, to.set), body);
    return to;
}

/* The set that the body wants: without a word the one where it is. */
static bool wanted_set(struct change *ch, json_t *body, const json_t *sets,
                       struct spot was, uint64_t *set)
{
    size_t n = json_array_size(sets);

    *set = was.set < n ? was.set : 0;
    if (!body_number(ch->call, body, "set", n, false, set))
        return false;
    json_object_del(body, "set");
    return true;
}

static json_t *with_public(struct change *ch, const json_t *now)
{
    struct identity room;
    struct slice impu = canonical(ch->call->param[1], &room);
    json_t *body = body_of_leaf(ch, "impu", impu);
    json_t *tree = body ? json_deep_copy(now) : NULL;
    json_t *sets = json_object_get(tree, "sets");
    struct spot was = spot_of(sets, impu), to = was;
    bool is_there = was.set < json_array_size(sets);
    uint64_t set;

    if (!tree)
        return NULL;
    if (!wanted_set(ch, body, sets, was, &set)) {
        json_decref(body);
        json_decref(tree);
        return NULL;
    }
    if (is_there && set == was.set)
        json_array_set_new(publics_of(sets, was.set), was.n, body);
    else
        to = move_to(sets, was, set, body);
    ch->base =
        arena_printf(&ch->call->arena, "/sets/%zu/publics/%zu", to.set, to.n);
    return tree;
}

void api_put_public(struct node *n, struct api_call *c)
{
    (void)n;
    change_begin(c, with_public, false);
}

static json_t *without_public(struct change *ch, const json_t *now)
{
    struct identity room;
    struct slice impu = canonical(ch->call->param[1], &room);
    json_t *tree = json_deep_copy(now);
    json_t *sets = json_object_get(tree, "sets");
    struct spot at = spot_of(sets, impu);

    if (at.set == json_array_size(sets)) {
        absent(ch->call, "public");
        json_decref(tree);
        return NULL;
    }
    take_out(sets, at);
    ch->gone = ch->call->param[1];
    if (json_array_size(sets))
        return tree;
    api_problem(ch->call, 409,
                "%.*s is the subscriber's only public identity; delete the "
                "subscriber",
                SLICE_ARG(slice_first(impu, 200)));
    json_decref(tree);
    return NULL;
}

void api_delete_public(struct node *n, struct api_call *c)
{
    (void)n;
    change_begin(c, without_public, false);
}
