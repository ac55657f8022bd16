/* SPDX-License-Identifier: MIT
 *
 * HTTP digest as SIP uses it: RFC 2617, RFC 7616, RFC 8760; with a one-time
 * password out of AKA: RFC 3310 (AKAv1), RFC 4169 (AKAv2), TS 33.203 annex X.
 * Pure arithmetic on the values of the header; parsing is SIP's business.
 */
#ifndef CRYPTO_DIGEST_H
#define CRYPTO_DIGEST_H

#include "crypto/hash.h"

enum digest_algorithm {
#define DIGEST(name, token, hash, aka, sess) DIGEST_##name,
#include "crypto/digest.def"
#undef DIGEST
    DIGEST_COUNT
};

enum digest_qop { DIGEST_QOP_NONE, DIGEST_QOP_AUTH, DIGEST_QOP_AUTH_INT };

/* Token (any case) to algorithm and back; empty text is MD5 (RFC 7616 3.3). */
bool digest_algorithm_parse(struct slice token, enum digest_algorithm *out);
const char *digest_algorithm_name(enum digest_algorithm a);
unsigned digest_algorithm_aka(enum digest_algorithm a); /* 1, 2; 0: none */
enum hash digest_algorithm_hash(enum digest_algorithm a);
/* "" is QOP_NONE; false for anything but auth and auth-int. */
bool digest_qop_parse(struct slice token, enum digest_qop *out);

/* A result in lower-case hexadecimal digits, not zero-terminated. */
struct digest_hex {
    char text[2 * HASH_MAX];
    size_t n; /* 32 or 64 */
};

static inline struct slice digest_slice(const struct digest_hex *h)
{
    return (struct slice){h->text, h->n};
}

/* H(username:realm:password), what an HSS keeps and sends (a -sess algorithm's
 * further step belongs to the response). Texts unquoted. */
void digest_ha1(enum digest_algorithm a, struct slice username,
                struct slice realm, struct slice password,
                struct digest_hex *out);
/* H(username:realm), the value of username with userhash=true. */
void digest_userhash(enum digest_algorithm a, struct slice username,
                     struct slice realm, struct digest_hex *out);

/* What enters a response besides HA1: as in the header, without quotes. nc
 * and cnonce stay verbatim; without qop they count for -sess only. */
struct digest_input {
    enum digest_algorithm algorithm;
    enum digest_qop qop;
    struct slice method, uri, nonce, nc, cnonce;
    struct slice body; /* for auth-int */
};

/* The request's response; ha1 in hexadecimal digits. */
void digest_response(const struct digest_input *in, struct slice ha1,
                     struct digest_hex *out);
/* rspauth of Authentication-Info: no method, body is the response's. */
void digest_rspauth(const struct digest_input *in, struct slice ha1,
                    struct digest_hex *out);
/* Is that the digest? Any case of digits, constant time. */
bool digest_matches(const struct digest_hex *expected, struct slice response);

/* The password of an AKA algorithm: RES itself (RFC 3310 section 3.3), or
 * base64 of HMAC(RES || IK || CK, "http-digest-akav2-password") by the
 * algorithm's hash (RFC 4169 section 3). */
struct digest_password {
    uint8_t p[48];
    size_t n;
};

/* RES of 4 to 16 bytes, IK and CK of 16; a must be an AKA algorithm. */
void digest_aka_password(enum digest_algorithm a, struct slice res,
                         struct slice ik, struct slice ck,
                         struct digest_password *out);

static inline struct slice
digest_password_slice(const struct digest_password *p)
{
    return slice_at(p->p, p->n);
}

#endif
