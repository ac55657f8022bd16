/* SPDX-License-Identifier: MIT
 *
 * The S-CSCF (TS 24.229 5.4): one struct on one loop. Each procedure has the
 * file named for it; this is what they share.
 */
#ifndef SCSCF_SCSCF_H
#define SCSCF_SCSCF_H

#include "ims/charging.h"
#include "ims/identity.h"
#include "node/cscf.h"
#include "scscf/challenge.h"
#include "scscf/ends.h"
#include "scscf/registrar.h"

struct scscf {
    struct cscf core; /* first: node->state is it */
    const struct env *env;
    const struct topology_node *self;
    struct registrar *registrar;
    struct challenges *challenges;
    struct map assigning; /* REGISTERs that wait for the HSS to assign their
                             user, by private identity */
    struct map asking;    /* likewise those that wait for their challenge */
    struct ends *ends;    /* that the HSS is to note */
    struct reg_events *reg_events; /* who watches registrations */
    struct str uri; /* Server-Name on Cx: "sip:scscf1.ims.example:5060" */
    struct str record_route; /* what stands in Record-Route */
    struct icid_source icid;
    struct str entry_point; /* of our own network: "sip:ims.example" */
    struct {
        uint64_t *challenged, *accepted, *refused, *deregistered, *expired,
            *terminated;
    } count;
};

/* Registration, 5.4.1: takes over the caller's hold on req. */
void scscf_register(struct scscf *me, struct sip_request *req);

/* Network-side end of a contact, 5.4.1.4: its time is up. */
void scscf_binding_expired(void *ctx, struct binding *b);
/* 5.4.1.6: the set's contacts have that many seconds left at most, so that
 * their phones register, and are authenticated, anew. How many were shortened.
 */
unsigned scscf_reauthenticate(struct scscf *me, struct irs *irs,
                              uint32_t seconds);
/* A set has been served without contacts long enough, 5.4.3.3. */
void scscf_unregistered_end(void *ctx, struct irs *irs);
/* For struct ends_handler. */
bool scscf_is_back(struct scscf *me, struct slice impi, struct slice impu);
bool scscf_is_assigning(struct scscf *me, struct slice impi);
bool scscf_is_asking(struct scscf *me, struct slice impi, struct slice impu);
bool scscf_is_challenged(struct scscf *me, struct slice impi,
                         struct slice impu);
/* What is news of the set (another profile) and of its bindings (binding_note)
 * is told to who watches it, and those that are to go go: S-EVT-1, in
 * reg_event_notify.c. */
void scscf_settle(struct scscf *me, struct irs *irs);
/* Nobody answered a challenge: a challenge_lost_fn. */
void scscf_challenge_lost(void *ctx, struct challenge *c, const char *how);
/* The authentication of the identities is over without an answer (TS 29.228
 * 6.1.2.1): what the HSS keeps for it alone it may forget. While a challenge of
 * theirs is pending nothing happens. */
void scscf_authentication_over(struct scscf *me, struct slice impi,
                               struct slice impu, struct slice call);

/* What the HSS begins: the end of registrations (5.4.1.5; termination.c) and
 * another profile (5.4.1.8; profile_update.c). ctx is the struct scscf. */
void scscf_rtr(void *ctx, struct cx_request *r, const struct cx_rtr *rtr);
void scscf_ppr(void *ctx, struct cx_request *r, const struct cx_ppr *ppr);

/* Originating (5.4.3.2) and terminating (5.4.3.3) requests: take over the
 * caller's hold on req. `copy` is consumed. */
void scscf_originate(struct scscf *me, struct sip_request *req,
                     struct sip_message *copy,
                     const struct sip_proxy_route *route);
void scscf_terminate(struct scscf *me, struct sip_request *req,
                     struct sip_message *copy);
/* A request within a dialog, 5.4.3.2 and 5.4.3.3. */
void scscf_subsequent(struct scscf *me, struct sip_request *req,
                      struct sip_message *copy);

#endif
