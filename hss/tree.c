/* SPDX-License-Identifier: MIT */
#include "hss/tree.h"
#include <stdio.h>

void *tree_take(struct complaints *c, size_t size)
{
    void *p = arena_zalloc(c->arena, size);

    if (!p)
        complain(c, (struct mark){0}, "more data than there is room for");
    return p;
}

static void unknown_key(struct complaints *c, const struct yaml *key,
                        const struct tree_key *keys)
{
    char names[300];
    struct buf b;

    buf_over(&b, names, sizeof(names));
    for (const struct tree_key *k = keys; k->name; k++)
        buf_printf(&b, "%s%s", k == keys ? "" : ", ", k->name);
    complain(c, key->at, "unknown key \"%.*s\"; one of %.*s was expected",
             SLICE_ARG(slice_first(key->text, 60)), SLICE_ARG(buf_slice(&b)));
}

void tree_map(struct complaints *c, const struct yaml *y,
              const struct tree_key *keys, void *out)
{
    char found[64];

    if (y->kind != YAML_MAP) {
        complain(c, y->at, "%s; a map was expected", yaml_found(y, found));
        return;
    }
    for (const struct yaml_item *i = y->items; i; i = i->next) {
        const struct tree_key *k = keys;

        while (k->name && !slice_eq(i->key->text, slice_of(k->name)))
            k++;
        if (k->name)
            k->read(c, i->value, out);
        else
            unknown_key(c, i->key, keys);
    }
}

void tree_list(struct complaints *c, const struct yaml *y,
               void (*read)(struct complaints *, const struct yaml *, void *),
               void *out)
{
    if (yaml_is_null(y))
        return;
    if (y->kind != YAML_LIST) {
        read(c, y, out);
        return;
    }
    for (const struct yaml_item *i = y->items; i; i = i->next)
        read(c, i->value, out);
}

bool tree_text(struct complaints *c, const struct yaml *y, struct slice *out)
{
    char found[64];

    if (y->kind != YAML_SCALAR) {
        complain(c, y->at, "%s; a text was expected", yaml_found(y, found));
        return false;
    }
    *out = yaml_is_null(y) ? S("") : y->text;
    return true;
}

bool tree_flag(struct complaints *c, const struct yaml *y, bool *out)
{
    char found[64];

    if (yaml_is_flag(y, out))
        return true;
    complain(c, y->at, "%s; true or false was expected", yaml_found(y, found));
    return false;
}

bool tree_number(struct complaints *c, const struct yaml *y, uint64_t max,
                 uint64_t *out)
{
    char found[64];

    if (y->kind == YAML_SCALAR && slice_u64(y->text, max, out))
        return true;
    complain(c, y->at, "%s; a number up to %llu was expected",
             yaml_found(y, found), (unsigned long long)max);
    return false;
}
