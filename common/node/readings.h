/* SPDX-License-Identifier: MIT
 *
 * What a node tells of itself while it runs: its limits and how near they are,
 * its timers. Answers of the admin interface that the roles share.
 */
#ifndef NODE_READINGS_H
#define NODE_READINGS_H

#include "base/usage.h"
#include "node/api.h"

/* GET /api/v1/timers: those of the topology that the node has. */
void readings_get_timers(struct node *n, struct api_call *c);

/* GET /api/v1/limits:
 *
 *     readings_limits_begin(c);
 *     cscf_put_limits(&me->core, c);  readings_limit(c, ...);
 *     readings_limits_end(c);                        replies
 *
 * The begin writes those that every node has. */
void readings_limits_begin(struct api_call *c);
void readings_limits_end(struct api_call *c);
/* One more; used: NULL for what is no number of things (bytes of a message). */
void readings_limit(struct api_call *c, const char *name, const char *what,
                    uint64_t limit, const struct usage *used);
/* Memory in which the oldest makes way for the new, so that being full is no
 * trouble: what is refused elsewhere is "forgotten" here. */
void readings_ring(struct api_call *c, const char *name, const char *what,
                   uint64_t limit, const struct usage *used);

/* ?after= (a number; behind it) and ?limit= (100, at most 1000) of a list that
 * is read in the order of coming; ?q=, a text that an entry must have; and
 * ?of=, lines (parted by spaces) of which it must have one as a whole.
 * False: answered. */
struct readings_page {
    uint64_t skip, limit;
    struct slice q;
    const struct slice *of; /* in order; of the call's arena */
    size_t of_count;
    uint64_t seen, shown; /* of those that have the text */
};
bool readings_page(struct api_call *c, struct readings_page *out);
/* Does readings_wants look into the text of an entry? */
bool readings_looks(const struct readings_page *p);
/* Is the next entry to be shown? text: lines of what is known of it; q is
 * looked for in any case. */
bool readings_wants(struct readings_page *p, struct slice text);
/* Behind the list: "matching" (with q or of), and "next_after" when there is
 * more. */
void readings_page_end(struct api_call *c, const struct readings_page *p);

#endif
