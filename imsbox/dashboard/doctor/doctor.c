/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/doctor/doctor.h"
#include "base/mem.h"
#include "imsbox/dashboard/doctor/consult.h"
#include "imsbox/dashboard/doctor/rules.h"
#include "imsbox/dashboard/thread.h"
#include <string.h>

enum {
    LOOK_BACK = 60,       /* steps of a thread */
    FOLD_US = 2 * SECOND, /* the same again within this is the same */
    REPEATED = 3,         /* the same answer so often is not heard */
    CHALLENGES = 3,       /* in a row; with AUTS two are normal */
};

struct patient {
    struct list in_doctor;
    struct doctor *doctor;
    enum trouble_kind kind;
    uint64_t step;
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
    struct list findings, patients, waits;
    struct map by_call;
    unsigned finding_count, patient_count, looked_at, heard;
    uint64_t last, skipped;
};

struct doctor *doctor_new(const struct story *s, const struct doctor_host *host,
                          uint64_t seed)
{
    struct doctor *d = mem_zalloc(sizeof *d);

    d->story = s;
    d->site = story_site(s);
    d->host = *host;
    list_init(&d->findings);
    list_init(&d->patients);
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

static void forget_finding(struct doctor *d, struct finding *f)
{
    list_remove(&f->in_doctor);
    d->finding_count--;
    finding_free(f);
}

void doctor_clear(struct doctor *d)
{
    LIST_EACH (l, &d->findings)
        forget_finding(d, container_of(l, struct finding, in_doctor));
    LIST_EACH (l, &d->waits)
        wait_free(d, container_of(l, struct wait, in_doctor));
}

void doctor_free(struct doctor *d)
{
    if (!d)
        return;
    doctor_clear(d);
    LIST_EACH (l, &d->patients) {
        list_remove(l);
        free(container_of(l, struct patient, in_doctor));
    }
    map_fini(&d->by_call);
    free(d);
}

/* ---- findings ------------------------------------------------------------ */

static bool same_text(const struct str *a, const struct str *b)
{
    return slice_eq(str_slice(a), str_slice(b));
}

static bool is_same(const struct finding *a, const struct finding *b)
{
    return a->cause == b->cause && same_text(&a->subject, &b->subject);
}

/* Is it what the older one says, no matter that it happened again? */
static bool says_no_more(const struct finding *f, const struct finding *older)
{
    if (!same_text(&older->what, &f->what))
        return false;
    if (f->cause->kind == CAUSE_NOTE && f->result == 0)
        return true;
    return f->at_us - older->at_us < FOLD_US &&
           same_text(&older->call, &f->call);
}

/* How often, this time included; *recent: one that says all of it. */
static unsigned count_times(const struct doctor *d, const struct finding *f,
                            struct finding **recent)
{
    *recent = NULL;
    for (struct list *l = d->findings.prev; l != &d->findings; l = l->prev) {
        struct finding *it = container_of(l, struct finding, in_doctor);

        if (!is_same(it, f))
            continue;
        if (says_no_more(f, it))
            *recent = it;
        return it->times + 1;
    }
    return 1;
}

/* The oldest note goes, without any the oldest finding. */
static void make_room(struct doctor *d)
{
    struct finding *oldest =
        container_of(d->findings.next, struct finding, in_doctor);

    for (struct list *l = d->findings.next; l != &d->findings; l = l->next) {
        struct finding *it = container_of(l, struct finding, in_doctor);

        if (it->cause->kind != CAUSE_NOTE)
            continue;
        oldest = it;
        break;
    }
    forget_finding(d, oldest);
}

static void keep(struct doctor *d, struct finding *f)
{
    struct finding *recent;

    f->times = count_times(d, f, &recent);
    if (recent) {
        recent->times = f->times;
        finding_free(f);
        return;
    }
    if (d->finding_count == DOCTOR_FINDINGS)
        make_room(d);
    f->id = ++d->last;
    list_append(&d->findings, &f->in_doctor);
    d->finding_count++;
    d->host.on_finding(d->host.ctx, f);
}

static void judge(struct doctor *d, const struct trouble *t)
{
    struct finding *f = rules_judge(t);

    if (f)
        keep(d, f);
}

const struct finding *doctor_older(const struct doctor *d,
                                   const struct finding *f)
{
    struct list *l = f ? f->in_doctor.prev : d->findings.prev;

    return l == &d->findings ? NULL
                             : container_of(l, struct finding, in_doctor);
}

uint64_t doctor_last(const struct doctor *d)
{
    return d->last;
}

uint64_t doctor_skipped(const struct doctor *d)
{
    return d->skipped;
}

/* ---- what goes well again ------------------------------------------------ */

/* Did that success of a call solve it? Who registers has solved it whatever
 * identities else the call names. */
static bool solves(const struct told *t, const struct finding *f)
{
    if (f->solved_us || strcmp(f->method, t->method) != 0)
        return false;
    if (strcmp(t->method, "REGISTER") == 0)
        return users_name(str_slice(&t->thread->users), str_slice(&f->subject));
    return same_text(&t->thread->users, &f->users);
}

/* Is it the connection that was lost, which stands again? */
static bool restores(const struct told *t, const struct finding *f)
{
    return !f->solved_us && f->cause == cause_of(CAUSE_LINK_LOST) &&
           slice_eq(str_slice(&f->subject), slice_of(t->from));
}

static void note_solved(struct doctor *d, const struct told *t,
                        bool (*fits)(const struct told *t,
                                     const struct finding *f))
{
    for (struct list *l = d->findings.next; l != &d->findings; l = l->next) {
        struct finding *f = container_of(l, struct finding, in_doctor);

        if (fits(t, f))
            f->solved_us = t->step.wall_us;
    }
}

/* ---- examining ----------------------------------------------------------- */

static void ask(struct doctor *d, const struct trouble *t)
{
    const struct topology_network *network = consult_network(t);
    struct patient *p;
    struct buf body;

    if (!network || d->patient_count == DOCTOR_QUESTIONS) {
        judge(d, t);
        return;
    }
    p = mem_zalloc(sizeof *p);
    p->doctor = d;
    p->kind = t->kind;
    p->step = t->end->id;
    list_append(&d->patients, &p->in_doctor);
    d->patient_count++;
    buf_init(&body, CONSULT_MAX);
    consult_print(t, &body);
    d->host.examine(d->host.ctx, network, buf_slice(&body), p);
    buf_fini(&body);
}

void doctor_examined(struct patient *p, struct slice json)
{
    struct doctor *d = p->doctor;
    const struct told *end = story_at(d->story, p->step);
    json_t *j = json.n ? json_loadb(json.p, json.n, 0, NULL) : NULL;
    struct trouble t;

    list_remove(&p->in_doctor);
    d->patient_count--;
    if (end) {
        trouble_open(&t, d->story, p->kind, end);
        t.examined = j;
        judge(d, &t);
        trouble_close(&t);
    }
    json_decref(j);
    free(p);
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
    if (rules_need_hss(&t))
        ask(d, &t);
    else
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
}

/* ---- steps that give something away -------------------------------------- */

static bool is_answer_out(const struct doctor *d, const struct told *t)
{
    return t->step.kind == STEP_ARROW && t->entry.proto == RECORD_SIP &&
           !t->is_request && t->result >= 200 && t->thread &&
           step_is_to_outside(d->site, t) && !step_is_from_outside(d->site, t);
}

static const struct told *before(const struct told *t)
{
    struct list *l = t->in_thread.prev;

    return l == &t->thread->told ? NULL
                                 : container_of(l, struct told, in_thread);
}

/* How often the same bytes went to the same party just before. */
static unsigned count_same(const struct doctor *d, const struct told *t)
{
    unsigned n = 0, left = LOOK_BACK;

    for (const struct told *it = before(t); it && left--; it = before(it))
        n += is_answer_out(d, it) && it->entry.pair == t->entry.pair &&
             it->step.to == t->step.to;
    return n;
}

/* 401s to this party since its last success, this one included. */
static unsigned count_challenges(const struct doctor *d, const struct told *t)
{
    unsigned n = 1, left = LOOK_BACK * CHALLENGES;

    for (const struct told *it = before(t); it && left--; it = before(it)) {
        if (!is_answer_out(d, it) || strcmp(it->method, t->method) != 0)
            continue;
        if (it->result != 401)
            return n;
        n += it->entry.pair != t->entry.pair;
    }
    return n;
}

static void note_challenge(struct doctor *d, const struct told *t)
{
    begin_waiting(d, t);
    if (count_challenges(d, t) % CHALLENGES == 0)
        look_at(d, TROUBLE_AGAIN, t);
}

/* Did a success go out where only nodes should be? */
static bool is_by_wrong_door(const struct doctor *d, const struct told *t)
{
    const struct topology_node *n = d->site->nodes[t->step.from].node;

    return !node_is_for_phones(n, &t->entry.local) &&
           !topology_find_external(d->site->topology, slice_of(t->to));
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
            note_solved(d, t, solves);
    } else if (t->result >= 400 && t->result != 407 && t->result != 487 &&
               t->result != 491)
        look_at(d, TROUBLE_REFUSED, t);
}

void doctor_note(struct doctor *d, const struct told *t)
{
    if (is_answer_out(d, t))
        note_answer(d, t);
    else if (slice_eq(t->entry.reason, S("peer-open")))
        note_solved(d, t, restores);
    else if (t->step.kind == STEP_SAYS &&
             (t->entry.reason.n || t->entry.kind == RECORD_DROP))
        look_at(d, TROUBLE_SAID, t);
    else if (t->is_request && step_is_from_outside(d->site, t))
        stop_waiting(d, t);
}
