/* SPDX-License-Identifier: MIT */
#include "imsbox/identities.h"
#include "imsbox/client.h"

void whom_print(const char *text, const char *domain, char out[WHOM_MAX])
{
    if (text[0] == '#')
        snprintf(out, WHOM_MAX, "%s", text + 1);
    else if (text[0] == '+')
        snprintf(out, WHOM_MAX, "tel:%s", text);
    else if (strchr(text, ':') || strchr(text, '@'))
        snprintf(out, WHOM_MAX, "%s", text);
    else
        snprintf(out, WHOM_MAX, "sip:%s@%s", text, domain);
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
