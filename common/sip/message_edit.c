/* SPDX-License-Identifier: MIT
 *
 * Editing a message. Lines that an edit does not touch keep their bytes.
 *
 * SIP-1.
 */
#include "sip/message_parts.h"
#include <stdarg.h>

enum { FIRST_ROOM = 24 };

/* ---- memory -------------------------------------------------------------- */

static void blank_out(char *p, size_t n, char c)
{
    for (char *end = p + n; (p = memchr(p, c, (size_t)(end - p)));)
        *p = ' ';
}

/* A copy in the arena without line breaks; an empty slice when starved. */
static struct slice keep(struct sip_message *m, struct slice text)
{
    char *p = m->starved ? NULL : arena_alloc(&m->arena, text.n + !text.n);

    if (!p) {
        m->starved = true;
        return (struct slice){0};
    }
    memcpy(p, text.n ? text.p : "", text.n);
    blank_out(p, text.n, '\r');
    blank_out(p, text.n, '\n');
    return (struct slice){p, text.n};
}

static bool grow(struct sip_message *m)
{
    unsigned room = m->room ? 2 * m->room : FIRST_ROOM;
    struct sip_header *grown = arena_alloc(&m->arena, room * sizeof(*grown));

    if (!grown) {
        m->starved = true;
        return false;
    }
    if (m->count)
        memcpy(grown, m->headers, m->count * sizeof(*grown));
    m->headers = grown;
    m->room = room;
    return true;
}

struct sip_header *sip_header_insert(struct sip_message *m, unsigned at,
                                     enum sip_header_id id)
{
    if (m->starved || (m->count == m->room && !grow(m)))
        return NULL;
    if (at < m->count)
        memmove(&m->headers[at + 1], &m->headers[at],
                (m->count - at) * sizeof(*m->headers));
    m->count++;
    m->repeated |= m->kinds & sip_kind(id);
    m->kinds |= sip_kind(id);
    m->headers[at].id = id;
    m->headers[at].line = (struct slice){0};
    return &m->headers[at];
}

static void remove_at(struct sip_message *m, unsigned at)
{
    m->count--;
    memmove(&m->headers[at], &m->headers[at + 1],
            (m->count - at) * sizeof(*m->headers));
}

/* ---- places -------------------------------------------------------------- */

static unsigned first_of(const struct sip_message *m, enum sip_header_id id)
{
    unsigned i = m->kinds & sip_kind(id) ? 0 : m->count;

    while (i < m->count && m->headers[i].id != id)
        i++;
    return i;
}

/* Behind the last one of the kind; 0 without any. */
static unsigned behind_last(const struct sip_message *m, enum sip_header_id id)
{
    unsigned i = m->kinds & sip_kind(id) ? m->count : 0;

    while (i && m->headers[i - 1].id != id)
        i--;
    return i;
}

/* RFC 3261 7.3.1: what proxies need stands near the top. */
static unsigned place_for(const struct sip_message *m, enum sip_header_id id)
{
    switch (id) {
    case SIP_HDR_VIA: return 0;
    case SIP_HDR_ROUTE:
    case SIP_HDR_RECORD_ROUTE:
    case SIP_HDR_PATH: return behind_last(m, SIP_HDR_VIA);
    default: return m->count;
    }
}

static void add_at(struct sip_message *m, unsigned at, enum sip_header_id id,
                   struct slice value)
{
    struct slice kept = keep(m, value);
    struct sip_header *h = sip_header_insert(m, at, id);

    if (!h)
        return;
    h->name = sip_header_name(id);
    h->value = slice_trim(kept);
}

/* The line's value is now this (already in an arena). */
static void change(struct sip_header *h, struct slice value)
{
    h->value = slice_trim(value);
    h->line = (struct slice){0};
}

/* ---- whole headers ------------------------------------------------------- */

void sip_set_uri(struct sip_message *m, struct slice uri)
{
    m->uri = keep(m, uri);
}

/* A reason phrase has no quotes and no control characters. */
static struct slice keep_phrase(struct sip_message *m, struct slice text)
{
    struct slice kept = keep(m, text);
    char *p = (char *)kept.p;

    for (size_t i = 0; i < kept.n; i++) {
        if (p[i] == '"')
            p[i] = '\'';
        else if ((unsigned char)p[i] < 32 || p[i] == 127)
            p[i] = '?';
    }
    return kept;
}

void sip_set_status(struct sip_message *m, unsigned status, struct slice reason)
{
    m->status = status;
    m->reason =
        reason.n ? keep_phrase(m, reason) : slice_of(sip_reason(status));
}

void sip_add_first(struct sip_message *m, enum sip_header_id id,
                   struct slice value)
{
    unsigned at = first_of(m, id);

    add_at(m, at < m->count ? at : place_for(m, id), id, value);
}

void sip_add_last(struct sip_message *m, enum sip_header_id id,
                  struct slice value)
{
    unsigned at = behind_last(m, id);

    add_at(m, at ? at : place_for(m, id), id, value);
}

void sip_add_all(struct sip_message *m, const struct sip_message *from,
                 enum sip_header_id id)
{
    const struct sip_header *h = sip_header_first(from, id);

    for (; h; h = sip_header_next(from, h))
        sip_add_last(m, id, h->value);
}

/* Removes the lines of the kind at index `from` and behind. */
static void remove_from(struct sip_message *m, unsigned from,
                        enum sip_header_id id)
{
    unsigned kept;

    while (from < m->count && m->headers[from].id != id)
        from++;
    kept = from;
    for (unsigned i = from; i < m->count; i++)
        if (m->headers[i].id != id)
            m->headers[kept++] = m->headers[i];
    m->count = kept;
}

void sip_set(struct sip_message *m, enum sip_header_id id, struct slice value)
{
    unsigned at = first_of(m, id);

    if (m->starved)
        return;
    if (at == m->count) {
        sip_add_last(m, id, value);
        return;
    }
    change(&m->headers[at], keep(m, value));
    remove_from(m, at + 1, id);
}

void sip_set_u64(struct sip_message *m, enum sip_header_id id, uint64_t value)
{
    char text[20];
    struct buf b;

    buf_over(&b, text, sizeof(text));
    buf_u64(&b, value);
    sip_set(m, id, buf_slice(&b));
}

void sip_set_printf(struct sip_message *m, enum sip_header_id id,
                    const char *fmt, ...)
{
    struct buf b;
    va_list ap;

    buf_init(&b, m->arena.limit);
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    if (b.full)
        m->starved = true;
    sip_set(m, id, buf_slice(&b));
    buf_fini(&b);
}

void sip_add_named(struct sip_message *m, struct slice name, struct slice value)
{
    unsigned at = m->count;

    add_at(m, at, sip_header_id_of(name), value);
    if (m->starved)
        return;
    m->headers[at].name = keep(m, name);
}

void sip_remove(struct sip_message *m, enum sip_header_id id)
{
    if (m->kinds & sip_kind(id))
        remove_from(m, 0, id);
}

void sip_remove_named(struct sip_message *m, struct slice name)
{
    enum sip_header_id id = sip_header_id_of(name);

    if (id != SIP_HDR_OTHER) {
        sip_remove(m, id);
        return;
    }
    for (unsigned i = m->count; i-- > 0;)
        if (slice_eq_nocase(m->headers[i].name, name))
            remove_at(m, i);
}

/* ---- single values ------------------------------------------------------- */

/* The index of the first line of the kind that has a value, and that value's
 * neighbours; lines without any value on the way are removed. m->count: none.
 */
static unsigned first_value(struct sip_message *m, enum sip_header_id id,
                            struct slice *rest)
{
    enum sip_header_flags flags = sip_header_flags(id);
    struct slice value;
    unsigned at;

    while ((at = first_of(m, id)) < m->count) {
        *rest = m->headers[at].value;
        while (rest->n)
            if (sip_take_value(rest, flags, &value))
                return at;
        remove_at(m, at);
    }
    return at;
}

void sip_pop(struct sip_message *m, enum sip_header_id id)
{
    struct slice rest;
    unsigned at = first_value(m, id, &rest);

    if (at == m->count)
        return;
    if (slice_trim(rest).n)
        change(&m->headers[at], rest);
    else
        remove_at(m, at);
}

void sip_pop_last(struct sip_message *m, enum sip_header_id id)
{
    enum sip_header_flags flags = sip_header_flags(id);
    unsigned behind = behind_last(m, id);
    struct slice rest, value, last = {0};

    if (!behind)
        return;
    struct sip_header *h = &m->headers[behind - 1];
    for (rest = h->value; rest.n;)
        if (sip_take_value(&rest, flags, &value))
            last = value;
    if (!last.n) {
        remove_at(m, behind - 1);
        sip_pop_last(m, id);
        return;
    }
    struct slice kept = slice_trim(slice_between(h->value.p, last.p));
    if (kept.n && kept.p[kept.n - 1] == ',')
        kept.n--;
    if (slice_trim(kept).n)
        change(h, kept);
    else
        remove_at(m, behind - 1);
}

void sip_replace_first(struct sip_message *m, enum sip_header_id id,
                       struct slice value)
{
    sip_pop(m, id);
    sip_add_first(m, id, value);
}

/* How many values of the line stay; those are appended to out. */
static unsigned filter_line(const struct sip_header *h, struct buf *out,
                            bool (*drop)(void *ctx, struct slice value),
                            void *ctx, bool *dropped)
{
    enum sip_header_flags flags = sip_header_flags(h->id);
    struct slice rest = h->value, value;
    unsigned kept = 0;

    *dropped = false;
    while (rest.n) {
        if (!sip_take_value(&rest, flags, &value))
            continue;
        if (drop(ctx, value)) {
            *dropped = true;
            continue;
        }
        if (kept++)
            buf_str(out, ", ");
        buf_add(out, value);
    }
    return kept;
}

void sip_filter(struct sip_message *m, enum sip_header_id id,
                bool (*drop)(void *ctx, struct slice value), void *ctx)
{
    struct buf b;
    bool dropped;

    if (!(m->kinds & sip_kind(id)))
        return;
    buf_init(&b, m->arena.limit);
    for (unsigned i = 0; i < m->count && !m->starved; i++) {
        if (m->headers[i].id != id)
            continue;
        buf_reset(&b);
        unsigned kept = filter_line(&m->headers[i], &b, drop, ctx, &dropped);
        if (!kept)
            remove_at(m, i--);
        else if (dropped)
            change(&m->headers[i], keep(m, buf_slice(&b)));
    }
    buf_fini(&b);
}

void sip_set_body(struct sip_message *m, struct slice content_type,
                  struct slice body)
{
    struct slice kept = {0};

    if (!m->starved && body.n)
        kept = slice_keep(&m->arena, body);
    if (body.n && !kept.p)
        m->starved = true;
    m->body = kept;
    if (body.n)
        sip_set(m, SIP_HDR_CONTENT_TYPE, content_type);
    else
        sip_remove(m, SIP_HDR_CONTENT_TYPE);
}
