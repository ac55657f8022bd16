/* SPDX-License-Identifier: MIT
 *
 * A str is owned text: a long-lived struct keeps a copy of its own. Always
 * terminated by a zero byte behind its n bytes (p is never NULL after the
 * first str_set). Zero-initialised means empty. The struct that embeds it
 * calls str_fini.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/slice.h"

struct str {
    char *p;
    size_t n;
};

void str_set(struct str *s, struct slice text); /* replaces; copies text */
void str_printf(struct str *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void str_fini(struct str *s);

static inline struct slice str_slice(const struct str *s)
{
    return (struct slice){s->p, s->n};
}

static inline const char *str_c(const struct str *s)
{
    return s->p ? s->p : "";
}

#endif
