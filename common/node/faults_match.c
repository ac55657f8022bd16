/* SPDX-License-Identifier: MIT */
#include "node/faults_match.h"
#include "base/mem.h"

enum {
    PLACES_MAX = 256,
    LOOK_UP_US = 10 * SECOND, /* a container may get another address */
};

/* Somewhere a party listens. */
struct faults_place {
    const char *identity; /* what it calls itself: "hss1.ims.example" */
    const char *host;
    struct addr addr;        /* family 0: the name is not resolved yet */
    const struct env *env;   /* of a host that is a name */
    struct dns_query *query; /* under way */
    enum dns_type type;      /* of the query */
};

/* ---- who the other side is ----------------------------------------------- */

static void add_place(struct faults_match *m, const char *identity,
                      const struct topology_place *at)
{
    if (m->place_count == PLACES_MAX)
        return;
    m->places[m->place_count++] = (struct faults_place){
        .identity = identity, .host = at->host, .addr = at->addr};
}

static void add_node(struct faults_match *m, const struct topology_node *n)
{
    for (unsigned i = 0; i < n->listener_count; i++)
        if (n->listeners[i].trust != TOPOLOGY_ADMIN)
            add_place(m, n->fqdn, &n->listeners[i].at);
}

static void add_external(struct faults_match *m,
                         const struct topology_external *e)
{
    for (unsigned i = 0; i < e->sip_count; i++)
        add_place(m, e->identity, &e->sip[i]);
    if (e->diameter)
        add_place(m, e->identity, e->diameter);
}

static bool is_named(const char *peer, const char *name,
                     enum topology_role role)
{
    struct slice wanted = slice_of(peer);

    return slice_eq_nocase(wanted, slice_of(name)) ||
           slice_eq_nocase(wanted, slice_of(topology_role_name(role)));
}

static void add_parties(struct faults_match *m, const struct topology *t)
{
    const char *peer = m->rule->peer;

    for (unsigned i = 0; i < t->network_count; i++)
        for (unsigned k = 0; k < t->networks[i].node_count; k++) {
            const struct topology_node *n = &t->networks[i].nodes[k];

            if (is_named(peer, n->name, n->role))
                add_node(m, n);
        }
    for (unsigned i = 0; i < t->external_count; i++)
        if (is_named(peer, t->externals[i].name, t->externals[i].role))
            add_external(m, &t->externals[i]);
}

/* "192.0.2.1", "[2001:db8::1]:5060" */
static bool read_address(struct slice text, struct addr *out)
{
    ssize_t colon = slice_rindex(text, ':');
    uint64_t port;

    if (addr_parse_ip(text, out))
        return true;
    if (colon < 0 ||
        !slice_u64(slice_from(text, (size_t)colon + 1), 65535, &port) ||
        !addr_parse_ip(slice_first(text, (size_t)colon), out))
        return false;
    out->port = (uint16_t)port;
    return true;
}

/* ---- hosts that are names ------------------------------------------------ */

static void look_up(struct faults_place *p, enum dns_type type);

static void on_address(void *ctx, enum ims_err err,
                       const struct dns_record *records, size_t count)
{
    struct faults_place *p = ctx;
    uint16_t port = p->addr.port;
    uint8_t transport = p->addr.transport;

    p->query = NULL;
    if (err == IMS_OK && count > 0) {
        p->addr = records[0].addr;
        p->addr.port = port;
        p->addr.transport = transport;
    } else if (p->type == DNS_A) {
        look_up(p, DNS_AAAA);
    }
}

static void look_up(struct faults_place *p, enum dns_type type)
{
    p->type = type;
    p->query = dns_ask(p->env->net, slice_of(p->host), type, on_address, p);
}

static void look_up_all(void *ctx)
{
    struct faults_match *m = ctx;
    bool any = false;

    for (unsigned i = 0; i < m->place_count; i++) {
        struct faults_place *p = &m->places[i];

        if (!p->env && p->addr.family)
            continue;
        p->env = m->env;
        any = true;
        if (!p->query)
            look_up(p, DNS_A);
    }
    if (any)
        timer_start(m->env->timers, &m->again, LOOK_UP_US, look_up_all, m);
}

/* ---- life ---------------------------------------------------------------- */

static void read_result(struct faults_match *m)
{
    struct slice text = slice_of(m->rule->result);
    uint64_t number;

    if (slice_u64(text, 99999, &number)) {
        m->result_low = m->result_high = (unsigned)number;
    } else if (text.n == 3) {
        m->result_low = (unsigned)(text.p[0] - '0') * 100;
        m->result_high = m->result_low + 99;
    }
}

void faults_match_init(struct faults_match *m, const struct env *env,
                       const struct topology *t,
                       const struct topology_fault *rule)
{
    struct slice peer = slice_of(rule->peer);

    *m = (struct faults_match){.env = env, .rule = rule};
    read_result(m);
    if (peer.n == 0)
        return;
    m->phones = slice_eq_nocase(peer, S("ue"));
    if (m->phones || read_address(peer, &m->address))
        return;
    m->places = mem_zalloc(PLACES_MAX * sizeof *m->places);
    add_parties(m, t);
    look_up_all(m);
}

void faults_match_fini(struct faults_match *m)
{
    timer_stop(m->env->timers, &m->again);
    for (unsigned i = 0; i < m->place_count; i++)
        if (m->places[i].query)
            dns_cancel(m->places[i].query);
    free(m->places);
}

/* ---- does it match? ------------------------------------------------------ */

static bool is_at(const struct faults_place *p, const struct fault_message *msg)
{
    return slice_eq_nocase(slice_of(p->identity), msg->peer) ||
           slice_eq_nocase(slice_of(p->host), msg->peer) ||
           (p->addr.port == msg->remote.port &&
            addr_eq_ip(&p->addr, &msg->remote));
}

static bool is_peer(const struct faults_match *m,
                    const struct fault_message *msg)
{
    if (!*m->rule->peer)
        return true;
    if (m->phones)
        return msg->from_phone;
    if (m->address.family)
        return addr_eq_ip(&m->address, &msg->remote) &&
               (!m->address.port || m->address.port == msg->remote.port);
    for (unsigned i = 0; i < m->place_count && !msg->from_phone; i++)
        if (is_at(&m->places[i], msg))
            return true;
    return false;
}

/* "UAR" and "UAA" are the requests and the answers of the command "UA". */
static bool is_command(struct slice wanted, const struct fault_message *msg)
{
    char kind = msg->is_request ? 'r' : 'a';

    if (slice_eq_nocase(wanted, msg->method))
        return true;
    return wanted.n == msg->method.n + 1 &&
           slice_starts_nocase(wanted, msg->method) &&
           (wanted.p[wanted.n - 1] | 0x20) == kind;
}

static bool is_method(const struct topology_fault *rule,
                      const struct fault_message *msg)
{
    struct slice wanted = slice_of(rule->method);

    if (wanted.n == 0)
        return true;
    if (msg->method.n == 0)
        return false;
    return msg->proto == RECORD_DIAMETER ? is_command(wanted, msg)
                                         : slice_eq_nocase(wanted, msg->method);
}

static bool is_protocol(enum topology_fault_protocol p,
                        const struct fault_message *msg)
{
    return p == FAULT_ANY_PROTOCOL ||
           (p == FAULT_DIAMETER) == (msg->proto == RECORD_DIAMETER);
}

bool faults_matches(const struct faults_match *m,
                    const struct fault_message *msg)
{
    const struct topology_fault *r = m->rule;

    if (r->direction == (msg->out ? FAULT_IN : FAULT_OUT) ||
        !is_protocol(r->protocol, msg) ||
        r->messages == (msg->is_request ? FAULT_ANSWERS : FAULT_REQUESTS) ||
        !is_method(r, msg))
        return false;
    if (m->result_low && (msg->is_request || msg->result < m->result_low ||
                          msg->result > m->result_high))
        return false;
    return is_peer(m, msg) &&
           (!*r->text || slice_find(msg->bytes, slice_of(r->text)) >= 0);
}
