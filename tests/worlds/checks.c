/* SPDX-License-Identifier: MIT
 *
 * What must be true when a world is calm, and when it is quiet.
 */
#include "worlds/wire.h"
#include "worlds/world.h"
#include <malloc.h>
#include <sqlite3.h>
#include <stdio.h>

enum {
    PAGE = 1 << 20,
    TEXTS = 512, /* bytes by which texts of one kind may differ */
};

/* In how many nodes of the role does the page have the text; the last. */
static unsigned holders(struct world *w, enum topology_role role,
                        const char *path, const char *text,
                        const struct core_node **who)
{
    unsigned count = 0;

    for (unsigned i = 0; i < w->core.count; i++) {
        struct core_node *n = &w->core.nodes[i];
        struct buf body;

        if (n->self->role != role)
            continue;
        buf_init(&body, PAGE);
        if (core_get(n, path, &body) &&
            slice_find(buf_slice(&body), slice_of(text)) >= 0) {
            count++;
            *who = n;
        }
        buf_fini(&body);
    }
    return count;
}

/* sip:user3@127.0.9.4:5060, without what may stand around it. */
static void print_contact(const struct phone *p, char text[64])
{
    char addr[ADDR_TEXT_MAX];

    snprintf(text, 64, "sip:user%u@%s", p->plan->subscriber,
             addr_text(&p->local, addr));
}

/* Likewise, whole and registered, as a P-CSCF lists it. */
static void print_bound(const struct phone *p, char text[128])
{
    struct slice inside = slice_at(str_c(&p->contact) + 1, p->contact.n - 2);

    snprintf(text, 128, "\"contact\":\"%.*s\",\"registered\":true",
             SLICE_ARG(inside));
}

/* ---- calls ---------------------------------------------------------------
 */

static bool is_dismissed(const struct world *w, const struct phone *p)
{
    for (unsigned i = 0; i < w->plan->action_count; i++) {
        const struct plan_action *a = &w->plan->actions[i];

        if (!a->off && a->kind == PLAN_DISMISS &&
            w->plan->phones[a->phone].subscriber == p->plan->subscriber)
            return true;
    }
    return false;
}

/* What a P-CSCF knew of a call died with it (TS 24.229 5.2.8 has no more), or
 * was forgotten when the registration ended (5.2.8.1.4). */
static bool is_known(struct world *w, const struct phone *p,
                     const struct call *c)
{
    const struct core_node *n = core_node_at(&w->core, &p->proxy), *who;
    char bound[128];

    print_bound(p, bound);
    return n->died_us < c->began_us && p->bound_since_us <= c->began_us &&
           !(w->plan->reg_event && is_dismissed(w, p)) &&
           holders(w, TOPOLOGY_PCSCF, "/api/v1/registrations", bound, &who);
}

static struct phone *partner_of(struct world *w, const struct call *c)
{
    for (unsigned i = 0; i < w->plan->phone_count; i++) {
        struct phone *p = &w->phones[i];
        const struct call *d = phone_newest_call(p);

        if (d && d != c &&
            slice_eq(str_slice(&d->dialog.call_id),
                     str_slice(&c->dialog.call_id)) &&
            slice_eq(str_slice(&d->dialog.local_tag),
                     str_slice(&c->dialog.remote_tag)) &&
            slice_eq(str_slice(&d->dialog.remote_tag),
                     str_slice(&c->dialog.local_tag)))
            return p;
    }
    return NULL;
}

/* Both ends' requests pass. */
void check_routes(struct world *w)
{
    for (unsigned i = 0; i < w->plan->phone_count; i++) {
        struct phone *p = &w->phones[i], *other;
        const struct call *c = phone_newest_call(p);

        other = c ? partner_of(w, c) : NULL;
        if (!other || !is_known(w, p, c) ||
            !is_known(w, other, phone_newest_call(other)))
            continue;
        (void)phone_update(p);
        sim_run_for(w->sim, 1 * SECOND);
        w->seen_through++;
        if (p->update_status != 200)
            core_break(&w->core, CHECK_ROUTE,
                       "in its call with phone%u phone%u gets %u to an UPDATE",
                       other->index, i, p->update_status);
    }
}

void check_nothing_under_way(struct world *w, const char *when)
{
    static const char *const keys[] = {"transactions", "requests_in_progress"};

    for (unsigned i = 0; i < w->plan->phone_count; i++) {
        if (phone_asks(&w->phones[i]))
            core_break(&w->core, CHECK_UNDER_WAY,
                       "%s phone%u waits for %u answers", when, i,
                       phone_asks(&w->phones[i]));
        if (phone_calls(&w->phones[i]))
            core_break(&w->core, CHECK_UNDER_WAY, "%s phone%u has %u calls",
                       when, i, phone_calls(&w->phones[i]));
    }
    if (w->core.orders)
        core_break(&w->core, CHECK_ANSWERED,
                   "%s %u orders of the operator are not answered", when,
                   w->core.orders);
    for (unsigned i = 0; i < w->core.count; i++)
        for (unsigned k = 0; k < sizeof keys / sizeof *keys; k++) {
            struct core_node *n = &w->core.nodes[i];
            uint64_t left = core_figure(n, keys[k]);

            if (left)
                core_break(&w->core, CHECK_UNDER_WAY, "%s %s has %llu %s", when,
                           n->self->name, (unsigned long long)left, keys[k]);
        }
}

/* Whose BYE got lost with a fault is followed on, until its phone goes. */
void note_dialogs(struct world *w)
{
    for (unsigned i = 0; i < w->core.count; i++)
        w->dialogs[i] = core_figure(&w->core.nodes[i], "dialogs");
}

void check_dialogs(struct world *w)
{
    sim_run_for(w->sim, 60 * SECOND);
    for (unsigned i = 0; i < w->core.count; i++) {
        struct core_node *n = &w->core.nodes[i];
        uint64_t left = core_figure(n, "dialogs");

        if (left > w->dialogs[i])
            core_break(&w->core, CHECK_LEFT_OVER,
                       "%s follows %llu dialogs, before the calls %llu",
                       n->self->name, (unsigned long long)left,
                       (unsigned long long)w->dialogs[i]);
    }
}

/* ---- registrations -------------------------------------------------------
 */

static void agree_on(struct world *w, const struct phone *p)
{
    const struct core_node *pcscf = NULL, *scscf = NULL, *hss = NULL;
    char contact[64], bound[128], path[128], server[128];
    unsigned held;

    print_contact(p, contact);
    print_bound(p, bound);
    snprintf(path, sizeof path, "/api/v1/subscribers/%s/registration",
             str_c(&p->impi));
    held = holders(w, TOPOLOGY_PCSCF, "/api/v1/registrations", bound, &pcscf);
    if (held != 1)
        core_break(&w->core, CHECK_AGREEMENT, "%u P-CSCFs know %s", held,
                   contact);
    held = holders(w, TOPOLOGY_SCSCF, "/api/v1/registrations", contact, &scscf);
    if (held != 1)
        core_break(&w->core, CHECK_AGREEMENT, "%u S-CSCFs know %s", held,
                   contact);
    if (held < 1)
        return;
    snprintf(server, sizeof server, "\"scscf\":\"sip:%s", scscf->self->fqdn);
    if (holders(w, TOPOLOGY_HSS, path, server, &hss) != 1)
        core_break(&w->core, CHECK_AGREEMENT,
                   "the HSS does not know that %s is at %s", str_c(&p->impu),
                   scscf->self->name);
    if (holders(w, TOPOLOGY_HSS, path, "\"state\":\"registered\"", &hss) != 1)
        core_break(&w->core, CHECK_AGREEMENT,
                   "the HSS does not know that %s is registered",
                   str_c(&p->impu));
}

/* Of phones that share a subscriber the last one's contact counts: without
 * reg-id a private identity has those of its last REGISTER (S-REG-4). */
static bool was_replaced(const struct world *w, unsigned i)
{
    for (unsigned k = i + 1; k < w->plan->phone_count; k++)
        if (w->plan->phones[k].subscriber == w->plan->phones[i].subscriber &&
            world_is_there(w, k))
            return true;
    return false;
}

void check_agreement(struct world *w)
{
    for (unsigned i = 0; i < w->plan->phone_count; i++)
        if (world_is_there(w, i) && !w->plan->phones[i].wrong &&
            !w->plan->phones[i].barred && !was_replaced(w, i))
            agree_on(w, &w->phones[i]);
}

/* ---- registrations that the network ends ---------------------------------
 */

static void dismiss(struct world *w, unsigned subscriber)
{
    unsigned home = w->plan->phones[subscriber].network;
    char path[96];

    snprintf(path, sizeof path, "/api/v1/subscribers/user%u@%s/deregister",
             subscriber, plan_domain(home));
    wire_change(w->core.wire, subscriber);
    core_order(&w->core, home,
               &(struct core_order){.method = "POST",
                                    .path = path,
                                    .type = "application/json",
                                    .body = "{\"reason\": \"SERVER_CHANGE\"}"});
    sim_run_for(w->sim, 2 * SECOND);
}

/* What the HSS ends is over at the S-CSCF and, by its word, at the P-CSCF. */
void check_told(struct world *w)
{
    for (unsigned i = 0; i < w->plan->phone_count; i++) {
        struct phone *p = &w->phones[i];
        const struct core_node *who = NULL;
        char contact[64], bound[128];

        if (!world_is_there(w, i) || w->plan->phones[i].wrong ||
            w->plan->phones[i].barred || was_replaced(w, i))
            continue;
        print_contact(p, contact);
        print_bound(p, bound);
        if (!holders(w, TOPOLOGY_PCSCF, "/api/v1/registrations", bound, &who))
            continue;
        dismiss(w, p->plan->subscriber);
        w->ends_told++;
        if (holders(w, TOPOLOGY_SCSCF, "/api/v1/registrations", contact, &who))
            core_break(&w->core, CHECK_AGREEMENT, "%s has %s after its end",
                       who->self->name, contact);
        if (holders(w, TOPOLOGY_PCSCF, "/api/v1/registrations", bound, &who))
            core_break(&w->core, CHECK_AGREEMENT,
                       "%s was not told that the network ended %s",
                       who->self->name, contact);
    }
}

/* ---- in the end ----------------------------------------------------------
 */

void checks_begin(struct world *w)
{
    sim_run_for(w->sim, 60 * SECOND);
    for (unsigned i = 0; i < w->core.count; i++)
        w->at_start[i] = sim_host_figures(w->core.nodes[i].host);
}

/* Users that are served though they are not registered have a timer each. */
static void check_figures(struct world *w, unsigned i)
{
    struct core_node *n = &w->core.nodes[i];
    struct sim_figures was = w->at_start[i], is;

    if (!n->host) /* it did not start again */
        return;
    is = sim_host_figures(n->host);
    if (is.timers > was.timers + core_figure(n, "identities") ||
        is.sockets != was.sockets || is.queries > was.queries)
        core_break(&w->core, CHECK_TIMERS,
                   "in the end %s has %zu timers (%zu at the start), %zu "
                   "sockets (%zu), %zu questions (%zu)",
                   n->self->name, is.timers, was.timers, is.sockets,
                   was.sockets, is.queries, was.queries);
}

static void check_hss(struct world *w, struct core_node *n)
{
    struct buf body;

    buf_init(&body, PAGE);
    if (!core_get(n, "/api/v1/registrations", &body) ||
        slice_find(buf_slice(&body), S("\"state\":\"registered\"")) >= 0)
        core_break(&w->core, CHECK_LEFT_OVER, "in the end %s believes: %.*s",
                   n->self->name, SLICE_ARG(buf_slice(&body)));
    buf_fini(&body);
}

/* Who is held without a contact is served as unregistered, and the HSS knows.
 */
static void check_held(struct world *w, unsigned subscriber)
{
    const struct core_node *scscf = NULL, *hss = NULL;
    const char *domain = plan_domain(w->plan->phones[subscriber].network);
    char impu[64], path[96];

    snprintf(impu, sizeof impu, "\"sip:user%u@%s\"", subscriber, domain);
    snprintf(path, sizeof path, "/api/v1/subscribers/user%u@%s/registration",
             subscriber, domain);
    if (holders(w, TOPOLOGY_SCSCF, "/api/v1/registrations", impu, &scscf) &&
        !holders(w, TOPOLOGY_HSS, path, "\"state\":\"unregistered\"", &hss))
        core_break(&w->core, CHECK_LEFT_OVER,
                   "in the end %s holds user%u, and the HSS does not know",
                   scscf->self->name, subscriber);
}

void check_nothing_left(struct world *w)
{
    for (unsigned i = 0; i < w->plan->phone_count; i++)
        if (w->plan->phones[i].subscriber == i)
            check_held(w, i);
    core_check_left(&w->core, true);
    for (unsigned i = 0; i < w->core.count; i++) {
        struct core_node *n = &w->core.nodes[i];

        if (n->self->role == TOPOLOGY_HSS)
            check_hss(w, n);
        check_figures(w, i);
    }
}

/* ---- memory --------------------------------------------------------------
 */

/* HEAD: what the heap counts of its own for a piece. */
#ifdef __SANITIZE_ADDRESS__
enum { HEAD = 0 };
size_t __sanitizer_get_current_allocated_bytes(void);

static size_t heap(void)
{
    return __sanitizer_get_current_allocated_bytes();
}
#else
enum { HEAD = 8 };
static size_t heap(void)
{
    struct mallinfo2 m = mallinfo2();

    return m.uordblks + m.hblkhd;
}
#endif

/* SQLite's page cache and the disk are the store's to fill, what passed on the
 * wire is ours. */
size_t world_memory(const struct world *w)
{
    sqlite3_int64 used, pieces, most;

    sqlite3_status64(SQLITE_STATUS_MEMORY_USED, &used, &most, 0);
    sqlite3_status64(SQLITE_STATUS_MALLOC_COUNT, &pieces, &most, 0);
    return heap() - (size_t)used - (size_t)pieces * HEAD -
           disk_bytes(w->core.disk) - wire_bytes(w->core.wire);
}

/* What leaks does so in each cycle; buffers of a node that serves for the first
 * time, and answers kept for repeated Cx requests, do not. */
bool check_memory(struct world *w, unsigned i)
{
    w->memory[i] = world_memory(w);
    if (w->core.verbose)
        printf("memory after cycle %u: %zu\n", i, w->memory[i]);
    if (i > 0 && w->memory[i] <= w->memory[i - 1] + TEXTS)
        return true;
    if (i == WORLD_CYCLES - 1)
        core_break(&w->core, CHECK_MEMORY,
                   "from one quiet to the next it grows by %zu bytes",
                   w->memory[i] - w->memory[i - 1]);
    return false;
}
