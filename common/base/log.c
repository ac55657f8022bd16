/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/buf.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1024 };

static const char *const level_names[] = {
    [LOG_ERROR] = "error", [LOG_WARN] = "warn",   [LOG_NOTICE] = "notice",
    [LOG_INFO] = "info",   [LOG_DEBUG] = "debug",
};

const char *log_level_name(enum log_level level)
{
    return level_names[level];
}

bool log_level_parse(struct slice name, enum log_level *out)
{
    for (int l = LOG_ERROR; l <= LOG_DEBUG; l++) {
        if (slice_eq(name, slice_of(level_names[l]))) {
            *out = (enum log_level)l;
            return true;
        }
    }
    return false;
}

/* A pipe takes it whole or, when its reader does not read, not at all. */
static void to_stderr(void *ctx, enum log_level level, struct slice line)
{
    struct log *log = ctx;
    struct buf b;

    buf_init(&b, LINE_MAX_BYTES + 256);
    if (log->lost)
        buf_printf(&b, "warn %llu lines are lost: nobody read them\n",
                   (unsigned long long)log->lost);
    buf_printf(&b, "%s %.*s\n", level_names[level], SLICE_ARG(line));
    if (write(STDERR_FILENO, b.p, b.n) < 0)
        log->lost++;
    else
        log->lost = 0;
    buf_fini(&b);
}

void log_init(struct log *log, const struct clock *clock, enum log_level level,
              void (*sink)(void *, enum log_level, struct slice), void *ctx)
{
    *log = (struct log){.clock = clock,
                        .level = level,
                        .sink = sink ? sink : to_stderr,
                        .ctx = sink ? ctx : log};
}

/* Where the template is, or shall be: templates of one hash that come by turns
 * must not make each other due. */
static size_t slot_of(const struct log *log, const char *fmt)
{
    uint64_t hash = slice_hash(slice_at(&fmt, sizeof(fmt)), 0);
    size_t first = hash % (LOG_TEMPLATES / LOG_WAYS) * LOG_WAYS, oldest = first;

    for (size_t i = first; i < first + LOG_WAYS; i++) {
        if (log->seen[i].fmt == fmt || !log->seen[i].fmt)
            return i;
        if (log->seen[i].second < log->seen[oldest].second)
            oldest = i;
    }
    return oldest;
}

/* Answers whether the template may be written now, and how many lines of it
 * were held back before. */
static bool is_due(struct log *log, const char *fmt, uint64_t *held_back)
{
    int64_t second = log->clock->mono_us / SECOND;
    size_t slot = slot_of(log, fmt);

    *held_back = 0;
    if (log->seen[slot].fmt == fmt) {
        if (log->seen[slot].second == second) {
            log->seen[slot].held_back++;
            return false;
        }
        *held_back = log->seen[slot].held_back;
    }
    log->seen[slot].fmt = fmt;
    log->seen[slot].second = second;
    log->seen[slot].held_back = 0;
    return true;
}

void log_at(struct log *log, enum log_level level, const char *fmt, ...)
{
    char text[LINE_MAX_BYTES];
    uint64_t held_back;
    va_list ap;
    struct buf line;
    int n;

    if (level > log->level || !is_due(log, fmt, &held_back))
        return;
    va_start(ap, fmt);
    n = vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    buf_init(&line, LINE_MAX_BYTES + 64);
    buf_str(&line, n < 0 ? fmt : text);
    if (held_back)
        buf_printf(&line, " (and %llu more like this)",
                   (unsigned long long)held_back);
    /* What a stranger sent must not begin a line of its own. */
    for (size_t i = 0; i < line.n; i++)
        if ((unsigned char)line.p[i] < ' ' || line.p[i] == 0x7f)
            line.p[i] = '?';
    log->sink(log->ctx, level, buf_slice(&line));
    buf_fini(&line);
}
