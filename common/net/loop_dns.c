/* SPDX-License-Identifier: MIT
 *
 * DNS on the loop: c-ares asks, dnsmsg reads what came. An entry is a question
 * with those who wait for its answer, and afterwards the answer until its TTL
 * is over; so one question is asked once however many want to know.
 */
#include "base/map.h"
#include "base/str.h"
#include "net/dnsmsg.h"
#include "net/loop_priv.h"
#include <ares.h>
#include <arpa/nameser.h>
#include <assert.h>
#include <netdb.h>
#include <stdio.h>

enum {
    ENTRIES_MAX = 1024, /* questions under way and answers kept */
    TRY_MS = 2000,
    TRIES = 2,
    EDNS_SIZE = 1232, /* fits one packet on any path, RFC 9715 */
    KEEP_S = 3600,
    HOSTS_TTL = 10, /* of /etc/hosts */
    KEY_MAX = DNSMSG_NAME_MAX + 1,
};

struct loop_dns {
    struct loop *loop;
    ares_channel channel;
    bool has_channel;
    bool reads_hosts;   /* the system's resolver: /etc/hosts comes first */
    struct timer timer; /* of c-ares */
    struct list sockets;
    struct map entries; /* by type and name in lower case */
    size_t queries;
    int64_t keep_us; /* longest */
};

struct socket {
    struct loop_dns *dns;
    struct list link;
    int fd;
    uv_poll_t poll;
};

struct entry {
    struct map_node node;
    struct loop_dns *dns;
    char key[KEY_MAX];
    struct str name;
    enum dns_type type;
    bool asking, telling;
    struct list waiting; /* queries */
    struct timer due;    /* tells them */
    enum ims_err err;
    int64_t got_us, until_us; /* when the answer came, and its end */
    struct arena texts;
    size_t count;
    struct dns_record *records;
};

struct loop_query {
    struct dns_query base;
    struct loop_dns *dns;
    struct list link; /* in entry->waiting */
    struct timer due; /* of one that was refused */
    enum ims_err err; /* why */
    dns_fn *fn;
    void *ctx;
};

/* ---- entries ------------------------------------------------------------ */

static bool make_key(char key[KEY_MAX], struct slice name, enum dns_type type)
{
    if (name.n == 0 || name.n > DNSMSG_NAME_MAX || memchr(name.p, 0, name.n))
        return false;
    key[0] = (char)type;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];

        key[i + 1] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
    }
    return true;
}

static void entry_free(struct entry *e)
{
    map_remove(&e->dns->entries, &e->node);
    timer_stop(&e->dns->loop->timers, &e->due);
    arena_fini(&e->texts);
    free(e->records);
    str_fini(&e->name);
    free(e);
}

static bool is_idle(const struct entry *e)
{
    return !e->asking && !e->telling && list_is_empty(&e->waiting) &&
           !timer_runs(&e->due);
}

static bool is_over(const struct entry *e)
{
    return e->dns->loop->clock.mono_us >= e->until_us;
}

/* Makes room for one more: the oldest answer that nobody waits for goes. */
static bool make_room(struct loop_dns *d)
{
    if (d->entries.count < ENTRIES_MAX)
        return true;
    MAP_EACH (it, &d->entries) {
        struct entry *e = container_of(it, struct entry, node);

        if (is_idle(e)) {
            entry_free(e);
            return true;
        }
    }
    return false;
}

static struct entry *entry_new(struct loop_dns *d, const char *key,
                               struct slice name, enum dns_type type)
{
    struct entry *e = mem_zalloc(sizeof(*e));

    e->dns = d;
    e->type = type;
    memcpy(e->key, key, name.n + 1);
    str_set(&e->name, name);
    list_init(&e->waiting);
    arena_init(&e->texts, 0, DNSMSG_TEXTS_MAX);
    map_add(&d->entries, &e->node, slice_at(e->key, name.n + 1));
    return e;
}

static struct entry *find(struct loop_dns *d, const char *key, size_t n)
{
    struct map_node *node = map_find(&d->entries, slice_at(key, n));
    struct entry *e = node ? container_of(node, struct entry, node) : NULL;

    if (e && is_idle(e) && is_over(e)) {
        entry_free(e);
        return NULL;
    }
    return e;
}

/* ---- telling ------------------------------------------------------------ */

static void query_free(struct loop_query *q)
{
    q->dns->queries--;
    list_remove(&q->link);
    timer_stop(&q->dns->loop->timers, &q->due);
    free(q);
}

static void answer(struct loop_query *q, enum ims_err err,
                   const struct dns_record *records, size_t count)
{
    dns_fn *fn = q->fn;
    void *ctx = q->ctx;

    query_free(q);
    fn(ctx, err, records, count);
}

/* TTLs count from now, not from when the answer came. */
static size_t copy_records(const struct entry *e, struct dns_record *out)
{
    int64_t age = (e->dns->loop->clock.mono_us - e->got_us) / SECOND;

    for (size_t i = 0; i < e->count; i++) {
        out[i] = e->records[i];
        out[i].ttl = age < out[i].ttl ? out[i].ttl - (uint32_t)age : 0;
    }
    return e->count;
}

static void on_due(void *ctx)
{
    struct entry *e = ctx;
    struct dns_record records[DNS_RECORDS_MAX];
    size_t count = copy_records(e, records);
    struct list now;

    /* Who asks again while being told waits for the next turn. */
    list_init(&now);
    while (!list_is_empty(&e->waiting)) {
        struct list *first = e->waiting.next;

        list_remove(first);
        list_append(&now, first);
    }
    e->telling = true;
    while (!list_is_empty(&now))
        answer(container_of(now.next, struct loop_query, link), e->err, records,
               count);
    e->telling = false;
    if (is_idle(e) && is_over(e))
        entry_free(e);
}

static void tell(struct entry *e)
{
    timer_start(&e->dns->loop->timers, &e->due, 0, on_due, e);
}

static void settle(struct entry *e, enum ims_err err, uint32_t ttl)
{
    int64_t keep_us = ttl * (int64_t)SECOND;

    if (keep_us > e->dns->keep_us)
        keep_us = e->dns->keep_us;
    e->asking = false;
    e->err = err;
    e->got_us = e->dns->loop->clock.mono_us;
    e->until_us = e->got_us + keep_us;
    tell(e);
}

static void keep_records(struct entry *e, const struct dns_record *records,
                         size_t count)
{
    e->count = count;
    e->records = mem_alloc((count + 1) * sizeof(*records));
    memcpy(e->records, records, count * sizeof(*records));
}

/* ---- c-ares ------------------------------------------------------------- */

static void on_timer(void *ctx);

static void set_timer(struct loop_dns *d)
{
    struct timeval tv, *in = ares_timeout(d->channel, NULL, &tv);

    if (in)
        timer_start(&d->loop->timers, &d->timer,
                    in->tv_sec * (int64_t)SECOND + in->tv_usec, on_timer, d);
    else
        timer_stop(&d->loop->timers, &d->timer);
}

static void on_timer(void *ctx)
{
    struct loop_dns *d = ctx;

    ares_process_fd(d->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    set_timer(d);
}

static void on_socket(uv_poll_t *poll, int status, int events)
{
    struct socket *s = poll->data;
    struct loop_dns *d = s->dns;
    int fd = s->fd;

    loop_enter(d->loop);
    if (status < 0)
        events = UV_READABLE | UV_WRITABLE;
    ares_process_fd(d->channel, events & UV_READABLE ? fd : ARES_SOCKET_BAD,
                    events & UV_WRITABLE ? fd : ARES_SOCKET_BAD);
    set_timer(d);
}

static struct socket *socket_for(struct loop_dns *d, int fd)
{
    LIST_EACH (it, &d->sockets) {
        struct socket *s = container_of(it, struct socket, link);

        if (s->fd == fd)
            return s;
    }
    struct socket *s = mem_zalloc(sizeof(*s));
    s->dns = d;
    s->fd = fd;
    uv_poll_init(&d->loop->uv, &s->poll, fd);
    s->poll.data = s;
    list_append(&d->sockets, &s->link);
    return s;
}

static void on_closed(uv_handle_t *h)
{
    free(h->data);
}

/* c-ares tells what it wants to hear of a socket; of nothing before it closes
 * it. */
static void on_socket_state(void *ctx, ares_socket_t fd, int readable,
                            int writable)
{
    struct loop_dns *d = ctx;
    struct socket *s = socket_for(d, fd);

    if (readable || writable) {
        uv_poll_start(&s->poll,
                      (readable ? UV_READABLE : 0) |
                          (writable ? UV_WRITABLE : 0),
                      on_socket);
        return;
    }
    list_remove(&s->link);
    uv_close((uv_handle_t *)&s->poll, on_closed);
}

static enum ims_err error_of(int status)
{
    switch (status) {
    case ARES_ETIMEOUT: return IMS_TIMEOUT;
    case ARES_EBADNAME: return IMS_MALFORMED;
    case ARES_ENOTFOUND: return IMS_NOT_FOUND;
    case ARES_ENODATA: return IMS_OK;
    default: return IMS_UNREACHABLE;
    }
}

static void on_reply(void *ctx, int status, int timeouts, unsigned char *msg,
                     int n)
{
    struct entry *e = ctx;
    struct dnsmsg m = {0};

    (void)timeouts;
    if (!msg || n <= 0) {
        settle(e, error_of(status), 0);
        return;
    }
    enum ims_err err =
        dnsmsg_read(slice_at(msg, (size_t)n), str_slice(&e->name), e->type,
                    &e->texts, &m, NULL);
    if (err == IMS_OK)
        keep_records(e, m.records, m.count);
    if (err == IMS_MALFORMED)
        err = IMS_UNREACHABLE; /* who answers so has not answered */
    settle(e, err, err == IMS_OK || err == IMS_NOT_FOUND ? m.ttl : 0);
}

/* ---- /etc/hosts --------------------------------------------------------- */

static void keep_host(struct entry *e, const struct hostent *h)
{
    struct dns_record records[DNS_RECORDS_MAX] = {0};
    uint8_t family = e->type == DNS_A ? 4 : 6;
    size_t n = 0;

    for (; n < DNS_RECORDS_MAX && h->h_addr_list[n]; n++) {
        records[n].type = e->type;
        records[n].ttl = HOSTS_TTL;
        records[n].addr.family = family;
        memcpy(records[n].addr.ip, h->h_addr_list[n], family == 4 ? 4 : 16);
    }
    keep_records(e, records, n);
    settle(e, IMS_OK, HOSTS_TTL);
}

static bool is_in_hosts(struct entry *e)
{
    struct hostent *h = NULL;
    int family = e->type == DNS_A ? AF_INET : AF_INET6;

    if (!e->dns->reads_hosts || (e->type != DNS_A && e->type != DNS_AAAA) ||
        ares_gethostbyname_file(e->dns->channel, str_c(&e->name), family, &h) !=
            ARES_SUCCESS)
        return false;
    keep_host(e, h);
    ares_free_hostent(h);
    return true;
}

/* ---- asking ------------------------------------------------------------- */

static void ask(struct entry *e)
{
    struct loop_dns *d = e->dns;

    d->loop->figures.dns_questions++;
    if (is_in_hosts(e))
        return;
    e->asking = true;
    ares_query(d->channel, str_c(&e->name), ns_c_in, (int)e->type, on_reply, e);
    set_timer(d);
}

static void on_refused(void *ctx)
{
    struct loop_query *q = ctx;

    answer(q, q->err, NULL, 0);
}

static void refuse(struct loop_query *q, enum ims_err err)
{
    q->err = err;
    timer_start(&q->dns->loop->timers, &q->due, 0, on_refused, q);
}

static void join(struct loop_query *q, struct slice name, enum dns_type type)
{
    struct loop_dns *d = q->dns;
    char key[KEY_MAX];

    if (!make_key(key, name, type)) {
        refuse(q, IMS_MALFORMED);
        return;
    }
    struct entry *e = find(d, key, name.n + 1);
    if (!e && !make_room(d)) {
        refuse(q, IMS_FULL);
        return;
    }
    if (e) {
        d->loop->figures.dns_cache_hits++;
        list_append(&e->waiting, &q->link);
        if (!e->asking)
            tell(e);
        return;
    }
    e = entry_new(d, key, name, type);
    list_append(&e->waiting, &q->link);
    ask(e);
}

struct dns_query *loop_dns_ask(struct net *net, struct slice name,
                               enum dns_type type, dns_fn *fn, void *ctx)
{
    struct loop_query *q = mem_zalloc(sizeof(*q));

    q->base.net = net;
    q->dns = loop_of(net)->dns;
    q->fn = fn;
    q->ctx = ctx;
    q->dns->queries++;
    list_init(&q->link);
    if (slice_ends(name, S(".")))
        name = slice_first(name, name.n - 1);
    join(q, name, type);
    return &q->base;
}

void loop_dns_cancel(struct dns_query *base)
{
    query_free(container_of(base, struct loop_query, base));
}

/* ---- beginning and end -------------------------------------------------- */

static int set_servers(struct loop_dns *d, const struct loop_options *o)
{
    size_t n = o->dns_server_count;
    struct ares_addr_port_node *nodes = mem_zalloc((n + 1) * sizeof(*nodes));

    for (size_t i = 0; i < n; i++) {
        const struct addr *a = &o->dns_servers[i];

        nodes[i].next = i + 1 < n ? &nodes[i + 1] : NULL;
        nodes[i].family = a->family == 4 ? AF_INET : AF_INET6;
        memcpy(&nodes[i].addr, a->ip, a->family == 4 ? 4 : 16);
        nodes[i].udp_port = nodes[i].tcp_port = a->port;
    }
    int rc = ares_set_servers_ports(d->channel, nodes);
    free(nodes);
    return rc;
}

static int open_channel(struct loop_dns *d, const struct loop_options *o)
{
    struct ares_options options = {
        .flags = ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH,
        .timeout = (int)(o->dns_timeout_ms ? o->dns_timeout_ms : TRY_MS),
        .tries = (int)(o->dns_tries ? o->dns_tries : TRIES),
        .ednspsz = EDNS_SIZE,
        .sock_state_cb = on_socket_state,
        .sock_state_cb_data = d,
    };
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
               ARES_OPT_EDNSPSZ | ARES_OPT_SOCK_STATE_CB;
    int rc = ares_init_options(&d->channel, &options, mask);

    d->has_channel = rc == ARES_SUCCESS;
    if (d->has_channel && o->dns_server_count > 0)
        rc = set_servers(d, o);
    return rc;
}

enum ims_err loop_dns_new(struct loop *l, const struct loop_options *o,
                          struct loop_dns **out, struct why *why)
{
    struct loop_dns *d = mem_zalloc(sizeof(*d));

    d->loop = l;
    d->reads_hosts = o->dns_server_count == 0;
    d->keep_us = o->dns_keep_us ? o->dns_keep_us : KEEP_S * (int64_t)SECOND;
    list_init(&d->sockets);
    map_init(&d->entries, dice_u64(&l->dice), ENTRIES_MAX);
    ares_library_init(ARES_LIB_INIT_ALL);
    int rc = open_channel(d, o);
    if (rc != ARES_SUCCESS) {
        loop_dns_free(d);
        return why_set(why, IMS_CONFIG, "no DNS resolver: %s",
                       ares_strerror(rc));
    }
    *out = d;
    return IMS_OK;
}

void loop_dns_free(struct loop_dns *d)
{
    assert(d->queries == 0);
    if (d->has_channel)
        ares_destroy(d->channel); /* ends what was asked, closes sockets */
    ares_library_cleanup();
    MAP_EACH (it, &d->entries)
        entry_free(container_of(it, struct entry, node));
    map_fini(&d->entries);
    timer_stop(&d->loop->timers, &d->timer);
    free(d);
}
