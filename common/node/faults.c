/* SPDX-License-Identifier: MIT
 *
 * The rules that are on, and what they do with a message:
 *
 *   judge      a rule that loses or answers it?   -> lost, answered
 *              how long do the others hold it?    -> held, doubled, or passes
 *   sweep      rules that have struck for the last time
 *
 * FLT-1.
 */
#include "diameter/message.h"
#include "node/events.h"
#include "node/faults_rule.h"
#include "node/frame.h"
#include <assert.h>
#include <stdio.h>

enum { REORDER_MOST_US = 1 * SECOND };

static const char proc[] = "FLT-1", clause[] = "docs/faults.md";

static bool passes(void *ctx, const struct fault_message *m,
                   const struct fault_exit *exit);
static void forget(void *ctx, const void *owner);
static void sweep(struct faults *f);

/* ---- the hook is there while there is something to do ---------------------
 */

static void update_hook(struct faults *f)
{
    bool needed = f->count > 0 || f->held.count > 0;

    f->node->env.faults = needed ? &f->hook : NULL;
}

static void on_gone(void *ctx)
{
    sweep(ctx);
}

static double count_rules(void *ctx)
{
    return ((const struct faults *)ctx)->count;
}

static double count_held(void *ctx)
{
    return ((const struct faults *)ctx)->held.count;
}

static void add_figures(struct faults *f)
{
    struct metrics *m = f->node->env.metrics;
    char label[40];

    for (enum topology_fault_action a = FAULT_LOSS; a <= FAULT_DEAD; a++) {
        snprintf(label, sizeof label, "action=\"%s\"",
                 topology_fault_action_name(a));
        f->struck[a] =
            metrics_counter(m, "imsbox_fault_strikes_total", label,
                            "Messages that faults on purpose struck");
    }
    metrics_gauge(m, "imsbox_faults", "", "Faults on purpose that are on",
                  count_rules, f);
    metrics_gauge(m, "imsbox_faults_held", "", "Messages that faults hold",
                  count_held, f);
}

struct faults *faults_new(struct node *n)
{
    struct faults *f = mem_zalloc(sizeof *f);

    f->node = n;
    list_init(&f->rules);
    f->hook = (struct fault_hook){f, passes, forget};
    faults_held_init(&f->held, n->env.timers, on_gone, f);
    add_figures(f);
    faults_reload(f);
    return f;
}

static void rule_free(struct rule *r)
{
    struct faults *f = r->faults;

    timer_stop(f->node->env.timers, &r->expiry);
    list_remove(&r->link);
    f->count -= !r->over;
    faults_release_all(&f->held, r);
    faults_match_fini(&r->match);
    arena_fini(&r->arena);
    str_fini(&r->by);
    free(r);
}

void faults_free(struct faults *f)
{
    if (!f)
        return;
    LIST_EACH (it, &f->rules)
        rule_free(container_of(it, struct rule, link));
    timer_stop(f->node->env.timers, &f->mended);
    faults_held_fini(&f->held);
    f->node->env.faults = NULL;
    free(f);
}

/* ---- on and off -----------------------------------------------------------
 */

static struct rule *find(const struct faults *f, struct slice name)
{
    for (struct list *l = f->rules.next; l != &f->rules; l = l->next) {
        struct rule *r = container_of(l, struct rule, link);

        if (!r->over && slice_eq_nocase(slice_of(r->what.name), name))
            return r;
    }
    return NULL;
}

/* For the record and the log: a teacher wants to know who did it. */
static void tell(const struct rule *r, const char *what, struct slice by)
{
    const struct env *env = &r->faults->node->env;
    struct record_message m = {.kind = RECORD_SAYS,
                               .fault = slice_of(r->what.name)};
    char sentence[FAULTS_SENTENCE_MAX];
    struct buf b;

    buf_over(&b, sentence, sizeof sentence - 1);
    faults_print(&r->what, &b);
    if (by.n)
        buf_printf(&b, " (%.*s)", SLICE_ARG(slice_first(by, 80)));
    events_hurry(r->faults->node->frame->events);
    record_fault(env->record, &m, proc, clause, "fault %s is %s: it %.*s",
                 r->what.name, what, SLICE_ARG(buf_slice(&b)));
    log_at(env->log, LOG_WARN, "%s: fault %s is %s: it %.*s", env->name,
           r->what.name, what, SLICE_ARG(buf_slice(&b)));
}

static void sweep(struct faults *f)
{
    if (f->depth > 0)
        return;
    LIST_EACH (it, &f->rules) {
        struct rule *r = container_of(it, struct rule, link);

        if (r->last)
            tell(r, r->last, str_slice(&r->by));
        r->last = NULL;
        if (r->over && (r->lets_go || !faults_first_held(&f->held, r)))
            rule_free(r);
    }
    update_hook(f);
}

static void on_mended(void *ctx)
{
    struct node *n = ((struct faults *)ctx)->node;

    if (n->role->try_neighbours)
        n->role->try_neighbours(n);
}

/* Neighbours are told of it at the next turn: it may end while one of their
 * messages is judged. */
static void end(struct rule *r, bool lets_go)
{
    struct faults *f = r->faults;

    if (!r->over && r->what.protocol != FAULT_SIP)
        timer_start(f->node->env.timers, &f->mended, 0, on_mended, f);
    f->count -= !r->over;
    r->over = true;
    r->lets_go = lets_go;
}

static void on_expiry(void *ctx)
{
    struct rule *r = ctx;
    struct faults *f = r->faults;

    r->last = "over, its time is up";
    end(r, true);
    sweep(f);
}

static const char *keep(struct arena *a, const char *text)
{
    struct slice kept = slice_keep(a, slice_at(text, strlen(text) + 1));

    assert(kept.p);
    return kept.p;
}

static void keep_texts(struct rule *r, const struct topology_fault *from)
{
    arena_init(&r->arena, 0, SIZE_MAX);
    r->what = *from;
    r->what.name = keep(&r->arena, from->name);
    r->what.node = keep(&r->arena, from->node);
    r->what.link[0] = keep(&r->arena, from->link[0]);
    r->what.link[1] = keep(&r->arena, from->link[1]);
    r->what.peer = keep(&r->arena, from->peer);
    r->what.method = keep(&r->arena, from->method);
    r->what.result = keep(&r->arena, from->result);
    r->what.text = keep(&r->arena, from->text);
    r->what.reason = keep(&r->arena, from->reason);
}

static void add(struct faults *f, const struct topology_fault *part,
                struct slice by, bool from_topology)
{
    const struct env *env = &f->node->env;
    struct rule *r = mem_zalloc(sizeof *r);

    r->faults = f;
    r->from_topology = from_topology;
    r->since_us = env->clock->mono_us;
    keep_texts(r, part);
    str_set(&r->by, by);
    faults_match_init(&r->match, env, f->node->topology, &r->what);
    if (r->what.ttl)
        timer_start(env->timers, &r->expiry, r->what.ttl, on_expiry, r);
    list_append(&f->rules, &r->link);
    f->count++;
    update_hook(f);
    tell(r, "on", by);
}

enum ims_err faults_add(struct faults *f, const struct topology_fault *rule,
                        struct slice by, struct why *why)
{
    const struct node *n = f->node;
    struct topology_fault part;

    if (!topology_fault_part(n->topology, rule, n->env.name, &part))
        return why_set(why, IMS_NOT_FOUND,
                       "%s sees none of these messages: another end of the "
                       "link, or another direction, is meant",
                       n->env.name);
    if (find(f, slice_of(part.name)))
        return why_set(why, IMS_EXISTS,
                       "there is a fault %s at %s already: clear it first, or "
                       "give this one another name",
                       part.name, n->env.name);
    if (f->count >= TOPOLOGY_FAULTS_MAX)
        return why_set(why, IMS_FULL,
                       "%u faults are on at %s already: clear some first",
                       f->count, n->env.name);
    add(f, &part, by, false);
    return IMS_OK;
}

bool faults_clear(struct faults *f, struct slice name, struct slice by)
{
    struct rule *r = find(f, name);

    if (!r)
        return false;
    tell(r, "cleared", by);
    end(r, true);
    sweep(f);
    return true;
}

static void clear(struct faults *f, bool topology_alone, struct slice by)
{
    LIST_EACH (it, &f->rules) {
        struct rule *r = container_of(it, struct rule, link);

        if (topology_alone && !r->from_topology)
            continue;
        if (!r->over)
            tell(r, "cleared", by);
        end(r, true);
    }
    sweep(f);
}

void faults_clear_all(struct faults *f, struct slice by)
{
    clear(f, false, by);
}

void faults_reload(struct faults *f)
{
    const struct topology *t = f->node->topology;
    struct topology_fault part;

    clear(f, true, S("the topology"));
    for (unsigned i = 0; i < t->fault_count; i++)
        if (topology_fault_part(t, &t->faults[i], f->node->env.name, &part) &&
            !find(f, slice_of(part.name)))
            add(f, &part, S("the topology"), true);
}

void faults_begin_anew(struct faults *f)
{
    clear(f, false, S("a reset"));
    faults_reload(f);
}

/* ---- does a rule strike? --------------------------------------------------
 */

/* Nobody answers an ACK; and peers that are not connected yet are refused by
 * who says so by name. */
static bool is_answerable(const struct rule *r, const struct fault_message *m,
                          const struct fault_exit *exit)
{
    static const char *const base[] = {"CE", "DW", "DP"};

    if (!exit->answer || !m->is_request || slice_eq(m->method, S("ACK")) ||
        m->method.n == 0)
        return false;
    for (unsigned i = 0; i < 3 && !*r->what.method; i++)
        if (m->proto == RECORD_DIAMETER &&
            slice_eq(m->method, slice_of(base[i])))
            return false;
    return true;
}

static bool is_possible(const struct rule *r, const struct fault_message *m,
                        const struct fault_exit *exit)
{
    switch (r->what.action) {
    case FAULT_LOSS:
    case FAULT_DEAD: return true;
    case FAULT_DELAY:
    case FAULT_DUPLICATE:
    case FAULT_REORDER: return exit->pass != NULL;
    case FAULT_ANSWER: return is_answerable(r, m, exit);
    }
    return false;
}

/* Counts, and throws the dice. */
static bool strikes(struct rule *r)
{
    struct faults *f = r->faults;

    if (++r->matched % r->what.every != 0)
        return false;
    if (r->what.percent < 100 &&
        dice_below(f->node->env.dice, 100) >= r->what.percent)
        return false;
    ++*f->struck[r->what.action];
    if (++r->struck == r->what.count) {
        r->last = "over, it has struck for the last time";
        end(r, false);
    }
    return true;
}

static bool is_about(struct rule *r, const struct fault_message *m,
                     const struct fault_exit *exit)
{
    return is_possible(r, m, exit) && faults_matches(&r->match, m);
}

static bool ends_it(enum topology_fault_action a)
{
    return a == FAULT_LOSS || a == FAULT_DEAD || a == FAULT_ANSWER;
}

/* ---- what is done, and recorded -------------------------------------------
 */

/* By the name that the rule has for it, or its own, or its address. */
static struct slice print_other(const struct rule *r,
                                const struct fault_message *m,
                                char text[ADDR_TEXT_MAX])
{
    if (*r->what.peer && !m->from_phone)
        return slice_of(r->what.peer);
    if (m->peer.n && !m->from_phone)
        return slice_first(m->peer, 100);
    return slice_of(addr_text(&m->remote, text));
}

/* What became of it, as programs know it. */
static const char *reason_of(const struct rule *r)
{
    switch (r->what.action) {
    case FAULT_LOSS:
    case FAULT_DEAD: return "fault-lost";
    case FAULT_DELAY:
    case FAULT_REORDER: return "fault-held";
    case FAULT_DUPLICATE: return "fault-doubled";
    case FAULT_ANSWER: return "fault-answered";
    }
    return NULL;
}

static void record(const struct rule *r, const struct fault_message *m,
                   enum record_kind kind, const char *deed)
{
    const struct env *env = &r->faults->node->env;
    bool is_diameter = m->proto == RECORD_DIAMETER;
    char *masked = is_diameter ? mem_alloc(m->bytes.n) : NULL;
    char text[120], remote[ADDR_TEXT_MAX];
    struct record_message rec = {.kind = kind,
                                 .proto = m->proto,
                                 .local = m->local,
                                 .remote = m->remote,
                                 .about = m->about,
                                 .bytes = m->bytes,
                                 .fault = slice_of(r->what.name)};
    struct buf b;

    if (masked) {
        memcpy(masked, m->bytes.p, m->bytes.n);
        diameter_mask(masked, m->bytes.n);
        rec.bytes = slice_at(masked, m->bytes.n);
    }
    rec.about.reason = reason_of(r);
    if (kind == RECORD_SAYS)
        rec.bytes = S("");
    buf_over(&b, text, sizeof text - 1);
    faults_print_message(m, &b);
    if (kind == RECORD_RX)
        record_message(env->record, &rec);
    else
        record_fault(env->record, &rec, proc, clause,
                     "%s by fault %s: %.*s %s %.*s", deed, r->what.name,
                     SLICE_ARG(buf_slice(&b)), m->out ? "to" : "from",
                     SLICE_ARG(print_other(r, m, remote)));
    free(masked);
}

static void lose(struct rule *r, const struct fault_message *m)
{
    record(r, m, m->out ? RECORD_LOST : RECORD_DROP,
           r->what.action == FAULT_DEAD ? "lost, as the node is dead,"
                                        : "lost");
}

static void answer(struct rule *r, const struct fault_message *m,
                   const struct fault_exit *exit)
{
    struct fault_answer a = {.code = (unsigned)r->what.answer,
                             .vendor = (uint32_t)r->what.vendor,
                             .reason = *r->what.reason ? r->what.reason : NULL};
    char deed[40];

    snprintf(deed, sizeof deed, "answered %u", a.code);
    record(r, m, RECORD_RX, deed);
    record(r, m, RECORD_SAYS, deed);
    exit->answer(exit->owner, exit->way, m->bytes, &a);
}

static int64_t length_of(const struct rule *r)
{
    uint64_t jitter = (uint64_t)r->what.jitter;

    return r->what.delay +
           (jitter ? (int64_t)dice_below(r->faults->node->env.dice, jitter + 1)
                   : 0);
}

static bool hold(struct rule *r, const struct fault_message *m,
                 const struct fault_exit *exit, int64_t us, const char *deed)
{
    bool held = faults_hold(&r->faults->held, m, exit, us, r) != NULL;

    record(r, m, RECORD_SAYS,
           held ? deed : "not held, as so much is held already,");
    return held;
}

static bool delay(struct rule *r, const struct fault_message *m,
                  const struct fault_exit *exit, int64_t us)
{
    char deed[60];

    snprintf(deed, sizeof deed, "held for %lld ms", (long long)(us / MSEC));
    return hold(r, m, exit, us, deed);
}

static void duplicate(struct rule *r, const struct fault_message *m,
                      const struct fault_exit *exit, int64_t us)
{
    for (uint64_t i = 0; i < r->what.copies; i++)
        hold(r, m, exit, us, "doubled");
}

/* True: held until the next one has passed. That one lets it go. */
static bool reorder(struct rule *r, const struct fault_message *m,
                    const struct fault_exit *exit)
{
    struct held *before = faults_first_held(&r->faults->held, r);

    if (before)
        faults_release(&r->faults->held, before);
    else if (!r->over && strikes(r))
        return hold(r, m, exit, r->what.delay ? r->what.delay : REORDER_MOST_US,
                    "held until the next one has passed,");
    return false;
}

/* ---- judging ---------------------------------------------------------------
 */

/* Answers who lost or answered it; NULL: nobody. */
static struct rule *find_end(struct faults *f, const struct fault_message *m,
                             const struct fault_exit *exit)
{
    LIST_EACH (it, &f->rules) {
        struct rule *r = container_of(it, struct rule, link);

        if (!r->over && ends_it(r->what.action) && is_about(r, m, exit) &&
            strikes(r))
            return r;
    }
    return NULL;
}

static bool slow_down(struct faults *f, const struct fault_message *m,
                      const struct fault_exit *exit)
{
    struct rule *slowest = NULL;
    int64_t us = 0;

    LIST_EACH (it, &f->rules) {
        struct rule *r = container_of(it, struct rule, link);

        if (r->over || r->what.action != FAULT_DELAY || !is_about(r, m, exit) ||
            !strikes(r))
            continue;
        us += length_of(r);
        slowest = r;
    }
    LIST_EACH (it, &f->rules) {
        struct rule *r = container_of(it, struct rule, link);

        if (ends_it(r->what.action) || r->what.action == FAULT_DELAY ||
            !is_about(r, m, exit))
            continue;
        if (r->what.action == FAULT_REORDER && !slowest && reorder(r, m, exit))
            return false;
        if (r->what.action == FAULT_DUPLICATE && !r->over && strikes(r))
            duplicate(r, m, exit, us);
    }
    return !slowest || !delay(slowest, m, exit, us);
}

static bool passes(void *ctx, const struct fault_message *m,
                   const struct fault_exit *exit)
{
    struct faults *f = ctx;
    struct rule *r;
    bool whole = false;

    f->depth++;
    r = find_end(f, m, exit);
    if (!r)
        whole = slow_down(f, m, exit);
    else if (r->what.action == FAULT_ANSWER)
        answer(r, m, exit);
    else
        lose(r, m);
    f->depth--;
    sweep(f);
    return whole;
}

static void forget(void *ctx, const void *owner)
{
    struct faults *f = ctx;

    faults_held_forget(&f->held, owner);
}
