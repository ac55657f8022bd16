/* SPDX-License-Identifier: MIT
 *
 * A name's addresses are those of the family that we connect from, then those
 * of the other one. Each attempt takes the next of them until one is good.
 */
#include "diameter/peer_machine.h"

static void on_preferred(void *ctx, enum ims_err err,
                         const struct dns_record *records, size_t count);
static void on_other(void *ctx, enum ims_err err,
                     const struct dns_record *records, size_t count);

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

static void ask(struct diameter_peer *p, bool preferred, dns_fn *fn)
{
    bool ip6 = (p->d->bind.family == 6) == preferred;

    p->dns = dns_ask(p->d->env->net, str_slice(&p->address),
                     ip6 ? DNS_AAAA : DNS_A, fn, p);
}

static void take(struct diameter_peer *p, enum ims_err err,
                 const struct dns_record *records, size_t count)
{
    p->dns = NULL;
    for (size_t i = 0;
         err == IMS_OK && i < count && p->found_count < FOUND_MOST; i++)
        p->found[p->found_count++] = records[i].addr;
}

/* An address of the preferred family was not tried yet: no need to ask on. */
static void on_preferred(void *ctx, enum ims_err err,
                         const struct dns_record *records, size_t count)
{
    struct diameter_peer *p = ctx;

    take(p, err, records, count);
    if (p->tried < p->found_count)
        connect_to(p, &p->found[p->tried++]);
    else
        ask(p, false, on_other);
}

static void on_other(void *ctx, enum ims_err err,
                     const struct dns_record *records, size_t count)
{
    struct diameter_peer *p = ctx;

    take(p, err, records, count);
    if (p->tried >= p->found_count)
        p->tried = 0;
    if (p->found_count)
        connect_to(p, &p->found[p->tried++]);
    else
        diameter_peer_dial_failed(p, "its name has no address");
}

void diameter_dial(struct diameter_peer *p)
{
    struct addr ip;

    p->found_count = 0;
    if (addr_parse_ip(str_slice(&p->address), &ip))
        connect_to(p, &ip);
    else
        ask(p, true, on_preferred);
}

/* A name of which only one half is answered is dialled by that half again. */
void diameter_dial_cancel(struct diameter_peer *p)
{
    if (!p->dns)
        return;
    dns_cancel(p->dns);
    p->dns = NULL;
    p->tried = 0;
}
