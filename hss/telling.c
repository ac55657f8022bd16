/* SPDX-License-Identifier: MIT
 *
 * H-CX-5.
 */
#include "hss/telling.h"
#include <assert.h>

enum {
    TELLING_ARENA_FIRST = 2048,
    FIRST_PAUSE_MS = 500, /* before the second try; then doubled */
};

struct telling *telling_new(struct hss *me, telling_fn *done, void *ctx)
{
    struct telling *t = mem_zalloc(sizeof(*t));

    t->me = me;
    t->done = done;
    t->ctx = ctx;
    /* bounded by the subscription that it is about */
    arena_init(&t->arena, TELLING_ARENA_FIRST, SIZE_MAX);
    list_init(&t->requests);
    list_init(&t->tolds);
    list_append(&me->tellings, &t->node);
    return t;
}

static void release(struct telling *t)
{
    LIST_EACH (it, &t->requests) {
        struct tell *w = container_of(it, struct tell, node);

        timer_stop(t->me->env->timers, &w->timer);
        if (w->ticket)
            cx_cancel(t->me->cx, w->ticket);
    }
    if (t->waiter)
        store_wait_cancel(t->waiter);
    list_remove(&t->node);
    arena_fini(&t->arena);
    free(t->changes);
    free(t);
}

void telling_free_all(struct hss *me)
{
    LIST_EACH (it, &me->tellings) {
        release(container_of(it, struct telling, node));
    }
}

static void end(struct telling *t, enum ims_err err, const struct why *why)
{
    if (t->done)
        t->done(t->ctx, err, err ? NULL : &t->tolds, why);
    release(t);
}

void telling_fail(struct telling *t, enum ims_err err, const struct why *why)
{
    end(t, err, why);
}

struct cx_texts telling_keep(struct telling *t, const struct cx_texts *texts)
{
    struct slice *v = arena_alloc(&t->arena, (texts->count + 1) * sizeof(*v));

    assert(v);
    for (size_t i = 0; i < texts->count; i++)
        v[i] = slice_keep(&t->arena, texts->v[i]);
    return (struct cx_texts){v, texts->count};
}

void telling_change(struct telling *t, const struct store_registration *c)
{
    if (t->nchanges == t->maxchanges) {
        t->maxchanges = 2 * t->maxchanges + 4;
        t->changes =
            mem_realloc(t->changes, t->maxchanges * sizeof(*t->changes));
    }
    t->changes[t->nchanges++] = *c;
}

void tell_add(struct telling *t, struct tell *w)
{
    w->t = t;
    list_append(&t->requests, &w->node);
}

/* ---- one request -------------------------------------------------------- */

static void ended(struct tell *w)
{
    struct telling *t = w->t;

    record_say(
        t->me->env->record, (struct record_about){.session = {0}}, "H-CX-5",
        w->told.command[0] == 'R' ? "TS 29.228 6.1.3" : "TS 29.228 6.2.2",
        "%s about %.*s to %.*s: %.*s", w->told.command,
        SLICE_ARG(w->told.about), SLICE_ARG(w->told.scscf),
        SLICE_ARG(w->told.sentence));
    list_remove(&w->node);
    list_append(&t->tolds, &w->told.node);
    if (list_is_empty(&t->requests))
        end(t, IMS_OK, NULL);
}

static void transmit(struct tell *w)
{
    struct cx_path to = scscf_path(w->t->me, &w->t->arena, w->told.scscf);

    if (w->send(w, &to))
        w->told.tries++;
    else
        ended(w);
}

/* What came of an earlier try counts no more. */
static void on_pause_over(void *ctx)
{
    struct tell *w = ctx;

    w->told.err = IMS_OK;
    w->told.unreached = false;
    transmit(w);
}

/* Nobody who knows the user answered, and somebody may a little later. */
static bool is_worth_another(const struct tell *w)
{
    if (w->told.tries >= TELLING_TRIES)
        return false;
    if (w->told.err)
        return w->told.err == IMS_UNREACHABLE || w->told.err == IMS_TIMEOUT ||
               w->told.err == IMS_FULL;
    return w->told.result == CX_TOO_BUSY ||
           w->told.result == CX_UNABLE_TO_DELIVER;
}

static void send_later(struct tell *w)
{
    int64_t pause = (int64_t)FIRST_PAUSE_MS * MSEC << (w->told.tries - 1);

    timer_start(w->t->me->env->timers, &w->timer, pause, on_pause_over, w);
}

/* Both procedures leave an S-CSCF without the user as it should be. */
static void judge(struct tell *w)
{
    const char *times = w->told.tries == 1 ? "try" : "tries";

    if (w->told.err) {
        w->told.sentence =
            arena_printf(&w->t->arena,
                         "not %s in %u %s: %s; what it knows of the "
                         "user stays until it expires there",
                         w->told.unreached ? "reached" : "told", w->told.tries,
                         times, ims_err_text(w->told.err));
        return;
    }
    w->told.success = cx_is_success(w->told.result);
    w->told.sentence =
        arena_printf(&w->t->arena, "answered %s after %u %s",
                     cx_result_name(w->told.result), w->told.tries, times);
}

void tell_answered(struct tell *w, enum ims_err err, unsigned result)
{
    w->ticket = 0;
    w->told.err = err;
    w->told.unreached = err == IMS_UNREACHABLE || err == IMS_TIMEOUT;
    w->told.result = result;
    if (is_worth_another(w)) {
        send_later(w);
        return;
    }
    judge(w);
    if (w->answered && w->answered(w))
        transmit(w);
    else
        ended(w);
}

/* ---- all of them -------------------------------------------------------- */

/* From the loop, one by one: a request that makes no sense any more ends at
 * once, and with the last of them the telling. */
static void send_all(struct telling *t)
{
    if (list_is_empty(&t->requests)) {
        end(t, IMS_OK, NULL);
        return;
    }
    LIST_EACH (it, &t->requests) {
        struct tell *w = container_of(it, struct tell, node);

        timer_start(t->me->env->timers, &w->timer, 0, on_pause_over, w);
    }
}

static void on_committed(void *ctx, enum ims_err err, const struct why *why)
{
    struct telling *t = ctx;

    if (err)
        end(t, err, why);
    else
        send_all(t);
}

void telling_run(struct telling *t, int64_t sub)
{
    if (t->nchanges)
        store_registrations(t->me->store, sub, t->changes, t->nchanges,
                            on_committed, t);
    else
        send_all(t);
}

void telling_json(const struct list *tolds, struct json *j)
{
    json_array_begin(j);
    LIST_EACH (it, tolds) {
        const struct told *d = container_of(it, struct told, node);
        char code[12];

        json_object_begin(j);
        json_put_str(j, "command", d->command);
        json_put_text(j, "scscf", d->scscf);
        json_put_text(j, "about", d->about);
        json_put_bool(j, "success", d->success);
        if (d->err || !d->result) {
            json_put_str(j, "error", d->err ? ims_err_name(d->err) : NULL);
        } else {
            json_put_str(j, "result", cx_result_name(d->result));
            json_put_str(j, "code", cx_result_code(d->result, code));
        }
        json_put_u64(j, "tries", d->tries);
        json_put_text(j, "sentence", d->sentence);
        json_object_end(j);
    }
    json_array_end(j);
}
