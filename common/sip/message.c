/* SPDX-License-Identifier: MIT
 *
 * A message's life, reading it, printing it.
 */
#include "base/mem.h"
#include "sip/chars.h"
#include "sip/message_parts.h"
#include "sip/views.h"

/* Edits take from here; at the end of it the message is starved. */
enum { EDIT_BYTES = 256 * 1024 };

/* What a proxy adds to a copy: header lines, and their bytes. With less room a
 * second chunk is taken, which is as large as the first. */
enum { SPARE_HEADERS = 8, SPARE_BYTES = 1024 };

/* ---- life ---------------------------------------------------------------- */

static struct sip_message *message_new(size_t first, size_t limit)
{
    struct sip_message *m = mem_zalloc(sizeof(*m));

    m->refs = 1;
    arena_init(&m->arena, first, limit);
    return m;
}

struct sip_message *sip_request_new(enum sip_method method, struct slice uri)
{
    struct sip_message *m = message_new(2048, EDIT_BYTES);

    m->is_request = true;
    m->method = method;
    m->method_name = sip_method_name(method);
    sip_set_uri(m, uri);
    return m;
}

struct sip_message *sip_response_new(unsigned status, struct slice reason)
{
    struct sip_message *m = message_new(2048, EDIT_BYTES);

    sip_set_status(m, status, reason);
    return m;
}

static void add_tagged(struct sip_message *m, struct slice to, struct slice tag)
{
    struct buf b;

    buf_init(&b, m->arena.limit);
    buf_add(&b, to);
    buf_str(&b, ";tag=");
    buf_add(&b, tag);
    sip_set(m, SIP_HDR_TO, buf_slice(&b));
    buf_fini(&b);
}

/* What is copied of a large request is large. */
struct sip_message *sip_response_to(const struct sip_message *req,
                                    unsigned status, struct slice reason,
                                    struct slice tag)
{
    struct sip_message *m = message_new(2048, req->arena.limit);
    struct slice to = sip_header_value(req, SIP_HDR_TO);

    sip_set_status(m, status, reason);
    m->method = req->method;
    sip_add_all(m, req, SIP_HDR_VIA);
    sip_add_all(m, req, SIP_HDR_FROM);
    if (to.n && tag.n && status != 100 && !sip_tag(req, SIP_HDR_TO).n)
        add_tagged(m, to, tag);
    else
        sip_add_all(m, req, SIP_HDR_TO);
    sip_add_all(m, req, SIP_HDR_CALL_ID);
    sip_add_all(m, req, SIP_HDR_CSEQ);
    sip_add_all(m, req, SIP_HDR_TIMESTAMP);
    return m;
}

struct sip_message *sip_message_copy(struct sip_message *m)
{
    unsigned room = m->count + SPARE_HEADERS;
    size_t array = room * sizeof(struct sip_header);
    struct sip_message *copy = message_new(array + SPARE_BYTES, m->arena.limit);
    struct arena arena = copy->arena;

    *copy = *m;
    copy->refs = 1;
    copy->arena = arena;
    copy->origin = sip_message_hold(m);
    copy->headers = arena_alloc(&copy->arena, array);
    if (!copy->headers) {
        copy->starved = true;
        copy->count = copy->room = 0;
        return copy;
    }
    copy->room = room;
    if (m->count)
        memcpy(copy->headers, m->headers, m->count * sizeof(*m->headers));
    return copy;
}

struct sip_message *sip_message_hold(struct sip_message *m)
{
    m->refs++;
    return m;
}

void sip_message_drop(struct sip_message *m)
{
    while (m && --m->refs == 0) {
        struct sip_message *origin = m->origin;

        arena_fini(&m->arena);
        free(m);
        m = origin;
    }
}

/* ---- reading ------------------------------------------------------------- */

static const struct sip_header *find_from(const struct sip_message *m,
                                          unsigned at, enum sip_header_id id)
{
    for (; at < m->count; at++)
        if (m->headers[at].id == id)
            return &m->headers[at];
    return NULL;
}

const struct sip_header *sip_header_first(const struct sip_message *m,
                                          enum sip_header_id id)
{
    return m->kinds & sip_kind(id) ? find_from(m, 0, id) : NULL;
}

const struct sip_header *sip_header_next(const struct sip_message *m,
                                         const struct sip_header *h)
{
    unsigned at = (unsigned)(h - m->headers) + 1;

    if (!(m->repeated & sip_kind(h->id)))
        return NULL;
    if (h->id != SIP_HDR_OTHER)
        return find_from(m, at, h->id);
    for (; at < m->count; at++)
        if (slice_eq_nocase(m->headers[at].name, h->name))
            return &m->headers[at];
    return NULL;
}

const struct sip_header *sip_header_named(const struct sip_message *m,
                                          struct slice name)
{
    enum sip_header_id id = sip_header_id_of(name);

    if (id != SIP_HDR_OTHER)
        return sip_header_first(m, id);
    for (unsigned i = 0; i < m->count; i++)
        if (slice_eq_nocase(m->headers[i].name, name))
            return &m->headers[i];
    return NULL;
}

struct slice sip_header_value(const struct sip_message *m,
                              enum sip_header_id id)
{
    const struct sip_header *h = sip_header_first(m, id);

    return h ? h->value : (struct slice){0};
}

void sip_values_begin(struct sip_values *it, const struct sip_message *m,
                      enum sip_header_id id)
{
    it->m = m;
    it->line = sip_header_first(m, id);
    it->rest = it->line ? it->line->value : (struct slice){0};
}

bool sip_take_value(struct slice *rest, enum sip_header_flags flags,
                    struct slice *value)
{
    bool one = !(flags & SIP_LIST) || slice_index(*rest, ',') < 0;
    ssize_t n = one ? -1 : sip_until(*rest, ',');

    if (n < 0 || (size_t)n == rest->n) {
        *value = slice_trim(*rest);
        *rest = (struct slice){0};
    } else {
        *value = slice_trim(slice_first(*rest, (size_t)n));
        *rest = slice_from(*rest, (size_t)n + 1);
    }
    return value->n > 0;
}

bool sip_values_next(struct sip_values *it, struct slice *value)
{
    while (it->line) {
        enum sip_header_flags flags = sip_header_flags(it->line->id);

        while (it->rest.n)
            if (sip_take_value(&it->rest, flags, value))
                return true;
        it->line = sip_header_next(it->m, it->line);
        it->rest = it->line ? it->line->value : (struct slice){0};
    }
    return false;
}

unsigned sip_values_count(const struct sip_message *m, enum sip_header_id id)
{
    struct sip_values it;
    struct slice value;
    unsigned n = 0;

    sip_values_begin(&it, m, id);
    while (sip_values_next(&it, &value))
        n++;
    return n;
}

void sip_values_join(const struct sip_message *m, enum sip_header_id id,
                     struct buf *out)
{
    struct sip_values it;
    struct slice value;
    const char *comma = "";

    sip_values_begin(&it, m, id);
    for (; sip_values_next(&it, &value); comma = ", ") {
        buf_str(out, comma);
        buf_add(out, value);
    }
}

bool sip_has_token(const struct sip_message *m, enum sip_header_id id,
                   struct slice token)
{
    struct sip_values it;
    struct slice value;

    sip_values_begin(&it, m, id);
    while (sip_values_next(&it, &value))
        if (slice_eq_nocase(value, token))
            return true;
    return false;
}

/* ---- printing ------------------------------------------------------------ */

static void print_start(const struct sip_message *m, struct buf *out)
{
    if (m->is_request) {
        buf_add(out, m->method_name);
        buf_char(out, ' ');
        buf_add(out, m->uri);
        buf_str(out, " SIP/2.0\r\n");
    } else {
        buf_str(out, "SIP/2.0 ");
        buf_u64(out, m->status);
        buf_char(out, ' ');
        buf_add(out, m->reason);
        buf_str(out, "\r\n");
    }
}

bool sip_content_length(struct slice value, uint32_t *out)
{
    uint32_t n;

    if (!sip_take_u32(&value, &n) || (value.n && !sip_span(value, CHAR_LWS)))
        return false;
    *out = n;
    return true;
}

static bool tells_length(const struct sip_header *h, size_t body)
{
    uint32_t n;

    return sip_content_length(h->value, &n) && n == body;
}

/* Content-Length is corrected. */
static bool is_as_it_came(const struct sip_header *h, size_t body)
{
    return h->line.n &&
           (h->id != SIP_HDR_CONTENT_LENGTH || tells_length(h, body));
}

static void print_changed(const struct sip_header *h, size_t body,
                          struct buf *out)
{
    buf_add(out, h->name);
    buf_str(out, ": ");
    if (h->id == SIP_HDR_CONTENT_LENGTH)
        buf_u64(out, body);
    else
        buf_add(out, h->value);
    buf_str(out, "\r\n");
}

/* Lines that came one behind the other go out in one piece. */
static void print_headers(const struct sip_message *m, struct buf *out)
{
    const struct sip_header *h = m->headers, *end = h + m->count;

    while (h < end) {
        const char *from = h->line.p, *to = from;

        for (; h < end && h->line.p == to && is_as_it_came(h, m->body.n); h++)
            to += h->line.n + 2; /* CRLF */
        if (to == from)
            print_changed(h++, m->body.n, out);
        else
            buf_add(out, slice_between(from, to));
    }
}

enum ims_err sip_message_print(const struct sip_message *m, struct buf *out,
                               struct why *why)
{
    return sip_message_print_via(m, (struct slice){0}, out, why);
}

static void print_via(struct slice via, struct buf *out)
{
    if (!via.n)
        return;
    buf_str(out, "Via: ");
    buf_add(out, via);
    buf_str(out, "\r\n");
}

enum ims_err sip_message_print_via(const struct sip_message *m,
                                   struct slice via, struct buf *out,
                                   struct why *why)
{
    if (m->starved)
        return why_set(why, IMS_TOO_LARGE,
                       "the message outgrew its memory while it was edited");
    print_start(m, out);
    print_via(via, out);
    print_headers(m, out);
    if (!sip_header_first(m, SIP_HDR_CONTENT_LENGTH)) {
        buf_str(out, "Content-Length: ");
        buf_u64(out, m->body.n);
        buf_str(out, "\r\n");
    }
    buf_str(out, "\r\n");
    buf_add(out, m->body);
    if (out->full)
        return why_set(why, IMS_TOO_LARGE,
                       "the message is larger than %zu bytes", out->max);
    return IMS_OK;
}
