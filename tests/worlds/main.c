/* SPDX-License-Identifier: MIT
 *
 * worlds: random worlds, one a seed. What breaks is made smaller until each
 * piece of it is needed, printed, and written as a file that runs again.
 */
#include "worlds/world.h"
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum {
    SHRINK_MOST = 400,
    SHRINK_WORLDS = 3,
    DAY_PHONES = 30,
    OF_EACH_KIND = 30
};

struct options {
    uint64_t first, count;
    bool verbose, twice, day;
    const char *write; /* directory, or NULL */
};

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- smaller --------------------------------------------------------------
 */

static bool breaks_alike(void *ctx, const struct plan *p)
{
    const struct outcome *was = ctx;
    struct outcome o;

    world_run(p, false, &o);
    return o.broken[0] && o.check == was->check;
}

static void write_file(const struct options *opt, const struct plan *p,
                       struct slice text)
{
    char path[512];
    FILE *f;

    snprintf(path, sizeof path, "%s/seed-%llu.world", opt->write,
             (unsigned long long)p->seed);
    f = fopen(path, "w");
    if (!f || fwrite(text.p, 1, text.n, f) != text.n || fclose(f) != 0)
        fprintf(stderr, "cannot write %s\n", path);
    else
        printf("%s\n", path);
}

static void show_smaller(const struct options *opt, struct plan p,
                         struct outcome *was)
{
    struct outcome o;
    struct buf text;

    plan_shrink(&p, breaks_alike, was, SHRINK_MOST);
    world_run(&p, false, &o);
    buf_init(&text, 1 << 20);
    buf_printf(&text, "# %s\n", o.broken);
    plan_print(&p, &text);
    printf("%.*s", SLICE_ARG(buf_slice(&text)));
    if (opt->write)
        write_file(opt, &p, buf_slice(&text));
    buf_fini(&text);
}

/* ---- one world ------------------------------------------------------------
 */

static void print_outcome(const struct outcome *o)
{
    const struct tally *t = &o->tally;

    printf("%llu entries, hash %016llx, %u requests, %u finals (2xx %u, 4xx "
           "%u, 5xx %u), %u registrations, %u resynchronisations, %u of %u "
           "calls, %zu seen through, %u messages, %u changes, %u PRACKs, %u "
           "forwarded, %u moves\n",
           (unsigned long long)o->entries, (unsigned long long)o->hash,
           t->requests, t->finals, t->by_class[2], t->by_class[4],
           t->by_class[5], t->registered, t->resyncs, t->answered, t->calls,
           o->calls_seen_through, t->messages, t->changes, t->pracks,
           t->forwarded, t->moves);
}

static void run_plan(const struct plan *p, const struct options *opt,
                     struct outcome *o)
{
    struct outcome again;

    world_run(p, opt->verbose, o);
    if (!opt->twice || o->broken[0])
        return;
    world_run(p, false, &again);
    if (again.hash != o->hash) {
        o->check = CHECK_SAME_BYTES;
        snprintf(o->broken, sizeof o->broken,
                 "%s: %016llx at first, then %016llx", check_name(o->check),
                 (unsigned long long)o->hash, (unsigned long long)again.hash);
    } else
        printf("seed %llu  %016llx\n", (unsigned long long)p->seed,
               (unsigned long long)o->hash);
}

/* Every world must be fit to be kept as a file. */
static bool is_kept_whole(const struct plan *p)
{
    struct buf once, again;
    struct plan read;
    struct why why;
    bool same;

    buf_init(&once, 1 << 20);
    buf_init(&again, 1 << 20);
    plan_print(p, &once);
    same = plan_read(&read, buf_slice(&once), &why) == IMS_OK;
    if (same)
        plan_print(&read, &again);
    same = same && slice_eq(buf_slice(&once), buf_slice(&again));
    if (!same)
        printf("seed %llu: its file is read otherwise than it was written\n",
               (unsigned long long)p->seed);
    buf_fini(&once);
    buf_fini(&again);
    return same;
}

/* Among so many worlds there are some of each kind: a check that none of them
 * came to would be green for nothing. */
static bool is_reached(const struct options *opt, enum check check,
                       uint64_t times)
{
    if (times || opt->count < OF_EACH_KIND)
        return true;
    printf("%s: none of %llu worlds came to it\n", check_name(check),
           (unsigned long long)opt->count);
    return false;
}

static int run_seeds(const struct options *opt)
{
    uint64_t failed = 0, requests = 0, calls = 0, through = 0, told = 0;
    int64_t virtual_us = 0;
    double began = seconds();
    struct outcome o;
    struct plan p;

    for (uint64_t i = 0; i < opt->count; i++) {
        plan_throw(&p, opt->first + i);
        failed += !is_kept_whole(&p);
        run_plan(&p, opt, &o);
        requests += o.tally.requests;
        calls += o.tally.answered;
        through += o.calls_seen_through;
        told += o.ends_told;
        virtual_us += o.virtual_us;
        if (o.broken[0]) {
            printf("seed %llu: %s\n", (unsigned long long)p.seed, o.broken);
            if (failed++ < SHRINK_WORLDS)
                show_smaller(opt, p, &o);
        }
        fflush(stdout);
    }
    if (opt->count == 1)
        print_outcome(&o);
    failed += !is_reached(opt, CHECK_ROUTE, through) +
              !is_reached(opt, CHECK_AGREEMENT, told);
    printf("%llu worlds, %llu broken: %llu requests, %llu calls answered, %llu "
           "seen through, %llu ends told, %.1f h of virtual time in %.1f s\n",
           (unsigned long long)opt->count, (unsigned long long)failed,
           (unsigned long long)requests, (unsigned long long)calls,
           (unsigned long long)through, (unsigned long long)told,
           (double)virtual_us / SECOND / 3600, seconds() - began);
    return failed ? 1 : 0;
}

/* ---- files ---------------------------------------------------------------
 */

static bool read_plan(const char *path, struct plan *p)
{
    char text[1 << 16];
    FILE *f = fopen(path, "r");
    struct why why;
    size_t n;

    if (!f) {
        fprintf(stderr, "%s: %m\n", path);
        return false;
    }
    n = fread(text, 1, sizeof text, f);
    fclose(f);
    if (plan_read(p, slice_at(text, n), &why) == IMS_OK)
        return true;
    fprintf(stderr, "%s: %s\n", path, why.text);
    return false;
}

static int run_files(const struct options *opt, char **paths)
{
    unsigned count = 0, failed = 0;
    struct outcome o;
    struct plan p;

    for (; *paths; paths++, count++) {
        if (!read_plan(*paths, &p)) {
            failed++;
            continue;
        }
        run_plan(&p, opt, &o);
        if (!o.broken[0])
            continue;
        failed++;
        printf("%s: %s\n", *paths, o.broken);
    }
    printf("%u world files, %u broken\n", count, failed);
    return failed ? 1 : 0;
}

/* ---- a day ---------------------------------------------------------------
 */

static int run_day(const struct options *opt)
{
    double began = seconds();
    struct outcome o;

    world_day(opt->first, DAY_PHONES, opt->verbose, &o);
    print_outcome(&o);
    printf("%u phones, %.1f h of virtual time in %.1f s\n", DAY_PHONES,
           (double)o.virtual_us / SECOND / 3600, seconds() - began);
    if (o.broken[0])
        printf("%s\n", o.broken);
    return o.broken[0] ? 1 : 0;
}

static int usage(void)
{
    fprintf(stderr, "worlds [--seeds N] [--first S] [--seed S] [--twice] "
                    "[--write DIR] [--verbose]\n"
                    "worlds [--twice] [--verbose] FILE.world ...\n"
                    "worlds --day [--seed S]\n"
                    "worlds --checks\n");
    return 2;
}

static int print_checks(void)
{
    for (unsigned i = 0; i < CHECKS; i++)
        printf("%-18s %s\n", check_name(i), check_sentence(i));
    return 0;
}

/* What is freed is to count as free at once, for the check of memory. */
static void begin_without_caches(char **argv)
{
    mallopt(M_MXFAST, 0);
    if (getenv("GLIBC_TUNABLES"))
        return;
    setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0", 1);
    execv("/proc/self/exe", argv);
}

int main(int argc, char **argv)
{
    static const struct option longs[] = {{"seeds", 1, NULL, 'n'},
                                          {"first", 1, NULL, 'f'},
                                          {"seed", 1, NULL, 's'},
                                          {"twice", 0, NULL, 't'},
                                          {"write", 1, NULL, 'w'},
                                          {"verbose", 0, NULL, 'v'},
                                          {"checks", 0, NULL, 'c'},
                                          {"day", 0, NULL, 'd'},
                                          {0}};
    struct options opt = {.first = 1, .count = 1000};
    int c;

    begin_without_caches(argv);
    while ((c = getopt_long(argc, argv, "n:f:s:tw:vcd", longs, NULL)) != -1)
        switch (c) {
        case 'n': opt.count = strtoull(optarg, NULL, 10); break;
        case 'f': opt.first = strtoull(optarg, NULL, 10); break;
        case 's':
            opt.first = strtoull(optarg, NULL, 10);
            opt.count = 1;
            break;
        case 't': opt.twice = true; break;
        case 'w': opt.write = optarg; break;
        case 'v': opt.verbose = true; break;
        case 'd': opt.day = true; break;
        case 'c': return print_checks();
        default: return usage();
        }
    if (opt.day)
        return run_day(&opt);
    return optind < argc ? run_files(&opt, argv + optind) : run_seeds(&opt);
}
