/* SPDX-License-Identifier: MIT */
#include "load/report.h"

static void print_histogram(const char *name, const struct histogram *h,
                            struct json *j)
{
    json_key(j, name);
    json_object_begin(j);
    json_put_int(j, "mean", h->count ? h->sum_us / (int64_t)h->count : 0);
    json_put_int(j, "p50", histogram_quantile(h, 0.5));
    json_put_int(j, "p90", histogram_quantile(h, 0.9));
    json_put_int(j, "p99", histogram_quantile(h, 0.99));
    json_put_int(j, "max", h->max_us);
    json_object_end(j);
}

static void print_count(const struct load_count *c, struct json *j)
{
    json_object_begin(j);
    json_put_u64(j, "begun", c->begun);
    json_put_u64(j, "done", c->done);
    json_put_u64(j, "refused", c->refused);
    json_put_u64(j, "last_refusal", c->status);
    json_put_u64(j, "timed_out", c->timed_out);
    json_put_u64(j, "skipped", c->skipped);
    json_put_u64(j, "sent_again", c->again);
    json_put_u64(j, "challenged", c->challenged);
    print_histogram("latency_us", &c->latency, j);
    if (c->answered.count)
        print_histogram("answered_us", &c->answered, j);
    json_object_end(j);
}

void figures_print(const struct load_figures *f, struct json *j)
{
    json_key(j, "kinds");
    json_object_begin(j);
    for (unsigned k = 0; k < LOAD_KINDS; k++) {
        if (!f->kinds[k].begun && !f->kinds[k].skipped)
            continue;
        json_key(j, load_kind_name((enum load_kind)k));
        print_count(&f->kinds[k], j);
    }
    json_object_end(j);
    print_histogram("latency_us", &f->latency, j);
    json_put_u64(j, "unreadable", f->unreadable);
    json_put_u64(j, "unsent", f->unsent);
}

bool figures_are_fine(const struct load_figures *f)
{
    for (unsigned k = 0; k < LOAD_KINDS; k++)
        if (f->kinds[k].done != f->kinds[k].begun || f->kinds[k].skipped)
            return false;
    return !f->unreadable && !f->unsent;
}
