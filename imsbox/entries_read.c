/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "crypto/encode.h"
#include "imsbox/entries.h"
#include "imsbox/reading.h"

static struct slice text_of(const json_t *j, const char *key)
{
    const json_t *v = json_object_get(j, key);

    return (struct slice){json_string_value(v), json_string_length(v)};
}

static bool read_kind(struct slice name, enum record_kind *out)
{
    static const struct {
        const char *name;
        enum record_kind kind;
    } kinds[] = {{"rx", RECORD_RX},
                 {"tx", RECORD_TX},
                 {"drop", RECORD_DROP},
                 {"lost", RECORD_LOST},
                 {"says", RECORD_SAYS}};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (slice_eq(name, slice_of(kinds[i].name))) {
            *out = kinds[i].kind;
            return true;
        }
    return false;
}

/* "127.0.0.1:5060" */
static bool read_addr(struct slice text, struct slice transport,
                      struct addr *out)
{
    ssize_t colon = slice_rindex(text, ':');
    enum transport t;
    uint64_t port;

    if (colon < 0 || !transport_parse(transport, &t) ||
        !slice_u64(slice_from(text, (size_t)colon + 1), 65535, &port) ||
        !addr_parse_ip(slice_first(text, (size_t)colon), out))
        return false;
    out->port = (uint16_t)port;
    out->transport = (uint8_t)t;
    return true;
}

static bool read_message(const json_t *j, struct wire_entry *w, uint64_t *pair)
{
    struct slice transport = text_of(j, "transport");

    w->proto =
        slice_eq(text_of(j, "proto"), S("sip")) ? RECORD_SIP : RECORD_DIAMETER;
    return slice_hex_u64(text_of(j, "pair"), pair) &&
           read_addr(text_of(j, "local"), transport, &w->local) &&
           read_addr(text_of(j, "remote"), transport, &w->remote);
}

/* Puts a copy of the text behind what is there already. */
static struct slice keep(char **at, struct slice text)
{
    struct slice kept = {*at, text.n};

    if (text.n > 0)
        memcpy(*at, text.p, text.n);
    *at += text.n;
    return kept;
}

/* The message as it was on the wire: base64 where there is any. */
static struct slice keep_bytes(char **at, struct slice base64,
                               struct slice text)
{
    size_t n;

    if (base64.n == 0)
        return keep(at, text);
    if (!base64_decode(base64, *at, base64.n, &n))
        return (struct slice){0};
    *at += n;
    return (struct slice){*at - n, n};
}

static struct entry *keep_entry(const struct wire_entry *w, struct slice base64)
{
    struct entry *e = mem_zalloc(
        sizeof *e + w->call.n + w->session.n + w->proc.n + w->clause.n +
        w->says.n + w->reason.n + w->bytes.n + base64.n + w->fault.n);
    char *at = (char *)(e + 1);

    e->seq = w->seq;
    e->wall_us = w->wall_us;
    e->kind = w->kind;
    e->proto = w->proto;
    e->local = w->local;
    e->remote = w->remote;
    e->call = keep(&at, w->call);
    e->session = keep(&at, w->session);
    e->proc = keep(&at, w->proc);
    e->clause = keep(&at, w->clause);
    e->says = keep(&at, w->says);
    e->reason = keep(&at, w->reason);
    e->fault = keep(&at, w->fault);
    e->bytes = keep_bytes(&at, base64, w->bytes);
    e->print = slice_hash(e->bytes, 0);
    return e;
}

static struct entry *read_entry(const json_t *j)
{
    struct wire_entry w = {
        .seq = (uint64_t)json_integer_value(json_object_get(j, "seq")),
        .wall_us = json_integer_value(json_object_get(j, "wall_us")),
        .call = text_of(j, "call"),
        .session = text_of(j, "session"),
        .bytes = text_of(j, "text"),
        .proc = text_of(j, "proc"),
        .clause = text_of(j, "clause"),
        .says = text_of(j, "says"),
        .reason = text_of(j, "reason"),
        .fault = text_of(j, "fault"),
    };
    uint64_t pair = 0;
    struct entry *e;

    if (!read_kind(text_of(j, "kind"), &w.kind) || !wire_is_time(w.wall_us) ||
        (w.kind != RECORD_SAYS && !read_message(j, &w, &pair)))
        return NULL;
    e = keep_entry(&w, text_of(j, "base64"));
    e->pair = pair;
    return e;
}

static void append(struct entries_node *n, struct entry *e)
{
    if (n->count == n->room) {
        n->room = n->room ? 2 * n->room : 64;
        n->list = mem_realloc(n->list, n->room * sizeof *n->list);
    }
    n->list[n->count++] = e;
}

static enum ims_err read_all(struct entries *e, unsigned node,
                             const json_t *list, struct why *why)
{
    const json_t *j;
    size_t i;

    json_array_foreach(list, i, j)
    {
        struct entry *it = read_entry(j);

        if (!it)
            return why_set(why, IMS_MALFORMED, "entry %zu of a record", i);
        it->node = node;
        append(&e->nodes[node], it);
    }
    return IMS_OK;
}

enum ims_err entries_add(struct entries *e, unsigned node, struct slice json,
                         int64_t *wall_us, struct why *why)
{
    json_t *j = json_loadb(json.p ? json.p : "", json.n, JSON_ALLOW_NUL, NULL);
    struct entry *it = j ? read_entry(j) : NULL;

    json_decref(j);
    if (!it)
        return why_set(why, IMS_MALFORMED, "no entry of a record");
    it->node = node;
    it->chosen = true;
    append(&e->nodes[node], it);
    *wall_us = it->wall_us;
    return IMS_OK;
}

/* What is masked is masked in both copies: the prints pair them. */
void entries_take(struct entries *e, unsigned node,
                  const struct wire_entry *entry)
{
    struct entry *it = keep_entry(entry, S(""));

    it->node = node;
    it->chosen = true;
    it->pair = it->print;
    append(&e->nodes[node], it);
}

enum ims_err entries_read(struct entries *e, unsigned node, struct slice json,
                          struct reading *r, struct why *why)
{
    json_t *j = json_loadb(json.p ? json.p : "", json.n, JSON_ALLOW_NUL, NULL);
    const json_t *list = json_object_get(j, "entries");
    struct reading after = *r;
    enum ims_err err = IMS_OK;

    reading_go_on(&after, j);
    if (!json_is_array(list))
        err = why_set(why, IMS_MALFORMED, "no record of a node");
    else if (!after.anew)
        err = read_all(e, node, list, why);
    if (err == IMS_OK)
        *r = after;
    json_decref(j);
    return err;
}
