/* SPDX-License-Identifier: MIT */
#include "topology/read.h"
#include "topology/values.h"
#include <assert.h>

struct reading {
    struct arena *arena;
    struct report *report;
};

static void read_table(const struct reading *r, const struct field *f,
                       const struct yaml *y, void *out);

enum { KEY_MAX = 32 };

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* How many letters to put in, take out, replace or swap with the next one
 * (Damerau's distance, optimal alignment). */
static unsigned distance(struct slice a, struct slice b)
{
    unsigned d[KEY_MAX + 1][KEY_MAX + 1];

    if (a.n > KEY_MAX || b.n > KEY_MAX)
        return KEY_MAX;
    for (unsigned i = 0; i <= a.n; i++)
        d[i][0] = i;
    for (unsigned j = 0; j <= b.n; j++)
        d[0][j] = j;
    for (unsigned i = 1; i <= a.n; i++)
        for (unsigned j = 1; j <= b.n; j++) {
            d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1,
                            d[i - 1][j - 1] + (a.p[i - 1] != b.p[j - 1]));
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
                a.p[i - 2] == b.p[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[a.n][b.n];
}

static const struct field *nearest(const struct table *t, struct slice key)
{
    const struct field *best = NULL;
    unsigned best_distance = 3;

    for (const struct field *f = t->fields; f->key; f++) {
        unsigned d = distance(key, slice_of(f->key));

        if (d < best_distance && d < strlen(f->key)) {
            best = f;
            best_distance = d;
        }
    }
    return best;
}

static void complain_unknown(const struct reading *r, const struct table *t,
                             const struct yaml *key)
{
    const struct field *near = nearest(t, key->text);
    char expected[240], found[64];
    struct buf b;

    buf_over(&b, expected, sizeof expected - 1);
    if (near)
        buf_str(&b, near->key);
    else
        buf_str(&b, "one of ");
    for (const struct field *f = t->fields; !near && f->key; f++)
        buf_printf(&b, "%s%s", f == t->fields ? "" : ", ", f->key);
    report_error(r->report, key->at, "unknown key %s in %s; expected %.*s",
                 yaml_found(key, found), t->what, SLICE_ARG(buf_slice(&b)));
}

static const struct field *find_field(const struct table *t, struct slice key)
{
    for (const struct field *f = t->fields; f->key; f++)
        if (slice_eq(key, slice_of(f->key)))
            return f;
    return NULL;
}

static void read_one(const struct reading *r, const struct field *f,
                     const struct yaml *y, void *out)
{
    if (f->type == FIELD_MAP)
        read_table(r, f, y, out);
    else
        value_read(f, y, r->arena, out, r->report);
}

/* An element that cannot be read is left out: its fault is told once. */
static void read_list(const struct reading *r, const struct field *f,
                      const struct yaml *y, struct file_list *out)
{
    size_t size = field_size(f);
    char *at = arena_zalloc(r->arena, size * (y->count ? y->count : 1));

    assert(at);
    *out = (struct file_list){.items = at, .at = y->at};
    for (const struct yaml_item *i = y->items; i; i = i->next) {
        if (f->type == FIELD_MAP)
            read_table(r, f, i->value, at);
        else if (!value_read(f, i->value, r->arena, at, r->report))
            continue;
        at += size;
        out->count++;
    }
}

static void read_field(const struct reading *r, const struct field *f,
                       const struct yaml *y, void *out)
{
    char found[64];
    struct yaml_item alone = {.value = (struct yaml *)y};
    struct yaml list_of_one = {
        .kind = YAML_LIST, .at = y->at, .items = &alone, .count = 1};

    if (f->count == FIELD_ONE)
        read_one(r, f, y, out);
    else if (y->kind == YAML_LIST && y->count > 0)
        read_list(r, f, y, out);
    else if (y->kind == YAML_LIST && f->required)
        report_error(r->report, y->at,
                     "%s: an empty list; expected at least one", f->key);
    else if (y->kind == YAML_LIST)
        read_list(r, f, y, out);
    else if (f->count == FIELD_ONE_OR_LIST)
        read_list(r, f, &list_of_one, out);
    else
        report_error(r->report, y->at, "%s: %s; expected a list", f->key,
                     yaml_found(y, found));
}

static bool is_given(const struct yaml *map, const char *key)
{
    for (const struct yaml_item *i = map->items; i; i = i->next)
        if (slice_eq(i->key->text, slice_of(key)))
            return true;
    return false;
}

static void complain_missing(const struct reading *r, const struct table *t,
                             const struct yaml *y)
{
    for (const struct field *f = t->fields; f->key; f++) {
        char expected[160];
        struct buf b;

        if (!f->required || is_given(y, f->key))
            continue;
        buf_over(&b, expected, sizeof expected - 1);
        if (f->count == FIELD_LIST)
            buf_str(&b, "a list, each ");
        value_expected(f, &b);
        report_error(r->report, y->at, "%s without %s; expected %s: %.*s",
                     t->what, f->key, f->key, SLICE_ARG(buf_slice(&b)));
    }
}

static void read_map(const struct reading *r, const struct table *t,
                     const struct yaml *y, char *out)
{
    for (const struct yaml_item *i = y->items; i; i = i->next) {
        const struct field *f = find_field(t, i->key->text);

        if (f)
            read_field(r, f, i->value, out + f->at);
        else
            complain_unknown(r, t, i->key);
    }
    complain_missing(r, t, y);
}

/* The value for the key of f, or one of its list: a map of f->table. */
static void read_table(const struct reading *r, const struct field *f,
                       const struct yaml *y, void *out)
{
    const struct table *t = f->table;
    char found[64];

    if (t->marked)
        *(struct mark *)out = y->at;
    if (y->kind == YAML_MAP) {
        read_map(r, t, y, out);
    } else if (t->short_for) {
        const struct field *whole = find_field(t, slice_of(t->short_for));
        struct field inner;

        assert(whole);
        inner = *whole;
        inner.key = f->key;
        read_field(r, &inner, y, (char *)out + inner.at);
    } else {
        report_error(r->report, y->at, "%s%s%s; expected %s: a map with %s%s",
                     f->key ? f->key : "", f->key ? ": " : "",
                     yaml_found(y, found), t->what, t->fields[0].key,
                     t->fields[1].key ? ", ..." : "");
    }
}

void topology_read(const struct table *t, const struct yaml *y,
                   struct arena *arena, void *out, struct report *report)
{
    const struct reading r = {arena, report};
    const struct field whole = {.type = FIELD_MAP, .table = t};

    read_table(&r, &whole, y, out);
}
