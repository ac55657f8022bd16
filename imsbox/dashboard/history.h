/* SPDX-License-Identifier: MIT
 *
 * How the network was in the last quarter of an hour, for charts that begin
 * with the past: figures of each node, sample by sample, and how long calls
 * took to ring. Bounded; the oldest sample makes room.
 *
 *   history_begin -> history_add, for each node that answered -> history_end
 */
#ifndef DASHBOARD_HISTORY_H
#define DASHBOARD_HISTORY_H

#include "base/clock.h"
#include "base/json.h"

enum {
    HISTORY_SAMPLES = 450,
    HISTORY_EVERY_US = 2 * SECOND,
    HISTORY_SETUPS = 8192,          /* the newest calls that are ranked, */
    HISTORY_SETUP_US = 30 * SECOND, /* those of the time before a sample */
};

struct history;

struct history *history_new(unsigned nodes);
void history_free(struct history *h);

/* A call rang after so long. */
void history_add_setup(struct history *h, int64_t wall_us, int64_t setup_us);

/* A node that is not added to a sample is not known in it. */
void history_begin(struct history *h, int64_t wall_us);
/* metrics: what GET /metrics of the node says. */
void history_add(struct history *h, unsigned node, struct slice metrics,
                 uint64_t dialogs);
/* The sample can be seen from now on. */
void history_end(struct history *h);

/* Samples have consecutive numbers from 1 on; 0: there is none. */
uint64_t history_last(const struct history *h);

/* Members of an object: "every_ms", "figures": [names], "samples":
 * [{"number", "wall_ms", "setup_ms": [median, of 95, of 99 in 100] or null,
 * "nodes": [[...] or null, ...]}], those behind `after`; all of them when
 * there is no such sample yet: its number is of another life. */
void history_put(const struct history *h, uint64_t after, struct json *j);

#endif
