/* SPDX-License-Identifier: MIT */
#include "base/metrics.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include <assert.h>

enum type { COUNTER, GAUGE };

struct family {
    struct list in_metrics;
    struct str name, help;
    enum type type;
    struct list series;
};

struct series {
    struct list in_family;
    struct map_node in_metrics; /* by "name{labels" */
    struct str key;
    size_t name_n;              /* how much of key is the name */
    uint64_t count;             /* counters */
    const uint64_t *cell;       /* counters: count, or somebody else's */
    double (*value)(void *ctx); /* gauges */
    void *ctx;
};

struct metrics {
    struct list families;
    struct map series;
};

struct metrics *metrics_new(void)
{
    struct metrics *m = mem_zalloc(sizeof(*m));

    list_init(&m->families);
    map_init(&m->series, 0, 0); /* names come from code, not from outside */
    return m;
}

static void free_series(struct series *s)
{
    str_fini(&s->key);
    free(s);
}

static void free_family(struct family *f)
{
    LIST_EACH (l, &f->series)
        free_series(container_of(l, struct series, in_family));
    str_fini(&f->name);
    str_fini(&f->help);
    free(f);
}

void metrics_free(struct metrics *m)
{
    if (!m)
        return;
    LIST_EACH (l, &m->families)
        free_family(container_of(l, struct family, in_metrics));
    map_fini(&m->series);
    free(m);
}

static struct family *family(struct metrics *m, const char *name,
                             const char *help, enum type type)
{
    struct family *f;

    LIST_EACH (l, &m->families) {
        f = container_of(l, struct family, in_metrics);
        if (slice_eq(str_slice(&f->name), slice_of(name))) {
            assert(f->type == type);
            return f;
        }
    }
    f = mem_zalloc(sizeof(*f));
    str_set(&f->name, slice_of(name));
    str_set(&f->help, slice_of(help));
    f->type = type;
    list_init(&f->series);
    list_append(&m->families, &f->in_metrics);
    return f;
}

static struct series *series(struct metrics *m, const char *name,
                             const char *labels, const char *help,
                             enum type type)
{
    char text[512];
    struct buf key;
    struct map_node *node;
    struct series *s;

    buf_over(&key, text, sizeof(text));
    buf_str(&key, name);
    buf_char(&key, '{');
    buf_str(&key, labels);
    assert(!key.full);
    node = map_find(&m->series, buf_slice(&key));
    if (node)
        return container_of(node, struct series, in_metrics);
    s = mem_zalloc(sizeof(*s));
    str_set(&s->key, buf_slice(&key));
    s->name_n = strlen(name);
    s->cell = &s->count;
    map_add(&m->series, &s->in_metrics, str_slice(&s->key));
    list_append(&family(m, name, help, type)->series, &s->in_family);
    return s;
}

uint64_t *metrics_counter(struct metrics *m, const char *name,
                          const char *labels, const char *help)
{
    return &series(m, name, labels, help, COUNTER)->count;
}

void metrics_counter_at(struct metrics *m, const char *name, const char *labels,
                        const char *help, const uint64_t *cell)
{
    series(m, name, labels, help, COUNTER)->cell = cell;
}

void metrics_gauge(struct metrics *m, const char *name, const char *labels,
                   const char *help, double (*value)(void *ctx), void *ctx)
{
    struct series *s = series(m, name, labels, help, GAUGE);

    s->value = value;
    s->ctx = ctx;
}

static void print_series(const struct series *s, enum type type,
                         struct buf *out)
{
    struct slice labels = slice_from(str_slice(&s->key), s->name_n + 1);

    buf_add(out, slice_first(str_slice(&s->key), s->name_n));
    if (labels.n)
        buf_printf(out, "{%.*s}", SLICE_ARG(labels));
    buf_char(out, ' ');
    if (type == COUNTER)
        buf_u64(out, *s->cell);
    else
        buf_printf(out, "%.15g", s->value(s->ctx));
    buf_char(out, '\n');
}

void metrics_print(const struct metrics *m, struct buf *out)
{
    LIST_EACH (l, (struct list *)&m->families) {
        const struct family *f = container_of(l, struct family, in_metrics);

        buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", f->name.p, f->help.p,
                   f->name.p, f->type == COUNTER ? "counter" : "gauge");
        LIST_EACH (k, (struct list *)&f->series)
            print_series(container_of(k, struct series, in_family), f->type,
                         out);
    }
}
