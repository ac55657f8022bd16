/* SPDX-License-Identifier: MIT */
#include "topology/topology.h"
#include <stdio.h>
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

static bool has_same_texts(const char *const *a, size_t na,
                           const char *const *b, size_t nb)
{
    if (na != nb)
        return false;
    for (size_t i = 0; i < na; i++)
        if (strcmp(a[i], b[i]) != 0)
            return false;
    return true;
}

static bool has_same_access(const struct topology *a, const struct topology *b)
{
    const struct topology_access *x = &a->access, *y = &b->access;

    if (x->loopback_open != y->loopback_open || !x->tokens != !y->tokens ||
        (x->tokens && strcmp(x->tokens, y->tokens) != 0))
        return false;
    return has_same_texts(x->names, x->name_count, y->names, y->name_count);
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

static bool is_same_external(const struct topology_external *a,
                             const struct topology_external *b)
{
    if (strcmp(a->name, b->name) != 0 || strcmp(a->host, b->host) != 0 ||
        strcmp(a->identity, b->identity) != 0 || a->role != b->role ||
        a->trust != b->trust || a->sip_count != b->sip_count ||
        !a->diameter != !b->diameter ||
        (a->diameter && !is_same_place(a->diameter, b->diameter)))
        return false;
    for (unsigned i = 0; i < a->sip_count; i++)
        if (!is_same_place(&a->sip[i], &b->sip[i]))
            return false;
    return has_same_texts(a->domains, a->domain_count, b->domains,
                          b->domain_count);
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
        if (!is_same_external(&a->externals[i], &b->externals[i]))
            return false;
    return true;
}

static bool is_cscf(enum topology_role role)
{
    return role == TOPOLOGY_PCSCF || role == TOPOLOGY_ICSCF ||
           role == TOPOLOGY_SCSCF;
}

/* Those by which something is laid out when the node starts. Each node has all
 * of them from the topology, whether it uses them or not. */
static void check_limits(const struct topology_node *a,
                         const struct topology_node *b, struct buf *errors)
{
    const struct topology_limits *was = &a->limits, *now = &b->limits;
    bool is_dashboard = a->role == TOPOLOGY_DASHBOARD;
    const struct {
        const char *name;
        uint64_t was, now;
        bool used;
    } rows[] = {
        {"branches", was->branches, now->branches, is_cscf(a->role)},
        {"record_bytes", was->record_bytes, now->record_bytes, true},
        {"udp_queue_bytes", was->udp_queue_bytes, now->udp_queue_bytes, true},
        {"stream_queue_bytes", was->stream_queue_bytes, now->stream_queue_bytes,
         true},
        {"http_connections", was->http_connections, now->http_connections,
         true},
        {"diameter_bytes", was->diameter_bytes, now->diameter_bytes,
         !is_dashboard && a->role != TOPOLOGY_PCSCF},
        {"trace_bytes", was->trace_bytes, now->trace_bytes, is_dashboard},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char key[40];

        snprintf(key, sizeof key, "limits: %s", rows[i].name);
        if (rows[i].was != rows[i].now && rows[i].used)
            refuse(errors, a->name, key);
    }
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
    check_limits(a, b, errors);
    if (a->role == TOPOLOGY_DASHBOARD && !has_same_nodes(was, now))
        refuse(errors, node, "the nodes that it shows");
    return errors->n == before ? IMS_OK : IMS_CONFIG;
}
