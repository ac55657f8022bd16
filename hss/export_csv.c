/* SPDX-License-Identifier: MIT
 *
 * A line each public identity; the lines of a set name its private identities
 * one after the other, whose secrets stand where each is named first. What
 * does not fit beside a public identity gets a line of its own, as does at the
 * end who is in no set.
 */
#include "hss/draft.h"
#include "hss/export.h"

enum column {
#define COLUMN(name) CSV_##name,
#include "hss/csv.def"
#undef COLUMN
    CSV_COLUMNS
};

enum { VISITED_MAX = SUBSCRIBER_MAX_VISITED * (SUBSCRIBER_MAX_TEXT + 1) };

struct line {
    char memory[4096];  /* keys, and at most 128 capabilities */
    struct buf text;    /* onto memory: what fields point into */
    struct buf visited; /* the same on every line of a subscriber */
    struct slice v[CSV_COLUMNS];
};

void export_csv_heading(struct buf *out)
{
    static const char heading[] =
#define COLUMN(name) "," #name
#include "hss/csv.def"
#undef COLUMN
        "\n";

    buf_str(out, "\xef\xbb\xbf"); /* else Excel takes it for Windows-1252 */
    buf_str(out, heading + 1);
}

static void put_field(struct buf *out, struct slice s)
{
    bool plain = s.n == 0 || (*s.p != ' ' && *s.p != '\t' && *s.p != '"' &&
                              s.p[s.n - 1] != ' ' && s.p[s.n - 1] != '\t');

    for (size_t i = 0; i < s.n && plain; i++)
        plain = !strchr(",\n\r", s.p[i]);
    if (plain) {
        buf_add(out, s);
        return;
    }
    buf_char(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buf_char(out, '"');
        buf_char(out, s.p[i]);
    }
    buf_char(out, '"');
}

static void put_line(struct buf *out, const struct line *l)
{
    out->full |= l->text.full || l->visited.full;
    for (int i = 0; i < CSV_COLUMNS; i++) {
        if (i)
            buf_char(out, ',');
        put_field(out, l->v[i]);
    }
    buf_char(out, '\n');
}

static struct slice since(const struct line *l, size_t begin)
{
    return slice_from(buf_slice(&l->text), begin);
}

static struct slice number(struct line *l, uint64_t v)
{
    size_t begin = l->text.n;

    buf_u64(&l->text, v);
    return since(l, begin);
}

static struct slice hex(struct line *l, const void *p, size_t n)
{
    size_t begin = l->text.n;

    buf_hex(&l->text, p, n);
    return since(l, begin);
}

static struct slice numbers(struct line *l, const uint32_t *v, size_t n)
{
    size_t begin = l->text.n;

    for (size_t i = 0; i < n; i++)
        buf_printf(&l->text, "%s%u", i ? " " : "", v[i]);
    return since(l, begin);
}

/* set: nsets of a private identity that is in none. */
static void begin_line(struct line *l, const struct subscriber *s, size_t set)
{
    memset(l->v, 0, sizeof(l->v));
    buf_over(&l->text, l->memory, sizeof(l->memory));
    l->v[CSV_subscription] = number(l, (uint64_t)s->id);
    if (set < s->nsets)
        l->v[CSV_set] = number(l, set + 1);
    l->v[CSV_charging] = s->charging;
    l->v[CSV_mandatory] = numbers(l, s->mandatory, s->nmandatory);
    l->v[CSV_optional] = numbers(l, s->optional, s->noptional);
    l->v[CSV_visited] = buf_slice(&l->visited);
}

static void fill_public(struct line *l, const struct subscriber_public *p)
{
    l->v[CSV_impu] = p->impu;
    if (p->type != PROFILE_PUBLIC_USER_IDENTITY)
        l->v[CSV_type] = slice_of(public_type_name(p->type));
    l->v[CSV_barred] = p->barred ? S("true") : S("");
    l->v[CSV_profile] = p->profile;
    l->v[CSV_display_name] = p->display_name;
    l->v[CSV_alias_group] = p->alias_group;
    l->v[CSV_server] = p->psi_server;
    l->v[CSV_inactive] = p->psi_inactive ? S("true") : S("");
}

static void fill_private(struct line *l, const struct subscriber_private *p,
                         bool secrets)
{
    l->v[CSV_impi] = p->impi;
    l->v[CSV_algorithm] = slice_of(digest_algorithm_name(p->algorithm));
    if (!p->has_key || !digest_algorithm_aka(p->algorithm))
        return;
    l->v[CSV_amf] = hex(l, p->amf, sizeof(p->amf));
    if (!secrets)
        return;
    l->v[CSV_k] = hex(l, p->key.k, sizeof(p->key.k));
    l->v[CSV_opc] = hex(l, p->key.opc, sizeof(p->key.opc));
    l->v[CSV_sqn] = number(l, p->sqn);
}

static enum column column_of(enum digest_algorithm a)
{
    switch (a) {
    case DIGEST_SHA256: return CSV_ha1_sha256;
    case DIGEST_SHA512_256: return CSV_ha1_sha512_256;
    default: return CSV_ha1_md5;
    }
}

/* HA1 of one realm a line; answers where to go on. */
static size_t fill_ha1s(struct line *l, const struct subscriber_private *p,
                        size_t from)
{
    size_t i = from;

    while (i < p->nha1s && slice_eq(p->ha1s[i].realm, p->ha1s[from].realm)) {
        l->v[CSV_realm] = p->ha1s[i].realm;
        l->v[column_of(p->ha1s[i].algorithm)] = p->ha1s[i].hex;
        i++;
    }
    return i;
}

/* What a line has no room for: further realms. */
static void more_realms(struct buf *out, struct line *l,
                        const struct subscriber *s, size_t set,
                        const struct subscriber_private *p, size_t from)
{
    while (from < p->nha1s) {
        begin_line(l, s, set);
        l->v[CSV_impi] = p->impi;
        from = fill_ha1s(l, p, from);
        put_line(out, l);
    }
}

static const struct subscriber_private *
user_of(const struct subscriber *s, const struct subscriber_set *set, size_t i)
{
    if (set->nprivates)
        return i < set->nprivates ? &s->privates[set->privates[i]] : NULL;
    return i < s->nprivates ? &s->privates[i] : NULL;
}

/* Secrets stand once. */
static bool is_named_before(const struct subscriber *s, size_t n,
                            const struct subscriber_private *p)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; user_of(s, &s->sets[i], k); k++) {
            if (user_of(s, &s->sets[i], k) == p)
                return true;
        }
    }
    return false;
}

/* The line that was begun, with a private identity, and as many more as that
 * needs. */
static void put_private(struct buf *out, struct line *l,
                        const struct subscriber *s, size_t set,
                        const struct subscriber_private *p, bool secrets)
{
    size_t done = 0;

    fill_private(l, p, secrets);
    if (secrets && p->nha1s)
        done = fill_ha1s(l, p, 0);
    put_line(out, l);
    if (secrets)
        more_realms(out, l, s, set, p, done);
}

static void put_set(struct buf *out, struct line *l, const struct subscriber *s,
                    size_t n, bool secrets)
{
    const struct subscriber_set *set = &s->sets[n];

    for (size_t i = 0; i < set->npublics || user_of(s, set, i); i++) {
        const struct subscriber_private *p = user_of(s, set, i);

        begin_line(l, s, n);
        if (i < set->npublics)
            fill_public(l, &set->publics[i]);
        if (p)
            put_private(out, l, s, n, p, secrets && !is_named_before(s, n, p));
        else
            put_line(out, l);
    }
}

void export_csv(struct buf *out, const struct subscriber *s, bool secrets)
{
    struct line l;

    buf_init(&l.visited, VISITED_MAX);
    for (size_t i = 0; i < s->nvisited; i++)
        buf_printf(&l.visited, "%s%.*s", i ? " " : "",
                   SLICE_ARG(s->visited[i]));
    for (size_t i = 0; i < s->nsets; i++)
        put_set(out, &l, s, i, secrets);
    for (size_t i = 0; i < s->nprivates; i++) {
        if (is_named_before(s, s->nsets, &s->privates[i]))
            continue;
        begin_line(&l, s, s->nsets);
        put_private(out, &l, s, s->nsets, &s->privates[i], secrets);
    }
    buf_fini(&l.visited);
}
