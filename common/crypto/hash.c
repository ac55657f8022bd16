/* SPDX-License-Identifier: MIT */
#include "crypto/hash.h"
#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

static const EVP_MD *method(enum hash h)
{
    switch (h) {
    case HASH_MD5: return EVP_md5();
    case HASH_SHA256: return EVP_sha256();
    case HASH_SHA512_256: return EVP_sha512_256();
    }
    assert(!"a hash");
    return NULL;
}

size_t hash_size(enum hash h)
{
    return h == HASH_MD5 ? 16 : 32;
}

void hash_bytes(enum hash h, struct slice bytes, uint8_t out[HASH_MAX])
{
    hash_pieces(h, &bytes, 1, out);
}

void hash_pieces(enum hash h, const struct slice *pieces, size_t n,
                 uint8_t out[HASH_MAX])
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx && EVP_DigestInit_ex(ctx, method(h), NULL);

    for (size_t i = 0; ok && i < n; i++)
        ok = EVP_DigestUpdate(ctx, pieces[i].p, pieces[i].n);
    ok = ok && EVP_DigestFinal_ex(ctx, out, NULL);
    EVP_MD_CTX_free(ctx);
    assert(ok);
}

void hash_hmac(enum hash h, struct slice key, struct slice bytes,
               uint8_t out[HASH_MAX])
{
    unsigned char *mac =
        HMAC(method(h), key.p, (int)key.n, (const unsigned char *)bytes.p,
             bytes.n, out, NULL);

    assert(mac);
    (void)mac;
}

bool secret_eq(struct slice a, struct slice b)
{
    return a.n == b.n && (a.n == 0 || CRYPTO_memcmp(a.p, b.p, a.n) == 0);
}

void secret_wipe(void *p, size_t n)
{
    OPENSSL_cleanse(p, n);
}
