/* SPDX-License-Identifier: MIT */
#include "hss/draft.h"
#include "hss/export.h"

static void put_aka(struct json *j, const struct subscriber_private *p)
{
    char amf[5];
    struct buf b;

    buf_over(&b, amf, sizeof(amf));
    buf_hex(&b, p->amf, sizeof(p->amf));
    json_key(j, "aka");
    json_object_begin(j);
    json_put_str(j, "algorithm", digest_algorithm_name(p->algorithm));
    json_put_text(j, "amf", buf_slice(&b));
    json_put_bool(j, "has_key", p->has_key);
    json_object_end(j);
}

void export_json_private(struct json *j, const struct subscriber_private *p)
{
    bool aka = digest_algorithm_aka(p->algorithm) != 0;

    json_object_begin(j);
    json_put_text(j, "impi", p->impi);
    if (aka)
        put_aka(j, p);
    if (!aka || p->nha1s) {
        json_key(j, "digest");
        json_object_begin(j);
        if (!aka)
            json_put_str(j, "algorithm", digest_algorithm_name(p->algorithm));
        if (p->nha1s)
            json_put_text(j, "realm", p->ha1s[0].realm);
        json_put_bool(j, "has_password", p->nha1s > 0);
        json_object_end(j);
    }
    json_object_end(j);
}

static void put_some(struct json *j, const char *key, struct slice text)
{
    if (text.n)
        json_put_text(j, key, text);
}

void export_json_public(struct json *j, const struct subscriber_public *p)
{
    json_object_begin(j);
    json_put_text(j, "impu", p->impu);
    json_put_str(j, "type", public_type_name(p->type));
    json_put_bool(j, "barred", p->barred);
    put_some(j, "profile", p->profile);
    put_some(j, "display_name", p->display_name);
    put_some(j, "alias_group", p->alias_group);
    put_some(j, "server", p->psi_server);
    if (p->psi_inactive)
        json_put_bool(j, "inactive", true);
    json_object_end(j);
}

static void put_indices(struct json *j, const char *key,
                        const struct subscriber *s, const uint16_t *indices,
                        size_t n)
{
    json_key(j, key);
    json_array_begin(j);
    for (size_t i = 0; i < n; i++)
        json_text(j, s->privates[indices[i]].impi);
    json_array_end(j);
}

static void put_set(struct json *j, const struct subscriber *s,
                    const struct subscriber_set *set, bool registration)
{
    json_object_begin(j);
    json_key(j, "publics");
    json_array_begin(j);
    for (size_t i = 0; i < set->npublics; i++)
        export_json_public(j, &set->publics[i]);
    json_array_end(j);
    if (set->nprivates)
        put_indices(j, "privates", s, set->privates, set->nprivates);
    if (!registration) {
        json_object_end(j);
        return;
    }
    json_put_str(j, "state", registration_state_name(set->state));
    put_some(j, "scscf", set->scscf);
    put_indices(j, "registered", s, set->registered, set->nregistered);
    json_object_end(j);
}

static void put_sets(struct json *j, const struct subscriber *s,
                     bool registration)
{
    json_array_begin(j);
    for (size_t i = 0; i < s->nsets; i++)
        put_set(j, s, &s->sets[i], registration);
    json_array_end(j);
}

void export_json_sets(struct json *j, const struct subscriber *s)
{
    put_sets(j, s, true);
}

static void put_numbers(struct json *j, const char *key, const uint32_t *v,
                        size_t n)
{
    json_key(j, key);
    json_array_begin(j);
    for (size_t i = 0; i < n; i++)
        json_u64(j, v[i]);
    json_array_end(j);
}

static void put_subscriber(struct json *j, const struct subscriber *s,
                           bool registration)
{
    json_object_begin(j);
    json_put_int(j, "id", s->id);
    json_put_u64(j, "version", s->version);
    json_key(j, "privates");
    json_array_begin(j);
    for (size_t i = 0; i < s->nprivates; i++)
        export_json_private(j, &s->privates[i]);
    json_array_end(j);
    json_key(j, "sets");
    put_sets(j, s, registration);
    put_some(j, "charging", s->charging);
    json_key(j, "capabilities");
    json_object_begin(j);
    put_numbers(j, "mandatory", s->mandatory, s->nmandatory);
    put_numbers(j, "optional", s->optional, s->noptional);
    json_object_end(j);
    json_key(j, "visited");
    json_array_begin(j);
    for (size_t i = 0; i < s->nvisited; i++)
        json_text(j, s->visited[i]);
    json_array_end(j);
}

void export_json(struct json *j, const struct subscriber *s)
{
    put_subscriber(j, s, false);
    json_object_end(j);
}

void export_json_listed(struct json *j, const struct subscriber *s)
{
    put_subscriber(j, s, true);
    json_object_end(j);
}

void export_json_open(struct json *j, const struct subscriber *s)
{
    put_subscriber(j, s, false);
}
