/* SPDX-License-Identifier: MIT
 *
 * Lines under a name, for people: aligned, coloured on a terminal unless
 * NO_COLOR is set, control characters made harmless.
 */
#ifndef IMSBOX_OUTPUT_H
#define IMSBOX_OUTPUT_H

#include "base/slice.h"
#include <stdio.h>

struct output {
    FILE *to;
    int width;  /* of the names */
    bool color; /* see output_init */
};

void output_init(struct output *o, FILE *to, int width);
/* hue: any number; names of the same hue have the same colour; 0: none. */
void output_line(const struct output *o, unsigned hue, const char *name,
                 struct slice line);
void output_printf(const struct output *o, const char *name, const char *fmt,
                   ...) __attribute__((format(printf, 3, 4)));

/* What a terminal would obey, and what is no UTF-8, becomes '?'. */
void output_harmless(char *text);

/* The escape sequences around coloured text; "" without colour. */
const char *output_hue(const struct output *o, unsigned hue);
const char *output_plain(const struct output *o);

#endif
