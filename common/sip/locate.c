/* SPDX-License-Identifier: MIT
 *
 * RFC 3263 section 4, downward:
 *
 *   sip_locate        an address in the URI, the topology's table, a port
 *   ask_naptr         neither transport nor port: NAPTR
 *   ask_srv           the services it names, or _sip._udp and _sip._tcp
 *   resolve           A and AAAA of the hosts found, or of the target itself
 *   finish            in order, the quarantined last
 *
 * SIP-7.
 */
#include "base/mem.h"
#include "sip/locate_private.h"

enum {
    DEFAULT_PORT = 5060,
    TEXT_MAX = 16384, /* names kept for one URI */
    QUERIES_MAX = 4096,
};

struct sip_locate {
    struct sip_locate_config config;
    struct quarantine quarantine;
    struct list queries; /* owned */
    unsigned count;
    struct sip_locate_query *spare; /* of the last one that ended; owned */
};

struct sip_locate_query {
    struct sip_locate *l;
    struct list node;
    sip_locate_fn *fn;
    void *ctx;
    struct arena arena;
    struct slice target;
    enum transport asked, prefer; /* by the URI, NONE without; else */
    struct dns_query *naptr;
    struct locate_service services[LOCATE_SERVICES];
    unsigned nservices;
    struct locate_host hosts[LOCATE_HOSTS];
    unsigned nhosts;
    unsigned waiting;     /* answers of DNS that are still to come */
    enum ims_err trouble; /* of DNS: TIMEOUT, UNREACHABLE */
    struct sip_located found;
};

static void ask_naptr(struct sip_locate_query *q);
static void on_naptr(void *ctx, enum ims_err err,
                     const struct dns_record *records, size_t count);
static void ask_srv(struct sip_locate_query *q);
static void on_srv(void *ctx, enum ims_err err,
                   const struct dns_record *records, size_t count);
static void after_srv(struct sip_locate_query *q);
static bool resolve(struct sip_locate_query *q);
static void on_a(void *ctx, enum ims_err err, const struct dns_record *records,
                 size_t count);
static void on_aaaa(void *ctx, enum ims_err err,
                    const struct dns_record *records, size_t count);
static void finish(struct sip_locate_query *q);

struct sip_locate *sip_locate_new(const struct sip_locate_config *c)
{
    struct sip_locate *l = mem_zalloc(sizeof *l);

    l->config = *c;
    quarantine_init(&l->quarantine, c->env,
                    c->quarantine_us ? c->quarantine_us : 30 * (int64_t)SECOND);
    list_init(&l->queries);
    return l;
}

static void query_free(struct sip_locate_query *q)
{
    list_remove(&q->node);
    q->l->count--;
    if (q->naptr)
        dns_cancel(q->naptr);
    for (unsigned i = 0; i < q->nservices; i++)
        if (q->services[i].ask)
            dns_cancel(q->services[i].ask);
    for (unsigned i = 0; i < q->nhosts; i++) {
        if (q->hosts[i].a)
            dns_cancel(q->hosts[i].a);
        if (q->hosts[i].aaaa)
            dns_cancel(q->hosts[i].aaaa);
    }
    arena_fini(&q->arena);
    free(q->l->spare);
    q->l->spare = q;
}

void sip_locate_free(struct sip_locate *l)
{
    LIST_EACH (it, &l->queries) {
        query_free(container_of(it, struct sip_locate_query, node));
    }
    quarantine_fini(&l->quarantine);
    free(l->spare);
    free(l);
}

void sip_locate_cancel(struct sip_locate_query *q)
{
    query_free(q);
}

void sip_locate_failed(struct sip_locate *l, const struct addr *a)
{
    quarantine_add(&l->quarantine, a);
}

void sip_locate_answered(struct sip_locate *l, const struct addr *a)
{
    quarantine_remove(&l->quarantine, a);
}

bool sip_locate_is_quarantined(const struct sip_locate *l, const struct addr *a)
{
    return quarantine_has(&l->quarantine, a);
}

/* ---- the URI ------------------------------------------------------------- */

static bool is_domain(const struct sip_locate *l, struct slice host)
{
    const struct sip_locate_config *c = &l->config;
    struct sip_locate_place places[LOCATE_HOSTS];

    return c->table && c->table(c->table_ctx, host, places, LOCATE_HOSTS) > 0 &&
           places[0].is_domain;
}

static enum ims_err check_uri(const struct sip_locate *l,
                              const struct sip_uri *uri, struct why *why)
{
    struct slice name;

    if (uri->scheme != SIP_SCHEME_SIP)
        return why_set(why, IMS_UNSUPPORTED,
                       "No next hop for a %.*s URI can be located",
                       SLICE_ARG(uri->scheme_name));
    if (sip_uri_param(uri, S("transport"), &name) &&
        !locate_can(&l->config, sip_uri_transport(uri)) &&
        !is_domain(l, uri->host))
        return why_set(why, IMS_UNSUPPORTED, "Transport %.*s is not in use",
                       SLICE_ARG(name));
    if (l->count >= QUERIES_MAX)
        return why_set(why, IMS_UNREACHABLE, "Too many lookups under way");
    return IMS_OK;
}

static void answer_err(sip_locate_fn *fn, void *ctx, const struct why *why)
{
    struct sip_located found = {.err = why->err, .why = *why};

    fn(ctx, &found);
}

/* The arrays, most of its kilobytes, are written as they are counted. */
static struct sip_locate_query *query_alloc(struct sip_locate *l)
{
    struct sip_locate_query *q = l->spare ? l->spare : mem_alloc(sizeof *q);

    l->spare = NULL;
    q->l = l;
    q->naptr = NULL;
    q->nservices = q->nhosts = q->waiting = 0;
    q->trouble = IMS_OK;
    q->found.err = IMS_OK;
    q->found.why.text[0] = '\0';
    q->found.count = 0;
    return q;
}

static struct sip_locate_query *query_new(struct sip_locate *l,
                                          const struct sip_uri *uri,
                                          enum transport prefer)
{
    struct sip_locate_query *q = query_alloc(l);
    struct slice maddr;

    arena_init(&q->arena, 0, TEXT_MAX);
    if (!sip_uri_param(uri, S("maddr"), &maddr) || maddr.n == 0)
        maddr = uri->host;
    q->target = slice_keep(&q->arena, maddr);
    q->asked = sip_uri_transport(uri);
    q->prefer = locate_can(&l->config, prefer) ? prefer
                : l->config.udp                ? TRANSPORT_UDP
                                               : TRANSPORT_TCP;
    list_append(&l->queries, &q->node);
    l->count++;
    return q;
}

static enum transport best_transport(const struct sip_locate_query *q)
{
    return q->asked ? q->asked : q->prefer;
}

static void add_host(struct sip_locate_query *q, struct slice name,
                     uint16_t port, enum transport proto)
{
    struct locate_host *h;

    if (q->nhosts == LOCATE_HOSTS)
        return;
    h = &q->hosts[q->nhosts++];
    *h = (struct locate_host){.q = q, .proto = proto};
    h->name = slice_keep(&q->arena, name);
    h->port = port ? port : DEFAULT_PORT;
}

/* What the URI says goes before what the table says, but for the port of a
 * domain: that one names an entry point, which is where the table has it. */
static void add_places(struct sip_locate_query *q, uint16_t port,
                       enum transport asked,
                       const struct sip_locate_place *places, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        const struct sip_locate_place *p = &places[i];
        enum transport proto = p->proto ? p->proto : best_transport(q);

        if (!locate_can(&q->l->config, proto) || (asked && proto != asked))
            continue;
        add_host(q, p->host, port && !p->is_domain ? port : p->port, proto);
    }
}

/* A place of another transport than the URI's is none, unless it is a domain's
 * that has no other. */
static bool ask_table(struct sip_locate_query *q, uint16_t port)
{
    const struct sip_locate_config *c = &q->l->config;
    struct sip_locate_place places[LOCATE_HOSTS];
    unsigned n =
        c->table ? c->table(c->table_ctx, q->target, places, LOCATE_HOSTS) : 0;

    add_places(q, port, q->asked, places, n);
    if (q->nhosts == 0 && n && places[0].is_domain)
        add_places(q, port, TRANSPORT_NONE, places, n);
    return q->nhosts > 0;
}

static void start(struct sip_locate_query *q, const struct sip_uri *uri)
{
    struct addr ip;

    if (addr_parse_ip(q->target, &ip) || uri->port)
        add_host(q, q->target, uri->port, best_transport(q));
    else if (q->asked)
        ask_srv(q);
    else
        ask_naptr(q);
}

struct sip_locate_query *sip_locate(struct sip_locate *l,
                                    const struct sip_uri *uri,
                                    enum transport prefer, sip_locate_fn *fn,
                                    void *ctx)
{
    struct sip_locate_query *q;
    struct why why;

    if (check_uri(l, uri, &why)) {
        answer_err(fn, ctx, &why);
        return NULL;
    }
    q = query_new(l, uri, prefer);
    q->fn = fn;
    q->ctx = ctx;
    if (!ask_table(q, uri->port))
        start(q, uri);
    if (q->nhosts == 0 || resolve(q))
        return q;
    finish(q);
    return NULL;
}

/* ---- NAPTR and SRV ------------------------------------------------------- */

/* Who could not be asked for may well be there (RFC 3263 4.3: 503); who has a
 * name that is none of DNS (MALFORMED) is not. */
static void note_trouble(struct sip_locate_query *q, enum ims_err err)
{
    bool unknown = err == IMS_UNREACHABLE || err == IMS_FULL;

    if (err == IMS_TIMEOUT || (unknown && !q->trouble))
        q->trouble = err;
}

static void ask_naptr(struct sip_locate_query *q)
{
    q->naptr =
        dns_ask(q->l->config.env->net, q->target, DNS_NAPTR, on_naptr, q);
}

static void on_naptr(void *ctx, enum ims_err err,
                     const struct dns_record *records, size_t count)
{
    struct sip_locate_query *q = ctx;

    q->naptr = NULL;
    note_trouble(q, err);
    if (err == IMS_TIMEOUT) { /* further questions would wait as long */
        finish(q);
        return;
    }
    if (err == IMS_OK)
        q->nservices = locate_take_naptr(&q->l->config, &q->arena, records,
                                         count, q->services);
    ask_srv(q);
}

static void add_service(struct sip_locate_query *q, enum transport proto)
{
    if (!locate_can(&q->l->config, proto))
        return;
    q->services[q->nservices++] = (struct locate_service){
        .proto = proto,
        .name = arena_printf(&q->arena, "_sip._%s.%.*s", transport_name(proto),
                             SLICE_ARG(q->target)),
    };
}

static void guess_services(struct sip_locate_query *q)
{
    if (q->asked) {
        add_service(q, q->asked);
        return;
    }
    add_service(q, q->prefer);
    add_service(q, q->prefer == TRANSPORT_UDP ? TRANSPORT_TCP : TRANSPORT_UDP);
}

static void ask_srv(struct sip_locate_query *q)
{
    if (q->nservices == 0)
        guess_services(q);
    for (unsigned i = 0; i < q->nservices; i++) {
        struct locate_service *s = &q->services[i];

        s->q = q;
        s->ask = dns_ask(q->l->config.env->net, s->name, DNS_SRV, on_srv, s);
        q->waiting++;
    }
}

static void on_srv(void *ctx, enum ims_err err,
                   const struct dns_record *records, size_t count)
{
    struct locate_service *s = ctx;
    struct sip_locate_query *q = s->q;

    s->ask = NULL;
    note_trouble(q, err);
    if (err == IMS_OK)
        locate_take_srv(&q->arena, records, count, s);
    if (--q->waiting == 0)
        after_srv(q);
}

/* Does the domain say that it has no such service? RFC 2782: target ".". */
static bool is_denied(const struct sip_locate_query *q)
{
    for (unsigned i = 0; i < q->nservices; i++)
        if (q->services[i].is_denied)
            return true;
    return false;
}

/* The domain's own address counts where no SRV record is (RFC 3263 4.2). */
static void after_srv(struct sip_locate_query *q)
{
    struct dice *dice = q->l->config.env->dice;

    for (unsigned i = 0; i < q->nservices; i++) {
        struct locate_service *s = &q->services[i];

        locate_order_srv(dice, s->srv, s->count);
        for (unsigned k = 0; k < s->count; k++)
            add_host(q, s->srv[k].target, s->srv[k].port, s->proto);
    }
    if (q->nhosts == 0 && q->trouble != IMS_TIMEOUT && !is_denied(q))
        add_host(q, q->target, 0, best_transport(q));
    if (!resolve(q))
        finish(q);
}

/* ---- A and AAAA ---------------------------------------------------------- */

static void resolve_one(struct sip_locate_query *q, struct locate_host *h)
{
    const struct sip_locate_config *c = &q->l->config;
    struct addr ip = {0};

    if (addr_parse_ip(h->name, &ip)) {
        if (ip.family == 4 && c->ipv4)
            h->ip4[h->n4++] = ip;
        else if (ip.family == 6 && c->ipv6)
            h->ip6[h->n6++] = ip;
        return;
    }
    if (c->ipv4) {
        h->a = dns_ask(c->env->net, h->name, DNS_A, on_a, h);
        q->waiting++;
    }
    if (c->ipv6) {
        h->aaaa = dns_ask(c->env->net, h->name, DNS_AAAA, on_aaaa, h);
        q->waiting++;
    }
}

/* False when nothing has to be asked. */
static bool resolve(struct sip_locate_query *q)
{
    for (unsigned i = 0; i < q->nhosts; i++)
        resolve_one(q, &q->hosts[i]);
    return q->waiting > 0;
}

static unsigned take_ips(const struct dns_record *records, size_t count,
                         enum dns_type type, struct addr *out)
{
    unsigned n = 0;

    for (size_t i = 0; i < count && n < LOCATE_PER_HOST; i++)
        if (records[i].type == type)
            out[n++] = records[i].addr;
    return n;
}

static void host_answered(struct locate_host *h, enum ims_err err)
{
    note_trouble(h->q, err);
    if (--h->q->waiting == 0)
        finish(h->q);
}

static void on_a(void *ctx, enum ims_err err, const struct dns_record *records,
                 size_t count)
{
    struct locate_host *h = ctx;

    h->a = NULL;
    if (err == IMS_OK)
        h->n4 = take_ips(records, count, DNS_A, h->ip4);
    host_answered(h, err);
}

static void on_aaaa(void *ctx, enum ims_err err,
                    const struct dns_record *records, size_t count)
{
    struct locate_host *h = ctx;

    h->aaaa = NULL;
    if (err == IMS_OK)
        h->n6 = take_ips(records, count, DNS_AAAA, h->ip6);
    host_answered(h, err);
}

/* ---- the answer ---------------------------------------------------------- */

static void found_one(struct sip_located *found, const struct locate_host *h,
                      struct addr a)
{
    a.port = h->port;
    a.transport = (uint8_t)h->proto;
    for (unsigned i = 0; i < found->count; i++)
        if (addr_eq(&found->to[i], &a))
            return;
    if (found->count < SIP_LOCATE_MAX)
        found->to[found->count++] = a;
}

static void set_failure(struct sip_locate_query *q)
{
    struct slice name = slice_first(q->target, 100);

    if (q->trouble == IMS_TIMEOUT)
        q->found.err = why_set(&q->found.why, IMS_TIMEOUT,
                               "DNS did not answer for %.*s", SLICE_ARG(name));
    else if (q->trouble)
        q->found.err = why_set(
            &q->found.why, IMS_UNREACHABLE,
            q->trouble == IMS_FULL
                ? "DNS is not asked for %.*s: too many questions are under way"
                : "No DNS server answers for %.*s",
            SLICE_ARG(name));
    else
        q->found.err =
            why_set(&q->found.why, IMS_NOT_FOUND,
                    q->nhosts == 0 ? "%.*s says in DNS that it has no SIP"
                                   : "%.*s has no usable address",
                    SLICE_ARG(name));
}

/* IPv6 before IPv4, as RFC 6724 would (RFC 7984 section 4). */
static void finish(struct sip_locate_query *q)
{
    struct sip_located *found = &q->found;

    for (unsigned i = 0; i < q->nhosts; i++) {
        const struct locate_host *h = &q->hosts[i];

        for (unsigned k = 0; k < h->n6; k++)
            found_one(found, h, h->ip6[k]);
        for (unsigned k = 0; k < h->n4; k++)
            found_one(found, h, h->ip4[k]);
    }
    quarantine_last(&q->l->quarantine, found->to, found->count);
    if (found->count == 0)
        set_failure(q);
    q->fn(q->ctx, found);
    query_free(q);
}
