/* SPDX-License-Identifier: MIT
 *
 * Parsing: one pass over the copied bytes, then a look at the headers that
 * every element needs (RFC 3261 sections 7, 8.1.1, 16.3).
 *
 * SIP-1, SIP-2.
 */
#include "base/mem.h"
#include "sip/chars.h"
#include "sip/message_parts.h"
#include "sip/views.h"
#include <stdarg.h>
#include <stdio.h>

enum { MESSAGE_BYTES = 65535, HEADERS = 256, EDIT_BYTES = 256 * 1024 };

struct parser {
    struct sip_message *m;
    struct slice rest;
    unsigned most_headers;
    enum ims_err err; /* the first fault; parsing goes on behind it */
    struct why *why;
};

static void fault(struct parser *p, enum ims_err err, unsigned status,
                  const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static void fault(struct parser *p, enum ims_err err, unsigned status,
                  const char *fmt, ...)
{
    char text[200];
    va_list ap;

    if (p->err)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    p->err = why_set(p->why, err, "%s", text);
    p->m->refusal = status;
}

/* ---- lines --------------------------------------------------------------- */

/* Takes a line with its folds (unless it is the start line), without its
 * CRLF. False when there is no end of line any more. */
static bool take_line(struct parser *p, bool folds, struct slice *line)
{
    const char *from = p->rest.p, *end = from + p->rest.n;
    const char *next = from, *lf;

    do {
        lf = next < end ? memchr(next, '\n', (size_t)(end - next)) : NULL;
        if (!lf)
            return false;
        if (lf == next || lf[-1] != '\r' ||
            memchr(next, '\r', (size_t)(lf - next) - 1))
            fault(p, IMS_MALFORMED, 400, "a line does not end with CR LF");
        next = lf + 1;
        if (lf - from <= 1) /* the empty line has no folds */
            break;
    } while (folds && next < end && (*next == ' ' || *next == '\t'));
    p->rest = slice_between(next, end);
    *line = slice_between(from, lf > from && lf[-1] == '\r' ? lf - 1 : lf);
    return true;
}

/* "SIP/2.0", SIP in any case (RFC 3261 7.1). */
static bool is_version(struct slice s)
{
    return slice_eq_nocase(s, S("SIP/2.0"));
}

static bool is_other_version(struct slice s)
{
    return s.n >= 7 && slice_starts_nocase(s, S("SIP/")) &&
           sip_is_digit(s.p[4]) && sip_is_digit(s.p[s.n - 1]) &&
           slice_index(s, '.') > 0 && sip_all(slice_from(s, 4), CHAR_HOST);
}

static void parse_request_line(struct parser *p, struct slice line)
{
    struct sip_message *m = p->m;
    ssize_t first = slice_index(line, ' '), last = slice_rindex(line, ' ');
    struct sip_uri *uri = arena_alloc(&m->arena, sizeof *uri);
    struct why why;

    m->is_request = true;
    m->method_name = slice_first(line, first < 0 ? line.n : (size_t)first);
    m->method = sip_method_of(m->method_name);
    if (first < 0 || first == last || !sip_all(m->method_name, CHAR_TOKEN)) {
        fault(p, IMS_MALFORMED, 400, "the start line is no request line");
        return;
    }
    m->uri = slice_between(line.p + first + 1, line.p + last);
    struct slice version = slice_from(line, (size_t)last + 1);
    if (!is_version(version)) {
        if (is_other_version(version))
            fault(p, IMS_UNSUPPORTED, 505, "SIP version \"%.*s\"",
                  SLICE_ARG(slice_first(version, 20)));
        else
            fault(p, IMS_MALFORMED, 400,
                  "the request line does not end with SIP/2.0");
        return;
    }
    if (!uri)
        m->starved = true;
    else if (sip_uri_parse(m->uri, uri, &why))
        fault(p, IMS_MALFORMED, 400, "Request-URI: %s", why.text);
    else if (uri->headers.p) /* RFC 3261 19.1.1; RFC 4475 3.1.2.11 */
        fault(p, IMS_MALFORMED, 400, "Request-URI: it has headers");
    else
        m->target = uri;
}

/* SIP-Version SP Status-Code SP Reason-Phrase */
static void parse_status_line(struct parser *p, struct slice line)
{
    struct slice version, code;
    uint64_t status;

    if (!slice_cut(&line, ' ', &version) || !is_version(version) ||
        !slice_cut(&line, ' ', &code) || code.n != 3 ||
        !slice_u64(code, 699, &status) || status < 100) {
        fault(p, IMS_MALFORMED, 400, "the status line is malformed");
        return;
    }
    p->m->status = (unsigned)status;
    p->m->reason = line.p ? line : (struct slice){"", 0};
}

static void parse_start_line(struct parser *p)
{
    struct slice line;

    while (slice_starts(p->rest, S("\r\n"))) /* RFC 3261 7.5 */
        p->rest = slice_from(p->rest, 2);
    if (!take_line(p, false, &line)) {
        fault(p, IMS_MALFORMED, 400, "the start line does not end");
        return;
    }
    if (slice_starts_nocase(line, S("SIP/")))
        parse_status_line(p, line);
    else
        parse_request_line(p, line);
}

/* field-name HCOLON value. A name that is known is a token. */
static void parse_header(struct parser *p, struct slice line)
{
    ssize_t colon = slice_index(line, ':');
    struct slice name = slice_first(line, colon < 0 ? 0 : (size_t)colon);

    while (name.n && (name.p[name.n - 1] == ' ' || name.p[name.n - 1] == '\t'))
        name.n--;
    enum sip_header_id id = sip_header_id_of(name);
    if (id == SIP_HDR_OTHER && !sip_all(name, CHAR_TOKEN)) {
        fault(p, IMS_MALFORMED, 400, "\"%.*s\" is no header",
              SLICE_ARG(slice_first(line, 40)));
        return;
    }
    struct sip_header *h = sip_header_insert(p->m, p->m->count, id);
    if (!h)
        return;
    h->name = name;
    h->value = slice_trim(slice_from(line, (size_t)colon + 1));
    h->line = line;
}

static void parse_headers(struct parser *p)
{
    struct slice line;

    while (take_line(p, true, &line)) {
        if (!line.n)
            return;
        if (p->m->count == p->most_headers) {
            fault(p, IMS_TOO_LARGE, 513, "more than %u header lines",
                  p->most_headers);
            return;
        }
        parse_header(p, line);
    }
    fault(p, IMS_MALFORMED, 400, "the headers do not end with an empty line");
}

/* ---- what every element needs -------------------------------------------- */

static const char *name_of(enum sip_header_id id)
{
    return sip_header_name(id).p;
}

/* Of a header that may stand once: its line, NULL without. */
static const struct sip_header *only(struct parser *p, enum sip_header_id id)
{
    const struct sip_header *h = sip_header_first(p->m, id);

    if (h && sip_header_next(p->m, h))
        fault(p, IMS_MALFORMED, 400, "%s: it stands twice", name_of(id));
    return h;
}

static const struct sip_header *needed(struct parser *p, enum sip_header_id id)
{
    const struct sip_header *h = only(p, id);

    if (!h || !h->value.n) {
        fault(p, IMS_MALFORMED, 400, "%s: it is missing", name_of(id));
        return NULL;
    }
    return h;
}

static void check_via(struct parser *p)
{
    struct sip_values it;
    struct slice value;
    struct sip_via via;
    struct why why;
    bool any = false;

    sip_via_read(p->m);
    sip_values_begin(&it, p->m, SIP_HDR_VIA);
    while (sip_values_next(&it, &value)) {
        bool is_read = !any && p->m->via;

        any = true;
        if (!is_read && sip_via_parse(value, &via, &why))
            fault(p, IMS_MALFORMED, 400, "Via: %s", why.text);
        if (!p->m->is_request)
            break; /* those below are read where the response goes */
    }
    if (!any)
        fault(p, IMS_MALFORMED, 400, "Via: it is missing");
}

static void check_address(struct parser *p, enum sip_header_id id,
                          struct sip_read_tag *read)
{
    const struct sip_header *h = needed(p, id);
    struct sip_name_addr na;
    struct why why;

    if (!h)
        return;
    if (sip_name_addr_parse(h->value, &na, &why))
        fault(p, IMS_MALFORMED, 400, "%s: %s", name_of(id), why.text);
    else if (na.wildcard)
        fault(p, IMS_MALFORMED, 400, "%s: no URI", name_of(id));
    else {
        read->text = h->value;
        sip_param(na.params, S("tag"), &read->tag);
    }
}

/* callid = word [ "@" word ] */
static void check_call_id(struct parser *p)
{
    const struct sip_header *h = needed(p, SIP_HDR_CALL_ID);

    for (size_t i = 0; h && i < h->value.n; i++)
        if (!sip_is(h->value.p[i], CHAR_WORD) && h->value.p[i] != '@') {
            fault(p, IMS_MALFORMED, 400, "Call-ID: it is no word");
            return;
        }
}

static void check_cseq(struct parser *p)
{
    const struct sip_header *h = needed(p, SIP_HDR_CSEQ);
    struct sip_cseq cseq;
    struct why why;

    if (!h)
        return;
    if (sip_cseq_parse(h->value, &cseq, &why)) {
        fault(p, IMS_MALFORMED, 400, "CSeq: %s", why.text);
    } else if (!p->m->is_request) {
        p->m->method = cseq.method;
    } else if (!slice_eq(cseq.method_name, p->m->method_name)) {
        fault(p, IMS_MALFORMED, 400,
              "CSeq: its method is %.*s, the request's is %.*s",
              SLICE_ARG(slice_first(cseq.method_name, 40)),
              SLICE_ARG(slice_first(p->m->method_name, 40)));
    }
}

static void check_max_forwards(struct parser *p)
{
    const struct sip_header *h = only(p, SIP_HDR_MAX_FORWARDS);
    uint64_t hops;

    if (h && !slice_u64(h->value, 255, &hops))
        fault(p, IMS_MALFORMED, 400,
              "Max-Forwards: it is no number from 0 to 255");
}

/* Cuts the body; what stands behind it in a datagram is discarded
 * (RFC 3261 18.3). */
static void check_content_length(struct parser *p)
{
    const struct sip_header *h = only(p, SIP_HDR_CONTENT_LENGTH);
    uint32_t n;

    p->m->body = p->rest;
    if (!h)
        return;
    if (!sip_content_length(h->value, &n))
        fault(p, IMS_MALFORMED, 400, "Content-Length: it is no number");
    else if (n > p->rest.n)
        fault(p, IMS_MALFORMED, 400,
              "Content-Length: it says %u, but %zu bytes are there", n,
              p->rest.n);
    else
        p->m->body = slice_first(p->rest, n);
}

static void check(struct parser *p)
{
    check_via(p);
    check_address(p, SIP_HDR_FROM, &p->m->from);
    check_address(p, SIP_HDR_TO, &p->m->to);
    check_call_id(p);
    check_cseq(p);
    check_max_forwards(p);
    check_content_length(p);
}

/* ---- the whole ----------------------------------------------------------- */

/* Room for header lines, and for what is read once: Request-URI, top Via (anew
 * when it is marked with where it came from, and its text). */
enum {
    LINES = 24,
    READ_BYTES = sizeof(struct sip_uri) + 2 * sizeof(struct sip_via) + 256,
};

static struct sip_message *begin(struct slice bytes)
{
    struct sip_message *m = mem_zalloc(sizeof(*m));

    m->refs = 1;
    arena_init(&m->arena,
               bytes.n + LINES * sizeof(struct sip_header) + READ_BYTES,
               bytes.n + EDIT_BYTES);
    return m;
}

/* An answer needs a request and a way back. */
static bool is_answerable(const struct sip_message *m)
{
    struct sip_via via;

    return m->is_request && m->method_name.n && !sip_via_top(m, &via, NULL);
}

static size_t message_bytes(const struct sip_limits *l)
{
    return l->message_bytes ? l->message_bytes : MESSAGE_BYTES;
}

/* What came, and all that can be put in an arena beside it. */
size_t sip_printed_bytes(const struct sip_limits *l)
{
    return 2 * message_bytes(l) + EDIT_BYTES;
}

enum ims_err sip_message_parse(struct slice bytes, const struct sip_limits *l,
                               struct sip_message **out, struct why *why)
{
    size_t most = message_bytes(l);
    struct sip_message *m = begin(slice_first(bytes, most));
    struct parser p = {
        .m = m,
        .rest = slice_keep(&m->arena, slice_first(bytes, most)),
        .most_headers = l->headers ? l->headers : HEADERS,
        .why = why,
    };

    if (bytes.n > most)
        fault(&p, IMS_TOO_LARGE, 513, "more than %zu bytes", most);
    parse_start_line(&p);
    if (p.rest.n || !p.err)
        parse_headers(&p);
    check(&p);
    if (m->starved)
        fault(&p, IMS_TOO_LARGE, 513, "the headers outgrew their memory");
    *out = m;
    if (!p.err)
        return IMS_OK;
    m->starved = false;
    if (!is_answerable(m)) {
        sip_message_drop(m);
        *out = NULL;
    }
    return p.err;
}
