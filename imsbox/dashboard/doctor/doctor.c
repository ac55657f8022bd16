/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/doctor/doctor.h"
#include "base/mem.h"
#include "imsbox/dashboard/doctor/consult.h"
#include "imsbox/dashboard/doctor/rules.h"
#include "imsbox/dashboard/thread.h"
#include <string.h>

enum {
    LOOK_BACK = 60, /* steps of a thread */
    REPEATED = 3,   /* the same answer so often is not heard */
    CHALLENGES = 3, /* in a row; with AUTS two are normal */
};

/* A challenge that should be answered. */
struct wait {
    struct map_node by_call;
    struct list in_doctor; /* by time */
    struct str call;
    uint64_t step;
    int64_t due_us;
};

struct doctor {
    const struct story *story;
    const struct site *site;
    struct doctor_host host;
    struct findings findings;
    struct questions questions;
    struct breakage breakage;
    struct list waits;
    struct map by_call;
    unsigned looked_at, heard;
    uint64_t skipped;
};

static void examine(void *ctx, const struct topology_network *network,
                    struct slice body, struct patient *p);
static void on_answered(void *ctx, const struct patient *p, struct slice json);

struct doctor *doctor_new(const struct story *s, const struct doctor_host *host,
                          uint64_t seed)
{
    struct doctor *d = mem_zalloc(sizeof *d);
    const struct questions_host asked = {examine, on_answered, d};

    d->story = s;
    d->site = story_site(s);
    d->host = *host;
    findings_init(&d->findings);
    questions_init(&d->questions, &asked, seed);
    breakage_init(&d->breakage);
    list_init(&d->waits);
    map_init(&d->by_call, seed, DOCTOR_WAITS);
    return d;
}

/* ---- forgetting ---------------------------------------------------------- */

static void wait_free(struct doctor *d, struct wait *w)
{
    map_remove(&d->by_call, &w->by_call);
    list_remove(&w->in_doctor);
    str_fini(&w->call);
    free(w);
}

void doctor_clear(struct doctor *d)
{
    findings_clear(&d->findings);
    questions_forget(&d->questions);
    LIST_EACH (l, &d->waits)
        wait_free(d, container_of(l, struct wait, in_doctor));
}

void doctor_free(struct doctor *d)
{
    if (!d)
        return;
    doctor_clear(d);
    questions_fini(&d->questions);
    breakage_fini(&d->breakage);
    map_fini(&d->by_call);
    free(d);
}

/* ---- answers ------------------------------------------------------------- */

static bool is_answer_out(const struct doctor *d, const struct told *t)
{
    return t->step.kind == STEP_ARROW && t->entry.proto == RECORD_SIP &&
           !t->is_request && t->result >= 200 && t->thread &&
           step_is_to_outside(d->site, t) && !step_is_from_outside(d->site, t);
}

/* Did a success go out where only nodes should be? */
static bool is_by_wrong_door(const struct doctor *d, const struct told *t)
{
    const struct topology_node *n = d->site->nodes[t->step.from].node;

    return !node_is_for_phones(n, &t->entry.local) &&
           !topology_find_external(d->site->topology, slice_of(t->to));
}

/* How often the same bytes went to the same party just before. */
static unsigned count_same(const struct doctor *d, const struct told *t)
{
    unsigned n = 0, left = LOOK_BACK;

    for (const struct told *it = told_before(t); it && left--;
         it = told_before(it))
        n += is_answer_out(d, it) && it->entry.pair == t->entry.pair &&
             it->step.to == t->step.to;
    return n;
}

static bool is_success(const struct doctor *d, const struct told *t)
{
    return is_answer_out(d, t) && t->result < 300 && !is_by_wrong_door(d, t) &&
           count_same(d, t) == 0;
}

/* ---- findings ------------------------------------------------------------ */

/* What went well since then may have been noted already. */
static void note_since(const struct doctor *d, const struct told *end,
                       struct finding *f)
{
    for (const struct told *t = end; t && !f->solved_us;
         t = story_next(d->story, t))
        if (is_success(d, t))
            findings_note_success_of(f, d->story, t);
}

static void judge(struct doctor *d, const struct trouble *t)
{
    struct finding *f = rules_judge(t);

    if (!f)
        return;
    findings_keep(&d->findings, f);
    note_since(d, t->end, f);
}

const struct finding *doctor_older(const struct doctor *d,
                                   const struct finding *f)
{
    return findings_older(&d->findings, f);
}

uint64_t doctor_last(const struct doctor *d)
{
    return d->findings.last_change;
}

uint64_t doctor_skipped(const struct doctor *d)
{
    return d->skipped;
}

void doctor_note_faults(struct doctor *d, unsigned node, const json_t *faults,
                        int64_t now_us)
{
    breakage_set(&d->breakage, node, faults, now_us);
}

/* ---- examining ----------------------------------------------------------- */

static bool ask(struct doctor *d, const struct trouble *t)
{
    const struct topology_network *network = consult_network(t);
    struct buf body;
    bool asked;

    if (!network)
        return false;
    buf_init(&body, CONSULT_MAX);
    consult_print(t, &body);
    asked = questions_put(&d->questions, t, network, buf_slice(&body));
    buf_fini(&body);
    return asked;
}

static void examine(void *ctx, const struct topology_network *network,
                    struct slice body, struct patient *p)
{
    struct doctor *d = ctx;

    d->host.examine(d->host.ctx, network, body, p);
}

static void on_answered(void *ctx, const struct patient *p, struct slice json)
{
    struct doctor *d = ctx;
    const struct told *end = story_at(d->story, p->step);
    json_t *j =
        json.n ? json_loadb(json.p, json.n, JSON_ALLOW_NUL, NULL) : NULL;
    struct trouble t;

    if (end) {
        trouble_open(&t, d->story, p->kind, end);
        t.breakage = &d->breakage;
        t.examined = j;
        judge(d, &t);
        trouble_close(&t);
    }
    json_decref(j);
}

void doctor_examined(struct patient *p, struct slice json)
{
    questions_answer(p, json);
}

static bool has_time(struct doctor *d, enum trouble_kind kind)
{
    if (kind == TROUBLE_SAID)
        return d->heard < DOCTOR_SAID && ++d->heard > 0;
    if (d->looked_at < DOCTOR_TURN)
        return ++d->looked_at > 0;
    d->skipped++;
    return false;
}

static void look_at(struct doctor *d, enum trouble_kind kind,
                    const struct told *end)
{
    struct trouble t;

    if (!has_time(d, kind))
        return;
    trouble_open(&t, d->story, kind, end);
    t.breakage = &d->breakage;
    if (!rules_need_hss(&t) || !ask(d, &t))
        judge(d, &t);
    trouble_close(&t);
}

/* ---- challenges that wait ------------------------------------------------ */

static struct wait *find_wait(const struct doctor *d, const struct told *t)
{
    struct map_node *at =
        t->thread ? map_find(&d->by_call, str_slice(&t->thread->call)) : NULL;

    return at ? container_of(at, struct wait, by_call) : NULL;
}

static void stop_waiting(struct doctor *d, const struct told *t)
{
    struct wait *w = find_wait(d, t);

    if (w)
        wait_free(d, w);
}

static void begin_waiting(struct doctor *d, const struct told *t)
{
    struct wait *w;

    stop_waiting(d, t);
    if (!t->thread || d->by_call.count == DOCTOR_WAITS)
        return;
    w = mem_zalloc(sizeof *w);
    str_set(&w->call, str_slice(&t->thread->call));
    w->step = t->id;
    w->due_us = t->step.wall_us + DOCTOR_SILENCE_US;
    list_append(&d->waits, &w->in_doctor);
    map_add(&d->by_call, &w->by_call, str_slice(&w->call));
}

void doctor_rest(struct doctor *d)
{
    d->looked_at = d->heard = 0;
}

void doctor_turn(struct doctor *d, int64_t until_us)
{
    doctor_rest(d);
    LIST_EACH (l, &d->waits) {
        struct wait *w = container_of(l, struct wait, in_doctor);
        const struct told *end = story_at(d->story, w->step);

        if (w->due_us > until_us)
            break;
        wait_free(d, w);
        if (end && end->thread)
            look_at(d, TROUBLE_UNANSWERED, end);
    }
    findings_tell(&d->findings, d->host.on_finding, d->host.ctx);
}

/* ---- steps that give something away -------------------------------------- */

/* 401s to this party since its last success, this one included. */
static unsigned count_challenges(const struct doctor *d, const struct told *t)
{
    unsigned n = 1, left = LOOK_BACK * CHALLENGES;

    for (const struct told *it = told_before(t); it && left--;
         it = told_before(it)) {
        if (!is_answer_out(d, it) || strcmp(it->method, t->method) != 0)
            continue;
        if (it->result != 401)
            return n;
        n += count_same(d, it) == 0;
    }
    return n;
}

static void note_challenge(struct doctor *d, const struct told *t)
{
    begin_waiting(d, t);
    if (count_challenges(d, t) % CHALLENGES == 0)
        look_at(d, TROUBLE_AGAIN, t);
}

static void note_answer(struct doctor *d, const struct told *t)
{
    unsigned same = count_same(d, t);

    if (same + 1 == REPEATED)
        look_at(d, TROUBLE_REPEATED, t);
    if (same)
        return;
    if (t->result == 401)
        note_challenge(d, t);
    else if (t->result < 300) {
        if (is_by_wrong_door(d, t))
            look_at(d, TROUBLE_SERVED, t);
        else
            findings_note_success(&d->findings, d->story, t);
    } else if (t->result >= 400 && t->result != 407 && t->result != 487 &&
               t->result != 491)
        look_at(d, TROUBLE_REFUSED, t);
}

void doctor_note(struct doctor *d, const struct told *t)
{
    if (is_answer_out(d, t))
        note_answer(d, t);
    else if (slice_eq(t->entry.reason, S("peer-open")))
        findings_note_open(&d->findings, t);
    else if (t->step.kind == STEP_SAYS && !t->entry.fault.n &&
             (t->entry.reason.n || t->entry.kind == RECORD_DROP))
        look_at(d, TROUBLE_SAID, t);
    else if (t->is_request && step_is_from_outside(d->site, t))
        stop_waiting(d, t);
}
