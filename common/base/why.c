/* SPDX-License-Identifier: MIT */
#include "base/why.h"
#include "base/log.h"
#include <stdarg.h>
#include <stdio.h>

struct err_row {
    const char *name, *text;
    unsigned sip, diameter;
    enum log_level level;
};

static const struct err_row *row(enum ims_err err)
{
    static const struct err_row rows[] = {
#define ERR(name, sip, diameter, level, text) \
    [IMS_##name] = {#name, text, sip, diameter, LOG_##level},
#include "base/errors.def"
#undef ERR
    };

    return &rows[(unsigned)err < IMS_ERR_COUNT ? err : IMS_INTERNAL];
}

/* A sentence may quote what a stranger sent; on its way to a reason phrase or
 * a log line it stays one line. */
static void clean(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = '?';
}

/* Cuts off a UTF-8 character that the array's end cut in two. */
static void end_at_character(char *text, size_t n)
{
    size_t start = n;

    while (start > 0 && n - start < 4 && (text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start > 0 && (text[start - 1] & 0xc0) == 0xc0)
        text[start - 1] = '\0';
}

enum ims_err why_set(struct why *why, enum ims_err err, const char *fmt, ...)
{
    va_list ap;
    int n;

    if (!why)
        return err;
    why->err = err;
    va_start(ap, fmt);
    n = vsnprintf(why->text, sizeof(why->text), fmt, ap);
    va_end(ap);
    if (n >= (int)sizeof(why->text))
        end_at_character(why->text, sizeof(why->text) - 1);
    clean(why->text);
    return err;
}

const char *ims_err_name(enum ims_err err)
{
    return row(err)->name;
}

const char *ims_err_text(enum ims_err err)
{
    return row(err)->text;
}

unsigned ims_err_sip(enum ims_err err)
{
    return row(err)->sip;
}

unsigned ims_err_diameter(enum ims_err err)
{
    return row(err)->diameter;
}

int ims_err_level(enum ims_err err)
{
    return (int)row(err)->level;
}
