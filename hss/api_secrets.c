/* SPDX-License-Identifier: MIT
 *
 * Secrets, for who asks for them by name, and sequence numbers.
 */
#include "hss/api_leaves.h"
#include "hss/change.h"
#include <inttypes.h>
#include <stdio.h>

struct card {
    struct api_call *call;
    int64_t sub, impi;
    struct subscriber_private p;
    bool dry_run, force;
    uint64_t sqn; /* to be set */
    struct store_waiter waiter;
    const char *warning;
};

/* The private identity of the path; NULL when the call was answered. */
static struct card *find_card(struct api_call *c)
{
    struct card *card = arena_zalloc(&c->arena, sizeof(*card));
    struct store *s = hss_of(c)->store;
    struct store_private found = {0};
    struct why why;
    enum ims_err err;

    if (!card) {
        api_problem(c, 503, "no memory is left for this request");
        return NULL;
    }
    card->call = c;
    err = change_find(c, &card->sub, &why);
    if (!err)
        err = store_find_private(s, c->param[1], &found, &why);
    if (!err && found.sub != card->sub)
        err = why_set(&why, IMS_NOT_FOUND,
                      "%.*s is no identity of subscriber "
                      "%lld",
                      SLICE_ARG(slice_first(c->param[1], 200)),
                      (long long)card->sub);
    if (!err)
        err = store_authentication(s, &c->arena, found.id, &card->p, &why);
    if (err) {
        api_fail(c, err, &why);
        return NULL;
    }
    card->impi = found.id;
    card->p.impi = c->param[1];
    return card;
}

/* ---- secrets ------------------------------------------------------------ */

static void put_hex(struct json *j, const char *key, const uint8_t *p, size_t n)
{
    char text[65];
    struct buf b;

    buf_over(&b, text, sizeof(text));
    buf_hex(&b, p, n);
    json_put_text(j, key, buf_slice(&b));
    secret_wipe(text, sizeof(text));
}

static void put_secrets(struct json *j, const struct subscriber_private *p)
{
    json_object_begin(j);
    json_put_text(j, "impi", p->impi);
    if (p->has_key) {
        put_hex(j, "k", p->key.k, sizeof(p->key.k));
        put_hex(j, "opc", p->key.opc, sizeof(p->key.opc));
        put_hex(j, "amf", p->amf, sizeof(p->amf));
    }
    json_key(j, "ha1");
    json_array_begin(j);
    for (size_t i = 0; i < p->nha1s; i++) {
        json_object_begin(j);
        json_put_str(j, "algorithm",
                     digest_algorithm_name(p->ha1s[i].algorithm));
        json_put_text(j, "realm", p->ha1s[i].realm);
        json_put_text(j, "value", p->ha1s[i].hex);
        json_object_end(j);
    }
    json_array_end(j);
    json_object_end(j);
}

/* That they were shown is durable before they are. */
static void on_secrets_noted(void *ctx, enum ims_err err, const struct why *why)
{
    struct card *card = ctx;

    if (err) {
        api_fail(card->call, err, why);
        return;
    }
    put_secrets(&card->call->json, &card->p);
    api_reply(card->call, 200);
}

void api_get_secrets(struct node *n, struct api_call *c)
{
    struct card *card = find_card(c);
    struct store_audit a = {.action = AUDIT_SECRETS, .who = c->who.name};

    (void)n;
    if (!card)
        return;
    a.what = card->p.impi;
    a.sub = card->sub;
    store_note(hss_of(c)->store, &a, on_secrets_noted, card);
}

/* ---- sequence numbers --------------------------------------------------- */

static void put_sqn(struct json *j, const struct card *card, uint64_t sqn)
{
    json_object_begin(j);
    json_put_text(j, "impi", card->p.impi);
    json_put_u64(j, "sqn", sqn);
    json_key(j, "sqn_hex");
    json_printf(j, "%012" PRIx64, sqn);
    json_put_u64(j, "next", sqn_advance(sqn, 1));
    if (card->warning)
        json_put_str(j, "warning", card->warning);
    json_object_end(j);
}

static bool has_card(const struct card *card)
{
    if (card->p.has_key)
        return true;
    api_problem(card->call, 409,
                "%.*s has no key, and so no sequence number: it is challenged "
                "by password",
                SLICE_ARG(card->p.impi));
    return false;
}

void api_get_sqn(struct node *n, struct api_call *c)
{
    struct card *card = find_card(c);

    (void)n;
    if (!card || !has_card(card))
        return;
    put_sqn(&c->json, card,
            counters_used(hss_of(c)->counters, card->impi, card->p.sqn));
    api_reply(c, 200);
}

static void on_sqn_noted(void *ctx, enum ims_err err, const struct why *why)
{
    struct card *card = ctx;

    if (err) {
        api_fail(card->call, err, why);
        return;
    }
    put_sqn(&card->call->json, card, card->sqn);
    api_reply(card->call, 200);
}

static void on_sqn_set(void *ctx, enum ims_err err, const struct why *why)
{
    struct card *card = ctx;
    struct api_call *c = card->call;
    char before[40], after[40];
    struct store_audit a = {.action = AUDIT_SQN,
                            .who = c->who.name,
                            .what = card->p.impi,
                            .sub = card->sub};

    if (err) {
        api_fail(c, err, why);
        return;
    }
    counters_forget(hss_of(c)->counters, card->impi);
    snprintf(before, sizeof(before), "{\"sqn\":%" PRIu64 "}", card->p.sqn);
    snprintf(after, sizeof(after), "{\"sqn\":%" PRIu64 "}", card->sqn);
    a.before = slice_of(before);
    a.after = slice_of(after);
    store_note(hss_of(c)->store, &a, on_sqn_noted, card);
}

static bool parse_sqn(const json_t *v, uint64_t *out)
{
    uint8_t bytes[6];

    if (json_is_integer(v) && json_integer_value(v) >= 0) {
        *out = (uint64_t)json_integer_value(v);
        return *out < SQN_END;
    }
    if (!json_is_string(v) ||
        !slice_unhex(slice_at(json_string_value(v), json_string_length(v)),
                     bytes, sizeof(bytes)))
        return false;
    *out = sqn_from_bytes(bytes);
    return true;
}

static bool read_sqn(struct card *card, const json_t *body)
{
    static const char *const keys[] = {"sqn", "force", NULL};
    struct api_call *c = card->call;

    if (!body_only(c, body, keys) || !body_bool(c, body, "force", &card->force))
        return false;
    if (parse_sqn(json_object_get(body, "sqn"), &card->sqn))
        return true;
    body_refuse_at(c, "/sqn",
                   "a number below 2^48, or 12 hexadecimal digits "
                   "as text, were expected");
    return false;
}

static bool may_set(struct card *card, uint64_t used)
{
    if (card->sqn < used && !card->force) {
        api_problem(card->call, 409,
                    "the number goes back from %" PRIu64
                    ": a card refuses what it has seen; say \"force\": true if "
                    "you mean it",
                    used);
        return false;
    }
    if (card->sqn < used)
        card->warning = "backwards: the card will answer with a "
                        "synchronisation failure (AUTS) and set it right";
    else if (sqn_seq(card->sqn) - sqn_seq(used) > SQN_DELTA)
        card->warning = "more than 2^28 steps ahead: a card refuses such a "
                        "jump (TS 33.102 annex C.3.2)";
    return true;
}

/* Behind a block of numbers that was being reserved, and of which some may have
 * been given. */
static void set_sqn(void *ctx)
{
    struct card *card = ctx;
    struct api_call *c = card->call;
    struct hss *me = hss_of(c);
    struct subscriber_private now;
    struct why why;
    enum ims_err err =
        store_authentication(me->store, &c->arena, card->impi, &now, &why);

    if (err) {
        api_fail(c, err, &why);
        return;
    }
    card->p.sqn = now.sqn;
    if (!may_set(card, counters_used(me->counters, card->impi, now.sqn)))
        return;
    if (card->dry_run) {
        put_sqn(&c->json, card, card->sqn);
        api_reply(c, 200);
        return;
    }
    store_sqn(me->store, card->sub, card->impi, card->sqn, on_sqn_set, card);
}

void api_put_sqn(struct node *n, struct api_call *c)
{
    struct card *card = find_card(c);
    json_t *body =
        card && has_card(card) ? body_json(c, "application/json") : NULL;
    bool good;

    (void)n;
    if (!body)
        return;
    good =
        read_sqn(card, body) && body_flag(c, "dry_run", false, &card->dry_run);
    json_decref(body);
    if (good)
        store_when_idle(hss_of(c)->store, card->sub, &card->waiter, set_sqn,
                        card);
}

/* ---- OPc, TS 35.206 section 4.1 ------------------------------------------ */

static bool read_key(struct api_call *c, const json_t *body, const char *key,
                     uint8_t out[16])
{
    char pointer[8];
    struct slice text = S("");

    if (!body_text(c, body, key, true, &text))
        return false;
    if (draft_key(text, out))
        return true;
    snprintf(pointer, sizeof(pointer), "/%s", key);
    body_refuse_at(c, pointer,
                   "%zu characters; 32 hexadecimal digits, or 16 characters, "
                   "were expected",
                   text.n);
    return false;
}

void api_post_opc(struct node *n, struct api_call *c)
{
    static const char *const keys[] = {"k", "op", NULL};
    json_t *body = body_json(c, "application/json");
    uint8_t k[16], op[16], opc[16];

    (void)n;
    if (!body)
        return;
    if (body_only(c, body, keys) && read_key(c, body, "k", k) &&
        read_key(c, body, "op", op)) {
        milenage_opc(k, op, opc);
        json_object_begin(&c->json);
        put_hex(&c->json, "opc", opc, sizeof(opc));
        json_object_end(&c->json);
        api_reply(c, 200);
    }
    json_decref(body);
}
