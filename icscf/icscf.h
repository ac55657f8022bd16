/* SPDX-License-Identifier: MIT
 *
 * The I-CSCF (TS 24.229 5.3): the entry point of a network. It asks the HSS
 * who serves a user, and stays out of what follows. One struct on one loop;
 * each procedure has the file named for it.
 */
#ifndef ICSCF_ICSCF_H
#define ICSCF_ICSCF_H

#include "ims/identity.h"
#include "node/cscf.h"

struct icscf {
    struct cscf core; /* first: node->state is it */
    const struct env *env;
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

/* From sip_forward_handler.on_best: an S-CSCF that cannot be reached is a
 * server time-out for who waits behind us (5.3.1.3, 5.3.2.2). True: answered.
 */
bool icscf_answered_504(struct icscf *me, struct sip_forward *f,
                        enum sip_client_cause cause, const char *proc,
                        const char *clause);

#endif
