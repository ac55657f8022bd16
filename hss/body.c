/* SPDX-License-Identifier: MIT */
#include "hss/body.h"
#include <stdio.h>

/* ---- refusing ----------------------------------------------------------- */

static void begin_problem(struct api_call *c, const char *detail)
{
    struct json *j = &c->json;

    json_object_begin(j);
    json_put_str(j, "type", "about:blank");
    json_put_str(j, "title", "Bad Request");
    json_put_u64(j, "status", 400);
    json_put_str(j, "detail", detail);
    json_key(j, "errors");
    json_array_begin(j);
}

static void end_problem(struct api_call *c)
{
    json_array_end(&c->json);
    json_object_end(&c->json);
    api_reply_text(c, 400, "application/problem+json", buf_slice(&c->out));
}

/* All in one sentence, for who shows no list. */
static void begin_list(struct api_call *c, const struct complaint *i,
                       size_t count, struct slice where)
{
    char detail[600];
    struct slice first = i ? i->text : S("not a subscriber");
    struct buf b;

    buf_over(&b, detail, sizeof(detail) - 1);
    if (where.n)
        buf_printf(&b, "%.*s: ", SLICE_ARG(slice_first(where, 120)));
    buf_add(&b, first);
    if (count > 1)
        buf_printf(&b, " (and %zu more)", count - 1);
    detail[b.n] = '\0';
    begin_problem(c, detail);
}

static struct slice without(struct slice pointer, struct slice base)
{
    return slice_starts(pointer, base) ? slice_from(pointer, base.n) : pointer;
}

void body_refuse(struct api_call *c, const struct json_reading *r,
                 struct slice base)
{
    const struct complaint *first = r->complaints.first;
    struct slice where =
        first ? without(json_reading_pointer(r, first), base) : S("");

    begin_list(c, first, r->complaints.count, where);
    for (const struct complaint *i = first; i; i = i->next) {
        json_object_begin(&c->json);
        json_put_text(&c->json, "pointer",
                      without(json_reading_pointer(r, i), base));
        json_put_text(&c->json, "detail", i->text);
        json_object_end(&c->json);
    }
    end_problem(c);
}

void body_put_errors(struct json *j, const struct complaints *errors)
{
    const struct complaint *sorted[COMPLAINTS_MAX];
    size_t n = complaints_sorted(errors, sorted);

    for (size_t i = 0; i < n; i++) {
        json_object_begin(j);
        if (sorted[i]->at.line)
            json_put_u64(j, "line", sorted[i]->at.line);
        if (sorted[i]->at.column)
            json_put_u64(j, "column", sorted[i]->at.column);
        json_put_text(j, "detail", sorted[i]->text);
        json_object_end(j);
    }
}

void body_refuse_file(struct api_call *c, const struct complaints *errors)
{
    const struct complaint *sorted[COMPLAINTS_MAX];
    const struct complaint *first =
        complaints_sorted(errors, sorted) ? sorted[0] : NULL;
    char where[32] = "";

    if (first && first->at.line)
        snprintf(where, sizeof(where), "line %u", first->at.line);
    begin_list(c, first, errors->count, slice_of(where));
    body_put_errors(&c->json, errors);
    end_problem(c);
}

void body_refuse_at(struct api_call *c, const char *pointer, const char *fmt,
                    ...)
{
    char text[400], detail[600];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    snprintf(detail, sizeof(detail), "%s%s%s", pointer, *pointer ? ": " : "",
             text);
    begin_problem(c, detail);
    json_object_begin(&c->json);
    json_put_str(&c->json, "pointer", pointer);
    json_put_str(&c->json, "detail", text);
    json_object_end(&c->json);
    end_problem(c);
}

void body_refuse_taken(struct api_call *c, struct slice says, int64_t holder)
{
    struct json *j = &c->json;

    json_object_begin(j);
    json_put_str(j, "type", "about:blank");
    json_put_str(j, "title", "Conflict");
    json_put_u64(j, "status", 409);
    json_key(j, "detail");
    json_printf(j, "%.*s: subscriber %lld has it", SLICE_ARG(says),
                (long long)holder);
    json_put_str(j, "error", ims_err_name(IMS_EXISTS));
    json_key(j, "existing");
    json_printf(j, "/api/v1/subscribers/%lld", (long long)holder);
    json_object_end(j);
    api_reply_text(c, 409, "application/problem+json", buf_slice(&c->out));
}

/* ---- bodies ------------------------------------------------------------- */

/* A type without its parameters. */
static bool is_type(struct slice type, const char *name)
{
    struct slice rest = type, first;

    slice_cut(&rest, ';', &first);
    return slice_eq_nocase(slice_trim(first), slice_of(name));
}

json_t *body_json(struct api_call *c, const char *type)
{
    json_error_t error;
    json_t *j;

    if (c->type.n && !is_type(c->type, type) &&
        !is_type(c->type, "application/json")) {
        api_problem(c, 415,
                    "a body of type %.*s; %s was expected: send "
                    "Content-Type: %s",
                    SLICE_ARG(slice_first(c->type, 80)), type, type);
        return NULL;
    }
    j = json_loadb(c->body.p ? c->body.p : "", c->body.n,
                   JSON_REJECT_DUPLICATES, &error);
    if (!j) {
        body_refuse_at(c, "", "line %d, column %d: %s; JSON was expected",
                       error.line, error.column, error.text);
        return NULL;
    }
    if (json_is_object(j))
        return j;
    json_decref(j);
    body_refuse_at(c, "", "no object; {...} was expected");
    return NULL;
}

bool body_flag(struct api_call *c, const char *key, bool fallback, bool *out)
{
    struct slice text;

    *out = fallback;
    if (!api_query(c, key, &text))
        return true;
    *out = slice_eq(text, S("true"));
    if (*out || slice_eq(text, S("false")))
        return true;
    api_problem(c, 400, "%s=%.*s; true or false was expected", key,
                SLICE_ARG(slice_first(text, 40)));
    return false;
}

bool body_path_number(struct api_call *c, unsigned n, int64_t *out)
{
    uint64_t value;

    if (slice_u64(c->param[n], INT64_MAX, &value)) {
        *out = (int64_t)value;
        return true;
    }
    api_problem(c, 400, "\"%.*s\" in the path; a number was expected",
                SLICE_ARG(slice_first(c->param[n], 40)));
    return false;
}

/* ---- members ------------------------------------------------------------ */

static bool missing(struct api_call *c, const char *key)
{
    char pointer[80];

    snprintf(pointer, sizeof(pointer), "/%s", key);
    body_refuse_at(c, pointer, "missing");
    return false;
}

static bool wrong(struct api_call *c, const char *key, const char *expected)
{
    char pointer[80];

    snprintf(pointer, sizeof(pointer), "/%s", key);
    body_refuse_at(c, pointer, "%s was expected", expected);
    return false;
}

bool body_text(struct api_call *c, const json_t *j, const char *key,
               bool needed, struct slice *out)
{
    const json_t *v = json_object_get(j, key);

    if (!v || json_is_null(v))
        return needed ? missing(c, key) : true;
    if (!json_is_string(v))
        return wrong(c, key, "a text");
    *out = slice_at(json_string_value(v), json_string_length(v));
    return true;
}

bool body_number(struct api_call *c, const json_t *j, const char *key,
                 uint64_t max, bool needed, uint64_t *out)
{
    const json_t *v = json_object_get(j, key);
    char expected[64];

    if (!v || json_is_null(v))
        return needed ? missing(c, key) : true;
    if (json_is_integer(v) && json_integer_value(v) >= 0 &&
        (uint64_t)json_integer_value(v) <= max) {
        *out = (uint64_t)json_integer_value(v);
        return true;
    }
    snprintf(expected, sizeof(expected), "a number up to %llu",
             (unsigned long long)max);
    return wrong(c, key, expected);
}

bool body_bool(struct api_call *c, const json_t *j, const char *key, bool *out)
{
    const json_t *v = json_object_get(j, key);

    if (v && !json_is_null(v) && !json_is_boolean(v))
        return wrong(c, key, "true or false");
    *out = json_is_true(v);
    return true;
}

bool body_only(struct api_call *c, const json_t *j, const char *const *keys)
{
    const char *key;
    json_t *v;

    json_object_foreach((json_t *)j, key, v)
    {
        char pointer[80];
        size_t i = 0;

        while (keys[i] && strcmp(keys[i], key) != 0)
            i++;
        if (keys[i])
            continue;
        snprintf(pointer, sizeof(pointer), "/%.60s", key);
        body_refuse_at(c, pointer, "not known here");
        return false;
    }
    return true;
}

bool body_names_etag(struct slice list, struct slice etag)
{
    struct slice item;

    if (slice_eq(slice_trim(list), S("*")))
        return true;
    while (slice_cut(&list, ',', &item)) {
        if (slice_eq(slice_trim(item), etag))
            return true;
    }
    return false;
}
