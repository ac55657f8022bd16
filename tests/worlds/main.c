/* SPDX-License-Identifier: MIT
 *
 * worlds: random worlds, one a seed. What breaks is made smaller until each
 * piece of it is needed, and printed.
 */
#include "worlds/world.h"
#include <getopt.h>
#include <stdio.h>
#include <time.h>

struct options {
    uint64_t first, count;
    bool verbose, twice;
};

static void print_plan(const struct plan *p)
{
    struct buf text;

    buf_init(&text, 1 << 20);
    plan_print(p, &text);
    printf("%.*s", SLICE_ARG(buf_slice(&text)));
    buf_fini(&text);
}

/* ---- smaller --------------------------------------------------------------
 */

/* The same fault as before, as far as its sentence begins alike. */
static bool still_breaks(const struct plan *p, const char *broken)
{
    struct outcome o;
    size_t n = 0;

    world_run(p, false, &o);
    while (broken[n] && !strchr("0123456789", broken[n]))
        n++;
    return o.broken[0] && strncmp(o.broken, broken, n) == 0;
}

static bool *switch_of(struct plan *p, unsigned i)
{
    return i < p->fault_count ? &p->faults[i].off
                              : &p->actions[i - p->fault_count].off;
}

/* Leaves out ever smaller runs of pieces. */
static void shrink(struct plan *p, const char *broken)
{
    unsigned count = p->fault_count + p->action_count;

    for (unsigned size = count; size >= 1; size /= 2)
        for (unsigned at = 0; at < count; at += size) {
            struct plan smaller = *p;
            bool changed = false;

            for (unsigned i = at; i < at + size && i < count; i++) {
                changed |= !*switch_of(&smaller, i);
                *switch_of(&smaller, i) = true;
            }
            if (changed && still_breaks(&smaller, broken))
                *p = smaller;
        }
}

/* ---- one seed -------------------------------------------------------------
 */

static void print_outcome(uint64_t seed, const struct outcome *o)
{
    const struct tally *t = &o->tally;

    printf("seed %llu: %llu entries, hash %016llx, %u requests, %u finals "
           "(2xx %u, 4xx %u, 5xx %u), %u registrations, %u of %u calls, %u "
           "messages, %u re-INVITEs\n",
           (unsigned long long)seed, (unsigned long long)o->entries,
           (unsigned long long)o->hash, t->requests, t->finals, t->by_class[2],
           t->by_class[4], t->by_class[5], t->registered, t->answered, t->calls,
           t->messages, t->reinvites);
}

static bool run_seed(uint64_t seed, const struct options *opt,
                     struct outcome *o)
{
    struct outcome again;
    struct plan p;

    plan_throw(&p, seed);
    if (opt->verbose)
        print_plan(&p);
    world_run(&p, opt->verbose, o);
    if (opt->verbose)
        print_outcome(seed, o);
    if (opt->twice && !o->broken[0]) {
        world_run(&p, false, &again);
        if (again.hash != o->hash || again.entries != o->entries)
            snprintf(o->broken, sizeof o->broken,
                     "a second run recorded something else");
    }
    if (!o->broken[0])
        return true;
    printf("seed %llu: %s\n", (unsigned long long)seed, o->broken);
    if (opt->count > 1)
        return false;
    shrink(&p, o->broken);
    print_plan(&p);
    return false;
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int run_all(const struct options *opt)
{
    uint64_t failed = 0, requests = 0, calls = 0;
    int64_t virtual_us = 0;
    double began = seconds();
    struct outcome o;

    for (uint64_t i = 0; i < opt->count; i++) {
        failed += !run_seed(opt->first + i, opt, &o);
        requests += o.tally.requests;
        calls += o.tally.answered;
        virtual_us += o.virtual_us;
        fflush(stdout);
    }
    printf("%llu worlds, %llu broken: %llu requests, %llu calls answered, "
           "%.1f h of virtual time in %.1f s\n",
           (unsigned long long)opt->count, (unsigned long long)failed,
           (unsigned long long)requests, (unsigned long long)calls,
           (double)virtual_us / SECOND / 3600, seconds() - began);
    return failed ? 1 : 0;
}

int main(int argc, char **argv)
{
    static const struct option longs[] = {
        {"seeds", 1, NULL, 'n'},   {"first", 1, NULL, 'f'},
        {"seed", 1, NULL, 's'},    {"twice", 0, NULL, 't'},
        {"verbose", 0, NULL, 'v'}, {0}};
    struct options opt = {.first = 1, .count = 1000};
    int c;

    while ((c = getopt_long(argc, argv, "n:f:s:tv", longs, NULL)) != -1)
        switch (c) {
        case 'n': opt.count = strtoull(optarg, NULL, 10); break;
        case 'f': opt.first = strtoull(optarg, NULL, 10); break;
        case 's':
            opt.first = strtoull(optarg, NULL, 10);
            opt.count = 1;
            break;
        case 't': opt.twice = true; break;
        case 'v': opt.verbose = true; break;
        default:
            fprintf(stderr, "worlds [--seeds N] [--first S] [--seed S] "
                            "[--twice] [--verbose]\n");
            return 2;
        }
    return run_all(&opt);
}
