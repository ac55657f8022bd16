/* SPDX-License-Identifier: MIT */
#include "load/round.h"
#include "load/report.h"

static int64_t us_of(struct timeval t)
{
    return (int64_t)t.tv_sec * SECOND + t.tv_usec;
}

void round_begin(struct round *r, const struct arrivals_options *o)
{
    load_forget_figures(o->load);
    getrusage(RUSAGE_SELF, &r->began);
    r->began_us = o->net->clock->mono_us;
    arrivals_begin(&r->arrivals, o);
}

void round_stop(struct round *r)
{
    arrivals_stop(&r->arrivals);
}

void round_print(const struct round *r, struct json *j)
{
    const struct arrivals_options *o = &r->arrivals.o;
    struct rusage now;

    getrusage(RUSAGE_SELF, &now);
    figures_print(load_figures(o->load), j);
    json_put_u64(j, "registered", load_registered(o->load));
    json_put_int(j, "took_us", o->net->clock->mono_us - r->began_us);
    json_put_int(j, "user_us", us_of(now.ru_utime) - us_of(r->began.ru_utime));
    json_put_int(j, "system_us",
                 us_of(now.ru_stime) - us_of(r->began.ru_stime));
}
