/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/filter.h"
#include "imsbox/dashboard/thread.h"

enum { DIAMETER_FAILED = 3000, SIP_FAILED = 400 };

static void read_one(struct api_call *c, const char *key, struct str *out)
{
    struct slice text;

    if (api_query(c, key, &text))
        str_set(out, slice_trim(text));
}

/* "486", "4xx", "5001", "failed" */
static bool is_result(struct slice s)
{
    uint64_t number;

    return s.n == 0 || slice_eq(s, S("failed")) ||
           slice_u64(s, 99999, &number) ||
           (s.p[0] >= '1' && s.p[0] <= '6' &&
            slice_eq_nocase(slice_from(s, 1), S("xx")));
}

/* Any text may hold any byte: each says how long it is. */
static void make_key(struct filter *f)
{
    const struct str *const texts[] = {&f->call,   &f->user, &f->method,
                                       &f->result, &f->node, &f->peer,
                                       &f->text};
    struct buf key;

    buf_init(&key, SIZE_MAX);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        buf_u64(&key, texts[i]->n);
        buf_char(&key, ':');
        buf_add(&key, str_slice(texts[i]));
    }
    str_set(&f->key, buf_slice(&key));
    buf_fini(&key);
}

enum ims_err filter_read(struct api_call *c, struct filter *out,
                         struct why *why)
{
    struct filter f = {0};

    read_one(c, "call", &f.call);
    read_one(c, "user", &f.user);
    read_one(c, "method", &f.method);
    read_one(c, "result", &f.result);
    read_one(c, "node", &f.node);
    read_one(c, "peer", &f.peer);
    read_one(c, "q", &f.text);
    if (!is_result(str_slice(&f.result))) {
        why_set(why, IMS_MALFORMED,
                "result: \"%s\" is none; expected a number such as 486 or "
                "5001, a class such as 4xx, or failed",
                str_c(&f.result));
        filter_fini(&f);
        return IMS_MALFORMED;
    }
    make_key(&f);
    *out = f;
    return IMS_OK;
}

void filter_fini(struct filter *f)
{
    str_fini(&f->call);
    str_fini(&f->user);
    str_fini(&f->method);
    str_fini(&f->result);
    str_fini(&f->node);
    str_fini(&f->peer);
    str_fini(&f->text);
    str_fini(&f->key);
}

/* ---- does it hold? ------------------------------------------------------- */

static bool is_call(const struct told *t, struct slice call)
{
    return t->thread ? slice_eq(str_slice(&t->thread->call), call)
                     : slice_eq(t->entry.call, call);
}

static bool is_method(const struct told *t, struct slice method)
{
    if (t->step.kind == STEP_SAYS)
        return t->thread &&
               slice_eq_nocase(slice_of(t->thread->method), method);
    return slice_eq_nocase(slice_of(t->method), method);
}

/* Part of every registration, and by itself no failure. */
static bool is_challenge(const struct told *t)
{
    return t->entry.proto == RECORD_SIP &&
           (t->result == 401 || t->result == 407);
}

static bool has_failed(const struct told *t)
{
    if (t->entry.kind == RECORD_DROP || t->step.lost)
        return true;
    if (is_challenge(t))
        return false;
    return t->result >=
           (t->entry.proto == RECORD_DIAMETER ? DIAMETER_FAILED : SIP_FAILED);
}

static bool has_result(const struct told *t, struct slice result)
{
    uint64_t number;

    if (slice_eq(result, S("failed")))
        return has_failed(t);
    if (t->result == 0)
        return false;
    if (slice_u64(result, UINT32_MAX, &number))
        return t->result == number;
    return t->entry.proto == RECORD_SIP &&
           t->result / 100 == (unsigned)(result.p[0] - '0');
}

static bool is_at(const struct told *t, struct slice node)
{
    return slice_eq(slice_of(t->from), node) || slice_eq(slice_of(t->to), node);
}

static bool is_peer(const char *name, bool ours, struct slice peer)
{
    return slice_eq_nocase(peer, S("ue")) ? !ours
                                          : slice_eq(slice_of(name), peer);
}

/* A decision is of one of the ends. */
static bool is_between(const struct told *t, struct slice node,
                       struct slice peer)
{
    if (t->step.kind == STEP_SAYS)
        return is_at(t, node) || slice_eq(slice_of(t->from), peer);
    return (slice_eq(slice_of(t->from), node) &&
            is_peer(t->to, t->to_ours, peer)) ||
           (slice_eq(slice_of(t->to), node) &&
            is_peer(t->from, t->from_ours, peer));
}

static bool is_where(const struct filter *f, const struct told *t)
{
    if (f->node.n && f->peer.n)
        return is_between(t, str_slice(&f->node), str_slice(&f->peer));
    return !f->node.n || is_at(t, str_slice(&f->node));
}

static bool has_text(const struct told *t, struct slice text)
{
    return slice_find(slice_of(t->step.text), text) >= 0 ||
           slice_find(t->entry.bytes, text) >= 0;
}

bool filter_matches(const struct filter *f, const struct told *t)
{
    return (!f->call.n || is_call(t, str_slice(&f->call))) &&
           (!f->user.n ||
            (t->thread && thread_names(t->thread, str_slice(&f->user)))) &&
           (!f->method.n || is_method(t, str_slice(&f->method))) &&
           (!f->result.n || has_result(t, str_slice(&f->result))) &&
           is_where(f, t) && (!f->text.n || has_text(t, str_slice(&f->text)));
}
