/* SPDX-License-Identifier: MIT */
#include "hss/api_examine.h"
#include "hss/body.h"
#include "hss/examine.h"
#include "hss/nearest.h"

/* The body, read. Texts live in `body`. */
struct ask {
    struct api_call *call;
    json_t *body; /* owned */
    struct slice public, private, callee;
    bool has_answer;
    struct examine_ask examine;
    struct why why; /* what cannot be read; err IMS_OK: all can */
};

/* ---- the body ------------------------------------------------------------ */

static bool read_members(struct api_call *c, const json_t *j,
                         const char *const *keys, struct slice *const *to)
{
    for (size_t i = 0; keys[i]; i++)
        if (!body_text(c, j, keys[i], false, to[i]))
            return false;
    return true;
}

static bool is_object(struct api_call *c, const char *pointer, const json_t *j)
{
    if (json_is_object(j))
        return true;
    body_refuse_at(c, pointer, "an object was expected");
    return false;
}

static bool read_algorithm(struct api_call *c, const char *pointer,
                           struct slice name, enum digest_algorithm *out)
{
    if (digest_algorithm_parse(name, out))
        return true;
    body_refuse_at(c, pointer,
                   "\"%.*s\" is no algorithm of SIP; MD5, SHA-256, AKAv1-MD5 "
                   "were expected",
                   SLICE_ARG(slice_first(name, 40)));
    return false;
}

static bool read_challenge(struct ask *a, const json_t *j)
{
    static const char *const keys[] = {"algorithm", "realm", "nonce", NULL};
    struct slice algorithm = {0}, ignored;
    struct slice *const to[] = {&algorithm, &ignored, &ignored};

    return !j ||
           (is_object(a->call, "/challenge", j) &&
            body_only(a->call, j, keys) && read_members(a->call, j, keys, to) &&
            read_algorithm(a->call, "/challenge/algorithm", algorithm,
                           &a->examine.challenged));
}

static bool read_answer(struct ask *a, const json_t *j)
{
    static const char *const keys[] = {
        "method", "algorithm", "username", "realm",    "uri",  "nonce",
        "qop",    "nc",        "cnonce",   "response", "auts", NULL};
    struct examine_ask *e = &a->examine;
    struct slice algorithm = {0}, qop = {0};
    struct slice *const to[] = {
        &e->answer.method, &algorithm,       &e->username, &e->realm,
        &e->answer.uri,    &e->answer.nonce, &qop,         &e->answer.nc,
        &e->answer.cnonce, &e->response,     &e->auts};

    a->has_answer = j != NULL;
    if (!j)
        return true;
    if (!is_object(a->call, "/answer", j) || !body_only(a->call, j, keys) ||
        !read_members(a->call, j, keys, to) ||
        !read_algorithm(a->call, "/answer/algorithm", algorithm,
                        &e->answer.algorithm))
        return false;
    if (digest_qop_parse(qop, &e->answer.qop))
        return true;
    body_refuse_at(a->call, "/answer/qop", "auth or auth-int was expected");
    return false;
}

static bool read_ask(struct ask *a)
{
    static const char *const keys[] = {"public",    "private", "callee",
                                       "challenge", "answer",  NULL};
    struct slice *const to[] = {&a->public, &a->private, &a->callee, NULL};
    static const char *const texts[] = {"public", "private", "callee", NULL};

    a->body = body_json(a->call, "application/json");
    return a->body && body_only(a->call, a->body, keys) &&
           read_members(a->call, a->body, texts, to) &&
           read_challenge(a, json_object_get(a->body, "challenge")) &&
           read_answer(a, json_object_get(a->body, "answer"));
}

/* ---- identities ---------------------------------------------------------- */

static void put_nearest(struct ask *a, struct slice identity)
{
    struct hss *me = hss_of(a->call);
    struct json *j = &a->call->json;
    struct nearest near;

    nearest_identity(me->store, &a->call->arena, identity,
                     slice_of(me->self->network->domain), &near);
    json_key(j, "nearest");
    json_array_begin(j);
    for (unsigned i = 0; i < near.n; i++)
        json_text(j, near.v[i]);
    json_array_end(j);
}

/* What is not there is told as that, and what cannot be read as an error. */
static bool is_there(struct ask *a, enum ims_err err, const struct why *why)
{
    if (err && err != IMS_NOT_FOUND && !a->why.err)
        a->why = *why;
    return err == IMS_OK;
}

static void put_privates(struct ask *a, const struct store_public *pub)
{
    struct json *j = &a->call->json;
    struct store_pairs pairs = {0};
    struct why why;
    enum ims_err err = store_pairs_of_set(
        hss_of(a->call)->store, &a->call->arena, pub->set, &pairs, &why);

    json_key(j, "privates");
    json_array_begin(j);
    for (size_t i = 0; is_there(a, err, &why) && i < pairs.n; i++)
        json_text(j, pairs.p[i].name);
    json_array_end(j);
}

static void put_public(struct ask *a, const char *key, struct slice uri)
{
    struct json *j = &a->call->json;
    struct store_public pub;
    struct identity canonical;
    struct why why;
    enum ims_err err;
    bool known;

    if (!uri.n || identity_canonical(uri, &canonical, NULL) != IMS_OK)
        return;
    err = store_find_public(hss_of(a->call)->store, &a->call->arena,
                            identity_slice(&canonical), &pub, &why);
    known = is_there(a, err, &why);
    json_key(j, key);
    json_object_begin(j);
    json_put_text(j, "identity", identity_slice(&canonical));
    json_put_bool(j, "known", known);
    if (known) {
        json_put_bool(j, "barred", pub.barred);
        put_privates(a, &pub);
    } else
        put_nearest(a, identity_slice(&canonical));
    json_object_end(j);
}

/* ---- the answer ---------------------------------------------------------- */

static void put_result(struct json *j, const struct subscriber_private *p,
                       const struct examine_result *r)
{
    json_key(j, "credentials");
    json_object_begin(j);
    json_put_str(j, "provisioned", digest_algorithm_name(p->algorithm));
    json_put_bool(j, "has_password", p->nha1s > 0);
    json_put_str(j, "verdict", examine_verdict_name(r->verdict));
    json_key(j, "tried");
    json_array_begin(j);
    for (unsigned i = 0; i < EXAMINE_VERDICTS; i++) {
        if (!r->tried[i])
            continue;
        json_object_begin(j);
        json_put_str(j, "hypothesis",
                     examine_verdict_text((enum examine_verdict)i));
        json_put_bool(j, "fits",
                      (i == EXAMINE_AUTN_FOREIGN) != (r->verdict == i));
        json_object_end(j);
    }
    json_array_end(j);
    json_object_end(j);
}

static void put_credentials(struct ask *a, int64_t impi)
{
    struct subscriber_private p = {0};
    struct examine_result r;
    struct why why;
    enum ims_err err = store_authentication(hss_of(a->call)->store,
                                            &a->call->arena, impi, &p, &why);

    if (!is_there(a, err, &why))
        return;
    p.impi = a->private;
    examine(&p, &a->examine, &r);
    put_result(&a->call->json, &p, &r);
    secret_wipe(&p.key, sizeof p.key);
    secret_wipe(p.op, sizeof p.op);
}

static void put_private(struct ask *a)
{
    struct json *j = &a->call->json;
    struct store_private found;
    struct why why;
    enum ims_err err;
    bool known;

    if (!a->private.n)
        return;
    err = store_find_private(hss_of(a->call)->store, a->private, &found, &why);
    known = is_there(a, err, &why);
    json_key(j, "private");
    json_object_begin(j);
    json_put_text(j, "identity", a->private);
    json_put_bool(j, "known", known);
    if (!known)
        put_nearest(a, a->private);
    json_object_end(j);
    if (known && a->has_answer)
        put_credentials(a, found.id);
}

void api_examine(struct node *n, struct api_call *c)
{
    struct ask a = {.call = c};

    (void)n;
    if (read_ask(&a)) {
        json_object_begin(&c->json);
        put_public(&a, "public", a.public);
        put_private(&a);
        put_public(&a, "callee", a.callee);
        json_object_end(&c->json);
        if (a.why.err)
            api_fail(c, a.why.err, &a.why);
        else
            api_reply(c, 200);
    }
    json_decref(a.body);
}
