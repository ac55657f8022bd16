/* SPDX-License-Identifier: MIT
 *
 * What is secret in a recorded message, before anybody outside sees it. This
 * is for SIP; Diameter messages are masked before they are recorded
 * (diameter/avp.h, avp_mask).
 */
#ifndef NODE_MASK_H
#define NODE_MASK_H

#include "base/slice.h"

/* Writes '*' over the values of ck and ik parameters (CK and IK of a challenge
 * between S-CSCF and P-CSCF, TS 24.229 7.2A.1) in the headers of a SIP
 * message. The length stays. */
void mask_sip(char *bytes, size_t n);

#endif
