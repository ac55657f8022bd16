/* SPDX-License-Identifier: MIT
 *
 * The challenges that the S-CSCF has given and not yet forgotten (TS 24.229
 * 5.4.1.2.1A-C): found by nonce, so that nobody can push out the challenge of
 * another user. While the timer reg-await-auth runs a challenge is pending; a
 * digest one that was answered rightly stays for its life, so that the phone
 * can use the nonce again (RFC 7616 3.3), as long as its user is registered: of
 * another password of his the HSS tells no longer than that. Each private
 * identity has a few at most; the table is bounded. Secrets are wiped when a
 * challenge goes.
 */
#ifndef SCSCF_CHALLENGE_H
#define SCSCF_CHALLENGE_H

#include "base/map.h"
#include "base/str.h"
#include "crypto/digest.h"
#include "ims/identity.h"
#include "net/env.h"

enum { CHALLENGES_PER_IMPI = 4, NONCE_LIFE_S = 600 };

struct challenge {
    struct map_node by_nonce, by_impi;
    struct challenges *table;
    struct timer timer;
    struct identity impi, impu;
    struct str nonce;   /* as in the header */
    struct str realm;   /* likewise */
    struct str call_id; /* of the REGISTER that was challenged */
    enum digest_algorithm algorithm;
    bool pending;                    /* no right answer yet */
    uint32_t nc;                     /* the highest nonce-count accepted */
    uint8_t rand[16];                /* AKA: for re-synchronisation */
    struct digest_hex ha1;           /* digest; secret */
    struct digest_password password; /* AKA: out of XRES, IK, CK; secret */
};

struct challenges;

/* A pending one goes without an answer: "expired", "gave way to a newer one",
 * or "was ended by the HSS". */
typedef void challenge_lost_fn(void *ctx, struct challenge *c, const char *how);

struct challenges *challenges_new(const struct env *env, size_t most,
                                  int64_t reg_await_auth_us,
                                  challenge_lost_fn *on_lost, void *ctx);
/* For challenges from now on. */
void challenges_limit(struct challenges *t, size_t most,
                      int64_t reg_await_auth_us);
void challenges_free(struct challenges *t);

/* A new one with identities, nonce and call_id set and reg-await-auth started;
 * the oldest of the private identity makes room for it. NULL when the table is
 * full. */
struct challenge *challenge_new(struct challenges *t, struct slice impi,
                                struct slice impu, struct slice nonce,
                                struct slice call_id);
void challenge_free(struct challenge *c);
struct challenge *challenge_find(const struct challenges *t,
                                 struct slice nonce);
/* It was answered rightly: AKA ones go, digest ones stay for NONCE_LIFE_S. */
void challenge_answered(struct challenge *c, uint32_t nc);
/* Is another challenge of the same identities pending? */
bool challenge_has_sister(const struct challenge *c);
/* Is any of these identities? */
bool challenges_are_pending(const struct challenges *t, struct slice impi,
                            struct slice impu);
/* All challenges of a private identity are forgotten; nobody is told. */
void challenges_forget(struct challenges *t, struct slice impi);
/* The HSS ends him: likewise, but whose answer was waited for is lost. */
void challenges_end(struct challenges *t, struct slice impi);
/* Those that were answered are: he is not registered any more. */
void challenges_forget_answered(struct challenges *t, struct slice impi);
size_t challenges_count(const struct challenges *t);

#endif
