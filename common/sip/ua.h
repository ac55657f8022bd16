/* SPDX-License-Identifier: MIT
 *
 * A small user agent: requests of our own (NOTIFY, third-party REGISTER, a
 * simulated phone), the dialog as one of its two ends sees it (RFC 3261
 * section 12), and the two duties that a 2xx to INVITE leaves to the user
 * agents: the ACK of the caller, the repetition of the callee. Sent with
 * sip_client_send.
 */
#ifndef SIP_UA_H
#define SIP_UA_H

#include "base/str.h"
#include "sip/transaction.h"
#include "sip/views.h"

/* ---- a request ----------------------------------------------------------- */

struct sip_ua_request {
    enum sip_method method;
    struct slice uri;      /* Request-URI */
    struct slice from, to; /* name-addr or URI; To and From get no tag here but
                              from_tag and to_tag */
    struct slice from_tag; /* empty: a new one */
    struct slice to_tag;   /* empty: none */
    struct slice call_id;  /* empty: a new one */
    uint32_t cseq;         /* 0: 1 */
    struct slice contact;  /* a value, or empty */
    struct slice route;    /* values joined by commas, or empty */
};

/* RFC 3261 8.1.1: all that a request must have, and no Via. The caller's. */
struct sip_message *sip_ua_request_new(const struct env *env,
                                       const struct sip_ua_request *r);

/* ---- a dialog ------------------------------------------------------------ */

/* One end of a dialog. Zero-initialised means none; embedded in its owner, who
 * calls sip_ua_dialog_fini. */
struct sip_ua_dialog {
    struct str call_id, local_tag, remote_tag;
    struct str local, remote; /* From and To of our requests, without tag */
    struct str target;        /* remote target: a URI */
    struct str routes;        /* route set in our order, joined by ", " */
    uint32_t local_cseq, remote_cseq;
    bool has_remote_cseq;
    bool is_confirmed; /* by a 2xx */
};

/* The caller's end, 12.1.2: from the request it sent and a response (101 to
 * 299) with a To tag. Once more with a later response of the same dialog: it
 * is confirmed, and its route set and target are taken anew (13.2.2.4).
 * MALFORMED, MISSING. */
enum ims_err sip_ua_dialog_by_response(struct sip_ua_dialog *d,
                                       const struct sip_message *req,
                                       const struct sip_message *resp,
                                       struct why *why) MUST_CHECK;
/* The callee's end, 12.1.1: from the request and our To tag. */
enum ims_err sip_ua_dialog_by_request(struct sip_ua_dialog *d,
                                      const struct sip_message *req,
                                      struct slice local_tag,
                                      struct why *why) MUST_CHECK;
void sip_ua_dialog_fini(struct sip_ua_dialog *d);

/* Does the message that came in belong to it? Call-ID and both tags. */
bool sip_ua_dialog_has(const struct sip_ua_dialog *d,
                       const struct sip_message *m);
/* A request within the dialog that came in, 12.2.2: CONFLICT when its CSeq is
 * below the last one (to be answered 500); the target follows the Contact of
 * INVITE, UPDATE, SUBSCRIBE and NOTIFY. */
enum ims_err sip_ua_dialog_receive(struct sip_ua_dialog *d,
                                   const struct sip_message *req,
                                   struct why *why) MUST_CHECK;

/* A request within the dialog, 12.2.1.1, with the next CSeq; loose and strict
 * routers. contact may be empty. The caller's. */
struct sip_message *sip_ua_dialog_request(struct sip_ua_dialog *d,
                                          enum sip_method method,
                                          struct slice contact);
/* The ACK for a 2xx to the INVITE of that CSeq number, 13.2.2.4; to be sent
 * with sip_stack_send_stateless at every 2xx that comes. The caller's. */
struct sip_message *sip_ua_dialog_ack(struct sip_ua_dialog *d, uint32_t cseq);

/* ---- a 2xx to INVITE ----------------------------------------------------- */

/* Repeats the response until its ACK, 13.3.1.4. */
struct sip_ua_accept;

/* Sends resp (consumed) as the answer to req (a hold of its own is taken), and
 * again after T1, 2*T1 ... T2, until sip_ua_accept_end. on_no_ack comes after
 * 64*T1; the object is then still to be ended. */
struct sip_ua_accept *sip_ua_accept(struct sip_request *req,
                                    struct sip_message *resp,
                                    void (*on_no_ack)(void *ctx), void *ctx);
/* The ACK came, or the call ended otherwise. */
void sip_ua_accept_end(struct sip_ua_accept *a);

#endif
