/* SPDX-License-Identifier: MIT
 *
 * What originating and terminating requests have in common (TS 24.229 5.4.3):
 * charging, refusals, requests within a dialog.
 */
#ifndef SCSCF_SESSION_H
#define SCSCF_SESSION_H

#include "ims/charging.h"
#include "scscf/scscf.h"
#include "sip/views.h"

/* Records the sentence, answers, and lets go of req and copy. */
void session_refuse(struct scscf *me, struct sip_request *req,
                    struct sip_message *copy, unsigned status, const char *proc,
                    const char *clause, const char *fmt, ...)
    __attribute__((format(printf, 7, 8)));

/* 4.5.2, 5.4.3.2, 5.4.3.3: orig-ioi of this network (type 2) in the request;
 * a vector is made where there is none. */
void session_request_charging(struct scscf *me, struct sip_message *m);
/* term-ioi in the response, of the type that its receiver shall see. */
void session_response_charging(struct scscf *me, struct sip_message *resp,
                               enum ioi_type type);

#endif
