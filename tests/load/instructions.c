/* SPDX-License-Identifier: MIT
 *
 * instructions NODE: what a unit costs one node of a core, in instructions.
 * The whole core and its phones are in this process, in the simulator, and
 * nothing but the node's turns is collected. Run under callgrind with
 * --collect-atstart=no; it leaves a profile for each kind of unit, once for N
 * units and once for 2 N in the same time, so that the difference is that of N
 * units alone. tools/bench-instructions reads them.
 */
#include "hss/role.h"
#include "icscf/role.h"
#include "load/load.h"
#include "net/sim.h"
#include "node/node.h"
#include "pcscf/role.h"
#include "scscf/role.h"
#include "support/disk.h"
#include <expat.h>
#include <gnu/libc-version.h>
#include <mimalloc.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stdio.h>
#include <valgrind/callgrind.h>

enum {
    NODES = 4,
    TEXT = 1 << 20,
    UNITS = 24,
    WARM = 4, /* of each kind, so that nothing is done for the first time */
    PHASE_S = 100, /* longer than a transaction stays */
};

static const char TOPOLOGY[] =
    "name: instructions\n"
    "networks:\n"
    "  - domain: ims.example\n"
    "    nodes:\n"
    "      - {name: pcscf, role: pcscf, host: 127.0.0.1, gm: [udp:5060], mw: "
    "[udp:5070], admin: 8081}\n"
    "      - {name: icscf, role: icscf, host: 127.0.0.2, mw: [udp:5060], "
    "admin: 8081}\n"
    "      - {name: scscf, role: scscf, host: 127.0.0.3, mw: [udp:5060], "
    "admin: 8081}\n"
    "      - {name: hss, role: hss, host: 127.0.0.4, diameter: tcp:3868, "
    "store: \"memory:instructions\", admin: 8081}\n";

struct core {
    struct sim *sim;
    struct disk *disk;
    struct topology *topology;
    struct sim_host *hosts[NODES], *phones;
    struct node *nodes[NODES];
    struct load *load;
    const struct sim_host *measured;
    bool collects;
};

static const struct node_role *const ROLES[NODES] = {&pcscf_role, &icscf_role,
                                                     &scscf_role, &hss_role};

static void on_line(void *ctx, enum log_level level, struct slice line)
{
    (void)ctx;
    if (level <= LOG_WARN)
        fprintf(stderr, "%.*s\n", SLICE_ARG(line));
}

static void on_turn(void *ctx, struct sim_host *h)
{
    struct core *c = ctx;
    bool collects = h == c->measured && h;

    if (collects != c->collects)
        CALLGRIND_TOGGLE_COLLECT;
    c->collects = collects;
}

/* ---- the core ------------------------------------------------------------
 */

static enum ims_err read_topology(struct core *c, struct why *why)
{
    struct buf errors;
    enum ims_err err;

    buf_init(&errors, TEXT);
    err = topology_parse(slice_of(TOPOLOGY), "instructions.yaml", &c->topology,
                         &errors);
    if (err != IMS_OK)
        why_set(why, err, "%.*s", SLICE_ARG(buf_slice(&errors)));
    buf_fini(&errors);
    return err;
}

static enum ims_err start_nodes(struct core *c, struct why *why)
{
    enum ims_err err = IMS_OK;

    for (unsigned i = 0; i < NODES && err == IMS_OK; i++) {
        const struct topology_node *self = &c->topology->networks[0].nodes[i];
        struct node_options o = {.role = ROLES[i],
                                 .topology = c->topology,
                                 .name = self->name,
                                 .sink = on_line};

        c->hosts[i] = sim_host_new(c->sim, self->name);
        o.net = sim_host_net(c->hosts[i]);
        err = node_new(&o, &c->nodes[i], why);
    }
    return err;
}

static enum ims_err wait_ready(struct core *c, struct why *why)
{
    for (unsigned tries = 0; tries < 100; tries++) {
        unsigned ready = 0;

        sim_run_for(c->sim, 100 * MSEC);
        for (unsigned i = 0; i < NODES; i++)
            ready += node_is_ready(c->nodes[i], why);
        if (ready == NODES)
            return IMS_OK;
    }
    return IMS_TIMEOUT;
}

/* ---- its subscribers, and their phones ------------------------------------
 */

struct answer {
    unsigned status;
    struct buf body;
};

static void on_answer(void *ctx, const struct api_response *r)
{
    struct answer *a = ctx;

    a->status = r->status;
    buf_add(&a->body, r->body);
}

static enum ims_err subscribe(struct core *c, unsigned number, struct why *why)
{
    struct api_request rq = {.who = {.role = API_ADMIN},
                             .method = S("POST"),
                             .path = S("/api/v1/subscribers"),
                             .type = S("application/json")};
    struct answer a = {0};
    struct buf body;
    enum ims_err err = IMS_OK;

    buf_init(&body, TEXT);
    buf_init(&a.body, TEXT);
    subscriber_print(number, LOAD_AKA, "ims.example", &body);
    rq.body = buf_slice(&body);
    api_serve(c->nodes[NODES - 1], &rq, on_answer, &a);
    sim_run_for(c->sim, 100 * MSEC);
    if (a.status != 201)
        err = why_set(why, IMS_CONFIG, "%.*s", SLICE_ARG(buf_slice(&a.body)));
    buf_fini(&body);
    buf_fini(&a.body);
    return err;
}

static enum ims_err make_phones(struct core *c, struct why *why)
{
    struct load_options o = {
        .proxies = {c->topology->networks[0].nodes[0].listeners[0].at.addr},
        .proxy_count = 1,
        .domain = "ims.example",
        .auth = LOAD_AKA,
        .phones = 3 * UNITS + WARM,
        .units = 2 * UNITS,
        .timeout_us = 10 * (int64_t)SECOND,
    };
    enum ims_err err = IMS_OK;

    c->phones = sim_host_new(c->sim, "phones");
    o.net = sim_host_net(c->phones);
    addr_parse_ip(S("127.0.1.1"), &o.first);
    o.first.port = 20000;
    o.first.transport = TRANSPORT_UDP;
    for (unsigned i = 0; i < o.phones && err == IMS_OK; i++)
        err = subscribe(c, i, why);
    return err == IMS_OK ? load_new(&o, &c->load, why) : err;
}

/* ---- measuring ----------------------------------------------------------- */

static void run_phase(struct core *c, enum load_kind kind, unsigned units)
{
    const struct clock *clock = sim_clock(c->sim);
    int64_t end = clock->mono_us + PHASE_S * (int64_t)SECOND;

    for (unsigned i = 0; i < units; i++) {
        load_begin(c->load, kind, clock->mono_us);
        sim_run_for(c->sim, 100 * MSEC);
    }
    sim_run_for(c->sim, end - clock->mono_us);
}

static bool measure(struct core *c, enum load_kind kind)
{
    static const unsigned counts[] = {UNITS, 2 * UNITS};
    const struct load_count *did = &load_figures(c->load)->kinds[kind];
    char name[64];

    run_phase(c, kind, WARM);
    for (unsigned i = 0; i < 2; i++) {
        CALLGRIND_ZERO_STATS;
        run_phase(c, kind, counts[i]);
        snprintf(name, sizeof name, "%s %u", load_kind_name(kind), counts[i]);
        CALLGRIND_DUMP_STATS_AT(name);
    }
    if (did->done == WARM + 3 * UNITS)
        return true;
    fprintf(stderr, "%s: %llu of %u units done, last refusal %u\n",
            load_kind_name(kind), (unsigned long long)did->done,
            WARM + 3 * UNITS, did->status);
    return false;
}

static bool measure_all(struct core *c)
{
    bool fine = true;

    sim_watch_turns(c->sim, on_turn, c);
    for (unsigned k = 0; k < LOAD_KINDS; k++)
        fine = measure(c, (enum load_kind)k) && fine;
    sim_watch_turns(c->sim, NULL, NULL);
    return fine;
}

/* ---- its life ------------------------------------------------------------ */

static enum ims_err core_start(struct core *c, struct why *why)
{
    enum ims_err err;

    c->disk = disk_new(1);
    c->sim = sim_new(1);
    err = read_topology(c, why);
    if (err == IMS_OK)
        err = start_nodes(c, why);
    if (err == IMS_OK)
        err = wait_ready(c, why);
    if (err == IMS_OK)
        err = make_phones(c, why);
    return err;
}

static void end_host(struct sim_host *h, struct node *n)
{
    if (!h)
        return;
    sim_host_kill(h);
    if (n)
        node_free(n);
    sim_host_free(h);
}

static void core_stop(struct core *c)
{
    if (c->load)
        load_free(c->load);
    end_host(c->phones, NULL);
    for (unsigned i = 0; i < NODES; i++)
        end_host(c->hosts[i], c->nodes[i]);
    disk_free(c->disk);
    sim_free(c->sim);
    if (c->topology)
        topology_free(c->topology);
}

static const struct sim_host *host_named(const struct core *c, const char *name)
{
    for (unsigned i = 0; i < NODES; i++)
        if (strcmp(c->topology->networks[0].nodes[i].name, name) == 0)
            return c->hosts[i];
    return NULL;
}

/* What else the figures depend on. */
static int print_versions(void)
{
    printf("compiler %s\nglibc %s\nmimalloc %d\nopenssl %s\nsqlite %s\n"
           "expat %s\n",
           __VERSION__, gnu_get_libc_version(), mi_version(),
           OpenSSL_version(OPENSSL_VERSION_STRING), sqlite3_libversion(),
           XML_ExpatVersion());
    return 0;
}

int main(int argc, char **argv)
{
    struct core c = {0};
    struct why why = {0};
    bool fine;

    if (argc != 2) {
        fprintf(stderr, "instructions pcscf|icscf|scscf|hss|versions\n");
        return 64;
    }
    if (strcmp(argv[1], "versions") == 0)
        return print_versions();
    if (core_start(&c, &why) != IMS_OK) {
        fprintf(stderr, "instructions: %s\n", why.text);
        return 1;
    }
    c.measured = host_named(&c, argv[1]);
    fine = c.measured && measure_all(&c);
    core_stop(&c);
    return fine ? 0 : 1;
}
