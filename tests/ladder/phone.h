/* SPDX-License-Identifier: MIT
 *
 * A phone that does what a ladder tells it: each message that it sends is a
 * line of the ladder; what the line does not say is as a well-behaved phone
 * would have it (TS 24.229 5.1). It has no transactions and no will of its
 * own, so that a ladder can make it forget, repeat and lie.
 */
#ifndef LADDER_PHONE_H
#define LADDER_PHONE_H

#include "base/list.h"
#include "base/str.h"
#include "crypto/aka.h"
#include "crypto/digest.h"
#include "ladder/script.h"
#include "net/net.h"
#include "sip/framer.h"
#include "sip/message.h"
#include "support/rspauth.h"

/* What it was provisioned with. */
struct phone_secret {
    bool has_key;
    struct milenage_key key;
    struct sqn_card card;
    struct str password; /* when the ladder gives one, it counts */
    struct digest_hex ha1[DIGEST_COUNT]; /* by algorithm; n 0: none */
};

/* A call, a subscription, or the registration: one Call-ID. */
struct phone_call {
    struct list link;       /* newest last */
    enum sip_method method; /* that began it */
    struct str call_id, local_tag, remote_tag, local_uri, remote_uri;
    struct str target; /* remote target: Request-URI of what follows */
    struct str routes; /* Route values, joined by ", "; empty: by the phone */
    struct str branch; /* of the last INVITE sent */
    struct sip_message *invite;   /* the last INVITE sent; owned */
    struct sip_message *pending;  /* last request received that is unanswered */
    struct sip_message *received; /* last INVITE received, unanswered */
    unsigned status;              /* of the last final response to our INVITE */
    uint32_t cseq, invite_cseq, rseq, remote_rseq;
};

struct phone {
    struct list link;
    struct net *net;
    struct slice name;
    struct str user, domain, impi, realm;
    struct str contact, q, expires; /* of REGISTER; empty: as usual */
    bool is_peer;                   /* knows the core: no route of a phone */
    struct addr local, proxy;
    struct phone *host; /* another account of this program has the socket */
    struct list *all;   /* the world's phones: those that share it with us */
    struct udp *udp;
    struct stream *stream;
    struct framer framer;
    struct phone_secret secret;
    struct str service_route; /* Route values behind the P-CSCF */
    struct str challenge;     /* WWW-Authenticate of the last 401 */
    unsigned register_status; /* of the last answer to REGISTER; 0: waits */
    uint32_t nc;              /* times its nonce was used */
    struct rspauth rspauth;   /* what a 200 to REGISTER must prove */
    struct why wrong;         /* a 200 that did not; IMS_OK: none */
    struct phone_call registration;
    struct list calls;
    unsigned counter; /* makes Call-IDs, tags and branches unique */
    struct str last;  /* what it sent last */
    /* Told of everything that it sends or receives; may be NULL. */
    void (*on_received)(void *ctx, struct phone *p, struct sip_message *m);
    void *ctx;
};

struct phone_options {
    struct net *net;
    struct slice name, user, impi;
    struct addr local, proxy; /* transport of both: how it talks */
    struct list *all;         /* the phones that there are */
    struct phone *host;       /* whose socket it uses, or NULL: its own */
    bool is_peer;
};

enum ims_err phone_new(const struct phone_options *o, struct phone **out,
                       struct why *why) MUST_CHECK;
void phone_free(struct phone *p);

/* Which account of the program that has p's socket is a message for? */
struct phone *phone_owner(struct phone *p, const struct sip_message *m);

/* Sends what a stimulus line says: a request or a response. MALFORMED with a
 * sentence when there is nothing that it could answer or belong to. */
enum ims_err phone_send(struct phone *p, const struct ladder_line *line,
                        struct why *why) MUST_CHECK;

/* ---- between the phone's files ------------------------------------------- */

struct phone_call *phone_call_of(struct phone *p, struct slice call_id);
struct phone_call *phone_call_new(struct phone *p, struct slice call_id,
                                  enum sip_method m);
enum ims_err phone_send_bytes(struct phone *p, struct slice bytes,
                              struct why *why) MUST_CHECK;
/* Puts it on the wire. */
enum ims_err phone_post(struct phone *p, const struct sip_message *m,
                        struct why *why) MUST_CHECK;
/* Learns from a message that came. */
void phone_received(struct phone *p, struct sip_message *m);
/* Authorization for the last challenge; false without any. */
bool phone_authorize(struct phone *p, struct sip_message *m,
                     struct slice method);
/* A session description of the phone. */
struct slice phone_sdp(struct phone *p, struct arena *a);

#endif
