/* SPDX-License-Identifier: MIT
 *
 * Counters and gauges of a node, printed in the Prometheus text format.
 * Label values come from code, never from the network, so that their number
 * is bounded.
 */
#ifndef BASE_METRICS_H
#define BASE_METRICS_H

#include "base/buf.h"

struct metrics;

struct metrics *metrics_new(void);
void metrics_free(struct metrics *m);

/* The cell of one metric, made on first use and zero then; counting is an
 * addition to it. labels: "" or "method=\"INVITE\",direction=\"in\"". Name,
 * help and labels are copied. The cell lives as long as m. */
uint64_t *metrics_counter(struct metrics *m, const char *name,
                          const char *labels, const char *help);

/* A counter that somebody else keeps, and that lives as long as m. */
void metrics_counter_at(struct metrics *m, const char *name, const char *labels,
                        const char *help, const uint64_t *cell);

/* A gauge is asked for its value when it is printed. */
void metrics_gauge(struct metrics *m, const char *name, const char *labels,
                   const char *help, double (*value)(void *ctx), void *ctx);

/* Text exposition format 0.0.4, families in order of first use. */
void metrics_print(const struct metrics *m, struct buf *out);

#endif
