/* SPDX-License-Identifier: MIT
 *
 * Messages out of a stream of bytes (RFC 3261 18.3), and its keep-alives.
 *
 * SIP-6.
 */
#include "sip/framer.h"

/* Most messages are smaller; what follows one in the same read is not copied
 * again and again. */
enum { PORTION = 4096 };

void framer_init(struct framer *f, size_t max)
{
    *f = (struct framer){.max = max ? max : 65535};
    buf_init(&f->in, f->max);
}

void framer_fini(struct framer *f)
{
    buf_fini(&f->in);
}

bool framer_is_amid(const struct framer *f)
{
    return f->in.n > 0 && !f->message_out;
}

/* CRLFs in front of a start line mean nothing (RFC 3261 7.5), but two of them
 * are a ping. True once a full ping was seen. */
static bool skip_crlf(struct framer *f, struct slice *in)
{
    while (in->n > 0 && *in->p == "\r\n"[f->crlf % 2]) {
        *in = slice_from(*in, 1);
        if (++f->crlf == 4) {
            f->crlf = 0;
            return true;
        }
    }
    return false;
}

/* A start line begins with a token (a method, or SIP/2.0), which tells SIP from
 * a TLS hello and the like at once. */
static bool may_begin(const struct framer *f, char c)
{
    return f->crlf % 2 == 0 && c > ' ' && c < 0x7f;
}

/* The next line, folds included, as name and value; *rest moves behind it. */
static bool take_line(struct slice *rest, struct slice *name,
                      struct slice *value)
{
    const char *end = rest->p + rest->n, *p = rest->p, *colon;

    if (rest->n == 0)
        return false;
    while (p < end &&
           !(*p == '\n' && (p + 1 == end || (p[1] != ' ' && p[1] != '\t'))))
        p++;
    colon = memchr(rest->p, ':', (size_t)(p - rest->p));
    *name = slice_trim(slice_between(rest->p, colon ? colon : p));
    *value = slice_trim(slice_between(colon ? colon + 1 : p, p));
    *rest = slice_between(p < end ? p + 1 : end, end);
    return true;
}

static enum ims_err content_length(struct slice head, uint64_t *length,
                                   struct why *why)
{
    struct slice name, value;
    bool found = false;
    uint64_t n;

    if (!take_line(&head, &name, &value))
        return why_set(why, IMS_MALFORMED, "Empty message");
    while (take_line(&head, &name, &value)) {
        if (!slice_eq_nocase(name, S("Content-Length")) &&
            !slice_eq_nocase(name, S("l")))
            continue;
        if (!slice_u64(value, UINT32_MAX, &n))
            return why_set(why, IMS_MALFORMED,
                           "Content-Length is not a number");
        if (found && n != *length)
            return why_set(why, IMS_MALFORMED,
                           "Content-Length stands twice and differs");
        found = true;
        *length = n;
    }
    if (!found)
        return why_set(why, IMS_MALFORMED,
                       "Content-Length is missing on a stream");
    return IMS_OK;
}

static enum framed broken(struct framer *f, size_t head, struct slice *message)
{
    f->broken = true;
    *message = slice_first(buf_slice(&f->in), head);
    return FRAMED_BROKEN;
}

/* The header is complete at `head` bytes: how large is the whole? */
static enum framed measure(struct framer *f, size_t head, struct slice *message,
                           struct why *why)
{
    uint64_t length = 0;

    if (content_length(slice_first(buf_slice(&f->in), head), &length, why))
        return broken(f, head, message);
    if (length > f->max - head) {
        why_set(why, IMS_TOO_LARGE, "Message of more than %zu bytes", f->max);
        return broken(f, head, message);
    }
    f->whole = head + (size_t)length;
    return FRAMED_MORE;
}

/* No end of the header within the bound. The last line may be cut. */
static enum framed too_large(struct framer *f, struct slice *message,
                             struct why *why)
{
    why_set(why, IMS_TOO_LARGE, "Headers of more than %zu bytes", f->max);
    return broken(f, (size_t)(slice_rindex(buf_slice(&f->in), '\n') + 1),
                  message);
}

/* Copies a portion that may belong to the header, and gives back what was too
 * much once its end is found. */
static enum framed take_head(struct framer *f, struct slice *in,
                             struct slice *message, struct why *why)
{
    size_t before = f->in.n, room = f->max - before;
    struct slice part = slice_first(*in, room < PORTION ? room : PORTION), text;
    ssize_t end;

    buf_add(&f->in, part);
    text = slice_from(buf_slice(&f->in), f->searched);
    end = slice_find(text, S("\r\n\r\n"));
    if (end < 0) {
        *in = slice_from(*in, part.n);
        f->searched = f->in.n > 3 ? f->in.n - 3 : 0;
        return f->in.n < f->max ? FRAMED_MORE : too_large(f, message, why);
    }
    f->in.n = f->searched + (size_t)end + 4;
    *in = slice_from(*in, f->in.n - before);
    return measure(f, f->in.n, message, why);
}

/* Between messages only little memory is kept: most streams are idle. */
static void start_over(struct framer *f)
{
    if (f->in.cap > PORTION) {
        buf_fini(&f->in);
        buf_init(&f->in, f->max);
    }
    buf_reset(&f->in);
    f->searched = f->whole = 0;
    f->message_out = false;
}

enum framed framer_take(struct framer *f, struct slice *in,
                        struct slice *message, struct why *why)
{
    struct slice part;

    *message = (struct slice){0};
    if (f->broken)
        return FRAMED_BROKEN;
    if (f->message_out)
        start_over(f);
    if (f->in.n == 0 && skip_crlf(f, in))
        return FRAMED_PING;
    if (in->n == 0)
        return FRAMED_MORE;
    if (f->in.n == 0 && !may_begin(f, *in->p)) {
        why_set(why, IMS_MALFORMED, "Bytes between messages that are not SIP");
        return broken(f, 0, message);
    }
    f->crlf = 0;
    while (f->whole == 0 && in->n > 0)
        if (take_head(f, in, message, why) == FRAMED_BROKEN)
            return FRAMED_BROKEN;
    if (f->whole == 0)
        return FRAMED_MORE;
    part = slice_first(*in, f->whole - f->in.n);
    buf_add(&f->in, part);
    *in = slice_from(*in, part.n);
    if (f->in.n < f->whole)
        return FRAMED_MORE;
    f->message_out = true;
    *message = buf_slice(&f->in);
    return FRAMED_MESSAGE;
}
