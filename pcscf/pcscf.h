/* SPDX-License-Identifier: MIT
 *
 * The P-CSCF (TS 24.229 5.2): between phones, which are trusted with nothing,
 * and the core. One struct on one loop; each procedure has the file named for
 * it.
 */
#ifndef PCSCF_PCSCF_H
#define PCSCF_PCSCF_H

#include "ims/charging.h"
#include "ims/identity.h"
#include "node/cscf.h"
#include "pcscf/flows.h"
#include "sip/dialog.h"

struct pcscf {
    struct cscf core; /* first: node->state is it */
    const struct env *env;
    struct flows *flows;
    struct sip_dialogs *dialogs;
    struct reg_watches *watches; /* of registrations, 5.2.3 */
    struct icid_source icid;
    struct str mw_hostport; /* of Path and the inner Record-Route */
    struct {
        uint64_t *registered, *deregistered, *expired, *refused;
    } count;
};

/* REGISTER from a phone, 5.2.2; takes over the caller's hold on req, consumes
 * copy. */
void pcscf_register(struct pcscf *me, struct sip_request *req,
                    struct sip_message *copy);
/* A registered contact's time is up, 5.2.5. */
void pcscf_contact_expired(void *ctx, struct contact *c);
/* Initial and standalone requests from a phone, 5.2.6.3.1, .3, .7. */
void pcscf_originate(struct pcscf *me, struct sip_request *req,
                     struct sip_message *copy);
/* The same to a phone, 5.2.6.4.1, .3, .7; route: our Path entry. */
void pcscf_terminate(struct pcscf *me, struct sip_request *req,
                     struct sip_message *copy,
                     const struct sip_proxy_route *route);

/* Requests within a dialog, 5.2.6.3.5, .9 and 5.2.6.4.5, .9. */
void pcscf_subsequent_from_phone(struct pcscf *me, struct sip_request *req,
                                 struct sip_message *copy);
void pcscf_subsequent_to_phone(struct pcscf *me, struct sip_request *req,
                               struct sip_message *copy,
                               const struct sip_proxy_route *route);
/* An ACK for a 2xx, either way. */
void pcscf_ack(void *ctx, struct sip_message *ack, const struct sip_flow *flow);

/* As cscf_refuse, and counted. */
void pcscf_refuse(struct pcscf *me, struct sip_request *req,
                  struct sip_message *copy, unsigned status, const char *proc,
                  const char *clause, const char *fmt, ...)
    __attribute__((format(printf, 7, 8)));

/* The token in the user part of a Route entry of ours; NULL when it names no
 * contact that is known. */
struct contact *pcscf_contact_of(struct pcscf *me,
                                 const struct sip_proxy_route *route);
/* Our two Record-Route entries (RFC 5658): the one for the side where the
 * request goes on top. */
void pcscf_record_route(struct pcscf *me, struct sip_message *m,
                        const struct contact *c, bool towards_phone);
/* A P-Charging-Vector of our own: a new icid, type 1 orig-ioi. */
void pcscf_charging(struct pcscf *me, struct sip_message *m);
/* A type 1 term-ioi of this network in the response's vector (5.2.6.4.4). */
void pcscf_charging_response(struct pcscf *me, struct sip_message *resp);

#endif
