/* SPDX-License-Identifier: MIT
 *
 *   ladder [-l PROGRAMS] [-b BLOCK] [-s SEED] [-t TOPOLOGIES] [-v] FILE ...
 *
 * Runs ladders in the simulator, or (-l) against real processes. -b: live ones
 * use 127.BLOCK.x.0/24. -v prints what happened even when all is well; -d
 * writes all bytes that passed, for comparing two runs of one seed.
 */
#include "ladder/run.h"
#include <stdio.h>
#include <time.h>
#include <unistd.h>

struct options {
    struct world_options world;
    struct run_options run;
    bool dump;
    unsigned passed, failed, skipped;
};

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

static bool run_in_world(struct options *o, const struct ladder *l,
                         struct buf *out)
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
    if (o->dump)
        dump_events(w);
    w->ops->free(w);
    return good;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void run_file(struct options *o, const char *path)
{
    struct buf text, out;
    struct ladder l;
    struct why why = {0};
    double began = now();
    bool good = false;

    buf_init(&text, 1 << 20);
    buf_init(&out, 4 << 20);
    if (!read_all(path, &text))
        buf_printf(&out, "  cannot be read\n");
    else if (ladder_parse(buf_slice(&text), &l, &why) != IMS_OK) {
        buf_printf(&out, "  %s\n", why.text);
        ladder_fini(&l);
    } else if (l.sim_only && o->run.live) {
        o->skipped++;
        ladder_fini(&l);
        goto out;
    } else {
        good = run_in_world(o, &l, &out);
        ladder_fini(&l);
    }
    if (!o->dump)
        printf("%s %s (%.0f ms)\n%.*s", good ? "ok  " : "FAIL", path,
               (now() - began) * 1000, SLICE_ARG(buf_slice(&out)));
    o->passed += good;
    o->failed += !good;
    fflush(stdout);
out:
    buf_fini(&text);
    buf_fini(&out);
}

static bool read_options(struct options *o, int argc, char **argv)
{
    uint64_t n = 0;
    int c;

    while ((c = getopt(argc, argv, "l:b:s:t:vd")) != -1)
        switch (c) {
        case 'l':
            o->run.live = true;
            o->world.programs = optarg;
            break;
        case 'b':
        case 's':
            if (!slice_u64(slice_of(optarg), UINT32_MAX, &n))
                return false;
            if (c == 'b')
                o->world.block = (unsigned)n;
            else
                o->world.seed = n;
            break;
        case 't': o->world.topologies = optarg; break;
        case 'v': o->run.verbose = true; break;
        case 'd': o->dump = true; break;
        default: return false;
        }
    return optind < argc;
}

int main(int argc, char **argv)
{
    struct options o = {
        .world = {.topologies = "topology", .seed = 1, .block = 45}};

    if (!read_options(&o, argc, argv)) {
        fprintf(stderr, "usage: ladder [-l PROGRAMS] [-b BLOCK] [-s SEED] "
                        "[-t TOPOLOGIES] [-v] [-d] FILE ...\n");
        return 64;
    }
    for (int i = optind; i < argc; i++) {
        o.world.net = (unsigned)(i - optind) % 250;
        run_file(&o, argv[i]);
    }
    if (!o.dump)
        printf("%u passed, %u failed, %u skipped\n", o.passed, o.failed,
               o.skipped);
    return o.failed ? 1 : 0;
}
