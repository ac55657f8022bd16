/* SPDX-License-Identifier: MIT
 *
 * The seam: every call goes to the back end that made the object.
 */
#include "net/net.h"

enum ims_err udp_open(struct net *net, const struct addr *local,
                      const struct udp_handler *h, void *ctx, struct udp **out,
                      struct why *why)
{
    return net->ops->udp_open(net, local, h, ctx, out, why);
}

void udp_close(struct udp *u)
{
    u->net->ops->udp_close(u);
}

const struct addr *udp_local(const struct udp *u)
{
    return &u->local;
}

enum ims_err udp_send(struct udp *u, const struct addr *to, struct slice bytes)
{
    return u->net->ops->udp_send(u, to, bytes);
}

enum ims_err stream_listen(struct net *net, const struct addr *local,
                           void (*on_accept)(void *ctx, struct listener *l,
                                             struct stream *s),
                           void *ctx, struct listener **out, struct why *why)
{
    return net->ops->stream_listen(net, local, on_accept, ctx, out, why);
}

void listener_close(struct listener *l)
{
    l->net->ops->listener_close(l);
}

const struct addr *listener_local(const struct listener *l)
{
    return &l->local;
}

enum ims_err stream_connect(struct net *net, const struct stream_ends *ends,
                            const struct stream_handler *h, void *ctx,
                            struct stream **out, struct why *why)
{
    return net->ops->stream_connect(net, ends, h, ctx, out, why);
}

void stream_take(struct stream *s, const struct stream_handler *h, void *ctx)
{
    s->h = h;
    s->ctx = ctx;
}

const struct addr *stream_local(const struct stream *s)
{
    return &s->local;
}

const struct addr *stream_remote(const struct stream *s)
{
    return &s->remote;
}

enum ims_err stream_send(struct stream *s, struct slice bytes)
{
    return s->net->ops->stream_send(s, bytes);
}

size_t stream_unsent(const struct stream *s)
{
    return s->unsent;
}

void stream_close(struct stream *s)
{
    s->net->ops->stream_close(s);
}

void stream_abort(struct stream *s)
{
    s->net->ops->stream_abort(s);
}

struct dns_query *dns_ask(struct net *net, struct slice name,
                          enum dns_type type, dns_fn *fn, void *ctx)
{
    return net->ops->dns_ask(net, name, type, fn, ctx);
}

void dns_cancel(struct dns_query *q)
{
    q->net->ops->dns_cancel(q);
}

struct net_lane *lane_open(struct net *net, const char *name)
{
    return net->ops->lane_open(net, name);
}

void lane_do(struct net_lane *l, void (*job)(void *), void (*done)(void *),
             void *ctx)
{
    l->net->ops->lane_do(l, job, done, ctx);
}

void lane_close(struct net_lane *l)
{
    l->net->ops->lane_close(l);
}
