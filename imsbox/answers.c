/* SPDX-License-Identifier: MIT */
#include "imsbox/answers.h"
#include <jansson.h>
#include <stdio.h>

struct users {
    char (*out)[ANSWER_USER_MAX];
    unsigned count, max;
};

static void add(struct users *u, const char *text)
{
    if (!text || strncmp(text, "sip:", 4) != 0 || !strchr(text, '@') ||
        u->count == u->max)
        return;
    for (unsigned i = 0; i < u->count; i++)
        if (strcmp(u->out[i], text) == 0)
            return;
    snprintf(u->out[u->count++], ANSWER_USER_MAX, "%s", text);
}

static void walk(struct users *u, json_t *j)
{
    const char *key;
    json_t *value;
    size_t i;

    if (json_is_true(json_object_get(j, "barred")))
        return;
    add(u, json_string_value(j));
    json_array_foreach(j, i, value)
    {
        walk(u, value);
    }
    json_object_foreach(j, key, value)
    {
        walk(u, value);
    }
}

static json_t *load(struct slice json)
{
    return json.n ? json_loadb(json.p, json.n, JSON_ALLOW_NUL, NULL) : NULL;
}

unsigned answer_users(struct slice json, char out[][ANSWER_USER_MAX],
                      unsigned max)
{
    struct users u = {out, 0, max};
    json_t *j = load(json);

    walk(&u, j);
    json_decref(j);
    return u.count;
}

long long answer_total(struct slice json)
{
    json_t *j = load(json);
    const json_t *total = json_object_get(j, "total");
    long long n = json_is_integer(total) ? json_integer_value(total) : -1;

    json_decref(j);
    return n;
}

unsigned answer_faults(struct slice json)
{
    json_t *j = load(json);
    size_t n = json_array_size(json_object_get(j, "faults"));

    json_decref(j);
    return (unsigned)n;
}

static bool is_near(const json_t *limit)
{
    json_int_t of = json_integer_value(json_object_get(limit, "limit"));
    json_int_t used = json_integer_value(json_object_get(limit, "used"));

    return json_object_get(limit, "refused") && used >= of - of / 5;
}

void answer_near_limits(struct slice json, struct buf *out)
{
    json_t *j = load(json);
    const json_t *limit;
    size_t i;

    json_array_foreach(json_object_get(j, "limits"), i, limit)
    {
        if (!is_near(limit))
            continue;
        buf_printf(out, "%s%lld of %lld %s", out->n ? ", " : "",
                   json_integer_value(json_object_get(limit, "used")),
                   json_integer_value(json_object_get(limit, "limit")),
                   json_string_value(json_object_get(limit, "name")));
    }
    json_decref(j);
}

void answer_detail(struct slice body, char *out, size_t size)
{
    json_t *j = load(body);
    const char *detail = json_string_value(json_object_get(j, "detail"));

    snprintf(out, size, "%.*s",
             SLICE_ARG(detail ? slice_of(detail)
                              : slice_first(slice_trim(body), size)));
    json_decref(j);
}
