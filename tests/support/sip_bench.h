/* SPDX-License-Identifier: MIT
 *
 * A SIP stack under test in the simulator, with a user that notes what it is
 * told, and raw neighbours that send and receive text.
 *
 *     struct bench *b = bench_new(1);              10.0.0.1:5060, UDP and TCP
 *     struct peer *p = peer_new(b->sim, "10.0.0.9:5060", TRANSPORT_UDP);
 *     peer_say(p, "10.0.0.1:5060", bench_request("OPTIONS", "b1"));
 *     sim_run_for(b->sim, SECOND);
 *     assert_text(bench_told(b), S("request OPTIONS\n"));
 *     sip_reply(b->request, 200, NULL); ...
 *     peer_free(p);
 *     bench_free(b);                               nothing may be left over
 */
#ifndef SUPPORT_SIP_BENCH_H
#define SUPPORT_SIP_BENCH_H

#include "sip/transaction.h"
#include "sip/views.h"
#include "tests/support/world.h"

struct bench {
    struct sim *sim;
    struct world_host *w;
    struct sip_stack *stack;
    const struct sip_listener *udp, *tcp;
    struct buf told;              /* what the user was told, a line each */
    struct sip_request *request;  /* the last one; held */
    struct sip_message *response; /* the last one; held */
    bool keeps;                   /* hold the request (default) */
    unsigned answers_with;        /* reply at once with this status; 0: not */
    const char *route, *via;      /* of what bench_send sends; NULL: none */
    bool starves;                 /* what bench_send sends has no more room */
};

struct bench_options {
    uint64_t seed;
    enum sip_trust trust;
    size_t transactions, connections, message_bytes;
    int64_t t1; /* 0: 500 ms; T2 = 8 T1, T4 = 10 T1 */
    bool no_tcp;
    const char *ip; /* "[2001:db8::1]"; NULL: "10.0.0.1" */
};

struct bench *bench_new(uint64_t seed);
struct bench *bench_with(const struct bench_options *o);
/* Runs until all has ended, and fails the test when a transaction, a timer or
 * a connection is left. */
void bench_free(struct bench *b);
/* What was told since the last call. */
struct slice bench_told(struct bench *b);
void bench_let_go(struct bench *b); /* drops the request */
uint64_t bench_count(struct bench *b, const char *metric, const char *labels);

/* A request as a phone at 10.0.0.9:5060 over UDP sends it, in static memory:
 * valid until the eighth call after. */
const char *bench_request(const char *method, const char *branch);
/* From parts: Via value, To parameters ("" or ";tag=x"), extra header lines
 * each ended by CRLF. */
struct bench_text {
    const char *method, *via, *to, *extra, *body;
    unsigned cseq; /* 0: 1 */
    const char *cseq_method;
};
const char *bench_text(const struct bench_text *t);

/* Sends a request from the stack under test to the URI (NULL: its own
 * Request-URI); tells "answer STATUS", "end". */
struct sip_client *bench_send(struct bench *b, enum sip_method method,
                              const char *ruri, size_t body);

struct peer {
    struct sim *sim;
    int64_t born_us; /* times in `heard` count from here */
    struct sim_host *host;
    struct net *net;
    struct addr local;
    struct udp *udp;
    struct listener *listener;
    struct stream *stream;  /* the last one accepted or opened */
    struct buf heard;       /* "MS START-LINE\n" of each message */
    struct str last;        /* the last message, whole */
    struct str all;         /* all bytes of streams */
    struct addr from;       /* of the last datagram */
    unsigned streams;       /* how many were opened or accepted */
    const char *answers[4]; /* "200 OK" to each request that comes; in order */
    unsigned next_answer;
};

struct peer *peer_new(struct sim *sim, const char *local, enum transport t);
/* Any number of streams can be opened to the stack; no listener. */
void peer_connect(struct peer *p, const char *to);
void peer_free(struct peer *p);
void peer_say(struct peer *p, const char *to, const char *text); /* UDP */
void peer_write(struct peer *p, struct slice bytes);             /* stream */
struct slice peer_heard(struct peer *p); /* since the last call */
/* Answers the last request with "180 Ringing"; the To tag is "peer". */
void peer_answer(struct peer *p, const char *status_reason);
/* The same from another address. */
struct str peer_answer_text(struct peer *p, const char *status_reason);

#endif
