/* SPDX-License-Identifier: MIT */
#include "topology/report.h"
#include <stdarg.h>
#include <stdio.h>

static bool is_before(struct mark a, struct mark b)
{
    return a.line < b.line || (a.line == b.line && a.column < b.column);
}

/* What was found may hold line ends and worse. */
static void make_one_line(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = '?';
}

void report_error(struct report *r, struct mark at, const char *fmt, ...)
{
    unsigned kept = r->count < REPORT_MAX ? r->count : REPORT_MAX;
    unsigned i = kept;
    va_list ap;

    r->count++;
    while (i > 0 && is_before(at, r->errors[i - 1].at))
        i--;
    if (i == REPORT_MAX)
        return;
    if (kept == REPORT_MAX)
        kept--;
    memmove(&r->errors[i + 1], &r->errors[i], (kept - i) * sizeof r->errors[0]);
    r->errors[i].at = at;
    va_start(ap, fmt);
    vsnprintf(r->errors[i].text, sizeof r->errors[i].text, fmt, ap);
    va_end(ap);
    make_one_line(r->errors[i].text);
}

void report_print(const struct report *r, const char *path, struct buf *out)
{
    for (unsigned i = 0; i < r->count && i < REPORT_MAX; i++) {
        buf_printf(out, "%s:", path);
        if (r->errors[i].at.line != 0)
            buf_printf(out, "%u:%u:", r->errors[i].at.line,
                       r->errors[i].at.column);
        buf_printf(out, " %s\n", r->errors[i].text);
    }
    if (r->count > REPORT_MAX)
        buf_printf(out, "%s: and %u more\n", path, r->count - REPORT_MAX);
}
