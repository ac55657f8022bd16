/* SPDX-License-Identifier: MIT */
#include "worlds/wire.h"
#include "base/map.h"
#include "diameter/bytes.h"
#include "diameter/message.h"
#include "ims/cx.h"
#include "worlds/wire_cx.h"
#include <stdio.h>

enum { DIAMETER_PORT = 3868, KEY = 200, DIAMETER_MAX = 1 << 20 };

/* A request that somebody sent, to whom, and what he answered. */
struct asked {
    struct map_node node;
    char key[KEY];
    char what[80];
    const struct core_node *of; /* whose turn it is; NULL: a phone's */
    bool excused;               /* from answering */
    unsigned answers;
    uint64_t answer; /* hash of the first */
    struct wire_sar sar;
};

struct wire {
    struct core *core;
    struct map asked;
    struct wire_cx *cx;
};

static void on_bytes(void *ctx, const struct addr *from, const struct addr *to,
                     struct slice bytes);

struct wire *wire_new(struct core *c)
{
    struct wire *w = mem_zalloc(sizeof *w);

    w->core = c;
    map_init(&w->asked, c->plan->seed, 0);
    w->cx = wire_cx_new(c);
    sim_tap(c->sim, on_bytes, w);
    return w;
}

static void forget_all(struct wire *w)
{
    MAP_EACH (it, &w->asked) {
        map_remove(&w->asked, it);
        free(container_of(it, struct asked, node));
    }
}

void wire_free(struct wire *w)
{
    sim_tap(w->core->sim, NULL, NULL);
    forget_all(w);
    map_fini(&w->asked);
    wire_cx_free(w->cx);
    free(w);
}

static struct asked *find(struct wire *w, const char *key)
{
    struct map_node *n = map_find(&w->asked, slice_of(key));

    return n ? container_of(n, struct asked, node) : NULL;
}

static struct asked *add(struct wire *w, const char *key,
                         const struct core_node *of)
{
    struct asked *a = mem_zalloc(sizeof *a);

    snprintf(a->key, sizeof a->key, "%s", key);
    a->of = of;
    map_add(&w->asked, &a->node, slice_of(a->key));
    return a;
}

/* ---- SIP -----------------------------------------------------------------
 */

static struct slice behind(struct slice bytes, const char *mark,
                           const char *stops)
{
    ssize_t at = slice_find(bytes, slice_of(mark));
    struct slice s;

    if (at < 0)
        return (struct slice){0};
    s = slice_from(bytes, (size_t)at + strlen(mark));
    for (size_t i = 0; i < s.n; i++)
        if (strchr(stops, s.p[i]))
            return slice_first(s, i);
    return s;
}

static struct slice method_of(struct slice bytes)
{
    struct slice cseq = behind(bytes, "\r\nCSeq:", "\r"), number;

    cseq = slice_trim(cseq);
    slice_cut(&cseq, ' ', &number);
    return slice_trim(cseq);
}

/* Who answers has a new life after he died: a repetition is news to him. */
static bool make_key(const struct core_node *n, struct slice bytes,
                     char key[KEY])
{
    struct slice branch = behind(bytes, ";branch=", ";,\r\n ");
    struct slice method = method_of(bytes);

    if (!branch.n || !method.n || slice_eq(method, S("ACK")))
        return false;
    snprintf(key, KEY, "%s.%u %.*s %.*s", n->self->name, n->lives,
             SLICE_ARG(slice_first(method, 20)),
             SLICE_ARG(slice_first(branch, 120)));
    return true;
}

static void on_sip_request(struct wire *w, const struct addr *to,
                           struct slice bytes)
{
    struct core_node *n = core_node_at(w->core, to);
    struct slice line = behind(bytes, "", "\r");
    struct asked *a;
    char key[KEY];

    if (!n || !n->node || !make_key(n, bytes, key) || find(w, key))
        return;
    a = add(w, key, n);
    snprintf(a->what, sizeof a->what, "%.*s",
             SLICE_ARG(slice_first(line, sizeof a->what - 1)));
}

static void note_answer(struct wire *w, struct asked *a, uint64_t hash,
                        struct slice line)
{
    a->answers++;
    if (a->answers == 1)
        a->answer = hash;
    else if (a->answer != hash && !w->core->plan->tight &&
             !plan_has(w->core->plan, PLAN_NODE_ANSWERS))
        core_break(w->core, CHECK_ANSWERED_ONCE,
                   "%s answers %s a second time, with %.*s", a->of->self->name,
                   a->what, SLICE_ARG(line));
}

/* Of a 2xx to INVITE each branch may have its own (RFC 3261 16.7). */
static void on_sip_response(struct wire *w, const struct addr *from,
                            struct slice bytes)
{
    struct core_node *n = core_node_at(w->core, from);
    struct slice line = behind(bytes, "", "\r");
    struct slice status = slice_first(slice_from(line, 8), 3);
    struct asked *a;
    char key[KEY];

    if (!n || status.p[0] == '1' || !make_key(n, bytes, key))
        return;
    a = find(w, key);
    if (a && status.p[0] == '2' && slice_eq(method_of(bytes), S("INVITE")))
        a->answers += !a->answers;
    else if (a)
        note_answer(w, a, slice_hash(status, 1), line);
}

static void on_sip(struct wire *w, const struct addr *from,
                   const struct addr *to, struct slice bytes)
{
    if (from->port == WIRE_JUNK_PORT || to->port == WIRE_JUNK_PORT)
        return;
    if (slice_starts(bytes, S("SIP/2.0 ")))
        on_sip_response(w, from, bytes);
    else
        on_sip_request(w, to, bytes);
}

/* ---- Diameter ------------------------------------------------------------
 */

static void diameter_key(const struct addr *asks, const struct addr *answers,
                         uint32_t hop, char key[KEY])
{
    char a[ADDR_TEXT_MAX], b[ADDR_TEXT_MAX];

    snprintf(key, KEY, "%s>%s %08x", addr_text(asks, a), addr_text(answers, b),
             hop);
}

static void on_diameter_request(struct wire *w, const struct addr *from,
                                const struct addr *to,
                                const struct diameter_message *m)
{
    struct asked *a;
    char key[KEY], name[32];

    diameter_key(from, to, m->h.hop, key);
    if (find(w, key)) {
        core_break(w->core, CHECK_ANSWERED_ONCE,
                   "%s is sent twice on one connection",
                   diameter_name(m, name));
        return;
    }
    a = add(w, key, core_node_at(w->core, to));
    snprintf(a->what, sizeof a->what, "%s of %s", diameter_name(m, name),
             core_node_at(w->core, from)->self->name);
    wire_cx_request(w->cx, m, &a->sar);
}

static void on_diameter_answer(struct wire *w, const struct addr *from,
                               const struct addr *to,
                               const struct diameter_message *m)
{
    struct asked *a;
    char key[KEY];

    diameter_key(to, from, m->h.hop, key);
    a = find(w, key);
    if (!a)
        core_break(w->core, CHECK_ANSWERED_ONCE,
                   "%s answers what nobody asked: %s",
                   core_node_at(w->core, from)->self->name, key);
    else if (a->answers++)
        core_break(w->core, CHECK_ANSWERED_ONCE, "%s is answered twice",
                   a->what);
    else
        wire_cx_answer(w->cx, m, &a->sar);
}

static void on_diameter(struct wire *w, const struct addr *from,
                        const struct addr *to, struct slice bytes)
{
    struct diameter_fault fault;
    struct diameter_message m;
    size_t n;

    while (bytes.n >= DIAMETER_HEADER &&
           diameter_length(bytes, DIAMETER_MAX, &n, &fault) && n &&
           n <= bytes.n && diameter_read(slice_first(bytes, n), &m, &fault)) {
        if (diameter_is_request(&m))
            on_diameter_request(w, from, to, &m);
        else
            on_diameter_answer(w, from, to, &m);
        bytes = slice_from(bytes, n);
    }
}

/* ---- both ----------------------------------------------------------------
 */

static void on_bytes(void *ctx, const struct addr *from, const struct addr *to,
                     struct slice bytes)
{
    struct wire *w = ctx;

    core_mix(w->core, from->ip, sizeof from->ip);
    core_mix(w->core, to->ip, sizeof to->ip);
    core_mix(w->core, bytes.p, bytes.n);
    if (from->port == DIAMETER_PORT || to->port == DIAMETER_PORT)
        on_diameter(w, from, to, bytes);
    else
        on_sip(w, from, to, bytes);
}

void wire_check_durable(struct wire *w, struct core_node *hss)
{
    wire_cx_check_durable(w->cx, hss);
}

void wire_change(struct wire *w, unsigned subscriber)
{
    wire_cx_change(w->cx, subscriber);
}

uint64_t wire_rename(struct wire *w, unsigned subscriber)
{
    return wire_cx_rename(w->cx, subscriber);
}

void wire_renamed(struct wire *w, unsigned subscriber, uint64_t turn,
                  const char *name)
{
    wire_cx_renamed(w->cx, subscriber, turn, name);
}

void wire_excuse(struct wire *w)
{
    MAP_EACH (it, &w->asked)
        container_of(it, struct asked, node)->excused = true;
}

void wire_settle(struct wire *w)
{
    MAP_EACH (it, &w->asked) {
        const struct asked *a = container_of(it, struct asked, node);

        if (!a->answers && a->of && !a->excused && !w->core->plan->tight)
            core_break(w->core, CHECK_ANSWERED, "%s never answers %s",
                       a->of->self->name, a->what);
    }
    forget_all(w);
    /* its buckets are as many as there ever were */
    map_fini(&w->asked);
    map_init(&w->asked, w->core->plan->seed, 0);
}

size_t wire_bytes(const struct wire *w)
{
    return wire_cx_bytes(w->cx);
}
