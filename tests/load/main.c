/* SPDX-License-Identifier: MIT
 *
 * load: phones in great number, against real processes.
 */
#include "load/arrivals.h"
#include "load/reflector.h"
#include "load/report.h"
#include "net/loop.h"
#include <getopt.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { TEXT = 1 << 20 };

static const char USAGE[] =
    "load run [OPTION]...          registers phones, then does units; a report "
    "as JSON\n"
    "load reflect [OPTION]...      what a load can be driven against, until "
    "SIGTERM\n"
    "load subscribers [OPTION]...  an import file for the HSS\n"
    "\n"
    "  --proxy ADDRESS:PORT   of the P-CSCF, or the reflector "
    "(127.0.0.1:5060)\n"
    "  --first ADDRESS:PORT   of the first phone (127.60.8.1:20000)\n"
    "  --domain NAME          (ims.example)\n"
    "  --phones N             an even number (1000)\n"
    "  --each N               phones that share a port (1)\n"
    "  --auth aka|digest      (aka)\n"
    "  --kind KIND            registration, re-registration, call, message,\n"
    "                         mix (70, 20 calls, 10 messages of 100)\n"
    "  --rate N               units a second (100), by chance\n"
    "  --evenly               as a clock ticks\n"
    "  --seconds N            how long (10)\n"
    "  --register N           registrations a second before (200); 0: none\n"
    "  --timeout N            seconds that a unit may take (8)\n";

struct options {
    struct load_options load;
    struct arrivals_options arrivals;
    double register_rate;
};

struct run {
    struct options o;
    struct loop *loop;
    struct load *load;
    struct arrivals arrivals;
    struct load_figures before; /* of the registrations */
    struct rusage began;
    int64_t began_us;
};

/* ---- options -------------------------------------------------------------
 */

static bool parse_addr(struct slice text, struct addr *out)
{
    ssize_t colon = slice_rindex(text, ':');
    uint64_t port;

    if (colon < 0 ||
        !slice_u64(slice_from(text, (size_t)colon + 1), UINT16_MAX, &port) ||
        !addr_parse_ip(slice_first(text, (size_t)colon), out))
        return false;
    out->port = (uint16_t)port;
    out->transport = TRANSPORT_UDP;
    return true;
}

static bool parse_number(struct slice text, unsigned *out)
{
    uint64_t n;

    if (!slice_u64(text, 1000000, &n))
        return false;
    *out = (unsigned)n;
    return true;
}

/* 0 or more, finite. */
static bool parse_real(const char *text, double *out)
{
    char *end;
    double v = strtod(text, &end);

    if (end == text || *end || !isfinite(v) || v < 0)
        return false;
    *out = v;
    return true;
}

static bool parse_kind(struct slice text, unsigned share[LOAD_KINDS])
{
    enum load_kind kind;

    memset(share, 0, LOAD_KINDS * sizeof *share);
    if (slice_eq(text, S("mix"))) {
        share[LOAD_REREGISTER] = 70;
        share[LOAD_CALL] = 20;
        share[LOAD_MESSAGE] = 10;
        return true;
    }
    if (!load_kind_parse(text, &kind))
        return false;
    share[kind] = 1;
    return true;
}

static bool parse_auth(struct slice text, enum load_auth *out)
{
    *out = slice_eq(text, S("digest")) ? LOAD_DIGEST : LOAD_AKA;
    return *out == LOAD_DIGEST || slice_eq(text, S("aka"));
}

static bool parse_us(const char *text, int64_t *out)
{
    double seconds;

    if (!parse_real(text, &seconds) || seconds > 86400)
        return false;
    *out = (int64_t)(seconds * SECOND);
    return true;
}

static bool take_option(struct options *o, int c, const char *text)
{
    struct slice s = slice_of(text);

    switch (c) {
    case 'p': return parse_addr(s, &o->load.proxy);
    case 'f': return parse_addr(s, &o->load.first);
    case 'd': o->load.domain = text; return true;
    case 'n':
        return parse_number(s, &o->load.phones) && o->load.phones >= 2 &&
               o->load.phones % 2 == 0;
    case 'e': return parse_number(s, &o->load.each) && o->load.each;
    case 'a': return parse_auth(s, &o->load.auth);
    case 'k': return parse_kind(s, o->arrivals.share);
    case 'r':
        return parse_real(text, &o->arrivals.rate) && o->arrivals.rate > 0;
    case 's':
        return parse_us(text, &o->arrivals.during_us) &&
               o->arrivals.during_us > 0;
    case 'R': return parse_real(text, &o->register_rate);
    case 't':
        return parse_us(text, &o->load.timeout_us) && o->load.timeout_us > 0;
    case 'E': o->arrivals.evenly = true; return true;
    default: return false;
    }
}

static bool read_options(struct options *o, int argc, char **argv)
{
    static const struct option longs[] = {
        {"proxy", 1, NULL, 'p'},
        {"first", 1, NULL, 'f'},
        {"domain", 1, NULL, 'd'},
        {"phones", 1, NULL, 'n'},
        {"each", 1, NULL, 'e'},
        {"auth", 1, NULL, 'a'},
        {"kind", 1, NULL, 'k'},
        {"rate", 1, NULL, 'r'},
        {"seconds", 1, NULL, 's'},
        {"register", 1, NULL, 'R'},
        {"timeout", 1, NULL, 't'},
        {"evenly", 0, NULL, 'E'},
        {0},
    };
    int c, index = 0;

    *o = (struct options){
        .load = {.domain = "ims.example",
                 .phones = 1000,
                 .each = 1,
                 .timeout_us = 8 * SECOND},
        .arrivals = {.rate = 100, .during_us = 10 * SECOND},
        .register_rate = 200,
    };
    parse_kind(S("registration"), o->arrivals.share);
    parse_addr(S("127.0.0.1:5060"), &o->load.proxy);
    parse_addr(S("127.60.8.1:20000"), &o->load.first);
    while ((c = getopt_long(argc, argv, "", longs, &index)) != -1)
        if (!take_option(o, c, optarg)) {
            if (c != '?')
                fprintf(stderr, "load: --%s cannot be %s\n", longs[index].name,
                        optarg);
            return false;
        }
    return optind == argc;
}

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

static int64_t us_of(struct timeval t)
{
    return (int64_t)t.tv_sec * SECOND + t.tv_usec;
}

static void print_report(const struct run *r, int64_t took_us)
{
    const struct load_figures *f = load_figures(r->load);
    struct rusage now;
    struct buf text;
    struct json j;

    getrusage(RUSAGE_SELF, &now);
    buf_init(&text, TEXT);
    json_init(&j, &text);
    json_object_begin(&j);
    figures_print(f, &j);
    json_put_int(&j, "took_us", took_us);
    json_put_int(&j, "user_us", us_of(now.ru_utime) - us_of(r->began.ru_utime));
    json_put_int(&j, "system_us",
                 us_of(now.ru_stime) - us_of(r->began.ru_stime));
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

    print_report(r, loop_net(r->loop)->clock->mono_us - r->began_us);
    loop_stop(r->loop);
}

static void begin_units(void *ctx)
{
    struct run *r = ctx;
    struct arrivals_options o = r->o.arrivals;

    r->before = *load_figures(r->load);
    load_forget_figures(r->load);
    getrusage(RUSAGE_SELF, &r->began);
    r->began_us = loop_net(r->loop)->clock->mono_us;
    o.on_done = on_done;
    arrivals_begin(&r->arrivals, &o);
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

    arrivals_begin(&r->arrivals, &o);
}

static void on_signal(void *ctx, int signo)
{
    (void)signo;
    loop_stop(ctx);
}

static int run(const struct options *o)
{
    static const struct loop_options usual = {0};
    struct run r = {.o = *o};
    struct why why = {0};
    enum ims_err err = loop_new(&usual, &r.loop, &why);
    bool fine = false;

    if (err == IMS_OK) {
        r.o.load.net = r.o.arrivals.net = loop_net(r.loop);
        r.o.load.units = o->load.phones < 20000 ? 2 * o->load.phones : 40000;
        err = load_new(&r.o.load, &r.load, &why);
    }
    if (err == IMS_OK) {
        r.o.arrivals.load = r.load;
        r.o.arrivals.ctx = &r;
        loop_on_signal(r.loop, SIGTERM, on_signal, r.loop);
        if (o->register_rate > 0)
            begin_registrations(&r);
        else
            begin_units(&r);
        loop_run(r.loop);
        fine = figures_are_fine(load_figures(r.load));
        arrivals_stop(&r.arrivals);
        load_free(r.load);
    } else
        fprintf(stderr, "load: %s\n", why.text);
    if (r.loop)
        loop_free(r.loop);
    return fine ? 0 : 1;
}

/* ---- reflect ------------------------------------------------------------- */

static int reflect(const struct options *o)
{
    static const struct loop_options usual = {0};
    struct reflector_options ro = {.local = o->load.proxy,
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

/* A socket a phone. */
static void raise_limit(void)
{
    struct rlimit l;

    getrlimit(RLIMIT_NOFILE, &l);
    l.rlim_cur = l.rlim_max;
    setrlimit(RLIMIT_NOFILE, &l);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(const struct options *o);
    } modes[] = {
        {"run", run}, {"reflect", reflect}, {"subscribers", print_subscribers}};
    struct options o;

    for (unsigned i = 0; argc > 1 && i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(argv[1], modes[i].name) != 0)
            continue;
        if (!read_options(&o, argc - 1, argv + 1))
            return 64;
        raise_limit();
        return modes[i].run(&o);
    }
    fputs(USAGE, stderr);
    return 64;
}
