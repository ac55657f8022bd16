/* SPDX-License-Identifier: MIT */
#include "imsbox/output.h"
#include "base/buf.h"
#include "base/utf8.h"
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINE_HEAD_MAX = 400 };

void output_init(struct output *o, FILE *to, int width)
{
    const char *no = getenv("NO_COLOR"); /* no-color.org */
    const char *term = getenv("TERM");

    *o = (struct output){.to = to, .width = width};
    o->color = isatty(fileno(to)) && !(no && no[0]) &&
               !(term && strcmp(term, "dumb") == 0);
}

void output_never_wait(struct output *o)
{
    fflush(o->to);
    o->outlet = outlet_new(fileno(o->to));
}

void output_finish(struct output *o, int ms)
{
    struct pollfd p = {.fd = output_waits(o), .events = POLLOUT};

    while (p.fd >= 0 && poll(&p, 1, ms) > 0) {
        output_go_on(o);
        p.fd = output_waits(o);
    }
}

void output_fini(struct output *o)
{
    outlet_free(o->outlet);
    o->outlet = NULL;
}

int output_waits(const struct output *o)
{
    return o->outlet ? outlet_waits(o->outlet) : -1;
}

void output_go_on(struct output *o)
{
    if (o->outlet)
        outlet_go_on(o->outlet);
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

static void mask(char *text, size_t n, char harmless)
{
    struct slice rest = slice_at(text, n);

    while (rest.n > 0) {
        uint32_t c = 0;
        size_t read = utf8_char(rest, &c), width = read ? read : 1;

        if (read == 0 || (is_control(c) && *text != harmless))
            memset(text, '?', width);
        text += width;
        rest = slice_from(rest, width);
    }
}

void output_harmless(char *text)
{
    mask(text, strlen(text), '?');
}

static void print_line(const struct output *o, unsigned hue, const char *name,
                       struct slice line, struct buf *out)
{
    size_t begin;

    buf_printf(out, "%s%-*s |%s ", output_hue(o, hue), o->width, name,
               output_plain(o));
    begin = out->n;
    buf_add(out, line);
    mask(out->p + begin, out->n - begin, '\t');
    buf_char(out, '\n');
}

void output_line(const struct output *o, unsigned hue, const char *name,
                 struct slice line)
{
    struct buf text;

    buf_init(&text, line.n + LINE_HEAD_MAX);
    print_line(o, hue, name, line, &text);
    if (o->outlet) {
        outlet_put(o->outlet, buf_slice(&text));
    } else {
        fwrite(text.p, 1, text.n, o->to);
        fflush(o->to);
    }
    buf_fini(&text);
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
