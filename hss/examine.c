/* SPDX-License-Identifier: MIT
 *
 * AKA: RFC 3310 3.3, RFC 4169 3, TS 33.102 6.3.3; digest: RFC 7616 3.4.
 */
#include "hss/examine.h"
#include "crypto/aka.h"
#include "crypto/encode.h"
#include <string.h>

static const struct {
    const char *name, *text;
} verdicts[EXAMINE_VERDICTS] = {
    [EXAMINE_NOTHING] = {"nothing", "there is nothing to compare"},
    [EXAMINE_FITS] = {"fits", "the stored secret"},
    [EXAMINE_RES_CUT] = {"res-cut",
                         "the stored secret, RES cut at a zero byte"},
    [EXAMINE_OPC_IS_OP] = {"opc-is-op", "the stored OPc taken for an OP"},
    [EXAMINE_OP_IS_OPC] = {"op-is-opc", "the OP given taken for an OPc"},
    [EXAMINE_KEY_AS_PASSWORD] = {"key-as-password", "K as a password"},
    [EXAMINE_EMPTY_PASSWORD] = {"empty-password", "an empty password"},
    [EXAMINE_NAME_AS_PASSWORD] = {"name-as-password",
                                  "the user's name as password"},
    [EXAMINE_AUTN_FOREIGN] = {"autn-foreign",
                              "a challenge made with the stored key"},
    [EXAMINE_NONE] = {"none", "no mistake that is known"},
};

const char *examine_verdict_name(enum examine_verdict v)
{
    return verdicts[v].name;
}

const char *examine_verdict_text(enum examine_verdict v)
{
    return verdicts[v].text;
}

/* ---- passwords ----------------------------------------------------------- */

static bool fits_ha1(const struct examine_ask *ask, struct slice ha1)
{
    struct digest_hex expected;

    digest_response(&ask->answer, ha1, &expected);
    return digest_matches(&expected, ask->response);
}

static bool fits_password(const struct examine_ask *ask, struct slice password)
{
    struct digest_hex ha1;
    bool fits;

    digest_ha1(ask->answer.algorithm, ask->username, ask->realm, password,
               &ha1);
    fits = fits_ha1(ask, digest_slice(&ha1));
    secret_wipe(&ha1, sizeof ha1);
    return fits;
}

static bool fits_stored(const struct subscriber_private *p,
                        const struct examine_ask *ask)
{
    for (size_t i = 0; i < p->nha1s; i++)
        if (digest_algorithm_hash(p->ha1s[i].algorithm) ==
                digest_algorithm_hash(ask->answer.algorithm) &&
            slice_eq(p->ha1s[i].realm, ask->realm) &&
            fits_ha1(ask, p->ha1s[i].hex))
            return true;
    return false;
}

static bool fits_a_name(const struct subscriber_private *p,
                        const struct examine_ask *ask)
{
    ssize_t at = slice_index(p->impi, '@');

    return fits_password(ask, p->impi) ||
           (at > 0 && fits_password(ask, slice_first(p->impi, (size_t)at)));
}

/* As 16 characters, and as digits of either case. */
static bool fits_key_text(const struct subscriber_private *p,
                          const struct examine_ask *ask)
{
    char text[2 * sizeof p->key.k];
    bool fits;

    hex_encode(p->key.k, sizeof p->key.k, text);
    fits = fits_password(ask, slice_at(p->key.k, sizeof p->key.k)) ||
           fits_password(ask, slice_at(text, sizeof text));
    for (size_t i = 0; i < sizeof text; i++)
        if (text[i] >= 'a')
            text[i] = (char)(text[i] - 'a' + 'A');
    fits = fits || fits_password(ask, slice_at(text, sizeof text));
    secret_wipe(text, sizeof text);
    return fits;
}

/* ---- AKA ----------------------------------------------------------------- */

struct token {
    uint8_t bytes[AKA_RAND + AKA_AUTN]; /* RAND || AUTN */
    bool is_there;
};

static void read_token(struct slice nonce, struct token *t)
{
    char text[256];
    size_t n = 0;

    t->is_there = nonce.n <= sizeof text &&
                  base64_decode(nonce, text, sizeof text, &n) &&
                  n >= sizeof t->bytes;
    if (t->is_there)
        memcpy(t->bytes, text, sizeof t->bytes);
}

static bool fits_out(const struct milenage_out *out, size_t res,
                     const struct examine_ask *ask)
{
    struct digest_password password;
    bool fits;

    digest_aka_password(ask->answer.algorithm, slice_at(out->res, res),
                        slice_at(out->ik, AKA_KEY), slice_at(out->ck, AKA_KEY),
                        &password);
    fits = fits_password(ask, digest_password_slice(&password));
    secret_wipe(&password, sizeof password);
    return fits;
}

static bool fits_res(const struct milenage_key *key, const struct token *t,
                     const struct examine_ask *ask)
{
    struct milenage_out out;
    bool fits;

    milenage_f2345(key, t->bytes, &out);
    fits = fits_out(&out, AKA_RES, ask);
    secret_wipe(&out, sizeof out);
    return fits;
}

/* RES is bytes, not text (RFC 3310 3.3); programs that take it for text lose
 * what comes behind a zero. *whole: no byte of it is one. */
static bool fits_cut_res(const struct milenage_key *key, const struct token *t,
                         const struct examine_ask *ask, bool *whole)
{
    struct milenage_out out;
    size_t n;
    bool fits;

    milenage_f2345(key, t->bytes, &out);
    n = strnlen((const char *)out.res, AKA_RES);
    *whole = n == AKA_RES;
    fits = !*whole && fits_out(&out, n, ask);
    secret_wipe(&out, sizeof out);
    return fits;
}

static bool fits_auts(const struct milenage_key *key, const struct token *t,
                      const struct examine_ask *ask)
{
    char auts[32];
    uint64_t sqn;
    size_t n = 0;

    return ask->auts.n <= sizeof auts &&
           base64_decode(ask->auts, auts, sizeof auts, &n) && n == AKA_AUTS &&
           aka_auts_open(key, t->bytes, (const uint8_t *)auts, &sqn);
}

static bool fits_key(const struct milenage_key *key, const struct token *t,
                     const struct examine_ask *ask)
{
    if (ask->auts.n)
        return fits_auts(key, t, ask);
    return ask->response.n && digest_algorithm_aka(ask->answer.algorithm) &&
           fits_res(key, t, ask);
}

/* AUTN = SQN xor AK || AMF || MAC-A (TS 33.102 6.3.2). */
static bool made_token(const struct milenage_key *key, const struct token *t)
{
    const uint8_t *autn = t->bytes + AKA_RAND;
    struct milenage_out out;
    uint8_t sqn[6], mac_a[8], mac_s[8];

    milenage_f2345(key, t->bytes, &out);
    for (size_t i = 0; i < sizeof sqn; i++)
        sqn[i] = autn[i] ^ out.ak[i];
    milenage_f1(key, t->bytes, sqn, autn + 6, mac_a, mac_s);
    secret_wipe(&out, sizeof out);
    return memcmp(mac_a, autn + 8, sizeof mac_a) == 0;
}

/* ---- all of it ----------------------------------------------------------- */

static bool try_it(struct examine_result *out, enum examine_verdict v,
                   bool fits)
{
    out->tried[v] = true;
    if (fits)
        out->verdict = v;
    return fits;
}

static void examine_passwords(const struct subscriber_private *p,
                              const struct examine_ask *ask,
                              struct examine_result *out)
{
    if (!ask->response.n)
        return;
    out->verdict = EXAMINE_NONE;
    if ((p->nha1s && try_it(out, EXAMINE_FITS, fits_stored(p, ask))) ||
        try_it(out, EXAMINE_EMPTY_PASSWORD, fits_password(ask, S(""))) ||
        try_it(out, EXAMINE_NAME_AS_PASSWORD, fits_a_name(p, ask)))
        return;
    if (p->has_key)
        try_it(out, EXAMINE_KEY_AS_PASSWORD, fits_key_text(p, ask));
}

static bool examine_cut(const struct milenage_key *key, const struct token *t,
                        const struct examine_ask *ask,
                        struct examine_result *out)
{
    bool whole, fits;

    if (!ask->response.n || ask->auts.n)
        return false;
    fits = fits_cut_res(key, t, ask, &whole);
    return !whole && try_it(out, EXAMINE_RES_CUT, fits);
}

static void examine_keys(const struct subscriber_private *p,
                         const struct examine_ask *ask, const struct token *t,
                         struct examine_result *out)
{
    struct milenage_key other = p->key;
    bool foreign = !made_token(&p->key, t);

    out->tried[EXAMINE_AUTN_FOREIGN] = true;
    out->verdict = foreign ? EXAMINE_AUTN_FOREIGN : EXAMINE_NONE;
    if (!ask->response.n && !ask->auts.n)
        return;
    milenage_opc(p->key.k, p->key.opc, other.opc);
    if (!try_it(out, EXAMINE_FITS, fits_key(&p->key, t, ask)) &&
        !examine_cut(&p->key, t, ask, out) &&
        !try_it(out, EXAMINE_OPC_IS_OP, fits_key(&other, t, ask)) &&
        p->has_op) {
        memcpy(other.opc, p->op, sizeof other.opc);
        try_it(out, EXAMINE_OP_IS_OPC, fits_key(&other, t, ask));
    }
    secret_wipe(&other, sizeof other);
}

void examine(const struct subscriber_private *p, const struct examine_ask *ask,
             struct examine_result *out)
{
    struct token t = {.is_there = false};

    *out = (struct examine_result){.verdict = EXAMINE_NOTHING};
    if (digest_algorithm_aka(ask->challenged) && p->has_key)
        read_token(ask->answer.nonce, &t);
    if (t.is_there &&
        (digest_algorithm_aka(ask->answer.algorithm) || !ask->response.n))
        examine_keys(p, ask, &t, out);
    else if (!digest_algorithm_aka(ask->answer.algorithm))
        examine_passwords(p, ask, out);
}
