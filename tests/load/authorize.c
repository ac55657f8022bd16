/* SPDX-License-Identifier: MIT
 *
 * A phone's answer to a challenge: RFC 3261 22.4, RFC 3310.
 */
#include "crypto/encode.h"
#include "load/load_priv.h"
#include "sip/views.h"

static struct slice param_of(const struct sip_auth *a, const char *name)
{
    struct slice value = {0};

    sip_auth_param(a, slice_of(name), &value);
    return value;
}

static bool ask_card(struct phone *p, struct slice nonce,
                     enum digest_algorithm algorithm,
                     struct digest_password *out)
{
    struct milenage_key key;
    struct aka_answer answer;
    uint8_t bytes[64];
    size_t n = 0;

    subscriber_key(p->number, &key);
    if (!base64_decode(nonce, bytes, sizeof bytes, &n) ||
        n < AKA_RAND + AKA_AUTN ||
        aka_card_answer(&key, &p->card, bytes, bytes + AKA_RAND, &answer) !=
            AKA_ACCEPTED)
        return false;
    digest_aka_password(algorithm, slice_at(answer.res, AKA_RES),
                        slice_at(answer.ik, AKA_KEY),
                        slice_at(answer.ck, AKA_KEY), out);
    return true;
}

bool phone_challenged(struct phone *p, const struct sip_message *m)
{
    enum digest_algorithm algorithm;
    struct digest_password aka;
    char text[SUBSCRIBER_NAME], impi[96];
    struct slice password;
    struct sip_auth a;
    struct buf b;

    if (!sip_auth_find(m, SIP_HDR_WWW_AUTHENTICATE, S("Digest"),
                       (struct slice){0}, &a) ||
        !digest_algorithm_parse(param_of(&a, "algorithm"), &algorithm))
        return false;
    subscriber_password(p->number, text);
    password = slice_of(text);
    if (digest_algorithm_aka(algorithm)) {
        if (!ask_card(p, param_of(&a, "nonce"), algorithm, &aka))
            return false;
        password = digest_password_slice(&aka);
    }
    buf_over(&b, impi, sizeof impi);
    buf_printf(&b, "%s@%s", p->name, p->load->o.domain);
    digest_ha1(algorithm, buf_slice(&b), param_of(&a, "realm"), password,
               &p->ha1);
    p->algorithm = algorithm;
    str_set(&p->nonce, param_of(&a, "nonce"));
    p->nc = 0;
    return true;
}

void phone_print_authorization(const struct phone *p, struct buf *out)
{
    const char *domain = p->load->o.domain;
    struct digest_hex response;
    struct digest_input in;
    char nc[16];
    struct buf count;

    buf_printf(out,
               "Authorization: Digest username=\"%s@%s\", realm=\"%s\", "
               "uri=\"%s\"",
               p->name, domain, domain, p->load->domain_uri);
    if (!p->nc) {
        buf_str(out, ", nonce=\"\", response=\"\"\r\n");
        return;
    }
    buf_over(&count, nc, sizeof nc);
    buf_printf(&count, "%08x", p->nc);
    in = (struct digest_input){.algorithm = p->algorithm,
                               .qop = DIGEST_QOP_AUTH,
                               .method = S("REGISTER"),
                               .uri = slice_of(p->load->domain_uri),
                               .nonce = str_slice(&p->nonce),
                               .nc = buf_slice(&count),
                               .cnonce = S("load")};
    digest_response(&in, digest_slice(&p->ha1), &response);
    buf_printf(out,
               ", nonce=\"%s\", response=\"%.*s\", algorithm=%s, "
               "cnonce=\"load\", qop=auth, nc=%.*s\r\n",
               str_c(&p->nonce), SLICE_ARG(digest_slice(&response)),
               digest_algorithm_name(p->algorithm), SLICE_ARG(in.nc));
}
