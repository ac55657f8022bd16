/* SPDX-License-Identifier: MIT
 *
 * An entry of a node's record as its API tells it, for tests of those who
 * read records.
 */
#ifndef SUPPORT_RECORD_LINE_H
#define SUPPORT_RECORD_LINE_H

#include "base/json.h"

struct line {
    unsigned node;
    int64_t ms; /* wall clock */
    const char *kind, *call, *session;
    const char *local, *remote, *text; /* of messages; port 3868: Diameter */
    const char *says;
};

/* One whole object. */
void record_line_put(struct json *j, const struct line *l, uint64_t seq);

#endif
