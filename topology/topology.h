/* SPDX-License-Identifier: MIT
 *
 * A topology: the networks, their nodes and what surrounds them, read from
 * one YAML file, checked, completed with every default, and immutable from
 * then on. All of it, texts included, lives in the topology's arena; texts
 * end with a zero byte and are never NULL unless said so. Durations are
 * microseconds, sizes bytes.
 *
 * Names are not resolved here: a host may be an address or a name (of DNS, of
 * a container), and who uses it resolves it at start and at each reconnect.
 */
#ifndef TOPOLOGY_TOPOLOGY_H
#define TOPOLOGY_TOPOLOGY_H

#include "base/addr.h"
#include "base/arena.h"
#include "base/log.h"

enum topology_role {
    TOPOLOGY_PCSCF,
    TOPOLOGY_ICSCF,
    TOPOLOGY_SCSCF,
    TOPOLOGY_HSS,
    TOPOLOGY_AS,        /* external nodes only */
    TOPOLOGY_OTHER,     /* external nodes only: relays, gateways */
    TOPOLOGY_DASHBOARD, /* of no network: shows them all */
};

/* What may be asserted through a listener follows from its class. */
enum topology_trust {
    TOPOLOGY_GM,       /* phones: untrusted */
    TOPOLOGY_MW,       /* CSCFs */
    TOPOLOGY_ISC,      /* application servers */
    TOPOLOGY_DIAMETER, /* Cx peers */
    TOPOLOGY_ADMIN,    /* HTTP */
    TOPOLOGY_TRUSTS,
};

/* Where something listens. addr is complete when host is an address; for a
 * name addr.family is 0, and port and transport are in addr all the same. */
struct topology_place {
    const char *host;
    struct addr addr;
};

/* RFC 3261 table 4, TS 24.229 table 7.7.1. */
struct topology_sip_timers {
    int64_t t1, t2, t4, timer_c;
};

struct topology_timers {
    struct topology_sip_timers sip; /* of listeners that say nothing */
    int64_t reg_await_auth;         /* TS 24.229 7.8 */
    int64_t cx_answer;              /* how long a Cx request may take */
    int64_t watchdog;               /* Tw, RFC 3539 3.4.1 */
    int64_t reconnect;              /* longest back-off to a Diameter peer */
    int64_t drain;                  /* SIGTERM: how long calls may finish */
};

struct topology_limits {
    uint64_t message_bytes;  /* largest SIP message */
    uint64_t datagram_bytes; /* larger SIP requests go over TCP */
    uint64_t headers;        /* most header lines of a message */
    uint64_t contacts;       /* most bindings of a public identity */
    uint64_t registrations;  /* most registered public identities */
    uint64_t transactions;   /* most SIP transactions at a time */
    uint64_t connections;    /* most SIP streams at a time */
    uint64_t dialogs;        /* most dialogs followed at a time */
    uint64_t branches;       /* most branches of one forked request */
    uint64_t record_bytes;   /* ring of the record */
    uint64_t udp_queue_bytes, stream_queue_bytes;
    uint64_t diameter_bytes;   /* largest Diameter message */
    uint64_t diameter_pending; /* most requests waiting at one peer */
    uint64_t http_bytes;       /* largest body of an API request */
    uint64_t http_connections;
    uint64_t events_bytes; /* of live events that may wait for one reader */
    uint64_t trace_bytes;  /* dashboard: of messages and decisions it keeps */
};

struct topology_registration { /* S-CSCF; seconds */
    uint64_t min_expires, default_expires, max_expires;
};

/* One listening socket. */
struct topology_listener {
    enum topology_trust trust;
    struct topology_place at; /* 0.0.0.0 and :: as written */
    /* What Via, Record-Route, Path and Contact carry: `advertise`, else the
     * node's fqdn at mw, else the listening host. */
    const char *advertise_host; /* as in a URI: IPv6 in brackets */
    uint16_t advertise_port;
    struct topology_sip_timers timers;
};

/* The other end of a Diameter connection. */
struct topology_peer {
    const char *identity; /* Origin-Host */
    const char *realm;
    bool is_hss;  /* not a relay to one, nor a client */
    bool connect; /* we open the connection to `at`; else it comes to us */
    struct topology_place at;
};

struct topology_network;

struct topology_node {
    const char *name; /* unique in the topology: "scscf1" */
    const char *fqdn; /* SIP URI host and Origin-Host: "scscf1.ims.example" */
    const char *host; /* address or name, as written */
    enum topology_role role;
    const struct topology_network *network;

    const struct topology_listener *listeners; /* by trust, as written */
    unsigned listener_count;
    const struct topology_peer *peers; /* Cx; peers.c says how derived */
    unsigned peer_count;

    const uint32_t *capabilities; /* S-CSCF: what TS 29.228 6.7 chooses by */
    unsigned capability_count;
    bool aka_without_ipsec; /* P-CSCF: the gm listeners' option */
    bool reg_event;         /* P-CSCF: it subscribes to registration state */
    const char *store;      /* HSS: path of its database; "" elsewhere */

    enum log_level log;
    bool seeded; /* dice from seed: tests only */
    uint64_t seed;
    struct topology_timers timers;
    struct topology_limits limits;
    struct topology_registration registration;
};

struct topology_network {
    const char *domain;
    const char *visited_id; /* P-Visited-Network-ID of its P-CSCFs; domain */
    bool visited_any;       /* no `visited:` given: users may roam anywhere */
    const char *const *visited; /* else: visited network ids allowed */
    unsigned visited_count;
    const struct topology_node *nodes;
    unsigned node_count;
    const char *const *imports; /* paths of subscriber files */
    unsigned import_count;
};

/* A node that is not ours. */
struct topology_external {
    const char *name;     /* unique among all nodes */
    const char *identity; /* SIP URI host, Origin-Host; `name` by default */
    const char *realm;    /* "" when it speaks no Diameter */
    const char *host;
    enum topology_role role;
    enum topology_trust trust; /* mw, isc, or gm: trusted with nothing */
    const struct topology_place *sip;
    unsigned sip_count;
    const struct topology_place *diameter; /* NULL: none */
    const char *const *domains; /* it is an entry point (HSS: the HSS) of */
    unsigned domain_count;
};

/* Who may use the admin interfaces (node/access.h). */
struct topology_access {
    const char *tokens; /* the directory in which they are kept, or NULL */
    bool loopback_open; /* loopback listeners ask for no token */
    const char *const *names; /* by which they are reached, beside their own */
    unsigned name_count;
};

struct topology_dns {
    const struct addr *servers; /* none: /etc/resolv.conf */
    unsigned server_count;
    int64_t timeout, keep;
    unsigned tries;
};

/* What a fault does with a message that it strikes. */
enum topology_fault_action {
    FAULT_LOSS,
    FAULT_DELAY,
    FAULT_DUPLICATE,
    FAULT_REORDER, /* behind the next one */
    FAULT_ANSWER,  /* a request is answered, and handed to nobody */
    FAULT_DEAD,    /* the node reads and sends nothing at all */
};

enum topology_fault_direction { FAULT_BOTH, FAULT_IN, FAULT_OUT };
enum topology_fault_protocol { FAULT_ANY_PROTOCOL, FAULT_SIP, FAULT_DIAMETER };
enum topology_fault_messages { FAULT_ALL, FAULT_REQUESTS, FAULT_ANSWERS };

/* A fault on purpose (node/faults.h): at a node, or between the two ends of a
 * link. Texts that are not given are "". */
struct topology_fault {
    const char *name;    /* never "": made of the rest, when it was not given */
    const char *node;    /* one of these two: the node, */
    const char *link[2]; /* or the ends: a node, an external one, "ue" */
    /* which messages */
    const char *peer; /* a node, role, address[:port], "ue"; "": any */
    enum topology_fault_direction direction; /* seen from node, or link[0] */
    enum topology_fault_protocol protocol;
    enum topology_fault_messages messages;
    const char *method; /* "INVITE"; "UAR", "UAA", "UA": both */
    const char *result; /* "486", "4xx" */
    const char *text;   /* somewhere in the message */
    uint64_t percent;   /* of them */
    uint64_t every;     /* each such one of them */
    uint64_t count;     /* the first ones, then it is over; 0: all */
    int64_t ttl;        /* then it is over; 0: never */
    /* what happens to them */
    enum topology_fault_action action;
    int64_t delay, jitter;
    uint64_t copies;
    uint64_t answer, vendor;
    const char *reason;
};

struct topology {
    struct arena arena;
    const char *path; /* of the file, as given */
    const char *dir;  /* relative paths in it are relative to this; "." */
    const char *name;
    const struct topology_network *networks;
    unsigned network_count;
    const struct topology_external *externals;
    unsigned external_count;
    struct topology_dns dns;
    const struct topology_fault *faults; /* that are there from the start */
    unsigned fault_count;
    const struct topology_place *hep; /* NULL: messages are mirrored nowhere */
    struct topology_access access;
    /* Named "dashboard", with an admin listener and nothing else; its network
     * has no domain and no other node. NULL: there is none. */
    const struct topology_node *dashboard;
};

/* What a topology may cost at most, whatever the file says. */
enum {
    TOPOLOGY_FILE_MAX = 1 << 20, /* bytes; with aliases followed, 8 MiB */
    TOPOLOGY_ERRORS_MAX = 20,
    TOPOLOGY_FAULTS_MAX = 64, /* also: of one node at a time */
};

/* Reads and checks a file. On failure (CONFIG) `errors` holds one line for
 * each of the first TOPOLOGY_ERRORS_MAX errors, in the order of the file:
 * "box.yaml:7:12: what was found; what was expected\n". */
enum ims_err topology_load(const char *path, struct topology **out,
                           struct buf *errors) MUST_CHECK;
/* The same for a text; path serves for errors and relative paths. */
enum ims_err topology_parse(struct slice text, const char *path,
                            struct topology **out,
                            struct buf *errors) MUST_CHECK;
void topology_free(struct topology *t);

/* A fault as JSON (or YAML) with the keys of `faults:`, read and checked like
 * those. self: the node that it is for when it names none; or NULL. Texts are
 * in the arena. CONFIG: a sentence what to change. */
enum ims_err topology_fault_read(const struct topology *t, const char *self,
                                 struct slice text, struct arena *arena,
                                 struct topology_fault *out,
                                 struct why *why) MUST_CHECK;
/* The part that a node has in a fault: its own, with peer and direction set in
 * place of a link. Between two nodes of ours each message passes one of them
 * alone: who sends it, and for FAULT_ANSWER who gets it. False: none. */
bool topology_fault_part(const struct topology *t,
                         const struct topology_fault *f, const char *node,
                         struct topology_fault *out);
const char *topology_fault_action_name(enum topology_fault_action a);
const char *topology_fault_direction_name(enum topology_fault_direction d);

/* May a running node go over from `was` to `now` (SIGHUP)? Timers, log levels,
 * faults, subscribers to import and most limits may change. CONFIG: `errors`
 * names, one line each, what else changed. */
enum ims_err topology_reload_check(const struct topology *was,
                                   const struct topology *now, const char *node,
                                   struct buf *errors) MUST_CHECK;

/* By name ("scscf1") or fqdn; NULL when there is none. */
const struct topology_node *topology_find_node(const struct topology *t,
                                               struct slice name);
const struct topology_network *topology_find_network(const struct topology *t,
                                                     struct slice domain);
const struct topology_external *topology_find_external(const struct topology *t,
                                                       struct slice name);

/* The i-th node of a role in a network, in the file's order; NULL behind the
 * last. */
const struct topology_node *topology_node_at(const struct topology_network *n,
                                             enum topology_role role,
                                             unsigned i);
bool topology_has_capability(const struct topology_node *node,
                             uint32_t capability);
/* The first listener of a class (and transport, unless TRANSPORT_NONE). */
const struct topology_listener *
topology_listener_of(const struct topology_node *node,
                     enum topology_trust trust, enum transport transport);

/* Where requests to a host go, before DNS is asked (sip/locate.h): the mw
 * listeners of the node with this fqdn; the I-CSCFs' of a domain; the SIP
 * places of an external node by identity or domain. Answers how many were
 * written to out (at most max). */
unsigned topology_lookup(const struct topology *t, struct slice host,
                         struct topology_place *out, unsigned max);

const char *topology_role_name(enum topology_role role);    /* "pcscf" */
const char *topology_trust_name(enum topology_trust trust); /* "gm" */

#endif
