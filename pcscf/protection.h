/* SPDX-License-Identifier: MIT
 *
 * Challenges and their answers as they pass the P-CSCF (TS 24.229 5.2.2.1,
 * 5.2.2.2): what is said of their protection, and the keys that stay here.
 */
#ifndef PCSCF_PROTECTION_H
#define PCSCF_PROTECTION_H

#include "pcscf/pcscf.h"

struct challenged {
    struct slice nonce; /* points into the response */
    bool aka;           /* the algorithm is one of AKA */
};

/* False: there is no challenge of Digest in it. */
bool protection_challenge(const struct sip_message *resp,
                          struct challenged *out);
/* 5.2.2.2: CK and IK end here, in whatever response they come. */
void protection_strip_keys(struct sip_message *resp);

/* Who sends a REGISTER. */
struct register_of {
    const struct sip_flow *flow;
    struct slice impu;
    const struct contact *contact; /* NULL: it is not known */
};

/* Authorization of the REGISTER goes on with what we say of its protection. */
void protection_mark(struct pcscf *me, const struct register_of *who,
                     struct sip_message *copy);

#endif
