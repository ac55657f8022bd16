/* SPDX-License-Identifier: MIT */
#include "imsbox/parties.h"
#include "base/mem.h"
#include "sip/views.h"
#include <stdio.h>

static struct party *add(struct parties *p, const char *name)
{
    struct party *it;

    if (p->count == p->room) {
        p->room = p->room ? 2 * p->room : 16;
        p->list = mem_realloc(p->list, p->room * sizeof *p->list);
    }
    it = &p->list[p->count++];
    *it = (struct party){0};
    snprintf(it->name, sizeof it->name, "%s", name);
    return it;
}

void parties_init(struct parties *p, const struct site *s)
{
    *p = (struct parties){.site = s};
    for (unsigned i = 0; i < s->node_count; i++)
        add(p, s->nodes[i].node->name)->node = s->nodes[i].node;
}

void parties_fini(struct parties *p)
{
    free(p->list);
}

/* ---- by address ---------------------------------------------------------- */

static bool is_at(const struct topology_place *place, const struct addr *a)
{
    return place->addr.port == a->port && addr_eq_ip(&place->addr, a);
}

static bool listens_at(const struct topology_node *n, const struct addr *a)
{
    for (unsigned i = 0; i < n->listener_count; i++)
        if (is_at(&n->listeners[i].at, a))
            return true;
    return false;
}

static bool external_is_at(const struct topology_external *e,
                           const struct addr *a)
{
    for (unsigned i = 0; i < e->sip_count; i++)
        if (is_at(&e->sip[i], a))
            return true;
    return e->diameter && is_at(e->diameter, a);
}

static const char *external_at(const struct topology *t, const struct addr *a)
{
    for (unsigned i = 0; i < t->external_count; i++)
        if (external_is_at(&t->externals[i], a))
            return t->externals[i].name;
    return NULL;
}

unsigned parties_at(struct parties *p, const struct addr *a)
{
    char text[ADDR_TEXT_MAX];
    const char *external;
    struct party *it;

    for (unsigned i = 0; i < p->count; i++)
        if (p->list[i].node ? listens_at(p->list[i].node, a)
                            : addr_eq(&p->list[i].addr, a))
            return i;
    external = external_at(p->site->topology, a);
    it = add(p, external ? external : addr_text(a, text));
    it->addr = *a;
    it->named = external;
    return p->count - 1;
}

static bool has_address(const struct topology_node *n, const struct addr *a)
{
    for (unsigned i = 0; i < n->listener_count; i++)
        if (addr_eq_ip(&n->listeners[i].at.addr, a))
            return true;
    return false;
}

/* Who connects has a port of the moment. A phone may share a node's address,
 * but none speaks Diameter: there the address tells, if one node has it. */
static int node_with_address(const struct site *s, const struct addr *a)
{
    unsigned found = 0, at = 0;

    for (unsigned i = 0; i < s->node_count; i++)
        if (has_address(s->nodes[i].node, a)) {
            at = i;
            found++;
        }
    return found == 1 && !external_at(s->topology, a) ? (int)at : -1;
}

int parties_node_of(const struct site *s, const struct entry *e)
{
    if (e->other)
        return (int)e->other->node;
    for (unsigned i = 0; i < s->node_count; i++)
        if (listens_at(s->nodes[i].node, &e->remote))
            return (int)i;
    return e->proto == RECORD_DIAMETER ? node_with_address(s, &e->remote) : -1;
}

static unsigned far_of(struct parties *p, const struct entry *e)
{
    int node = parties_node_of(p->site, e);

    return node < 0 ? parties_at(p, &e->remote) : (unsigned)node;
}

/* ---- names of users ------------------------------------------------------ */

static bool is_taken(const struct parties *p, const char *name)
{
    for (unsigned i = 0; i < p->count; i++)
        if (strcmp(p->list[i].name, name) == 0)
            return true;
    return false;
}

/* A second phone of the same user has its port behind the name. */
static void set_name(struct parties *p, struct party *it, struct slice user)
{
    char name[PARTY_NAME_MAX];

    snprintf(name, sizeof name, "%.*s", SLICE_ARG(slice_first(user, 40)));
    if (is_taken(p, name))
        snprintf(name, sizeof name, "%.*s:%u", SLICE_ARG(slice_first(user, 40)),
                 it->addr.port);
    memcpy(it->name, name, sizeof name);
    it->named = true;
}

static void learn(struct parties *p, unsigned party, const struct entry *e,
                  enum sip_header_id header)
{
    const struct sip_limits limits = {0};
    struct sip_message *m = NULL;
    struct sip_name_addr addr;
    struct sip_uri uri;
    struct why why;

    if (p->list[party].node || p->list[party].named || e->proto != RECORD_SIP)
        return;
    if (sip_message_parse(e->bytes, &limits, &m, &why) == IMS_OK &&
        m->is_request &&
        sip_name_addr_uri(sip_header_value(m, header), &addr, &uri, &why) ==
            IMS_OK &&
        uri.user.n > 0)
        set_name(p, &p->list[party], uri.user);
    if (m)
        sip_message_drop(m);
}

void parties_of(struct parties *p, const struct entry *e, unsigned *from,
                unsigned *to)
{
    bool sent = entry_is_sent(e);
    unsigned far = far_of(p, e);

    *from = sent ? e->node : far;
    *to = sent ? far : e->node;
    learn(p, far, e, sent ? SIP_HDR_TO : SIP_HDR_FROM);
}
