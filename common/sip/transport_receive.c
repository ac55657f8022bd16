/* SPDX-License-Identifier: MIT
 *
 * One whole message, from its bytes to the layer above:
 *
 *   parse             broken request -> 400, 505, 513; the rest is dropped
 *   is_ours           the top Via of a response (RFC 3261 18.1.2)
 *   mark_via          received and rport of a request (18.2.1, RFC 3581)
 *   note_alias        RFC 5923
 *
 * SIP-2, SIP-6.
 */
#include "sip/transport_private.h"
#include <endian.h>
#include <stdio.h>

static const char clause[] = "RFC 3261 18";

static struct slice call_of(const struct sip_message *m)
{
    return m ? sip_header_value(m, SIP_HDR_CALL_ID) : (struct slice){0};
}

static void count_drop(struct sip_transport *t, const char *reason)
{
    char label[48];

    snprintf(label, sizeof label, "reason=\"%s\"", reason);
    ++*metrics_counter(t->env->metrics, "imsbox_sip_dropped_total", label,
                       "SIP messages received and not acted upon");
}

/* Of a message that is not in the record yet. */
static void drop_bytes(struct sip_transport *t, const struct sip_message *m,
                       const struct sip_flow *flow, struct slice bytes,
                       const char *reason, const char *says)
{
    struct record_message rec = {
        .kind = RECORD_DROP,
        .proto = RECORD_SIP,
        .local = flow->listener->local,
        .remote = flow->remote,
        .about = {.call = call_of(m)},
        .bytes = bytes,
    };

    count_drop(t, reason);
    record_drop(t->env->record, &rec, "SIP-2", clause, "dropped: %s", says);
}

void sip_transport_drop(struct sip_transport *t, const struct sip_message *m,
                        const struct sip_flow *flow, const char *reason,
                        const char *says)
{
    struct record_about about = {.call = call_of(m)};
    char text[ADDR_TEXT_MAX];

    count_drop(t, reason);
    record_say(t->env->record, about, "SIP-2", clause, "dropped, from %s: %s",
               addr_text(&flow->remote, text), says);
}

/* ---- broken messages ----------------------------------------------------- */

static bool is_allowed(struct sip_transport *t)
{
    struct sip_allowance *a = &t->allowance;
    int64_t second = t->env->clock->mono_us / SECOND;

    if (a->second != second) {
        a->second = second;
        a->used = 0;
    }
    return a->used < a->per_second && ++a->used > 0;
}

static void refuse_broken(struct sip_transport *t, struct sip_message *m,
                          const struct sip_flow *flow, struct slice bytes,
                          const struct why *why)
{
    unsigned status = why->err == IMS_TOO_LARGE ? 513
                      : m->refusal              ? m->refusal
                                                : 400;

    if (!is_allowed(t)) {
        drop_bytes(t, m, flow, bytes, "rate",
                   "too many broken messages in this second");
        return;
    }
    sip_transport_note_rx(t, m, flow, bytes);
    ++*t->count.in[flow->remote.transport];
    record_say(t->env->record, (struct record_about){.call = call_of(m)},
               "SIP-2", clause, "refused with %u: %s", status, why->text);
    sip_transport_mark(m, &flow->remote);
    sip_transport_refuse(t, m, flow, status, why->text, 0);
}

static void on_broken(struct sip_transport *t, struct sip_message *m,
                      const struct sip_flow *flow, struct slice bytes,
                      const struct why *why)
{
    if (m && m->is_request && m->method != SIP_ACK)
        refuse_broken(t, m, flow, bytes, why);
    else
        drop_bytes(t, m, flow, bytes, "malformed", why->text);
}

void sip_transport_receive_broken(struct sip_transport *t,
                                  const struct sip_flow *flow,
                                  struct slice head, const struct why *why)
{
    struct sip_message *m = NULL;
    enum ims_err err = sip_message_parse(head, &t->config.limits, &m, NULL);

    /* The body is not there, so it failed; what it could read is enough. */
    (void)err;
    on_broken(t, m, flow, head, why);
    if (m)
        sip_message_drop(m);
}

/* ---- Via ----------------------------------------------------------------- */

static bool is_ours(struct sip_transport *t, const struct sip_message *m)
{
    struct sip_via via;

    return sip_via_top(m, &via, NULL) == IMS_OK &&
           sip_transport_is_own(t, via.host, via.port);
}

static bool is_from_host(const struct sip_via *via, const struct addr *from)
{
    struct addr ip = {0};

    return addr_parse_ip(via->host, &ip) && addr_eq_ip(&ip, from);
}

static void print_via(const struct sip_via *via, const struct addr *from,
                      struct buf *out)
{
    struct slice rest = via->params;
    struct sip_param p;

    buf_add(out, via->protocol);
    buf_char(out, '/');
    buf_add(out, via->version);
    buf_char(out, '/');
    buf_add(out, via->transport);
    buf_char(out, ' ');
    buf_add(out, via->host);
    if (via->port) {
        buf_char(out, ':');
        buf_u64(out, via->port);
    }
    while (sip_param_next(&rest, &p))
        if (!slice_eq_nocase(p.name, S("received")) &&
            !slice_eq_nocase(p.name, S("rport"))) {
            buf_char(out, ';');
            sip_param_print(&p, out);
        }
    buf_str(out, ";received=");
    addr_print_ip(from, false, out);
    if (via->has_rport) {
        buf_str(out, ";rport=");
        buf_u64(out, from->port);
    }
}

/* Received where sent-by does not say it, and always with rport. What the
 * sender claims in either is replaced. */
static void mark_via(struct sip_message *m, const struct sip_via *via,
                     const struct addr *from)
{
    char text[8192];
    struct buf b;

    if (!via->has_rport && !via->has_received && is_from_host(via, from))
        return;
    if (!via->has_rport && !via->has_received && m->via) {
        sip_via_add_received(m, from);
        return;
    }
    buf_over(&b, text, sizeof text);
    print_via(via, from, &b);
    if (b.full)
        return;
    sip_replace_first(m, SIP_HDR_VIA, buf_slice(&b));
    sip_via_read(m);
}

/* A trusted neighbour lets us send requests to its listener's address over its
 * own stream. Of a phone that would be a promise about somebody else's
 * address, as without TLS nothing proves it (RFC 5923 section 9). */
static void note_alias(struct sip_transport *t, const struct sip_via *via,
                       const struct sip_flow *flow)
{
    struct addr alias = flow->remote;

    if (!via->alias || flow->connection == 0 || flow->listener->trust == SIP_GM)
        return;
    alias.port = via->port ? via->port : SIP_DEFAULT_PORT;
    sip_stream_alias(t, flow, &alias);
}

/* ---- answers without a transaction: which is which ----------------------- */

enum { TAG_BYTES = 17 };

/* The To tag of our answer: the same for a repetition of the request, and made
 * of what its ACK has too, which brings the top Via alone (17.1.1.3). */
static void print_tag(const struct sip_transport *t, const struct sip_via *top,
                      struct slice call, struct buf *out)
{
    uint64_t h = slice_hash(top->host, t->tag_seed + top->port);

    h = htobe64(slice_hash(call, slice_hash(top->branch, h)));
    buf_char(out, 's');
    buf_hex(out, &h, sizeof h);
}

/* The ACK of a refusal ends here: there is no transaction, and nobody further
 * on knows of it (RFC 3261 17.1.1.3: it has the branch of its INVITE). */
static bool is_ack_of_refusal(const struct sip_transport *t,
                              const struct sip_message *m)
{
    struct slice tag = sip_tag(m, SIP_HDR_TO);
    struct sip_via top;
    char text[TAG_BYTES];
    struct buf own;

    if (m->method != SIP_ACK || tag.n != TAG_BYTES || tag.p[0] != 's' ||
        sip_via_top(m, &top, NULL) != IMS_OK)
        return false;
    buf_over(&own, text, sizeof text);
    print_tag(t, &top, call_of(m), &own);
    return slice_eq(tag, buf_slice(&own));
}

/* ---- the way in ---------------------------------------------------------- */

void sip_transport_mark(struct sip_message *m, const struct addr *from)
{
    struct sip_via via;

    if (sip_via_top(m, &via, NULL) == IMS_OK)
        mark_via(m, &via, from);
}

void sip_transport_receive(struct sip_transport *t, const struct sip_flow *flow,
                           struct slice bytes)
{
    if (!t->env->faults || sip_fault_lets_in(t, flow, bytes))
        sip_transport_take(t, flow, bytes);
}

void sip_transport_take(struct sip_transport *t, const struct sip_flow *flow,
                        struct slice bytes)
{
    struct sip_message *m = NULL;
    struct sip_via via;
    struct why why;

    if (sip_message_parse(bytes, &t->config.limits, &m, &why)) {
        on_broken(t, m, flow, bytes, &why);
        goto out;
    }
    if (!m->is_request && !is_ours(t, m)) {
        drop_bytes(t, m, flow, bytes, "not_ours",
                   "the top Via of the response is none of ours");
        goto out;
    }
    sip_transport_note_rx(t, m, flow, bytes);
    ++*t->count.in[flow->remote.transport];
    if (m->is_request && sip_via_top(m, &via, NULL) == IMS_OK) {
        note_alias(t, &via, flow);
        mark_via(m, &via, &flow->remote);
    }
    if (m->starved) {
        sip_transport_drop(t, m, flow, "memory",
                           "no room to note in its Via where it came from");
        goto out;
    }
    if (!m->is_request || !is_ack_of_refusal(t, m))
        t->h.on_message(t->ctx, m, flow);
out:
    if (m)
        sip_message_drop(m);
}

/* ---- answers without a transaction --------------------------------------- */

static void send_refusal(struct sip_transport *t, struct sip_message *resp,
                         const struct sip_message *req,
                         const struct sip_flow *came)
{
    struct addr spare;
    struct sip_flow flow = sip_transport_response_flow(req, came, &spare);
    struct why why;

    ++*t->count.refused;
    if (sip_transport_send(t, resp, &flow, &why))
        log_at(t->env->log, LOG_INFO, "A refusal was not sent: %s", why.text);
}

void sip_transport_refuse(struct sip_transport *t,
                          const struct sip_message *req,
                          const struct sip_flow *flow, unsigned status,
                          const char *reason, unsigned retry_after)
{
    struct sip_message *resp;
    struct sip_via top;
    char text[TAG_BYTES];
    struct buf tag;

    if (!req->is_request || req->method == SIP_ACK || req->starved ||
        sip_via_top(req, &top, NULL) != IMS_OK)
        return;
    buf_over(&tag, text, sizeof text);
    print_tag(t, &top, call_of(req), &tag);
    resp = sip_response_to(req, status,
                           slice_of(reason ? reason : sip_reason(status)),
                           buf_slice(&tag));
    if (retry_after)
        sip_set_printf(resp, SIP_HDR_RETRY_AFTER, "%u", retry_after);
    send_refusal(t, resp, req, flow);
    sip_message_drop(resp);
}
