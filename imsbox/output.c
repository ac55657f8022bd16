/* SPDX-License-Identifier: MIT */
#include "imsbox/output.h"
#include "base/utf8.h"
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

void output_init(struct output *o, FILE *to, int width)
{
    const char *no = getenv("NO_COLOR"); /* no-color.org */
    const char *term = getenv("TERM");

    o->to = to;
    o->width = width;
    o->color = isatty(fileno(to)) && !(no && no[0]) &&
               !(term && strcmp(term, "dumb") == 0);
}

const char *output_hue(const struct output *o, unsigned hue)
{
    static const char *const hues[] = {
        "\033[36m", "\033[32m", "\033[33m", "\033[35m", "\033[34m", "\033[31m",
    };

    return o->color && hue ? hues[(hue - 1) % (sizeof hues / sizeof hues[0])]
                           : "";
}

const char *output_plain(const struct output *o)
{
    return o->color ? "\033[0m" : "";
}

static bool is_control(uint32_t c)
{
    return c < ' ' || (c >= 0x7f && c < 0xa0);
}

void output_harmless(char *text)
{
    struct slice rest = slice_of(text);

    while (rest.n > 0) {
        uint32_t c = 0;
        size_t n = utf8_char(rest, &c), width = n ? n : 1;

        if (n == 0 || is_control(c))
            memset(text, '?', width);
        text += width;
        rest = slice_from(rest, width);
    }
}

void output_line(const struct output *o, unsigned hue, const char *name,
                 struct slice line)
{
    fprintf(o->to, "%s%-*s |%s ", output_hue(o, hue), o->width, name,
            output_plain(o));
    for (size_t i = 0; i < line.n; i++) {
        unsigned char c = (unsigned char)line.p[i];

        putc((c < ' ' && c != '\t') || c == 0x7f ? '?' : c, o->to);
    }
    putc('\n', o->to);
    fflush(o->to);
}

void output_printf(const struct output *o, const char *name, const char *fmt,
                   ...)
{
    char line[1024];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    output_line(o, 0, name, slice_of(line));
}
