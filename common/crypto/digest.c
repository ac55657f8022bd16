/* SPDX-License-Identifier: MIT
 *
 * Digest, its algorithms and the password of AKA (RFC 7616, 3310, 4169).
 *
 * SIP-8.
 */
#include "crypto/digest.h"
#include "crypto/encode.h"
#include <assert.h>

static const struct {
    const char *token;
    enum hash hash;
    unsigned aka;
    bool sess;
} algorithms[DIGEST_COUNT] = {
#define DIGEST(name, token, hash, aka, sess) {token, hash, aka, sess},
#include "crypto/digest.def"
#undef DIGEST
};

/* The colon between two pieces; pieces with it are COUNT_OF(pieces) long. */
#define COLON S(":")
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

bool digest_algorithm_parse(struct slice token, enum digest_algorithm *out)
{
    if (token.n == 0) {
        *out = DIGEST_MD5;
        return true;
    }
    for (int i = 0; i < DIGEST_COUNT; i++) {
        if (slice_eq_nocase(token, slice_of(algorithms[i].token))) {
            *out = (enum digest_algorithm)i;
            return true;
        }
    }
    return false;
}

const char *digest_algorithm_name(enum digest_algorithm a)
{
    return algorithms[a].token;
}

unsigned digest_algorithm_aka(enum digest_algorithm a)
{
    return algorithms[a].aka;
}

enum hash digest_algorithm_hash(enum digest_algorithm a)
{
    return algorithms[a].hash;
}

bool digest_qop_parse(struct slice token, enum digest_qop *out)
{
    static const char *const names[] = {"", "auth", "auth-int"};

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (slice_eq_nocase(token, slice_of(names[i]))) {
            *out = (enum digest_qop)i;
            return true;
        }
    }
    return false;
}

static void hash_hex(enum digest_algorithm a, const struct slice *pieces,
                     size_t n, struct digest_hex *out)
{
    uint8_t bytes[HASH_MAX];
    enum hash h = algorithms[a].hash;

    hash_pieces(h, pieces, n, bytes);
    out->n = 2 * hash_size(h);
    hex_encode(bytes, hash_size(h), out->text);
}

void digest_ha1(enum digest_algorithm a, struct slice username,
                struct slice realm, struct slice password,
                struct digest_hex *out)
{
    struct slice pieces[] = {username, COLON, realm, COLON, password};

    hash_hex(a, pieces, COUNT_OF(pieces), out);
}

void digest_userhash(enum digest_algorithm a, struct slice username,
                     struct slice realm, struct digest_hex *out)
{
    struct slice pieces[] = {username, COLON, realm};

    hash_hex(a, pieces, COUNT_OF(pieces), out);
}

/* RFC 7616 section 3.4.2: a -sess algorithm binds HA1 to nonce and cnonce. */
static void session_ha1(const struct digest_input *in, struct slice ha1,
                        struct digest_hex *out)
{
    struct slice pieces[] = {ha1, COLON, in->nonce, COLON, in->cnonce};

    hash_hex(in->algorithm, pieces, COUNT_OF(pieces), out);
}

/* RFC 7616 section 3.4.3. */
static void ha2(const struct digest_input *in, struct slice method,
                struct digest_hex *out)
{
    struct digest_hex body;
    struct slice pieces[] = {method, COLON, in->uri, COLON, {0}};
    size_t n = 3;

    if (in->qop == DIGEST_QOP_AUTH_INT) {
        hash_hex(in->algorithm, &in->body, 1, &body);
        pieces[4] = digest_slice(&body);
        n = 5;
    }
    hash_hex(in->algorithm, pieces, n, out);
}

/* RFC 7616 section 3.4.1, and RFC 2617 section 3.2.2.1 without qop. */
static void respond(const struct digest_input *in, struct slice method,
                    struct slice ha1, struct digest_hex *out)
{
    struct digest_hex session, second;

    if (algorithms[in->algorithm].sess) {
        session_ha1(in, ha1, &session);
        ha1 = digest_slice(&session);
    }
    ha2(in, method, &second);
    if (in->qop == DIGEST_QOP_NONE) {
        struct slice pieces[] = {ha1, COLON, in->nonce, COLON,
                                 digest_slice(&second)};

        hash_hex(in->algorithm, pieces, COUNT_OF(pieces), out);
    } else {
        struct slice qop =
            in->qop == DIGEST_QOP_AUTH ? S("auth") : S("auth-int");
        struct slice pieces[] = {ha1,
                                 COLON,
                                 in->nonce,
                                 COLON,
                                 in->nc,
                                 COLON,
                                 in->cnonce,
                                 COLON,
                                 qop,
                                 COLON,
                                 digest_slice(&second)};

        hash_hex(in->algorithm, pieces, COUNT_OF(pieces), out);
    }
    secret_wipe(&session, sizeof(session));
}

void digest_response(const struct digest_input *in, struct slice ha1,
                     struct digest_hex *out)
{
    respond(in, in->method, ha1, out);
}

/* RFC 7616 section 3.5: A2 starts with the colon. */
void digest_rspauth(const struct digest_input *in, struct slice ha1,
                    struct digest_hex *out)
{
    respond(in, S(""), ha1, out);
}

bool digest_matches(const struct digest_hex *expected, struct slice response)
{
    uint8_t is[HASH_MAX], should[HASH_MAX];
    size_t n = expected->n / 2;

    return response.n == expected->n && slice_unhex(response, is, n) &&
           slice_unhex(digest_slice(expected), should, n) &&
           secret_eq(slice_at(is, n), slice_at(should, n));
}

/* RFC 4169 section 3. */
static void akav2_password(enum hash h, const struct slice parts[3],
                           struct digest_password *out)
{
    uint8_t key[48], mac[HASH_MAX];
    struct buf text;
    size_t n = 0;

    for (int i = 0; i < 3; i++) {
        memcpy(key + n, parts[i].p, parts[i].n);
        n += parts[i].n;
    }
    hash_hmac(h, slice_at(key, n), S("http-digest-akav2-password"), mac);
    buf_over(&text, out->p, sizeof(out->p));
    base64_encode(slice_at(mac, hash_size(h)), &text);
    out->n = text.n;
    secret_wipe(key, sizeof(key));
    secret_wipe(mac, sizeof(mac));
}

void digest_aka_password(enum digest_algorithm a, struct slice res,
                         struct slice ik, struct slice ck,
                         struct digest_password *out)
{
    struct slice parts[] = {res, ik, ck};

    assert(algorithms[a].aka && res.n <= 16 && ik.n == 16 && ck.n == 16);
    if (algorithms[a].aka == 2) {
        akav2_password(algorithms[a].hash, parts, out);
    } else {
        memcpy(out->p, res.p, res.n);
        out->n = res.n;
    }
}
