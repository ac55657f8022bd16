/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/doctor/finding.h"
#include "base/mem.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { TEXT_MAX = 2048 };

struct finding *finding_new(enum cause_id cause)
{
    struct finding *f = mem_zalloc(sizeof *f);

    f->cause = cause_of(cause);
    str_set(&f->clause, slice_of(f->cause->clause));
    f->times = 1;
    list_init(&f->in_findings);
    return f;
}

void finding_free(struct finding *f)
{
    struct str *const texts[] = {&f->subject, &f->about, &f->impi,  &f->users,
                                 &f->node,    &f->what,  &f->where, &f->advice,
                                 &f->clause,  &f->fault, &f->peer};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        str_fini(texts[i]);
    for (unsigned i = 0; i < f->evidence_count; i++)
        str_fini(&f->evidence[i].value);
    for (unsigned i = 0; i < f->call_count; i++)
        str_fini(&f->calls[i]);
    free(f);
}

/* ---- words --------------------------------------------------------------- */

/* before: what stands there already. */
static void print(struct str *out, const char *before, const char *fmt,
                  va_list ap)
{
    char text[TEXT_MAX];
    struct str both = {0};

    vsnprintf(text, sizeof text, fmt, ap);
    str_printf(&both, "%s%s%s", before, before[0] ? " " : "", text);
    str_fini(out);
    *out = both;
}

void finding_what(struct finding *f, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    print(&f->what, "", fmt, ap);
    va_end(ap);
}

void finding_where(struct finding *f, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    print(&f->where, "", fmt, ap);
    va_end(ap);
}

void finding_advise(struct finding *f, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    print(&f->advice, "", fmt, ap);
    va_end(ap);
}

void finding_advise_more(struct finding *f, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    print(&f->advice, str_c(&f->advice), fmt, ap);
    va_end(ap);
}

void finding_advise_first(struct finding *f, const char *fmt, ...)
{
    struct str rest = f->advice;
    va_list ap;

    f->advice = (struct str){0};
    va_start(ap, fmt);
    print(&f->advice, "", fmt, ap);
    va_end(ap);
    finding_advise_more(f, "%s", str_c(&rest));
    str_fini(&rest);
}

void finding_note(struct finding *f, const char *name, const char *fmt, ...)
{
    struct evidence *e = &f->evidence[f->evidence_count];
    va_list ap;

    if (f->evidence_count == FINDING_EVIDENCE)
        return;
    f->evidence_count++;
    e->name = name;
    va_start(ap, fmt);
    print(&e->value, "", fmt, ap);
    va_end(ap);
}

void finding_clause(struct finding *f, struct slice clause)
{
    if (clause.n)
        str_set(&f->clause, clause);
}

void finding_step(struct finding *f, const struct told *t)
{
    unsigned at = f->step_count;

    if (!t || f->step_count == FINDING_STEPS)
        return;
    while (at > 0 && f->steps[at - 1] >= t->id)
        at--;
    if (at < f->step_count && f->steps[at] == t->id)
        return;
    for (unsigned i = f->step_count; i > at; i--)
        f->steps[i] = f->steps[i - 1];
    f->steps[at] = t->id;
    f->step_count++;
}

/* ---- again --------------------------------------------------------------- */

bool finding_is_of_call(const struct finding *f, struct slice call)
{
    for (unsigned i = 0; i < f->call_count; i++)
        if (slice_eq(str_slice(&f->calls[i]), call))
            return true;
    return false;
}

static void add_call(struct finding *f, unsigned at, struct slice call)
{
    if (!call.n || finding_is_of_call(f, call))
        return;
    if (f->call_count < FINDING_CALLS)
        f->call_count++;
    else
        str_fini(&f->calls[FINDING_CALLS - 1]);
    for (unsigned i = f->call_count - 1; i > at; i--)
        f->calls[i] = f->calls[i - 1];
    f->calls[at] = (struct str){0};
    str_set(&f->calls[at], call);
}

void finding_call(struct finding *f, struct slice call)
{
    add_call(f, 0, call);
}

static bool same_text(const struct str *a, const struct str *b)
{
    return slice_eq(str_slice(a), str_slice(b));
}

bool finding_is_same(const struct finding *a, const struct finding *b)
{
    return a->cause == b->cause && same_text(&a->subject, &b->subject) &&
           same_text(&a->impi, &b->impi) && strcmp(a->method, b->method) == 0 &&
           same_text(&a->what, &b->what);
}

void finding_follow(struct finding *f, const struct finding *before)
{
    f->id = before->id;
    f->first_us = before->first_us;
    f->times = before->times + 1;
    for (unsigned i = 0;
         i < before->call_count && f->call_count < FINDING_CALLS; i++)
        add_call(f, f->call_count, str_slice(&before->calls[i]));
}

/* ---- as JSON ------------------------------------------------------------- */

/* RFC 3339, in UTC. */
static void put_time(struct json *j, const char *key, int64_t us)
{
    time_t seconds = (time_t)(us / SECOND);
    struct tm tm;
    char text[64];

    gmtime_r(&seconds, &tm);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    json_key(j, key);
    json_printf(j, "%s.%03uZ", text, (unsigned)(us % SECOND / MSEC));
}

static void put_evidence(struct json *j, const struct finding *f)
{
    json_key(j, "evidence");
    json_array_begin(j);
    for (unsigned i = 0; i < f->evidence_count; i++) {
        json_object_begin(j);
        json_put_str(j, "name", f->evidence[i].name);
        json_put_text(j, "value", str_slice(&f->evidence[i].value));
        json_object_end(j);
    }
    json_array_end(j);
}

static void put_steps(struct json *j, const struct finding *f)
{
    json_key(j, "steps");
    json_array_begin(j);
    for (unsigned i = 0; i < f->step_count; i++)
        json_u64(j, f->steps[i]);
    json_array_end(j);
}

/* call: the newest one. */
static void put_calls(struct json *j, const struct finding *f)
{
    if (!f->call_count)
        return;
    json_put_text(j, "call", str_slice(&f->calls[0]));
    json_key(j, "calls");
    json_array_begin(j);
    for (unsigned i = 0; i < f->call_count; i++)
        json_text(j, str_slice(&f->calls[i]));
    json_array_end(j);
}

void finding_put(struct json *j, const struct finding *f)
{
    json_object_begin(j);
    json_put_u64(j, "id", f->id);
    json_put_u64(j, "change", f->change);
    put_time(j, "at", f->at_us);
    put_time(j, "first", f->first_us);
    json_put_int(j, "wall_us", f->at_us);
    json_put_str(j, "cause", f->cause->name);
    json_put_str(j, "kind", cause_kind_name(f->cause->kind));
    json_put_str(j, "title", f->cause->title);
    json_put_str(j, "subject", str_c(&f->subject));
    json_put_str(j, "about", str_c(f->about.n ? &f->about : &f->subject));
    if (f->impi.n)
        json_put_text(j, "private", str_slice(&f->impi));
    json_put_str(j, "method", f->method);
    if (f->result)
        json_put_u64(j, "result", f->result);
    json_put_str(j, "node", str_c(&f->node));
    json_put_str(j, "what", str_c(&f->what));
    json_put_str(j, "where", str_c(&f->where));
    json_put_str(j, "do", str_c(&f->advice));
    put_evidence(j, f);
    json_put_str(j, "clause", str_c(&f->clause));
    put_steps(j, f);
    put_calls(j, f);
    if (f->fault.n)
        json_put_text(j, "fault", str_slice(&f->fault));
    json_put_u64(j, "times", f->times);
    if (f->solved_us)
        put_time(j, "solved", f->solved_us);
    json_object_end(j);
}
