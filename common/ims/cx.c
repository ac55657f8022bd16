/* SPDX-License-Identifier: MIT */
#include "ims/cx.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/str.h"
#include "diameter/request.h"
#include "ims/cx_codec.h"
#include <assert.h>

struct cx {
    struct diameter *d;
    const struct cx_handler *h;
    void *ctx;
    struct list asked;
};

typedef void any_fn(void);

/* A request of ours under way. */
struct cx_asked {
    struct list link;
    struct cx *cx;
    uint64_t ticket;
    uint32_t command;
    struct str call;
    /* calls fn, with its real type */
    void (*give)(const struct cx_asked *a, enum ims_err err, const void *xxa);
    any_fn *fn;
    void *ctx;
};

struct cx_request {
    struct diameter_request *r; /* owns our memory */
};

/* Room for the lists and groups of an answer. */
enum { ANSWER_ARENA = 512 * 1024 };

/* Any answer: large enough, and what they begin with. */
union any_answer {
    struct cx_outcome outcome;
    struct cx_uaa uaa;
    struct cx_saa saa;
    struct cx_lia lia;
    struct cx_maa maa;
    struct cx_rta rta;
    struct cx_ppa ppa;
};

/* ---- asking ----------------------------------------------------------------
 */

static void asked_free(struct cx_asked *a)
{
    list_remove(&a->link);
    str_fini(&a->call);
    free(a);
}

static unsigned result_of(const struct diameter_message *m)
{
    uint32_t vendor;
    unsigned code = diameter_answer_result(m, &vendor);

    return vendor == CX_VENDOR ? CX_EXPERIMENTAL + code : code;
}

/* An answer with the E flag comes from somebody on the way, who need not know
 * Cx (RFC 6733 7.2). */
static bool decode_answer(const struct diameter_message *m,
                          const struct cx_group *g, struct arena *arena,
                          union any_answer *to, struct diameter_fault *f)
{
    unsigned result = result_of(m);

    if (result == 0)
        return fault_set(f, DIAMETER_MISSING_AVP, "it carries no result");
    if (m->h.flags & DIAMETER_E) {
        memset(to, 0, sizeof(*to));
        to->outcome.origin_host = avp_text(m->avps, AVP_ORIGIN_HOST);
        to->outcome.origin_realm = avp_text(m->avps, AVP_ORIGIN_REALM);
        to->outcome.error_message = avp_text(m->avps, AVP_ERROR_MESSAGE);
    } else if (!cx_decode(m->avps, g, arena, to, f)) {
        return false;
    }
    to->outcome.result = result;
    return true;
}

static void say_unreadable(const struct cx_asked *a,
                           const struct diameter_message *m,
                           const struct diameter_fault *f)
{
    char name[32];

    record_say(diameter_env(a->cx->d)->record,
               (struct record_about){
                   .call = str_slice(&a->call),
                   .session = avp_text(m->avps, AVP_SESSION_ID),
               },
               "H-DIA-1", "TS 29.229 6.1", "%s cannot be used: %s",
               diameter_name(m, name), f->text);
}

static void on_answer(void *ctx, enum ims_err err,
                      const struct diameter_message *m)
{
    struct cx_asked *a = ctx;
    const struct cx_group *g = cx_group_of(a->command, false);
    union any_answer answer;
    struct diameter_fault f;
    struct arena arena;

    arena_init(&arena, 0, ANSWER_ARENA);
    if (err == IMS_OK && !decode_answer(m, g, &arena, &answer, &f)) {
        say_unreadable(a, m, &f);
        err = IMS_MALFORMED;
    }
    list_remove(&a->link);
    a->give(a, err, err == IMS_OK ? &answer : NULL);
    asked_free(a);
    arena_fini(&arena);
}

static uint64_t ask(struct cx *cx, const struct cx_path *path, const void *xxr,
                    const struct cx_asked *how, struct slice call)
{
    struct diameter_ask to = {
        .app = CX_APPLICATION,
        .command = how->command,
        .host = path->destination_host,
        .realm = path->destination_realm,
        .call = call,
    };
    struct cx_asked *a = mem_alloc(sizeof(*a));

    *a = *how;
    a->cx = cx;
    str_set(&a->call, call);
    list_append(&cx->asked, &a->link);
    cx_encode(diameter_ask_open(cx->d, &to), cx_group_of(how->command, true),
              xxr);
    a->ticket = diameter_ask_send(cx->d, on_answer, a);
    return a->ticket;
}

void cx_cancel(struct cx *cx, uint64_t ticket)
{
    struct cx_asked *a = diameter_cancel(cx->d, ticket);

    if (a)
        asked_free(a);
}

static void give_uaa(const struct cx_asked *a, enum ims_err err,
                     const void *uaa)
{
    ((cx_uaa_fn *)a->fn)(a->ctx, err, uaa);
}

uint64_t cx_uar_send(struct cx *cx, const struct cx_uar *uar, struct slice call,
                     cx_uaa_fn *fn, void *ctx)
{
    return ask(cx, &uar->path, uar,
               &(struct cx_asked){.command = DIAMETER_USER_AUTHORIZATION,
                                  .give = give_uaa,
                                  .fn = (any_fn *)fn,
                                  .ctx = ctx},
               call);
}

static void give_saa(const struct cx_asked *a, enum ims_err err,
                     const void *saa)
{
    ((cx_saa_fn *)a->fn)(a->ctx, err, saa);
}

uint64_t cx_sar_send(struct cx *cx, const struct cx_sar *sar, struct slice call,
                     cx_saa_fn *fn, void *ctx)
{
    return ask(cx, &sar->path, sar,
               &(struct cx_asked){.command = DIAMETER_SERVER_ASSIGNMENT,
                                  .give = give_saa,
                                  .fn = (any_fn *)fn,
                                  .ctx = ctx},
               call);
}

static void give_lia(const struct cx_asked *a, enum ims_err err,
                     const void *lia)
{
    ((cx_lia_fn *)a->fn)(a->ctx, err, lia);
}

uint64_t cx_lir_send(struct cx *cx, const struct cx_lir *lir, struct slice call,
                     cx_lia_fn *fn, void *ctx)
{
    return ask(cx, &lir->path, lir,
               &(struct cx_asked){.command = DIAMETER_LOCATION_INFO,
                                  .give = give_lia,
                                  .fn = (any_fn *)fn,
                                  .ctx = ctx},
               call);
}

static void give_maa(const struct cx_asked *a, enum ims_err err,
                     const void *maa)
{
    ((cx_maa_fn *)a->fn)(a->ctx, err, maa);
}

uint64_t cx_mar_send(struct cx *cx, const struct cx_mar *mar, struct slice call,
                     cx_maa_fn *fn, void *ctx)
{
    return ask(cx, &mar->path, mar,
               &(struct cx_asked){.command = DIAMETER_MULTIMEDIA_AUTH,
                                  .give = give_maa,
                                  .fn = (any_fn *)fn,
                                  .ctx = ctx},
               call);
}

static void give_rta(const struct cx_asked *a, enum ims_err err,
                     const void *rta)
{
    ((cx_rta_fn *)a->fn)(a->ctx, err, rta);
}

uint64_t cx_rtr_send(struct cx *cx, const struct cx_rtr *rtr, struct slice call,
                     cx_rta_fn *fn, void *ctx)
{
    return ask(cx, &rtr->path, rtr,
               &(struct cx_asked){.command = DIAMETER_REGISTRATION_TERMINATION,
                                  .give = give_rta,
                                  .fn = (any_fn *)fn,
                                  .ctx = ctx},
               call);
}

static void give_ppa(const struct cx_asked *a, enum ims_err err,
                     const void *ppa)
{
    ((cx_ppa_fn *)a->fn)(a->ctx, err, ppa);
}

uint64_t cx_ppr_send(struct cx *cx, const struct cx_ppr *ppr, struct slice call,
                     cx_ppa_fn *fn, void *ctx)
{
    return ask(cx, &ppr->path, ppr,
               &(struct cx_asked){.command = DIAMETER_PUSH_PROFILE,
                                  .give = give_ppa,
                                  .fn = (any_fn *)fn,
                                  .ctx = ctx},
               call);
}

/* ---- answering -------------------------------------------------------------
 */

static void put_result(struct buf *out, unsigned result, struct slice sentence)
{
    size_t mark;

    assert(result != 0);
    if (result < CX_EXPERIMENTAL) {
        avp_put_u32(out, AVP_RESULT_CODE, result);
    } else {
        mark = avp_group(out, AVP_EXPERIMENTAL_RESULT, true);
        avp_put_u32(out, AVP_VENDOR_ID, CX_VENDOR);
        avp_put_u32(out, AVP_EXPERIMENTAL_RESULT_CODE,
                    result - CX_EXPERIMENTAL);
        avp_group_end(out, mark);
    }
    if (sentence.n > 0)
        avp_put(out, AVP_ERROR_MESSAGE, sentence);
}

static void answer(struct cx_request *r, uint32_t command,
                   const struct cx_outcome *outcome, const void *xxa)
{
    struct diameter_request *dr = r->r;
    struct buf *out =
        diameter_answer_open(dr, cx_is_protocol_error(outcome->result));

    assert(diameter_request_message(dr)->h.command == command);
    put_result(out, outcome->result, outcome->error_message);
    cx_encode(out, cx_group_of(command, false), xxa);
    diameter_answer_send(dr);
}

void cx_uaa_answer(struct cx_request *r, const struct cx_uaa *uaa)
{
    answer(r, DIAMETER_USER_AUTHORIZATION, &uaa->outcome, uaa);
}

void cx_saa_answer(struct cx_request *r, const struct cx_saa *saa)
{
    answer(r, DIAMETER_SERVER_ASSIGNMENT, &saa->outcome, saa);
}

void cx_lia_answer(struct cx_request *r, const struct cx_lia *lia)
{
    answer(r, DIAMETER_LOCATION_INFO, &lia->outcome, lia);
}

void cx_maa_answer(struct cx_request *r, const struct cx_maa *maa)
{
    answer(r, DIAMETER_MULTIMEDIA_AUTH, &maa->outcome, maa);
}

void cx_rta_answer(struct cx_request *r, const struct cx_rta *rta)
{
    answer(r, DIAMETER_REGISTRATION_TERMINATION, &rta->outcome, rta);
}

void cx_ppa_answer(struct cx_request *r, const struct cx_ppa *ppa)
{
    answer(r, DIAMETER_PUSH_PROFILE, &ppa->outcome, ppa);
}

void cx_refuse(struct cx_request *r, unsigned result, struct slice sentence)
{
    struct diameter_request *dr = r->r;
    struct buf *out = diameter_answer_open(dr, cx_is_protocol_error(result));

    put_result(out, result, sentence);
    diameter_answer_send(dr);
}

/* The first that is one too many, the only one, or an empty one made up. */
static void set_failed(struct diameter_fault *f, struct slice avps,
                       enum avp_id id)
{
    size_t nth = f->result == CX_AVP_OCCURS_TOO_MANY_TIMES ? 2 : 1;
    struct avp_reader all = avp_reader(avps);
    struct avp a;

    while (nth && avp_next_of(&all, id, &a))
        nth--;
    if (nth)
        fault_made(f, avp_row(id));
    else
        f->failed = a.whole;
}

void cx_refuse_avp(struct cx_request *r, unsigned result, enum cx_failed avp,
                   struct slice sentence)
{
    static const enum avp_id ids[] = {
        [CX_FAILED_USER_NAME] = AVP_USER_NAME,
        [CX_FAILED_PUBLIC_IDENTITY] = AVP_PUBLIC_IDENTITY,
        [CX_FAILED_ASSIGNMENT_TYPE] = AVP_SERVER_ASSIGNMENT_TYPE,
    };
    struct diameter_request *dr = r->r;
    struct buf *out = diameter_answer_open(dr, false);
    struct diameter_fault f;

    (void)fault_set(&f, result, "%.*s", SLICE_ARG(sentence));
    set_failed(&f, diameter_request_message(dr)->avps, ids[avp]);
    diameter_put_fault(out, &f);
    diameter_answer_send(dr);
}

void cx_request_drop(struct cx_request *r)
{
    diameter_request_drop(r->r);
}

struct record_about cx_request_about(const struct cx_request *r)
{
    return diameter_request_about(r->r);
}

/* ---- what comes ------------------------------------------------------------
 */

static bool serves(const struct cx_handler *h, uint32_t command)
{
    switch (h ? command : 0) {
    case DIAMETER_USER_AUTHORIZATION: return h->on_uar;
    case DIAMETER_SERVER_ASSIGNMENT: return h->on_sar;
    case DIAMETER_LOCATION_INFO: return h->on_lir;
    case DIAMETER_MULTIMEDIA_AUTH: return h->on_mar;
    case DIAMETER_REGISTRATION_TERMINATION: return h->on_rtr;
    case DIAMETER_PUSH_PROFILE: return h->on_ppr;
    default: return false;
    }
}

static void dispatch(struct cx *cx, struct cx_request *r, uint32_t command,
                     const void *xxr)
{
    switch (command) {
    case DIAMETER_USER_AUTHORIZATION: cx->h->on_uar(cx->ctx, r, xxr); break;
    case DIAMETER_SERVER_ASSIGNMENT: cx->h->on_sar(cx->ctx, r, xxr); break;
    case DIAMETER_LOCATION_INFO: cx->h->on_lir(cx->ctx, r, xxr); break;
    case DIAMETER_MULTIMEDIA_AUTH: cx->h->on_mar(cx->ctx, r, xxr); break;
    case DIAMETER_REGISTRATION_TERMINATION:
        cx->h->on_rtr(cx->ctx, r, xxr);
        break;
    case DIAMETER_PUSH_PROFILE: cx->h->on_ppr(cx->ctx, r, xxr); break;
    default: cx_request_drop(r); break;
    }
}

/* Lists and groups live in the request's arena, as long as it. */
static bool decode_request(struct diameter_request *dr, struct cx_request **r,
                           void **xxr, struct diameter_fault *f)
{
    const struct diameter_message *m = diameter_request_message(dr);
    struct arena *arena = diameter_request_arena(dr);
    const struct cx_group *g = cx_group_of(m->h.command, true);

    *r = arena_zalloc(arena, sizeof(**r));
    *xxr = arena_zalloc(arena, g->size);
    if (!*r || !*xxr)
        return fault_set(f, DIAMETER_UNABLE_TO_COMPLY, "it is too large");
    (*r)->r = dr;
    return cx_decode(m->avps, g, arena, *xxr, f);
}

static void on_request(void *ctx, struct diameter_request *dr)
{
    struct cx *cx = ctx;
    uint32_t command = diameter_request_message(dr)->h.command;
    struct diameter_fault f;
    struct cx_request *r;
    void *xxr;

    if (!serves(cx->h, command)) {
        (void)fault_set(&f, DIAMETER_COMMAND_UNSUPPORTED,
                        "command %u is not served here", command);
        diameter_refuse(dr, &f);
    } else if (!decode_request(dr, &r, &xxr, &f)) {
        diameter_refuse(dr, &f);
    } else {
        dispatch(cx, r, command, xxr);
    }
}

struct cx *cx_new(struct diameter *d, const struct cx_handler *h, void *ctx)
{
    struct cx *cx = mem_zalloc(sizeof(*cx));

    cx->d = d;
    cx->h = h;
    cx->ctx = ctx;
    list_init(&cx->asked);
    diameter_add_application(
        d, &(struct diameter_application){.id = CX_APPLICATION,
                                          .vendor = CX_VENDOR,
                                          .stateless = true,
                                          .on_request = on_request,
                                          .ctx = cx});
    return cx;
}

void cx_free(struct cx *cx)
{
    while (!list_is_empty(&cx->asked)) {
        struct cx_asked *a =
            container_of(cx->asked.next, struct cx_asked, link);

        (void)diameter_cancel(cx->d, a->ticket);
        list_remove(&a->link);
        a->give(a, IMS_CANCELLED, NULL);
        asked_free(a);
    }
    free(cx);
}

bool cx_texts_has(const struct cx_texts *texts, struct slice text)
{
    for (size_t i = 0; texts && i < texts->count; i++) {
        if (slice_eq(texts->v[i], text))
            return true;
    }
    return false;
}
