/* SPDX-License-Identifier: MIT */
#include "load/reflector.h"
#include "base/mem.h"
#include "crypto/aka.h"
#include "crypto/encode.h"
#include "sip/views.h"

enum { TEXT = 8192 };

struct reflector {
    struct reflector_options o;
    struct udp *udp;
    uint64_t sqn;
    char via[96];
};

static void send_to(struct reflector *r, const struct addr *to,
                    const struct buf *text)
{
    if (!text->full)
        (void)udp_send(r->udp, to, buf_slice(text));
}

/* ---- REGISTER ------------------------------------------------------------
 */

static void print_challenge(struct reflector *r, const struct sip_message *m,
                            struct buf *out)
{
    static const uint8_t amf[2] = {0x80, 0}, rand[AKA_RAND] = "a throw of dice";
    struct aka_vector v;
    struct milenage_key key;
    struct sip_name_addr to;
    unsigned number = 0;
    uint8_t nonce[AKA_RAND + AKA_AUTN];

    if (sip_name_addr_parse(sip_header_value(m, SIP_HDR_TO), &to, NULL) ==
        IMS_OK)
        subscriber_number(to.uri, &number);
    subscriber_key(number, &key);
    aka_vector_make(&key, amf, r->sqn = sqn_advance(r->sqn, 1), rand, &v);
    memcpy(nonce, v.rand, AKA_RAND);
    memcpy(nonce + AKA_RAND, v.autn, AKA_AUTN);
    buf_printf(out, "WWW-Authenticate: Digest realm=\"%s\", nonce=\"",
               r->o.domain);
    base64_encode(slice_at(nonce, sizeof nonce), out);
    buf_printf(out, "\", algorithm=%s, qop=\"auth\"\r\n",
               r->o.auth == LOAD_AKA ? "AKAv1-MD5" : "MD5");
}

static bool has_credentials(const struct sip_message *m)
{
    struct slice response;
    struct sip_auth a;

    return sip_auth_find(m, SIP_HDR_AUTHORIZATION, S("Digest"),
                         (struct slice){0}, &a) &&
           sip_auth_param(&a, S("response"), &response) && response.n;
}

static void answer_register(struct reflector *r, const struct addr *from,
                            const struct sip_message *m)
{
    static const enum sip_header_id copied[] = {SIP_HDR_VIA, SIP_HDR_FROM,
                                                SIP_HDR_CALL_ID, SIP_HDR_CSEQ};
    bool knows = has_credentials(m);
    char memory[TEXT];
    struct buf text;

    buf_over(&text, memory, sizeof memory);
    buf_str(&text,
            knows ? "SIP/2.0 200 OK\r\n" : "SIP/2.0 401 Unauthorized\r\n");
    for (unsigned i = 0; i < sizeof copied / sizeof *copied; i++)
        buf_printf(&text, "%.*s\r\n",
                   SLICE_ARG(sip_header_first(m, copied[i])->line));
    buf_printf(&text, "To: %.*s;tag=reflector\r\n",
               SLICE_ARG(sip_header_value(m, SIP_HDR_TO)));
    if (knows)
        buf_printf(&text, "Contact: %.*s;expires=3600\r\n",
                   SLICE_ARG(sip_header_value(m, SIP_HDR_CONTACT)));
    else
        print_challenge(r, m, &text);
    buf_str(&text, "Content-Length: 0\r\n\r\n");
    send_to(r, from, &text);
}

/* ---- the rest ------------------------------------------------------------ */

static void pass_request(struct reflector *r, struct slice bytes,
                         const struct sip_message *m)
{
    struct slice rest = bytes, start;
    struct addr to;
    unsigned number;
    char memory[TEXT];
    struct buf text;

    if (!subscriber_number(m->uri, &number) || !slice_cut(&rest, '\n', &start))
        return;
    to = subscriber_addr(&r->o.first, r->o.each, number);
    buf_over(&text, memory, sizeof memory);
    buf_add(&text, start);
    buf_printf(&text, "\n%s\r\n", r->via);
    buf_add(&text, rest);
    send_to(r, &to, &text);
}

/* Without our Via, the first header that a phone copied, to the sent-by of the
 * next. */
static void pass_response(struct reflector *r, struct slice bytes,
                          struct sip_message *m)
{
    struct slice rest = bytes, start, mine;
    struct sip_via via;
    struct addr to;
    char memory[TEXT];
    struct buf text;

    sip_pop(m, SIP_HDR_VIA);
    if (sip_via_top(m, &via, NULL) != IMS_OK || !addr_parse_ip(via.host, &to) ||
        !slice_cut(&rest, '\n', &start) || !slice_cut(&rest, '\n', &mine))
        return;
    to.port = via.port;
    to.transport = TRANSPORT_UDP;
    buf_over(&text, memory, sizeof memory);
    buf_add(&text, start);
    buf_char(&text, '\n');
    buf_add(&text, rest);
    send_to(r, &to, &text);
}

static void on_datagram(void *ctx, struct udp *u, const struct addr *from,
                        struct slice bytes)
{
    static const struct sip_limits usual = {0};
    struct reflector *r = ctx;
    struct sip_message *m = NULL;
    struct why why;

    (void)u;
    if (sip_message_parse(bytes, &usual, &m, &why) == IMS_OK) {
        if (!m->is_request)
            pass_response(r, bytes, m);
        else if (m->method == SIP_REGISTER)
            answer_register(r, from, m);
        else
            pass_request(r, bytes, m);
    }
    sip_message_drop(m);
}

enum ims_err reflector_new(const struct reflector_options *o,
                           struct reflector **out, struct why *why)
{
    static const struct udp_handler handler = {.on_datagram = on_datagram};
    struct reflector *r = mem_zalloc(sizeof *r);
    char text[ADDR_TEXT_MAX];
    struct buf via;
    enum ims_err err;

    r->o = *o;
    buf_over(&via, r->via, sizeof r->via - 1);
    buf_printf(&via, "Via: SIP/2.0/UDP %s;branch=z9hG4bKreflector",
               addr_text(&o->local, text));
    err = udp_open(o->net, &o->local, &handler, r, &r->udp, why);
    if (err == IMS_OK)
        *out = r;
    else
        free(r);
    return err;
}

void reflector_free(struct reflector *r)
{
    udp_close(r->udp);
    free(r);
}
