/* SPDX-License-Identifier: MIT
 *
 * What every node answers, whatever its role: is it there, could it serve, its
 * figures, its state, its record.
 */
#include "base/mem.h"
#include "node/frame.h"
#include "node/mask.h"

enum {
    ENTRIES_DEFAULT = 100,
    ENTRIES_MAX = 10000,
    RECORD_ANSWER_MAX = 8 << 20, /* then the reader asks again */
};

/* ---- a page for people --------------------------------------------------- */

static void put_html(struct buf *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '<': buf_str(out, "&lt;"); break;
        case '&': buf_str(out, "&amp;"); break;
        default: buf_char(out, *text); break;
        }
    }
}

/* What can be asked for without knowing a name. */
static void put_links(struct buf *out, const struct api_route *routes,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *path = routes[i].pattern;

        if (strcmp(routes[i].method, "GET") == 0 && !strchr(path, '{'))
            buf_printf(out, "<li><a href=\"%s\">%s</a>\n", path, path);
    }
}

static void get_index(struct node *n, struct api_call *c)
{
    struct why why = {0};
    bool ready = node_is_ready(n, &why);
    struct buf *out = &c->out;
    size_t count;
    const struct api_route *own = api_frame_routes(&count);

    buf_printf(out,
               "<!doctype html>\n<meta charset=\"utf-8\">\n"
               "<title>%s</title>\n<h1>%s</h1>\n<p>%s of %s: ",
               n->env.name, n->env.name, topology_role_name(n->self->role),
               n->env.domain);
    put_html(out, ready ? "ready" : "not ready: ");
    put_html(out, ready ? "" : why.text);
    buf_str(out, "\n<ul>\n");
    put_links(out, own, count);
    put_links(out, n->role->routes, n->role->route_count);
    buf_str(out, "</ul>\n");
    api_reply_text(c, 200, "text/html; charset=utf-8", buf_slice(out));
}

/* ---- health and figures -------------------------------------------------- */

static void get_livez(struct node *n, struct api_call *c)
{
    (void)n;
    api_reply_text(c, 200, "text/plain; charset=utf-8", S("ok\n"));
}

static void get_readyz(struct node *n, struct api_call *c)
{
    struct why why = {0};
    bool ready = node_is_ready(n, &why);

    buf_printf(&c->out, "%s\n", ready ? "ok" : why.text);
    api_reply_text(c, ready ? 200 : 503, "text/plain; charset=utf-8",
                   buf_slice(&c->out));
}

static void get_metrics(struct node *n, struct api_call *c)
{
    metrics_print(n->env.metrics, &c->out);
    api_reply_text(c, 200, "text/plain; version=0.0.4; charset=utf-8",
                   buf_slice(&c->out));
}

static void get_state(struct node *n, struct api_call *c)
{
    node_dump(n, &c->json);
    api_reply(c, 200);
}

/* ---- the record ---------------------------------------------------------- */

static void put_base64(struct json *j, const char *key, struct slice in)
{
    static const char digit[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct buf text;

    buf_init(&text, in.n / 3 * 4 + 4);
    for (size_t i = 0; i < in.n; i += 3) {
        uint8_t b[3] = {0};
        size_t n = in.n - i < 3 ? in.n - i : 3;

        memcpy(b, in.p + i, n);
        buf_char(&text, digit[b[0] >> 2]);
        buf_char(&text, digit[(b[0] & 3) << 4 | b[1] >> 4]);
        buf_char(&text, n > 1 ? digit[(b[1] & 15) << 2 | b[2] >> 6] : '=');
        buf_char(&text, n > 2 ? digit[b[2] & 63] : '=');
    }
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

static void put_message(struct json *j, const struct record_entry *e)
{
    char text[ADDR_TEXT_MAX];

    json_put_str(j, "proto", e->proto == RECORD_SIP ? "sip" : "diameter");
    json_put_str(j, "transport",
                 transport_name((enum transport)e->local.transport));
    json_put_str(j, "local", addr_text(&e->local, text));
    json_put_str(j, "remote", addr_text(&e->remote, text));
    json_key(j, "pair");
    json_printf(j, "%016llx", (unsigned long long)e->pair);
    put_bytes(j, e);
}

static const char *kind_name(enum record_kind kind)
{
    switch (kind) {
    case RECORD_RX: return "rx";
    case RECORD_TX: return "tx";
    case RECORD_DROP: return "drop";
    case RECORD_SAYS: return "says";
    }
    return "";
}

static void put_entry(struct json *j, const struct record_entry *e)
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
    }
    json_object_end(j);
}

struct wanted {
    uint64_t from, limit;
    struct slice call, session; /* p NULL: any */
};

static enum ims_err read_wanted(struct api_call *c, struct wanted *w,
                                struct why *why)
{
    enum ims_err err = api_query_u64(c, "from", UINT64_MAX, 0, &w->from, why);

    if (err == IMS_OK)
        err = api_query_u64(c, "limit", ENTRIES_MAX, ENTRIES_DEFAULT, &w->limit,
                            why);
    api_query(c, "call", &w->call);
    api_query(c, "session", &w->session);
    return err;
}

static bool is_wanted(const struct wanted *w, const struct record_entry *e)
{
    bool any = !w->call.p && !w->session.p;

    return any || (w->call.p && slice_eq(w->call, e->about.call)) ||
           (w->session.p && slice_eq(w->session, e->about.session));
}

/* Entries from `from` on, those of `call` or `session` alone when given. */
static void get_record(struct node *n, struct api_call *c)
{
    struct wanted w = {0};
    struct why why;
    enum ims_err err = read_wanted(c, &w, &why);
    struct record_cursor cursor = {.next = w.from};
    struct record_entry e;
    uint64_t missed = 0, missed_now;

    if (err != IMS_OK) {
        api_fail(c, err, &why);
        return;
    }
    json_object_begin(&c->json);
    json_put_str(&c->json, "node", n->env.name);
    json_key(&c->json, "entries");
    json_array_begin(&c->json);
    while (w.limit > 0 && c->out.n < RECORD_ANSWER_MAX &&
           record_read(n->env.record, &cursor, &e, &missed_now)) {
        missed += missed_now;
        if (!is_wanted(&w, &e))
            continue;
        put_entry(&c->json, &e);
        w.limit--;
    }
    json_array_end(&c->json);
    json_put_u64(&c->json, "next", cursor.next);
    json_put_u64(&c->json, "last", record_last_seq(n->env.record));
    json_put_u64(&c->json, "missed", missed);
    json_object_end(&c->json);
    api_reply(c, 200);
}

const struct api_route *api_frame_routes(size_t *count)
{
    static const struct api_route routes[] = {
        {"GET", "/", get_index},
        {"GET", "/livez", get_livez},
        {"GET", "/readyz", get_readyz},
        {"GET", "/metrics", get_metrics},
        {"GET", "/api/v1/state", get_state},
        {"GET", "/api/v1/record", get_record},
    };

    *count = sizeof(routes) / sizeof(routes[0]);
    return routes;
}
