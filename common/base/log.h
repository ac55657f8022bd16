/* SPDX-License-Identifier: MIT
 *
 * Log lines for operators; nothing parses them. A line's template (its fmt)
 * is written at most once a second; what was held back in between is counted
 * and told with the next one. Never give it K, OPc, passwords, CK, IK or
 * nonces' secrets.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/clock.h"
#include "base/slice.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_NOTICE, LOG_INFO, LOG_DEBUG };

enum { LOG_TEMPLATES = 64, LOG_WAYS = 4 };

struct log {
    const struct clock *clock;
    enum log_level level; /* lines above it are not written */
    void (*sink)(void *ctx, enum log_level level, struct slice line);
    void *ctx;
    uint64_t lost; /* lines that stderr did not take */
    struct {
        const char *fmt;
        int64_t second;
        uint64_t held_back;
    } seen[LOG_TEMPLATES]; /* LOG_WAYS places a hash of fmt; the oldest goes */
};

/* sink NULL: to stderr as "LEVEL text\n". Where that is a pipe that does not
 * wait for its reader (imsbox/child.h), what it has no room for is lost, and
 * counted in the next line that it takes. */
void log_init(struct log *log, const struct clock *clock, enum log_level level,
              void (*sink)(void *, enum log_level, struct slice), void *ctx);
void log_at(struct log *log, enum log_level level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
const char *log_level_name(enum log_level level); /* "error" ... "debug" */
bool log_level_parse(struct slice name, enum log_level *out);

#endif
