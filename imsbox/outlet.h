/* SPDX-License-Identifier: MIT
 *
 * A terminal or a pipe that is never waited for: a user may stop it (Ctrl-S),
 * and who writes here has a network to look after. What it does not take waits
 * in bounded number of bytes; what is more is lost, and told. A file or a
 * socket (journald) is waited for.
 */
#ifndef IMSBOX_OUTLET_H
#define IMSBOX_OUTLET_H

#include "base/slice.h"

enum { OUTLET_WAITING_MAX = 256 << 10 };

struct outlet;

/* Beside fd, which stays as it is. NULL: it is neither terminal nor pipe, or
 * cannot be opened again. */
struct outlet *outlet_new(int fd);
void outlet_free(struct outlet *o); /* what still waits is lost */

/* Whole lines. */
void outlet_put(struct outlet *o, struct slice lines);
/* The descriptor that has to take more first (POLLOUT); -1: nothing waits. */
int outlet_waits(const struct outlet *o);
/* Writes what waits, as far as it is taken. */
void outlet_go_on(struct outlet *o);

#endif
