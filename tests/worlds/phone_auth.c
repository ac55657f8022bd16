/* SPDX-License-Identifier: MIT
 *
 * The phone's answer to a challenge (RFC 3261 22.4, RFC 3310, RFC 4169).
 */
#include "crypto/encode.h"
#include "sip/views.h"
#include "worlds/phone.h"

static struct slice param_of(const struct sip_auth *a, const char *name)
{
    struct slice value = {0};

    sip_auth_param(a, slice_of(name), &value);
    return value;
}

/* A number that the card refuses was used before (H-AUC-1), unless the card
 * has gone ahead by itself. */
static void on_sync(struct phone *p, const struct aka_answer *answer,
                    struct buf *auts)
{
    if (!p->core->cards[p->plan->subscriber].jumped)
        core_break(p->core, CHECK_SQN, "phone%u: a sequence number came twice",
                   p->index);
    base64_encode(slice_at(answer->auts, AKA_AUTS), auts);
    p->tally->resyncs++;
}

static void ask_card(struct phone *p, const struct sip_auth *a,
                     struct digest_hex *ha1, struct buf *auts)
{
    struct sqn_card *card = &p->core->cards[p->plan->subscriber].sqn;
    struct digest_password password;
    struct milenage_key key;
    struct aka_answer answer;
    uint8_t bytes[64];
    size_t n = 0;

    plan_key(p->plan->wrong ? 200 : p->plan->subscriber, key.k, key.opc);
    if (!base64_decode(param_of(a, "nonce"), bytes, sizeof bytes, &n) ||
        n < AKA_RAND + AKA_AUTN)
        return;
    switch (aka_card_answer(&key, card, bytes, bytes + AKA_RAND, &answer)) {
    case AKA_ACCEPTED:
        digest_aka_password(p->plan->algorithm, slice_at(answer.res, AKA_RES),
                            slice_at(answer.ik, AKA_KEY),
                            slice_at(answer.ck, AKA_KEY), &password);
        digest_ha1(p->plan->algorithm, str_slice(&p->impi),
                   param_of(a, "realm"), digest_password_slice(&password), ha1);
        break;
    case AKA_SYNC: on_sync(p, &answer, auts); break;
    case AKA_BAD_MAC: break;
    }
}

static void find_ha1(struct phone *p, const struct sip_auth *a,
                     struct digest_hex *ha1, struct buf *auts)
{
    char text[32];
    struct buf password;

    if (digest_algorithm_aka(p->plan->algorithm)) {
        ask_card(p, a, ha1, auts);
        return;
    }
    buf_over(&password, text, sizeof text);
    buf_printf(&password, "%s%u", p->plan->wrong ? "wrong" : "password",
               p->plan->subscriber);
    digest_ha1(p->plan->algorithm, str_slice(&p->impi), param_of(a, "realm"),
               buf_slice(&password), ha1);
}

/* Not so far that it would wrap (TS 33.102 C.2.1). */
void phone_jump(struct phone *p)
{
    struct sqn_card *card = &p->core->cards[p->plan->subscriber].sqn;

    for (unsigned i = 0; i < SQN_INDS; i++)
        card->seq[i] += 1 << 20;
    p->core->cards[p->plan->subscriber].jumped = true;
}

bool phone_authorize(struct phone *p, struct sip_message *m)
{
    struct digest_hex ha1 = {.n = 0}, response = {.n = 0};
    struct digest_input in;
    struct sip_auth a;
    char nc[16], token[64];
    struct buf count, auts;

    if (!p->challenge.n ||
        sip_auth_parse(str_slice(&p->challenge), &a, NULL) != IMS_OK)
        return false;
    buf_over(&auts, token, sizeof token);
    find_ha1(p, &a, &ha1, &auts);
    buf_over(&count, nc, sizeof nc);
    buf_printf(&count, "%08x", ++p->nc);
    in = (struct digest_input){.algorithm = p->plan->algorithm,
                               .qop = DIGEST_QOP_AUTH,
                               .method = m->method_name,
                               .uri = m->uri,
                               .nonce = param_of(&a, "nonce"),
                               .nc = buf_slice(&count),
                               .cnonce = S("world")};
    p->rspauth = (struct rspauth){0};
    if (ha1.n) {
        digest_response(&in, digest_slice(&ha1), &response);
        rspauth_expect(&p->rspauth, p->cseq, &in, &ha1);
    }
    sip_set_printf(m, SIP_HDR_AUTHORIZATION,
                   "Digest username=\"%s\", realm=\"%.*s\", nonce=\"%.*s\", "
                   "uri=\"%.*s\", response=\"%.*s\", algorithm=%s, "
                   "cnonce=\"world\", qop=auth, nc=%.*s%s%.*s%s",
                   str_c(&p->impi), SLICE_ARG(param_of(&a, "realm")),
                   SLICE_ARG(in.nonce), SLICE_ARG(m->uri),
                   SLICE_ARG(digest_slice(&response)),
                   digest_algorithm_name(p->plan->algorithm), SLICE_ARG(in.nc),
                   auts.n ? ", auts=\"" : "", SLICE_ARG(buf_slice(&auts)),
                   auts.n ? "\"" : "");
    return true;
}
