/* SPDX-License-Identifier: MIT
 *
 * A subscriber as a map. The short form has the keys of one set and of one
 * private identity beside those of the subscription:
 *
 *     impu: sip:alice@ims.example      (or a list)
 *     tel: tel:+15551001               one more public identity, an alias
 *     impi: alice@ims.example          derived from impu without it
 *     aka: {...}   digest: {...}
 *
 * The long form has `privates` and `sets` instead.
 */
#include "hss/tree.h"

#define READ_TEXT(name, type, member)                                       \
    static void name(struct complaints *c, const struct yaml *y, void *out) \
    {                                                                       \
        tree_text(c, y, &((struct type *)out)->member);                     \
    }
#define READ_FLAG(name, type, member)                                       \
    static void name(struct complaints *c, const struct yaml *y, void *out) \
    {                                                                       \
        tree_flag(c, y, &((struct type *)out)->member);                     \
    }

/* ---- private identities ------------------------------------------------- */

READ_TEXT(aka_algorithm, draft_private, aka_algorithm)
READ_TEXT(aka_k, draft_private, k)
READ_TEXT(aka_op, draft_private, op)
READ_TEXT(aka_opc, draft_private, opc)
READ_TEXT(aka_amf, draft_private, amf)
READ_TEXT(aka_sqn, draft_private, sqn)

static void skip(struct complaints *c, const struct yaml *y, void *out)
{
    (void)c;
    (void)y;
    (void)out;
}

static void read_aka(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_key keys[] = {
        {"algorithm", aka_algorithm},
        {"k", aka_k},
        {"op", aka_op},
        {"opc", aka_opc},
        {"amf", aka_amf},
        {"sqn", aka_sqn},
        {"has_key", skip}, /* what an answer says instead of the key */
        {NULL, NULL},
    };
    struct draft_private *p = out;

    if (yaml_is_null(y))
        return;
    p->aka = true;
    tree_map(c, y, keys, p);
}

READ_TEXT(ha1_algorithm, draft_ha1, algorithm)
READ_TEXT(ha1_realm, draft_ha1, realm)
READ_TEXT(ha1_hex, draft_ha1, hex)

static void read_ha1(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_key keys[] = {
        {"algorithm", ha1_algorithm},
        {"realm", ha1_realm},
        {"value", ha1_hex},
        {NULL, NULL},
    };
    struct draft_private *p = out;
    struct draft_ha1 *h = tree_take(c, sizeof(*h));

    if (!h)
        return;
    h->at = y->at;
    tree_map(c, y, keys, h);
    DRAFT_APPEND(p->ha1s, h);
}

static void read_ha1s(struct complaints *c, const struct yaml *y, void *out)
{
    tree_list(c, y, read_ha1, out);
}

READ_TEXT(digest_algorithm_key, draft_private, digest_algorithm)
READ_TEXT(digest_realm, draft_private, realm)
READ_TEXT(digest_password_key, draft_private, password)

static void read_digest(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_key keys[] = {
        {"algorithm", digest_algorithm_key},
        {"realm", digest_realm},
        {"password", digest_password_key},
        {"ha1", read_ha1s},
        {"has_password", skip},
        {NULL, NULL},
    };
    struct draft_private *p = out;

    if (yaml_is_null(y))
        return;
    p->digest = true;
    tree_map(c, y, keys, p);
}

READ_TEXT(private_impi, draft_private, impi)

static void read_private(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_key keys[] = {
        {"impi", private_impi},
        {"aka", read_aka},
        {"digest", read_digest},
        {NULL, NULL},
    };
    struct draft *d = out;
    struct draft_private *p = tree_take(c, sizeof(*p));

    if (!p)
        return;
    p->at = y->at;
    tree_map(c, y, keys, p);
    DRAFT_APPEND(d->privates, p);
}

/* ---- public identities and sets ----------------------------------------- */

READ_TEXT(public_impu, draft_public, impu)
READ_TEXT(public_type, draft_public, type)
READ_TEXT(public_profile, draft_public, profile)
READ_TEXT(public_display_name, draft_public, display_name)
READ_TEXT(public_alias_group, draft_public, alias_group)
READ_TEXT(public_server, draft_public, psi_server)
READ_FLAG(public_barred, draft_public, barred)
READ_FLAG(public_inactive, draft_public, inactive)

static void read_public(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_key keys[] = {
        {"impu", public_impu},
        {"type", public_type},
        {"barred", public_barred},
        {"profile", public_profile},
        {"display_name", public_display_name},
        {"alias_group", public_alias_group},
        {"server", public_server},
        {"inactive", public_inactive},
        {NULL, NULL},
    };
    struct draft_set *s = out;
    struct draft_public *p = tree_take(c, sizeof(*p));

    if (!p)
        return;
    p->at = y->at;
    if (y->kind == YAML_SCALAR)
        tree_text(c, y, &p->impu);
    else
        tree_map(c, y, keys, p);
    DRAFT_APPEND(s->publics, p);
}

static void read_publics(struct complaints *c, const struct yaml *y, void *out)
{
    tree_list(c, y, read_public, out);
}

static void append_name(struct complaints *c, const struct yaml *y, void *out)
{
    struct draft_name **list = out;
    struct draft_name *n = tree_take(c, sizeof(*n));

    if (!n)
        return;
    n->at = y->at;
    if (tree_text(c, y, &n->text))
        DRAFT_APPEND(*list, n);
}

static void set_privates(struct complaints *c, const struct yaml *y, void *out)
{
    tree_list(c, y, append_name, &((struct draft_set *)out)->privates);
}

static void read_set(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_key keys[] = {
        {"publics", read_publics},
        {"privates", set_privates},
        /* what an answer says besides: */
        {"state", skip},
        {"scscf", skip},
        {"registered", skip},
        {NULL, NULL},
    };
    struct draft *d = out;
    struct draft_set *s = tree_take(c, sizeof(*s));

    if (!s)
        return;
    s->at = y->at;
    tree_map(c, y, keys, s);
    DRAFT_APPEND(d->sets, s);
}

/* ---- the subscription --------------------------------------------------- */

/* A draft with the set and the private identity of the short form. */
struct entry {
    struct draft draft; /* first: what reads a draft reads this */
    struct draft_set set;
    struct draft_private private;
    struct slice display_name;
    struct draft_public *tel;
    bool barred, has_private;
};

static void entry_privates(struct complaints *c, const struct yaml *y,
                           void *out)
{
    tree_list(c, y, read_private, out);
}

static void entry_sets(struct complaints *c, const struct yaml *y, void *out)
{
    tree_list(c, y, read_set, out);
}

static void entry_impu(struct complaints *c, const struct yaml *y, void *out)
{
    tree_list(c, y, read_public, &((struct entry *)out)->set);
}

static void entry_tel(struct complaints *c, const struct yaml *y, void *out)
{
    struct entry *e = out;

    e->tel = tree_take(c, sizeof(*e->tel));
    if (!e->tel || !tree_text(c, y, &e->tel->impu))
        return;
    e->tel->at = y->at;
    if (!slice_starts_nocase(e->tel->impu, S("tel:")))
        e->tel->impu =
            arena_printf(c->arena, "tel:%.*s", SLICE_ARG(e->tel->impu));
}

static void entry_impi(struct complaints *c, const struct yaml *y, void *out)
{
    struct entry *e = out;

    e->has_private = true;
    e->private.at = y->at;
    tree_text(c, y, &e->private.impi);
}

static void entry_aka(struct complaints *c, const struct yaml *y, void *out)
{
    struct entry *e = out;

    e->has_private = true;
    e->private.at = y->at;
    read_aka(c, y, &e->private);
}

static void entry_digest(struct complaints *c, const struct yaml *y, void *out)
{
    struct entry *e = out;

    e->has_private = true;
    e->private.at = y->at;
    read_digest(c, y, &e->private);
}

READ_TEXT(entry_display_name, entry, display_name)
READ_FLAG(entry_barred, entry, barred)
READ_TEXT(entry_profile, entry, draft.profile)
READ_TEXT(entry_charging, entry, draft.charging)

static void entry_visited(struct complaints *c, const struct yaml *y, void *out)
{
    tree_list(c, y, append_name, &((struct draft *)out)->visited);
}

static void mandatory(struct complaints *c, const struct yaml *y, void *out)
{
    tree_list(c, y, append_name, &((struct draft *)out)->mandatory);
}

static void optional(struct complaints *c, const struct yaml *y, void *out)
{
    tree_list(c, y, append_name, &((struct draft *)out)->optional);
}

static void entry_capabilities(struct complaints *c, const struct yaml *y,
                               void *out)
{
    static const struct tree_key keys[] = {
        {"mandatory", mandatory}, {"optional", optional}, {NULL, NULL}};

    tree_map(c, y, keys, out);
}

static const struct tree_key entry_keys[] = {
    {"impu", entry_impu},
    {"tel", entry_tel},
    {"display_name", entry_display_name},
    {"barred", entry_barred},
    {"impi", entry_impi},
    {"aka", entry_aka},
    {"digest", entry_digest},
    {"profile", entry_profile},
    {"charging", entry_charging},
    {"capabilities", entry_capabilities},
    {"visited", entry_visited},
    {"privates", entry_privates},
    {"sets", entry_sets},
    {"id", skip},
    {NULL, NULL},
};

/* The keys beside impu mean the first identity, and tel is its alias. */
static void add_short_set(struct entry *e)
{
    struct draft_public *first;

    if (e->tel)
        DRAFT_APPEND(e->set.publics, e->tel);
    first = e->set.publics;
    if (!first)
        return;
    if (e->tel && e->tel != first && !first->alias_group.n)
        first->alias_group = e->tel->alias_group = S("1");
    for (struct draft_public *p = first; p; p = p->next) {
        if (!p->display_name.n)
            p->display_name = e->display_name;
        p->barred = p->barred || e->barred;
    }
    e->set.at = e->draft.at;
    DRAFT_APPEND(e->draft.sets, &e->set);
}

struct draft *tree_subscriber(struct complaints *c, const struct yaml *y)
{
    struct entry *e = tree_take(c, sizeof(*e));

    if (!e)
        return NULL;
    e->draft.at = y->at;
    tree_map(c, y, entry_keys, e);
    if (e->has_private)
        DRAFT_APPEND(e->draft.privates, &e->private);
    add_short_set(e);
    return &e->draft;
}
