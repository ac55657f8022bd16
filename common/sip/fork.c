/* SPDX-License-Identifier: MIT
 *
 * The response context, RFC 3261 16.7: branches of one request, group after
 * group, and the way of their responses upstream.
 *
 *     add, go -> WAITING -> TRYING -> ENDED      a branch
 *                              |  1xx, 2xx ........................ up at once
 *                              |  6xx: the others are cancelled
 *                              v
 *        all ENDED -> next group -> on_best? -> the best response up
 *
 * SIP-5.
 */
#include "base/mem.h"
#include "sip/proxy_parts.h"
#include "sip/views.h"

enum { TIMER_C = 181 }; /* seconds; where the listener has none: 16.6 step 11 */

static void settle(struct sip_forward *f);
static void on_response(void *ctx, struct sip_client *c,
                        struct sip_message *msg, enum sip_client_cause cause);
static void on_end(void *ctx, struct sip_client *c);

/* ---- life
 * -------------------------------------------------------------------- */

static struct timers *timers_of(const struct sip_forward *f)
{
    return f->proxy->env->timers;
}

static struct record_about about(const struct sip_forward *f)
{
    return (struct record_about){
        .call = sip_header_value(f->req->msg, SIP_HDR_CALL_ID)};
}

static void branch_free(struct branch *b)
{
    timer_stop(timers_of(b->f), &b->timer_c);
    timer_stop(timers_of(b->f), &b->patience);
    if (b->client)
        sip_client_forget(b->client);
    list_remove(&b->link);
    sip_message_drop(b->msg);
    sip_message_drop(b->final);
    free(b);
}

static void forward_free(struct sip_forward *f)
{
    struct sip_forward_handler h = f->h;
    void *ctx = f->ctx;

    LIST_EACH (it, &f->branches)
        branch_free(container_of(it, struct branch, link));
    f->req->user = NULL;
    sip_request_drop(f->req);
    list_remove(&f->link);
    free(f);
    if (h.on_done)
        h.on_done(ctx);
}

static bool has_client(const struct sip_forward *f)
{
    LIST_EACH (it, &f->branches) {
        if (container_of(it, struct branch, link)->client)
            return true;
    }
    return false;
}

static void enter(struct sip_forward *f)
{
    f->busy++;
}

/* The one place where a context that has nothing left to do goes. */
static void leave(struct sip_forward *f)
{
    if (--f->busy == 0 && f->is_answered && !has_client(f))
        forward_free(f);
}

static unsigned breadth_of(const struct sip_proxy *p,
                           const struct sip_message *m)
{
    uint32_t n;

    return sip_header_u32(m, SIP_HDR_MAX_BREADTH, &n) && n
               ? n
               : p->config.max_breadth;
}

struct sip_forward *sip_forward_new(struct sip_proxy *p,
                                    struct sip_request *req,
                                    const struct sip_forward_handler *h,
                                    void *ctx)
{
    struct sip_forward *f = mem_zalloc(sizeof(*f));

    f->proxy = p;
    f->req = req;
    f->ctx = ctx;
    if (h)
        f->h = *h;
    f->breadth = breadth_of(p, req->msg);
    f->is_answered = f->is_closed = sip_request_is_answered(req);
    list_init(&f->branches);
    list_append(&p->forwards, &f->link);
    req->user = f;
    return f;
}

struct sip_request *sip_forward_request(struct sip_forward *f)
{
    return f->req;
}

void sip_forward_add(struct sip_forward *f, const struct sip_branch *from)
{
    struct branch *b;

    if (f->is_closed || f->is_answered) {
        sip_message_drop(from->msg);
        return;
    }
    b = mem_zalloc(sizeof(*b));
    b->f = f;
    b->msg = from->msg;
    b->group = from->group;
    b->no_answer_us = from->no_answer_us;
    b->user = from->branch;
    b->to = from->to;
    if (b->to.flow) {
        b->flow = *b->to.flow;
        b->to.flow = &b->flow;
    }
    if (b->to.uri.n)
        b->to.uri = slice_keep(&b->msg->arena, b->to.uri);
    if (from->to.uri.n && !b->to.uri.p) /* it would go another way */
        b->msg->starved = true;
    proxy_prepare(b->msg, from->record_route, &b->to);
    list_append(&f->branches, &b->link);
}

/* ---- sending
 * ------------------------------------------------------------------ */

static bool is_invite(const struct sip_forward *f)
{
    return f->req->msg->method == SIP_INVITE;
}

static void give_up(struct branch *b, const char *clause, const char *sentence)
{
    record_say(b->f->proxy->env->record, about(b->f), "SIP-5", clause, "%s",
               sentence);
    b->gave_up = true;
    sip_client_cancel(b->client, (struct slice){0});
}

/* 16.8: the branch has rung for longer than anyone waits. */
static void on_timer_c(void *ctx)
{
    give_up(ctx, "RFC 3261 16.8", "Timer C: the branch is cancelled");
}

static void on_patience(void *ctx)
{
    give_up(ctx, "RFC 3261 16.6", "no answer in time: the branch is cancelled");
}

static void start_timer_c(struct branch *b)
{
    int64_t us = b->f->req->flow.listener->timers.timer_c;

    if (is_invite(b->f))
        timer_start(timers_of(b->f), &b->timer_c,
                    us ? us : (int64_t)TIMER_C * SECOND, on_timer_c, b);
}

static void stop_waiting(struct branch *b)
{
    timer_stop(timers_of(b->f), &b->timer_c);
    timer_stop(timers_of(b->f), &b->patience);
}

static void begin(struct branch *b, unsigned breadth)
{
    static const struct sip_client_handler handler = {on_response, on_end};
    struct sip_forward *f = b->f;

    sip_set_u64(b->msg, SIP_HDR_MAX_BREADTH, breadth);
    b->state = TRYING;
    b->breadth = breadth;
    b->client =
        sip_client_send(f->proxy->config.stack, b->msg, &b->to,
                        proxy_cookie(f->proxy, f->req->msg), &handler, b);
    start_timer_c(b);
    if (b->no_answer_us && is_invite(f))
        timer_start(timers_of(f), &b->patience, b->no_answer_us, on_patience,
                    b);
    sip_message_drop(b->msg);
    b->msg = NULL;
}

/* What is TRYING: how many branches, their Max-Breadth, their highest group. */
struct running {
    unsigned branches, breadth, group;
};

static struct running running(const struct sip_forward *f)
{
    struct running r = {0};

    LIST_EACH (it, &f->branches) {
        const struct branch *b = container_of(it, struct branch, link);

        if (b->state != TRYING)
            continue;
        r.branches++;
        r.breadth += b->breadth;
        if (b->group > r.group)
            r.group = b->group;
    }
    return r;
}

/* The lowest group in which a branch waits. */
static bool lowest_waiting(const struct sip_forward *f, unsigned *group)
{
    bool any = false;

    LIST_EACH (it, &f->branches) {
        const struct branch *b = container_of(it, struct branch, link);

        if (b->state != WAITING || (any && b->group >= *group))
            continue;
        *group = b->group;
        any = true;
    }
    return any;
}

static unsigned waiting_in(const struct sip_forward *f, unsigned group)
{
    unsigned n = 0;

    LIST_EACH (it, &f->branches) {
        const struct branch *b = container_of(it, struct branch, link);

        n += b->state == WAITING && b->group == group;
    }
    return n;
}

/* Begins as many branches of the next group as Max-Breadth allows, which they
 * share (RFC 5393 5.3.3); the rest wait for those to end. */
static void begin_some(struct sip_forward *f)
{
    struct running r = running(f);
    unsigned spare = f->breadth - r.breadth, group = 0, n;

    if (!lowest_waiting(f, &group) || (r.branches && group > r.group))
        return;
    n = waiting_in(f, group);
    if (n > spare)
        n = spare;
    LIST_EACH (it, &f->branches) {
        struct branch *b = container_of(it, struct branch, link);
        unsigned share = n ? spare / n : 0;

        if (!n || b->state != WAITING || b->group != group)
            continue;
        begin(b, share);
        spare -= share;
        n--;
    }
}

void sip_forward_go(struct sip_forward *f)
{
    unsigned group;

    enter(f);
    if (!f->is_closed && lowest_waiting(f, &group))
        begin_some(f);
    else if (!f->is_asking && !running(f).branches) {
        f->is_closed = true;
        settle(f);
    }
    leave(f);
}

/* ---- cancelling
 * ----------------------------------------------------------------- */

/* 16.7 step 10, 16.10: nothing begins any more, what runs is cancelled. Only
 * an INVITE can be; answers to others are not waited for. */
static void close_all(struct sip_forward *f, struct slice reason)
{
    f->is_closed = true;
    LIST_EACH (it, &f->branches) {
        struct branch *b = container_of(it, struct branch, link);

        if (b->state == WAITING) {
            b->state = ENDED;
            sip_message_drop(b->msg);
            b->msg = NULL;
        } else if (b->state == TRYING && is_invite(f)) {
            stop_waiting(b);
            sip_client_cancel(b->client, reason);
        } else if (b->state == TRYING && f->is_answered) {
            b->state = ENDED;
            sip_client_forget(b->client);
            b->client = NULL;
        }
    }
}

static void answer_here(struct sip_forward *f, unsigned status,
                        const char *reason)
{
    f->is_answered = true;
    sip_reply(f->req, status, reason);
}

void fork_cancel(struct sip_forward *f, struct slice reason)
{
    if (f->is_answered)
        return;
    enter(f);
    close_all(f, reason);
    if (f->h.on_cancel)
        f->h.on_cancel(f->ctx, f);
    if (!f->is_answered && !running(f).branches)
        answer_here(f, 487, NULL);
    leave(f);
}

void sip_forward_stop(struct sip_forward *f, unsigned status,
                      const char *reason)
{
    enter(f);
    if (!f->is_answered)
        answer_here(f, status, reason);
    close_all(f, (struct slice){0});
    leave(f);
}

void fork_abandon(struct sip_forward *f)
{
    if (!f->is_answered && f->req->stack)
        sip_reply(f->req, 503, NULL);
    forward_free(f);
}

/* ---- responses, 16.7
 * -------------------------------------------------------------- */

/* What found no memory for its edits does not go up. Where it was final, the
 * request is answered without it, and nobody is left to ring. */
static void do_without(struct sip_forward *f, struct sip_message *m)
{
    bool is_final = m->status >= 200;

    record_say(f->proxy->env->record, about(f), "SIP-5", "RFC 3261 16.7",
               "%u from a branch outgrew its memory: it does not go upstream",
               m->status);
    sip_message_drop(m);
    if (is_final)
        sip_forward_stop(f, 500, "Message too large");
}

/* Steps 8 and 9; m is consumed. */
static void send_up(struct sip_forward *f, struct branch *b,
                    struct sip_message *m)
{
    if (f->h.on_response)
        f->h.on_response(f->ctx, m, b->user);
    if (m->starved) {
        do_without(f, m);
        return;
    }
    if (m->status >= 200)
        f->is_answered = true;
    sip_request_forward_response(f->req, m);
}

static void end(struct branch *b)
{
    b->state = ENDED;
    stop_waiting(b);
}

/* Step 2 restarts Timer C, step 5 sends on at once. */
static void provisional(struct branch *b, struct sip_message *m)
{
    if (b->state == TRYING && !b->f->is_closed)
        start_timer_c(b);
    if (b->f->is_answered)
        sip_message_drop(m);
    else
        send_up(b->f, b, m);
}

/* Step 5: each 2xx to an INVITE goes up; the first of others. */
static void success(struct branch *b, struct sip_message *m)
{
    struct sip_forward *f = b->f;

    end(b);
    if (f->is_answered && !is_invite(f)) {
        sip_message_drop(m);
        return;
    }
    send_up(f, b, m);
    close_all(f, S("SIP;cause=200;text=\"Call completed elsewhere\""));
}

/* Steps 4 and 5: kept; a 6xx ends the others. A branch that we gave up says
 * 487 by our own wish, to the caller it is one that did not answer, unless he
 * has cancelled since. */
static void failure(struct branch *b, struct sip_message *m,
                    enum sip_client_cause cause)
{
    struct sip_forward *f = b->f;

    end(b);
    if (b->gave_up && m->status == 487 && !f->is_closed) {
        sip_set_status(m, 408, (struct slice){0});
        cause = SIP_CLIENT_GAVE_UP;
    }
    sip_message_drop(b->final);
    b->final = m;
    b->cause = cause;
    if (m->status >= 600 && !f->is_closed) {
        record_say(f->proxy->env->record, about(f), "SIP-5", "RFC 3261 16.7",
                   "%u from a branch: the others are cancelled", m->status);
        close_all(f, (struct slice){0});
    }
    settle(f);
}

static void on_response(void *ctx, struct sip_client *c,
                        struct sip_message *msg, enum sip_client_cause cause)
{
    struct branch *b = ctx;
    struct sip_forward *f = b->f;
    struct sip_message *m = sip_message_copy(msg);

    (void)c;
    enter(f);
    sip_pop(m, SIP_HDR_VIA); /* step 3 */
    if (m->status < 200)
        provisional(b, m);
    else if (m->status < 300)
        success(b, m);
    else
        failure(b, m, cause);
    leave(f);
}

static void on_end(void *ctx, struct sip_client *c)
{
    struct branch *b = ctx;
    struct sip_forward *f = b->f;

    (void)c;
    enter(f);
    b->client = NULL;
    leave(f);
}

/* ---- the best response, 16.7 steps 6 and 7
 * ------------------------------------------ */

/* What the user did not want goes up only if nothing else comes. */
static void pass_over(struct sip_forward *f)
{
    LIST_EACH (it, &f->branches) {
        struct branch *b = container_of(it, struct branch, link);

        b->is_passed_over = b->final;
    }
}

static bool user_goes_on(struct sip_forward *f, struct branch *best)
{
    bool goes_on;

    if (f->is_closed || !f->h.on_best)
        return false;
    f->is_asking = true;
    goes_on = f->h.on_best(f->ctx, f, best->final, best->cause, best->user);
    f->is_asking = false;
    if (goes_on)
        pass_over(f);
    return goes_on;
}

/* Forwarding a 503 would say that this proxy serves nobody. */
static void answer_best(struct sip_forward *f, struct branch *best)
{
    struct sip_message *m = best->final;

    fork_merge_challenges(f, best);
    if (m->status == 503) {
        record_say(f->proxy->env->record, about(f), "SIP-5", "RFC 3261 16.7",
                   "the best answer is 503 (%.*s): 500 goes upstream",
                   SLICE_ARG(m->reason));
        sip_set_status(m, 500, (struct slice){0});
    }
    best->final = NULL;
    send_up(f, best, m);
}

/* After each end of a branch: what comes next? */
static void settle(struct sip_forward *f)
{
    struct branch *best;

    if (!f->is_closed)
        begin_some(f);
    if (f->is_answered || running(f).branches)
        return;
    best = fork_best(f);
    if (best && user_goes_on(f, best))
        return;
    if (f->is_answered)
        return;
    if (best)
        answer_best(f, best);
    else
        answer_here(f, 480, NULL);
}

/* ---- one target
 * ------------------------------------------------------------------------ */

void sip_proxy_forward(struct sip_proxy *p, struct sip_request *req,
                       const struct sip_branch *b,
                       const struct sip_forward_handler *h, void *ctx)
{
    struct sip_forward *f = sip_forward_new(p, req, h, ctx);

    sip_forward_add(f, b);
    sip_forward_go(f);
}
