/* SPDX-License-Identifier: MIT */
#include "diameter/connection.h"
#include "base/mem.h"
#include "diameter/fault_answer.h"
#include "net/fault.h"

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
    if (c->env->faults)
        c->env->faults->forget(c->env->faults->ctx, c);
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

/* ---- faults on purpose ----------------------------------------------------
 */

static void pass_in(void *owner, const void *way, struct slice bytes,
                    struct slice call)
{
    struct connection *c = owner;
    struct diameter_message m;
    struct diameter_fault f;

    (void)way;
    (void)call;
    c->busy++;
    if (c->stream && diameter_read(bytes, &m, &f))
        c->h->on_message(c->ctx, c, &m);
    c->busy--;
    release(c);
}

static enum ims_err send_now(struct connection *c, struct slice bytes,
                             struct slice call)
{
    if (!c->stream)
        return IMS_CLOSED;
    diameter_connection_record(c, RECORD_TX, bytes, call);
    return stream_send(c->stream, bytes);
}

static void pass_out(void *owner, const void *way, struct slice bytes,
                     struct slice call)
{
    struct connection *c = owner;

    (void)way;
    if (send_now(c, bytes, call) != IMS_OK)
        log_at(c->env->log, LOG_INFO, "What a fault held was not sent");
}

static void answer(void *owner, const void *way, struct slice bytes,
                   const struct fault_answer *a)
{
    struct connection *c = owner;
    struct diameter_message m;
    struct diameter_fault f;
    struct buf out;

    (void)way;
    buf_init(&out, c->limit);
    if (diameter_read(bytes, &m, &f) &&
        diameter_fault_answer(&m, c->env, a, &out))
        (void)diameter_connection_send(c, buf_slice(&out), S(""));
    buf_fini(&out);
}

/* Who the other side is knows the peer, else (a CER) what it sends. */
static void describe(struct connection *c, const struct diameter_message *m,
                     struct fault_message *f)
{
    const struct diameter_command_row *row =
        diameter_command_find(m->h.app, m->h.command);
    uint32_t vendor;

    f->proto = RECORD_DIAMETER;
    f->is_request = diameter_is_request(m);
    f->method = row ? slice_of(row->shrt) : S("");
    f->result = f->is_request ? 0 : diameter_answer_result(m, &vendor);
    f->peer = c->h->host ? c->h->host(c->ctx) : S("");
    if (f->peer.n == 0 && !f->out)
        f->peer = avp_text(m->avps, AVP_ORIGIN_HOST);
    f->local = c->stream->local;
    f->remote = c->stream->remote;
    f->about.session = session_of(m->bytes);
    f->bytes = m->bytes;
}

static bool passes(struct connection *c, const struct diameter_message *m,
                   bool out, struct slice call)
{
    const struct fault_hook *hook = c->env->faults;
    struct fault_message f = {.out = out, .about.call = call};
    struct fault_exit exit = {.owner = c,
                              .pass = out ? pass_out : pass_in,
                              .answer = out ? NULL : answer};

    describe(c, m, &f);
    return hook->passes(hook->ctx, &f, &exit);
}

/* ---- messages -------------------------------------------------------------
 */

static void deliver(struct connection *c, struct slice bytes)
{
    struct diameter_message m;
    struct diameter_fault f;

    if (!diameter_read(bytes, &m, &f))
        return;
    if (!c->env->faults || passes(c, &m, false, S("")))
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
    struct diameter_message m;
    struct diameter_fault f;

    if (!c->stream)
        return IMS_CLOSED;
    if (c->env->faults && diameter_read(bytes, &m, &f) &&
        !passes(c, &m, true, call))
        return IMS_OK;
    return send_now(c, bytes, call);
}

const struct addr *diameter_connection_local(const struct connection *c)
{
    return &c->stream->local;
}

const struct addr *diameter_connection_remote(const struct connection *c)
{
    return &c->stream->remote;
}
