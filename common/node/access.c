/* SPDX-License-Identifier: MIT */
#include "node/access.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include <stdio.h>

enum { FULL_US = ACCESS_GUESSES * ACCESS_GUESS_EVERY_S * SECOND };

/* An address that sent wrong tokens. It has a budget in time: each wrong token
 * costs ACCESS_GUESS_EVERY_S, and time gives it back. */
struct guesser {
    struct map_node node;
    struct addr from; /* the key */
    int64_t paid_until_us;
};

struct access {
    struct str admin, viewer;
    bool open, passes_on;
    const struct topology_node *self;
    const char *const *names;
    unsigned name_count;
    const struct clock *clock;
    struct map guessers; /* the one that guessed first in front */
    char cookie[24];
};

struct access *access_new(const struct access_rules *r,
                          const struct clock *clock, uint64_t seed)
{
    struct access *a = mem_zalloc(sizeof *a);

    if (r->admin)
        str_set(&a->admin, slice_of(r->admin));
    if (r->viewer)
        str_set(&a->viewer, slice_of(r->viewer));
    a->open = r->open;
    a->passes_on = r->passes_on;
    a->self = r->self;
    a->names = r->names;
    a->name_count = r->name_count;
    a->clock = clock;
    map_init(&a->guessers, seed, ACCESS_ADDRESSES);
    snprintf(a->cookie, sizeof a->cookie, "imsbox-%08x",
             (unsigned)slice_hash(
                 str_slice(a->viewer.n ? &a->viewer : &a->admin), 0));
    return a;
}

static void forget(struct access *a, struct map_node *node)
{
    map_remove(&a->guessers, node);
    free(container_of(node, struct guesser, node));
}

void access_free(struct access *a)
{
    if (!a)
        return;
    MAP_EACH (it, &a->guessers)
        forget(a, it);
    map_fini(&a->guessers);
    str_fini(&a->admin);
    str_fini(&a->viewer);
    free(a);
}

const char *access_cookie(const struct access *a)
{
    return a->cookie;
}

/* ---- pages of others ----------------------------------------------------- */

/* "127.0.0.1:8080" -> "127.0.0.1", "[::1]:8080" -> "::1" */
static struct slice name_in(struct slice host)
{
    ssize_t end = slice_index(host, ']'), colon;

    if (slice_starts(host, S("[")) && end > 0)
        return slice_from(slice_first(host, (size_t)end), 1);
    colon = slice_rindex(host, ':');
    return colon < 0 ? host : slice_first(host, (size_t)colon);
}

static bool is_name(const char *ours, struct slice name)
{
    return ours && slice_eq_nocase(name, slice_of(ours));
}

/* The dashboard and the command line ask a node by what the topology says. */
static bool is_name_of(const struct topology_node *n, struct slice name)
{
    const struct topology_listener *l =
        topology_listener_of(n, TOPOLOGY_ADMIN, TRANSPORT_NONE);

    return is_name(n->host, name) || is_name(n->fqdn, name) ||
           (l &&
            (is_name(l->at.host, name) || is_name(l->advertise_host, name)));
}

/* Nobody can make a name of his own lead here without DNS, and DNS has no
 * names without a dot. */
static bool is_our_name(const struct access *a, struct slice host)
{
    struct slice name = name_in(host);
    struct addr ip;

    if (addr_parse_ip(name, &ip) || slice_index(name, '.') < 0 ||
        slice_ends_nocase(name, S(".localhost")))
        return true;
    if (a->self && is_name_of(a->self, name))
        return true;
    for (unsigned i = 0; i < a->name_count; i++)
        if (is_name(a->names[i], name))
            return true;
    return false;
}

/* RFC 6454 section 7: "http://host:port", or "null". */
static bool is_our_origin(const struct access *a, struct slice origin,
                          struct slice host)
{
    struct slice rest;

    if (slice_starts(origin, S("http://")))
        rest = slice_from(origin, 7);
    else if (slice_starts(origin, S("https://")))
        rest = slice_from(origin, 8);
    else
        return false;
    if (slice_eq_nocase(rest, host))
        return true;
    for (unsigned i = 0; i < a->name_count; i++)
        if (is_name(a->names[i], name_in(rest)))
            return true;
    return false;
}

/* A link from elsewhere is a navigation; everything else that another site's
 * page does to us is not wanted. */
static bool is_foreign(const struct access_request *rq)
{
    return (slice_eq(rq->site, S("cross-site")) ||
            slice_eq(rq->site, S("same-site"))) &&
           !slice_eq(rq->mode, S("navigate"));
}

static const char *check_page(const struct access *a,
                              const struct access_request *rq)
{
    if (rq->host.p && !is_our_name(a, rq->host))
        return "this is not reached by that name (Host): use its address, or "
               "put the name into the topology as access: {names: [...]}";
    if (rq->origin.p && !is_our_origin(a, rq->origin, rq->host))
        return "requests of other web pages (Origin) are not served";
    if (is_foreign(rq))
        return "requests of other web pages (Sec-Fetch-Site) are not served";
    return NULL;
}

/* ---- who guesses --------------------------------------------------------- */

/* Of IPv6 the network: a host has as many addresses there as it likes. */
static struct addr key_of(const struct addr *from)
{
    struct addr key = {.family = from->family};

    memcpy(key.ip, from->ip, from->family == 6 ? 8 : 4);
    return key;
}

static struct guesser *find(const struct access *a, const struct addr *from)
{
    struct addr key = key_of(from);
    struct map_node *at = map_find(&a->guessers, addr_key(&key));

    return at ? container_of(at, struct guesser, node) : NULL;
}

/* Seconds until one more wrong token would be heard; 0: now. */
static unsigned must_wait(const struct access *a, const struct addr *from)
{
    const struct guesser *g = find(a, from);
    int64_t over = g ? g->paid_until_us - a->clock->mono_us - FULL_US +
                           ACCESS_GUESS_EVERY_S * SECOND
                     : 0;

    return over <= 0 ? 0 : (unsigned)((over + SECOND - 1) / SECOND);
}

static void note_guess(struct access *a, const struct addr *from)
{
    struct guesser *g = find(a, from);
    int64_t now = a->clock->mono_us;

    if (!g) {
        if (a->guessers.count == ACCESS_ADDRESSES)
            forget(a, map_first(&a->guessers));
        g = mem_zalloc(sizeof *g);
        g->from = key_of(from);
        map_add(&a->guessers, &g->node, addr_key(&g->from));
    }
    if (g->paid_until_us < now)
        g->paid_until_us = now;
    g->paid_until_us += ACCESS_GUESS_EVERY_S * SECOND;
}

/* ---- tokens -------------------------------------------------------------- */

static struct slice cookie_of(const struct access *a, struct slice cookies)
{
    struct slice rest = cookies, pair;

    while (slice_cut(&rest, ';', &pair)) {
        ssize_t eq = slice_index(pair, '=');

        if (eq >= 0 && slice_eq(slice_trim(slice_first(pair, (size_t)eq)),
                                slice_of(a->cookie)))
            return slice_from(slice_trim(pair), strlen(a->cookie) + 1);
    }
    return (struct slice){NULL, 0};
}

static struct slice token_in(const struct access *a,
                             const struct access_request *rq)
{
    if (rq->authorization.p)
        return slice_starts_nocase(rq->authorization, S("Bearer "))
                   ? slice_trim(slice_from(rq->authorization, 7))
                   : S("");
    return rq->token.p ? rq->token : cookie_of(a, rq->cookie);
}

/* Takes as long for any token of that length: nothing is learnt by guessing
 * the beginning. */
static bool is_token(const struct str *right, struct slice token)
{
    unsigned differs = right->n != token.n || right->n == 0;

    for (size_t i = 0; i < token.n && right->n; i++)
        differs |= (unsigned char)(right->p[i % right->n] ^ token.p[i]);
    return differs == 0;
}

static enum api_role role_of(const struct access *a, struct slice token)
{
    bool admin = is_token(&a->admin, token);
    bool viewer = is_token(&a->viewer, token);

    if (admin)
        return API_ADMIN;
    return viewer ? API_VIEWER : API_NOBODY;
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || strchr("-_.@:[]", c);
}

/* What the dashboard passes on names its asker's address already, be it the
 * dashboard's own. */
static void set_name(const struct access *a, const struct access_request *rq,
                     struct access_answer *out)
{
    bool has_address = !a->passes_on && slice_index(rq->user, '@') >= 0;
    struct slice user = slice_first(rq->user, has_address ? ACCESS_NAME_MAX - 1
                                                          : ACCESS_USER_MAX);
    struct buf b, own;
    char from[ADDR_TEXT_MAX];

    buf_over(&own, from, sizeof from);
    addr_print_ip(&rq->from, false, &own);
    buf_over(&b, out->name, sizeof out->name - 1);
    for (size_t i = 0; i < user.n; i++)
        buf_char(&b, user.p[i] && is_name_char(user.p[i]) ? user.p[i] : '?');
    if (!has_address && !slice_eq(user, buf_slice(&own))) {
        if (user.n)
            buf_char(&b, '@');
        buf_add(&b, buf_slice(&own));
    }
    out->name[b.n] = '\0';
}

static void refuse(struct access_answer *out, unsigned status,
                   const char *detail)
{
    out->status = status;
    out->detail = detail;
    out->role = API_NOBODY;
}

/* The right token comes in whoever else guesses at its address: behind a NAT
 * or a gateway of containers that may be one stale cookie of a neighbour. */
static void check_token(struct access *a, const struct access_request *rq,
                        struct slice token, struct access_answer *out)
{
    out->role = role_of(a, token);
    if (out->role != API_NOBODY)
        return;
    out->retry_after = must_wait(a, &rq->from);
    if (out->retry_after) {
        refuse(out, 429,
               "too many wrong tokens came from this address, and this one is "
               "wrong too; wait a little");
        return;
    }
    note_guess(a, &rq->from);
    refuse(out, 401,
           "that token is not right: it is shown when the dashboard starts "
           "for the first time, and kept where docs/access.md says");
}

void access_check(struct access *a, const struct access_request *rq,
                  struct access_answer *out)
{
    struct slice token = token_in(a, rq);
    const char *foreign = check_page(a, rq);

    *out = (struct access_answer){.role = a->open ? API_ADMIN : API_NOBODY};
    set_name(a, rq, out);
    if (foreign)
        refuse(out, 403, foreign);
    else if (token.p && (a->admin.n || !a->open))
        check_token(a, rq, token, out);
    if (out->role == API_ADMIN && slice_eq(rq->role, S("viewer")))
        out->role = API_VIEWER;
}
