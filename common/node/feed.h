/* SPDX-License-Identifier: MIT
 *
 * Bytes that go out as they come, such as live events: one writer, one
 * reader, and a bound on what may wait between them. What several readers get
 * is encoded once and shared (struct piece). The writer never waits: who
 * reads more slowly than is written loses everything and is cut off.
 *
 * A feed belongs to both ends and is gone when the writer closed it and the
 * reader left it.
 */
#ifndef NODE_FEED_H
#define NODE_FEED_H

#include "base/buf.h"
#include "base/list.h"
#include "base/usage.h"

/* Bytes that do not change any more, counted. */
struct piece;

struct piece *piece_new(struct slice bytes); /* a copy; held once */
struct piece *piece_of(struct buf *b); /* takes its memory; b is empty then */
struct piece *piece_hold(struct piece *p);
void piece_drop(struct piece *p);
struct slice piece_slice(const struct piece *p);

struct feed;

/* How near their bound some feeds come. It outlives their writers' ends. */
struct feed_meter {
    struct list feeds;
    size_t most;
    uint64_t cut; /* readers that were too slow */
};
void feed_meter_init(struct feed_meter *m);
/* Bytes that wait for the reader who is furthest behind; who was cut off is
 * counted as refused. */
struct usage feed_meter_usage(const struct feed_meter *m);

/* max: most bytes that may wait, but for a piece that waits alone. on_left: the
 * reader left before the writer closed; the writer must close then, there or
 * later. */
struct feed *feed_new(size_t max, void (*on_left)(void *ctx), void *ctx);
/* From now on `m` counts it. Once, and before the first piece. */
void feed_count(struct feed *f, struct feed_meter *m);
/* It goes on as long as both ends live: wherever it ends its reader has lost
 * nothing. Of any other an end before feed_close is told as an error. */
void feed_endless(struct feed *f);

/* ---- the writer's end ---------------------------------------------------- */

/* Holds the piece until it was read. False: the reader is cut off, because it
 * was too slow, or gone. */
bool feed_put(struct feed *f, struct piece *p);
size_t feed_waiting(const struct feed *f);
/* What was begun cannot be written to its end: the reader is told that there
 * is an error, and nothing of what waits. feed_close is still to be called. */
void feed_cut(struct feed *f);
void feed_close(struct feed *f); /* what waits may still be read */

/* ---- the reader's end ---------------------------------------------------- */

enum feed_state {
    FEED_OPEN,
    FEED_OVER, /* closed, and read to its end */
    FEED_CUT,  /* the reader was too slow, or the writer failed */
};

/* on_bytes: there is something to read, or the state has changed. */
void feed_watch(struct feed *f, void (*on_bytes)(void *ctx), void *ctx);
size_t feed_read(struct feed *f, char *out, size_t max);
enum feed_state feed_state(const struct feed *f);
bool feed_is_endless(const struct feed *f);
void feed_leave(struct feed *f);

#endif
