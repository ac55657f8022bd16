/* SPDX-License-Identifier: MIT
 *
 * The dialogs of phones as the P-CSCF follows them: what responses make of
 * them (TS 24.229 5.2.6.3.2, .4, 5.2.6.4.2, .4).
 */
#ifndef PCSCF_DIALOGS_H
#define PCSCF_DIALOGS_H

#include "pcscf/pcscf.h"

/* The phone that an initial request came from or goes to, as it was then. */
struct dialog_phone {
    struct sip_flow flow;
    char token[FLOW_TOKEN]; /* of its contact */
    uint64_t user;          /* contact_user of that */
};

struct dialog_phone pcscf_dialog_phone(const struct contact *c,
                                       const struct sip_flow *flow);

/* A response to a request that the phone sent, or answered. The dialog belongs
 * to the phone's contact; its Record-Route is the response's. */
void pcscf_dialog_response(struct pcscf *me, const struct sip_message *request,
                           const struct sip_message *resp, bool phone_is_caller,
                           const struct dialog_phone *phone);

/* A response of the phone to a NOTIFY of no dialog: a 2xx makes one. */
void pcscf_dialog_notified(struct pcscf *me, const struct sip_message *request,
                           const struct sip_message *resp,
                           const struct dialog_phone *phone);

/* May the contact have one more dialog? */
bool pcscf_has_room(const struct pcscf *me, const struct contact *c);
/* Is there room for the dialog of this contact that an initial request may
 * make? A call within which no request could pass is worse than none; and no
 * contact has all the room. False: refused, and req and copy are gone. */
bool pcscf_check_dialogs(struct pcscf *me, struct sip_request *req,
                         struct sip_message *copy, const struct contact *c);

/* Is the dialog's phone still registered over its flow, if need be with another
 * contact? */
bool pcscf_dialog_is_registered(const struct sip_dialog *d);
/* The dialogs of a contact are another one's from now on, and go over its flow.
 * How many. */
size_t pcscf_move_dialogs(struct contact *from, struct contact *to);
/* 5.2.8.1.4: the dialogs of a contact that the network has ended are forgotten
 * without a word to anybody. How many. */
size_t pcscf_forget_dialogs(struct contact *c);
/* A contact goes (flows_new): if the user is registered with another one over
 * this flow (he re-registered within a call), that has its dialogs from now on.
 * Otherwise they are forgotten. */
void pcscf_contact_gone(void *ctx, struct contact *c);
/* A dialog goes (sip_dialogs_on_end): its contact has one less. */
void pcscf_dialog_gone(void *ctx, struct sip_dialog *d, bool timed_out);
/* What the table takes: the responses to requests that were let in when there
 * was room find some, too. */
size_t pcscf_dialogs_limit(const struct topology_limits *l);

#endif
