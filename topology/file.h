/* SPDX-License-Identifier: MIT
 *
 * A topology file as it was read: every value with its place, nothing derived
 * yet. Numbers that the file does not give are 0 (none may be 0), texts NULL.
 * Filled by read.c through the tables of fields.c, judged by check.c, made
 * into a struct topology by build.c.
 */
#ifndef TOPOLOGY_FILE_H
#define TOPOLOGY_FILE_H

#include "topology/report.h"
#include "topology/topology.h"

struct file_list {
    void *items;    /* an array of what the table of the field says */
    unsigned count; /* of those that could be read */
    struct mark at; /* line 0: not given */
};

struct file_text {
    const char *text;
    struct mark at;
};

struct file_word { /* of a fixed set: role, log level */
    unsigned value;
    bool given;
    struct mark at;
};

enum file_flag { FILE_FLAG_NONE, FILE_FLAG_FALSE, FILE_FLAG_TRUE };

/* "[transport:][host:]port" */
struct file_place {
    struct mark at;
    enum transport transport;
    const char *host; /* NULL: the node's */
    uint16_t port;
};

/* "host[:port]" */
struct file_server {
    struct mark at;
    const char *host;
    uint16_t port; /* 0: none given */
};

struct file_listener {
    struct mark at;          /* line 0: the node has no such listener */
    struct file_list listen; /* struct file_place */
    struct file_server advertise;
    struct topology_sip_timers timers;
    enum file_flag aka_without_ipsec;
};

struct file_node {
    struct mark at;
    struct file_text name, host, store;
    struct file_word role, log;
    struct file_listener listeners[TOPOLOGY_TRUSTS];
    enum file_flag reg_event;
    struct file_list capabilities; /* uint64_t */
    struct file_list hss;          /* struct file_text */
    uint64_t seed;
    struct topology_timers timers;
    struct topology_limits limits;
    struct topology_registration registration;
};

struct file_subscribers {
    struct mark at;
    struct file_list import; /* struct file_text: paths */
};

struct file_network {
    struct mark at;
    struct file_text domain, visited_id;
    struct file_list visited; /* struct file_text */
    struct file_list nodes;   /* struct file_node */
    struct file_subscribers subscribers;
};

struct file_external {
    struct mark at;
    struct file_text name, identity, realm, host;
    struct file_word role, trust;
    struct file_list sip, diameter; /* struct file_place */
    struct file_list domains;       /* struct file_text */
};

struct file_access {
    struct mark at;
    struct file_text tokens;
    struct file_word loopback;
    struct file_list names; /* struct file_text */
};

struct file_dns {
    struct mark at;
    struct file_list servers; /* struct file_server */
    int64_t timeout, keep;
    uint64_t tries;
};

struct file_fault {
    struct mark at;
    struct file_text name, node, peer, method, result, text, reason;
    struct file_list link; /* struct file_text */
    struct file_word action, direction, protocol, messages;
    uint64_t percent, count, every, copies, answer, vendor;
    int64_t delay, jitter, ttl;
};

struct file {
    struct mark at;
    struct file_text name;
    struct file_list networks; /* struct file_network */
    struct file_list external; /* struct file_external */
    struct file_dns dns;
    struct file_list faults; /* struct file_fault */
    struct file_place hep;   /* port 0: none */
    struct file_access access;
    struct file_node dashboard; /* line 0: there is none */
    struct file_word log;
    struct topology_timers timers;
    struct topology_limits limits;
    struct topology_registration registration;
};

#endif
