/* SPDX-License-Identifier: MIT */
#include "node/record_json.h"
#include "base/mem.h"
#include "crypto/encode.h"
#include "node/mask.h"

static void put_base64(struct json *j, const char *key, struct slice in)
{
    struct buf text;

    buf_init(&text, base64_text_size(in.n));
    base64_encode(in, &text);
    json_put_text(j, key, buf_slice(&text));
    buf_fini(&text);
}

static bool is_ascii(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

static void put_bytes(struct json *j, const struct record_entry *e)
{
    char *copy;

    if (e->proto == RECORD_DIAMETER) {
        put_base64(j, "base64", e->bytes);
        return;
    }
    copy = mem_alloc(e->bytes.n);
    memcpy(copy, e->bytes.p, e->bytes.n);
    mask_sip(copy, e->bytes.n);
    json_put_text(j, "text", slice_at(copy, e->bytes.n));
    /* JSON texts are UTF-8, messages need not be: then both forms are there. */
    if (!is_ascii(e->bytes))
        put_base64(j, "base64", slice_at(copy, e->bytes.n));
    free(copy);
}

static void put_pair(struct json *j, uint64_t pair)
{
    uint8_t bytes[8];
    char text[16];

    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(pair >> (56 - 8 * i));
    hex_encode(bytes, sizeof(bytes), text);
    json_put_text(j, "pair", slice_at(text, sizeof(text)));
}

static void put_message(struct json *j, const struct record_entry *e)
{
    char text[ADDR_TEXT_MAX];

    json_put_str(j, "proto", e->proto == RECORD_SIP ? "sip" : "diameter");
    json_put_str(j, "transport",
                 transport_name((enum transport)e->local.transport));
    json_put_str(j, "local", addr_text(&e->local, text));
    json_put_str(j, "remote", addr_text(&e->remote, text));
    put_pair(j, record_pair(e->bytes));
    put_bytes(j, e);
}

static const char *kind_name(enum record_kind kind)
{
    switch (kind) {
    case RECORD_RX: return "rx";
    case RECORD_TX: return "tx";
    case RECORD_DROP: return "drop";
    case RECORD_LOST: return "lost";
    case RECORD_SAYS: return "says";
    }
    return "";
}

void record_put_entry(struct json *j, const struct record_entry *e)
{
    json_object_begin(j);
    json_put_u64(j, "seq", e->seq);
    json_put_int(j, "wall_us", e->wall_us);
    json_put_int(j, "mono_us", e->mono_us);
    json_put_str(j, "kind", kind_name(e->kind));
    if (e->about.call.n)
        json_put_text(j, "call", e->about.call);
    if (e->about.session.n)
        json_put_text(j, "session", e->about.session);
    if (e->kind != RECORD_SAYS)
        put_message(j, e);
    if (e->proc) {
        json_put_str(j, "proc", e->proc);
        json_put_str(j, "clause", e->clause);
        json_put_text(j, "says", e->says);
        if (e->about.reason)
            json_put_str(j, "reason", e->about.reason);
    }
    if (e->fault.n)
        json_put_text(j, "fault", e->fault);
    json_object_end(j);
}
