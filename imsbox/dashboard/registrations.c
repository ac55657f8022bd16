/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/registrations.h"
#include "ims/identity.h"
#include "imsbox/dashboard/differences.h"
#include "imsbox/dashboard/fanout.h"
#include <stdio.h>

/* ---- one user ------------------------------------------------------------ */

/* What the nodes said, read. */
struct view {
    const struct fanout *f;
    const char *impu;
    json_t **answers; /* owned */
    struct sight *sights;
};

static bool has_text(const json_t *list, const char *key, const char *text)
{
    const json_t *it;
    size_t i;

    json_array_foreach(list, i, it)
    {
        const char *t = json_string_value(key ? json_object_get(it, key) : it);

        if (t && strcmp(t, text) == 0)
            return true;
    }
    return false;
}

/* A P-CSCF gives a list: of it the user's contacts, which stay in it. */
static const json_t *contacts_of(json_t *answer, const char *impu)
{
    json_t *list = json_object_get(answer, "registrations");

    for (size_t i = json_array_size(list); i-- > 0;) {
        const json_t *it = json_array_get(list, i);
        const char *own =
            json_string_value(json_object_get(it, "public_identity"));

        if ((!own || strcmp(own, impu) != 0) &&
            !has_text(json_object_get(it, "identities"), NULL, impu))
            json_array_remove(list, i);
    }
    return json_array_size(list) ? list : NULL;
}

static const json_t *set_of(const json_t *answer, const char *impu)
{
    const json_t *it;
    size_t i;

    json_array_foreach(json_object_get(answer, "sets"), i, it)
    {
        if (has_text(json_object_get(it, "publics"), "impu", impu))
            return it;
    }
    return NULL;
}

static void read_answer(struct view *v, unsigned i)
{
    const struct fanout_answer *a = &v->f->answers[i];
    struct sight *s = &v->sights[i];
    json_t *j = NULL;

    s->node = a->from->at->node;
    s->dead = a->status != 200 && a->status != 404;
    if (a->status == 200 && a->body.n)
        j = json_loadb(a->body.p, a->body.n, JSON_ALLOW_NUL, NULL);
    v->answers[i] = j;
    if (s->node->role == TOPOLOGY_PCSCF)
        s->of = contacts_of(j, v->impu);
    else if (s->node->role == TOPOLOGY_HSS)
        s->of = set_of(j, v->impu);
    else
        s->of = j;
}

static void put_sight(struct json *j, const struct fanout_answer *a,
                      const struct sight *s)
{
    char *text;

    if (s->dead || !s->of) {
        struct fanout_answer none = *a;

        if (!s->dead) { /* it answered: with a list without the user */
            none.status = 404;
            none.body = S("the user is not known here");
        }
        fanout_put(j, &none);
        return;
    }
    text = json_dumps(s->of, JSON_COMPACT);
    fanout_put(j, &(struct fanout_answer){
                      .from = a->from, .status = 200, .body = slice_of(text)});
    free(text);
}

static void answer_one(struct fanout *f)
{
    struct api_call *c = f->call;
    struct view v = {
        .f = f,
        .impu = f->ctx,
        .answers = arena_zalloc(&c->arena, f->count * sizeof(json_t *) + 1),
        .sights = arena_zalloc(&c->arena, f->count * sizeof(struct sight) + 1),
    };
    bool known = false;

    if (!v.answers || !v.sights) {
        api_problem(c, 503, "the answers of the nodes are too large");
        return;
    }
    for (unsigned i = 0; i < f->count; i++) {
        read_answer(&v, i);
        known |= v.sights[i].of || v.sights[i].dead;
    }
    json_object_begin(&c->json);
    json_put_str(&c->json, "public_identity", v.impu);
    json_key(&c->json, "nodes");
    json_array_begin(&c->json);
    for (unsigned i = 0; i < f->count; i++)
        put_sight(&c->json, &f->answers[i], &v.sights[i]);
    json_array_end(&c->json);
    json_key(&c->json, "differences");
    differences_put(&c->json, v.sights, f->count);
    json_object_end(&c->json);
    for (unsigned i = 0; i < f->count; i++)
        json_decref(v.answers[i]);
    if (known)
        api_reply(c, 200);
    else
        api_problem(c, 404, "no node knows %s", v.impu);
}

/* Percent-encoded, but for what a path segment may have (RFC 3986 3.3). */
static struct slice escape(struct api_call *c, struct slice text)
{
    struct buf b;
    size_t room = 3 * text.n + 1;
    char *p = arena_alloc(&c->arena, room);

    if (!p)
        return S("");
    buf_over(&b, p, room);
    for (size_t i = 0; i < text.n; i++)
        if (strchr("/?#%&+ \"<>", text.p[i]) || text.p[i] <= ' ' ||
            (unsigned char)text.p[i] >= 0x7f)
            buf_printf(&b, "%%%02X", (unsigned char)text.p[i]);
        else
            buf_char(&b, text.p[i]);
    return buf_slice(&b);
}

static void ask_node(struct fanout *f, const struct watch *w, struct slice impu)
{
    struct str target = {0};

    switch (w->at->node->role) {
    case TOPOLOGY_PCSCF:
        str_printf(&target, "/api/v1/registrations?limit=1000&q=%.*s",
                   SLICE_ARG(impu));
        break;
    case TOPOLOGY_SCSCF:
        str_printf(&target, "/api/v1/registrations/%.*s", SLICE_ARG(impu));
        break;
    case TOPOLOGY_HSS:
        str_printf(&target, "/api/v1/subscribers/%.*s/registration",
                   SLICE_ARG(impu));
        break;
    case TOPOLOGY_ICSCF:
    case TOPOLOGY_AS:
    case TOPOLOGY_OTHER:
    case TOPOLOGY_DASHBOARD: return; /* these keep nothing */
    }
    fanout_ask(f, w, "GET", str_c(&target));
    str_fini(&target);
}

/* A user roams: any P-CSCF; but HSS and S-CSCFs are those of the home. */
static bool may_know(const struct watch *w, const struct topology_network *home)
{
    return w->at->node->role == TOPOLOGY_PCSCF || !home ||
           w->at->node->network == home;
}

static const struct topology_network *home_of(const struct hub *h,
                                              struct slice impu)
{
    ssize_t at = slice_rindex(impu, '@');

    return at < 0 ? NULL
                  : topology_find_network(h->site.topology,
                                          slice_from(impu, (size_t)at + 1));
}

/* As people write it: " alice@ims.example". */
static enum ims_err read_impu(struct api_call *c, const char **out,
                              struct why *why)
{
    struct slice text = slice_trim(c->param[0]);
    bool bare = slice_index(text, ':') < 0;
    struct identity impu;
    enum ims_err err;

    text =
        arena_printf(&c->arena, "%s%.*s", bare ? "sip:" : "", SLICE_ARG(text));
    if (!text.p)
        return why_set(why, IMS_TOO_LARGE, "the identity is too long");
    err = identity_canonical(text, &impu, why);
    if (err == IMS_OK)
        *out = arena_printf(&c->arena, "%.*s%c",
                            SLICE_ARG(identity_slice(&impu)), 0)
                   .p;
    return err;
}

void registrations_get_one(struct node *n, struct api_call *c)
{
    struct hub *h = hub_of(n);
    const struct topology_network *home;
    const char *impu = NULL;
    struct fanout *f;
    struct why why;

    if (read_impu(c, &impu, &why) != IMS_OK) {
        api_fail(c, why.err, &why);
        return;
    }
    home = home_of(h, slice_of(impu));
    f = fanout_new(h, c, answer_one, (void *)impu);
    for (unsigned i = 0; i < h->site.node_count; i++)
        if (may_know(&h->watches[i], home))
            ask_node(f, &h->watches[i], escape(c, slice_of(impu)));
    fanout_wait(f);
}

/* ---- lists of all nodes -------------------------------------------------- */

static void answer_all(struct fanout *f)
{
    struct json *j = &f->call->json;

    json_object_begin(j);
    json_key(j, "nodes");
    json_array_begin(j);
    for (unsigned i = 0; i < f->count; i++)
        fanout_put(j, &f->answers[i]);
    json_array_end(j);
    json_object_end(j);
    api_reply(f->call, 200);
}

static void get_all(struct node *n, struct api_call *c, const char *path,
                    unsigned roles)
{
    struct hub *h = hub_of(n);
    struct fanout *f = fanout_new(h, c, answer_all, NULL);
    struct str target = {0};

    str_printf(&target, "%s%s%.*s", path, c->query.n ? "?" : "",
               SLICE_ARG(c->query));
    for (unsigned i = 0; i < h->site.node_count; i++)
        if (roles & 1u << h->watches[i].at->node->role)
            fanout_ask(f, &h->watches[i], "GET", str_c(&target));
    str_fini(&target);
    fanout_wait(f);
}

void registrations_get_all(struct node *n, struct api_call *c)
{
    get_all(n, c, "/api/v1/registrations",
            1u << TOPOLOGY_PCSCF | 1u << TOPOLOGY_SCSCF | 1u << TOPOLOGY_HSS);
}

void sessions_get_all(struct node *n, struct api_call *c)
{
    get_all(n, c, "/api/v1/sessions", 1u << TOPOLOGY_PCSCF);
}

void subscriptions_get_all(struct node *n, struct api_call *c)
{
    get_all(n, c, "/api/v1/subscriptions",
            1u << TOPOLOGY_PCSCF | 1u << TOPOLOGY_SCSCF);
}
