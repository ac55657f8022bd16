/* SPDX-License-Identifier: MIT */
#include "topology/check.h"
#include "base/map.h"
#include "topology/build.h"
#include "topology/fields.h"
#include <assert.h>
#include <errno.h>
#include <strings.h>
#include <unistd.h>

/* A name or an address, and where it stood first. */
struct seen {
    struct map_node node;
    struct mark at;
    const char *host; /* of addresses */
};

struct check {
    const struct file *f;
    const char *dir;
    struct arena *arena;
    struct report *report;
    struct map names, domains, stores;
    struct map ports; /* several hosts may stand under one key */
};

static struct seen *remember(struct check *c, struct map *m, struct slice key,
                             struct mark at)
{
    struct seen *s = arena_zalloc(c->arena, sizeof *s);

    assert(s);
    s->at = at;
    map_add(m, &s->node, key);
    return s;
}

/* Names are the same in any case. */
static struct slice fold(struct check *c, const char *text)
{
    struct slice s = slice_of(text);
    char *p = arena_alloc(c->arena, s.n + 1);

    assert(p);
    for (size_t i = 0; i < s.n; i++)
        p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] | 0x20) : s.p[i];
    return slice_at(p, s.n);
}

static void check_unique(struct check *c, struct map *m, const char *what,
                         const struct file_text *name, struct slice key)
{
    struct map_node *before = map_find(m, key);

    if (before)
        report_error(c->report, name->at,
                     "%s \"%s\" taken already, in line %u; expected another "
                     "one",
                     what, name->text,
                     container_of(before, struct seen, node)->at.line);
    else
        remember(c, m, key, name->at);
}

static void check_name(struct check *c, struct map *m, const char *what,
                       const struct file_text *name)
{
    if (name->text)
        check_unique(c, m, what, name, fold(c, name->text));
}

/* ---- a node by itself ---------------------------------------------------- */

/* By role: the listeners it must have, and may have, as bits. */
static const struct {
    unsigned must, may;
} role_listeners[] = {
    [TOPOLOGY_PCSCF] = {1u << TOPOLOGY_GM | 1u << TOPOLOGY_MW, 0},
    [TOPOLOGY_ICSCF] = {1u << TOPOLOGY_MW, 0},
    [TOPOLOGY_SCSCF] = {1u << TOPOLOGY_MW, 1u << TOPOLOGY_ISC},
    [TOPOLOGY_HSS] = {1u << TOPOLOGY_DIAMETER, 0},
};

static struct mark mark_of(const struct file_listener *l)
{
    return l->at.line ? l->at : l->listen.at;
}

static void check_listeners(struct check *c, const struct file_node *n)
{
    const char *role = topology_role_name((enum topology_role)n->role.value);

    for (unsigned i = 0; i < TOPOLOGY_ADMIN; i++) {
        const struct file_listener *l = &n->listeners[i];
        const char *name = topology_trust_name((enum topology_trust)i);
        unsigned must = role_listeners[n->role.value].must;
        unsigned may = role_listeners[n->role.value].may | must;

        if (mark_of(l).line && !(may & 1u << i))
            report_error(c->report, mark_of(l),
                         "%s at a node of role %s; expected no such listener",
                         name, role);
        else if (!mark_of(l).line && must & 1u << i)
            report_error(c->report, n->at,
                         "a node of role %s without %s; expected %s: where it "
                         "listens",
                         role, name, name);
    }
}

static void check_key(struct check *c, const struct file_node *n, bool given,
                      struct mark at, const char *key)
{
    if (given)
        report_error(c->report, at,
                     "%s at a node of role %s; expected no such key", key,
                     topology_role_name((enum topology_role)n->role.value));
}

static bool is_any_given(const struct table *t, const void *values)
{
    for (const struct field *f = t->fields; f->key; f++)
        if (*(const int64_t *)((const char *)values + f->at) != 0)
            return true;
    return false;
}

static void check_keys(struct check *c, const struct file_node *n)
{
    bool is_hss = n->role.value == TOPOLOGY_HSS;
    bool is_scscf = n->role.value == TOPOLOGY_SCSCF;
    bool is_pcscf = n->role.value == TOPOLOGY_PCSCF;
    bool is_client = is_scscf || n->role.value == TOPOLOGY_ICSCF;

    check_key(c, n, !is_scscf && n->capabilities.at.line, n->capabilities.at,
              "capabilities");
    check_key(c, n, !is_client && n->hss.at.line, n->hss.at, "hss");
    check_key(c, n, !is_hss && n->store.text, n->store.at, "store");
    check_key(c, n, !is_pcscf && n->reg_event != FILE_FLAG_NONE, n->at,
              "reg_event");
    check_key(c, n,
              !is_scscf &&
                  is_any_given(&topology_registration_table, &n->registration),
              n->at, "registration");
}

/* ---- addresses ----------------------------------------------------------- */

static bool is_same_host(const char *a, const char *b)
{
    struct addr x, y;

    if (!addr_parse_ip(slice_of(a), &x) || !addr_parse_ip(slice_of(b), &y))
        return strcasecmp(a, b) == 0;
    return x.family == y.family &&
           (addr_eq_ip(&x, &y) || host_is_wildcard(a) || host_is_wildcard(b));
}

/* Loopback addresses of all nodes are of one machine; else a node's host
 * stands for a machine of its own, where 127.0.0.1 is its own too. */
static struct slice port_key(struct check *c, const struct file_node *n,
                             const struct file_place *p)
{
    bool loopback = host_is_loopback(n->host.text);
    const char *machine = loopback ? "loopback" : n->host.text;
    struct slice key = arena_printf(c->arena, "%s %s %u", machine,
                                    transport_name(p->transport), p->port);

    assert(key.p);
    return key;
}

static void check_place(struct check *c, const struct file_node *n,
                        const char *host, const struct file_place *p)
{
    struct slice key = port_key(c, n, p);

    for (struct map_node *at = map_find(&c->ports, key); at;
         at = map_again(&c->ports, at)) {
        const struct seen *s = container_of(at, struct seen, node);

        if (is_same_host(s->host, host)) {
            report_error(c->report, p->at,
                         "%s:%s:%u taken already, in line %u; expected another "
                         "address or port",
                         transport_name(p->transport), host, p->port,
                         s->at.line);
            return;
        }
    }
    remember(c, &c->ports, key, p->at)->host = host;
}

static void check_places(struct check *c, const struct file_node *n)
{
    for (unsigned i = 0; n->host.text && i < TOPOLOGY_TRUSTS; i++) {
        const struct file_listener *l = &n->listeners[i];
        const struct file_place *p = l->listen.items;
        enum topology_trust trust = (enum topology_trust)i;

        for (unsigned k = 0; k < l->listen.count; k++) {
            const char *host = file_place_host(n, trust, &p[k]);

            check_place(c, n, host, &p[k]);
            if (i <= TOPOLOGY_ISC && host_is_wildcard(host) &&
                !l->advertise.host)
                report_error(c->report, p[k].at,
                             "%s: %s:%u without advertise; expected advertise: "
                             "the address at which others reach it",
                             topology_trust_name(trust), host, p[k].port);
        }
    }
}

/* ---- figures that belong together ---------------------------------------- */

static void check_order(struct check *c, struct mark at,
                        const struct topology_registration *r)
{
    if (r->min_expires > r->default_expires ||
        r->default_expires > r->max_expires)
        report_error(c->report, at,
                     "registration: %llus, %llus, %llus; expected min_expires "
                     "<= default_expires <= max_expires",
                     (unsigned long long)r->min_expires,
                     (unsigned long long)r->default_expires,
                     (unsigned long long)r->max_expires);
}

static void check_timers(struct check *c, struct mark at,
                         const struct topology_sip_timers *t)
{
    if (t->t1 > t->t2)
        report_error(c->report, at,
                     "timers: t1 %lldms, t2 %lldms; expected t1 <= t2",
                     (long long)(t->t1 / MSEC), (long long)(t->t2 / MSEC));
}

static void check_node_figures(struct check *c, const struct file_node *n)
{
    struct topology_registration r = n->registration;
    struct topology_timers t = n->timers;

    fields_inherit(&topology_registration_table, &r, &c->f->registration);
    fields_inherit(&topology_registration_table, &r, NULL);
    fields_inherit(&topology_timers_table, &t, &c->f->timers);
    fields_inherit(&topology_timers_table, &t, NULL);
    if (is_any_given(&topology_registration_table, &n->registration))
        check_order(c, n->at, &r);
    if (is_any_given(&topology_timers_table, &n->timers))
        check_timers(c, n->at, &t.sip);
    for (unsigned i = 0; i < TOPOLOGY_DIAMETER; i++) {
        struct topology_sip_timers own = n->listeners[i].timers;

        if (!is_any_given(&topology_sip_timers_table, &own))
            continue;
        fields_inherit(&topology_sip_timers_table, &own, &t.sip);
        check_timers(c, n->listeners[i].at, &own);
    }
}

static void check_figures(struct check *c)
{
    struct topology_registration r = c->f->registration;
    struct topology_timers t = c->f->timers;

    fields_inherit(&topology_registration_table, &r, NULL);
    fields_inherit(&topology_timers_table, &t, NULL);
    check_order(c, c->f->at, &r);
    check_timers(c, c->f->at, &t.sip);
}

/* ---- links --------------------------------------------------------------- */

static bool names_node(struct slice name, const char *node, const char *domain)
{
    struct slice rest = slice_from(name, strlen(node));

    if (!slice_starts_nocase(name, slice_of(node)))
        return false;
    return rest.n == 0 ||
           (domain && rest.p[0] == '.' &&
            slice_eq_nocase(slice_from(rest, 1), slice_of(domain)));
}

static bool has_hss_named(const struct file_network *network, struct slice name)
{
    const struct file_node *n = network->nodes.items;

    for (unsigned i = 0; i < network->nodes.count; i++)
        if (n[i].role.given && n[i].role.value == TOPOLOGY_HSS &&
            n[i].name.text &&
            names_node(name, n[i].name.text, network->domain.text))
            return true;
    return false;
}

static bool is_external_named(const struct file_external *e, struct slice name)
{
    return (e->name.text && slice_eq_nocase(slice_of(e->name.text), name)) ||
           (e->identity.text &&
            slice_eq_nocase(slice_of(e->identity.text), name));
}

static bool has_diameter_named(const struct check *c, struct slice name)
{
    const struct file_network *network = c->f->networks.items;
    const struct file_external *e = c->f->external.items;

    for (unsigned i = 0; i < c->f->networks.count; i++)
        if (has_hss_named(&network[i], name))
            return true;
    for (unsigned i = 0; i < c->f->external.count; i++)
        if (is_external_named(&e[i], name) && e[i].diameter.count > 0)
            return true;
    return false;
}

static void check_links(struct check *c, const struct file_node *n)
{
    const struct file_text *name = n->hss.items;

    for (unsigned i = 0; i < n->hss.count; i++)
        if (!has_diameter_named(c, slice_of(name[i].text)))
            report_error(c->report, name[i].at,
                         "hss: \"%s\" is no HSS here; expected the name of an "
                         "HSS or of an external node with diameter",
                         name[i].text);
}

static void check_imports(struct check *c, const struct file_network *n)
{
    const struct file_text *path = n->subscribers.import.items;

    for (unsigned i = 0; i < n->subscribers.import.count; i++)
        if (access(path_in(c->arena, c->dir, path[i].text), R_OK) != 0)
            report_error(c->report, path[i].at,
                         "import: \"%s\": %s; expected a file that can be "
                         "read",
                         path[i].text, strerror(errno));
}

/* ---- networks ------------------------------------------------------------ */

static bool has_external(const struct check *c, enum topology_role role,
                         const char *domain)
{
    const struct file_external *e = c->f->external.items;

    for (unsigned i = 0; domain && i < c->f->external.count; i++) {
        const struct file_text *d = e[i].domains.items;

        for (unsigned k = 0; k < e[i].domains.count; k++)
            if (e[i].role.value == role && strcasecmp(d[k].text, domain) == 0)
                return true;
    }
    return false;
}

/* Bits of the roles of a network's own nodes; all of them when that cannot be
 * known. */
static unsigned own_roles(const struct file_network *n)
{
    const struct file_node *node = n->nodes.items;
    unsigned roles = 0;

    for (unsigned i = 0; i < n->nodes.count; i++) {
        if (!node[i].role.given)
            return ~0u;
        roles |= 1u << node[i].role.value;
        if (node[i].hss.count > 0)
            roles |= 1u << TOPOLOGY_HSS;
    }
    return roles;
}

/* The same, external ones included. */
static unsigned roles_of(const struct check *c, const struct file_network *n)
{
    unsigned roles = own_roles(n);

    for (unsigned r = TOPOLOGY_PCSCF; r <= TOPOLOGY_HSS; r++)
        if (has_external(c, (enum topology_role)r, n->domain.text))
            roles |= 1u << r;
    return roles;
}

/* An I-CSCF of others knows S-CSCFs and an HSS by itself. */
static void check_roles(struct check *c, const struct file_network *n)
{
    unsigned own = own_roles(n), roles = roles_of(c, n);
    bool icscf = own & 1u << TOPOLOGY_ICSCF;
    bool scscf = own & 1u << TOPOLOGY_SCSCF;
    bool hss = roles & 1u << TOPOLOGY_HSS;

    if (scscf && !(roles & 1u << TOPOLOGY_ICSCF))
        report_error(c->report, n->at,
                     "an S-CSCF but no I-CSCF; expected a node of role icscf "
                     "in the network");
    if (icscf && !(roles & 1u << TOPOLOGY_SCSCF))
        report_error(c->report, n->at,
                     "an I-CSCF but no S-CSCF; expected a node of role scscf "
                     "in the network");
    if ((icscf || scscf) && !hss)
        report_error(c->report, n->at,
                     "CSCFs but no HSS; expected a node of role hss in the "
                     "network");
    if (n->subscribers.at.line && !hss)
        report_error(c->report, n->subscribers.at,
                     "subscribers but no HSS; expected a node of role hss in "
                     "the network");
}

static void check_node(struct check *c, const struct file_node *n)
{
    check_name(c, &c->names, "name", &n->name);
    if (n->role.given) {
        check_listeners(c, n);
        check_keys(c, n);
    }
    if (n->store.text)
        check_unique(c, &c->stores, "store", &n->store,
                     slice_of(n->store.text));
    check_places(c, n);
    check_node_figures(c, n);
    if (n->role.value == TOPOLOGY_ICSCF || n->role.value == TOPOLOGY_SCSCF)
        check_links(c, n);
}

static void check_network(struct check *c, const struct file_network *n)
{
    const struct file_node *node = n->nodes.items;

    check_name(c, &c->domains, "domain", &n->domain);
    for (unsigned i = 0; i < n->nodes.count; i++)
        check_node(c, &node[i]);
    if (n->nodes.count > 0)
        check_roles(c, n);
    check_imports(c, n);
}

static void check_external(struct check *c, const struct file_external *e)
{
    check_name(c, &c->names, "name", &e->name);
    if (!e->sip.at.line && !e->diameter.at.line && !e->realm.text)
        report_error(c->report, e->at,
                     "an external node that speaks nothing; expected sip, "
                     "diameter or realm");
    if (e->role.given && e->role.value == TOPOLOGY_HSS && !e->diameter.at.line)
        report_error(c->report, e->at,
                     "an external HSS without diameter; expected diameter: "
                     "tcp:port");
}

void topology_check(const struct file *f, const char *path, struct arena *arena,
                    struct report *report)
{
    const struct file_network *network = f->networks.items;
    const struct file_external *external = f->external.items;
    struct check c = {.f = f, .arena = arena, .report = report};

    c.dir = path_dir(arena, path);
    map_init(&c.names, 0, 0);
    map_init(&c.domains, 0, 0);
    map_init(&c.stores, 0, 0);
    map_init(&c.ports, 0, 0);
    check_figures(&c);
    for (unsigned i = 0; i < f->networks.count; i++)
        check_network(&c, &network[i]);
    for (unsigned i = 0; i < f->external.count; i++)
        check_external(&c, &external[i]);
    check_name(&c, &c.names, "name", &f->dashboard.name);
    if (f->dashboard.at.line)
        check_places(&c, &f->dashboard);
    map_fini(&c.names);
    map_fini(&c.domains);
    map_fini(&c.stores);
    map_fini(&c.ports);
}
