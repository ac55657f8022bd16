/* SPDX-License-Identifier: MIT */
#include "sip/locate_private.h"

bool locate_can(const struct sip_locate_config *c, enum transport t)
{
    return (t == TRANSPORT_UDP && c->udp) || (t == TRANSPORT_TCP && c->tcp);
}

static struct slice without_dot(struct slice name)
{
    return slice_ends(name, S(".")) ? slice_first(name, name.n - 1) : name;
}

/* ---- NAPTR, RFC 3263 section 4.1 ----------------------------------------- */

static enum transport transport_of(struct slice service)
{
    if (slice_eq_nocase(service, S("SIP+D2U")))
        return TRANSPORT_UDP;
    if (slice_eq_nocase(service, S("SIP+D2T")))
        return TRANSPORT_TCP;
    return TRANSPORT_NONE;
}

static bool stands_before(const struct locate_service *a,
                          const struct locate_service *b)
{
    return a->order != b->order ? a->order < b->order
                                : a->preference < b->preference;
}

static void insert(struct locate_service *out, unsigned n,
                   const struct locate_service *one)
{
    for (; n > 0 && stands_before(one, &out[n - 1]); n--)
        out[n] = out[n - 1];
    out[n] = *one;
}

unsigned locate_take_naptr(const struct sip_locate_config *c, struct arena *a,
                           const struct dns_record *records, size_t count,
                           struct locate_service out[LOCATE_SERVICES])
{
    unsigned n = 0;

    for (size_t i = 0; i < count && n < LOCATE_SERVICES; i++) {
        const struct dns_record *r = &records[i];
        struct locate_service one = {0};

        if (r->type != DNS_NAPTR || !slice_eq_nocase(r->naptr.flags, S("s")) ||
            r->naptr.regexp.n > 0)
            continue;
        one.proto = transport_of(r->naptr.service);
        one.order = r->naptr.order;
        one.preference = r->naptr.preference;
        one.name = slice_keep(a, without_dot(r->naptr.replacement));
        if (locate_can(c, one.proto) && one.name.n > 0)
            insert(out, n++, &one);
    }
    return n;
}

/* ---- SRV, RFC 2782 ------------------------------------------------------- */

void locate_take_srv(struct arena *a, const struct dns_record *records,
                     size_t count, struct locate_service *s)
{
    for (size_t i = 0; i < count && s->count < LOCATE_HOSTS; i++) {
        const struct dns_record *r = &records[i];
        struct slice target = without_dot(r->srv.target);

        if (r->type != DNS_SRV)
            continue;
        if (target.n == 0) {
            s->is_denied = true;
            continue;
        }
        target = slice_keep(a, target);
        if (!target.p)
            continue;
        s->srv[s->count++] = (struct locate_srv){
            .priority = r->srv.priority,
            .weight = r->srv.weight,
            .port = r->srv.port,
            .target = target,
        };
    }
}

/* Those of no weight stand first, so that they keep a small chance. */
static bool srv_stands_before(const struct locate_srv *a,
                              const struct locate_srv *b)
{
    return a->priority != b->priority ? a->priority < b->priority
                                      : a->weight == 0 && b->weight > 0;
}

static void sort(struct locate_srv *srv, unsigned count)
{
    for (unsigned i = 1; i < count; i++) {
        struct locate_srv one = srv[i];
        unsigned j = i;

        for (; j > 0 && srv_stands_before(&one, &srv[j - 1]); j--)
            srv[j] = srv[j - 1];
        srv[j] = one;
    }
}

/* Draws one of the first n by weight and moves it to the front. */
static void draw(struct dice *dice, struct locate_srv *srv, unsigned n)
{
    uint64_t sum = 0, running = 0, mark;
    unsigned i;

    for (i = 0; i < n; i++)
        sum += srv[i].weight;
    mark = dice_below(dice, sum + 1);
    for (i = 0; i + 1 < n; i++) {
        running += srv[i].weight;
        if (running >= mark)
            break;
    }
    struct locate_srv drawn = srv[i];
    memmove(srv + 1, srv, i * sizeof *srv);
    srv[0] = drawn;
}

void locate_order_srv(struct dice *dice, struct locate_srv *srv, unsigned count)
{
    sort(srv, count);
    for (unsigned i = 0; i < count; i++) {
        unsigned n = 1;

        while (i + n < count && srv[i + n].priority == srv[i].priority)
            n++;
        if (n > 1)
            draw(dice, srv + i, n);
    }
}
