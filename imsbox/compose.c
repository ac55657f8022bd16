/* SPDX-License-Identifier: MIT
 *
 * imsbox compose: a docker compose file for topologies, each node a container
 * whose name is the node's host. The first topology always starts; each
 * further one has the profile of its name. What is written suits the compose
 * specification and docker-compose 1.29 alike.
 */
#include "imsbox/commands.h"
#include "imsbox/site.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char STORES[] = "/var/lib/imsbox/";       /* docker/Dockerfile */
static const char TOKENS[] = "/var/lib/imsbox-access"; /* likewise */

enum { FILES_MAX = 16, VARIABLE_MAX = 120, SERVICE_MAX = 80 };

/* ---- is it one for containers? ------------------------------------------- */

static bool check_node(const struct topology *t, const struct topology_node *n)
{
    struct addr a;

    if (addr_parse_ip(slice_of(n->host), &a)) {
        fprintf(stderr,
                "%s: %s: host %s is an address; expected the name that its "
                "container is to have\n",
                t->path, n->name, n->host);
        return false;
    }
    if (n->role == TOPOLOGY_HSS &&
        !slice_starts(slice_of(n->store), slice_of(STORES))) {
        fprintf(stderr,
                "%s: %s: store %s does not outlive a container; expected a "
                "file below %s\n",
                t->path, n->name, n->store, STORES);
        return false;
    }
    return true;
}

/* The dashboard asks the others over the network, by a token that all have. */
static bool check_admin(const struct topology *t, const struct topology_node *n)
{
    const struct topology_listener *l =
        topology_listener_of(n, TOPOLOGY_ADMIN, TRANSPORT_NONE);

    if (addr_is_loopback(&l->at.addr)) {
        fprintf(stderr,
                "%s: %s: admin at %s is out of the dashboard's reach; expected "
                "admin: 0.0.0.0:%u\n",
                t->path, n->name, l->at.host, l->at.addr.port);
        return false;
    }
    return true;
}

static bool check_tokens(const struct topology *t)
{
    if (t->access.tokens && strcmp(t->access.tokens, TOKENS) == 0)
        return true;
    fprintf(stderr,
            "%s: no place for tokens that all containers have; expected "
            "access: {tokens: %s}\n",
            t->path, TOKENS);
    return false;
}

static bool check_dashboard(const struct site *s)
{
    const struct topology *t = s->topology;
    bool right;

    if (!t->dashboard)
        return true;
    right = check_tokens(t) && check_admin(t, t->dashboard);
    for (unsigned i = 0; i < s->node_count; i++)
        right = check_admin(t, s->nodes[i].node) && right;
    return right;
}

static bool check(const struct site *sites, unsigned count)
{
    bool right = true;

    for (unsigned i = 0; i < count; i++)
        right = check_dashboard(&sites[i]) && right;

    for (unsigned i = 0; i < count; i++)
        for (unsigned k = 0; k < sites[i].node_count; k++)
            right =
                check_node(sites[i].topology, sites[i].nodes[k].node) && right;
    return right;
}

/* ---- variables ----------------------------------------------------------- */

/* "pcscf-1" -> "IMSBOX_PORT_PCSCF_1" */
static void name_port(const char *service, char out[VARIABLE_MAX])
{
    snprintf(out, VARIABLE_MAX, "IMSBOX_PORT_%s", service);
    for (char *p = out; *p; p++)
        *p = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
}

static const struct topology_listener *gm_of(const struct topology_node *n)
{
    return topology_listener_of(n, TOPOLOGY_GM, TRANSPORT_NONE);
}

static const struct topology_listener *admin_of(const struct topology_node *n)
{
    return topology_listener_of(n, TOPOLOGY_ADMIN, TRANSPORT_NONE);
}

/* The first topology's has the plain name. */
static const char *dashboard_name(const struct site *s, bool first,
                                  char out[SERVICE_MAX])
{
    snprintf(out, SERVICE_MAX, first ? "dashboard" : "%s-dashboard",
             s->topology->name);
    return out;
}

static void print_environment(const struct site *s, bool first)
{
    char name[VARIABLE_MAX], service[SERVICE_MAX];

    printf("    environment:\n"
           "      IMSBOX_HOST: ${IMSBOX_HOST:-127.0.0.1}\n");
    for (unsigned i = 0; i < s->node_count; i++) {
        const struct topology_listener *gm = gm_of(s->nodes[i].node);

        if (!gm)
            continue;
        name_port(s->nodes[i].node->name, name);
        printf("      %s: ${%s:-%u}\n", name, name, gm->advertise_port);
    }
    if (!s->topology->dashboard)
        return;
    name_port(dashboard_name(s, first, service), name);
    printf("      %s: ${%s:-%u}\n"
           "      IMSBOX_TOKEN: ${IMSBOX_TOKEN:-}\n"
           "      IMSBOX_VIEWER_TOKEN: ${IMSBOX_VIEWER_TOKEN:-}\n",
           name, name, admin_of(s->topology->dashboard)->advertise_port);
}

/* ---- services ------------------------------------------------------------ */

/* The file's name below the directory that is mounted. */
static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* Of the first topology another file may take the place. */
static void print_file(const struct site *s, bool first)
{
    if (first)
        printf("/etc/imsbox/${IMSBOX_TOPOLOGY:-%s}",
               base_of(s->topology->path));
    else
        printf("/etc/imsbox/%s", base_of(s->topology->path));
}

static void print_ports(const struct topology_node *n)
{
    char name[VARIABLE_MAX];
    const char *head = "    ports:\n";

    name_port(n->name, name);
    for (unsigned i = 0; i < n->listener_count; i++) {
        const struct topology_listener *l = &n->listeners[i];

        if (l->trust != TOPOLOGY_GM)
            continue;
        printf("%s      - \"${IMSBOX_BIND:-0.0.0.0}:${%s:-%u}:%u/%s\"\n", head,
               name, l->advertise_port, l->at.addr.port,
               transport_name(l->at.addr.transport));
        head = "";
    }
}

/* dir: the topology's, relative to the compose file. */
static void print_mounts(const struct site *s, const struct topology_node *n,
                         bool first)
{
    const char *dir = s->topology->dir;
    const char *dot = dir[0] == '/' || dir[0] == '.' ? "" : "./";

    if (first)
        printf("    volumes:\n"
               "      - ${IMSBOX_TOPOLOGY_DIR:-%s%s}:/etc/imsbox:ro\n",
               dot, dir);
    else
        printf("    volumes:\n      - %s%s:/etc/imsbox:ro\n", dot, dir);
    if (n->role == TOPOLOGY_HSS)
        printf("      - %s:/var/lib/imsbox\n", n->host);
    if (s->topology->dashboard)
        printf("      - access:%s\n", TOKENS);
}

/* One service alone has the image built: several that build one tag at once
 * get into each other's way ("image ... already exists"). It is the first of
 * the file, because docker-compose 1.29 goes by that order. */
static void print_node(const struct site *s, const struct topology_node *n,
                       bool first)
{
    printf("\n  %s:\n    <<: *node\n", n->host);
    if (first && n == s->nodes[0].node)
        printf("    build: *build\n");
    printf("    hostname: %s\n", n->host);
    if (!first)
        printf("    profiles: [%s]\n", s->topology->name);
    printf("    command: [%s, -t, \"", topology_role_name(n->role));
    print_file(s, first);
    printf("\", -n, %s]\n    healthcheck:\n      <<: *health\n"
           "      test: [CMD, imsbox, status, \"",
           n->name);
    print_file(s, first);
    printf("\", %s]\n", n->name);
    print_environment(s, first);
    print_mounts(s, n, first);
    print_ports(n);
}

/* On this machine alone, unless IMSBOX_DASHBOARD_BIND says otherwise. */
static void print_dashboard(const struct site *s, bool first)
{
    const struct topology_node *n = s->topology->dashboard;
    char service[SERVICE_MAX], port[VARIABLE_MAX];

    if (!n)
        return;
    name_port(dashboard_name(s, first, service), port);
    printf("\n  %s:\n    <<: *node\n    hostname: %s\n", service, service);
    if (!first)
        printf("    profiles: [%s]\n", s->topology->name);
    printf("    command: [imsbox, dashboard, \"");
    print_file(s, first);
    printf("\"]\n    healthcheck:\n      <<: *health\n"
           "      test: [CMD, imsbox, status, \"");
    print_file(s, first);
    printf("\", %s]\n", n->name);
    print_environment(s, first);
    print_mounts(s, n, first);
    printf("    ports:\n      - \"${IMSBOX_DASHBOARD_BIND:-127.0.0.1}:"
           "${%s:-%u}:%u/tcp\"\n",
           port, admin_of(n)->advertise_port, admin_of(n)->at.addr.port);
}

static void print_head(const struct site *sites, unsigned count)
{
    printf("# Written by `imsbox compose");
    for (unsigned i = 0; i < count; i++)
        printf(" %s", sites[i].topology->path);
    printf("`.\n"
           "# docs/docker.md says what the variables do.\n"
           "\n"
           "x-build: &build\n"
           "  context: .\n"
           "  dockerfile: docker/Dockerfile\n"
           "  target: node\n"
           "  args:\n"
           "    BASE: ${IMSBOX_BASE:-debian:bookworm-slim}\n"
           "    APT_CONF: ${IMSBOX_APT_CONF:-}\n"
           "\n"
           "x-confined: &confined\n"
           "  read_only: true\n"
           "  cap_drop: [ALL]\n"
           "  security_opt: [\"no-new-privileges:true\"]\n"
           "\n"
           "x-health: &health\n"
           "  interval: ${IMSBOX_HEALTH_INTERVAL:-1s}\n"
           "  timeout: 3s\n"
           "  start_period: 5s\n"
           "  retries: 3\n"
           "\n"
           "x-node: &node\n"
           "  <<: *confined\n"
           "  image: ${IMSBOX_IMAGE:-imsbox:latest}\n"
           "  pull_policy: never\n"
           "  restart: unless-stopped\n"
           "  stop_grace_period: 10s\n"
           "\n"
           "services:");
}

/* Beside the first P-CSCF, in its network: its SIP and its admin interface
 * are on 127.0.0.1 there. Only dumpcap may open the network. */
static void print_tools(const struct site *s)
{
    for (unsigned i = 0; i < s->node_count; i++) {
        const struct topology_node *n = s->nodes[i].node;

        if (n->role != TOPOLOGY_PCSCF)
            continue;
        printf("\n  tools:\n"
               "    image: ${IMSBOX_TOOLS_IMAGE:-imsbox-tools:latest}\n"
               "    pull_policy: never\n"
               "    build:\n"
               "      <<: *build\n"
               "      target: tools\n"
               "    profiles: [tools]\n"
               "    network_mode: \"service:%s\"\n"
               "    read_only: true\n"
               "    tmpfs: [/tmp]\n"
               "    cap_drop: [ALL]\n"
               "    cap_add: [NET_RAW]\n"
               "    init: true\n",
               n->host);
        print_environment(s, true);
        print_mounts(s, n, true);
        return;
    }
}

static void print_volumes(const struct site *sites, unsigned count)
{
    bool tokens = false;

    printf("\nvolumes:\n");
    for (unsigned i = 0; i < count; i++)
        for (unsigned k = 0; k < sites[i].node_count; k++)
            if (sites[i].nodes[k].node->role == TOPOLOGY_HSS)
                printf("  %s:\n", sites[i].nodes[k].node->host);
    for (unsigned i = 0; i < count; i++)
        tokens |= sites[i].topology->dashboard != NULL;
    if (tokens)
        printf("  access:\n");
}

static void print(const struct site *sites, unsigned count)
{
    print_head(sites, count);
    for (unsigned i = 0; i < count; i++) {
        for (unsigned k = 0; k < sites[i].node_count; k++)
            print_node(&sites[i], sites[i].nodes[k].node, i == 0);
        print_dashboard(&sites[i], i == 0);
    }
    print_tools(&sites[0]);
    print_volumes(sites, count);
}

/* ---- the command --------------------------------------------------------- */

static bool load(const char *path, struct site *out)
{
    struct topology *t;
    struct buf errors;
    bool right;

    buf_init(&errors, 1 << 16);
    right = topology_load(path, &t, &errors) == IMS_OK;
    fprintf(stderr, "%.*s", SLICE_ARG(buf_slice(&errors)));
    buf_fini(&errors);
    if (right)
        site_init(out, t);
    return right;
}

static int run(const struct words *w)
{
    struct site sites[FILES_MAX] = {{0}};
    unsigned count = 0;
    bool right;

    while (count < w->count && load(w->rest[count], &sites[count]))
        count++;
    right = count == w->count && check(sites, count);
    if (right)
        print(sites, count);
    for (unsigned i = 0; i < count; i++)
        site_fini(&sites[i]);
    return right ? EXIT_DONE : EXIT_TOPOLOGY;
}

const struct command command_compose = {
    .name = "compose",
    .arguments = "FILE...",
    .least = 1,
    .most = FILES_MAX,
    .summary = "write a docker compose file for topologies",
    .about = "Writes a docker compose file that runs the nodes of the topology "
             "FILE in containers; each further FILE becomes a profile of its "
             "name. Hosts are the names of the containers, stores lie below "
             "/var/lib/imsbox. Paths are relative to the directory in which "
             "the result lies: that of the Makefile.",
    .run = run,
};
