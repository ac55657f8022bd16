/* SPDX-License-Identifier: MIT */
#include "topology/fields.h"
#include <assert.h>

#define MINUTE (60ll * SECOND)
#define KIB 1024ll
#define MIB (1024 * KIB)

static const char *const node_roles[] = {
    [TOPOLOGY_PCSCF] = "pcscf",
    [TOPOLOGY_ICSCF] = "icscf",
    [TOPOLOGY_SCSCF] = "scscf",
    [TOPOLOGY_HSS] = "hss",
    NULL,
};

static const char *const external_roles[] = {
    [TOPOLOGY_PCSCF] = "pcscf",
    [TOPOLOGY_ICSCF] = "icscf",
    [TOPOLOGY_SCSCF] = "scscf",
    [TOPOLOGY_HSS] = "hss",
    [TOPOLOGY_AS] = "as",
    [TOPOLOGY_OTHER] = "other",
    NULL,
};

static const char *const external_trusts[] = {
    [TOPOLOGY_GM] = "gm",
    [TOPOLOGY_MW] = "mw",
    [TOPOLOGY_ISC] = "isc",
    NULL,
};

static const char *const log_levels[] = {
    [LOG_ERROR] = "error", [LOG_WARN] = "warn",   [LOG_NOTICE] = "notice",
    [LOG_INFO] = "info",   [LOG_DEBUG] = "debug", NULL,
};

/* The SIP timers stand last: the same rows serve struct topology_sip_timers,
 * with which struct topology_timers begins. */
static const struct field timer_fields[] = {
    {"reg_await_auth", FIELD_DURATION,
     .at = offsetof(struct topology_timers, reg_await_auth), .min = 1 * SECOND,
     .max = 60 * MINUTE, .fallback = 4 * MINUTE,
     .help = "How long a challenge to a REGISTER stays open (TS 24.229 7.8)"},
    {"cx_answer", FIELD_DURATION,
     .at = offsetof(struct topology_timers, cx_answer), .min = 50 * MSEC,
     .max = 60 * SECOND, .fallback = 3 * SECOND,
     .help = "How long a node waits for the answer to a Cx request"},
    {"watchdog", FIELD_DURATION,
     .at = offsetof(struct topology_timers, watchdog), .min = 100 * MSEC,
     .max = 10 * MINUTE, .fallback = 30 * SECOND,
     .help = "Silence after which a Diameter peer is asked whether it lives: "
             "Tw of RFC 3539 3.4.1, which asks for 6 s at least"},
    {"reconnect", FIELD_DURATION,
     .at = offsetof(struct topology_timers, reconnect), .min = 10 * MSEC,
     .max = 10 * MINUTE, .fallback = 1 * SECOND,
     .help = "Longest wait before a Diameter peer that cannot be reached is "
             "tried again"},
    {"drain", FIELD_DURATION, .at = offsetof(struct topology_timers, drain),
     .min = 10 * MSEC, .max = 10 * MINUTE, .fallback = 2 * SECOND,
     .help = "How long transactions may finish when a node is told to stop"},
    {"t1", FIELD_DURATION, .at = offsetof(struct topology_timers, sip.t1),
     .min = 10 * MSEC, .max = 60 * SECOND, .fallback = 500 * MSEC,
     .help = "Estimate of the round trip (RFC 3261 17.1.1.1). TS 24.229 table "
             "7.7.1 has 2 s towards phones; 500 ms is this box's deviation"},
    {"t2", FIELD_DURATION, .at = offsetof(struct topology_timers, sip.t2),
     .min = 10 * MSEC, .max = 120 * SECOND, .fallback = 4 * SECOND,
     .help = "Longest retransmission interval; 16 s towards phones in TS "
             "24.229 table 7.7.1"},
    {"t4", FIELD_DURATION, .at = offsetof(struct topology_timers, sip.t4),
     .min = 10 * MSEC, .max = 120 * SECOND, .fallback = 5 * SECOND,
     .help = "Longest life of a message in the network; 17 s towards phones "
             "in TS 24.229 table 7.7.1"},
    {"timer_c", FIELD_DURATION,
     .at = offsetof(struct topology_timers, sip.timer_c), .min = 1 * SECOND,
     .max = 60 * MINUTE, .fallback = 185 * SECOND,
     .help = "How long a proxy lets an INVITE ring; RFC 3261 16.6 asks for "
             "more than 3 min"},
    {0},
};

enum { FIRST_SIP_TIMER = 5 };

static_assert(offsetof(struct topology_timers, sip) == 0,
              "rows of timer_fields serve both structs");

const struct table topology_timers_table = {
    "timers",
    sizeof(struct topology_timers),
    .fields = timer_fields,
};

const struct table topology_sip_timers_table = {
    "timers of a listener",
    sizeof(struct topology_sip_timers),
    .fields = timer_fields + FIRST_SIP_TIMER,
};

static const struct field limit_fields[] = {
    {"message_bytes", FIELD_SIZE,
     .at = offsetof(struct topology_limits, message_bytes), .min = 1300,
     .max = 1 * MIB, .fallback = 65535,
     .help = "Largest SIP message; larger ones are refused with 513"},
    {"datagram_bytes", FIELD_SIZE,
     .at = offsetof(struct topology_limits, datagram_bytes), .min = 500,
     .max = 65535, .fallback = 1300,
     .help = "A SIP request of more bytes goes over TCP; at most 200 less than "
             "the MTU of the path where that is known, else 1300 "
             "(RFC 3261 18.1.1)"},
    {"headers", FIELD_NUMBER, .at = offsetof(struct topology_limits, headers),
     .min = 16, .max = 4096, .fallback = 256,
     .help = "Most header lines of a SIP message"},
    {"contacts", FIELD_NUMBER, .at = offsetof(struct topology_limits, contacts),
     .min = 1, .max = 256, .fallback = 16,
     .help = "Most contacts of one REGISTER; more are refused with 403"},
    {"registrations", FIELD_NUMBER,
     .at = offsetof(struct topology_limits, registrations), .min = 1,
     .max = 10000000, .fallback = 1000000,
     .help = "Most public identities registered at an S-CSCF, and contacts of "
             "phones at a P-CSCF"},
    {"transactions", FIELD_NUMBER,
     .at = offsetof(struct topology_limits, transactions), .min = 1,
     .max = 10000000, .fallback = 1000000,
     .help = "Most SIP transactions at a time; beyond them 503"},
    {"connections", FIELD_NUMBER,
     .at = offsetof(struct topology_limits, connections), .min = 1,
     .max = 1000000, .fallback = 1000,
     .help = "Most SIP connections at a time"},
    {"dialogs", FIELD_NUMBER, .at = offsetof(struct topology_limits, dialogs),
     .min = 1, .max = 10000000, .fallback = 1000000,
     .help =
         "Most dialogs that a node follows at a time; a phone has a tenth of "
         "them at most, or 100"},
    {"branches", FIELD_NUMBER, .at = offsetof(struct topology_limits, branches),
     .min = 1, .max = 256, .fallback = 16,
     .help = "Most branches of one forked request"},
    {"record_bytes", FIELD_SIZE,
     .at = offsetof(struct topology_limits, record_bytes), .min = 64 * KIB,
     .max = 4096 * MIB, .fallback = 16 * MIB,
     .help = "Memory of the record of messages and decisions"},
    {"udp_queue_bytes", FIELD_SIZE,
     .at = offsetof(struct topology_limits, udp_queue_bytes), .min = 64 * KIB,
     .max = 1024 * MIB, .fallback = 4 * MIB,
     .help = "Most bytes of datagrams waiting to be sent"},
    {"stream_queue_bytes", FIELD_SIZE,
     .at = offsetof(struct topology_limits, stream_queue_bytes),
     .min = 64 * KIB, .max = 1024 * MIB, .fallback = 1 * MIB,
     .help = "Most bytes waiting to be sent on one connection"},
    {"diameter_bytes", FIELD_SIZE,
     .at = offsetof(struct topology_limits, diameter_bytes), .min = 4 * KIB,
     .max = 16 * MIB - 1, .fallback = 1 * MIB,
     .help = "Largest Diameter message"},
    {"diameter_pending", FIELD_NUMBER,
     .at = offsetof(struct topology_limits, diameter_pending), .min = 1,
     .max = 1000000, .fallback = 10000,
     .help = "Most Diameter requests waiting for one peer's answers"},
    {"http_bytes", FIELD_SIZE,
     .at = offsetof(struct topology_limits, http_bytes), .min = 4 * KIB,
     .max = 1024 * MIB, .fallback = 16 * MIB,
     .help = "Largest body of a request to the admin interface"},
    {"http_connections", FIELD_NUMBER,
     .at = offsetof(struct topology_limits, http_connections), .min = 1,
     .max = 10000, .fallback = 100,
     .help = "Most connections to the admin interface at a time"},
    {"events_bytes", FIELD_SIZE,
     .at = offsetof(struct topology_limits, events_bytes), .min = 64 * KIB,
     .max = 256 * MIB, .fallback = 8 * MIB,
     .help = "Most bytes of live events that may wait for one reader; a slower "
             "one is cut off"},
    {"trace_bytes", FIELD_SIZE,
     .at = offsetof(struct topology_limits, trace_bytes), .min = 1 * MIB,
     .max = 16384 * MIB, .fallback = 64 * MIB,
     .help = "Memory of the dashboard for messages and decisions of all nodes, "
             "so that those of a dead node can still be seen"},
    {0},
};

const struct table topology_limits_table = {
    "limits",
    sizeof(struct topology_limits),
    .fields = limit_fields,
};

/* Where the dashboard's own defaults differ: a class looks at it. */
static const struct field dashboard_limit_fields[] = {
    {"http_connections", FIELD_NUMBER,
     .at = offsetof(struct topology_limits, http_connections), .min = 1,
     .max = 10000, .fallback = 1000,
     .help = "Most connections to the admin interface at a time"},
    {0},
};

const struct table topology_dashboard_limits_table = {
    "limits of the dashboard",
    sizeof(struct topology_limits),
    .fields = dashboard_limit_fields,
};

static const struct field registration_fields[] = {
    {"min_expires", FIELD_SECONDS,
     .at = offsetof(struct topology_registration, min_expires), .min = 1,
     .max = 600000, .fallback = 60,
     .help = "A shorter registration is refused with 423"},
    {"default_expires", FIELD_SECONDS,
     .at = offsetof(struct topology_registration, default_expires), .min = 1,
     .max = 600000, .fallback = 3600,
     .help = "Of a REGISTER that does not say how long"},
    {"max_expires", FIELD_SECONDS,
     .at = offsetof(struct topology_registration, max_expires), .min = 1,
     .max = 600000, .fallback = 600000,
     .help = "A longer registration is shortened to this"},
    {0},
};

const struct table topology_registration_table = {
    "registration",
    sizeof(struct topology_registration),
    .fields = registration_fields,
};

/* The option of gm stands first; mw and isc have the rest. */
static const struct field listener_fields[] = {
    {"aka_without_ipsec", FIELD_FLAG,
     .at = offsetof(struct file_listener, aka_without_ipsec), .fallback = 1,
     .help = "Accept a REGISTER that answers the outstanding AKA challenge "
             "though no security association protects it: a deviation from "
             "TS 33.203 for phones that know no IPsec"},
    {"listen", FIELD_SIP, FIELD_ONE_OR_LIST, .required = true,
     .at = offsetof(struct file_listener, listen),
     .help = "Where to listen: transport:port, or transport:address:port"},
    {"advertise", FIELD_SERVER, .at = offsetof(struct file_listener, advertise),
     .help = "host[:port] that Via, Record-Route and Path carry when that is "
             "not the listening address (containers, NAT)"},
    {"timers", FIELD_MAP, .at = offsetof(struct file_listener, timers),
     .table = &topology_sip_timers_table,
     .help = "SIP timers of transactions over this listener"},
    {0},
};

static const struct table gm_table = {
    "a gm listener",           sizeof(struct file_listener), .marked = true,
    .fields = listener_fields, .short_for = "listen",
};

static const struct table sip_listener_table = {
    "a listener",          sizeof(struct file_listener),
    .marked = true,        .fields = listener_fields + 1,
    .short_for = "listen",
};

static const struct field node_fields[] = {
    {"name", FIELD_NAME, .required = true,
     .at = offsetof(struct file_node, name),
     .help = "Unique in the topology; SIP URI host and Origin-Host are "
             "<name>.<domain>"},
    {"role", FIELD_WORD, .required = true,
     .at = offsetof(struct file_node, role), .words = node_roles,
     .help = "Which of the four programs it is"},
    {"host", FIELD_HOST, .required = true,
     .at = offsetof(struct file_node, host),
     .help = "Address or name it listens on and others reach it at"},
    {"gm", FIELD_MAP, .at = offsetof(struct file_node, listeners[TOPOLOGY_GM]),
     .table = &gm_table,
     .help = "P-CSCF: where phones come in; they are trusted with nothing"},
    {"mw", FIELD_MAP, .at = offsetof(struct file_node, listeners[TOPOLOGY_MW]),
     .table = &sip_listener_table,
     .help = "CSCFs: where other CSCFs come in; they are trusted"},
    {"isc", FIELD_MAP,
     .at = offsetof(struct file_node, listeners[TOPOLOGY_ISC]),
     .table = &sip_listener_table,
     .help = "S-CSCF: where application servers come in"},
    {"diameter", FIELD_DIAMETER, FIELD_ONE_OR_LIST,
     .at = offsetof(struct file_node, listeners[TOPOLOGY_DIAMETER].listen),
     .help = "HSS: where Cx peers come in: tcp:port, or tcp:address:port"},
    {"admin", FIELD_ADMIN, FIELD_ONE_OR_LIST, .required = true,
     .at = offsetof(struct file_node, listeners[TOPOLOGY_ADMIN].listen),
     .help = "HTTP for health, metrics and the API: a port on the node's host "
             "if that is a loopback address, else on 127.0.0.1; or "
             "address:port"},
    {"reg_event", FIELD_FLAG, .at = offsetof(struct file_node, reg_event),
     .fallback = 0,
     .help = "P-CSCF: subscribe to the registration state of its users, so "
             "that it hears of registrations that the network ends (TS 24.229 "
             "5.2.3). At least four messages more for each user who registers, "
             "so it does only when told to"},
    {"capabilities", FIELD_NUMBER, FIELD_LIST, .max = UINT32_MAX,
     .at = offsetof(struct file_node, capabilities),
     .help = "S-CSCF: what it can do, in numbers of the operator's choice, by "
             "which the I-CSCF chooses (TS 29.228 6.7)"},
    {"hss", FIELD_DOMAIN, FIELD_ONE_OR_LIST,
     .at = offsetof(struct file_node, hss),
     .help = "I- and S-CSCF: names of the HSSs (or Diameter relays) to "
             "connect to; without it, each HSS of the network"},
    {"store", FIELD_PATH, .at = offsetof(struct file_node, store),
     .help = "HSS: its database file; <name>.db without it"},
    {"log", FIELD_WORD, .at = offsetof(struct file_node, log),
     .words = log_levels, .fallback = LOG_INFO,
     .help = "Least important lines that are written"},
    {"seed", FIELD_NUMBER, .at = offsetof(struct file_node, seed), .min = 1,
     .max = INT64_MAX,
     .help = "For tests alone: makes every random value predictable"},
    {"timers", FIELD_MAP, .at = offsetof(struct file_node, timers),
     .table = &topology_timers_table,
     .help = "Timers of this node where they differ from the topology's"},
    {"limits", FIELD_MAP, .at = offsetof(struct file_node, limits),
     .table = &topology_limits_table,
     .help = "Limits of this node where they differ from the topology's"},
    {"registration", FIELD_MAP, .at = offsetof(struct file_node, registration),
     .table = &topology_registration_table,
     .help = "S-CSCF: bounds of registrations where they differ from the "
             "topology's"},
    {0},
};

static const struct table node_table = {
    "a node",
    sizeof(struct file_node),
    .marked = true,
    .fields = node_fields,
};

static const struct field dashboard_fields[] = {
    {"listen", FIELD_ADMIN, .count = FIELD_ONE_OR_LIST, .required = true,
     .at = offsetof(struct file_node, listeners[TOPOLOGY_ADMIN].listen),
     .help = "address:port of its pages and API; a port alone is on 127.0.0.1"},
    {"advertise", FIELD_SERVER,
     .at = offsetof(struct file_node, listeners[TOPOLOGY_ADMIN].advertise),
     .help = "host[:port] at which browsers reach it when that is not where it "
             "listens (containers, NAT)"},
    {"log", FIELD_WORD, .at = offsetof(struct file_node, log),
     .words = log_levels, .fallback = LOG_INFO,
     .help = "Least important lines that are written"},
    {"limits", FIELD_MAP, .at = offsetof(struct file_node, limits),
     .table = &topology_limits_table,
     .help =
         "Its limits where they differ from the topology's; http_connections "
         "is 1000 where neither says it"},
    {0},
};

static const struct table dashboard_table = {
    "a dashboard",         sizeof(struct file_node),
    .marked = true,        .fields = dashboard_fields,
    .short_for = "listen",
};

static const char *const loopback_words[] = {"open", "token", NULL};

static const struct field access_fields[] = {
    {"tokens", FIELD_PATH, .at = offsetof(struct file_access, tokens),
     .help = "Directory in which the tokens are kept when IMSBOX_TOKEN does "
             "not say them; the run directory without it, or where the HSS "
             "has its database"},
    {"loopback", FIELD_WORD, .at = offsetof(struct file_access, loopback),
     .words = loopback_words, .fallback = 0,
     .help = "open: admin listeners on loopback addresses ask for no token; "
             "token: they do"},
    {"names", FIELD_HOST, FIELD_LIST, .at = offsetof(struct file_access, names),
     .help = "Names with a dot by which the admin interfaces are reached "
             "(behind a proxy); requests to other names, and of pages of "
             "other sites, are refused"},
    {0},
};

static const struct table access_table = {
    "access",
    sizeof(struct file_access),
    .marked = true,
    .fields = access_fields,
};

static const struct field subscribers_fields[] = {
    {"import", FIELD_PATH, FIELD_ONE_OR_LIST, .required = true,
     .at = offsetof(struct file_subscribers, import),
     .help = "YAML or CSV files; inserts what is missing in the HSS, never "
             "overwrites an edit"},
    {0},
};

static const struct table subscribers_table = {
    "subscribers",         sizeof(struct file_subscribers),
    .marked = true,        .fields = subscribers_fields,
    .short_for = "import",
};

static const struct field network_fields[] = {
    {"domain", FIELD_DOMAIN, .required = true,
     .at = offsetof(struct file_network, domain),
     .help = "Home network domain and Diameter realm"},
    {"visited_id", FIELD_DOMAIN,
     .at = offsetof(struct file_network, visited_id),
     .help = "P-Visited-Network-ID that its P-CSCFs write; the domain "
             "without it"},
    {"visited", FIELD_DOMAIN, FIELD_LIST,
     .at = offsetof(struct file_network, visited),
     .help = "Visited networks in which its users may register; any without "
             "it. Subscribers may have lists of their own"},
    {"nodes", FIELD_MAP, FIELD_LIST, .required = true,
     .at = offsetof(struct file_network, nodes), .table = &node_table,
     .help = "Its nodes"},
    {"subscribers", FIELD_MAP, .at = offsetof(struct file_network, subscribers),
     .table = &subscribers_table, .help = "Where its subscribers come from"},
    {0},
};

static const struct table network_table = {
    "a network",
    sizeof(struct file_network),
    .marked = true,
    .fields = network_fields,
};

static const struct field external_fields[] = {
    {"name", FIELD_NAME, .required = true,
     .at = offsetof(struct file_external, name),
     .help = "Unique among all nodes"},
    {"role", FIELD_WORD, .at = offsetof(struct file_external, role),
     .words = external_roles, .fallback = TOPOLOGY_OTHER, .help = "What it is"},
    {"host", FIELD_HOST, .required = true,
     .at = offsetof(struct file_external, host),
     .help = "Address or name at which it is reached"},
    {"trust", FIELD_WORD, .at = offsetof(struct file_external, trust),
     .words = external_trusts, .fallback = TOPOLOGY_GM,
     .help = "As which kind of neighbour it is trusted; gm, trusted with "
             "nothing, without it"},
    {"identity", FIELD_DOMAIN, .at = offsetof(struct file_external, identity),
     .help = "Its SIP URI host and Origin-Host; its name without it"},
    {"realm", FIELD_DOMAIN, .at = offsetof(struct file_external, realm),
     .help = "Its Diameter realm, which for an HSS need not be the domain that "
             "it serves; the first of its domains without it. What it says "
             "of itself when it is connected counts more"},
    {"sip", FIELD_SIP, FIELD_ONE_OR_LIST,
     .at = offsetof(struct file_external, sip),
     .help = "Where it takes SIP: transport:port, or transport:host:port"},
    {"diameter", FIELD_DIAMETER, FIELD_ONE_OR_LIST,
     .at = offsetof(struct file_external, diameter),
     .help = "Where it takes Diameter: tcp:port, or tcp:host:port"},
    {"domains", FIELD_DOMAIN, FIELD_LIST,
     .at = offsetof(struct file_external, domains),
     .help = "Domains of which it is the entry point, or (role hss) the HSS"},
    {0},
};

static const struct table external_table = {
    "an external node",
    sizeof(struct file_external),
    .marked = true,
    .fields = external_fields,
};

static const struct field dns_fields[] = {
    {"servers", FIELD_RESOLVER, FIELD_ONE_OR_LIST,
     .at = offsetof(struct file_dns, servers),
     .help = "address[:port] of the servers asked for what the topology does "
             "not name; those of the system without it"},
    {"timeout", FIELD_DURATION, .at = offsetof(struct file_dns, timeout),
     .min = 10 * MSEC, .max = 60 * SECOND, .fallback = 2 * SECOND,
     .help = "How long one try may take"},
    {"tries", FIELD_NUMBER, .at = offsetof(struct file_dns, tries), .min = 1,
     .max = 10, .fallback = 2, .help = "How often each server is asked"},
    {"keep", FIELD_DURATION, .at = offsetof(struct file_dns, keep),
     .min = 10 * MSEC, .max = 60 * MINUTE, .fallback = 60 * MINUTE,
     .help = "How long an answer is kept at most, whatever its TTL. Docker "
             "says 10 min of containers that may move any time: 1s there"},
    {0},
};

const struct table topology_dns_table = {
    "dns",
    sizeof(struct file_dns),
    .marked = true,
    .fields = dns_fields,
};

static const struct field topology_fields[] = {
    {"name", FIELD_NAME, .at = offsetof(struct file, name),
     .help = "Name of the topology, by which `imsbox status` finds it; that "
             "of the file without it"},
    {"networks", FIELD_MAP, FIELD_LIST, .required = true,
     .at = offsetof(struct file, networks), .table = &network_table,
     .help = "The networks: home and visited"},
    {"external", FIELD_MAP, FIELD_LIST, .at = offsetof(struct file, external),
     .table = &external_table,
     .help = "Nodes that are not ours: application servers, other vendors'"},
    {"dns", FIELD_MAP, .at = offsetof(struct file, dns),
     .table = &topology_dns_table,
     .help = "Who is asked for names that the topology does not know"},
    {"dashboard", FIELD_MAP, .at = offsetof(struct file, dashboard),
     .table = &dashboard_table,
     .help = "Where the whole network is shown and operated under one address: "
             "127.0.0.1:8080"},
    {"access", FIELD_MAP, .at = offsetof(struct file, access),
     .table = &access_table,
     .help = "Who may use the dashboard and the nodes' admin interfaces"},
    {"faults", FIELD_MAP, FIELD_LIST, .at = offsetof(struct file, faults),
     .table = &topology_fault_table,
     .help = "Faults on purpose that are there from the start; without it "
             "there are none until somebody adds one"},
    {"hep", FIELD_HEP, .at = offsetof(struct file, hep),
     .help = "Where all nodes send a copy of each message that they send, or "
             "get from who is not one of them, in HEP version 3: `sngrep -L "
             "udp:0.0.0.0:9060`, Homer"},
    {"log", FIELD_WORD, .at = offsetof(struct file, log), .words = log_levels,
     .fallback = LOG_INFO, .help = "Log level of nodes that say nothing"},
    {"timers", FIELD_MAP, .at = offsetof(struct file, timers),
     .table = &topology_timers_table,
     .help = "Timers of nodes that say nothing"},
    {"limits", FIELD_MAP, .at = offsetof(struct file, limits),
     .table = &topology_limits_table,
     .help = "Limits of nodes that say nothing"},
    {"registration", FIELD_MAP, .at = offsetof(struct file, registration),
     .table = &topology_registration_table,
     .help = "Bounds of registrations at S-CSCFs that say nothing"},
    {0},
};

const struct table topology_table = {
    "a topology",
    sizeof(struct file),
    .marked = true,
    .fields = topology_fields,
};

void fields_inherit(const struct table *t, void *dst, const void *src)
{
    for (const struct field *f = t->fields; f->key; f++) {
        int64_t *to = (int64_t *)((char *)dst + f->at);

        if (f->type < FIELD_NUMBER || f->type > FIELD_SECONDS)
            continue;
        if (*to == 0)
            *to = src ? *(const int64_t *)((const char *)src + f->at)
                      : f->fallback;
    }
}

size_t field_size(const struct field *f)
{
    switch (f->type) {
    case FIELD_NAME:
    case FIELD_DOMAIN:
    case FIELD_HOST:
    case FIELD_TEXT:
    case FIELD_PATH: return sizeof(struct file_text);
    case FIELD_SERVER:
    case FIELD_RESOLVER: return sizeof(struct file_server);
    case FIELD_SIP:
    case FIELD_DIAMETER:
    case FIELD_ADMIN:
    case FIELD_HEP: return sizeof(struct file_place);
    case FIELD_WORD: return sizeof(struct file_word);
    case FIELD_FLAG: return sizeof(enum file_flag);
    case FIELD_NUMBER:
    case FIELD_SIZE:
    case FIELD_DURATION:
    case FIELD_SECONDS: return sizeof(int64_t);
    case FIELD_MAP: return f->table->size;
    }
    assert(!"a type without size");
    return 0;
}
