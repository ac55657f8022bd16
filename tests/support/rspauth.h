/* SPDX-License-Identifier: MIT
 *
 * What a 200 must say to who answered a challenge: the sender proves with
 * rspauth that it knows the secret too (RFC 7616 3.5, TS 24.229 5.4.1.2.2).
 * It is computed here by the text of the RFC and not by crypto/digest, whose
 * errors would otherwise agree with themselves.
 */
#ifndef SUPPORT_RSPAUTH_H
#define SUPPORT_RSPAUTH_H

#include "crypto/digest.h"
#include "sip/message.h"

struct rspauth {
    uint32_t cseq; /* of the request that asks for it; 0: none does */
    char nc[9], cnonce[16];
    struct digest_hex digest; /* what must come */
};

/* Credentials with qop=auth, of no -sess algorithm, went out with that CSeq. */
void rspauth_expect(struct rspauth *r, uint32_t cseq,
                    const struct digest_input *in,
                    const struct digest_hex *ha1);
/* CONFLICT and a sentence when a 200 with that CSeq does not prove it. */
enum ims_err rspauth_check(const struct rspauth *r, const struct sip_message *m,
                           struct why *why) MUST_CHECK;

#endif
