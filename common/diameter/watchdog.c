/* SPDX-License-Identifier: MIT
 *
 * Is the peer alive? RFC 3539 3.4.1.
 *
 * H-DIA-1.
 */
#include "diameter/watchdog.h"

/* RFC 3539 3.4.1
 *
 *                   up (1)
 *        INITIAL ----------> OKAY <---------------------------+
 *           ^                 | ^  \ timer, no DWR pending (2)|
 *           |     down (3)    | |   +-- DWR --> OKAY          |
 *           +-----------------+ |                             |
 *                             | | anything received (5)       | third DWA (9)
 *     timer, DWR pending (4)  v |                             |
 *                           SUSPECT                           |
 *                             | timer (6), down (7)           |
 *                             v          up (8)               |
 *                           DOWN ------------------------> REOPEN
 *                             ^   timer twice without DWA (10)|
 *                             +------------- down (11) -------+
 *
 * Four things differ from the RFC's table. A connection that ends without
 * suspicion (3) is the other side's restart: it begins anew in INITIAL, not
 * in DOWN, so that a restarted node is used at once. In REOPEN the next DWR
 * follows its DWA at once (9), not at the next timer: three round trips prove
 * the path, not a minute and a half. And whatever is received shows that the
 * peer is alive: a DWA that was lost before (by a relay, by a fault on purpose)
 * does not make it suspect at the end of the next silence. And who knows that
 * the path is good again (a fault on purpose was cleared) may have it tried at
 * once (12): a DWR more, whatever the timer says; the state stays, and the
 * timer that would close the connection goes on.
 */

enum { DWAS_TO_REOPEN = 3, JITTER_US = 2 * SECOND, TW_LEAST_US = 6 * SECOND };

const char *watchdog_state_name(enum watchdog_state s)
{
    switch (s) {
    case WATCHDOG_INITIAL: return "INITIAL";
    case WATCHDOG_OKAY: return "OKAY";
    case WATCHDOG_SUSPECT: return "SUSPECT";
    case WATCHDOG_DOWN: return "DOWN";
    case WATCHDOG_REOPEN: return "REOPEN";
    }
    return "?";
}

static void on_timer(void *ctx)
{
    diameter_watchdog_event(ctx, WATCHDOG_TIMER_EXPIRES);
}

/* SetWatchdog(): Tw = Twinit - 2 s + 4 s * random */
static void set_watchdog(struct watchdog *w)
{
    int64_t jitter = w->tw_us < TW_LEAST_US ? w->tw_us / 15 : JITTER_US;
    int64_t us = w->tw_us - jitter +
                 (int64_t)dice_below(w->dice, 2 * (uint64_t)jitter + 1);

    timer_start(w->timers, &w->timer, us, on_timer, w);
}

static void enter(struct watchdog *w, enum watchdog_state state)
{
    w->state = state;
    w->since_us = w->clock->mono_us;
    if (state == WATCHDOG_INITIAL || state == WATCHDOG_DOWN) {
        w->pending = false;
        timer_stop(w->timers, &w->timer);
    }
}

static void send_watchdog(struct watchdog *w)
{
    set_watchdog(w);
    w->pending = true;
    w->actions->send_watchdog(w->ctx);
}

static void close_connection(struct watchdog *w)
{
    enter(w, WATCHDOG_DOWN);
    w->actions->close_connection(w->ctx);
}

static void initial(struct watchdog *w, enum watchdog_event ev)
{
    switch (ev) {
    case WATCHDOG_CONNECTION_UP: /* 1 */
        enter(w, WATCHDOG_OKAY);
        set_watchdog(w);
        w->actions->failback(w->ctx);
        break;
    case WATCHDOG_CONNECTION_DOWN:
    case WATCHDOG_RECEIVE_DWA:
    case WATCHDOG_RECEIVE_NON_DWA:
    case WATCHDOG_TRY_NOW:
    case WATCHDOG_TIMER_EXPIRES: break;
    }
}

static void okay(struct watchdog *w, enum watchdog_event ev)
{
    switch (ev) {
    case WATCHDOG_RECEIVE_DWA:
    case WATCHDOG_RECEIVE_NON_DWA:
        w->pending = false;
        set_watchdog(w);
        break;
    case WATCHDOG_TIMER_EXPIRES:
        if (!w->pending) { /* 2 */
            send_watchdog(w);
            break;
        }
        enter(w, WATCHDOG_SUSPECT); /* 4 */
        set_watchdog(w);
        w->actions->failover(w->ctx);
        break;
    case WATCHDOG_CONNECTION_DOWN: /* 3 */
        enter(w, WATCHDOG_INITIAL);
        w->actions->failover(w->ctx);
        break;
    case WATCHDOG_TRY_NOW: send_watchdog(w); break; /* 12 */
    case WATCHDOG_CONNECTION_UP: break;
    }
}

static void suspect(struct watchdog *w, enum watchdog_event ev)
{
    switch (ev) {
    case WATCHDOG_RECEIVE_DWA:
    case WATCHDOG_RECEIVE_NON_DWA: /* 5 */
        w->pending = false;
        enter(w, WATCHDOG_OKAY);
        set_watchdog(w);
        w->actions->failback(w->ctx);
        break;
    case WATCHDOG_TIMER_EXPIRES: close_connection(w); break;         /* 6 */
    case WATCHDOG_CONNECTION_DOWN: enter(w, WATCHDOG_DOWN); break;   /* 7 */
    case WATCHDOG_TRY_NOW: w->actions->send_watchdog(w->ctx); break; /* 12 */
    case WATCHDOG_CONNECTION_UP: break;
    }
}

static void down(struct watchdog *w, enum watchdog_event ev)
{
    switch (ev) {
    case WATCHDOG_CONNECTION_UP: /* 8 */
        w->num_dwa = 0;
        enter(w, WATCHDOG_REOPEN);
        send_watchdog(w);
        break;
    case WATCHDOG_CONNECTION_DOWN:
    case WATCHDOG_RECEIVE_DWA:
    case WATCHDOG_RECEIVE_NON_DWA:
    case WATCHDOG_TRY_NOW:
    case WATCHDOG_TIMER_EXPIRES: break;
    }
}

static void reopen(struct watchdog *w, enum watchdog_event ev)
{
    switch (ev) {
    case WATCHDOG_RECEIVE_DWA: /* 9 */
        w->pending = false;
        if (w->num_dwa < 0)
            w->num_dwa = 0;
        if (++w->num_dwa < DWAS_TO_REOPEN) {
            send_watchdog(w);
            break;
        }
        enter(w, WATCHDOG_OKAY);
        set_watchdog(w);
        w->actions->failback(w->ctx);
        break;
    case WATCHDOG_TIMER_EXPIRES: /* 10 */
        if (w->num_dwa < 0) {
            close_connection(w);
            break;
        }
        w->num_dwa = -1;
        set_watchdog(w);
        break;
    case WATCHDOG_CONNECTION_DOWN: enter(w, WATCHDOG_DOWN); break;   /* 11 */
    case WATCHDOG_TRY_NOW: w->actions->send_watchdog(w->ctx); break; /* 12 */
    case WATCHDOG_RECEIVE_NON_DWA:
    case WATCHDOG_CONNECTION_UP: break;
    }
}

void diameter_watchdog_event(struct watchdog *w, enum watchdog_event ev)
{
    switch (w->state) {
    case WATCHDOG_INITIAL: initial(w, ev); break;
    case WATCHDOG_OKAY: okay(w, ev); break;
    case WATCHDOG_SUSPECT: suspect(w, ev); break;
    case WATCHDOG_DOWN: down(w, ev); break;
    case WATCHDOG_REOPEN: reopen(w, ev); break;
    }
}

void diameter_watchdog_init(struct watchdog *w, const struct env *env,
                            int64_t tw_us,
                            const struct watchdog_actions *actions, void *ctx)
{
    *w = (struct watchdog){
        .tw_us = tw_us,
        .since_us = env->clock->mono_us,
        .clock = env->clock,
        .timers = env->timers,
        .dice = env->dice,
        .actions = actions,
        .ctx = ctx,
    };
}

void diameter_watchdog_fini(struct watchdog *w)
{
    timer_stop(w->timers, &w->timer);
}
