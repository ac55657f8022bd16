/* SPDX-License-Identifier: MIT
 *
 * What a service manager wants to hear of a program, by the datagrams of
 * sd_notify(3) to the socket that $NOTIFY_SOCKET names. Without that variable
 * nothing is sent.
 *
 *   READY=1      the listeners are open     WATCHDOG=1  every half of
 *   RELOADING=1  then READY=1 again                     $WATCHDOG_USEC
 *   STOPPING=1   it finishes what it began  STATUS=     a sentence, on change
 */
#ifndef NODE_NOTIFY_H
#define NODE_NOTIFY_H

#include "base/buf.h"
#include "net/timer.h"

enum { NOTIFY_MAX = 1024 };

struct notify {
    int fd;              /* connected; -1: nobody listens */
    int64_t watchdog_us; /* how often to say that we live; 0: never */
    struct timers *timers;
    struct timer beat;
    /* Writes the status sentence; called once a beat. */
    void (*status)(void *ctx, struct buf *out);
    void *ctx;
    char last[NOTIFY_MAX];
};

/* Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. What is wrong with
 * them is as if they were not there. */
void notify_open(struct notify *n);
void notify_close(struct notify *n); /* stops the beat too */

/* Lines "KEY=value\n...", as one datagram; never blocks. */
void notify_say(const struct notify *n, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Of a program that has begun to read its configuration again; READY=1 says
 * when it is done. now_us: CLOCK_MONOTONIC, as systemd compares it. */
void notify_reloading(const struct notify *n, int64_t now_us);
/* It ends, and may take so long (from now on). */
void notify_stopping(const struct notify *n, int64_t us);

/* WATCHDOG=1 and, when it changed, STATUS=, again and again from now on. */
void notify_begin(struct notify *n, struct timers *timers,
                  void (*status)(void *ctx, struct buf *out), void *ctx);

#endif
