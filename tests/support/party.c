/* SPDX-License-Identifier: MIT */
#include "support/party.h"
#include "support/check.h"
#include "support/world.h"

enum { STORY_MAX = 8 << 20 };

void party_init(struct party *p, struct net *net)
{
    *p = (struct party){.net = net};
    buf_init(&p->story, STORY_MAX);
}

void party_fini(struct party *p)
{
    if (p->udp)
        udp_close(p->udp);
    if (p->listener)
        listener_close(p->listener);
    if (p->stream)
        stream_close(p->stream);
    buf_fini(&p->story);
}

void party_note_time(struct party *p)
{
    buf_printf(&p->story, "%lld ",
               (long long)(p->net->clock->mono_us % SECOND));
}

void check_story(struct party *p, const char *text, const char *file, int line)
{
    check_text(buf_slice(&p->story), slice_of(text), file, line);
    buf_reset(&p->story);
}

size_t party_lines(const struct party *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->story.n; i++)
        n += p->story.p[i] == '\n';
    return n;
}

/* ---- datagrams ---------------------------------------------------------- */

static void on_datagram(void *ctx, struct udp *u, const struct addr *from,
                        struct slice bytes)
{
    struct party *p = ctx;

    if (p->times && !p->mute)
        party_note_time(p);
    if (!p->mute) {
        addr_print(from, &p->story);
        buf_printf(&p->story, " %.*s\n", SLICE_ARG(bytes));
    }
    if (p->echo)
        assert_int_equal(udp_send(u, from, bytes), IMS_OK);
    if (p->hangs_up)
        party_close_udp(p);
}

static void on_undeliverable(void *ctx, struct udp *u, const struct addr *to)
{
    struct party *p = ctx;

    assert_ptr_equal(u, p->udp);
    if (p->times)
        party_note_time(p);
    buf_str(&p->story, "undeliverable ");
    addr_print(to, &p->story);
    buf_char(&p->story, '\n');
}

const struct udp_handler PARTY_UDP = {on_datagram, on_undeliverable};

void party_open_udp(struct party *p, const char *local)
{
    struct addr a = world_addr(local, TRANSPORT_NONE);
    struct why why = {0};

    assert_ok(udp_open(p->net, &a, &PARTY_UDP, p, &p->udp, &why), &why);
}

void party_close_udp(struct party *p)
{
    udp_close(p->udp);
    p->udp = NULL;
}

void party_send_to(struct party *p, const char *to, const char *text)
{
    struct addr a = world_addr(to, TRANSPORT_UDP);

    assert_int_equal(udp_send(p->udp, &a, slice_of(text)), IMS_OK);
}

/* ---- streams ------------------------------------------------------------ */

static void on_open(void *ctx, struct stream *s)
{
    struct party *p = ctx;

    assert_ptr_equal(s, p->stream);
    buf_str(&p->story, "open\n");
}

static void on_bytes(void *ctx, struct stream *s, struct slice bytes)
{
    struct party *p = ctx;

    assert_ptr_equal(s, p->stream);
    buf_add(&p->story, bytes);
    if (p->echo)
        assert_int_equal(stream_send(s, bytes), IMS_OK);
    if (p->hangs_up)
        party_close_stream(p);
}

static void on_end(void *ctx, struct stream *s, enum ims_err err)
{
    struct party *p = ctx;

    assert_ptr_equal(s, p->stream);
    assert_int_equal(stream_send(s, S("x")), IMS_CLOSED);
    stream_close(s); /* harmless here */
    p->stream = NULL;
    buf_printf(&p->story, "[%s]\n", ims_err_name(err));
}

static const struct stream_handler STREAM = {on_open, on_bytes, on_end};

static void on_accept(void *ctx, struct listener *l, struct stream *s)
{
    struct party *p = ctx;

    assert_ptr_equal(l, p->listener);
    p->accepted++;
    if (p->turns_away) {
        stream_close(s);
        return;
    }
    p->stream = s;
    stream_take(s, &STREAM, p);
}

void party_listen(struct party *p, const char *local)
{
    struct addr a = world_addr(local, TRANSPORT_TCP);
    struct why why = {0};

    assert_ok(stream_listen(p->net, &a, on_accept, p, &p->listener, &why),
              &why);
}

void party_connect(struct party *p, const char *to)
{
    struct addr a = world_addr(to, TRANSPORT_TCP);
    struct addr from = world_addr(p->from ? p->from : "0.0.0.0:0", 0);
    const struct stream_ends ends = {p->from ? &from : NULL, &a};
    struct why why = {0};

    assert_ok(stream_connect(p->net, &ends, &STREAM, p, &p->stream, &why),
              &why);
}

void party_write(struct party *p, const char *text)
{
    assert_int_equal(stream_send(p->stream, slice_of(text)), IMS_OK);
}

void party_close_stream(struct party *p)
{
    struct stream *s = p->stream;

    p->stream = NULL;
    stream_close(s);
}

/* ---- DNS and work ------------------------------------------------------- */

static void print_record(const struct dns_record *r, struct buf *out)
{
    if (r->type == DNS_A || r->type == DNS_AAAA)
        addr_print_ip(&r->addr, false, out);
    else if (r->type == DNS_SRV)
        buf_printf(out, "%u %u %u %.*s", r->srv.priority, r->srv.weight,
                   r->srv.port, SLICE_ARG(r->srv.target));
    else
        buf_printf(out, "%u %u '%.*s' '%.*s' '%.*s' %.*s", r->naptr.order,
                   r->naptr.preference, SLICE_ARG(r->naptr.flags),
                   SLICE_ARG(r->naptr.service), SLICE_ARG(r->naptr.regexp),
                   SLICE_ARG(r->naptr.replacement));
    buf_printf(out, " ttl %u", r->ttl);
}

void party_on_records(void *ctx, enum ims_err err,
                      const struct dns_record *records, size_t count)
{
    struct party *p = ctx;

    buf_str(&p->story, ims_err_name(err));
    for (size_t i = 0; i < count; i++) {
        buf_str(&p->story, i ? ", " : " ");
        print_record(&records[i], &p->story);
    }
    buf_char(&p->story, '\n');
}

void party_ask(struct party *p, const char *name, enum dns_type type)
{
    dns_ask(p->net, slice_of(name), type, party_on_records, p);
}

void party_on_job(void *ctx)
{
    struct party *p = ctx;

    buf_str(&p->story, "job\n");
}

void party_on_done(void *ctx)
{
    struct party *p = ctx;

    if (p->times)
        party_note_time(p);
    buf_str(&p->story, "done\n");
}
