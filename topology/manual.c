/* SPDX-License-Identifier: MIT */
#include "topology/manual.h"
#include "topology/fields.h"
#include "topology/values.h"
#include <assert.h>
#include <ctype.h>

enum { TABLES_MAX = 64 };

/* Every table once, in the order in which a reader meets them. */
struct tables {
    const struct table *list[TABLES_MAX];
    unsigned count;
};

static void collect(struct tables *t, const struct table *table)
{
    for (unsigned i = 0; i < t->count; i++)
        if (t->list[i] == table)
            return;
    assert(t->count < TABLES_MAX);
    t->list[t->count++] = table;
    for (const struct field *f = table->fields; f->key; f++)
        if (f->type == FIELD_MAP)
            collect(t, f->table);
}

/* What scdoc would take for markup is escaped. */
static void plain(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (memchr("\\*_`#[]<>~", text.p[i], 10))
            buf_char(out, '\\');
        buf_char(out, text.p[i]);
    }
}

static void title(struct buf *out, const struct table *t)
{
    for (const char *p = t->what; *p; p++)
        buf_char(out, (char)toupper((unsigned char)*p));
}

static void print_expected(const struct field *f, struct buf *out)
{
    char text[400];
    struct buf b;

    if (f->type == FIELD_MAP) {
        buf_str(out, f->count == FIELD_ONE ? "A map" : "A list of maps");
        if (f->table->short_for)
            buf_printf(out, ", or its *%s* alone", f->table->short_for);
        buf_str(out, "; see ");
        title(out, f->table);
    } else {
        buf_over(&b, text, sizeof text);
        value_expected(f, &b);
        if (b.n > 0)
            text[0] = (char)toupper((unsigned char)text[0]);
        plain(out, buf_slice(&b));
        if (f->count == FIELD_ONE_OR_LIST)
            buf_str(out, ", or a list of such");
        else if (f->count == FIELD_LIST)
            buf_str(out, "; a list of such");
    }
    buf_str(out, ".");
}

static void print_default(const struct field *f, struct buf *out)
{
    char text[40];
    struct buf b;

    if (f->required)
        buf_str(out, " Required.");
    if (f->required || f->fallback == 0)
        return;
    buf_over(&b, text, sizeof text);
    switch ((int)f->type) {
    case FIELD_WORD: buf_str(&b, f->words[f->fallback]); break;
    case FIELD_FLAG: buf_str(&b, "true"); break;
    case FIELD_SIZE: value_print_size(f->fallback, &b); break;
    case FIELD_DURATION: value_print_duration(f->fallback, &b); break;
    case FIELD_SECONDS: buf_printf(&b, "%llds", (long long)f->fallback); break;
    default: buf_printf(&b, "%lld", (long long)f->fallback);
    }
    buf_str(out, " Default: ");
    plain(out, buf_slice(&b));
    buf_char(out, '.');
}

static void print_field(const struct field *f, struct buf *out)
{
    buf_char(out, '*');
    plain(out, slice_of(f->key));
    buf_str(out, "*\n\t");
    plain(out, slice_of(f->help));
    buf_str(out, ".++\n");
    print_expected(f, out);
    print_default(f, out);
    buf_str(out, "\n\n");
}

void topology_manual_print(struct buf *out)
{
    struct tables t = {.count = 0};

    collect(&t, &topology_table);
    for (unsigned i = 0; i < t.count; i++) {
        buf_str(out, "# ");
        title(out, t.list[i]);
        buf_str(out, "\n\n");
        for (const struct field *f = t.list[i]->fields; f->key; f++)
            print_field(f, out);
    }
}
