/* SPDX-License-Identifier: MIT */
#include "crypto/aka.h"
#include "crypto/hash.h"
#include <string.h>

/* AMF* in a re-synchronisation, TS 33.102 section 6.3.3. */
static const uint8_t amf_resync[2] = {0, 0};

static void xor6(const uint8_t a[6], const uint8_t b[6], uint8_t out[6])
{
    for (int i = 0; i < 6; i++)
        out[i] = a[i] ^ b[i];
}

void aka_vector_make(const struct milenage_key *key, const uint8_t amf[2],
                     uint64_t sqn, const uint8_t rand[AKA_RAND],
                     struct aka_vector *out)
{
    uint8_t sqn_bytes[6], mac_s[8];
    struct milenage_out f;

    sqn_to_bytes(sqn, sqn_bytes);
    milenage_f2345(key, rand, &f);
    memcpy(out->rand, rand, AKA_RAND);
    xor6(sqn_bytes, f.ak, out->autn);
    memcpy(out->autn + 6, amf, 2);
    milenage_f1(key, rand, sqn_bytes, amf, out->autn + 8, mac_s);
    memcpy(out->xres, f.res, AKA_RES);
    memcpy(out->ck, f.ck, AKA_KEY);
    memcpy(out->ik, f.ik, AKA_KEY);
    secret_wipe(&f, sizeof(f));
}

bool aka_auts_open(const struct milenage_key *key, const uint8_t rand[AKA_RAND],
                   const uint8_t auts[AKA_AUTS], uint64_t *sqn_ms)
{
    uint8_t sqn[6], mac_a[8], mac_s[8];
    struct milenage_out f;

    milenage_f2345(key, rand, &f);
    xor6(auts, f.ak_star, sqn);
    secret_wipe(&f, sizeof(f));
    milenage_f1(key, rand, sqn, amf_resync, mac_a, mac_s);
    if (!secret_eq(slice_at(mac_s, 8), slice_at(auts + 6, 8)))
        return false;
    *sqn_ms = sqn_from_bytes(sqn);
    return true;
}

static void make_auts(const struct milenage_key *key, uint64_t sqn_ms,
                      const uint8_t rand[AKA_RAND], const uint8_t ak_star[6],
                      uint8_t auts[AKA_AUTS])
{
    uint8_t sqn[6], mac_a[8];

    sqn_to_bytes(sqn_ms, sqn);
    xor6(sqn, ak_star, auts);
    milenage_f1(key, rand, sqn, amf_resync, mac_a, auts + 6);
}

enum aka_verdict aka_card_answer(const struct milenage_key *key,
                                 struct sqn_card *card,
                                 const uint8_t rand[AKA_RAND],
                                 const uint8_t autn[AKA_AUTN],
                                 struct aka_answer *out)
{
    uint8_t sqn[6], xmac[8], mac_s[8];
    enum aka_verdict verdict = AKA_BAD_MAC;
    struct milenage_out f;

    milenage_f2345(key, rand, &f);
    xor6(autn, f.ak, sqn);
    milenage_f1(key, rand, sqn, autn + 6, xmac, mac_s);
    if (!secret_eq(slice_at(xmac, 8), slice_at(autn + 8, 8)))
        goto out;
    if (!sqn_card_accept(card, sqn_from_bytes(sqn))) {
        make_auts(key, sqn_card_highest(card), rand, f.ak_star, out->auts);
        verdict = AKA_SYNC;
        goto out;
    }
    memcpy(out->res, f.res, AKA_RES);
    memcpy(out->ck, f.ck, AKA_KEY);
    memcpy(out->ik, f.ik, AKA_KEY);
    verdict = AKA_ACCEPTED;
out:
    secret_wipe(&f, sizeof(f));
    return verdict;
}
