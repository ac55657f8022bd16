/* SPDX-License-Identifier: MIT
 *
 * A P-CSCF between a phone and a core that are puppets.
 *
 *     border_init(&b, "limits: {dialogs: 200}");
 *     puppet_send(&b.phone, &b.gm, "REGISTER ...");
 *     border_run(&b);
 *     puppet_answer(&b.icscf, puppet_last(&b.icscf), 200, "");
 *     border_fini(&b);
 */
#ifndef SUPPORT_BORDER_H
#define SUPPORT_BORDER_H

#include "support/ims.h"
#include "support/puppet.h"

struct border {
    struct ims w;
    struct node *pcscf;
    struct puppet phone, icscf, scscf;
    struct addr gm, mw;
    unsigned branch; /* makes the next request's; the tests count it up */
    char path[200];  /* what the P-CSCF wrote into Path: border_keep_path */
};

#define BORDER_PHONE "127.0.0.50:5060"

/* settings: further members of the P-CSCF in the topology, or "". */
void border_init(struct border *b, const char *settings);
void border_fini(struct border *b);

/* A tenth of a second: what was sent has arrived and was answered. */
void border_run(struct border *b);
/* The Path of a REGISTER that the core received. */
void border_keep_path(struct border *b, const struct sip_message *req);

#endif
