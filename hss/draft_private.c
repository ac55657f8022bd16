/* SPDX-License-Identifier: MIT
 *
 * Private identities of a draft: derived where not given, and their secrets.
 */
#include "crypto/sqn.h"
#include "hss/draft_priv.h"
#include "ims/identity.h"

static const struct subscriber_public *first_sip(const struct subscriber *s)
{
    for (size_t i = 0; i < s->nsets; i++) {
        for (size_t k = 0; k < s->sets[i].npublics; k++) {
            const struct subscriber_public *p = &s->sets[i].publics[k];

            if (p->impu.n && !identity_is_tel(p->impu) &&
                !identity_is_wildcard(p->impu))
                return p;
        }
    }
    return NULL;
}

static void finish_impi(struct finisher *f, const struct draft_private *d,
                        struct subscriber_private *p)
{
    const struct subscriber_public *from = first_sip(f->out);
    struct identity derived;

    p->impi = slice_trim(d->impi);
    if (d->impi.n && !identity_private_valid(p->impi)) {
        complain_of(f->c, d->at, "impi",
                    "private identity \"%.*s\"; user@realm was expected",
                    SLICE_ARG(slice_first(d->impi, 80)));
    } else if (!d->impi.n) {
        if (from && !identity_private_of(from->impu, &derived, NULL))
            p->impi = draft_keep(f, &derived);
        else
            complain(f->c, d->at,
                     "no private identity, and no sip URI to derive it from; "
                     "impi was expected");
    }
}

bool draft_key(struct slice text, uint8_t out[16])
{
    char digits[33];
    size_t n = 0;

    if (text.n == 16) {
        memcpy(out, text.p, 16);
        return true;
    }
    for (size_t i = 0; i < text.n && n < sizeof(digits); i++) {
        if (!text.p[i] || !strchr(" \t\r\n:-", text.p[i]))
            digits[n++] = text.p[i];
    }
    return slice_unhex(slice_at(digits, n), out, 16);
}

static bool read_key(struct finisher *f, struct mark at, const char *name,
                     struct slice text, uint8_t out[16])
{
    if (draft_key(text, out))
        return true;
    complain_of(f->c, at, name,
                "%s has %zu characters; 32 hexadecimal digits, or 16 "
                "characters, were expected",
                name, text.n);
    return false;
}

static void finish_numbers(struct finisher *f, const struct draft_private *d,
                           struct subscriber_private *p)
{
    if (d->amf.n && !slice_unhex(d->amf, p->amf, 2))
        complain_of(f->c, d->aka_at, "amf",
                    "amf \"%.*s\"; 4 hexadecimal digits were expected",
                    SLICE_ARG(slice_first(d->amf, 40)));
    if (!d->amf.n)
        p->amf[0] = 0x80; /* TS 33.102 annex H: separation bit */
    p->sqn = SUBSCRIBER_SQN_KEEP;
    if (d->sqn.n && (!slice_u64(d->sqn, SQN_END - 1, &p->sqn)))
        complain_of(f->c, d->aka_at, "sqn",
                    "sqn \"%.*s\"; a number below 2^48 was expected",
                    SLICE_ARG(slice_first(d->sqn, 40)));
}

static void finish_aka(struct finisher *f, const struct draft_private *d,
                       struct subscriber_private *p)
{
    finish_numbers(f, d, p);
    if (!d->k.n && !d->op.n && !d->opc.n && f->rules->secrets_may_lack)
        return;
    if (!d->k.n || (!d->op.n && !d->opc.n)) {
        complain_of(f->c, d->aka_at, d->k.n ? "opc" : "k",
                    "aka without %s; k and op or opc were expected",
                    d->k.n ? "op and opc" : "k");
        return;
    }
    if (d->op.n && d->opc.n) {
        complain_of(f->c, d->aka_at, "op",
                    "both op and opc; one of them was expected");
        return;
    }
    if (!read_key(f, d->aka_at, "k", d->k, p->key.k))
        return;
    if (d->opc.n) {
        p->has_key = read_key(f, d->aka_at, "opc", d->opc, p->key.opc);
    } else if (read_key(f, d->aka_at, "op", d->op, p->op)) {
        milenage_opc(p->key.k, p->op, p->key.opc);
        p->has_key = p->has_op = true;
    }
}

static bool password_algorithm(struct slice name, enum digest_algorithm *out)
{
    static const enum digest_algorithm some[] = {DIGEST_MD5, DIGEST_SHA256,
                                                 DIGEST_SHA512_256};

    for (size_t i = 0; i < 3; i++) {
        if (slice_eq_nocase(name, slice_of(digest_algorithm_name(some[i])))) {
            *out = some[i];
            return true;
        }
    }
    return false;
}

static void add_password(struct finisher *f, struct subscriber_private *p,
                         struct subscriber_ha1 *ha1s, struct slice realm,
                         struct slice password)
{
    static const enum digest_algorithm all[] = {DIGEST_MD5, DIGEST_SHA256};
    struct digest_hex hex;

    for (size_t i = 0; i < 2; i++) {
        digest_ha1(all[i], p->impi, realm, password, &hex);
        ha1s[p->nha1s++] = (struct subscriber_ha1){
            all[i], realm, complaints_keep(f->c, digest_slice(&hex))};
    }
    if (p->algorithm != DIGEST_SHA512_256)
        return;
    digest_ha1(p->algorithm, p->impi, realm, password, &hex);
    ha1s[p->nha1s++] = (struct subscriber_ha1){
        p->algorithm, realm, complaints_keep(f->c, digest_slice(&hex))};
}

static void add_ha1(struct finisher *f, const struct draft_ha1 *d,
                    struct slice realm, struct subscriber_private *p,
                    struct subscriber_ha1 *ha1s)
{
    struct subscriber_ha1 h = {.realm = d->realm.n ? d->realm : realm};
    uint8_t bytes[HASH_MAX];
    size_t n;

    if (p->nha1s == SUBSCRIBER_MAX_HA1) {
        complain(f->c, d->at, "more than %d HA1", SUBSCRIBER_MAX_HA1);
        return;
    }
    if (!password_algorithm(d->algorithm, &h.algorithm)) {
        complain(f->c, d->at,
                 "HA1 of \"%.*s\"; MD5, SHA-256 or SHA-512-256 was expected",
                 SLICE_ARG(slice_first(d->algorithm, 40)));
        return;
    }
    draft_check_text(f, d->at, "realm", d->realm);
    n = hash_size(digest_algorithm_hash(h.algorithm));
    if (!slice_unhex(d->hex, bytes, n)) {
        complain(f->c, d->at,
                 "an HA1 of %zu characters; %zu hexadecimal digits were "
                 "expected for %s",
                 d->hex.n, 2 * n, digest_algorithm_name(h.algorithm));
        return;
    }
    h.hex = d->hex;
    ha1s[p->nha1s++] = h;
}

static void finish_digest(struct finisher *f, const struct draft_private *d,
                          struct subscriber_private *p)
{
    struct slice realm = d->realm.n ? d->realm : f->rules->domain;
    struct subscriber_ha1 *ha1s;
    size_t n = 3; /* a password makes at most that many */
    bool lacks = !d->password.n && !d->ha1s;

    for (const struct draft_ha1 *h = d->ha1s; h; h = h->next)
        n++;
    ha1s = draft_take(f, n, sizeof(*ha1s));
    if (!ha1s)
        return;
    p->ha1s = ha1s;
    draft_check_text(f, d->digest_at, "realm", d->realm);
    if (lacks && !f->rules->secrets_may_lack)
        complain_of(f->c, d->digest_at, "password",
                    "digest without password; password or ha1 was expected");
    if (d->password.n && p->impi.n)
        add_password(f, p, ha1s, realm, d->password);
    for (const struct draft_ha1 *h = d->ha1s; h; h = h->next)
        add_ha1(f, h, realm, p, ha1s);
}

static bool has_ha1(const struct subscriber_private *p)
{
    for (size_t i = 0; i < p->nha1s; i++) {
        if (p->ha1s[i].algorithm == p->algorithm)
            return true;
    }
    return false;
}

/* With AKA and a password both, AKA is what the user is challenged by unless
 * the S-CSCF asks otherwise. */
static void finish_algorithm(struct finisher *f, const struct draft_private *d,
                             struct subscriber_private *p)
{
    struct slice name = d->aka ? d->aka_algorithm : d->digest_algorithm;
    bool fits;

    p->algorithm = d->aka ? DIGEST_AKAV1_MD5 : DIGEST_MD5;
    if (name.n == 0)
        return;
    if (d->aka)
        fits = digest_algorithm_parse(name, &p->algorithm) &&
               digest_algorithm_aka(p->algorithm);
    else
        fits = password_algorithm(name, &p->algorithm);
    if (!fits)
        complain_of(f->c, d->aka ? d->aka_at : d->digest_at, "algorithm",
                    "algorithm \"%.*s\"; %s was expected",
                    SLICE_ARG(slice_first(name, 40)),
                    d->aka ? "AKAv1-MD5, AKAv2-MD5 or AKAv2-SHA-256"
                           : "MD5, SHA-256 or SHA-512-256");
}

static void finish_private(struct finisher *f, const struct draft_private *d,
                           struct subscriber_private *p)
{
    size_t before = f->c->count;

    finish_impi(f, d, p);
    finish_algorithm(f, d, p);
    p->sqn = SUBSCRIBER_SQN_KEEP;
    if (d->aka)
        finish_aka(f, d, p);
    p->has_digest = d->digest;
    if (d->digest)
        finish_digest(f, d, p);
    if (!d->aka && !d->digest)
        complain(f->c, d->at,
                 "no way to authenticate; aka or digest was "
                 "expected");
    else if (f->c->count == before && !d->aka && p->nha1s && !has_ha1(p))
        complain(f->c, d->at, "no HA1 of the algorithm %s; one was expected",
                 digest_algorithm_name(p->algorithm));
}

/* ---- all of them -------------------------------------------------------- */

static bool has_user(const struct subscriber *s)
{
    for (size_t i = 0; i < s->nsets; i++) {
        for (size_t k = 0; k < s->sets[i].npublics; k++) {
            if (s->sets[i].publics[k].type == PROFILE_PUBLIC_USER_IDENTITY ||
                s->sets[i].publics[k].type == PROFILE_WILDCARDED_IMPU)
                return true;
        }
    }
    return false;
}

void draft_finish_privates(struct finisher *f, const struct draft *d)
{
    struct subscriber_private *privates;
    uint16_t twice;
    size_t n = 0;

    for (const struct draft_private *p = d->privates; p; p = p->next)
        n++;
    privates = draft_take(f, n, sizeof(*privates));

    f->out->privates = privates;
    if (!d->privates && has_user(f->out))
        complain(f->c, d->at,
                 "a user without private identity; aka or digest was expected");
    for (const struct draft_private *p = d->privates; p && privates;
         p = p->next) {
        if (f->out->nprivates == SUBSCRIBER_MAX_PRIVATES) {
            complain(f->c, p->at, "more than %d private identities",
                     SUBSCRIBER_MAX_PRIVATES);
            return;
        }
        finish_private(f, p, &privates[f->out->nprivates]);
        if (draft_find_private(f->out, privates[f->out->nprivates].impi,
                               &twice))
            complain(f->c, p->at, "the private identity %.*s stands here twice",
                     SLICE_ARG(privates[twice].impi));
        f->out->nprivates++;
    }
}
