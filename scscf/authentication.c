/* SPDX-License-Identifier: MIT
 *
 * Who is it? Challenge and answer of a REGISTER: TS 24.229 5.4.1.2.1,
 * 5.4.1.2.1A (IMS AKA), 5.4.1.2.1B-C (SIP digest), 5.4.1.2.2 to 5.4.1.2.3B.
 *
 *   no answer to a challenge of ours -> MAR -> 401
 *   an answer: auts  -> MAR with RAND || AUTS -> 401
 *              right -> registration_authenticated
 *              wrong -> SAR AUTHENTICATION_FAILURE, 403
 *   an MAA that gives no challenge    -> SAR AUTHENTICATION_TIMEOUT, 5xx
 *
 * S-REG-1 in part: AKA and SIP digest, no NASS-bundled, no GIBA; S-REG-2,
 * S-REG-9.
 */
#include "crypto/aka.h"
#include "crypto/encode.h"
#include "scscf/registration.h"

static void ask_vectors(struct registration *r);
static void on_vectors(void *ctx, enum ims_err err, const struct cx_maa *maa);
static void check_answer(struct registration *r, struct challenge *c);

static struct slice credential(const struct registration *r, const char *name)
{
    struct slice value = {0};

    if (r->has_credentials)
        sip_auth_param(&r->credentials, slice_of(name), &value);
    return value;
}

/* What the P-CSCF says of the REGISTER's protection: "no" means that nothing
 * in it may count as an answer (5.4.1.1 item 1, 7.2A.2). */
static bool is_unprotected(const struct registration *r)
{
    return slice_eq_nocase(credential(r, "integrity-protected"), S("no"));
}

/* An AKA challenge is answered over a security association alone (5.4.1.2.2),
 * or where the P-CSCF says that it need not be. */
static bool is_protected(const struct registration *r)
{
    struct slice is = credential(r, "integrity-protected");

    return slice_eq_nocase(is, S("yes")) ||
           slice_eq_nocase(is, S("tls-connected"));
}

static bool may_answer(const struct registration *r, const struct challenge *c)
{
    if (digest_algorithm_aka(c->algorithm) ? is_protected(r)
                                           : !is_unprotected(r))
        return true;
    record_say(r->me->env->record, r->about, "S-REG-2", "TS 24.229 5.4.1.2.2",
               "the answer of %.*s does not count: its P-CSCF does not say "
               "that it came protected",
               SLICE_ARG(identity_slice(&r->impi)));
    return false;
}

/* The challenge that is answered: the same nonce, identities, and, while it
 * is pending, Call-ID (5.4.1.2.2). */
static struct challenge *answered(const struct registration *r)
{
    struct challenge *c =
        challenge_find(r->me->challenges, credential(r, "nonce"));

    if (!c || !slice_eq(identity_slice(&c->impi), identity_slice(&r->impi)) ||
        !slice_eq(identity_slice(&c->impu), identity_slice(&r->impu)))
        return NULL;
    if (c->pending && !slice_eq(str_slice(&c->call_id), r->about.call))
        return NULL;
    return may_answer(r, c) ? c : NULL;
}

void registration_authenticate(struct registration *r)
{
    struct challenge *c = answered(r);

    if (c) {
        check_answer(r, c);
        return;
    }
    r->stale = credential(r, "response").n > 0 && credential(r, "nonce").n > 0;
    ask_vectors(r);
}

/* ---- challenge ----------------------------------------------------------- */

/* F6 of the procedures: a P-CSCF that speaks of associations means AKA; for
 * the rest the user's profile at the HSS decides. */
static const char *scheme_of(const struct registration *r)
{
    struct slice is = credential(r, "integrity-protected");

    if (slice_eq_nocase(is, S("yes")) || slice_eq_nocase(is, S("no")))
        return CX_SCHEME_AKAV1;
    if (slice_eq_nocase(is, S("tls-connected")))
        return CX_SCHEME_AKAV2;
    if (slice_starts_nocase(is, S("ip-assoc-")) ||
        slice_starts_nocase(is, S("tls-")))
        return CX_SCHEME_DIGEST;
    return CX_SCHEME_UNKNOWN;
}

static void ask_vectors(struct registration *r)
{
    struct cx_auth_item item = {.scheme = slice_of(scheme_of(r))};
    struct cx_mar mar = {
        .impi = identity_slice(&r->impi),
        .impu = identity_slice(&r->impu),
        .item = &item,
        .count = 1,
        .server_name = str_slice(&r->me->uri),
    };

    if (r->resyncs)
        item.authorization = slice_at(r->resync, sizeof r->resync);
    (void)map_add(&r->me->asking, &r->node, identity_slice(&r->impi));
    cx_mar_send(r->me->core.cx, &mar, r->about.call, on_vectors, r);
}

/* The HSS has stored our name for the challenge that is not given. */
static void take_back(struct registration *r)
{
    scscf_authentication_over(r->me, identity_slice(&r->impi),
                              identity_slice(&r->impu), r->about.call);
}

static struct challenge *remember(struct registration *r, struct slice nonce)
{
    struct challenge *c =
        challenge_new(r->me->challenges, identity_slice(&r->impi),
                      identity_slice(&r->impu), nonce, r->about.call);

    if (!c) {
        take_back(r);
        registration_refuse(r, 503, NULL, "S-REG-1", "TS 24.229 5.4.1.2.1",
                            "too many challenges are unanswered");
    }
    return c;
}

static void answer_401(struct registration *r, struct challenge *c,
                       struct slice realm, struct slice keys)
{
    struct sip_message *resp = sip_response_to(
        r->req->msg, 401, S("Unauthorized"), sip_request_tag(r->req));

    str_set(&c->realm, realm);
    sip_set_printf(resp, SIP_HDR_WWW_AUTHENTICATE,
                   "Digest realm=\"%.*s\", nonce=\"%s\", algorithm=%s, "
                   "qop=\"auth\"%s%.*s",
                   SLICE_ARG(realm), str_c(&c->nonce),
                   digest_algorithm_name(c->algorithm),
                   r->stale ? ", stale=true" : "", SLICE_ARG(keys));
    ++*r->me->count.challenged;
    record_say(r->me->env->record, r->about, "S-REG-1", "TS 24.229 5.4.1.2.1",
               "%.*s is challenged by %s%s",
               SLICE_ARG(identity_slice(&r->impi)),
               digest_algorithm_name(c->algorithm),
               r->resyncs ? ", its card asked for other sequence numbers"
               : r->stale ? ", the nonce it used is not known any more"
                          : "");
    registration_answer(r, resp);
}

/* 5.4.1.2.1A: nonce is base64(RAND || AUTN); ck and ik are for the P-CSCF. */
static void challenge_aka(struct registration *r,
                          const struct cx_auth_item *item)
{
    struct challenge *c;
    char nonce[64], keys[128];
    struct buf n, k;

    buf_over(&n, nonce, sizeof nonce);
    base64_encode(item->authenticate, &n);
    c = remember(r, buf_slice(&n));
    if (!c)
        return;
    c->algorithm = slice_eq(item->scheme, S(CX_SCHEME_AKAV2))
                       ? DIGEST_AKAV2_SHA256
                       : DIGEST_AKAV1_MD5;
    memcpy(c->rand, item->authenticate.p, sizeof c->rand);
    digest_aka_password(c->algorithm, item->authorization, item->ik, item->ck,
                        &c->password);
    buf_over(&k, keys, sizeof keys);
    buf_str(&k, ", ck=\"");
    buf_hex(&k, item->ck.p, item->ck.n);
    buf_str(&k, "\", ik=\"");
    buf_hex(&k, item->ik.p, item->ik.n);
    buf_str(&k, "\"");
    r->stale = false;
    answer_401(r, c, slice_of(r->me->env->domain), buf_slice(&k));
    secret_wipe(keys, sizeof keys);
}

/* 5.4.1.2.1B */
static void challenge_digest(struct registration *r,
                             const struct cx_digest *digest)
{
    char nonce[32];
    enum digest_algorithm algorithm;
    struct challenge *c;

    if (!digest_algorithm_parse(digest->algorithm, &algorithm) ||
        digest_algorithm_aka(algorithm) || digest->ha1.n > sizeof c->ha1.text) {
        take_back(r);
        registration_refuse(r, 500, NULL, "S-REG-9", "TS 24.229 5.4.1.2.1B",
                            "the HSS sent a digest that is not usable: %.*s",
                            SLICE_ARG(digest->algorithm));
        return;
    }
    dice_token(r->me->env->dice, nonce, sizeof nonce);
    c = remember(r, slice_at(nonce, sizeof nonce));
    if (!c)
        return;
    c->algorithm = algorithm;
    memcpy(c->ha1.text, digest->ha1.p, digest->ha1.n);
    c->ha1.n = digest->ha1.n;
    answer_401(r, c, digest->realm, (struct slice){0});
}

static bool is_aka(const struct cx_auth_item *item)
{
    return item->authenticate.n == AKA_RAND + AKA_AUTN &&
           item->authorization.n >= 4 && item->authorization.n <= 16 &&
           item->ck.n == AKA_KEY && item->ik.n == AKA_KEY;
}

/* By the MAR before, or by this one, if it was sent and an answer that did not
 * come was a success. */
static bool may_be_assigned(const struct registration *r, enum ims_err err)
{
    return err != IMS_CANCELLED && (ends_may_be_noted(err) || r->resyncs);
}

static void on_vectors(void *ctx, enum ims_err err, const struct cx_maa *maa)
{
    struct registration *r = ctx;
    unsigned result = err == IMS_OK ? maa->outcome.result : 0;
    const struct cx_auth_item *item;
    char said[CX_SAID_MAX];

    map_remove(&r->me->asking, &r->node);
    if (err != IMS_OK || !cx_is_success(result)) {
        if (may_be_assigned(r, err))
            take_back(r);
        registration_refuse(r, registration_status_of(err, result), NULL,
                            "S-REG-1", "TS 24.229 5.4.1.2.1",
                            "no authentication data from the HSS: %s",
                            cx_said(err, err ? NULL : &maa->outcome, said));
        return;
    }
    item = maa->items.count ? &maa->items.v[0] : NULL;
    if (item && item->digest)
        challenge_digest(r, item->digest);
    else if (item && is_aka(item))
        challenge_aka(r, item);
    else {
        take_back(r);
        registration_refuse(r, 500, NULL, "S-REG-1", "TS 24.229 5.4.1.2.1",
                            "the HSS sent no authentication data of a kind "
                            "that is known here");
    }
}

/* ---- answer -------------------------------------------------------------- */

/* 5.4.1.2.3: the HSS learns that the authentication is over, unless another
 * challenge is pending: who knows no password shall not end the authentication
 * of who does. */
static void wrong(struct registration *r, struct challenge *c,
                  const char *sentence)
{
    if (c->pending && !challenge_has_sister(c))
        ends_tell(r->me->ends, identity_slice(&r->impi),
                  identity_slice(&r->impu), CX_AUTHENTICATION_FAILURE,
                  r->about.call);
    challenge_free(c);
    registration_refuse(r, 403, NULL, "S-REG-2", "TS 24.229 5.4.1.2.3", "%s",
                        sentence);
}

/* 5.4.1.2.2: the card found the sequence number out of range. */
static void resynchronise(struct registration *r, struct challenge *c,
                          struct slice auts)
{
    size_t n = 0;

    if (!digest_algorithm_aka(c->algorithm) ||
        !base64_decode(auts, r->resync + AKA_RAND, AKA_AUTS, &n) ||
        n != AKA_AUTS) {
        wrong(r, c,
              "auts is not 14 bytes in base64, or not of an AKA "
              "challenge");
        return;
    }
    memcpy(r->resync, c->rand, AKA_RAND);
    r->resyncs = true;
    challenge_free(c);
    ask_vectors(r);
}

static bool read_input(const struct registration *r, const struct challenge *c,
                       struct digest_input *in)
{
    enum digest_algorithm named;

    *in = (struct digest_input){
        .algorithm = c->algorithm,
        .method = S("REGISTER"),
        .uri = credential(r, "uri"),
        .nonce = str_slice(&c->nonce),
        .nc = credential(r, "nc"),
        .cnonce = credential(r, "cnonce"),
        .body = r->req->msg->body,
    };
    return digest_algorithm_parse(credential(r, "algorithm"), &named) &&
           named == c->algorithm &&
           digest_qop_parse(credential(r, "qop"), &in->qop);
}

static void ha1_of(const struct registration *r, const struct challenge *c,
                   struct digest_hex *ha1)
{
    if (digest_algorithm_aka(c->algorithm))
        digest_ha1(c->algorithm, identity_slice(&r->impi), str_slice(&c->realm),
                   digest_password_slice(&c->password), ha1);
    else
        *ha1 = c->ha1;
}

/* RFC 7616 3.4: each use of a nonce counts up, and no count comes twice. */
static bool is_replayed(const struct challenge *c,
                        const struct digest_input *in, uint32_t *nc)
{
    uint64_t count = 1;

    if (in->qop != DIGEST_QOP_NONE && !slice_hex_u64(in->nc, &count))
        return true;
    *nc = (uint32_t)count;
    return count > UINT32_MAX || count <= c->nc;
}

static void right(struct registration *r, struct challenge *c,
                  const struct digest_input *in, const struct digest_hex *ha1,
                  uint32_t nc)
{
    struct digest_input answer = *in;

    answer.body = (struct slice){0};
    r->has_rspauth = in->qop == DIGEST_QOP_AUTH;
    if (r->has_rspauth)
        digest_rspauth(&answer, digest_slice(ha1), &r->rspauth);
    record_say(r->me->env->record, r->about, "S-REG-2", "TS 24.229 5.4.1.2.2",
               "%.*s answered the challenge rightly",
               SLICE_ARG(identity_slice(&r->impi)));
    challenge_answered(c, nc);
    registration_authenticated(r);
}

static void check_answer(struct registration *r, struct challenge *c)
{
    struct slice response = credential(r, "response");
    struct slice auts = credential(r, "auts");
    struct digest_input in;
    struct digest_hex ha1, expected;
    uint32_t nc;

    if (auts.n) {
        resynchronise(r, c, auts);
        return;
    }
    if (!response.n) {
        wrong(r, c,
              digest_algorithm_aka(c->algorithm)
                  ? "an empty response without auts: the card did not "
                    "accept the network's authentication token"
                  : "an empty response: the phone has no password for "
                    "the challenge's realm and algorithm");
        return;
    }
    if (!read_input(r, c, &in)) {
        wrong(r, c, "algorithm or qop of the response is not the challenge's");
        return;
    }
    if (!slice_eq(credential(r, "realm"), str_slice(&c->realm))) {
        wrong(r, c,
              "wrong realm: the phone answered for another one than "
              "it was challenged with");
        return;
    }
    ha1_of(r, c, &ha1);
    digest_response(&in, digest_slice(&ha1), &expected);
    if (!digest_matches(&expected, response))
        wrong(r, c,
              "wrong response: the password or key is not the one in "
              "the HSS");
    else if (is_replayed(c, &in, &nc)) {
        r->stale = true;
        ask_vectors(r);
    } else
        right(r, c, &in, &ha1, nc);
    secret_wipe(&ha1, sizeof ha1);
}
