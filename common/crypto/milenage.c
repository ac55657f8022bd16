/* SPDX-License-Identifier: MIT
 *
 * Milenage, TS 35.206.
 *
 * H-AUC-1.
 */
#include "crypto/milenage.h"
#include "crypto/hash.h"
#include <assert.h>
#include <openssl/evp.h>
#include <string.h>

enum { BLOCK = 16 };

/* OUT = E_K(in) for several blocks under one key. */
static void encrypt(const uint8_t k[BLOCK], const uint8_t *in, uint8_t *out,
                    size_t blocks)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int n = 0;
    bool ok = ctx &&
              EVP_EncryptInit_ex(ctx, EVP_aes_128_ecb(), NULL, k, NULL) &&
              EVP_CIPHER_CTX_set_padding(ctx, 0) &&
              EVP_EncryptUpdate(ctx, out, &n, in, (int)(blocks * BLOCK));

    EVP_CIPHER_CTX_free(ctx);
    assert(ok && (size_t)n == blocks * BLOCK);
    (void)ok;
}

static void xor_into(uint8_t *a, const uint8_t *b)
{
    for (int i = 0; i < BLOCK; i++)
        a[i] ^= b[i];
}

void milenage_opc(const uint8_t k[16], const uint8_t op[16], uint8_t opc[16])
{
    encrypt(k, op, opc, 1);
    xor_into(opc, op);
}

/* TEMP = E_K(RAND xor OPc). */
static void make_temp(const struct milenage_key *key, const uint8_t rand[16],
                      uint8_t temp[BLOCK])
{
    uint8_t in[BLOCK];

    memcpy(in, rand, BLOCK);
    xor_into(in, key->opc);
    encrypt(key->k, in, temp, 1);
}

/* rot(in, r) xor c for r a multiple of 8 (rotation towards the most
 * significant bit) and c one of 0, 1, 2, 4, 8. */
static void rotate(const uint8_t in[BLOCK], unsigned r, uint8_t c,
                   uint8_t out[BLOCK])
{
    for (unsigned i = 0; i < BLOCK; i++)
        out[i] = in[(i + r / 8) % BLOCK];
    out[BLOCK - 1] ^= c;
}

void milenage_f1(const struct milenage_key *key, const uint8_t rand[16],
                 const uint8_t sqn[6], const uint8_t amf[2], uint8_t mac_a[8],
                 uint8_t mac_s[8])
{
    uint8_t temp[BLOCK], in1[BLOCK], block[BLOCK], out[BLOCK];

    for (int half = 0; half < BLOCK; half += 8) {
        memcpy(in1 + half, sqn, 6);
        memcpy(in1 + half + 6, amf, 2);
    }
    /* OUT1 = E_K(TEMP xor rot(IN1 xor OPc, r1 = 64) xor c1 = 0) xor OPc */
    xor_into(in1, key->opc);
    rotate(in1, 64, 0, block);
    make_temp(key, rand, temp);
    xor_into(block, temp);
    encrypt(key->k, block, out, 1);
    xor_into(out, key->opc);
    memcpy(mac_a, out, 8);
    memcpy(mac_s, out + 8, 8);
    secret_wipe(temp, sizeof(temp));
    secret_wipe(out, sizeof(out));
}

void milenage_f2345(const struct milenage_key *key, const uint8_t rand[16],
                    struct milenage_out *out)
{
    static const struct {
        unsigned r;
        uint8_t c;
    } constants[4] = {{0, 1}, {32, 2}, {64, 4}, {96, 8}}; /* r2 c2 .. r5 c5 */
    uint8_t temp[BLOCK], in[4][BLOCK], blocks[4][BLOCK];

    make_temp(key, rand, temp);
    xor_into(temp, key->opc);
    for (int i = 0; i < 4; i++)
        rotate(temp, constants[i].r, constants[i].c, in[i]);
    encrypt(key->k, in[0], blocks[0], 4);
    for (int i = 0; i < 4; i++)
        xor_into(blocks[i], key->opc);
    memcpy(out->ak, blocks[0], 6);
    memcpy(out->res, blocks[0] + 8, 8);
    memcpy(out->ck, blocks[1], 16);
    memcpy(out->ik, blocks[2], 16);
    memcpy(out->ak_star, blocks[3], 6);
    secret_wipe(temp, sizeof(temp));
    secret_wipe(in, sizeof(in));
    secret_wipe(blocks, sizeof(blocks));
}
