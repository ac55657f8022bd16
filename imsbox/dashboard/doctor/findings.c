/* SPDX-License-Identifier: MIT */
#include "imsbox/dashboard/doctor/findings.h"
#include "imsbox/dashboard/doctor/trouble.h"
#include "imsbox/dashboard/thread.h"
#include <string.h>

static struct finding *finding_at(struct list *l)
{
    return container_of(l, struct finding, in_findings);
}

void findings_init(struct findings *s)
{
    *s = (struct findings){0};
    list_init(&s->list);
}

static void forget(struct findings *s, struct finding *f)
{
    list_remove(&f->in_findings);
    s->count--;
    finding_free(f);
}

void findings_clear(struct findings *s)
{
    LIST_EACH (l, &s->list)
        forget(s, finding_at(l));
}

/* ---- keeping ------------------------------------------------------------- */

static struct finding *find_same(const struct findings *s,
                                 const struct finding *f)
{
    for (struct list *l = s->list.prev; l != &s->list; l = l->prev)
        if (finding_is_same(finding_at(l), f))
            return finding_at(l);
    return NULL;
}

/* The oldest note goes, without any the oldest finding. */
static void make_room(struct findings *s)
{
    struct finding *oldest = finding_at(s->list.next);

    for (struct list *l = s->list.next; l != &s->list; l = l->next) {
        if (finding_at(l)->cause->kind != CAUSE_NOTE)
            continue;
        oldest = finding_at(l);
        break;
    }
    forget(s, oldest);
}

void findings_keep(struct findings *s, struct finding *f)
{
    struct finding *before = find_same(s, f);

    f->first_us = f->at_us;
    if (before) {
        finding_follow(f, before);
        forget(s, before);
    } else {
        f->id = ++s->last_id;
        if (s->count == DOCTOR_FINDINGS)
            make_room(s);
    }
    f->change = ++s->last_change;
    list_append(&s->list, &f->in_findings);
    s->count++;
}

/* ---- telling ------------------------------------------------------------- */

void findings_tell(struct findings *s,
                   void (*on_finding)(void *ctx, const struct finding *f),
                   void *ctx)
{
    struct list *l = s->list.prev;

    while (l != &s->list && finding_at(l)->change > s->told)
        l = l->prev;
    for (l = l->next; l != &s->list; l = l->next)
        on_finding(ctx, finding_at(l));
    s->told = s->last_change;
}

const struct finding *findings_older(const struct findings *s,
                                     const struct finding *f)
{
    const struct list *l = f ? f->in_findings.prev : s->list.prev;

    return l == &s->list ? NULL : container_of(l, struct finding, in_findings);
}

/* ---- what goes well again ------------------------------------------------ */

/* From and To are what a call names first; its way adds others, such as the
 * callee's contact. */
static struct slice who_calls_whom(const struct str *users)
{
    struct slice all = str_slice(users), rest = all, id;

    slice_cut(&rest, '\n', &id);
    slice_cut(&rest, '\n', &id);
    return slice_first(all, all.n - rest.n);
}

/* RFC 3323 §4.1.1; hosts below .invalid are nobody's (RFC 2606 §2). */
static bool hides_its_name(struct slice users)
{
    struct slice caller;

    return slice_cut(&users, '\n', &caller) &&
           (slice_ends_nocase(caller, S(".invalid")) ||
            users_name(caller, S("anonymous")));
}

/* A request that was served; by which private identity is looked up once. */
struct success {
    const struct story *story;
    const struct told *end;
    struct identity impi;
    bool is_read, names_card;
};

static void read_card(struct success *w)
{
    struct trouble served;

    if (w->is_read)
        return;
    trouble_open(&served, w->story, TROUBLE_SERVED, w->end);
    w->names_card = trouble_credential(&served, "username").n > 0;
    w->impi = served.impi;
    w->is_read = true;
    trouble_close(&served);
}

/* There the private identity itself is wrong: it never succeeds. */
static bool is_about_name(const struct finding *f)
{
    return f->cause == cause_of(CAUSE_UNKNOWN_PRIVATE) ||
           f->cause == cause_of(CAUSE_IDENTITIES_DONT_MATCH);
}

/* A user may have several cards, each with troubles of its own. */
static bool is_by_its_card(struct success *w, const struct finding *f)
{
    if (!f->says_impi || is_about_name(f))
        return true;
    read_card(w);
    return !w->names_card ||
           slice_eq(identity_slice(&w->impi), str_slice(&f->impi));
}

/* Did that success of a call solve it? Who registers has solved it whatever
 * identities else the call names; of a caller without a name only these tell
 * who it is. */
static bool solves(struct success *w, const struct finding *f)
{
    const struct told *t = w->end;

    if (strcmp(f->method, t->method) != 0)
        return false;
    if (strcmp(t->method, "REGISTER") == 0)
        return users_name(str_slice(&t->thread->users),
                          str_slice(&f->subject)) &&
               is_by_its_card(w, f);
    if (hides_its_name(str_slice(&f->users)))
        return slice_eq(str_slice(&t->thread->users), str_slice(&f->users));
    return slice_eq(who_calls_whom(&t->thread->users),
                    who_calls_whom(&f->users));
}

/* Is it the connection that was lost, which stands again? */
static bool restores(const struct told *t, const struct finding *f)
{
    return f->cause == cause_of(CAUSE_LINK_LOST) &&
           slice_eq(str_slice(&f->subject), slice_of(t->from)) &&
           slice_eq(str_slice(&f->peer), told_peer(t));
}

static void note_success(struct finding *f, struct success *w)
{
    if (!f->solved_us && solves(w, f))
        f->solved_us = w->end->step.wall_us;
}

void findings_note_success_of(struct finding *f, const struct story *s,
                              const struct told *t)
{
    struct success w = {.story = s, .end = t};

    note_success(f, &w);
}

void findings_note_success(struct findings *all, const struct story *s,
                           const struct told *t)
{
    struct success w = {.story = s, .end = t};

    for (struct list *l = all->list.next; l != &all->list; l = l->next)
        note_success(finding_at(l), &w);
}

void findings_note_open(struct findings *s, const struct told *t)
{
    for (struct list *l = s->list.next; l != &s->list; l = l->next) {
        struct finding *f = finding_at(l);

        if (!f->solved_us && restores(t, f))
            f->solved_us = t->step.wall_us;
    }
}
