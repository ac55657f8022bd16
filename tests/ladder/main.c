/* SPDX-License-Identifier: MIT
 *
 *   ladder [-l PROGRAMS] [-b BLOCK] [-j JOBS] [-s SEED] [-t TOPOLOGIES]
 *          [-v] [-q] [-d] FILE ...
 *
 * Runs ladders in the simulator, or (-l) against real processes, JOBS at a
 * time, each in a process of its own. -b: live ones use 127.BLOCK.x.0/24. -v
 * prints what happened even when all is well, -q failures alone; -d writes all
 * bytes that passed, for comparing two runs of one seed.
 */
#include "ladder/run.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct options {
    struct world_options world;
    struct run_options run;
    bool dump;
    bool quiet;         /* says nothing of what is well */
    unsigned jobs;      /* at a time */
    int64_t virtual_us; /* that passed in the simulator, altogether */
};

enum { MOST_JOBS = 64 };

static bool read_all(const char *path, struct buf *out)
{
    FILE *f = fopen(path, "r");
    char part[4096];
    size_t n;

    if (!f)
        return false;
    while ((n = fread(part, 1, sizeof part, f)) > 0)
        buf_add(out, slice_at(part, n));
    fclose(f);
    return true;
}

static void dump_events(const struct world *w)
{
    LIST_EACH (it, &w->events.all) {
        const struct event *ev = container_of(it, struct event, link);

        printf("%lld %s %s %s\n", (long long)ev->at_us, str_c(&ev->from),
               str_c(&ev->to), str_c(&ev->says));
        fwrite(ev->bytes.p, 1, ev->bytes.n, stdout);
    }
}

static bool run_in_world(struct options *o, struct ladder *l, struct buf *out)
{
    struct world *w = NULL;
    struct why why = {0};
    enum ims_err err;
    bool good;

    o->world.ladder = l;
    err = o->run.live ? world_live_new(&o->world, &w, &why)
                      : world_sim_new(&o->world, &w, &why);
    if (err != IMS_OK) {
        buf_printf(out, "  the world did not start: %s\n", why.text);
        return false;
    }
    good = ladder_run(w, &o->run, out);
    o->virtual_us += w->net->clock->wall_us - w->began_us;
    if (o->dump)
        dump_events(w);
    return w->ops->free(w, out) && good;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

enum verdict { PASSED, FAILED, SKIPPED, VERDICTS };

static enum verdict run_ladder(struct options *o, struct ladder *l,
                               struct buf *out)
{
    if (l->sim_only && o->run.live)
        return SKIPPED;
    return run_in_world(o, l, out) ? PASSED : FAILED;
}

static enum verdict run_file(struct options *o, const char *path)
{
    const char *slash = strrchr(path, '/');
    enum verdict v = FAILED;
    struct buf text, out;
    struct ladder l = {0};
    struct why why = {0};
    double began = now();
    char folder[512] = ".";

    if (slash)
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
    o->world.folder = folder;
    buf_init(&text, 1 << 20);
    buf_init(&out, 4 << 20);
    if (!read_all(path, &text))
        buf_printf(&out, "  cannot be read\n");
    else if (ladder_parse(buf_slice(&text), &l, &why) != IMS_OK)
        buf_printf(&out, "  %s\n", why.text);
    else
        v = run_ladder(o, &l, &out);
    ladder_fini(&l);
    if (!o->dump && v != SKIPPED && !(o->quiet && v == PASSED))
        printf("%s %s (%.0f ms)\n%.*s", v == PASSED ? "ok  " : "FAIL", path,
               (now() - began) * 1000, SLICE_ARG(buf_slice(&out)));
    buf_fini(&text);
    buf_fini(&out);
    return v;
}

/* ---- several at a time
 * -------------------------------------------------------
 */

struct job {
    pid_t pid; /* 0: none */
    FILE *out;
};

static void begin(struct options *o, struct job *job, const char *path)
{
    job->out = tmpfile();
    fflush(stdout);
    job->pid = fork();
    if (job->pid != 0)
        return;
    if (job->out)
        dup2(fileno(job->out), STDOUT_FILENO);
    exit(run_file(o, path));
}

static void copy_output(FILE *from)
{
    char part[4096];
    size_t n;

    rewind(from);
    while ((n = fread(part, 1, sizeof part, from)) > 0)
        fwrite(part, 1, n, stdout);
    fclose(from);
    fflush(stdout);
}

/* Waits for one of them. */
static enum verdict end(struct job *jobs, unsigned count)
{
    int status = 0;
    pid_t pid = wait(&status);

    for (unsigned i = 0; i < count; i++) {
        if (jobs[i].pid != pid)
            continue;
        if (jobs[i].out)
            copy_output(jobs[i].out);
        jobs[i].pid = 0;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) < VERDICTS
               ? (enum verdict)WEXITSTATUS(status)
               : FAILED;
}

static void run_together(struct options *o, char **paths, unsigned n,
                         unsigned count[VERDICTS])
{
    struct job jobs[MOST_JOBS] = {{0}};
    unsigned running = 0;

    for (unsigned i = 0; i < n || running;) {
        if (i < n && running < o->jobs) {
            unsigned k = 0;

            while (jobs[k].pid)
                k++;
            o->world.net = i % 250;
            begin(o, &jobs[k], paths[i++]);
            running++;
        } else {
            count[end(jobs, MOST_JOBS)]++;
            running--;
        }
    }
}

static bool read_number(unsigned long long most, uint64_t *out)
{
    return slice_u64(slice_of(optarg), most, out);
}

static bool read_options(struct options *o, int argc, char **argv)
{
    uint64_t block = o->world.block, jobs = o->jobs;
    bool good = true;
    int c;

    while (good && (c = getopt(argc, argv, "l:b:j:s:t:vdq")) != -1)
        switch (c) {
        case 'l':
            o->run.live = true;
            o->world.programs = optarg;
            break;
        case 'b': good = read_number(255, &block); break;
        case 'j': good = read_number(MOST_JOBS, &jobs) && jobs > 0; break;
        case 's': good = read_number(UINT32_MAX, &o->world.seed); break;
        case 't': o->world.topologies = optarg; break;
        case 'v': o->run.verbose = true; break;
        case 'd': o->dump = true; break;
        case 'q': o->quiet = true; break;
        default: good = false; break;
        }
    o->world.block = (unsigned)block;
    o->jobs = (unsigned)jobs;
    return good && optind < argc;
}

static void print_sum(const struct options *o, const unsigned count[VERDICTS],
                      double wall)
{
    printf("%u passed, %u failed, %u skipped in %.1f s", count[PASSED],
           count[FAILED], count[SKIPPED], wall);
    if (!o->run.live && o->jobs == 1)
        printf(", %.0f s of virtual time", (double)o->virtual_us / SECOND);
    putchar('\n');
}

int main(int argc, char **argv)
{
    double began = now();
    struct options o = {
        .jobs = 1, .world = {.topologies = "topology", .seed = 1, .block = 45}};
    unsigned count[VERDICTS] = {0};

    if (!read_options(&o, argc, argv)) {
        fprintf(stderr,
                "usage: ladder [-l PROGRAMS] [-b BLOCK] [-j JOBS] [-s SEED] "
                "[-t TOPOLOGIES] [-v] [-q] [-d] FILE ...\n");
        return 64;
    }
    if (o.jobs > 1)
        run_together(&o, argv + optind, (unsigned)(argc - optind), count);
    else
        for (int i = optind; i < argc; i++) {
            o.world.net = (unsigned)(i - optind) % 250;
            count[run_file(&o, argv[i])]++;
        }
    if (!o.dump)
        print_sum(&o, count, now() - began);
    return count[FAILED] ? 1 : 0;
}
