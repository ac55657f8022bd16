/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/step_json.h"
#include "crypto/encode.h"

enum { STEP_MAX = 1 << 20 };

static const char *node_name(const struct story *s, const struct entry *e)
{
    return story_site(s)->nodes[e->node].node->name;
}

static const char *kind_name(const struct told *t)
{
    return t->step.kind == STEP_ARROW ? "message" : "says";
}

static void put_message(struct json *j, const struct told *t)
{
    json_put_str(j, "proto", t->entry.proto == RECORD_SIP ? "sip" : "diameter");
    json_put_str(j, "transport",
                 transport_name((enum transport)t->entry.local.transport));
    if (t->method[0]) {
        json_put_str(j, "method", t->method);
        json_put_bool(j, "request", t->is_request);
    }
    if (t->result)
        json_put_u64(j, "result", t->result);
    if (t->step.lost)
        json_put_bool(j, "lost", true);
    json_put_u64(j, "bytes", t->entry.bytes.n);
    json_key(j, "pair");
    json_printf(j, "%016llx", (unsigned long long)t->entry.pair);
}

static void put_says(struct json *j, const struct told *t)
{
    json_put_bool(j, "dropped", t->entry.kind == RECORD_DROP);
    json_put_text(j, "says", t->entry.says);
    json_put_text(j, "proc", t->entry.proc);
    json_put_text(j, "clause", t->entry.clause);
    if (t->entry.reason.n)
        json_put_text(j, "reason", t->entry.reason);
}

static void put_members(const struct story *s, struct json *j,
                        const struct told *t)
{
    struct slice session =
        t->entry.session.n ? t->entry.session : t->other.session;

    json_put_u64(j, "id", t->id);
    json_put_int(j, "wall_us", t->step.wall_us);
    json_put_str(j, "kind", kind_name(t));
    json_put_str(j, "from", t->from);
    json_put_str(j, "to", t->to);
    json_put_str(j, "text", t->step.text);
    json_put_str(j, "node", node_name(s, &t->entry));
    json_put_u64(j, "seq", t->entry.seq);
    if (t->thread)
        json_put_text(j, "call", str_slice(&t->thread->call));
    if (session.n)
        json_put_text(j, "session", session);
    if (t->entry.fault.n || t->other.fault.n)
        json_put_text(j, "fault",
                      t->entry.fault.n ? t->entry.fault : t->other.fault);
    if (t->step.kind == STEP_ARROW)
        put_message(j, t);
    else
        put_says(j, t);
}

struct piece *step_piece(const struct story *s, struct told *t)
{
    struct buf out;
    struct json j;

    if (t->json)
        return t->json;
    buf_init(&out, STEP_MAX);
    json_init(&j, &out);
    json_object_begin(&j);
    put_members(s, &j, t);
    json_object_end(&j);
    t->json = piece_new(buf_slice(&out));
    buf_fini(&out);
    return t->json;
}

/* ---- the whole ----------------------------------------------------------- */

static void put_place(const struct story *s, struct json *j, const char *key,
                      const struct entry *e)
{
    char text[ADDR_TEXT_MAX];

    json_key(j, key);
    json_object_begin(j);
    json_put_str(j, "node", node_name(s, e));
    json_put_u64(j, "seq", e->seq);
    json_put_int(j, "wall_us", e->wall_us);
    json_put_str(j, "local", addr_text(&e->local, text));
    json_put_str(j, "remote", addr_text(&e->remote, text));
    json_object_end(j);
}

static bool is_plain(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

static void put_bytes(struct json *j, const struct told *t)
{
    struct buf text;

    if (t->entry.proto == RECORD_SIP)
        json_put_text(j, "message", t->entry.bytes);
    if (t->entry.proto == RECORD_SIP && is_plain(t->entry.bytes))
        return;
    buf_init(&text, base64_text_size(t->entry.bytes.n));
    base64_encode(t->entry.bytes, &text);
    json_put_text(j, "base64", buf_slice(&text));
    buf_fini(&text);
}

void step_put_whole(const struct story *s, struct json *j, const struct told *t)
{
    const struct entry *e = &t->entry, *other = e->other;
    bool sent = entry_is_sent(e);

    json_object_begin(j);
    put_members(s, j, t);
    if (t->step.kind == STEP_ARROW) {
        put_bytes(j, t);
        put_place(s, j, sent ? "sender" : "receiver", e);
        if (other)
            put_place(s, j, sent ? "receiver" : "sender", other);
    }
    json_object_end(j);
}

/* ---- a call -------------------------------------------------------------- */

void thread_put(struct json *j, const struct thread *t)
{
    struct slice rest = str_slice(&t->users), id;

    json_object_begin(j);
    json_put_text(j, "call", str_slice(&t->call));
    json_put_str(j, "method", t->method);
    if (t->result)
        json_put_u64(j, "result", t->result);
    json_put_int(j, "began_us", t->began_us);
    json_put_int(j, "last_us", t->last_us);
    json_put_u64(j, "messages", t->messages);
    json_put_u64(j, "steps", t->count);
    json_key(j, "users");
    json_array_begin(j);
    while (slice_cut(&rest, '\n', &id))
        if (id.n)
            json_text(j, id);
    json_array_end(j);
    json_object_end(j);
}
