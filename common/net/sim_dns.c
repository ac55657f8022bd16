/* SPDX-License-Identifier: MIT
 *
 * The zone of the simulated world, and the questions put to it.
 */
#include "net/sim_priv.h"

enum { SILENCE_US = 4 * SECOND, TOKENS_MAX = 10, DEFAULT_TTL = 60 };

struct zone_record {
    struct list link;
    struct str owner;
    struct str text[4]; /* what the slices of rec point to */
    struct dns_record rec;
};

struct sim_query {
    struct dns_query base;
    struct sim_host *host;
    struct list link;
    struct timer due;
    struct str name;
    enum dns_type type;
    dns_fn *fn;
    void *ctx;
};

/* ---- a line of the zone ------------------------------------------------- */

struct line {
    struct slice token[TOKENS_MAX];
    size_t count;
    size_t at; /* the next one */
};

static struct slice take_token(struct slice *rest)
{
    const char *end = rest->p + rest->n;
    const char *p = rest->p;
    char stop = ' ';

    if (p < end && *p == '"') {
        stop = '"';
        p++;
    }
    const char *from = p;
    while (p < end && *p != stop && (stop == '"' || *p != '\t'))
        p++;
    *rest = slice_between(p < end && stop == '"' ? p + 1 : p, end);
    return slice_between(from, p);
}

static bool cut_tokens(struct slice text, struct line *l)
{
    *l = (struct line){0};
    for (text = slice_trim(text); text.n > 0; text = slice_trim(text)) {
        if (l->count == TOKENS_MAX)
            return false;
        l->token[l->count++] = take_token(&text);
    }
    return l->count > 0;
}

static bool next_token(struct line *l, struct slice *out)
{
    if (l->at == l->count)
        return false;
    *out = l->token[l->at++];
    return true;
}

static bool next_u16(struct line *l, uint16_t *out)
{
    struct slice t;
    uint64_t v;

    if (!next_token(l, &t) || !slice_u64(t, UINT16_MAX, &v))
        return false;
    *out = (uint16_t)v;
    return true;
}

static struct slice without_dot(struct slice name)
{
    return slice_ends(name, S(".")) ? slice_first(name, name.n - 1) : name;
}

static bool next_text(struct line *l, struct str *keep, struct slice *out)
{
    struct slice t;

    if (!next_token(l, &t))
        return false;
    str_set(keep, t);
    *out = str_slice(keep);
    return true;
}

static bool next_name(struct line *l, struct str *keep, struct slice *out)
{
    struct slice t;

    if (!next_token(l, &t))
        return false;
    str_set(keep, without_dot(t));
    *out = str_slice(keep);
    return true;
}

static bool read_address(struct line *l, struct zone_record *z, uint8_t family)
{
    struct slice t;

    return next_token(l, &t) && addr_parse_ip(t, &z->rec.addr) &&
           z->rec.addr.family == family;
}

static bool read_srv(struct line *l, struct zone_record *z)
{
    return next_u16(l, &z->rec.srv.priority) &&
           next_u16(l, &z->rec.srv.weight) && next_u16(l, &z->rec.srv.port) &&
           next_name(l, &z->text[0], &z->rec.srv.target);
}

static bool read_naptr(struct line *l, struct zone_record *z)
{
    return next_u16(l, &z->rec.naptr.order) &&
           next_u16(l, &z->rec.naptr.preference) &&
           next_text(l, &z->text[0], &z->rec.naptr.flags) &&
           next_text(l, &z->text[1], &z->rec.naptr.service) &&
           next_text(l, &z->text[2], &z->rec.naptr.regexp) &&
           next_name(l, &z->text[3], &z->rec.naptr.replacement);
}

static bool read_data(struct line *l, struct slice type, struct zone_record *z)
{
    if (slice_eq_nocase(type, S("A"))) {
        z->rec.type = DNS_A;
        return read_address(l, z, 4);
    }
    if (slice_eq_nocase(type, S("AAAA"))) {
        z->rec.type = DNS_AAAA;
        return read_address(l, z, 6);
    }
    if (slice_eq_nocase(type, S("SRV"))) {
        z->rec.type = DNS_SRV;
        return read_srv(l, z);
    }
    z->rec.type = DNS_NAPTR;
    return slice_eq_nocase(type, S("NAPTR")) && read_naptr(l, z);
}

/* owner [ttl] [IN] type data */
static bool read_record(struct line *l, struct zone_record *z)
{
    struct slice owner, type;
    uint64_t ttl = DEFAULT_TTL;

    if (!next_token(l, &owner) || !next_token(l, &type))
        return false;
    str_set(&z->owner, without_dot(owner));
    if (slice_u64(type, INT32_MAX, &ttl) && !next_token(l, &type))
        return false;
    if (slice_eq_nocase(type, S("IN")) && !next_token(l, &type))
        return false;
    z->rec.ttl = (uint32_t)ttl;
    return read_data(l, type, z) && l->at == l->count;
}

static void record_fini(struct zone_record *z)
{
    str_fini(&z->owner);
    for (size_t i = 0; i < 4; i++)
        str_fini(&z->text[i]);
    free(z);
}

enum ims_err sim_dns_add(struct sim *s, struct slice text, struct why *why)
{
    struct zone_record *z = mem_zalloc(sizeof(*z));
    struct line l;

    if (!cut_tokens(text, &l) || !read_record(&l, z)) {
        record_fini(z);
        return why_set(why, IMS_MALFORMED, "not a line of a zone: %.*s",
                       SLICE_ARG(text));
    }
    list_append(&s->zone, &z->link);
    return IMS_OK;
}

void sim_dns_remove(struct sim *s, struct slice name)
{
    LIST_EACH (it, &s->zone) {
        struct zone_record *z = container_of(it, struct zone_record, link);

        if (name.n > 0 &&
            !slice_eq_nocase(str_slice(&z->owner), without_dot(name)))
            continue;
        list_remove(it);
        record_fini(z);
    }
}

/* ---- questions ---------------------------------------------------------- */

static bool is_at_or_below(struct slice owner, struct slice name)
{
    return slice_ends_nocase(owner, name) &&
           (owner.n == name.n || owner.p[owner.n - name.n - 1] == '.');
}

static void finish(struct sim_query *q, enum ims_err err,
                   const struct dns_record *records, size_t count)
{
    struct sim_host *h = q->host;
    struct sim *s = h->sim;
    dns_fn *fn = q->fn;
    void *ctx = q->ctx;

    sim_dns_cancel(&q->base);
    sim_turn(s, h);
    fn(ctx, err, records, count);
    sim_turn(s, NULL);
}

static void on_answer(void *ctx)
{
    struct sim_query *q = ctx;
    struct slice name = str_slice(&q->name);
    struct dns_record found[DNS_RECORDS_MAX];
    size_t count = 0;
    bool exists = false;

    if (q->host->sim->dns_error) {
        finish(q, q->host->sim->dns_error, NULL, 0);
        return;
    }
    LIST_EACH (it, &q->host->sim->zone) {
        struct zone_record *z = container_of(it, struct zone_record, link);
        struct slice owner = str_slice(&z->owner);

        exists = exists || is_at_or_below(owner, name);
        if (z->rec.type == q->type && count < DNS_RECORDS_MAX &&
            slice_eq_nocase(owner, name))
            found[count++] = z->rec;
    }
    finish(q, exists ? IMS_OK : IMS_NOT_FOUND, found, count);
}

static void on_silence(void *ctx)
{
    finish(ctx, IMS_TIMEOUT, NULL, 0);
}

struct dns_query *sim_dns_ask(struct net *net, struct slice name,
                              enum dns_type type, dns_fn *fn, void *ctx)
{
    struct sim_host *h = sim_host_of(net);
    struct sim *s = h->sim;
    struct sim_query *q = mem_zalloc(sizeof(*q));

    q->base.net = net;
    q->host = h;
    q->type = type;
    q->fn = fn;
    q->ctx = ctx;
    str_set(&q->name, without_dot(name));
    list_append(&h->queries, &q->link);
    if (h->dead)
        return &q->base;
    if (s->dns_silent)
        timer_start(&s->events, &q->due, SILENCE_US, on_silence, q);
    else
        timer_start(&s->events, &q->due, s->dns_latency_us, on_answer, q);
    return &q->base;
}

void sim_dns_cancel(struct dns_query *base)
{
    struct sim_query *q = container_of(base, struct sim_query, base);

    timer_stop(&q->host->sim->events, &q->due);
    list_remove(&q->link);
    str_fini(&q->name);
    free(q);
}

void sim_dns_kill(struct sim_host *h)
{
    LIST_EACH (it, &h->queries)
        timer_stop(&h->sim->events,
                   &container_of(it, struct sim_query, link)->due);
}
