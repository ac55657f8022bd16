/* SPDX-License-Identifier: MIT
 *
 *   told -> heard                          -> gone
 *        -> no answer, or 3xxx, 5012       -> told again after 5, 10, 20 ... s
 *           for the last time              -> gone, with a line in the log
 *   to be told, or told again
 *        -> a REGISTER waits for the HSS   -> looked at again after 1 s
 *           it has brought the user back   -> gone
 *           (authentication) he has been
 *           challenged anew                -> gone
 *   to be taken back                       -> asked for again, as above
 *           success                        -> the end of that is to be told
 *
 * Only an answer says whose an identity is: without the private identity the
 * end could not wait for its REGISTER, and it would be that of all.
 *
 * Of an authentication that ended the HSS is told once: it keeps a name at
 * most, which the next one overwrites.
 */
#include "scscf/ends.h"
#include "base/record.h"
#include "ims/identity.h"

enum { TELL_MOST = 7 };
static const int64_t FIRST_WAIT_US = 5 * SECOND, LOOK_AGAIN_US = SECOND;

struct ends {
    const struct env *env;
    const struct ends_handler *h;
    struct scscf *me;
    struct list all;
    size_t count, limit;
};

struct end {
    struct list link; /* of ends.all */
    struct ends *owner;
    struct str impi, impu, call;
    enum cx_assignment type;
    struct timer timer;
    unsigned told;
};

static void on_told(void *ctx, enum ims_err err, const struct cx_saa *saa);
static void on_due(void *ctx);
static void tell_or_wait(struct end *d);
static void take_back(struct end *d, const struct cx_saa *saa);

struct ends *ends_new(const struct env *env, size_t limit,
                      const struct ends_handler *h, struct scscf *me)
{
    struct ends *e = mem_zalloc(sizeof *e);

    *e = (struct ends){.env = env, .h = h, .me = me, .limit = limit};
    list_init(&e->all);
    return e;
}

void ends_limit(struct ends *e, size_t limit)
{
    e->limit = limit;
}

size_t ends_count(const struct ends *e)
{
    return e->count;
}

static void end_free(struct end *d)
{
    timer_stop(d->owner->env->timers, &d->timer);
    list_remove(&d->link);
    d->owner->count--;
    str_fini(&d->impi);
    str_fini(&d->impu);
    str_fini(&d->call);
    free(d);
}

void ends_free(struct ends *e)
{
    LIST_EACH (it, &e->all)
        end_free(container_of(it, struct end, link));
    free(e);
}

static struct end *end_new(struct ends *e, struct slice impi, struct slice impu,
                           enum cx_assignment type, struct slice call)
{
    struct end *d = mem_zalloc(sizeof *d);

    d->owner = e;
    d->type = type;
    str_set(&d->impi, impi);
    str_set(&d->impu, impu);
    str_set(&d->call, call);
    list_append(&e->all, &d->link);
    e->count++;
    return d;
}

/* An empty private identity is none (TS 29.228 6.1.2.1). */
static void tell(struct end *d)
{
    struct ends *e = d->owner;
    struct slice impi = d->impi.n ? str_slice(&d->impi) : (struct slice){0};

    d->told++;
    e->h->send(e->me, impi, str_slice(&d->impu), d->type, str_slice(&d->call),
               on_told, d);
}

static bool was_heard(enum ims_err err, const struct cx_saa *saa)
{
    return err == IMS_OK && !cx_is_protocol_error(saa->outcome.result) &&
           saa->outcome.result != CX_UNABLE_TO_COMPLY;
}

static void say(const struct end *d, const char *what)
{
    struct record_about about = {.call = str_slice(&d->call)};

    record_say(d->owner->env->record, about, "S-REG-4", "TS 29.228 6.1.2.1",
               "the end of %s %s", str_c(&d->impu), what);
}

static bool is_of_registration(const struct end *d)
{
    return d->type != CX_AUTHENTICATION_FAILURE &&
           d->type != CX_AUTHENTICATION_TIMEOUT;
}

/* What finds no room to wait was told once, at least. */
static void wait_or_give_up(struct end *d, const char *said)
{
    struct ends *e = d->owner;

    if (!is_of_registration(d) || d->told >= TELL_MOST || e->count > e->limit) {
        log_at(e->env->log, LOG_ERROR,
               "the HSS did not note the end of %s (%s): it is told no more",
               str_c(&d->impu), said);
        end_free(d);
    } else {
        say(d, d->type == CX_UNREGISTERED_USER
                   ? "may have to be told: the HSS is asked again"
                   : "is not noted by the HSS, which is told again");
        timer_start(e->env->timers, &d->timer, FIRST_WAIT_US << (d->told - 1),
                    on_due, d);
    }
}

/* The end of an authentication whose name the HSS keeps no more, as it has
 * ended the user itself: there is nothing left to note. */
static bool is_refused(const struct end *d, enum ims_err err,
                       const struct cx_saa *saa)
{
    return !is_of_registration(d) && err == IMS_OK &&
           saa->outcome.result == CX_UNABLE_TO_COMPLY;
}

static void on_told(void *ctx, enum ims_err err, const struct cx_saa *saa)
{
    struct end *d = ctx;
    char said[CX_SAID_MAX];

    if (err == IMS_CANCELLED) {
        end_free(d);
        return;
    }
    if (!was_heard(err, saa) && !is_refused(d, err, saa)) {
        wait_or_give_up(d, cx_said(err, err ? NULL : &saa->outcome, said));
        return;
    }
    if (d->type == CX_UNREGISTERED_USER) {
        take_back(d, saa);
        return;
    }
    if (!cx_is_success(saa->outcome.result))
        log_at(d->owner->env->log, LOG_NOTICE,
               "the HSS refused to note the end of %s: %s", str_c(&d->impu),
               cx_said(IMS_OK, &saa->outcome, said));
    end_free(d);
}

static bool is_over(const struct end *d)
{
    const struct ends *e = d->owner;
    struct slice impi = str_slice(&d->impi), impu = str_slice(&d->impu);

    return e->h->is_back(e->me, impi, impu) ||
           (!is_of_registration(d) && e->h->is_challenged(e->me, impi, impu));
}

static void on_due(void *ctx)
{
    struct end *d = ctx;

    if (is_over(d))
        end_free(d);
    else
        tell_or_wait(d);
}

/* Of who is registered, or another S-CSCF's, there is nothing to take back. */
static void take_back(struct end *d, const struct cx_saa *saa)
{
    if (!cx_is_success(saa->outcome.result)) {
        end_free(d);
        return;
    }
    d->type = CX_ADMINISTRATIVE_DEREGISTRATION;
    d->told = 0;
    str_set(&d->impi, saa->impi);
    on_due(d);
}

static bool has_to_wait(const struct end *d)
{
    const struct ends *e = d->owner;
    struct slice impi = str_slice(&d->impi), impu = str_slice(&d->impu);

    return e->h->is_assigning(e->me, impi) ||
           (!is_of_registration(d) && e->h->is_asking(e->me, impi, impu));
}

static void tell_or_wait(struct end *d)
{
    struct ends *e = d->owner;

    if (!has_to_wait(d)) {
        tell(d);
        return;
    }
    say(d, "is not told while a REGISTER waits for the HSS");
    timer_start(e->env->timers, &d->timer, LOOK_AGAIN_US, on_due, d);
}

bool ends_may_be_noted(enum ims_err err)
{
    return err != IMS_OK && err != IMS_CANCELLED && err != IMS_UNREACHABLE &&
           err != IMS_FULL && err != IMS_TOO_LARGE;
}

void ends_tell(struct ends *e, struct slice impi, struct slice impu,
               enum cx_assignment type, struct slice call)
{
    tell_or_wait(end_new(e, impi, impu, type, call));
}

void ends_tell_again(struct ends *e, struct slice impi, struct slice impu,
                     enum cx_assignment type, struct slice call,
                     enum ims_err err, const struct cx_saa *saa)
{
    char said[CX_SAID_MAX];
    struct end *d;

    if (err == IMS_CANCELLED || was_heard(err, saa))
        return;
    d = end_new(e, impi, impu, type, call);
    d->told = 1;
    wait_or_give_up(d, cx_said(err, err ? NULL : &saa->outcome, said));
}

void ends_take_back(struct ends *e, struct slice impu, struct slice call,
                    enum ims_err err)
{
    struct end *d;

    if (!ends_may_be_noted(err))
        return;
    d = end_new(e, (struct slice){0}, impu, CX_UNREGISTERED_USER, call);
    d->told = 1;
    wait_or_give_up(d, ims_err_text(err));
}
