/* SPDX-License-Identifier: MIT
 *
 * Who watches the registration state of users served here: the reg event
 * package at the S-CSCF (TS 24.229 5.4.2.1, RFC 3680, RFC 6665). Bounded by
 * the topology's limit of dialogs.
 */
#ifndef SCSCF_REG_EVENT_H
#define SCSCF_REG_EVENT_H

#include "node/subscriptions.h"
#include "scscf/scscf.h"

struct reg_events;

struct reg_events *reg_events_new(struct scscf *me, size_t most);
void reg_events_limit(struct reg_events *r, size_t most);
/* After the stack has gone: nobody is told any more. NULL is fine. */
void reg_events_free(struct reg_events *r);
size_t reg_events_count(const struct reg_events *r);
struct usage reg_events_usage(const struct reg_events *r);

/* Is it SUBSCRIBE with Event: reg? */
bool reg_event_is_asked_for(const struct sip_message *m);
/* An initial SUBSCRIBE to the registration state of `user` (NULL: nobody who
 * is served here), 5.4.2.1.1: takes over the caller's hold on req, consumes
 * copy. */
void reg_event_subscribe(struct scscf *me, struct sip_request *req,
                         struct sip_message *copy,
                         const struct irs_identity *user);
/* A request within a subscription: refresh, end. False: it belongs to none;
 * nothing has happened. */
bool reg_event_subsequent(struct scscf *me, struct sip_request *req,
                          struct sip_message *copy);

/* Ends the set's subscriptions, so that their watchers subscribe anew
 * elsewhere: another S-CSCF serves the user. */
void reg_event_move(struct scscf *me, struct irs *irs);
/* For struct registrar_handler: who watches the identity is told that it has
 * left the set, and that is the last he is told. */
void reg_event_identity_left(void *ctx, struct irs *irs, struct slice impu);

/* In the order of coming. */
void reg_events_each(const struct reg_events *r,
                     void (*fn)(void *ctx, const struct subscription_info *i),
                     void *ctx);

#endif
