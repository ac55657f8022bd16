/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/doctor/breakage.h"
#include "base/mem.h"
#include <string.h>

enum {
    KEEP = 5,           /* times BREAKAGE_LATELY: the story is told later */
    PATIENCE_MS = 1000, /* who is held for less is not missed */
};

static struct broken *broken_at(struct list *l)
{
    return container_of(l, struct broken, in_breakage);
}

void breakage_init(struct breakage *b)
{
    *b = (struct breakage){0};
    list_init(&b->list);
}

static void forget(struct breakage *b, struct broken *f)
{
    list_remove(&f->in_breakage);
    b->count--;
    str_fini(&f->name);
    str_fini(&f->peer);
    str_fini(&f->method);
    str_fini(&f->says);
    free(f);
}

void breakage_fini(struct breakage *b)
{
    LIST_EACH (l, &b->list)
        forget(b, broken_at(l));
}

/* ---- what is on ---------------------------------------------------------- */

static struct slice text_of(const json_t *j, const char *key)
{
    const char *text = json_string_value(json_object_get(j, key));

    return slice_of(text ? text : "");
}

/* "1500ms", "2s", "1m" */
static bool is_long(struct slice delay)
{
    size_t digits = 0;
    uint64_t n = 0;
    struct slice unit;

    while (digits < delay.n && delay.p[digits] >= '0' && delay.p[digits] <= '9')
        digits++;
    unit = slice_from(delay, digits);
    if (!slice_u64(slice_first(delay, digits), UINT64_MAX, &n))
        return false;
    if (slice_eq(unit, S("us")))
        return n / 1000 >= PATIENCE_MS;
    return !slice_eq(unit, S("ms")) || n >= PATIENCE_MS;
}

static bool makes_late(const json_t *j)
{
    struct slice action = text_of(j, "action");

    return slice_eq(action, S("loss")) || slice_eq(action, S("dead")) ||
           (slice_eq(action, S("delay")) && is_long(text_of(j, "delay")));
}

static enum record_proto proto_of(const json_t *j)
{
    struct slice name = text_of(j, "protocol");

    if (slice_eq(name, S("sip")))
        return RECORD_SIP;
    return slice_eq(name, S("diameter")) ? RECORD_DIAMETER : RECORD_NONE;
}

static int64_t since_of(const json_t *j)
{
    return json_integer_value(json_object_get(j, "since_us"));
}

static struct broken *find_known(const struct breakage *b, unsigned node,
                                 const json_t *j)
{
    for (struct list *l = b->list.next; l != &b->list; l = l->next) {
        struct broken *f = broken_at(l);

        if (f->node == node && f->since_us == since_of(j) &&
            slice_eq(str_slice(&f->name), text_of(j, "name")))
            return f;
    }
    return NULL;
}

static void note(struct breakage *b, unsigned node, const json_t *j)
{
    struct broken *f = find_known(b, node, j);

    if (f) {
        f->over_us = 0;
        return;
    }
    if (!makes_late(j) || b->count == BREAKAGE_MAX)
        return;
    f = mem_zalloc(sizeof *f);
    f->node = node;
    f->proto = proto_of(j);
    f->since_us = since_of(j);
    str_set(&f->name, text_of(j, "name"));
    str_set(&f->peer, text_of(j, "peer"));
    str_set(&f->method, text_of(j, "method"));
    str_set(&f->says, text_of(j, "says"));
    list_append(&b->list, &f->in_breakage);
    b->count++;
}

void breakage_set(struct breakage *b, unsigned node, const json_t *faults,
                  int64_t now_us)
{
    const json_t *it;
    size_t i;

    LIST_EACH (l, &b->list) {
        struct broken *f = broken_at(l);

        if (f->over_us && now_us - f->over_us > KEEP * BREAKAGE_LATELY)
            forget(b, f);
        else if (f->node == node && !f->over_us)
            f->over_us = now_us;
    }
    json_array_foreach(faults, i, it)
    {
        note(b, node, it);
    }
}

/* ---- whom it is about ---------------------------------------------------- */

/* "192.0.2.1", "192.0.2.1:5060", "[2001:db8::1]:5060" */
static bool is_address(struct slice text, const struct addr *a)
{
    ssize_t colon = slice_rindex(text, ':');
    struct addr wanted = {0};
    uint64_t port;

    if (addr_parse_ip(text, &wanted))
        return addr_eq_ip(&wanted, a);
    return colon > 0 &&
           slice_u64(slice_from(text, (size_t)colon + 1), 65535, &port) &&
           addr_parse_ip(slice_first(text, (size_t)colon), &wanted) &&
           addr_eq_ip(&wanted, a) && port == a->port;
}

static bool is_node(struct slice peer, const struct topology_node *n)
{
    if (slice_eq_nocase(peer, slice_of(n->name)) ||
        slice_eq_nocase(peer, slice_of(topology_role_name(n->role))))
        return true;
    for (unsigned i = 0; i < n->listener_count; i++)
        if (is_address(peer, &n->listeners[i].at.addr))
            return true;
    return false;
}

static bool is_peer(const struct broken *f, const struct site *s,
                    const struct link *link, unsigned side)
{
    struct slice peer = str_slice(&f->peer);
    const char *name = link->names[side];

    if (!peer.n)
        return true;
    if (link->party[side] < s->node_count)
        return is_node(peer, s->nodes[link->party[side]].node);
    return slice_eq_nocase(peer, S("ue")) ||
           (name && slice_eq_nocase(peer, slice_of(name))) ||
           (link->remote && is_address(peer, link->remote));
}

/* Of Diameter "UA" is UAR and UAA; of what keeps a connection up any. */
static bool is_method(const struct broken *f, const struct link *link)
{
    struct slice asked = str_slice(&f->method), is = slice_of(link->method);

    if (!asked.n)
        return true;
    if (link->proto != RECORD_DIAMETER)
        return slice_eq_nocase(asked, is);
    if (!is.n)
        return (slice_starts_nocase(asked, S("CE")) ||
                slice_starts_nocase(asked, S("DW")));
    return slice_eq_nocase(slice_first(asked, 2), slice_first(is, 2));
}

static bool is_about(const struct broken *f, const struct site *s,
                     const struct link *link)
{
    bool there = false;

    for (unsigned i = 0; i < 2; i++)
        there |= link->party[i] == f->node && is_peer(f, s, link, 1 - i);
    return there && is_method(f, link) &&
           (f->proto == RECORD_NONE || f->proto == link->proto);
}

static bool was_on(const struct broken *f, int64_t at_us)
{
    return f->since_us <= at_us &&
           (!f->over_us || f->over_us > at_us - BREAKAGE_LATELY);
}

const struct broken *breakage_find(const struct breakage *b,
                                   const struct site *s,
                                   const struct link *link, int64_t at_us)
{
    const struct broken *found = NULL;

    for (struct list *l = b->list.next; l != &b->list; l = l->next) {
        const struct broken *f = broken_at(l);

        if (!was_on(f, at_us) || !is_about(f, s, link))
            continue;
        if (!f->over_us)
            return f;
        if (!found || f->over_us > found->over_us)
            found = f;
    }
    return found;
}
