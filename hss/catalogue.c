/* SPDX-License-Identifier: MIT */
#include "hss/catalogue.h"
#include "base/mem.h"
#include "hss/export.h"

enum { TEXT_MAX = 16 << 20 };

const char *catalogue_word(enum catalogue_kind kind)
{
    switch (kind) {
    case CATALOGUE_PROFILE: return "service profile";
    case CATALOGUE_SHARED: return "shared iFC set";
    case CATALOGUE_CHARGING: return "charging set";
    }
    return "?";
}

const char *catalogue_section(enum catalogue_kind kind)
{
    switch (kind) {
    case CATALOGUE_PROFILE: return "profiles";
    case CATALOGUE_SHARED: return "shared_ifc";
    case CATALOGUE_CHARGING: return "charging";
    }
    return "?";
}

/* ---- one entry ---------------------------------------------------------- */

static bool is_number(struct slice name, uint32_t id)
{
    uint64_t value;

    return slice_u64(name, UINT32_MAX, &value) && value == id;
}

enum ims_err catalogue_yaml(const struct catalogue *c, enum catalogue_kind kind,
                            struct slice name, struct arena *a,
                            struct slice *out, struct why *why)
{
    struct catalogue_profile profile;
    struct catalogue_shared shared;
    struct catalogue_charging charging;
    struct catalogue one = {0};
    struct buf b;
    bool full;

    for (struct catalogue_profile *i = c->profiles; i; i = i->next)
        if (kind == CATALOGUE_PROFILE && slice_eq(i->name, name))
            profile = *i, one.profiles = &profile, profile.next = NULL;
    for (struct catalogue_shared *i = c->shared; i; i = i->next)
        if (kind == CATALOGUE_SHARED && is_number(name, i->id))
            shared = *i, one.shared = &shared, shared.next = NULL;
    for (struct catalogue_charging *i = c->charging; i; i = i->next)
        if (kind == CATALOGUE_CHARGING && slice_eq(i->name, name))
            charging = *i, one.charging = &charging, charging.next = NULL;
    buf_init(&b, TEXT_MAX);
    export_yaml_catalogue(&b, &one);
    *out = slice_keep(a, buf_slice(&b));
    full = b.full;
    buf_fini(&b);
    return full || !out->p ? why_set(why, IMS_TOO_LARGE,
                                     "there is no room for the text of %s %.*s",
                                     catalogue_word(kind), SLICE_ARG(name))
                           : IMS_OK;
}

/* ---- JSON --------------------------------------------------------------- */

static void put_scalar(struct json *j, const struct yaml *y)
{
    uint64_t number;
    bool flag;

    if (yaml_is_null(y))
        json_nothing(j);
    else if (yaml_is_flag(y, &flag))
        json_bool(j, flag);
    else if (yaml_is_number(y) && slice_u64(y->text, INT64_MAX, &number))
        json_u64(j, number);
    else
        json_text(j, y->text);
}

static void put_map(struct json *j, const struct yaml *y)
{
    json_object_begin(j);
    for (const struct yaml_item *i = y->items; i; i = i->next) {
        json_key(j, i->key->text.p);
        catalogue_tree_json(j, i->value);
    }
    json_object_end(j);
}

void catalogue_tree_json(struct json *j, const struct yaml *y)
{
    if (y->kind == YAML_SCALAR) {
        put_scalar(j, y);
    } else if (y->kind == YAML_MAP) {
        put_map(j, y);
    } else {
        json_array_begin(j);
        for (const struct yaml_item *i = y->items; i; i = i->next)
            catalogue_tree_json(j, i->value);
        json_array_end(j);
    }
}

/* The document is a section with a list of one. */
static const struct yaml *first_entry(const struct yaml *root)
{
    const struct yaml *list = root && root->kind == YAML_MAP && root->items
                                  ? root->items->value
                                  : NULL;

    return list && list->kind == YAML_LIST && list->items ? list->items->value
                                                          : NULL;
}

void catalogue_json(struct json *j, struct slice yaml)
{
    struct report *report = mem_zalloc(sizeof(*report));
    const struct yaml *entry;
    struct arena a;

    arena_init(&a, 4096, SIZE_MAX); /* bounded by the text */
    entry = yaml.n ? first_entry(yaml_read(yaml, &a, report)) : NULL;
    if (entry)
        catalogue_tree_json(j, entry);
    else
        json_nothing(j);
    arena_fini(&a);
    free(report);
}
