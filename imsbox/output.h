/* SPDX-License-Identifier: MIT
 *
 * Lines under a name, for people: aligned, coloured on a terminal unless
 * NO_COLOR is set, control characters made harmless.
 */
#ifndef IMSBOX_OUTPUT_H
#define IMSBOX_OUTPUT_H

#include "base/slice.h"
#include "imsbox/outlet.h"
#include <stdio.h>

struct output {
    FILE *to;
    int width;             /* of the names */
    bool color;            /* see output_init */
    struct outlet *outlet; /* of one that never waits; NULL: it does */
};

void output_init(struct output *o, FILE *to, int width);
/* From now on lines that a terminal or a pipe does not take wait, or are lost
 * and told (outlet.h); it is to be ended. */
void output_never_wait(struct output *o);
/* Lets what waits be taken, until nothing is for that long. */
void output_finish(struct output *o, int ms);
void output_fini(struct output *o);
/* The descriptor that has to take more first; -1: nothing waits. */
int output_waits(const struct output *o);
void output_go_on(struct output *o);
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
