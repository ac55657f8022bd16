/* SPDX-License-Identifier: MIT
 *
 * A load that lives on between its rounds, so that its phones stay registered:
 * each line that it reads has the options of a round, each round is answered by
 * its report, in one line of JSON. It ends with its input.
 */
#ifndef LOAD_OBEY_H
#define LOAD_OBEY_H

#include "load/options.h"
#include "net/loop.h"

/* Runs the loop. o: what holds where a line does not say else; its load and net
 * are there. */
void obey(struct loop *loop, const struct options *o);

#endif
