/* SPDX-License-Identifier: MIT */
#include "topology/build.h"

static bool is_same(const char *a, struct slice b)
{
    return slice_eq_nocase(slice_of(a), b);
}

const struct topology_node *topology_find_node(const struct topology *t,
                                               struct slice name)
{
    for (unsigned i = 0; i < t->network_count; i++)
        for (unsigned k = 0; k < t->networks[i].node_count; k++) {
            const struct topology_node *n = &t->networks[i].nodes[k];

            if (is_same(n->name, name) || is_same(n->fqdn, name))
                return n;
        }
    if (t->dashboard && is_same(t->dashboard->name, name))
        return t->dashboard;
    return NULL;
}

const struct topology_network *topology_find_network(const struct topology *t,
                                                     struct slice domain)
{
    for (unsigned i = 0; i < t->network_count; i++)
        if (is_same(t->networks[i].domain, domain))
            return &t->networks[i];
    return NULL;
}

const struct topology_external *topology_find_external(const struct topology *t,
                                                       struct slice name)
{
    for (unsigned i = 0; i < t->external_count; i++)
        if (is_same(t->externals[i].name, name) ||
            is_same(t->externals[i].identity, name))
            return &t->externals[i];
    return NULL;
}

const struct topology_node *topology_node_at(const struct topology_network *n,
                                             enum topology_role role,
                                             unsigned i)
{
    for (unsigned k = 0; k < n->node_count; k++)
        if (n->nodes[k].role == role && i-- == 0)
            return &n->nodes[k];
    return NULL;
}

bool topology_has_capability(const struct topology_node *node,
                             uint32_t capability)
{
    for (unsigned i = 0; i < node->capability_count; i++)
        if (node->capabilities[i] == capability)
            return true;
    return false;
}

const struct topology_listener *
topology_listener_of(const struct topology_node *node,
                     enum topology_trust trust, enum transport transport)
{
    for (unsigned i = 0; i < node->listener_count; i++) {
        const struct topology_listener *l = &node->listeners[i];

        if (l->trust == trust &&
            (transport == TRANSPORT_NONE || l->at.addr.transport == transport))
            return l;
    }
    return NULL;
}

/* ---- the table for sip/locate.h ------------------------------------------ */

struct found {
    struct topology_place *out;
    unsigned count, max;
};

static void add(struct found *f, struct topology_place place)
{
    if (f->count < f->max)
        f->out[f->count++] = place;
}

static void add_node(struct found *f, const struct topology_node *n)
{
    for (unsigned i = 0; i < n->listener_count; i++)
        if (n->listeners[i].trust == TOPOLOGY_MW)
            add(f, topology_reach(n, &n->listeners[i].at));
}

static void add_entry_points(struct found *f, const struct topology_network *n)
{
    const struct topology_node *icscf;

    for (unsigned i = 0; (icscf = topology_node_at(n, TOPOLOGY_ICSCF, i)); i++)
        add_node(f, icscf);
}

static bool is_external(const struct topology_external *e, struct slice host)
{
    if (is_same(e->identity, host))
        return true;
    for (unsigned i = 0; e->role != TOPOLOGY_HSS && i < e->domain_count; i++)
        if (is_same(e->domains[i], host))
            return true;
    return false;
}

unsigned topology_lookup(const struct topology *t, struct slice host,
                         struct topology_place *out, unsigned max)
{
    struct found f = {out, 0, max};
    const struct topology_network *network = topology_find_network(t, host);
    const struct topology_node *node = topology_find_node(t, host);

    if (network)
        add_entry_points(&f, network);
    if (node && is_same(node->fqdn, host))
        add_node(&f, node);
    for (unsigned i = 0; i < t->external_count; i++) {
        const struct topology_external *e = &t->externals[i];

        for (unsigned k = 0; k < e->sip_count && is_external(e, host); k++)
            add(&f, e->sip[k]);
    }
    return f.count;
}

const char *topology_role_name(enum topology_role role)
{
    switch (role) {
    case TOPOLOGY_PCSCF: return "pcscf";
    case TOPOLOGY_ICSCF: return "icscf";
    case TOPOLOGY_SCSCF: return "scscf";
    case TOPOLOGY_HSS: return "hss";
    case TOPOLOGY_AS: return "as";
    case TOPOLOGY_OTHER: return "other";
    case TOPOLOGY_DASHBOARD: return "dashboard";
    }
    return "?";
}

const char *topology_trust_name(enum topology_trust trust)
{
    switch (trust) {
    case TOPOLOGY_GM: return "gm";
    case TOPOLOGY_MW: return "mw";
    case TOPOLOGY_ISC: return "isc";
    case TOPOLOGY_DIAMETER: return "diameter";
    case TOPOLOGY_ADMIN: return "admin";
    case TOPOLOGY_TRUSTS: break;
    }
    return "?";
}
