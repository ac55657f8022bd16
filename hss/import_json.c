/* SPDX-License-Identifier: MIT
 *
 * A JSON body becomes the tree that YAML becomes, without places.
 */
#include "hss/import.h"
#include "hss/tree.h"
#include <jansson.h>
#include <stdio.h>

enum { DEPTH_MAX = 12 };

static struct yaml *node_of(struct complaints *c, const json_t *j,
                            unsigned depth);

static struct yaml *scalar(struct complaints *c, struct slice text, bool plain)
{
    struct yaml *y = tree_take(c, sizeof(*y));

    if (!y)
        return NULL;
    y->kind = YAML_SCALAR;
    y->plain = plain;
    y->text = arena_printf(c->arena, "%.*s", SLICE_ARG(text));
    return y;
}

static struct yaml *number(struct complaints *c, const json_t *j)
{
    char text[40];

    if (json_is_integer(j))
        snprintf(text, sizeof(text), "%lld", (long long)json_integer_value(j));
    else
        snprintf(text, sizeof(text), "%.15g", json_real_value(j));
    return scalar(c, slice_of(text), true);
}

static bool append(struct complaints *c, struct yaml *y,
                   struct yaml_item **last, const char *key, struct yaml *value)
{
    struct yaml_item *item = tree_take(c, sizeof(*item));

    if (!item || !value)
        return false;
    item->value = value;
    if (key)
        item->key = scalar(c, slice_of(key), false);
    if (*last)
        (*last)->next = item;
    else
        y->items = item;
    *last = item;
    y->count++;
    return true;
}

static struct yaml *list_of(struct complaints *c, const json_t *j,
                            unsigned depth)
{
    struct yaml *y = tree_take(c, sizeof(*y));
    struct yaml_item *last = NULL;

    if (!y)
        return NULL;
    y->kind = YAML_LIST;
    for (size_t i = 0; i < json_array_size(j); i++) {
        if (!append(c, y, &last, NULL,
                    node_of(c, json_array_get(j, i), depth + 1)))
            return NULL;
    }
    return y;
}

static struct yaml *map_of(struct complaints *c, const json_t *j,
                           unsigned depth)
{
    struct yaml *y = tree_take(c, sizeof(*y));
    struct yaml_item *last = NULL;
    const char *key;
    json_t *value;

    if (!y)
        return NULL;
    y->kind = YAML_MAP;
    json_object_foreach((json_t *)j, key, value)
    {
        if (!append(c, y, &last, key, node_of(c, value, depth + 1)))
            return NULL;
    }
    return y;
}

static struct yaml *node_of(struct complaints *c, const json_t *j,
                            unsigned depth)
{
    if (depth > DEPTH_MAX) {
        complain(c, (struct mark){0}, "nested too deep");
        return NULL;
    }
    switch (json_typeof(j)) {
    case JSON_OBJECT: return map_of(c, j, depth);
    case JSON_ARRAY: return list_of(c, j, depth);
    case JSON_STRING:
        return scalar(c, slice_at(json_string_value(j), json_string_length(j)),
                      false);
    case JSON_INTEGER:
    case JSON_REAL: return number(c, j);
    case JSON_TRUE: return scalar(c, S("true"), true);
    case JSON_FALSE: return scalar(c, S("false"), true);
    case JSON_NULL: break;
    }
    return scalar(c, S("null"), true);
}

/* The first complaint stands for all in one sentence. */
static enum ims_err refuse(const struct complaints *c, struct why *why)
{
    if (!c->first)
        return why_set(why, IMS_MALFORMED, "not a subscriber");
    if (c->count > 1)
        return why_set(why, IMS_MALFORMED, "%.*s (and %zu more)",
                       SLICE_ARG(c->first->text), c->count - 1);
    return why_set(why, IMS_MALFORMED, "%.*s", SLICE_ARG(c->first->text));
}

enum ims_err import_json(struct slice body, const struct draft_rules *rules,
                         struct arena *a, struct subscriber *out,
                         struct why *why)
{
    struct complaints c;
    json_error_t error;
    json_t *j = json_loadb(body.p ? body.p : "", body.n, JSON_REJECT_DUPLICATES,
                           &error);
    struct draft *d = NULL;
    struct yaml *root;

    if (!j)
        return why_set(why, IMS_MALFORMED, "line %d, column %d: %s", error.line,
                       error.column, error.text);
    complaints_init(&c, a);
    root = node_of(&c, j, 0);
    json_decref(j);
    if (root && c.count == 0)
        d = tree_subscriber(&c, root);
    if (!d || c.count || !draft_finish(d, rules, &c, out))
        return refuse(&c, why);
    return IMS_OK;
}
