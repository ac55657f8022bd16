/* SPDX-License-Identifier: MIT
 *
 * The watchdog of one peer, RFC 3539 3.4.1. Private to the room.
 */
#ifndef DIAMETER_WATCHDOG_H
#define DIAMETER_WATCHDOG_H

#include "base/dice.h"
#include "diameter/peer.h"

enum watchdog_event {
    WATCHDOG_CONNECTION_UP,
    WATCHDOG_CONNECTION_DOWN,
    WATCHDOG_RECEIVE_DWA,
    WATCHDOG_RECEIVE_NON_DWA,
    WATCHDOG_TIMER_EXPIRES,
    WATCHDOG_TRY_NOW, /* the path is said to be good again */
};

struct watchdog_actions {
    void (*send_watchdog)(void *ctx);
    void (*close_connection)(void *ctx); /* may report CONNECTION_DOWN */
    void (*failover)(void *ctx);         /* stop using it for requests */
    void (*failback)(void *ctx);         /* use it again */
};

/* Embedded in its peer. */
struct watchdog {
    enum watchdog_state state;
    int64_t since_us; /* when it was entered, mono */
    const struct clock *clock;
    bool pending; /* a DWR waits for its DWA */
    int num_dwa;  /* in REOPEN */
    struct timer timer;
    int64_t tw_us; /* Twinit */
    struct timers *timers;
    struct dice *dice;
    const struct watchdog_actions *actions;
    void *ctx;
};

void diameter_watchdog_init(struct watchdog *w, const struct env *env,
                            int64_t tw_us,
                            const struct watchdog_actions *actions, void *ctx);
void diameter_watchdog_fini(struct watchdog *w);
void diameter_watchdog_event(struct watchdog *w, enum watchdog_event ev);

#endif
