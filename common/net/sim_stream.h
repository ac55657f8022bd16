/* SPDX-License-Identifier: MIT
 *
 * A connection of the simulated world: two ends (sim_stream.c) and a pipe in
 * each direction (sim_pipe.c). An end that its node closed is gone at once or,
 * while its connect is under way with bytes to send, an orphan until then. A
 * pipe lives until both its ends are gone or its last portion has arrived.
 */
#ifndef NET_SIM_STREAM_H
#define NET_SIM_STREAM_H

#include "net/sim_priv.h"

enum sim_stream_state {
    SIM_CONNECTING, /* until the other host heard of it */
    SIM_OPENING,    /* until this one heard back */
    SIM_OPEN,
    SIM_ENDED,  /* on_end is being called */
    SIM_KILLED, /* with its host; its node has not closed it yet */
};

struct sim_stream {
    struct stream base;
    struct sim_host *host;
    struct list link; /* in host->streams */
    enum sim_stream_state state;
    bool orphan;
    unsigned attempts;
    struct timer due; /* the next step of connecting */
    struct sim_pipe *out, *in;
};

struct sim_pipe {
    struct sim *sim;
    struct list link; /* in sim->pipes */
    struct addr from, to;
    struct sim_stream *writer, *reader; /* NULL: gone */
    struct list portions;               /* under way, in order */
    struct timer due;                   /* the first one's arrival */
    int64_t last_us;                    /* the last one's */
    bool held;                          /* the connection is not open yet */
    bool ending; /* the last portion is the end of the stream */
    bool parked; /* a cut is in the way */
    bool busy;   /* its reader is being called */
};

/* ---- sim_pipe.c --------------------------------------------------------- */

struct sim_pipe *sim_pipe_new(struct sim *s, const struct addr *from,
                              const struct addr *to);
void sim_pipe_add(struct sim_pipe *p, struct slice bytes);
void sim_pipe_end(struct sim_pipe *p); /* the end follows what is under way */
void sim_pipe_release(struct sim_pipe *p); /* no longer held */
void sim_pipe_drop(struct sim_pipe *p);    /* what is under way is lost */
/* Frees the pipe unless somebody still needs it. */
void sim_pipe_settle(struct sim_pipe *p);

/* ---- sim_stream.c ------------------------------------------------------- */

/* Tells the owner and frees the stream; its pipes lose it. */
void sim_stream_ends(struct sim_stream *st, enum ims_err err);

#endif
