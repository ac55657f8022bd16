/* SPDX-License-Identifier: MIT */
#include "base/str.h"
#include "base/mem.h"
#include <stdarg.h>
#include <stdio.h>

void str_set(struct str *s, struct slice text)
{
    char *p;

    /* The text may be (a part of) what s holds: move, free last. */
    if (text.n > 0 && text.n == s->n) {
        memmove(s->p, text.p, text.n);
        return;
    }
    p = mem_alloc(text.n + 1);
    if (text.n)
        memcpy(p, text.p, text.n);
    p[text.n] = '\0';
    free(s->p);
    *s = (struct str){p, text.n};
}

void str_printf(struct str *s, const char *fmt, ...)
{
    va_list ap;
    char *p = NULL;
    int n;

    va_start(ap, fmt);
    n = vasprintf(&p, fmt, ap);
    va_end(ap);
    if (n < 0)
        abort();
    free(s->p);
    *s = (struct str){p, (size_t)n};
}

void str_fini(struct str *s)
{
    free(s->p);
    *s = (struct str){NULL, 0};
}
