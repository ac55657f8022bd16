/* SPDX-License-Identifier: MIT */
#include "hss/api_range.h"
#include "hss/body.h"
#include <stdio.h>

enum {
    COUNT_MAX = 5000,
    DIGITS_MAX = 15,     /* ITU-T E.164 */
    NUMBER_BYTES = 24,   /* with its plus, and one that outgrew its width */
    PASSWORD_BYTES = 12, /* of [0-9a-z]: 62 bits */
    DRAFT_MAX = 1 << 20, /* memory while one is made */
};

/* What one of them got that nobody else knows. */
struct issued {
    char password[PASSWORD_BYTES + 1];
    uint8_t k[16], opc[16];
};

struct range {
    struct api_call *call;
    const json_t *body; /* while they are made */
    bool plus;
    size_t width; /* digits of the number */
    uint64_t first, count;
    bool password, key; /* each gets one of its own */
    struct subscriber *subscribers;
    struct issued *issued;
    struct store_import import;
};

/* ---- one of them --------------------------------------------------------- */

static struct slice number_of(const struct range *r, uint64_t i,
                              char out[static NUMBER_BYTES])
{
    unsigned long long number = r->first + i;

    snprintf(out, NUMBER_BYTES, "%s%0*llu", r->plus ? "+" : "", (int)r->width,
             number);
    return slice_of(out);
}

/* {n} is the number, without its plus. */
static json_t *filled(struct slice pattern, struct slice number)
{
    char text[600];
    struct buf b;

    if (slice_starts(number, S("+")))
        number = slice_from(number, 1);
    buf_over(&b, text, sizeof(text));
    while (pattern.n) {
        bool mark = slice_starts(pattern, S("{n}"));

        buf_add(&b, mark ? number : slice_first(pattern, 1));
        pattern = slice_from(pattern, mark ? 3 : 1);
    }
    return json_stringn(b.p, b.n);
}

static void put_pattern(struct range *r, json_t *one, const char *key,
                        struct slice number)
{
    const json_t *v = json_object_get(r->body, key);

    if (v)
        json_object_set_new(
            one, key,
            filled(slice_at(json_string_value(v), json_string_length(v)),
                   number));
}

static void put_hex(json_t *one, const char *key, const uint8_t bytes[16])
{
    char text[33];
    struct buf b;

    buf_over(&b, text, sizeof(text));
    buf_hex(&b, bytes, 16);
    json_object_set_new(one, key, json_stringn(b.p, b.n));
    secret_wipe(text, sizeof(text));
}

/* With an OP given its own OPc is derived; else that is as random as K. */
static void issue(struct range *r, json_t *one, struct issued *issued)
{
    struct dice *dice = r->call->node->env.dice;

    if (r->password) {
        dice_token(dice, issued->password, PASSWORD_BYTES);
        json_object_set_new(one, "password", json_string(issued->password));
    }
    if (!r->key)
        return;
    dice_bytes(dice, issued->k, sizeof(issued->k));
    put_hex(one, "k", issued->k);
    if (json_object_get(one, "op") || json_object_get(one, "opc"))
        return;
    dice_bytes(dice, issued->opc, sizeof(issued->opc));
    put_hex(one, "opc", issued->opc);
}

static json_t *one_of(struct range *r, uint64_t i)
{
    static const char *const same[] = {"k",         "op",      "opc",
                                       "algorithm", "profile", "charging"};
    char text[NUMBER_BYTES];
    struct slice number = number_of(r, i, text);
    json_t *one = json_object();

    json_object_set_new(one, "number", json_stringn(number.p, number.n));
    put_pattern(r, one, "name", number);
    put_pattern(r, one, "display_name", number);
    put_pattern(r, one, "password", number);
    for (size_t k = 0; k < sizeof(same) / sizeof(same[0]); k++) {
        json_t *v = json_object_get(r->body, same[k]);

        if (v)
            json_object_set(one, same[k], v);
    }
    issue(r, one, &r->issued[i]);
    return one;
}

static bool make_one(struct range *r, uint64_t i)
{
    struct api_call *c = r->call;
    struct draft_rules rules = {.domain = slice_of(c->node->env.domain)};
    struct json_reading reading;
    struct subscriber s, *kept = NULL;
    json_t *one = one_of(r, i);
    struct arena a;
    bool good;

    arena_init(&a, 4096, DRAFT_MAX);
    json_reading_init(&reading, &a);
    good = import_json(&reading, one, &rules, &s);
    if (!good)
        body_refuse(c, &reading, S(""));
    else
        kept = subscriber_copy(&c->arena, &s);
    if (good && !kept)
        api_problem(c, 413, "too many at once; make them in two requests");
    if (kept) {
        r->subscribers[i] = *kept;
        memcpy(r->issued[i].opc, kept->privates[0].key.opc, 16);
    }
    arena_fini(&a);
    json_decref(one);
    return kept != NULL;
}

/* ---- the answer --------------------------------------------------------- */

static void put_key(struct json *j, const char *key, const uint8_t bytes[16])
{
    char text[33];
    struct buf b;

    buf_over(&b, text, sizeof(text));
    buf_hex(&b, bytes, 16);
    json_put_text(j, key, buf_slice(&b));
    secret_wipe(text, sizeof(text));
}

static void put_one(struct range *r, uint64_t i, int64_t id)
{
    const struct subscriber *s = &r->subscribers[i];
    struct json *j = &r->call->json;
    char text[NUMBER_BYTES];

    json_object_begin(j);
    if (id)
        json_put_int(j, "id", id);
    json_put_text(j, "number", number_of(r, i, text));
    json_put_text(j, "impi", s->privates[0].impi);
    json_key(j, "impus");
    json_array_begin(j);
    for (size_t k = 0; k < s->sets[0].npublics; k++)
        json_text(j, s->sets[0].publics[k].impu);
    json_array_end(j);
    if (r->password)
        json_put_str(j, "password", r->issued[i].password);
    if (r->key) {
        put_key(j, "k", r->issued[i].k);
        put_key(j, "opc", r->issued[i].opc);
    }
    json_object_end(j);
}

static void on_made(void *ctx, enum ims_err err, const struct why *why)
{
    struct range *r = ctx;
    struct api_call *c = r->call;
    struct store_audit a = {0};
    struct why other;

    if (err == IMS_NOT_FOUND || err == IMS_MISSING) {
        body_refuse_at(c, "", "%s", why->text);
        return;
    }
    if (err) {
        api_fail(c, err, why);
        return;
    }
    /* They are there, and their secrets are told only once. */
    if (r->import.audit &&
        store_audit(hss_of(c)->store, &c->own, r->import.audit, &a, &other))
        log_at(c->node->env.log, LOG_ERROR, "numbers of new subscribers: %s",
               other.text);
    json_object_begin(&c->json);
    json_put_u64(&c->json, "created", r->import.inserted);
    if (a.n)
        json_put_int(&c->json, "audit", a.n);
    json_key(&c->json, "subscribers");
    json_array_begin(&c->json);
    for (uint64_t i = 0; i < r->count; i++)
        put_one(r, i, a.sub ? a.sub + (int64_t)i : 0);
    json_array_end(&c->json);
    json_object_end(&c->json);
    secret_wipe(r->issued, r->count * sizeof(*r->issued));
    api_reply(c, r->import.dry_run ? 200 : 201);
}

/* ---- the body ----------------------------------------------------------- */

static bool read_first(struct range *r)
{
    struct slice text = S("");

    if (!body_text(r->call, r->body, "first", true, &text))
        return false;
    text = slice_trim(text);
    r->plus = slice_starts(text, S("+"));
    if (r->plus)
        text = slice_from(text, 1);
    r->width = text.n;
    if (text.n && text.n <= DIGITS_MAX &&
        slice_u64(text, UINT64_MAX, &r->first))
        return true;
    body_refuse_at(r->call, "/first",
                   "up to %d digits, perhaps with + in front, were expected",
                   DIGITS_MAX);
    return false;
}

static bool read_count(struct range *r)
{
    if (!body_number(r->call, r->body, "count", COUNT_MAX, true, &r->count))
        return false;
    if (r->count)
        return true;
    body_refuse_at(r->call, "/count", "a number from 1 to %d was expected",
                   COUNT_MAX);
    return false;
}

static bool read_texts(struct range *r)
{
    static const char *const keys[] = {
        "name",      "password", "k",        "op",           "opc",
        "algorithm", "profile",  "charging", "display_name", NULL};
    struct slice name = S("");

    for (size_t i = 0; keys[i]; i++) {
        struct slice text = S("");

        if (!body_text(r->call, r->body, keys[i], false, &text))
            return false;
        if (text.n > 300) {
            body_refuse_at(r->call, "", "%s has more than 300 bytes", keys[i]);
            return false;
        }
        if (i == 0)
            name = text;
    }
    if (!name.n || strstr(name.p, "{n}"))
        return true;
    body_refuse_at(r->call, "/name",
                   "the same for all; {n} in it stands for the number: "
                   "\"student{n}\"");
    return false;
}

static bool read_generate(struct range *r)
{
    struct slice text = S("");
    bool has_secret =
        json_object_get(r->body, "password") || json_object_get(r->body, "k");

    if (!body_text(r->call, r->body, "generate", false, &text))
        return false;
    r->key = slice_eq(text, S("key"));
    r->password = slice_eq(text, S("password")) || (!text.n && !has_secret);
    if (text.n && !r->key && !r->password) {
        body_refuse_at(r->call, "/generate", "password or key was expected");
        return false;
    }
    if (!text.n || !has_secret)
        return true;
    body_refuse_at(r->call, "/generate",
                   "a password or k is given as well; leave one out");
    return false;
}

/* As if nothing was said of them. */
static void drop_nulls(json_t *body)
{
    const char *key;
    json_t *value;
    void *next;

    json_object_foreach_safe(body, next, key, value)
    {
        if (json_is_null(value))
            json_object_del(body, key);
    }
}

static bool read_body(struct range *r)
{
    static const char *const keys[] = {
        "first",    "count",        "name",     "password",  "k",
        "op",       "opc",          "generate", "algorithm", "profile",
        "charging", "display_name", NULL};

    return body_only(r->call, r->body, keys) && read_first(r) &&
           read_count(r) && read_texts(r) && read_generate(r) &&
           body_flag(r->call, "dry_run", false, &r->import.dry_run);
}

static bool make_all(struct range *r)
{
    struct arena *a = &r->call->arena;

    r->subscribers = arena_zalloc(a, r->count * sizeof(*r->subscribers));
    r->issued = arena_zalloc(a, r->count * sizeof(*r->issued));
    if (!r->subscribers || !r->issued) {
        api_problem(r->call, 413, "too many at once");
        return false;
    }
    for (uint64_t i = 0; i < r->count; i++) {
        if (!make_one(r, i))
            return false;
    }
    return true;
}

static void store_it(struct range *r)
{
    struct api_call *c = r->call;
    char what[80];

    snprintf(what, sizeof(what), "%llu from %s%0*llu",
             (unsigned long long)r->count, r->plus ? "+" : "", (int)r->width,
             (unsigned long long)r->first);
    r->import.nsubscribers = r->count;
    r->import.subscribers = r->subscribers;
    r->import.who = c->who.name;
    r->import.what = slice_of(what);
    r->import.range = true;
    store_import(hss_of(c)->store, &r->import, on_made, r);
}

void api_post_range(struct node *n, struct api_call *c)
{
    struct range *r = arena_zalloc(&c->arena, sizeof(*r));
    json_t *body = r ? body_json(c, "application/json") : NULL;

    (void)n;
    if (!r)
        api_problem(c, 503, "no memory is left for this request");
    if (!body)
        return;
    drop_nulls(body);
    r->call = c;
    r->body = body;
    if (read_body(r) && make_all(r))
        store_it(r);
    json_decref(body);
}
