/* SPDX-License-Identifier: MIT */
#include "hss/patch.h"
#include <string.h>

/* ---- RFC 7396 section 2 -------------------------------------------------- */

static void merge(json_t *target, const json_t *patch)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)patch, key, value)
    {
        json_t *there = json_object_get(target, key);

        if (json_is_null(value)) {
            json_object_del(target, key);
        } else if (!json_is_object(value)) {
            json_object_set_new(target, key, json_deep_copy(value));
        } else {
            if (!json_is_object(there)) {
                there = json_object();
                json_object_set_new(target, key, there);
            }
            merge(there, value);
        }
    }
}

/* ---- the short form ----------------------------------------------------- */

/* The same value in every public identity; null takes it away. */
static bool set_publics(json_t *now, const char *key, json_t *value)
{
    size_t i, k;
    json_t *set, *public;

    json_array_foreach(json_object_get(now, "sets"), i, set)
    {
        json_array_foreach(json_object_get(set, "publics"), k, public)
        {
            if (json_is_null(value))
                json_object_del(public, key);
            else
                json_object_set(public, key, value);
        }
    }
    return true;
}

static bool put_name(json_t *now, json_t *value)
{
    return set_publics(now, "display_name", value);
}

static bool put_barred(json_t *now, json_t *value)
{
    return set_publics(now, "barred", value);
}

static bool put_profile(json_t *now, json_t *value)
{
    return set_publics(now, "profile", value);
}

/* Into `aka` or `digest` of the only private identity. */
static bool put_secret(json_t *now, const char *way, const char *key,
                       json_t *value)
{
    json_t *privates = json_object_get(now, "privates");
    json_t *private = json_array_get(privates, 0), *object;

    if (json_array_size(privates) != 1)
        return false;
    object = json_object_get(private, way);
    if (!object) {
        object = json_object();
        json_object_set_new(private, way, object);
    }
    return json_object_set(object, key, value) == 0;
}

/* null takes the password away. */
static bool put_password(json_t *now, json_t *value)
{
    json_t *privates = json_object_get(now, "privates");

    if (!json_is_null(value) || json_array_size(privates) != 1)
        return put_secret(now, "digest", "password", value);
    json_object_del(json_array_get(privates, 0), "digest");
    return true;
}

static bool put_k(json_t *now, json_t *value)
{
    return put_secret(now, "aka", "k", value);
}

static bool put_op(json_t *now, json_t *value)
{
    return put_secret(now, "aka", "op", value);
}

static bool put_opc(json_t *now, json_t *value)
{
    return put_secret(now, "aka", "opc", value);
}

static bool put_none(json_t *now, json_t *value)
{
    (void)now;
    (void)value;
    return false;
}

static const struct {
    const char *key;
    bool (*put)(json_t *now, json_t *value);
    const char *why;
} shorts[] = {
    {"name", put_name, ""},
    {"display_name", put_name, ""},
    {"barred", put_barred, ""},
    {"profile", put_profile, ""},
#define ONE "there are several private identities; change one in privates"
    {"password", put_password, ONE},
    {"k", put_k, ONE},
    {"op", put_op, ONE},
    {"opc", put_opc, ONE},
#undef ONE
#define PUBLICS "public identities are in sets; change them there"
    {"number", put_none, PUBLICS},
    {"tel", put_none, PUBLICS},
    {"impu", put_none, PUBLICS},
#undef PUBLICS
#define PRIVATES "private identities are in privates; change them there"
    {"impi", put_none, PRIVATES},
    {"aka", put_none, PRIVATES},
    {"digest", put_none, PRIVATES},
    {"algorithm", put_none, PRIVATES},
#undef PRIVATES
};

bool patch_subscriber(json_t *now, json_t *patch, const char **key,
                      const char **why)
{
    for (size_t i = 0; i < sizeof(shorts) / sizeof(shorts[0]); i++) {
        json_t *value = json_object_get(patch, shorts[i].key);

        if (!value)
            continue;
        *key = shorts[i].key;
        *why = shorts[i].why;
        if (!shorts[i].put(now, value))
            return false;
        json_object_del(patch, shorts[i].key);
    }
    merge(now, patch);
    return true;
}
