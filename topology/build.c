/* SPDX-License-Identifier: MIT */
#include "topology/build.h"
#include "topology/fields.h"
#include <assert.h>

/* The input is bounded, so the arena needs no limit and never refuses. */
static void *take(struct topology *t, size_t count, size_t size)
{
    void *p = arena_zalloc(&t->arena, count * size + 1);

    assert(p);
    return p;
}

static const char *keep(struct topology *t, const char *text)
{
    size_t n = strlen(text) + 1;

    return memcpy(take(t, n, 1), text, n);
}

static const char *join(struct topology *t, const char *a, const char *sep,
                        const char *b)
{
    struct slice s = arena_printf(&t->arena, "%s%s%s%c", a, sep, b, 0);

    assert(s.p);
    return s.p;
}

const char *path_dir(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct slice dir = S(".");

    if (slash)
        dir = slash == path ? S("/") : slice_between(path, slash);
    dir = arena_printf(arena, "%.*s%c", SLICE_ARG(dir), 0);
    assert(dir.p);
    return dir.p;
}

const char *path_in(struct arena *arena, const char *dir, const char *path)
{
    struct slice s = path[0] == '/'
                         ? arena_printf(arena, "%s%c", path, 0)
                         : arena_printf(arena, "%s/%s%c", dir, path, 0);

    assert(s.p);
    return s.p;
}

/* ---- hosts --------------------------------------------------------------- */

bool host_is_wildcard(const char *host)
{
    const struct addr none = {0};
    struct addr a;

    return addr_parse_ip(slice_of(host), &a) &&
           memcmp(a.ip, none.ip, sizeof a.ip) == 0;
}

bool host_is_loopback(const char *host)
{
    struct addr a, v6;

    if (!addr_parse_ip(slice_of(host), &a))
        return false;
    return a.family == 4 ? a.ip[0] == 127
                         : addr_parse_ip(S("::1"), &v6) && addr_eq_ip(&a, &v6);
}

const char *file_place_host(const struct file_node *n,
                            enum topology_trust trust,
                            const struct file_place *p)
{
    if (p->host)
        return p->host;
    if (trust == TOPOLOGY_ADMIN && !host_is_loopback(n->host.text))
        return "127.0.0.1";
    return n->host.text;
}

static const char *print_host(struct topology *t, const char *host,
                              bool bracketed)
{
    char text[ADDR_TEXT_MAX];
    struct buf b;
    struct addr a;

    if (!addr_parse_ip(slice_of(host), &a))
        return keep(t, host);
    buf_over(&b, text, sizeof text - 1);
    addr_print_ip(&a, bracketed, &b);
    text[b.n] = '\0';
    return keep(t, text);
}

static struct topology_place place_at(struct topology *t, const char *host,
                                      enum transport transport, uint16_t port)
{
    struct topology_place p = {.host = print_host(t, host, false)};

    addr_parse_ip(slice_of(host), &p.addr);
    p.addr.transport = (uint8_t)transport;
    p.addr.port = port;
    return p;
}

/* ---- listeners ----------------------------------------------------------- */

/* Others find a node by its fqdn at mw; phones and application servers have no
 * table of names, so they are told the address. */
static void set_advertised(struct topology *t, const struct topology_node *n,
                           const struct file_listener *from,
                           struct topology_listener *to)
{
    if (from->advertise.host)
        to->advertise_host = print_host(t, from->advertise.host, true);
    else if (to->trust == TOPOLOGY_MW)
        to->advertise_host = n->fqdn;
    else
        to->advertise_host = print_host(t, to->at.host, true);
    to->advertise_port =
        from->advertise.port ? from->advertise.port : to->at.addr.port;
}

static void build_listeners(const struct file_node *f, struct topology *t,
                            struct topology_node *n)
{
    struct topology_listener *to;
    unsigned count = 0;

    for (unsigned i = 0; i < TOPOLOGY_TRUSTS; i++)
        count += f->listeners[i].listen.count;
    n->listeners = to = take(t, count, sizeof *to);
    n->listener_count = count;
    for (unsigned i = 0; i < TOPOLOGY_TRUSTS; i++) {
        const struct file_listener *from = &f->listeners[i];
        const struct file_place *place = from->listen.items;

        for (unsigned k = 0; k < from->listen.count; k++, to++, place++) {
            to->trust = (enum topology_trust)i;
            to->at = place_at(t, file_place_host(f, to->trust, place),
                              place->transport, place->port);
            set_advertised(t, n, from, to);
            to->timers = from->timers;
            fields_inherit(&topology_sip_timers_table, &to->timers,
                           &n->timers.sip);
        }
    }
}

/* ---- nodes and networks -------------------------------------------------- */

static void inherit(const struct file *f, const struct file_node *from,
                    struct topology_node *n)
{
    n->timers = from->timers;
    n->limits = from->limits;
    n->registration = from->registration;
    fields_inherit(&topology_timers_table, &n->timers, &f->timers);
    fields_inherit(&topology_timers_table, &n->timers, NULL);
    fields_inherit(&topology_limits_table, &n->limits, &f->limits);
    fields_inherit(&topology_limits_table, &n->limits, NULL);
    fields_inherit(&topology_registration_table, &n->registration,
                   &f->registration);
    fields_inherit(&topology_registration_table, &n->registration, NULL);
    n->log = LOG_INFO;
    if (from->log.given || f->log.given)
        n->log = from->log.given ? from->log.value : f->log.value;
}

static void build_capabilities(const struct file_node *f, struct topology *t,
                               struct topology_node *n)
{
    const uint64_t *from = f->capabilities.items;
    uint32_t *to = take(t, f->capabilities.count, sizeof *to);

    n->capabilities = to;
    n->capability_count = f->capabilities.count;
    for (unsigned i = 0; i < n->capability_count; i++)
        to[i] = (uint32_t)from[i];
}

static const char *store_of(const struct file_node *f, struct topology *t)
{
    if (f->role.value != TOPOLOGY_HSS)
        return "";
    if (f->store.text && slice_starts(slice_of(f->store.text), S("memory:")))
        return keep(t, f->store.text); /* no file: hss/store.h */
    return path_in(&t->arena, t->dir,
                   f->store.text ? f->store.text
                                 : join(t, f->name.text, "", ".db"));
}

static void build_node(const struct file *f, const struct file_node *from,
                       struct topology *t, struct topology_node *n)
{
    n->name = keep(t, from->name.text);
    n->fqdn = join(t, n->name, ".", n->network->domain);
    n->host = print_host(t, from->host.text, false);
    n->role = (enum topology_role)from->role.value;
    n->store = store_of(from, t);
    n->seeded = from->seed != 0;
    n->seed = from->seed;
    n->aka_without_ipsec =
        from->listeners[TOPOLOGY_GM].aka_without_ipsec != FILE_FLAG_FALSE;
    n->reg_event = from->reg_event == FILE_FLAG_TRUE;
    inherit(f, from, n);
    build_listeners(from, t, n);
    build_capabilities(from, t, n);
}

static const char *const *keep_texts(struct topology *t,
                                     const struct file_list *list, bool paths)
{
    const struct file_text *from = list->items;
    const char **to = take(t, list->count, sizeof *to);

    for (unsigned i = 0; i < list->count; i++)
        to[i] = paths ? path_in(&t->arena, t->dir, from[i].text)
                      : keep(t, from[i].text);
    return to;
}

static void build_network(const struct file *f, const struct file_network *from,
                          struct topology *t, struct topology_network *to)
{
    const struct file_node *node = from->nodes.items;
    struct topology_node *nodes = take(t, from->nodes.count, sizeof *nodes);

    to->domain = keep(t, from->domain.text);
    to->visited_id =
        from->visited_id.text ? keep(t, from->visited_id.text) : to->domain;
    to->visited_any = from->visited.at.line == 0;
    to->visited = keep_texts(t, &from->visited, false);
    to->visited_count = from->visited.count;
    to->imports = keep_texts(t, &from->subscribers.import, true);
    to->import_count = from->subscribers.import.count;
    to->nodes = nodes;
    to->node_count = from->nodes.count;
    for (unsigned i = 0; i < to->node_count; i++) {
        nodes[i].network = to;
        build_node(f, &node[i], t, &nodes[i]);
    }
}

/* ---- what surrounds them ------------------------------------------------- */

static const struct topology_place *
build_places(struct topology *t, const struct file_list *list, const char *host)
{
    const struct file_place *from = list->items;
    struct topology_place *to = take(t, list->count, sizeof *to);

    for (unsigned i = 0; i < list->count; i++)
        to[i] = place_at(t, from[i].host ? from[i].host : host,
                         from[i].transport, from[i].port);
    return to;
}

static void build_external(const struct file_external *from, struct topology *t,
                           struct topology_external *to)
{
    const struct file_text *domain = from->domains.items;

    to->name = keep(t, from->name.text);
    to->identity =
        from->identity.text ? keep(t, from->identity.text) : to->name;
    to->host = print_host(t, from->host.text, false);
    to->role = from->role.given ? (enum topology_role)from->role.value
                                : TOPOLOGY_OTHER;
    to->trust = (enum topology_trust)from->trust.value;
    to->sip = build_places(t, &from->sip, to->host);
    to->sip_count = from->sip.count;
    if (from->diameter.count > 0)
        to->diameter = build_places(t, &from->diameter, to->host);
    to->domains = keep_texts(t, &from->domains, false);
    to->domain_count = from->domains.count;
    to->realm = "";
    if (from->realm.text)
        to->realm = keep(t, from->realm.text);
    else if (to->diameter && domain)
        to->realm = keep(t, domain->text);
}

static void build_dns(const struct file *f, struct topology *t)
{
    const struct file_server *from = f->dns.servers.items;
    struct addr *to = take(t, f->dns.servers.count, sizeof *to);
    struct file_dns figures = f->dns;

    t->dns.servers = to;
    t->dns.server_count = f->dns.servers.count;
    for (unsigned i = 0; i < t->dns.server_count; i++) {
        addr_parse_ip(slice_of(from[i].host), &to[i]);
        to[i].port = from[i].port ? from[i].port : 53;
    }
    fields_inherit(&topology_dns_table, &figures, NULL);
    t->dns.timeout = figures.timeout;
    t->dns.keep = figures.keep;
    t->dns.tries = (unsigned)figures.tries;
}

static void build_access(const struct file *f, struct topology *t)
{
    const struct file_access *from = &f->access;

    if (from->tokens.text)
        t->access.tokens = path_in(&t->arena, t->dir, from->tokens.text);
    t->access.loopback_open = from->loopback.value == 0;
    t->access.names = keep_texts(t, &from->names, false);
    t->access.name_count = from->names.count;
}

static void build_dashboard(const struct file *f, struct topology *t)
{
    struct topology_network *network = take(t, 1, sizeof *network);
    struct topology_node *n = take(t, 1, sizeof *n);
    struct file_node from = f->dashboard;

    if (!from.at.line)
        return;
    fields_inherit(&topology_dashboard_limits_table, &from.limits, &f->limits);
    fields_inherit(&topology_dashboard_limits_table, &from.limits, NULL);
    *network = (struct topology_network){
        .domain = "", .visited_id = "", .nodes = n, .node_count = 1};
    n->network = network;
    build_node(f, &from, t, n);
    n->fqdn = n->name;
    t->dashboard = n;
}

static void build_hep(const struct file *f, struct topology *t)
{
    struct topology_place *to;

    if (!f->hep.port)
        return;
    t->hep = to = take(t, 1, sizeof *to);
    *to = place_at(t, f->hep.host, f->hep.transport, f->hep.port);
}

static const char *name_of_file(struct topology *t)
{
    struct slice s = slice_of(t->path);
    ssize_t at = slice_rindex(s, '/');

    s = slice_from(s, (size_t)(at + 1));
    at = slice_rindex(s, '.');
    if (at > 0)
        s = slice_first(s, (size_t)at);
    return arena_printf(&t->arena, "%.*s%c", SLICE_ARG(s), 0).p;
}

void topology_build(const struct file *f, struct topology *t)
{
    const struct file_network *network = f->networks.items;
    const struct file_external *external = f->external.items;
    struct topology_network *networks;
    struct topology_external *externals;

    t->name = f->name.text ? keep(t, f->name.text) : name_of_file(t);
    t->networks = networks = take(t, f->networks.count, sizeof *networks);
    t->network_count = f->networks.count;
    for (unsigned i = 0; i < t->network_count; i++)
        build_network(f, &network[i], t, &networks[i]);
    t->externals = externals = take(t, f->external.count, sizeof *externals);
    t->external_count = f->external.count;
    for (unsigned i = 0; i < t->external_count; i++)
        build_external(&external[i], t, &externals[i]);
    build_dns(f, t);
    build_hep(f, t);
    build_access(f, t);
    build_dashboard(f, t);
    topology_build_peers(f, t, networks);
}
