/* SPDX-License-Identifier: MIT */
#include "imsbox/identities.h"
#include "ims/identity.h"
#include "imsbox/client.h"

/* As it stands in the store, as far as it can be read. */
static void print_canonical(struct slice uri, char out[WHOM_MAX])
{
    struct identity id;

    if (identity_canonical(uri, &id, NULL) == IMS_OK)
        uri = identity_slice(&id);
    snprintf(out, WHOM_MAX, "%.*s", SLICE_ARG(uri));
}

void whom_print(const char *text, const char *domain, char out[WHOM_MAX])
{
    struct slice name = slice_trim(slice_of(text));
    bool is_id = slice_starts(name, S("#"));
    char uri[WHOM_MAX];

    if (is_id || (slice_index(name, ':') < 0 && slice_index(name, '@') >= 0)) {
        snprintf(out, WHOM_MAX, "%.*s", SLICE_ARG(slice_from(name, is_id)));
        return;
    }
    if (slice_starts(name, S("+")))
        snprintf(uri, sizeof uri, "tel:%.*s", SLICE_ARG(name));
    else if (slice_index(name, ':') >= 0)
        snprintf(uri, sizeof uri, "%.*s", SLICE_ARG(name));
    else
        snprintf(uri, sizeof uri, "sip:%.*s@%s", SLICE_ARG(name), domain);
    print_canonical(slice_of(uri), out);
}

const char *subscriber_impi(const json_t *subscriber, size_t i)
{
    return json_member(
        json_array_get(json_object_get(subscriber, "privates"), i), "impi");
}

static void separate(struct buf *out, size_t before)
{
    if (out->n > before)
        buf_str(out, ", ");
}

void subscriber_print_auth(const json_t *subscriber, struct buf *out)
{
    const json_t *privates = json_object_get(subscriber, "privates"), *p;
    size_t before = out->n, i;

    json_array_foreach(privates, i, p)
    {
        const json_t *aka = json_object_get(p, "aka");
        const json_t *digest = json_object_get(p, "digest");

        if (aka) {
            separate(out, before);
            buf_str(out, json_member(aka, "algorithm"));
        }
        if (digest) {
            separate(out, before);
            buf_printf(out, "digest %s", json_member(digest, "algorithm"));
        }
    }
}

void set_print_impus(const json_t *set, struct buf *out)
{
    const json_t *publics = json_object_get(set, "publics"), *p;
    size_t before = out->n, i;

    json_array_foreach(publics, i, p)
    {
        separate(out, before);
        buf_str(out, json_member(p, "impu"));
    }
}

void subscriber_print_impus(const json_t *subscriber, struct buf *out)
{
    const json_t *sets = json_object_get(subscriber, "sets"), *set;
    size_t i;

    json_array_foreach(sets, i, set)
    {
        if (i > 0)
            buf_str(out, ", ");
        set_print_impus(set, out);
    }
}
