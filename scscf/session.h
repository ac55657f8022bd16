/* SPDX-License-Identifier: MIT
 *
 * What originating and terminating requests have in common (TS 24.229 5.4.3):
 * charging, requests within a dialog.
 */
#ifndef SCSCF_SESSION_H
#define SCSCF_SESSION_H

#include "ims/charging.h"
#include "scscf/scscf.h"
#include "sip/views.h"

/* 4.5.2, 5.4.3.2, 5.4.3.3: orig-ioi of this network in the request: type 2 to
 * another home network, type 1 to the P-CSCF; a vector is made where there is
 * none. */
void session_request_charging(struct scscf *me, struct sip_message *m,
                              enum ioi_type type);

/* 5.4.1.2.2F, 5.4.2.1.1: the vector of the request and a term-ioi of ours in
 * our own answer to it. */
void session_answer_charging(struct scscf *me, const struct sip_message *req,
                             struct sip_message *resp, enum ioi_type type);

/* 5.4.3.2, 5.4.3.3: where a user's phone stands is not told to the other one's
 * side. */
void session_hide_access(struct sip_message *m);

/* 5.4.3.2, 5.4.3.3: the identity that is called or calls, by itself or by the
 * wildcarded one of which its neighbour says that it is (P-Profile-Key, RFC
 * 5002). NULL: it is served here by neither. */
struct irs_identity *session_user(struct scscf *me, const struct sip_message *m,
                                  struct slice impu);
/* By which it was found is recorded, and not said on. */
void session_take_user(struct scscf *me, struct sip_message *m,
                       const struct irs_identity *user, struct slice impu);

/* What is kept of a request until its answer is back. Its responses carry the
 * charging vector that it came with, and a term-ioi of ours of the type that
 * who sent it shall see. */
struct session;

struct session *session_new(struct scscf *me, struct sip_request *req,
                            enum ioi_type type);
/* For sip_forward_new, whose ctx the session is; it dies with the forward. */
extern const struct sip_forward_handler session_forwarding;

#endif
