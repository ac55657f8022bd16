/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "crypto/digest.h"
#include "support/check.h"
#include "support/corpus.h"

/* The columns of digest_vectors.tsv. */
enum column {
    SOURCE,
    ALGORITHM,
    USERNAME,
    REALM,
    PASSWORD,
    METHOD,
    URI,
    NONCE,
    NC,
    CNONCE,
    QOP,
    BODY,
    RESPONSE,
    VERIFIED,
    NOTE,
    COLUMNS
};

/* "hex:..." as bytes in heap memory, other text as it is. */
static struct slice bytes_of(struct slice text, void **owned)
{
    struct slice digits = slice_from(text, 4);

    *owned = NULL;
    if (!slice_starts(text, S("hex:")))
        return text;
    *owned = mem_alloc(digits.n / 2 + 1);
    assert_true(slice_unhex(digits, *owned, digits.n / 2));
    return slice_at(*owned, digits.n / 2);
}

/* The row of the known erratum says what the right answer is, and that of
 * userhash, behind "recomputed". */
static struct slice behind(struct slice text, struct slice mark)
{
    ssize_t at = slice_find(text, mark);

    return at < 0 ? (struct slice){0}
                  : slice_first(slice_from(text, (size_t)at + mark.n), 64);
}

static void check_row(const struct slice *col)
{
    struct slice fixed = behind(col[VERIFIED], S("recomputed:"));
    struct slice userhash = behind(col[NOTE], S("recomputed="));
    struct digest_input in = {.method = col[METHOD],
                              .uri = col[URI],
                              .nonce = col[NONCE],
                              .nc = col[NC],
                              .cnonce = col[CNONCE]};
    void *password, *body;
    struct digest_hex ha1, got;

    assert_true(digest_algorithm_parse(col[ALGORITHM], &in.algorithm));
    assert_true(digest_qop_parse(col[QOP], &in.qop));
    in.body = bytes_of(col[BODY], &body);
    digest_ha1(in.algorithm, col[USERNAME], col[REALM],
               bytes_of(col[PASSWORD], &password), &ha1);
    digest_response(&in, digest_slice(&ha1), &got);
    assert_text(digest_slice(&got), fixed.n ? fixed : col[RESPONSE]);
    if (userhash.n) {
        digest_userhash(in.algorithm, col[USERNAME], col[REALM], &got);
        assert_text(digest_slice(&got), userhash);
    }
    free(password);
    free(body);
}

/* proves SIP-8 */
static void each_vector_of_the_corpus_gives_its_response(void **state)
{
    struct slice text = corpus_read("crypto/digest_vectors.tsv");
    struct slice rest = text, line;
    unsigned rows = 0;

    (void)state;
    slice_cut(&rest, '\n', &line); /* the names */
    while (slice_cut(&rest, '\n', &line)) {
        struct slice col[COLUMNS] = {{0}};

        if (line.n == 0)
            continue;
        for (int i = 0; i < COLUMNS; i++)
            slice_cut(&line, '\t', &col[i]);
        check_row(col);
        rows++;
    }
    assert_int_equal(rows, 20);
    free((void *)text.p);
}

/* Computed apart from this code, with Python 3 and TS 35.208 test set 1:
 *
 *   key = RES + IK + CK
 *   pw = base64.b64encode(hmac.new(key, b"http-digest-akav2-password",
 *                                  hashlib.md5).digest())
 *   nonce = base64.b64encode(RAND + AUTN)
 *   H = lambda b: hashlib.md5(b).hexdigest()
 *   ha1 = H(b"alice@ims.example:ims.example:" + pw)
 *   ha2 = H(b"REGISTER:sip:ims.example")     (rspauth: b":sip:ims.example")
 *   H(f"{ha1}:{nonce}:00000001:0a4f113b:auth:{ha2}".encode())
 *
 * and with hashlib.sha256 for both hashes; for AKAv1 pw = RES. */
static const struct {
    const char *algorithm;
    const char *password; /* NULL: RES itself */
    const char *ha1, *response, *rspauth;
} aka_vectors[] = {
    {"AKAv1-MD5", NULL, "62b6b3ed4935f797305f0e74165ef381",
     "e389bdd943f206ed0728065e735ffb95", NULL},
    {"AKAv2-MD5",
     "shzt3q8CWaZnCAWqs3WmEQ==", "0f5b4892da8f30da6e60c1687a74000e",
     "a99af3c8964a192be93794f016f7ccf1", "a7e4f96a755c7504fbaeb9886f517311"},
    {"AKAv2-SHA-256", "wpC+5dv/7kC35JEI2hluv8XcBd+vf8XcfedJBan1buk=",
     "8a32c0b19ec466efd9ba560d1116a7e31d7f0a324f26454121648f10b3714e7d",
     "c3146dfd92aa6d148b6e753341965f315b901489d72976019ac1d9ab8654f3d6",
     "d6ba12a01f1a6dac35859725d4f454f2bc4b5c78f69aa656682fc59d54998922"},
};

/* proves SIP-8 */
static void an_aka_answer_is_a_digest_with_a_password_out_of_res(void **state)
{
    static const uint8_t res[] = {0xa5, 0x42, 0x11, 0xd5,
                                  0xe3, 0xba, 0x50, 0xbf};
    uint8_t ik[16], ck[16];

    (void)state;
    assert_true(slice_unhex(S("f769bcd751044604127672711c6d3441"), ik, 16));
    assert_true(slice_unhex(S("b40ba9a3c58b2a05bbf0d987b21bf8cb"), ck, 16));
    for (size_t i = 0; i < sizeof(aka_vectors) / sizeof(aka_vectors[0]); i++) {
        struct digest_input in = {
            .qop = DIGEST_QOP_AUTH,
            .method = S("REGISTER"),
            .uri = S("sip:ims.example"),
            .nonce = S("I1U8vpY3qJ0hiuZNrke/NVXzKLQ1d7m5Sp/6w1Tfr7M="),
            .nc = S("00000001"),
            .cnonce = S("0a4f113b")};
        struct slice name = slice_of(aka_vectors[i].algorithm);
        struct digest_password pw;
        struct digest_hex ha1, got;

        assert_true(digest_algorithm_parse(name, &in.algorithm));
        digest_aka_password(in.algorithm, slice_at(res, 8), slice_at(ik, 16),
                            slice_at(ck, 16), &pw);
        assert_text(digest_password_slice(&pw),
                    aka_vectors[i].password ? slice_of(aka_vectors[i].password)
                                            : slice_at(res, 8));
        digest_ha1(in.algorithm, S("alice@ims.example"), S("ims.example"),
                   digest_password_slice(&pw), &ha1);
        assert_text(digest_slice(&ha1), slice_of(aka_vectors[i].ha1));
        digest_response(&in, digest_slice(&ha1), &got);
        assert_text(digest_slice(&got), slice_of(aka_vectors[i].response));
        if (aka_vectors[i].rspauth) {
            digest_rspauth(&in, digest_slice(&ha1), &got);
            assert_text(digest_slice(&got), slice_of(aka_vectors[i].rspauth));
        }
    }
}

/* Computed with hashlib likewise. */
static void a_session_algorithm_binds_ha1_to_nonce_and_cnonce(void **state)
{
    struct digest_input in = {.algorithm = DIGEST_SHA256_SESS,
                              .qop = DIGEST_QOP_AUTH,
                              .method = S("INVITE"),
                              .uri = S("sip:bob@biloxi.com"),
                              .nonce = S("abc"),
                              .nc = S("00000002"),
                              .cnonce = S("xyz")};
    struct digest_hex ha1, got;

    (void)state;
    digest_ha1(in.algorithm, S("bob"), S("biloxi.com"), S("zanzibar"), &ha1);
    digest_response(&in, digest_slice(&ha1), &got);
    assert_text(digest_slice(&got), S("30433fe48ab5442a8a8f3acfe938eebb"
                                      "9024c4e5e0deae763db8ee19998558eb"));
    in.qop = DIGEST_QOP_NONE;
    digest_response(&in, digest_slice(&ha1), &got);
    assert_text(digest_slice(&got), S("f7678beef7bceb5708fb2f63eccce6c4"
                                      "f2a82bb6a3f57315259d38b01f219531"));
}

static void an_algorithm_has_one_name_in_any_case(void **state)
{
    enum digest_algorithm a = DIGEST_COUNT;

    (void)state;
    assert_true(digest_algorithm_parse(S("akav1-md5"), &a));
    assert_int_equal(a, DIGEST_AKAV1_MD5);
    assert_string_equal(digest_algorithm_name(a), "AKAv1-MD5");
    assert_int_equal(digest_algorithm_aka(a), 1);
    assert_true(digest_algorithm_parse(S(""), &a));
    assert_int_equal(a, DIGEST_MD5);
    assert_int_equal(digest_algorithm_aka(a), 0);
    assert_false(digest_algorithm_parse(S("MD5 "), &a));
    assert_false(digest_algorithm_parse(S("SHA-1"), &a));
    assert_false(digest_algorithm_parse(S("AKAv3-MD5"), &a));
    assert_int_equal(digest_algorithm_hash(DIGEST_AKAV2_SHA256), HASH_SHA256);
}

static void a_qop_of_another_name_is_refused(void **state)
{
    enum digest_qop qop;

    (void)state;
    assert_true(digest_qop_parse(S("AUTH"), &qop));
    assert_int_equal(qop, DIGEST_QOP_AUTH);
    assert_false(digest_qop_parse(S("auth,auth-int"), &qop));
    assert_false(digest_qop_parse(S("auth-conf"), &qop));
}

static void a_response_matches_whole_and_in_any_case(void **state)
{
    struct digest_hex h = {"00ff00ff00ff00ff00ff00ff00ff00ff", 32};

    (void)state;
    assert_true(digest_matches(&h, S("00ff00ff00ff00ff00ff00ff00ff00ff")));
    assert_true(digest_matches(&h, S("00FF00FF00FF00FF00FF00FF00FF00FF")));
    assert_false(digest_matches(&h, S("00ff00ff00ff00ff00ff00ff00ff00fe")));
    assert_false(digest_matches(&h, S("00ff00ff00ff00ff00ff00ff00ff00f")));
    assert_false(digest_matches(&h, S("00ff00ff00ff00ff00ff00ff00ff00ff0")));
    assert_false(digest_matches(&h, S("00ff00ff00ff00ff00ff00ff00ff00fg")));
    assert_false(digest_matches(&h, S("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_vector_of_the_corpus_gives_its_response),
        cmocka_unit_test(an_aka_answer_is_a_digest_with_a_password_out_of_res),
        cmocka_unit_test(a_session_algorithm_binds_ha1_to_nonce_and_cnonce),
        cmocka_unit_test(an_algorithm_has_one_name_in_any_case),
        cmocka_unit_test(a_qop_of_another_name_is_refused),
        cmocka_unit_test(a_response_matches_whole_and_in_any_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
