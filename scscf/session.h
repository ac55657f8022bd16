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

/* 4.5.2, 5.4.3.2, 5.4.3.3: orig-ioi of this network (type 2) in the request;
 * a vector is made where there is none. */
void session_request_charging(struct scscf *me, struct sip_message *m);
/* term-ioi in the response, of the type that its receiver shall see. */
void session_response_charging(struct scscf *me, struct sip_message *resp,
                               enum ioi_type type);

#endif
