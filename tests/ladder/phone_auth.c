/* SPDX-License-Identifier: MIT
 *
 * A phone's answer to a challenge: digest with a password, or AKA with a card
 * (TS 24.229 5.1.1.5, RFC 3310, RFC 4169).
 */
#include "crypto/encode.h"
#include "ladder/phone.h"
#include "sip/views.h"

static struct slice param_of(const struct sip_auth *a, const char *name)
{
    struct slice value = {0};

    sip_auth_param(a, slice_of(name), &value);
    return value;
}

/* HA1 with RES for a password; or auts, or nothing if the card does not know
 * the network. */
static void ask_card(struct phone *p, enum digest_algorithm algorithm,
                     struct slice realm, struct slice nonce,
                     struct digest_hex *ha1, struct buf *auts)
{
    struct digest_password password;
    struct aka_answer answer;
    uint8_t bytes[64];
    size_t n = 0;

    if (!base64_decode(nonce, bytes, sizeof bytes, &n) ||
        n < AKA_RAND + AKA_AUTN)
        return;
    switch (aka_card_answer(&p->secret.key, &p->secret.card, bytes,
                            bytes + AKA_RAND, &answer)) {
    case AKA_ACCEPTED:
        digest_aka_password(algorithm, slice_at(answer.res, AKA_RES),
                            slice_at(answer.ik, AKA_KEY),
                            slice_at(answer.ck, AKA_KEY), &password);
        digest_ha1(algorithm, str_slice(&p->impi), realm,
                   digest_password_slice(&password), ha1);
        break;
    case AKA_SYNC: base64_encode(slice_at(answer.auts, AKA_AUTS), auts); break;
    case AKA_BAD_MAC: break;
    }
}

static void find_ha1(struct phone *p, enum digest_algorithm algorithm,
                     struct slice realm, struct digest_hex *ha1)
{
    if (p->secret.password.n)
        digest_ha1(algorithm, str_slice(&p->impi), realm,
                   str_slice(&p->secret.password), ha1);
    else
        *ha1 = p->secret.ha1[algorithm];
}

bool phone_authorize(struct phone *p, struct sip_message *m,
                     struct slice method)
{
    struct digest_hex ha1 = {.n = 0}, response = {.n = 0};
    enum digest_algorithm algorithm;
    struct digest_input in;
    struct sip_auth a;
    char auts_text[64], nc[16];
    struct buf auts, count;
    struct slice realm;

    if (!p->challenge.n ||
        sip_auth_parse(str_slice(&p->challenge), &a, NULL) != IMS_OK ||
        !digest_algorithm_parse(param_of(&a, "algorithm"), &algorithm))
        return false;
    realm = p->realm.n ? str_slice(&p->realm) : param_of(&a, "realm");
    buf_over(&auts, auts_text, sizeof auts_text);
    if (digest_algorithm_aka(algorithm) && !p->secret.password.n)
        ask_card(p, algorithm, realm, param_of(&a, "nonce"), &ha1, &auts);
    else
        find_ha1(p, algorithm, realm, &ha1);
    buf_over(&count, nc, sizeof nc);
    buf_printf(&count, "%08x", ++p->nc);
    in = (struct digest_input){
        .algorithm = algorithm,
        .qop = param_of(&a, "qop").n ? DIGEST_QOP_AUTH : DIGEST_QOP_NONE,
        .method = method,
        .uri = m->uri,
        .nonce = param_of(&a, "nonce"),
        .nc = buf_slice(&count),
        .cnonce = S("ladder"),
    };
    p->rspauth = (struct rspauth){0};
    if (ha1.n) {
        digest_response(&in, digest_slice(&ha1), &response);
        if (in.qop)
            rspauth_expect(&p->rspauth, p->registration.cseq, &in, &ha1);
    }
    sip_set_printf(
        m, SIP_HDR_AUTHORIZATION,
        "Digest username=\"%s\", realm=\"%.*s\", nonce=\"%.*s\", "
        "uri=\"%.*s\", response=\"%.*s\", algorithm=%s%s%.*s%s%.*s%s",
        str_c(&p->impi), SLICE_ARG(realm), SLICE_ARG(in.nonce),
        SLICE_ARG(m->uri), SLICE_ARG(digest_slice(&response)),
        digest_algorithm_name(algorithm),
        in.qop ? ", cnonce=\"ladder\", qop=auth, nc=" : "",
        in.qop ? (int)count.n : 0, nc, auts.n ? ", auts=\"" : "", (int)auts.n,
        auts_text, auts.n ? "\"" : "");
    return true;
}
