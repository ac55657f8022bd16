/* SPDX-License-Identifier: MIT
 *
 * The dialogs of phones as the P-CSCF follows them: what responses make of
 * them (TS 24.229 5.2.6.3.2, .4, 5.2.6.4.2, .4).
 */
#ifndef PCSCF_DIALOGS_H
#define PCSCF_DIALOGS_H

#include "pcscf/pcscf.h"

/* A response to a request that a phone sent over the flow, or answered.
 * The dialog's Record-Route is the response's. */
void pcscf_dialog_response(struct pcscf *me, const struct sip_message *request,
                           const struct sip_message *resp, bool phone_is_caller,
                           const struct sip_flow *flow);

/* Is there room for the dialog that an initial request may make? A call within
 * which no request could pass is worse than none. False: refused, and req and
 * copy are gone. */
bool pcscf_check_dialogs(struct pcscf *me, struct sip_request *req,
                         struct sip_message *copy);
/* 5.2.8.1.4: the dialogs of a contact that the network has ended are forgotten
 * without a word to anybody. How many. */
size_t pcscf_forget_dialogs(struct pcscf *me, const struct contact *c);
/* What the table takes: the responses to requests that were let in when there
 * was room find some, too. */
size_t pcscf_dialogs_limit(const struct topology_limits *l);

#endif
