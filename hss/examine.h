/* SPDX-License-Identifier: MIT
 *
 * Why does an answer to a challenge not fit? What a phone would have answered
 * with the mistakes that people make is computed and compared. Verdicts only
 * come out, never a secret. Pure.
 */
#ifndef HSS_EXAMINE_H
#define HSS_EXAMINE_H

#include "crypto/digest.h"
#include "hss/subscriber.h"

enum examine_verdict {
    EXAMINE_NOTHING, /* there is nothing to compare */
    EXAMINE_FITS,
    EXAMINE_RES_CUT, /* that of a phone whose RES ends at its first zero */
    EXAMINE_OPC_IS_OP,
    EXAMINE_OP_IS_OPC,
    EXAMINE_KEY_AS_PASSWORD,
    EXAMINE_EMPTY_PASSWORD,
    EXAMINE_NAME_AS_PASSWORD,
    EXAMINE_AUTN_FOREIGN, /* the challenge is not of the stored key */
    EXAMINE_NONE,         /* no mistake that is known here fits */
    EXAMINE_VERDICTS,
};

/* "opc-is-op"; what it means, in a few words. */
const char *examine_verdict_name(enum examine_verdict v);
const char *examine_verdict_text(enum examine_verdict v);

struct examine_ask {
    enum digest_algorithm challenged; /* by what */
    struct digest_input answer;       /* with the algorithm that it names */
    struct slice username, realm;     /* the phone's */
    struct slice response;            /* empty: none */
    struct slice auts;                /* base64; empty: none */
};

struct examine_result {
    enum examine_verdict verdict;
    bool tried[EXAMINE_VERDICTS]; /* was that mistake looked for */
};

/* p: with its impi, secrets, and op where one was given. */
void examine(const struct subscriber_private *p, const struct examine_ask *ask,
             struct examine_result *out);

#endif
