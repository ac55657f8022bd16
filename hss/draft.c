/* SPDX-License-Identifier: MIT
 *
 * From a draft to a subscriber:
 *
 *   public identities -> canonical, typed; tel and sip of a number derived
 *   private identities -> derived from the first public one; keys and HA1
 *   sets -> which private identities may use them
 */
#include "hss/draft_priv.h"
#include "ims/identity.h"

void *draft_take(struct finisher *f, size_t n, size_t size)
{
    void *p = arena_zalloc(f->c->arena, (n ? n : 1) * size);

    if (!p)
        complain(f->c, (struct mark){0}, COMPLAINT_FULL);
    return p;
}

struct slice draft_keep(struct finisher *f, const struct identity *id)
{
    return complaints_keep(f->c, identity_slice(id));
}

void draft_check_text(struct finisher *f, struct mark at, const char *member,
                      struct slice text)
{
    if (text.n > SUBSCRIBER_MAX_TEXT)
        complain_of(f->c, at, member,
                    "%s has %zu bytes; at most %d were expected", member,
                    text.n, SUBSCRIBER_MAX_TEXT);
}

/* ---- public identities -------------------------------------------------- */

static const struct {
    const char *name;
    enum profile_identity_type type;
} types[] = {
    {"user", PROFILE_PUBLIC_USER_IDENTITY},
    {"psi", PROFILE_DISTINCT_PSI},
    {"wildcarded-psi", PROFILE_WILDCARDED_PSI},
    {"wildcarded-user", PROFILE_WILDCARDED_IMPU},
};

enum { TYPES = sizeof(types) / sizeof(types[0]) };

const char *public_type_name(enum profile_identity_type t)
{
    for (size_t i = 0; i < TYPES; i++) {
        if (types[i].type == t)
            return types[i].name;
    }
    return "user";
}

/* Without a word: a wildcard is a user's, or a service's if it has a server.
 */
static enum profile_identity_type guess_type(const struct draft_public *d)
{
    bool wild = identity_is_wildcard(d->impu);

    if (d->psi_server.n)
        return wild ? PROFILE_WILDCARDED_PSI : PROFILE_DISTINCT_PSI;
    return wild ? PROFILE_WILDCARDED_IMPU : PROFILE_PUBLIC_USER_IDENTITY;
}

static void finish_type(struct finisher *f, const struct draft_public *d,
                        struct subscriber_public *p)
{
    p->type = guess_type(d);
    for (size_t i = 0; i < TYPES && d->type.n; i++) {
        if (slice_eq(d->type, slice_of(types[i].name))) {
            p->type = types[i].type;
            return;
        }
    }
    if (d->type.n)
        complain_of(
            f->c, d->at, "type",
            "type \"%.*s\"; user, psi, wildcarded-psi or wildcarded-user "
            "was expected",
            SLICE_ARG(d->type));
}

static bool is_wild(enum profile_identity_type t)
{
    return t == PROFILE_WILDCARDED_PSI || t == PROFILE_WILDCARDED_IMPU;
}

static void finish_impu(struct finisher *f, const struct draft_public *d,
                        struct subscriber_public *p)
{
    struct slice impu = slice_trim(d->impu);
    struct identity canonical;
    struct why why;

    if (impu.n == 0) {
        complain(f->c, d->at,
                 "a public identity without impu; a sip or tel "
                 "URI was expected");
    } else if (is_wild(p->type) != identity_is_wildcard(impu)) {
        complain(f->c, d->at,
                 "\"%.*s\" is of type %s; a wildcard has an expression "
                 "between two exclamation marks, others have none",
                 SLICE_ARG(impu), public_type_name(p->type));
    } else if (!identity_any_canonical(impu, &canonical, &why)) {
        p->impu = draft_keep(f, &canonical);
    } else if (is_wild(p->type)) {
        complain(f->c, d->at, "%s; a wildcard was expected", why.text);
    } else {
        complain(f->c, d->at,
                 "\"%.*s\": %s; a public identity such as "
                 "sip:alice@%.*s or tel:+15551001 was expected",
                 SLICE_ARG(slice_first(impu, 80)), why.text,
                 SLICE_ARG(f->rules->domain));
    }
}

static bool has_profile(const struct catalogue *c, struct slice name)
{
    const struct catalogue_profile *p = c ? c->profiles : NULL;

    while (p && !slice_eq(p->name, name))
        p = p->next;
    return p != NULL;
}

static bool has_charging(const struct catalogue *c, struct slice name)
{
    const struct catalogue_charging *p = c ? c->charging : NULL;

    while (p && !slice_eq(p->name, name))
        p = p->next;
    return p != NULL;
}

static void check_profile(struct finisher *f, struct mark at, struct slice name)
{
    const struct draft_rules *r = f->rules;

    if (name.n && (r->catalogue || r->more) &&
        !has_profile(r->catalogue, name) && !has_profile(r->more, name))
        complain_of(f->c, at, "profile",
                    "there is no service profile \"%.*s\"; the name of one "
                    "under profiles was expected",
                    SLICE_ARG(name));
}

static void check_charging(struct finisher *f, struct mark at,
                           struct slice name)
{
    const struct draft_rules *r = f->rules;

    if (name.n && (r->catalogue || r->more) &&
        !has_charging(r->catalogue, name) && !has_charging(r->more, name))
        complain_of(f->c, at, "charging",
                    "there is no charging set \"%.*s\"; the name of one under "
                    "charging was expected",
                    SLICE_ARG(name));
}

static void finish_public(struct finisher *f, const struct draft_public *d,
                          struct subscriber_public *p)
{
    finish_type(f, d, p);
    finish_impu(f, d, p);
    p->barred = d->barred;
    p->profile = d->profile.n ? d->profile : f->default_profile;
    p->display_name = d->display_name.n ? d->display_name : f->display_name;
    p->alias_group = d->alias_group;
    p->psi_server = d->psi_server;
    p->psi_inactive = d->inactive;
    check_profile(f, d->at, d->profile);
    draft_check_text(f, d->at, "display_name", d->display_name);
    draft_check_text(f, d->at, "alias_group", d->alias_group);
    draft_check_text(f, d->at, "server", d->psi_server);
    if (p->type == PROFILE_PUBLIC_USER_IDENTITY &&
        (d->psi_server.n || d->inactive))
        complain(f->c, d->at,
                 "a server or inactive of a user; those are of "
                 "services: type psi was expected");
}

static size_t count_names(const struct draft_name *n)
{
    size_t count = 0;

    for (; n; n = n->next)
        count++;
    return count;
}

/* ---- sets --------------------------------------------------------------- */

/* The other form of a number: TS 23.228 4.3.3.2 wants a user to be reached by
 * both, as aliases of each other. */
static bool other_form(struct finisher *f, const struct subscriber_public *p,
                       struct subscriber_public *out)
{
    struct identity other;
    bool tel = identity_is_tel(p->impu);
    enum ims_err err;

    if (p->type != PROFILE_PUBLIC_USER_IDENTITY || !p->impu.n)
        return false;
    if (!tel && !slice_starts(p->impu, S("sip:+")))
        return false;
    err = tel ? identity_tel_to_sip(p->impu, f->rules->domain, &other, NULL)
              : identity_sip_to_tel(p->impu, &other, NULL);
    if (err || identity_canonical(identity_slice(&other), &other, NULL))
        return false;
    *out = *p;
    out->impu = draft_keep(f, &other);
    return true;
}

static bool is_there(const struct subscriber *s, struct slice impu)
{
    for (size_t i = 0; i < s->nsets; i++) {
        if (subscriber_set_has(&s->sets[i], impu))
            return true;
    }
    return false;
}

static bool has_form(const struct subscriber_set *s, bool tel)
{
    for (size_t i = 0; i < s->npublics; i++) {
        if (identity_is_tel(s->publics[i].impu) == tel)
            return true;
    }
    return false;
}

/* Derives a tel URI where a set has none, or a sip URI, unless another set has
 * it, or the subscriber as many as may be. */
static void derive_alias(struct finisher *f, struct subscriber_set *s)
{
    struct subscriber_public *publics = (struct subscriber_public *)s->publics;
    struct subscriber_public other;
    size_t n = s->npublics;

    for (size_t i = 0; i < n && f->npublics < SUBSCRIBER_MAX_PUBLICS; i++) {
        bool tel = identity_is_tel(publics[i].impu);

        if (has_form(s, !tel) || !other_form(f, &publics[i], &other) ||
            is_there(f->out, other.impu))
            continue;
        if (!publics[i].alias_group.n)
            publics[i].alias_group = other.alias_group = S("1");
        publics[s->npublics++] = other;
        f->npublics++;
        return;
    }
}

/* A set of one sip and one tel URI means them as aliases. */
static void pair_aliases(struct subscriber_set *s)
{
    struct subscriber_public *publics = (struct subscriber_public *)s->publics;

    if (s->npublics == 2 && has_form(s, true) && has_form(s, false) &&
        !publics[0].alias_group.n && !publics[1].alias_group.n)
        publics[0].alias_group = publics[1].alias_group = S("1");
}

static size_t count_publics(const struct draft_set *d)
{
    size_t n = 0;

    for (const struct draft_public *p = d->publics; p; p = p->next)
        n++;
    return n;
}

/* TS 23.228 5.2.1a: an identity is in one set. */
static void add_public(struct finisher *f, const struct draft_public *d,
                       struct subscriber_set *s, struct subscriber_public *p)
{
    finish_public(f, d, p);
    if (p->impu.n && f->npublics <= SUBSCRIBER_MAX_PUBLICS &&
        is_there(f->out, p->impu))
        complain(f->c, d->at, "the public identity %.*s stands here twice",
                 SLICE_ARG(p->impu));
    s->npublics++;
}

static void finish_publics(struct finisher *f, const struct draft_set *d,
                           struct subscriber_set *s)
{
    size_t n = count_publics(d);
    struct subscriber_public *publics = draft_take(f, n + 1, sizeof(*publics));

    f->npublics += n;
    if (n == 0)
        complain(f->c, d->at,
                 "a set without public identities; at least one "
                 "was expected");
    if (f->npublics > SUBSCRIBER_MAX_PUBLICS)
        complain(f->c, d->at, "more than %d public identities",
                 SUBSCRIBER_MAX_PUBLICS);
    if (!publics)
        return;
    s->publics = publics;
    for (const struct draft_public *p = d->publics; p; p = p->next)
        add_public(f, p, s, &publics[s->npublics]);
}

bool draft_find_private(const struct subscriber *s, struct slice impi,
                        uint16_t *out)
{
    for (size_t i = 0; i < s->nprivates; i++) {
        if (slice_eq(s->privates[i].impi, impi)) {
            *out = (uint16_t)i;
            return true;
        }
    }
    return false;
}

static bool has_user(const struct subscriber_set *s, const uint16_t *indices,
                     uint16_t index)
{
    for (size_t i = 0; i < s->nprivates; i++) {
        if (indices[i] == index)
            return true;
    }
    return false;
}

static void add_user(struct finisher *f, const struct draft_name *n,
                     struct subscriber_set *s, uint16_t *indices)
{
    uint16_t index;

    if (!draft_find_private(f->out, n->text, &index))
        complain(f->c, n->at,
                 "\"%.*s\" is no private identity of this subscriber; "
                 "one of its own was expected",
                 SLICE_ARG(n->text));
    else if (has_user(s, indices, index))
        complain(f->c, n->at,
                 "the private identity %.*s stands here twice; each once was "
                 "expected",
                 SLICE_ARG(n->text));
    else
        indices[s->nprivates++] = index;
}

static void finish_users(struct finisher *f, const struct draft_set *d,
                         struct subscriber_set *s)
{
    uint16_t *indices;

    if (!d->privates)
        return;
    indices = draft_take(f, count_names(d->privates), sizeof(*indices));
    if (!indices)
        return;
    for (const struct draft_name *n = d->privates; n; n = n->next)
        add_user(f, n, s, indices);
    s->privates = indices;
}

/* ---- lists -------------------------------------------------------------- */

static const uint32_t *finish_capabilities(struct finisher *f,
                                           const struct draft_name *n,
                                           size_t *count)
{
    uint32_t *values = draft_take(f, count_names(n), sizeof(*values));
    uint64_t value;

    if (n && count_names(n) > SUBSCRIBER_MAX_CAPABILITIES)
        complain(f->c, n->at, "more than %d capabilities",
                 SUBSCRIBER_MAX_CAPABILITIES);
    for (; n && values; n = n->next) {
        if (slice_u64(n->text, UINT32_MAX, &value))
            values[(*count)++] = (uint32_t)value;
        else
            complain(f->c, n->at, "capability \"%.*s\"; a number was expected",
                     SLICE_ARG(slice_first(n->text, 40)));
    }
    return values;
}

static void finish_visited(struct finisher *f, const struct draft_name *n)
{
    struct slice *values = draft_take(f, count_names(n), sizeof(*values));

    if (n && count_names(n) > SUBSCRIBER_MAX_VISITED)
        complain(f->c, n->at, "more than %d visited networks",
                 SUBSCRIBER_MAX_VISITED);
    f->out->visited = values;
    for (; n && values; n = n->next) {
        draft_check_text(f, n->at, "visited", n->text);
        values[f->out->nvisited++] = n->text;
    }
}

/* ---- the whole ---------------------------------------------------------- */

static void finish_sets(struct finisher *f, const struct draft *d)
{
    struct subscriber_set *sets;
    size_t n = 0;

    for (const struct draft_set *i = d->sets; i; i = i->next)
        n++;
    sets = draft_take(f, n, sizeof(*sets));
    f->out->sets = sets;
    if (!d->sets && !d->name.n && !d->number.n)
        complain(f->c, d->at,
                 "a subscriber without public identities; name, number, impu "
                 "or sets was expected");
    for (const struct draft_set *s = d->sets; s && sets; s = s->next) {
        if (f->out->nsets == SUBSCRIBER_MAX_SETS) {
            complain(f->c, s->at, "more than %d sets", SUBSCRIBER_MAX_SETS);
            return;
        }
        finish_publics(f, s, &sets[f->out->nsets++]);
    }
}

/* Behind all that were given. */
static void finish_aliases(struct finisher *f)
{
    struct subscriber_set *sets = (struct subscriber_set *)f->out->sets;

    if (f->npublics > SUBSCRIBER_MAX_PUBLICS)
        return;
    for (size_t i = 0; i < f->out->nsets; i++) {
        derive_alias(f, &sets[i]);
        pair_aliases(&sets[i]);
    }
}

static void finish_all_users(struct finisher *f, const struct draft *d)
{
    struct subscriber_set *sets = (struct subscriber_set *)f->out->sets;
    size_t i = 0;

    for (const struct draft_set *s = d->sets; s && i < f->out->nsets;
         s = s->next)
        finish_users(f, s, &sets[i++]);
}

bool draft_finish(struct draft *d, const struct draft_rules *rules,
                  struct complaints *c, struct subscriber *out)
{
    struct finisher f = {
        .rules = rules, .c = c, .out = out, .default_profile = d->profile};
    size_t before = c->count;

    *out = (struct subscriber){.charging = d->charging};
    draft_expand(&f, d);
    check_profile(&f, d->at, d->profile);
    check_charging(&f, d->at, d->charging);
    draft_check_text(&f, d->name_at, "name", d->name);
    draft_check_text(&f, d->at, "display_name", d->display_name);
    finish_sets(&f, d);
    finish_aliases(&f);
    draft_finish_privates(&f, d);
    finish_all_users(&f, d);
    out->mandatory = finish_capabilities(&f, d->mandatory, &out->nmandatory);
    out->optional = finish_capabilities(&f, d->optional, &out->noptional);
    finish_visited(&f, d->visited);
    return c->count == before;
}
