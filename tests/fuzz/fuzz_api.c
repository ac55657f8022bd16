/* SPDX-License-Identifier: MIT
 *
 * Any requests to the admin interface of any node are answered once each, with
 * a status, before the node goes. The first line is a letter that says which
 * node; then comes what is asked (asked.h).
 */
#include "asked.h"
#include "hss/role.h"
#include "icscf/role.h"
#include "net/sim.h"
#include "node/node.h"
#include "pcscf/role.h"
#include "scscf/role.h"
#include "support/disk_image.h"
#include <assert.h>
#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

const char *__asan_default_options(void);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A small record: to make and to drop it would be most of a run. What the API
 * exports stays beside the store: in a directory of our own. */
static const char network[] =
    "name: t\n"
    "limits: {record_bytes: 64KiB}\n"
    "networks:\n"
    "  - domain: ims.example\n"
    "    nodes:\n"
    "      - {name: pcscf1, role: pcscf, host: 127.0.0.1, gm: udp:5060,\n"
    "         mw: udp:5070, admin: 8081}\n"
    "      - {name: icscf1, role: icscf, host: 127.0.0.2, mw: udp:5060,\n"
    "         admin: 8082}\n"
    "      - {name: scscf1, role: scscf, host: 127.0.0.3, mw: udp:5060,\n"
    "         admin: 8083}\n"
    "      - {name: hss1, role: hss, host: 127.0.0.4, diameter: tcp:3868,\n"
    "         store: '%s/memory:api', admin: 8084}\n";

static void no_line(void *ctx, enum log_level level, struct slice line)
{
    (void)ctx, (void)level, (void)line;
}

static struct topology *read_network(const char *dir)
{
    struct topology *t = NULL;
    struct buf text, errors;
    enum ims_err err;

    buf_init(&text, 10000);
    buf_init(&errors, 10000);
    buf_printf(&text, network, dir);
    err = topology_parse(buf_slice(&text), "t.yaml", &t, &errors);
    assert(err == IMS_OK);
    buf_fini(&errors);
    buf_fini(&text);
    return t;
}

static void empty(const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *e;

    assert(d);
    while ((e = readdir(d)) != NULL)
        (void)unlinkat(dirfd(d), e->d_name, 0);
    closedir(d);
}

static const struct {
    char letter;
    const char *name;
    const struct node_role *role;
} nodes[] = {
    {'h', "hss1", &hss_role},
    {'s', "scscf1", &scscf_role},
    {'p', "pcscf1", &pcscf_role},
    {'i', "icscf1", &icscf_role},
};

static void wait_a_little(void *sim)
{
    sim_run_for(sim, 20 * MSEC);
}

static void serve_all(struct sim *sim, struct node *n, struct slice script)
{
    struct asked asked = {0};

    ask_all(&asked, n, script, wait_a_little, sim);
    asked_leave_feeds(&asked);
    node_free(n); /* who still waits is told */
    assert(asked.answers == asked.requests);
}

static void run_on(const struct topology *t, unsigned which,
                   struct slice script)
{
    struct node_options o = {.role = nodes[which].role,
                             .name = nodes[which].name,
                             .sink = no_line,
                             .topology = t};
    struct sim *sim = sim_new(1);
    struct sim_host *host = sim_host_new(sim, o.name);
    struct node *n;
    enum ims_err err;

    o.net = sim_host_net(host);
    err = node_new(&o, &n, NULL);
    assert(err == IMS_OK);
    sim_run_for(sim, SECOND);
    serve_all(sim, n, script);
    sim_host_free(host);
    sim_free(sim);
}

/* A store's tables are made once: that would be most of a run, too. */
static struct disk_image *empty_store(const struct topology *t)
{
    struct disk *disk = disk_new(1);
    struct disk_image *image;

    run_on(t, 0, S(""));
    image = disk_image_take(disk);
    disk_free(disk);
    return image;
}

static void run(unsigned which, struct slice script)
{
    static char dir[] = "/tmp/imsbox-fuzz-XXXXXX";
    static struct topology *t;
    static struct disk_image *image;
    struct disk *disk;

    if (!t) {
        if (!mkdtemp(dir))
            abort();
        t = read_network(dir);
        image = empty_store(t);
    }
    disk = disk_new(1);
    disk_image_put(image, disk);
    run_on(t, which, script);
    disk_free(disk);
    empty(dir);
}

/* What a run frees stays poisoned for longer than the run. */
const char *__asan_default_options(void)
{
    return "quarantine_size_mb=24:malloc_context_size=8";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rest = slice_at(data, size), first;

    if (!slice_cut(&rest, '\n', &first) || first.n != 1)
        return 0;
    for (unsigned i = 0; i < sizeof nodes / sizeof *nodes; i++)
        if (*first.p == nodes[i].letter)
            run(i, rest);
    return 0;
}
