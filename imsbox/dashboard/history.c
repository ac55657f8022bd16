/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/history.h"
#include "base/mem.h"
#include <math.h>
#include <stdio.h>

/* What is kept of a node: sums of its metrics, with or without their labels,
 * and last what its state says. */
static const struct {
    const char *name;
    const char *metrics[6];
} figures[] = {
    {"registered_sets", {"imsbox_registered_sets"}},
    {"bindings", {"imsbox_bindings"}},
    {"accepted", {"imsbox_registrations_total{result=\"accepted\"}"}},
    {"challenged", {"imsbox_registrations_total{result=\"challenged\"}"}},
    {"refused", {"imsbox_registrations_total{result=\"refused\"}"}},
    {"sip_errors",
     {"imsbox_sip_refused_total", "imsbox_sip_requests_rejected_total",
      "imsbox_sip_timeouts_total", "imsbox_sip_send_failures_total",
      "imsbox_sip_forgotten_answers_total"}},
    {"diameter_errors",
     {"imsbox_diameter_refused_total", "imsbox_diameter_timeouts_total",
      "imsbox_diameter_full_total", "imsbox_diameter_forgotten_answers_total"}},
    {"retransmissions", {"imsbox_sip_retransmissions_total"}},
    {"received",
     {"imsbox_sip_received_total", "imsbox_diameter_received_total"}},
    {"cpu_seconds", {"imsbox_process_cpu_seconds"}},
    {"resident_bytes", {"imsbox_process_resident_bytes"}},
    {"dialogs", {NULL}},
};

enum {
    FIGURES = sizeof figures / sizeof figures[0],
    DIALOGS = FIGURES - 1,
    RANKS = 3,
};

static const unsigned ranks[RANKS] = {50, 95, 99};

struct sample {
    int64_t wall_us;
    int64_t setup_us[RANKS]; /* 0: no call */
    double *of;              /* nodes * FIGURES; NaN: not known */
};

struct setup {
    int64_t wall_us, took_us;
};

struct history {
    unsigned nodes;
    uint64_t last; /* number of the newest sample that is complete */
    struct sample samples[HISTORY_SAMPLES];
    double *values; /* of all samples */
    struct setup setups[HISTORY_SETUPS];
    uint64_t setup_count; /* that ever were */
};

struct history *history_new(unsigned nodes)
{
    struct history *h = mem_zalloc(sizeof *h);
    size_t each = (size_t)nodes * FIGURES;

    h->nodes = nodes;
    h->values = mem_zalloc(HISTORY_SAMPLES * each * sizeof *h->values + 1);
    for (size_t i = 0; i < HISTORY_SAMPLES; i++)
        h->samples[i].of = h->values + i * each;
    return h;
}

void history_free(struct history *h)
{
    free(h->values);
    free(h);
}

uint64_t history_last(const struct history *h)
{
    return h->last;
}

static const struct sample *sample_at(const struct history *h, uint64_t number)
{
    return &h->samples[number % HISTORY_SAMPLES];
}

static struct sample *open_sample(struct history *h)
{
    return &h->samples[(h->last + 1) % HISTORY_SAMPLES];
}

/* ---- how long calls took to ring ----------------------------------------- */

void history_add_setup(struct history *h, int64_t wall_us, int64_t setup_us)
{
    h->setups[h->setup_count++ % HISTORY_SETUPS] =
        (struct setup){wall_us, setup_us};
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* Nearest rank. */
static void rank_setups(const struct history *h, struct sample *s)
{
    uint64_t known =
        h->setup_count < HISTORY_SETUPS ? h->setup_count : HISTORY_SETUPS;
    int64_t *took = mem_alloc((size_t)known * sizeof *took + 1);
    size_t n = 0;

    for (uint64_t i = 0; i < known; i++) {
        const struct setup *it = &h->setups[i];

        if (it->wall_us > s->wall_us - HISTORY_SETUP_US)
            took[n++] = it->took_us;
    }
    qsort(took, n, sizeof *took, by_size);
    for (unsigned r = 0; r < RANKS; r++)
        s->setup_us[r] = n ? took[(ranks[r] * n + 99) / 100 - 1] : 0;
    free(took);
}

/* ---- figures ------------------------------------------------------------- */

void history_begin(struct history *h, int64_t wall_us)
{
    struct sample *s = open_sample(h);

    s->wall_us = wall_us;
    for (size_t i = 0; i < (size_t)h->nodes * FIGURES; i++)
        s->of[i] = NAN;
}

/* "name{labels}" is the metric, or the name alone is. */
static bool is_metric(struct slice key, const char *metric)
{
    ssize_t labels = slice_index(key, '{');

    return slice_eq(key, slice_of(metric)) ||
           (labels > 0 &&
            slice_eq(slice_first(key, (size_t)labels), slice_of(metric)));
}

static double number_of(struct slice text)
{
    char copy[40];

    snprintf(copy, sizeof copy, "%.*s", SLICE_ARG(text));
    return strtod(copy, NULL);
}

static void add_line(double *of, struct slice line)
{
    ssize_t space = slice_rindex(line, ' ');
    struct slice key;

    if (space <= 0 || line.p[0] == '#')
        return;
    key = slice_first(line, (size_t)space);
    for (size_t f = 0; f < FIGURES; f++)
        for (const char *const *m = figures[f].metrics; *m; m++)
            if (is_metric(key, *m))
                of[f] += number_of(slice_from(line, (size_t)space + 1));
}

void history_add(struct history *h, unsigned node, struct slice metrics,
                 uint64_t dialogs)
{
    double *of = open_sample(h)->of + (size_t)node * FIGURES;
    struct slice line;

    for (size_t f = 0; f < FIGURES; f++)
        of[f] = 0;
    while (slice_cut(&metrics, '\n', &line))
        add_line(of, line);
    of[DIALOGS] = (double)dialogs;
}

void history_end(struct history *h)
{
    rank_setups(h, open_sample(h));
    h->last++;
}

/* ---- as JSON ------------------------------------------------------------- */

static void put_number(struct json *j, double v)
{
    char text[40];

    snprintf(text, sizeof text, "%.15g", v);
    json_raw(j, slice_of(isfinite(v) ? text : "null"));
}

static void put_setup(struct json *j, const struct sample *s)
{
    json_key(j, "setup_ms");
    if (s->setup_us[0] == 0) {
        json_nothing(j);
        return;
    }
    json_array_begin(j);
    for (unsigned r = 0; r < RANKS; r++)
        put_number(j, (double)s->setup_us[r] / MSEC);
    json_array_end(j);
}

static void put_node(struct json *j, const double *of)
{
    if (isnan(of[0])) {
        json_nothing(j);
        return;
    }
    json_array_begin(j);
    for (size_t f = 0; f < FIGURES; f++)
        put_number(j, of[f]);
    json_array_end(j);
}

static void put_sample(const struct history *h, uint64_t number, struct json *j)
{
    const struct sample *s = sample_at(h, number);

    json_object_begin(j);
    json_put_u64(j, "number", number);
    json_put_int(j, "wall_ms", s->wall_us / MSEC);
    put_setup(j, s);
    json_key(j, "nodes");
    json_array_begin(j);
    for (unsigned i = 0; i < h->nodes; i++)
        put_node(j, s->of + (size_t)i * FIGURES);
    json_array_end(j);
    json_object_end(j);
}

void history_put(const struct history *h, uint64_t after, struct json *j)
{
    /* one place of the ring is the sample that is being made */
    uint64_t first =
        h->last >= HISTORY_SAMPLES ? h->last - HISTORY_SAMPLES + 2 : 1;

    json_put_int(j, "every_ms", HISTORY_EVERY_US / MSEC);
    json_key(j, "figures");
    json_array_begin(j);
    for (size_t f = 0; f < FIGURES; f++)
        json_str(j, figures[f].name);
    json_array_end(j);
    json_key(j, "samples");
    json_array_begin(j);
    if (after < first || after > h->last)
        after = first - 1;
    for (uint64_t n = after + 1; n <= h->last; n++)
        put_sample(h, n, j);
    json_array_end(j);
}
