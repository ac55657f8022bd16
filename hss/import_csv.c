/* SPDX-License-Identifier: MIT
 *
 * Comma-separated values, RFC 4180: a heading names the columns, in any
 * order; those that are not named are empty.
 *
 *     impu,impi,algorithm,k,opc
 *     sip:alice@ims.example,,AKAv1-MD5,465b...,cd63...
 *
 * A line is a public identity, with a private identity beside it, and by
 * itself a subscriber. Lines one after another with the same text in
 * `subscription` are one subscriber; `set` tells its implicit registration
 * sets apart, and a private identity belongs to the sets of its lines: to none
 * where no line of the set has a public one. A second line with the same
 * private identity may add HA1 of another realm.
 */
#include "hss/import_priv.h"
#include "ims/xml.h"

static const char *const names[] = {
#define COLUMN(name) #name,
#include "hss/csv.def"
#undef COLUMN
};

/* ---- lines and fields --------------------------------------------------- */

static bool complain_at(struct csv *c, const char *text)
{
    complain(c->complaints, c->at, "%s", text);
    return false;
}

/* A field in quotes; a quote in it stands twice. */
static bool quoted(struct csv *c, struct slice *out)
{
    struct slice s = slice_from(c->rest, 1);
    size_t end = 0, n = 0;
    char *p;

    while (end < s.n &&
           (s.p[end] != '"' || (end + 1 < s.n && s.p[end + 1] == '"')))
        end += s.p[end] == '"' ? 2 : 1;
    if (end >= s.n)
        return complain_at(c, "a quote that does not end; \" was expected");
    p = arena_alloc(c->complaints->arena, end + 1);
    for (size_t i = 0; p && i < end; i++) {
        i += s.p[i] == '"';
        c->line += s.p[i] == '\n';
        p[n++] = s.p[i];
    }
    c->rest = slice_from(s, end + 1);
    *out = slice_at(p, n);
    return true;
}

static bool is_end(char ch)
{
    return ch == ',' || ch == '\n' || ch == '\r';
}

static bool plain(struct csv *c, struct slice *out)
{
    size_t n = 0;

    while (n < c->rest.n && !is_end(c->rest.p[n]))
        n++;
    *out = slice_trim(slice_first(c->rest, n));
    c->rest = slice_from(c->rest, n);
    return true;
}

/* *more: another field follows in the record. */
static bool next_field(struct csv *c, struct slice *out, bool *more)
{
    bool ok = c->rest.n && *c->rest.p == '"' ? quoted(c, out) : plain(c, out);

    *more = false;
    if (!ok)
        return false;
    if (slice_starts(c->rest, S("\r")))
        c->rest = slice_from(c->rest, 1);
    if (c->rest.n == 0)
        return true;
    if (*c->rest.p != ',' && *c->rest.p != '\n')
        return complain_at(c, "text behind a quote; a comma was expected");
    *more = *c->rest.p == ',';
    c->line += !*more;
    c->rest = slice_from(c->rest, 1);
    return true;
}

static void skip_line(struct csv *c)
{
    struct slice head;

    slice_cut(&c->rest, '\n', &head);
    c->line++;
}

/* ---- heading ------------------------------------------------------------ */

static int column_of(struct slice name)
{
    for (int i = 0; i < CSV_COLUMNS; i++) {
        if (slice_eq_nocase(name, slice_of(names[i])))
            return i;
    }
    return -1;
}

static bool read_heading(struct csv *c)
{
    bool more = true, seen[CSV_COLUMNS] = {false};
    struct slice name;

    c->at = (struct mark){c->line, 0};
    while (more) {
        if (!next_field(c, &name, &more))
            return false;
        if (c->fields == sizeof(c->place) / sizeof(c->place[0]))
            return complain_at(c, "too many columns");
        c->place[c->fields] = column_of(name);
        if (c->place[c->fields] < 0)
            complain(c->complaints, c->at,
                     "unknown column \"%.*s\"; impu, impi, algorithm, k, opc, "
                     "password and others were expected",
                     SLICE_ARG(slice_first(name, 60)));
        else if (seen[c->place[c->fields]])
            complain(c->complaints, c->at, "the column %s stands twice",
                     names[c->place[c->fields]]);
        else
            seen[c->place[c->fields]] = true;
        c->fields++;
    }
    if (!seen[CSV_impu])
        complain_at(c, "no column impu; a heading such as "
                       "impu,impi,algorithm,k,opc was expected");
    return c->complaints->count == 0;
}

/* ---- records ------------------------------------------------------------ */

static bool read_record(struct csv *c)
{
    bool more = true;
    size_t n = 0;
    struct slice field;

    memset(c->v, 0, sizeof(c->v));
    c->at = (struct mark){c->line, 0};
    for (; more; n++) {
        if (!next_field(c, &field, &more)) {
            skip_line(c);
            return false;
        }
        if (n < c->fields)
            c->v[c->place[n]] = field;
    }
    if (n == c->fields)
        return true;
    complain(c->complaints, c->at, "%zu fields; %zu were expected", n,
             c->fields);
    return false;
}

/* What a spreadsheet saves as "CSV" is Windows-1252 in many places. */
static void check_texts(struct csv *c)
{
    for (int i = 0; i < CSV_COLUMNS; i++) {
        const char *flaw = xml_flaw(c->v[i]);

        if (flaw)
            complain(c->complaints, c->at,
                     "%s %s; a file saved as CSV UTF-8 was expected", names[i],
                     flaw);
    }
}

static void *take(struct csv *c, size_t size)
{
    void *p = arena_zalloc(c->complaints->arena, size);

    if (!p)
        complain_at(c, "more data than there is room for");
    return p;
}

static void add_names(struct csv *c, struct slice text,
                      struct draft_name **list)
{
    struct slice piece;

    while (slice_cut(&text, ' ', &piece)) {
        struct draft_name *n = piece.n ? take(c, sizeof(*n)) : NULL;

        if (!n)
            continue;
        n->at = c->at;
        n->text = piece;
        DRAFT_APPEND(*list, n);
    }
}

static bool read_flag(struct csv *c, enum csv_column column)
{
    struct slice s = c->v[column];

    if (slice_eq_nocase(s, S("true")) || slice_eq(s, S("1")))
        return true;
    if (s.n && !slice_eq_nocase(s, S("false")) && !slice_eq(s, S("0")))
        complain(c->complaints, c->at,
                 "%s \"%.*s\"; true or false was expected", names[column],
                 SLICE_ARG(slice_first(s, 40)));
    return false;
}

static void add_ha1(struct csv *c, struct draft_private *p, const char *name,
                    enum csv_column column)
{
    struct draft_ha1 *h = c->v[column].n ? take(c, sizeof(*h)) : NULL;

    if (!h)
        return;
    p->digest = true;
    h->at = c->at;
    h->algorithm = slice_of(name);
    h->realm = c->v[CSV_realm];
    h->hex = c->v[column];
    DRAFT_APPEND(p->ha1s, h);
}

static bool is_aka_name(struct slice algorithm)
{
    return slice_starts_nocase(algorithm, S("AKA"));
}

static void fill_private(struct csv *c, struct draft_private *p)
{
    struct slice algorithm = c->v[CSV_algorithm];

    p->at = p->aka_at = p->digest_at = c->at;
    p->impi = c->v[CSV_impi];
    p->k = c->v[CSV_k];
    p->op = c->v[CSV_op];
    p->opc = c->v[CSV_opc];
    p->amf = c->v[CSV_amf];
    p->sqn = c->v[CSV_sqn];
    p->realm = c->v[CSV_realm];
    p->password = c->v[CSV_password];
    p->aka = is_aka_name(algorithm) || p->k.n || p->op.n || p->opc.n;
    p->digest = (algorithm.n && !is_aka_name(algorithm)) || p->password.n;
    *(is_aka_name(algorithm) ? &p->aka_algorithm : &p->digest_algorithm) =
        algorithm;
}

/* A key of 16 characters is text, one of 32 is hexadecimal digits. */
static bool is_same(enum csv_column column, struct slice a, struct slice b)
{
    bool is_key = column == CSV_k || column == CSV_op || column == CSV_opc;

    if (column == CSV_password || column == CSV_realm || (is_key && a.n == 16))
        return slice_eq(a, b);
    return slice_eq_nocase(a, b);
}

/* What is said twice must be the same: one of both would be lost. */
static void check_same(struct csv *c, const struct draft_private *p,
                       enum csv_column column, struct slice first)
{
    if (c->v[column].n && !is_same(column, c->v[column], first))
        complain(c->complaints, c->at,
                 "%s of %.*s is another one than in line %u; the same or "
                 "nothing was expected",
                 names[column], SLICE_ARG(slice_first(p->impi, 80)),
                 p->at.line);
}

static struct slice algorithm_of(const struct draft_private *p, bool aka)
{
    struct slice said = aka ? p->aka_algorithm : p->digest_algorithm;

    if (said.n || !(aka ? p->aka : p->digest))
        return said;
    return aka ? S("AKAv1-MD5") : S("MD5");
}

static void check_again(struct csv *c, const struct draft_private *p)
{
    check_same(c, p, CSV_algorithm,
               algorithm_of(p, is_aka_name(c->v[CSV_algorithm])));
    check_same(c, p, CSV_k, p->k);
    check_same(c, p, CSV_op, p->op);
    check_same(c, p, CSV_opc, p->opc);
    check_same(c, p, CSV_amf, p->amf);
    check_same(c, p, CSV_sqn, p->sqn);
    check_same(c, p, CSV_password, p->password);
    if (c->v[CSV_password].n)
        check_same(c, p, CSV_realm, p->realm); /* of its HA1 */
}

/* The lines of one subscriber. */
struct lines {
    struct csv *c;
    struct draft *draft;
};

static struct draft_private *find_private(struct draft *d, struct slice impi)
{
    struct draft_private *p = d->privates;

    while (p && (impi.n == 0 || !slice_eq(p->impi, impi)))
        p = p->next;
    return p;
}

static void add_private(struct lines *l)
{
    struct csv *c = l->c;
    struct slice impi = c->v[CSV_impi];
    struct draft_private *p = find_private(l->draft, impi);
    size_t credentials = c->v[CSV_algorithm].n + c->v[CSV_k].n +
                         c->v[CSV_password].n + c->v[CSV_ha1_md5].n +
                         c->v[CSV_ha1_sha256].n + c->v[CSV_ha1_sha512_256].n;

    if (impi.n == 0 && credentials == 0)
        return;
    if (p) {
        check_again(c, p);
    } else {
        p = take(c, sizeof(*p));
        if (!p)
            return;
        fill_private(c, p);
        DRAFT_APPEND(l->draft->privates, p);
    }
    add_ha1(c, p, "MD5", CSV_ha1_md5);
    add_ha1(c, p, "SHA-256", CSV_ha1_sha256);
    add_ha1(c, p, "SHA-512-256", CSV_ha1_sha512_256);
}

static struct draft_set *set_of_line(struct lines *l)
{
    struct csv *c = l->c;
    struct draft_set *s = l->draft->sets;

    while (s && !slice_eq(s->label, c->v[CSV_set]))
        s = s->next;
    if (s)
        return s;
    s = take(c, sizeof(*s));
    if (!s)
        return NULL;
    s->at = c->at;
    s->label = c->v[CSV_set];
    DRAFT_APPEND(l->draft->sets, s);
    return s;
}

static bool has_name(const struct draft_name *n, struct slice text)
{
    while (n && !slice_eq(n->text, text))
        n = n->next;
    return n != NULL;
}

static void add_public(struct lines *l)
{
    struct csv *c = l->c;
    struct draft_set *s = set_of_line(l);
    struct draft_public *p = c->v[CSV_impu].n ? take(c, sizeof(*p)) : NULL;

    if (s && c->v[CSV_subscription].n && !has_name(s->privates, c->v[CSV_impi]))
        add_names(c, c->v[CSV_impi], &s->privates);
    if (!s || !p)
        return;
    p->at = c->at;
    p->impu = c->v[CSV_impu];
    p->type = c->v[CSV_type];
    p->barred = read_flag(c, CSV_barred);
    p->profile = c->v[CSV_profile];
    p->display_name = c->v[CSV_display_name];
    p->alias_group = c->v[CSV_alias_group];
    p->psi_server = c->v[CSV_server];
    p->inactive = read_flag(c, CSV_inactive);
    DRAFT_APPEND(s->publics, p);
}

/* ---- subscribers -------------------------------------------------------- */

/* What the lines add up to. */
static struct draft *begin_draft(struct csv *c)
{
    struct draft *d = take(c, sizeof(*d));

    if (!d)
        return NULL;
    d->at = c->at;
    d->charging = c->v[CSV_charging];
    add_names(c, c->v[CSV_mandatory], &d->mandatory);
    add_names(c, c->v[CSV_optional], &d->optional);
    add_names(c, c->v[CSV_visited], &d->visited);
    return d;
}

static bool is_blank(char ch)
{
    return ch == '\n' || ch == '\r' || ch == '#';
}

/* False at the end. *from and *line are where the record begins: what was
 * wrong before it has been said and is not read again. */
static bool next_record(struct csv *c, struct slice *from, unsigned *line)
{
    while (c->rest.n) {
        *from = c->rest;
        *line = c->line;
        if (is_blank(*c->rest.p))
            skip_line(c);
        else if (read_record(c))
            return true;
    }
    return false;
}

/* Whose private identities are in no set. */
static void drop_sets_of_nobody(struct draft *d)
{
    struct draft_set **s = &d->sets;

    while (*s) {
        if (!(*s)->publics && (*s)->privates)
            *s = (*s)->next;
        else
            s = &(*s)->next;
    }
}

/* The line that belongs to the next one is read once more then. */
bool csv_next(struct csv *c, struct complaints *complaints, struct draft **out)
{
    struct lines l = {.c = c};
    struct slice subscription = S("");

    c->complaints = complaints;
    for (;;) {
        struct slice rest;
        unsigned line;

        if (!next_record(c, &rest, &line))
            break;
        if (l.draft && (!c->v[CSV_subscription].n ||
                        !slice_eq(c->v[CSV_subscription], subscription))) {
            c->rest = rest;
            c->line = line;
            break;
        }
        check_texts(c);
        if (!l.draft)
            l.draft = begin_draft(c);
        if (!l.draft)
            break;
        subscription = c->v[CSV_subscription];
        add_private(&l);
        add_public(&l);
        if (!subscription.n)
            break; /* what is wrong behind it is not its fault */
    }
    if (l.draft)
        drop_sets_of_nobody(l.draft);
    *out = l.draft;
    return l.draft || c->rest.n;
}

void csv_begin(struct csv *c, struct slice text, struct complaints *complaints)
{
    *c = (struct csv){.rest = text, .line = 1, .complaints = complaints};
    if (slice_starts(text, S("\xef\xbb\xbf")))
        c->rest = slice_from(text, 3);
    read_heading(c);
    c->text = c->rest;
    c->first = c->line;
}

void csv_rewind(struct csv *c)
{
    c->rest = c->text;
    c->line = c->first;
}
