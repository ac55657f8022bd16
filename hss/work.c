/* SPDX-License-Identifier: MIT
 *
 * What the Cx procedures share: identities, features, capabilities, the answer.
 *
 * H-CX-8 in part: the HSS answers for features, our CSCFs name none.
 */
#include "hss/work.h"
#include <assert.h>
#include <stdio.h>

enum {
    WORK_ARENA_FIRST = 2048,
    WORK_ARENA_MAX = 16 << 20, /* a profile of the largest subscription */
    FEATURE_LIST = 1,          /* TS 29.229 table 7.1.1 */
    FEATURES_KNOWN = FEATURE_SIFC | FEATURE_ALIAS | FEATURE_RESTORATION,
};

void *work_new(struct hss *me, size_t size, struct cx_request *r)
{
    struct work *w = mem_zalloc(size);

    w->me = me;
    w->request = r;
    arena_init(&w->arena, WORK_ARENA_FIRST, WORK_ARENA_MAX);
    list_append(&me->works, &w->node);
    me->nworks++;
    return w;
}

static void release(struct work *w)
{
    store_wait_cancel(&w->waiter);
    list_remove(&w->node);
    w->me->nworks--;
    arena_fini(&w->arena);
    free(w);
}

void work_free_all(struct hss *me)
{
    LIST_EACH (it, &me->works) {
        release(container_of(it, struct work, node));
    }
}

void work_end(struct work *w, unsigned result)
{
    char code[12], labels[64];

    snprintf(labels, sizeof(labels), "command=\"%s\",result=\"%s\"", w->command,
             cx_result_code(result, code));
    ++*metrics_counter(w->me->env->metrics, "imsbox_cx_requests_total", labels,
                       "Cx requests by command and result");
    release(w);
}

static int64_t subscription_of(struct work *w)
{
    struct store_private priv;
    int64_t sub;

    if (w->impu.n && !store_subscription_of(
                         w->me->store, identity_slice(&w->impu), &sub, NULL))
        return sub;
    if (w->impi.n && !store_find_private(w->me->store, w->impi, &priv, NULL))
        return priv.sub;
    return 0;
}

void work_begin(struct work *w, struct slice impi, struct slice impu,
                void (*decide)(void *work))
{
    struct identity canonical;
    int64_t sub;

    w->decide = decide;
    w->impi = impi;
    if (impu.n && !identity_canonical(impu, &canonical, NULL))
        w->impu = canonical;
    sub = subscription_of(w);
    if (sub)
        store_when_idle(w->me->store, sub, &w->waiter, decide, w);
    else
        decide(w);
}

void work_say(struct work *w, const char *fmt, ...)
{
    char text[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    record_say(w->me->env->record, cx_request_about(w->request), w->proc,
               w->clause, "%s", text);
}

void work_say_refused(struct work *w, unsigned result, const char *sentence)
{
    struct record_about about = cx_request_about(w->request);
    char code[12];

    about.reason = w->reason;
    record_say(w->me->env->record, about, w->proc, w->clause,
               "%s refused with %s %s: %s", w->command,
               cx_result_code(result, code), cx_result_name(result), sentence);
}

static bool refuse(struct work *w, unsigned result, const char *sentence)
{
    work_say_refused(w, result, sentence);
    cx_refuse(w->request, result, slice_of(sentence));
    work_end(w, result);
    return false;
}

bool work_refuse(struct work *w, unsigned result, const char *fmt, ...)
{
    char text[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    return refuse(w, result, text);
}

bool work_refuse_avp(struct work *w, unsigned result, enum cx_failed avp,
                     const char *fmt, ...)
{
    char text[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    work_say_refused(w, result, text);
    cx_refuse_avp(w->request, result, avp, slice_of(text));
    work_end(w, result);
    return false;
}

bool work_fail(struct work *w, enum ims_err err, const struct why *why)
{
    log_at(w->me->env->log, LOG_ERROR, "%s: %s", w->command, why->text);
    return refuse(w,
                  err == IMS_FULL || err == IMS_BUSY ? CX_TOO_BUSY
                                                     : CX_UNABLE_TO_COMPLY,
                  why->text);
}

bool work_fail_full(struct work *w)
{
    struct why why;
    enum ims_err err =
        why_set(&why, IMS_FULL, "the answer is more than a request may take");

    return work_fail(w, err, &why);
}

/* ---- identities --------------------------------------------------------- */

static bool find_public(struct work *w)
{
    struct why why;
    enum ims_err err;

    if (w->impu.n == 0)
        return work_refuse(w, CX_USER_UNKNOWN,
                           "the public identity is no sip or tel URI");
    err = store_find_public(w->me->store, &w->arena, identity_slice(&w->impu),
                            &w->public, &why);
    if (err == IMS_NOT_FOUND) {
        w->reason = "public-unknown";
        return work_refuse(w, CX_USER_UNKNOWN, "%s", why.text);
    }
    return err ? work_fail(w, err, &why) : true;
}

static bool find_private(struct work *w)
{
    struct why why;
    enum ims_err err =
        store_find_private(w->me->store, w->impi, &w->private, &why);

    if (err == IMS_NOT_FOUND) {
        w->reason = "private-unknown";
        return work_refuse(w, CX_USER_UNKNOWN, "%s", why.text);
    }
    return err ? work_fail(w, err, &why) : true;
}

static bool find_pairs(struct work *w)
{
    struct why why;
    enum ims_err err = store_pairs_of_set(w->me->store, &w->arena,
                                          w->public.set, &w->pairs, &why);

    if (err)
        return work_fail(w, err, &why);
    for (size_t i = 0; i < w->pairs.n; i++) {
        if (slice_eq(w->pairs.p[i].name, w->impi))
            w->pair = &w->pairs.p[i];
    }
    return true;
}

static bool find_identities(struct work *w)
{
    return find_public(w) && (!w->impi.n || find_private(w)) && find_pairs(w);
}

static bool check_match(struct work *w)
{
    if (w->impi.n && !w->pair)
        return work_refuse(w, CX_IDENTITIES_DONT_MATCH,
                           "%.*s is not a private identity of %s",
                           SLICE_ARG(w->impi), w->impu.text);
    return true;
}

bool work_check_identities(struct work *w)
{
    return find_identities(w) && check_match(w);
}

static bool check_distinct_user(struct work *w)
{
    switch (w->public.type) {
    case PROFILE_PUBLIC_USER_IDENTITY: return true;
    case PROFILE_DISTINCT_PSI:
    case PROFILE_WILDCARDED_PSI:
        return work_refuse(w, CX_USER_UNKNOWN,
                           "%s is a service, which does not register",
                           w->impu.text);
    case PROFILE_NON_DISTINCT_IMPU:
    case PROFILE_WILDCARDED_IMPU: break;
    }
    return work_refuse(w, CX_USER_UNKNOWN,
                       "%s is known by the wildcard %.*s alone, which does "
                       "not register",
                       w->impu.text, SLICE_ARG(w->public.name));
}

bool work_check_pair(struct work *w)
{
    if (w->impi.n == 0)
        return work_refuse(w, CX_USER_UNKNOWN, "the private identity is empty");
    return find_identities(w) && check_distinct_user(w) && check_match(w);
}

/* ---- features, TS 29.229 7, H-CX-8 -------------------------------------- */

static bool is_ours(const struct cx_feature *f)
{
    return f->vendor == CX_VENDOR && f->list_id == FEATURE_LIST;
}

bool work_check_features(struct work *w, const struct cx_features *features)
{
    for (size_t i = 0; i < features->count; i++) {
        const struct cx_feature *f = &features->v[i];

        if (!f->mandatory)
            continue;
        if (!is_ours(f) || (f->list & ~(uint32_t)FEATURES_KNOWN))
            return work_refuse(w, CX_FEATURE_UNSUPPORTED,
                               "features 0x%x of list %u, vendor %u, are "
                               "required and not known",
                               f->list, f->list_id, f->vendor);
    }
    return true;
}

struct cx_features work_features(const struct cx_features *asked)
{
    static const struct cx_feature ours = {
        .vendor = CX_VENDOR, .list_id = FEATURE_LIST, .list = FEATURES_KNOWN};

    return asked->count ? (struct cx_features){&ours, 1}
                        : (struct cx_features){0};
}

bool work_knows(const struct cx_features *asked, uint32_t feature)
{
    for (size_t i = 0; i < asked->count; i++) {
        if (is_ours(&asked->v[i]) && (asked->v[i].list & feature))
            return true;
    }
    return false;
}

/* ---- capabilities ------------------------------------------------------- */

bool work_capabilities(struct work *w, const struct cx_capabilities **out)
{
    struct subscriber sub;
    struct cx_capabilities *c;
    struct why why;
    enum ims_err err =
        store_subscription(w->me->store, &w->arena, w->public.sub, &sub, &why);

    if (err)
        return work_fail(w, err, &why);
    *out = NULL;
    if (sub.nmandatory + sub.noptional == 0)
        return true;
    c = arena_zalloc(&w->arena, sizeof(*c));
    if (!c)
        return work_fail_full(w);
    c->mandatory = (struct cx_numbers){sub.mandatory, sub.nmandatory};
    c->optional = (struct cx_numbers){sub.optional, sub.noptional};
    *out = c;
    return true;
}

static void put_numbers(struct buf *out, const char *what,
                        const struct cx_numbers *n)
{
    for (size_t i = 0; i < n->count; i++)
        buf_printf(out, "%s%u", i ? ", " : what, n->v[i]);
}

const char *work_wishes(const struct cx_capabilities *c, char text[WISHES_MAX])
{
    struct buf out;

    if (!c)
        return "any will do";
    buf_over(&out, text, WISHES_MAX - 1);
    put_numbers(&out, "it must have ", &c->mandatory);
    if (c->mandatory.count && c->optional.count)
        buf_str(&out, "; ");
    put_numbers(&out, "it should have ", &c->optional);
    text[out.n] = '\0';
    return text;
}

struct slice work_avp(struct slice s)
{
    return s.n ? s : (struct slice){0};
}
