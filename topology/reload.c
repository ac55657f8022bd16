/* SPDX-License-Identifier: MIT */
#include "topology/topology.h"
#include <stdlib.h>

static void refuse(struct buf *errors, const char *node, const char *what)
{
    buf_printf(errors, "%s: %s may not change while the node runs\n", node,
               what);
}

static bool is_same_place(const struct topology_place *a,
                          const struct topology_place *b)
{
    return strcmp(a->host, b->host) == 0 && addr_eq(&a->addr, &b->addr);
}

static bool has_same_listeners(const struct topology_node *a,
                               const struct topology_node *b)
{
    if (a->listener_count != b->listener_count)
        return false;
    for (unsigned i = 0; i < a->listener_count; i++) {
        const struct topology_listener *x = &a->listeners[i];
        const struct topology_listener *y = &b->listeners[i];

        if (x->trust != y->trust || !is_same_place(&x->at, &y->at) ||
            strcmp(x->advertise_host, y->advertise_host) != 0 ||
            x->advertise_port != y->advertise_port)
            return false;
    }
    return true;
}

static bool has_same_peers(const struct topology_node *a,
                           const struct topology_node *b)
{
    if (a->peer_count != b->peer_count)
        return false;
    for (unsigned i = 0; i < a->peer_count; i++) {
        const struct topology_peer *x = &a->peers[i], *y = &b->peers[i];

        if (strcmp(x->identity, y->identity) != 0 ||
            strcmp(x->realm, y->realm) != 0 || x->is_hss != y->is_hss ||
            x->connect != y->connect || !is_same_place(&x->at, &y->at))
            return false;
    }
    return true;
}

static bool has_same_capabilities(const struct topology_node *a,
                                  const struct topology_node *b)
{
    return a->capability_count == b->capability_count &&
           memcmp(a->capabilities, b->capabilities,
                  a->capability_count * sizeof *a->capabilities) == 0;
}

static bool has_same_access(const struct topology *a, const struct topology *b)
{
    const struct topology_access *x = &a->access, *y = &b->access;

    if (x->loopback_open != y->loopback_open ||
        x->name_count != y->name_count || !x->tokens != !y->tokens ||
        (x->tokens && strcmp(x->tokens, y->tokens) != 0))
        return false;
    for (unsigned i = 0; i < x->name_count; i++)
        if (strcmp(x->names[i], y->names[i]) != 0)
            return false;
    return true;
}

static bool has_same_dns(const struct topology *a, const struct topology *b)
{
    const struct topology_dns *x = &a->dns, *y = &b->dns;

    if (x->server_count != y->server_count || x->timeout != y->timeout ||
        x->keep != y->keep || x->tries != y->tries)
        return false;
    for (unsigned i = 0; i < x->server_count; i++)
        if (!addr_eq(&x->servers[i], &y->servers[i]))
            return false;
    return true;
}

static bool is_same_node(const struct topology_node *a,
                         const struct topology_node *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->fqdn, b->fqdn) == 0 &&
           strcmp(a->host, b->host) == 0 && a->role == b->role &&
           has_same_listeners(a, b);
}

/* All that a dashboard collects from, and names. */
static bool has_same_nodes(const struct topology *a, const struct topology *b)
{
    if (a->network_count != b->network_count ||
        a->external_count != b->external_count)
        return false;
    for (unsigned i = 0; i < a->network_count; i++) {
        const struct topology_network *x = &a->networks[i];
        const struct topology_network *y = &b->networks[i];

        if (x->node_count != y->node_count)
            return false;
        for (unsigned k = 0; k < x->node_count; k++)
            if (!is_same_node(&x->nodes[k], &y->nodes[k]))
                return false;
    }
    for (unsigned i = 0; i < a->external_count; i++)
        if (strcmp(a->externals[i].name, b->externals[i].name) != 0 ||
            strcmp(a->externals[i].host, b->externals[i].host) != 0)
            return false;
    return true;
}

/* Those by which something is laid out when the node starts. */
static void check_limits(const struct topology_limits *was,
                         const struct topology_limits *now, const char *node,
                         struct buf *errors)
{
    const struct {
        const char *name;
        uint64_t was, now;
    } rows[] = {
        {"limits: branches", was->branches, now->branches},
        {"limits: record_bytes", was->record_bytes, now->record_bytes},
        {"limits: udp_queue_bytes", was->udp_queue_bytes, now->udp_queue_bytes},
        {"limits: stream_queue_bytes", was->stream_queue_bytes,
         now->stream_queue_bytes},
        {"limits: http_connections", was->http_connections,
         now->http_connections},
        {"limits: trace_bytes", was->trace_bytes, now->trace_bytes},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].was != rows[i].now)
            refuse(errors, node, rows[i].name);
}

enum ims_err topology_reload_check(const struct topology *was,
                                   const struct topology *now, const char *node,
                                   struct buf *errors)
{
    const struct topology_node *a = topology_find_node(was, slice_of(node));
    const struct topology_node *b = topology_find_node(now, slice_of(node));
    size_t before = errors->n;

    if (!a || !b) {
        buf_printf(errors, "%s: no longer in the topology\n", node);
        return IMS_CONFIG;
    }
    if (a->role != b->role)
        refuse(errors, node, "role");
    if (strcmp(a->fqdn, b->fqdn) != 0)
        refuse(errors, node, "domain");
    if (strcmp(a->network->visited_id, b->network->visited_id) != 0)
        refuse(errors, node, "visited_id");
    if (strcmp(a->host, b->host) != 0)
        refuse(errors, node, "host");
    if (!has_same_listeners(a, b))
        refuse(errors, node, "where it listens");
    if (!has_same_peers(a, b))
        refuse(errors, node, "Diameter peers");
    if (!has_same_capabilities(a, b))
        refuse(errors, node, "capabilities");
    if (a->aka_without_ipsec != b->aka_without_ipsec)
        refuse(errors, node, "aka_without_ipsec");
    if (strcmp(a->store, b->store) != 0)
        refuse(errors, node, "store");
    if (!was->hep != !now->hep ||
        (was->hep && !is_same_place(was->hep, now->hep)))
        refuse(errors, node, "hep");
    if (!has_same_access(was, now))
        refuse(errors, node, "access");
    if (a->seed != b->seed)
        refuse(errors, node, "seed");
    if (!has_same_dns(was, now))
        refuse(errors, node, "dns");
    check_limits(&a->limits, &b->limits, node, errors);
    if (a->role == TOPOLOGY_DASHBOARD && !has_same_nodes(was, now))
        refuse(errors, node, "the nodes that it shows");
    return errors->n == before ? IMS_OK : IMS_CONFIG;
}
