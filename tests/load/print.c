/* SPDX-License-Identifier: MIT
 *
 * What phones send. A request is printed anew when it is sent again: the same
 * step of the same unit gives the same bytes.
 */
#include "load/load_priv.h"

static const char SDP[] = "v=0\r\n"
                          "o=- 3724394400 3724394400 IN IP4 192.0.2.1\r\n"
                          "s=-\r\n"
                          "c=IN IP4 192.0.2.1\r\n"
                          "t=0 0\r\n"
                          "m=audio 49152 RTP/AVP 96 97 0 8\r\n"
                          "b=AS:41\r\n"
                          "a=rtpmap:96 AMR-WB/16000/1\r\n"
                          "a=fmtp:96 mode-change-capability=2;max-red=0\r\n"
                          "a=rtpmap:97 AMR/8000/1\r\n"
                          "a=ptime:20\r\n"
                          "a=sendrecv\r\n";

static const char ALLOW[] =
    "Allow: INVITE, ACK, CANCEL, BYE, MESSAGE, OPTIONS, PRACK, UPDATE\r\n";

/* ---- what requests begin with --------------------------------------------
 */

struct start {
    const char *method;
    struct slice uri;
    uint32_t cseq;
};

static void print_contact(const struct phone *p, struct buf *out)
{
    char text[ADDR_TEXT_MAX];

    buf_printf(out, "Contact: <sip:%s@%s>\r\n", p->name,
               addr_text(udp_local(p->udp), text));
}

static void print_start(const struct unit *u, const struct start *s,
                        struct buf *out)
{
    char text[ADDR_TEXT_MAX];

    buf_printf(out,
               "%s %.*s SIP/2.0\r\n"
               "Via: SIP/2.0/UDP %s;branch=z9hG4bK%u.%u.%u%c;rport\r\n"
               "Max-Forwards: 70\r\n",
               s->method, SLICE_ARG(s->uri),
               addr_text(udp_local(u->from->udp), text), u->number, u->life,
               s->cseq, s->method[0]);
}

/* From and To, of one who calls or is a subject of a registration. */
static void print_ends(const struct unit *u, const struct phone *to,
                       const struct start *s, struct buf *out)
{
    const char *domain = u->load->o.domain;

    buf_printf(out,
               "From: <sip:%s@%s>;tag=%x.%x\r\n"
               "To: <sip:%s@%s>%s%s\r\n",
               u->from->name, domain, u->number, u->life, to->name, domain,
               u->to_tag.n ? ";tag=" : "", str_c(&u->to_tag));
    if (to == u->from)
        buf_printf(out, "Call-ID: r%u@load.invalid\r\n", u->from->number);
    else
        buf_printf(out, "Call-ID: u%u.%u@load.invalid\r\n", u->number, u->life);
    buf_printf(out, "CSeq: %u %s\r\n", s->cseq, s->method);
}

static void print_body(const char *type, const char *body, struct buf *out)
{
    if (*body)
        buf_printf(out, "Content-Type: %s\r\n", type);
    buf_printf(out, "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
}

/* ---- requests outside of a dialog ---------------------------------------- */

void load_print_register(const struct unit *u, struct buf *out)
{
    struct start s = {"REGISTER", slice_of(u->load->domain_uri), u->cseq};

    print_start(u, &s, out);
    print_ends(u, u->from, &s, out);
    print_contact(u->from, out);
    phone_print_authorization(u->from, out);
    buf_str(out, "Supported: path\r\nExpires: 3600\r\n");
    buf_str(out, ALLOW);
    print_body("", "", out);
}

/* By the P-CSCF and the Service-Route (TS 24.229 5.1.2A.1). */
static void print_initial(const struct unit *u, const char *method,
                          struct buf *out)
{
    char uri[128], text[ADDR_TEXT_MAX];
    struct start s = {.method = method, .cseq = u->cseq};
    const char *domain = u->load->o.domain;
    struct buf b;

    buf_over(&b, uri, sizeof uri);
    buf_printf(&b, "sip:%s@%s", u->to->name, domain);
    s.uri = buf_slice(&b);
    print_start(u, &s, out);
    buf_printf(
        out, "Route: <sip:%s;lr>%s%s\r\n", addr_text(u->from->proxy, text),
        u->from->service_route.n ? ", " : "", str_c(&u->from->service_route));
    print_ends(u, u->to, &s, out);
    buf_printf(out, "P-Preferred-Identity: <sip:%s@%s>\r\n", u->from->name,
               domain);
}

void load_print_invite(const struct unit *u, struct buf *out)
{
    print_initial(u, "INVITE", out);
    print_contact(u->from, out);
    buf_str(out, ALLOW);
    buf_str(out, "Supported: timer\r\n");
    print_body("application/sdp", SDP, out);
}

void load_print_message(const struct unit *u, struct buf *out)
{
    print_initial(u, "MESSAGE", out);
    print_body("text/plain", "Here is a message of the usual length.", out);
}

/* ---- within the dialog --------------------------------------------------- */

static void print_within(const struct unit *u, const struct start *s,
                         struct buf *out)
{
    print_start(u, s, out);
    if (u->routes.n)
        buf_printf(out, "Route: %s\r\n", str_c(&u->routes));
    print_ends(u, u->to, s, out);
    print_body("", "", out);
}

void load_print_ack(const struct unit *u, struct buf *out)
{
    struct start s = {"ACK", str_slice(&u->target), u->cseq};

    print_within(u, &s, out);
}

void load_print_bye(const struct unit *u, struct buf *out)
{
    struct start s = {"BYE", str_slice(&u->target), u->cseq + 1};

    print_within(u, &s, out);
}

/* ---- answers ------------------------------------------------------------- */

static void copy_lines(const struct sip_message *m, enum sip_header_id id,
                       struct buf *out)
{
    const struct sip_header *h = sip_header_first(m, id);

    for (; h; h = sip_header_next(m, h)) {
        buf_add(out, h->line);
        buf_str(out, "\r\n");
    }
}

void load_print_answer(const struct sip_message *m, unsigned status,
                       const struct phone *contact, bool sdp, struct buf *out)
{
    struct slice to = sip_header_value(m, SIP_HDR_TO);

    buf_printf(out, "SIP/2.0 %u %s\r\n", status, sip_reason(status));
    copy_lines(m, SIP_HDR_VIA, out);
    copy_lines(m, SIP_HDR_RECORD_ROUTE, out);
    copy_lines(m, SIP_HDR_FROM, out);
    buf_printf(out, "To: %.*s%s\r\n", SLICE_ARG(to),
               slice_find(to, S(";tag=")) < 0 ? ";tag=callee" : "");
    copy_lines(m, SIP_HDR_CALL_ID, out);
    copy_lines(m, SIP_HDR_CSEQ, out);
    if (contact) {
        print_contact(contact, out);
        buf_str(out, ALLOW);
    }
    print_body("application/sdp", sdp ? SDP : "", out);
}
