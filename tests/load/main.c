/* SPDX-License-Identifier: MIT
 *
 * load: phones in great number, against real processes.
 */
#include "load/obey.h"
#include "load/reflector.h"
#include "load/report.h"
#include "load/round.h"
#include "net/loop.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { TEXT = 1 << 20, LEAST_UNITS = 20000, MOST_UNITS = 300000 };

static const char USAGE[] =
    "load run [OPTION]...          registers phones, then does units; a report "
    "as JSON\n"
    "load obey [OPTION]...         does what it reads, a line of options a "
    "round;\n"
    "                              answers each with a report in one line\n"
    "load reflect [OPTION]...      what a load can be driven against, until "
    "SIGTERM\n"
    "load subscribers [OPTION]...  an import file for the HSS\n"
    "\n";

/* ---- subscribers --------------------------------------------------------- */

static int print_subscribers(const struct options *o)
{
    struct buf text;

    buf_init(&text, TEXT);
    printf("subscribers:\n");
    for (unsigned i = 0; i < o->load.phones; i++) {
        buf_reset(&text);
        subscriber_print(i, o->load.auth, o->load.domain, &text);
        printf("  - %.*s\n", SLICE_ARG(buf_slice(&text)));
    }
    buf_fini(&text);
    return fflush(stdout) == 0 ? 0 : 1;
}

/* ---- run -----------------------------------------------------------------
 */

struct run {
    struct options o;
    struct loop *loop;
    struct load *load;
    struct round round;
    struct load_figures before; /* of the registrations */
};

static void print_report(const struct run *r)
{
    struct buf text;
    struct json j;

    buf_init(&text, TEXT);
    json_init(&j, &text);
    json_object_begin(&j);
    round_print(&r->round, &j);
    json_key(&j, "before");
    json_object_begin(&j);
    figures_print(&r->before, &j);
    json_object_end(&j);
    json_object_end(&j);
    printf("%.*s\n", SLICE_ARG(buf_slice(&text)));
    buf_fini(&text);
}

static void on_done(void *ctx)
{
    struct run *r = ctx;

    print_report(r);
    loop_stop(r->loop);
}

static void begin_units(void *ctx)
{
    struct run *r = ctx;

    r->before = *load_figures(r->load);
    r->o.arrivals.on_done = on_done;
    round_begin(&r->round, &r->o.arrivals);
}

static void begin_registrations(struct run *r)
{
    struct arrivals_options o = {.load = r->load,
                                 .net = loop_net(r->loop),
                                 .share = {[LOAD_REGISTER] = 1},
                                 .rate = r->o.register_rate,
                                 .evenly = true,
                                 .most = r->o.load.phones,
                                 .on_done = begin_units,
                                 .ctx = r};

    round_begin(&r->round, &o);
}

static void on_signal(void *ctx, int signo)
{
    (void)signo;
    loop_stop(ctx);
}

static unsigned units_for(unsigned phones)
{
    unsigned n = phones < MOST_UNITS / 2 ? 2 * phones : MOST_UNITS;

    return n > LEAST_UNITS ? n : LEAST_UNITS;
}

static enum ims_err start_load(struct options *o, struct loop **loop,
                               struct load **load, struct why *why)
{
    static const struct loop_options usual = {0};
    enum ims_err err = loop_new(&usual, loop, why);

    if (err != IMS_OK)
        return err;
    o->load.net = o->arrivals.net = loop_net(*loop);
    if (!o->load.units)
        o->load.units = units_for(o->load.phones);
    err = load_new(&o->load, load, why);
    o->arrivals.load = *load;
    return err;
}

static int run(const struct options *o)
{
    struct run r = {.o = *o};
    struct why why = {0};
    bool fine = false;

    if (start_load(&r.o, &r.loop, &r.load, &why) == IMS_OK) {
        r.o.arrivals.ctx = &r;
        loop_on_signal(r.loop, SIGTERM, on_signal, r.loop);
        if (o->register_rate > 0)
            begin_registrations(&r);
        else
            begin_units(&r);
        loop_run(r.loop);
        fine = figures_are_fine(load_figures(r.load));
        round_stop(&r.round);
        load_free(r.load);
    } else
        fprintf(stderr, "load: %s\n", why.text);
    if (r.loop)
        loop_free(r.loop);
    return fine ? 0 : 1;
}

static int run_orders(const struct options *options)
{
    struct options o = *options;
    struct loop *loop = NULL;
    struct load *load = NULL;
    struct why why = {0};
    enum ims_err err = start_load(&o, &loop, &load, &why);

    if (err == IMS_OK) {
        loop_on_signal(loop, SIGTERM, on_signal, loop);
        obey(loop, &o);
        load_free(load);
    } else
        fprintf(stderr, "load: %s\n", why.text);
    if (loop)
        loop_free(loop);
    return err == IMS_OK ? 0 : 1;
}

/* ---- reflect ------------------------------------------------------------- */

static int reflect(const struct options *o)
{
    static const struct loop_options usual = {0};
    struct reflector_options ro = {.local = o->load.proxies[0],
                                   .first = o->load.first,
                                   .each = o->load.each,
                                   .auth = o->load.auth,
                                   .domain = o->load.domain};
    struct reflector *r;
    struct loop *loop = NULL;
    struct why why = {0};
    enum ims_err err = loop_new(&usual, &loop, &why);

    if (err == IMS_OK) {
        ro.net = loop_net(loop);
        err = reflector_new(&ro, &r, &why);
    }
    if (err == IMS_OK) {
        loop_on_signal(loop, SIGTERM, on_signal, loop);
        loop_run(loop);
        reflector_free(r);
    } else
        fprintf(stderr, "load: %s\n", why.text);
    if (loop)
        loop_free(loop);
    return err == IMS_OK ? 0 : 1;
}

/* A socket a phone, as many as the kernel and who we are allow. */
static void raise_limit(void)
{
    struct rlimit l = {.rlim_cur = 1 << 20, .rlim_max = 1 << 20};

    if (setrlimit(RLIMIT_NOFILE, &l) == 0)
        return;
    getrlimit(RLIMIT_NOFILE, &l);
    l.rlim_cur = l.rlim_max;
    setrlimit(RLIMIT_NOFILE, &l);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(const struct options *o);
    } modes[] = {{"run", run},
                 {"obey", run_orders},
                 {"reflect", reflect},
                 {"subscribers", print_subscribers}};
    struct options o;

    for (unsigned i = 0; argc > 1 && i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(argv[1], modes[i].name) != 0)
            continue;
        options_init(&o);
        if (!options_read(&o, argc - 1, argv + 1))
            return 64;
        raise_limit();
        return modes[i].run(&o);
    }
    fputs(USAGE, stderr);
    fputs(OPTIONS_USAGE, stderr);
    return 64;
}
