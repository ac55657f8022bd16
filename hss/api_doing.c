/* SPDX-License-Identifier: MIT
 *
 * H-CX-5.
 */
#include "hss/api_doing.h"
#include "hss/change.h"
#include "hss/ppr.h"
#include "hss/rtr.h"

enum { IDENTITIES_MAX = 64, TEXT_MAX = 256 };

static bool find(struct api_call *c, int64_t *id)
{
    struct why why;

    if (change_find(c, id, &why) == IMS_OK)
        return true;
    api_fail(c, why.err, &why);
    return false;
}

/* ---- the body ----------------------------------------------------------- */

struct wish {
    enum cx_reason reason;
    struct slice text;
    struct cx_texts impus, impis;
};

static bool read_reason(struct api_call *c, struct slice name, struct wish *out)
{
    for (int r = CX_PERMANENT_TERMINATION; r <= CX_REMOVE_SCSCF; r++) {
        out->reason = (enum cx_reason)r;
        if (slice_eq_nocase(name, slice_of(cx_reason_name(out->reason))))
            return true;
    }
    body_refuse_at(
        c, "/reason",
        "\"%.*s\" is no reason; it is PERMANENT_TERMINATION (the user shall "
        "not come back), SERVER_CHANGE (he may, at another S-CSCF), "
        "NEW_SERVER_ASSIGNED (another has him) or REMOVE_S-CSCF (he was served "
        "unregistered)",
        SLICE_ARG(slice_first(name, 40)));
    return false;
}

/* The body is no longer there when it is done. */
static struct slice keep(struct api_call *c, struct slice text)
{
    return slice_keep(&c->own, slice_trim(text));
}

/* A URI is public; what is none is private. */
static bool read_identity(struct api_call *c, const json_t *j, struct wish *out)
{
    struct slice name = keep(c, slice_of(json_string_value(j)));
    struct identity canonical;
    bool is_uri = slice_index(name, ':') >= 0;
    struct cx_texts *to = is_uri ? &out->impus : &out->impis;
    struct why why;

    if (is_uri && identity_any_canonical(name, &canonical, &why)) {
        body_refuse_at(c, "/identities", "%s", why.text);
        return false;
    }
    if (is_uri)
        name = keep(c, identity_slice(&canonical));
    ((struct slice *)to->v)[to->count++] = name;
    return true;
}

static bool read_identities(struct api_call *c, const json_t *j,
                            struct wish *out)
{
    size_t n = json_array_size(j);

    if (!json_is_array(j) || n > IDENTITIES_MAX) {
        body_refuse_at(c, "/identities",
                       "a list of at most %d public or private identities was "
                       "expected",
                       IDENTITIES_MAX);
        return false;
    }
    out->impus.v = arena_alloc(&c->arena, (n + 1) * sizeof(struct slice));
    out->impis.v = arena_alloc(&c->arena, (n + 1) * sizeof(struct slice));
    if (!out->impus.v || !out->impis.v) {
        api_problem(c, 503, "no memory is left for this request");
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        const json_t *one = json_array_get(j, i);

        if (!json_is_string(one)) {
            body_refuse_at(c, "/identities", "entry %zu is no text", i);
            return false;
        }
        if (!read_identity(c, one, out))
            return false;
    }
    return true;
}

static bool read_texts(struct api_call *c, const json_t *j, struct wish *out)
{
    struct slice reason = {0}, text = {0};

    if (!body_text(c, j, "reason", false, &reason) ||
        !body_text(c, j, "text", false, &text))
        return false;
    if (text.n > TEXT_MAX) {
        body_refuse_at(c, "/text", "a text of at most %d bytes was expected",
                       TEXT_MAX);
        return false;
    }
    out->text = keep(c, text);
    reason = slice_trim(reason);
    return !reason.n || read_reason(c, reason, out);
}

static bool read_object(struct api_call *c, const json_t *j, bool with_reason,
                        struct wish *out)
{
    static const char *const all[] = {"identities", "reason", "text", NULL},
                             *const one[] = {"identities", NULL};
    const json_t *identities = json_object_get(j, "identities");

    return body_only(c, j, with_reason ? all : one) &&
           (!with_reason || read_texts(c, j, out)) &&
           (!identities || read_identities(c, identities, out));
}

static bool read_body(struct api_call *c, bool with_reason, struct wish *out)
{
    json_t *body;
    bool good;

    *out = (struct wish){.reason = CX_PERMANENT_TERMINATION};
    if (slice_trim(c->body).n == 0)
        return true;
    body = body_json(c, "application/json");
    if (!body)
        return false;
    good = read_object(c, body, with_reason, out);
    json_decref(body);
    return good;
}

/* ---- doing -------------------------------------------------------------- */

static bool all_succeeded(const struct list *tolds)
{
    LIST_EACH (it, tolds) {
        if (!container_of(it, struct told, node)->success)
            return false;
    }
    return true;
}

/* One that is under way; dies with its call. */
struct doing {
    struct api_call *call;
    int64_t sub;
    enum audit_action action;
};

static void on_noted(void *ctx, enum ims_err err, const struct why *why)
{
    struct doing *d = ctx;

    if (err) /* it has been done, noted or not */
        log_at(d->call->node->env.log, LOG_ERROR, "audit: %s", why->text);
    api_reply(d->call, 200);
}

static void on_told(void *ctx, enum ims_err err, const struct list *tolds,
                    const struct why *why)
{
    struct doing *d = ctx;
    struct api_call *c = d->call;
    struct store_audit note = {.action = d->action,
                               .who = c->who.name,
                               .what = c->param[0],
                               .sub = d->sub};

    if (err == IMS_NOT_FOUND) {
        api_problem(c, 404, "there is no subscriber %lld", (long long)d->sub);
        return;
    }
    if (err) {
        api_fail(c, err, why);
        return;
    }
    json_object_begin(&c->json);
    json_put_bool(&c->json, "success", all_succeeded(tolds));
    json_key(&c->json, "told");
    telling_json(tolds, &c->json);
    json_object_end(&c->json);
    note.after = buf_slice(&c->out);
    store_note(hss_of(c)->store, &note, on_noted, d);
}

static struct doing *doing_new(struct api_call *c, int64_t sub,
                               enum audit_action action)
{
    struct doing *d = arena_alloc(&c->arena, sizeof(*d));

    if (d)
        *d = (struct doing){c, sub, action};
    else
        api_problem(c, 503, "no memory is left for this request");
    return d;
}

void doing_deregister(struct node *n, struct api_call *c)
{
    struct doing *d;
    struct wish w;
    int64_t id;

    (void)n;
    if (!find(c, &id) || !read_body(c, true, &w))
        return;
    d = doing_new(c, id, AUDIT_DEREGISTER);
    if (d)
        hss_terminate(hss_of(c),
                      &(struct terminate_ask){.sub = id,
                                              .reason = w.reason,
                                              .info = w.text,
                                              .impus = w.impus,
                                              .impis = w.impis},
                      on_told, d);
}

void doing_push(struct node *n, struct api_call *c)
{
    struct doing *d;
    struct wish w;
    int64_t id;

    (void)n;
    if (!find(c, &id) || !read_body(c, false, &w))
        return;
    if (w.impis.count) {
        body_refuse_at(c, "/identities",
                       "a profile is pushed by public identity, %.*s is a "
                       "private one",
                       SLICE_ARG(w.impis.v[0]));
        return;
    }
    d = doing_new(c, id, AUDIT_PUSH);
    if (d)
        hss_push(hss_of(c), &(struct push_ask){.sub = id, .impus = w.impus},
                 on_told, d);
}
