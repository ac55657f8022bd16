/* SPDX-License-Identifier: MIT
 *
 * Steps as a pcapng capture (draft-ietf-opsawg-pcapng) of raw IP, link type
 * 101: synthetic packets, the parties' names, and what nodes said as comments
 * of the packets that made them say it.
 */
#ifndef IMSBOX_PCAPNG_H
#define IMSBOX_PCAPNG_H

#include "imsbox/steps.h"
#include <stdio.h>

struct pcapng;

/* A capture that goes on: names are written again when parties come. */
struct pcapng *pcapng_open(FILE *to, const struct parties *parties);
/* Steps told together, so that sentences find their messages among them. */
enum ims_err pcapng_add(struct pcapng *w, const struct step *steps,
                        unsigned count, struct why *why) MUST_CHECK;
void pcapng_close(struct pcapng *w);

/* All of it at once. */
enum ims_err pcapng_write(FILE *to, const struct step *steps, unsigned count,
                          const struct parties *parties,
                          struct why *why) MUST_CHECK;

#endif
