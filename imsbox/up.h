/* SPDX-License-Identifier: MIT
 *
 * imsbox up within itself: the launcher's state, and how its children begin.
 */
#ifndef IMSBOX_UP_H
#define IMSBOX_UP_H

#include "imsbox/ask.h"
#include "imsbox/child.h"
#include "imsbox/output.h"
#include "imsbox/rundir.h"
#include "node/notify.h"

enum up_state { STARTING, RUNNING, STOPPING };

struct up;

struct up_node {
    struct up *up;
    struct site_node *at;
    struct child child;
    unsigned hue;
    bool ready, asking, told_to_stop;
    bool answered;    /* ever: it is there, and may still wait for others */
    int64_t start_at; /* ms; it died and is to be started again; 0: not so */
    char why[200];    /* not ready */
};

struct up {
    struct site site;
    struct rundir dir;
    struct output out;
    struct notify notify; /* to a service manager */
    bool started_is_told; /* to it: all have answered */
    bool restarts;
    struct asker *asker;
    struct up_node *nodes; /* as in the site, then the dashboard */
    unsigned count;
    int signals; /* a signalfd */
    enum up_state state;
    enum topology_role stopping; /* the role whose turn it is */
    int64_t started, asked, complained, beaten, stopped, kill_at; /* ms */
    int status; /* to exit with */
};

/* As who it speaks, and the name of its program. */
static const char up_self[] = "imsbox";

int64_t up_now_ms(void); /* of a clock that only goes on */

/* It shows what happens, and nothing depends on it. */
static inline bool up_is_dashboard(const struct up_node *n)
{
    return n->at->node->role == TOPOLOGY_DASHBOARD;
}

/* False: one cannot be started, or nobody would find them; it says why. */
bool up_start_all(struct up *up);
/* Those that died, when their time has come. */
void up_start_again(struct up *up);

#endif
