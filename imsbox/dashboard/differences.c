/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/differences.h"
#include "sip/uri.h"
#include <stdio.h>

enum {
    EXPIRES_SLACK_S = 5, /* clocks, and the time that a message takes */
};

struct comparison {
    struct json *j;
    const struct sight *sights;
    unsigned count, said;
};

/* ---- saying -------------------------------------------------------------- */

struct difference {
    const char *what, *value;
    const struct sight *a, *b; /* who differ; b may be NULL */
};

static void say(struct comparison *c, const struct difference *d,
                const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void say(struct comparison *c, const struct difference *d,
                const char *fmt, ...)
{
    char text[500];
    va_list ap;

    if (c->said++ >= DIFFERENCES_MAX)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    json_object_begin(c->j);
    json_put_str(c->j, "what", d->what);
    json_put_str(c->j, "value", d->value);
    json_key(c->j, "nodes");
    json_array_begin(c->j);
    json_str(c->j, d->a->node->name);
    if (d->b)
        json_str(c->j, d->b->node->name);
    json_array_end(c->j);
    json_put_str(c->j, "says", text);
    json_object_end(c->j);
}

/* ---- reading ------------------------------------------------------------- */

static const char *text_of(const json_t *j, const char *key)
{
    const char *text = json_string_value(json_object_get(j, key));

    return text ? text : "";
}

static const struct sight *next_of(const struct comparison *c,
                                   enum topology_role role,
                                   const struct sight *s)
{
    const struct sight *end = c->sights + c->count;

    for (s = s ? s + 1 : c->sights; s < end; s++)
        if (s->node->role == role)
            return s;
    return NULL;
}

/* Contacts are the same whatever their parameters (one node writes all of
 * them, the other those of the binding). */
static struct slice contact_of(const json_t *it)
{
    struct slice uri = slice_of(text_of(it, "contact")), rest = uri, head;

    slice_cut(&rest, ';', &head);
    return head;
}

static const json_t *find_contact(const json_t *list, struct slice contact)
{
    const json_t *it;
    size_t i;

    json_array_foreach(list, i, it)
    {
        if (slice_eq_nocase(contact_of(it), contact))
            return it;
    }
    return NULL;
}

static const json_t *bindings_of(const struct sight *s)
{
    return json_object_get(s->of, "bindings");
}

static bool is_registered(const struct sight *hss)
{
    return strcmp(text_of(hss->of, "state"), "registered") == 0;
}

/* "sip:scscf1.ims.example:5060" is that node. */
static bool is_named(const struct topology_node *n, const char *name)
{
    struct sip_uri uri;

    return sip_uri_parse(slice_of(name), &uri, NULL) == IMS_OK &&
           slice_eq_nocase(uri.host, slice_of(n->fqdn));
}

/* ---- HSS and S-CSCF ------------------------------------------------------ */

static void compare_state(struct comparison *c, const struct sight *hss,
                          const struct sight *s)
{
    const char *server = text_of(hss->of, "scscf");
    bool mine = is_named(s->node, server);
    bool registered = s->of && json_array_size(bindings_of(s)) > 0;
    struct difference d = {"state", server, hss, s};

    if (registered && !mine) {
        d.what = "server";
        say(c, &d,
            server[0] ? "%s has the user registered, and %s says that another "
                        "one serves the user"
                      : "%s has the user registered, and %s says that none "
                        "does",
            s->node->name, hss->node->name);
    } else if (registered && !is_registered(hss)) {
        say(c, &d, "%s has the user registered, and for %s the user is %s",
            s->node->name, hss->node->name, text_of(hss->of, "state"));
    } else if (mine && is_registered(hss) && !registered) {
        say(c, &d,
            "%s says that %s has the user registered, and it knows of nothing: "
            "it was started again; the next request of the user restores it "
            "(TS 23.380)",
            hss->node->name, s->node->name);
    }
}

static void compare_server(struct comparison *c, const struct sight *hss)
{
    if (!hss->of)
        return;
    for (const struct sight *s = NULL; (s = next_of(c, TOPOLOGY_SCSCF, s));)
        if (!s->dead)
            compare_state(c, hss, s);
}

/* ---- S-CSCF and P-CSCF --------------------------------------------------- */

static bool is_at_some_pcscf(const struct comparison *c, struct slice contact,
                             const struct sight **at, const json_t **found)
{
    bool dead = false;

    for (const struct sight *p = NULL; (p = next_of(c, TOPOLOGY_PCSCF, p));) {
        dead |= p->dead;
        *found = find_contact(p->of, contact);
        *at = p;
        if (*found)
            return true;
    }
    *found = NULL;
    return dead; /* it may be there */
}

static void compare_binding(struct comparison *c, const struct sight *s,
                            const json_t *binding)
{
    const char *contact = text_of(binding, "contact");
    const struct sight *p = NULL;
    const json_t *found;
    long long mine, its;
    struct difference d = {"contact", contact, s, NULL};

    if (!is_at_some_pcscf(c, contact_of(binding), &p, &found))
        say(c, &d,
            "%s has the contact %s, and no P-CSCF knows of it: calls to it "
            "will not arrive",
            s->node->name, contact);
    if (!found)
        return;
    mine = json_integer_value(json_object_get(binding, "expires_seconds"));
    its = json_integer_value(json_object_get(found, "expires_seconds"));
    d.what = "expires";
    d.b = p;
    if (mine - its > EXPIRES_SLACK_S || its - mine > EXPIRES_SLACK_S)
        say(c, &d, "%s ends at %s in %lld s, at %s in %lld s", contact,
            s->node->name, mine, p->node->name, its);
}

static bool is_at_some_scscf(const struct comparison *c, struct slice contact)
{
    for (const struct sight *s = NULL; (s = next_of(c, TOPOLOGY_SCSCF, s));)
        if (s->dead || find_contact(bindings_of(s), contact))
            return true;
    return false;
}

static void compare_contact(struct comparison *c, const struct sight *p,
                            const json_t *it)
{
    const char *contact = text_of(it, "contact");
    struct difference d = {"contact", contact, p, NULL};

    if (json_is_true(json_object_get(it, "registered")) &&
        !is_at_some_scscf(c, contact_of(it)))
        say(c, &d,
            "%s has the contact %s registered, and no S-CSCF knows of it: the "
            "phone believes that it is registered",
            p->node->name, contact);
}

static bool has_identity(const json_t *set, const char *id)
{
    const json_t *it;
    size_t i;

    json_array_foreach(json_object_get(set, "identities"), i, it)
    {
        if (strcmp(text_of(it, "public_identity"), id) == 0 &&
            !json_is_true(json_object_get(it, "barred")))
            return true;
    }
    return false;
}

static void compare_identities(struct comparison *c, const struct sight *p,
                               const json_t *contact)
{
    for (const struct sight *s = NULL; (s = next_of(c, TOPOLOGY_SCSCF, s));) {
        const json_t *id;
        size_t i;

        if (!find_contact(bindings_of(s), contact_of(contact)))
            continue;
        json_array_foreach(json_object_get(contact, "identities"), i, id)
        {
            const char *text = json_string_value(id);
            struct difference d = {"identities", text ? text : "", p, s};

            if (text && !has_identity(s->of, text))
                say(c, &d,
                    "%s lets the phone be %s, which %s does not: the profile "
                    "was changed since it registered",
                    p->node->name, text, s->node->name);
        }
    }
}

static void compare_contacts(struct comparison *c)
{
    const json_t *it;
    size_t i;

    for (const struct sight *s = NULL; (s = next_of(c, TOPOLOGY_SCSCF, s));)
        json_array_foreach(bindings_of(s), i, it)
        {
            compare_binding(c, s, it);
        }
    for (const struct sight *p = NULL; (p = next_of(c, TOPOLOGY_PCSCF, p));)
        json_array_foreach(p->of, i, it)
        {
            compare_contact(c, p, it);
            compare_identities(c, p, it);
        }
}

void differences_put(struct json *j, const struct sight *sights, unsigned count)
{
    struct comparison c = {.j = j, .sights = sights, .count = count};

    json_array_begin(j);
    for (const struct sight *h = NULL; (h = next_of(&c, TOPOLOGY_HSS, h));)
        compare_server(&c, h);
    compare_contacts(&c);
    json_array_end(j);
}
