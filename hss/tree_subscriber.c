/* SPDX-License-Identifier: MIT
 *
 * A subscriber as a map. The short form has the keys of one set and of one
 * private identity beside those of the subscription:
 *
 *     impu: sip:alice@ims.example      (or a list)
 *     tel: tel:+15551001               one more public identity, an alias
 *     name: Alice   number: "1001"     instead of impu and tel
 *     impi: alice@ims.example          derived from impu without it
 *     password: ...                    instead of digest: {password: ...}
 *     k: ...   op: ... or opc: ...     instead of aka: {k: ...}
 *     aka: {...}   digest: {...}
 *
 * The long form has `privates` and `sets` instead.
 */
#include "hss/tree.h"

/* ---- private identities ------------------------------------------------- */

static void read_aka(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_key keys[] = {
        {"algorithm", tree_text, offsetof(struct draft_private, aka_algorithm)},
        {"k", tree_text, offsetof(struct draft_private, k)},
        {"op", tree_text, offsetof(struct draft_private, op)},
        {"opc", tree_text, offsetof(struct draft_private, opc)},
        {"amf", tree_text, offsetof(struct draft_private, amf)},
        {"sqn", tree_text, offsetof(struct draft_private, sqn)},
        {"has_key", tree_skip, 0}, /* what an answer says instead of the key */
        {NULL, NULL, 0},
    };
    struct draft_private *p = out;

    p->aka = true;
    p->aka_at = y->at;
    tree_map(c, y, keys, p);
}

static void read_ha1(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_key keys[] = {
        {"algorithm", tree_text, offsetof(struct draft_ha1, algorithm)},
        {"realm", tree_text, offsetof(struct draft_ha1, realm)},
        {"value", tree_text, offsetof(struct draft_ha1, hex)},
        {NULL, NULL, 0},
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

static void read_digest(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_key keys[] = {
        {"algorithm", tree_text,
         offsetof(struct draft_private, digest_algorithm)},
        {"realm", tree_text, offsetof(struct draft_private, realm)},
        {"password", tree_text, offsetof(struct draft_private, password)},
        {"ha1", read_ha1s, 0},
        {"has_password", tree_skip, 0},
        {NULL, NULL, 0},
    };
    struct draft_private *p = out;

    p->digest = true;
    p->digest_at = y->at;
    tree_map(c, y, keys, p);
}

static void read_private(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_key keys[] = {
        {"impi", tree_text, offsetof(struct draft_private, impi)},
        {"aka", read_aka, 0},
        {"digest", read_digest, 0},
        {NULL, NULL, 0},
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

static void read_public(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_key keys[] = {
        {"impu", tree_text, offsetof(struct draft_public, impu)},
        {"type", tree_text, offsetof(struct draft_public, type)},
        {"barred", tree_flag, offsetof(struct draft_public, barred)},
        {"profile", tree_text, offsetof(struct draft_public, profile)},
        {"display_name", tree_text,
         offsetof(struct draft_public, display_name)},
        {"alias_group", tree_text, offsetof(struct draft_public, alias_group)},
        {"server", tree_text, offsetof(struct draft_public, psi_server)},
        {"inactive", tree_flag, offsetof(struct draft_public, inactive)},
        {NULL, NULL, 0},
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

/* A draft has nobody there for all. */
static void set_privates(struct complaints *c, const struct yaml *y, void *out)
{
    tree_names(c, y, out);
    if (y->kind == YAML_LIST && y->count == 0)
        complain(c, y->at,
                 "no private identity could register by the set; leave "
                 "privates out for all");
}

static void read_set(struct complaints *c, const struct yaml *y, void *out)
{
    static const struct tree_key keys[] = {
        {"publics", read_publics, 0},
        {"privates", set_privates, offsetof(struct draft_set, privates)},
        /* what an answer says besides: */
        {"state", tree_skip, 0},
        {"scscf", tree_skip, 0},
        {"registered", tree_skip, 0},
        {NULL, NULL, 0},
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

static void entry_tel(struct complaints *c, const struct yaml *y, void *out)
{
    struct entry *e = out;

    e->tel = tree_take(c, sizeof(*e->tel));
    if (!e->tel)
        return;
    e->tel->at = y->at;
    tree_text(c, y, &e->tel->impu);
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

static void entry_name(struct complaints *c, const struct yaml *y, void *out)
{
    struct entry *e = out;

    e->draft.name_at = y->at;
    tree_text(c, y, &e->draft.name);
}

static void entry_number(struct complaints *c, const struct yaml *y, void *out)
{
    struct entry *e = out;

    e->draft.number_at = y->at;
    tree_text(c, y, &e->draft.number);
}

static void entry_secret(struct entry *e, struct complaints *c,
                         const struct yaml *y, struct slice *out)
{
    struct draft_private *p = &e->private;

    tree_text(c, y, out);
    e->has_private = true;
    p->digest = p->digest || p->password.n;
    p->aka = p->aka || p->k.n || p->op.n || p->opc.n;
    p->at = p->at.line ? p->at : e->draft.at;
    p->aka_at = p->aka_at.line ? p->aka_at : e->draft.at;
    p->digest_at = p->digest_at.line ? p->digest_at : e->draft.at;
}

static void entry_password(struct complaints *c, const struct yaml *y,
                           void *out)
{
    struct entry *e = out;

    entry_secret(e, c, y, &e->private.password);
}

static void entry_k(struct complaints *c, const struct yaml *y, void *out)
{
    struct entry *e = out;

    entry_secret(e, c, y, &e->private.k);
}

static void entry_op(struct complaints *c, const struct yaml *y, void *out)
{
    struct entry *e = out;

    entry_secret(e, c, y, &e->private.op);
}

static void entry_opc(struct complaints *c, const struct yaml *y, void *out)
{
    struct entry *e = out;

    entry_secret(e, c, y, &e->private.opc);
}

static void entry_algorithm(struct complaints *c, const struct yaml *y,
                            void *out)
{
    struct entry *e = out;

    tree_text(c, y, &e->private.aka_algorithm);
    e->private.digest_algorithm = e->private.aka_algorithm;
}

static void entry_capabilities(struct complaints *c, const struct yaml *y,
                               void *out)
{
    static const struct tree_key keys[] = {
        {"mandatory", tree_names, offsetof(struct draft, mandatory)},
        {"optional", tree_names, offsetof(struct draft, optional)},
        {NULL, NULL, 0}};

    tree_map(c, y, keys, out);
}

static const struct tree_key entry_keys[] = {
    {"name", entry_name, 0},
    {"number", entry_number, 0},
    {"password", entry_password, 0},
    {"k", entry_k, 0},
    {"op", entry_op, 0},
    {"opc", entry_opc, 0},
    {"algorithm", entry_algorithm, 0},
    {"impu", read_publics, offsetof(struct entry, set)},
    {"tel", entry_tel, 0},
    {"display_name", tree_text, offsetof(struct entry, display_name)},
    {"barred", tree_flag, offsetof(struct entry, barred)},
    {"impi", entry_impi, 0},
    {"aka", entry_aka, 0},
    {"digest", entry_digest, 0},
    {"profile", tree_text, offsetof(struct entry, draft.profile)},
    {"charging", tree_text, offsetof(struct entry, draft.charging)},
    {"capabilities", entry_capabilities, 0},
    {"visited", tree_names, offsetof(struct draft, visited)},
    {"privates", entry_privates, 0},
    {"sets", entry_sets, 0},
    /* what an answer says besides: */
    {"id", tree_skip, 0},
    {"version", tree_skip, 0},
    {"domain", tree_skip, 0},
    {NULL, NULL, 0},
};

/* The keys beside impu mean the first identity, and tel is its alias. */
static void add_short_set(struct entry *e)
{
    struct draft_public *first;

    e->draft.display_name = e->display_name;
    e->draft.barred = e->barred;
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
