/* SPDX-License-Identifier: MIT
 *
 * Any request to the admin interface of an HSS or an S-CSCF is answered once,
 * with a status, before the node goes. Lines of the input: which node and
 * which method; path and query; the body is the rest.
 */
#include "hss/role.h"
#include "net/sim.h"
#include "node/api.h"
#include "node/node.h"
#include "scscf/role.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char network[] =
    "name: t\n"
    "networks:\n"
    "  - domain: ims.example\n"
    "    nodes:\n"
    "      - {name: icscf1, role: icscf, host: 127.0.0.2, mw: udp:5060,\n"
    "         admin: 8082}\n"
    "      - {name: scscf1, role: scscf, host: 127.0.0.3, mw: udp:5060,\n"
    "         admin: 8083}\n"
    "      - {name: hss1, role: hss, host: 127.0.0.4, diameter: tcp:3868,\n"
    "         store: \"memory:\", admin: 8084}\n";

static void no_line(void *ctx, enum log_level level, struct slice line)
{
    (void)ctx, (void)level, (void)line;
}

static void on_answer(void *ctx, const struct api_response *r)
{
    unsigned *answers = ctx;

    assert(r->status >= 200 && r->status < 600);
    ++*answers;
}

static struct topology *read_network(void)
{
    struct topology *t = NULL;
    struct buf errors;
    enum ims_err err;

    buf_init(&errors, 10000);
    err = topology_parse(slice_of(network), "t.yaml", &t, &errors);
    assert(err == IMS_OK);
    buf_fini(&errors);
    return t;
}

/* The first letter: small for the HSS, and which method. */
static struct slice method_of(char c)
{
    static const char *const methods[] = {"GET",    "POST", "PUT",  "PATCH",
                                          "DELETE", "HEAD", "BREW", ""};

    return slice_of(methods[(unsigned char)c % 8]);
}

static void serve(struct node *n, char first, struct slice target,
                  struct slice body)
{
    struct api_request rq = {.who = {.role = API_ADMIN},
                             .method = method_of(first),
                             .query = target,
                             .type = S("application/json"),
                             .body = body};
    unsigned answers = 0;

    if (!slice_cut(&rq.query, '?', &rq.path))
        rq.path = S("/");
    if (slice_starts(body, S("#")))
        rq.type = S("application/yaml");
    api_serve(n, &rq, on_answer, &answers);
    assert(answers <= 1);
    node_free(n); /* who still waits is told */
    assert(answers == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rest = slice_at(data, size), first, target;
    struct node_options o = {.sink = no_line};
    struct sim_host *host;
    struct sim *sim;
    struct node *n;
    enum ims_err err;

    if (!slice_cut(&rest, '\n', &first) || first.n != 1 ||
        !slice_cut(&rest, '\n', &target))
        return 0;
    o.role = *first.p & 0x20 ? &hss_role : &scscf_role;
    o.name = *first.p & 0x20 ? "hss1" : "scscf1";
    sim = sim_new(1);
    host = sim_host_new(sim, o.name);
    o.net = sim_host_net(host);
    o.topology = read_network();
    err = node_new(&o, &n, NULL);
    assert(err == IMS_OK);
    sim_run_for(sim, SECOND);
    serve(n, *first.p, target, rest);
    sim_host_free(host);
    topology_free((struct topology *)o.topology);
    sim_free(sim);
    return 0;
}
