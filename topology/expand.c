/* SPDX-License-Identifier: MIT */
#include "topology/expand.h"
#include <assert.h>
#include <stdlib.h>

enum { NAME_MAX_BYTES = 64 };

static bool is_name(struct slice s)
{
    if (s.n == 0 || s.n > NAME_MAX_BYTES || (s.p[0] >= '0' && s.p[0] <= '9'))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') &&
            !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    return true;
}

/* inside: what stands between the braces. */
static bool add_variable(const struct yaml *y, struct slice inside,
                         struct buf *out, struct report *report)
{
    ssize_t at = slice_find(inside, S(":-"));
    struct slice name = at < 0 ? inside : slice_first(inside, (size_t)at);
    char text[NAME_MAX_BYTES + 1] = {0};
    const char *value;

    if (!is_name(name)) {
        report_error(report, y->at,
                     "${%.*s}: not a variable; expected ${NAME} or "
                     "${NAME:-value}",
                     (int)(inside.n < 80 ? inside.n : 80), inside.p);
        return false;
    }
    memcpy(text, name.p, name.n);
    value = getenv(text);
    if (value && value[0])
        buf_str(out, value);
    else if (at >= 0)
        buf_add(out, slice_from(inside, (size_t)at + 2));
    else
        report_error(report, y->at,
                     "${%s}: not in the environment; expected it to be set, "
                     "or ${%s:-value}",
                     text, text);
    return at >= 0 || (value && value[0]);
}

static bool add_all(const struct yaml *y, struct buf *out,
                    struct report *report)
{
    struct slice rest = y->text;
    ssize_t begin, end;

    while ((begin = slice_find(rest, S("${"))) >= 0) {
        buf_add(out, slice_first(rest, (size_t)begin));
        rest = slice_from(rest, (size_t)begin + 2);
        end = slice_index(rest, '}');
        if (end < 0) {
            report_error(report, y->at,
                         "\"${\" without \"}\"; expected ${NAME} or "
                         "${NAME:-value}");
            return false;
        }
        if (!add_variable(y, slice_first(rest, (size_t)end), out, report))
            return false;
        rest = slice_from(rest, (size_t)end + 1);
    }
    buf_add(out, rest);
    return true;
}

bool expand_text(const struct yaml *y, struct arena *arena, struct slice *out,
                 struct report *report)
{
    struct buf b;
    bool right;

    if (slice_find(y->text, S("${")) < 0) {
        *out = y->text;
        return true;
    }
    buf_init(&b, YAML_TEXT_MAX);
    right = add_all(y, &b, report);
    if (right && b.full)
        report_error(report, y->at,
                     "more than 4096 bytes with what stands in its variables; "
                     "expected less");
    right = right && !b.full;
    if (right) {
        *out = slice_keep(arena, buf_slice(&b));
        assert(out->p || out->n == 0);
    }
    buf_fini(&b);
    return right;
}
