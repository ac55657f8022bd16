/* SPDX-License-Identifier: MIT */
#include "crypto/encode.h"
#include "crypto/hash.h"
#include "support/check.h"

struct known {
    enum hash hash;
    const char *key, *bytes, *hex; /* key NULL: a plain hash */
};

/* RFC 1321 A.5, FIPS 180-4 examples, RFC 2202 section 2, RFC 4231 4.3. */
static const struct known known[] = {
    {HASH_MD5, NULL, "", "d41d8cd98f00b204e9800998ecf8427e"},
    {HASH_MD5, NULL, "abc", "900150983cd24fb0d6963f7d28e17f72"},
    {HASH_SHA256, NULL, "abc",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {HASH_SHA512_256, NULL, "abc",
     "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"},
    {HASH_MD5, "Jefe", "what do ya want for nothing?",
     "750c783e6ab0b503eaa86e310a5db738"},
    {HASH_SHA256, "Jefe", "what do ya want for nothing?",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
};

static void known_answers_come_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        const struct known *k = &known[i];
        uint8_t out[HASH_MAX];
        char hex[2 * HASH_MAX];

        if (k->key)
            hash_hmac(k->hash, slice_of(k->key), slice_of(k->bytes), out);
        else
            hash_bytes(k->hash, slice_of(k->bytes), out);
        hex_encode(out, hash_size(k->hash), hex);
        assert_text(slice_at(hex, 2 * hash_size(k->hash)), slice_of(k->hex));
    }
}

static void pieces_hash_like_their_whole(void **state)
{
    struct slice pieces[] = {S("a"), {NULL, 0}, S("b"), S("c")};
    uint8_t whole[HASH_MAX], joined[HASH_MAX];

    (void)state;
    hash_bytes(HASH_SHA256, S("abc"), whole);
    hash_pieces(HASH_SHA256, pieces, 4, joined);
    assert_memory_equal(whole, joined, 32);
}

static void secrets_are_equal_only_byte_by_byte(void **state)
{
    (void)state;
    assert_true(secret_eq(S("abc"), S("abc")));
    assert_false(secret_eq(S("abc"), S("abd")));
    assert_false(secret_eq(S("abc"), S("ab")));
    assert_true(secret_eq(S(""), (struct slice){NULL, 0}));
}

static void a_wiped_secret_is_gone(void **state)
{
    char key[] = "secret";

    (void)state;
    secret_wipe(key, sizeof(key));
    for (size_t i = 0; i < sizeof(key); i++)
        assert_int_equal(key[i], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers_come_out),
        cmocka_unit_test(pieces_hash_like_their_whole),
        cmocka_unit_test(secrets_are_equal_only_byte_by_byte),
        cmocka_unit_test(a_wiped_secret_is_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
