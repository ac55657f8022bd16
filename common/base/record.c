/* SPDX-License-Identifier: MIT
 *
 * The ring:  | e7 e8 | head ... free ... | e5 e6 | unused |
 *
 * Entries lie in one piece, in the order of their sequence numbers; one that
 * does not fit before the end of the ring begins anew at its start. place[]
 * finds an entry by its sequence number: an entry is never smaller than
 * struct stored, so there are never more entries than places.
 */
#include "base/record.h"
#include "base/mem.h"
#include "base/says.h"

struct stored {
    uint64_t seq;
    int64_t wall_us, mono_us;
    const char *proc, *clause, *fmt; /* NULL in messages */
    const char *reason;
    struct addr local, remote;
    uint32_t size; /* of the whole entry */
    uint32_t bytes_n;
    uint16_t call_n, session_n, args_n;
    uint8_t kind : 4, proto : 4;
    uint8_t fault_n;
    /* call, session, bytes, args, fault follow */
};

struct record {
    const struct clock *clock;
    char *ring;
    size_t size, head;
    size_t *place; /* offset of entry seq: place[seq % places] */
    size_t places;
    uint64_t first, last; /* sequence numbers held; first > last: none */
    struct buf says;
    char says_text[RECORD_SAYS_MAX];
    void (*on_entry)(void *ctx);
    void *ctx;
};

struct record *record_new(const struct clock *clock, size_t bytes)
{
    struct record *r = mem_zalloc(sizeof(*r));

    r->clock = clock;
    r->size = bytes < RECORD_BYTES_MIN ? RECORD_BYTES_MIN : bytes & ~(size_t)7;
    r->ring = mem_alloc(r->size);
    r->places = r->size / sizeof(struct stored) + 1;
    r->place = mem_alloc(r->places * sizeof(*r->place));
    r->first = 1;
    buf_over(&r->says, r->says_text, sizeof(r->says_text));
    return r;
}

void record_free(struct record *r)
{
    if (!r)
        return;
    free(r->ring);
    free(r->place);
    free(r);
}

static struct stored *entry(const struct record *r, uint64_t seq)
{
    return (struct stored *)(void *)(r->ring + r->place[seq % r->places]);
}

/* Forgets the oldest entries as long as they lie in [from, to). */
static void evict(struct record *r, size_t from, size_t to)
{
    while (r->first <= r->last) {
        size_t at = r->place[r->first % r->places];

        if (at >= to || at + entry(r, r->first)->size <= from)
            return;
        r->first++;
    }
}

static struct stored *reserve(struct record *r, size_t size)
{
    if (size > r->size - r->head) {
        evict(r, r->head, r->size);
        r->head = 0;
    }
    evict(r, r->head, r->head + size);
    r->last++;
    r->place[r->last % r->places] = r->head;
    r->head += size;
    return entry(r, r->last);
}

static char *put(char *at, struct slice s)
{
    if (s.p)
        memcpy(at, s.p, s.n);
    return at + s.n;
}

static void store(struct record *r, const struct stored *head,
                  const struct record_message *m, struct slice args)
{
    struct slice call = slice_first(m->about.call, RECORD_ID_MAX);
    struct slice session = slice_first(m->about.session, RECORD_ID_MAX);
    struct slice bytes = slice_first(m->bytes, r->size / 4);
    struct slice fault = slice_first(m->fault, RECORD_FAULT_MAX);
    size_t size =
        sizeof(*head) + call.n + session.n + bytes.n + args.n + fault.n;
    struct stored *e = reserve(r, (size + 7) & ~(size_t)7);
    char *at = (char *)(e + 1);

    *e = *head;
    e->seq = r->last;
    e->wall_us = r->clock->wall_us;
    e->mono_us = r->clock->mono_us;
    e->kind = m->kind & 15;
    e->proto = m->proto & 15;
    e->reason = m->about.reason;
    e->local = m->local;
    e->remote = m->remote;
    e->size = (uint32_t)((size + 7) & ~(size_t)7);
    e->call_n = (uint16_t)call.n;
    e->session_n = (uint16_t)session.n;
    e->bytes_n = (uint32_t)bytes.n;
    e->args_n = (uint16_t)args.n;
    e->fault_n = (uint8_t)fault.n;
    put(put(put(put(put(at, call), session), bytes), args), fault);
    if (r->on_entry)
        r->on_entry(r->ctx);
}

void record_message(struct record *r, const struct record_message *m)
{
    store(r, &(struct stored){0}, m, S(""));
}

static void store_says(struct record *r, const struct stored *head,
                       const struct record_message *m, va_list ap)
{
    char memory[RECORD_SAYS_MAX];
    struct buf args;

    buf_over(&args, memory, sizeof(memory));
    says_capture(head->fmt, ap, &args);
    store(r, head, m, buf_slice(&args));
}

void record_vsay(struct record *r, struct record_about about, const char *proc,
                 const char *clause, const char *fmt, va_list ap)
{
    struct stored head = {.proc = proc, .clause = clause, .fmt = fmt};
    struct record_message m = {.kind = RECORD_SAYS, .about = about};

    store_says(r, &head, &m, ap);
}

void record_say(struct record *r, struct record_about about, const char *proc,
                const char *clause, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    record_vsay(r, about, proc, clause, fmt, ap);
    va_end(ap);
}

void record_drop(struct record *r, const struct record_message *m,
                 const char *proc, const char *clause, const char *fmt, ...)
{
    struct stored head = {.proc = proc, .clause = clause, .fmt = fmt};
    struct record_message drop = *m;
    va_list ap;

    drop.kind = RECORD_DROP;
    va_start(ap, fmt);
    store_says(r, &head, &drop, ap);
    va_end(ap);
}

void record_fault(struct record *r, const struct record_message *m,
                  const char *proc, const char *clause, const char *fmt, ...)
{
    struct stored head = {.proc = proc, .clause = clause, .fmt = fmt};
    va_list ap;

    va_start(ap, fmt);
    store_says(r, &head, m, ap);
    va_end(ap);
}

static struct slice next_part(const char **at, size_t n)
{
    struct slice s = {*at, n};

    *at += n;
    return s;
}

static void read_entry(struct record *r, const struct stored *e,
                       struct record_entry *out)
{
    const char *at = (const char *)(e + 1);
    struct slice args;

    *out = (struct record_entry){
        .seq = e->seq,
        .wall_us = e->wall_us,
        .mono_us = e->mono_us,
        .kind = (enum record_kind)e->kind,
        .proto = (enum record_proto)e->proto,
        .local = e->local,
        .remote = e->remote,
        .proc = e->proc,
        .clause = e->clause,
    };
    out->about.reason = e->reason;
    out->about.call = next_part(&at, e->call_n);
    out->about.session = next_part(&at, e->session_n);
    out->bytes = next_part(&at, e->bytes_n);
    args = next_part(&at, e->args_n);
    out->fault = next_part(&at, e->fault_n);
    if (e->fmt) {
        buf_reset(&r->says);
        says_print(e->fmt, args, &r->says);
        out->says = buf_slice(&r->says);
    }
}

bool record_read(struct record *r, struct record_cursor *c,
                 struct record_entry *out, uint64_t *missed)
{
    uint64_t behind = 0;

    if (c->next == 0)
        c->next = r->first;
    if (c->next < r->first) {
        behind = r->first - c->next;
        c->next = r->first;
    }
    if (missed)
        *missed = behind;
    if (c->next > r->last)
        return false;
    read_entry(r, entry(r, c->next), out);
    c->next++;
    return true;
}

uint64_t record_last_seq(const struct record *r)
{
    return r->last;
}

/* Entries lie from the first one to the head, perhaps around the end. */
struct usage record_usage(const struct record *r)
{
    struct usage u = {.refused = r->first - 1};

    if (r->first <= r->last) {
        size_t from = r->place[r->first % r->places];

        u.now = from < r->head ? r->head - from : r->size - from + r->head;
    }
    u.most = r->first > 1 ? r->size : u.now;
    return u;
}

void record_watch(struct record *r, void (*on_entry)(void *ctx), void *ctx)
{
    r->on_entry = on_entry;
    r->ctx = ctx;
}
