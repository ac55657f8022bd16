/* SPDX-License-Identifier: MIT */
#include "imsbox/table.h"
#include "base/mem.h"
#include "imsbox/output.h"
#include <stdarg.h>
#include <stdlib.h>

enum { CELL_MAX = 2000, GAP = 2, NARROW = 12 };

/* Columns that a text takes: code points of UTF-8. */
static unsigned width_of(const char *text)
{
    unsigned n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

void table_init(struct table *t, const char *const *heads)
{
    *t = (struct table){.heads = heads};
    while (heads[t->columns]) {
        t->width[t->columns] = width_of(heads[t->columns]);
        t->columns++;
    }
}

static void clear(struct table *t)
{
    for (unsigned i = 0; i < t->count; i++)
        free(t->cells[i]);
    t->count = 0;
}

void table_fini(struct table *t)
{
    clear(t);
    free(t->cells);
}

void table_add(struct table *t, const char *fmt, ...)
{
    unsigned column = t->count % t->columns, width;
    char text[CELL_MAX];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    output_harmless(text);
    if (t->count == t->room) {
        t->room = t->room ? 2 * t->room : 64;
        t->cells = mem_realloc(t->cells, t->room * sizeof *t->cells);
    }
    t->cells[t->count++] = mem_strdup(text);
    width = width_of(text);
    if (width > t->width[column])
        t->width[column] = width;
}

/* The widest column gives way until all fit. */
static void fit(struct table *t)
{
    for (;;) {
        unsigned sum = GAP * (t->columns - 1), widest = 0;

        for (unsigned i = 0; i < t->columns; i++) {
            sum += t->width[i];
            if (t->width[i] > t->width[widest])
                widest = i;
        }
        if (sum <= TABLE_WIDTH || t->width[widest] <= NARROW)
            return;
        t->width[widest]--;
    }
}

static void print_cell(const struct table *t, unsigned column, const char *text,
                       FILE *to)
{
    unsigned width = width_of(text), most = t->width[column], n = 0;
    const char *p = text;

    if (width <= most) {
        fputs(text, to);
    } else {
        while (n < most - 1 || ((unsigned char)*p & 0xc0) == 0x80) {
            n += ((unsigned char)*p & 0xc0) != 0x80;
            if (n == most)
                break;
            putc(*p++, to);
        }
        fputs("\xe2\x80\xa6", to); /* an ellipsis */
        width = most;
    }
    if (column + 1 < t->columns)
        fprintf(to, "%*s", (int)(most - width) + GAP, "");
    else
        putc('\n', to);
}

void table_print(struct table *t, FILE *to)
{
    if (t->count == 0)
        return;
    if (!t->whole)
        fit(t);
    for (unsigned i = 0; !t->begun && i < t->columns; i++)
        print_cell(t, i, t->heads[i], to);
    t->begun = true;
    for (unsigned i = 0; i < t->count; i++)
        print_cell(t, i % t->columns, t->cells[i], to);
    clear(t);
}
