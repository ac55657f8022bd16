/* SPDX-License-Identifier: MIT */
#include "diameter/connection.h"
#include "base/mem.h"

struct connection {
    const struct env *env;
    struct stream *stream; /* NULL: closed, and freed when not busy */
    const struct connection_handler *h;
    void *ctx;
    struct buf in;     /* the beginning of a message */
    struct buf masked; /* what enters the record */
    size_t limit;
    unsigned busy; /* callbacks under way */
};

/* ---- the record -----------------------------------------------------------
 */

/* Session-Id stands first (RFC 6733 8.8), or does not matter. */
static struct slice session_of(struct slice bytes)
{
    struct avp_reader r = avp_reader(slice_from(bytes, DIAMETER_HEADER));
    struct diameter_fault f;
    struct avp a;

    if (avp_next(&r, &a, &f) == AVP_IS && a.row == avp_row(AVP_SESSION_ID))
        return a.value;
    return S("");
}

static struct record_message entry(struct connection *c, enum record_kind kind,
                                   struct slice bytes)
{
    buf_reset(&c->masked);
    buf_add(&c->masked, bytes);
    diameter_mask(c->masked.p, c->masked.n);
    return (struct record_message){
        .kind = kind,
        .proto = RECORD_DIAMETER,
        .local = c->stream->local,
        .remote = c->stream->remote,
        .about = {.session = session_of(bytes)},
        .bytes = buf_slice(&c->masked),
    };
}

void diameter_connection_record(struct connection *c, enum record_kind kind,
                                struct slice bytes, struct slice call)
{
    struct record_message m;

    if (!c->stream)
        return;
    m = entry(c, kind, bytes);
    m.about.call = call;
    record_message(c->env->record, &m);
}

void diameter_connection_drop(struct connection *c, struct slice bytes,
                              const char *sentence)
{
    struct record_message m;

    if (!c->stream)
        return;
    m = entry(c, RECORD_DROP, bytes);
    record_drop(c->env->record, &m, "H-DIA-1", "RFC 6733", "%s", sentence);
}

/* ---- life -----------------------------------------------------------------
 */

static void release(struct connection *c)
{
    if (c->busy || c->stream)
        return;
    buf_fini(&c->in);
    buf_fini(&c->masked);
    free(c);
}

static void on_open(void *ctx, struct stream *s)
{
    struct connection *c = ctx;

    (void)s;
    c->busy++;
    c->h->on_open(c->ctx, c);
    c->busy--;
    release(c);
}

static void end(struct connection *c, enum ims_err err)
{
    c->busy++;
    c->h->on_end(c->ctx, c, err);
    c->busy--;
    c->stream = NULL;
    release(c);
}

static void on_end(void *ctx, struct stream *s, enum ims_err err)
{
    (void)s;
    end(ctx, err);
}

static void deliver(struct connection *c, struct slice bytes)
{
    struct diameter_message m;
    struct diameter_fault f;

    if (diameter_read(bytes, &m, &f))
        c->h->on_message(c->ctx, c, &m);
}

/* Where the next message ends cannot be known any more. */
static void give_up(struct connection *c, struct slice bytes,
                    const struct diameter_fault *f)
{
    diameter_connection_drop(c, slice_first(bytes, DIAMETER_HEADER), f->text);
    log_at(c->env->log, LOG_NOTICE, "diameter connection closed: %s", f->text);
    c->h->on_end(c->ctx, c, IMS_MALFORMED);
    if (c->stream)
        stream_close(c->stream);
    c->stream = NULL;
}

/* Takes whole messages off bytes; answers what is left. */
static struct slice frame(struct connection *c, struct slice bytes)
{
    struct diameter_fault f;
    size_t n;

    while (c->stream) {
        if (!diameter_length(bytes, c->limit, &n, &f)) {
            give_up(c, bytes, &f);
            break;
        }
        if (n == 0 || n > bytes.n)
            break;
        deliver(c, slice_first(bytes, n));
        bytes = slice_from(bytes, n);
    }
    return bytes;
}

/* Completes the message begun in c->in by what of bytes belongs to it. */
static struct slice complete(struct connection *c, struct slice bytes)
{
    struct diameter_fault f;
    size_t n, take;

    do {
        if (!diameter_length(buf_slice(&c->in), c->limit, &n, &f)) {
            give_up(c, buf_slice(&c->in), &f);
            return bytes;
        }
        take = n ? n - c->in.n : 4 - c->in.n;
        take = take < bytes.n ? take : bytes.n;
        buf_add(&c->in, slice_first(bytes, take));
        bytes = slice_from(bytes, take);
    } while (take > 0);
    if (n && c->in.n == n) {
        deliver(c, buf_slice(&c->in));
        buf_reset(&c->in);
    }
    return bytes;
}

static void on_bytes(void *ctx, struct stream *s, struct slice bytes)
{
    struct connection *c = ctx;

    (void)s;
    c->busy++;
    if (c->in.n > 0)
        bytes = complete(c, bytes);
    if (c->in.n == 0)
        bytes = frame(c, bytes);
    if (c->stream)
        buf_add(&c->in, bytes);
    c->busy--;
    release(c);
}

static const struct stream_handler stream_handler = {
    .on_open = on_open,
    .on_bytes = on_bytes,
    .on_end = on_end,
};

static struct connection *make(const struct connection_user *user)
{
    struct connection *c = mem_zalloc(sizeof(*c));

    c->env = user->env;
    c->limit = user->limit;
    c->h = user->h;
    c->ctx = user->ctx;
    buf_init(&c->in, c->limit);
    buf_init(&c->masked, c->limit);
    return c;
}

enum ims_err diameter_connection_open(const struct connection_user *user,
                                      const struct stream_ends *ends,
                                      struct connection **out, struct why *why)
{
    struct connection *c = make(user);
    enum ims_err err = stream_connect(user->env->net, ends, &stream_handler, c,
                                      &c->stream, why);

    if (err) {
        c->stream = NULL;
        release(c);
        return err;
    }
    *out = c;
    return IMS_OK;
}

struct connection *
diameter_connection_accept(const struct connection_user *user, struct stream *s)
{
    struct connection *c = make(user);

    c->stream = s;
    stream_take(s, &stream_handler, c);
    return c;
}

void diameter_connection_take(struct connection *c,
                              const struct connection_handler *h, void *ctx)
{
    c->h = h;
    c->ctx = ctx;
}

void diameter_connection_close(struct connection *c)
{
    if (c->stream)
        stream_close(c->stream);
    c->stream = NULL;
    release(c);
}

enum ims_err diameter_connection_send(struct connection *c, struct slice bytes,
                                      struct slice call)
{
    if (!c->stream)
        return IMS_CLOSED;
    diameter_connection_record(c, RECORD_TX, bytes, call);
    return stream_send(c->stream, bytes);
}

const struct addr *diameter_connection_local(const struct connection *c)
{
    return &c->stream->local;
}

const struct addr *diameter_connection_remote(const struct connection *c)
{
    return &c->stream->remote;
}
