/* SPDX-License-Identifier: MIT
 *
 * Who connects to whom over Diameter:
 *
 *   I-CSCF, S-CSCF -> the HSSs and relays that its `hss:` names, else every
 *                     HSS of its network, else external HSSs of its domain
 *   HSS            <- each CSCF that connects to it, and each external node
 *                     that speaks Diameter and is no HSS
 */
#include "topology/build.h"
#include <assert.h>
#include <strings.h>

struct peers {
    struct topology *t;
    struct topology_peer *list;
    unsigned count, room;
};

static void add(struct peers *p, struct topology_peer peer)
{
    if (p->count == p->room) {
        unsigned room = p->room ? 2 * p->room : 4;
        struct topology_peer *list =
            arena_alloc(&p->t->arena, room * sizeof *list);

        assert(list);
        if (p->count > 0)
            memcpy(list, p->list, p->count * sizeof *list);
        p->list = list;
        p->room = room;
    }
    p->list[p->count++] = peer;
}

struct topology_place topology_reach(const struct topology_node *node,
                                     const struct topology_place *at)
{
    struct topology_place to = *at;

    if (!host_is_wildcard(at->host))
        return to;
    to.host = host_is_wildcard(node->host) ? node->fqdn : node->host;
    memset(to.addr.ip, 0, sizeof to.addr.ip);
    to.addr.family = 0;
    if (addr_parse_ip(slice_of(to.host), &to.addr)) {
        to.addr.transport = at->addr.transport;
        to.addr.port = at->addr.port;
    }
    return to;
}

static void add_hss(struct peers *p, const struct topology_node *hss)
{
    const struct topology_listener *l =
        topology_listener_of(hss, TOPOLOGY_DIAMETER, TRANSPORT_NONE);

    add(p, (struct topology_peer){.identity = hss->fqdn,
                                  .realm = hss->network->domain,
                                  .is_hss = true,
                                  .connect = true,
                                  .at = topology_reach(hss, &l->at)});
}

static void add_external(struct peers *p, const struct topology_external *e,
                         bool connect)
{
    struct topology_peer peer = {.identity = e->identity,
                                 .realm = e->realm,
                                 .is_hss = e->role == TOPOLOGY_HSS,
                                 .connect = connect};

    if (e->diameter)
        peer.at = e->diameter[0];
    else
        peer.at.host = e->host;
    add(p, peer);
}

static void add_named(struct peers *p, const struct file_node *from)
{
    const struct file_text *name = from->hss.items;

    for (unsigned i = 0; i < from->hss.count; i++) {
        const struct topology_node *hss =
            topology_find_node(p->t, slice_of(name[i].text));

        if (hss)
            add_hss(p, hss);
        else
            add_external(
                p, topology_find_external(p->t, slice_of(name[i].text)), true);
    }
}

static bool serves(const struct topology_external *e, const char *domain)
{
    for (unsigned i = 0; i < e->domain_count; i++)
        if (strcasecmp(e->domains[i], domain) == 0)
            return true;
    return false;
}

static void add_of_network(struct peers *p, const struct topology_network *n)
{
    const struct topology_node *hss;

    for (unsigned i = 0; (hss = topology_node_at(n, TOPOLOGY_HSS, i)); i++)
        add_hss(p, hss);
    if (p->count > 0)
        return;
    for (unsigned i = 0; i < p->t->external_count; i++) {
        const struct topology_external *e = &p->t->externals[i];

        if (e->role == TOPOLOGY_HSS && serves(e, n->domain))
            add_external(p, e, true);
    }
}

static void build_client(const struct file_node *from, struct topology *t,
                         struct topology_node *n)
{
    struct peers p = {.t = t};

    if (from->hss.count > 0)
        add_named(&p, from);
    else
        add_of_network(&p, n->network);
    n->peers = p.list;
    n->peer_count = p.count;
}

static bool connects_to(const struct topology_node *n, const char *identity)
{
    for (unsigned i = 0; i < n->peer_count; i++)
        if (n->peers[i].connect &&
            strcasecmp(n->peers[i].identity, identity) == 0)
            return true;
    return false;
}

static void add_clients(struct peers *p, const struct topology_network *n,
                        const struct topology_node *hss)
{
    for (unsigned i = 0; i < n->node_count; i++) {
        const struct topology_node *cscf = &n->nodes[i];

        if (connects_to(cscf, hss->fqdn))
            add(p, (struct topology_peer){.identity = cscf->fqdn,
                                          .realm = n->domain,
                                          .at.host = cscf->host});
    }
}

static void build_server(struct topology *t, struct topology_node *hss)
{
    struct peers p = {.t = t};

    for (unsigned i = 0; i < t->network_count; i++)
        add_clients(&p, &t->networks[i], hss);
    for (unsigned i = 0; i < t->external_count; i++)
        if (t->externals[i].role != TOPOLOGY_HSS && t->externals[i].realm[0])
            add_external(&p, &t->externals[i], false);
    hss->peers = p.list;
    hss->peer_count = p.count;
}

void topology_build_peers(const struct file *f, struct topology *t,
                          struct topology_network *networks)
{
    const struct file_network *from = f->networks.items;

    for (unsigned i = 0; i < t->network_count; i++) {
        const struct file_node *node = from[i].nodes.items;
        struct topology_node *to = (struct topology_node *)networks[i].nodes;

        for (unsigned k = 0; k < networks[i].node_count; k++)
            if (to[k].role == TOPOLOGY_ICSCF || to[k].role == TOPOLOGY_SCSCF)
                build_client(&node[k], t, &to[k]);
    }
    for (unsigned i = 0; i < t->network_count; i++) {
        struct topology_node *to = (struct topology_node *)networks[i].nodes;

        for (unsigned k = 0; k < networks[i].node_count; k++)
            if (to[k].role == TOPOLOGY_HSS)
                build_server(t, &to[k]);
    }
}
