/* SPDX-License-Identifier: MIT
 *
 * What the load's files share.
 */
#ifndef LOAD_LOAD_PRIV_H
#define LOAD_LOAD_PRIV_H

#include "base/list.h"
#include "base/mem.h"
#include "base/str.h"
#include "crypto/aka.h"
#include "crypto/digest.h"
#include "load/load.h"
#include "sip/message.h"

struct phone {
    struct load *load;
    struct udp *udp; /* perhaps shared */
    const struct addr *proxy;
    unsigned number;
    char name[SUBSCRIBER_NAME];
    struct unit *registering; /* NULL: it does not */
    struct sqn_card card;
    struct digest_hex ha1; /* n 0: no challenge was answered yet */
    struct str nonce, service_route;
    enum digest_algorithm algorithm;
    uint32_t cseq, nc; /* nc 0: no credentials */
    bool is_registered;
};

enum step {
    STEP_FREE,
    STEP_REGISTER,  /* REGISTER waits for its first answer */
    STEP_AUTHORIZE, /* and the one with the answer to the challenge */
    STEP_INVITE,    /* INVITE has no answer at all */
    STEP_RING,      /* a provisional one */
    STEP_ACK,       /* ACK was sent, the other end has not seen it */
    STEP_BYE,
    STEP_MESSAGE,
    STEP_STAYS, /* done, but the call goes on */
};

struct unit {
    struct load *load;
    struct list link; /* of the free ones */
    enum load_kind kind;
    enum step step;
    enum load_stay stay;
    unsigned challenges; /* answered */
    unsigned number;
    uint32_t life; /* how often it was begun: no answer counts for another */
    struct phone *from, *to;
    int64_t due_us;
    struct timer timer;
    int64_t again_us;
    uint32_t cseq;
    struct sip_message *invite;        /* as the other end got it; held */
    struct str routes, target, to_tag; /* of the caller's dialog */
};

struct load {
    struct load_options o;
    char domain_uri[80];
    struct phone *phones;
    struct udp **sockets;
    unsigned socket_count;
    struct unit *units;
    struct list free;
    unsigned running, registered;
    struct load_scope scope;
    unsigned next[LOAD_KINDS]; /* whose turn it is */
    struct load_figures figures;
};

/* ---- unit.c -------------------------------------------------------------- */

void unit_begin(struct unit *u);
void unit_on_response(struct unit *u, const struct sip_message *m);
/* A request that came to a phone of ours; u: its unit, or NULL. */
void unit_on_request(struct load *l, struct unit *u, struct udp *at,
                     const struct addr *from, struct sip_message *m);

/* ---- load.c -------------------------------------------------------------- */

void phone_set_registered(struct phone *p, bool is);
void load_ends(struct unit *u);
/* It does nothing more, and is not free. */
void load_stays(struct unit *u);
void load_send(struct load *l, struct udp *from, const struct addr *to,
               const struct buf *text);

/* ---- print.c: requests as the unit's step has them ----------------------- */

enum { LOAD_TEXT = 8192 };
void load_print_register(const struct unit *u, struct buf *out);
void load_print_invite(const struct unit *u, struct buf *out);
void load_print_ack(const struct unit *u, struct buf *out);
void load_print_bye(const struct unit *u, struct buf *out);
void load_print_message(const struct unit *u, struct buf *out);
/* The other end's answer. contact: whose; NULL: none. sdp: has one. */
void load_print_answer(const struct sip_message *m, unsigned status,
                       const struct phone *contact, bool sdp, struct buf *out);

/* ---- authorize.c --------------------------------------------------------- */

/* Takes the challenge of a 401; false: the network is not believed, or there
 * is none. */
bool phone_challenged(struct phone *p, const struct sip_message *m);
void phone_print_authorization(const struct phone *p, struct buf *out);

#endif
