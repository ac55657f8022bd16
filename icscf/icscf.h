/* SPDX-License-Identifier: MIT
 *
 * The I-CSCF (TS 24.229 5.3): the entry point of a network. It asks the HSS
 * who serves a user, and stays out of what follows. One struct on one loop;
 * each procedure has the file named for it.
 */
#ifndef ICSCF_ICSCF_H
#define ICSCF_ICSCF_H

#include "base/str.h"
#include "ims/cx.h"
#include "ims/identity.h"
#include "node/node.h"
#include "sip/proxy.h"

struct icscf {
    struct node *node;
    const struct env *env;
    struct sip_stack *stack;
    struct sip_proxy *proxy;
    struct diameter *diameter;
    struct cx *cx;
    bool leaving; /* DPR is on its way */
    struct {
        uint64_t *authorized, *located, *refused;
    } count;
};

/* REGISTER, 5.3.1; takes over the caller's hold on req, consumes copy. */
void icscf_register(struct icscf *me, struct sip_request *req,
                    struct sip_message *copy);
/* Any other request for a served user, 5.3.2; likewise. */
void icscf_locate(struct icscf *me, struct sip_request *req,
                  struct sip_message *copy);

/* What the record's entries about a SIP request join by. */
static inline struct record_about icscf_about(const struct sip_message *m)
{
    return (struct record_about){.call = sip_header_value(m, SIP_HDR_CALL_ID)};
}

/* Records the sentence, answers, and lets go of req and copy. */
void icscf_refuse(struct icscf *me, struct sip_request *req,
                  struct sip_message *copy, unsigned status, const char *proc,
                  const char *clause, const char *fmt, ...)
    __attribute__((format(printf, 7, 8)));

#endif
