/* SPDX-License-Identifier: MIT */
#include "diameter/peer_machine.h"

static void connect_to(struct diameter_peer *p, const struct addr *ip)
{
    struct diameter *d = p->d;
    struct addr to = *ip;
    struct stream_ends ends = {.to = &to};
    struct connection_user user = {.env = d->env,
                                   .limit = d->config.limits.message,
                                   .h = &diameter_peer_connection_handler,
                                   .ctx = p};
    struct why why;

    to.port = p->port;
    to.transport = TRANSPORT_TCP;
    if (d->bind.family == to.family)
        ends.from = &d->bind;
    if (diameter_connection_open(&user, &ends, &p->i, &why) != IMS_OK)
        diameter_peer_dial_failed(p, why.text);
}

static void on_aaaa(void *ctx, enum ims_err err,
                    const struct dns_record *records, size_t count)
{
    struct diameter_peer *p = ctx;

    p->dns = NULL;
    if (err == IMS_OK && count > 0)
        connect_to(p, &records[0].addr);
    else
        diameter_peer_dial_failed(p, "its name has no address");
}

/* The first address counts; the next attempt asks again. */
static void on_a(void *ctx, enum ims_err err, const struct dns_record *records,
                 size_t count)
{
    struct diameter_peer *p = ctx;

    p->dns = NULL;
    if (err == IMS_OK && count > 0)
        connect_to(p, &records[0].addr);
    else
        p->dns = dns_ask(p->d->env->net, str_slice(&p->address), DNS_AAAA,
                         on_aaaa, p);
}

void diameter_dial(struct diameter_peer *p)
{
    struct addr ip;

    if (addr_parse_ip(str_slice(&p->address), &ip))
        connect_to(p, &ip);
    else
        p->dns =
            dns_ask(p->d->env->net, str_slice(&p->address), DNS_A, on_a, p);
}

void diameter_dial_cancel(struct diameter_peer *p)
{
    if (p->dns)
        dns_cancel(p->dns);
    p->dns = NULL;
}
