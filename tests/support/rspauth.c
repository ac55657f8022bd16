/* SPDX-License-Identifier: MIT */
#include "support/rspauth.h"
#include "base/buf.h"
#include "sip/views.h"
#include <assert.h>
#include <stdio.h>

/* H(text) in lower-case digits. */
static void hash_text(enum hash h, const struct buf *text,
                      struct digest_hex *out)
{
    uint8_t bytes[HASH_MAX];

    assert(!text->full);
    hash_bytes(h, buf_slice(text), bytes);
    out->n = 2 * hash_size(h);
    for (size_t i = 0; i < hash_size(h); i++) {
        out->text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        out->text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
}

void rspauth_expect(struct rspauth *r, uint32_t cseq,
                    const struct digest_input *in, const struct digest_hex *ha1)
{
    enum hash h = digest_algorithm_hash(in->algorithm);
    struct digest_hex a2;
    char text[1024];
    struct buf b;

    assert(in->qop == DIGEST_QOP_AUTH);
    *r = (struct rspauth){.cseq = cseq};
    snprintf(r->nc, sizeof r->nc, "%.*s", SLICE_ARG(in->nc));
    snprintf(r->cnonce, sizeof r->cnonce, "%.*s", SLICE_ARG(in->cnonce));
    /* RFC 7616 3.5: A2 = ":" request-uri */
    buf_over(&b, text, sizeof text);
    buf_printf(&b, ":%.*s", SLICE_ARG(in->uri));
    hash_text(h, &b, &a2);
    /* 3.4.1: KD(H(A1), nonce ":" nc ":" cnonce ":" qop ":" H(A2)) */
    buf_over(&b, text, sizeof text);
    buf_printf(&b, "%.*s:%.*s:%.*s:%.*s:auth:%.*s",
               SLICE_ARG(digest_slice(ha1)), SLICE_ARG(in->nonce),
               SLICE_ARG(in->nc), SLICE_ARG(in->cnonce),
               SLICE_ARG(digest_slice(&a2)));
    hash_text(h, &b, &r->digest);
}

enum ims_err rspauth_check(const struct rspauth *r, const struct sip_message *m,
                           struct why *why)
{
    const struct {
        const char *name;
        struct slice value;
    } rows[] = {
        {"rspauth", digest_slice(&r->digest)},
        {"qop", S("auth")},
        {"cnonce", slice_of(r->cnonce)},
        {"nc", slice_of(r->nc)},
    };
    struct slice info = sip_header_value(m, SIP_HDR_AUTHENTICATION_INFO), value;
    struct sip_auth a = sip_auth_info(info);
    struct sip_cseq cseq;

    if (!r->cseq ||
        sip_cseq_parse(sip_header_value(m, SIP_HDR_CSEQ), &cseq, NULL) !=
            IMS_OK ||
        cseq.number != r->cseq)
        return IMS_OK;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!sip_auth_param(&a, slice_of(rows[i].name), &value))
            return why_set(why, IMS_CONFLICT,
                           "Authentication-Info has no %s: \"%.*s\"",
                           rows[i].name, SLICE_ARG(info));
        if (!slice_eq(value, rows[i].value))
            return why_set(
                why, IMS_CONFLICT,
                "%s of Authentication-Info is \"%.*s\", not \"%.*s\"",
                rows[i].name, SLICE_ARG(value), SLICE_ARG(rows[i].value));
    }
    return IMS_OK;
}
