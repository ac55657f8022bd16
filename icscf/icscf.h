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

#endif
