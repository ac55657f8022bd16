/* SPDX-License-Identifier: MIT
 *
 * What the files of this room share: the endpoint, its peers, what is under
 * way. Private to the room.
 */
#ifndef DIAMETER_ENDPOINT_H
#define DIAMETER_ENDPOINT_H

#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "diameter/base.h"
#include "diameter/connection.h"
#include "diameter/counters.h"
#include "diameter/watchdog.h"

/* An accepted connection whose CER has not come yet; owned by the endpoint. */
struct newcomer {
    struct list link;
    struct diameter *d;
    struct connection *c;
    struct timer timer;
};

/* Addresses of a peer's name. */
enum { FOUND_MOST = 8 };

struct diameter_peer {
    struct list link;
    struct diameter *d;
    struct str host, realm, address, product;
    uint16_t port;
    bool relay, home, configured;

    enum peer_state state;
    int64_t since_us;
    struct connection *i, *r;      /* initiated by us, by the peer */
    struct dns_query *dns;         /* asked for address, before connecting */
    struct addr found[FOUND_MOST]; /* at this attempt, in the order of trying */
    size_t found_count;
    size_t tried;                  /* of them, since one was good */
    struct diameter_header r_cer;  /* the CER that came over r */
    struct base_capabilities caps; /* its texts are not kept */
    struct timer exchange;         /* the table's Timeout */
    struct timer retry;
    int64_t retry_us;            /* the next pause */
    unsigned failures;           /* since it was open */
    enum disconnect_cause cause; /* the peer's, in its DPR */
    struct watchdog watchdog;
    bool usable;       /* requests can go there */
    uint64_t serial;   /* of the connection that is open */
    struct list asked; /* requests of ours under way to it */

    uint64_t requests_out, requests_in, answers_out, answers_in;
    unsigned pending;
    char last_error[120];
};

enum { MOST_LISTENERS = 8 };

struct diameter {
    struct diameter_config config;
    const struct env *env;
    struct base_self self;
    struct diameter_counters counters;
    struct diameter_application apps[MOST_APPLICATIONS];
    struct str realm;
    struct addr bind; /* family 0: any */
    struct listener *listeners[MOST_LISTENERS];
    size_t listener_count;
    struct list peers;
    struct list newcomers;
    size_t newcomer_count;
    struct timer sweep; /* frees admitted peers that closed */

    uint32_t next_hop, next_end;
    uint64_t next_serial;
    uint32_t session_high, session_low;
    struct buf out; /* what is being written and leaves at once */

    /* asking */
    struct map asked; /* by hop-by-hop identifier */
    struct buf ask;
    bool ask_is_open;
    uint32_t ask_app;
    struct str ask_call;

    /* answering */
    struct list serving;
    struct map serving_by_end; /* by origin host and end-to-end identifier */
    struct buf answer;
    struct diameter_request *answering;
    struct map kept_by_end;
    struct list kept; /* oldest first */
    size_t kept_bytes;

    bool started;
    bool stopped;
    void (*on_stopped)(void *ctx); /* set from diameter_stop on */
    void *on_stopped_ctx;
    struct timer stopping;
};

/* ---- peers -----------------------------------------------------------------
 */

struct diameter_peer *diameter_peer_new(struct diameter *d,
                                        const struct diameter_peer_config *c);
void diameter_peer_free(struct diameter_peer *p);
void diameter_peer_start(struct diameter_peer *p);
/* Who is open gets a DWR, who is not and did not ask to be left alone is
 * connected to, now. */
void diameter_peer_try_now(struct diameter_peer *p);
void diameter_peer_stop(struct diameter_peer *p);
/* A CER that fits came over c, which is the peer's from now on. */
void diameter_peer_take(struct diameter_peer *p, struct connection *c,
                        const struct diameter_message *cer,
                        const struct base_capabilities *caps);
bool diameter_peer_is_open(const struct diameter_peer *p);
enum ims_err diameter_peer_send(struct diameter_peer *p, struct slice bytes,
                                struct slice call);
/* Records what came over the open connection. */
void diameter_peer_record(struct diameter_peer *p,
                          const struct diameter_message *m, struct slice call);
void diameter_peer_record_drop(struct diameter_peer *p,
                               const struct diameter_message *m,
                               const char *sentence);
struct diameter_peer *diameter_peer_find(struct diameter *d, struct slice host);

/* From the peer's machine to the endpoint. */
void diameter_endpoint_peer_changed(
    struct diameter_peer *p); /* usable or not */
void diameter_endpoint_peer_closed(struct diameter_peer *p);
uint32_t diameter_endpoint_next_hop(struct diameter *d);
uint32_t diameter_endpoint_next_end(struct diameter *d);
const struct diameter_application *
diameter_endpoint_application(const struct diameter *d, uint32_t id);

/* ---- dial.c -----------------------------------------------------------------
 */

/* I-Snd-Conn-Req: resolves, connects to the peer's address. Failures come as
 * diameter_peer_dial_failed, never before this returns, but for a bad local
 * address. */
void diameter_dial(struct diameter_peer *p);
void diameter_dial_cancel(struct diameter_peer *p);
void diameter_peer_dial_failed(struct diameter_peer *p, const char *sentence);

/* ---- requests ---------------------------------------------------------------
 */

void diameter_ask_init(struct diameter *d);
void diameter_ask_fini(struct diameter *d);
void diameter_ask_answer(struct diameter_peer *p,
                         const struct diameter_message *m);
void diameter_ask_failover(
    struct diameter_peer *p); /* the peer is suspect or gone */
void diameter_ask_resume(
    struct diameter_peer *p); /* the peer can be used (again) */

void diameter_serve_init(struct diameter *d);
void diameter_serve_fini(struct diameter *d);
void diameter_serve_request(struct diameter_peer *p,
                            const struct diameter_message *m);
void diameter_serve_peer_gone(struct diameter_peer *p);

/* Header-to-origin part that requests and answers share. */
void diameter_put_session_head(struct buf *out,
                               const struct diameter_application *app,
                               struct slice session);

#endif
