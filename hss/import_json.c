/* SPDX-License-Identifier: MIT */
#include "hss/import_json.h"
#include "hss/tree.h"
#include <stdio.h>

enum { DEPTH_MAX = 12 };

/* Where a value stands: its container's pointer and its own name in it. */
struct place {
    struct json_reading *r;
    struct slice in;
    const char *key; /* or NULL: */
    size_t index;
    unsigned depth; /* 0: the whole */
};

static struct yaml *node_of(const struct place *at, const json_t *j);

void json_reading_init(struct json_reading *r, struct arena *a)
{
    *r = (struct json_reading){0};
    complaints_init(&r->complaints, a);
}

/* ---- places ------------------------------------------------------------- */

/* RFC 6901 section 3: ~0 for ~, ~1 for a slash. */
static struct slice escaped(struct arena *a, const char *key)
{
    char *p = arena_alloc(a, 2 * strlen(key) + 1);
    size_t n = 0;

    for (; p && *key; key++) {
        bool special = *key == '~' || *key == '/';

        p[n++] = special ? '~' : *key;
        if (special)
            p[n++] = *key == '~' ? '0' : '1';
    }
    return slice_at(p, p ? n : 0);
}

static struct slice pointer_of(const struct place *at)
{
    struct arena *a = at->r->complaints.arena;

    if (at->depth == 0)
        return S("");
    if (!at->key)
        return arena_printf(a, "%.*s/%zu", SLICE_ARG(at->in), at->index);
    return arena_printf(a, "%.*s/%.*s", SLICE_ARG(at->in),
                        SLICE_ARG(escaped(a, at->key)));
}

/* A mark whose line is the number of the pointer, from 1. */
static struct mark mark_of(const struct place *at)
{
    struct json_reading *r = at->r;

    if (r->n == r->cap) {
        size_t cap = r->cap ? 2 * r->cap : 64;
        struct slice *p = tree_take(&r->complaints, cap * sizeof(*p));

        if (!p)
            return (struct mark){0};
        if (r->n)
            memcpy(p, r->pointers, r->n * sizeof(*p));
        r->pointers = p;
        r->cap = cap;
    }
    r->pointers[r->n++] = pointer_of(at);
    return (struct mark){(unsigned)r->n, 0};
}

struct slice json_reading_pointer(const struct json_reading *r,
                                  const struct complaint *c)
{
    struct slice at = S("");

    if (c->at.line && c->at.line <= r->n)
        at = r->pointers[c->at.line - 1];
    if (!c->member)
        return at;
    return arena_printf(r->complaints.arena, "%.*s/%s", SLICE_ARG(at),
                        c->member);
}

/* ---- values ------------------------------------------------------------- */

static struct yaml *scalar(const struct place *at, struct slice text,
                           bool plain)
{
    struct complaints *c = &at->r->complaints;
    struct yaml *y = tree_take(c, sizeof(*y));

    if (!y)
        return NULL;
    y->kind = YAML_SCALAR;
    y->plain = plain;
    y->at = mark_of(at);
    if (text.n > YAML_TEXT_MAX) {
        complain(c, y->at, "a text of more than %d bytes; expected less",
                 YAML_TEXT_MAX);
        return NULL;
    }
    y->text = arena_printf(c->arena, "%.*s", SLICE_ARG(text));
    if (!y->text.p) {
        complain(c, y->at, COMPLAINT_FULL);
        return NULL;
    }
    return y;
}

static struct yaml *number(const struct place *at, const json_t *j)
{
    char text[40];

    if (json_is_integer(j))
        snprintf(text, sizeof(text), "%lld", (long long)json_integer_value(j));
    else
        snprintf(text, sizeof(text), "%.15g", json_real_value(j));
    return scalar(at, slice_of(text), true);
}

static struct yaml *container(const struct place *at, enum yaml_kind kind)
{
    struct yaml *y = tree_take(&at->r->complaints, sizeof(*y));

    if (!y)
        return NULL;
    y->kind = kind;
    y->at = mark_of(at);
    return y;
}

static bool append(const struct place *at, struct yaml *y,
                   struct yaml_item **last, struct yaml *value)
{
    struct yaml_item *item = tree_take(&at->r->complaints, sizeof(*item));

    if (!item || !value)
        return false;
    item->value = value;
    if (at->key)
        item->key = scalar(at, slice_of(at->key), false);
    if (*last)
        (*last)->next = item;
    else
        y->items = item;
    *last = item;
    y->count++;
    return !at->key || item->key;
}

static struct yaml *list_of(const struct place *at, const json_t *j)
{
    struct yaml *y = container(at, YAML_LIST);
    struct yaml_item *last = NULL;
    struct place in = {at->r, pointer_of(at), NULL, 0, at->depth + 1};

    for (; y && in.index < json_array_size(j); in.index++) {
        if (!append(&in, y, &last, node_of(&in, json_array_get(j, in.index))))
            return NULL;
    }
    return y;
}

static struct yaml *map_of(const struct place *at, const json_t *j)
{
    struct yaml *y = container(at, YAML_MAP);
    struct yaml_item *last = NULL;
    struct place in = {at->r, pointer_of(at), NULL, 0, at->depth + 1};
    json_t *value;

    if (!y)
        return NULL;
    json_object_foreach((json_t *)j, in.key, value)
    {
        if (!append(&in, y, &last, node_of(&in, value)))
            return NULL;
    }
    return y;
}

static struct yaml *node_of(const struct place *at, const json_t *j)
{
    if (at->depth > DEPTH_MAX) {
        complain(&at->r->complaints, (struct mark){0}, "nested too deep");
        return NULL;
    }
    switch (json_typeof(j)) {
    case JSON_OBJECT: return map_of(at, j);
    case JSON_ARRAY: return list_of(at, j);
    case JSON_STRING:
        return scalar(at, slice_at(json_string_value(j), json_string_length(j)),
                      false);
    case JSON_INTEGER:
    case JSON_REAL: return number(at, j);
    case JSON_TRUE: return scalar(at, S("true"), true);
    case JSON_FALSE: return scalar(at, S("false"), true);
    case JSON_NULL: break;
    }
    return scalar(at, S("null"), true);
}

struct yaml *json_tree(struct json_reading *r, const json_t *j)
{
    struct place at = {.r = r};

    return node_of(&at, j);
}

bool import_json(struct json_reading *r, const json_t *j,
                 const struct draft_rules *rules, struct subscriber *out)
{
    struct complaints *c = &r->complaints;
    struct yaml *root = json_tree(r, j);
    struct draft *d = NULL;

    if (root && c->count == 0)
        d = tree_subscriber(c, root);
    return d && c->count == 0 && draft_finish(d, rules, c, out);
}
