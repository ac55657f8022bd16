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
    return errors->n == before ? IMS_OK : IMS_CONFIG;
}
