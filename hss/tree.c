/* SPDX-License-Identifier: MIT */
#include "hss/tree.h"
#include "ims/xml.h"
#include <stdio.h>

void *tree_take(struct complaints *c, size_t size)
{
    void *p = arena_zalloc(c->arena, size);

    if (!p)
        complain(c, (struct mark){0}, COMPLAINT_FULL);
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
        if (!k->name)
            unknown_key(c, i->key, keys);
        else if (!yaml_is_null(i->value)) /* else as if nothing was said */
            k->read(c, i->value, (char *)out + k->at);
    }
}

void tree_list(struct complaints *c, const struct yaml *y, tree_fn *read,
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

void tree_text(struct complaints *c, const struct yaml *y, void *out)
{
    char found[64];
    const char *flaw;

    if (y->kind != YAML_SCALAR) {
        complain(c, y->at, "%s; a text was expected", yaml_found(y, found));
        return;
    }
    flaw = xml_flaw(y->text); /* nobody could be told of it by User-Data */
    if (flaw)
        complain(c, y->at,
                 "the text %s; UTF-8 without control characters was expected",
                 flaw);
    *(struct slice *)out = yaml_is_null(y) ? S("") : y->text;
}

void tree_flag(struct complaints *c, const struct yaml *y, void *out)
{
    char found[64];

    if (!yaml_is_flag(y, out))
        complain(c, y->at, "%s; true or false was expected",
                 yaml_found(y, found));
}

void tree_number(struct complaints *c, const struct yaml *y, void *out)
{
    char found[64];
    uint64_t value;

    if (y->kind == YAML_SCALAR && slice_u64(y->text, INT32_MAX, &value))
        *(uint32_t *)out = (uint32_t)value;
    else
        complain(c, y->at, "%s; a number up to %d was expected",
                 yaml_found(y, found), INT32_MAX);
}

void tree_name(struct complaints *c, const struct yaml *y, void *out)
{
    struct draft_name **list = out;
    struct draft_name *n = tree_take(c, sizeof(*n));

    if (!n)
        return;
    n->at = y->at;
    tree_text(c, y, &n->text);
    DRAFT_APPEND(*list, n);
}

void tree_names(struct complaints *c, const struct yaml *y, void *out)
{
    tree_list(c, y, tree_name, out);
}

void tree_skip(struct complaints *c, const struct yaml *y, void *out)
{
    (void)c;
    (void)y;
    (void)out;
}

bool tree_word(struct complaints *c, const struct yaml *y,
               const struct tree_word *words, unsigned *out)
{
    char names[200], found[64];
    struct buf b;

    buf_over(&b, names, sizeof(names));
    for (const struct tree_word *w = words; w->name; w++) {
        if (y->kind == YAML_SCALAR && slice_eq(y->text, slice_of(w->name))) {
            *out = w->value;
            return true;
        }
        buf_printf(&b, "%s%s", w == words ? "" : ", ", w->name);
    }
    complain(c, y->at, "%s; one of %.*s was expected", yaml_found(y, found),
             SLICE_ARG(buf_slice(&b)));
    return false;
}
