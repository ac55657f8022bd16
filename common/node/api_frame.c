/* SPDX-License-Identifier: MIT
 *
 * What every node answers, whatever its role: is it there, could it serve, its
 * figures, its state, its record.
 */
#include "node/events.h"
#include "node/faults.h"
#include "node/frame.h"
#include "node/openapi.h"
#include "node/record_json.h"

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

static void get_openapi(struct node *n, struct api_call *c)
{
    (void)n;
    api_reply_text(c, 200, "application/json", openapi_document());
}

/* ---- the record ---------------------------------------------------------- */

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
    json_put_int(&c->json, "boot_us", node_boot_us(n));
    json_key(&c->json, "entries");
    json_array_begin(&c->json);
    while (w.limit > 0 && c->out.n < RECORD_ANSWER_MAX &&
           record_read(n->env.record, &cursor, &e, &missed_now)) {
        missed += missed_now;
        if (!is_wanted(&w, &e))
            continue;
        record_put_entry(&c->json, &e);
        w.limit--;
    }
    json_array_end(&c->json);
    json_put_u64(&c->json, "next", cursor.next);
    json_put_u64(&c->json, "last", record_last_seq(n->env.record));
    json_put_u64(&c->json, "missed", missed);
    json_object_end(&c->json);
    api_reply(c, 200);
}

/* ---- reset --------------------------------------------------------------- */

/* What the role does for its calls ends with it; this one is the frame's. */
static void post_reset(struct node *n, struct api_call *c)
{
    if (node_is_draining(n)) {
        api_problem(c, 503, "the node is shutting down");
        return;
    }
    list_remove(&c->in_frame);
    node_reset(n);
    list_append(&n->frame->calls, &c->in_frame);
    api_reply(c, 204);
}

const struct api_route *api_frame_routes(size_t *count)
{
    static const struct api_route routes[] = {
        {"GET", "/", get_index, API_BY_METHOD},
        {"GET", "/livez", get_livez, API_FOR_ALL},
        {"GET", "/readyz", get_readyz, API_FOR_ALL},
        {"GET", "/metrics", get_metrics, API_BY_METHOD},
        {"GET", "/api/v1/openapi.json", get_openapi, API_BY_METHOD},
        {"GET", "/api/v1/state", get_state, API_BY_METHOD},
        {"GET", "/api/v1/record", get_record, API_BY_METHOD},
        {"GET", "/api/v1/events", events_get, API_BY_METHOD},
        {"POST", "/api/v1/reset", post_reset, API_BY_METHOD},
        {"GET", "/api/v1/faults", faults_api_get, API_BY_METHOD},
        {"POST", "/api/v1/faults", faults_api_post, API_BY_METHOD},
        {"DELETE", "/api/v1/faults", faults_api_delete_all, API_BY_METHOD},
        {"DELETE", "/api/v1/faults/{name}", faults_api_delete, API_BY_METHOD},
    };

    *count = sizeof(routes) / sizeof(routes[0]);
    return routes;
}
