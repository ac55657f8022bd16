/* SPDX-License-Identifier: MIT
 *
 *   text -> drafts -> subscribers   by import_csv.c or import_yaml.c, draft.c
 */
#include "hss/import_reader.h"
#include "base/mem.h"
#include "hss/import_priv.h"
#include "hss/spool.h"

struct import_reader {
    enum import_format format;
    struct slice text;
    struct spool spool; /* that it is of; or closed */
    struct arena arena; /* complaints, the catalogue, the tree of YAML */
    struct complaints complaints;
    struct catalogue catalogue, known;
    struct draft_rules rules;
    struct seen seen;
    size_t count;
    _Atomic size_t checked;
    union {
        struct csv csv;
        struct yaml_source yaml;
    } in;
};

/* ---- what is known ------------------------------------------------------ */

void import_names_add(struct arena *a, struct catalogue *known,
                      const struct catalogue *from)
{
    for (const struct catalogue_profile *i = from->profiles; i; i = i->next) {
        struct catalogue_profile *p = arena_zalloc(a, sizeof(*p));

        p->name = slice_keep(a, i->name);
        p->next = known->profiles;
        known->profiles = p;
    }
    for (const struct catalogue_charging *i = from->charging; i; i = i->next) {
        struct catalogue_charging *c = arena_zalloc(a, sizeof(*c));

        c->name = slice_keep(a, i->name);
        c->next = known->charging;
        known->charging = c;
    }
}

/* ---- life --------------------------------------------------------------- */

struct import_reader *import_reader_new(enum import_format format,
                                        struct slice text, struct slice domain,
                                        const struct catalogue *known)
{
    struct import_reader *r = mem_zalloc(sizeof(*r));

    r->format = format;
    r->text = text;
    arena_init(&r->arena, 1 << 14, SIZE_MAX); /* bounded by the text */
    complaints_init(&r->complaints, &r->arena);
    r->rules = (struct draft_rules){.domain = slice_keep(&r->arena, domain),
                                    .catalogue = &r->catalogue,
                                    .more = &r->known};
    if (known)
        import_names_add(&r->arena, &r->known, known);
    return r;
}

struct import_reader *import_reader_open(const char *path, const char *beside,
                                         struct slice domain,
                                         const struct catalogue *known,
                                         struct buf *errors)
{
    bool csv = slice_ends_nocase(slice_of(path), S(".csv"));
    struct import_reader *r;
    struct spool spool;
    struct slice text;
    struct why why;

    if (spool_copy(&spool, path, beside, IMPORT_MAX, &text, &why)) {
        buf_printf(errors, "%s: %s\n", path, why.text);
        return NULL;
    }
    r = import_reader_new(csv ? IMPORT_CSV : IMPORT_YAML, text, domain, known);
    r->spool = spool;
    return r;
}

void import_reader_free(struct import_reader *r)
{
    if (!r)
        return;
    spool_close(&r->spool);
    if (r->format == IMPORT_YAML)
        yaml_source_fini(&r->in.yaml);
    seen_fini(&r->seen);
    arena_fini(&r->arena);
    free(r);
}

const struct complaints *import_reader_complaints(const struct import_reader *r)
{
    return &r->complaints;
}

size_t import_reader_count(const struct import_reader *r)
{
    return r->count;
}

size_t import_reader_checked(const struct import_reader *r)
{
    return r->checked;
}

const struct catalogue *import_reader_catalogue(const struct import_reader *r)
{
    return &r->catalogue;
}

/* ---- each identity once -------------------------------------------------- */

enum { SEEN_FIRST = 1024 };

void seen_fini(struct seen *s)
{
    free(s->slots);
    *s = (struct seen){0};
}

static struct seen_slot *seen_find(const struct seen *s, uint64_t a, uint64_t b)
{
    size_t i = a & (s->cap - 1);

    while (s->slots[i].line && (s->slots[i].a != a || s->slots[i].b != b))
        i = (i + 1) & (s->cap - 1);
    return &s->slots[i];
}

static void seen_grow(struct seen *s)
{
    struct seen old = *s;

    s->cap = old.cap ? 2 * old.cap : SEEN_FIRST;
    s->slots = mem_zalloc(s->cap * sizeof(*s->slots));
    for (size_t i = 0; i < old.cap; i++) {
        if (old.slots[i].line)
            *seen_find(s, old.slots[i].a, old.slots[i].b) = old.slots[i];
    }
    free(old.slots);
}

unsigned seen_add(struct seen *s, struct slice identity, unsigned line)
{
    struct seen_slot *slot;
    uint64_t a = slice_hash(identity, 1), b = slice_hash(identity, 2);

    if (2 * (s->n + 1) > s->cap)
        seen_grow(s);
    slot = seen_find(s, a, b);
    if (slot->line)
        return slot->line;
    *slot = (struct seen_slot){a, b, line};
    s->n++;
    return 0;
}

static void see(struct import_reader *r, struct complaints *c, struct mark at,
                struct slice identity)
{
    unsigned before = seen_add(&r->seen, identity, at.line ? at.line : 1);

    if (before)
        complain(c, at,
                 "the identity %.*s stands in line %u already; each identity "
                 "once was expected",
                 SLICE_ARG(identity), before);
}

static void see_all(struct import_reader *r, struct complaints *c,
                    struct mark at, const struct subscriber *s)
{
    for (size_t i = 0; i < s->nprivates; i++)
        see(r, c, at, s->privates[i].impi);
    for (size_t i = 0; i < s->nsets; i++) {
        for (size_t k = 0; k < s->sets[i].npublics; k++)
            see(r, c, at, s->sets[i].publics[k].impu);
    }
}

/* ---- reading ------------------------------------------------------------ */

static bool begin(struct import_reader *r)
{
    size_t before = r->complaints.count;

    if (r->format == IMPORT_CSV)
        csv_begin(&r->in.csv, r->text, &r->complaints);
    else
        yaml_source_begin(&r->in.yaml, r->text, &r->complaints, &r->catalogue,
                          &r->checked);
    return r->complaints.count == before;
}

static void begin_again(struct import_reader *r)
{
    if (r->format == IMPORT_CSV)
        csv_rewind(&r->in.csv);
    else
        yaml_source_rewind(&r->in.yaml);
}

/* False at the end. *out is NULL when there is none for what is wrong. */
static bool next_draft(struct import_reader *r, struct complaints *c,
                       struct draft **out)
{
    return r->format == IMPORT_CSV ? csv_next(&r->in.csv, c, out)
                                   : yaml_source_next(&r->in.yaml, c, out);
}

static bool check_next(struct import_reader *r)
{
    struct complaints part, unsaid;
    struct draft *d = NULL;
    struct subscriber s;
    struct arena a;
    bool more;

    arena_init(&a, 4096, SIZE_MAX); /* bounded by the text */
    complaints_init(&part, &a);
    complaints_init(&unsaid, &a);
    more = next_draft(r, &part, &d);
    if (r->format == IMPORT_CSV)
        r->checked = r->text.n - r->in.csv.rest.n;
    /* What a subscriber lacks may be what was wrong and has been said; what it
     * has too much may not. */
    if (d && draft_finish(d, &r->rules, part.count ? &unsaid : &part, &s)) {
        see_all(r, &part, d->at, &s);
        r->count++;
    }
    complaints_take(&r->complaints, &part);
    arena_fini(&a);
    return more;
}

bool import_reader_check(struct import_reader *r)
{
    if (begin(r)) {
        while (check_next(r))
            continue;
        begin_again(r);
    }
    seen_fini(&r->seen);
    return r->complaints.count == 0;
}

enum ims_err import_reader_next(void *reader, struct arena *a,
                                struct subscriber *out, struct why *why)
{
    struct import_reader *r = reader;
    struct complaints part;
    struct draft *d = NULL;

    complaints_init(&part, a);
    if (!next_draft(r, &part, &d) || !d)
        return why_set(why, IMS_NOT_FOUND, "the file has no more subscribers");
    if (part.count == 0 && draft_finish(d, &r->rules, &part, out))
        return IMS_OK;
    return why_set(why, IMS_CONFIG, "the file is not what it was: %.*s",
                   SLICE_ARG(part.first->text));
}
